/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_flows.c - `sojourn flows`: transfers over shared links, without jobs. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_out.h"
#include "cli/number_text.h"
#include "cli/table_text.h"
#include "flows/flow_case.h"
#include "run/wall.h"
#include "sojourn/param.h"

struct flows {
	const char *cluster, *weights, *write;
	uint64_t    seed;
	bool        rates, json;
	double      wall_s;
};

static int parse(int argc, char **argv, struct flows *f, int *first)
{
	const struct opt opts[] = {
		{ 'c', "cluster", OPT_STRING, &f->cluster, "CLUSTER",
		  "Flows go between the nodes of a cluster with a network." },
		{ 0, "seed", OPT_COUNT, &f->seed, "N", "Of a generator (default 1)." },
		{ 0, "weights", OPT_STRING, &f->weights, "rtt",
		  "Flows share in inverse proportion to the latency of their routes." },
		{ 0, "write", OPT_STRING, &f->write, "FILE",
		  "Only write the case as a document of links and paths (- for standard "
		  "output)." },
		{ 0, "rates", OPT_FLAG, &f->rates, NULL,
		  "All at once, and only their rates: nothing ends." },
		{ 0, "json", OPT_FLAG, &f->json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};

	return opts_parse(argc, argv, opts, "flows [flags] FILE.json | gen:pairs[:k=v,...]",
			  "Transfers that share links max-min fairly: a document of links and "
			  "flows (docs/NETWORK.md), \"-\" for standard input, or flows between "
			  "random nodes of a cluster (n, group, bytes, gap).", first);
}

static json_t *json_seconds(sj_time t)
{
	return t == SJ_NEVER ? json_null() : json_real((double)t / 1e9);
}

static int print_json(const struct flow_case *c, const struct flows *o, sj_error *err)
{
	json_t *flows = json_array();

	for (uint32_t i = 0; i < c->count; i++) {
		const struct flow_entry *f = &c->flow[i];

		json_array_append_new(flows, o->rates ?
			json_pack("{s:s, s:f}", "id", f->id, "rate_bytes_per_s", f->rate) :
			json_pack("{s:s, s:o, s:o, s:f}", "id", f->id, "start_s",
				  json_seconds(f->start_ns), "finish_s",
				  json_seconds(f->finish_ns), "bytes", f->bytes));
	}
	return json_out(json_pack("{s:s, s:I, s:f, s:o}", "schema", "sojourn.flows/1", "links",
				  (json_int_t)c->links, "wall_s", o->wall_s, "flows", flows),
			JSON_INDENT(1), err);
}

static void time_cell(struct table_text *t, sj_time at)
{
	char text[40];

	if (at == SJ_NEVER) {
		table_text_cell(t, "never");
		return;
	}
	snprintf(text, sizeof(text), "%.9f", (double)at / 1e9);
	table_text_cell(t, text);
}

static int print_text(const struct flow_case *c, bool rates, sj_error *err)
{
	struct table_text *t = table_text_create();
	char text[NUMBER_TEXT_MAX];
	int rc;

	if (rates)
		table_text_row(t, "flow", "rate [B/s]", NULL);
	else
		table_text_row(t, "flow", "bytes", "start [s]", "finish [s]", NULL);
	table_text_align(t, 3, 'r');
	table_text_rule(t);
	for (uint32_t i = 0; i < c->count; i++) {
		const struct flow_entry *f = &c->flow[i];

		table_text_cell(t, f->id);
		number_human(rates ? f->rate : f->bytes, 10, text);
		table_text_cell(t, text);
		if (!rates) {
			time_cell(t, f->start_ns);
			time_cell(t, f->finish_ns);
		}
		table_text_end_row(t);
	}
	rc = table_text_print(t, stdout, table_text_unicode(stdout));
	table_text_free(t);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "the table cannot be printed");
}

static int work(struct flows *f, struct flow_case *c, sj_error *err)
{
	uint64_t begin;
	int rc = SJ_OK;

	if (f->weights != NULL && strcmp(f->weights, "rtt") != 0)
		return sj_fail(err, SJ_EUSAGE, "--weights: \"%s\" is not known; expected rtt",
			       f->weights);
	if (f->weights != NULL)
		rc = flow_case_weigh_by_latency(c, err);
	if (rc == SJ_OK && f->write != NULL)
		return flow_case_write(c, f->write, err);
	begin = wall_ns();
	if (rc == SJ_OK)
		rc = f->rates ? flow_case_rates(c, err) : flow_case_run(c, err);
	f->wall_s = (double)(wall_ns() - begin) / 1e9;
	if (rc != SJ_OK)
		return rc;
	return f->json ? print_json(c, f, err) : print_text(c, f->rates, err);
}

int cmd_flows(int argc, char **argv)
{
	struct flows f = { .seed = 1 };
	struct flow_case c = { 0 };
	sj_error err = { 0 };
	int first, rc = parse(argc, argv, &f, &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("flows: expected one file of links and flows, or a generator");
	rc = flow_case_open(argv[first], f.cluster, f.seed, &c, &err);
	if (rc == SJ_OK)
		rc = work(&f, &c, &err);
	flow_case_fini(&c);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
