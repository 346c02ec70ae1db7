/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gavel-fifo - `fifo` of the simulator published with Gavel (Narayanan et al., OSDI
 * 2020), on GPUs of one kind.
 *
 * Time goes in rounds. In one of them each allocated task does the steps that fit into
 * `round`, floor(throughput x round), or those that are left; a round ends when the
 * slowest of its tasks has done so, and what is ready earlier pauses until then. Arrivals
 * wait for the end of a round. There the allocation is made anew, when something has
 * changed since the last time and that is `reset` ago or was at 0 s, or when nothing of
 * the old one is left to run: what was allocated stays so until it ends, and others
 * follow in the order of arrival; the head blocks. (The last of the three conditions is
 * read off the published completion times: in them every round of a trace of short jobs
 * has a new allocation.)
 *
 * A task that does not state its steps stops when `round` is over; one whose step is
 * longer than a round does one. A pause is a stop with work kept, at the same place. A
 * pass costs O(allocated).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sojourn/queue.h"

struct share {
	const sj_task *task;
	uint64_t       steps_done;
	sj_time        end;       /* of its part of this round */
	bool           last;      /* it ends with it */
	sj_slot       *slot;      /* where it pauses */
	uint32_t       slots, slot_cap;
};

struct gavel {
	sj_time       round, reset;
	sj_queue     *waiting;
	uint64_t      arrivals;
	struct share *share;      /* the allocation, in the order in which it was made */
	uint32_t      count, cap;
	bool          changed, made; /* since the last allocation; there was one */
	sj_time       made_ns, round_end;
	bool          in_round;
	sj_time       alarm;
	uint64_t      token;
};

/* ---- news ------------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct gavel *s = self;

	s->waiting = sj_queue_create(cx);
	s->alarm = SJ_NEVER;
	return SJ_OK;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct gavel *s = self;
	sj_queue_item item = { .key = t->submit_ns, .seq = s->arrivals++, .task = t,
			       .width = t->procs };

	(void)cx;
	sj_queue_add(s->waiting, &item);
	s->changed = true;
	return SJ_OK;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct gavel *s = self;

	(void)cx;
	(void)how;
	s->changed = true;
	if (sj_queue_has(s->waiting, t)) /* somebody else has started it */
		sj_queue_remove(s->waiting, t);
	for (uint32_t i = 0; i < s->count; i++)
		if (s->share[i].task == t) {
			s->count--;
			memmove(&s->share[i], &s->share[i + 1],
				(s->count - i) * sizeof(*s->share));
			break;
		}
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	(void)cx;
	(void)node;
	(void)up;
	((struct gavel *)self)->changed = true;
	return SJ_OK;
}

static int on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct gavel *s = self;

	(void)cx;
	if (token == s->token)
		s->alarm = SJ_NEVER;
	return SJ_OK;
}

/* ---- a part of a round -------------------------------------------------------------- */

/* Work at rate 1 that the first `steps` of the task are. */
static sj_time work_of(const sj_task *t, sj_time work, uint64_t steps)
{
	return (sj_time)((unsigned __int128)(uint64_t)work * steps / t->steps);
}

/* Steps in one round; throughput = rate x steps / work. */
static uint64_t steps_a_round(const struct gavel *s, const sj_task *t, sj_time work, double rate)
{
	double n = floor((double)s->round / (double)work * (double)t->steps * rate);

	return n < 1 ? 1 : n < (double)t->steps ? (uint64_t)n : t->steps;
}

static sj_time lasts(sj_time work, double rate)
{
	double ns = rate == 1.0 ? (double)work : ceil((double)work / rate);

	if (rate == 1.0)
		return work;
	return ns < (double)SJ_TIME_MAX ? (sj_time)ns : SJ_TIME_MAX;
}

/* How far the task comes in the round that begins now. */
static void begin_part(const struct gavel *s, sj_ctx *cx, struct share *a)
{
	const sj_task *t = a->task;
	sj_placement where = sj_task_placement(cx, t);
	double rate = sj_rate(cx, t, sj_task_ranks(cx, t), where.count != 0 ? &where : NULL);
	sj_time work = sj_task_runtime(cx, t), done = sj_task_attained(cx, t), until;

	if (!(rate > 0))
		rate = 1;
	if (t->steps == 0 || work == 0) {
		until = done + (sj_time)((double)s->round * rate);
	} else {
		a->steps_done += steps_a_round(s, t, work, rate);
		until = a->steps_done < t->steps ? work_of(t, work, a->steps_done) : work;
	}
	a->last = until >= work;
	if (until > work)
		until = work;
	a->end = t->start_ns > sj_now(cx) ? t->start_ns : sj_now(cx);
	a->end += lasts(until > done ? until - done : 0, rate);
}

static int pause_part(sj_ctx *cx, struct share *a)
{
	sj_placement where = sj_task_placement(cx, a->task);
	int rc;

	if (where.count > a->slot_cap) {
		a->slot = sj_grow(cx, NULL, 0, where.count * sizeof(*a->slot));
		a->slot_cap = where.count;
	}
	if (where.count != 0)
		memcpy(a->slot, where.slots, where.count * sizeof(*a->slot));
	a->slots = where.count;
	if (sj_explaining(cx))
		sj_because(cx, a->task, "has done its steps of this round");
	rc = sj_stop(cx, a->task, SJ_STOP_KEEP);
	return rc == SJ_EFULL ? SJ_OK : rc; /* it has ended; on_done() will tell */
}

/* Those that are ready before the round is over. */
static int pause_ready(struct gavel *s, sj_ctx *cx)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; i < s->count && rc == SJ_OK; i++) {
		struct share *a = &s->share[i];

		if (!a->last && a->end <= sj_now(cx) && a->end < s->round_end &&
		    a->task->state == SJ_TASK_RUNNING)
			rc = pause_part(cx, a);
	}
	return rc;
}

/* ---- a round -------------------------------------------------------------------------- */

/* Not before its time, nor while one that was to end has not. */
static bool round_over(const struct gavel *s, sj_ctx *cx)
{
	if (!s->in_round)
		return true;
	if (sj_now(cx) < s->round_end && s->count != 0)
		return false;
	for (uint32_t i = 0; i < s->count; i++)
		if (s->share[i].last && s->share[i].task->state == SJ_TASK_RUNNING)
			return false;
	return sj_now(cx) >= s->round_end;
}

/* What pauses goes on where it was; if its node is gone, at the next place that fits. */
static int go_on(struct gavel *s, sj_ctx *cx)
{
	for (uint32_t i = 0; i < s->count; i++) {
		struct share *a = &s->share[i];
		sj_placement where = { a->slots, a->slot };
		int rc;

		if (a->task->state != SJ_TASK_READY)
			continue;
		if (sj_explaining(cx))
			sj_because(cx, a->task, "allocated; a round begins");
		rc = sj_start(cx, a->task, a->slots != 0 ? &where : NULL);
		if (rc == SJ_EFULL && a->slots != 0)
			rc = sj_start(cx, a->task, NULL);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

static void allocate(struct gavel *s, sj_ctx *cx, const sj_task *t)
{
	if (s->count == s->cap) {
		uint32_t cap = s->cap != 0 ? 2 * s->cap : 16;

		s->share = sj_grow(cx, s->share, s->cap * sizeof(*s->share),
				   cap * sizeof(*s->share));
		s->cap = cap;
	}
	s->share[s->count++] = (struct share){ .task = t };
}

static int make_allocation(struct gavel *s, sj_ctx *cx)
{
	const sj_queue_item *head;
	bool may = !s->made || s->made_ns == 0 || s->count == 0 ||
		   sj_now(cx) - s->made_ns >= s->reset;

	if (!s->changed || !may)
		return SJ_OK;
	s->changed = false;
	s->made = true;
	s->made_ns = sj_now(cx);
	while ((head = sj_queue_first(s->waiting)) != NULL) {
		const sj_task *t = head->task;
		int rc = SJ_OK;

		if (sj_explaining(cx))
			sj_because(cx, t, "head of the queue, a new allocation");
		if (t->state == SJ_TASK_READY)
			rc = sj_start(cx, t, NULL);
		if (rc != SJ_OK)
			return rc == SJ_EFULL ? SJ_OK : rc;
		sj_queue_remove(s->waiting, t);
		allocate(s, cx, t);
	}
	return SJ_OK;
}

static int begin_round(struct gavel *s, sj_ctx *cx)
{
	int rc = go_on(s, cx);

	if (rc == SJ_OK)
		rc = make_allocation(s, cx);
	s->in_round = s->count != 0;
	s->round_end = sj_now(cx);
	for (uint32_t i = 0; i < s->count; i++) {
		struct share *a = &s->share[i];

		if (a->task->state == SJ_TASK_RUNNING)
			begin_part(s, cx, a);
		else
			a->end = sj_now(cx) + s->round; /* no place, after a failure */
		if (a->end > s->round_end)
			s->round_end = a->end;
	}
	return rc;
}

static int set_alarm(struct gavel *s, sj_ctx *cx)
{
	sj_time at = s->in_round && s->round_end > sj_now(cx) ? s->round_end : SJ_NEVER;

	for (uint32_t i = 0; i < s->count && at != SJ_NEVER; i++)
		if (!s->share[i].last && s->share[i].end > sj_now(cx) && s->share[i].end < at)
			at = s->share[i].end;
	if (at > SJ_TIME_MAX)
		at = SJ_NEVER; /* the end of time comes before that of the round */
	if (at == s->alarm)
		return SJ_OK;
	s->alarm = at;
	s->token++;
	return at != SJ_NEVER ? sj_timer(cx, at, s->token) : SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct gavel *s = self;
	int rc;

	if (round_over(s, cx))
		rc = begin_round(s, cx);
	else
		rc = pause_ready(s, cx);
	if (rc == SJ_OK && sj_explaining(cx) && sj_queue_count(s->waiting) != 0)
		sj_because(cx, sj_queue_first(s->waiting)->task,
			   "head of the queue: needs %u processors, %u free, until the next "
			   "allocation", sj_queue_first(s->waiting)->width, sj_procs_free(cx));
	return rc == SJ_OK ? set_alarm(s, cx) : rc;
}

/* ---- tables ----------------------------------------------------------------------------- */

static const sj_param params[] = {
	{ .name = "round", .type = SJ_P_TIME, .offset = offsetof(struct gavel, round),
	  .def = "360s", .min = 1e-6, .max = 1e9, .unit = "s", .help = "Length of a round." },
	{ .name = "reset", .type = SJ_P_TIME, .offset = offsetof(struct gavel, reset),
	  .def = "1920s", .min = 0, .max = 1e9, .unit = "s",
	  .help = "Least time between two allocations, but after that at 0 s." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "arrival",
	.blocking = "the head blocks",
	.reservation = "none needed",
	.preemption = "pauses between the end of a task's steps and that of the round, free",
	.placement = "first fit; what goes on stays where it is",
	.tie = "submit, then line of the log",
	.instants = "ends of rounds: when the slowest has done floor(throughput x round) steps; "
		    "new allocations at least reset= apart, or after the one at 0 s, or when "
		    "nothing allocated is left",
};

const sj_policy_ops sj_policy_gavel_fifo = {
	SJ_POLICY_HEAD,
	.name = "gavel-fifo",
	.summary = "FIFO of the Gavel simulator: rounds of whole steps that wait for the slowest",
	.cite = "Narayanan et al., Heterogeneity-aware cluster scheduling policies for deep "
		"learning workloads, OSDI 2020; the simulator published with it",
	.semantics = &semantics,
	.flags = SJ_PF_PREEMPTS | SJ_PF_CLAIRVOYANT,
	.state_size = sizeof(struct gavel),
	.params = params,
	.init = init,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.on_timer = on_timer,
	.schedule = schedule,
};
