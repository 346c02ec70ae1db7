/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cluster.c - the inline notation of a machine, through the parameter tables
 * that policies use: same units, same range checks, same suggestions.
 */
#include "config/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"

#define NODES_MAX 1e7
#define PROCS_MAX 2147483647.0 /* widths are 32 bits and sums must not wrap */

struct fields {
	int64_t     procs, nodes, cores, gpus;
	const char *gpu;
	uint64_t    mem_bytes;
	double      speed;
};

#define AT(member) .offset = offsetof(struct fields, member)
static const sj_param cluster_params[] = {
	{ .name = "procs", .type = SJ_P_INT, AT(procs), .def = "0", .min = 0,
	  .max = PROCS_MAX, .unit = "processors",
	  .help = "One pool of identical processors without node boundaries." },
	{ .name = "nodes", .type = SJ_P_INT, AT(nodes), .def = "0", .min = 0,
	  .max = NODES_MAX, .unit = "nodes", .help = "Identical nodes." },
	{ .name = "cores", .type = SJ_P_INT, AT(cores), .def = "1", .min = 1,
	  .max = 1e6, .unit = "cores", .help = "Cores of a node." },
	{ .name = "gpus", .type = SJ_P_INT, AT(gpus), .def = "0", .min = 0,
	  .max = 4096, .unit = "GPUs", .help = "GPUs of a node." },
	{ .name = "gpu", .type = SJ_P_STRING, AT(gpu), .def = "",
	  .help = "Model of the GPUs." },
	{ .name = "mem", .type = SJ_P_BYTES, AT(mem_bytes), .def = "0B",
	  .help = "Memory of a node; 0B is not modelled." },
	{ .name = "speed", .type = SJ_P_DOUBLE, AT(speed), .def = "1", .min = 1e-6,
	  .max = 1e6, .help = "Speed of a core relative to the reference." },
	{ .name = NULL },
};

/* ---- what is refused before parsing ---------------------------------------- */

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), k = strlen(tail);

	return n >= k && strcmp(text + n - k, tail) == 0;
}

static int refuse_files(const char *text, sj_error *err)
{
	if (ends_with(text, ".yaml") || ends_with(text, ".yml") || ends_with(text, ".json"))
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": cluster files are not "
			       "read yet; write it inline: %s", text, CLUSTER_NOTATION);
	return SJ_OK;
}

static int refuse_network(const char *text, sj_error *err)
{
	static const char *const network[] = { "bw", "lat", "topology", "network" };

	for (const char *item = text; item != NULL && *item != '\0';) {
		size_t n = strcspn(item, "=,");

		for (size_t i = 0; i < sizeof(network) / sizeof(network[0]); i++)
			if (strlen(network[i]) == n && strncmp(item, network[i], n) == 0)
				return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": %s: network "
					       "parameters are not modelled yet; leave it out",
					       text, network[i]);
		item = strchr(item, ',');
		if (item != NULL)
			item++;
	}
	return SJ_OK;
}

/* ---- from fields to a machine ----------------------------------------------- */

static int check_pool(const char *text, const struct fields *f, sj_error *err)
{
	if (f->procs != 0 && f->nodes != 0)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": procs (one pool) and nodes "
			       "exclude each other", text);
	if (f->procs == 0 && f->nodes == 0)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\" has no processors; "
			       "expected %s", text, CLUSTER_NOTATION);
	if (f->nodes == 0 && (f->cores != 1 || f->gpus != 0 || f->gpu[0] != '\0' ||
			      f->mem_bytes != 0 || f->speed != 1))
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": cores, gpus, gpu, mem and "
			       "speed describe a node; give nodes=N instead of procs=N", text);
	return SJ_OK;
}

static int check(const char *text, const struct fields *f, sj_error *err)
{
	int rc = check_pool(text, f, err);

	if (rc != SJ_OK)
		return rc;
	if (f->gpu[0] != '\0' && f->gpus == 0)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": gpu=%s names a model, but "
			       "gpus=N is missing", text, f->gpu);
	if ((double)f->nodes * (double)f->cores > PROCS_MAX)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": %lld nodes of %lld cores are "
			       "more than %.0f processors", text, (long long)f->nodes,
			       (long long)f->cores, PROCS_MAX);
	return SJ_OK;
}

static char *canonical(const struct fields *f)
{
	/* sj_params_canonical writes "name:args"; only the args are wanted. */
	size_t skip = strlen("cluster:");
	size_t n = sj_params_canonical("cluster", cluster_params, f, NULL, 0);
	char *buf = malloc(n + 1);

	if (buf == NULL)
		return NULL;
	sj_params_canonical("cluster", cluster_params, f, buf, n + 1);
	memmove(buf, buf + skip, n + 1 - skip);
	return buf;
}

static int build(const struct fields *f, struct cluster *out)
{
	uint32_t nodes = (uint32_t)f->nodes;

	*out = (struct cluster){ .text = canonical(f) };
	if (out->text == NULL)
		return SJ_ENOMEM;
	out->model.procs = (uint32_t)(nodes > 0 ? f->nodes * f->cores : f->procs);
	if (nodes == 0)
		return SJ_OK;
	out->nodes = calloc(nodes, sizeof(*out->nodes));
	if (f->gpu[0] != '\0')
		out->gpu_name = strdup(f->gpu);
	if (out->nodes == NULL || (f->gpu[0] != '\0' && out->gpu_name == NULL))
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < nodes; i++)
		out->nodes[i] = (sj_node_spec){
			.cores = (uint32_t)f->cores,
			.gpu_milli = (uint32_t)f->gpus * SJ_GPU_WHOLE,
			.gpu_model = f->gpu[0] != '\0',
			.mem_bytes = f->mem_bytes,
			.speed = f->speed,
		};
	out->model.node_count = nodes;
	out->model.nodes = out->nodes;
	return SJ_OK;
}

/* ---- public ------------------------------------------------------------------ */

/* Strings of a notation fit into what is left of this; it is as long as the text. */
struct strings {
	char  *bytes;
	size_t used;
};

static void *strings_take(void *self, size_t size)
{
	struct strings *s = self;
	char *at = s->bytes + s->used;

	s->used += size;
	return at;
}

int cluster_parse(const char *text, struct cluster *out, sj_error *err)
{
	struct strings strings = { .bytes = malloc(2 * strlen(text) + 64) };
	struct fields f = { 0 };
	int rc;

	*out = (struct cluster){ 0 };
	if (strings.bytes == NULL)
		return SJ_ENOMEM;
	rc = refuse_files(text, err);
	if (rc == SJ_OK)
		rc = refuse_network(text, err);
	if (rc == SJ_OK)
		rc = sj_params_bind("cluster", cluster_params, text, &f, strings_take,
				    &strings, err);
	if (rc == SJ_OK)
		rc = check(text, &f, err);
	if (rc == SJ_OK)
		rc = build(&f, out);
	free(strings.bytes);
	if (rc != SJ_OK)
		cluster_fini(out);
	return rc;
}

int cluster_pool(uint32_t procs, struct cluster *out, sj_error *err)
{
	char text[32];

	snprintf(text, sizeof(text), "procs=%u", procs);
	return cluster_parse(text, out, err);
}

void cluster_fini(struct cluster *c)
{
	free(c->text);
	free(c->nodes);
	free(c->gpu_name);
	*c = (struct cluster){ 0 };
}
