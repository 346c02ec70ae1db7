/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * moore - as few late tasks as possible (Moore's rule, as given by Hodgson).
 *
 * Whenever processors are free, the waiting tasks are gone through by deadline as if one
 * after another had the whole machine: estimate x processors / all processors each, behind
 * what the running tasks have left. Whenever one would be late, the longest so far is given
 * up. Those that remain start by deadline, the head blocks; those given up start behind them,
 * by deadline too. On one processor with all tasks there at once and true estimates no order
 * has fewer late tasks; elsewhere it is a heuristic. A task without a deadline is never late.
 *
 * O(waiting log waiting + running) for a pass with processors free.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sojourn/heap.h"

struct moore {
	sj_heap *longest; /* of a pass: numbers in its list that are not given up */
};

struct due {
	const sj_task *t;
	double         share_ns; /* of the whole machine */
	double         end_ns;   /* when it was gone through */
	bool           given_up;
};

/* By deadline; those given up behind the others. */
static int by_deadline(const void *a, const void *b)
{
	const struct due *x = a, *y = b;

	if (x->given_up != y->given_up)
		return x->given_up ? 1 : -1;
	if (x->t->deadline_ns != y->t->deadline_ns)
		return x->t->deadline_ns < y->t->deadline_ns ? -1 : 1;
	if (x->t->seq != y->t->seq)
		return x->t->seq < y->t->seq ? -1 : 1;
	return (x->t->index > y->t->index) - (x->t->index < y->t->index);
}

static double share_of(sj_ctx *cx, const sj_task *t, sj_time done_ns)
{
	double left = t->estimate_ns > done_ns ? (double)(t->estimate_ns - done_ns) : 0;

	return left * t->procs / (sj_procs_total(cx) != 0 ? sj_procs_total(cx) : 1);
}

static uint32_t list_waiting(sj_ctx *cx, struct due *list)
{
	uint32_t n = 0;

	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = sj_ready_next(cx, t))
		list[n++] = (struct due){ .t = t, .share_ns = share_of(cx, t, 0) };
	qsort(list, n, sizeof(*list), by_deadline);
	return n;
}

static void give_up(struct moore *s, sj_ctx *cx, struct due *list, uint32_t n)
{
	double end = (double)sj_now(cx);

	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		end += share_of(cx, t, sj_task_attained(cx, t));
	for (uint32_t i = 0; i < n; i++) {
		sj_heap_put(s->longest, i, (sj_heap_key){ 0, -list[i].share_ns, n - i });
		end += list[i].share_ns;
		list[i].end_ns = end;
		while (list[i].t->deadline_ns != SJ_NEVER && sj_heap_count(s->longest) != 0 &&
		       end > (double)list[i].t->deadline_ns) {
			uint32_t k = sj_heap_first(s->longest);

			sj_heap_remove(s->longest, k);
			list[k].given_up = true;
			end -= list[k].share_ns;
		}
	}
	while (sj_heap_count(s->longest) != 0)
		sj_heap_remove(s->longest, sj_heap_first(s->longest));
}

static void say(sj_ctx *cx, const struct due *d)
{
	char at[32], end[32];

	sj_format_time(d->t->deadline_ns, at, sizeof(at));
	sj_format_time((sj_time)d->end_ns, end, sizeof(end));
	if (d->t->deadline_ns == SJ_NEVER)
		sj_because(cx, d->t, "no deadline: behind all that have one");
	else if (d->given_up)
		sj_because(cx, d->t, "given up as the longest when %s was to be met: behind those "
			   "that can be on time", at);
	else
		sj_because(cx, d->t, "on time by deadline: %s, planned to end at %s", at, end);
}

static int init(void *self, sj_ctx *cx)
{
	((struct moore *)self)->longest = sj_heap_create(cx);
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct due *list;
	uint32_t n;
	int rc = SJ_OK;

	if (sj_procs_free(cx) == 0 || sj_ready_count(cx) == 0)
		return SJ_OK;
	list = sj_scratch(cx, sj_ready_count(cx) * sizeof(*list));
	n = list_waiting(cx, list);
	give_up(self, cx, list, n);
	qsort(list, n, sizeof(*list), by_deadline);
	for (uint32_t i = 0; i < n && rc == SJ_OK; i++) {
		if (sj_explaining(cx))
			say(cx, &list[i]);
		rc = sj_start(cx, list[i].t, NULL);
	}
	return rc;
}

static const sj_semantics semantics = {
	.order = "deadline of those that can be on time by estimates; then the deadline of the "
		 "others",
	.blocking = "the head blocks",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "arrival (submit, then line of the log)",
	.instants = "arrivals and ends",
};

const sj_policy_ops sj_policy_moore = {
	SJ_POLICY_HEAD,
	.name = "moore",
	.summary = "fewest late tasks: the longest is given up whenever a deadline would be missed",
	.cite = "Moore, An n job, one machine sequencing algorithm for minimizing the number of "
		"late jobs, Management Science 15(1), 1968",
	.semantics = &semantics,
	.state_size = sizeof(struct moore),
	.init = init,
	.schedule = schedule,
};
