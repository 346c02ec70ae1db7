/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runspec.h - what decides the outcome of a run, apart from workload, machine and
 * policy: the rules of the model, as text and as values.
 */
#ifndef RUNSPEC_H
#define RUNSPEC_H

#include "run.h"

struct runspec {
	uint64_t      seed, limit;
	sj_overrun    overrun;
	sj_estimates  estimates;
	sj_clock_mode clock;
	sj_time       clock_step_ns;
	bool          clock_barrier; /* of rounds */
	sj_checkpoint checkpoint;
	sj_staging    staging;
	sj_collectives collectives;
	bool          collectives_chosen; /* else the default of the cluster */
	bool          drop_copies;
	sj_time       mtbf_ns;    /* that the checkpoints are meant for; 0: not said */
	char         *checkpoint_text, *stragglers_text; /* as typed; NULL: none */
	sj_law       *stragglers;
	bool          check;      /* full invariant checks */
	bool          explain;    /* keep decisions with their reasons */
	bool          allocs;     /* number the processors and keep allocations */
	bool          all_samples; /* unthinned */
	bool          timelines;  /* what each node and GPU did */
	bool          links;      /* what each link carried */
	bool          transfers;  /* each of them */
	bool          bounds;     /* how soon anybody could have done it */
};

/* The defaults of DESIGN: seed 1, kill, request, event. */
void runspec_init(struct runspec *s);
void runspec_fini(struct runspec *s);

/* Each: SJ_OK, or SJ_EUSAGE with the flag's name and what was expected. */
int runspec_overrun(struct runspec *s, const char *text, sj_error *err);
int runspec_estimates(struct runspec *s, const char *text, sj_error *err);
int runspec_clock(struct runspec *s, const char *text, sj_error *err);
int runspec_collectives(struct runspec *s, const char *text, sj_error *err);
int runspec_staging(struct runspec *s, const char *text, sj_error *err);
/* Also SJ_ENOMEM. "" means none. */
int runspec_checkpoint(struct runspec *s, const char *text, sj_error *err);
int runspec_stragglers(struct runspec *s, const char *text, sj_error *err);
/* The part of the time that goes into writes and into work lost to failures, by first
 * order: C/I + I/2M. NAN when no time between failures was given. */
double runspec_checkpoint_waste(const struct runspec *s);

/* Back to the text that gives the same. */
const char *runspec_overrun_text(const struct runspec *s);
const char *runspec_estimates_text(const struct runspec *s);
const char *runspec_staging_text(const struct runspec *s);
const char *runspec_collectives_text(sj_collectives how);
struct runspec_text {
	char text[64];
};
struct runspec_text runspec_clock_text(const struct runspec *s);

#endif
