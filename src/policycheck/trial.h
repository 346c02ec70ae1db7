/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trial.h - one run of the policy under test, everything it did kept for the audit. */
#ifndef POLICYCHECK_TRIAL_H
#define POLICYCHECK_TRIAL_H

#include "policycheck/check.h"
#include "policycheck/joblist.h"
#include "run.h"

/* How to run; zeroed but for subject, jobs and procs it is the default run. */
struct trial {
	const struct subject *subject;
	const struct joblist  *jobs;
	uint32_t              procs;      /* one pool, unless nodes says otherwise */
	const sj_node_type   *types;      /* NULL: one pool */
	uint32_t              type_count;
	sj_overrun            overrun;
	sj_estimates          estimates;
	sj_clock_mode         clock;
	sj_time               clock_step;
	bool                  clock_barrier;
	const sj_failures    *failures;   /* NULL: no node fails */
	bool                  explain;
};

/* What it did. */
struct outcome {
	sj_run_stats     stats;
	sj_job_record   *record;  /* in the order handed out */
	uint64_t         records, record_cap;
	sj_alloc_record *alloc;
	uint64_t         allocs, alloc_cap;
	uint64_t         reasons; /* decisions that came with one */
};

/* A run in progress, for those that advance several in turn. */
struct live_trial {
	sj_source *source;
	sj_sink    sink;
	sj_run    *run;
};

/*
 * Runs to the end under full invariant checks and audits the result (audit.h).
 * `out` may be NULL; otherwise outcome_fini() releases it, also after a failure.
 * SJ_OK, or what the core or the audit found.
 */
int  trial_run(const struct trial *t, struct outcome *out, sj_error *err);
void outcome_fini(struct outcome *out);

int  trial_begin(const struct trial *t, struct live_trial *live, struct outcome *out,
		 sj_error *err);
/* SJ_AGAIN, SJ_OK at the end, or an error. */
int  trial_step(struct live_trial *live, uint64_t events, struct outcome *out,
		sj_error *err);
void trial_end(struct live_trial *live);

#endif
