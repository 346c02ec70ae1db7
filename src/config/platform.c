/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platform.c - the keys of a cluster file, and what must hold between them.
 *
 * Taken: what the simulation uses, that is nodes with cores, speed, GPUs and memory.
 * Networks, racks, sites, power and the inside of a GPU are refused by name, so that
 * nobody believes they had an effect.
 */
#include "config/platform.h"

#include <stdlib.h>
#include <string.h>

#include "config/yaml_bind.h"
#include "sojourn/param.h"
#include "units.h"

enum {
	TYPES_MAX  = 10000,
	MODELS_MAX = SJ_GPU_MODELS_MAX,
	NAME_LENGTH_MAX  = 64
};

#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._+/:@-"

/* ---- keys ---------------------------------------------------------------------- */

/* Relative to the reference, or in FLOP/s. */
struct speed {
	struct yaml_mark at;
	double           v;
	bool             flops;
	bool             wrong; /* told already */
};

struct gpus_file {
	struct yaml_mark at;
	struct yaml_int  count;
	struct yaml_text model;
};

struct type_file {
	struct yaml_mark  at;
	struct yaml_text  type;
	struct yaml_int   count, cores;
	struct speed      speed;
	struct yaml_bytes memory;
	struct gpus_file  gpus;
};

struct file {
	struct yaml_mark at;
	struct yaml_int  procs;
	struct speed     reference;
	struct yaml_list gpu_models, nodes;
};

static int read_speed(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	static const struct { const char *name; double factor; } units[] = {
		{ "MFLOP/s", 1e6 }, { "GFLOP/s", 1e9 }, { "TFLOP/s", 1e12 },
	};
	struct speed *s = field;
	size_t n = strcspn(v->text, " MGTkFf");
	const char *unit = v->text + n + strspn(v->text + n, " ");
	char number[NAME_LENGTH_MAX] = "";
	int rc;

	s->wrong = true;
	if (n < sizeof(number))
		memcpy(number, v->text, n);
	rc = sj_parse_double(what, number, &s->v, err);
	if (rc != SJ_OK || n >= sizeof(number))
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not a speed; expected a number "
			       "relative to the reference, or one with its unit as in 32GFLOP/s",
			       what, sj_quote(v->text, strlen(v->text)).text);
	if (*unit == '\0' && !v->quoted) {
		s->wrong = false;
		return SJ_OK;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) == 0) {
			s->v *= units[i].factor;
			s->flops = true;
			s->wrong = false;
			return SJ_OK;
		}
	}
	return sj_fail(err, SJ_EUSAGE, "%s: \"%s\": expected a number without quotes, or a unit: "
		       "MFLOP/s GFLOP/s TFLOP/s", what, sj_quote(v->text, strlen(v->text)).text);
}

#define AT(of, member) .offset = offsetof(struct of, member)
#define NOT_YET(key, what) { .name = key, .type = YAML_NOT_YET, .help = what }

static const struct yaml_key gpu_keys[] = {
	{ .name = "count", .type = YAML_INT, AT(gpus_file, count), .must = true, .min = 1,
	  .max = 4096, .help = "GPUs of a node" },
	{ .name = "model", .type = YAML_WORD, AT(gpus_file, model) },
	NOT_YET("memory", "memory of a GPU"),
	NOT_YET("speed", "speed of a GPU"),
	NOT_YET("shares", "every GPU divides into thousandths"),
	NOT_YET("links", "links between GPUs"),
	NOT_YET("power", "energy"),
	{ .name = NULL },
};

static const struct yaml_key type_keys[] = {
	{ .name = "type", .type = YAML_WORD, AT(type_file, type), .must = true,
	  .help = "name of this type of node" },
	{ .name = "count", .type = YAML_INT, AT(type_file, count), .must = true, .min = 1,
	  .max = CLUSTER_NODES_MAX, .help = "nodes of this type" },
	{ .name = "cores", .type = YAML_INT, AT(type_file, cores), .must = true, .min = 1,
	  .max = 1e6, .help = "cores of a node" },
	{ .name = "speed", .type = YAML_READ, AT(type_file, speed), .read = read_speed },
	{ .name = "memory", .type = YAML_BYTES, AT(type_file, memory), .min = 1,
	  .max = 1152921504606846976.0 },
	{ .name = "gpus", .type = YAML_ONE, AT(type_file, gpus), .inner = gpu_keys },
	NOT_YET("nic", "network"), NOT_YET("bandwidth", "network"), NOT_YET("bw", "network"),
	NOT_YET("latency", "network"), NOT_YET("lat", "network"), NOT_YET("links", "network"),
	NOT_YET("pcie", "links in a node"), NOT_YET("nvlink", "links in a node"),
	NOT_YET("rack", "topology"), NOT_YET("site", "topology"),
	NOT_YET("power", "energy"), NOT_YET("idle", "energy"), NOT_YET("busy", "energy"),
	NOT_YET("mtbf", "failures"),
	{ .name = NULL },
};

static const struct yaml_key file_keys[] = {
	{ .name = "nodes", .type = YAML_MANY, AT(file, nodes), .inner = type_keys,
	  .size = sizeof(struct type_file) },
	{ .name = "procs", .type = YAML_INT, AT(file, procs), .min = 1,
	  .max = CLUSTER_PROCS_MAX },
	{ .name = "gpu_models", .type = YAML_WORDS, AT(file, gpu_models) },
	{ .name = "reference", .type = YAML_READ, AT(file, reference), .read = read_speed },
	NOT_YET("network", "network"), NOT_YET("topology", "network"),
	NOT_YET("links", "network"), NOT_YET("racks", "topology"), NOT_YET("sites", "topology"),
	NOT_YET("power", "energy"), NOT_YET("failures", "failures"),
	{ .name = NULL },
};

/* ---- what must hold between keys -------------------------------------------------- */

#define NAME_RULE "expected 1 to %d letters, digits, blanks and . _ + / : @ -"

static bool is_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= NAME_LENGTH_MAX && strspn(s, NAME_CHARS) == n && s[0] != ' ' &&
	       s[n - 1] != ' ';
}

static void check_name(struct yaml_tree *t, const char *what, const struct yaml_text *name)
{
	if (name->v != NULL && !is_name(name->v))
		yaml_tree_wrong(t, name->at, "%s: \"%s\" is not a name; " NAME_RULE, what,
				sj_quote(name->v, strlen(name->v)).text, NAME_LENGTH_MAX);
}

int platform_writable(const struct cluster *c, sj_error *err)
{
	for (uint32_t i = 0; i < c->gpu_count; i++)
		if (!is_name(c->gpu_names[i]))
			return sj_fail(err, SJ_EUSAGE, "GPU model: \"%s\" is not a name; " NAME_RULE,
				       sj_quote(c->gpu_names[i], strlen(c->gpu_names[i])).text,
				       NAME_LENGTH_MAX);
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

static void check_speed(struct yaml_tree *t, const struct file *f, const struct speed *s)
{
	const struct speed *unit = &f->reference;
	double relative = s->v;

	if (s->at.line == 0 || s->wrong)
		return;
	if (s->flops && unit->at.line == 0) {
		yaml_tree_wrong(t, s->at, "speed: in FLOP/s it needs a top-level key reference, "
				"the speed of a core at which run times of the workload hold");
		return;
	}
	if (s->flops && (unit->wrong || !unit->flops || unit->v <= 0))
		return; /* said of the reference */
	if (s->flops)
		relative = s->v / unit->v;
	if (relative < 1e-6 || relative > 1e6)
		yaml_tree_wrong(t, s->at, "speed: outside 1e-06 .. 1000000 times the reference");
}

static void check_reference(struct yaml_tree *t, const struct file *f)
{
	const struct type_file *type = f->nodes.items;
	const struct speed *unit = &f->reference;
	bool used = false;

	if (unit->at.line == 0 || unit->wrong)
		return;
	for (size_t i = 0; i < f->nodes.count; i++)
		used = used || type[i].speed.flops;
	if (!unit->flops || unit->v <= 0)
		yaml_tree_wrong(t, unit->at, "reference: expected a speed above 0 with its unit, "
				"as in 32GFLOP/s");
	else if (!used)
		yaml_tree_wrong(t, unit->at, "reference: no node states its speed in FLOP/s; leave "
				"it out");
}

static void check_sums(struct yaml_tree *t, const struct file *f)
{
	const struct type_file *type = f->nodes.items;
	int64_t nodes = 0, procs = 0;

	if (f->nodes.count > TYPES_MAX) {
		yaml_tree_wrong(t, f->nodes.at, "nodes: %zu types; at most %d", f->nodes.count,
				TYPES_MAX);
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

/* ---- GPU models ---------------------------------------------------------------------- */

/* Names by number; a job's gpu_model i + 1 is [i]. */
struct models {
	const char *name[MODELS_MAX];
	size_t      count;
	bool        closed; /* the file lists them */
};

static size_t model_find(const struct models *m, const char *name)
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
		check_name(t, "gpu_models", &word[i]);
		if (model_find(m, word[i].v) < m->count) {
			yaml_tree_wrong(t, word[i].at, "gpu_models: \"%s\" is named twice",
					sj_quote(word[i].v, strlen(word[i].v)).text);
		} else if (m->count == MODELS_MAX) {
			yaml_tree_wrong(t, word[i].at, "gpu_models: more than %d", MODELS_MAX);
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

	if (model->v == NULL || model_find(m, model->v) < m->count)
		return;
	check_name(t, "model", model);
	if (!m->closed && m->count < MODELS_MAX) {
		m->name[m->count++] = model->v;
		return;
	}
	if (!m->closed) {
		yaml_tree_wrong(t, model->at, "model: more than %d GPU models", MODELS_MAX);
		return;
	}
	near = yaml_tree_full(t) ? NULL : sj_nearest(model->v, m->name, m->count);
	yaml_tree_wrong(t, model->at, "model: \"%s\" is not one of gpu_models%s%s%s",
			sj_quote(model->v, strlen(model->v)).text,
			near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
			near != NULL ? "\"?" : "");
}

/* ---- from a file to a machine ---------------------------------------------------------- */

static void check(struct yaml_tree *t, const struct file *f, struct models *m)
{
	const struct type_file *type = f->nodes.items;

	check_pool(t, f);
	check_sums(t, f);
	check_reference(t, f);
	if (f->nodes.count <= TYPES_MAX) {
		check_twice(t, f);
		models_listed(t, f, m);
	}
	for (size_t i = 0; i < f->nodes.count && i < TYPES_MAX; i++) {
		check_name(t, "type", &type[i].type);
		check_speed(t, f, &type[i].speed);
		model_used(t, m, &type[i].gpus.model);
	}
}

static int fill_types(const struct file *f, const struct models *m, struct cluster *out)
{
	const struct type_file *from = f->nodes.items;

	out->types = calloc(f->nodes.count, sizeof(*out->types));
	out->gpu_names = calloc(m->count + 1, sizeof(*out->gpu_names));
	if (out->types == NULL || out->gpu_names == NULL)
		return SJ_ENOMEM;
	for (; out->gpu_count < m->count; out->gpu_count++) {
		out->gpu_names[out->gpu_count] = strdup(m->name[out->gpu_count]);
		if (out->gpu_names[out->gpu_count] == NULL)
			return SJ_ENOMEM;
	}
	for (; out->type_count < f->nodes.count; out->type_count++, from++) {
		struct node_type *to = &out->types[out->type_count];

		to->name = strdup(from->type.v);
		if (to->name == NULL)
			return SJ_ENOMEM;
		to->spec = (sj_node_type){
			.count = (uint32_t)from->count.v,
			.cores = (uint32_t)from->cores.v,
			.gpus = (uint32_t)from->gpus.count.v,
			.gpu_model = from->gpus.model.v == NULL ? 0 :
				     (uint32_t)model_find(m, from->gpus.model.v) + 1,
			.mem_bytes = from->memory.v,
			.speed = from->speed.at.line == 0 ? 1 :
				 from->speed.flops ? from->speed.v / f->reference.v : from->speed.v,
		};
	}
	return cluster_complete(out);
}

static int say_wrong(struct yaml_tree *t, const char *name, sj_error *err)
{
	size_t kept, all = yaml_tree_wrongs(t);
	const char *const *text = yaml_tree_sentences(t, &kept);

	if (text == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", name);
	if (all == 1)
		return sj_fail(err, SJ_EPARSE, "%s", text[0]);
	return sj_fail(err, SJ_EPARSE, "%s (and %zu more: `sojourn cluster check` lists all)",
		       text[0], all - 1);
}

int platform_parse(const char *name, const char *bytes, size_t size, struct cluster *out,
		   struct yaml_tree **keep, sj_error *err)
{
	struct models models = { .count = 0 };
	struct file f = { .procs.v = 0 };
	struct yaml_tree *t;
	int rc = yaml_tree_parse(name, bytes, size, &t, err);

	*out = (struct cluster){ .text = NULL };
	if (keep != NULL)
		*keep = NULL;
	if (rc != SJ_OK)
		return rc;
	yaml_bind(t, yaml_tree_root(t), file_keys, &f);
	if (f.at.line != 0)
		check(t, &f, &models);
	rc = yaml_tree_state(t);
	if (rc == SJ_OK && yaml_tree_wrongs(t) != 0)
		rc = say_wrong(t, name, err);
	else if (rc == SJ_OK && f.procs.at.line != 0)
		rc = cluster_pool((uint32_t)f.procs.v, out, err);
	else if (rc == SJ_OK)
		rc = fill_types(&f, &models, out);
	if (rc == SJ_ENOMEM)
		sj_fail(err, SJ_ENOMEM, "%s: no memory for the machine", name);
	if (rc != SJ_OK)
		cluster_fini(out);
	if (keep != NULL)
		*keep = t;
	else
		yaml_tree_free(t);
	return rc;
}
