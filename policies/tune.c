/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tune - feedback: a number among the parameters of another policy follows what comes of it.
 *
 * Time is cut into windows of `every`, each as long as it takes for `least` tasks to end.
 * At the end of one its signal is known: the mean bounded slowdown or wait of the tasks that
 * ended in it, the tasks that wait now, or the part of processors in use now.
 *
 * aim=least: the parameter goes on in the direction in which it went, by the factor `step`,
 * as long as the signal gets no worse, and turns round when it does or when an end of its
 * range is reached (perturb and observe). aim=target: it is multiplied by
 * step^(-e), e = (signal - target) / target within -1 .. 1, so that it comes to rest where
 * the signal is at its target; sense=falls says that a larger parameter makes the signal
 * smaller. Whole numbers move by 1 at least.
 *
 * Which parameters can change is said by their tables (`policy help`): a window costs
 * O(1), an end too.
 */
#include <math.h>
#include <stdio.h>

#include "arms.h"

enum by { BY_BSLD, BY_WAIT, BY_QUEUE, BY_USED };
enum aim { AIM_LEAST, AIM_TARGET };
enum sense { SENSE_RISES, SENSE_FALLS };

struct tune {
	struct arms base;     /* one */
	const char *param;
	int         by, aim, sense;
	double      from, to, step, target;
	sj_time     every;
	int64_t     least;
	double      value;    /* of the parameter, before it is rounded */
	bool        whole;    /* it is a whole number */
	double      before;   /* signal of the window before; NAN: there is none */
	int         way;      /* +1, -1 */
	sj_time     begin;    /* of this window */
	double      sum;      /* over tasks that ended in it */
	int64_t     ended;
	uint64_t   *windows, *turns, *final;
};

/* ---- the parameter --------------------------------------------------------------------- */

static int set(struct tune *s, sj_ctx *cx, double value)
{
	sj_error err = { 0 };

	s->value = fmin(fmax(value, s->from), s->to);
	*s->final = (uint64_t)llround(fmax(0, s->value) * 1000);
	if (sj_part_set(s->base.arm[0].part, s->param, s->whole ? round(s->value) : s->value,
			&err) != SJ_OK)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy tune: %s", err.text);
	return SJ_OK;
}

static int init(void *self, sj_ctx *cx)
{
	struct tune *s = self;
	sj_error err = { 0 };
	int rc = arms_init(&s->base, cx, "tune");

	if (rc != SJ_OK)
		return rc;
	if (s->base.count != 1)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy tune: base: \"%s\" are %u policies; "
				      "expected one", s->base.list, s->base.count);
	if (!(s->from < s->to))
		return sj_policy_fail(cx, SJ_EUSAGE, "policy tune: from %g is not below to %g",
				      s->from, s->to);
	s->windows = sj_counter(cx, "tune.windows");
	s->turns = sj_counter(cx, "tune.turns");
	s->final = sj_counter(cx, "tune.value_milli");
	if (sj_part_get(s->base.arm[0].part, s->param, &s->value, &err) != SJ_OK)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy tune: %s", err.text);
	s->whole = sj_part_is_whole(s->base.arm[0].part, s->param);
	s->before = NAN;
	s->way = 1;
	return set(s, cx, s->value);
}

/* ---- windows --------------------------------------------------------------------------- */

static double signal_of(const struct tune *s, sj_ctx *cx)
{
	uint32_t all = sj_procs_total(cx);

	switch (s->by) {
	case BY_QUEUE: return sj_ready_count(cx);
	case BY_USED:  return all > 0 ? 1 - (double)sj_procs_free(cx) / all : 0;
	default:       return s->sum / (double)s->ended;
	}
}

/* By a factor, and whole numbers by 1 at least. */
static double stepped(const struct tune *s, double power)
{
	double next = s->value * pow(s->step, power);

	if (s->whole && fabs(next - s->value) < 1 && power != 0)
		next = s->value + (power > 0 ? 1 : -1);
	return next;
}

static int climb(struct tune *s, sj_ctx *cx, double signal)
{
	double was = s->value, next;
	int rc;

	if (signal > s->before) { /* not of the first window: NAN */
		s->way = -s->way;
		++*s->turns;
	}
	next = stepped(s, s->way);
	rc = set(s, cx, next);
	if (rc == SJ_OK && s->value == was) { /* at an end of the range */
		s->way = -s->way;
		rc = set(s, cx, stepped(s, s->way));
	}
	return rc;
}

static int follow(struct tune *s, sj_ctx *cx, double signal)
{
	double e = fmin(fmax((signal - s->target) / s->target, -1), 1);
	double next = s->value * pow(s->step, s->sense == SENSE_RISES ? -e : e);

	return set(s, cx, next);
}

static int end_window(struct tune *s, sj_ctx *cx)
{
	double signal = signal_of(s, cx), was = s->value;
	int rc = s->aim == AIM_LEAST ? climb(s, cx, signal) : follow(s, cx, signal);
	char why[96];

	++*s->windows;
	s->before = signal;
	s->begin = sj_now(cx);
	s->sum = 0;
	s->ended = 0;
	if (sj_explaining(cx)) {
		snprintf(why, sizeof(why), "%s from %.6g to %.6g after a signal of %.6g", s->param,
			 was, s->value, signal);
		arms_because(&s->base, cx, 0, why);
	}
	return rc;
}

static void count_end(struct tune *s, sj_ctx *cx, const sj_task *t)
{
	double response = (double)(sj_now(cx) - t->ready_ns);
	double run = (double)(sj_now(cx) - t->start_ns);

	s->ended++;
	s->sum += s->by == BY_WAIT ? (response - run) / SJ_NS_PER_S :
		  fmax(1, response / fmax(run, 10.0 * SJ_NS_PER_S));
}

/* ---- news ------------------------------------------------------------------------------ */

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct tune *s = self;

	if (how == SJ_COMPLETED || how == SJ_KILLED)
		count_end(s, cx, t);
	return arms_done(&s->base, cx, t, how);
}

static int schedule(void *self, sj_ctx *cx)
{
	struct tune *s = self;
	int rc = arms_schedule(&s->base, cx, 0, NULL, NULL);

	if ((rc == SJ_OK || rc == SJ_EFULL) && sj_now(cx) - s->begin >= s->every &&
	    s->ended >= s->least)
		rc = end_window(s, cx);
	return rc;
}

static const char *const bys[] = { "bsld", "wait", "queue", "used", NULL };
static const char *const aims[] = { "least", "target", NULL };
static const char *const senses[] = { "rises", "falls", NULL };

#define AT(member) .offset = offsetof(struct tune, member)
static const sj_param params[] = {
	{ .name = "base", .type = SJ_P_STRING, AT(base.list), .def = "conservative:depth=8",
	  .help = "The policy, as a spec; its own value of the parameter is the first." },
	{ .name = "param", .type = SJ_P_STRING, AT(param), .def = "depth",
	  .help = "Which of its parameters; one that may change during a run." },
	{ .name = "from", .type = SJ_P_DOUBLE, AT(from), .def = "1", .min = 0, .max = 1e12,
	  .help = "Least value." },
	{ .name = "to", .type = SJ_P_DOUBLE, AT(to), .def = "1000", .min = 0, .max = 1e12,
	  .help = "Largest value." },
	{ .name = "by", .type = SJ_P_ENUM, AT(by), .def = "bsld", .choices = bys,
	  .help = "The signal: mean bounded slowdown, mean wait in seconds, tasks that wait, part "
		  "of processors in use." },
	{ .name = "aim", .type = SJ_P_ENUM, AT(aim), .def = "least", .choices = aims,
	  .help = "A small signal, or one at `target`." },
	{ .name = "target", .type = SJ_P_DOUBLE, AT(target), .def = "1", .min = 1e-9, .max = 1e15,
	  .help = "With aim=target." },
	{ .name = "sense", .type = SJ_P_ENUM, AT(sense), .def = "rises", .choices = senses,
	  .help = "With aim=target: a larger parameter makes a larger (rises) or a smaller signal." },
	{ .name = "step", .type = SJ_P_DOUBLE, AT(step), .def = "2", .min = 1.0001, .max = 1000,
	  .help = "Largest factor from one window to the next." },
	{ .name = "every", .type = SJ_P_TIME, AT(every), .def = "1d", .max = 1e9, .unit = "s",
	  .help = "Least length of a window." },
	{ .name = "least", .type = SJ_P_INT, AT(least), .def = "20", .min = 1, .max = 1e9,
	  .unit = "tasks", .help = "That end in a window, at least." },
	{ .name = NULL },
};
#undef AT

static const sj_semantics semantics = {
	.order = "that of base",
	.blocking = "that of base",
	.reservation = "that of base",
	.preemption = "that of base",
	.placement = "that of base",
	.tie = "that of base",
	.instants = "those of base; the parameter changes behind the first pass after a window",
};

const sj_policy_ops sj_policy_tune = {
	SJ_POLICY_HEAD,
	.name = "tune",
	.summary = "around another policy: one of its numbers follows what comes of it",
	.semantics = &semantics,
	.state_size = sizeof(struct tune),
	.params = params,
	.init = init,
	.on_submit = arms_on_submit,
	.on_ready = arms_on_ready,
	.on_done = on_done,
	.on_timer = arms_on_timer,
	.on_node = arms_on_node,
	.schedule = schedule,
};
