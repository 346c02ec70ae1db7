/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * speculate - second copies of running tasks that are slow, around any policy that only
 * starts tasks, plans and queues at nodes included: it is told where a copy ends. The first
 * of the two to end ends the task; the other was for nothing.
 *
 * Copies are made only when no task waits. What is seen of a task is its score: attained
 * service over estimate (scores.h). how= is the test:
 *
 * late (Zaharia et al. 2008): of the tasks of a stage that have run for min_run= those whose
 * rate, score over time, is at most the ceil(slow_task n)-th smallest of the n; the longest
 * estimated time to the end, (1 - score) / rate, first; at most cap= copies at once; none
 * on the slowest slow_node= of the nodes. A stage of one has nobody to be slower than.
 *
 * naive (Hadoop as that paper describes it): score below the mean of the stage - gap=, after
 * min_run=; in start order. The mean is over what runs, and what has ended counts 1.
 *
 * wqr (workqueue with replication): whatever runs, in start order, at once, until all run
 * copies= times; those that run least often first.
 *
 * backup (MapReduce's backup tasks, Dean and Ghemawat, OSDI 2004): as wqr, but only tasks of
 * stages of which at most last= of the tasks are left. A stage of one has none. For a gang of
 * ranks that step together, the fastest n - b of which count, see spare_ranks of its job.
 *
 * A copy goes to the lowest-numbered node that has room, is not the task's own and may be
 * used; a gang on several nodes goes where place= puts it, and nodes are not tested.
 *
 * Not copied: tasks bound to one node, those that have a copy, and (late, naive) those
 * without an estimate; nor, on a machine of one node, anything. O(running log running + nodes)
 * for a test, O(1) for other news; wqr, backup: O(running) for a pass that leaves processors
 * free.
 */
#include <math.h>
#include <string.h>

#include "speculate.h"

/* Of its own timers, which share the numbers of the base's. */
#define TEST_NOW UINT64_C(0x73706563756c6174)

/* ---- parameters -------------------------------------------------------------------------- */

static int read_cap(struct speculate *s, sj_ctx *cx)
{
	size_t size = strlen(s->cap_text);
	char *text = sj_alloc(cx, size + 1);
	sj_error err;

	if (strcmp(s->cap_text, "auto") == 0) {
		s->cap_part = s->how == LATE;
		s->cap = s->how == LATE ? 0.1 : (double)INFINITY;
		return SJ_OK;
	}
	memcpy(text, s->cap_text, size);
	s->cap_part = size > 1 && text[size - 1] == '%';
	if (s->cap_part)
		text[size - 1] = '\0';
	if (sj_parse_double("policy speculate: cap", text, &s->cap, &err) != SJ_OK)
		return sj_policy_fail(cx, SJ_EUSAGE, "%s", err.text);
	if (!(s->cap >= 0) || (s->cap_part && s->cap > 100))
		return sj_policy_fail(cx, SJ_EUSAGE, "policy speculate: cap: \"%s\"; expected a "
				      "number of copies, as 4, or a part of the processors, "
				      "as 10%%", s->cap_text);
	if (s->cap_part)
		s->cap /= 100;
	return SJ_OK;
}

/* Of a part at least one copy, unless it is 0. */
double speculate_cap(const struct speculate *s, const sj_ctx *cx)
{
	double cap = s->cap;

	if (s->cap_part)
		cap = fmax(floor(s->cap * sj_procs_total(cx)), s->cap > 0);
	return cap;
}

static int speculate_init(void *self, sj_ctx *cx)
{
	struct speculate *s = self;
	int rc = read_cap(s, cx);

	if (s->how == BACKUP && s->among != 0)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy speculate: how=backup counts what is "
				      "left of a stage; expected among=stage with it");
	if (rc == SJ_OK)
		rc = around_init(&s->base, cx, "speculate");
	if (rc == SJ_OK)
		scores_init(&s->scores, cx, s->among == 0);
	return rc;
}

/* ---- news -------------------------------------------------------------------------------- */

static void heard(struct speculate *s)
{
	s->news = true;
	s->next = 0;
}

static int speculate_on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
			       const sj_job *graph)
{
	struct speculate *s = self;

	scores_submit(&s->scores, cx, tasks, count, graph);
	return around_submit(&s->base, cx, tasks, count, graph);
}

static int speculate_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct speculate *s = self;

	heard(s);
	return around_ready(&s->base, cx, t);
}

static int speculate_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct speculate *s = self;
	uint32_t copy = scores_copy_node(&s->scores, t);
	int rc;

	heard(s);
	scores_done(&s->scores, t, how);
	rc = around_done(&s->base, cx, t, how);
	if (rc != SJ_OK || copy == SCORES_NOWHERE)
		return rc;
	return around_room(&s->base, cx, copy != SCORES_SOMEWHERE ? copy : UINT32_MAX);
}

static int speculate_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct speculate *s = self;

	if (token != TEST_NOW)
		return around_timer(&s->base, cx, token);
	s->armed = false;
	s->test = true;
	return SJ_OK;
}

static int speculate_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct speculate *s = self;

	heard(s);
	return around_node(&s->base, cx, node, up);
}

/* ---- copies ------------------------------------------------------------------------------- */

bool speculate_may_copy(const sj_ctx *cx, const sj_task *t)
{
	return t->node == 0 && !sj_has_copy(cx, t);
}

static bool has_room(const sj_ctx *cx, const sj_task *t, uint32_t ranks, uint32_t node)
{
	return sj_node_get_state(cx, node) == SJ_NODE_UP &&
	       sj_node_cores_free(cx, node) >= (uint64_t)ranks * t->cores;
}

static int copy(struct speculate *s, sj_ctx *cx, const sj_task *t, const bool *slow)
{
	sj_placement own = sj_task_placement(cx, t);
	uint32_t home = own.count == 1 ? own.slots[0].node : 0, ranks = sj_task_ranks(cx, t);
	uint32_t at = SCORES_SOMEWHERE;
	int rc = SJ_EFULL;

	if (own.count != 1)
		rc = sj_copy(cx, t, NULL);
	for (uint32_t n = 0; own.count == 1 && n < sj_node_count(cx) && rc == SJ_EFULL; n++) {
		const sj_slot slot = { n, ranks };
		const sj_placement where = { 1, &slot };

		if (n != home && (slow == NULL || !slow[n]) && has_room(cx, t, ranks, n) &&
		    sj_rate(cx, t, ranks, &where) > 0)
			rc = sj_copy(cx, t, &where);
		at = n;
	}
	if (rc == SJ_OK)
		scores_copied(&s->scores, t, sj_copy_count(cx, t) == 1 ? at : SCORES_SOMEWHERE);
	return rc;
}

static uint32_t count_copies(const sj_ctx *cx)
{
	uint32_t n = 0;

	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		n += sj_copy_count(cx, t);
	return n;
}

/* wqr: all of them. backup: is its stage nearly over? */
static bool has_turn(const struct speculate *s, sj_ctx *cx, const sj_task *t, uint32_t copies)
{
	uint32_t left, all;

	if (t->node != 0 || sj_copy_count(cx, t) != copies)
		return false;
	if (s->how == WQR) {
		sj_because(cx, t, "wqr: nobody waits, %u processors free", sj_procs_free(cx));
		return true;
	}
	scores_left(&s->scores, t, &left, &all);
	if (all < 2 || left > s->last * all)
		return false;
	sj_because(cx, t, "backup: one of the last %u of %u tasks of its stage", left, all);
	return true;
}

/* Of those that have `have` copies. */
static int copy_each(struct speculate *s, sj_ctx *cx, uint32_t have)
{
	uint32_t copies = count_copies(cx);
	double cap = speculate_cap(s, cx);

	for (const sj_task *t = sj_running_first(cx);
	     t != NULL && copies + 1 <= cap && sj_procs_free(cx) != 0;
	     t = sj_running_next(cx, t)) {
		int rc;

		if (!has_turn(s, cx, t, have))
			continue;
		rc = copy(s, cx, t, NULL);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
		copies += rc == SJ_OK;
	}
	return SJ_OK;
}

static int copy_all(struct speculate *s, sj_ctx *cx)
{
	int rc = SJ_OK;

	for (uint32_t have = 0; have + 1 < s->copies && rc == SJ_OK && sj_procs_free(cx) != 0;
	     have++)
		rc = copy_each(s, cx, have);
	return rc;
}

/* ---- a test ------------------------------------------------------------------------------ */

/* When a test can next find something: whoever has no copy may become slow. */
static void plan_next(struct speculate *s, const sj_ctx *cx, const struct measured *m,
		      uint32_t n)
{
	s->news = false;
	for (uint32_t i = 0; i < n; i++) {
		sj_time start = m[i].task->start_ns, at = 0;

		if (!speculate_may_copy(cx, m[i].task))
			continue;
		if (!speculate_is_old(s, &m[i]) && start < SJ_TIME_MAX - s->min_run)
			at = start + s->min_run;
		if (!s->news || at < s->next)
			s->next = at;
		s->news = true;
	}
}

static int test(struct speculate *s, sj_ctx *cx)
{
	uint32_t n, copies = count_copies(cx);
	struct measured *m = scores_measure(&s->scores, cx, &n);
	bool *slow = s->how != LATE ? NULL :
		     scores_slow_nodes(&s->scores, cx, m, n, s->slow_node);
	struct suspects to = speculate_test(s, cx, m, n);
	double cap = speculate_cap(s, cx);

	for (uint32_t i = 0; i < to.count && copies + 1 <= cap && sj_procs_free(cx) != 0; i++) {
		int rc;

		if (sj_explaining(cx))
			speculate_explain(s, cx, &to, i, copies);
		rc = copy(s, cx, to.list[i].m.task, slow);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
		copies += rc == SJ_OK;
	}
	plan_next(s, cx, m, n);
	return SJ_OK;
}

/* ---- when ---------------------------------------------------------------------------------- */

/* Tests are at multiples of every=, as reports of progress would be. */
static int arm(struct speculate *s, sj_ctx *cx)
{
	sj_time from = sj_now(cx) + 1;
	int rc;

	if (s->how >= WQR || s->armed || !s->news || sj_ready_count(cx) != 0 ||
	    sj_running_count(cx) == 0 || sj_procs_free(cx) == 0)
		return SJ_OK;
	if (s->next > from)
		from = s->next;
	if (from >= SJ_TIME_MAX - s->every)
		return SJ_OK; /* time is over before */
	rc = sj_timer(cx, ((from - 1) / s->every + 1) * s->every, TEST_NOW);
	s->armed = rc == SJ_OK;
	return rc;
}

static int speculate_schedule(void *self, sj_ctx *cx)
{
	struct speculate *s = self;
	int rc = around_schedule(&s->base, cx);

	if (rc != SJ_OK && rc != SJ_EFULL)
		return rc;
	scores_started(&s->scores, cx);
	rc = SJ_OK;
	if (sj_ready_count(cx) == 0 && sj_procs_free(cx) != 0) {
		if (s->how >= WQR)
			rc = copy_all(s, cx);
		else if (s->test)
			rc = test(s, cx);
	}
	s->test = false;
	return rc != SJ_OK ? rc : arm(s, cx);
}

static const char *const hows[] = { "late", "naive", "wqr", "backup", NULL };
static const char *const amongs[] = { "stage", "all", NULL };

static const sj_param params[] = {
	AROUND_PARAM(struct speculate, base),
	{ .name = "how", .type = SJ_P_ENUM, .offset = offsetof(struct speculate, how),
	  .def = "late", .choices = hows, .help = "The test that a copy needs." },
	{ .name = "cap", .type = SJ_P_STRING, .offset = offsetof(struct speculate, cap_text),
	  .def = "auto", .help = "Copies at once: a number, or a part of the processors as "
	  "\"10%\", at least one. auto: 10% for late, else no limit." },
	{ .name = "slow_task", .type = SJ_P_DOUBLE, .max = 1, .def = "0.25",
	  .offset = offsetof(struct speculate, slow_task),
	  .live = true, .help = "late: the part of the tasks of a stage that is slow." },
	{ .name = "slow_node", .type = SJ_P_DOUBLE, .max = 1, .def = "0.25",
	  .offset = offsetof(struct speculate, slow_node),
	  .help = "late: the part of the nodes that gets no copies." },
	{ .name = "gap", .type = SJ_P_DOUBLE, .max = 1, .def = "0.2",
	  .offset = offsetof(struct speculate, gap),
	  .help = "naive: the score that a straggler lacks to the mean." },
	{ .name = "last", .type = SJ_P_DOUBLE, .max = 1, .def = "0.1",
	  .offset = offsetof(struct speculate, last),
	  .help = "backup: a stage is nearly over when at most this part of its tasks is left." },
	{ .name = "copies", .type = SJ_P_INT, .min = 2, .max = 1000, .def = "2", .unit = "runs",
	  .offset = offsetof(struct speculate, copies),
	  .help = "wqr, backup: how often a task runs at once, the first run included." },
	{ .name = "min_run", .type = SJ_P_TIME, .max = 1e9, .unit = "s", .def = "1min",
	  .offset = offsetof(struct speculate, min_run),
	  .help = "late, naive: a task is not judged before it has run so long." },
	{ .name = "every", .type = SJ_P_TIME, .min = 1e-6, .max = 1e9, .unit = "s", .def = "5s",
	  .offset = offsetof(struct speculate, every),
	  .help = "late, naive: tests are at multiples of this time." },
	{ .name = "among", .type = SJ_P_ENUM, .offset = offsetof(struct speculate, among),
	  .def = "stage", .choices = amongs,
	  .help = "Who is compared: tasks of one job on one level of its graph, or all." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "of the base; copies: late by longest time left, others by start",
	.blocking = "of the base; no copy while a task waits",
	.reservation = "of the base, which does not know of copies",
	.preemption = "none; of two copies the second to end is cancelled",
	.placement = "of the base; copies on another node, the lowest that has room",
	.tie = "arrival, then number within the job",
	.instants = "of the base; tests at multiples of every=, wqr and backup at every instant of "
		    "news",
};

const sj_policy_ops sj_policy_speculate = {
	SJ_POLICY_HEAD,
	.name = "speculate",
	.summary = "second copies of slow tasks, around another policy: LATE, Hadoop's, MapReduce's, all",
	.cite = "Zaharia et al., Improving MapReduce performance in heterogeneous "
		"environments, OSDI 2008; Silva, Cirne, Brasileiro, Trading cycles for "
		"information, Euro-Par 2003; Dean, Ghemawat, MapReduce, OSDI 2004",
	.semantics = &semantics,
	.flags = SJ_PF_COPIES,
	.params = params,
	.state_size = sizeof(struct speculate),
	.init = speculate_init,
	.on_submit = speculate_on_submit,
	.on_ready = speculate_on_ready,
	.on_done = speculate_on_done,
	.on_timer = speculate_on_timer,
	.on_node = speculate_on_node,
	.schedule = speculate_schedule,
};
