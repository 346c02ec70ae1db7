/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_collective.c - `sojourn collective`: what all-reduces and the like cost. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_out.h"
#include "cli/number_text.h"
#include "cli/table_text.h"
#include "collective.h"
#include "sojourn/param.h"

#define RANKS_MAX 65536

struct flags {
	const char *ranks, *bytes, *alpha, *beta, *gamma, *bandwidth, *group, *servers;
	bool        json;
};

struct question {
	sj_collective c;
	sj_alpha_beta net;
};

static int parse(int argc, char **argv, struct flags *f, int *first)
{
	const struct opt opts[] = {
		{ 0, "ranks", OPT_STRING, &f->ranks, "P", "Ranks (workers), from 1." },
		{ 0, "bytes", OPT_STRING, &f->bytes, "SIZE",
		  "n, as in 100MB: of every rank; of an all-to-all, to each other rank." },
		{ 0, "alpha", OPT_STRING, &f->alpha, "TIME",
		  "To start a transfer, as in 5us (default 0s)." },
		{ 0, "bw", OPT_STRING, &f->bandwidth, "RATE",
		  "Of a link, as in 100Gbit/s; or --beta." },
		{ 0, "beta", OPT_STRING, &f->beta, "X", "Seconds a byte." },
		{ 0, "gamma", OPT_STRING, &f->gamma, "X", "Seconds to combine a byte (default 0)." },
		{ 0, "group", OPT_STRING, &f->group, "N",
		  "Ranks of a group, for the way hierarchy." },
		{ 0, "servers", OPT_STRING, &f->servers, "N", "Servers, for the way server." },
		{ 0, "json", OPT_FLAG, &f->json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};

	return opts_parse(argc, argv, opts, "collective [flags] OPERATION",
			  "The cost of a collective operation in the alpha-beta model, each way "
			  "of doing it. Operations: all-reduce, reduce-scatter, all-gather, "
			  "broadcast, reduce, all-to-all; docs/NETWORK.md has the formulas.", first);
}

static int operation(const char *name, sj_collective_op *out, sj_error *err)
{
	const char *near;

	for (int i = 0; i < SJ_COLLECTIVE_OPS; i++)
		if (strcmp(sj_comm_op_names[i], name) == 0) {
			*out = (sj_collective_op)i;
			return SJ_OK;
		}
	near = sj_nearest(name, sj_comm_op_names, SJ_COLLECTIVE_OPS);
	return sj_fail(err, SJ_EUSAGE, "collective: no operation \"%.40s\"%s%s%s", name,
		       near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		       near != NULL ? "\"?" : "");
}

static int whole(const char *what, const char *text, uint32_t *out, sj_error *err)
{
	int64_t v;
	int rc = sj_parse_int(what, text, &v, err);

	if (rc == SJ_OK && (v < 1 || v > RANKS_MAX))
		return sj_fail(err, SJ_EUSAGE, "%s: %s; expected 1 to %d", what, text, RANKS_MAX);
	*out = (uint32_t)v;
	return rc;
}

static int positive(const char *what, const char *text, double *out, sj_error *err)
{
	int rc = sj_parse_double(what, text, out, err);

	return rc == SJ_OK && !(*out >= 0 && isfinite(*out)) ?
	       sj_fail(err, SJ_EUSAGE, "%s: %s; expected a number from 0", what, text) : rc;
}

static int read_speeds(const struct flags *f, sj_alpha_beta *net, sj_error *err)
{
	uint64_t rate = 0;
	sj_time alpha = 0;
	int rc = SJ_OK;

	if ((f->beta == NULL) == (f->bandwidth == NULL))
		return sj_fail(err, SJ_EUSAGE, "collective: give --bw or --beta");
	if (f->alpha != NULL)
		rc = sj_parse_time("--alpha", f->alpha, &alpha, err);
	if (rc == SJ_OK && f->bandwidth != NULL)
		rc = sj_parse_rate("--bw", f->bandwidth, &rate, err);
	if (rc == SJ_OK && f->beta != NULL)
		rc = positive("--beta", f->beta, &net->beta, err);
	if (rc == SJ_OK && f->gamma != NULL)
		rc = positive("--gamma", f->gamma, &net->gamma, err);
	if (rc == SJ_OK && (alpha < 0 || (f->bandwidth != NULL && rate == 0)))
		return sj_fail(err, SJ_EUSAGE, "collective: --alpha must not be below 0, nor --bw 0");
	net->alpha = (double)alpha / 1e9;
	if (f->bandwidth != NULL)
		net->beta = 1 / (double)rate;
	return rc;
}

static int read_question(const struct flags *f, const char *name, struct question *q,
			 sj_error *err)
{
	uint64_t bytes = 0;
	int rc = operation(name, &q->c.op, err);

	if (rc == SJ_OK && (f->ranks == NULL || f->bytes == NULL))
		return sj_fail(err, SJ_EUSAGE, "collective: --ranks and --bytes are needed");
	if (rc == SJ_OK)
		rc = whole("--ranks", f->ranks, &q->c.ranks, err);
	if (rc == SJ_OK)
		rc = sj_parse_bytes("--bytes", f->bytes, &bytes, err);
	if (rc == SJ_OK && f->group != NULL)
		rc = whole("--group", f->group, &q->c.group, err);
	if (rc == SJ_OK && f->servers != NULL)
		rc = whole("--servers", f->servers, &q->c.servers, err);
	q->c.bytes = (double)bytes;
	return rc == SJ_OK ? read_speeds(f, &q->net, err) : rc;
}

static int answer_json(const struct question *q, sj_collective_way best, sj_error *err)
{
	json_t *ways = json_array();
	sj_collective c = q->c;

	for (int w = SJ_WAY_RING; w < SJ_COLLECTIVE_WAYS; w++) {
		c.way = (sj_collective_way)w;
		if (sj_collective_possible(&c))
			json_array_append_new(ways, json_pack("{s:s, s:f, s:i}", "way",
				sj_collective_way_names[w], "seconds",
				sj_collective_seconds(&c, &q->net, NULL), "rounds",
				(int)sj_collective_rounds(&c)));
	}
	return json_out(json_pack("{s:s, s:s, s:i, s:f, s:s, s:o}", "schema",
				  "sojourn.collective/1", "operation",
				  sj_comm_op_names[c.op], "ranks", (int)c.ranks, "bytes",
				  c.bytes, "best", sj_collective_way_names[best], "ways", ways),
			JSON_INDENT(1), err);
}

static int answer_text(const struct question *q, sj_collective_way best, sj_error *err)
{
	struct table_text *t = table_text_create();
	char text[NUMBER_TEXT_MAX];
	sj_collective c = q->c;
	int rc;

	table_text_row(t, "way", "rounds", "seconds", "", NULL);
	table_text_rule(t);
	for (int w = SJ_WAY_RING; w < SJ_COLLECTIVE_WAYS; w++) {
		c.way = (sj_collective_way)w;
		if (!sj_collective_possible(&c))
			continue;
		table_text_cell(t, sj_collective_way_names[w]);
		table_text_cellf(t, "%u", sj_collective_rounds(&c));
		number_human(sj_collective_seconds(&c, &q->net, NULL), 6, text);
		table_text_cell(t, text);
		table_text_cell(t, c.way == best ? "best" : "");
		table_text_end_row(t);
	}
	rc = table_text_print(t, stdout, table_text_unicode(stdout));
	table_text_free(t);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "the table cannot be printed");
}

int cmd_collective(int argc, char **argv)
{
	struct flags f = { .ranks = NULL };
	struct question q = { .c.way = SJ_WAY_AUTO };
	sj_collective_way best;
	sj_error err = { 0 };
	int first, rc = parse(argc, argv, &f, &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("collective: expected one operation, such as all-reduce");
	rc = read_question(&f, argv[first], &q, &err);
	if (rc == SJ_OK) {
		best = sj_collective_choose(&q.c, &q.net, NULL);
		rc = f.json ? answer_json(&q, best, &err) : answer_text(&q, best, &err);
	}
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
