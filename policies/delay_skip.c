/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delay_skip.c - delay scheduling as Zaharia et al. have it first (EuroSys 2010, algorithm
 * 2): a node that has a free slot asks the jobs in turn. One that has a local task launches
 * it and has skipped nothing from then on; one that has let `enough` slots pass launches
 * what it has; any other lets this one pass.
 *
 * A slot asks when it gets free, all free ones when a job has new tasks, and again after
 * heartbeat= while jobs let them pass. O(nodes with room) a pass with such news, and
 * O(waiting jobs x log n) a slot.
 */
#include "delay.h"

/* SJ_AGAIN: launched; SJ_EFULL: it does not fit; SJ_OK: not launched. */
static int offer(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t node,
		 uint64_t limit, bool *skipped)
{
	const sj_task *t = NULL;
	uint32_t level = DELAY_NODE;
	int rc;

	if (j->choosy != 0)
		t = delay_candidate(s, cx, j, node, level, limit);
	if (t == NULL)
		t = delay_candidate(s, cx, j, node, level = DELAY_FREE, limit);
	if (t == NULL && j->choosy != 0)
		t = delay_candidate(s, cx, j, node, level = DELAY_ANY, limit);
	if (t == NULL)
		return SJ_OK;
	if (level == DELAY_ANY && delay_level_waits(s, j)) {
		j->skipped++;
		*skipped = true;
		return SJ_OK;
	}
	rc = delay_launch(s, cx, j, t, node, level);
	return rc == SJ_OK ? SJ_AGAIN : rc;
}

/* One slot of the node. */
static int ask(struct delay *s, sj_ctx *cx, uint32_t node, uint64_t limit, bool *skipped)
{
	struct delay_set *j;
	int rc = SJ_OK;

	while (rc == SJ_OK && (j = delay_turn_first(s)) != NULL) {
		rc = offer(s, cx, j, node, limit, skipped);
		if (rc == SJ_OK)
			delay_tried(s, cx, j);
	}
	delay_turns_again(s);
	return rc;
}

static int ask_for_each(struct delay *s, sj_ctx *cx, uint32_t from, uint32_t end,
			uint64_t limit, bool *skipped)
{
	for (uint32_t k = from; (k = node_set_next(&s->fresh, k)) < end; k++) {
		int rc = SJ_AGAIN;

		while (rc == SJ_AGAIN && delay_has_room(s, cx, k))
			rc = ask(s, cx, k, limit, skipped);
		if (rc != SJ_OK && rc != SJ_AGAIN && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

int delay_serve_skips(struct delay *s, sj_ctx *cx, uint64_t limit, bool *skipped)
{
	uint32_t behind = s->cursor;
	int rc;

	if (s->news != 0)
		for (uint32_t k = 0; (k = node_set_next(&s->room, k)) != NODE_NONE; k++)
			node_set_add(&s->fresh, k);
	rc = ask_for_each(s, cx, behind, s->nodes, limit, skipped);
	return rc == SJ_OK ? ask_for_each(s, cx, 0, behind, limit, skipped) : rc;
}
