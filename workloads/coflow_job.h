/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow_job.h - private to workloads/: a shuffle between ports as a job.
 *
 * A map task on the node of each mapper, a reduce task on that of each reducer, none of which
 * computes, and an edge from each map to each reduce. An edge carries an even part of what
 * the reducer gets; bytes that do not divide go to the first mappers, one each, so that sums
 * are exact. Port p is node p.
 */
#ifndef COFLOW_JOB_H
#define COFLOW_JOB_H

#include "sojourn/job.h"

struct coflow_shape {
	const uint32_t *mapper;  /* ports */
	uint32_t        mappers;
	const uint32_t *reducer;
	const uint64_t *bytes;   /* of each reducer, from all mappers */
	uint32_t        reducers;
};

/* Fills `task` (mappers + reducers of them), `edge` (mappers x reducers), and the job, which
 * points to both. */
void coflow_job(const struct coflow_shape *shape, int64_t id, sj_time submit_ns,
		sj_task_spec *task, sj_edge *edge, sj_job *job);

#endif
