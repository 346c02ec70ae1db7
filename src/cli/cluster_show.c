/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_show.c - `sojourn cluster show`: a machine as a table or as JSON. */
#include <inttypes.h>

#include "cli/cluster_cmds.h"
#include "cli/json_out.h"
#include "cli/table_text.h"
#include "config/cluster.h"
#include "config/host.h"
#include "units.h"

struct totals {
	uint64_t nodes, cores, gpus, mem_bytes;
	bool     mem_known; /* of every node */
};

static struct totals totals_of(const struct cluster *c)
{
	struct totals t = { .cores = c->model.procs, .mem_known = c->type_count > 0 };

	for (uint32_t i = 0; i < c->type_count; i++) {
		const struct node_type *k = &c->types[i];

		t.nodes += k->spec.count;
		t.gpus += (uint64_t)k->spec.count * (k->spec.gpus);
		t.mem_known = t.mem_known && k->spec.mem_bytes != 0 &&
			      k->spec.mem_bytes <= (INT64_MAX - t.mem_bytes) / k->spec.count;
		if (t.mem_known)
			t.mem_bytes += k->spec.mem_bytes * k->spec.count;
	}
	return t;
}

/* ---- text ---------------------------------------------------------------------------- */

static void memory_cell(struct table_text *t, uint64_t bytes)
{
	char text[64];

	sj_format_bytes(bytes, text, sizeof(text));
	table_text_cell(t, bytes != 0 ? text : "-");
}

static void type_row(struct table_text *t, const struct cluster *c, const struct node_type *k,
		     uint64_t first)
{
	const sj_node_type *s = &k->spec;
	char speed[64];

	sj_format_double(s->speed, speed, sizeof(speed));
	table_text_cell(t, k->name);
	table_text_cellf(t, "%u", k->spec.count);
	if (k->spec.count == 1)
		table_text_cellf(t, "%" PRIu64, first);
	else
		table_text_cellf(t, "%" PRIu64 "-%" PRIu64, first, first + k->spec.count - 1);
	table_text_cellf(t, "%u", s->cores);
	table_text_cell(t, speed);
	memory_cell(t, s->mem_bytes);
	table_text_cellf(t, "%u", s->gpus);
	if (s->gpu_model != 0)
		table_text_cellf(t, "%s (%u)", c->gpu_names[s->gpu_model - 1], s->gpu_model);
	else
		table_text_cell(t, "-");
	table_text_end_row(t);
}

static int show_text(const struct cluster *c, sj_error *err)
{
	struct totals sum = totals_of(c);
	struct table_text *t;
	uint64_t first = 0;
	int rc;

	if (c->type_count == 0) {
		printf("one pool of %" PRIu64 " identical processors, no node boundaries\n",
		       sum.cores);
		return SJ_OK;
	}
	t = table_text_create();
	table_text_row(t, "type", "nodes", "numbers", "cores", "speed", "memory", "GPUs",
		       "GPU model", NULL);
	table_text_align(t, 2, 'r');
	table_text_align(t, 5, 'r');
	table_text_rule(t);
	for (uint32_t i = 0; i < c->type_count; first += c->types[i++].spec.count)
		type_row(t, c, &c->types[i], first);
	table_text_rule(t);
	table_text_cell(t, "all");
	table_text_cellf(t, "%" PRIu64, sum.nodes);
	table_text_cell(t, "");
	table_text_cellf(t, "%" PRIu64, sum.cores);
	table_text_cell(t, "");
	memory_cell(t, sum.mem_known ? sum.mem_bytes : 0);
	table_text_cellf(t, "%" PRIu64, sum.gpus);
	table_text_cell(t, "");
	table_text_end_row(t);
	rc = table_text_print(t, stdout, table_text_unicode(stdout));
	table_text_free(t);
	if (rc != SJ_OK)
		return sj_fail(err, rc, rc == SJ_ENOMEM ? "no memory" : "standard output cannot "
			       "be written");
	if (c->gpu_count > 0)
		puts("A number in parentheses is the gpu_model of a job.");
	puts("Cores, memory and GPUs of a row are those of one node.");
	return SJ_OK;
}

/* ---- JSON ------------------------------------------------------------------------------ */

static json_t *type_json(const struct cluster *c, const struct node_type *k)
{
	const sj_node_type *s = &k->spec;
	const char *model = s->gpu_model != 0 ? c->gpu_names[s->gpu_model - 1] : NULL;

	return json_pack("{s:s, s:I, s:I, s:f, s:o, s:I, s:s?, s:I}", "type", k->name,
			 "count", (json_int_t)k->spec.count, "cores", (json_int_t)s->cores,
			 "speed", s->speed, "memory_bytes",
			 s->mem_bytes != 0 ? json_integer((json_int_t)s->mem_bytes) : json_null(),
			 "gpus", (json_int_t)(s->gpus), "gpu", model,
			 "gpu_model", (json_int_t)s->gpu_model);
}

static int show_json(const struct cluster *c, sj_error *err)
{
	struct totals sum = totals_of(c);
	json_t *types = json_array(), *models = json_array();

	for (uint32_t i = 0; i < c->type_count; i++)
		json_array_append_new(types, type_json(c, &c->types[i]));
	for (uint32_t i = 0; i < c->gpu_count; i++)
		json_array_append_new(models, json_string(c->gpu_names[i]));
	return json_out(json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o}", "schema",
				  "sojourn.cluster/1", "spec", c->text, "kind",
				  c->type_count > 0 ? "nodes" : "pool", "procs",
				  (json_int_t)sum.cores, "nodes", (json_int_t)sum.nodes, "gpus",
				  (json_int_t)sum.gpus, "memory_bytes", sum.mem_known ?
				  json_integer((json_int_t)sum.mem_bytes) : json_null(),
				  "gpu_models", models, "types", types),
			JSON_INDENT(2), err);
}

int cluster_show(int argc, char **argv)
{
	bool json = false, host = false;
	const struct opt opts[] = {
		{ 0, "from-host", OPT_FLAG, &host, NULL,
		  "This machine as one node: cores and memory, by hwloc; GPUs are not looked "
		  "for." },
		{ 0, "json", OPT_FLAG, &json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	int first, rc = opts_parse(argc, argv, opts, "cluster show [flags] [CLUSTER]",
				   "Shows a machine: a file in YAML or JSON, or an inline notation, "
				   "such as nodes=16,cores=8,gpus=4.", &first);
	sj_error err = { 0 };
	struct cluster c;

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != !host)
		return say_usage("cluster show: expected one cluster: %s, a file, or --from-host",
				 CLUSTER_NOTATION);
	rc = host ? cluster_from_host(&c, &err) : cluster_parse(argv[first], &c, &err);
	if (rc != SJ_OK)
		return say_error(rc, &err);
	rc = json ? show_json(&c, &err) : show_text(&c, &err);
	cluster_fini(&c);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
