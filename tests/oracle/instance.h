/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * instance.h - a handful of rigid jobs on a pool of processors, simulated under
 * several policies by one command, read back from the results database.
 */
#ifndef INSTANCE_H
#define INSTANCE_H

#include <jansson.h>

#include "harness/swf.h"

#include "check.h"

enum { POLICIES_MAX = 32 };

struct instance {
	int64_t         procs;
	struct swf_job *job;   /* in the order of the case */
	size_t          count;
	bool            shuffled; /* feed the lines as they stand, not sorted */
	const char     *cluster; /* instead of a pool of procs; NULL: that */
	const char     *workload; /* feed this instead; NULL: the jobs as SWF */
};

/* What became of each job under one policy; indexed like instance.job. */
struct outcome_list {
	double       *start_s, *end_s; /* NAN: never */
	const char  **state;           /* final_state; NULL: dropped */
	const json_t *metrics;         /* of `run --json` */
};

struct policy_list {
	const char *spec[POLICIES_MAX];
	size_t      count;
};

/*
 * One `sojourn run` with all policies, into a database of its own. The jobs are
 * fed in (submit, id) order, the tie rule of the bank, unless shuffled. `flags` ends with NULL and
 * may be NULL. False after a report.
 */
bool instance_run(struct check *k, const struct instance *in,
		  const struct policy_list *policies, const char *const *flags,
		  struct outcome_list *out);

/* The database of the latest instance_run(). */
const char *instance_db(void);

/* Who had each quantum of a processor, in order of time, of the latest run with --allocs:
 * ids of at most `most` jobs into `id`. Returns how many. */
size_t instance_slices(struct check *k, double quantum, double *id, size_t most);

/* A metric of `run --json` by name; NAN when null, absent is reported. */
double run_metric(struct check *k, const json_t *metrics, const char *name);

#endif
