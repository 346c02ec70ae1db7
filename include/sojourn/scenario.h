/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/scenario.h - canned scenarios: small workloads, each with runs whose outcome is
 * known exactly, from a theorem or worked out by hand.
 *
 * The workload is `gen:scenario:name=NAME`. How it is made is private to workloads/.
 */
#ifndef SJ_SCENARIO_H
#define SJ_SCENARIO_H

#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SJ_SCENARIO_VALUES 4

/* One run, as `sojourn run -w gen:scenario:name=NAME,ARGS -c CLUSTER -p POLICY FLAGS`. */
typedef struct sj_scenario_run {
	const char *args;    /* of the generator besides the name: "change=no", or "" */
	const char *cluster;
	const char *policy;
	const char *flags;   /* as typed, parted by single blanks; "" */
	const char *shows;   /* a phrase: what this run is for */
	/* What comes out, without any tolerance; as many as have a metric. */
	struct sj_scenario_value {
		const char *metric; /* its stored name: "makespan_s" */
		double      value;
	} expect[SJ_SCENARIO_VALUES];
} sj_scenario_run;

struct scenario_draft; /* workloads/scenario.h */

typedef struct sj_scenario {
	const char *name;
	const char *summary; /* one sentence */
	const char *cite;    /* where it is from; NULL: our own */
	const sj_scenario_run *runs; /* ends with a NULL policy */
	const char *figure;  /* a kind of `sojourn plot` that shows it; NULL: dag-gantt */
	void (*build)(struct scenario_draft *d);
} sj_scenario;

/* The list, in workloads/gen_scenario.c; ends with NULL. */
extern const sj_scenario *const sj_scenarios[];
/* By name. SJ_OK; SJ_EUSAGE: there is none; *err has the nearest. */
int sj_scenario_find(const char *name, const sj_scenario **out, sj_error *err);

#ifdef __cplusplus
}
#endif
#endif
