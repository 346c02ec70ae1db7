/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rotate - policies by the clock: at time t arm floor(t / period) mod K decides, and all of
 * them hear the news. What a learner is to be compared with, as it has no judgement.
 *
 * The turn is looked up at every pass; nothing happens at the change itself. So a day shift
 * and a night shift are rotate:arms=(easy|easy:order=sjf),period=12h. See arms.h for who can
 * be an arm, and for what becomes of one that fails.
 *
 * O(1) above the pass of one arm and the news of all.
 */
#include "arms.h"

struct rotate {
	struct arms arms;
	sj_time     period, offset;
	uint32_t    turn;  /* of the latest pass */
	sj_time     until; /* it lasts */
};

static int rotate_init(void *self, sj_ctx *cx)
{
	struct rotate *s = self;

	s->turn = UINT32_MAX;
	return arms_init(&s->arms, cx, "rotate");
}

static void take_turn(struct rotate *s, sj_ctx *cx)
{
	sj_time t = sj_now(cx), since = t - s->offset, number = since < 0 ? 0 : since / s->period;
	uint32_t turn = (uint32_t)(number % s->arms.count);

	if (turn != s->turn && sj_explaining(cx) && s->arms.count > 1)
		arms_because(&s->arms, cx, turn, "its turn by the clock");
	s->turn = turn;
	s->until = t + s->period - (since < 0 ? 0 : since % s->period);
	if (since < 0)
		s->until = s->offset + s->period;
}

static int rotate_schedule(void *self, sj_ctx *cx)
{
	struct rotate *s = self;

	if (sj_now(cx) >= s->until)
		take_turn(s, cx);
	return arms_schedule(&s->arms, cx, s->turn, NULL, NULL);
}

static const sj_param params[] = {
	ARMS_PARAM(struct rotate, arms),
	{ .name = "period", .type = SJ_P_TIME, .offset = offsetof(struct rotate, period),
	  .def = "1d", .min = 1e-6, .max = 1e9, .unit = "s",
	  .help = "How long one arm decides." },
	{ .name = "offset", .type = SJ_P_TIME, .offset = offsetof(struct rotate, offset),
	  .def = "0s", .max = 1e9, .unit = "s",
	  .help = "When the first turn begins; the first arm decides before it, too." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "of the arm that decides: number floor((t - offset) / period) mod K",
	.blocking = "of that arm",
	.reservation = "of that arm; those of the others are forgotten",
	.preemption = "of that arm",
	.placement = "of that arm, place= of its own or of this policy",
	.tie = "of that arm",
	.instants = "of the arms, who must agree",
};

const sj_policy_ops sj_policy_rotate = {
	SJ_POLICY_HEAD,
	.name = "rotate",
	.summary = "other policies in turn, by the clock",
	.semantics = &semantics,
	.params = params,
	.state_size = sizeof(struct rotate),
	.init = rotate_init,
	.on_submit = arms_on_submit,
	.on_ready = arms_on_ready,
	.on_done = arms_on_done,
	.on_timer = arms_on_timer,
	.on_node = arms_on_node,
	.schedule = rotate_schedule,
};
