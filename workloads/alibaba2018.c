/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alibaba2018.c - reader of the batch tasks of Alibaba's cluster trace of 2018 (clusterdata,
 * batch_task.csv): 9 fields between commas, seconds; as published without a line of names,
 * which copies have.
 *
 * A row is a task of a job. Its name says what it waits for: "R3_1_2" is task 3 of its
 * job, a reduce, behind tasks 1 and 2; a name of any other form ("task_Nzg3...") is a task
 * that waits for none and that none waits for. A task is as many ranks as it has
 * instances, each of the requested CPU (hundredths of a core), rounded up, from its start
 * to its end. A job is submitted when its first task starts. Drops and counts: jobs with a
 * task that has no end, no CPU request or no instances. Invents: the run time as the
 * estimate. Cannot know: submits, users, bytes between tasks, the machine.
 */
#include <stdio.h>
#include <string.h>

#include "alibaba.h"
#include "graph_rows.h"

enum { TASK, INSTANCES, JOB, TYPE, STATUS, START, END, CPU, MEMORY };

static const struct rows_column columns[] = {
	[TASK] = { "task_name", true },    [INSTANCES] = { "instance_num", true },
	[JOB] = { "job_name", true },      [TYPE] = { "task_type", true },
	[STATUS] = { "status", true },     [START] = { "start_time", true },
	[END] = { "end_time", true },      [CPU] = { "plan_cpu", true },
	[MEMORY] = { "plan_mem", true },
	{ NULL, false },
};

struct state {
	struct alibaba_settings demand;
	struct graph_rows       graphs;
};

static const sj_param params[] = {
	ALIBABA_PARAMS(struct state, demand),
	{ .name = NULL },
};

static int start(struct rows *r)
{
	struct state *s = r->state;

	s->graphs.number_jobs = true;
	return sj_params_bind("workload alibaba2018", params, r->options->args, s, NULL, NULL,
			      r->err);
}

/* The number at *at, which moves behind it; -1: none of at most 9 digits. */
static int64_t read_number(const char **at)
{
	int64_t v = 0;
	size_t n = strspn(*at, "0123456789");

	if (n == 0 || n > 9)
		return -1;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + ((*at)[i] - '0');
	*at += n;
	return v;
}

/* Letters, a number, and "_NUMBER" for each task before it; a last part that is no number
 * ("_Stg3") is a remark. False: a name without a number. */
static bool is_numbered(const char *name, int64_t *id, const char **deps)
{
	size_t letters = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	*deps = name + letters;
	*id = letters != 0 ? read_number(deps) : -1;
	return *id >= 0 && (**deps == '_' || **deps == '\0');
}

static int add(struct rows *r, const struct graph_row *row)
{
	struct state *s = r->state;
	struct graph_row task = *row;
	const char *deps;
	int rc;

	/* Below 0 by the line: apart from all numbered ones. */
	if (!is_numbered(r->field[TASK], &task.id, &deps)) {
		task.id = -(int64_t)r->line;
		return graph_rows_add(&s->graphs, r->field[JOB], task, r->err);
	}
	rc = graph_rows_add(&s->graphs, r->field[JOB], task, r->err);
	while (rc == SJ_OK && *deps == '_') {
		int64_t id;

		deps++;
		id = read_number(&deps);
		if (id < 0 || (*deps != '_' && *deps != '\0'))
			break;
		deck_count(r->deck, "dependencies", 1);
		rc = graph_rows_dep(&s->graphs, id, r->err);
	}
	return rc;
}

static int row(struct rows *r)
{
	struct state *s = r->state;
	struct graph_row task = { .line = r->line };
	sj_time end = -1;
	sj_job note;
	int rc;

	if (r->field[JOB][0] == '\0')
		return rows_refuse(r, JOB, "the name of a job");
	if (r->field[TASK][0] == '\0')
		return rows_refuse(r, TASK, "the name of a task");
	rc = rows_time(r, START, TIME_S, &task.submit_ns);
	if (rc == SJ_OK)
		rc = rows_time(r, END, TIME_S, &end);
	if (rc == SJ_OK)
		rc = rows_number(r, INSTANCES, &task.ranks);
	if (rc == SJ_OK) /* percent of a machine's memory */
		rc = alibaba_demand(r, &s->demand, CPU, MEMORY, 0.01, &task.cores,
				    &task.mem_bytes);
	if (rc != SJ_OK)
		return rc;
	task.run_ns = task.submit_ns >= 0 && end >= 0 ? end - task.submit_ns : -1;
	alibaba_count(r, STATUS, task.ranks, task.run_ns);
	sj_job_clear(&note);
	note.submit_ns = task.submit_ns;
	note.task.work_ns = task.run_ns;
	note.task.ranks = task.ranks;
	note.task.cores = task.cores;
	deck_note(r->deck, &note);
	return add(r, &task);
}

static int finish(struct rows *r)
{
	struct state *s = r->state;

	deck_count(r->deck, "jobs", s->graphs.jobs.count);
	return graph_rows_close(&s->graphs, r);
}

static void fini(struct rows *r)
{
	graph_rows_fini(&((struct state *)r->state)->graphs);
}

static const struct rows_format format = {
	.name = "alibaba2018",
	.separator = ',',
	.columns = columns,
	.headerless = true,
	.maybe_named = true,
	.padded = true,
	.unix_start_ns = SJ_NEVER,
	.state_size = sizeof(struct state),
	.start = start,
	.row = row,
	.finish = finish,
	.fini = fini,
};

ROWS_OPEN(alibaba2018)

/* Or a first row: a status behind the fourth comma of eight. */
static int alibaba2018_sniff(const char *bytes, size_t size)
{
	char head[600], *at = head;
	int commas = 0;

	if (rows_sniff(&format, bytes, size) != 0)
		return 95;
	snprintf(head, sizeof(head), "%.*s", (int)(size < 599 ? size : 599), bytes);
	head[strcspn(head, "\n")] = '\0';
	for (const char *p = head; *p != '\0'; p++) {
		commas += *p == ',';
		if (commas == 4 && *p == ',')
			at = head + (p - head) + 1;
	}
	return commas == 8 && (strncmp(at, "Terminated,", 11) == 0 ||
			       strncmp(at, "Failed,", 7) == 0 ||
			       strncmp(at, "Running,", 8) == 0) ? 80 : 0;
}

const sj_reader_ops sj_reader_alibaba2018 = {
	.name = "alibaba2018",
	.summary = "batch tasks of Alibaba's cluster trace of 2018 (csv)",
	.suffixes = "",
	.sniff = alibaba2018_sniff,
	.open = alibaba2018_open,
	.params = params,
};
