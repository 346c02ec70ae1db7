/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gpu_demand.h - private to workloads/: what generated jobs ask of a machine with GPUs.
 * A law says how many GPUs a job has; all else follows from that number.
 */
#ifndef GPU_DEMAND_H
#define GPU_DEMAND_H

#include "sojourn/law.h"
#include "sojourn/workload.h"

/* Put into a generator's parameters. */
struct gpu_params {
	const char *gpus;    /* law; "": no GPUs, and the rest does not matter */
	int64_t     total;   /* of the machine */
	int64_t     gang;    /* most of one rank */
	int64_t     cores;   /* per GPU */
	uint64_t    mem_bytes; /* per GPU */
};

#define GPU_PARAMS(type_, member_)                                            \
	{ .name = "gpus", .type = SJ_P_STRING,                                \
	  .offset = offsetof(type_, member_.gpus), .def = "",                 \
	  .help = "Law of the GPUs of a job, in place of width: below 1 a share of one " \
		  "in thousandths, else whole ones, clipped to all_gpus." },  \
	{ .name = "all_gpus", .type = SJ_P_INT,                               \
	  .offset = offsetof(type_, member_.total), .def = "8", .min = 1,     \
	  .max = 4e9, .unit = "GPUs", .help = "GPUs of the machine; load is per GPU then." }, \
	{ .name = "gang", .type = SJ_P_INT,                                   \
	  .offset = offsetof(type_, member_.gang), .def = "8", .min = 1, .max = 64, \
	  .unit = "GPUs",                                                     \
	  .help = "GPUs of a node: a job of more is a gang of equal ranks, of no more " \
		  "than so many GPUs each (rounded up)." },                   \
	{ .name = "gpu_cores", .type = SJ_P_INT,                              \
	  .offset = offsetof(type_, member_.cores), .def = "1", .min = 1,     \
	  .max = 1024, .unit = "processors", .help = "Processors beside each GPU." }, \
	{ .name = "gpu_mem", .type = SJ_P_BYTES,                              \
	  .offset = offsetof(type_, member_.mem_bytes), .def = "0B",          \
	  .help = "Memory beside each GPU; 0B: not modelled." }

struct gpu_demand {
	const struct gpu_params *params;
	sj_law  *law; /* NULL: no GPUs */
	gsl_rng *rng;
};

int  gpu_demand_init(struct gpu_demand *d, const struct gpu_params *params,
		     const char *generator, uint64_t seed, sj_error *err);
void gpu_demand_fini(struct gpu_demand *d);
void gpu_demand_rewind(struct gpu_demand *d, uint64_t seed);
/* Sets ranks, cores, GPUs and memory of a task; nothing without a law. */
void gpu_demand_make(struct gpu_demand *d, sj_task_spec *task);
/* Mean GPUs of a job, exactly, before ranks are rounded up to be equal. */
double gpu_demand_mean(const struct gpu_demand *d);

#endif
