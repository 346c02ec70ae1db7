/* SPDX-License-Identifier: GPL-3.0-or-later */
/* platform_file.c - cluster files: reading bytes, writing text that reads back. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/platform.h"
#include "input/input.h"
#include "units.h"

/* ---- reading ------------------------------------------------------------------- */

/* One byte more than is allowed is enough to tell that there are more. */
static int read_bytes(sj_input *in, char *buf, size_t size, size_t *used, sj_error *err)
{
	*used = 0;
	while (*used < size) {
		ptrdiff_t n = in->read(in, buf + *used, size - *used, err);

		if (n < 0)
			return (int)n;
		if (n == 0)
			break;
		*used += (size_t)n;
	}
	return SJ_OK;
}

int platform_read(const char *path, struct cluster *out, struct yaml_tree **tree,
		  sj_error *err)
{
	size_t room = (size_t)YAML_TREE_BYTES_MAX + 1, used;
	char *buf = malloc(room);
	sj_input *in = NULL;
	int rc;

	*out = (struct cluster){ .text = NULL };
	if (tree != NULL)
		*tree = NULL;
	if (buf == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", path);
	rc = input_open(path, 0, &in, err);
	if (rc == SJ_OK)
		rc = read_bytes(in, buf, room, &used, err);
	if (rc == SJ_OK)
		rc = platform_parse(in->name, buf, used, out, tree, err);
	input_close(in);
	free(buf);
	return rc;
}

/* ---- writing --------------------------------------------------------------------- */

/* Are the models numbered in the order in which the types name them? Then a list of
 * them says nothing. */
static bool models_in_order(const struct cluster *c)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; i < c->type_count; i++) {
		if (c->types[i].spec.gpu_model > seen + 1)
			return false;
		if (c->types[i].spec.gpu_model == seen + 1)
			seen++;
	}
	return seen == c->gpu_count;
}

static void write_type(FILE *to, const struct cluster *c, const struct node_type *t)
{
	const sj_node_type *s = &t->spec;
	char text[64];

	fprintf(to, "{\"type\":\"%s\",\"count\":%u,\"cores\":%u", t->name, t->spec.count, s->cores);
	if (s->speed != 1) {
		sj_format_double(s->speed, text, sizeof(text));
		fprintf(to, ",\"speed\":%s", text);
	}
	if (s->mem_bytes != 0) {
		sj_format_bytes(s->mem_bytes, text, sizeof(text));
		fprintf(to, ",\"memory\":\"%s\"", text);
	}
	if (s->gpus != 0) {
		fprintf(to, ",\"gpus\":{\"count\":%u", s->gpus);
		if (s->gpu_model != 0)
			fprintf(to, ",\"model\":\"%s\"", c->gpu_names[s->gpu_model - 1]);
		fputc('}', to);
	}
	fputc('}', to);
}

char *platform_text(const struct cluster *c)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	bool failed;

	if (to == NULL)
		return NULL;
	fputc('{', to);
	for (uint32_t i = 0; !models_in_order(c) && i < c->gpu_count; i++)
		fprintf(to, "%s\"%s\"%s", i == 0 ? "\"gpu_models\":[" : ",", c->gpu_names[i],
			i + 1 == c->gpu_count ? "]," : "");
	fputs("\"nodes\":[", to);
	for (uint32_t i = 0; i < c->type_count; i++) {
		fputs(i > 0 ? "," : "", to);
		write_type(to, c, &c->types[i]);
	}
	fputs("]}", to);
	failed = ferror(to);
	if (fclose(to) != 0 || failed) {
		free(text);
		return NULL;
	}
	return text;
}

static void write_commented(FILE *to, const struct cluster *c, const struct node_type *t)
{
	const sj_node_type *s = &t->spec;
	char text[64];

	fprintf(to, "  - type: \"%s\"\n    count: %u\n    cores: %u\n", t->name, t->spec.count,
		s->cores);
	sj_format_double(s->speed, text, sizeof(text));
	fprintf(to, "    speed: %s\n", text);
	if (s->mem_bytes != 0) {
		sj_format_bytes(s->mem_bytes, text, sizeof(text));
		fprintf(to, "    memory: %s\n", text);
	} else {
		fputs("    # memory: 256GiB\n", to);
	}
	if (s->gpus == 0) {
		fputs("    # gpus: { count: 4, model: V100 }\n", to);
		return;
	}
	fprintf(to, "    gpus:\n      count: %u\n", s->gpus);
	if (s->gpu_model != 0)
		fprintf(to, "      model: \"%s\"\n", c->gpu_names[s->gpu_model - 1]);
	else
		fputs("      # model: V100\n", to);
}

void platform_write(FILE *to, const struct cluster *c)
{
	fputs("# A cluster for `sojourn run -c`. docs/CLUSTER.md tells every key;\n"
	      "# `sojourn cluster check FILE` finds what is wrong with a file.\n", to);
	if (c->type_count == 0) {
		fprintf(to, "# One pool of identical processors without node boundaries.\n"
			    "procs: %u\n", c->model.procs);
		return;
	}
	for (uint32_t i = 0; i < c->gpu_count; i++)
		fprintf(to, "%s  - \"%s\"  # %u\n", i == 0 ? "\n# Number n of this list is gpu_model n "
			"of a job.\ngpu_models:\n" : "", c->gpu_names[i], i + 1);
	fputs("\n# Nodes are numbered type after type. The speed of a core is relative to the one on\n"
	      "# which run times hold. Sizes need a unit: 1 GB is 10^9 bytes, 1 GiB is 2^30; a node\n"
	      "# without memory is never short of it.\nnodes:\n", to);
	for (uint32_t i = 0; i < c->type_count; i++)
		write_commented(to, c, &c->types[i]);
}
