/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab.h - what several runs share: a workload, read once, and the machine.
 */
#ifndef LAB_H
#define LAB_H

#include "config/cluster.h"
#include "input/workload.h"
#include "run/failures.h"
#include "store/learner.h"

struct lab {
	struct workload *workload;
	struct cluster   cluster;
	uint64_t        *gpu_mask; /* of the workload's names of GPU models; NULL: none */
	uint32_t        *places;   /* of the workload's names of places; NULL: none */
	char            *missing;  /* a sentence on those that no GPU has, or NULL */
	struct saved_learners learners; /* for policies that learn */
	char            *learn_from; /* the file they are from; NULL: none */
	bool             learners_used; /* by some policy */
	struct failures  failures; /* text NULL: only those of the cluster */
};

/*
 * `cluster` NULL: the machine that the workload states for itself.
 * SJ_OK; lab_close() frees. Otherwise as from workload_open(), cluster_parse(),
 * or SJ_EUSAGE when no machine is stated.
 */
int  lab_open(const char *workload, const char *cluster, uint64_t seed, uint64_t limit,
	      struct lab *out, sj_error *err);
/* What --failures says; at most once. SJ_OK, or as from failures_parse(). */
int  lab_failures(struct lab *lab, const char *text, sj_error *err);
/* What --learn-from says, "FILE" or "FILE#RUN"; at most once. SJ_OK, or as from
 * saved_learners_read(). */
int  lab_learn_from(struct lab *lab, const char *text, sj_error *err);
/* May nodes come and go in its runs? */
bool lab_nodes_change(const struct lab *lab);
void lab_close(struct lab *lab);

#endif
