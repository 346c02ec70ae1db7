/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab.h - what several runs share: a workload, read once, and the machine.
 */
#ifndef LAB_H
#define LAB_H

#include "config/cluster.h"
#include "input/workload.h"

struct lab {
	struct workload *workload;
	struct cluster   cluster;
};

/*
 * `cluster` NULL: the machine that the workload states for itself.
 * SJ_OK; lab_close() frees. Otherwise as from workload_open(), cluster_parse(),
 * or SJ_EUSAGE when no machine is stated.
 */
int  lab_open(const char *workload, const char *cluster, uint64_t seed, uint64_t limit,
	      struct lab *out, sj_error *err);
void lab_close(struct lab *lab);

/* {"runtime":0,"procs":2,...}: jobs that were not simulated, by reason. malloc'd,
 * NULL when out of memory. */
char *lab_dropped_json(const uint64_t dropped[SJ_DROP_COUNT]);
extern const char *const lab_drop_keys[SJ_DROP_COUNT];
/* "2 no processors, 1 wider than the machine"; "" for none. */
void lab_dropped_text(const uint64_t dropped[SJ_DROP_COUNT], char *buf, size_t size);

#endif
