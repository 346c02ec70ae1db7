/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * las - least attained service first, discretised into queues; preemptive.
 *
 * A task is in queue k when it has passed k of the limits of `queues=`; lower
 * queues go first, arrival decides inside one. by=area counts processor time, or
 * the GPU time of tasks with GPUs (the 2-D LAS of Tiresias), by=time the time a task ran. Limits that go on for ever,
 * "50ms|...", are foreground-background with that quantum: tasks of equal service
 * take turns. Needs no estimate.
 *
 * A limit passed matters only to a task that would go first then. So the next pass
 * is due when something that runs gets into the queue of the first that waits or
 * beyond, which decides the same as a pass at each limit.
 */
#include <stdio.h>
#include <string.h>

#include "preempt.h"

struct las {
	struct preempt p;
	const char *queues;
	int         by;
	int64_t    *limit;  /* ns of processor time, or of time; ascending */
	uint32_t    limits;
	bool        endless; /* behind the last: one more each limit[limits - 1] */
};

/* ---- queues ------------------------------------------------------------------- */

static uint64_t width_of(const struct las *s, const sj_task *t)
{
	return s->by == PREEMPT_BY_AREA ? preempt_milli(t) : SJ_GPU_WHOLE;
}

static int64_t queue_of(const struct las *s, int64_t service)
{
	uint32_t k = 0;

	if (s->endless && service >= s->limit[s->limits - 1])
		return (int64_t)s->limits - 1 + service / s->limit[s->limits - 1];
	while (k < s->limits && service >= s->limit[k])
		k++;
	return k;
}

/* Service at which queue k begins, k >= 1; INT64_MAX: there is no such queue. */
static int64_t queue_begin(const struct las *s, int64_t k)
{
	if (k <= s->limits)
		return s->limit[k - 1];
	if (!s->endless)
		return INT64_MAX;
	k -= (int64_t)s->limits - 1;
	return s->limit[s->limits - 1] > INT64_MAX / k ? INT64_MAX
						       : s->limit[s->limits - 1] * k;
}

static int64_t service_of(const struct las *s, sj_ctx *cx, const sj_task *t)
{
	return preempt_service(sj_task_attained(cx, t), width_of(s, t));
}

/* ---- the rule ------------------------------------------------------------------- */

static void place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	const struct las *s = (const struct las *)p;

	item->key = queue_of(s, service_of(s, cx, item->task));
}

static sj_time alarm_at(struct preempt *p, sj_ctx *cx)
{
	const struct las *s = (const struct las *)p;
	const sj_queue_item *w = preempt_first_waiting(p);
	sj_time soonest = SJ_NEVER;

	for (uint32_t i = 0; w != NULL && i < p->count; i++) {
		const sj_queue_item *r = &p->run[i].item;
		int64_t k = r->key + 1 > w->key ? r->key + 1 : w->key;
		int64_t end = queue_begin(s, k);
		sj_time left;

		if (end == INT64_MAX)
			continue;
		left = preempt_time_for(end - service_of(s, cx, r->task), width_of(s, r->task));
		if (left < SJ_TIME_MAX - sj_now(cx) && sj_now(cx) + left < soonest)
			soonest = sj_now(cx) + left;
	}
	return soonest;
}

static void explain(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
		    size_t size)
{
	char text[32];

	sj_format_time(service_of((const struct las *)p, cx, item->task), text, sizeof(text));
	snprintf(buf, size, "queue %lld after a service of %s", (long long)item->key, text);
}

static const struct preempt_rule rule = {
	.place = place, .alarm = alarm_at, .explain = explain,
};

/* ---- parameters ------------------------------------------------------------------- */

/* One limit of the list; an error of sj_policy_fail(). */
static int add_limit(struct las *s, sj_ctx *cx, const char *text)
{
	sj_error err;
	sj_time t;

	if (s->endless)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy las: queues: \"%s\" behind "
				      "\"...\", which must come last", text);
	if (strcmp(text, "...") == 0 && s->limits > 0) {
		s->endless = true;
		return SJ_OK;
	}
	if (sj_parse_time("policy las: queues", text, &t, &err) != SJ_OK)
		return sj_policy_fail(cx, SJ_EUSAGE, "%s", err.text);
	if (t <= 0 || (s->limits > 0 && t <= s->limit[s->limits - 1]))
		return sj_policy_fail(cx, SJ_EUSAGE, "policy las: queues: \"%s\" is not "
				      "above %s; limits must ascend", text,
				      s->limits > 0 ? "the limit before it" : "0");
	s->limit[s->limits++] = t;
	return SJ_OK;
}

static int init(void *self, sj_ctx *cx)
{
	struct las *s = self;
	size_t size = strlen(s->queues) + 1;
	char *list = sj_alloc(cx, size), *save = NULL, *one;
	int rc = SJ_OK;

	memcpy(list, s->queues, size);
	s->limit = sj_alloc(cx, (size + 1) / 2 * sizeof(*s->limit));
	for (one = strtok_r(list, "|", &save); one != NULL && rc == SJ_OK;
	     one = strtok_r(NULL, "|", &save))
		rc = add_limit(s, cx, one);
	if (rc == SJ_OK && s->limits == 0)
		rc = sj_policy_fail(cx, SJ_EUSAGE, "policy las: queues: \"%s\" has no "
				    "limit; expected times as in \"3250s|7200s\"", s->queues);
	return rc != SJ_OK ? rc : preempt_init(&s->p, cx, &rule);
}

static const char *const by_choices[] = { "area", "time", NULL };

static const sj_param params[] = {
	{ .name = "queues", .type = SJ_P_STRING, .offset = offsetof(struct las, queues),
	  .def = "3250s|7200s",
	  .help = "Service at which each queue but the first begins; \"|...\" at the end "
		  "goes on in steps of the last." },
	{ .name = "by", .type = SJ_P_ENUM, .offset = offsetof(struct las, by), .def = "area",
	  .choices = by_choices, .help = "Service is processor or GPU time (area), or time." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "number of limits that the attained service has reached, then arrival",
	.blocking = "skip: greedy fill from an empty machine",
	.reservation = "none; wide tasks may starve",
	.preemption = "free, work is kept: what the fill does not reach is stopped",
	.placement = "place= (first); what goes on stays where it is",
	.tie = "arrival (submit, then line of the log)",
	.instants = "arrivals, ends, and when a limit is reached that changes the order",
};

const sj_policy_ops sj_policy_las = {
	SJ_POLICY_HEAD,
	.name = "las",
	.summary = "least attained service first, in queues; preemptive, needs no estimates",
	.cite = "Gu et al., Tiresias: a GPU cluster manager for distributed deep learning, "
		"NSDI 2019",
	.semantics = &semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct las),
	.params = params,
	.init = init,
	PREEMPT_CALLBACKS,
};
