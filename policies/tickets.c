/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tickets - turns of one quantum in proportion to tickets: stride, lottery.
 *
 * A task holds as many tickets as its job has weight. Whenever its slice is over and
 * somebody waits, whose turn it is is decided anew (slices.h).
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
#include <stdio.h>

#include <gsl/gsl_randist.h>

#include "slices.h"

/* Weights at and below 0 would wait for ever. */
#define LEAST_TICKETS 1e-9
/* Strides of up to sixteen tickets are whole numbers, and their sums exact. */
#define STRIDE_OF_ONE 720720.0

struct client {
	double tickets;
	double pass;
};

struct tickets {
	struct slices  slices;
	int            by;       /* stride: PREEMPT_BY_AREA, PREEMPT_BY_TIME */
	gsl_rng       *rng;      /* lottery */
	struct client *client;   /* by task id */
	uint32_t       cap;
	double         all;      /* tickets of all that are live */
	uint32_t       live;
	uint32_t       served;   /* those that run */
	double         rate;     /* service per time of those */
	double         pass;     /* the global one, at `latest` */
	sj_time        latest;
};

static struct client *client_of(const struct tickets *s, const sj_task *t)
{
	return &s->client[t->id];
}

static double width_of(const struct tickets *s, const sj_task *t)
{
	return s->by == PREEMPT_BY_AREA ? (double)preempt_milli(t) / SJ_GPU_WHOLE : 1;
}

static double stride_of(const struct tickets *s, const sj_task *t)
{
	return STRIDE_OF_ONE / client_of(s, t)->tickets * width_of(s, t);
}

/* Brings the global pass to now. */
static void advance(struct tickets *s, sj_ctx *cx)
{
	double quanta = (double)(sj_now(cx) - s->latest) / (double)s->slices.quantum;

	if (s->all > 0)
		s->pass += quanta * s->rate * STRIDE_OF_ONE / s->all;
	s->latest = sj_now(cx);
}

/* ---- news ------------------------------------------------------------------------- */

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct tickets *s = self;
	double tickets = t->weight > LEAST_TICKETS ? t->weight : LEAST_TICKETS;

	s->client = sj_grow_to(cx, s->client, &s->cap, t->id, sizeof(*s->client));
	advance(s, cx);
	s->all += tickets;
	s->live++;
	*client_of(s, t) = (struct client){ .tickets = tickets };
	client_of(s, t)->pass = s->pass + stride_of(s, t);
	return slices_on_ready(self, cx, t);
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct tickets *s = self;
	int rc = preempt_on_done(self, cx, t, how);

	s->all -= client_of(s, t)->tickets;
	if (--s->live == 0)
		s->all = 0; /* not what sums of doubles leave over */
	return rc;
}

static void serve(struct slices *slices, sj_ctx *cx, const sj_task *t, bool yes)
{
	struct tickets *s = (struct tickets *)slices;

	advance(s, cx);
	s->served = yes ? s->served + 1 : s->served - 1;
	s->rate += yes ? width_of(s, t) : -width_of(s, t);
	if (s->served == 0)
		s->rate = 0;
}

/* ---- the policies ----------------------------------------------------------------- */

static int64_t pass_of(struct slices *s, sj_ctx *cx, const sj_task *t)
{
	(void)cx;
	return sj_key_of_double(client_of((struct tickets *)s, t)->pass);
}

static void pay(struct slices *slices, const sj_task *t, sj_time count)
{
	struct tickets *s = (struct tickets *)slices;

	client_of(s, t)->pass += (double)count * stride_of(s, t);
}

static void explain_pass(struct slices *s, sj_ctx *cx, const sj_task *t, char *buf, size_t size)
{
	const struct client *c = client_of((struct tickets *)s, t);

	(void)cx;
	snprintf(buf, size, "pass %.6g, %.6g tickets", c->pass / STRIDE_OF_ONE, c->tickets);
}

static const struct slices_rule stride_rule = {
	.key = pass_of, .paid = pay, .serve = serve, .explain = explain_pass,
};

static int stride_init(void *self, sj_ctx *cx)
{
	return slices_init(self, cx, &stride_rule);
}

static int64_t draw(struct slices *slices, sj_ctx *cx, const sj_task *t)
{
	struct tickets *s = (struct tickets *)slices;

	(void)cx;
	return sj_key_of_double(gsl_ran_exponential(s->rng, 1 / client_of(s, t)->tickets));
}

static void explain_draw(struct slices *slices, sj_ctx *cx, const sj_task *t, char *buf,
			 size_t size)
{
	struct tickets *s = (struct tickets *)slices;

	(void)cx;
	snprintf(buf, size, "drawn with %.6g of %.6g tickets", client_of(s, t)->tickets, s->all);
}

static const struct slices_rule lottery_rule = {
	.key = draw, .fleeting = true, .explain = explain_draw,
};

static int lottery_init(void *self, sj_ctx *cx)
{
	((struct tickets *)self)->rng = sj_rng(cx, "lottery");
	return slices_init(self, cx, &lottery_rule);
}

static const char *const by_choices[] = { "area", "time", NULL };

static const sj_param stride_params[] = {
	SLICES_QUANTUM(struct tickets, "1h"),
	{ .name = "by", .type = SJ_P_ENUM, .offset = offsetof(struct tickets, by), .def = "area",
	  .choices = by_choices,
	  .help = "Service is processor or GPU time (area), or time." },
	{ .name = NULL },
};

static const sj_param lottery_params[] = {
	SLICES_QUANTUM(struct tickets, "1h"),
	{ .name = NULL },
};

static const sj_semantics stride_semantics = {
	.order = "least pass; a slice costs 1 / weight, a task that comes has the global pass "
		 "and one stride",
	.tie = "arrival (submit, then line of the log)",
	SLICES_SEMANTICS,
};

static const sj_semantics lottery_semantics = {
	.order = "drawn anew for each turn, with the weights of jobs as tickets",
	.tie = "none: draws are real numbers",
	SLICES_SEMANTICS,
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
