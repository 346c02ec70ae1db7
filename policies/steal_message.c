/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steal_message.c - a thief's way to its victim and back; see steal.h.
 *
 * A request takes the way to the victim, whose deque is looked at when it arrives; the answer
 * takes the way back, and what was stolen `cost` more. Each way is one timer of the core. Its
 * token says what arrives, for whom, and from whom.
 */
#include "steal.h"

enum message { M_REQUEST, M_NOTHING, M_LOOT, M_REST };
enum { WORKER_BITS = 24, BACKOFF_DOUBLINGS = 40 };

static uint64_t token_of(enum message m, uint32_t thief, uint32_t v)
{
	return ((uint64_t)m << WORKER_BITS | thief) << WORKER_BITS | v;
}

static int after(sj_ctx *cx, sj_time delay, uint64_t token)
{
	if (delay > SJ_TIME_MAX - sj_now(cx))
		return SJ_OK; /* not in this world */
	return sj_timer(cx, sj_now(cx) + delay, token);
}

/* ---- who waits for work ------------------------------------------------------------------- */

void steal_park(struct steal *s, uint32_t w)
{
	struct worker *me = &s->worker[w];

	me->errand = PARKED;
	me->behind = NOBODY;
	me->before = s->parked_last;
	if (s->parked_last != NOBODY)
		s->worker[s->parked_last].behind = w;
	else
		s->parked_first = w;
	s->parked_last = w;
}

void steal_unpark(struct steal *s, uint32_t w)
{
	struct worker *me = &s->worker[w];

	if (me->before != NOBODY)
		s->worker[me->before].behind = me->behind;
	else
		s->parked_first = me->behind;
	if (me->behind != NOBODY)
		s->worker[me->behind].before = me->before;
	else
		s->parked_last = me->before;
	me->errand = AT_HOME;
}

/* ---- ways ------------------------------------------------------------------------------------ */

static void come_home(struct steal *s, uint32_t w)
{
	s->worker[w].errand = AT_HOME;
	if (s->worker[w].first_task == NOBODY && s->worker[w].up_at != NOBODY)
		steal_look(s, w);
}

static int got_nothing(struct steal *s, sj_ctx *cx, uint32_t thief)
{
	struct worker *me = &s->worker[thief];
	sj_time pause = s->backoff;

	s->asking--;
	for (uint32_t i = 0; i < me->failed && pause <= s->backoff_max / 2; i++)
		pause *= 2;
	if (me->failed < BACKOFF_DOUBLINGS)
		me->failed++;
	if (pause == 0 || me->up_at == NOBODY) {
		come_home(s, thief);
		return SJ_OK;
	}
	me->errand = BACKING_OFF;
	return after(cx, pause, token_of(M_REST, thief, 0));
}

/* In their order, so that the newest is the first that the thief runs. */
static int got_loot(struct steal *s, sj_ctx *cx, uint32_t thief)
{
	uint32_t id;

	s->worker[thief].failed = 0;
	come_home(s, thief);
	while ((id = sj_deques_take(s->deques, steal_carried(s, thief))) != SJ_DEQUE_NONE) {
		const sj_task *t = sj_task_get(cx, id);

		if (s->worker[thief].up_at != NOBODY)
			steal_push(s, thief, t);
		else
			steal_deal(s, t);
	}
	return SJ_OK;
}

/* How many go: the oldest, as long as the rule lets them. */
static uint32_t hand_over(struct steal *s, sj_ctx *cx, uint32_t thief, uint32_t v)
{
	uint32_t waiting = sj_deques_count(s->deques, v), most, n;

	if (waiting == 0 || sj_now(cx) < s->worker[v].closed_ns)
		return 0;
	most = s->amount == AMOUNT_HALF ? (waiting + 1) / 2 : 1;
	for (n = 0; n < most; n++) {
		const sj_task *t = sj_task_get(cx, sj_deques_oldest(s->deques, v));

		if (!steal_allowed(s, cx, thief, v, t))
			break;
		steal_take(s, cx, v);
		sj_deques_push(s->deques, steal_carried(s, thief), t->id);
		if (s->loot != NULL)
			s->loot[t->id] = (struct loot){ v, thief, waiting, most };
	}
	return n;
}

static int answer(struct steal *s, sj_ctx *cx, uint32_t thief, uint32_t v)
{
	uint32_t n = hand_over(s, cx, thief, v);
	sj_time way = steal_way(s, cx, v, thief);

	*s->way_ns += (uint64_t)way;
	if (n == 0)
		return way == 0 ? got_nothing(s, cx, thief) :
		       after(cx, way, token_of(M_NOTHING, thief, v));
	s->asking--;
	++*s->hits;
	*s->stolen += n;
	s->worker[thief].errand = CARRYING;
	s->worker[v].closed_ns = sj_now(cx) + s->lock;
	if (way + s->cost == 0)
		return got_loot(s, cx, thief);
	return after(cx, way + s->cost, token_of(M_LOOT, thief, v));
}

static int ask(struct steal *s, sj_ctx *cx, uint32_t thief, uint32_t v)
{
	sj_time way = steal_way(s, cx, thief, v);

	steal_unpark(s, thief);
	s->worker[thief].errand = ASKING;
	s->asking++;
	++*s->requests;
	*s->way_ns += (uint64_t)way;
	if (way == 0)
		return answer(s, cx, thief, v);
	return after(cx, way, token_of(M_REQUEST, thief, v));
}

int steal_message(struct steal *s, sj_ctx *cx, uint64_t token)
{
	const uint32_t mask = (UINT32_C(1) << WORKER_BITS) - 1;
	uint32_t thief = (uint32_t)(token >> WORKER_BITS) & mask, v = (uint32_t)token & mask;

	switch ((enum message)(token >> 2 * WORKER_BITS)) {
	case M_REQUEST:
		return answer(s, cx, thief, v);
	case M_NOTHING:
		return got_nothing(s, cx, thief);
	case M_LOOT:
		return got_loot(s, cx, thief);
	case M_REST:
		come_home(s, thief);
	}
	return SJ_OK;
}

/* ---- who goes ---------------------------------------------------------------------------------- */

/* Parked thieves go one for each task in a deque; those that poll as long as anything runs
 * that may yet make work. */
static bool is_reason(const struct steal *s)
{
	if (s->parked_first == NOBODY || s->up_count < 2)
		return false;
	return s->idle == IDLE_POLL ? s->stealable + s->running != 0 : s->asking < s->stealable;
}

int steal_send_thieves(struct steal *s, sj_ctx *cx)
{
	int rc = SJ_OK;

	while (rc == SJ_OK && is_reason(s)) {
		uint32_t w = s->parked_first;
		const sj_task *t;

		rc = ask(s, cx, w, steal_victim_choose(s, w));
		/* A way without any time ends here. */
		if (rc != SJ_OK || s->worker[w].errand != AT_HOME)
			continue;
		t = steal_pop(s, cx, w);
		if (t != NULL)
			rc = steal_start(s, cx, w, t);
		else
			steal_park(s, w);
	}
	return rc;
}
