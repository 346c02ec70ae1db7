/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.h - results.db: runs, their jobs and what they were made from.
 *
 * One writer. Per run, the row in `run` is committed first as 'incomplete'; all
 * else follows in one transaction, so that a run that dies leaves that row and
 * nothing half-written, and earlier runs are untouched. WAL while the file is
 * open for writing, one plain file after store_close().
 */
#ifndef STORE_H
#define STORE_H

#include <sqlite3.h>

#include "run.h"
#include "run/link_use.h"
#include "run/timelines.h"

struct store;

/*
 * For writing: opens, or creates with the schema. For reading only: store_open().
 *
 * SJ_OK      *out is open
 * SJ_ENOENT  no such directory (or, for reading, no such file)
 * SJ_EINVAL  not a Sojourn database, or one of a newer version
 * SJ_EIO     not permitted, read-only, disk full
 */
int  store_create(const char *path, struct store **out, sj_error *err);
int  store_open(const char *path, struct store **out, sj_error *err);
/* Abandons a run that was begun and not ended. Accepts NULL. A file that was made by
 * store_create() is removed again when no run was begun, or none finished because
 * writing failed. */
void store_close(struct store *st);

sqlite3    *store_db(struct store *st);
const char *store_path(const struct store *st);
/* Fills err from the last SQLite error, in words a user can act on. */
int         store_fail(struct store *st, sj_error *err);

/* ---- one run ------------------------------------------------------------------ */

struct store_param {
	const char *key, *value;
};

struct store_run {
	const char *workload, *cluster, *policy, *clock, *overrun, *estimates, *command;
	uint64_t    seed, job_limit;
	uint32_t    procs;
	bool        clairvoyant;
	const struct store_param *param; /* ends with a NULL key */
};

struct store_input {
	const char *role;    /* "workload", "policy" */
	const char *path, *format, *sha256;
	const char *dropped; /* JSON object */
	uint64_t    bytes, jobs;
};

struct store_result {
	const char         *status; /* "complete", "failed" */
	const char         *error;  /* one sentence, or "" */
	const sj_run_stats *stats;
	const sj_metrics   *metrics;
	const sj_count     *counts; /* of the policy */
	uint32_t            count_count;
	uint64_t            wall_ns, parse_ns, peak_rss_bytes;
};

/* Commits the run as incomplete and opens its transaction; *run is its number. */
int store_run_begin(struct store *st, const struct store_run *r, uint32_t *run,
		    sj_error *err);
int store_input(struct store *st, const struct store_input *in, sj_error *err);
/* More settings of the run; the list ends with a NULL key. */
int store_params(struct store *st, const struct store_param *p, sj_error *err);
int store_warning(struct store *st, const char *text, sj_error *err);
int store_jobs(struct store *st, const sj_job_record *r, uint32_t n, sj_error *err);
int store_sample(struct store *st, const sj_sample *s, sj_error *err);
int store_decision(struct store *st, const sj_decision *d, sj_error *err);
int store_node(struct store *st, const sj_node_record *n, sj_error *err);
int store_alloc(struct store *st, const sj_alloc_record *a, sj_error *err);
int store_sample_node(struct store *st, const struct timelines_node *n, sj_error *err);
int store_sample_gpu(struct store *st, const struct timelines_gpu *g, sj_error *err);
int store_transfer(struct store *st, const sj_transfer_record *t, sj_error *err);
int store_link(struct store *st, const struct link_total *l, sj_error *err);
int store_sample_link(struct store *st, const struct link_stretch *l, sj_error *err);
/* Metrics, figures and status; commits. */
int store_run_end(struct store *st, const struct store_result *r, sj_error *err);
/* Rolls back to 'incomplete'. Harmless when no run is open. */
void store_run_abandon(struct store *st);
/* Wall time spent in writing rows of the latest run, its commit included. */
uint64_t store_busy_ns(const struct store *st);

#endif
