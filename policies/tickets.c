/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tickets - turns of one quantum in proportion to tickets: stride, lottery.
 *
 * A task holds as many tickets as its job has weight. Whenever its slice is over and
 * somebody waits, whose turn it is is decided anew; a slice that has begun is not cut
 * short by an arrival. What is left over after the first goes to the next, greedily, so
 * that a machine of many processors is filled (preempt.h).
 *
 * stride: a task is charged quantum's worth of its stride, 1 / tickets, for each slice;
 * the least charged, by its pass, goes next. A task that comes is charged as if it had
 * always been there, and one stride: the global pass grows by service / all tickets.
 * by=area charges for each processor (or GPU), by=time for the slice alone.
 * Deterministic: after any number of slices of one processor a task is less than one
 * quantum from its share.
 *
 * lottery: each turn is a draw among those who wait and those whose slice is over. A draw
 * without replacement is the order of exponential times with the tickets as rates.
 *
 * A pass costs a sort of what runs; stride adds O(log n) for each start and stop, lottery
 * a draw for each task that is live.
 */
#include <math.h>
#include <stdio.h>

#include <gsl/gsl_randist.h>

#include "preempt.h"

/* Weights at and below 0 would wait for ever. */
#define LEAST_TICKETS 1e-9
/* Strides of up to sixteen tickets are whole numbers, and their sums exact. */
#define STRIDE_OF_ONE 720720.0

struct client {
	double  tickets;
	double  pass;
	sj_time end;    /* of its slice */
	bool    served;
};

struct tickets {
	struct preempt p;
	sj_time        quantum;
	int            by;       /* stride: PREEMPT_BY_AREA, PREEMPT_BY_TIME */
	gsl_rng       *draw;     /* lottery; NULL: stride */
	struct client *client;   /* by task id */
	uint32_t       cap;
	double         all;      /* tickets of all that are live */
	uint32_t       live;
	uint32_t       served;   /* those that run */
	double         rate;     /* service per time of those */
	double         pass;     /* the global one, at `latest` */
	sj_time        latest;
};

static struct client *client_of(struct tickets *s, const sj_task *t)
{
	return &s->client[t->id];
}

static double width_of(const struct tickets *s, const sj_task *t)
{
	return s->by == PREEMPT_BY_AREA ? (double)preempt_milli(t) / SJ_GPU_WHOLE : 1;
}

/* ---- passes ----------------------------------------------------------------------- */

static double quanta(const struct tickets *s, sj_time length)
{
	return (double)length / (double)s->quantum;
}

static void advance(struct tickets *s, sj_time now)
{
	if (s->all > 0)
		s->pass += quanta(s, now - s->latest) * s->rate * STRIDE_OF_ONE / s->all;
	s->latest = now;
}

static double stride_of(struct tickets *s, const sj_task *t)
{
	return STRIDE_OF_ONE / client_of(s, t)->tickets * width_of(s, t);
}

static void serve(struct tickets *s, sj_ctx *cx, const sj_task *t, bool yes)
{
	struct client *c = client_of(s, t);

	if (c->served == yes)
		return;
	advance(s, sj_now(cx));
	c->served = yes;
	s->served = yes ? s->served + 1 : s->served - 1;
	s->rate += yes ? width_of(s, t) : -width_of(s, t);
	if (s->served == 0)
		s->rate = 0; /* not what sums of doubles leave over */
	if (yes)
		c->end = sj_now(cx) + s->quantum;
}

static int64_t draw(struct tickets *s, const sj_task *t)
{
	return sj_key_of_double(gsl_ran_exponential(s->draw, 1 / client_of(s, t)->tickets));
}

/* ---- news ------------------------------------------------------------------------- */

static void grow(struct tickets *s, sj_ctx *cx, uint32_t id)
{
	uint32_t cap = s->cap != 0 ? s->cap : 64;

	while (cap <= id)
		cap *= 2;
	s->client = sj_grow(cx, s->client, s->cap * sizeof(*s->client), cap * sizeof(*s->client));
	s->cap = cap;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct tickets *s = self;
	double tickets = t->weight > LEAST_TICKETS ? t->weight : LEAST_TICKETS;

	if (t->id >= s->cap)
		grow(s, cx, t->id);
	advance(s, sj_now(cx));
	s->all += tickets;
	s->live++;
	*client_of(s, t) = (struct client){ .tickets = tickets };
	client_of(s, t)->pass = s->pass + stride_of(s, t);
	return preempt_on_ready(self, cx, t);
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct tickets *s = self;
	int rc = preempt_on_done(self, cx, t, how);

	s->all -= client_of(s, t)->tickets;
	if (--s->live == 0)
		s->all = 0;
	return rc;
}

/* ---- the rule --------------------------------------------------------------------- */

static void place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	struct tickets *s = (struct tickets *)p;

	if (item->task->state != SJ_TASK_RUNNING)
		serve(s, cx, item->task, false); /* somebody else has stopped it */
	item->key = s->draw != NULL ? 0 : sj_key_of_double(client_of(s, item->task)->pass);
}

/* Slices that have followed each other up to now are paid for. Is the last one over? */
static bool slice_over(struct tickets *s, sj_ctx *cx, const sj_task *t)
{
	struct client *c = client_of(s, t);
	sj_time late, slices;

	serve(s, cx, t, true); /* somebody else has started it */
	late = sj_now(cx) - c->end;
	if (late < 0)
		return false;
	slices = late / s->quantum + 1;
	c->pass += (double)slices * stride_of(s, t);
	c->end += slices * s->quantum;
	return late % s->quantum == 0;
}

static int64_t drawn(void *arg, const sj_task *t)
{
	return draw(arg, t);
}

static void replace(struct preempt *p, sj_ctx *cx)
{
	struct tickets *s = (struct tickets *)p;
	bool turn = sj_procs_free(cx) > 0;

	for (uint32_t i = 0; i < p->count; i++) {
		sj_queue_item *item = &p->run[i].item;

		item->key = INT64_MIN; /* nobody is before one in its slice */
		if (!slice_over(s, cx, item->task))
			continue;
		turn = true;
		if (s->draw != NULL)
			item->key = draw(s, item->task);
		else
			place(p, cx, item);
	}
	if (s->draw != NULL && turn)
		preempt_rekey(p, drawn, s);
}

static sj_time alarm_at(struct preempt *p, sj_ctx *cx)
{
	struct tickets *s = (struct tickets *)p;
	sj_time soonest = SJ_NEVER;

	(void)cx;
	for (uint32_t i = 0; preempt_first_waiting(p) != NULL && i < p->count; i++) {
		sj_time end = client_of(s, p->run[i].item.task)->end;

		if (end < soonest)
			soonest = end;
	}
	return soonest;
}

static void started(struct preempt *p, sj_ctx *cx, const sj_task *t)
{
	serve((struct tickets *)p, cx, t, true);
}

static void halted(struct preempt *p, sj_ctx *cx, const sj_task *t)
{
	serve((struct tickets *)p, cx, t, false);
}

static void explain(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
		    size_t size)
{
	struct tickets *s = (struct tickets *)p;
	const struct client *c = client_of(s, item->task);

	(void)cx;
	if (s->draw != NULL)
		snprintf(buf, size, "drawn with %.6g of %.6g tickets", c->tickets, s->all);
	else
		snprintf(buf, size, "pass %.6g, %.6g tickets", c->pass / STRIDE_OF_ONE,
			 c->tickets);
}

static const struct preempt_rule rule = {
	.place = place, .replace = replace, .alarm = alarm_at, .started = started,
	.halted = halted, .explain = explain,
};

/* ---- the policies ----------------------------------------------------------------- */

static int stride_init(void *self, sj_ctx *cx)
{
	return preempt_init(self, cx, &rule);
}

static int lottery_init(void *self, sj_ctx *cx)
{
	struct tickets *s = self;

	s->by = PREEMPT_BY_TIME;
	s->draw = sj_rng(cx, "lottery");
	return preempt_init(self, cx, &rule);
}

#define QUANTUM                                                                             \
	{ .name = "quantum", .type = SJ_P_TIME, .offset = offsetof(struct tickets, quantum), \
	  .def = "1h", .min = 1e-9, .max = 1e9, .unit = "s",                                 \
	  .help = "How long a turn is when others wait." }

static const char *const by_choices[] = { "area", "time", NULL };

static const sj_param stride_params[] = {
	QUANTUM,
	{ .name = "by", .type = SJ_P_ENUM, .offset = offsetof(struct tickets, by), .def = "area",
	  .choices = by_choices,
	  .help = "Service is processor or GPU time (area), or time." },
	{ .name = NULL },
};

static const sj_param lottery_params[] = { QUANTUM, { .name = NULL } };

#define TURNS                                                                               \
	.blocking = "skip: greedy fill behind those whose slice goes on",                   \
	.reservation = "none; wide tasks may starve",                                       \
	.preemption = "free, work is kept: at the end of a slice, if the turn is another's", \
	.placement = "place= (first); what goes on stays where it is",                      \
	.instants = "arrivals, ends, and ends of slices while somebody waits"

static const sj_semantics stride_semantics = {
	.order = "least pass; a slice costs 1 / weight, a task that comes has the global pass "
		 "and one stride",
	.tie = "arrival (submit, then line of the log)",
	TURNS,
};

static const sj_semantics lottery_semantics = {
	.order = "drawn anew for each turn, with the weights of jobs as tickets",
	.tie = "none: draws are real numbers",
	TURNS,
};

const sj_policy_ops sj_policy_stride = {
	SJ_POLICY_HEAD,
	.name = "stride",
	.summary = "turns in proportion to weights, by least pass; preemptive, needs no estimates",
	.cite = "Waldspurger and Weihl, Stride scheduling: deterministic proportional-share "
		"resource management, MIT/LCS/TM-528, 1995",
	.semantics = &stride_semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct tickets),
	.params = stride_params,
	.init = stride_init,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = preempt_on_node,
	.on_timer = preempt_on_timer,
	.schedule = preempt_schedule,
};

const sj_policy_ops sj_policy_lottery = {
	SJ_POLICY_HEAD,
	.name = "lottery",
	.summary = "turns drawn in proportion to weights; preemptive, needs no estimates",
	.cite = "Waldspurger and Weihl, Lottery scheduling: flexible proportional-share resource "
		"management, OSDI 1994",
	.semantics = &lottery_semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct tickets),
	.params = lottery_params,
	.init = lottery_init,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = preempt_on_node,
	.on_timer = preempt_on_timer,
	.schedule = preempt_schedule,
};
