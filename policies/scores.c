/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scores.c - see scores.h. Running tasks are kept in start order in a list of ids, so
 * that a pass that starts a few does not go through all that run.
 */
#include "scores.h"

#include <math.h>
#include <stdlib.h>

#define NONE UINT32_MAX

struct seen {
	uint32_t stage; /* 1 + its number; 0: not known yet */
	uint32_t node;  /* the first of its place; NONE: a pool, or it does not run */
	uint32_t older, newer; /* neighbours in start order */
	uint32_t copy;  /* 1 + the node of its copy; 0: it has had none */
	bool     runs;
};

struct stage {
	uint32_t open;  /* tasks that have not ended for good */
	uint32_t ended; /* completed */
};

void scores_init(struct scores *p, sj_ctx *cx, bool by_stage)
{
	p->by_stage = by_stage;
	p->newest = NONE;
	if (sj_node_count(cx) != 0)
		p->on = sj_alloc(cx, sj_node_count(cx) * sizeof(*p->on));
}

static struct seen *seen_of(struct scores *p, sj_ctx *cx, const sj_task *t)
{
	if (t->id >= p->seen_cap) {
		uint32_t cap = sj_task_bound(cx) > 2 * p->seen_cap ? sj_task_bound(cx)
								   : 2 * p->seen_cap;

		p->seen = sj_grow(cx, p->seen, p->seen_cap * sizeof(*p->seen),
				  cap * sizeof(*p->seen));
		p->seen_cap = cap;
	}
	return &p->seen[t->id];
}

/* ---- stages ------------------------------------------------------------------------- */

static uint32_t stage_make(struct scores *p, sj_ctx *cx)
{
	if (p->spares != 0) {
		uint32_t number = p->spare[--p->spares];

		p->stage[number] = (struct stage){ 0 };
		return number;
	}
	if (p->stages == p->stage_cap) {
		uint32_t cap = 2 * p->stage_cap + 16;

		p->stage = sj_grow(cx, p->stage, p->stage_cap * sizeof(*p->stage),
				   cap * sizeof(*p->stage));
		p->spare = sj_grow(cx, p->spare, p->stage_cap * sizeof(*p->spare),
				   cap * sizeof(*p->spare));
		p->stage_cap = cap;
	}
	return p->stages++;
}

static void enter_stage(struct scores *p, struct seen *n, uint32_t number)
{
	n->stage = number + 1;
	p->stage[number].open++;
}

/* level[i]: edges on the longest way to task i. O(tasks + edges). */
static uint32_t *levels(sj_ctx *cx, const sj_job *g)
{
	uint32_t n = g->task_count, head = 0, tail = 0;
	uint32_t *level = sj_scratch(cx, n * sizeof(*level));
	uint32_t *above = sj_scratch(cx, n * sizeof(*above));
	uint32_t *queue = sj_scratch(cx, n * sizeof(*queue));
	uint32_t *first = sj_scratch(cx, (n + 2) * sizeof(*first));
	uint32_t *to = sj_scratch(cx, (g->edge_count + 1) * sizeof(*to));

	for (uint32_t e = 0; e < g->edge_count; e++) {
		first[g->edges[e].from + 2]++;
		above[g->edges[e].to]++;
	}
	for (uint32_t i = 0; i < n; i++)
		first[i + 2] += first[i + 1];
	for (uint32_t e = 0; e < g->edge_count; e++)
		to[first[g->edges[e].from + 1]++] = g->edges[e].to;
	for (uint32_t i = 0; i < n; i++)
		if (above[i] == 0)
			queue[tail++] = i;
	while (head < tail) {
		uint32_t i = queue[head++];

		for (uint32_t k = first[i]; k < first[i + 1]; k++) {
			if (level[to[k]] < level[i] + 1)
				level[to[k]] = level[i] + 1;
			if (--above[to[k]] == 0)
				queue[tail++] = to[k];
		}
	}
	return level;
}

void scores_submit(struct scores *p, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		     const sj_job *graph)
{
	uint32_t *level, *number;

	if (!p->by_stage || count < 2)
		return; /* a task alone has its stage from its start on */
	level = levels(cx, graph);
	number = sj_scratch(cx, count * sizeof(*number));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t *at = &number[level[tasks[i]->index]];

		if (*at == 0)
			*at = 1 + stage_make(p, cx);
		enter_stage(p, seen_of(p, cx, tasks[i]), *at - 1);
	}
}

uint32_t scores_ended(const struct scores *p, uint32_t stage)
{
	return p->by_stage ? p->stage[stage].ended : 0;
}

void scores_left(const struct scores *p, const sj_task *t, uint32_t *left, uint32_t *all)
{
	const struct stage *g = &p->stage[p->seen[t->id].stage - 1];

	*left = g->open;
	*all = g->open + g->ended;
}

static void leave_stage(struct scores *p, struct seen *n, sj_outcome how)
{
	struct stage *g;

	if (n->stage == 0)
		return;
	g = &p->stage[n->stage - 1];
	g->ended += how == SJ_COMPLETED;
	if (--g->open == 0)
		p->spare[p->spares++] = n->stage - 1;
	n->stage = 0;
}

/* ---- starts and ends -------------------------------------------------------------------- */

static void note_start(struct scores *p, sj_ctx *cx, const sj_task *t)
{
	struct seen *n = seen_of(p, cx, t);
	sj_placement where = sj_task_placement(cx, t);

	if (p->by_stage && n->stage == 0)
		enter_stage(p, n, stage_make(p, cx));
	n->node = where.count != 0 ? where.slots[0].node : NONE;
	if (n->node != NONE)
		p->on[n->node].tried = true;
	n->runs = true;
	n->copy = 0;
	n->older = p->newest;
	n->newer = NONE;
	if (p->newest != NONE)
		p->seen[p->newest].newer = t->id;
	p->newest = t->id;
}

void scores_started(struct scores *p, sj_ctx *cx)
{
	const sj_task *t = p->newest == NONE ? sj_running_first(cx) :
			   sj_running_next(cx, sj_task_get(cx, p->newest));

	for (; t != NULL; t = sj_running_next(cx, t))
		note_start(p, cx, t);
}

void scores_done(struct scores *p, const sj_task *t, sj_outcome how)
{
	struct seen *n;

	if (t->id >= p->seen_cap)
		return;
	n = &p->seen[t->id];
	if (n->runs) {
		if (how == SJ_COMPLETED && n->node != NONE && n->copy == 0)
			p->on[n->node].done++;
		if (n->older != NONE)
			p->seen[n->older].newer = n->newer;
		if (n->newer != NONE)
			p->seen[n->newer].older = n->older;
		else
			p->newest = n->older;
	}
	n->runs = false;
	n->copy = 0;
	if (how != SJ_REQUEUED)
		leave_stage(p, n, how);
}

void scores_copied(struct scores *p, const sj_task *t, uint32_t node)
{
	p->seen[t->id].copy = node + 1;
}

uint32_t scores_copy_node(const struct scores *p, const sj_task *t)
{
	return t->id < p->seen_cap ? p->seen[t->id].copy - 1 : SCORES_NOWHERE;
}

/* ---- measures ------------------------------------------------------------------------- */

static struct measured measure(const struct scores *p, sj_ctx *cx, const sj_task *t)
{
	double done = (double)sj_task_attained(cx, t) / (double)t->estimate_ns, ran;
	struct measured m = { .task = t, .score = done < 1 ? done : 1 };

	if (p->by_stage)
		m.stage = p->seen[t->id].stage - 1;
	m.ran = sj_now(cx) > t->start_ns ? sj_now(cx) - t->start_ns : 0;
	ran = (double)m.ran / 1e9;
	m.rate = ran > 0 ? m.score / ran : 0;
	m.left = m.score >= 1 ? 0 : m.rate > 0 ? (1 - m.score) / m.rate : (double)INFINITY;
	return m;
}

struct measured *scores_measure(struct scores *p, sj_ctx *cx, uint32_t *count)
{
	struct measured *m = sj_scratch(cx, (sj_running_count(cx) + 1) * sizeof(*m));

	*count = 0;
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		if (t->estimate_ns > 0)
			m[(*count)++] = measure(p, cx, t);
	return m;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* How many of the ascending values are at most x. */
static uint32_t at_most(const double *value, uint32_t n, double x)
{
	uint32_t low = 0;

	while (low < n) {
		uint32_t middle = low + (n - low) / 2;

		if (value[middle] <= x)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

bool *scores_slow_nodes(struct scores *p, sj_ctx *cx, const struct measured *m,
			  uint32_t count, double part)
{
	uint32_t nodes = sj_node_count(cx), up = 0;
	double *total, *sorted;
	bool *slow;

	if (nodes == 0 || part <= 0)
		return NULL;
	total = sj_scratch(cx, nodes * sizeof(*total));
	sorted = sj_scratch(cx, nodes * sizeof(*sorted));
	slow = sj_scratch(cx, nodes * sizeof(*slow));
	for (uint32_t n = 0; n < nodes; n++)
		total[n] = p->on[n].done;
	for (uint32_t i = 0; i < count; i++)
		if (p->seen[m[i].task->id].node != NONE)
			total[p->seen[m[i].task->id].node] += m[i].score;
	for (uint32_t n = 0; n < nodes; n++)
		if (p->on[n].tried && sj_node_get_state(cx, n) == SJ_NODE_UP)
			sorted[up++] = total[n];
	qsort(sorted, up, sizeof(*sorted), by_value);
	for (uint32_t n = 0; n < nodes; n++)
		slow[n] = p->on[n].tried && (double)at_most(sorted, up, total[n]) <= part * (double)up;
	return slow;
}
