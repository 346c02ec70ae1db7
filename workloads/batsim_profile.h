/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * batsim_profile.h - private to workloads/: what a job of a Batsim workload runs, from the
 * profile it names.
 */
#ifndef BATSIM_PROFILE_H
#define BATSIM_PROFILE_H

#include <jansson.h>

#include "deck.h"

struct batsim_profiles {
	/* set by the reader */
	struct deck   *deck;
	const json_t  *all;    /* by name */
	const char    *file;
	sj_error      *err;
	double         speed;  /* operations a second; 0: not said */
	size_t         job;    /* place of the job that asks, for messages */
	/* private */
	struct names        seen;    /* (profile, processors) ... */
	struct batsim_runs *runs;    /* ... and what that is */
	sj_comm_phase      *phase;   /* of the profile that is being read */
	uint32_t            phases, room;
};

/*
 * Sets work, steps and communication of a task of `procs` ranks. SJ_OK; SJ_END: it replays
 * a trace, which is not read; SJ_EPARSE with a sentence; SJ_ENOMEM.
 */
int  batsim_profile(struct batsim_profiles *p, const char *name, sj_task_spec *task);
void batsim_profiles_fini(struct batsim_profiles *p);

/* ---- batsim_task.c, of which batsim_profile.c is made ---------------------------------- */

enum batsim_kind { DELAY, PARALLEL, HOMOGENEOUS, TOTAL, STORAGE, BETWEEN_STORAGES, SEQUENCE,
		   REPLAY };

/* Adds the phase of a profile that is no sequence and no replay, its seconds of computing in
 * the place of its share. SJ_OK, SJ_EPARSE, SJ_ENOMEM. */
int batsim_task(struct batsim_profiles *p, const char *name, const json_t *profile,
		enum batsim_kind kind, uint32_t procs);
/* SJ_EPARSE with a sentence on a profile, whose %s is `word`; SJ_ENOMEM with one. */
int batsim_bad(const struct batsim_profiles *p, const char *profile, const char *fmt,
	       const char *word);
int batsim_no_memory(const struct batsim_profiles *p);

/* Seconds to nanoseconds as the document wrote them: 15 digits of a decimal survive a
 * double, and 28763768.1 s is meant to be that. False: below 0 or out of range. */
bool batsim_seconds(double s, sj_time *ns);
/* What the file says, in a sentence of one line. */
const char *batsim_one_line(const char *from, char *to, size_t size);

#endif
