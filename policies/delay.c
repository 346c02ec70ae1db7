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
 * skips=D in place of waits is the paper's own first form: a job lets D slots pass that are
 * free on nodes without its data before it launches elsewhere, and begins anew with each
 * local launch. locality= computes D from the job and the machine, as that paper does (its
 * section 3.3). A slot asks when it gets free, when a job has new tasks, and again every
 * heartbeat=. Racks have no part in it.
 *
 * A pass looks at jobs with news on all nodes with room, and at other jobs only on nodes with
 * news, if they may launch anywhere or wait for just that node or rack: O(log n) for each
 * of those pairs until nodes or jobs are used up, and a launch. What does not fit on a node is tried there in every pass. Nodes that others than
 * this policy have filled or emptied cost O(nodes).
 */
#include "delay.h"

/* ---- news ------------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct delay *s = self;
	sj_error err;

	s->rack_wait = s->wait;
	if (s->rack_text[0] != '\0' &&
	    sj_parse_time("policy delay: rack_wait", s->rack_text, &s->rack_wait, &err) != SJ_OK)
		return sj_policy_fail(cx, SJ_EUSAGE, "%s", err.text);
	if (s->skips != 0 && s->locality > 0)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy delay: locality= computes how many "
				      "slots a job lets pass; expected it or skips=, not both");
	delay_sets_init(&s->s);
	s->nodes = sj_node_count(cx) != 0 ? sj_node_count(cx) : 1;
	s->running = sj_alloc(cx, s->nodes * sizeof(*s->running));
	s->blocked = sj_alloc(cx, s->nodes * sizeof(*s->blocked));
	node_set_init(&s->room, cx, s->nodes);
	node_set_init(&s->fresh, cx, s->nodes);
	delay_all_news(s);
	s->pass = 1;
	s->until = sj_heap_create(cx);
	delay_turn_init(s, cx);
	s->wide = sj_queue_create(cx);
	s->alarm = SJ_NEVER;
	return SJ_OK;
}

static int on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t n,
		     const sj_job *graph)
{
	struct delay *s = self;
	struct delay_set *j = delay_submit(&s->s, cx, tasks, n);

	(void)graph;
	delay_turn_join(s, cx, j, tasks[0]);
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

static bool one_node_is_enough(const struct delay *s, sj_ctx *cx, const sj_task *t)
{
	for (uint32_t k = 0; k < s->nodes; k++)
		if (delay_holds(cx, t, k))
			return true;
	return false;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct delay *s = self;
	struct delay_set *j = set_of(s, t);
	uint32_t *nodes, n;
	bool first;

	if (!one_node_is_enough(s, cx, t)) {
		sj_queue_item item = { .seq = ++s->s.stamps, .task = t, .width = t->procs };

		sj_queue_add(s->wide, &item);
		return SJ_OK;
	}
	n = delay_local_nodes(s, cx, t, &nodes);
	first = j->choosy == 0 && n != 0;
	delay_wait(&s->s, cx, t, nodes, n);
	if (first) /* as a new stage */
		delay_level_begin(s, cx, j, n);
	else
		delay_level_settle(s, cx, j);
	delay_news(s, j);
	return SJ_OK;
}

/* Where it ran, somebody else may run. */
static void leave_node(struct delay *s, const sj_task *t)
{
	uint32_t where = s->where[t->id];

	s->where[t->id] = 0;
	if (where != 0)
		delay_turn_count(s, set_of(s, t), false);
	if (where != 0 && where <= s->nodes) {
		s->running[where - 1]--;
		delay_node_news(s, where - 1);
	} else {
		delay_all_news(s); /* on several; or somebody else has started it */
	}
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct delay *s = self;
	struct delay_set *j = set_of(s, t);

	if (how != SJ_CANCELLED)
		leave_node(s, t);
	if (sj_queue_has(s->wide, t)) { /* it was cancelled, or somebody else has started it */
		sj_queue_remove(s->wide, t);
		delay_all_news(s);
	}
	delay_taken(&s->s, t);
	delay_level_settle(s, cx, j);
	if (j->waiting == 0)
		delay_turn_drop(s, j);
	if (how == SJ_REQUEUED)
		return SJ_OK;
	if (j->live == 1)
		delay_turn_leave(s, cx, j);
	delay_ended(&s->s, t);
	return SJ_OK;
}

static int on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct delay *s = self;

	(void)cx;
	if (token != s->token)
		return SJ_OK;
	s->alarm = SJ_NEVER;
	if (delay_by_skips(s))
		delay_all_news(s);
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	(void)cx;
	(void)up; /* it is looked at when there is a use for it */
	delay_node_news(self, node);
	return SJ_OK;
}

static int on_room(void *self, sj_ctx *cx, uint32_t node)
{
	struct delay *s = self;

	(void)cx;
	if (node < s->nodes)
		delay_node_news(s, node);
	else
		delay_all_news(s);
	return SJ_OK;
}

/* ---- a pass ------------------------------------------------------------------------ */

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
	delay_turn_count(s, set_of(s, t), true);
	s->where[t->id] = s->nodes + 1; /* on several */
	delay_all_news(s); /* those behind it are free to go */
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct delay *s = self;

	for (;;) {
		const sj_queue_item *wide = sj_queue_first(s->wide);
		int rc = delay_pass(s, cx, wide != NULL ? wide->seq : UINT64_MAX);

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
	{ .name = "skips", .type = SJ_P_INT, .offset = offsetof(struct delay, skips), .def = "0",
	  .max = 1e9, .unit = "slots",
	  .help = "Free slots that a job lets pass before it launches anywhere, in place of "
		  "waits; 0: wait=." },
	{ .name = "locality", .type = SJ_P_DOUBLE, .offset = offsetof(struct delay, locality),
	  .def = "0", .max = 0.999999,
	  .help = "Skips enough for this part of a job's tasks to be local; 0: skips=." },
	{ .name = "heartbeat", .type = SJ_P_TIME, .offset = offsetof(struct delay, heartbeat),
	  .def = "3s", .min = 1e-3, .max = 1e9, .unit = "s",
	  .help = "With skips= or locality=: how long until a slot that was let pass asks "
		  "again." },
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
	.placement = "a node with the task's data; after wait= one of the same rack, then any, "
		     "or any after skips=; nodes in turn",
	.tie = "arrival of the job; order of readiness",
	.instants = "arrivals, ends, when a wait runs out while slots are empty, heartbeats "
		    "with skips=",
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
	.on_node = on_node,
	.on_room = on_room,
	.schedule = schedule,
};
