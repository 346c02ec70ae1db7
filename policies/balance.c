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
 * The head of a queue blocks it. A task that no single node can hold waits in a queue of its
 * own, in order of arrival; while one does, nodes start nothing that was bound later. A task
 * whose nodes are all down waits until one comes up; what waits at a node that goes down is
 * bound anew. A pool is one node, and this is fifo there.
 *
 * Per task O(d) draws, O(log nodes) for least by queue and O(nodes + running) by work.
 */
#include <gsl/gsl_rng.h>
#include <stdio.h>
#include <string.h>

#include "balance.h"
#include "sojourn/queue.h"

enum to { TO_RANDOM, TO_ROUNDROBIN, TO_LEAST, TO_JSQ };
enum load { LOAD_QUEUE, LOAD_WORK };

enum { TRIES = 64 }; /* draws of a node that will not do before all are looked at */

struct balance {
	int                   to, load;
	int64_t               d;
	bool                  late;
	struct balance_queues q;
	gsl_rng              *rng;
	uint32_t              turn;    /* of round robin */
	uint32_t             *least;   /* tournament over lengths: node numbers; leaves behind */
	uint32_t              leaves;
	uint32_t             *drawn;   /* d of them */
	uint32_t              drawn_count;
	sj_queue             *wide;    /* tasks of several nodes, by stamp */
	sj_queue             *parked;  /* tasks whose nodes are all down, by stamp */
};

/* ---- loads ---------------------------------------------------------------------- */

/* Does a have less to do than b? */
static bool less(const struct balance *s, sj_ctx *cx, uint32_t a, uint32_t b)
{
	const struct balance_node *x = &s->q.node[a], *y = &s->q.node[b];

	if (s->load == LOAD_QUEUE)
		return x->length < y->length;
	return balance_work(&s->q, cx, a) * y->cores < balance_work(&s->q, cx, b) * x->cores;
}

/* The node's length has changed. */
static void play(struct balance *s, uint32_t node)
{
	const struct balance_node *n = s->q.node;

	if (s->least == NULL)
		return;
	for (uint32_t i = (s->leaves + node) / 2; i >= 1; i /= 2) {
		uint32_t a = s->least[2 * i], b = s->least[2 * i + 1];

		s->least[i] = b == BALANCE_NOWHERE || n[a].length <= n[b].length ? a : b;
	}
}

static void begin_tournament(struct balance *s, sj_ctx *cx)
{
	for (s->leaves = 2; s->leaves < s->q.nodes;)
		s->leaves *= 2;
	s->least = sj_alloc(cx, 2 * (size_t)s->leaves * sizeof(*s->least));
	for (uint32_t i = 0; i < 2 * s->leaves; i++)
		s->least[i] = BALANCE_NOWHERE;
	for (uint32_t k = 0; k < s->q.nodes; k++)
		s->least[s->leaves + k] = k;
	for (uint32_t i = s->leaves - 1; i >= 1; i--)
		s->least[i] = s->least[2 * i]; /* all are empty: the lowest number */
}

/* ---- whereto -------------------------------------------------------------------- */

/* Could the empty node hold it? A pool can. */
static bool holds(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	sj_slot slot = { node, t->ranks };
	sj_placement where = { 1, &slot };

	return sj_node_count(cx) == 0 || sj_rate(cx, t, t->ranks, &where) > 0;
}

static bool usable(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	return (sj_node_count(cx) == 0 || sj_node_get_state(cx, node) == SJ_NODE_UP) &&
	       holds(cx, t, node);
}

static bool is_drawn(const struct balance *s, uint32_t node)
{
	for (uint32_t i = 0; i < s->drawn_count; i++)
		if (s->drawn[i] == node)
			return true;
	return false;
}

/* From all that will do and are not drawn yet. */
static void draw_from_all(struct balance *s, sj_ctx *cx, const sj_task *t, uint32_t want)
{
	uint32_t *all = sj_scratch(cx, s->q.nodes * sizeof(*all)), n = 0;

	for (uint32_t k = 0; k < s->q.nodes; k++)
		if (usable(cx, t, k) && !is_drawn(s, k))
			all[n++] = k;
	for (; s->drawn_count < want && n != 0; n--) {
		uint32_t i = (uint32_t)gsl_rng_uniform_int(s->rng, n);

		s->drawn[s->drawn_count++] = all[i];
		all[i] = all[n - 1];
	}
}

/* Different nodes that can hold t, all alike: `want` of them, or as many as there are. */
static void draw(struct balance *s, sj_ctx *cx, const sj_task *t, uint32_t want)
{
	s->drawn_count = 0;
	if (t->node != 0) { /* pinned */
		if (usable(cx, t, t->node - 1))
			s->drawn[s->drawn_count++] = t->node - 1;
		return;
	}
	for (int i = 0; i < TRIES && s->drawn_count < want && want < s->q.nodes; i++) {
		uint32_t k = (uint32_t)gsl_rng_uniform_int(s->rng, s->q.nodes);

		if (!is_drawn(s, k) && usable(cx, t, k))
			s->drawn[s->drawn_count++] = k;
	}
	if (s->drawn_count < want)
		draw_from_all(s, cx, t, want);
}

static uint32_t next_turn(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	for (uint32_t i = 0; i < s->q.nodes; i++) {
		uint32_t k = (s->turn + i) % s->q.nodes;

		if (usable(cx, t, k)) {
			s->turn = (k + 1) % s->q.nodes;
			return k;
		}
	}
	return BALANCE_NOWHERE;
}

static uint32_t least_of_all(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t best = BALANCE_NOWHERE;

	if (s->least != NULL && usable(cx, t, s->least[1]))
		return s->least[1];
	for (uint32_t k = 0; k < s->q.nodes; k++)
		if (usable(cx, t, k) && (best == BALANCE_NOWHERE || less(s, cx, k, best)))
			best = k;
	return best;
}

static uint32_t least_of_drawn(struct balance *s, sj_ctx *cx)
{
	uint32_t best = s->drawn_count != 0 ? s->drawn[0] : BALANCE_NOWHERE;

	for (uint32_t i = 1; i < s->drawn_count; i++)
		if (less(s, cx, s->drawn[i], best))
			best = s->drawn[i];
	return best;
}

static uint32_t choose(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	switch (s->to) {
	case TO_ROUNDROBIN:
		return next_turn(s, cx, t);
	case TO_LEAST:
		return least_of_all(s, cx, t);
	default:
		draw(s, cx, t, s->to == TO_JSQ ? (uint32_t)s->d : 1);
		return least_of_drawn(s, cx);
	}
}

/* ---- binding -------------------------------------------------------------------- */

/* "3: 2 tasks" or "3: 12.5s a core". */
static size_t say_load(const struct balance *s, sj_ctx *cx, uint32_t node, char *buf,
		       size_t size)
{
	const struct balance_node *n = &s->q.node[node];
	double work;

	if (s->load == LOAD_QUEUE)
		return (size_t)snprintf(buf, size, "%u: %u", node, n->length);
	work = (double)balance_work(&s->q, cx, node) / 1e9;
	return (size_t)snprintf(buf, size, "%u: %.9gs a core", node, work / n->cores);
}

static void say_bound(const struct balance *s, sj_ctx *cx, const sj_task *t, uint32_t node)
{
	static const char *const how[] = { "drawn at random", "the next in turn",
					   "the least load of all", NULL };
	char text[256];
	size_t at = 0;

	if (s->to != TO_JSQ) {
		say_load(s, cx, node, text, sizeof(text));
		sj_because(cx, t, "joins the queue of node %u, %s (load of %s)", node,
			   how[s->to], text);
		return;
	}
	for (uint32_t i = 0; i < s->drawn_count && at < sizeof(text) - 32; i++) {
		if (i != 0)
			at += (size_t)snprintf(text + at, sizeof(text) - at, ", ");
		at += say_load(s, cx, s->drawn[i], text + at, sizeof(text) - at);
	}
	if (s->late)
		sj_because(cx, t, "probes %u nodes (load of %s)", s->drawn_count, text);
	else
		sj_because(cx, t, "joins the queue of node %u, the shortest of %u drawn (load "
			   "of %s)", node, s->drawn_count, text);
}

/* Could some node hold it, if it were up? */
static bool one_node_is_enough(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	for (uint32_t k = 0; k < s->q.nodes; k++)
		if (holds(cx, t, k))
			return true;
	return false;
}

static void set_aside(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	bool wide = !one_node_is_enough(s, cx, t);
	sj_queue_item item = { .seq = s->q.task[t->id].stamp, .task = t, .width = t->procs };

	sj_queue_add(wide ? s->wide : s->parked, &item);
	if (sj_explaining(cx))
		sj_because(cx, t, wide ? "no node can hold it alone: waits for several"
				       : "every node that can hold it is down");
}

static void bind(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t node;

	balance_enter(&s->q, cx, t);
	node = choose(s, cx, t);
	if (node == BALANCE_NOWHERE) {
		set_aside(s, cx, t);
		return;
	}
	if (sj_explaining(cx))
		say_bound(s, cx, t, node);
	if (!s->late) {
		balance_add(&s->q, cx, node, t);
		play(s, node);
	}
	for (uint32_t i = 0; s->late && i < s->drawn_count; i++)
		balance_add(&s->q, cx, s->drawn[i], t);
}

/* ---- news ----------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct balance *s = self;

	if (s->late && s->to != TO_JSQ)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy balance: late=yes sends probes to "
				      "d= nodes; expected to=jsq with it");
	balance_queues_init(&s->q, cx);
	s->q.late = s->late;
	s->rng = sj_rng(cx, "balance");
	if (s->d > s->q.nodes)
		s->d = s->q.nodes;
	s->drawn = sj_alloc(cx, (size_t)s->d * sizeof(*s->drawn));
	if (s->to == TO_LEAST && s->load == LOAD_QUEUE)
		begin_tournament(s, cx);
	s->wide = sj_queue_create(cx);
	s->parked = sj_queue_create_beside(s->wide);
	return SJ_OK;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	bind(self, cx, t);
	return SJ_OK;
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
	if (sj_queue_has(s->wide, t)) /* somebody else has started it, or it was cancelled */
		sj_queue_remove(sj_queue_find(s->wide, t) != NULL ? s->wide : s->parked, t);
	balance_gone(&s->q, t);
	if (node != BALANCE_NOWHERE)
		play(s, node);
	else
		touch_all(s); /* it ran on several */
	return SJ_OK;
}

/* What waits at a node that is gone, unless another has a probe of it. */
static void bind_anew(struct balance *s, sj_ctx *cx, uint32_t node)
{
	struct balance_node *n = &s->q.node[node];
	const struct balance_entry *e;

	for (uint32_t left = n->count; left != 0 && (e = balance_head(&s->q, node)) != NULL;) {
		const sj_task *t = e->task;

		if (balance_leave(&s->q, node))
			bind(s, cx, t);
		left = n->count;
	}
	play(s, node);
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
		bind(s, cx, t); /* those that must wait on go to the end */
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

	if (s->late)
		sj_because(cx, t, "node %u is the first of %u probed to have room; %u others in "
			   "its queue", node, s->q.task[t->id].probes, n->count - 1);
	else
		sj_because(cx, t, "head of the queue of node %u, %u wait behind it", node,
			   n->count - 1);
}

/* Starts from one node's queue what was bound before `limit`. */
static int serve(struct balance *s, sj_ctx *cx, uint32_t node, uint64_t limit)
{
	const struct balance_entry *e;

	while ((e = balance_head(&s->q, node)) != NULL && e->stamp < limit) {
		const sj_task *t = e->task;
		sj_slot slot = { node, t->ranks };
		sj_placement where = { 1, &slot };
		int rc;

		if (t->state != SJ_TASK_READY) { /* somebody else has started it */
			balance_gone(&s->q, t);
			play(s, node);
			continue;
		}
		if (sj_explaining(cx))
			say_start(s, cx, t, node);
		rc = sj_start(cx, t, sj_node_count(cx) != 0 ? &where : NULL);
		if (rc != SJ_OK)
			return rc == SJ_EFULL ? SJ_OK : rc;
		balance_taken(&s->q, cx, node, t);
		play(s, node);
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
	int rc = serve_dirty(s, cx);

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
