/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comm_demand.h - private to workloads/: what the ranks of generated jobs send each other,
 * the same in every step of every job.
 */
#ifndef COMM_DEMAND_H
#define COMM_DEMAND_H

#include "sojourn/workload.h"

/* Put into a generator's parameters. */
struct comm_params {
	const char *op;      /* "": none, and the rest does not matter */
	const char *way;
	uint64_t    bytes;
	sj_time     step_ns; /* of computing */
	double      overlap;
	int64_t     servers;
};

#define COMM_PARAMS(type_, member_)                                           \
	{ .name = "comm", .type = SJ_P_STRING,                                \
	  .offset = offsetof(type_, member_.op), .def = "",                   \
	  .help = "What the ranks of a job do in each step: all-reduce, reduce-scatter, " \
		  "all-gather, broadcast, reduce, all-to-all, or servers." }, \
	{ .name = "comm_way", .type = SJ_P_STRING,                            \
	  .offset = offsetof(type_, member_.way), .def = "auto",              \
	  .help = "How, as in sojourn collective; where the ranks do not allow it, the " \
		  "cheapest way." },                                          \
	{ .name = "comm_bytes", .type = SJ_P_BYTES,                           \
	  .offset = offsetof(type_, member_.bytes), .def = "100MB",           \
	  .help = "Of each rank, as of sojourn collective." },                \
	{ .name = "comm_step", .type = SJ_P_TIME,                             \
	  .offset = offsetof(type_, member_.step_ns), .def = "250ms", .min = 1e-9, \
	  .max = 4e9, .help = "Computing of a step: a job has so many as fit its run time." }, \
	{ .name = "overlap", .type = SJ_P_DOUBLE,                             \
	  .offset = offsetof(type_, member_.overlap), .def = "0", .min = 0, .max = 1, \
	  .help = "Part of a step's computing beside which it may communicate." }, \
	{ .name = "servers", .type = SJ_P_INT,                                \
	  .offset = offsetof(type_, member_.servers), .def = "1", .min = 1, .max = 65535, \
	  .unit = "ranks",                                                    \
	  .help = "Of each job, with comm=servers; jobs of no more ranks send nothing." }

struct comm_demand {
	const struct comm_params *params;
	sj_comm_phase phase[2]; /* as asked for; by the cheapest way */
	sj_comm       comm[2];
	uint32_t      comms;    /* 0: no communication */
};

/* What the source of a generator tells is in `comm` and `comms`. SJ_OK or SJ_EUSAGE. */
int  comm_demand_init(struct comm_demand *d, const struct comm_params *params,
		      const char *generator, sj_error *err);
/* Sets communication and steps of a task, whose ranks and work are set. */
void comm_demand_make(const struct comm_demand *d, sj_task_spec *task);

#endif
