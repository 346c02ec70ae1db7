/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steal - work stealing: every worker has a deque of tasks; who has none steals.
 *
 * A worker is one core: of a node, numbered node after node, or one processor of a pool. It
 * runs the newest task of its own deque. Tasks that become ready when its task ends go onto
 * its own deque, in the order of their numbers; those that wait for nothing are dealt out by
 * seed=. A worker without a task is a thief: its request takes latency=, more between nodes and
 * racks (steal_way.c), then the victim's deque is looked at and its oldest task, or the older
 * half rounded up, goes; that takes as long again, and cost=. On the way nobody can run it. If there is nothing, the thief
 * tries again after backoff=, which doubles with every failure in a row.
 *
 * With idle=park thieves are under way only as long as there are at least as many tasks in
 * deques as requests; the others are parked, the longest parked is sent first. That is how
 * runtimes that put threads to sleep do it. With idle=poll, as in Cilk, every thief goes on
 * asking as long as a task runs or is in a deque. Either way nothing happens when nothing
 * can: the last timers end with the last task.
 *
 * If attempts cost no time (latency and backoff 0) those that would fail are not made:
 * random then draws among the workers with work, and the schedule is greedy.
 *
 * A task that one core cannot run by itself (more cores, a GPU, memory where nodes have
 * some, a node of its own) is for a gang. Gangs wait in one queue by readiness. Its head
 * starts as soon as it fits, and until then no worker starts anything; it takes the idle
 * workers with the lowest numbers of its nodes. When a node goes, what is in its workers'
 * deques is dealt out again. A workload without graphs is one of tasks to be dealt out.
 *
 * With plan=heft a task goes to the worker that a plan of its job names instead (steal_plan.c):
 * deques are then in the order of the plan, owners take what is planned first, thieves what is
 * planned last.
 *
 * Counted are requests, those that got something (hits), the tasks that these got, and the time
 * that requests and answers were on their way, in ns.
 *
 * O(1) for each task and each message; victim=richest O(log workers); a gang, and a node
 * that goes or comes, O(workers); with a plan O(log of the deque) for each task, and what
 * plans cost heft. Follows Blumofe and Leiserson, JACM 46(5), 1999 (deques,
 * random victims); Hendler and Shavit, PODC 2002 (half).
 */
#include "steal.h"

#include <stdio.h>

enum { WORKERS_MOST = 1 << 24 };

/* ---- workers ------------------------------------------------------------------------------ */

static void come_up(struct steal *s, uint32_t w)
{
	s->worker[w].up_at = s->up_count;
	s->up[s->up_count++] = w;
	if (s->worker[w].first_task == NOBODY)
		steal_look(s, w);
}

static void go_down(struct steal *s, uint32_t w)
{
	uint32_t last = s->up[--s->up_count];

	s->up[s->worker[w].up_at] = last;
	s->worker[last].up_at = s->worker[w].up_at;
	s->worker[w].up_at = NOBODY;
	if (s->worker[w].errand == PARKED)
		steal_unpark(s, w);
}

static int count_workers(struct steal *s, sj_ctx *cx)
{
	uint64_t n = 0;

	s->nodes = sj_node_count(cx);
	s->first = sj_alloc(cx, (s->nodes + 1) * sizeof(*s->first));
	for (uint32_t node = 0; node < s->nodes; node++) {
		s->first[node] = (uint32_t)n;
		n += sj_node_cores_free(cx, node);
		s->memory = s->memory || sj_node_mem_free(cx, node) != 0;
		if (n >= WORKERS_MOST)
			break;
	}
	if (s->nodes == 0)
		n = sj_procs_total(cx);
	if (n >= WORKERS_MOST)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy steal: the machine has %u cores or more; "
				      "expected fewer workers", WORKERS_MOST);
	s->first[s->nodes] = s->workers = (uint32_t)n;
	return SJ_OK;
}

static void make_workers(struct steal *s, sj_ctx *cx)
{
	uint32_t node = 0;

	s->worker = sj_alloc(cx, s->workers * sizeof(*s->worker));
	s->up = sj_alloc(cx, s->workers * sizeof(*s->up));
	s->parked_first = s->parked_last = s->enabler = NOBODY;
	for (uint32_t w = 0; w < s->workers; w++) {
		struct worker *me = &s->worker[w];

		while (s->nodes != 0 && w >= s->first[node + 1])
			node++;
		me->node = node;
		me->first_task = me->mate = me->victim = me->up_at = NOBODY;
	}
}

/* What would ask again and again at one instant. */
static int check_times(const struct steal *s, sj_ctx *cx)
{
	if (s->latency != 0 || s->backoff != 0)
		return SJ_OK;
	if (s->rule != RULE_ALWAYS || s->lock != 0 || s->idle == IDLE_POLL ||
	    s->latency_node != 0 || s->latency_rack != 0 || s->routes)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy steal: %s needs attempts that take time; "
				      "expected latency or backoff above 0",
				      s->rule != RULE_ALWAYS ? "rule=dask" :
				      s->lock != 0 ? "lock" :
				      s->idle == IDLE_POLL ? "idle=poll" : "distance");
	return SJ_OK;
}

static int init(void *self, sj_ctx *cx)
{
	struct steal *s = self;
	int rc = check_times(s, cx);

	if (rc == SJ_OK)
		rc = count_workers(s, cx);
	if (rc != SJ_OK)
		return rc;
	make_workers(s, cx);
	s->requests = sj_counter(cx, "steal.requests");
	s->hits = sj_counter(cx, "steal.hits");
	s->stolen = sj_counter(cx, "steal.tasks");
	s->way_ns = sj_counter(cx, "steal.way_ns");
	steal_task_init(s, cx);
	steal_way_init(s, cx);
	steal_victim_init(s, cx);
	if (s->planned != PLAN_NONE)
		steal_plan_init(s, cx);
	else
		sj_skip_submit(cx);
	for (uint32_t w = 0; w < s->workers; w++)
		if (s->nodes == 0 || sj_node_get_state(cx, s->worker[w].node) == SJ_NODE_UP)
			come_up(s, w);
	return SJ_OK;
}

/* ---- news --------------------------------------------------------------------------------- */

static bool needs_gang(const struct steal *s, const sj_task *t)
{
	if (t->procs != 1)
		return true;
	return s->nodes != 0 && (t->gpu_milli != 0 || t->node != 0 ||
				 (s->memory && t->mem_bytes != 0));
}

static int on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		     const sj_job *graph)
{
	struct steal *s = self;

	(void)cx;
	if (s->plan != NULL)
		sj_listplan_submit(s->plan, tasks, count, graph);
	return SJ_OK;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct steal *s = self;

	steal_know(s, cx, t->id);
	if (s->loot != NULL)
		s->loot[t->id].thief = NOBODY;
	if (needs_gang(s, t))
		sj_deques_push(s->deques, steal_gangs(s), t->id);
	else if (s->plan == NULL && s->enabler != NOBODY && s->enabler_seq == t->seq &&
		 s->worker[s->enabler].up_at != NOBODY)
		steal_push(s, s->enabler, t);
	else
		steal_deal(s, t);
	return SJ_OK;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct steal *s = self;

	steal_know(s, cx, t->id);
	steal_drop(s, t); /* somebody else has started it */
	s->enabler = how == SJ_REQUEUED ? NOBODY : s->worker_of[t->id];
	s->enabler_seq = t->seq;
	steal_part(s, t);
	if (s->plan != NULL)
		sj_listplan_done(s->plan, t, how);
	return SJ_OK;
}

static int on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	return steal_message(self, cx, token);
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct steal *s = self;
	const sj_task *t;

	for (uint32_t w = s->first[node]; w < s->first[node + 1]; w++)
		if (up != (s->worker[w].up_at != NOBODY)) {
			if (up)
				come_up(s, w);
			else
				go_down(s, w);
		}
	if (s->plan != NULL)
		sj_listplan_node(s->plan, node, up);
	for (uint32_t w = s->first[node]; !up && w < s->first[node + 1]; w++)
		while ((t = steal_take(s, cx, w)) != NULL)
			steal_deal(s, t);
	if (s->plan != NULL)
		steal_plan_renew(s, cx);
	return SJ_OK;
}

/* Workers whose task found their cores taken by a copy. */
static int on_room(void *self, sj_ctx *cx, uint32_t node)
{
	struct steal *s = self;
	uint32_t from = node < s->nodes ? s->first[node] : 0;
	uint32_t end = node < s->nodes ? s->first[node + 1] : s->workers;

	(void)cx;
	for (uint32_t w = from; w < end; w++)
		if (s->worker[w].first_task == NOBODY && sj_deques_count(s->deques, w) != 0)
			steal_look(s, w);
	return SJ_OK;
}

/* ---- a pass --------------------------------------------------------------------------------- */

/* Why w has it, and what the plan had said. */
static void say_start(const struct steal *s, sj_ctx *cx, uint32_t w, const sj_task *t)
{
	static const char *const how[] = { "at random", "as the nearest with work",
					   "as the one with most tasks", "in turn" };
	const struct loot *l = &s->loot[t->id];
	uint32_t oldest = sj_deques_oldest(s->deques, w);
	char plan[480] = "", far[40] = "";

	if (s->plan != NULL)
		steal_plan_tell(s, t, plan, sizeof(plan));
	if (oldest != SJ_DEQUE_NONE)
		sj_because(cx, sj_task_get(cx, oldest), "the %s of %u in the deque of worker %u, "
			   "which runs job %lld task %u", s->plan != NULL ? "last by plan" : "oldest",
			   sj_deques_count(s->deques, w), w, (long long)t->job, t->index);
	if (l->thief == w && s->distant)
		snprintf(far, sizeof(far), ", %.9g s away",
			 (double)steal_way(s, cx, w, l->victim) / 1e9);
	if (l->thief == w)
		sj_because(cx, t, "worker %u stole it from worker %u%s, chosen %s: %u of the %u "
			   "tasks that waited there were to go, %s first%s", w, l->victim, far,
			   how[s->victim], l->most, l->waiting,
			   s->plan != NULL ? "the last by plan" : "oldest", plan);
	else
		sj_because(cx, t, "the %s of %u in worker %u's own deque%s",
			   s->plan != NULL ? "first by plan" : "newest",
			   sj_deques_count(s->deques, w) + 1, w, plan);
}

int steal_start(struct steal *s, sj_ctx *cx, uint32_t w, const sj_task *t)
{
	const sj_slot slot = { s->worker[w].node, 1 };
	const sj_placement where = { 1, &slot };
	int rc;

	if (s->loot != NULL)
		say_start(s, cx, w, t);
	rc = sj_start(cx, t, s->nodes != 0 ? &where : NULL);
	if (rc == SJ_OK)
		steal_engage(s, w, t);
	else if (rc == SJ_EFULL)
		steal_push(s, w, t);
	return rc;
}

/* What w does next: its own newest task, or it is a thief. */
static int settle(struct steal *s, sj_ctx *cx, uint32_t w)
{
	const sj_task *t;

	if (s->worker[w].first_task != NOBODY || s->worker[w].up_at == NOBODY)
		return SJ_OK;
	t = steal_pop(s, cx, w);
	if (t != NULL)
		return steal_start(s, cx, w, t);
	if (s->worker[w].errand == AT_HOME)
		steal_park(s, w);
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct steal *s = self;
	uint32_t done = 0;
	int rc;

	s->enabler = NOBODY;
	steal_deal_homeless(s, cx);
	rc = steal_start_gangs(s, cx);
	if (rc != SJ_OK || s->gang_waits)
		return rc;
	while (done < s->look_count && rc == SJ_OK) {
		uint32_t w = s->look[done++];

		s->worker[w].looked = false;
		rc = settle(s, cx, w);
	}
	/* Those that are left, and one whose core is held by something else, come next time. */
	for (uint32_t i = done; i < s->look_count; i++)
		s->look[i - done] = s->look[i];
	s->look_count -= done;
	return rc != SJ_OK ? rc : steal_send_thieves(s, cx);
}

/* ---- parameters -------------------------------------------------------------------------------- */

static const char *const victim_names[] = { "random", "nearest", "richest", "roundrobin", NULL };
static const char *const amount_names[] = { "one", "half", NULL };
static const char *const seed_names[] = { "spread", "first", NULL };
static const char *const idle_names[] = { "park", "poll", NULL };
static const char *const rule_names[] = { "always", "dask", NULL };
static const char *const plan_names[] = { "none", "heft", NULL };

#define AT(field) .offset = offsetof(struct steal, field)
static const sj_param params[] = {
	{ .name = "victim", .type = SJ_P_ENUM, AT(victim), .def = "random",
	  .choices = victim_names,
	  .help = "Whom a thief asks: another worker at random; of those that have work one of its "
		  "node, else of its rack, else of all; the one with most tasks; or each in turn." },
	{ .name = "amount", .type = SJ_P_ENUM, AT(amount), .def = "one", .choices = amount_names,
	  .help = "What is stolen: the oldest task, or the older half." },
	{ .name = "seed", .type = SJ_P_ENUM, AT(seed), .def = "spread", .choices = seed_names,
	  .help = "Tasks that wait for nothing, which are all of a workload without graphs, go to the "
		  "workers in turn, or all to the first." },
	{ .name = "latency", .type = SJ_P_TIME, AT(latency), .def = "2us", .min = 0, .max = 1e9,
	  .unit = "s", .help = "Of a request, and of its answer." },
	{ .name = "latency_node", .type = SJ_P_TIME, AT(latency_node), .def = "0s", .min = 0,
	  .max = 1e9, .unit = "s", .help = "More of it between two nodes." },
	{ .name = "latency_rack", .type = SJ_P_TIME, AT(latency_rack), .def = "0s", .min = 0,
	  .max = 1e9, .unit = "s", .help = "Still more of it between two racks." },
	{ .name = "network", .type = SJ_P_BOOL, AT(routes), .def = "no",
	  .help = "yes: and by the latency of the route between the two nodes, if the run has a "
		  "network." },
	{ .name = "cost", .type = SJ_P_TIME, AT(cost), .def = "0s", .min = 0, .max = 1e9,
	  .unit = "s", .help = "How much longer the answer takes if something was stolen." },
	{ .name = "lock", .type = SJ_P_TIME, AT(lock), .def = "0s", .min = 0, .max = 1e9,
	  .unit = "s", .help = "For how long a deque serves no other thief after a steal." },
	{ .name = "backoff", .type = SJ_P_TIME, AT(backoff), .def = "0s", .min = 0, .max = 1e9,
	  .unit = "s", .live = true, .help = "Pause after a failed attempt; doubles with each in a row." },
	{ .name = "backoff_max", .type = SJ_P_TIME, AT(backoff_max), .def = "1s", .min = 0,
	  .max = 1e9, .unit = "s", .help = "It doubles no more beyond this." },
	{ .name = "probes", .type = SJ_P_INT, AT(probes), .def = "1", .min = 1, .max = 1e6,
	  .unit = "workers",
	  .help = "random: the one with most tasks of so many that are drawn, at most as many as "
		  "there are others." },
	{ .name = "idle", .type = SJ_P_ENUM, AT(idle), .def = "park", .choices = idle_names,
	  .help = "Thieves sleep unless there are tasks for them, or all keep asking." },
	{ .name = "rule", .type = SJ_P_ENUM, AT(rule), .def = "always", .choices = rule_names,
	  .help = "dask: only what is worth its transfer, by estimates: occupancy of the thief + "
		  "(1 + transfer / estimate) x estimate <= occupancy of the victim - estimate / 2. "
		  "Dask itself looks every 100ms: give a backoff." },
	{ .name = "plan", .type = SJ_P_ENUM, AT(planned), .def = "none", .choices = plan_names,
	  .help = "heft: every job is planned when it comes, as by the policy heft; a task that is "
		  "ready goes to the worker that the plan names. Owners take what is planned first, "
		  "thieves what is planned last." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "a worker's own deque: newest first, with a plan the first by plan; a thief takes "
		 "the oldest, or the last by plan",
	.blocking = "none, but nothing starts while a task for a gang waits for room",
	.reservation = "none; a plan names workers and an order, and nobody waits for it",
	.preemption = "none",
	.placement = "the worker that has it: a core of a node, or a processor of a pool",
	.tie = "tasks by number, workers in the order in which they became idle",
	.instants = "arrivals, ends, changes of nodes, arrivals of requests and of answers",
};

const sj_policy_ops sj_policy_steal = {
	SJ_POLICY_HEAD,
	.name = "steal",
	.summary = "work stealing: a deque for each worker, and thieves with latency",
	.cite = "Blumofe and Leiserson, JACM 46(5), 1999; Hendler and Shavit, PODC 2002",
	.semantics = &semantics,
	.flags = SJ_PF_PLACES,
	.state_size = sizeof(struct steal),
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
