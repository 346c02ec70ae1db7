/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_flows.c - `sojourn flows`: transfers over shared links, without jobs. */
#include <jansson.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/json_out.h"
#include "cli/number_text.h"
#include "cli/table_text.h"
#include "flows/flow_case.h"
#include "sojourn/param.h"

struct flows {
	bool rates, json;
};

static int parse(int argc, char **argv, struct flows *f, int *first)
{
	const struct opt opts[] = {
		{ 0, "rates", OPT_FLAG, &f->rates, NULL,
		  "All at once, and only their rates: nothing ends." },
		{ 0, "json", OPT_FLAG, &f->json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};

	return opts_parse(argc, argv, opts, "flows [flags] FILE.json",
			  "Transfers that share links max-min fairly: a document of links and "
			  "flows (docs/NETWORK.md), \"-\" for standard input.", first);
}

static json_t *json_seconds(sj_time t)
{
	return t == SJ_NEVER ? json_null() : json_real((double)t / 1e9);
}

static int print_json(const struct flow_case *c, bool rates, sj_error *err)
{
	json_t *flows = json_array();

	for (uint32_t i = 0; i < c->count; i++) {
		const struct flow_entry *f = &c->flow[i];

		json_array_append_new(flows, rates ?
			json_pack("{s:s, s:f}", "id", f->id, "rate_bytes_per_s", f->rate) :
			json_pack("{s:s, s:o, s:o, s:f}", "id", f->id, "start_s",
				  json_seconds(f->start_ns), "finish_s",
				  json_seconds(f->finish_ns), "bytes", f->bytes));
	}
	return json_out(json_pack("{s:s, s:I, s:o}", "schema", "sojourn.flows/1", "links",
				  (json_int_t)c->links, "flows", flows), JSON_INDENT(1), err);
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

int cmd_flows(int argc, char **argv)
{
	struct flows f = { 0 };
	struct flow_case c = { 0 };
	sj_error err = { 0 };
	int first, rc = parse(argc, argv, &f, &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("flows: expected one file of links and flows");
	rc = flow_case_read(argv[first], &c, &err);
	if (rc == SJ_OK)
		rc = f.rates ? flow_case_rates(&c, &err) : flow_case_run(&c, &err);
	if (rc == SJ_OK)
		rc = f.json ? print_json(&c, f.rates, &err) : print_text(&c, f.rates, &err);
	flow_case_fini(&c);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
