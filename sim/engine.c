/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * engine.c - the simulated driver: moves the clock from instant to instant and
 * brings the news of each in its stated order.
 *
 * An instant: ends, changes of nodes, arrivals, timers, then one schedule(); while that makes news
 * at the same instant, another round. With SJ_PASS_EVENT one schedule() follows
 * each event. With a tick or round clock decisions wait for the next multiple.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "comm.h"
#include "engine.h"
#include "pace.h"
#include "place.h"
#include "staging.h"
#include "traffic.h"
#include "transfers.h"

/* Rounds of one instant that bring nothing but timers: more is a loop. */
#define TIMER_ROUNDS_MAX 100000u

/* ---- the driver's half: when does a running task end? ----------------------- */

static void sim_begun(sj_ctx *cx, struct task *t)
{
	sj_time span = t->work_ns - t->done_ns;

	t->killed = false;
	if (t->pace != NULL) {
		span = pace_length(cx, t, &t->killed);
	} else if (cx->config.overrun == SJ_OVERRUN_KILL) {
		/* What runs at rate 1 has used as much of its estimate as it has done. */
		sj_time limit = t->pub.estimate_ns - t->done_ns;

		if (limit < 0)
			limit = 0;
		if (span > limit) {
			span = limit;
			t->killed = true;
		}
	}
	sj_pes_cancel(&cx->ends, t->pub.id);
	if (t->inputs != 0) /* it has no end until they are there */
		return;
	if (t->pace != NULL && t->pace->comm != NULL && t->pace->comm->seat != NULL)
		comm_flow_begun(cx, t);
	if (t->pace == NULL || t->killed || !pace_is_open(t->pace))
		sj_pes_add(&cx->ends, t->pub.id, t->span_ns + span);
}

static void sim_halted(sj_ctx *cx, struct task *t)
{
	sj_pes_cancel(&cx->ends, t->pub.id);
}

static const sj_driver simulated = { sim_begun, sim_halted };

/* ---- arrivals ---------------------------------------------------------------- */

/* The usual job in few instructions: of one task, everything in range. */
static inline bool plausible(const sj_ctx *cx, const sj_job *job)
{
	const sj_task_spec *s = &job->task;

	return job->task_count == 1 && job->submit_ns >= cx->last_submit &&
	       (s->scaling | s->ranks_max | s->spare_ranks | s->comm) == 0 &&
	       job->submit_ns <= SJ_TIME_MAX && s->ranks - 1 < UINT16_MAX &&
	       s->cores <= UINT16_MAX && (uint64_t)s->estimate_ns <= SJ_TIME_MAX &&
	       (uint64_t)s->work_ns <= SJ_TIME_MAX;
}

static const char *wrong_in(const sj_ctx *cx, const sj_task_spec *s)
{
	uint32_t most = s->ranks_max > s->ranks ? s->ranks_max : s->ranks;

	if (s->ranks == 0 || (uint64_t)most * s->cores > UINT32_MAX || s->estimate_ns < 0 ||
	    s->work_ns < 0 || s->estimate_ns > SJ_TIME_MAX || s->work_ns > SJ_TIME_MAX)
		return "size or time out of range";
	if (s->ranks_min > s->ranks_max)
		return "ranks_min is above ranks_max";
	if (s->spare_ranks >= s->ranks)
		return "as many spare ranks as ranks: none would be waited for";
	if (s->scaling > cx->source->scaling_count)
		return "its scaling is not one of the workload's";
	if (s->comm > cx->source->comm_count)
		return "its communication is not one of the workload's";
	return s->comm == 0 ? NULL : comm_wrong(cx, s);
}

/* Checks what every source promises, so that no reader can break the clock. */
static int check_job(sj_ctx *cx, const sj_job *job)
{
	const sj_task_spec *s = job->task_count == 1 ? &job->task : job->tasks;

	if (__builtin_expect(plausible(cx, job), 1)) {
		cx->last_submit = job->submit_ns;
		return SJ_OK;
	}
	if (job->submit_ns < cx->last_submit)
		return sj_fail(&cx->error, SJ_EINVAL,
			       "workload: job %lld is submitted at %.9g s, before its forerunner",
			       (long long)job->id, (double)job->submit_ns / 1e9);
	if (job->task_count == 0 || job->submit_ns > SJ_TIME_MAX)
		return sj_fail(&cx->error, SJ_EINVAL,
			       "workload: job %lld has no tasks or a submit time out of range",
			       (long long)job->id);
	for (uint32_t i = 0; i < job->task_count; i++) {
		const char *wrong = wrong_in(cx, &s[i]);

		if (wrong != NULL)
			return sj_fail(&cx->error, SJ_EINVAL, "workload: job %lld task %u: %s",
				       (long long)job->id, i, wrong);
	}
	cx->last_submit = job->submit_ns;
	return SJ_OK;
}

static int refill(sj_ctx *cx)
{
	int rc;

	cx->batch_at = cx->batch_count = 0;
	if (cx->source_done)
		return SJ_OK;
	rc = cx->source->ops->fill(cx->source, cx->batch, SOURCE_BATCH,
				   &cx->batch_count, &cx->error);
	if (rc == SJ_END)
		cx->source_done = true;
	else if (rc != SJ_OK && rc != SJ_AGAIN)
		return rc;
	for (uint32_t i = 0; i < cx->batch_count; i++) {
		rc = check_job(cx, &cx->batch[i]);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

static inline sj_time next_arrival(const sj_ctx *cx)
{
	return cx->batch_at < cx->batch_count ? cx->batch[cx->batch_at].submit_ns : SJ_NEVER;
}

/*
 * The batch is refilled at once, because the next job may arrive at this instant as
 * well. A closed loop that gave a short batch has no more until something starts
 * or ends, so that asking again would be in vain.
 */
static int arrive(sj_ctx *cx)
{
	int rc = life_submit(cx, &cx->batch[cx->batch_at]);

	cx->events++;
	if (++cx->batch_at == cx->batch_count && rc == SJ_OK &&
	    (cx->batch_count == SOURCE_BATCH || !cx->closed_loop))
		rc = refill(cx);
	return rc;
}

static int fire_timer(sj_ctx *cx)
{
	uint32_t slot = sj_pes_pop(&cx->timers);
	uint64_t token = cx->timer[slot].token;

	cx->timer_part = cx->timer[slot].part;
	cx->timer[slot].next_free = cx->timer_free;
	cx->timer_free = slot;
	cx->events++;
	if (cx->ops->on_timer == NULL)
		return SJ_OK;
	return policy_check(cx, "on_timer", cx->ops->on_timer(cx->self, cx, token));
}

/* Its pending end has come. NULL: it has something to write first. */
static inline struct task *released(sj_ctx *cx, struct task *t)
{
	if (__builtin_expect(cx->staging != NULL, 0) && staging_writes(cx, t))
		return NULL;
	if (t->pace != NULL)
		return pace_end(cx, t);
	life_release(cx, t);
	return t;
}

static int end_first(sj_ctx *cx)
{
	struct task *t = released(cx, task_at(cx, sj_pes_pop(&cx->ends)));

	cx->events++;
	return t != NULL ? life_announce(cx, t) : cx->error.code;
}

/* ---- one round, all news first -------------------------------------------------- */

static int news(sj_ctx *cx, sj_time until, bool *only_timers)
{
	uint64_t before = cx->events;
	int rc = SJ_OK;

	while (rc == SJ_OK && sj_pes_time(&cx->ends) <= until)
		rc = end_first(cx);
	while (rc == SJ_OK && cx->node_next <= until)
		rc = nodes_change(cx);
	while (rc == SJ_OK && next_arrival(cx) <= until)
		rc = arrive(cx);
	*only_timers = cx->events == before;
	while (rc == SJ_OK && sj_pes_time(&cx->timers) <= until)
		rc = fire_timer(cx);
	return rc;
}

/* ---- one round, a pass after each event -------------------------------------------- */

static int by_start(const void *a, const void *b)
{
	const struct task *x = *(struct task *const *)a, *y = *(struct task *const *)b;

	if (x->pub.start_ns != y->pub.start_ns)
		return x->pub.start_ns < y->pub.start_ns ? -1 : 1;
	return x->pub.seq < y->pub.seq ? -1 : x->pub.seq > y->pub.seq;
}

/* All that end now give their processors back before the first event is told. */
static int release_ended(sj_ctx *cx)
{
	cx->ended_count = 0;
	while (sj_pes_time(&cx->ends) <= cx->now) {
		struct task *t = task_at(cx, sj_pes_pop(&cx->ends));

		if (cx->ended_count == cx->ended_cap) {
			uint32_t cap = cx->ended_cap != 0 ? cx->ended_cap * 2 : 64;
			struct task **grown = realloc(cx->ended, cap * sizeof(*grown));

			if (grown == NULL)
				return SJ_ENOMEM;
			cx->ended = grown;
			cx->ended_cap = cap;
		}
		t = released(cx, t);
		if (t != NULL)
			cx->ended[cx->ended_count++] = t;
	}
	return SJ_OK;
}

static int announce_each(sj_ctx *cx)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; i < cx->ended_count && rc == SJ_OK; i++) {
		cx->events++;
		rc = life_announce(cx, cx->ended[i]);
		if (rc == SJ_OK)
			rc = policy_schedule(cx);
	}
	return rc;
}

static int arrive_each(sj_ctx *cx)
{
	int rc = SJ_OK;

	while (rc == SJ_OK && next_arrival(cx) <= cx->now) {
		rc = arrive(cx);
		if (rc == SJ_OK)
			rc = policy_schedule(cx);
	}
	return rc;
}

static int change_each(sj_ctx *cx)
{
	int rc = SJ_OK;

	while (rc == SJ_OK && cx->node_next <= cx->now) {
		rc = nodes_change(cx);
		if (rc == SJ_OK)
			rc = policy_schedule(cx);
	}
	return rc;
}

static int news_each(sj_ctx *cx, bool *only_timers)
{
	bool submits_first = cx->passes & SJ_PASS_SUBMITS_FIRST;
	uint64_t before = cx->events;
	int rc = release_ended(cx);

	if (rc == SJ_OK && submits_first && cx->ended_count > 1)
		qsort(cx->ended, cx->ended_count, sizeof(*cx->ended), by_start);
	if (rc == SJ_OK && submits_first)
		rc = arrive_each(cx);
	if (rc == SJ_OK)
		rc = announce_each(cx);
	if (rc == SJ_OK)
		rc = change_each(cx);
	if (rc == SJ_OK && !submits_first)
		rc = arrive_each(cx);
	*only_timers = cx->events == before;
	while (rc == SJ_OK && sj_pes_time(&cx->timers) <= cx->now) {
		rc = fire_timer(cx);
		if (rc == SJ_OK)
			rc = policy_schedule(cx);
	}
	return rc;
}

/* ---- an instant --------------------------------------------------------------------- */

/* Changes of nodes go on for ever; they matter while there is a job or will be one. */
static sj_time next_event(const sj_ctx *cx)
{
	sj_time e = sj_pes_time(&cx->ends), a = next_arrival(cx);
	sj_time t = sj_pes_time(&cx->timers);

	if (a < e)
		e = a;
	if (t < e)
		e = t;
	if (__builtin_expect(cx->node_next < e, 0) && (cx->live != 0 || a != SJ_NEVER))
		e = cx->node_next > cx->now ? cx->node_next : cx->now;
	return e;
}

sj_time engine_next(const sj_ctx *cx)
{
	sj_time next = next_event(cx), link = transfers_link_news(cx);

	next = link < next ? link : next;
	return next < cx->round_end ? next : cx->round_end;
}

/* The first multiple of the clock's step that is not before t. With a barrier the count
 * begins anew at each round. */
static sj_time clock_multiple(const sj_ctx *cx, sj_time t)
{
	sj_time step = cx->config.clock_step_ns, from = cx->round_start;

	if (t == SJ_NEVER)
		return t;
	return from + ((t - from) / step + ((t - from) % step != 0)) * step;
}

/* Those that a draining node still gives to its tasks count. */
static uint32_t busy_procs(const sj_ctx *cx)
{
	return cx->ledger.procs_total - cx->ledger.procs_free + cx->ledger.procs_off;
}

/* Costs what the nodes that changed since the last sample cost, so it is asked for. */
static uint64_t fragmentation(sj_ctx *cx)
{
	if (!cx->config.fragmentation || cx->ledger.node_count == 0)
		return UINT64_MAX;
	return (uint64_t)llround(sj_ledger_fragmentation(&cx->ledger));
}

static int sample(sj_ctx *cx)
{
	sj_sample s = {
		.at_ns = cx->now,
		.procs_busy = busy_procs(cx),
		.running = cx->running.count, .waiting = cx->ready.count,
		.procs_wanted = cx->wanted_procs, .procs_up = cx->ledger.procs_total + cx->ledger.procs_off,
		.gpu_milli_busy = cx->ledger.gpu_milli_total -
				  cx->ledger.gpu_milli_free + cx->ledger.gpu_milli_off,
		.gpu_milli_up = cx->ledger.gpu_milli_total + cx->ledger.gpu_milli_off,
		.gpu_milli_frag = fragmentation(cx),
	};

	for (uint32_t i = 0; i < cx->config.sink_count; i++) {
		int rc;

		if (cx->config.sinks[i].sample == NULL)
			continue;
		rc = cx->config.sinks[i].sample(cx->config.sinks[i].self, &s, &cx->error);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

static int end_instant(sj_ctx *cx)
{
	int rc = SJ_OK;

	if (cx->changed && cx->wants_samples)
		rc = sample(cx);
	cx->changed = false;
	if (rc == SJ_OK && cx->config.check)
		rc = check_state(cx);
	if (rc == SJ_OK && cx->error.code != SJ_OK)
		rc = cx->error.code; /* a sink or an action failed */
	return rc;
}

static void advance_clock(sj_ctx *cx, sj_time to)
{
	if (cx->ready.count != 0)
		cx->collect.idle_area += (unsigned __int128)(uint64_t)(to - cx->now) *
					 cx->ledger.procs_free;
	if (cx->config.check)
		cx->held_area += (unsigned __int128)(uint64_t)(to - cx->now) *
				 busy_procs(cx);
	/* Up to the end of the last job: what follows is nobody's. */
	if (cx->account.on && (cx->live != 0 || next_arrival(cx) != SJ_NEVER))
		sj_account_add(&cx->account, &cx->ledger, to - cx->now);
	cx->now = to;
	cx->actions = 0;
}

static int one_instant(sj_ctx *cx, sj_time at)
{
	uint32_t timer_rounds = 0;
	int rc;

	advance_clock(cx, at);
	do {
		bool only_timers, per_event = cx->passes & SJ_PASS_EVENT;

		if (cx->batch_at == cx->batch_count && !cx->source_done) {
			rc = refill(cx); /* a closed loop may have something now */
			if (rc != SJ_OK)
				return rc;
		}
		rc = per_event ? news_each(cx, &only_timers) : news(cx, at, &only_timers);
		/* With a round clock the news came without passes until now. */
		if (rc == SJ_OK && (!per_event || cx->config.clock == SJ_CLOCK_ROUND))
			rc = policy_schedule(cx);
		if (rc != SJ_OK)
			return rc;
		timer_rounds = only_timers ? timer_rounds + 1 : 0;
		if (timer_rounds > TIMER_ROUNDS_MAX)
			return sj_policy_fail(cx, SJ_EPOLICY,
					      "policy %s: %u rounds of timers at one instant (%.9g s): an endless loop",
					      cx->ops->name, timer_rounds,
					      (double)cx->now / 1e9);
	} while (next_event(cx) <= at);
	return end_instant(cx);
}

/* Times up to SJ_TIME_MAX, so that now + a duration never overflows. */
static int beyond_time(sj_ctx *cx)
{
	return sj_fail(&cx->error, SJ_EINVAL,
		       "workload: the run lasts longer than %.9g s, which is as far as time goes",
		       (double)SJ_TIME_MAX / 1e9);
}

/*
 * Data that arrives is no news to a scheduler: it needs no pass and waits for no tick.
 * Done: the clock is there, and may have to be told of what follows.
 */
static int arrivals_of_data(sj_ctx *cx, sj_time until, bool *done)
{
	sj_time at = transfers_next(cx);

	*done = at != SJ_NEVER && at <= until;
	if (!*done)
		return SJ_OK;
	if (at > SJ_TIME_MAX)
		return beyond_time(cx);
	if (at > cx->now)
		advance_clock(cx, at);
	return transfers_news(cx);
}

/*
 * Round clock: news is told when it happens, decisions wait for the multiple; with a
 * barrier only until all that ran in this round have ended, so that on an idle machine a
 * round begins with the first news.
 * Tick clock: the scheduler looks only at multiples, so that news waits as well;
 * a task that ended between two ticks keeps its processors until the tick.
 */
static int stepped_instant(sj_ctx *cx, sj_time event)
{
	sj_time multiple = clock_multiple(cx, event);
	bool barrier = cx->config.clock_barrier, met = false;
	int rc = SJ_OK;

	if (multiple > SJ_TIME_MAX)
		return beyond_time(cx);
	if (cx->config.clock == SJ_CLOCK_TICK)
		return one_instant(cx, multiple);
	cx->round_end = multiple;
	while (rc == SJ_OK && !met) {
		sj_time next = next_event(cx);
		bool only_timers, data;

		rc = arrivals_of_data(cx, next < multiple ? next : multiple - 1, &data);
		if (rc != SJ_OK || data)
			continue;
		if (next >= multiple)
			break;
		advance_clock(cx, next);
		rc = news(cx, cx->now, &only_timers);
		if (rc == SJ_OK)
			rc = end_instant(cx);
		if (rc == SJ_OK && cx->batch_at == cx->batch_count)
			rc = refill(cx);
		met = barrier && cx->running.count == 0 && next_event(cx) > cx->now;
	}
	cx->round_end = SJ_NEVER;
	if (met)
		multiple = cx->now;
	cx->round_start = barrier ? multiple : 0;
	return rc != SJ_OK ? rc : one_instant(cx, multiple);
}

static int finish(sj_ctx *cx)
{
	char standing[SJ_LINK_NAME + 100];
	int rc;

	if (cx->live != 0 || !cx->source_done) {
		transfers_say_standing(cx, standing, sizeof(standing));
		return sj_fail(&cx->error, SJ_ESTALL,
			       "policy %s: stall at %.9g s: %u tasks are left (%u ready, first job %lld), %u of %u processors are free, and nothing will ever happen%s",
			       cx->ops->name, (double)cx->now / 1e9, cx->live,
			       cx->ready.count,
			       cx->ready.first != NULL ? (long long)cx->ready.first->pub.job : -1LL,
			       cx->ledger.procs_free, cx->ledger.procs_total, standing);
	}
	cx->finished = true;
	traffic_finish(cx);
	rc = check_end(cx);
	return rc != SJ_OK ? rc : sj_records_flush(&cx->records, &cx->error);
}

/* Nothing is to come but failures of nodes that are all up, and beyond the end of time. */
static bool only_idle_nodes(const sj_ctx *cx)
{
	return cx->ends.count == 0 && cx->timers.count == 0 && cx->ledger.nodes_off == 0 &&
	       next_arrival(cx) == SJ_NEVER;
}

static int advance(sj_ctx *cx, uint64_t events)
{
	uint64_t stop = events != 0 ? cx->events + events : UINT64_MAX;
	int rc = SJ_OK;

	while (rc == SJ_OK && cx->events < stop) {
		sj_time at;

		if (cx->batch_at == cx->batch_count && !cx->source_done) {
			rc = refill(cx);
			if (rc != SJ_OK)
				return rc;
		}
		at = next_event(cx);
		if (__builtin_expect(cx->network != NULL, 0)) {
			bool tick = cx->config.clock == SJ_CLOCK_TICK, data;

			if (at == SJ_NEVER && transfers_link_news(cx) != SJ_NEVER &&
			    transfers_hopeless(cx))
				return finish(cx);
			rc = arrivals_of_data(cx, tick ? clock_multiple(cx, at) : at, &data);
			if (rc != SJ_OK || data)
				continue;
		}
		if (at > SJ_TIME_MAX)
			return at == SJ_NEVER || only_idle_nodes(cx) ? finish(cx) :
								       beyond_time(cx);
		rc = cx->config.clock == SJ_CLOCK_EVENT ? one_instant(cx, at) :
							  stepped_instant(cx, at);
		if (__builtin_expect(cx->node_next != SJ_NEVER, 0) && rc == SJ_OK &&
		    nodes_hopeless(cx))
			return finish(cx);
	}
	return rc != SJ_OK ? rc : SJ_AGAIN;
}

int engine_init(sj_ctx *cx)
{
	cx->driver = &simulated;
	cx->closed_loop = cx->source->ops->started != NULL ||
			  cx->source->ops->finished != NULL;
	return refill(cx);
}

int engine_advance(sj_ctx *cx, uint64_t events)
{
	if (cx->finished)
		return SJ_OK;
	if (cx->error.code != SJ_OK)
		return cx->error.code;
	if (setjmp(cx->no_memory) != 0)
		return cx->error.code;
	return advance(cx, events);
}
