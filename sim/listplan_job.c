/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listplan_job.c - graphs that are planned: their arcs, with what travels over them. */
#include <math.h>
#include <string.h>

#include "listplan_parts.h"

#define MEASURED_NODES 256u

/* ---- times of transfers ------------------------------------------------------------------ */

/* Rounded up, but for what is a whole number but for the last bits. */
static sj_time whole_ns(double seconds)
{
	double ns = seconds * 1e9, near = nearbyint(ns);

	if (!(ns < (double)SJ_TIME_MAX / 4))
		return SJ_TIME_MAX / 4;
	ns = fabs(ns - near) <= ns * 0x1p-48 ? near : ceil(ns);
	return ns > 0 ? (sj_time)ns : 0;
}

sj_time plan_transfer_ns(const struct sj_listplan *p, uint32_t from, uint32_t to, uint64_t bytes)
{
	if (from == to || bytes == 0 || p->pool || from >= p->nodes || to >= p->nodes)
		return 0;
	return whole_ns(sj_transfer_alone(p->cx, from, to, bytes));
}

/* Over all pairs; of large machines, over those of some nodes at equal distances. */
void plan_measure_network(struct sj_listplan *p)
{
	uint32_t n = p->nodes < MEASURED_NODES ? p->nodes : MEASURED_NODES;
	double latency = 0, per_byte = 0, pairs = (double)n * (n - 1), first = 0, least = 0, one;

	p->uniform = p->alike = true;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < n; k++) {
			uint32_t from = (uint32_t)((uint64_t)i * p->nodes / n);
			uint32_t to = (uint32_t)((uint64_t)k * p->nodes / n);

			if (i == k)
				continue;
			one = 1 / sj_bandwidth_alone(p->cx, from, to);
			per_byte += one;
			if (i == 0 && k == 1) {
				least = sj_transfer_alone(p->cx, from, to, 1);
				first = sj_transfer_alone(p->cx, from, to, 1000000);
			}
			latency += fmax(sj_transfer_alone(p->cx, from, to, 1) - one, 0);
			p->alike &= sj_transfer_alone(p->cx, from, to, 1) == least;
			p->uniform &= sj_transfer_alone(p->cx, from, to, 1000000) == first;
		}
	/* Latency and bytes over bandwidth: two sizes tell all. */
	p->alike &= p->uniform && n == p->nodes;
	p->mean_latency_s = n > 1 ? latency / pairs : 0;
	p->mean_per_byte_s = n > 1 ? per_byte / pairs : 0;
}

static sj_time mean_ns(const struct sj_listplan *p, uint64_t bytes)
{
	if (bytes == 0 || p->nodes < 2 || !sj_has_network(p->cx))
		return 0;
	if (p->uniform)
		return plan_transfer_ns(p, 0, 1, bytes);
	return whole_ns(p->mean_latency_s + (double)bytes * p->mean_per_byte_s);
}

/* ---- arcs -------------------------------------------------------------------------------- */

struct raw {
	uint32_t from, to;
	uint64_t bytes;
};

/* Edges, and what tasks read of each other over a network. */
static struct raw *collect(struct sj_listplan *p, const sj_task *tasks[], uint32_t count,
			   const sj_job *graph, size_t *n)
{
	size_t most = graph->edge_count, used = 0;
	bool moves = !p->pool && sj_has_network(p->cx);
	struct raw *raw;

	for (uint32_t i = 0; moves && i < count; i++)
		most += sj_need_count(p->cx, tasks[i]);
	raw = sj_scratch(p->cx, (most + 1) * sizeof(*raw));
	for (uint32_t e = 0; e < graph->edge_count; e++)
		raw[used++] = (struct raw){ graph->edges[e].from, graph->edges[e].to, 0 };
	for (uint32_t i = 0; moves && i < count; i++)
		for (uint32_t k = sj_need_count(p->cx, tasks[i]); k-- > 0;) {
			sj_need need = sj_need_get(p->cx, tasks[i], k);

			if (need.task < count && need.task != i)
				raw[used++] = (struct raw){ need.task, i, need.bytes };
		}
	*n = used;
	return raw;
}

/* A stable counting sort by one end. */
static struct raw *sorted(struct sj_listplan *p, const struct raw *raw, size_t n, uint32_t count,
			  bool by_to)
{
	size_t *at = sj_scratch(p->cx, (count + 1) * sizeof(*at));
	struct raw *out = sj_scratch(p->cx, (n + 1) * sizeof(*out));

	for (size_t e = 0; e < n; e++)
		at[(by_to ? raw[e].to : raw[e].from) + 1]++;
	for (uint32_t i = 0; i < count; i++)
		at[i + 1] += at[i];
	for (size_t e = 0; e < n; e++)
		out[at[by_to ? raw[e].to : raw[e].from]++] = raw[e];
	return out;
}

/* Several arcs of one pair become one. */
static size_t join(struct raw *raw, size_t n)
{
	size_t used = 0;

	for (size_t e = 0; e < n; e++) {
		if (used != 0 && raw[used - 1].from == raw[e].from &&
		    raw[used - 1].to == raw[e].to)
			raw[used - 1].bytes += raw[e].bytes;
		else
			raw[used++] = raw[e];
	}
	return used;
}

/* ---- memory: of jobs that have left, by size --------------------------------------------- */

static void *take(struct sj_listplan *p, size_t size, unsigned *size_class)
{
	unsigned c = 8;
	sj_plan_job *job;

	while (((size_t)1 << c) < size)
		c++;
	*size_class = c;
	job = p->spare[c];
	if (job == NULL)
		return sj_alloc(p->cx, (size_t)1 << c);
	p->spare[c] = job->next;
	memset(job, 0, size);
	return job;
}

void plan_job_free(struct sj_listplan *p, sj_plan_job *job)
{
	if (job->prev != NULL)
		job->prev->next = job->next;
	else
		p->first = job->next;
	if (job->next != NULL)
		job->next->prev = job->prev;
	else
		p->last = job->prev;
	job->next = p->spare[job->size_class];
	p->spare[job->size_class] = job;
}

static sj_plan_job *lay_out(struct sj_listplan *p, uint32_t count, size_t arcs)
{
	size_t table = p->rule->tabled ? (size_t)count * p->nodes : 0;
	size_t size = sizeof(sj_plan_job) + table * sizeof(double) +
		      count * sizeof(sj_plan_task) + 2 * arcs * sizeof(sj_plan_arc) +
		      (2 * ((size_t)count + 1) + count) * sizeof(uint32_t);
	unsigned size_class;
	sj_plan_job *job = take(p, size, &size_class);

	job->size_class = size_class;
	job->count = job->left = count;
	job->table = (double *)(void *)(job + 1);
	job->task = (sj_plan_task *)(void *)(job->table + table);
	job->pred = (sj_plan_arc *)(void *)(job->task + count);
	job->succ = job->pred + arcs;
	job->pred_first = (uint32_t *)(void *)(job->succ + arcs);
	job->succ_first = job->pred_first + count + 1;
	job->order = job->succ_first + count + 1;
	return job;
}

/* Kahn's order, by number among equals as they come. */
static void put_in_order(struct sj_listplan *p, sj_plan_job *job)
{
	uint32_t *waits = sj_scratch(p->cx, (job->count + 1) * sizeof(*waits));
	uint32_t used = 0;

	for (uint32_t i = 0; i < job->count; i++) {
		waits[i] = job->pred_first[i + 1] - job->pred_first[i];
		if (waits[i] == 0)
			job->order[used++] = i;
	}
	for (uint32_t at = 0; at < used; at++)
		for (uint32_t i = job->order[at], k = job->succ_first[i];
		     k < job->succ_first[i + 1]; k++)
			if (--waits[job->succ[k].task] == 0)
				job->order[used++] = job->succ[k].task;
}

/* By stages: a task stands behind its predecessors in the order. */
static void expect_lengths(struct sj_listplan *p, sj_plan_job *job)
{
	for (uint32_t at = 0; at < job->count; at++) {
		sj_plan_task *t = &job->task[job->order[at]];

		for (uint32_t k = job->succ_first[job->order[at]];
		     k < job->succ_first[job->order[at] + 1]; k++)
			if (job->task[job->succ[k].task].stage <= t->stage)
				job->task[job->succ[k].task].stage = t->stage + 1;
		t->length_ns = t->expect_ns = plan_expect(p, t);
	}
}

sj_plan_job *plan_job_make(struct sj_listplan *p, const sj_task *tasks[], uint32_t count,
			   const sj_job *graph)
{
	size_t n;
	struct raw *raw = collect(p, tasks, count, graph, &n);
	sj_plan_job *job;

	raw = sorted(p, raw, n, count, false);
	raw = sorted(p, raw, n, count, true);
	n = join(raw, n);
	job = lay_out(p, count, n);
	for (size_t e = 0; e < n; e++) {
		job->pred[e] = (sj_plan_arc){ raw[e].from, raw[e].bytes, mean_ns(p, raw[e].bytes) };
		job->pred_first[raw[e].to + 1]++;
		job->succ_first[raw[e].from + 1]++;
	}
	for (uint32_t i = 0; i < count; i++) {
		job->pred_first[i + 1] += job->pred_first[i];
		job->succ_first[i + 1] += job->succ_first[i];
	}
	raw = sorted(p, raw, n, count, false);
	for (size_t e = 0; e < n; e++)
		job->succ[e] = (sj_plan_arc){ raw[e].to, raw[e].bytes, mean_ns(p, raw[e].bytes) };
	put_in_order(p, job);
	for (uint32_t i = 0; i < count; i++)
		job->task[i] = (sj_plan_task){ .task = tasks[i], .node = SJ_PLAN_NOWHERE,
					       .length_ns = tasks[i]->estimate_ns,
					       .second = SJ_PLAN_NOWHERE, .slot = NO_SLOT,
					       .staged = SJ_PLAN_NOWHERE,
					       .state = !p->pool && tasks[i]->ranks > 1 ?
							SJ_PLAN_WIDE : SJ_PLAN_OPEN };
	if (p->durations != NULL)
		expect_lengths(p, job);
	job->prev = p->last;
	if (p->last != NULL)
		p->last->next = job;
	else
		p->first = job;
	p->last = job;
	return job;
}
