/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * checkpoint.c - what stops, moves and losses cost, and how far back they go.
 *
 * Spans are closed when these are called. Periodic checkpoints within a span are
 * arithmetic and live in pace.c. Intervals: Young, "A first order approximation to the
 * optimum checkpoint interval", CACM 17, 1974; Daly, "A higher order estimate of the
 * optimum checkpoint interval for restart dumps", FGCS 22, 2006, equation 37.
 */
#include <math.h>

#include "comm.h"

double sj_young_interval(double cost, double mtbf)
{
	return sqrt(2 * cost * mtbf);
}

double sj_daly_interval(double cost, double mtbf)
{
	double x = cost / (2 * mtbf);

	if (cost >= 2 * mtbf)
		return mtbf;
	return sqrt(2 * cost * mtbf) * (1 + sqrt(x) / 3 + x / 9) - cost;
}

/* The part of an unfinished setup that was the writing of a checkpoint. */
static sj_time write_left(const sj_ctx *cx, const struct pace *p)
{
	sj_time restart = cx->config.checkpoint.restart_ns;

	return p->setup_ns > restart ? p->setup_ns - restart : 0;
}

void checkpoint_start(struct task *t)
{
	struct pace *p = t->pace;

	p->setup_ns = p->owed_ns;
	p->owed_ns = 0;
	p->cycle_ns = 0;
}

void checkpoint_keep(const sj_ctx *cx, struct task *t)
{
	struct pace *p = t->pace;
	sj_time write = write_left(cx, p);

	if (!cx->config.checkpoint.modelled)
		return;
	if (write == 0 && t->done_ns > p->saved_ns)
		write = cx->config.checkpoint.cost_ns;
	p->owed_ns = write + cx->config.checkpoint.restart_ns;
	p->saved_ns = t->done_ns;
	p->saved_used_ns = p->used_ns;
	p->risk_area = 0;
	p->setup_ns = 0;
}

void checkpoint_restart(const sj_ctx *cx, struct task *t)
{
	t->pace->setup_ns = write_left(cx, t->pace) + cx->config.checkpoint.restart_ns;
}

static void back_to(sj_ctx *cx, struct task *t, sj_time done, sj_time used)
{
	struct pace *p = t->pace;

	t->done_ns = p->saved_ns = done;
	p->used_ns = p->saved_used_ns = used;
	p->done_part = p->used_part = 0;
	cx->account.lost += p->risk_area;
	p->kept_area -= p->risk_area;
	p->risk_area = 0;
	p->setup_ns = 0;
	p->owed_ns = cx->config.checkpoint.restart_ns;
	if (p->comm != NULL && p->comm->seat != NULL)
		comm_flow_rewind(t);
}

int checkpoint_lose_all(sj_ctx *cx, struct task *t)
{
	int rc = pace_make(cx, t);

	if (rc != SJ_OK)
		return rc;
	t->pace->risk_area = t->pace->kept_area;
	back_to(cx, t, 0, 0);
	return SJ_OK;
}

int checkpoint_roll_back(sj_ctx *cx, struct task *t)
{
	if (!cx->config.checkpoint.modelled)
		return checkpoint_lose_all(cx, t);
	back_to(cx, t, t->pace->saved_ns, t->pace->saved_used_ns);
	return SJ_OK;
}
