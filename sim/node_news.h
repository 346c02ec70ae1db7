/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * node_news.h - when nodes fail, come back, are drained or join: the events of a trace
 * and those that the laws of the node types give, merged in time.
 *
 * The times of a node by law are the stream (seed, "failure", node): neither the policy
 * nor the jobs shift them, so that compared policies face the same failures.
 */
#ifndef SJ_NODE_NEWS_H
#define SJ_NODE_NEWS_H

#include "pes.h"
#include "run.h"

typedef struct sj_node_news {
	const sj_failures  *trace;  /* NULL: none */
	uint32_t            at;     /* its next event */
	sj_pes              laws;   /* one pending change for each node with a law */
	uint32_t           *cycle;  /* by node: changes so far; NULL: no laws */
	uint32_t           *of_type; /* first node of each type; type_count + 1 */
	const sj_node_type *types;  /* borrowed from the cluster */
	uint32_t            type_count;
	uint64_t            seed;
	gsl_rng            *rng;
} sj_node_news;

/* SJ_OK; SJ_EINVAL: a node that does not exist, events out of order, a pool with
 * failures, a law for failures without one for repairs; SJ_ENOMEM. */
int  sj_node_news_init(sj_node_news *n, const sj_cluster *c, const sj_failures *f,
		       uint64_t seed, sj_error *err);
void sj_node_news_fini(sj_node_news *n); /* accepts a zero-filled one */

/* When the next change comes; SJ_NEVER: there is none. */
sj_time sj_node_news_time(const sj_node_news *n);
/* Removes and returns it. At one instant those of the trace come first, in its order. */
sj_node_event sj_node_news_pop(sj_node_news *n);

#endif
