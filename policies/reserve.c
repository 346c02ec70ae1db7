/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reserve - reservations in advance: processors that are promised to others for windows of
 * time, and conservative backfilling of all tasks around them.
 *
 * windows=(8h+2h:64,20h+30min:128) keeps 64 processors free from 8 h on, for 2 h, and 128
 * from 20 h on; with period=1d so each day. At every pass each waiting task, in its order,
 * has the earliest slot in which what runs, the windows and the slots of those before it
 * leave enough; it starts when its slot begins now. With no window that is conservative
 * backfilling with plan=rebuild. A window is kept as long as tasks keep their estimates;
 * one that runs on into it is left alone.
 *
 * A task that has no slot beside the windows alone that begins within two periods is
 * refused. On nodes processors are counted, not places. A pass costs O(waiting x steps of
 * the plan), up to the last that can start: it is meant for hundreds of tasks that wait.
 */
#include <stdio.h>
#include <string.h>

#include "sojourn/backfill.h"
#include "sojourn/profile.h"

struct window {
	sj_time  from, length;
	uint32_t procs;
};

struct reserve {
	const char    *windows, *order;
	sj_time        period; /* 0: once */
	struct window *window;
	uint32_t       count;
	sj_time        longest;      /* window */
	sj_time        longest_task; /* that has come so far */
	sj_waiting     wait;
	sj_profile    *base;   /* what runs, and windows up to `known` */
	sj_profile    *empty;  /* the whole machine, and windows alone */
	sj_profile    *plan;
	sj_time        known;
	sj_time       *ends;   /* by task id: when it is expected to end; 0: it does not run */
	uint32_t       tasks;
	uint32_t       total;  /* processors that are up, as base has it */
	uint32_t       whole;  /* with those that are not */
	sj_time        alarm;  /* of the timer that counts, or SJ_NEVER */
	uint64_t       token;
	uint64_t      *refused;
};

/* ---- windows ---------------------------------------------------------------------------- */

/* "8h+2h:64" */
static bool parse_window(char *text, struct window *w)
{
	char *plus = strchr(text, '+'), *colon = strchr(text, ':');
	int64_t procs;

	if (plus == NULL || colon == NULL || colon < plus)
		return false;
	*plus++ = *colon++ = '\0';
	if (sj_parse_time("", text, &w->from, NULL) != SJ_OK || w->from < 0 ||
	    sj_parse_time("", plus, &w->length, NULL) != SJ_OK || w->length <= 0 ||
	    sj_parse_int("", colon, &procs, NULL) != SJ_OK || procs < 1 || procs > UINT32_MAX)
		return false;
	w->procs = (uint32_t)procs;
	return true;
}

static int parse_windows(struct reserve *s, sj_ctx *cx)
{
	size_t size = strlen(s->windows) + 1;
	char *list = sj_alloc(cx, size), *save = NULL, whole[64];

	memcpy(list, s->windows, size);
	s->window = sj_alloc(cx, size * sizeof(*s->window));
	for (char *one = strtok_r(list, ",", &save); one != NULL; one = strtok_r(NULL, ",", &save)) {
		struct window *w = &s->window[s->count++];

		snprintf(whole, sizeof(whole), "%.63s", one);
		if (!parse_window(one, w))
			return sj_policy_fail(cx, SJ_EUSAGE, "policy reserve: windows: \"%s\" is not "
					      "FROM+LENGTH:PROCESSORS, for example 8h+2h:64", whole);
		if (w->procs > sj_procs_total(cx))
			return sj_policy_fail(cx, SJ_EUSAGE, "policy reserve: windows: \"%s\": the "
					      "machine has %u processors", whole, sj_procs_total(cx));
		if (s->period > 0 && w->length > s->period)
			return sj_policy_fail(cx, SJ_EUSAGE, "policy reserve: windows: \"%s\" is longer "
					      "than the period", whole);
		s->longest = w->length > s->longest ? w->length : s->longest;
	}
	return SJ_OK;
}

static void book(struct reserve *s, sj_time from, sj_time to, int64_t delta)
{
	sj_profile_add(s->base, from, to, delta);
	sj_profile_add(s->empty, from, to, delta);
}

/* Windows that begin before `until` are in the profiles. */
static void know(struct reserve *s, sj_ctx *cx, sj_time until)
{
	sj_time now = sj_now(cx);

	if (until <= s->known)
		return;
	for (uint32_t i = 0; i < s->count; i++) {
		const struct window *w = &s->window[i];
		sj_time at = w->from;

		if (s->period > 0 && s->known > at)
			at += (s->known - at + s->period - 1) / s->period * s->period;
		for (; at < until; at += s->period) {
			if (at >= s->known && at + w->length > now)
				book(s, at > now ? at : now, at + w->length, -(int64_t)w->procs);
			if (s->period == 0)
				break;
		}
	}
	s->known = until;
}

/* ---- profiles --------------------------------------------------------------------------- */

/* Profiles as of now: what is up, windows from now on, what runs. */
static void draw(struct reserve *s, sj_ctx *cx)
{
	sj_time until = s->known;

	s->total = sj_procs_total(cx);
	sj_profile_reset(s->base, s->total, sj_now(cx));
	sj_profile_reset(s->empty, s->whole, sj_now(cx));
	/* Those that have begun, too. */
	s->known = s->period > 0 ? sj_now(cx) - s->period : 0;
	if (s->known < 0)
		s->known = 0;
	know(s, cx, until > sj_now(cx) ? until : sj_now(cx) + 1);
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		if (t->id < s->tasks && s->ends[t->id] > sj_now(cx))
			sj_profile_add(s->base, sj_now(cx), s->ends[t->id], -(int64_t)t->procs);
}

static int reserve_init(void *self, sj_ctx *cx)
{
	struct reserve *s = self;
	int rc = sj_waiting_init(&s->wait, cx, s->order);

	if (rc == SJ_OK)
		rc = parse_windows(s, cx);
	s->total = s->whole = sj_procs_total(cx);
	for (uint32_t i = 0; i < sj_node_count(cx); i++)
		if (sj_node_get_state(cx, i) != SJ_NODE_UP)
			s->whole += sj_node_get_size(cx, i).cores;
	s->base = sj_profile_create(cx, s->total, 0);
	s->empty = sj_profile_create(cx, s->whole, 0);
	s->plan = sj_profile_create(cx, s->total, 0);
	s->alarm = SJ_NEVER;
	s->refused = sj_counter(cx, "reserve.refused");
	return rc;
}

static sj_time length_of(const sj_task *t)
{
	return t->estimate_ns > 0 ? t->estimate_ns : SJ_NS_PER_S;
}

/* ---- news ------------------------------------------------------------------------------- */

static int reserve_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct reserve *s = self;

	s->ends = sj_grow_to(cx, s->ends, &s->tasks, t->id, sizeof(*s->ends));
	if (length_of(t) > s->longest_task)
		s->longest_task = length_of(t);
	if (!sj_queue_has(s->wait.queue, t))
		sj_waiting_add(&s->wait, cx, t);
	return SJ_OK;
}

static int reserve_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct reserve *s = self;

	(void)how;
	if (sj_queue_has(s->wait.queue, t)) /* somebody else has started it */
		sj_waiting_remove(&s->wait, t);
	if (t->id < s->tasks) {
		if (s->ends[t->id] > sj_now(cx))
			sj_profile_add(s->base, sj_now(cx), s->ends[t->id], t->procs);
		s->ends[t->id] = 0;
	}
	sj_order_ended(s->wait.order, cx, t);
	return SJ_OK;
}

static int reserve_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct reserve *s = self;

	(void)cx;
	if (token == s->token)
		s->alarm = SJ_NEVER;
	return SJ_OK;
}

/* ---- a pass ----------------------------------------------------------------------------- */

/* Has t a slot beside the windows alone, in the next two periods? */
static bool has_hope(const struct reserve *s, sj_ctx *cx, const sj_task *t)
{
	sj_time limit = sj_now(cx) + 2 * s->period;

	return s->period == 0 ||
	       sj_profile_find(s->empty, t->procs, length_of(t), sj_now(cx), limit) < limit;
}

static int refuse(struct reserve *s, sj_ctx *cx, const sj_task *t)
{
	sj_waiting_remove(&s->wait, t);
	++*s->refused;
	if (sj_explaining(cx))
		sj_because(cx, t, "no slot beside the windows of any two periods: %u processors, "
			   "%.9gs", t->procs, (double)length_of(t) / SJ_NS_PER_S);
	return sj_reject(cx, t);
}

/* Its slot begins now. SJ_EFULL: one past its expected end is in the way. */
static int start(struct reserve *s, sj_ctx *cx, const sj_task *t)
{
	int rc;

	if (sj_explaining(cx))
		sj_because(cx, t, "its slot begins now: needs %u processors, %u free", t->procs,
			   sj_procs_free(cx));
	rc = sj_start(cx, t, NULL);
	if (rc != SJ_OK)
		return rc;
	s->ends[t->id] = sj_now(cx) + length_of(t);
	sj_profile_add(s->base, sj_now(cx), s->ends[t->id], -(int64_t)t->procs);
	sj_waiting_remove(&s->wait, t);
	sj_order_started(s->wait.order, cx, t);
	return SJ_OK;
}

static int plan_one(struct reserve *s, sj_ctx *cx, const sj_task *t)
{
	sj_time now = sj_now(cx), at;
	int rc;

	if (t->state != SJ_TASK_READY) {
		sj_waiting_remove(&s->wait, t); /* somebody else has started it */
		return SJ_OK;
	}
	if (!has_hope(s, cx, t))
		return refuse(s, cx, t);
	at = sj_profile_find(s->plan, t->procs, length_of(t), now, SJ_TIME_MAX);
	if (at < SJ_TIME_MAX)
		sj_profile_add(s->plan, at, at + length_of(t), -(int64_t)t->procs);
	rc = at == now ? start(s, cx, t) : SJ_EFULL;
	if (rc == SJ_EFULL && sj_explaining(cx))
		sj_because(cx, t, "planned at %.9g s: needs %u processors, %u free now",
			   (double)at / SJ_NS_PER_S, t->procs, sj_procs_free(cx));
	return rc == SJ_EFULL ? SJ_OK : rc;
}

/* All else that gives processors back is news. */
static int wait_for_window(struct reserve *s, sj_ctx *cx)
{
	sj_time now = sj_now(cx), next = SJ_NEVER;

	for (uint32_t i = 0; i < s->count && sj_queue_count(s->wait.queue) > 0; i++) {
		sj_time end = s->window[i].from + s->window[i].length;

		if (end <= now && s->period > 0)
			end += ((now - end) / s->period + 1) * s->period;
		if (end > now && end < next)
			next = end;
	}
	if (next == s->alarm || next > SJ_TIME_MAX)
		return SJ_OK;
	s->alarm = next;
	return sj_timer(cx, next, ++s->token);
}

/* Could anybody start now? */
static bool hope(const struct reserve *s, sj_ctx *cx)
{
	int64_t planned = sj_profile_at(s->plan, sj_now(cx)), free = sj_procs_free(cx);

	return sj_queue_min_width(s->wait.queue) <= (planned < free ? planned : free);
}

static int reserve_schedule(void *self, sj_ctx *cx)
{
	struct reserve *s = self;
	int64_t key = INT64_MIN;
	uint64_t seq = 0;
	int rc = SJ_OK;

	if (sj_queue_count(s->wait.queue) == 0)
		return SJ_OK;
	if (sj_procs_total(cx) != s->total)
		draw(s, cx);
	know(s, cx, sj_now(cx) + 2 * s->period + s->longest + s->longest_task + 1);
	sj_profile_trim(s->base, sj_now(cx));
	sj_profile_trim(s->empty, sj_now(cx));
	sj_profile_copy(s->plan, s->base);
	sj_waiting_sort(&s->wait, cx);
	while (rc == SJ_OK && (hope(s, cx) || sj_explaining(cx))) {
		const sj_queue_item *it = sj_queue_after(s->wait.queue, key, seq);

		if (it == NULL)
			break;
		key = it->key;
		seq = it->seq;
		rc = plan_one(s, cx, it->task);
	}
	return rc == SJ_OK ? wait_for_window(s, cx) : rc;
}

#define AT(member) .offset = offsetof(struct reserve, member)
static const sj_param reserve_params[] = {
	{ .name = "windows", .type = SJ_P_STRING, AT(windows), .def = "",
	  .help = "FROM+LENGTH:PROCESSORS, several between commas, as (8h+2h:64,20h+30min:128)." },
	{ .name = "period", .type = SJ_P_TIME, AT(period), .def = "0s", .min = 0, .max = 1e9,
	  .unit = "s", .help = "After which the windows come again; 0s: they come once." },
	{ .name = "order", .type = SJ_P_STRING, AT(order), .def = "fcfs",
	  .help = "Order in which tasks are planned." },
	{ .name = NULL },
};
#undef AT

static const sj_semantics reserve_semantics = {
	.order = "order= (fcfs)",
	.blocking = "nothing blocks: each task has a slot that does not delay those before it",
	.reservation = "windows in advance; every waiting task, anew at each pass",
	.preemption = "none",
	.placement = "place= (first); the plan counts processors",
	.tie = "submit, then line of the log",
	.instants = "arrivals, ends and ends of windows",
};

const sj_policy_ops sj_policy_reserve = {
	SJ_POLICY_HEAD,
	.name = "reserve",
	.summary = "reservations in advance, and conservative backfilling around them",
	.cite = "Smith, Foster and Taylor, Scheduling with advanced reservations, IPDPS 2000",
	.semantics = &reserve_semantics,
	.state_size = sizeof(struct reserve),
	.params = reserve_params,
	.init = reserve_init,
	.on_ready = reserve_on_ready,
	.on_done = reserve_on_done,
	.on_timer = reserve_on_timer,
	.schedule = reserve_schedule,
};
