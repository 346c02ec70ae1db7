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

#define LINE_MAX_BYTES ((size_t)64 << 20)
#define TASKS_MAX      100000u /* of a stage */
#define STAGES_MAX     10000u
#define MS_MAX         1000000000000
#define NS_PER_MS      INT64_C(1000000)

static const int counts[] = { 2, 5, 10, 20, 40, 50, 60, 80, 100 };
static const char *const count_names[] = { "2", "5", "10", "20", "40", "50", "60", "80", "100",
					   NULL };
#define COUNTS (sizeof(counts) / sizeof(counts[0]))

static const char *const stage_names[] = { "gang", "tasks", NULL };
enum { GANG, TASKS };
static const char *const duration_names[] = { "measured", "first", "rest", "fresh", NULL };
enum { MEASURED, FIRST, REST, FRESH };
static const char *const list_names[] = { "first_wave", "rest_wave", "fresh_durations" };
enum { LIST_FIRST, LIST_REST, LIST_FRESH, LISTS };

struct settings {
	int     executors, stage, durations; /* places in the lists above */
	sj_time every_ns;
};

static const sj_param params[] = {
	{ .name = "executors", .type = SJ_P_ENUM, .offset = offsetof(struct settings, executors),
	  .def = "10", .choices = count_names,
	  .help = "With how many executors the durations were measured." },
	{ .name = "stage", .type = SJ_P_ENUM, .offset = offsetof(struct settings, stage),
	  .def = "gang", .choices = stage_names,
	  .help = "A stage is one moldable task (gang), or one for each of its own (tasks)." },
	{ .name = "durations", .type = SJ_P_ENUM,
	  .offset = offsetof(struct settings, durations), .def = "measured",
	  .choices = duration_names,
	  .help = "How long a task is: as measured, or the mean of the first wave, the rest, "
		  "or the fresh ones." },
	{ .name = "every", .type = SJ_P_TIME, .offset = offsetof(struct settings, every_ns),
	  .def = "0s", .min = 0, .max = 1e9, .help = "Time between submits." },
	{ .name = NULL },
};

struct reader {
	const char     *name;
	uint64_t        line;
	struct settings settings;
	struct deck    *deck;
	struct graph_job graph;
	struct names    sizes;
	sj_time        *task_ns;  /* of the stage at hand */
	sj_time        *free_ns;  /* of executors, a heap */
	sj_error       *err;
};

/* The lists of a stage at one number of executors. */
struct waves {
	const json_t *list[LISTS];
	uint32_t      tasks; /* of the first and the rest */
};

static int wrong(const struct reader *r, size_t stage, const char *key, const char *expected)
{
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: stage[%zu]: \"%s\": expected %s", r->name,
		       (unsigned long long)r->line, stage, key, expected);
}

/* ---- durations of tasks ------------------------------------------------------------- */

/* SJ_END: not measured with so many. */
static int find_waves(const struct reader *r, const json_t *stage, size_t at, const char *count,
		      struct waves *out)
{
	for (int k = 0; k < LISTS; k++) {
		out->list[k] = json_object_get(json_object_get(stage, list_names[k]), count);
		if (k == LIST_FIRST && out->list[k] == NULL)
			return SJ_END;
		if (out->list[k] != NULL && !json_is_array(out->list[k]))
			return wrong(r, at, list_names[k], "lists of durations in milliseconds");
	}
	out->tasks = (uint32_t)(json_array_size(out->list[LIST_FIRST]) +
				json_array_size(out->list[LIST_REST]));
	if (out->tasks == 0 || json_array_size(out->list[LIST_FIRST]) > TASKS_MAX ||
	    json_array_size(out->list[LIST_REST]) > TASKS_MAX)
		return wrong(r, at, list_names[LIST_FIRST], "a duration of at least one task");
	return SJ_OK;
}

/* All numbers of the stage are durations; counts them. */
static int check_stage(const struct reader *r, const json_t *stage, size_t at)
{
	uint64_t samples = 0, sum = 0;

	for (int k = 0; k < LISTS; k++) {
		json_t *lists = json_object_get(stage, list_names[k]), *list, *v;
		const char *count;
		size_t i;

		if (!json_is_object(lists))
			return wrong(r, at, list_names[k],
				     "an object: number of executors to a list of durations");
		json_object_foreach(lists, count, list)
			json_array_foreach(list, i, v) {
				if (!json_is_integer(v) || json_integer_value(v) < 0 ||
				    json_integer_value(v) > MS_MAX)
					return wrong(r, at, list_names[k], "whole milliseconds");
				samples++;
				sum += (uint64_t)json_integer_value(v);
			}
	}
	deck_count(r->deck, "stages", 1);
	deck_count(r->deck, "task_durations", samples);
	deck_count(r->deck, "task_durations_ms", sum);
	return SJ_OK;
}

static sj_time mean_ns(const json_t *list)
{
	size_t n = json_array_size(list);
	__int128 sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += json_integer_value(json_array_get(list, i));
	return (sj_time)((sum * NS_PER_MS + (__int128)n - 1) / (__int128)n);
}

/* Into r->task_ns, by task. */
static void set_durations(const struct reader *r, const struct waves *w)
{
	static const int list_of[] = { [FIRST] = LIST_FIRST, [REST] = LIST_REST,
				       [FRESH] = LIST_FRESH };
	size_t first = json_array_size(w->list[LIST_FIRST]);
	const json_t *list;
	sj_time mean;

	if (r->settings.durations == MEASURED) {
		for (uint32_t i = 0; i < w->tasks; i++)
			r->task_ns[i] = NS_PER_MS * json_integer_value(i < first ?
				json_array_get(w->list[LIST_FIRST], i) :
				json_array_get(w->list[LIST_REST], i - first));
		return;
	}
	list = w->list[list_of[r->settings.durations]];
	if (json_array_size(list) == 0)
		list = w->list[first != 0 ? LIST_FIRST : LIST_REST];
	mean = mean_ns(list);
	for (uint32_t i = 0; i < w->tasks; i++)
		r->task_ns[i] = mean;
}

/* ---- a stage as one task --------------------------------------------------------------- */

static void sift_down(sj_time *heap, uint32_t n)
{
	for (uint32_t i = 0, child; (child = 2 * i + 1) < n; i = child) {
		sj_time up;

		child += child + 1 < n && heap[child + 1] < heap[child];
		if (heap[i] <= heap[child])
			return;
		up = heap[i];
		heap[i] = heap[child];
		heap[child] = up;
	}
}

/* Each task to the executor that is free first. */
static sj_time list_schedule(const struct reader *r, uint32_t tasks, uint32_t executors)
{
	sj_time last = 0;

	memset(r->free_ns, 0, executors * sizeof(*r->free_ns));
	for (uint32_t i = 0; i < tasks; i++) {
		r->free_ns[0] += r->task_ns[i];
		last = r->free_ns[0] > last ? r->free_ns[0] : last;
		sift_down(r->free_ns, executors);
	}
	return last;
}

/* Ranks and time with the k-th number of executors. */
static int stage_on(const struct reader *r, const json_t *stage, size_t at, size_t k,
		    uint32_t *ranks, sj_time *ns)
{
	struct waves w;
	int rc = find_waves(r, stage, at, count_names[k], &w);

	if (rc != SJ_OK)
		return rc;
	set_durations(r, &w);
	*ranks = (uint32_t)counts[k] < w.tasks ? (uint32_t)counts[k] : w.tasks;
	*ns = list_schedule(r, w.tasks, *ranks);
	return SJ_OK;
}

/* S(e) = 2 T(2) / T(e), or with T(1) for the first where there is one task. */
static int add_speedup(struct reader *r, const sj_speedup_point *time, uint32_t n,
		       sj_task_spec *t)
{
	sj_speedup_point points[COUNTS];
	sj_scaling s = { .kind = SJ_SPEEDUP_TABLE, .point_count = n, .points = points };

	for (uint32_t i = 0; i < n; i++)
		points[i] = (sj_speedup_point){ time[i].ranks, time[0].ranks *
			    (time[i].speed > 0 ? time[0].speed / time[i].speed : 1) };
	t->ranks_min = 1;
	t->ranks_max = (uint32_t)time[n - 1].ranks;
	return n > 1 ? deck_add_scaling(r->deck, &s, &t->scaling, r->err) : SJ_OK;
}

static int add_gang(struct reader *r, const json_t *stage, size_t at, uint32_t task)
{
	sj_speedup_point time[COUNTS]; /* ranks; ns in place of the speed */
	sj_task_spec *t = &r->graph.task[task - 1];
	uint32_t n = 0, ranks = 0;
	sj_time ns = 0;

	for (size_t k = 0; k < COUNTS; k++) {
		int rc = stage_on(r, stage, at, k, &ranks, &ns);

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
		return wrong(r, at, list_names[LIST_FIRST], "2, 5, 10, 20, 40, 50, 60, 80 or 100 "
			     "executors");
	return add_speedup(r, time, n, t);
}

/* ---- a stage as its tasks ------------------------------------------------------------------ */

static int new_task(struct reader *r, size_t stage, uint32_t i, sj_time ns, uint32_t *task)
{
	char name[40];
	int rc;

	snprintf(name, sizeof(name), "%zu.%u", stage, i);
	rc = graph_job_task(&r->graph, name, task, r->err);
	return rc == SJ_OK ? graph_job_work(&r->graph, r->name, *task, 1, ns, r->err) : rc;
}

/* The tasks of a stage and, behind several, the one that ends it: first .. last. */
struct span {
	uint32_t first, tasks, end;
};

static int add_tasks(struct reader *r, const json_t *stage, size_t at, struct span *out)
{
	struct waves w;
	int rc = SJ_END;

	for (size_t k = (size_t)r->settings.executors + 1; k-- != 0 && rc == SJ_END;)
		rc = find_waves(r, stage, at, count_names[k], &w);
	if (rc == SJ_END)
		return wrong(r, at, list_names[LIST_FIRST], "so few executors");
	if (rc != SJ_OK)
		return rc;
	set_durations(r, &w);
	out->tasks = w.tasks;
	for (uint32_t i = 0; i < w.tasks && rc == SJ_OK; i++) {
		rc = new_task(r, at, i, r->task_ns[i], &out->end);
		out->first = i == 0 ? out->end : out->first;
	}
	if (rc == SJ_OK && w.tasks > 1)
		rc = new_task(r, at, w.tasks, 0, &out->end);
	for (uint32_t i = 0; i < w.tasks && w.tasks > 1 && rc == SJ_OK; i++)
		rc = graph_job_edge(&r->graph, out->first + i, out->end, 0, r->err);
	return rc;
}

/* ---- a query --------------------------------------------------------------------------------- */

static int add_stages(struct reader *r, const json_t *stages, struct span *span)
{
	for (size_t i = 0; i < json_array_size(stages); i++) {
		const json_t *stage = json_array_get(stages, i);
		int rc = check_stage(r, stage, i);

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
					       "two stages from 0 to %zu", r->name,
					       (unsigned long long)r->line, i, stages - 1);
		}
		for (uint32_t k = 0; k < span[end[1]].tasks; k++) {
			int rc = graph_job_edge(&r->graph, span[end[0]].end,
						span[end[1]].first + k, 0, r->err);

			if (rc != SJ_OK)
				return rc;
		}
	}
	deck_count(r->deck, "edges", json_array_size(edges));
	return SJ_OK;
}

static int describe(struct reader *r, const json_t *query, sj_job *job)
{
	const json_t *number = json_object_get(query, "query");
	const char *size = json_string_value(json_object_get(query, "size"));

	sj_job_clear(job);
	job->id = (int64_t)r->deck->count + 1;
	job->submit_ns = r->settings.every_ns * (int64_t)r->deck->count;
	if (size == NULL || !json_is_integer(number) || json_integer_value(number) < 0 ||
	    json_integer_value(number) > UINT32_MAX)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: expected \"size\", a text, and "
			       "\"query\", a number", r->name, (unsigned long long)r->line);
	job->app = (uint32_t)json_integer_value(number);
	if (r->settings.stage == GANG)
		job->flags = SJ_JOB_MOLDABLE;
	return names_number(&r->sizes, size, &job->queue, r->err);
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
			       "and \"edges\", a list", r->name, (unsigned long long)r->line,
			       STAGES_MAX);
	span = calloc(n, sizeof(*span));
	if (span == NULL)
		return sj_fail(r->err, SJ_ENOMEM, "%s: no memory for %zu stages", r->name, n);
	r->graph.line = r->line;
	rc = add_stages(r, stages, span);
	if (rc == SJ_OK)
		rc = add_edges(r, edges, n, span);
	if (rc == SJ_OK)
		rc = graph_job_close(&r->graph, r->name, &job, r->deck, r->err);
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

	r->line++;
	while (size > 0 && strchr(" \t\r", p[size - 1]) != NULL && p[size - 1] != '\0')
		size--;
	if (size == 0)
		return SJ_OK;
	query = json_loadb(p, size, JSON_REJECT_DUPLICATES, &e);
	if (query == NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: column %d: not JSON: %.100s", r->name,
			       (unsigned long long)r->line, e.column, e.text);
	r->deck->source.info.records++;
	rc = read_query(r, query);
	json_decref(query);
	return rc;
}

static int read_all(struct reader *r, sj_input *in, uint64_t limit)
{
	const char *p, *to;
	struct lines lines;
	int rc = lines_init(&lines, in, LINE_MAX_BYTES, r->err);

	while (rc == SJ_OK && (limit == 0 || r->deck->count < limit)) {
		rc = lines_next(&lines, r->line + 1, &p, &to, r->err);
		for (const char *eol; rc == SJ_OK && p < to; p = eol + 1) {
			eol = memchr(p, '\n', (size_t)(to - p));
			if (limit == 0 || r->deck->count < limit)
				rc = read_line(r, p, (size_t)(eol - p));
		}
	}
	lines_fini(&lines);
	if ((rc == SJ_OK || rc == SJ_END) && r->deck->count == 0)
		return sj_fail(r->err, SJ_EPARSE, "%s: there is no query in it", r->name);
	return rc == SJ_END ? SJ_OK : rc;
}

static int tpch_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		     sj_error *err)
{
	struct reader r = { .name = in->name, .err = err };
	int rc = deck_create(&r.deck, err);

	if (rc != SJ_OK)
		return rc;
	rc = sj_params_bind("workload tpch", params, options->args, &r.settings, NULL, NULL, err);
	r.task_ns = malloc(2 * TASKS_MAX * sizeof(*r.task_ns));
	r.free_ns = malloc(100 * sizeof(*r.free_ns));
	if (rc == SJ_OK && (r.task_ns == NULL || r.free_ns == NULL))
		rc = sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", in->name);
	if (rc == SJ_OK)
		rc = read_all(&r, in, options->limit);
	if (rc == SJ_OK)
		rc = deck_close(r.deck, err);
	free(r.task_ns);
	free(r.free_ns);
	names_fini(&r.sizes);
	if (rc != SJ_OK) {
		deck_free(&r.deck->source);
		return rc;
	}
	snprintf(r.deck->source.info.format, sizeof(r.deck->source.info.format), "tpch");
	r.deck->source.info.lines = r.line;
	*out = &r.deck->source;
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
