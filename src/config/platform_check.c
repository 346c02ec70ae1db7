/* SPDX-License-Identifier: GPL-3.0-or-later */
/* platform_check.c - what must hold between the keys of a cluster file. */
#include "config/platform_keys.h"

#include <stdlib.h>
#include <string.h>

#include "config/cluster.h"
#include "config/platform.h"
#include "sojourn/param.h"
#include "units.h"

#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._+/:@-"

/* ---- names ---------------------------------------------------------------------------- */

bool platform_is_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= PLATFORM_NAME_MAX && strspn(s, NAME_CHARS) == n && s[0] != ' ' &&
	       s[n - 1] != ' ';
}

void platform_check_name(struct yaml_tree *t, const char *what, const struct yaml_text *name)
{
	if (name->v != NULL && !platform_is_name(name->v))
		yaml_tree_wrong(t, name->at, "%s: \"%s\" is not a name; " PLATFORM_NAME_RULE, what,
				sj_quote(name->v, strlen(name->v)).text, PLATFORM_NAME_MAX);
}

int platform_writable(const struct cluster *c, sj_error *err)
{
	for (uint32_t i = 0; i < c->gpu_count; i++)
		if (!platform_is_name(c->gpu_names[i]))
			return sj_fail(err, SJ_EUSAGE, "GPU model: \"%s\" is not a name; "
				       PLATFORM_NAME_RULE,
				       sj_quote(c->gpu_names[i], strlen(c->gpu_names[i])).text,
				       PLATFORM_NAME_MAX);
	return SJ_OK;
}

static int by_name_and_line(const void *x, const void *y)
{
	const struct type_file *a = *(const struct type_file *const *)x;
	const struct type_file *b = *(const struct type_file *const *)y;
	int order = strcmp(a->type.v, b->type.v);

	return order != 0 ? order : a->at.line != b->at.line ? (a->at.line < b->at.line ? -1 : 1) :
	       a->at.col < b->at.col ? -1 : 1;
}

static void check_twice(struct yaml_tree *t, const struct file *f)
{
	const struct type_file *type = f->nodes.items, **sorted;
	size_t n = 0;

	sorted = yaml_tree_take(t, f->nodes.count * sizeof(*sorted));
	if (sorted == NULL)
		return;
	for (size_t i = 0; i < f->nodes.count; i++)
		if (type[i].type.v != NULL)
			sorted[n++] = &type[i];
	qsort(sorted, n, sizeof(*sorted), by_name_and_line);
	for (size_t i = 1; i < n; i++)
		if (strcmp(sorted[i]->type.v, sorted[i - 1]->type.v) == 0)
			yaml_tree_wrong(t, sorted[i]->type.at, "type: \"%s\" is named twice; "
					"already in line %u", sj_quote(sorted[i]->type.v,
					strlen(sorted[i]->type.v)).text, sorted[i - 1]->type.at.line);
}

/* ---- speeds ---------------------------------------------------------------------------- */

/* `key` names the reference of this speed. */
static void check_speed(struct yaml_tree *t, const char *key, const struct speed *unit,
			const struct speed *s)
{
	double relative = s->v;

	if (s->at.line == 0 || s->wrong)
		return;
	if (s->flops && unit->at.line == 0) {
		yaml_tree_wrong(t, s->at, "speed: in FLOP/s it needs a top-level key %s, the speed at "
				"which run times of the workload hold", key);
		return;
	}
	if (s->flops && (unit->wrong || !unit->flops || unit->v <= 0))
		return; /* said of the reference */
	if (s->flops)
		relative = s->v / unit->v;
	if (relative < 1e-6 || relative > 1e6)
		yaml_tree_wrong(t, s->at, "speed: outside 1e-06 .. 1000000 times the reference");
}

static void check_reference(struct yaml_tree *t, const char *key, const struct speed *unit,
			    bool used)
{
	if (unit->at.line == 0 || unit->wrong)
		return;
	if (!unit->flops || unit->v <= 0)
		yaml_tree_wrong(t, unit->at, "%s: expected a speed above 0 with its unit, as in "
				"32GFLOP/s", key);
	else if (!used)
		yaml_tree_wrong(t, unit->at, "%s: nothing states its speed in FLOP/s; leave it out",
				key);
}

static void check_references(struct yaml_tree *t, const struct file *f)
{
	const struct type_file *type = f->nodes.items;
	bool cores = false, gpus = false;

	for (size_t i = 0; i < f->nodes.count; i++) {
		cores = cores || type[i].speed.flops;
		gpus = gpus || type[i].gpus.speed.flops;
	}
	check_reference(t, "reference", &f->reference, cores);
	check_reference(t, "gpu_reference", &f->gpu_reference, gpus);
}

/* ---- sums ------------------------------------------------------------------------------- */

static void check_sums(struct yaml_tree *t, const struct file *f)
{
	const struct type_file *type = f->nodes.items;
	int64_t nodes = 0, procs = 0;

	if (f->nodes.count > PLATFORM_TYPES_MAX) {
		yaml_tree_wrong(t, f->nodes.at, "nodes: %zu types; at most %d", f->nodes.count,
				PLATFORM_TYPES_MAX);
		return;
	}
	for (size_t i = 0; i < f->nodes.count; i++) {
		nodes += type[i].count.v;
		procs += type[i].count.v * type[i].cores.v;
	}
	if (nodes > CLUSTER_NODES_MAX)
		yaml_tree_wrong(t, f->nodes.at, "nodes: %lld nodes in all; at most %d",
				(long long)nodes, CLUSTER_NODES_MAX);
	if (procs > CLUSTER_PROCS_MAX)
		yaml_tree_wrong(t, f->nodes.at, "nodes: %lld cores in all; at most %d",
				(long long)procs, CLUSTER_PROCS_MAX);
}

static void check_pool(struct yaml_tree *t, const struct file *f)
{
	if (f->procs.at.line != 0 && f->nodes.at.line != 0)
		yaml_tree_wrong(t, f->procs.at, "procs: one pool of processors and nodes exclude "
				"each other");
	else if (f->procs.at.line == 0 && f->nodes.at.line == 0)
		yaml_tree_wrong(t, f->at, "no processors: expected nodes (a list of node types) "
				"or procs (one pool)");
	else if (f->nodes.items != NULL && f->nodes.count == 0)
		yaml_tree_wrong(t, f->nodes.at, "nodes: the list has no node type in it");
}

size_t models_find(const struct models *m, const char *name)
{
	size_t i = 0;

	while (i < m->count && strcmp(m->name[i], name) != 0)
		i++;
	return i;
}

static void models_listed(struct yaml_tree *t, const struct file *f, struct models *m)
{
	const struct yaml_text *word = f->gpu_models.items;
	const struct type_file *type = f->nodes.items;
	bool used = false;

	m->closed = f->gpu_models.at.line != 0;
	for (size_t i = 0; i < f->gpu_models.count; i++) {
		platform_check_name(t, "gpu_models", &word[i]);
		if (models_find(m, word[i].v) < m->count) {
			yaml_tree_wrong(t, word[i].at, "gpu_models: \"%s\" is named twice",
					sj_quote(word[i].v, strlen(word[i].v)).text);
		} else if (m->count == PLATFORM_MODELS_MAX) {
			yaml_tree_wrong(t, word[i].at, "gpu_models: more than %d", PLATFORM_MODELS_MAX);
			break;
		} else {
			m->name[m->count++] = word[i].v;
		}
	}
	for (size_t i = 0; i < f->nodes.count; i++)
		used = used || type[i].gpus.at.line != 0;
	if (m->closed && !used)
		yaml_tree_wrong(t, f->gpu_models.at, "gpu_models: no node has GPUs; leave it out");
}

static void model_used(struct yaml_tree *t, struct models *m, const struct yaml_text *model)
{
	const char *near;

	if (model->v == NULL || models_find(m, model->v) < m->count)
		return;
	platform_check_name(t, "model", model);
	if (!m->closed && m->count < PLATFORM_MODELS_MAX) {
		m->name[m->count++] = model->v;
		return;
	}
	if (!m->closed) {
		yaml_tree_wrong(t, model->at, "model: more than %d GPU models", PLATFORM_MODELS_MAX);
		return;
	}
	near = yaml_tree_full(t) ? NULL : sj_nearest(model->v, m->name, m->count);
	yaml_tree_wrong(t, model->at, "model: \"%s\" is not one of gpu_models%s%s%s",
			sj_quote(model->v, strlen(model->v)).text,
			near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
			near != NULL ? "\"?" : "");
}

/* ---- one type ------------------------------------------------------------------------ */

static void check_power(struct yaml_tree *t, const struct power_file *p)
{
	if (p->idle.at.line != 0 && p->busy.at.line != 0 && p->busy.v < p->idle.v)
		yaml_tree_wrong(t, p->busy.at, "busy: less than idle");
}

static void check_gpus(struct yaml_tree *t, const struct file *f, const struct type_file *type)
{
	const struct gpus_file *g = &type->gpus;

	check_speed(t, "gpu_reference", &f->gpu_reference, &g->speed);
	check_power(t, &g->power);
	if (g->shares.v > 0 && 1000 % g->shares.v != 0)
		yaml_tree_wrong(t, g->shares.at, "shares: %lld; expected a divisor of 1000, the number "
				"of equal parts of a GPU that can be given away: 1 (whole GPUs), 2, 4, 5, "
				"8, 10, 20, 25, 40, 50, 100, 125, 200, 250, 500 or 1000",
				(long long)g->shares.v);
	if (type->links.nvlink.at.line != 0 && g->at.line == 0)
		yaml_tree_wrong(t, type->links.nvlink.at, "nvlink: the node has no GPUs");
}

static void check_type(struct yaml_tree *t, const struct file *f, const struct type_file *type)
{
	platform_check_name(t, "type", &type->type);
	check_speed(t, "reference", &f->reference, &type->speed);
	check_power(t, &type->power);
	check_gpus(t, f, type);
	if (type->links.at.line != 0 && type->links.pcie.at.line == 0 &&
	    type->links.nvlink.at.line == 0)
		yaml_tree_wrong(t, type->links.at, "links: expected pcie or nvlink");
	if (type->links.pcie_latency.at.line != 0 && type->links.pcie.at.line == 0)
		yaml_tree_wrong(t, type->links.pcie_latency.at, "pcie_latency: pcie, its bandwidth, "
				"is missing");
	if (type->links.nvlink_latency.at.line != 0 && type->links.nvlink.at.line == 0)
		yaml_tree_wrong(t, type->links.nvlink_latency.at, "nvlink_latency: nvlink, its "
				"bandwidth, is missing");
	if (type->racks.names.items != NULL && type->racks.names.count == 0)
		yaml_tree_wrong(t, type->racks.at, "racks: the list is empty");
}

static void check_interference(struct yaml_tree *t, const struct file *f)
{
	const struct interference_file *i = &f->interference;
	const struct type_file *type = f->nodes.items;
	bool gpus = false;

	if (i->at.line == 0)
		return;
	if (f->procs.at.line != 0)
		yaml_tree_wrong(t, i->at, "interference: a pool has no nodes on which tasks could be "
				"beside each other");
	for (size_t k = 0; k < f->nodes.count; k++)
		gpus = gpus || type[k].gpus.at.line != 0;
	if (i->scope.v == NULL)
		return;
	if (strcmp(i->scope.v, "gpu") != 0 && strcmp(i->scope.v, "node") != 0)
		yaml_tree_wrong(t, i->scope.at, "scope: \"%s\"; expected node or gpu",
				sj_quote(i->scope.v, strlen(i->scope.v)).text);
	else if (i->scope.v[0] == 'g' && !gpus)
		yaml_tree_wrong(t, i->scope.at, "scope: no node has GPUs");
}

void platform_check(struct yaml_tree *t, struct file *f, struct models *m, struct places *p)
{
	const struct type_file *type = f->nodes.items;

	check_pool(t, f);
	check_sums(t, f);
	check_references(t, f);
	check_interference(t, f);
	if (f->nodes.count <= PLATFORM_TYPES_MAX) {
		check_twice(t, f);
		models_listed(t, f, m);
		platform_number(t, f, p);
		platform_check_network(t, f, p);
	}
	for (size_t i = 0; i < f->nodes.count && i < PLATFORM_TYPES_MAX; i++) {
		check_type(t, f, &type[i]);
		model_used(t, m, &type[i].gpus.model);
	}
}
