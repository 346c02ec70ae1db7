/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * easy - aggressive backfilling: only the blocked head holds a reservation.
 *
 * Follows D. A. Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995, in the
 * form of Mu'alem and Feitelson, TPDS 12(6), 2001: start the head while it fits;
 * when it does not, find its shadow time and the extra processors it leaves then,
 * and start any later task that fits now and either ends by the shadow time or
 * needs no more than the extra processors.
 *
 * A pass costs O(log n) because most news cannot matter. Between two passes at
 * which something ended, the free processors, the shadow and the extra processors
 * stay as they are and the time to the shadow shrinks; so an arrival behind a
 * blocked head can start nothing but itself. Within a pass the conditions only
 * tighten, so one sweep from fit to fit is a walk over the whole queue.
 *
 * On nodes the extra processors are a machine (sojourn/forecast.h), and the sweep goes
 * from demand to demand (sojourn/lanes.h): O(demands) a pass, and for each task that would
 * run past the shadow one placement that is tried.
 */
#include <string.h>

#include "easy.h"

/* ---- the sets ------------------------------------------------------------- */

static void enqueue(struct easy *s, sj_ctx *cx, const sj_queue_item *it)
{
	if (s->split)
		sj_waiting_add(&s->wait, cx, it->task);
	sj_waiting_put(&s->cand, it);
}

static void enqueue_fresh(struct easy *s, sj_ctx *cx)
{
	for (uint32_t i = 0; i < s->fresh_count; i++)
		enqueue(s, cx, &s->fresh[i]);
	s->fresh_count = 0;
}

static void dequeue(struct easy *s, const sj_task *t)
{
	sj_waiting_remove(&s->cand, t);
	if (s->split)
		sj_waiting_remove(&s->wait, t);
}

/* Starts t, which waits in no queue any more when this succeeds. */
static int start(struct easy *s, sj_ctx *cx, const sj_task *t, const sj_placement *where,
		 bool queued)
{
	int rc = sj_start(cx, t, where);

	if (rc != SJ_OK)
		return rc;
	if (queued)
		dequeue(s, t);
	sj_ends_add(&s->ends, t);
	if (s->forecast != NULL)
		sj_forecast_started(s->forecast, t);
	sj_order_started(s->wait.order, cx, t);
	if (s->split)
		sj_order_started(s->cand.order, cx, t);
	return SJ_OK;
}

static sj_queue_item candidate(struct easy *s, sj_ctx *cx, const sj_task *t)
{
	sj_queue_item it = sj_waiting_item(&s->cand, cx, t);

	if (s->knows_runtime)
		it.length = sj_task_runtime(cx, t);
	return it;
}

/*
 * As a part of another policy this one sees tasks start that it did not start.
 * Its own picture is a part of the truth, so equal counts mean equal sets.
 */
static void catch_up(struct easy *s, sj_ctx *cx)
{
	if (s->pass == EASY_EVENT ||
	    (sj_running_count(cx) == sj_queue_count(s->ends.queue) &&
	     sj_ready_count(cx) == sj_queue_count(s->cand.queue) + s->fresh_count))
		return;
	s->stale = true;
	s->fresh_count = 0;
	sj_waiting_clear(&s->cand);
	if (s->split)
		sj_waiting_clear(&s->wait);
	sj_queue_clear(s->ends.queue);
	if (s->forecast != NULL)
		sj_forecast_clear(s->forecast);
	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = sj_ready_next(cx, t)) {
		sj_queue_item it = candidate(s, cx, t);

		enqueue(s, cx, &it);
	}
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t)) {
		sj_ends_add(&s->ends, t);
		if (s->forecast != NULL)
			sj_forecast_started(s->forecast, t);
	}
}

/* ---- capacity --------------------------------------------------------------- */

/*
 * Processors that may be given away now. In a pass per event the core has freed
 * those of every task that ends at this instant, but by the rules of that mode
 * they are free only once the end was told or the expected end has come.
 */
static int64_t free_now(const struct easy *s, const sj_ctx *cx)
{
	int64_t have = sj_procs_free(cx), by_rule;

	if (s->pass == EASY_INSTANT)
		return have;
	by_rule = (int64_t)sj_procs_total(cx) - sj_ends_free_by(&s->ends, SJ_NEVER);
	if (!s->ends_first)
		by_rule += sj_ends_free_by(&s->ends, sj_now(cx));
	return by_rule < have ? by_rule : have;
}

/* The reservation of the head, which does not fit. */
static sj_shadow reserve(const struct easy *s, const sj_ctx *cx,
			 const sj_queue_item *head)
{
	int64_t base = s->pass == EASY_INSTANT
		? sj_procs_free(cx)
		: (int64_t)sj_procs_total(cx) - sj_ends_free_by(&s->ends, SJ_NEVER);

	if (s->forecast != NULL)
		return (sj_shadow){ .at = sj_forecast_shadow(s->forecast, &s->ends, head->task,
							     s->width == EASY_STRICT) };
	return sj_ends_shadow(&s->ends, head->width, base, sj_now(cx),
			      s->width == EASY_STRICT);
}

/* ---- reasons ------------------------------------------------------------------ */

static double seconds(sj_time t)
{
	return (double)t / (double)SJ_NS_PER_S;
}

static void say_head_waits(const struct easy *s, sj_ctx *cx, const sj_queue_item *head)
{
	if (s->shadow.at == SJ_NEVER)
		sj_because(cx, head->task, "head of the queue: needs %u processors, "
			   "%u free, and no expected end frees enough",
			   head->width, sj_procs_free(cx));
	else if (s->forecast != NULL)
		sj_because(cx, head->task, "head of the queue: needs %u processors, "
			   "%u free, and has no place; reserved at %.9g s",
			   head->width, sj_procs_free(cx), seconds(s->shadow.at));
	else
		sj_because(cx, head->task, "head of the queue: needs %u processors, "
			   "%u free; reserved at %.9g s with %lld extra",
			   head->width, sj_procs_free(cx), seconds(s->shadow.at),
			   (long long)s->shadow.extra);
}

static void say_start(sj_ctx *cx, const sj_queue_item *it, int64_t free)
{
	sj_because(cx, it->task, "head of the queue: needs %u processors, %lld free",
		   it->width, (long long)free);
}

static void say_backfilled(const struct easy *s, sj_ctx *cx, const sj_queue_item *it)
{
	const sj_queue_item *head = sj_queue_first(s->wait.queue);

	if (it->length <= s->shadow.at - sj_now(cx))
		sj_because(cx, it->task, "backfilled: ends by %.9g s, when job %lld is "
			   "to start at %.9g s", seconds(sj_now(cx) + it->length),
			   (long long)head->task->job, seconds(s->shadow.at));
	else if (s->forecast != NULL)
		sj_because(cx, it->task, "backfilled: beside it job %lld still has a "
			   "place at %.9g s", (long long)head->task->job,
			   seconds(s->shadow.at));
	else
		sj_because(cx, it->task, "backfilled: needs %u of %lld processors that "
			   "job %lld leaves over at %.9g s", it->width,
			   (long long)s->shadow.extra, (long long)head->task->job,
			   seconds(s->shadow.at));
}

/* ---- passes --------------------------------------------------------------------- */

/* Takes what a task that runs past the shadow uses of the extra processors. */
static void use_extra(struct easy *s, sj_ctx *cx, const sj_queue_item *it)
{
	if (it->length > s->shadow.at - sj_now(cx))
		s->shadow.extra -= it->width;
}

static int start_heads(struct easy *s, sj_ctx *cx, int64_t *free)
{
	const sj_queue_item *head;

	while ((head = sj_queue_first(s->wait.queue)) != NULL && head->width <= *free) {
		int64_t width = head->width;
		int rc;

		if (s->cand.lanes != NULL && sj_lanes_hopeless(s->cand.lanes, head->task))
			return SJ_EFULL;
		if (sj_explaining(cx) && (s->forecast == NULL || sj_fits(cx, head->task)))
			say_start(cx, head, *free);
		rc = start(s, cx, head->task, NULL, true);
		if (rc == SJ_EFULL && s->cand.lanes != NULL)
			sj_lanes_refused(s->cand.lanes, head->task);
		if (rc != SJ_OK)
			return rc;
		*free -= width;
	}
	return SJ_OK;
}

/* Walks the candidates once, from fit to fit. */
static int backfill(struct easy *s, sj_ctx *cx, const sj_queue_item *head, int64_t free)
{
	sj_queue_item it = s->split ? (sj_queue_item){ .key = INT64_MIN } : *head;
	const sj_task *blocked = head->task;
	const sj_queue_item *fit;

	while ((fit = sj_queue_next_fit(s->cand.queue, it.key, it.seq, free,
					s->shadow.at - sj_now(cx),
					s->shadow.extra)) != NULL) {
		int rc;

		it = *fit;
		if (it.task == blocked)
			continue;
		if (sj_explaining(cx))
			say_backfilled(s, cx, &it);
		rc = start(s, cx, it.task, NULL, true);
		if (rc == SJ_EFULL)
			continue; /* no placement; another may have one */
		if (rc != SJ_OK)
			return rc;
		free -= it.width;
		use_extra(s, cx, &it);
	}
	return SJ_OK;
}

/*
 * On nodes: SJ_EFULL when it has no place; SJ_AGAIN when it runs past the shadow and would
 * take the head's. The next start may change where it would be placed, and then it is to
 * be looked at again: so after that the next pass is a full one.
 */
static int try_beside(struct easy *s, sj_ctx *cx, const sj_queue_item *it, bool queued)
{
	sj_placement where, *chosen = NULL;
	int rc;

	if (it->length > s->shadow.at - sj_now(cx)) {
		sj_spare spare = sj_forecast_spare(s->forecast, it->task, &where);

		s->held_back = s->held_back || spare == SJ_SPARE_NO;
		if (spare != SJ_SPARE_YES)
			return spare == SJ_SPARE_FULL ? SJ_EFULL : SJ_AGAIN;
		chosen = &where;
	}
	if (sj_explaining(cx) && sj_fits(cx, it->task))
		say_backfilled(s, cx, it);
	rc = start(s, cx, it->task, chosen, queued);
	s->stale = s->stale || (rc == SJ_OK && s->held_back);
	return rc;
}

/* The same walk on nodes, from demand to demand. */
static int backfill_nodes(struct easy *s, sj_ctx *cx, const sj_queue_item *head, int64_t free)
{
	const sj_queue_item from = s->split ? (sj_queue_item){ .key = INT64_MIN } : *head;
	const sj_task *blocked = head->task;
	sj_lanes *lanes = s->cand.lanes;
	const sj_queue_item *fit;

	s->held_back = false;
	sj_lanes_begin(lanes, from.key, from.seq);
	while ((fit = sj_lanes_next(lanes, free, s->shadow.at - sj_now(cx))) != NULL) {
		sj_queue_item it = *fit;
		int rc = it.task == blocked ? SJ_EFULL : try_beside(s, cx, &it, true);

		if (rc == SJ_EFULL) {
			sj_lanes_refused(lanes, it.task);
		} else if (rc == SJ_AGAIN) {
			sj_lanes_short(lanes, it.task);
		} else if (rc != SJ_OK) {
			return rc;
		} else {
			sj_lanes_started(lanes);
			free -= it.width;
		}
	}
	return SJ_OK;
}

/* Everything may have changed. */
static int full_pass(struct easy *s, sj_ctx *cx)
{
	int64_t free = free_now(s, cx);
	const sj_queue_item *head;
	int rc;

	/* Stale until a pass has got as far as a reservation. */
	s->stale = true;
	if (sj_queue_min_width(s->wait.queue) > free && !sj_explaining(cx))
		return SJ_OK;
	sj_waiting_sort(&s->wait, cx);
	rc = start_heads(s, cx, &free);
	if (rc != SJ_OK && rc != SJ_EFULL)
		return rc;
	head = sj_queue_first(s->wait.queue);
	if (head == NULL)
		s->stale = false;
	if (head == NULL || (!s->backfills && !sj_explaining(cx)) ||
	    (sj_queue_min_width(s->wait.queue) > free && !sj_explaining(cx)))
		return SJ_OK;
	s->shadow = reserve(s, cx, head);
	if (sj_explaining(cx))
		say_head_waits(s, cx, head);
	if (!s->backfills)
		return SJ_OK;
	if (s->split)
		sj_waiting_sort(&s->cand, cx);
	/* The weak shadow depends on which tasks are needed, so it does not last. */
	s->stale = s->width == EASY_WEAK || s->pass == EASY_EVENT || s->wait.dynamic ||
		   s->cand.dynamic;
	return s->forecast != NULL ? backfill_nodes(s, cx, head, free) :
				     backfill(s, cx, head, free);
}

static bool precedes_head(const struct easy *s, sj_ctx *cx, const sj_queue_item *it)
{
	const sj_queue_item *head = sj_queue_first(s->wait.queue);
	int64_t key = s->split ? sj_order_key(s->wait.order, cx, it->task) : it->key;

	return key < head->key || (key == head->key && it->seq < head->seq);
}

/* The fresh task at `i` is the new head: it and the later ones take the long way. */
static int fresh_remainder(struct easy *s, sj_ctx *cx, uint32_t i)
{
	s->fresh_count -= i;
	memmove(s->fresh, s->fresh + i, s->fresh_count * sizeof(s->fresh[0]));
	enqueue_fresh(s, cx);
	return full_pass(s, cx);
}

/* An arrival, on its own: behind a head, or `alone`. SJ_EFULL, SJ_AGAIN: it waits. */
static int try_fresh(struct easy *s, sj_ctx *cx, const sj_queue_item *it, bool alone)
{
	int64_t free = sj_procs_free(cx);

	if (it->width > free ||
	    (s->cand.lanes != NULL && sj_lanes_hopeless(s->cand.lanes, it->task)))
		return SJ_EFULL;
	if (!alone && s->forecast != NULL)
		return try_beside(s, cx, it, false);
	if (!alone && it->length > s->shadow.at - sj_now(cx) && it->width > s->shadow.extra)
		return SJ_AGAIN;
	if (sj_explaining(cx) && alone)
		say_start(cx, it, free);
	else if (sj_explaining(cx))
		say_backfilled(s, cx, it);
	return start(s, cx, it->task, NULL, false);
}

/* Only arrivals since the last pass: each can start nothing but itself, unless
 * it is the head. */
static int fresh_pass(struct easy *s, sj_ctx *cx)
{
	for (uint32_t i = 0; i < s->fresh_count; i++) {
		sj_queue_item *it = &s->fresh[i];
		bool alone = sj_queue_count(s->wait.queue) == 0;
		int rc;

		if (!alone && precedes_head(s, cx, it))
			return fresh_remainder(s, cx, i);
		rc = try_fresh(s, cx, it, alone);
		if (rc == SJ_EFULL && alone)
			return fresh_remainder(s, cx, i);
		if (rc == SJ_EFULL || rc == SJ_AGAIN)
			enqueue(s, cx, it);
		else if (rc != SJ_OK)
			return rc;
		else if (!alone)
			use_extra(s, cx, it);
	}
	s->fresh_count = 0;
	return SJ_OK;
}

/* Per event: an arrival that does not fit is no reason for a pass, unless tasks
 * are let in by their run times and then held to their requests, which moves the
 * shadow without any news. */
static int event_pass(struct easy *s, sj_ctx *cx)
{
	int64_t free = free_now(s, cx);
	bool due = s->ended || s->knows_runtime;

	for (uint32_t i = 0; i < s->fresh_count; i++)
		due = due || s->fresh[i].width <= free;
	s->ended = false;
	enqueue_fresh(s, cx);
	return due ? full_pass(s, cx) : SJ_OK;
}

/* ---- callbacks -------------------------------------------------------------------- */

int easy_init(struct easy *s, sj_ctx *cx)
{
	int rc = sj_waiting_init(&s->wait, cx, s->order);

	s->split = strcmp(s->candidates, "same") != 0 &&
		   strcmp(s->candidates, s->order) != 0;
	s->cand = s->wait;
	if (rc == SJ_OK && s->split)
		rc = sj_waiting_init(&s->cand, cx, s->candidates);
	if (rc != SJ_OK)
		return rc;
	sj_ends_init(&s->ends, cx);
	if (s->pass == EASY_INSTANT) {
		sj_waiting_by_demand(&s->cand, cx);
		s->forecast = sj_forecast_create(cx);
	}
	if (!s->split)
		s->wait.lanes = s->cand.lanes;
	if (s->pass == EASY_EVENT)
		sj_set_passes(cx, SJ_PASS_EVENT |
				  (s->ends_first ? 0 : SJ_PASS_SUBMITS_FIRST));
	return SJ_OK;
}

int easy_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct easy *s = self;
	sj_queue_item it = candidate(s, cx, t);
	uint32_t i;

	if (sj_queue_has(s->ends.queue, t)) { /* it was preempted */
		sj_queue_remove(s->ends.queue, t);
		if (s->forecast != NULL)
			sj_forecast_ended(s->forecast, t);
	}
	if (s->fresh_count == EASY_FRESH) {
		enqueue_fresh(s, cx);
		s->stale = true;
	}
	for (i = s->fresh_count++; i > 0; i--) {
		const sj_queue_item *last = &s->fresh[i - 1];

		if (last->key < it.key || (last->key == it.key && last->seq < it.seq))
			break;
		s->fresh[i] = *last;
	}
	s->fresh[i] = it;
	return SJ_OK;
}

int easy_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct easy *s = self;

	(void)how;
	if (sj_queue_has(s->ends.queue, t))
		sj_queue_remove(s->ends.queue, t);
	else
		enqueue_fresh(s, cx);
	if (s->forecast != NULL)
		sj_forecast_ended(s->forecast, t);
	if (sj_queue_has(s->cand.queue, t))
		dequeue(s, t);
	sj_order_ended(s->wait.order, cx, t);
	if (s->split)
		sj_order_ended(s->cand.order, cx, t);
	s->stale = s->ended = true;
	return SJ_OK;
}

int easy_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct easy *s = self;

	(void)cx;
	(void)node;
	(void)up;
	if (s->forecast != NULL)
		sj_forecast_void(s->forecast);
	s->stale = s->ended = true;
	return SJ_OK;
}

/* May arrivals be judged one by one, on the reservation that stands? */
static bool only_arrivals(const struct easy *s, const sj_ctx *cx)
{
	/* In two orders at once several arrivals would need merging. */
	if (s->stale || s->wait.dynamic || s->cand.dynamic ||
	    (s->split && s->fresh_count > 1))
		return false;
	/* Past its shadow the head waits for a task that overran: the shadow
	 * moves, and with it what may be backfilled. */
	return sj_queue_count(s->wait.queue) == 0 || sj_now(cx) <= s->shadow.at;
}

int easy_schedule(void *self, sj_ctx *cx)
{
	struct easy *s = self;

	catch_up(s, cx);
	if (s->pass == EASY_EVENT)
		return event_pass(s, cx);
	if (only_arrivals(s, cx))
		return fresh_pass(s, cx);
	enqueue_fresh(s, cx);
	return full_pass(s, cx);
}

/* ---- the policy ------------------------------------------------------------------- */

static const char *const widths[] = { "strict", "weak", NULL };
static const char *const passes[] = { "instant", "event", NULL };

static const sj_param easy_params[] = {
	{ .name = "order", .type = SJ_P_STRING, .offset = offsetof(struct easy, order),
	  .def = "fcfs", .help = "Order of the queue; its first task is the head." },
	{ .name = "candidates", .type = SJ_P_STRING,
	  .offset = offsetof(struct easy, candidates), .def = "same",
	  .help = "Order in which tasks behind the head are tried; same: that of the queue." },
	{ .name = "width", .type = SJ_P_ENUM, .offset = offsetof(struct easy, width),
	  .def = "strict", .choices = widths,
	  .help = "strict: extra processors count every task expected to end by the "
		  "shadow time; weak: only as many as the head needs." },
	{ .name = "pass", .type = SJ_P_ENUM, .offset = offsetof(struct easy, pass),
	  .def = "instant", .choices = passes,
	  .help = "instant: one pass when all news of an instant is in; event: one "
		  "after each event, arrivals first." },
	{ .name = NULL },
};

static const sj_semantics easy_semantics = {
	.order = "order= (fcfs); ties by arrival",
	.blocking = "the head blocks; later tasks may be backfilled",
	.reservation = "one, for the blocked head, by expected ends (start + estimate); on nodes "
		       "by what each of them will have free; a task that runs past it may start "
		       "if the head still fits then beside it",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "pass=instant: once per instant of news; pass=event: after each event",
};

static int easy_create(void *self, sj_ctx *cx)
{
	struct easy *s = self;

	s->backfills = true;
	return easy_init(s, cx);
}

const sj_policy_ops sj_policy_easy = {
	SJ_POLICY_HEAD,
	.name = "easy",
	.summary = "aggressive backfilling: a reservation for the blocked head alone",
	.cite = "Lifka, The ANL/IBM SP scheduling system, JSSPP 1995; Mu'alem and "
		"Feitelson, TPDS 12(6), 2001",
	.semantics = &easy_semantics,
	.params = easy_params,
	.init = easy_create,
	EASY_CALLBACKS,
};
