/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node_news.c - the changes of nodes in order of time, from a trace and from laws. */
#include "node_news.h"

#include <stdlib.h>
#include <string.h>

static uint32_t type_of(const sj_node_news *n, uint32_t node)
{
	uint32_t low = 0, high = n->type_count;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (n->of_type[mid] <= node)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/*
 * The k-th period of a node has a stream of its own, so that no generator is kept for
 * each of many nodes: up (k even), down (k odd), up ... At least 1 ns, so that time
 * goes on; a period beyond the end of time ends just behind it.
 */
static void plan(sj_node_news *n, uint32_t node, sj_time from)
{
	const sj_node_type *type = &n->types[type_of(n, node)];
	uint32_t k = n->cycle[node];
	double s;
	sj_time ns;

	sj_rng_rekey(n->rng, n->seed, "failure", (uint64_t)node << 32 | k);
	s = sj_law_draw(k % 2 == 0 ? type->mtbf : type->mttr, n->rng);
	ns = !(s * 1e9 < (double)SJ_TIME_MAX) ? SJ_TIME_MAX + 1 :
	     s > 1e-9 ? (sj_time)(s * 1e9 + 0.5) : 1;
	sj_pes_add(&n->laws, node, ns <= SJ_TIME_MAX - from ? from + ns : SJ_TIME_MAX + 1);
}

static int init_laws(sj_node_news *n, uint32_t nodes, sj_error *err)
{
	n->cycle = calloc(nodes, sizeof(*n->cycle));
	n->rng = sj_rng_create(n->seed, "failure", 0);
	if (n->cycle == NULL || n->rng == NULL || nodes >> SJ_PES_ID_BITS != 0 ||
	    sj_pes_reserve(&n->laws, nodes) != SJ_OK)
		return sj_fail(err, SJ_ENOMEM, "failures: out of memory for %u nodes", nodes);
	for (uint32_t k = 0; k < n->type_count; k++)
		for (uint32_t i = n->of_type[k]; i < n->of_type[k + 1]; i++)
			if (n->types[k].mtbf != NULL)
				plan(n, i, 0);
	return SJ_OK;
}

static int check_trace(const sj_failures *f, uint32_t nodes, sj_error *err)
{
	uint8_t *seen = calloc(nodes, 1); /* by node: an event names it */
	int rc = SJ_OK;

	if (seen == NULL)
		return sj_fail(err, SJ_ENOMEM, "failures: out of memory");
	for (uint32_t i = 0; i < f->event_count && rc == SJ_OK; i++) {
		const sj_node_event *e = &f->events[i];

		if (e->node >= nodes)
			rc = sj_fail(err, SJ_EINVAL, "failures: event %u is of node %u, but "
				     "the machine has the nodes 0 to %u", i + 1, e->node,
				     nodes - 1);
		else if (e->at_ns < 0 || e->at_ns > SJ_TIME_MAX ||
			 (i != 0 && e->at_ns < e[-1].at_ns))
			rc = sj_fail(err, SJ_EINVAL, "failures: event %u at %.9g s is out of "
				     "order (expected times that do not fall)", i + 1,
				     (double)e->at_ns / 1e9);
		else if (e->change == SJ_CHANGE_JOIN && seen[e->node])
			rc = sj_fail(err, SJ_EINVAL, "failures: event %u lets node %u join, "
				     "which an earlier event names (expected: up)", i + 1,
				     e->node);
		else
			seen[e->node] = 1;
	}
	free(seen);
	return rc;
}

int sj_node_news_init(sj_node_news *n, const sj_cluster *c, const sj_failures *f,
		      uint64_t seed, sj_error *err)
{
	uint32_t nodes = 0;
	bool laws = false;
	int rc = SJ_OK;

	*n = (sj_node_news){ .trace = f != NULL && f->event_count != 0 ? f : NULL,
			     .types = c->types, .type_count = c->type_count, .seed = seed };
	if (n->trace != NULL && c->type_count == 0)
		return sj_fail(err, SJ_EINVAL, "failures: a pool of processors has no nodes "
			       "that could fail (expected a cluster of nodes)");
	n->of_type = calloc(c->type_count + 1u, sizeof(*n->of_type));
	if (n->of_type == NULL)
		return sj_fail(err, SJ_ENOMEM, "failures: out of memory");
	for (uint32_t k = 0; k < c->type_count; k++) {
		const sj_node_type *t = &c->types[k];

		if ((t->mtbf == NULL) != (t->mttr == NULL))
			rc = sj_fail(err, SJ_EINVAL, "failures: node type %u has a law for %s "
				     "only (expected mtbf and mttr)", k + 1,
				     t->mtbf != NULL ? "failures" : "repairs");
		laws |= t->mtbf != NULL;
		n->of_type[k + 1] = nodes += t->count;
	}
	if (rc == SJ_OK && n->trace != NULL)
		rc = check_trace(f, nodes, err);
	if (rc == SJ_OK && laws)
		rc = init_laws(n, nodes, err);
	return rc;
}

void sj_node_news_fini(sj_node_news *n)
{
	sj_pes_fini(&n->laws);
	free(n->cycle);
	free(n->of_type);
	if (n->rng != NULL)
		gsl_rng_free(n->rng);
	memset(n, 0, sizeof(*n));
}

static sj_time trace_time(const sj_node_news *n)
{
	return n->trace != NULL && n->at < n->trace->event_count ?
	       n->trace->events[n->at].at_ns : SJ_NEVER;
}

sj_time sj_node_news_time(const sj_node_news *n)
{
	sj_time trace = trace_time(n), law = sj_pes_time(&n->laws);

	return trace < law ? trace : law;
}

sj_node_event sj_node_news_pop(sj_node_news *n)
{
	sj_node_event e;

	if (trace_time(n) <= sj_pes_time(&n->laws))
		return n->trace->events[n->at++];
	e.at_ns = sj_pes_time(&n->laws);
	e.node = sj_pes_pop(&n->laws);
	e.change = n->cycle[e.node]++ % 2 == 0 ? SJ_CHANGE_FAIL : SJ_CHANGE_UP;
	plan(n, e.node, e.at_ns);
	return e;
}
