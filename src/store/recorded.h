/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recorded.h - runs as they stand in a results file: what was asked and what came. */
#ifndef RECORDED_H
#define RECORDED_H

#include "store/store.h"

struct recorded_run {
	uint32_t id, procs;
	uint64_t seed, job_limit, jobs, events;
	bool     clairvoyant;
	char    *status, *workload, *cluster, *policy, *clock, *overrun, *estimates;
	char    *digest, *version, *commit, *compiler, *cflags, *command, *error;
	char    *policy_as_typed;  /* names the file of a loaded policy */
	char    *input_sha256;     /* of the workload; "" for a generator */
	char    *checkpoint, *stragglers; /* as typed; "": none */
	char    *staging, *collectives;
	char    *policy_sha256;    /* of a loaded policy; "" otherwise */
	char    *failures;         /* as typed; "": only those of the cluster */
	char    *failures_sha256;  /* of the file of node events, or "" */
	char    *learn_from, *learner_sha256; /* "FILE#RUN", what it had seen; "": nothing */
	bool     has_decisions;
	bool     bounds;           /* asked for */
	bool     links_watched;    /* so that equal steps of communication were not skipped */
};

/* All runs by number; *out is malloc'd. SJ_OK, or an error of the database. */
int  recorded_runs(struct store *st, struct recorded_run **out, size_t *count,
		   sj_error *err);
void recorded_free(struct recorded_run *runs, size_t count);
/* Stored metrics, NAN where NULL or absent. */
int  recorded_metrics(struct store *st, uint32_t run, sj_metrics *out, sj_error *err);

#endif
