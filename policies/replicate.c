/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replicate - first come, first served, every task `copies=` times; the first of them to end
 * ends the task.
 *
 * The head of the queue waits until so many times its processors are free, and its copies
 * start with it. A task that the machine cannot hold so often runs as often as it can be
 * held, one that is bound to a node once. Where all fit by number but a copy finds no place
 * on the nodes, it is tried again when nobody waits. On r processors, with exponential noise
 * of mean 1 and Poisson arrivals, r copies are M/M/1 at rate r. O(r) a start, O(running x r)
 * for a pass after which nobody waits and processors are free. Needs no estimate.
 */
#include "sojourn/policy.h"

struct replicate {
	int64_t copies; /* runs of a task, the first included */
};

/* How often t runs when all goes well. */
static uint64_t times(const struct replicate *s, const sj_ctx *cx, const sj_task *t)
{
	uint64_t most = t->procs != 0 ? sj_procs_total(cx) / t->procs : 1;

	if (t->node != 0 || most < 1)
		return 1;
	return most < (uint64_t)s->copies ? most : (uint64_t)s->copies;
}

static int copy(const struct replicate *s, sj_ctx *cx, const sj_task *t)
{
	uint64_t n = times(s, cx, t);
	int rc = SJ_OK;

	for (uint64_t have = 1 + sj_copy_count(cx, t); have < n && rc == SJ_OK; have++) {
		if (sj_explaining(cx))
			sj_because(cx, t, "run %llu of %llu: %u more processors of %u free",
				   (unsigned long long)have + 1, (unsigned long long)n, t->procs,
				   sj_procs_free(cx));
		rc = sj_copy(cx, t, NULL);
	}
	return rc == SJ_EFULL ? SJ_OK : rc;
}

/* Copies that found no place, or whose node has died. */
static int copy_rest(const struct replicate *s, sj_ctx *cx)
{
	int rc = SJ_OK;

	for (const sj_task *t = sj_running_first(cx);
	     t != NULL && rc == SJ_OK && sj_procs_free(cx) != 0; t = sj_running_next(cx, t))
		rc = copy(s, cx, t);
	return rc;
}

static int replicate_schedule(void *self, sj_ctx *cx)
{
	const struct replicate *s = self;
	const sj_task *t;
	int rc = SJ_OK;

	while (rc == SJ_OK && (t = sj_ready_first(cx)) != NULL) {
		uint64_t need = times(s, cx, t) * t->procs;

		if (need > sj_procs_free(cx)) {
			if (sj_explaining(cx))
				sj_because(cx, t, "head of the queue: needs %llu processors "
					   "for itself and its copies, %u free",
					   (unsigned long long)need, sj_procs_free(cx));
			return SJ_EFULL;
		}
		rc = sj_start(cx, t, NULL);
		if (rc == SJ_OK)
			rc = copy(s, cx, t);
	}
	return rc == SJ_OK && sj_ready_count(cx) == 0 ? copy_rest(s, cx) : rc;
}

static const sj_param params[] = {
	{ .name = "copies", .type = SJ_P_INT, .offset = offsetof(struct replicate, copies),
	  .def = "2", .min = 1, .max = 1000, .unit = "runs",
	  .help = "How often each task runs at once, the first run included." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "arrival",
	.blocking = "the head blocks until it fits copies= times",
	.reservation = "none needed",
	.preemption = "none; all runs of a task but the first to end are cancelled",
	.placement = "place= (first), for all",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news",
};

const sj_policy_ops sj_policy_replicate = {
	SJ_POLICY_HEAD,
	.name = "replicate",
	.summary = "first come, first served, every task several times; the first to end counts",
	.cite = "Ananthanarayanan et al., Effective straggler mitigation: attack of the clones, "
		"NSDI 2013",
	.semantics = &semantics,
	.flags = SJ_PF_COPIES,
	.state_size = sizeof(struct replicate),
	.params = params,
	.schedule = replicate_schedule,
};
