/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tiresias - the preemptive schedulers of the simulator that was published with
 * Tiresias (Gu et al., NSDI 2019), as that program does it: `shortest`,
 * `shortest-gpu`, `dlas`, `dlas-gpu`. GPUs are the processors of a pool, or what tasks
 * ask for on nodes. (Its `fifo` and `fjf` are fifo and firstfit here.)
 *
 * shortest: a stable sort of the list that the pass before has left. So of equal
 * tasks one that has run since stands behind those that have not, and an arrival
 * behind all.
 * dlas: three queues, limits 3250 s and 7200 s. A running task at its limit goes to
 * the tail of the next queue, one queue a pass; behind each pass what runs stands
 * before what waits, each in its order. The extra pass of dlas-gpu comes too late:
 * the limit is tested on time x GPUs, the pass is set for (limit - time)/GPUs; that
 * is how it is there. Whole seconds, as there.
 */
#include <stdio.h>
#include <stdlib.h>

#include "preempt.h"

/* Whole ones, as there; a share counts as one. */
static uint32_t gpus_of(const sj_task *t)
{
	uint64_t whole = preempt_milli(t) / SJ_GPU_WHOLE;

	return whole < 1 ? 1 : (uint32_t)whole;
}

/* ---- shortest ----------------------------------------------------------------- */

static sj_time left_of(sj_ctx *cx, const sj_task *t)
{
	return sj_task_runtime(cx, t) - sj_task_attained(cx, t);
}

static void shortest_place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	(void)p;
	item->key = left_of(cx, item->task);
}

static void shortest_gpu_place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	(void)p;
	item->key = preempt_service(left_of(cx, item->task), preempt_milli(item->task));
}

struct shortest {
	struct preempt p;
	uint64_t reserved; /* seqs kept free for what runs since the latest pass */
};

/*
 * What ran was before all that waited with the key that it has now, and has come
 * down to them: it takes a seq behind theirs, in the order of the pass before, and
 * ahead of what has arrived since.
 */
static void shortest_replace(struct preempt *p, sj_ctx *cx)
{
	uint64_t seq = ((struct shortest *)p)->reserved;
	bool ran = p->latest != sj_now(cx);

	for (uint32_t i = 0; i < p->count; i++) {
		p->rule->place(p, cx, &p->run[i].item);
		if (ran)
			p->run[i].item.seq = seq++;
	}
}

/* No pass without news; but arrivals come behind what runs. */
static sj_time shortest_alarm(struct preempt *p, sj_ctx *cx)
{
	((struct shortest *)p)->reserved = p->last;
	p->last += sj_procs_total(cx);
	return SJ_NEVER;
}

static void shortest_explain(struct preempt *p, sj_ctx *cx, const sj_queue_item *item,
			     char *buf, size_t size)
{
	char left[32];

	(void)p;
	sj_format_time(left_of(cx, item->task), left, sizeof(left));
	snprintf(buf, size, "%s left on %u GPUs", left, gpus_of(item->task));
}

static const struct preempt_rule shortest_rule = {
	.place = shortest_place, .replace = shortest_replace, .alarm = shortest_alarm,
	.explain = shortest_explain,
};
static const struct preempt_rule shortest_gpu_rule = {
	.place = shortest_gpu_place, .replace = shortest_replace, .alarm = shortest_alarm,
	.explain = shortest_explain,
};

static int shortest_init(void *self, sj_ctx *cx)
{
	return preempt_init(self, cx, &shortest_rule);
}

static int shortest_gpu_init(void *self, sj_ctx *cx)
{
	return preempt_init(self, cx, &shortest_gpu_rule);
}

/* ---- dlas ----------------------------------------------------------------------- */

enum { QUEUES = 3 }; /* key: the queue */
static const sj_time limit[QUEUES - 1] = { 3250 * SJ_NS_PER_S, 7200 * SJ_NS_PER_S };

struct dlas {
	struct preempt p;
	bool gpu; /* the limit is one of time x GPUs */
};

static void dlas_place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	(void)p;
	(void)cx;
	item->key = 0; /* demotion is the business of a pass */
}

static bool at_limit(const struct dlas *s, sj_ctx *cx, const sj_queue_item *item)
{
	return item->key < QUEUES - 1 &&
	       preempt_service(sj_task_attained(cx, item->task),
			       s->gpu ? preempt_milli(item->task) : SJ_GPU_WHOLE) >=
		       limit[item->key];
}

static int by_arrival(const void *pa, const void *pb)
{
	const sj_task *a = (*(struct preempt_runner *const *)pa)->item.task;
	const sj_task *b = (*(struct preempt_runner *const *)pb)->item.task;

	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* What runs stands before what waits, in the order of the pass before; what is
 * demoted goes behind, in the order of arrival. */
static void dlas_replace(struct preempt *p, sj_ctx *cx)
{
	struct preempt_runner **down = sj_scratch(cx, (p->count + 1) * sizeof(struct preempt_runner *));
	uint32_t n = 0;

	for (uint32_t i = p->count; i-- != 0;) {
		if (at_limit((struct dlas *)p, cx, &p->run[i].item))
			down[n++] = &p->run[i];
		else
			p->run[i].item.seq = --p->first;
	}
	if (n > 1)
		qsort(down, n, sizeof(*down), by_arrival);
	for (uint32_t i = 0; i < n; i++) {
		down[i]->item.key++;
		down[i]->item.seq = p->last++;
	}
}

static sj_time dlas_alarm(struct preempt *p, sj_ctx *cx)
{
	bool gpu = ((struct dlas *)p)->gpu;
	sj_time soonest = SJ_NEVER;

	for (uint32_t i = 0; i < p->count; i++) {
		const sj_queue_item *r = &p->run[i].item;
		sj_time left;

		if (r->key >= QUEUES - 1)
			continue;
		left = limit[r->key] - sj_task_attained(cx, r->task);
		if (gpu)
			left = left / SJ_NS_PER_S / gpus_of(r->task) * SJ_NS_PER_S;
		if (left < SJ_NS_PER_S)
			left = SJ_NS_PER_S; /* the clock of the original */
		if (sj_now(cx) + left < soonest)
			soonest = sj_now(cx) + left;
	}
	return soonest;
}

static void dlas_explain(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
			 size_t size)
{
	char ran[32];

	(void)p;
	sj_format_time(sj_task_attained(cx, item->task), ran, sizeof(ran));
	snprintf(buf, size, "queue %d after %s on %u GPUs", (int)item->key, ran,
		 gpus_of(item->task));
}

static const struct preempt_rule dlas_rule = {
	.place = dlas_place, .replace = dlas_replace, .alarm = dlas_alarm,
	.explain = dlas_explain,
};

static int dlas_init(void *self, sj_ctx *cx)
{
	return preempt_init(self, cx, &dlas_rule);
}

static int dlas_gpu_init(void *self, sj_ctx *cx)
{
	((struct dlas *)self)->gpu = true;
	return preempt_init(self, cx, &dlas_rule);
}

/* ---- tables --------------------------------------------------------------------- */

#define CITE                                                                      \
	"Gu et al., Tiresias: a GPU cluster manager for distributed deep "        \
	"learning, NSDI 2019; the simulator published with it"
#define COMMON                                                                    \
	.blocking = "skip: greedy fill from an empty machine",                    \
	.reservation = "none; wide tasks may starve",                             \
	.preemption = "free, work is kept: what the fill does not reach is stopped", \
	.placement = "first fit; what goes on stays where it is"

static const sj_semantics shortest_semantics = {
	.order = "remaining time, true run times known", COMMON,
	.tie = "the order of the pass before; arrivals last",
	.instants = "arrivals and ends",
};
static const sj_semantics shortest_gpu_semantics = {
	.order = "remaining time x GPUs, true run times known", COMMON,
	.tie = "the order of the pass before; arrivals last",
	.instants = "arrivals and ends",
};
static const sj_semantics dlas_semantics = {
	.order = "queue (limits 3250 s and 7200 s of time run), one demotion a pass", COMMON,
	.tie = "running before waiting, then the order of entering the queue",
	.instants = "arrivals, ends, and when a running task meets its limit",
};
static const sj_semantics dlas_gpu_semantics = {
	.order = "queue (limits 3250 s and 7200 s of time x GPUs), one demotion a pass", COMMON,
	.tie = "running before waiting, then the order of entering the queue",
	.instants = "arrivals, ends, and (limit - time run)/GPUs after a pass, as published",
};

const sj_policy_ops sj_policy_tiresias_shortest = {
	SJ_POLICY_HEAD,
	.name = "tiresias-shortest",
	.summary = "`shortest` of the Tiresias simulator: srtf with its order of ties",
	.cite = CITE,
	.semantics = &shortest_semantics,
	.flags = SJ_PF_PREEMPTS | SJ_PF_CLAIRVOYANT,
	.state_size = sizeof(struct shortest),
	.init = shortest_init,
	PREEMPT_CALLBACKS,
};

const sj_policy_ops sj_policy_tiresias_shortest_gpu = {
	SJ_POLICY_HEAD,
	.name = "tiresias-shortest-gpu",
	.summary = "`shortest-gpu` of the Tiresias simulator: srsf with its order of ties",
	.cite = CITE,
	.semantics = &shortest_gpu_semantics,
	.flags = SJ_PF_PREEMPTS | SJ_PF_CLAIRVOYANT,
	.state_size = sizeof(struct shortest),
	.init = shortest_gpu_init,
	PREEMPT_CALLBACKS,
};

const sj_policy_ops sj_policy_tiresias_dlas = {
	SJ_POLICY_HEAD,
	.name = "tiresias-dlas",
	.summary = "`dlas` of the Tiresias simulator: three queues by time run",
	.cite = CITE,
	.semantics = &dlas_semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct dlas),
	.init = dlas_init,
	PREEMPT_CALLBACKS,
};

const sj_policy_ops sj_policy_tiresias_dlas_gpu = {
	SJ_POLICY_HEAD,
	.name = "tiresias-dlas-gpu",
	.summary = "`dlas-gpu` of the Tiresias simulator: three queues by time x GPUs",
	.cite = CITE,
	.semantics = &dlas_gpu_semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct dlas),
	.init = dlas_gpu_init,
	PREEMPT_CALLBACKS,
};
