/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * foresight - periodic look-ahead: the arm decides that would do best with what can be
 * seen now.
 *
 * When a period begins and something waits, each arm is tried on a copy of the machine with
 * its ready and running tasks, as if nothing else came and every estimate was exact
 * (sojourn/foresee.h). The one with the least mean response time (or bounded slowdown, or
 * time until all have ended) decides until the next look; of equal ones the one that
 * decides already, then the first. It gives way only to one that is better by more than
 * `margin` of its own value. Simulation-based choice of policies goes back to Streit's
 * dynP; every arm hears all news (arms.h).
 *
 * A look costs a run of the tasks in the picture for each arm; `most` bounds those that
 * wait. Its simulated events are counted as foresight.events.
 */
#include <math.h>
#include <stdio.h>

#include "arms.h"
#include "sojourn/foresee.h"

enum by { BY_RESPONSE, BY_BSLD, BY_END };

struct foresight {
	struct arms arms;
	int         by;
	sj_time     every;
	int64_t     most;
	double      margin;
	uint32_t    acting;
	sj_time     open;    /* no look before */
	uint64_t   *looks, *events, *changes, *failed;
};

static int init(void *self, sj_ctx *cx)
{
	struct foresight *s = self;

	s->looks = sj_counter(cx, "foresight.looks");
	s->events = sj_counter(cx, "foresight.events");
	s->changes = sj_counter(cx, "foresight.changes");
	s->failed = sj_counter(cx, "foresight.failed");
	return arms_init(&s->arms, cx, "foresight");
}

/* ---- a look ------------------------------------------------------------------------------ */

/* Smaller is better; infinity: it cannot be looked ahead with. */
static double value_of(struct foresight *s, sj_ctx *cx, uint32_t arm)
{
	sj_foresight f;
	sj_error err = { 0 };
	int rc;

	if (s->arms.arm[arm].retired)
		return INFINITY;
	rc = sj_foresee(cx, s->arms.arm[arm].spec, (uint32_t)s->most, &f, &err);
	*s->events += f.events;
	if (rc != SJ_OK) {
		if (++*s->failed == 1)
			sj_warn(cx, "policy foresight: nothing is foreseen of %s: %s",
				s->arms.arm[arm].spec, err.text);
		return INFINITY;
	}
	return s->by == BY_RESPONSE ? f.response_s : s->by == BY_BSLD ? f.bsld : f.end_s;
}

static void say(struct foresight *s, sj_ctx *cx, double best, double was)
{
	static const char *const what[] = { "mean response %.6gs against %.6gs",
					    "mean slowdown %.6g against %.6g",
					    "all done in %.6gs against %.6gs" };
	char why[120];

	switch (s->by) {
	case BY_RESPONSE: snprintf(why, sizeof(why), what[0], best, was); break;
	case BY_BSLD:     snprintf(why, sizeof(why), what[1], best, was); break;
	default:          snprintf(why, sizeof(why), what[2], best, was);
	}
	arms_because(&s->arms, cx, s->acting, why);
}

static void look(struct foresight *s, sj_ctx *cx)
{
	double now = value_of(s, cx, s->acting), best = now;
	uint32_t arm = s->acting;

	++*s->looks;
	for (uint32_t i = 0; i < s->arms.count; i++) {
		double value = i != s->acting ? value_of(s, cx, i) : now;

		if (value < best && now - value > s->margin * now) {
			best = value;
			arm = i;
		}
	}
	*s->changes += arm != s->acting;
	s->acting = arm;
	if (sj_explaining(cx))
		say(s, cx, best, now);
}

static int schedule(void *self, sj_ctx *cx)
{
	struct foresight *s = self;

	if (sj_now(cx) >= s->open && sj_ready_count(cx) > 0 && s->arms.living > 1) {
		s->open = sj_now(cx) + s->every;
		look(s, cx);
	}
	return arms_schedule(&s->arms, cx, s->acting, NULL, NULL);
}

static const char *const bys[] = { "response", "bsld", "end", NULL };

#define AT(member) .offset = offsetof(struct foresight, member)
static const sj_param params[] = {
	ARMS_PARAM(struct foresight, arms),
	{ .name = "every", .type = SJ_P_TIME, AT(every), .def = "1h", .max = 1e9, .unit = "s",
	  .help = "Least time between two looks." },
	{ .name = "by", .type = SJ_P_ENUM, AT(by), .def = "bsld", .choices = bys,
	  .help = "What is to be small: mean response time, mean bounded slowdown, or the time "
		  "until all have ended." },
	{ .name = "most", .type = SJ_P_INT, AT(most), .def = "1000", .max = 4e9, .unit = "tasks",
	  .help = "Waiting tasks in the picture, the first in order of arrival; 0: all." },
	{ .name = "margin", .type = SJ_P_DOUBLE, AT(margin), .def = "0", .max = 1,
	  .live = true, .help = "Part by which another arm must be better." },
	{ .name = NULL },
};
#undef AT

static const sj_semantics semantics = {
	.order = "of the arm that decides: the best in the latest look",
	.blocking = "of that arm",
	.reservation = "of that arm; those of the others are forgotten",
	.preemption = "of that arm",
	.placement = "of that arm, place= of its own or of this policy",
	.tie = "of equal arms the one that decides, then the first",
	.instants = "of the arms, who must agree; a look at the first pass `every` after the latest "
		    "at which something waits",
};

const sj_policy_ops sj_policy_foresight = {
	SJ_POLICY_HEAD,
	.name = "foresight",
	.summary = "other policies by look-ahead: the one that does best with what can be seen",
	.cite = "Streit, A self-tuning job scheduler family with dynamic policy switching, "
		"JSSPP 2002",
	.semantics = &semantics,
	.params = params,
	.state_size = sizeof(struct foresight),
	.init = init,
	.on_submit = arms_on_submit,
	.on_ready = arms_on_ready,
	.on_done = arms_on_done,
	.on_timer = arms_on_timer,
	.on_node = arms_on_node,
	.schedule = schedule,
};
