/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rr - round robin: tasks take turns of one quantum, in the order of one queue.
 *
 * A task whose slice is over goes to the tail, behind those that arrive at that
 * instant. Gangs: the head blocks until enough slices are over, so that wide tasks
 * have their turn. While nobody waits slices follow each other without a pass, and
 * their ends stay where they are. A slice that goes on is no preemption.
 */
#include <string.h>

#include "sojourn/queue.h"

struct slice {
	const sj_task *task;
	sj_time        end;
};

struct rr {
	sj_time       quantum;
	sj_queue     *waiting; /* seq: place in the queue */
	uint64_t      tail;
	struct slice *run;     /* in the order in which their slices began */
	uint32_t      count, cap;
	const sj_task **over;  /* slices that end now, likewise */
	uint32_t      over_count, over_cap;
	sj_time       alarm;   /* of the timer that counts, or SJ_NEVER */
	uint64_t      token;
};

static int rr_init(void *self, sj_ctx *cx)
{
	struct rr *s = self;

	s->waiting = sj_queue_create(cx);
	s->alarm = SJ_NEVER;
	return SJ_OK;
}

static void enqueue(struct rr *s, const sj_task *t)
{
	sj_queue_item item = { .seq = s->tail++, .task = t, .width = t->procs };

	sj_queue_add(s->waiting, &item);
}

static int rr_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	(void)cx;
	enqueue(self, t);
	return SJ_OK;
}

static int rr_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct rr *s = self;

	(void)cx;
	(void)how;
	if (sj_queue_has(s->waiting, t)) /* somebody else has started it */
		sj_queue_remove(s->waiting, t);
	for (uint32_t i = 0; i < s->count; i++)
		if (s->run[i].task == t) {
			s->count--;
			memmove(&s->run[i], &s->run[i + 1], (s->count - i) * sizeof(*s->run));
			break;
		}
	return SJ_OK;
}

static int rr_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct rr *s = self;

	(void)cx;
	if (token == s->token)
		s->alarm = SJ_NEVER;
	return SJ_OK;
}

/* ---- a pass ------------------------------------------------------------------- */

static void begin_slice(struct rr *s, sj_ctx *cx, const sj_task *t)
{
	if (s->count == s->cap) {
		uint32_t cap = s->cap != 0 ? 2 * s->cap : 16;

		s->run = sj_grow(cx, s->run, s->cap * sizeof(*s->run), cap * sizeof(*s->run));
		s->cap = cap;
	}
	s->run[s->count++] = (struct slice){ t, sj_now(cx) + s->quantum };
}

/* Slices that followed each other while nobody waited: moves ends to now or later. */
static void catch_up(const struct rr *s, sj_ctx *cx)
{
	for (uint32_t i = 0; i < s->count; i++) {
		sj_time late = sj_now(cx) - s->run[i].end;

		if (late > 0)
			s->run[i].end += (late / s->quantum + (late % s->quantum != 0)) *
					 s->quantum;
	}
}

static void take_over(struct rr *s, sj_ctx *cx, const sj_task *t)
{
	if (s->over_count == s->over_cap) {
		uint32_t cap = s->over_cap != 0 ? 2 * s->over_cap : 16;

		s->over = sj_grow(cx, s->over, s->over_cap * sizeof(*s->over),
				  cap * sizeof(*s->over));
		s->over_cap = cap;
	}
	s->over[s->over_count++] = t;
}

/* Parts what runs into slices that go on and slices that are over. */
static void end_slices(struct rr *s, sj_ctx *cx)
{
	uint32_t kept = 0;

	s->over_count = 0;
	for (uint32_t i = 0; i < s->count; i++) {
		const sj_task *t = s->run[i].task;

		if (t->state != SJ_TASK_RUNNING)
			enqueue(s, t); /* somebody else has stopped it */
		else if (s->run[i].end > sj_now(cx))
			s->run[kept++] = s->run[i];
		else
			take_over(s, cx, t);
	}
	s->count = kept;
}

/*
 * Whose turn is it? From the head of the queue, then those whose slice is over,
 * as long as there is room. *starts: of the queue; *goes_on: of the others.
 */
static void turns(const struct rr *s, sj_ctx *cx, uint32_t *starts, uint32_t *goes_on)
{
	int64_t left = sj_procs_free(cx);
	const sj_queue_item *it = sj_queue_first(s->waiting);

	for (uint32_t i = 0; i < s->over_count; i++)
		left += s->over[i]->procs;
	*starts = *goes_on = 0;
	for (; it != NULL && it->width <= left; it = sj_queue_next(s->waiting, it)) {
		left -= it->width;
		++*starts;
	}
	if (it != NULL)
		return;
	while (*goes_on < s->over_count && s->over[*goes_on]->procs <= left)
		left -= s->over[(*goes_on)++]->procs;
}

static int stop_from(struct rr *s, sj_ctx *cx, uint32_t first)
{
	for (uint32_t i = first; i < s->over_count; i++) {
		int rc;

		if (sj_explaining(cx))
			sj_because(cx, s->over[i], "its slice is over and others wait");
		rc = sj_stop(cx, s->over[i], SJ_STOP_KEEP);
		if (rc == SJ_OK)
			enqueue(s, s->over[i]);
		else if (rc != SJ_EFULL) /* it has ended; on_done() will tell */
			return rc;
	}
	return SJ_OK;
}

static int start_heads(struct rr *s, sj_ctx *cx, uint32_t count)
{
	while (count-- > 0) {
		const sj_task *t = sj_queue_first(s->waiting)->task;
		int rc = SJ_OK;

		if (t->state == SJ_TASK_READY) {
			if (sj_explaining(cx))
				sj_because(cx, t, "its turn: needs %u processors, %u free",
					   t->procs, sj_procs_free(cx));
			rc = sj_start(cx, t, NULL);
		}
		if (rc != SJ_OK)
			return rc;
		sj_queue_remove(s->waiting, t);
		begin_slice(s, cx, t);
	}
	return SJ_OK;
}

/* The next slice that ends, if that is anybody's concern. */
static int set_alarm(struct rr *s, sj_ctx *cx)
{
	sj_time at = SJ_NEVER;

	for (uint32_t i = 0; sj_queue_count(s->waiting) > 0 && i < s->count; i++)
		if (s->run[i].end < at)
			at = s->run[i].end;
	if (at > SJ_TIME_MAX)
		at = SJ_NEVER; /* the task ends before its slice */
	if (at == s->alarm)
		return SJ_OK;
	s->alarm = at;
	s->token++;
	return at != SJ_NEVER ? sj_timer(cx, at, s->token) : SJ_OK;
}

static int rr_schedule(void *self, sj_ctx *cx)
{
	struct rr *s = self;
	uint32_t starts, goes_on;
	int rc;

	catch_up(s, cx);
	end_slices(s, cx);
	turns(s, cx, &starts, &goes_on);
	rc = stop_from(s, cx, goes_on);
	if (rc == SJ_OK)
		rc = start_heads(s, cx, starts);
	if (rc != SJ_OK && rc != SJ_EFULL)
		return rc;
	for (uint32_t i = 0; i < goes_on; i++)
		begin_slice(s, cx, s->over[i]);
	if (sj_explaining(cx) && sj_queue_count(s->waiting) > 0)
		sj_because(cx, sj_queue_first(s->waiting)->task,
			   "head of the queue: needs %u processors, %u free",
			   sj_queue_first(s->waiting)->width, sj_procs_free(cx));
	return set_alarm(s, cx);
}

static const sj_param rr_params[] = {
	{ .name = "quantum", .type = SJ_P_TIME, .offset = offsetof(struct rr, quantum),
	  .def = "1h", .min = 1e-9, .max = 1e9, .unit = "s",
	  .help = "How long a task runs when others wait." },
	{ .name = NULL },
};

static const sj_semantics rr_semantics = {
	.order = "one queue: arrivals, and tasks whose slice is over, at the tail",
	.blocking = "the head blocks until enough slices are over",
	.reservation = "none needed",
	.preemption = "free, work is kept: at the end of a slice, if the turn is another's",
	.placement = "first fit",
	.tie = "arrivals before tasks whose slice ends at the same instant",
	.instants = "arrivals, ends, and ends of slices while somebody waits",
};

const sj_policy_ops sj_policy_rr = {
	SJ_POLICY_HEAD,
	.name = "rr",
	.summary = "round robin: turns of one quantum; preemptive, needs no estimates",
	.semantics = &rr_semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct rr),
	.params = rr_params,
	.init = rr_init,
	.on_ready = rr_on_ready,
	.on_done = rr_on_done,
	.on_timer = rr_on_timer,
	.schedule = rr_schedule,
};
