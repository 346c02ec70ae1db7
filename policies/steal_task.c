/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steal_task.c - which worker has which task, in its deque or at work; see steal.h. */
#include "steal.h"

void steal_task_init(struct steal *s, sj_ctx *cx)
{
	s->deques = sj_deques_create(cx, 2 * s->workers + 2);
	s->look = sj_alloc(cx, (s->workers + 1) * sizeof(*s->look));
}

void steal_make_room(struct steal *s, sj_ctx *cx, uint32_t id)
{
	uint32_t bound = s->task_bound != 0 ? s->task_bound : 64;

	while (bound <= id)
		bound = bound > UINT32_MAX / 2 ? UINT32_MAX : 2 * bound;
	s->worker_of = sj_grow(cx, s->worker_of, s->task_bound * sizeof(*s->worker_of),
			       bound * sizeof(*s->worker_of));
	for (uint32_t i = s->task_bound; i < bound; i++)
		s->worker_of[i] = NOBODY;
	if (sj_explaining(cx))
		s->loot = sj_grow(cx, s->loot, s->task_bound * sizeof(*s->loot),
				  bound * sizeof(*s->loot));
	s->task_bound = bound;
}

/* ---- deques ----------------------------------------------------------------------------- */

static void count_in(struct steal *s, uint32_t w, const sj_task *t)
{
	s->stealable++;
	if (s->rule == RULE_DASK)
		s->worker[w].occupancy += t->estimate_ns;
	if (s->counts)
		steal_victim_count(s, w);
}

static void count_out(struct steal *s, uint32_t w, const sj_task *t)
{
	s->stealable--;
	if (s->plan != NULL)
		steal_plan_out(s, w, t);
	if (s->rule == RULE_DASK)
		s->worker[w].occupancy -= t->estimate_ns;
	if (s->counts)
		steal_victim_count(s, w);
}

void steal_push(struct steal *s, uint32_t w, const sj_task *t)
{
	if (s->plan != NULL)
		steal_plan_push(s, w, t);
	else
		sj_deques_push(s->deques, w, t->id);
	count_in(s, w, t);
	if (s->worker[w].first_task == NOBODY)
		steal_look(s, w);
}

static const sj_task *gone_from(struct steal *s, sj_ctx *cx, uint32_t w, uint32_t id)
{
	const sj_task *t = id != SJ_DEQUE_NONE ? sj_task_get(cx, id) : NULL;

	if (t != NULL)
		count_out(s, w, t);
	return t;
}

const sj_task *steal_pop(struct steal *s, sj_ctx *cx, uint32_t w)
{
	return gone_from(s, cx, w, sj_deques_pop(s->deques, w));
}

const sj_task *steal_take(struct steal *s, sj_ctx *cx, uint32_t v)
{
	return gone_from(s, cx, v, sj_deques_take(s->deques, v));
}

void steal_drop(struct steal *s, const sj_task *t)
{
	uint32_t deque = sj_deques_of(s->deques, t->id);

	if (deque == SJ_DEQUE_NONE)
		return;
	sj_deques_remove(s->deques, t->id);
	if (deque < s->workers)
		count_out(s, deque, t);
}

void steal_deal(struct steal *s, const sj_task *t)
{
	uint32_t w = s->plan != NULL ? steal_plan_worker(s, t) : NOBODY;

	if (w != NOBODY) {
		steal_push(s, w, t);
		return;
	}
	if (s->up_count == 0) {
		sj_deques_push(s->deques, steal_homeless(s), t->id);
		return;
	}
	if (s->dealt >= s->up_count || s->seed == SEED_FIRST)
		s->dealt = 0;
	steal_push(s, s->up[s->dealt++], t);
}

void steal_deal_homeless(struct steal *s, sj_ctx *cx)
{
	uint32_t id;

	while (s->up_count != 0 &&
	       (id = sj_deques_take(s->deques, steal_homeless(s))) != SJ_DEQUE_NONE)
		steal_deal(s, sj_task_get(cx, id));
}

void steal_look(struct steal *s, uint32_t w)
{
	if (s->worker[w].looked)
		return;
	s->worker[w].looked = true;
	s->look[s->look_count++] = w;
}

/* ---- at work ------------------------------------------------------------------------------- */

static void join(struct steal *s, uint32_t w, const sj_task *t)
{
	struct worker *me = &s->worker[w];

	me->first_task = t->id;
	me->mate = s->worker_of[t->id];
	s->worker_of[t->id] = w;
	if (s->rule == RULE_DASK)
		me->occupancy += t->estimate_ns;
	if (me->errand == PARKED)
		steal_unpark(s, w);
}

void steal_engage(struct steal *s, uint32_t w, const sj_task *t)
{
	join(s, w, t);
	s->running++;
	if (s->plan != NULL)
		steal_plan_started(s, t);
}

void steal_part(struct steal *s, const sj_task *t)
{
	uint32_t w = s->worker_of[t->id], next;

	if (w == NOBODY)
		return;
	s->running--;
	for (; w != NOBODY; w = next) {
		next = s->worker[w].mate;
		s->worker[w].first_task = s->worker[w].mate = NOBODY;
		if (s->rule == RULE_DASK)
			s->worker[w].occupancy -= t->estimate_ns;
		if (s->worker[w].up_at != NOBODY)
			steal_look(s, w);
	}
	s->worker_of[t->id] = NOBODY;
}

/* ---- gangs ----------------------------------------------------------------------------------- */

/* The idle workers with the lowest numbers, of those from `first` on. */
static void join_some(struct steal *s, const sj_task *t, uint32_t first, uint32_t end,
		      uint32_t n)
{
	for (uint32_t w = first; w < end && n != 0; w++)
		if (s->worker[w].first_task == NOBODY) {
			join(s, w, t);
			n--;
		}
}

static void engage_gang(struct steal *s, sj_ctx *cx, const sj_task *t)
{
	sj_placement where;

	s->running++;
	if (s->nodes == 0) {
		join_some(s, t, 0, s->workers, t->procs);
		return;
	}
	where = sj_task_placement(cx, t);
	for (uint32_t i = 0; i < where.count; i++)
		join_some(s, t, s->first[where.slots[i].node], s->first[where.slots[i].node + 1],
			  where.slots[i].ranks * t->cores);
}

int steal_start_gangs(struct steal *s, sj_ctx *cx)
{
	uint32_t id;

	s->gang_waits = false;
	while ((id = sj_deques_oldest(s->deques, steal_gangs(s))) != SJ_DEQUE_NONE) {
		const sj_task *t = sj_task_get(cx, id);
		int rc;

		if (sj_explaining(cx))
			sj_because(cx, t, "a task for a gang, %u cores: first of %u such tasks, "
				   "%u cores are free", t->procs,
				   sj_deques_count(s->deques, steal_gangs(s)), sj_procs_free(cx));
		rc = sj_start(cx, t, NULL);
		s->gang_waits = rc == SJ_EFULL;
		if (rc != SJ_OK)
			return s->gang_waits ? SJ_OK : rc;
		sj_deques_remove(s->deques, id);
		engage_gang(s, cx, t);
		if (s->plan != NULL)
			steal_plan_started(s, t);
	}
	return SJ_OK;
}
