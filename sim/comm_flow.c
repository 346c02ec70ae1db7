/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comm_flow.c - communication as transfers over the network of the run; see comm.h.
 *
 * A phase computes its work at the speed of the task. When no more of it is left than may
 * overlap, the first round of its pattern is sent; each further one follows when all
 * transfers of the round before have arrived and were combined. The phase is over when all
 * is computed and all rounds are done. While the task only communicates its rate is 0. A
 * step's computing time is rounded up to whole ns, so that equal steps are equal.
 *
 * A task that is stopped, moved, resized or loses its node loses what the phase had sent
 * so far; what was computed is kept or lost like all work.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "comm.h"
#include "transfers.h"

#define NOBODY UINT32_MAX

/* ---- links -------------------------------------------------------------------------- */

static void count_users(sj_ctx *cx, const struct comm *c, int32_t by)
{
	for (uint32_t i = 0; i < c->links; i++)
		cx->comms->users[c->link[i]] += (uint32_t)by;
	cx->comms->epoch++;
}

/* The links of one round, those that are not marked yet; `users` has a mark in its top bit. */
#define MARK (UINT32_C(1) << 31)

static uint32_t links_of_round(sj_ctx *cx, const struct comm *c, uint32_t count, uint32_t n)
{
	const sj_fabric *fabric = sj_network_fabric(cx->network);
	struct comms *m = cx->comms;
	uint32_t link[SJ_ROUTE_MAX];
	sj_time latency;

	for (uint32_t i = 0; i < count; i++) {
		sj_endpoint from, to;
		uint32_t hops = comm_ends(cx, c->seat, &m->round[i], &from, &to) ?
				sj_fabric_route(fabric, from, to, link, &latency) : 0;

		for (uint32_t k = 0; k < hops; k++) {
			if (m->users[link[k]] & MARK)
				continue;
			m->users[link[k]] |= MARK;
			m->touched[n++] = link[k];
		}
	}
	return n;
}

/* Which links c uses, in the order of its transfers. */
static int find_links(sj_ctx *cx, struct comm *c)
{
	struct comms *m = cx->comms;
	uint32_t n = 0, *link;

	for (uint32_t i = 0; i < c->spec->phase_count; i++) {
		const struct pattern *p = &c->phase[i].pattern;
		uint32_t rounds = pattern_rounds(p);

		for (uint32_t k = 0; k < rounds; k += pattern_same(p, k))
			n = links_of_round(cx, c, pattern_round(p, k, m->round), n);
	}
	for (uint32_t i = 0; i < n; i++)
		m->users[m->touched[i]] &= ~MARK;
	link = realloc(c->link, (n + 1u) * sizeof(*link));
	if (link == NULL)
		return SJ_ENOMEM;
	memcpy(link, m->touched, n * sizeof(*link));
	c->link = link;
	c->links = n;
	return SJ_OK;
}

/* ---- transfers of a task ----------------------------------------------------------------- */

static int room_for_sent(struct comms *m, uint32_t transfer)
{
	uint32_t room = m->sent_room != 0 ? m->sent_room : 256;
	struct comm_sent *grown;

	if (transfer < m->sent_room)
		return SJ_OK;
	while (room <= transfer)
		room *= 2;
	grown = realloc(m->sent, room * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	m->sent = grown;
	m->sent_room = room;
	return SJ_OK;
}

static void chain(struct comms *m, struct comm_flow *f, uint32_t task, uint32_t transfer)
{
	m->sent[transfer] = (struct comm_sent){ task, NOBODY, f->first_sent };
	if (f->first_sent != NOBODY)
		m->sent[f->first_sent].prev = transfer;
	f->first_sent = transfer;
	f->waiting++;
	m->in_flight++;
	m->sends++;
}

static void unchain(struct comms *m, struct comm_flow *f, uint32_t transfer)
{
	const struct comm_sent *s = &m->sent[transfer];

	if (s->prev != NOBODY)
		m->sent[s->prev].next = s->next;
	else
		f->first_sent = s->next;
	if (s->next != NOBODY)
		m->sent[s->next].prev = s->prev;
	f->waiting--;
	m->in_flight--;
}

static void give_up(sj_ctx *cx, struct comm_flow *f)
{
	while (f->waiting != 0) {
		uint32_t transfer = f->first_sent;

		unchain(cx->comms, f, transfer);
		sj_network_cancel(cx->network, transfer, cx->now);
	}
	f->sending = f->pausing = false;
}

/* A list of pairs goes at one pace, so that all of it is there at the same time where one
 * link holds it: the share of a pair is that of its bytes, `all` those of the list. In units
 * of 2^-30 sums of weights are exact, in whatever order they come and go. */
static double weight_of(const struct pattern *p, const sj_transfer *s, double all)
{
	if (p->phase->op != SJ_COMM_PAIRS || !(all > 0))
		return 1;
	return fmax(1, rint(s->bytes / all * p->phase->pair_count * 0x1p30)) * 0x1p-30;
}

/* When what arrives now has been combined, which may be behind the end of time. */
static sj_time combined_at(sj_time now, double seconds)
{
	double ns = round(seconds * 1e9);

	return ns < (double)(SJ_TIME_MAX - now) ? now + (sj_time)ns : SJ_TIME_MAX + 1;
}

/* What is there already takes no time. SJ_OK or SJ_ENOMEM. */
static int send_round(sj_ctx *cx, struct task *t)
{
	struct comms *m = cx->comms;
	struct comm *c = t->pace->comm;
	struct comm_flow *f = &c->flow;
	const struct pattern *p = &c->phase[f->phase].pattern;
	uint32_t n = pattern_round(p, f->round, m->round);
	double all = p->phase->op == SJ_COMM_PAIRS ? comm_phase_bytes(p->phase, p->ranks) : 0;
	double bytes = 0, combining = n != 0 ? pattern_combining(p, f->round, m->round) : 0;

	for (uint32_t i = 0; i < n; i++) {
		const sj_transfer *s = &m->round[i];
		sj_transfer_wish wish = { .weight = weight_of(p, s, all) };
		sj_endpoint from, to;
		uint32_t id;

		if (!comm_ends(cx, c->seat, s, &from, &to))
			continue;
		if (transfers_send_between(cx, TRANSFER_COMM, from, to, s->bytes, wish, cx->now,
					   &id) != SJ_OK || room_for_sent(m, id) != SJ_OK)
			return SJ_ENOMEM;
		chain(m, f, t->pub.id, id);
		bytes += s->bytes;
	}
	f->round++;
	f->sent_bytes += round(bytes);
	cx->collect.comm_bytes += round(bytes);
	f->pausing = combining > 0;
	f->pause_due = combining > 0 && f->waiting == 0 ? combined_at(cx->now, combining) :
							  SJ_NEVER;
	return SJ_OK;
}

/* ---- steps ---------------------------------------------------------------------------------- */

/* The work of whole steps is exact, whatever was rounded within them. */
static void set_done(struct task *t, uint64_t step)
{
	uint64_t steps = t->pace->comm->steps;
	unsigned __int128 all = (unsigned __int128)(uint64_t)t->work_ns * step;

	t->done_ns = (sj_time)(all / steps);
	t->pace->done_part = (double)(uint64_t)(all % steps) / (double)steps;
}

static void begin_phase(struct comm *c)
{
	c->flow.left = c->phase[c->flow.phase].work;
	c->flow.sending = c->flow.pausing = false;
	c->flow.round = 0;
}

/* The phase is over: the next one begins. False: the task has done all. */
static bool next_phase(sj_ctx *cx, struct task *t)
{
	struct comm *c = t->pace->comm;
	struct comm_flow *f = &c->flow;

	if (++f->phase == c->spec->phase_count) {
		f->phase = 0;
		set_done(t, ++f->step);
		f->step += comm_skip(cx, t);
	}
	c->open = f->step < c->steps;
	if (c->open)
		begin_phase(c);
	return c->open;
}

/* How much of the phase may be left when it begins to communicate. */
static double overlapped(const struct comm *c)
{
	return c->spec->phases[c->flow.phase].overlap * c->phase[c->flow.phase].work;
}

/* Goes on until it has to wait; the span is closed. SJ_OK or SJ_ENOMEM. */
static int go_on(sj_ctx *cx, struct task *t)
{
	struct comm *c = t->pace->comm;
	struct comm_flow *f = &c->flow;

	while (f->skip_length == 0) {
		const struct pattern *p = &c->phase[f->phase].pattern;

		f->sending |= f->left <= overlapped(c);
		if (f->sending && f->waiting == 0 && !f->pausing && f->round < pattern_rounds(p)) {
			if (send_round(cx, t) != SJ_OK)
				return SJ_ENOMEM;
			continue;
		}
		if (f->waiting != 0 || f->pausing || f->left > 0 || !next_phase(cx, t))
			break;
	}
	f->computing = f->skip_length == 0 && f->left > 0;
	rate_update(t);
	f->own = true;
	cx->driver->begun(cx, t);
	f->own = false;
	return SJ_OK;
}

/* ---- what the core tells ---------------------------------------------------------------------- */

int comm_flow_place(sj_ctx *cx, struct task *t)
{
	struct comm *c = t->pace->comm;
	struct comm_flow *f = &c->flow;
	bool first = c->seat == NULL;
	sj_endpoint *seat = realloc(c->seat, c->ranks * sizeof(*seat));
	uint32_t ids = cx->chunks * TASK_CHUNK;

	if (seat == NULL || sj_pes_reserve(&cx->comms->due, ids) != SJ_OK ||
	    sj_pes_reserve(&cx->comms->bound, ids) != SJ_OK)
		return SJ_ENOMEM;
	c->seat = seat;
	if (first) {
		f->first_sent = NOBODY;
		begin_phase(c);
	}
	comm_flow_halt(cx, t); /* what goes between its old places */
	memcpy(seat, cx->comms->seat, c->ranks * sizeof(*seat));
	if (find_links(cx, c) != SJ_OK)
		return SJ_ENOMEM;
	count_users(cx, c, 1);
	c->open = true;
	f->idle = true;
	f->whole = f->phase == 0 && f->left == c->phase[0].work;
	f->computing = f->sending = false;
	f->round = 0;
	return SJ_OK;
}

void comm_flow_halt(sj_ctx *cx, struct task *t)
{
	struct comm *c = t->pace->comm;

	assert(c->flow.skip_length == 0);
	give_up(cx, &c->flow);
	sj_pes_cancel(&cx->comms->due, t->pub.id);
	sj_pes_cancel(&cx->comms->bound, t->pub.id);
	count_users(cx, c, -1);
	c->links = 0;
}

void comm_flow_rewind(struct task *t)
{
	struct comm *c = t->pace->comm;
	struct comm_flow *f = &c->flow;
	unsigned __int128 all = (unsigned __int128)(uint64_t)t->done_ns * c->steps;
	uint64_t step = t->work_ns != 0 ? (uint64_t)(all / (uint64_t)t->work_ns) : 0;
	double into = (double)(uint64_t)(all % (uint64_t)(t->work_ns != 0 ? t->work_ns : 1)) /
		      (double)c->steps;

	if (step > f->step) /* its step was computed, but had to communicate */
		return;
	f->step = step;
	f->phase = 0;
	while (f->phase + 1 < c->spec->phase_count && into >= c->phase[f->phase].work)
		into -= c->phase[f->phase++].work;
	begin_phase(c);
	f->left = fmax(f->left - into, 0);
}

/* When it has to be looked at again. */
static sj_time due_at(sj_ctx *cx, struct task *t)
{
	struct pace *p = t->pace;
	struct comm_flow *f = &p->comm->flow;

	f->compute_due = SJ_NEVER;
	if (f->skip_length != 0)
		return t->span_ns + f->skip_length;
	if (f->idle)
		return t->span_ns + p->setup_ns;
	if (f->computing)
		f->compute_due = t->span_ns +
				 pace_length_for(cx, p, f->sending ? f->left :
						 f->left - overlapped(p->comm));
	return f->compute_due < f->pause_due || !f->pausing ? f->compute_due : f->pause_due;
}

void comm_flow_begun(sj_ctx *cx, struct task *t)
{
	struct comms *m = cx->comms;
	struct comm_flow *f = &t->pace->comm->flow;
	sj_time at;

	assert(f->own || f->skip_length == 0);
	f->clean &= f->own;
	f->whole &= f->own || f->idle;
	if (f->idle)
		f->step_from = t->span_ns;
	sj_pes_cancel(&m->due, t->pub.id);
	sj_pes_cancel(&m->bound, t->pub.id);
	if (!t->pace->comm->open)
		return;
	sj_pes_add(&m->bound, t->pub.id, comm_end_bound(t));
	at = due_at(cx, t);
	if (at != SJ_NEVER)
		sj_pes_add(&m->due, t->pub.id, at);
}

int comm_flow_due(sj_ctx *cx)
{
	struct task *t = task_at(cx, sj_pes_pop(&cx->comms->due));
	struct comm *c = t->pace->comm;
	struct comm_flow *f = &c->flow;

	life_close_span(cx, t);
	if (f->skip_length != 0) {
		comm_skip_end(cx, t);
		set_done(t, f->step);
	} else if (f->idle) {
		f->idle = false;
		comm_skip_begin(cx, t);
	} else {
		if (cx->now >= f->compute_due)
			f->left = f->sending ? 0 : overlapped(c);
		f->pausing &= cx->now < f->pause_due;
	}
	return go_on(cx, t);
}

int comm_flow_arrived(sj_ctx *cx, uint32_t transfer)
{
	struct task *t = task_at(cx, cx->comms->sent[transfer].task);
	struct comm *c = t->pace->comm;
	struct comm_flow *f = &c->flow;
	double combining;

	unchain(cx->comms, f, transfer);
	if (f->waiting != 0)
		return SJ_OK;
	life_close_span(cx, t);
	if (f->pausing) {
		const struct pattern *p = &c->phase[f->phase].pattern;

		pattern_round(p, f->round - 1, cx->comms->round);
		combining = pattern_combining(p, f->round - 1, cx->comms->round);
		f->pause_due = combined_at(cx->now, combining);
	}
	return go_on(cx, t);
}

bool comm_flow_waits(const sj_ctx *cx, const struct task *t)
{
	return t->pace->comm->flow.waiting != 0 || cx->comms->due.pos[t->pub.id] != 0;
}
