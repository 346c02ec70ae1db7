/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listplan.c - planned schedules: news, and starts in the order of the plan. */
#include "listplan_parts.h"

#include <stdio.h>

/* Of so many that wait one has to end off the plan before it is made anew: the work of
 * repairs is so many places a task at most. */
#define REPAIR_PART 32

const char *const sj_plan_mode_names[] = { "static", "dynamic", "hybrid", NULL };

void ids_add(sj_listplan *p, struct ids *list, uint32_t id)
{
	if (list->count == list->cap) {
		uint32_t cap = list->cap != 0 ? 2 * list->cap : 64;

		list->id = sj_grow(p->cx, list->id, list->cap * sizeof(*list->id),
				   cap * sizeof(*list->id));
		list->cap = cap;
	}
	list->id[list->count++] = id;
}

/* ---- the machine ------------------------------------------------------------------------- */

/* As many lanes as it has been seen to have cores. */
static void see_node(sj_listplan *p, uint32_t node)
{
	struct node_lanes *n = &p->node[node];
	uint32_t cores = p->pool ? sj_procs_free(p->cx) : sj_node_cores_free(p->cx, node);
	uint32_t first = p->lanes.count;

	n->up = p->pool || sj_node_get_state(p->cx, node) == SJ_NODE_UP;
	if (cores <= n->count)
		return;
	lanes_grow(&p->lanes, first + cores - n->count);
	n->lane = sj_grow(p->cx, n->lane, n->count * sizeof(*n->lane),
			  cores * sizeof(*n->lane));
	p->node_of = sj_grow(p->cx, p->node_of, first * sizeof(*p->node_of),
			     p->lanes.count * sizeof(*p->node_of));
	while (n->count < cores) {
		p->node_of[first] = node;
		n->lane[n->count++] = first++;
	}
	if (cores > p->heap_cap) {
		p->heap = sj_alloc(p->cx, cores * sizeof(*p->heap));
		p->heap_cap = cores;
	}
}

sj_listplan *sj_listplan_create(sj_ctx *cx, const sj_plan_rule *rule, void *self,
				sj_plan_mode mode)
{
	sj_listplan *p = sj_alloc(cx, sizeof(*p));

	*p = (sj_listplan){ .cx = cx, .rule = rule, .self = self, .mode = mode,
			    .pool = sj_node_count(cx) == 0, .ahead = sj_stages_ahead(cx) };
	p->nodes = p->pool ? 1 : sj_node_count(cx);
	p->node = sj_alloc(cx, p->nodes * sizeof(*p->node));
	lanes_init(&p->lanes, cx);
	for (uint32_t n = 0; n < p->nodes; n++)
		see_node(p, n);
	if (rule->greedy && mode == SJ_PLAN_DYNAMIC)
		p->greedy = sj_queue_create(cx);
	if (!p->pool && sj_has_network(cx))
		plan_measure_network(p);
	return p;
}

void sj_listplan_learn(sj_listplan *p, const sj_durations_spec *spec)
{
	p->durations = spec->by != SJ_DURATIONS_ESTIMATE ? sj_durations_create(p->cx, spec) : NULL;
	if (p->durations != NULL)
		p->learned = sj_durations_names[spec->by];
}

void sj_listplan_node(sj_listplan *p, uint32_t node, bool up)
{
	(void)up;
	if (!p->pool)
		see_node(p, node);
	p->again = p->released = true;
}

/* ---- tasks ------------------------------------------------------------------------------- */

sj_plan_task *plan_find(const sj_listplan *p, uint32_t id)
{
	const struct known *k = id < p->known_cap ? &p->known[id] : NULL;

	return k != NULL && k->job != NULL ? &k->job->task[k->index] : NULL;
}

static void know(sj_listplan *p, sj_plan_job *job)
{
	uint32_t bound = sj_task_bound(p->cx);

	if (bound > p->known_cap) {
		uint32_t cap = 2 * bound;

		p->known = sj_grow(p->cx, p->known, p->known_cap * sizeof(*p->known),
				   cap * sizeof(*p->known));
		p->known_cap = cap;
	}
	for (uint32_t i = 0; i < job->count; i++)
		p->known[job->task[i].task->id] = (struct known){ job, i };
}

void sj_listplan_submit(sj_listplan *p, const sj_task *tasks[], uint32_t count,
			const sj_job *graph)
{
	sj_plan_job *job = plan_job_make(p, tasks, count, graph);

	know(p, job);
	p->rule->rank(p->self, p->cx, p, job);
	if (p->mode != SJ_PLAN_DYNAMIC)
		plan_place_job(p, job);
}

void sj_listplan_ready(sj_listplan *p, const sj_task *t)
{
	const sj_plan_task *own = plan_find(p, t->id);

	if (own == NULL)
		return;
	if (p->greedy != NULL)
		plan_greedy_ready(p, t);
	else if (own->state == SJ_PLAN_WIDE)
		ids_add(p, &p->wide, t->id);
	else if (own->state == SJ_PLAN_PLACED)
		ids_add(p, &p->due, t->id);
	else if (p->mode == SJ_PLAN_DYNAMIC)
		ids_add(p, &p->open, t->id);
}

/* Who is first in its lanes now may be due. */
static void leave_lanes(sj_listplan *p, sj_plan_task *t, bool ran)
{
	while (t->slot != NO_SLOT) {
		uint32_t slot = t->slot, lane = p->lanes.slot[slot].lane, head;

		t->slot = p->lanes.slot[slot].chain;
		if (ran)
			p->lanes.lane[lane].busy = false;
		lanes_let_go(&p->lanes, slot);
		head = lanes_head(&p->lanes, lane);
		if (head != NO_SLOT)
			ids_add(p, &p->due, p->lanes.slot[head].task);
	}
}

/* Without having run by the plan: others behind it may be first now. */
static void leave_plan(sj_listplan *p, sj_plan_task *t)
{
	p->waiting--;
	for (uint32_t slot = t->slot; slot != NO_SLOT; slot = p->lanes.slot[slot].chain)
		lanes_take(&p->lanes, slot);
	leave_lanes(p, t, false);
}

void sj_listplan_done(sj_listplan *p, const sj_task *t, sj_outcome how)
{
	sj_plan_task *own = plan_find(p, t->id);
	bool again = how == SJ_REQUEUED;
	sj_plan_job *job;

	p->released = true;
	if (own == NULL || own->task != t)
		return;
	job = p->known[t->id].job;
	if (p->greedy != NULL)
		plan_greedy_done(p, t);
	if (own->state == SJ_PLAN_RUNS)
		leave_lanes(p, own, true);
	else if (own->state == SJ_PLAN_PLACED)
		leave_plan(p, own);
	if (p->mode == SJ_PLAN_HYBRID && own->end_ns != sj_now(p->cx) &&
	    ++p->off * REPAIR_PART > p->waiting)
		p->again = true;
	if (p->durations != NULL && how == SJ_COMPLETED)
		sj_durations_see(p->durations, t, own->stage, sj_task_attained(p->cx, t));
	own->end_ns = sj_now(p->cx);
	own->staged = SJ_PLAN_NOWHERE;
	if (again) {
		own->state = own->state == SJ_PLAN_WIDE ? SJ_PLAN_WIDE : SJ_PLAN_OPEN;
		p->again = true;
		return;
	}
	own->state = SJ_PLAN_GONE;
	own->task = NULL;
	p->known[t->id].job = NULL;
	if (--job->left == 0)
		plan_job_free(p, job);
}

/* ---- starts ------------------------------------------------------------------------------ */

static bool is_first(const sj_listplan *p, const sj_plan_task *t)
{
	for (uint32_t slot = t->slot; slot != NO_SLOT; slot = p->lanes.slot[slot].chain) {
		uint32_t lane = p->lanes.slot[slot].lane;

		if (p->lanes.lane[lane].busy || lanes_head(&p->lanes, lane) != slot)
			return false;
	}
	return true;
}

void plan_say_why(sj_listplan *p, const sj_plan_job *job, const sj_plan_task *t)
{
	char rank[320], length[80] = "", second[96] = "";
	uint32_t index = (uint32_t)(t - job->task);

	if (p->rule->explain != NULL)
		p->rule->explain(p->self, p, job, index, rank, sizeof(rank));
	else
		snprintf(rank, sizeof(rank), "priority %.9g s", t->priority / 1e9 / p->nodes);
	if (p->learned != NULL)
		snprintf(length, sizeof(length), "; run time taken to be %.9g s (durations=%s)",
			 (double)t->expect_ns / 1e9, p->learned);
	if (t->second != SJ_PLAN_NOWHERE)
		snprintf(second, sizeof(second), "; next best node %u: to %.9g s", t->second,
			 (double)t->second_end_ns / 1e9);
	if (t->state != SJ_PLAN_PLACED)
		sj_because(p->cx, t->task, "%s%s; first that fits", rank, length);
	else if (p->pool)
		sj_because(p->cx, t->task, "%s%s; planned from %.9g to %.9g s", rank, length,
			   (double)t->start_ns / 1e9, (double)t->end_ns / 1e9);
	else
		sj_because(p->cx, t->task, "%s%s; planned on node %u from %.9g to %.9g s%s", rank,
			   length, t->node, (double)t->start_ns / 1e9, (double)t->end_ns / 1e9, second);
}

/* SJ_OK when there is nothing to be done, too. */
static int try_start(sj_listplan *p, uint32_t id)
{
	sj_plan_task *t = plan_find(p, id);
	const sj_task *task = t != NULL ? t->task : NULL;
	sj_time run;
	int rc;

	if (t == NULL || t->state != SJ_PLAN_PLACED || task->state == SJ_TASK_PENDING)
		return SJ_OK;
	if (task->state != SJ_TASK_READY) { /* somebody else has started it */
		leave_plan(p, t);
		t->state = SJ_PLAN_RUNS;
		return SJ_OK;
	}
	if (!is_first(p, t))
		return SJ_OK;
	run = plan_data_there(p, p->known[id].job, task->index, t->node);
	if (run > sj_now(p->cx))
		return sj_timer(p->cx, run, id);
	if (sj_explaining(p->cx))
		plan_say_why(p, p->known[id].job, t);
	rc = sj_start(p->cx, task, p->pool ? NULL : &(sj_placement){ 1, &(sj_slot){ t->node, 1 } });
	if (rc != SJ_OK)
		return rc;
	run = t->end_ns - t->start_ns;
	t->start_ns = sj_now(p->cx);
	t->end_ns = plan_sum(t->start_ns, run);
	t->state = SJ_PLAN_RUNS;
	p->waiting--;
	for (uint32_t slot = t->slot; slot != NO_SLOT; slot = p->lanes.slot[slot].chain) {
		struct lane *lane = &p->lanes.lane[p->lanes.slot[slot].lane];

		lanes_take(&p->lanes, slot);
		lane->busy = true;
		lane->busy_until = t->end_ns;
	}
	return SJ_OK;
}

/* SJ_EFULL: the first of them waits for room, and so does everybody else. */
static int start_wide(sj_listplan *p)
{
	uint32_t done = 0;
	int rc = SJ_OK;

	for (; done < p->wide.count; done++) {
		sj_plan_task *t = plan_find(p, p->wide.id[done]);

		if (t == NULL || t->state != SJ_PLAN_WIDE || t->task->state != SJ_TASK_READY)
			continue;
		if (sj_explaining(p->cx))
			sj_because(p->cx, t->task, "of several ranks, by arrival, not planned: "
				   "needs %u processors, %u free", t->task->procs,
				   sj_procs_free(p->cx));
		rc = sj_start(p->cx, t->task, NULL);
		if (rc != SJ_OK)
			break;
		t->start_ns = sj_now(p->cx);
		t->end_ns = plan_sum(t->start_ns, plan_expect(p, t));
	}
	for (uint32_t i = done; i < p->wide.count; i++)
		p->wide.id[i - done] = p->wide.id[i];
	p->wide.count -= done;
	return rc;
}

static void retry_refused(sj_listplan *p)
{
	for (uint32_t i = 0; i < p->refused.count; i++)
		ids_add(p, &p->due, p->refused.id[i]);
	p->refused.count = 0;
}

/* All that has not started gives its promises back, and is planned by order of arrival. */
void plan_again(sj_listplan *p)
{
	p->again = false;
	p->off = 0;
	p->due.count = p->refused.count = p->open.count = 0; /* whoever is in them comes again */
	for (sj_plan_job *job = p->first; job != NULL; job = job->next)
		for (uint32_t i = 0; i < job->count; i++) {
			sj_plan_task *t = &job->task[i];

			if (t->state == SJ_PLAN_PLACED)
				plan_take_back(p, t);
			if (p->mode == SJ_PLAN_DYNAMIC && t->state == SJ_PLAN_OPEN &&
			    t->task->state == SJ_TASK_READY)
				ids_add(p, &p->open, t->task->id);
		}
	for (sj_plan_job *job = p->mode == SJ_PLAN_DYNAMIC ? NULL : p->first; job != NULL;
	     job = job->next)
		plan_place_job(p, job);
}

/* The data of a task should be there. */
void sj_listplan_timer(sj_listplan *p, uint64_t token)
{
	ids_add(p, &p->due, (uint32_t)token);
}

int sj_listplan_schedule(sj_listplan *p)
{
	int rc;

	if (p->greedy != NULL)
		return plan_greedy_schedule(p);
	if (p->again)
		plan_again(p);
	if (p->open.count != 0)
		plan_place_ready(p);
	if (p->released)
		retry_refused(p);
	p->released = false;
	rc = start_wide(p);
	if (rc != SJ_OK)
		return rc;
	for (uint32_t i = 0; i < p->due.count; i++) {
		uint32_t id = p->due.id[i];

		rc = try_start(p, id);
		if (rc == SJ_EFULL)
			ids_add(p, &p->refused, id);
		else if (rc != SJ_OK)
			return rc;
	}
	p->due.count = 0;
	return SJ_OK;
}
