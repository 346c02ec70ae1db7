/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_open.h - private to workloads/: open arrivals, the engine of several
 * generators that differ in their default laws only.
 */
#ifndef GEN_OPEN_H
#define GEN_OPEN_H

#include "comm_demand.h"
#include "demand.h"
#include "gpu_demand.h"

struct open_params {
	struct demand_params demand;
	struct gpu_params gpu;
	struct comm_params comm;
	double      rate, load;
	const char *arrivals, *service, *width, *classes;
	int64_t     batch;
	double      amplitude;
	sj_time     period;
};

/* The parameters, with a generator's own defaults. */
#define OPEN_PARAMS(jobs_, procs_, rate_, load_, service_, width_)            \
	DEMAND_PARAMS(struct open_params, demand, jobs_, procs_),             \
	GPU_PARAMS(struct open_params, gpu),                                  \
	COMM_PARAMS(struct open_params, comm),                                \
	{ .name = "rate", .type = SJ_P_DOUBLE,                                \
	  .offset = offsetof(struct open_params, rate), .def = rate_, .min = 0, \
	  .max = 1e9, .unit = "jobs/s",                                       \
	  .help = "Mean arrival rate; comes before load." },                 \
	{ .name = "load", .type = SJ_P_DOUBLE,                                \
	  .offset = offsetof(struct open_params, load), .def = load_, .min = 0, \
	  .max = 1e6,                                                         \
	  .help = "Offered load: mean processor-seconds that arrive in a second, per " \
		  "processor; sets the rate." },                              \
	{ .name = "arrivals", .type = SJ_P_STRING,                            \
	  .offset = offsetof(struct open_params, arrivals), .def = "",        \
	  .help = "Law of the gaps in seconds (default: exponential); scaled to the " \
		  "rate when there is one." },                                \
	{ .name = "service", .type = SJ_P_STRING,                             \
	  .offset = offsetof(struct open_params, service), .def = service_,   \
	  .help = "Law of the run time in seconds." },                        \
	{ .name = "width", .type = SJ_P_STRING,                               \
	  .offset = offsetof(struct open_params, width), .def = width_,       \
	  .help = "Law of the processors of a job, rounded and clipped to 1..procs." }, \
	{ .name = "classes", .type = SJ_P_STRING,                             \
	  .offset = offsetof(struct open_params, classes), .def = "",         \
	  .help = "(rate=R,service=LAW,width=LAW)|(...): classes of jobs, most urgent " \
		  "first; the number of the class is the job's queue." },     \
	{ .name = "batch", .type = SJ_P_INT,                                  \
	  .offset = offsetof(struct open_params, batch), .def = "1", .min = 1, \
	  .max = 1e9, .unit = "jobs", .help = "Jobs that arrive at one instant." }, \
	{ .name = "amplitude", .type = SJ_P_DOUBLE,                           \
	  .offset = offsetof(struct open_params, amplitude), .def = "0",      \
	  .min = 0, .max = 1,                                                 \
	  .help = "Daily cycle: the rate times 1 + amplitude sin(2 pi t / period)." }, \
	{ .name = "period", .type = SJ_P_TIME,                                \
	  .offset = offsetof(struct open_params, period), .def = "1d",        \
	  .min = 1e-9, .max = 4e9, .help = "Length of that cycle." }

/* `name` and `params` of the generator; the rest as sj_generator_ops.open. */
int open_generator(const char *name, const sj_param *params, const char *args,
		   uint64_t seed, sj_source **out, sj_error *err);

#endif
