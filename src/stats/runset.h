/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runset.h - the runs of one or more results databases, sorted into what can be
 * compared: groups of one workload and cluster, in them configurations (a policy
 * with its settings), in them one run per seed.
 *
 * Files are the same workload when their SHA-256 is, whatever their path; generated
 * workloads when their spec is. Runs that are incomplete, failed or repeated are
 * left out; notes say so, and what else a reader of the comparison should know.
 */
#ifndef RUNSET_H
#define RUNSET_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "sojourn/types.h"

struct run_info {
	sqlite3    *db;
	const char *path; /* of the database */
	uint32_t    id;
	uint64_t    seed, job_limit, jobs;
	uint32_t    procs;
	bool        clairvoyant;
	char       *workload, *cluster, *policy, *clock, *overrun, *estimates, *failures;
	char       *checkpoint, *stragglers; /* as typed; "": none */
	char       *staging, *collectives;
	char       *digest, *version, *sha256; /* of the workload; "" = generated */
};

struct configuration {
	char                   *label; /* the policy, with the settings that differ */
	const struct run_info **run;   /* by seed, ascending */
	size_t                  runs;
};

struct run_group {
	const char           *workload, *cluster; /* of its first run */
	struct configuration *config; /* in order of first appearance */
	size_t                configs;
};

struct runset {
	struct store    **db;
	size_t            dbs;
	struct run_info  *run; /* complete ones, in order of database and id */
	size_t            runs;
	struct run_group *group;
	size_t            groups;
	char            **note; /* sentences */
	size_t            notes;
};

/*
 * Opens `paths` and sorts their runs. Free it with runset_free() in any case.
 * SJ_ENOENT when there is no complete run in any of them; as store_open() otherwise.
 */
int  runset_open(struct runset *set, const char *const *paths, size_t count,
		 sj_error *err);
void runset_free(struct runset *set);

/* Adds a sentence, once. */
void runset_note(struct runset *set, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The configuration called `name`: its label, its policy, or the policy's name
 * before the first colon when only one has it. Its index, or configs: none.
 */
size_t run_group_find(const struct run_group *g, const char *name);

/* The run with `seed`, or NULL. */
const struct run_info *configuration_seed(const struct configuration *c, uint64_t seed);

/* A stored metric; NAN when the run has none of that name. */
double run_metric(const struct run_info *run, const char *name);

#endif
