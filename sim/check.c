/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.c - the invariants: recomputed from scratch after an instant (--check), and
 * the accounts of a run that has ended (always). */
#include "comm.h"
#include "place.h"
#include "staging.h"

static int violated(sj_ctx *cx, const struct task *t, const char *what)
{
	return sj_fail(&cx->error, SJ_EINVARIANT,
		       "invariant violated at %.9g s: %s (job %lld task %u, policy %s)",
		       (double)cx->now / 1e9, what,
		       t != NULL ? (long long)t->pub.job : -1LL,
		       t != NULL ? t->pub.index : 0, cx->ops->name);
}

static int check_shares(sj_ctx *cx, uint64_t units, uint64_t *busy)
{
	if (units != cx->share_units)
		return violated(cx, NULL, "shares of processors do not add up");
	*busy += (units + (UINT64_C(1) << SHARE_UNIT_BITS) - 1) >> SHARE_UNIT_BITS;
	return SJ_OK;
}

/* It communicates, and something will bring it on. */
static bool goes_on(const sj_ctx *cx, const struct task *t)
{
	return t->pace != NULL && pace_is_open(t->pace) && comm_flow_waits(cx, t);
}

static int check_running(sj_ctx *cx, uint64_t *busy)
{
	uint64_t units = 0;

	for (const struct task *t = cx->running.first; t != NULL; t = t->next) {
		uint64_t share = t->pace != NULL ? t->pace->share_units : 0;

		if (t->pub.state != SJ_TASK_RUNNING)
			return violated(cx, t, "a task in the running list is not running");
		if (t->pub.start_ns < t->pub.ready_ns || t->first_start_ns < t->pub.submit_ns)
			return violated(cx, t, "a task started before it was ready");
		if (cx->ends.pos[t->pub.id] == 0 && !t->released && t->inputs == 0 &&
		    !goes_on(cx, t))
			return violated(cx, t, "a running task has no end");
		if (life_attained(cx, t) > t->work_ns)
			return violated(cx, t, "a task did more work than it has");
		if (t->pace != NULL && life_area(t) < t->pace->kept_area)
			return violated(cx, t, "a task has more useful than held processor-time");
		if (has_copy(t) && t->pace->copy->pace->copy_of != t)
			return violated(cx, t, "a task and its copy disagree");
		units += share;
		*busy += t->released || share != 0 ? 0 : t->procs_now;
	}
	return check_shares(cx, units, busy);
}

static bool is_one_of(const struct task *copy, const struct task *t)
{
	const struct task *c = t->pace->copy;

	while (c != NULL && c != copy)
		c = c->pace->copy_older;
	return c != NULL;
}

static int check_copies(sj_ctx *cx, uint64_t *busy)
{
	for (const struct task *c = cx->copies.first; c != NULL; c = c->next) {
		if (!is_copy(c) || !is_one_of(c, c->pace->copy_of) ||
		    c->pace->copy_of->pub.state != SJ_TASK_RUNNING)
			return violated(cx, c, "a copy of a task that does not run");
		if (cx->ends.pos[c->pub.id] == 0 && c->inputs == 0 && !goes_on(cx, c))
			return violated(cx, c, "a copy has no end");
		*busy += c->procs_now;
	}
	return SJ_OK;
}

static int check_ready(sj_ctx *cx)
{
	uint64_t wanted = 0;

	for (const struct task *t = cx->ready.first; t != NULL; t = t->next) {
		if (t->pub.state != SJ_TASK_READY || t->pub.ready_ns > cx->now)
			return violated(cx, t, "a task in the ready list is not ready");
		if (t->next != NULL && ready_before(t->next, t))
			return violated(cx, t, "the ready list is out of order");
		wanted += t->pub.procs;
	}
	if (wanted != cx->wanted_procs)
		return violated(cx, NULL, "wanted processors do not add up");
	return SJ_OK;
}

static int check_nodes(sj_ctx *cx)
{
	uint64_t cores = 0, off = 0, gpus = 0;

	for (uint32_t i = 0; i < cx->ledger.node_count; i++) {
		const sj_node *f = &cx->ledger.node[i];
		const sj_node_type *s = &cx->ledger.types[f->type];

		if (f->cores > s->cores || f->gpu_milli > s->gpus * SJ_GPU_WHOLE ||
		    f->mem_bytes > s->mem_bytes)
			return violated(cx, NULL, "a node has more free than it has");
		if (f->state == SJ_NODE_DOWN && (f->cores != s->cores ||
		    f->gpu_milli != s->gpus * SJ_GPU_WHOLE || f->mem_bytes != s->mem_bytes))
			return violated(cx, NULL, "something runs on a node that is down");
		if (f->state != SJ_NODE_UP)
			off += s->cores - f->cores;
		else
			gpus += f->gpu_milli;
		cores += f->state == SJ_NODE_UP ? f->cores : 0;
	}
	if (off != cx->ledger.procs_off || gpus != cx->ledger.gpu_milli_free)
		return violated(cx, NULL, "what nodes hold that are not up does not add up");
	if (cx->ledger.node_count != 0 && cores != cx->ledger.procs_free)
		return violated(cx, NULL, "free cores of the nodes do not add up");
	return SJ_OK;
}

int check_state(sj_ctx *cx)
{
	uint64_t busy = 0, accounted;
	int rc = check_running(cx, &busy);

	if (rc == SJ_OK)
		rc = check_copies(cx, &busy);
	if (rc == SJ_OK)
		rc = check_ready(cx);
	if (rc == SJ_OK)
		rc = check_nodes(cx);
	if (rc == SJ_OK && cx->ledger.place != NULL && !sj_place_sound(&cx->ledger))
		return violated(cx, NULL, "an index of placement does not agree with the nodes");
	if (rc == SJ_OK && !interference_sound(cx))
		return violated(cx, NULL, "the lists of neighbours are not who runs where");
	if (rc == SJ_OK && cx->staging != NULL && staging_unsound(cx, false) != NULL)
		return violated(cx, NULL, staging_unsound(cx, false));
	if (rc != SJ_OK)
		return rc;
	if (busy + cx->ledger.procs_free !=
	    (uint64_t)cx->ledger.procs_total + cx->ledger.procs_off)
		return violated(cx, NULL, "busy and free processors are not the machine");
	accounted = cx->collect.finished + cx->collect.rejected;
	if (accounted > cx->next_seq)
		return violated(cx, NULL, "more jobs ended than were submitted");
	return SJ_OK;
}

/*
 * Every job accounted for, and resource-time conserved: what the ledger says was in
 * use is what the jobs had. Charged thinking holds processors before a task runs, and
 * shares hold whole ones.
 */
int check_end(sj_ctx *cx)
{
	if (cx->collect.finished + cx->collect.rejected != cx->next_seq)
		return violated(cx, NULL, "jobs that ended and were rejected are not all that came");
	if (!cx->config.check)
		return SJ_OK;
	if (cx->ledger.procs_free != cx->ledger.procs_total || cx->ledger.procs_off != 0)
		return violated(cx, NULL, "processors are in use after the end");
	if (cx->staging != NULL && staging_unsound(cx, true) != NULL)
		return violated(cx, NULL, staging_unsound(cx, true));
	if (cx->collect.waste > cx->collect.area)
		return violated(cx, NULL, "more processor-time was wasted than jobs had");
	if (cx->ever_charged || cx->ever_shared ? cx->held_area < cx->collect.area :
			       cx->held_area != cx->collect.area)
		return violated(cx, NULL, "processor-time in use is not what the jobs had");
	return SJ_OK;
}
