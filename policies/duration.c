/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * helios-sjf, pai-sjf - shortest job first as two published simulators of GPU
 * clusters mean it: by the true run time, without preemption, GPUs a counter.
 * Helios (Hu et al., SC 2021; Lucid, ASPLOS 2023): the head blocks. Alibaba PAI
 * (Weng et al., NSDI 2022): whatever fits is started.
 *
 * pai-sjf breaks ties by the line of the log; its ids are numbers of lines. PAI
 * moves in ticks of 1 s, which `--clock tick:1s` adds, and prints its last tick as
 * the end of all. (Its fifo is firstfit here, that of Helios is fifo.)
 */
#include "sojourn/queue.h"

struct duration {
	sj_queue *waiting; /* key: true run time */
	uint64_t  arrivals;
	bool      skips;
};

static int head_init(void *self, sj_ctx *cx)
{
	((struct duration *)self)->waiting = sj_queue_create(cx);
	return SJ_OK;
}

static int skip_init(void *self, sj_ctx *cx)
{
	((struct duration *)self)->skips = true;
	return head_init(self, cx);
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct duration *s = self;
	sj_queue_item item = { .key = sj_task_runtime(cx, t), .seq = s->arrivals++,
			       .task = t, .width = t->procs };

	sj_queue_add(s->waiting, &item);
	return SJ_OK;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct duration *s = self;

	(void)cx;
	(void)how;
	if (sj_queue_has(s->waiting, t)) /* somebody else has started it */
		sj_queue_remove(s->waiting, t);
	return SJ_OK;
}

static int try_start(struct duration *s, sj_ctx *cx, const sj_task *t)
{
	int rc = SJ_OK;

	if (t->state == SJ_TASK_READY) {
		if (sj_explaining(cx))
			sj_because(cx, t, "shortest that %s: needs %u processors, %u free",
				   s->skips ? "fits" : "waits", t->procs, sj_procs_free(cx));
		rc = sj_start(cx, t, NULL);
	}
	if (rc == SJ_OK)
		sj_queue_remove(s->waiting, t);
	return rc;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct duration *s = self;
	const sj_queue_item *it = sj_queue_first(s->waiting);

	while (it != NULL) {
		sj_queue_item at = *it;
		int rc = try_start(s, cx, at.task);

		if (rc != SJ_OK && (rc != SJ_EFULL || !s->skips))
			return rc;
		it = s->skips ? sj_queue_next_fit(s->waiting, at.key, at.seq, sj_procs_free(cx),
						  INT64_MAX, -1)
			      : sj_queue_first(s->waiting);
	}
	return SJ_OK;
}

static const sj_semantics head_semantics = {
	.order = "true run time",
	.blocking = "the head blocks",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news",
};

static const sj_semantics skip_semantics = {
	.order = "true run time",
	.blocking = "skip: every task that fits is started",
	.reservation = "none; wide tasks may starve",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news",
};

const sj_policy_ops sj_policy_helios_sjf = {
	SJ_POLICY_HEAD,
	.name = "helios-sjf",
	.summary = "sjf of the Helios and Lucid simulators: true run times; the head blocks",
	.cite = "Hu et al., Characterization and prediction of deep learning workloads in "
		"large-scale GPU datacenters, SC 2021",
	.semantics = &head_semantics,
	.flags = SJ_PF_CLAIRVOYANT,
	.state_size = sizeof(struct duration),
	.init = head_init,
	.on_ready = on_ready,
	.on_done = on_done,
	.schedule = schedule,
};

const sj_policy_ops sj_policy_pai_sjf = {
	SJ_POLICY_HEAD,
	.name = "pai-sjf",
	.summary = "SJF of the Alibaba PAI simulator: true run times; starts whatever fits",
	.cite = "Weng et al., MLaaS in the wild: workload analysis and scheduling in "
		"large-scale heterogeneous GPU clusters, NSDI 2022",
	.semantics = &skip_semantics,
	.flags = SJ_PF_CLAIRVOYANT,
	.state_size = sizeof(struct duration),
	.init = skip_init,
	.on_ready = on_ready,
	.on_done = on_done,
	.schedule = schedule,
};
