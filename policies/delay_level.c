/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delay_level.c - how far from its data a job may launch, and until when it waits.
 *
 * By time: Spark's levels, node, rack, any, each with its wait. By skips: Zaharia's first
 * form, local nodes until the job has let enough offers of others pass.
 */
#include <math.h>

#include "delay.h"

static uint32_t number_of(const struct delay *s, const struct delay_set *j)
{
	return (uint32_t)(j - s->s.set);
}

bool delay_by_skips(const struct delay *s)
{
	return s->skips != 0 || s->locality > 0;
}

sj_time delay_wait_at(const struct delay *s, const struct delay_set *j, uint32_t level)
{
	return level == DELAY_NODE ? s->wait : j->racks.count != 0 ? s->rack_wait : 0;
}

bool delay_level_waits(const struct delay *s, const struct delay_set *j)
{
	if (j->choosy == 0)
		return false;
	return delay_by_skips(s) ? j->skipped < j->enough : j->level != DELAY_ANY;
}

/* ---- by time ------------------------------------------------------------------------ */

void delay_level_settle(struct delay *s, sj_ctx *cx, struct delay_set *j)
{
	uint32_t number = number_of(s, j);

	if (delay_by_skips(s))
		return;
	while (delay_level_waits(s, j)) {
		sj_time wait = delay_wait_at(s, j, j->level);

		if (sj_now(cx) - j->since < wait) {
			sj_heap_put(s->until, number, (sj_heap_key){ j->since + wait, 0, 0 });
			return;
		}
		j->since += wait;
		j->level = j->level == DELAY_NODE ? DELAY_RACK : DELAY_ANY;
		delay_news(s, j);
	}
	sj_heap_remove(s->until, number);
}

void delay_level_raise(struct delay *s, sj_ctx *cx)
{
	while (sj_heap_count(s->until) != 0 && sj_heap_first_key(s->until).major <= sj_now(cx))
		delay_level_settle(s, cx, &s->s.set[sj_heap_first(s->until)]);
}

static void wait_anew(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t level)
{
	bool was_anywhere = j->level == DELAY_ANY;

	j->level = level;
	j->since = sj_now(cx);
	delay_level_settle(s, cx, j);
	if (was_anywhere && j->level != DELAY_ANY)
		delay_tell_again(&s->s, cx, j);
}

/* ---- by skips ----------------------------------------------------------------------- */

static uint32_t nodes_up(const struct delay *s, sj_ctx *cx)
{
	uint32_t up = 0;

	for (uint32_t k = 0; k < s->nodes; k++)
		up += sj_node_count(cx) == 0 || sj_node_get_state(cx, k) == SJ_NODE_UP;
	return up;
}

/*
 * How many offers a job of N tasks with R copies of its data must let pass on M nodes for a
 * part `locality` of its tasks to be local: Zaharia et al. 2010, section 3.3,
 * D >= -(M / R) ln(x / (1 + x)), x = (1 - locality) N.
 */
static double skips_for(const struct delay *s, sj_ctx *cx, const struct delay_set *j,
			uint32_t local)
{
	double x = (1 - s->locality) * j->tasks;

	return (double)nodes_up(s, cx) / local * log1p(1 / x);
}

/* ---- both ---------------------------------------------------------------------------- */

void delay_level_begin(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t local)
{
	j->skipped = 0;
	j->enough = (double)s->skips;
	if (s->locality > 0)
		j->enough = skips_for(s, cx, j, local);
	wait_anew(s, cx, j, DELAY_NODE);
}

void delay_level_launched(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t level)
{
	if (level == DELAY_FREE)
		return; /* does not count */
	if (level == DELAY_NODE)
		j->skipped = 0;
	if (j->least == DELAY_LEVELS)
		delay_number_add(cx, &s->served, number_of(s, j));
	if (level < j->least)
		j->least = level;
	if (s->reset == DELAY_RESET_LAUNCH)
		wait_anew(s, cx, j, level);
}

void delay_level_full(struct delay *s, sj_ctx *cx, struct delay_set *j)
{
	wait_anew(s, cx, j, j->least);
}
