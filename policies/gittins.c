/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gittins - largest Gittins index first: what a task that has had its service is
 * expected to bring to its end per service spent, given the law of sizes;
 * preemptive, needs no estimates (gittins_index.h). On one processor with Poisson
 * arrivals no policy that knows only the law has a smaller mean response time
 * (Gittins 1989). With by=area a size is processor time, or GPU time of tasks with
 * GPUs, as in Tiresias' 2-D Gittins.
 *
 * sizes=LAW states the law, in seconds. sizes=learn takes the sizes of the last
 * `history` tasks that were completed, anew whenever a tenth more has ended; before
 * the first end all are equal and arrival decides. A task larger than all that is
 * known comes last.
 *
 * The index of what runs does not fall before the service at which it is best, so
 * the next pass is due when one that runs falls behind the first that waits. A pass
 * costs what preempt.h says, O(log n) for each index among n sizes, and a new curve
 * O(n log n + waiting).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gittins_index.h"
#include "preempt.h"

struct gittins {
	struct preempt p;
	const char *sizes;
	int         by;
	int64_t     history;
	struct gittins_curve curve;
	bool        learns;
	int64_t    *size;    /* of the last that ended, a ring; then a sorted copy */
	uint64_t    ended, next_curve;
};

static uint64_t width_of(const struct gittins *s, const sj_task *t)
{
	return s->by == PREEMPT_BY_AREA ? preempt_milli(t) : SJ_GPU_WHOLE;
}

static int64_t service_of(const struct gittins *s, sj_ctx *cx, const sj_task *t)
{
	return preempt_service(sj_task_attained(cx, t), width_of(s, t));
}

/* ---- the rule ------------------------------------------------------------------- */

static int64_t key_at(const struct gittins *s, int64_t service)
{
	return sj_key_of_double(-gittins_index(&s->curve, service).per_s);
}

static void place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	const struct gittins *s = (const struct gittins *)p;

	item->key = key_at(s, service_of(s, cx, item->task));
}

/* The service at which r comes behind w, if it gets so far; INT64_MAX: never. */
static int64_t falls_behind(const struct gittins *s, int64_t service, const sj_queue_item *r,
			    const sj_queue_item *w)
{
	for (;;) {
		int64_t key;

		service = gittins_index(&s->curve, service).until;
		if (service == INT64_MAX)
			return INT64_MAX;
		key = key_at(s, service);
		if (key > w->key || (key == w->key && r->seq > w->seq))
			return service;
	}
}

static sj_time alarm_at(struct preempt *p, sj_ctx *cx)
{
	const struct gittins *s = (const struct gittins *)p;
	const sj_queue_item *w = preempt_first_waiting(p);
	sj_time soonest = SJ_NEVER;

	for (uint32_t i = 0; w != NULL && i < p->count; i++) {
		const sj_queue_item *r = &p->run[i].item;
		int64_t service = service_of(s, cx, r->task);
		int64_t end = falls_behind(s, service, r, w);
		sj_time left;

		if (end == INT64_MAX)
			continue;
		left = preempt_time_for(end - service, width_of(s, r->task));
		if (left < SJ_TIME_MAX - sj_now(cx) && sj_now(cx) + left < soonest)
			soonest = sj_now(cx) + left;
	}
	return soonest;
}

static void explain(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
		    size_t size)
{
	const struct gittins *s = (const struct gittins *)p;
	int64_t service = service_of(s, cx, item->task);
	struct gittins_index g = gittins_index(&s->curve, service);
	char had[32], best[32];

	sj_format_time(service, had, sizeof(had));
	if (g.until == INT64_MAX) {
		snprintf(buf, size, "index 0/s after a service of %s, more than any known", had);
		return;
	}
	sj_format_time(g.until - service, best, sizeof(best));
	snprintf(buf, size, "index %.10g/s after a service of %s, at best spent on %s more",
		 g.per_s, had, best);
}

static const struct preempt_rule rule = {
	.place = place, .alarm = alarm_at, .explain = explain,
};

/* ---- learning ------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

struct rekeying {
	const struct gittins *s;
	sj_ctx *cx;
};

static int64_t key_now(void *arg, const sj_task *t)
{
	const struct rekeying *k = arg;

	return key_at(k->s, service_of(k->s, k->cx, t));
}

static void learn(struct gittins *s, sj_ctx *cx)
{
	uint64_t n = s->ended < (uint64_t)s->history ? s->ended : (uint64_t)s->history;
	int64_t *sorted = s->size + s->history;
	struct rekeying k = { s, cx };

	memcpy(sorted, s->size, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_size);
	gittins_from_sizes(&s->curve, cx, sorted, (uint32_t)n);
	preempt_rekey(&s->p, key_now, &k);
	s->next_curve = s->ended + s->ended / 10 + 1;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct gittins *s = self;
	int64_t service = service_of(s, cx, t);

	if (s->learns && how == SJ_COMPLETED && service > 0)
		s->size[s->ended++ % (uint64_t)s->history] = service;
	return preempt_on_done(self, cx, t, how);
}

static int schedule(void *self, sj_ctx *cx)
{
	struct gittins *s = self;

	if (s->learns && s->ended >= s->next_curve)
		learn(s, cx);
	return preempt_schedule(self, cx);
}

/* ---- parameters ------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct gittins *s = self;
	sj_law *law = NULL;
	sj_error err;

	s->learns = strcmp(s->sizes, "learn") == 0;
	if (s->learns) {
		s->size = sj_alloc(cx, 2 * (size_t)s->history * sizeof(*s->size));
		s->next_curve = 1;
	} else {
		if (sj_law_create("policy gittins: sizes", s->sizes, &law, &err) != SJ_OK)
			return sj_policy_fail(cx, err.code, "%s", err.text);
		gittins_from_law(&s->curve, cx, law);
		sj_law_free(law);
	}
	return preempt_init(&s->p, cx, &rule);
}

static const char *const by_choices[] = { "area", "time", NULL };

static const sj_param params[] = {
	{ .name = "sizes", .type = SJ_P_STRING, .offset = offsetof(struct gittins, sizes),
	  .def = "learn", .help = "Law of sizes, in seconds of service, as in "
				  "\"sizes=(list:values=2|10)\"; or learn." },
	{ .name = "by", .type = SJ_P_ENUM, .offset = offsetof(struct gittins, by), .def = "area",
	  .choices = by_choices,
	  .help = "Size and service are processor or GPU time (area), or time." },
	{ .name = "history", .type = SJ_P_INT, .offset = offsetof(struct gittins, history),
	  .def = "1000", .min = 1, .max = 1e6, .unit = "tasks",
	  .help = "With sizes=learn: of how many that ended the sizes are kept." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "Gittins index of the service attained, largest first",
	.blocking = "skip: greedy fill from an empty machine",
	.reservation = "none; large tasks may starve",
	.preemption = "free, work is kept: what the fill does not reach is stopped",
	.placement = "place= (first); what goes on stays where it is",
	.tie = "arrival (submit, then line of the log)",
	.instants = "arrivals, ends, and when what runs falls behind what waits",
};

const sj_policy_ops sj_policy_gittins = {
	SJ_POLICY_HEAD,
	.name = "gittins",
	.summary = "largest Gittins index first, sizes by a law or learned; preemptive",
	.cite = "Gittins, Multi-armed bandit allocation indices, 1989; Aalto, Ayesta and "
		"Righter, On the Gittins index in the M/G/1 queue, Queueing Systems 63, 2009",
	.semantics = &semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct gittins),
	.params = params,
	.init = init,
	.on_ready = preempt_on_ready, .on_done = on_done,
	.on_node = preempt_on_node, .on_timer = preempt_on_timer,
	.schedule = schedule,
};
