/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gwf.c - reader of workflows of the Grid Workloads Archive (Iosup et al., "The Grid
 * Workloads Archive", FGCS 24, 2008) in the comma-separated form that OpenDC has: a row
 * is a task; fields are padded with blanks.
 *
 * A workflow is a job, submitted when its first task was; a task is `NProcs` ranks of one
 * core, or `ReqNProcs` when those are not above 0, for `RunTime` seconds; it waits for the
 * tasks of its workflow in `Dependencies`. Drops and counts: workflows with a task of no
 * run time or processors. Invents: the run time as the estimate. Does not read: when the
 * other tasks were submitted, which says how fast the grid of the log was. Cannot know:
 * users, bytes, the machine.
 */
#include <stdlib.h>
#include <string.h>

#include "graph_rows.h"

enum { WORKFLOW, JOB, SUBMIT, RUN, PROCS, WANTED, DEPENDENCIES };

static const struct rows_column columns[] = {
	[WORKFLOW] = { "WorkflowID", true }, [JOB] = { "JobID", true },
	[SUBMIT] = { "SubmitTime", true },   [RUN] = { "RunTime", true },
	[PROCS] = { "NProcs", true },        [WANTED] = { "ReqNProcs", false },
	[DEPENDENCIES] = { "Dependencies", true },
	{ NULL, false },
};

/* Numbers between blanks; -1 is none. */
static int read_dependencies(struct rows *r, struct graph_rows *g)
{
	char text[32];

	for (const char *at = r->field[DEPENDENCIES];;) {
		size_t n;
		int64_t id;
		int rc;

		at += strspn(at, " \t");
		n = strcspn(at, " \t");
		if (n == 0)
			return SJ_OK;
		if (n >= sizeof(text))
			return rows_refuse(r, DEPENDENCIES, "numbers of tasks between blanks");
		memcpy(text, at, n);
		text[n] = '\0';
		if (text_whole(text, &id) != SJ_OK)
			return rows_refuse(r, DEPENDENCIES, "numbers of tasks between blanks");
		at += n;
		if (id < 0)
			continue;
		deck_count(r->deck, "dependencies", 1);
		rc = graph_rows_dep(g, id, r->err);
		if (rc != SJ_OK)
			return rc;
	}
}

static int row(struct rows *r)
{
	struct graph_rows *g = r->state;
	struct graph_row task = { .line = r->line, .cores = 1 };
	sj_job note;
	int rc;

	if (text_whole(r->field[JOB], &task.id) != SJ_OK || task.id < 0)
		return rows_refuse(r, JOB, "the number of a task");
	if (r->field[WORKFLOW][0] == '\0')
		return rows_refuse(r, WORKFLOW, "the name of a workflow");
	rc = rows_time(r, SUBMIT, TIME_S, &task.submit_ns);
	if (rc == SJ_OK)
		rc = rows_time(r, RUN, TIME_S, &task.run_ns);
	if (rc == SJ_OK)
		rc = rows_number(r, PROCS, &task.ranks);
	if (rc == SJ_OK && task.ranks == 0)
		rc = rows_number(r, WANTED, &task.ranks);
	if (rc != SJ_OK)
		return rc;
	sj_job_clear(&note);
	note.submit_ns = task.submit_ns;
	note.task.work_ns = task.run_ns;
	note.task.ranks = task.ranks;
	deck_note(r->deck, &note);
	rc = graph_rows_add(g, r->field[WORKFLOW], task, r->err);
	return rc == SJ_OK ? read_dependencies(r, g) : rc;
}

static int start(struct rows *r)
{
	struct graph_rows *g = r->state;

	g->number_jobs = true;
	return SJ_OK;
}

static int finish(struct rows *r)
{
	struct graph_rows *g = r->state;

	deck_count(r->deck, "workflows", g->jobs.count);
	return graph_rows_close(g, r);
}

static void fini(struct rows *r)
{
	graph_rows_fini(r->state);
}

static const struct rows_format format = {
	.name = "gwf",
	.separator = ',',
	.columns = columns,
	.padded = true,
	.unix_start_ns = SJ_NEVER,
	.state_size = sizeof(struct graph_rows),
	.start = start,
	.row = row,
	.finish = finish,
	.fini = fini,
};

ROWS_OPEN_AND_SNIFF(gwf)

const sj_reader_ops sj_reader_gwf = {
	.name = "gwf",
	.summary = "workflows of the Grid Workloads Archive (csv)",
	.suffixes = ".gwf",
	.sniff = gwf_sniff,
	.open = gwf_open,
};
