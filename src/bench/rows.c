/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - the table of benchmarks, their figures, and the yardsticks beside them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

const struct bench benches[] = {
	{ "pes", bench_pes, "pending-event set: pop and push, by number pending" },
	{ "fifo", bench_fifo, "simulation core under FIFO" },
	{ "easy", bench_easy, "EASY at queue depths 10 to 10,000" },
	{ "conservative", bench_conservative, "conservative, compress, on a log" },
	{ "changes", bench_changes, "preempting and resizing, in a pool and on nodes" },
	{ "swf", bench_swf, "reading SWF, plain and gzip" },
	{ "store", bench_store, "job rows into SQLite" },
	{ "place", bench_place, "a task placed on nodes and released: first, best, frag" },
	{ "log", bench_log, "a packed log through EASY into a database" },
	{ "gpus", bench_gpus, "GPU jobs and gangs on 10,000 nodes, and how the cost grows" },
	{ "flows", bench_flows, "max-min sharing of a network, by topology and traffic" },
	{ "steal", bench_steal, "work stealing: a loop of ten million tasks, by number of workers" },
	{ "dag", bench_dag, "graphs of tasks over a network of 10,000 nodes, and how it grows" },
	{ "heft", bench_heft, "graphs planned by lists, lists without a plan, and how both grow" },
	{ "arms", bench_arms, "learners over policies: what they cost beyond their arms" },
	{ "locality", bench_locality, "tasks that read what a few nodes have, FIFO and delay scheduling" },
	{ "programs", bench_programs, "assignments, and a linear program made anew and edited" },
	{ NULL, NULL, NULL },
};

struct bench_row *bench_add(struct bench_rows *rows, const char *name, const char *what,
			    const char *unit, double value)
{
	struct bench_row *r;

	if (rows->count == rows->cap) {
		size_t cap = rows->cap != 0 ? rows->cap * 2 : 16;
		struct bench_row *grown = realloc(rows->row, cap * sizeof(*grown));

		if (grown == NULL)
			return NULL;
		rows->row = grown;
		rows->cap = cap;
	}
	r = &rows->row[rows->count++];
	*r = (struct bench_row){ .value = value, .yardstick = NAN, .target = NAN,
				 .at_least = NAN };
	snprintf(r->name, sizeof(r->name), "%s", name);
	snprintf(r->what, sizeof(r->what), "%s", what);
	snprintf(r->unit, sizeof(r->unit), "%s", unit);
	return r;
}

bool bench_more_is_better(const struct bench_row *row)
{
	return strncmp(row->unit, "ns/", 3) != 0 && strncmp(row->unit, "B/", 2) != 0 &&
	       strcmp(row->unit, "s") != 0 && strcmp(row->unit, "exponent") != 0;
}

double bench_ratio(const struct bench_row *row)
{
	if (isnan(row->yardstick))
		return NAN;
	return bench_more_is_better(row) ? row->value / row->yardstick :
					   row->yardstick / row->value;
}

static double number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at != NULL ? strtod(at + strlen(key), NULL) : NAN;
}

double bench_yardstick(const struct bench_config *c, const char *command, const char *line,
		       const char *key, bool least)
{
	char shell[1024], text[512];
	double best = NAN;

	if (c->beside == NULL)
		return NAN;
	snprintf(shell, sizeof(shell), "%s/%s 2>/dev/null", c->beside, command);
	for (unsigned i = 0; i < c->reps; i++) {
		FILE *p = popen(shell, "r");
		double v = NAN;

		if (p == NULL)
			return NAN;
		while (fgets(text, sizeof(text), p) != NULL)
			if (isnan(v) && strstr(text, line) != NULL)
				v = number_after(text, key);
		if (pclose(p) != 0)
			return NAN;
		if (isnan(best) || (least ? v < best : v > best))
			best = v;
	}
	return best;
}
