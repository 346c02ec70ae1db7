/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tpch_stage.c - see tpch_stage.h. */
#include "tpch_stage.h"

#include <stdlib.h>
#include <string.h>

#define TASKS_MAX 100000u /* of a list */
#define MS_MAX    1000000000000
#define NS_PER_MS INT64_C(1000000)

const int tpch_count[TPCH_COUNTS] = { 2, 5, 10, 20, 40, 50, 60, 80, 100 };
const char *const tpch_count_names[TPCH_COUNTS + 1] = {
	"2", "5", "10", "20", "40", "50", "60", "80", "100", NULL };

const char *const tpch_duration_names[] = { "measured", "first", "rest", "fresh", NULL };
enum { MEASURED, FIRST, REST, FRESH };
static const char *const list_names[] = { "first_wave", "rest_wave", "fresh_durations" };
enum { LIST_FIRST, LIST_REST, LIST_FRESH, LISTS };

int tpch_stages_init(struct tpch_stages *s)
{
	s->task_ns = malloc(2 * (size_t)TASKS_MAX * sizeof(*s->task_ns));
	s->free_ns = malloc((size_t)tpch_count[TPCH_COUNTS - 1] * sizeof(*s->free_ns));
	return s->task_ns != NULL && s->free_ns != NULL ? SJ_OK :
	       sj_fail(s->err, SJ_ENOMEM, "%s: no memory to read it", s->name);
}

void tpch_stages_fini(struct tpch_stages *s)
{
	free(s->task_ns);
	free(s->free_ns);
}

/* The lists of a stage at one number of executors. */
struct waves {
	const json_t *list[LISTS];
	uint32_t      tasks; /* of the first and the rest */
};

int tpch_wrong(const struct tpch_stages *s, size_t stage, const char *key, const char *expected)
{
	return sj_fail(s->err, SJ_EPARSE, "%s:%llu: stage[%zu]: \"%s\": expected %s", s->name,
		       (unsigned long long)s->line, stage,
		       key != NULL ? key : list_names[LIST_FIRST], expected);
}

/* ---- durations of tasks ------------------------------------------------------------- */

/* SJ_END: not measured with so many. */
static int find_waves(const struct tpch_stages *s, const json_t *stage, size_t at, const char *count,
		      struct waves *out)
{
	for (int k = 0; k < LISTS; k++) {
		out->list[k] = json_object_get(json_object_get(stage, list_names[k]), count);
		if (k == LIST_FIRST && out->list[k] == NULL)
			return SJ_END;
		if (out->list[k] != NULL && !json_is_array(out->list[k]))
			return tpch_wrong(s, at, list_names[k], "lists of durations in milliseconds");
	}
	out->tasks = (uint32_t)(json_array_size(out->list[LIST_FIRST]) +
				json_array_size(out->list[LIST_REST]));
	if (out->tasks == 0 || json_array_size(out->list[LIST_FIRST]) > TASKS_MAX ||
	    json_array_size(out->list[LIST_REST]) > TASKS_MAX)
		return tpch_wrong(s, at, list_names[LIST_FIRST], "a duration of at least one task");
	return SJ_OK;
}

/* All numbers of the stage are durations; counts them. */
int tpch_check(const struct tpch_stages *s, const json_t *stage, size_t at)
{
	uint64_t samples = 0, sum = 0;

	for (int k = 0; k < LISTS; k++) {
		json_t *lists = json_object_get(stage, list_names[k]), *list, *v;
		const char *count;
		size_t i;

		if (!json_is_object(lists))
			return tpch_wrong(s, at, list_names[k],
				     "an object: number of executors to a list of durations");
		json_object_foreach(lists, count, list)
			json_array_foreach(list, i, v) {
				if (!json_is_integer(v) || json_integer_value(v) < 0 ||
				    json_integer_value(v) > MS_MAX)
					return tpch_wrong(s, at, list_names[k], "whole milliseconds");
				samples++;
				sum += (uint64_t)json_integer_value(v);
			}
	}
	deck_count(s->deck, "stages", 1);
	deck_count(s->deck, "task_durations", samples);
	deck_count(s->deck, "task_durations_ms", sum);
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

/* Into s->task_ns, by task. */
static void set_durations(const struct tpch_stages *s, const struct waves *w)
{
	static const int list_of[] = { [FIRST] = LIST_FIRST, [REST] = LIST_REST,
				       [FRESH] = LIST_FRESH };
	size_t first = json_array_size(w->list[LIST_FIRST]);
	const json_t *list;
	sj_time mean;

	if (s->durations == MEASURED) {
		for (uint32_t i = 0; i < w->tasks; i++)
			s->task_ns[i] = NS_PER_MS * json_integer_value(i < first ?
				json_array_get(w->list[LIST_FIRST], i) :
				json_array_get(w->list[LIST_REST], i - first));
		return;
	}
	list = w->list[list_of[s->durations]];
	if (json_array_size(list) == 0)
		list = w->list[first != 0 ? LIST_FIRST : LIST_REST];
	mean = mean_ns(list);
	for (uint32_t i = 0; i < w->tasks; i++)
		s->task_ns[i] = mean;
}

/* ---- executors ---------------------------------------------------------------------------- */

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

/* Each task to the executor that is free first; not beyond the end of time. */
static sj_time list_schedule(const struct tpch_stages *s, uint32_t tasks, uint32_t executors)
{
	sj_time last = 0;

	memset(s->free_ns, 0, executors * sizeof(*s->free_ns));
	for (uint32_t i = 0; i < tasks; i++) {
		s->free_ns[0] = s->task_ns[i] < SJ_TIME_MAX - s->free_ns[0] ?
				s->free_ns[0] + s->task_ns[i] : SJ_TIME_MAX;
		last = s->free_ns[0] > last ? s->free_ns[0] : last;
		sift_down(s->free_ns, executors);
	}
	return last;
}

int tpch_durations(const struct tpch_stages *s, const json_t *stage, size_t at, size_t k,
		   uint32_t *tasks)
{
	struct waves w = { .tasks = 0 };
	int rc = find_waves(s, stage, at, tpch_count_names[k], &w);

	if (rc != SJ_OK)
		return rc;
	set_durations(s, &w);
	*tasks = w.tasks;
	return SJ_OK;
}

int tpch_time(const struct tpch_stages *s, const json_t *stage, size_t at, size_t k,
	      uint32_t *executors, sj_time *ns)
{
	uint32_t tasks = 0;
	int rc = tpch_durations(s, stage, at, k, &tasks);

	if (rc != SJ_OK)
		return rc;
	*executors = (uint32_t)tpch_count[k] < tasks ? (uint32_t)tpch_count[k] : tasks;
	*ns = list_schedule(s, tasks, *executors);
	return SJ_OK;
}
