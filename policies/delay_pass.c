/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay_pass.c - a pass of delay scheduling; what it has to look at is in delay.h. */
#include "delay.h"

void delay_number_add(sj_ctx *cx, struct delay_numbers *n, uint32_t number)
{
	if (n->count == n->cap) {
		uint32_t cap = n->cap != 0 ? 2 * n->cap : 16;

		n->at = sj_grow(cx, n->at, n->cap * sizeof(*n->at), cap * sizeof(*n->at));
		n->cap = cap;
	}
	n->at[n->count++] = number;
}

/* ---- news --------------------------------------------------------------------------- */

void delay_news(struct delay *s, struct delay_set *j)
{
	s->news += j->news != s->pass;
	j->news = s->pass;
	delay_turn_put(s, j);
}

void delay_node_news(struct delay *s, uint32_t node)
{
	node_set_add(&s->room, node);
	node_set_add(&s->fresh, node);
}

void delay_all_news(struct delay *s)
{
	for (uint32_t k = 0; k < s->nodes; k++)
		delay_node_news(s, k);
}

static void withdraw(struct delay *s, uint32_t node)
{
	node_set_remove(&s->room, node);
	node_set_remove(&s->fresh, node);
}

bool delay_has_room(const struct delay *s, sj_ctx *cx, uint32_t node)
{
	if (s->slots != 0 && s->running[node] >= s->slots)
		return false;
	if (sj_node_count(cx) == 0)
		return sj_procs_free(cx) != 0;
	return sj_node_cores_free(cx, node) != 0 && sj_node_get_state(cx, node) == SJ_NODE_UP;
}

static bool give_turn(void *self, struct delay_set *j)
{
	delay_turn_put(self, j);
	return j->level != DELAY_ANY; /* there it has its turns anyway */
}

/* Fresh nodes that do have room give turns to those that wait for them. */
static void look_at_fresh(struct delay *s, sj_ctx *cx)
{
	for (uint32_t k = 0; (k = node_set_next(&s->fresh, k)) != NODE_NONE; k++)
		if (!delay_has_room(s, cx, k))
			withdraw(s, k);
		else if (!delay_by_skips(s))
			delay_tell_callers(&s->s, cx, k, give_turn, s);
}

/* ---- a launch ------------------------------------------------------------------------ */

static bool will(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	return t->state == SJ_TASK_READY && delay_holds(cx, t, node);
}

const sj_task *delay_candidate(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t node,
			       uint32_t level, uint64_t limit)
{
	struct delay_list *l = level == DELAY_FREE ? &j->free : level == DELAY_ANY ? &j->all : NULL;

	if (level == DELAY_NODE)
		l = delay_list_at(&j->nodes, node);
	else if (level == DELAY_RACK)
		l = delay_list_at(&j->racks, sj_node_count(cx) != 0 ? sj_node_rack(cx, node)
								    : DELAY_NONE);
	return l != NULL ? delay_first(&s->s, cx, l, limit, node, will) : NULL;
}

int delay_launch(struct delay *s, sj_ctx *cx, struct delay_set *j, const sj_task *t,
		 uint32_t node, uint32_t level)
{
	sj_slot slot = { node, t->ranks };
	sj_placement where = { 1, &slot };
	int rc;

	if (sj_explaining(cx))
		delay_say_start(s, cx, j, t, node, level);
	rc = sj_start(cx, t, sj_node_count(cx) != 0 ? &where : NULL);
	if (rc == SJ_EFULL) {
		withdraw(s, node);
		s->blocked[s->blocked_count++] = node;
	}
	if (rc != SJ_OK)
		return rc;
	delay_taken(&s->s, t);
	delay_turn_count(s, j, true);
	if (j->waiting == 0)
		delay_turn_drop(s, j);
	s->running[node]++;
	s->where[t->id] = node + 1;
	s->cursor = node + 1;
	delay_level_launched(s, cx, j, level);
	delay_level_settle(s, cx, j);
	if (!delay_has_room(s, cx, node))
		withdraw(s, node);
	return SJ_OK;
}

/* ---- a search for a node -------------------------------------------------------------- */

/* The next node of the set at which a task of this level may be. */
static uint32_t next_node(const struct delay_set *j, const struct node_set *set, uint32_t level,
			  uint32_t from)
{
	const struct delay_places *p = &j->nodes;

	if (level != DELAY_NODE || p->count >= set->count)
		return node_set_next(set, from);
	for (uint32_t i = delay_place_from(p, from); i < p->count; i++)
		if (node_set_has(set, p->place[i].where))
			return p->place[i].where;
	return NODE_NONE;
}

/* As serve_one() for one level, over nodes from `from` up to `end`. */
static int search(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t level,
		  uint64_t limit, uint32_t from, uint32_t end)
{
	const struct node_set *set = j->news == s->pass ? &s->room : &s->fresh;

	for (uint32_t k = from; (k = next_node(j, set, level, k)) < end; k++) {
		const sj_task *t = NULL;
		int rc;

		if (delay_has_room(s, cx, k)) /* nobody else has filled it */
			t = delay_candidate(s, cx, j, k, level, limit);
		else
			withdraw(s, k);
		rc = t != NULL ? delay_launch(s, cx, j, t, k, level) : SJ_EFULL;
		if (rc != SJ_EFULL)
			return rc == SJ_OK ? SJ_AGAIN : rc;
	}
	return SJ_OK;
}

/* Has it a list of that level at all? */
static bool may_have(const struct delay_set *j, uint32_t level)
{
	switch (level) {
	case DELAY_NODE:
		return j->choosy != 0;
	case DELAY_FREE:
		return j->waiting != j->choosy;
	case DELAY_RACK:
		return j->racks.count != 0;
	default:
		return true;
	}
}

/* At most one task of the job: the most local one that it may launch now. SJ_AGAIN: one is
 * launched; SJ_OK: none. */
static int serve_one(struct delay *s, sj_ctx *cx, struct delay_set *j, uint64_t limit)
{
	uint32_t level = j->searched == s->pass ? j->from : DELAY_NODE;
	uint32_t behind = s->cursor;
	int rc = SJ_OK;

	j->searched = s->pass;
	for (; rc == SJ_OK && level < DELAY_LEVELS; level++) {
		if (level > DELAY_FREE && (j->choosy == 0 || level > j->level))
			break;
		j->from = level; /* below it nothing is left for this pass */
		if (!may_have(j, level))
			continue;
		rc = search(s, cx, j, level, limit, behind, s->nodes);
		if (rc == SJ_OK)
			rc = search(s, cx, j, level, limit, 0, behind);
	}
	return rc;
}

void delay_tried(struct delay *s, sj_ctx *cx, struct delay_set *j)
{
	delay_turn_drop(s, j);
	delay_number_add(cx, &s->tried, (uint32_t)(j - s->s.set));
}

/* Some of its tasks may go anywhere, or must be asked about every slot. */
static bool goes_anywhere(const struct delay *s, const struct delay_set *j)
{
	return delay_by_skips(s) || j->waiting != j->choosy || j->level == DELAY_ANY;
}

void delay_turns_again(struct delay *s)
{
	for (uint32_t i = 0; i < s->tried.count; i++)
		if (goes_anywhere(s, &s->s.set[s->tried.at[i]]))
			delay_turn_put(s, &s->s.set[s->tried.at[i]]);
	s->tried.count = 0;
}

static int serve(struct delay *s, sj_ctx *cx, uint64_t limit)
{
	struct delay_set *j;
	int rc = SJ_OK;

	while (rc == SJ_OK && s->room.count != 0 && (s->fresh.count != 0 || s->news != 0) &&
	       (j = delay_turn_first(s)) != NULL) {
		rc = serve_one(s, cx, j, limit);
		if (rc == SJ_OK)
			delay_tried(s, cx, j);
		rc = rc == SJ_AGAIN ? SJ_OK : rc;
	}
	return rc;
}

/* ---- its end --------------------------------------------------------------------------- */

/* Slots are left and it waits for its place. */
static bool refuses(const struct delay *s, const struct delay_set *j)
{
	return s->room.count != 0 && delay_level_waits(s, j);
}

static void end_waits(struct delay *s, sj_ctx *cx)
{
	for (uint32_t i = 0; i < s->served.count; i++) {
		struct delay_set *j = &s->s.set[s->served.at[i]];

		if (s->reset == DELAY_RESET_FULL && !refuses(s, j))
			delay_level_full(s, cx, j);
		j->least = DELAY_LEVELS;
	}
	s->served.count = 0;
}

/* What the next pass has to look at: nodes that were too small for what had its turn. */
static void end_news(struct delay *s)
{
	for (uint32_t k = 0; (k = node_set_next(&s->fresh, k)) != NODE_NONE; k++)
		node_set_remove(&s->fresh, k);
	while (s->blocked_count != 0)
		delay_node_news(s, s->blocked[--s->blocked_count]);
}

/* The next wait that is over while slots are empty. An earlier alarm does no harm. */
static int arm(struct delay *s, sj_ctx *cx, sj_time at)
{
	if (at >= s->alarm || at > SJ_TIME_MAX) /* or the end of time comes before */
		return SJ_OK;
	s->alarm = at;
	return sj_timer(cx, at, ++s->token);
}

int delay_pass(struct delay *s, sj_ctx *cx, uint64_t limit)
{
	sj_time at = SJ_NEVER;
	bool skipped = false;
	int rc;

	look_at_fresh(s, cx);
	delay_level_raise(s, cx);
	rc = delay_by_skips(s) ? delay_serve_skips(s, cx, limit, &skipped) : serve(s, cx, limit);
	delay_turns_again(s);
	s->news = 0;
	s->pass++;
	if (rc != SJ_OK)
		return rc;
	end_waits(s, cx);
	if (sj_explaining(cx))
		delay_say_waits(s, cx);
	if (skipped)
		at = sj_now(cx) + s->heartbeat;
	else if (s->room.count != 0 && sj_heap_count(s->until) != 0)
		at = sj_heap_first_key(s->until).major;
	end_news(s);
	return arm(s, cx, at);
}
