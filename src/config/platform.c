/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platform.c - from the text of a cluster file to a machine. The keys are in
 * platform_keys.c, what must hold between them in platform_check.c and
 * platform_places.c.
 */
#include "config/platform.h"

#include <stdlib.h>
#include <string.h>

#include "config/platform_keys.h"
#include "config/timelaw.h"

/* ---- a type --------------------------------------------------------------------------- */

static double relative(const struct speed *s, const struct speed *reference)
{
	return s->at.line == 0 ? 1 : s->flops ? s->v / reference->v : s->v;
}

static void fill_gpus(const struct file *f, const struct models *m, const struct gpus_file *g,
		      sj_node_type *to)
{
	to->gpu_speed = 1;
	to->gpu_grain = 1;
	if (g->at.line == 0)
		return;
	to->gpus = (uint32_t)g->count.v;
	to->gpu_model = g->model.v == NULL ? 0 : (uint32_t)models_find(m, g->model.v) + 1;
	to->gpu_grain = g->shares.v > 0 ? 1000 / (uint32_t)g->shares.v : 1;
	to->gpu_mem_bytes = g->memory.v;
	to->gpu_speed = relative(&g->speed, &f->gpu_reference);
	to->gpu_idle_w = g->power.idle.v;
	to->gpu_busy_w = g->power.busy.v;
}

static int fill_failures(const struct failures_file *f, struct node_type *to, sj_error *err)
{
	int rc;

	if (f->at.line == 0)
		return SJ_OK;
	rc = timelaw_create("mtbf", f->mtbf.v, &to->mtbf, &to->mtbf_text, err);
	if (rc == SJ_OK)
		rc = timelaw_create("mttr", f->mttr.v, &to->mttr, &to->mttr_text, err);
	to->spec.mtbf = to->mtbf;
	to->spec.mttr = to->mttr;
	return rc;
}

static int fill_type(const struct file *f, const struct models *m, const struct type_file *from,
		     struct node_type *to, sj_error *err)
{
	to->name = strdup(from->type.v);
	if (to->name == NULL)
		return SJ_ENOMEM;
	to->spec = (sj_node_type){
		.count = (uint32_t)from->count.v,
		.cores = (uint32_t)from->cores.v,
		.mem_bytes = from->memory.v,
		.speed = relative(&from->speed, &f->reference),
		.site = from->site_number,
		.rack = from->racks.first,
		.racks = from->racks.number,
		.nic_bytes_per_s = from->nic.bandwidth.v,
		.nic_latency_ns = from->nic.latency.v,
		.pcie_bytes_per_s = from->links.pcie.v,
		.nvlink_bytes_per_s = from->links.nvlink.v,
		.pcie_latency_ns = from->links.pcie_latency.v,
		.nvlink_latency_ns = from->links.nvlink_latency.v,
		.idle_w = from->power.idle.v,
		.busy_w = from->power.busy.v,
	};
	fill_gpus(f, m, &from->gpus, &to->spec);
	return fill_failures(&from->failures, to, err);
}

/* ---- the machine ---------------------------------------------------------------------- */

/* A copy of n names, of which some may be NULL. NULL when no memory. */
static char **copy_names(const char *const *from, size_t n, uint32_t *count)
{
	char **to = calloc(n + 1, sizeof(*to));

	for (*count = 0; to != NULL && *count < n; ++*count) {
		if (from[*count] == NULL)
			continue;
		to[*count] = strdup(from[*count]);
		if (to[*count] == NULL) {
			while (*count > 0)
				free(to[--*count]);
			free(to);
			return NULL;
		}
	}
	return to;
}

static int fill_interference(const struct interference_file *from, struct cluster *out)
{
	size_t n = (size_t)from->slowdown.kinds * from->slowdown.kinds;
	double *factor;

	if (from->at.line == 0)
		return SJ_OK;
	out->interference = calloc(1, sizeof(*out->interference));
	factor = malloc(n * sizeof(*factor));
	if (out->interference == NULL || factor == NULL) {
		free(factor);
		return SJ_ENOMEM;
	}
	memcpy(factor, from->slowdown.factor, n * sizeof(*factor));
	*out->interference = (sj_interference){
		.kinds = from->slowdown.kinds, .slowdown = factor,
		.per_gpu = from->scope.v != NULL && from->scope.v[0] == 'g',
	};
	return SJ_OK;
}

static int fill(struct yaml_tree *t, const struct file *f, const struct models *m, const struct places *p,
		struct cluster *out, sj_error *err)
{
	const struct type_file *from = f->nodes.items;
	int rc = fill_interference(&f->interference, out);

	out->types = calloc(f->nodes.count, sizeof(*out->types));
	out->gpu_names = copy_names(m->name, m->count, &out->gpu_count);
	out->rack_names = copy_names(p->rack, p->racks, &out->rack_count);
	out->site_names = copy_names(p->site, p->sites, &out->site_count);
	if (rc != SJ_OK || out->types == NULL || out->gpu_names == NULL ||
	    out->rack_names == NULL || out->site_names == NULL)
		return SJ_ENOMEM;
	while (rc == SJ_OK && out->type_count < f->nodes.count) {
		rc = fill_type(f, m, &from[out->type_count], &out->types[out->type_count], err);
		out->type_count++;
	}
	if (rc == SJ_OK)
		rc = platform_fill_network(&f->network, out);
	if (rc == SJ_OK)
		rc = cluster_complete(out);
	return rc == SJ_OK ? platform_match_news(t, &f->network, out, err) : rc;
}

static int parse(struct wrongs *wrongs, struct yaml_tree *t, struct cluster *out, sj_error *err)
{
	struct models models = { .count = 0 };
	struct places places = { .racks = 0 };
	struct file f = { .procs.v = 0 };
	int rc;

	yaml_bind(t, yaml_tree_root(t), platform_keys, &f);
	if (f.at.line != 0)
		platform_check(t, &f, &models, &places);
	rc = yaml_tree_state(t);
	if (rc != SJ_OK)
		return rc;
	if (wrongs_count(wrongs) != 0)
		return wrongs_error(wrongs, err);
	if (f.procs.at.line != 0)
		return cluster_pool((uint32_t)f.procs.v, out, err);
	rc = fill(t, &f, &models, &places, out, err);
	return rc == SJ_OK && wrongs_count(wrongs) != 0 ? wrongs_error(wrongs, err) : rc;
}

int platform_parse(const char *name, const char *bytes, size_t size, struct cluster *out,
		   struct wrongs **keep, sj_error *err)
{
	struct wrongs *wrongs = wrongs_create(name);
	struct yaml_tree *t = NULL;
	int rc = wrongs != NULL ? yaml_tree_parse(wrongs, bytes, size, &t, err) : SJ_ENOMEM;

	*out = (struct cluster){ .text = NULL };
	if (rc == SJ_OK)
		rc = parse(wrongs, t, out, err);
	if (rc == SJ_ENOMEM)
		sj_fail(err, SJ_ENOMEM, "%s: no memory for the machine", name);
	if (rc != SJ_OK)
		cluster_fini(out);
	yaml_tree_free(t);
	if (keep != NULL)
		*keep = wrongs;
	else
		wrongs_free(wrongs);
	return rc;
}
