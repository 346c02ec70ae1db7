/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * themis - finish-time fairness: who is worst off against a machine of its own goes next,
 * in leases.
 *
 * With N jobs live, a job's own machine is the N-th part of this one. Its ratio is
 *     rho = (time since its submit + work left) / (estimate x max(1, width x N / machine)),
 * what it takes here, if it ran from now on, over what it would have taken there; width and
 * machine are GPUs for tasks with GPUs, else processors. When leases are over, the largest
 * rho goes first (slices.h). Themis lets jobs bid with several sizes in an auction; here
 * jobs are gangs of the size that they asked for, so that the auction is an order.
 *
 * Needs estimates; as Themis does with N, the ratio of a job falls when others come. A pass
 * costs O(live).
 */
#include <math.h>
#include <stdio.h>

#include "slices.h"

struct themis {
	struct slices slices;
	uint32_t      live;
	uint64_t      gpu_milli; /* of all nodes */
};

static double ratio(const struct themis *s, sj_ctx *cx, const sj_task *t)
{
	double left = fmax(0, (double)(t->estimate_ns - sj_task_attained(cx, t)));
	double shared = (double)(sj_now(cx) - t->submit_ns) + left;
	double machine = t->gpu_milli != 0 ? (double)s->gpu_milli
					   : (double)sj_procs_total(cx) * SJ_GPU_WHOLE;
	double part = machine > 0 ? (double)preempt_milli(t) * s->live / machine : 1;

	/* An estimate of 0 is met by nothing: it is worst off. */
	return t->estimate_ns > 0 ? shared / ((double)t->estimate_ns * fmax(1, part)) : INFINITY;
}

static int64_t key(struct slices *s, sj_ctx *cx, const sj_task *t)
{
	return sj_key_of_double(-ratio((struct themis *)s, cx, t));
}

static void explain(struct slices *s, sj_ctx *cx, const sj_task *t, char *buf, size_t size)
{
	snprintf(buf, size, "finish-time ratio %.4g of %u jobs", ratio((struct themis *)s, cx, t),
		 ((struct themis *)s)->live);
}

static int init(void *self, sj_ctx *cx)
{
	static const struct slices_rule rule = { .key = key, .fleeting = true, .explain = explain };
	struct themis *s = self;

	for (uint32_t i = 0; i < sj_node_count(cx); i++)
		s->gpu_milli += sj_node_get_size(cx, i).gpu_milli;
	return slices_init(&s->slices, cx, &rule);
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	((struct themis *)self)->live++;
	return slices_on_ready(self, cx, t);
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	((struct themis *)self)->live--;
	return preempt_on_done(self, cx, t, how);
}

static const sj_param params[] = {
	SLICES_QUANTUM(struct themis, "20min"),
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "largest ratio of the time here to the time on the N-th part of the machine",
	.tie = "arrival",
	SLICES_SEMANTICS,
};

const sj_policy_ops sj_policy_themis = {
	SJ_POLICY_HEAD,
	.name = "themis",
	.summary = "finish-time fairness: who is worst off against a part of the machine goes next",
	.cite = "Mahajan et al., Themis: fair and efficient GPU cluster scheduling, NSDI 2020",
	.semantics = &semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct themis),
	.params = params,
	.init = init,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = preempt_on_node,
	.on_timer = preempt_on_timer,
	.schedule = preempt_schedule,
};
