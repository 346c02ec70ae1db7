/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stg.c - reader of graphs of the Standard Task Graph Set (Tobita and Kasahara 2002):
 * whole numbers between blanks. The first is the number of tasks without the first and
 * the last one, which are dummies of time 0; then for each task its number, its time, how
 * many predecessors, and their numbers. What stands behind a "#" is commentary.
 *
 * A file is one job, submitted at 0; a unit of time is a second. Invents: the run time as
 * the estimate. Cannot know: bytes on edges, users. The dummies stay.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph_job.h"
#include "whole.h"

#define FILE_MAX_BYTES ((size_t)256 << 20)

struct reader {
	const char      *name, *at;
	uint64_t         line;
	struct graph_job graph;
	struct deck     *deck;
	sj_error        *err;
};

/* The next number, at most `max`. */
static int number(struct reader *r, const char *what, uint32_t max, uint32_t *out)
{
	char *end;
	unsigned long long v;

	for (;; r->at++) {
		if (*r->at == '#')
			r->at += strcspn(r->at, "\n");
		r->line += *r->at == '\n';
		if (!isspace((unsigned char)*r->at))
			break;
	}
	v = strtoull(r->at, &end, 10);
	if (!isdigit((unsigned char)*r->at) || v > max ||
	    (*end != '\0' && !isspace((unsigned char)*end)))
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %s: \"%.*s\" is not a whole number "
			       "up to %u", r->name, (unsigned long long)r->line, what,
			       (int)(strcspn(r->at, " \t\r\n") < 30 ? strcspn(r->at, " \t\r\n") :
								      30), r->at, max);
	r->at = end;
	*out = (uint32_t)v;
	return SJ_OK;
}

/* Numbers are names, so that messages call tasks what the file does. */
static int task_of(struct reader *r, uint32_t number_in_file, uint32_t *out)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number_in_file);
	return graph_job_task(&r->graph, text, out, r->err);
}

static int read_task(struct reader *r, uint32_t last)
{
	uint32_t id = 0, seconds = 0, preds = 0, pred = 0, task, from;
	int rc = number(r, "number of a task", last, &id);

	r->graph.line = r->line;
	if (rc == SJ_OK)
		rc = number(r, "time", 4000000000u, &seconds);
	if (rc == SJ_OK)
		rc = number(r, "predecessors", last, &preds);
	if (rc == SJ_OK)
		rc = task_of(r, id, &task);
	if (rc != SJ_OK)
		return rc;
	rc = graph_job_work(&r->graph, r->name, task, 1, (sj_time)seconds * SJ_NS_PER_S, r->err);
	for (; preds != 0 && rc == SJ_OK; preds--) {
		rc = number(r, "predecessor", last, &pred);
		if (rc == SJ_OK)
			rc = task_of(r, pred, &from);
		if (rc == SJ_OK)
			rc = graph_job_edge(&r->graph, from, task, 0, r->err);
	}
	return rc;
}

static int read_graph(struct reader *r)
{
	uint32_t tasks = 0;
	int rc = number(r, "number of tasks", 50000000, &tasks);

	for (uint32_t i = 0; i < tasks + 2 && rc == SJ_OK; i++)
		rc = read_task(r, tasks + 1);
	return rc;
}

static int stg_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		    sj_error *err)
{
	struct reader r = { .name = in->name, .line = 1, .err = err };
	struct whole w;
	int rc = whole_read(in, FILE_MAX_BYTES, &w, err);

	(void)options;
	if (rc != SJ_OK)
		return rc;
	r.at = w.text;
	rc = deck_create(&r.deck, err);
	if (rc == SJ_OK)
		rc = graph_job_source(&r.graph, r.name, "stg", w.lines, r.deck, read_graph(&r),
				      out, err);
	whole_free(&w);
	return rc;
}

/* A line of one number, then one of four or more that begins with 0 0 0. */
static int stg_sniff(const char *bytes, size_t size)
{
	char head[200];
	unsigned n, id, time, preds;
	int end = 0;

	snprintf(head, sizeof(head), "%.*s", (int)(size < 199 ? size : 199), bytes);
	if (sscanf(head, " %u %u %u %u %n", &n, &id, &time, &preds, &end) != 4)
		return 0;
	return id == 0 && preds == 0 && strchr(head, '\n') != NULL &&
	       strcspn(head, "\n") < 40 && strspn(head, " \t0123456789\r") ==
	       strcspn(head, "\n") && memchr(head, ';', strlen(head)) == NULL ? 60 : 0;
}

const sj_reader_ops sj_reader_stg = {
	.name = "stg",
	.summary = "task graphs of the Standard Task Graph Set",
	.suffixes = ".stg",
	.sniff = stg_sniff,
	.open = stg_open,
};
