/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue.h - a queueing system in steady state: jobs from `gen:poisson`, a pool of
 * servers, a policy; what the stored jobs behind the warm-up give, averaged over
 * as many replications as the tolerance needs.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "check.h"
#include "values.h"

struct queue {
	const char *model;     /* of `gen`; NULL: poisson */
	const char *generator; /* its parameters behind n= */
	int64_t     servers;
	int64_t     nodes;     /* of one core each, in place of a pool of servers; 0: none */
	const char *policy;
	double      load, scv; /* to choose the number of replications */
	double      warm_up;   /* share of the jobs, when the tolerance states none */
	bool        classes;   /* jobs have a class, from 1: the first is most urgent */
};

/*
 * The share of jobs that find at least `count` others in a single FCFS server: the
 * job `count` places before has not left. By the law of Poisson arrivals (Wolff
 * 1982) that is P(N >= count). An entry's `sql`.
 */
const char *queue_found_at_least(const struct check *k, int64_t count);

/*
 * Compares the mean over replications of each entry that the case expects. `sql`
 * of an entry is an expression over the columns wait, service, response (seconds)
 * and class of the jobs behind the warm-up, "metric:NAME" for a metric of the
 * whole run, or "sample:SQL" for a scalar query of its own.
 */
void queue_compare(struct check *k, const struct queue *q,
		   const struct shown_as *table);
/* The same means without comparing; table[i] gives mean[i]. False after a report. */
bool queue_means(struct check *k, const struct queue *q,
		 const struct shown_as *table, double *mean);

#endif
