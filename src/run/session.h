/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h - one run from end to end: policy found, run created, driven to its
 * end, handed to the store and to files, measured.
 */
#ifndef SESSION_H
#define SESSION_H

#include "bounds.h"
#include "config/capacity.h"
#include "run.h"
#include "run/lab.h"
#include "run/link_summary.h"
#include "run/runspec.h"
#include "store/store.h"

struct session_config {
	const struct lab     *lab;
	const struct runspec *spec;
	const char           *policy;   /* as typed */
	const char           *command;  /* stored with the run */
	struct store         *store;    /* NULL: not stored */
	const char           *jobs_csv; /* NULL, "-", or a name */
	const char           *tasks_csv; /* likewise */
	const char           *events;   /* NULL or a name */
	/* Called now and then with the jobs done so far; NULL: not. */
	void (*progress)(void *self, uint64_t jobs_done);
	void  *progress_self;
};

struct session_result {
	char        *canonical;  /* policy spec; as typed until the run exists */
	sj_run_stats stats;
	sj_metrics   metrics;
	sj_count    *counts;     /* of the policy */
	uint32_t     count_count;
	uint64_t     wall_ns;    /* the simulation alone */
	uint64_t     output_ns;  /* time that store and files added */
	uint64_t     peak_rss_bytes;
	struct loads offered;    /* of each resource */
	uint32_t     run;        /* number in the store; 0 = not stored */
	struct link_summary links; /* with spec->links */
	sj_bounds    bounds;     /* with spec->bounds */
	char        *dump;       /* state at a fault or stall; NULL otherwise */
};

/* What communication of running tasks costs in such a run; none where nothing communicates. */
sj_collectives session_collectives(const struct lab *lab, const struct runspec *spec);

/*
 * Is the policy spec right for this machine? Tried before anything runs, so that a
 * slip in the last of many policies does not cost the others' time. *canonical is
 * malloc'd.
 */
int  session_check(struct lab *lab, const struct runspec *spec, const char *policy,
		   char **canonical, sj_error *err);

/*
 * SJ_OK      the run is complete, and stored when it should be
 * SJ_EINTR   interrupted: stored runs stay incomplete, files are removed
 * others     bad policy spec, policy fault, stall, output failed ...; a fault of
 *            the run itself is stored as 'failed' with what it got to
 * *out is filled as far as it got and must be given to session_result_fini().
 */
int  session_run(const struct session_config *config, struct session_result *out,
		 sj_error *err);
void session_result_fini(struct session_result *r);

#endif
