/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit_nodes.c - allocations on nodes against the nodes: at no instant more cores,
 * memory or thousandths of any GPU than it has.
 */
#include "policycheck/audit_nodes.h"

#include <stdlib.h>

#define S(ns) ((double)(ns) / 1e9) /* for sentences */

/* A task comes to a node or goes. */
struct change {
	uint32_t               node;
	bool                   comes;
	sj_time                at;
	const sj_alloc_record *alloc;
};

/* By node and time; who goes makes room for who comes. */
static int by_node_and_time(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->comes != y->comes)
		return x->comes ? 1 : -1;
	return x->alloc < y->alloc ? -1 : x->alloc > y->alloc;
}

/* NULL: there is no such node. */
static const sj_node_type *type_of(const struct trial *t, uint32_t node)
{
	for (uint32_t k = 0; k < t->type_count; k++) {
		if (node < t->types[k].count)
			return &t->types[k];
		node -= t->types[k].count;
	}
	return NULL;
}

static int audit_alloc(const struct trial *t, const struct outcome *out,
		       const sj_alloc_record *a, sj_error *err)
{
	const sj_node_type *type = type_of(t, a->node);

	if (a->seq >= out->records || a->to_ns < a->from_ns)
		return sj_fail(err, SJ_EINVARIANT, "an allocation of no job, or one that ends "
			       "before it begins");
	if (type == NULL)
		return sj_fail(err, SJ_EINVARIANT, "job %lld is on node %u, which is not there",
			       (long long)a->job, a->node);
	if (a->ranks == 0 || (a->gpus != 0 && (a->gpu_milli == 0 || a->gpu_milli > SJ_GPU_WHOLE)) ||
	    (type->gpus < 64 && a->gpus >> type->gpus != 0))
		return sj_fail(err, SJ_EINVARIANT, "job %lld has no ranks on node %u, or GPUs that "
			       "are not there", (long long)a->job, a->node);
	return SJ_OK;
}

/* ---- one node over time --------------------------------------------------------------- */

struct use {
	uint64_t cores, mem_bytes;
	uint32_t gpu[SJ_NODE_GPUS_MAX]; /* thousandths */
};

static void apply(struct use *u, const struct change *c)
{
	const sj_alloc_record *a = c->alloc;

	u->cores = c->comes ? u->cores + a->cores : u->cores - a->cores;
	u->mem_bytes = c->comes ? u->mem_bytes + a->mem_bytes : u->mem_bytes - a->mem_bytes;
	for (uint64_t left = a->gpus; left != 0; left &= left - 1) {
		uint32_t *gpu = &u->gpu[__builtin_ctzll(left)];

		*gpu = c->comes ? *gpu + a->gpu_milli : *gpu - a->gpu_milli;
	}
}

static int check_use(const struct use *u, const sj_node_type *type, const struct change *c,
		     sj_error *err)
{
	if (u->cores > type->cores)
		return sj_fail(err, SJ_EINVARIANT, "capacity exceeded: %llu of %u cores of node %u "
			       "are held at %.9g s", (unsigned long long)u->cores, type->cores,
			       c->node, S(c->at));
	if (type->mem_bytes != 0 && u->mem_bytes > type->mem_bytes)
		return sj_fail(err, SJ_EINVARIANT, "capacity exceeded: more than its memory of node "
			       "%u is held at %.9g s", c->node, S(c->at));
	for (uint32_t g = 0; g < type->gpus; g++)
		if (u->gpu[g] > SJ_GPU_WHOLE)
			return sj_fail(err, SJ_EINVARIANT, "capacity exceeded: %u thousandths of GPU "
				       "%u of node %u are held at %.9g s", u->gpu[g], g, c->node,
				       S(c->at));
	return SJ_OK;
}

static int audit_changes(const struct trial *t, struct change *c, uint64_t n, sj_error *err)
{
	struct use use = { 0 };
	int rc = SJ_OK;

	qsort(c, n, sizeof(*c), by_node_and_time);
	for (uint64_t i = 0; i < n && rc == SJ_OK; i++) {
		if (i > 0 && c[i].node != c[i - 1].node)
			use = (struct use){ 0 };
		apply(&use, &c[i]);
		rc = check_use(&use, type_of(t, c[i].node), &c[i], err);
	}
	return rc;
}

/* ---- what each job had ------------------------------------------------------------------ */

/* Jobs that were stopped, resized or made of several tasks have no simple product to
 * compare with; a second copy adds no more than the first; shares of GPUs are rounded up
 * to what a type can divide. */
static int audit_areas(const struct trial *t, const struct outcome *out,
		       const unsigned __int128 *cores, sj_error *err)
{
	bool copies = (t->subject->ops->flags & SJ_PF_COPIES) != 0;
	unsigned __int128 span;

	if ((t->subject->ops->flags & (SJ_PF_RESIZES | SJ_PF_SHARES)) != 0)
		return SJ_OK;
	for (uint64_t k = 0; k < out->records; k++) {
		const sj_job_record *r = &out->record[k];
		const sj_job *job = &t->jobs->job[r->id - 1];

		if (r->outcome == SJ_REJECTED || r->preemptions != 0 || r->requeues != 0 ||
		    job->task_count != 1)
			continue;
		span = (unsigned __int128)(r->finish_ns - r->start_ns) *
		       job->task.ranks * job->task.cores;
		if (cores[r->seq] < span || cores[r->seq] > (copies ? 2 * span : span))
			return sj_fail(err, SJ_EINVARIANT, "job %lld asked for %u cores and held "
				       "another number", (long long)r->id,
				       job->task.ranks * job->task.cores);
	}
	return SJ_OK;
}

int audit_nodes(const struct trial *t, const struct outcome *out, sj_error *err)
{
	struct change *c = malloc((2 * out->allocs + 1) * sizeof(*c));
	unsigned __int128 *cores = calloc(out->records + 1, sizeof(*cores));
	uint64_t n = 0;
	int rc = SJ_OK;

	if (c == NULL || cores == NULL)
		rc = sj_fail(err, SJ_ENOMEM, "out of memory for the audit");
	for (uint64_t i = 0; i < out->allocs && rc == SJ_OK; i++) {
		const sj_alloc_record *a = &out->alloc[i];

		rc = audit_alloc(t, out, a, err);
		if (rc != SJ_OK || a->from_ns == a->to_ns)
			continue; /* held for no time: in nobody's way */
		cores[a->seq] += (unsigned __int128)(a->to_ns - a->from_ns) * a->cores;
		c[n++] = (struct change){ a->node, true, a->from_ns, a };
		c[n++] = (struct change){ a->node, false, a->to_ns, a };
	}
	if (rc == SJ_OK)
		rc = audit_changes(t, c, n, err);
	if (rc == SJ_OK)
		rc = audit_areas(t, out, cores, err);
	free(c);
	free(cores);
	return rc;
}
