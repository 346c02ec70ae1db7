/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comm_skip.c - equal steps in one event, in the flow form of communication.
 *
 * A step of a task whose links nobody else used takes a time of its own, again and again,
 * until something changes; and nothing can change before the horizon: the next end,
 * arrival, timer or change of a node, and the earliest end of any other task that
 * communicates. So the steps that fit before the horizon are skipped, and the next one is
 * simulated again. Times are those of simulating every step, to the nanosecond.
 */
#include <assert.h>
#include <math.h>

#include "comm.h"
#include "engine.h"
#include "traffic.h"
#include "transfers.h"

/* Transfers that are not of this kind: how many there were, and are. */
static uint64_t others_sent(const sj_ctx *cx)
{
	return sj_network_sent(cx->network) - cx->comms->sends;
}

static bool others_under_way(const sj_ctx *cx)
{
	return sj_network_under_way(cx->network) != cx->comms->in_flight;
}

void comm_skip_begin(sj_ctx *cx, struct task *t)
{
	struct comm_flow *f = &t->pace->comm->flow;

	f->step_from = cx->now;
	f->exposed_ns = 0;
	f->sent_bytes = 0;
	f->epoch = cx->comms->epoch;
	f->others = others_sent(cx);
	f->clean = !others_under_way(cx);
}

/* A step that began at this speed takes all that a step takes; of another one what is left
 * to compute has to be computed. */
sj_time comm_end_bound(const struct task *t)
{
	const struct comm *c = t->pace->comm;
	const struct comm_flow *f = &c->flow;
	double least = comm_step_least(c, t->pace->speed) * (double)(c->steps - f->step - 1);
	sj_time from = f->whole ? f->step_from : t->span_ns;

	least += f->whole ? comm_step_least(c, t->pace->speed) : f->left / t->pace->speed;
	least *= 1 - 1e-9;
	return least < (double)(SJ_TIME_MAX - from) ? from + (sj_time)least : SJ_TIME_MAX;
}

/* What was noted of a task that is slowed down by others is out of date, and too early. */
static sj_time first_bound(sj_ctx *cx)
{
	sj_pes *b = &cx->comms->bound;

	while (b->count != 0) {
		sj_time noted = sj_pes_time(b), now;
		uint32_t id = sj_pes_pop(b);

		now = comm_end_bound(task_at(cx, id));
		sj_pes_add(b, id, now);
		if (now <= noted)
			return now;
	}
	return SJ_TIME_MAX;
}

static bool alone(const sj_ctx *cx, const struct comm *c)
{
	for (uint32_t i = 0; i < c->links; i++)
		if (cx->comms->users[c->link[i]] != 1)
			return false;
	return true;
}

/* A periodic checkpoint may be written in any step; who watches the links wants to see all;
 * and links that change may do so within a step, be gone round, and carry more than was
 * stated, on which comm_step_least() relies. */
static bool steps_repeat(const sj_ctx *cx)
{
	return !cx->config.step_by_step && !traffic_watches_flows(cx) &&
	       cx->comms->steady &&
	       cx->config.checkpoint.interval_ns == 0;
}

uint64_t comm_skip(sj_ctx *cx, struct task *t)
{
	const struct comm *c = t->pace->comm;
	struct comm_flow *f = &t->pace->comm->flow;
	sj_time took = cx->now - f->step_from, horizon = engine_next(cx), bound;
	uint64_t most = c->steps - f->step, n = 0;

	if (f->clean && f->whole && f->epoch == cx->comms->epoch &&
	    f->others == others_sent(cx) && took > 0 && most > 1 && steps_repeat(cx) &&
	    alone(cx, c)) {
		sj_pes_cancel(&cx->comms->bound, t->pub.id);
		bound = first_bound(cx);
		horizon = bound < horizon ? bound : horizon;
		horizon = horizon < SJ_TIME_MAX ? horizon : SJ_TIME_MAX;
		n = horizon > cx->now ? (uint64_t)((horizon - 1 - cx->now) / took) : 0;
		n = n < most - 1 ? n : most - 1;
	}
	if (f->whole && took == 0 && most > 1)
		n = most - 1; /* it takes no time: nor do the others */
	f->whole = true;
	if (n == 0 || took == 0) {
		comm_skip_begin(cx, t);
		return n;
	}
	f->skip_length = (sj_time)n * took;
	f->skip_exposed_ns = n * f->exposed_ns;
	f->step_from = cx->now + f->skip_length;
	cx->collect.comm_bytes += (double)n * f->sent_bytes;
	return n;
}

void comm_skip_end(sj_ctx *cx, struct task *t)
{
	struct comm_flow *f = &t->pace->comm->flow;

	/* Its span was booked as one of communication only. */
	cx->collect.comm -= (uint64_t)f->skip_length - f->skip_exposed_ns;
	f->skip_length = 0;
	comm_skip_begin(cx, t);
}
