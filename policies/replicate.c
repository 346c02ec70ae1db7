/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replicate - first come, first served, every task twice; the first of the two to end ends
 * the task. The core has one copy of a task at a time, so r = 2 is the only number.
 *
 * The head of the queue waits until twice its processors are free, and its copy starts with
 * it. A task that the machine cannot hold twice, or that is bound to one node, runs alone.
 * Where both fit by number but the copy finds no place on the nodes, it is tried again when
 * nobody waits. On two processors, with exponential noise of mean 1 and Poisson arrivals,
 * this is M/M/1 at rate 2. O(1) a start, O(running) for a pass after which nobody waits
 * and processors are free. Needs no estimate.
 */
#include "sojourn/policy.h"

static bool twice(const sj_ctx *cx, const sj_task *t)
{
	return t->node == 0 && 2 * (uint64_t)t->procs <= sj_procs_total(cx);
}

static int copy(sj_ctx *cx, const sj_task *t)
{
	int rc;

	if (!twice(cx, t) || sj_has_copy(cx, t))
		return SJ_OK;
	sj_because(cx, t, "every task runs twice: %u more processors of %u free", t->procs,
		   sj_procs_free(cx));
	rc = sj_copy(cx, t, NULL);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

/* Copies that found no place, or whose node has died. */
static int copy_rest(sj_ctx *cx)
{
	int rc = SJ_OK;

	for (const sj_task *t = sj_running_first(cx);
	     t != NULL && rc == SJ_OK && sj_procs_free(cx) != 0; t = sj_running_next(cx, t))
		rc = copy(cx, t);
	return rc;
}

static int replicate_schedule(void *self, sj_ctx *cx)
{
	const sj_task *t;
	int rc = SJ_OK;

	(void)self;
	while (rc == SJ_OK && (t = sj_ready_first(cx)) != NULL) {
		uint64_t need = (twice(cx, t) ? 2 : 1) * (uint64_t)t->procs;

		if (need > sj_procs_free(cx)) {
			if (sj_explaining(cx))
				sj_because(cx, t, "head of the queue: needs %llu processors "
					   "for itself and its copy, %u free",
					   (unsigned long long)need, sj_procs_free(cx));
			return SJ_EFULL;
		}
		rc = sj_start(cx, t, NULL);
		if (rc == SJ_OK)
			rc = copy(cx, t);
	}
	return rc == SJ_OK && sj_ready_count(cx) == 0 ? copy_rest(cx) : rc;
}

static const sj_semantics semantics = {
	.order = "arrival",
	.blocking = "the head blocks until it fits twice",
	.reservation = "none needed",
	.preemption = "none; of two copies the second to end is cancelled",
	.placement = "place= (first), for both",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news",
};

const sj_policy_ops sj_policy_replicate = {
	SJ_POLICY_HEAD,
	.name = "replicate",
	.summary = "first come, first served, every task twice; the first to end counts",
	.cite = "Ananthanarayanan et al., Effective straggler mitigation: attack of the clones, "
		"NSDI 2013",
	.semantics = &semantics,
	.flags = SJ_PF_COPIES,
	.schedule = replicate_schedule,
};
