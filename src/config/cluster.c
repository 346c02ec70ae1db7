/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cluster.c - the inline notation of a machine, through the parameter tables
 * that policies use: same units, same range checks, same suggestions. Files are
 * platform.c's.
 */
#include "config/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/platform.h"
#include "sojourn/param.h"

struct fields {
	int64_t     procs, nodes, cores, gpus;
	const char *gpu;
	uint64_t    mem_bytes;
	double      speed;
};

#define AT(member) .offset = offsetof(struct fields, member)
static const sj_param cluster_params[] = {
	{ .name = "procs", .type = SJ_P_INT, AT(procs), .def = "0", .min = 0,
	  .max = CLUSTER_PROCS_MAX, .unit = "processors",
	  .help = "One pool of identical processors without node boundaries." },
	{ .name = "nodes", .type = SJ_P_INT, AT(nodes), .def = "0", .min = 0,
	  .max = CLUSTER_NODES_MAX, .unit = "nodes", .help = "Identical nodes." },
	{ .name = "cores", .type = SJ_P_INT, AT(cores), .def = "1", .min = 1,
	  .max = 1e6, .unit = "cores", .help = "Cores of a node." },
	{ .name = "gpus", .type = SJ_P_INT, AT(gpus), .def = "0", .min = 0,
	  .max = SJ_NODE_GPUS_MAX, .unit = "GPUs", .help = "GPUs of a node." },
	{ .name = "gpu", .type = SJ_P_STRING, AT(gpu), .def = "",
	  .help = "Model of the GPUs." },
	{ .name = "mem", .type = SJ_P_BYTES, AT(mem_bytes), .def = "0B",
	  .help = "Memory of a node; 0B is not modelled." },
	{ .name = "speed", .type = SJ_P_DOUBLE, AT(speed), .def = "1", .min = 1e-6,
	  .max = 1e6, .help = "Speed of a core relative to the reference." },
	{ .name = NULL },
};

/* ---- before parsing ---------------------------------------------------------- */

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), k = strlen(tail);

	return n >= k && strcmp(text + n - k, tail) == 0;
}

static bool is_file(const char *text)
{
	return ends_with(text, ".yaml") || ends_with(text, ".yml") || ends_with(text, ".json");
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
	if ((double)f->nodes * (double)f->cores > CLUSTER_PROCS_MAX)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": %lld nodes of %lld cores are "
			       "more than %d processors", text, (long long)f->nodes,
			       (long long)f->cores, CLUSTER_PROCS_MAX);
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

/* A machine that the inline notation can state: one type, whose GPU model is the
 * only one. What it cannot is written as JSON. */
static char *text_of(const struct cluster *c)
{
	struct fields f = { .procs = c->model.procs, .cores = 1, .gpu = "", .speed = 1 };
	const struct node_type *t = c->types;

	if (c->type_count > 1 || c->gpu_count > 1)
		return platform_text(c);
	if (c->type_count == 1)
		f = (struct fields){
			.nodes = t->spec.count, .cores = t->spec.cores,
			.gpus = t->spec.gpus,
			.gpu = t->spec.gpu_model != 0 ? c->gpu_names[0] : "",
			.mem_bytes = t->spec.mem_bytes, .speed = t->spec.speed,
		};
	return canonical(&f);
}

int cluster_complete(struct cluster *c)
{
	if (c->type_count > 0) {
		c->specs = malloc(c->type_count * sizeof(*c->specs));
		if (c->specs == NULL)
			return SJ_ENOMEM;
	}
	for (uint32_t i = 0; i < c->type_count; i++) {
		c->specs[i] = c->types[i].spec;
		c->node_count += c->specs[i].count;
		c->model.procs += c->specs[i].count * c->specs[i].cores;
	}
	c->model.type_count = c->type_count;
	c->model.types = c->specs;
	c->text = text_of(c);
	return c->text != NULL ? SJ_OK : SJ_ENOMEM;
}

static int add_model(struct cluster *c, const char *name)
{
	c->gpu_names = calloc(1, sizeof(*c->gpu_names));
	if (c->gpu_names == NULL)
		return SJ_ENOMEM;
	c->gpu_names[0] = strdup(name);
	if (c->gpu_names[0] == NULL)
		return SJ_ENOMEM;
	c->gpu_count = 1;
	return SJ_OK;
}

static int build(const struct fields *f, struct cluster *out)
{
	*out = (struct cluster){ .model.procs = (uint32_t)f->procs };
	if (f->nodes == 0)
		return cluster_complete(out);
	out->types = calloc(1, sizeof(*out->types));
	if (out->types == NULL)
		return SJ_ENOMEM;
	out->type_count = 1;
	out->types->name = strdup("node");
	if (out->types->name == NULL || (f->gpu[0] != '\0' && add_model(out, f->gpu) != SJ_OK))
		return SJ_ENOMEM;
	out->types->spec = (sj_node_type){
		.count = (uint32_t)f->nodes,
		.cores = (uint32_t)f->cores,
		.gpus = (uint32_t)f->gpus,
		.gpu_model = f->gpu[0] != '\0',
		.mem_bytes = f->mem_bytes,
		.speed = f->speed,
	};
	return cluster_complete(out);
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

static int parse_inline(const char *text, struct cluster *out, sj_error *err)
{
	struct strings strings = { .bytes = malloc(2 * strlen(text) + 64) };
	struct fields f = { 0 };
	int rc;

	*out = (struct cluster){ 0 };
	if (strings.bytes == NULL)
		return SJ_ENOMEM;
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

int cluster_parse(const char *text, struct cluster *out, sj_error *err)
{
	int rc;

	if (is_file(text))
		return platform_read(text, out, NULL, err);
	if (text[0] != '{')
		return parse_inline(text, out, err);
	rc = platform_parse("cluster", text, strlen(text), out, NULL, err);
	if (rc == SJ_EPARSE && err != NULL)
		err->code = SJ_EUSAGE;
	return rc == SJ_EPARSE ? SJ_EUSAGE : rc;
}

int cluster_pool(uint32_t procs, struct cluster *out, sj_error *err)
{
	char text[32];

	snprintf(text, sizeof(text), "procs=%u", procs);
	return cluster_parse(text, out, err);
}

void cluster_fini(struct cluster *c)
{
	for (uint32_t i = 0; i < c->type_count; i++)
		free(c->types[i].name);
	for (uint32_t i = 0; i < c->gpu_count; i++)
		free(c->gpu_names[i]);
	free(c->types);
	free(c->gpu_names);
	free(c->specs);
	free(c->text);
	*c = (struct cluster){ 0 };
}
