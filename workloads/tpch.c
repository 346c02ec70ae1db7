/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tpch.c - reader of the TPC-H queries that were measured on Spark for Decima (Mao et al.,
 * "Learning scheduling algorithms for data processing clusters", SIGCOMM 2019), as JSON
 * Lines: a query of a size has stages, edges between them, and of each stage the
 * durations [ms] of its tasks with 2, 5, ... 100 executors: those that an executor
 * computed first in this stage (`first_wave`), the later ones (`rest_wave`), and those of
 * the first wave by executors that were new to the query (`fresh_durations`).
 *
 * A line is a job. With stage=gang, the default, a stage is one moldable task of one-core
 * ranks, as many as `executors`, no more than it has tasks. It lasts as long as its tasks
 * measured with that many executors take when each goes to the executor that is free
 * first (the first wave, then the rest, in the order of the file). The same with the
 * other numbers of executors makes its speed-up; 1 executor is taken to be half of 2.
 * With stage=tasks every task is one of one core, with the duration measured for it, and
 * an empty task behind a stage of several holds the next ones back until all are done.
 *
 * Which durations is stated by `durations`: measured, as above; or first, rest, fresh, when
 * each task lasts the mean of that list (of the first wave, where the list is empty).
 * Nothing of a stage may have been measured with so many executors; then it is the
 * largest number that was, as in Decima. All are submitted at 0, or `every` apart. The
 * number of the query becomes the application, the size the queue. Invents: the run time
 * as the estimate. Does not read: bytes, which were not published. Cannot know: users.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph_job.h"
#include "lines.h"
#include "tpch_stage.h"

#define LINE_MAX_BYTES ((size_t)64 << 20)
#define STAGES_MAX     10000u

static const char *const stage_names[] = { "gang", "tasks", NULL };
enum { GANG, TASKS };

struct settings {
	int     executors, stage, durations; /* places in the lists above */
	sj_time every_ns;
};

static const sj_param params[] = {
	{ .name = "executors", .type = SJ_P_ENUM, .offset = offsetof(struct settings, executors),
	  .def = "10", .choices = tpch_count_names,
	  .help = "With how many executors the durations were measured." },
	{ .name = "stage", .type = SJ_P_ENUM, .offset = offsetof(struct settings, stage),
	  .def = "gang", .choices = stage_names,
	  .help = "A stage is one moldable task (gang), or one for each of its own (tasks)." },
	{ .name = "durations", .type = SJ_P_ENUM,
	  .offset = offsetof(struct settings, durations), .def = "measured",
	  .choices = tpch_duration_names,
	  .help = "How long a task is: as measured, or the mean of the first wave, the rest, "
		  "or the fresh ones." },
	{ .name = "every", .type = SJ_P_TIME, .offset = offsetof(struct settings, every_ns),
	  .def = "0s", .min = 0, .max = 1e9, .help = "Time between submits." },
	{ .name = NULL },
};

struct reader {
	struct tpch_stages s; /* file, line, deck, durations */
	struct settings    settings;
	struct graph_job   graph;
	struct names       sizes;
	sj_error          *err;
};

/* S(e) = 2 T(2) / T(e), or with T(1) for the first where there is one task. */
static int add_speedup(struct reader *r, const sj_speedup_point *time, uint32_t n,
		       sj_task_spec *t)
{
	sj_speedup_point points[TPCH_COUNTS];
	sj_scaling s = { .kind = SJ_SPEEDUP_TABLE, .point_count = n, .points = points };

	for (uint32_t i = 0; i < n; i++)
		points[i] = (sj_speedup_point){ time[i].ranks, time[0].ranks *
			    (time[i].speed > 0 ? time[0].speed / time[i].speed : 1) };
	t->ranks_min = 1;
	t->ranks_max = (uint32_t)time[n - 1].ranks;
	return n > 1 ? deck_add_scaling(r->s.deck, &s, &t->scaling, r->err) : SJ_OK;
}

static int add_gang(struct reader *r, const json_t *stage, size_t at, uint32_t task)
{
	sj_speedup_point time[TPCH_COUNTS]; /* ranks; ns in place of the speed */
	sj_task_spec *t = &r->graph.task[task - 1];
	uint32_t n = 0, ranks = 0;
	sj_time ns = 0;

	for (size_t k = 0; k < TPCH_COUNTS; k++) {
		int rc = tpch_time(&r->s, stage, at, k, &ranks, &ns);

		if (rc == SJ_END)
			continue;
		if (rc != SJ_OK)
			return rc;
		if (n != 0 && ranks <= time[n - 1].ranks)
			continue; /* more executors than tasks: the first such number counts */
		time[n++] = (sj_speedup_point){ ranks, (double)ns };
		if (n == 1 || k <= (size_t)r->settings.executors) {
			t->ranks = ranks;
			t->work_ns = t->estimate_ns = ns;
		}
	}
	if (n == 0)
		return tpch_wrong(&r->s, at, NULL, "durations with 2, 5, 10, 20, 40, 50, 60, 80 "
				  "or 100 executors");
	return add_speedup(r, time, n, t);
}

/* ---- a stage as its tasks ------------------------------------------------------------------ */

static int new_task(struct reader *r, size_t stage, uint32_t i, sj_time ns, uint32_t *task)
{
	char name[40];
	int rc;

	snprintf(name, sizeof(name), "%zu.%u", stage, i);
	rc = graph_job_task(&r->graph, name, task, r->err);
	return rc == SJ_OK ? graph_job_work(&r->graph, r->s.name, *task, 1, ns, r->err) : rc;
}

/* The tasks of a stage and, behind several, the one that ends it: first .. last. */
struct span {
	uint32_t first, tasks, end;
};

static int add_tasks(struct reader *r, const json_t *stage, size_t at, struct span *out)
{
	char fewest[48];
	uint32_t n = 0;
	int rc = SJ_END;

	for (size_t k = (size_t)r->settings.executors + 1; k-- != 0 && rc == SJ_END;)
		rc = tpch_durations(&r->s, stage, at, k, &n);
	snprintf(fewest, sizeof(fewest), "durations with at most %s executors",
		 tpch_count_names[r->settings.executors]);
	if (rc == SJ_END)
		return tpch_wrong(&r->s, at, NULL, fewest);
	if (rc != SJ_OK)
		return rc;
	out->tasks = n;
	for (uint32_t i = 0; i < n && rc == SJ_OK; i++) {
		rc = new_task(r, at, i, r->s.task_ns[i], &out->end);
		out->first = i == 0 ? out->end : out->first;
	}
	if (rc == SJ_OK && n > 1)
		rc = new_task(r, at, n, 0, &out->end);
	for (uint32_t i = 0; i < n && n > 1 && rc == SJ_OK; i++)
		rc = graph_job_edge(&r->graph, out->first + i, out->end, 0, r->err);
	return rc;
}

/* ---- a query --------------------------------------------------------------------------------- */

static int add_stages(struct reader *r, const json_t *stages, struct span *span)
{
	for (size_t i = 0; i < json_array_size(stages); i++) {
		const json_t *stage = json_array_get(stages, i);
		int rc = tpch_check(&r->s, stage, i);

		if (rc == SJ_OK && r->settings.stage == TASKS)
			rc = add_tasks(r, stage, i, &span[i]);
		else if (rc == SJ_OK)
			rc = new_task(r, i, 0, 0, &span[i].end);
		if (rc == SJ_OK && r->settings.stage == GANG) {
			span[i].first = span[i].end;
			span[i].tasks = 1;
			rc = add_gang(r, stage, i, span[i].end);
		}
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

static int add_edges(struct reader *r, const json_t *edges, size_t stages,
		     const struct span *span)
{
	for (size_t i = 0; i < json_array_size(edges); i++) {
		const json_t *pair = json_array_get(edges, i);
		json_int_t end[2];

		for (size_t k = 0; k < 2; k++) {
			const json_t *v = json_array_get(pair, k);

			end[k] = json_integer_value(v);
			if (json_array_size(pair) != 2 || !json_is_integer(v) || end[k] < 0 ||
			    (size_t)end[k] >= stages)
				return sj_fail(r->err, SJ_EPARSE, "%s:%llu: edges[%zu]: expected "
					       "two stages from 0 to %zu", r->s.name,
					       (unsigned long long)r->s.line, i, stages - 1);
		}
		for (uint32_t k = 0; k < span[end[1]].tasks; k++) {
			int rc = graph_job_edge(&r->graph, span[end[0]].end,
						span[end[1]].first + k, 0, r->err);

			if (rc != SJ_OK)
				return rc;
		}
	}
	deck_count(r->s.deck, "edges", json_array_size(edges));
	return SJ_OK;
}

static int describe(struct reader *r, const json_t *query, sj_job *job)
{
	const json_t *number = json_object_get(query, "query");
	const char *size = json_string_value(json_object_get(query, "size"));

	sj_job_clear(job);
	job->id = (int64_t)r->s.deck->count + 1;
	if (r->settings.every_ns > 0 &&
	    r->s.deck->count > (uint64_t)(SJ_TIME_MAX / r->settings.every_ns))
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: every: this query would be submitted "
			       "after 126 years", r->s.name, (unsigned long long)r->s.line);
	job->submit_ns = r->settings.every_ns * (int64_t)r->s.deck->count;
	if (size == NULL || !json_is_integer(number) || json_integer_value(number) < 0 ||
	    json_integer_value(number) > UINT32_MAX)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: expected \"size\", a text, and "
			       "\"query\", a number", r->s.name, (unsigned long long)r->s.line);
	job->app = (uint32_t)json_integer_value(number);
	if (r->settings.stage == GANG)
		job->flags = SJ_JOB_MOLDABLE;
	return names_number(&r->sizes, size, &job->queue, r->err);
}

/* The facts of a record: its widest task, and all its work. */
static void note(const struct reader *r, const sj_job *job)
{
	sj_job record = *job;

	for (uint32_t i = 0; i < r->graph.names.count; i++) {
		const sj_task_spec *t = &r->graph.task[i];

		record.task.work_ns += t->work_ns < SJ_TIME_MAX - record.task.work_ns ?
				       t->work_ns : 0;
		if (t->ranks > record.task.ranks)
			record.task.ranks = t->ranks;
	}
	deck_note(r->s.deck, &record);
}

static int read_query(struct reader *r, const json_t *query)
{
	const json_t *stages = json_object_get(query, "stage");
	const json_t *edges = json_object_get(query, "edges");
	size_t n = json_array_size(stages);
	struct span *span;
	sj_job job;
	int rc = describe(r, query, &job);

	if (rc != SJ_OK)
		return rc;
	if (n == 0 || n > STAGES_MAX || !json_is_array(edges))
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: expected \"stage\", a list of 1 to %u, "
			       "and \"edges\", a list", r->s.name, (unsigned long long)r->s.line,
			       STAGES_MAX);
	span = calloc(n, sizeof(*span));
	if (span == NULL)
		return sj_fail(r->err, SJ_ENOMEM, "%s: no memory for %zu stages", r->s.name, n);
	r->graph.line = r->s.line;
	rc = add_stages(r, stages, span);
	if (rc == SJ_OK)
		rc = add_edges(r, edges, n, span);
	if (rc == SJ_OK)
		note(r, &job);
	if (rc == SJ_OK)
		rc = graph_job_close(&r->graph, r->s.name, &job, r->s.deck, r->err);
	graph_job_fini(&r->graph);
	free(span);
	return rc;
}

/* ---- lines ------------------------------------------------------------------------------------- */

static int read_line(struct reader *r, const char *p, size_t size)
{
	json_error_t e;
	json_t *query;
	int rc;

	r->s.line++;
	while (size > 0 && strchr(" \t\r", p[size - 1]) != NULL && p[size - 1] != '\0')
		size--;
	if (size == 0)
		return SJ_OK;
	query = json_loadb(p, size, JSON_REJECT_DUPLICATES, &e);
	if (query == NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: column %d: not JSON: %.100s", r->s.name,
			       (unsigned long long)r->s.line, e.column, e.text);
	r->s.deck->source.info.records++;
	rc = read_query(r, query);
	json_decref(query);
	return rc;
}

static int read_all(struct reader *r, sj_input *in, uint64_t limit)
{
	const char *p, *to;
	struct lines lines;
	int rc = lines_init(&lines, in, LINE_MAX_BYTES, r->err);

	while (rc == SJ_OK && (limit == 0 || r->s.deck->count < limit)) {
		rc = lines_next(&lines, r->s.line + 1, &p, &to, r->err);
		for (const char *eol; rc == SJ_OK && p < to; p = eol + 1) {
			eol = memchr(p, '\n', (size_t)(to - p));
			if (limit == 0 || r->s.deck->count < limit)
				rc = read_line(r, p, (size_t)(eol - p));
		}
	}
	lines_fini(&lines);
	if ((rc == SJ_OK || rc == SJ_END) && r->s.deck->count == 0)
		return sj_fail(r->err, SJ_EPARSE, "%s: there is no query in it", r->s.name);
	return rc == SJ_END ? SJ_OK : rc;
}

static int tpch_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		     sj_error *err)
{
	struct reader r = { .s = { .name = in->name, .err = err }, .err = err };
	int rc = deck_create(&r.s.deck, err);

	if (rc != SJ_OK)
		return rc;
	rc = sj_params_bind("workload tpch", params, options->args, &r.settings, NULL, NULL, err);
	r.s.durations = r.settings.durations;
	if (rc == SJ_OK)
		rc = tpch_stages_init(&r.s);
	if (rc == SJ_OK)
		rc = read_all(&r, in, options->limit);
	if (rc == SJ_OK)
		rc = deck_close(r.s.deck, err);
	tpch_stages_fini(&r.s);
	names_fini(&r.sizes);
	if (rc != SJ_OK) {
		deck_free(&r.s.deck->source);
		return rc;
	}
	snprintf(r.s.deck->source.info.format, sizeof(r.s.deck->source.info.format), "tpch");
	r.s.deck->source.info.has_facts = true;
	r.s.deck->source.info.lines = r.s.line;
	*out = &r.s.deck->source;
	return SJ_OK;
}

static int tpch_sniff(const char *bytes, size_t size)
{
	char head[400];

	snprintf(head, sizeof(head), "%.*s", (int)(size < 399 ? size : 399), bytes);
	return head[0] == '{' && strstr(head, "\"query\"") != NULL &&
	       strstr(head, "\"stage") != NULL ? 95 : 0;
}

const sj_reader_ops sj_reader_tpch = {
	.name = "tpch",
	.summary = "TPC-H queries on Spark, measured for Decima (JSON Lines)",
	.suffixes = ".jsonl",
	.sniff = tpch_sniff,
	.open = tpch_open,
	.params = params,
};
