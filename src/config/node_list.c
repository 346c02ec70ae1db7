/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node_list.c - see node_list.h. */
#include "config/node_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/platform_keys.h"
#include "input/input.h"
#include "units.h"

#define BYTES_MAX ((size_t)256 << 20)
#define FIELDS    64 /* of a line */

enum column { CPU_MILLI, CPUS, MEMORY, GPUS, MODEL, COLUMNS };

/* The names of each, by list. */
static const struct {
	const char   *name;
	enum column   column;
} names[] = {
	{ "cpu_milli", CPU_MILLI }, { "cpu_num", CPUS }, { "memory_mib", MEMORY },
	{ "gpu", GPUS }, { "gpu_capacity_num", GPUS }, { "model", MODEL },
	{ "gpu_model", MODEL },
};

struct list {
	struct cluster *c;
	const char     *name;   /* of the file */
	uint64_t        line;
	uint32_t        type_cap;
	unsigned        width;  /* fields of a line */
	int             place[COLUMNS]; /* -1: not there */
	sj_error       *err;
};

/* ---- lines ----------------------------------------------------------------------------- */

/* Cuts `text` at its commas; the number of fields, at most FIELDS. */
static unsigned split(char *text, char **field)
{
	unsigned n = 0;

	while (text != NULL && n < FIELDS)
		field[n++] = strsep(&text, ",");
	return n;
}

static int read_names(struct list *l, char *text)
{
	char *field[FIELDS];

	l->width = split(text, field);
	for (int k = 0; k < COLUMNS; k++)
		l->place[k] = -1;
	for (unsigned i = 0; i < l->width; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (strcmp(field[i], names[k].name) == 0)
				l->place[names[k].column] = (int)i;
	if ((l->place[CPU_MILLI] < 0 && l->place[CPUS] < 0) || l->place[GPUS] < 0)
		return sj_fail(l->err, SJ_EPARSE, "%s:%" PRIu64 ": the first line of a list of "
			       "nodes names its columns; expected cpu_milli or cpu_num, gpu or "
			       "gpu_capacity_num, and optionally memory_mib, model or gpu_model",
			       l->name, l->line);
	return SJ_OK;
}

static int read_number(const struct list *l, char **field, enum column k, uint64_t max,
		       uint64_t *out)
{
	const char *text = l->place[k] >= 0 ? field[l->place[k]] : "0";
	char *end;

	*out = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && strlen(text) < 19 && *out <= max)
		return SJ_OK;
	return sj_fail(l->err, SJ_EPARSE, "%s:%" PRIu64 ": field %d: \"%s\" is not a whole "
		       "number up to %" PRIu64, l->name, l->line, l->place[k] + 1,
		       sj_quote(text, strlen(text)).text, max);
}

/* ---- types ----------------------------------------------------------------------------- */

/* The model's number; a new one gets a name of its own. */
static int number_model(struct list *l, const char *text, uint32_t *out)
{
	struct cluster *c = l->c;
	char **bigger;

	*out = 0;
	if (text[0] == '\0')
		return SJ_OK;
	for (uint32_t i = 0; i < c->gpu_count; i++)
		if (strcmp(c->gpu_names[i], text) == 0) {
			*out = i + 1;
			return SJ_OK;
		}
	if (!platform_is_name(text) || c->gpu_count == PLATFORM_MODELS_MAX)
		return sj_fail(l->err, SJ_EPARSE, "%s:%" PRIu64 ": model \"%s\": expected at "
			       "most %d names of letters, digits and . _ -", l->name, l->line,
			       sj_quote(text, strlen(text)).text, (int)PLATFORM_MODELS_MAX);
	bigger = realloc(c->gpu_names, (c->gpu_count + 1) * sizeof(*bigger));
	if (bigger == NULL)
		return SJ_ENOMEM;
	c->gpu_names = bigger;
	bigger[c->gpu_count] = strdup(text);
	if (bigger[c->gpu_count] == NULL)
		return SJ_ENOMEM;
	*out = ++c->gpu_count;
	return SJ_OK;
}

static int new_type(struct list *l, const sj_node_type *node)
{
	struct cluster *c = l->c;
	struct node_type *t;

	if (c->type_count == PLATFORM_TYPES_MAX)
		return sj_fail(l->err, SJ_EPARSE, "%s:%" PRIu64 ": more than %d kinds of nodes",
			       l->name, l->line, (int)PLATFORM_TYPES_MAX);
	if (c->type_count == l->type_cap) {
		uint32_t cap = l->type_cap == 0 ? 16 : l->type_cap * 2;

		t = realloc(c->types, cap * sizeof(*t));
		if (t == NULL)
			return SJ_ENOMEM;
		c->types = t;
		l->type_cap = cap;
	}
	t = &c->types[c->type_count];
	*t = (struct node_type){ .spec = *node };
	if (asprintf(&t->name, "%.48s-%u", node->gpus == 0 ? "cpu" : node->gpu_model == 0 ? "gpu" :
		     c->gpu_names[node->gpu_model - 1], c->type_count + 1) < 0)
		return SJ_ENOMEM;
	c->type_count++;
	return SJ_OK;
}

static int add_node(struct list *l, const sj_node_type *node)
{
	struct cluster *c = l->c;
	int rc = SJ_OK;
	uint32_t k = 0;

	while (k < c->type_count && (c->types[k].spec.cores != node->cores ||
				     c->types[k].spec.gpus != node->gpus ||
				     c->types[k].spec.gpu_model != node->gpu_model ||
				     c->types[k].spec.mem_bytes != node->mem_bytes))
		k++;
	if (k == c->type_count)
		rc = new_type(l, node);
	if (rc == SJ_OK)
		c->types[k].spec.count++;
	return rc;
}

/* ---- nodes ----------------------------------------------------------------------------- */

static int read_node(struct list *l, char *text)
{
	sj_node_type node = { .speed = 1, .gpu_speed = 1, .gpu_grain = 1 };
	bool milli = l->place[CPU_MILLI] >= 0;
	uint64_t cpus, mib, gpus;
	char *field[FIELDS];
	unsigned n = split(text, field);
	int rc;

	if (n != l->width)
		return sj_fail(l->err, SJ_EPARSE, "%s:%" PRIu64 ": the line has %u fields, and "
			       "the first line names %u", l->name, l->line, n, l->width);
	rc = read_number(l, field, milli ? CPU_MILLI : CPUS, milli ? 1000000000 : 1000000,
			 &cpus);
	if (rc == SJ_OK)
		rc = read_number(l, field, MEMORY, UINT64_C(1) << 40, &mib);
	if (rc == SJ_OK)
		rc = read_number(l, field, GPUS, SJ_NODE_GPUS_MAX, &gpus);
	if (rc != SJ_OK)
		return rc;
	node.cores = (uint32_t)(milli ? cpus / 1000 : cpus);
	node.mem_bytes = mib << 20;
	node.gpus = (uint32_t)gpus;
	if (node.cores == 0)
		return sj_fail(l->err, SJ_EPARSE, "%s:%" PRIu64 ": the node has no whole core",
			       l->name, l->line);
	if (gpus > 0 && l->place[MODEL] >= 0)
		rc = number_model(l, field[l->place[MODEL]], &node.gpu_model);
	return rc == SJ_OK ? add_node(l, &node) : rc;
}

static int read_lines(struct list *l, char *text)
{
	uint64_t procs = 0, nodes = 0;
	int rc = SJ_OK;

	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	for (char *line; rc == SJ_OK && (line = strsep(&text, "\n")) != NULL;) {
		size_t n = strlen(line);

		l->line++;
		if (n > 0 && line[n - 1] == '\r')
			line[n - 1] = '\0';
		if (line[0] != '\0')
			rc = l->width == 0 ? read_names(l, line) : read_node(l, line);
	}
	for (uint32_t k = 0; k < l->c->type_count; k++) {
		nodes += l->c->types[k].spec.count;
		procs += (uint64_t)l->c->types[k].spec.count * l->c->types[k].spec.cores;
	}
	if (rc == SJ_OK && (nodes == 0 || nodes > CLUSTER_NODES_MAX || procs > CLUSTER_PROCS_MAX))
		rc = sj_fail(l->err, SJ_EPARSE, "%s: %" PRIu64 " nodes of %" PRIu64 " cores; "
			     "expected 1 to %d nodes and at most %d cores", l->name, nodes,
			     procs, CLUSTER_NODES_MAX, CLUSTER_PROCS_MAX);
	return rc;
}

/* All of the file as text, to be freed. */
static int read_text(sj_input *in, char **text, sj_error *err)
{
	size_t used = 0, room = 0;

	*text = NULL;
	for (;;) {
		char *bigger = used + 1 >= room ? realloc(*text, room = room * 2 + 65536) : *text;
		ptrdiff_t n;

		if (bigger == NULL || room > BYTES_MAX)
			return sj_fail(err, bigger == NULL ? SJ_ENOMEM : SJ_EPARSE,
				       "%s: too long for a list of nodes", in->name);
		*text = bigger;
		n = in->read(in, bigger + used, room - used - 1, err);
		if (n < 0)
			return (int)n;
		used += (size_t)n;
		bigger[used] = '\0';
		if (n == 0)
			break;
	}
	return strlen(*text) == used ? SJ_OK :
	       sj_fail(err, SJ_EPARSE, "%s: there is a byte 0 in it; the file is not text",
		       in->name);
}

bool node_list_is(const char *path)
{
	static const char *const tails[] = { ".csv", ".csv.gz", ".csv.zst" };
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (n > strlen(tails[i]) && strcmp(path + n - strlen(tails[i]), tails[i]) == 0)
			return true;
	return false;
}

int node_list_parse(const char *name, char *text, struct cluster *out, sj_error *err)
{
	struct list l = { .c = out, .name = name, .err = err };
	int rc;

	*out = (struct cluster){ .text = NULL };
	rc = read_lines(&l, text);
	if (rc == SJ_OK)
		rc = cluster_complete(out);
	if (rc == SJ_ENOMEM)
		sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", name);
	if (rc != SJ_OK)
		cluster_fini(out);
	return rc;
}

int node_list_read(const char *path, struct cluster *out, sj_error *err)
{
	sj_input *in = NULL;
	char *text = NULL;
	int rc = input_open(path, 0, &in, err);

	*out = (struct cluster){ .text = NULL };
	if (rc == SJ_OK)
		rc = read_text(in, &text, err);
	if (rc == SJ_OK)
		rc = node_list_parse(in->name, text, out, err);
	free(text);
	input_close(in);
	return rc;
}
