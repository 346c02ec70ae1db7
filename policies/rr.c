/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rr - round robin: tasks take turns of one quantum, in the order of one queue.
 *
 * A task whose slice is over goes to the tail, behind those that arrive at that
 * instant. Gangs: the head blocks until enough slices are over, so that wide tasks
 * have their turn. While nobody waits slices follow each other without a pass, and
 * their ends stay where they are. A slice that goes on is no preemption.
 *
 * On nodes a turn is a place. The head is placed beside all that runs, or where slices
 * are over (beside.h); then those whose slice is over have their turn where they are, or
 * elsewhere when their place is taken. A pass costs O(running), on nodes a search of a
 * place for each task that starts, and O(slices over) of them where some give way.
 */
#include <string.h>

#include "beside.h"
#include "sojourn/queue.h"

struct slice {
	const sj_task *task;
	sj_time        end;
};

/* One whose slice is over. */
struct over {
	const sj_task *task;
	bool           goes_on;
};

/* One whose turn it is, of the queue or of those. */
struct turn {
	const sj_task *task;
	sj_placement   where; /* count 0: a pool */
};

struct rr {
	sj_time       quantum;
	sj_queue     *waiting; /* seq: place in the queue */
	uint64_t      tail;
	struct slice *run;     /* in the order in which their slices began */
	uint32_t      count, cap;
	struct over  *over;    /* slices that end now, likewise */
	uint32_t      over_count, over_cap;
	struct turn  *turn;    /* to be started by this pass, in order */
	uint32_t      turn_count, turn_cap;
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
	s->over[s->over_count++] = (struct over){ .task = t };
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

static struct turn *new_turn(struct rr *s, sj_ctx *cx, const sj_task *t)
{
	if (s->turn_count == s->turn_cap) {
		uint32_t cap = s->turn_cap != 0 ? 2 * s->turn_cap : 16;

		s->turn = sj_grow(cx, s->turn, s->turn_cap * sizeof(*s->turn),
				  cap * sizeof(*s->turn));
		s->turn_cap = cap;
	}
	s->turn[s->turn_count] = (struct turn){ .task = t };
	return &s->turn[s->turn_count++];
}

/*
 * Whose turn is it? From the head of the queue, then those whose slice is over, as long
 * as there is room.
 */
static void turns_in_pool(struct rr *s, sj_ctx *cx)
{
	int64_t left = sj_procs_free(cx);
	const sj_queue_item *it = sj_queue_first(s->waiting);

	for (uint32_t i = 0; i < s->over_count; i++)
		left += s->over[i].task->procs;
	for (; it != NULL && it->width <= left; it = sj_queue_next(s->waiting, it)) {
		left -= it->width;
		new_turn(s, cx, it->task);
	}
	for (uint32_t i = 0; it == NULL && i < s->over_count; i++) {
		if (s->over[i].task->procs > left)
			return;
		left -= s->over[i].task->procs;
		s->over[i].goes_on = true;
	}
}

/* Its place in the list of turns, beside `others`. */
static int seat(struct rr *s, sj_ctx *cx, const sj_task *t, const sj_task *const *others,
		uint32_t n)
{
	sj_placement where;
	int rc = beside_place(cx, t, others, n, &where);

	if (rc == SJ_OK)
		new_turn(s, cx, t)->where = where;
	return rc;
}

static int turns_on_nodes(struct rr *s, sj_ctx *cx)
{
	const sj_task **over = sj_scratch(cx, (s->over_count + 1) * sizeof(*over));
	const sj_queue_item *it = sj_queue_first(s->waiting);
	int rc = SJ_OK;

	sj_suppose_begin(cx);
	for (uint32_t i = 0; i < s->over_count; i++) {
		over[i] = s->over[i].task;
		sj_suppose_gone(cx, over[i]);
	}
	for (; it != NULL && rc == SJ_OK; it = sj_queue_next(s->waiting, it))
		rc = seat(s, cx, it->task, over, s->over_count);
	for (uint32_t i = 0; i < s->over_count && rc == SJ_OK; i++) {
		s->over[i].goes_on = sj_suppose_back(cx, over[i]);
		if (!s->over[i].goes_on)
			rc = seat(s, cx, over[i], over + i + 1, s->over_count - i - 1);
	}
	sj_suppose_end(cx);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static int turns(struct rr *s, sj_ctx *cx)
{
	s->turn_count = 0;
	if (sj_node_count(cx) != 0)
		return turns_on_nodes(s, cx);
	turns_in_pool(s, cx);
	return SJ_OK;
}

static void say_stop(const struct rr *s, sj_ctx *cx, const sj_task *t)
{
	const sj_queue_item *head = sj_queue_first(s->waiting);
	char slice[32];

	sj_format_time(s->quantum, slice, sizeof(slice));
	if (head != NULL)
		sj_because(cx, t, "its slice of %s is over, and job %lld is the next of %u that "
			   "wait", slice, (long long)head->task->job,
			   sj_queue_count(s->waiting));
	else
		sj_because(cx, t, "its slice of %s is over, and its place is taken", slice);
}

static int stop_others(struct rr *s, sj_ctx *cx)
{
	for (uint32_t i = 0; i < s->over_count; i++) {
		const sj_task *t = s->over[i].task;
		int rc;

		if (s->over[i].goes_on)
			continue;
		if (sj_explaining(cx))
			say_stop(s, cx, t);
		rc = sj_stop(cx, t, SJ_STOP_KEEP);
		if (rc == SJ_OK)
			enqueue(s, t);
		else if (rc != SJ_EFULL) /* it has ended; on_done() will tell */
			return rc;
	}
	return SJ_OK;
}

static int start_turns(struct rr *s, sj_ctx *cx)
{
	for (uint32_t i = 0; i < s->turn_count; i++) {
		const struct turn *turn = &s->turn[i];
		const sj_task *t = turn->task;
		int rc = SJ_OK;

		if (t->state == SJ_TASK_READY) {
			if (sj_explaining(cx))
				sj_because(cx, t, "its turn: needs %u processors, %u free",
					   t->procs, sj_procs_free(cx));
			rc = sj_start(cx, t, turn->where.count != 0 ? &turn->where : NULL);
		}
		if (rc != SJ_OK)
			return rc;
		if (sj_queue_has(s->waiting, t))
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

/* As an arm of a learner: what others have started has a slice from now on. */
static void agree_with_core(struct rr *s, sj_ctx *cx)
{
	if (s->count == sj_running_count(cx))
		return;
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		if (sj_queue_has(s->waiting, t)) {
			sj_queue_remove(s->waiting, t);
			begin_slice(s, cx, t);
		}
}

static int rr_schedule(void *self, sj_ctx *cx)
{
	struct rr *s = self;
	int rc;

	agree_with_core(s, cx);
	catch_up(s, cx);
	end_slices(s, cx);
	rc = turns(s, cx);
	if (rc == SJ_OK)
		rc = stop_others(s, cx);
	if (rc == SJ_OK)
		rc = start_turns(s, cx);
	if (rc != SJ_OK && rc != SJ_EFULL)
		return rc;
	for (uint32_t i = 0; i < s->over_count; i++)
		if (s->over[i].goes_on)
			begin_slice(s, cx, s->over[i].task);
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
	.placement = "place= (first); what goes on stays where it is",
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
