/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listplan_place.c - which node a task is promised, and from when on. */
#include <math.h>

#include "listplan_parts.h"

uint32_t sj_listplan_cores(const sj_listplan *p)
{
	return p->lanes.count;
}

uint32_t sj_listplan_nodes(const sj_listplan *p)
{
	return p->nodes;
}

sj_time plan_expect(const sj_listplan *p, const sj_plan_task *t)
{
	return p->durations == NULL ? t->task->estimate_ns :
				      sj_durations_expect(p->durations, t->task, t->stage);
}

sj_time sj_listplan_length(const sj_listplan *p, const sj_task *t)
{
	const sj_plan_task *own = p->durations != NULL ? plan_find(p, t->id) : NULL;

	return own != NULL ? own->length_ns : t->estimate_ns;
}

static sj_time run_ns(const sj_listplan *p, const sj_task *t, sj_time length, uint32_t node)
{
	const sj_slot slot = { node, t->ranks };
	const sj_placement where = { 1, &slot };
	double rate = sj_rate(p->cx, t, t->ranks, p->pool ? NULL : &where), ns, near;

	if (!(rate > 0))
		return SJ_NEVER;
	if (rate == 1)
		return length;
	ns = (double)length / rate;
	near = nearbyint(ns);
	ns = fabs(ns - near) <= ns * 0x1p-48 ? near : ceil(ns);
	return ns < (double)(SJ_TIME_MAX / 4) ? (sj_time)ns : SJ_TIME_MAX / 4;
}

sj_time sj_listplan_run_ns(const sj_listplan *p, const sj_task *t, uint32_t node)
{
	return run_ns(p, t, sj_listplan_length(p, t), node);
}

double sj_listplan_run_sum(const sj_listplan *p, const sj_task *t)
{
	sj_time length = sj_listplan_length(p, t);
	double sum = 0;
	uint32_t able = 0;

	if (!p->pool && t->ranks > 1)
		return (double)length * p->nodes;
	for (uint32_t n = 0; n < p->nodes; n++) {
		sj_time run = run_ns(p, t, length, n);

		if (run != SJ_NEVER) {
			sum += (double)run;
			able++;
		}
	}
	if (able == p->nodes)
		return sum;
	return able != 0 ? sum * p->nodes / able : (double)length * p->nodes;
}

/* ---- a place on one node ----------------------------------------------------------------- */

sj_time plan_data_there(const sj_listplan *p, const sj_plan_job *job, uint32_t i, uint32_t node)
{
	const sj_plan_task *t = &job->task[i];
	sj_time now = sj_now(p->cx), at = now;

	for (uint32_t k = job->pred_first[i]; k < job->pred_first[i + 1]; k++) {
		const sj_plan_arc *a = &job->pred[k];
		const sj_plan_task *q = &job->task[a->task];
		sj_time from = q->end_ns;

		if (q->state == SJ_PLAN_OPEN) /* only when a child is looked at */
			continue;
		/* What was not sent when it was made is sent later. */
		if (q->state != SJ_PLAN_GONE || t->staged != node)
			from = plan_later(from, now);
		else
			from = plan_later(from, t->staged_ns);
		if (p->ahead && q->node != node && a->bytes != 0)
			from = plan_sum(from, plan_arc_ns(p, a, q->node, node));
		at = plan_later(at, from);
	}
	return at;
}

/* Fetching, when it begins at the start. */
sj_time plan_fetch_ns(const sj_listplan *p, const sj_plan_job *job, uint32_t i, uint32_t node)
{
	sj_time longest = 0;

	for (uint32_t k = job->pred_first[i]; k < job->pred_first[i + 1] && !p->ahead; k++)
		longest = plan_later(longest,
				     plan_arc_ns(p, &job->pred[k],
						 job->task[job->pred[k].task].node, node));
	return longest;
}

/* How many cores the task takes of a node. */
static uint32_t lanes_of(const sj_listplan *p, const sj_task *t)
{
	uint32_t k = p->pool ? t->procs : t->cores;

	return k != 0 ? k : 1;
}

/* May it have this lane? Its own, if that is of a node that is up. */
static bool lane_will_do(const sj_listplan *p, const sj_plan_task *t, uint32_t lane)
{
	return t->core == 0 || t->core - 1 == lane || !p->node[p->node_of[t->core - 1]].up;
}

#define NO_LANE UINT32_MAX

/* The first lane that is free earliest; NO_LANE: none will do. */
static sj_time start_on_one(const sj_listplan *p, const sj_plan_task *t,
			    const struct node_lanes *n, sj_time from, sj_time run,
			    uint32_t *lane)
{
	sj_time best = SJ_TIME_MAX;

	*lane = NO_LANE;
	for (uint32_t i = 0; i < n->count && best > from; i++) {
		sj_time at;

		if (!lane_will_do(p, t, n->lane[i]))
			continue;
		at = lanes_gap(&p->lanes, n->lane[i], from, run, p->rule->appends);

		if (at < best || *lane == NO_LANE) {
			best = at;
			*lane = n->lane[i];
		}
	}
	return best;
}

static void push_down(sj_time *heap, uint32_t count, sj_time with)
{
	uint32_t at = 0;

	for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
		child += child + 1 < count && heap[child + 1] > heap[child];
		if (heap[child] <= with)
			break;
		heap[at] = heap[child];
	}
	heap[at] = with;
}

/* Behind all that k lanes were promised to: a heap holds the k earliest. */
static sj_time start_on_many(const sj_listplan *p, const struct node_lanes *n, uint32_t k,
			     sj_time from)
{
	sj_time *heap = p->heap;

	for (uint32_t i = 0; i < k; i++)
		heap[i] = SJ_TIME_MAX;
	for (uint32_t i = 0; i < n->count && heap[0] > from; i++) {
		sj_time at = lanes_gap(&p->lanes, n->lane[i], from, 0, true);

		if (at < heap[0])
			push_down(heap, k, at);
	}
	return heap[0];
}

static bool try_node(const sj_listplan *p, const sj_plan_job *job, uint32_t i, uint32_t node,
		     struct plan_choice *c)
{
	const sj_task *t = job->task[i].task;
	const struct node_lanes *n = &p->node[node];
	uint32_t k = lanes_of(p, t);
	sj_time run, from;

	if (!n->up || n->count < k)
		return false;
	run = run_ns(p, t, job->task[i].expect_ns, node);
	if (run == SJ_NEVER)
		return false;
	run = plan_sum(run, plan_fetch_ns(p, job, i, node));
	from = plan_data_there(p, job, i, node);
	c->node = node;
	c->start = k == 1 ? start_on_one(p, &job->task[i], n, from, run, &c->lane) :
			    start_on_many(p, n, k, from);
	if (k == 1 && c->lane == NO_LANE)
		return false;
	c->end = plan_sum(c->start, run);
	c->score = p->rule->score != NULL && !p->looking ?
		   p->rule->score(p->self, p, job, i, node, c->end) : c->end;
	return true;
}

/* ---- promises ---------------------------------------------------------------------------- */

void plan_promise(sj_listplan *p, sj_plan_task *t, const struct plan_choice *c)
{
	const struct node_lanes *n = &p->node[c->node];
	uint32_t k = lanes_of(p, t->task);

	t->node = c->node;
	t->start_ns = c->start;
	t->end_ns = c->end;
	t->score_ns = c->score;
	t->state = SJ_PLAN_PLACED;
	p->placed++;
	p->waiting++;
	if (k == 1) {
		t->slot = lanes_promise(&p->lanes, c->lane, c->start, c->end, p->placed,
					t->task->id, NO_SLOT);
		return;
	}
	for (uint32_t i = 0; i < n->count && k > 0; i++)
		if (lanes_gap(&p->lanes, n->lane[i], c->start, 0, true) == c->start) {
			t->slot = lanes_promise(&p->lanes, n->lane[i], c->start, c->end,
						p->placed, t->task->id, t->slot);
			k--;
		}
}

void plan_take_back(sj_listplan *p, sj_plan_task *t)
{
	while (t->slot != NO_SLOT) {
		uint32_t slot = t->slot;

		t->slot = p->lanes.slot[slot].chain;
		lanes_take(&p->lanes, slot);
		lanes_let_go(&p->lanes, slot);
	}
	p->waiting--;
	t->state = SJ_PLAN_OPEN;
	t->node = SJ_PLAN_NOWHERE;
}

/* Of equal ones the lower number; where children are looked at, the earlier end before that. */
static bool better(const sj_listplan *p, const struct plan_choice *a, const struct plan_choice *b)
{
	if (b->node == SJ_PLAN_NOWHERE || a->score != b->score)
		return b->node == SJ_PLAN_NOWHERE || a->score < b->score;
	return p->rule->looks_ahead && a->end < b->end;
}

bool plan_choose(sj_listplan *p, sj_plan_job *job, uint32_t i, struct plan_choice *out)
{
	sj_plan_task *t = &job->task[i];
	struct plan_choice best = { .node = SJ_PLAN_NOWHERE, .end = SJ_NEVER };
	struct plan_choice second = best, c = best;

	t->expect_ns = plan_expect(p, t);
	for (uint32_t n = 0; n < p->nodes; n++) {
		if (!try_node(p, job, i, n, &c))
			continue;
		if (p->rule->looks_ahead && !p->looking)
			c.score = plan_look_ahead(p, job, i, &c);
		if (better(p, &c, &best)) {
			second = best;
			best = c;
		} else if (better(p, &c, &second)) {
			second = c;
		}
	}
	t->second = second.node;
	t->second_end_ns = second.end;
	t->second_score_ns = second.score;
	*out = best;
	return best.node != SJ_PLAN_NOWHERE;
}

/* Of a task that is placed by itself: it may have a core, whose node may be one on which it
 * cannot run. */
bool plan_place(sj_listplan *p, sj_plan_job *job, uint32_t i)
{
	struct plan_choice best;
	bool found = plan_choose(p, job, i, &best);

	if (!found && job->task[i].core != 0) {
		job->task[i].core = 0;
		found = plan_choose(p, job, i, &best);
	}
	if (found)
		plan_promise(p, &job->task[i], &best);
	return found;
}

void plan_guess(sj_listplan *p, sj_plan_job *job, uint32_t i)
{
	sj_plan_task *t = &job->task[i];

	t->start_ns = plan_data_there(p, job, i, SJ_PLAN_NOWHERE);
	t->end_ns = plan_sum(t->start_ns, plan_expect(p, t));
}

void plan_stage(sj_listplan *p, sj_plan_task *t)
{
	if (p->pool || t->staged == t->node || !sj_has_network(p->cx))
		return;
	if (sj_stage(p->cx, t->task, t->node) == SJ_OK) {
		t->staged = t->node;
		t->staged_ns = sj_now(p->cx);
	}
}
