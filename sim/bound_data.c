/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound_data.c - how long a graph takes at least when its data moves over a network.
 *
 * A task and those whose data it reads are on one node, or the data takes at least the
 * least latency and the widest way between two nodes. If some are on its node, that node
 * has done their work. So a task can begin no sooner than the least, over all sets of tasks
 * it reads from, of: the last arrival from the others; the end of the set's work on one
 * node. The sets that matter are those that would arrive last (as in the analysis of
 * Darbha and Agrawal 1998, without their copies). The same backwards from the end.
 *
 * Only where a task does all of its work on the node on which it begins.
 */
#include <math.h>
#include <stdlib.h>

#include "bound.h"
#include "data.h"
#include "members.h"
#include "sojourn/policy.h"

#define NODES_MAX  64u  /* of which all pairs are looked at */
#define TOGETHER   256u /* tasks at most that are tried on one node */

typedef unsigned __int128 wide;

void bound_network(const sj_ctx *cx, struct bound *b)
{
	const sj_fabric_spec *spec = cx->config.network;
	uint32_t n = cx->ledger.node_count, cores = 0;
	double latency = INFINITY, widest = 0;

	if (spec == NULL || n < 2 || n > NODES_MAX || cx->config.link_event_count != 0 ||
	    spec->fault_count != 0 || spec->background_count != 0)
		return;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < n; k++) {
			if (i == k)
				continue;
			latency = fmin(latency, sj_transfer_alone(cx, i, k, 0));
			widest = fmax(widest, sj_bandwidth_alone(cx, i, k));
		}
	for (uint32_t k = 0; k < cx->ledger.type_count; k++)
		cores = cx->ledger.types[k].cores > cores ? cx->ledger.types[k].cores : cores;
	b->node_cores = cores;
	b->latency_s = latency;
	b->bytes_per_s = widest;
}

/* Transfers end at whole ns. */
static sj_time apart_ns(const struct bound *b, uint64_t bytes)
{
	return bytes == 0 ? 0 :
	       (sj_time)ceil((b->latency_s + (double)bytes / b->bytes_per_s) * 1e9 * (1 - 0x1p-40));
}

/* Something that is to be done before, or in the mirror after: from `head` on for `span`,
 * by so many cores at least; then `apart` passes unless it was on the same node. */
struct arc {
	sj_time  head, span, apart;
	uint32_t cores, task;
};

static int latest_first(const void *a, const void *b)
{
	const struct arc *x = a, *y = b;
	sj_time p = x->head + x->span + x->apart, q = y->head + y->span + y->apart;

	if (p != q)
		return p > q ? -1 : 1;
	return (x->task > y->task) - (x->task < y->task);
}

/* The end of the first n, in the order of heads, on one node. */
static sj_time end_together(const struct arc *by_head, uint32_t n, uint32_t node_cores)
{
	wide now = 0;
	sj_time most = 0;

	for (uint32_t i = 0; i < n; i++) {
		wide head = (wide)by_head[i].head * node_cores;

		now = (head > now ? head : now) + (wide)by_head[i].cores * (wide)by_head[i].span;
		if (by_head[i].head + by_head[i].span > most)
			most = by_head[i].head + by_head[i].span;
	}
	now = (now + node_cores - 1) / node_cores;
	return (sj_time)now > most ? (sj_time)now : most;
}

/* Puts it among n others in the order of heads; one that is there already, over another
 * edge, does its work but once. How many there are. */
static uint32_t join(struct arc *by_head, uint32_t n, const struct arc *new)
{
	uint32_t at = n;

	for (uint32_t i = 0; i < n; i++)
		if (by_head[i].task == new->task)
			return n;
	for (; at > 0 && by_head[at - 1].head > new->head; at--)
		by_head[at] = by_head[at - 1];
	by_head[at] = *new;
	return n + 1;
}

/* When all of them can be there. Sorts them. */
static sj_time all_there(struct arc *arc, uint32_t n, uint32_t node_cores)
{
	struct arc same[TOGETHER];
	sj_time end = 0, best = SJ_NEVER;
	uint32_t together = 0;

	qsort(arc, n, sizeof(*arc), latest_first);
	for (uint32_t i = 0; i <= n; i++) {
		sj_time others = i < n ? arc[i].head + arc[i].span + arc[i].apart : 0;

		if ((others > end ? others : end) < best)
			best = others > end ? others : end;
		if (end >= others)
			return best;
		if (together == TOGETHER) /* more of them take no less */
			return best < end ? best : end;
		together = join(same, together, &arc[i]);
		end = end_together(same, together, node_cores);
	}
	return best;
}

/* ---- of a graph --------------------------------------------------------------------------- */

/* The edges of each task forwards; bytes on edges that carry none are 0. */
struct arcs {
	struct arc *arc;    /* of one task */
	uint32_t   *first, *to; /* edges with bytes, by source */
	uint64_t   *bytes;
};

static int arcs_init(const struct job_rec *jr, struct arcs *a)
{
	const struct job_data *d = jr->data;
	uint32_t n = jr->task_count, edges = d->first[n], most = 0;

	a->first = calloc(n + 2, sizeof(*a->first));
	a->to = malloc((edges + 1) * sizeof(*a->to));
	a->bytes = malloc((edges + 1) * sizeof(*a->bytes));
	if (a->first == NULL || a->to == NULL || a->bytes == NULL)
		return SJ_ENOMEM;
	for (uint32_t e = 0; e < edges; e++)
		a->first[d->from[e] + 2]++;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t in = d->first[i + 1] - d->first[i], out = a->first[i + 2];

		most = in > most ? in : most;
		most = out > most ? out : most;
		a->first[i + 2] += a->first[i + 1];
	}
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t e = d->first[i]; e < d->first[i + 1]; e++) {
			uint32_t at = a->first[d->from[e] + 1]++;

			a->to[at] = i;
			a->bytes[at] = d->bytes[e];
		}
	a->arc = malloc((most + 1) * sizeof(*a->arc));
	return a->arc != NULL ? SJ_OK : SJ_ENOMEM;
}

static void arcs_fini(struct arcs *a)
{
	free(a->arc);
	free(a->first);
	free(a->to);
	free(a->bytes);
}

static void raise_to(sj_time *x, sj_time at_least)
{
	if (*x < at_least)
		*x = at_least;
}

/* Tasks come in an order of ends; heads of their predecessors are final. */
static void raise_head(const struct bound *b, const struct job_rec *jr, struct bound_item *item,
		       uint32_t i, struct arcs *a)
{
	const struct job_data *d = jr->data;
	uint32_t n = 0;

	for (uint32_t e = d->first[i]; e < d->first[i + 1]; e++) {
		const struct bound_item *u = &item[d->from[e]];

		a->arc[n++] = (struct arc){ u->release - jr->record.submit_ns, u->span,
					    apart_ns(b, d->bytes[e]), u->rank_cores, d->from[e] };
	}
	raise_to(&item[i].release, jr->record.submit_ns + all_there(a->arc, n, b->node_cores));
	for (uint32_t k = jr->member[i].succ; k < jr->member[i + 1].succ; k++)
		raise_to(&item[jr->succ[k]].release, item[i].release + item[i].span);
}

static void raise_tail(const struct bound *b, const struct job_rec *jr, struct bound_item *item,
		       uint32_t i, struct arcs *a)
{
	uint32_t n = 0;

	for (uint32_t k = jr->member[i].succ; k < jr->member[i + 1].succ; k++)
		raise_to(&item[i].tail, item[jr->succ[k]].span + item[jr->succ[k]].tail);
	for (uint32_t e = a->first[i]; e < a->first[i + 1]; e++) {
		const struct bound_item *w = &item[a->to[e]];

		a->arc[n++] = (struct arc){ w->tail, w->span, apart_ns(b, a->bytes[e]),
					    w->rank_cores, a->to[e] };
	}
	raise_to(&item[i].tail, all_there(a->arc, n, b->node_cores));
}

/* How long the job takes alone, tasks having these heads and tails. */
static int alone(const struct bound *b, const struct bound_item *item, const uint32_t *order,
		 uint32_t n, sj_time *out)
{
	struct bound job = { .sized = b->sized, .shared = b->shared };
	int rc = SJ_OK;

	for (int r = 0; r < BOUND_RESOURCES; r++)
		job.capacity[r] = b->capacity[r];
	for (uint32_t k = 0; k < n && rc == SJ_OK; k++)
		rc = bound_add(&job, &item[order[k]], n - k - 1);
	if (rc == SJ_OK)
		rc = bound_alone(&job, 0, out);
	bound_free_columns(&job);
	return rc;
}

int bound_with_data(const struct bound *b, const struct job_rec *jr, struct bound_item *item,
		    const uint32_t *order, sj_time *out)
{
	struct arcs a = { 0 };
	int rc;

	*out = 0;
	if (jr->data == NULL || b->node_cores == 0 || b->sized || jr->outcome == SJ_KILLED)
		return SJ_OK;
	rc = arcs_init(jr, &a);
	for (uint32_t k = 0; k < jr->task_count && rc == SJ_OK; k++)
		raise_head(b, jr, item, order[k], &a);
	for (uint32_t k = jr->task_count; k-- != 0 && rc == SJ_OK;)
		raise_tail(b, jr, item, order[k], &a);
	arcs_fini(&a);
	return rc != SJ_OK ? rc : alone(b, item, order, jr->task_count, out);
}
