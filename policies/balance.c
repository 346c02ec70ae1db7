/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * balance - a queue at each node; a task is bound to one when it is ready.
 *
 * `to=` says to which node that can hold the task and is up:
 *
 *   random      any, all alike
 *   roundrobin  the next one by number
 *   least       the one with the least load of all; ties to the lowest number
 *   jsq         the one with the least load of d different ones drawn at random, ties to
 *               the one drawn first: the power of d choices (Mitzenmacher, "The power of two
 *               choices in randomized load balancing", IEEE TPDS 12(10), 2001; Vvedenskaya,
 *               Dobrushin and Karpelevich 1996). As many as there are when fewer can.
 *
 * Load is what is bound to the node and has not ended: the number of tasks (load=queue), or
 * what their estimates leave per core (load=work; one that runs over its estimate leaves 0).
 *
 * late=yes with jsq is late binding as in Sparrow (Ousterhout et al., SOSP 2013): a probe of
 * the task joins the queues of d different nodes, whatever their load; the first that has
 * room for the task when its probe is at the head takes it, and the other probes count for
 * nothing when they are reached. Each task has its own d probes (Sparrow's per-task
 * sampling), messages take no time.
 *
 * batch=yes is Sparrow's batch sampling: the m tasks of a job that become ready at one instant
 * and ask for the same look at d m different nodes together, dealt in rounds where there are
 * fewer. Each of the m with the least load gets one task; with late=yes there is a probe at
 * each of the d m, and whichever has room first takes whichever task waits.
 *
 * The head of a queue blocks it. A task that no single node can hold waits in a queue of its
 * own, in order of arrival; while one does, nodes start nothing that was bound later. A task
 * whose nodes are all down waits until one comes up; what waits at a node that goes down is
 * bound anew. A pool is one node, and this is fifo there.
 *
 * Per task O(d) draws, O(log nodes) for least by queue and O(nodes + running) by work. A batch:
 * O(d m log(d m)), and O(nodes) from d m = 32 on.
 */
#include "balance.h"

/* ---- news ----------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct balance *s = self;

	if (s->late && s->to != TO_JSQ)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy balance: late=yes sends probes to "
				      "d= nodes; expected to=jsq with it");
	if (s->batch && s->to != TO_JSQ)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy balance: batch=yes looks at d= nodes "
				      "for each task; expected to=jsq with it");
	balance_queues_init(&s->q, cx);
	s->q.late = s->late;
	s->rng = sj_rng(cx, "balance");
	if (s->d > s->q.nodes && !s->batch)
		s->d = s->q.nodes;
	balance_choose_init(s, cx);
	s->wide = sj_queue_create(cx);
	s->parked = sj_queue_create_beside(s->wide);
	return SJ_OK;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct balance *s = self;

	if (!s->batch) {
		balance_bind(s, cx, t);
		return SJ_OK;
	}
	if (s->fresh_count == s->fresh_cap) {
		uint32_t cap = s->fresh_cap != 0 ? 2 * s->fresh_cap : 64;

		s->fresh = sj_grow(cx, s->fresh, s->fresh_cap * sizeof(*s->fresh),
				   cap * sizeof(*s->fresh));
		s->fresh_cap = cap;
	}
	s->fresh[s->fresh_count++] = t;
	return SJ_OK;
}

/* It was never bound. */
static void forget_fresh(struct balance *s, const sj_task *t)
{
	for (uint32_t i = 0; i < s->fresh_count; i++)
		if (s->fresh[i] == t)
			s->fresh[i] = NULL;
}

static void touch_all(struct balance *s)
{
	for (uint32_t k = 0; k < s->q.nodes; k++)
		balance_touch(&s->q, k);
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct balance *s = self;
	const struct balance_task *info = balance_task(&s->q, t);
	uint32_t node = info != NULL ? info->node : BALANCE_NOWHERE;

	(void)cx;
	(void)how;
	if (s->fresh_count != 0)
		forget_fresh(s, t);
	if (sj_queue_has(s->wide, t)) /* somebody else has started it, or it was cancelled */
		sj_queue_remove(sj_queue_find(s->wide, t) != NULL ? s->wide : s->parked, t);
	balance_gone(&s->q, t);
	if (node != BALANCE_NOWHERE)
		balance_play(s, node);
	else
		touch_all(s); /* it ran on several */
	return SJ_OK;
}

/* What waits at a node that is gone, unless another has a probe of it. */
static void bind_anew(struct balance *s, sj_ctx *cx, uint32_t node)
{
	struct balance_node *n = &s->q.node[node];

	for (uint32_t left = n->count; left != 0 && balance_head(&s->q, node) != NULL;) {
		const sj_task *t = balance_leave(&s->q, node);

		if (t != NULL)
			balance_bind(s, cx, t);
		left = n->count;
	}
	balance_play(s, node);
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct balance *s = self;
	uint32_t waiting = sj_queue_count(s->parked);

	if (!up) {
		bind_anew(s, cx, node);
		return SJ_OK;
	}
	balance_touch(&s->q, node);
	while (waiting-- != 0) {
		const sj_task *t = sj_queue_first(s->parked)->task;

		sj_queue_remove(s->parked, t);
		balance_bind(s, cx, t); /* those that must wait on go to the end */
	}
	return SJ_OK;
}

static int on_room(void *self, sj_ctx *cx, uint32_t node)
{
	struct balance *s = self;

	(void)cx;
	if (node < s->q.nodes)
		balance_touch(&s->q, node);
	else
		touch_all(s);
	return SJ_OK;
}

/* ---- a pass --------------------------------------------------------------------- */

static void say_start(const struct balance *s, sj_ctx *cx, const sj_task *t, uint32_t node)
{
	const struct balance_node *n = &s->q.node[node];
	const struct balance_task *info = &s->q.task[t->id];

	if (info->batch != 0)
		sj_because(cx, t, "node %u is the first of %u probed for its batch to have room; %u "
			   "of the batch wait; %u others in its queue", node,
			   s->q.batch[info->batch - 1].sent, s->q.batch[info->batch - 1].waiting - 1,
			   n->count - 1);
	else if (s->late)
		sj_because(cx, t, "node %u is the first of %u probed to have room; %u others in "
			   "its queue", node, info->probes, n->count - 1);
	else
		sj_because(cx, t, "head of the queue of node %u, %u wait behind it", node,
			   n->count - 1);
}

/* Starts from one node's queue what was bound before `limit`. */
static int serve(struct balance *s, sj_ctx *cx, uint32_t node, uint64_t limit)
{
	const struct balance_entry *e;

	while ((e = balance_head(&s->q, node)) != NULL && e->stamp < limit) {
		const sj_task *t = balance_of(&s->q, e);
		sj_slot slot = { node, t->ranks };
		sj_placement where = { 1, &slot };
		int rc;

		if (t->state != SJ_TASK_READY) { /* somebody else has started it */
			balance_gone(&s->q, t);
			balance_play(s, node);
			continue;
		}
		if (sj_explaining(cx))
			say_start(s, cx, t, node);
		rc = sj_start(cx, t, sj_node_count(cx) != 0 ? &where : NULL);
		if (rc != SJ_OK)
			return rc == SJ_EFULL ? SJ_OK : rc;
		balance_taken(&s->q, cx, node, t);
		balance_play(s, node);
	}
	return SJ_OK;
}

static int serve_dirty(struct balance *s, sj_ctx *cx)
{
	const sj_queue_item *wide = sj_queue_first(s->wide);
	uint64_t limit = wide != NULL ? wide->seq : UINT64_MAX;
	int rc = SJ_OK;

	for (uint32_t i = 0; i < s->q.dirty_count && rc == SJ_OK; i++) {
		uint32_t k = s->q.dirty[i];

		s->q.node[k].dirty = false;
		if (sj_node_count(cx) == 0 || sj_node_get_state(cx, k) == SJ_NODE_UP)
			rc = serve(s, cx, k, limit);
	}
	s->q.dirty_count = 0;
	return rc;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct balance *s = self;
	int rc;

	if (s->fresh_count != 0)
		balance_bind_fresh(s, cx);
	rc = serve_dirty(s, cx);

	while (rc == SJ_OK && sj_queue_count(s->wide) != 0) {
		const sj_task *t = sj_queue_first(s->wide)->task;

		if (t->state == SJ_TASK_READY) {
			if (sj_explaining(cx))
				sj_because(cx, t, "first of those that need several nodes: needs %u "
					   "processors, %u free", t->procs, sj_procs_free(cx));
			rc = sj_start(cx, t, NULL);
		}
		if (rc != SJ_OK)
			return rc;
		sj_queue_remove(s->wide, t);
		s->q.task[t->id].stamp = 0;
		touch_all(s); /* those behind it are free to go */
		rc = serve_dirty(s, cx);
	}
	return rc;
}

/* ---- tables --------------------------------------------------------------------- */

static const char *const to_choices[] = { "random", "roundrobin", "least", "jsq", NULL };
static const char *const load_choices[] = { "queue", "work", NULL };

static const sj_param params[] = {
	{ .name = "to", .type = SJ_P_ENUM, .offset = offsetof(struct balance, to), .def = "jsq",
	  .choices = to_choices, .help = "Which node's queue a task joins when it is ready." },
	{ .name = "d", .type = SJ_P_INT, .offset = offsetof(struct balance, d), .def = "2",
	  .min = 1, .max = 1e6, .unit = "nodes",
	  .help = "How many different nodes jsq looks at; more than there are: all." },
	{ .name = "load", .type = SJ_P_ENUM, .offset = offsetof(struct balance, load),
	  .def = "queue", .choices = load_choices,
	  .help = "Load of a node: tasks that wait and run, or what their estimates leave per "
		  "core." },
	{ .name = "late", .type = SJ_P_BOOL, .offset = offsetof(struct balance, late),
	  .def = "no", .help = "Probes in the queues of the d nodes; the first that has room "
			       "for the task takes it." },
	{ .name = "batch", .type = SJ_P_BOOL, .offset = offsetof(struct balance, batch),
	  .def = "no", .help = "The tasks of a job that become ready together look at d= nodes "
			       "each together." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "first come, first served at each node",
	.blocking = "the head of a node's queue blocks that queue; a task of several nodes "
		    "blocks all that came after it",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "the node whose queue it joined (to=), with late=yes the first of d "
		     "probed; tasks of several nodes: first fit",
	.tie = "least: the lowest node number; jsq: the node drawn first",
	.instants = "bound when ready; started when the node has room",
};

const sj_policy_ops sj_policy_balance = {
	SJ_POLICY_HEAD,
	.name = "balance",
	.summary = "queues at the nodes: random, round robin, least loaded, power of d choices, "
		   "Sparrow's probes",
	.cite = "Mitzenmacher, The power of two choices in randomized load balancing, IEEE TPDS "
		"12(10), 2001; Ousterhout et al., Sparrow: distributed, low latency scheduling, "
		"SOSP 2013",
	.semantics = &semantics,
	.flags = SJ_PF_PLACES,
	.state_size = sizeof(struct balance),
	.params = params,
	.init = init,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.on_room = on_room,
	.schedule = schedule,
};
