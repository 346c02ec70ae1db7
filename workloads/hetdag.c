/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hetdag.c - reader of task graphs for unrelated machines, as Santiago's collection of
 * scheduling instances writes them: behind "#tasks" a line "i: time, time, ..." for each
 * task, its time on machine 0, 1, ...; behind "#edges" "k: from, to, cost"; "#end". Both
 * numbers in front are places in the list. What "#critical" says is not a length of
 * these graphs and is passed over.
 *
 * A file is one job of as many one-core tasks, submitted at 0, and states as many nodes
 * of one core as there are machines, with 1 GB/s between any two, which transfers do not
 * share. A unit of time is a second. The work of a task is its
 * time on the machine that is fastest for it, and its scaling has its rate on each node,
 * so that it runs on node i as long as the file says. An edge carries cost x 10^9 bytes:
 * so many seconds over 1 GB/s between different machines, nothing within one, as in the
 * papers these come from (Topcuoglu, Hariri and Wu 2002). Invents: the longest time as
 * the estimate. Cannot know: users.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph_job.h"
#include "timetext.h"
#include "whole.h"

#define FILE_MAX_BYTES ((size_t)256 << 20)
#define MACHINES_MAX   4096u

struct reader {
	const char      *name;
	char            *at;
	uint64_t         line;
	struct graph_job graph;
	struct deck     *deck;
	uint32_t         machines; /* 0: no task yet */
	uint32_t         tasks, edges;
	sj_time          time[MACHINES_MAX];
	double           rate[MACHINES_MAX];
	sj_error        *err;
};

/* ---- lines -------------------------------------------------------------------------- */

/* The next line that is not blank, without blanks around it; NULL: no more. */
static char *next_line(struct reader *r)
{
	while (*r->at != '\0') {
		char *line = r->at + strspn(r->at, " \t\r"), *end = line + strcspn(line, "\n");

		r->at = *end == '\n' ? end + 1 : end;
		r->line++;
		*end = '\0';
		while (end > line && isspace((unsigned char)end[-1]))
			*--end = '\0';
		if (*line != '\0')
			return line;
	}
	return NULL;
}

static int wrong(const struct reader *r, const char *what, const char *text, const char *expected)
{
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %s: \"%.*s\" is not %s", r->name,
		       (unsigned long long)r->line, what, (int)strnlen(text, 40), text, expected);
}

/* Cuts the next field off *at; its blanks go. NULL: no more. */
static char *next_field(char **at)
{
	char *field = *at, *end;

	if (field == NULL)
		return NULL;
	end = field + strcspn(field, ",");
	*at = *end == ',' ? end + 1 : NULL;
	*end = '\0';
	field += strspn(field, " \t");
	while (end > field && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return field;
}

/* "i:" in front is the place in the list. */
static int read_place(struct reader *r, char *line, uint32_t place, const char *what, char **rest)
{
	char *colon = strchr(line, ':');
	int64_t v;

	if (colon == NULL)
		return wrong(r, what, line, "NUMBER: and what belongs to it");
	*colon = '\0';
	*rest = colon + 1;
	if (text_whole(line, &v) == SJ_OK && v == place)
		return SJ_OK;
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %s: \"%.*s\" is not %u, the next number in "
		       "the list", r->name, (unsigned long long)r->line, what,
		       (int)strnlen(line, 40), line, place);
}

/* ---- tasks ------------------------------------------------------------------------------ */

static int read_times(struct reader *r, char *rest)
{
	uint32_t n = 0;

	for (char *field; (field = next_field(&rest)) != NULL; n++) {
		if (n == MACHINES_MAX)
			return sj_fail(r->err, SJ_EPARSE, "%s:%llu: more than %u machines",
				       r->name, (unsigned long long)r->line, MACHINES_MAX);
		if (text_decimal(field, TIME_S, &r->time[n]) != SJ_OK || r->time[n] < 0)
			return wrong(r, "time on a machine", field, "a number of seconds");
	}
	if (r->machines == 0)
		r->machines = n;
	if (n != r->machines)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: times on %u machines; the first task "
			       "has %u", r->name, (unsigned long long)r->line, n, r->machines);
	return SJ_OK;
}

/* Rates relative to the fastest machine; a time of 0 stays one everywhere. */
static int add_rates(struct reader *r, uint32_t task)
{
	sj_task_spec *t = &r->graph.task[task - 1];
	sj_scaling s = { .node_count = r->machines, .node_rate = r->rate };
	bool same = true;

	for (uint32_t i = 0; i < r->machines; i++) {
		if (r->time[i] > t->estimate_ns)
			t->estimate_ns = r->time[i];
		if (r->time[i] < t->work_ns)
			t->work_ns = r->time[i];
		same = same && r->time[i] == r->time[0];
	}
	if (same)
		return SJ_OK;
	if (t->work_ns == 0)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: a task that takes no time on one "
			       "machine and some on another has no rate", r->name,
			       (unsigned long long)r->line);
	for (uint32_t i = 0; i < r->machines; i++)
		r->rate[i] = (double)t->work_ns / (double)r->time[i];
	return deck_add_scaling(r->deck, &s, &t->scaling, r->err);
}

static int read_task(struct reader *r, char *line)
{
	char *rest, name[16];
	uint32_t task;
	int rc = read_place(r, line, r->tasks, "task", &rest);

	if (rc == SJ_OK)
		rc = read_times(r, rest);
	if (rc != SJ_OK)
		return rc;
	snprintf(name, sizeof(name), "%u", r->tasks++);
	r->graph.line = r->line;
	rc = graph_job_task(&r->graph, name, &task, r->err);
	if (rc == SJ_OK)
		rc = graph_job_work(&r->graph, r->name, task, 1, r->time[0], r->err);
	return rc == SJ_OK ? add_rates(r, task) : rc;
}

/* ---- edges ----------------------------------------------------------------------------- */

static int read_end(struct reader *r, char **rest, const char *what, uint32_t *task)
{
	char *field = next_field(rest);
	int64_t v;

	if (field == NULL)
		return wrong(r, what, "", "the number of a task");
	if (text_whole(field, &v) != SJ_OK || v < 0 || v >= r->tasks)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %s: \"%.*s\" is not a task; they are "
			       "0 to %lld", r->name, (unsigned long long)r->line, what,
			       (int)strnlen(field, 40), field, (long long)r->tasks - 1);
	*task = (uint32_t)v + 1;
	return SJ_OK;
}

static int read_edge(struct reader *r, char *line)
{
	uint32_t from = 0, to = 0;
	char *rest, *field;
	int64_t cost;
	int rc = read_place(r, line, r->edges, "edge", &rest);

	if (rc == SJ_OK)
		rc = read_end(r, &rest, "from", &from);
	if (rc == SJ_OK)
		rc = read_end(r, &rest, "to", &to);
	if (rc != SJ_OK)
		return rc;
	field = next_field(&rest);
	if (field == NULL || rest != NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: expected an edge as NUMBER: from, to, "
			       "cost", r->name, (unsigned long long)r->line);
	if (text_decimal(field, 9, &cost) != SJ_OK || cost < 0)
		return wrong(r, "cost", field, "a number from 0 on");
	r->edges++;
	return graph_job_edge(&r->graph, from, to, (uint64_t)cost, r->err);
}

/* ---- document ----------------------------------------------------------------------------- */

enum section { NOTHING, CRITICAL, TASKS, EDGES, END };

static int read_section(struct reader *r, const char *line, enum section *in)
{
	static const char *const names[] = {
		[CRITICAL] = "#critical", [TASKS] = "#tasks", [EDGES] = "#edges",
		[END] = "#end" };

	for (int s = *in + 1; s <= END; s++)
		if (strcmp(line, names[s]) == 0) {
			*in = (enum section)s;
			return SJ_OK;
		}
	return wrong(r, "section", line, "one of #critical, #tasks, #edges, #end, in this order");
}

static int read_graph(struct reader *r)
{
	enum section in = NOTHING;
	char *line;
	int rc = SJ_OK;

	while (rc == SJ_OK && in != END && (line = next_line(r)) != NULL) {
		if (line[0] == '#')
			rc = read_section(r, line, &in);
		else if (in == TASKS)
			rc = read_task(r, line);
		else if (in == EDGES)
			rc = read_edge(r, line);
		else if (in == NOTHING)
			rc = wrong(r, "section", line, "#critical or #tasks");
	}
	if (rc == SJ_OK && in != END)
		rc = sj_fail(r->err, SJ_EPARSE, "%s:%llu: it ends without #end", r->name,
			     (unsigned long long)(r->line > 0 ? r->line : 1));
	return rc;
}

static void state_machine(sj_workload_info *info, uint32_t machines)
{
	info->max_procs = info->max_nodes = machines;
	snprintf(info->cluster, sizeof(info->cluster), "nodes=%u,cores=1,bw=1GB/s,topology=star,"
		 "duplex=fatpipe", machines);
}

static int hetdag_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		       sj_error *err)
{
	struct reader *r = calloc(1, sizeof(*r));
	struct whole w;
	int rc = r == NULL ? sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", in->name) :
			     whole_read(in, FILE_MAX_BYTES, &w, err);

	(void)options;
	if (rc != SJ_OK) {
		free(r);
		return rc;
	}
	r->name = in->name;
	r->at = w.text;
	r->err = err;
	rc = strlen(w.text) != w.size ?
	     sj_fail(err, SJ_EPARSE, "%s: it holds a byte 0; expected text", in->name) :
	     deck_create(&r->deck, err);
	if (rc == SJ_OK) {
		rc = read_graph(r);
		state_machine(&r->deck->source.info, r->machines);
		deck_count(r->deck, "machines", r->machines);
		rc = graph_job_source(&r->graph, r->name, "hetdag", w.lines, r->deck, rc, out,
				      err);
	}
	whole_free(&w);
	free(r);
	return rc;
}

static int hetdag_sniff(const char *bytes, size_t size)
{
	char head[400];
	const char *at = head;

	snprintf(head, sizeof(head), "%.*s", (int)(size < 399 ? size : 399), bytes);
	at += strspn(at, " \t\r\n");
	return strncmp(at, "#critical", 9) == 0 || strncmp(at, "#tasks", 6) == 0 ? 90 : 0;
}

const sj_reader_ops sj_reader_hetdag = {
	.name = "hetdag",
	.summary = "task graphs with a time on each machine (#tasks, #edges)",
	.suffixes = ".dag",
	.sniff = hetdag_sniff,
	.open = hetdag_open,
};
