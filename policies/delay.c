/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delay - tasks wait a little for the nodes that have their data (Zaharia et al., "Delay
 * scheduling", EuroSys 2010), by the levels and timers of Spark's TaskSetManager.
 *
 * A node is local to a task when at least `share=` of the bytes that the task reads, and that
 * are not everywhere, are there when it becomes ready. A job may launch at a level: node (local
 * nodes only), rack (nodes of the racks of these, too) or any. Tasks without data, or spread
 * so thin that no node has that much, go anywhere at once. A job begins at the level of nodes
 * when its first task waits, and gets to the next one when it has been at its level for
 * `wait=`, at that of racks for `rack_wait=`, or when nothing that waits prefers a node.
 * On a machine without racks that level does not exist.
 *
 * reset= says when the wait begins anew:
 *
 *   launch  when a task is launched: at its level (Spark before 3.1). A job whose local tasks
 *           follow each other faster than its wait never leaves them, however many nodes are
 *           idle (SPARK-18886).
 *   full    when a pass has launched tasks and has left no slot empty for the sake of
 *           locality: at the most local level of what it has launched (Spark since 3.1)
 *
 * Jobs have their turn by `pool=`: in order of arrival (none: Spark's FIFO, MapReduce's
 * queue), or fair between users, queues or jobs, before each launch: pools that run less
 * than `minshare=` tasks first, by the part of it that they run, then by running tasks over
 * weight (Spark's FAIR); within a pool in order of arrival. The weight is the job's under
 * pool=job, else 1.
 * `slots=` bounds how many tasks a node runs at once, as MapReduce's slots do; 0: as many as
 * fit.
 *
 * Nodes are tried in turn, from behind the one that got the last task. What has its turn on a
 * node and does not fit blocks that node for the pass. A task that no single node can hold
 * waits in a queue of its own; while one does, nothing that became ready later starts. A pool
 * of processors is one node. A task whose job has no data at all is scheduled as by pool=
 * alone.
 *
 * A pass costs O(nodes + live jobs) and, per launch, O(live jobs + nodes with room x log
 * nodes).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delay_sets.h"
#include "sojourn/queue.h"

enum reset { RESET_LAUNCH, RESET_FULL };
enum pool { POOL_NONE, POOL_USER, POOL_QUEUE, POOL_JOB };

struct pool_use {
	uint32_t key; /* user or queue */
	uint32_t running;
};

struct delay {
	sj_time           wait, rack_wait;
	const char       *rack_text;
	double            share;
	int               reset, pool;
	int64_t           minshare, slots;
	struct delay_sets s;
	sj_queue         *wide;     /* tasks of several nodes, by stamp */
	uint32_t         *offer;    /* nodes with room, in this pass */
	uint32_t          offers, cursor;
	uint32_t          nodes;
	uint32_t         *running;  /* tasks by node */
	struct pool_use  *pools;
	uint32_t          pool_count, pool_cap;
	uint32_t         *where;    /* node + 1 on which a task runs, by its id; 0: none */
	uint32_t          where_cap;
	sj_time           alarm;
	uint64_t          token;
};

/* ---- where the data is ------------------------------------------------------------- */

struct part {
	uint32_t node;
	uint64_t bytes;
};

static int by_node(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return x->node < y->node ? -1 : x->node > y->node;
}

/* Could the empty node hold it? */
static bool holds(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	sj_slot slot = { node, t->ranks };
	sj_placement where = { 1, &slot };

	return sj_node_count(cx) == 0 || sj_rate(cx, t, t->ranks, &where) > 0;
}

/* What each node has of each need of t; *total gets the bytes that are somewhere. */
static uint32_t parts_of(const struct delay *s, sj_ctx *cx, const sj_task *t,
			 struct part **parts, uint64_t *total)
{
	uint32_t needs = sj_need_count(cx, t), n = 0, cap = 0, *at;

	for (uint32_t i = 0; i < needs; i++)
		cap += sj_need_places(cx, t, i, NULL, 0);
	*parts = sj_scratch(cx, (cap + 1) * sizeof(**parts));
	at = sj_scratch(cx, (cap + 1) * sizeof(*at));
	*total = 0;
	for (uint32_t i = 0; i < needs; i++) {
		uint32_t places = sj_need_places(cx, t, i, at, cap);
		uint64_t bytes = sj_need_get(cx, t, i).bytes;

		*total += places != 0 ? bytes : 0;
		for (uint32_t k = 0; k < places; k++)
			if (at[k] < s->nodes) /* not a storage */
				(*parts)[n++] = (struct part){ at[k], bytes };
	}
	return n;
}

/* Local nodes, ascending. */
static uint32_t nodes_of(const struct delay *s, sj_ctx *cx, const sj_task *t, uint32_t **nodes)
{
	struct part *part;
	uint64_t total;
	uint32_t n = parts_of(s, cx, t, &part, &total), count = 0;

	*nodes = sj_scratch(cx, (n + 1) * sizeof(**nodes));
	qsort(part, n, sizeof(*part), by_node);
	for (uint32_t i = 0, k; i < n; i = k) {
		uint64_t sum = 0;

		for (k = i; k < n && part[k].node == part[i].node; k++)
			sum += part[k].bytes;
		if (sum != 0 && (double)sum >= s->share * (double)total &&
		    holds(cx, t, part[i].node))
			(*nodes)[count++] = part[i].node;
	}
	return count;
}

/* ---- news ------------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct delay *s = self;
	sj_error err;

	s->rack_wait = s->wait;
	if (s->rack_text[0] != '\0' &&
	    sj_parse_time("policy delay: rack_wait", s->rack_text, &s->rack_wait, &err) != SJ_OK)
		return sj_policy_fail(cx, SJ_EUSAGE, "%s", err.text);
	delay_sets_init(&s->s);
	s->nodes = sj_node_count(cx) != 0 ? sj_node_count(cx) : 1;
	s->offer = sj_alloc(cx, s->nodes * sizeof(*s->offer));
	s->running = sj_alloc(cx, s->nodes * sizeof(*s->running));
	s->wide = sj_queue_create(cx);
	s->alarm = SJ_NEVER;
	return SJ_OK;
}

static uint32_t pool_of(struct delay *s, sj_ctx *cx, uint32_t key)
{
	for (uint32_t i = 0; i < s->pool_count; i++)
		if (s->pools[i].key == key)
			return i;
	if (s->pool_count == s->pool_cap) {
		uint32_t cap = s->pool_cap != 0 ? 2 * s->pool_cap : 16;

		s->pools = sj_grow(cx, s->pools, s->pool_cap * sizeof(*s->pools),
				   cap * sizeof(*s->pools));
		s->pool_cap = cap;
	}
	s->pools[s->pool_count] = (struct pool_use){ .key = key };
	return s->pool_count++;
}

static int on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t n,
		     const sj_job *graph)
{
	struct delay *s = self;
	uint32_t key = s->pool == POOL_USER ? tasks[0]->user : tasks[0]->queue;
	struct delay_set *j = delay_submit(&s->s, cx, tasks, n);

	(void)graph;
	if (s->pool == POOL_USER || s->pool == POOL_QUEUE)
		j->pool = pool_of(s, cx, key);
	if (s->where_cap < s->s.task_cap) {
		s->where = sj_grow(cx, s->where, s->where_cap * sizeof(*s->where),
				   s->s.task_cap * sizeof(*s->where));
		s->where_cap = s->s.task_cap;
	}
	return SJ_OK;
}

static struct delay_set *set_of(struct delay *s, const sj_task *t)
{
	return &s->s.set[s->s.task[t->id].set];
}

/* Running tasks of its job, and of its pool. */
static void count_running(struct delay *s, const sj_task *t, bool starts)
{
	struct delay_set *j = set_of(s, t);

	j->running += starts ? 1 : -1u;
	if (s->pool_count != 0)
		s->pools[j->pool].running += starts ? 1 : -1u;
}

static bool one_node_is_enough(const struct delay *s, sj_ctx *cx, const sj_task *t)
{
	for (uint32_t k = 0; k < s->nodes; k++)
		if (holds(cx, t, k))
			return true;
	return false;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct delay *s = self;
	struct delay_set *j = set_of(s, t);
	uint32_t *nodes, n;

	if (!one_node_is_enough(s, cx, t)) {
		sj_queue_item item = { .seq = ++s->s.stamps, .task = t, .width = t->procs };

		sj_queue_add(s->wide, &item);
		return SJ_OK;
	}
	if (j->waiting == 0) { /* as a new stage */
		j->level = DELAY_NODE;
		j->since = sj_now(cx);
	}
	n = nodes_of(s, cx, t, &nodes);
	delay_wait(&s->s, cx, t, nodes, n);
	return SJ_OK;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct delay *s = self;
	uint32_t *where = &s->where[t->id];

	(void)cx;
	if (sj_queue_has(s->wide, t)) /* cancelled, or somebody else has started it */
		sj_queue_remove(s->wide, t);
	if (*where != 0) {
		count_running(s, t, false);
		if (*where <= s->nodes)
			s->running[*where - 1]--;
	}
	*where = 0;
	if (how == SJ_REQUEUED)
		delay_taken(&s->s, t);
	else
		delay_ended(&s->s, t);
	return SJ_OK;
}

static int on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct delay *s = self;

	(void)cx;
	if (token == s->token)
		s->alarm = SJ_NEVER;
	return SJ_OK;
}

/* ---- levels ------------------------------------------------------------------------- */

static sj_time wait_at(const struct delay *s, const struct delay_set *j, uint32_t level)
{
	return level == DELAY_NODE ? s->wait : j->racks.count != 0 ? s->rack_wait : 0;
}

static uint32_t above(uint32_t level)
{
	return level == DELAY_NODE ? DELAY_RACK : DELAY_ANY;
}

/* What the job may launch at now. */
static uint32_t allowed(const struct delay *s, sj_ctx *cx, struct delay_set *j)
{
	while (j->level != DELAY_ANY) {
		sj_time wait = wait_at(s, j, j->level);

		if (j->choosy == 0)
			j->since = sj_now(cx);
		else if (sj_now(cx) - j->since >= wait)
			j->since += wait;
		else
			break;
		j->level = above(j->level);
	}
	return j->level;
}

/* The wait begins anew at the level of what was launched, which is at most the job's. */
static void launched(const struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t level)
{
	if (level == DELAY_FREE)
		return; /* does not count */
	if (level < j->least)
		j->least = level;
	if (s->reset == RESET_LAUNCH) {
		j->level = level;
		j->since = sj_now(cx);
	}
}

/* ---- a launch ------------------------------------------------------------------------ */

static bool will(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	return t->state == SJ_TASK_READY && holds(cx, t, node);
}

/* Of this job, for this node, at this level and no other. */
static const sj_task *candidate(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t node,
				uint32_t level, uint64_t limit)
{
	struct delay_list *l = level == DELAY_FREE ? &j->free : level == DELAY_ANY ? &j->all : NULL;

	if (level == DELAY_NODE)
		l = delay_list_at(&j->nodes, node);
	else if (level == DELAY_RACK)
		l = delay_list_at(&j->racks, sj_node_count(cx) != 0 ? sj_node_rack(cx, node)
								    : DELAY_NONE);
	return l != NULL ? delay_first(&s->s, cx, l, limit, node, will) : NULL;
}

static void say_start(const struct delay *s, sj_ctx *cx, const struct delay_set *j,
		      const sj_task *t, uint32_t node, uint32_t level)
{
	char wait[32];

	sj_format_time(sj_now(cx) - t->ready_ns, wait, sizeof(wait));
	if (level == DELAY_NODE)
		sj_because(cx, t, "local: node %u has its data", node);
	else if (level == DELAY_FREE)
		sj_because(cx, t, "prefers no node: node %u has room", node);
	else if (level == DELAY_RACK)
		sj_because(cx, t, "rack-local, after %s: no local node had room while job %lld "
			   "waited", wait, (long long)j->job);
	else
		sj_because(cx, t, "on any node, after %s: job %lld has waited long enough for "
			   "nodes%s", wait, (long long)j->job,
			   j->racks.count != 0 && s->rack_wait != 0 ? " and racks" : "");
}

static void withdraw(struct delay *s, uint32_t i)
{
	memmove(&s->offer[i], &s->offer[i + 1], (--s->offers - i) * sizeof(*s->offer));
	if (s->cursor > i)
		s->cursor--;
}

static bool has_room(const struct delay *s, sj_ctx *cx, uint32_t node)
{
	if (s->slots != 0 && s->running[node] >= s->slots)
		return false;
	if (sj_node_count(cx) == 0)
		return sj_procs_free(cx) != 0;
	return sj_node_cores_free(cx, node) != 0 && sj_node_get_state(cx, node) == SJ_NODE_UP;
}

/* SJ_EFULL: it does not fit; the node is offered no more in this pass. */
static int launch(struct delay *s, sj_ctx *cx, struct delay_set *j, const sj_task *t,
		  uint32_t i, uint32_t level)
{
	uint32_t node = s->offer[i];
	sj_slot slot = { node, t->ranks };
	sj_placement where = { 1, &slot };
	int rc;

	if (sj_explaining(cx))
		say_start(s, cx, j, t, node, level);
	rc = sj_start(cx, t, sj_node_count(cx) != 0 ? &where : NULL);
	if (rc == SJ_EFULL)
		withdraw(s, i);
	if (rc != SJ_OK)
		return rc;
	delay_taken(&s->s, t);
	count_running(s, t, true);
	s->running[node]++;
	s->where[t->id] = node + 1;
	launched(s, cx, j, level);
	s->cursor = i + 1;
	if (!has_room(s, cx, node))
		withdraw(s, i);
	return SJ_OK;
}

/* At most one task of the job: the most local one that it may launch now. SJ_AGAIN: one is
 * launched; SJ_OK: none. */
static int serve_one(struct delay *s, sj_ctx *cx, struct delay_set *j, uint64_t limit)
{
	for (uint32_t level = DELAY_NODE; level < DELAY_LEVELS; level++) {
		if (level > DELAY_FREE && level > allowed(s, cx, j))
			break;
		if (level == DELAY_NODE && j->choosy == 0)
			continue;
		for (uint32_t left = s->offers; left != 0 && s->offers != 0; left--) {
			uint32_t i = s->cursor = s->cursor % s->offers;
			const sj_task *t = candidate(s, cx, j, s->offer[i], level, limit);
			int rc = t != NULL ? launch(s, cx, j, t, i, level) : SJ_OK;

			if (t == NULL)
				s->cursor++;
			else if (rc != SJ_EFULL)
				return rc == SJ_OK ? SJ_AGAIN : rc;
		}
	}
	return SJ_OK;
}

/* ---- whose turn ------------------------------------------------------------------------ */

struct claim {
	bool   needy;
	double part;
};

/* Spark's FairSchedulingAlgorithm. A weight of 0 is behind all that have one. */
static struct claim claim_of(const struct delay *s, const struct delay_set *j)
{
	double running = s->pool == POOL_JOB ? j->running : s->pools[j->pool].running;
	double share = (double)s->minshare, weight = s->pool == POOL_JOB ? j->weight : 1;

	if (running < share)
		return (struct claim){ true, running / share };
	return (struct claim){ false, weight > 0 ? running / weight
						 : (double)SJ_TIME_MAX + running };
}

static bool before(struct claim a, struct claim b)
{
	return a.needy != b.needy ? a.needy : a.part < b.part;
}

/* Those that have something to launch and were not tried in vain by this pass. */
static struct delay_set *next_turn(struct delay *s)
{
	struct delay_set *best = NULL;
	struct claim claim = { 0 };

	for (uint32_t k = s->s.first; k != DELAY_NONE; k = s->s.set[k].next) {
		struct delay_set *j = &s->s.set[k];
		struct claim own;

		if (j->waiting == 0 || j->tried)
			continue;
		if (s->pool == POOL_NONE)
			return j;
		own = claim_of(s, j);
		if (best == NULL || before(own, claim)) {
			best = j;
			claim = own;
		}
	}
	return best;
}

/* ---- a pass ------------------------------------------------------------------------------ */

static void begin_pass(struct delay *s, sj_ctx *cx)
{
	s->offers = 0;
	for (uint32_t k = 0; k < s->nodes && sj_procs_free(cx) != 0; k++)
		if (has_room(s, cx, k))
			s->offer[s->offers++] = k;
	for (uint32_t k = s->s.first; k != DELAY_NONE; k = s->s.set[k].next) {
		s->s.set[k].tried = false;
		s->s.set[k].least = DELAY_LEVELS;
	}
}

/* Slots are left and something waits for its place. */
static bool refuses(const struct delay *s, const struct delay_set *j)
{
	return s->offers != 0 && j->choosy != 0 && j->level != DELAY_ANY;
}

static void say_wait(struct delay *s, sj_ctx *cx, struct delay_set *j)
{
	const sj_task *t = delay_first(&s->s, cx, &j->all, UINT64_MAX, 0, will);
	char left[32], all[32];

	if (t == NULL)
		return;
	if (!refuses(s, j)) {
		sj_because(cx, t, "no node has room for it");
		return;
	}
	sj_format_time(wait_at(s, j, j->level) - (sj_now(cx) - j->since), left, sizeof(left));
	sj_format_time(wait_at(s, j, j->level), all, sizeof(all));
	sj_because(cx, t, "waits for a %s with its data, %s of %s remain; %u nodes have room",
		   j->level == DELAY_NODE ? "node" : "rack", left, all, s->offers);
}

/* Timers that begin anew, and the next one that runs out while slots are empty. */
static int end_pass(struct delay *s, sj_ctx *cx)
{
	sj_time at = SJ_NEVER, end;

	for (uint32_t k = s->s.first; k != DELAY_NONE; k = s->s.set[k].next) {
		struct delay_set *j = &s->s.set[k];

		if (s->reset == RESET_FULL && j->least != DELAY_LEVELS && !refuses(s, j)) {
			j->level = j->least;
			j->since = sj_now(cx);
		}
		end = refuses(s, j) ? j->since + wait_at(s, j, j->level) : SJ_NEVER;
		if (end < at)
			at = end;
		if (sj_explaining(cx) && j->waiting != 0)
			say_wait(s, cx, j);
	}
	if (at == s->alarm || at > SJ_TIME_MAX) /* or the end of time comes before */
		return SJ_OK;
	s->alarm = at;
	return sj_timer(cx, at, ++s->token);
}

static int serve(struct delay *s, sj_ctx *cx, uint64_t limit)
{
	struct delay_set *j;
	int rc = SJ_OK;

	while (s->offers != 0 && (j = next_turn(s)) != NULL && rc == SJ_OK) {
		rc = serve_one(s, cx, j, limit);
		j->tried = rc == SJ_OK;
		rc = rc == SJ_AGAIN ? SJ_OK : rc;
	}
	return rc;
}

static int start_wide(struct delay *s, sj_ctx *cx, const sj_task *t)
{
	int rc = SJ_OK;

	if (t->state == SJ_TASK_READY) {
		if (sj_explaining(cx))
			sj_because(cx, t, "first of those that need several nodes: needs %u "
				   "processors, %u free", t->procs, sj_procs_free(cx));
		rc = sj_start(cx, t, NULL);
	}
	if (rc != SJ_OK)
		return rc;
	sj_queue_remove(s->wide, t);
	count_running(s, t, true);
	s->where[t->id] = s->nodes + 1; /* on several */
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct delay *s = self;
	int rc;

	for (;;) {
		const sj_queue_item *wide = sj_queue_first(s->wide);

		begin_pass(s, cx);
		rc = serve(s, cx, wide != NULL ? wide->seq : UINT64_MAX);
		if (rc == SJ_OK)
			rc = end_pass(s, cx);
		if (rc == SJ_OK && wide != NULL)
			rc = start_wide(s, cx, wide->task);
		if (rc != SJ_OK || wide == NULL)
			return rc;
	}
}

/* ---- tables ------------------------------------------------------------------------------- */

static const char *const reset_choices[] = { "launch", "full", NULL };
static const char *const pool_choices[] = { "none", "user", "queue", "job", NULL };

static const sj_param params[] = {
	{ .name = "wait", .type = SJ_P_TIME, .offset = offsetof(struct delay, wait), .def = "3s",
	  .max = 1e9, .unit = "s",
	  .help = "How long a job waits for local nodes; 0s: launches anywhere at once." },
	{ .name = "rack_wait", .type = SJ_P_STRING, .offset = offsetof(struct delay, rack_text),
	  .def = "", .help = "How long, after that, for nodes of the same racks; as wait= when "
			     "not given." },
	{ .name = "reset", .type = SJ_P_ENUM, .offset = offsetof(struct delay, reset),
	  .def = "full", .choices = reset_choices,
	  .help = "When the wait begins anew: at each launch, or when no slot was left empty "
		  "for locality." },
	{ .name = "share", .type = SJ_P_DOUBLE, .offset = offsetof(struct delay, share),
	  .def = "0.2", .max = 1,
	  .help = "Part of a task's bytes that makes a node local to it." },
	{ .name = "pool", .type = SJ_P_ENUM, .offset = offsetof(struct delay, pool),
	  .def = "none", .choices = pool_choices,
	  .help = "Fair between users, queues or jobs; none: jobs in order of arrival." },
	{ .name = "minshare", .type = SJ_P_INT, .offset = offsetof(struct delay, minshare),
	  .def = "0", .max = 1e9, .unit = "tasks",
	  .help = "Running tasks below which a pool goes first." },
	{ .name = "slots", .type = SJ_P_INT, .offset = offsetof(struct delay, slots), .def = "0",
	  .max = 1e9, .unit = "tasks",
	  .help = "Tasks that a node runs at once; 0: as many as fit." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "jobs by pool=, before each launch; the tasks of one by locality, then by "
		 "readiness",
	.blocking = "a job that waits for its places is skipped; what does not fit on a node "
		    "blocks it; a task of several nodes blocks all that came after it",
	.reservation = "none",
	.preemption = "none",
	.placement = "a node with the task's data; after wait= one of the same rack, then any; "
		     "nodes in turn",
	.tie = "arrival of the job; order of readiness",
	.instants = "arrivals, ends, and when a wait runs out while slots are empty",
};

const sj_policy_ops sj_policy_delay = {
	SJ_POLICY_HEAD,
	.name = "delay",
	.summary = "delay scheduling: jobs wait for nodes with their data; FIFO or fair pools",
	.cite = "Zaharia et al., Delay scheduling: a simple technique for achieving locality and "
		"fairness in cluster scheduling, EuroSys 2010; TaskSetManager of Apache Spark",
	.semantics = &semantics,
	.flags = SJ_PF_PLACES,
	.state_size = sizeof(struct delay),
	.params = params,
	.init = init,
	.on_submit = on_submit,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_timer = on_timer,
	.schedule = schedule,
};
