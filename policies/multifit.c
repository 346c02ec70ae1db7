/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * multifit - independent tasks on identical cores: the least capacity with which first fit
 * in decreasing order packs all tasks of a job into the cores is searched for by halving.
 * Coffman, Garey and Johnson, "An application of bin-packing to multiprocessor scheduling",
 * SIAM J. Computing 7(1), 1978: from max(sum / m, longest) to max(2 sum / m, longest).
 *
 * A core serves its tasks in decreasing order, behind what it was promised to before. Tasks
 * of several cores, and those that find no bin, go where they end first. Speeds of nodes are
 * passed over in the packing. In a graph the tasks are packed as if nothing joined them, and
 * start when they are ready. O(n log n + iterations x n x cores) for a job; a job of one
 * task is not packed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "planned.h"

struct multifit {
	struct planned planned;
	int64_t        iterations;
};

struct item {
	sj_time  length;
	uint32_t task, bin;
};

static int by_length(const void *x, const void *y)
{
	const struct item *a = x, *b = y;

	if (a->length != b->length)
		return a->length > b->length ? -1 : 1;
	return a->task < b->task ? -1 : a->task > b->task;
}

/* First fit; false: it does not suffice, and the bins are not all set. */
static bool pack(struct item *item, uint32_t count, double capacity, double *load, uint32_t bins)
{
	for (uint32_t b = 0; b < bins; b++)
		load[b] = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t b = 0;

		while (b < bins && load[b] + (double)item[i].length > capacity)
			b++;
		if (b == bins)
			return false;
		load[b] += (double)item[i].length;
		item[i].bin = b;
	}
	return true;
}

static void keep(sj_plan_job *job, const struct item *item, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		job->task[item[i].task].core = item[i].bin + 1;
}

static void rank(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	const struct multifit *s = self;
	uint32_t bins = sj_listplan_cores(p), count = 0;
	struct item *item = sj_scratch(cx, job->count * sizeof(*item));
	double *load = sj_scratch(cx, (bins + 1) * sizeof(*load)), sum = 0, low, high;

	for (uint32_t i = 0; i < job->count; i++) {
		const sj_task *t = job->task[i].task;
		sj_time length = sj_listplan_length(p, t);

		job->task[i].priority = (double)length;
		if (t->procs != 1 || t->node != 0)
			continue;
		item[count++] = (struct item){ length, i, 0 };
		sum += (double)length;
	}
	if (count < 2 || bins == 0)
		return;
	qsort(item, count, sizeof(*item), by_length);
	low = sum / bins > (double)item[0].length ? sum / bins : (double)item[0].length;
	high = 2 * sum / bins > (double)item[0].length ? 2 * sum / bins : (double)item[0].length;
	if (pack(item, count, high, load, bins)) /* it always does, but for rounding */
		keep(job, item, count);
	for (int64_t k = 0; k < s->iterations; k++) {
		double middle = (low + high) / 2;

		if (pack(item, count, middle, load, bins)) {
			keep(job, item, count);
			high = middle;
		} else {
			low = middle;
		}
	}
}

static void explain(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		    char *text, size_t size)
{
	const sj_plan_task *t = &job->task[task];

	(void)self;
	(void)p;
	if (t->core != 0)
		snprintf(text, size, "run time %.12g s, packed into core %u", t->priority / 1e9,
			 t->core - 1);
	else
		snprintf(text, size, "run time %.12g s, not packed", t->priority / 1e9);
}

static const sj_plan_rule rule = { .appends = true, .rank = rank, .explain = explain };

static int multifit_init(void *self, sj_ctx *cx)
{
	struct multifit *s = self;

	planned_make(&s->planned, cx, &rule);
	return SJ_OK;
}

static const sj_param multifit_params[] = {
	PLANNED_MODE("static"),
	PLANNED_DURATIONS,
	{ .name = "iterations", .type = SJ_P_INT, .offset = offsetof(struct multifit, iterations),
	  .def = "20", .min = 0, .max = 60, .help = "Halvings of the capacity." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "run time, longer first",
	PLANNED_SEMANTICS,
	.placement = "the core into which first fit has packed it",
	.tie = "lower number in the job; lower core",
};

const sj_policy_ops sj_policy_multifit = {
	SJ_POLICY_HEAD,
	.name = "multifit",
	.summary = "independent tasks packed into cores by first fit, at the least capacity",
	.cite = "Coffman, Garey and Johnson, An application of bin-packing to multiprocessor "
		"scheduling, SIAM J. Computing 7(1), 1978",
	.semantics = &semantics,
	.state_size = sizeof(struct multifit),
	.params = multifit_params,
	.init = multifit_init,
	PLANNED_CALLBACKS(0),
};
