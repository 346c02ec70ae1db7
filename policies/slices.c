/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slices.c - see slices.h. */
#include "slices.h"

static void serve(struct slices *s, sj_ctx *cx, const sj_task *t, bool yes)
{
	struct slice *slice = &s->slice[t->id];

	if (slice->served == yes)
		return;
	slice->served = yes;
	if (yes)
		slice->end = sj_now(cx) + s->quantum;
	if (s->rule->serve != NULL)
		s->rule->serve(s, cx, t, yes);
}

static void place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	struct slices *s = (struct slices *)p;

	if (item->task->state != SJ_TASK_RUNNING)
		serve(s, cx, item->task, false); /* somebody else has stopped it */
	item->key = s->rule->fleeting ? 0 : s->rule->key(s, cx, item->task);
}

/* Slices that have followed each other up to now are paid for. Is the last one over? */
static bool slice_over(struct slices *s, sj_ctx *cx, const sj_task *t)
{
	struct slice *slice = &s->slice[t->id];
	sj_time late, slices;

	serve(s, cx, t, true); /* somebody else has started it */
	late = sj_now(cx) - slice->end;
	if (late < 0)
		return false;
	slices = late / s->quantum + 1;
	slice->end += slices * s->quantum;
	if (s->rule->paid != NULL)
		s->rule->paid(s, t, slices);
	return late % s->quantum == 0;
}

struct rekeying {
	struct slices *s;
	sj_ctx        *cx;
};

static int64_t key_now(void *arg, const sj_task *t)
{
	struct rekeying *k = arg;

	return k->s->rule->key(k->s, k->cx, t);
}

static void replace(struct preempt *p, sj_ctx *cx)
{
	struct slices *s = (struct slices *)p;
	struct rekeying k = { s, cx };
	bool turn = sj_procs_free(cx) > 0;

	for (uint32_t i = 0; i < p->count; i++) {
		sj_queue_item *item = &p->run[i].item;

		item->key = INT64_MIN; /* nobody is before one in its slice */
		if (slice_over(s, cx, item->task)) {
			item->key = s->rule->key(s, cx, item->task);
			turn = true;
		}
	}
	if (s->rule->fleeting && turn)
		preempt_rekey(p, key_now, &k);
}

static sj_time alarm_at(struct preempt *p, sj_ctx *cx)
{
	struct slices *s = (struct slices *)p;
	sj_time soonest = SJ_NEVER;

	(void)cx;
	for (uint32_t i = 0; preempt_first_waiting(p) != NULL && i < p->count; i++) {
		sj_time end = s->slice[p->run[i].item.task->id].end;

		if (end < soonest)
			soonest = end;
	}
	return soonest;
}

static void started(struct preempt *p, sj_ctx *cx, const sj_task *t)
{
	serve((struct slices *)p, cx, t, true);
}

static void halted(struct preempt *p, sj_ctx *cx, const sj_task *t)
{
	serve((struct slices *)p, cx, t, false);
}

static void explain(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
		    size_t size)
{
	struct slices *s = (struct slices *)p;

	if (s->rule->explain != NULL)
		s->rule->explain(s, cx, item->task, buf, size);
}

int slices_init(struct slices *s, sj_ctx *cx, const struct slices_rule *rule)
{
	static const struct preempt_rule preempt = {
		.place = place, .replace = replace, .alarm = alarm_at, .started = started,
		.halted = halted, .explain = explain,
	};

	s->rule = rule;
	return preempt_init(&s->p, cx, &preempt);
}

int slices_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct slices *s = self;

	s->slice = sj_grow_to(cx, s->slice, &s->cap, t->id, sizeof(*s->slice));
	s->slice[t->id] = (struct slice){ 0 };
	return preempt_on_ready(self, cx, t);
}
