/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pace.c - arithmetic of a span: from time to work and back.
 *
 * Work is a whole number of ns and a fraction, which is carried from span to span, so
 * that however often a rate changes nothing is lost by rounding. A predicted end is
 * rounded up to a whole ns, less 2^-50 of the length for the rounding of the division.
 */
#include "comm.h"

#include <math.h>
#include <stdlib.h>

/* Where a span stands after some time. */
struct progress {
	sj_time setup_left;
	sj_time work;       /* time spent on work */
	sj_time cycle;      /* now in the cycle of checkpoints */
	bool    wrote;      /* at least one checkpoint was completed ... */
	sj_time work_saved; /* ... the last one after so much of it */
};

int pace_make(sj_ctx *cx, struct task *t)
{
	struct pace *p = cx->paces_free;

	if (t->pace != NULL)
		return SJ_OK;
	if (t->pub.state == SJ_TASK_RUNNING)
		life_close_span(cx, t);
	if (p != NULL)
		cx->paces_free = p->next_free;
	else if ((p = malloc(sizeof(*p))) == NULL)
		return SJ_ENOMEM;
	*p = (struct pace){ .rate = 1, .used_rate = 1, .speed = 1, .size = 1, .place = 1, .noise = 1, .crowd = 1, .share = 1,
			    .used_ns = t->done_ns, .kept_area = life_area(t),
			    .risk_area = life_area(t) };
	t->pace = p;
	return SJ_OK;
}

void pace_free(sj_ctx *cx, struct task *t)
{
	comm_free(t->pace->comm);
	t->pace->comm = NULL;
	t->pace->next_free = cx->paces_free;
	cx->paces_free = t->pace;
	t->pace = NULL;
}

void paces_fini(sj_ctx *cx)
{
	struct pace *next;

	for (struct pace *p = cx->paces_free; p != NULL; p = next) {
		next = p->next_free;
		free(p);
	}
	cx->paces_free = NULL;
}

/* ---- from time to work --------------------------------------------------------- */

static struct progress progress_after(const sj_checkpoint *c, const struct pace *p,
				      sj_time span)
{
	struct progress g = { .cycle = p->cycle_ns };
	sj_time end, whole, in_cycle, begin;

	if (span < p->setup_ns) {
		g.setup_left = p->setup_ns - span;
		return g;
	}
	span -= p->setup_ns;
	if (c->interval_ns == 0) {
		g.work = span;
		return g;
	}
	begin = p->cycle_ns < c->interval_ns ? p->cycle_ns : c->interval_ns;
	end = p->cycle_ns + span;
	whole = end / (c->interval_ns + c->cost_ns);
	in_cycle = end % (c->interval_ns + c->cost_ns);
	g.cycle = in_cycle;
	g.wrote = whole > 0;
	g.work_saved = whole * c->interval_ns - begin;
	g.work = g.work_saved + (in_cycle < c->interval_ns ? in_cycle : c->interval_ns);
	return g;
}

/* Adds span x rate to a whole number and its fraction. */
static void accrue(sj_time *whole, double *part, sj_time span, double rate)
{
	double sum;

	if (rate == 1.0) {
		*whole += span;
		return;
	}
	sum = *part + (double)span * rate;
	if (!(sum < (double)(SJ_TIME_MAX - *whole))) {
		*whole = SJ_TIME_MAX;
		return;
	}
	*whole += (sj_time)sum;
	*part = sum - floor(sum);
}

static sj_time at_most(sj_time x, sj_time most)
{
	return x < most ? x : most;
}

sj_time pace_attained(const sj_ctx *cx, const struct task *t)
{
	struct progress g = progress_after(&cx->config.checkpoint, t->pace,
					   cx->now - t->span_ns);
	sj_time done = t->done_ns;
	double part = t->pace->done_part;

	accrue(&done, &part, g.work, t->pace->rate);
	return at_most(done, t->work_ns);
}

static unsigned __int128 area_of(const struct task *t, sj_time span)
{
	if (t->pace->share_units != 0)
		return (unsigned __int128)(uint64_t)span * t->pace->share_units >> SHARE_UNIT_BITS;
	return (unsigned __int128)(uint64_t)span * t->procs_now;
}

/* What the last write of this span has put in safety. */
static void save(struct task *t, const struct progress *g)
{
	struct pace *p = t->pace;
	double part = p->done_part, used_part = p->used_part;

	p->saved_ns = t->done_ns;
	p->saved_used_ns = p->used_ns;
	accrue(&p->saved_ns, &part, g->work_saved, t->pace->rate);
	accrue(&p->saved_used_ns, &used_part, g->work_saved, p->used_rate);
	p->saved_ns = at_most(p->saved_ns, t->work_ns);
}

void pace_close_span(sj_ctx *cx, struct task *t)
{
	struct pace *p = t->pace;
	sj_time span = cx->now - t->span_ns, ran = t->ran_ns;
	struct progress g;
	unsigned __int128 worked;

	if (span <= 0)
		return;
	g = progress_after(&cx->config.checkpoint, p, span);
	worked = area_of(t, g.work);
	p->kept_area += worked;
	p->risk_area = g.wrote ? worked - area_of(t, g.work_saved) : p->risk_area + worked;
	if (g.wrote)
		save(t, &g);
	accrue(&t->done_ns, &p->done_part, g.work, t->pace->rate);
	t->done_ns = at_most(t->done_ns, t->work_ns);
	accrue(&p->used_ns, &p->used_part, g.work, p->used_rate);
	if (p->comm != NULL)
		comm_spent(cx, t, g.work);
	accrue(&t->ran_ns, &p->ran_part, span, p->share);
	t->more_area += (__int128)area_of(t, span) -
			(__int128)(t->ran_ns - ran) * t->pub.procs;
	p->setup_ns = g.setup_left;
	p->cycle_ns = g.cycle;
	t->span_ns = cx->now;
}

/* ---- from work to time ------------------------------------------------------------ */

/* How long `left`, less a fraction that is done already, takes at a rate. */
static sj_time time_for(sj_time left, double part, double rate)
{
	double ns;

	if (!(rate > 0))
		return SJ_TIME_MAX;
	if (left <= 0)
		return 0;
	if (rate == 1.0 && part == 0)
		return left;
	ns = ((double)left - part) / rate;
	ns = ceil(ns - ns * 0x1p-50);
	return ns < (double)SJ_TIME_MAX ? (sj_time)ns : SJ_TIME_MAX;
}

/* The length of a span with so much time of work, and the writes in between; none when
 * the work is done. */
static sj_time length_for(const sj_checkpoint *c, const struct pace *p, sj_time work)
{
	sj_time begin = p->cycle_ns, length = p->setup_ns + work, writes;

	if (c->interval_ns == 0 || work == 0 || length > SJ_TIME_MAX)
		return at_most(length, SJ_TIME_MAX);
	if (begin > c->interval_ns) { /* a write goes on */
		length += c->interval_ns + c->cost_ns - begin;
		begin = 0;
	}
	writes = (begin + work - 1) / c->interval_ns;
	if (c->cost_ns != 0 && writes > (SJ_TIME_MAX - length) / c->cost_ns)
		return SJ_TIME_MAX;
	return at_most(length + writes * c->cost_ns, SJ_TIME_MAX);
}

sj_time pace_length(const sj_ctx *cx, const struct task *t, bool *killed)
{
	const struct pace *p = t->pace;
	sj_time work = time_for(t->work_ns - t->done_ns, p->done_part, t->pace->rate), use;

	if (pace_is_open(p))
		work = SJ_TIME_MAX;
	*killed = false;
	if (cx->config.overrun == SJ_OVERRUN_KILL) {
		use = time_for(t->pub.estimate_ns - p->used_ns, p->used_part, p->used_rate);
		*killed = use < work;
		if (*killed)
			work = use;
	}
	return length_for(&cx->config.checkpoint, p, work);
}

sj_time pace_length_for(const sj_ctx *cx, const struct pace *p, double work_ns)
{
	double ns = work_ns / p->rate;

	ns = ceil(ns - ns * 0x1p-50);
	return length_for(&cx->config.checkpoint, p,
			  ns < (double)SJ_TIME_MAX ? (sj_time)ns : SJ_TIME_MAX);
}

bool pace_is_open(const struct pace *p)
{
	return p->comm != NULL && p->comm->open;
}

/* ---- the end ------------------------------------------------------------------------- */

unsigned __int128 pace_waste(const struct task *t)
{
	return life_area(t) - t->pace->kept_area;
}

struct task *pace_end(sj_ctx *cx, struct task *t)
{
	if (is_copy(t))
		return copy_won(cx, t);
	copies_cancel(cx, t);
	life_release(cx, t);
	if (!t->killed)
		t->done_ns = t->work_ns;
	return t;
}
