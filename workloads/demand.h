/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * demand.h - private to workloads/: what generated jobs have in common besides
 * their arrivals and run times: widths, estimates, users.
 */
#ifndef DEMAND_H
#define DEMAND_H

#include "sojourn/law.h"
#include "sojourn/workload.h"

/* Parameters that every generator has; put first in its object. */
struct demand_params {
	int64_t     jobs;     /* 0 = endless */
	int64_t     procs;    /* the machine */
	const char *estimate; /* exact | users | LAW of the factor */
	int64_t     users;    /* 0 = unknown */
};

#define DEMAND_PARAMS(type_, member_, jobs_, procs_)                          \
	{ .name = "n", .type = SJ_P_INT,                                      \
	  .offset = offsetof(type_, member_.jobs), .def = jobs_, .min = 0,    \
	  .max = 4e18, .unit = "jobs", .help = "Number of jobs; 0 never ends." }, \
	{ .name = "procs", .type = SJ_P_INT,                                  \
	  .offset = offsetof(type_, member_.procs), .def = procs_, .min = 1,  \
	  .max = 4e9, .unit = "processors", .help = "The machine." },         \
	{ .name = "estimate", .type = SJ_P_STRING,                            \
	  .offset = offsetof(type_, member_.estimate), .def = "exact",        \
	  .help = "exact; users (most claim too much, in round numbers); or the law " \
		  "of the factor on the run time." },                         \
	{ .name = "users", .type = SJ_P_INT,                                  \
	  .offset = offsetof(type_, member_.users), .def = "0", .min = 0,     \
	  .max = 1e6, .help = "Number of users, active by Zipf's law; 0 = unknown." }

struct demand {
	const struct demand_params *params;
	bool     users_estimate; /* the model of users, not a law */
	sj_law  *factor;         /* NULL: exact */
	sj_law  *who;            /* NULL: unknown */
	gsl_rng *estimate_rng, *user_rng;
	uint64_t made;
};

int  demand_init(struct demand *d, const struct demand_params *params,
		 const char *generator, uint64_t seed, sj_error *err);
void demand_fini(struct demand *d);
/* All jobs have been made. */
static inline bool demand_done(const struct demand *d)
{
	return d->params->jobs != 0 && d->made == (uint64_t)d->params->jobs;
}
/* Back to the first job. */
void demand_rewind(struct demand *d, uint64_t seed);
/* Writes the next job; submit and width as given. */
void demand_make(struct demand *d, sj_job *job, sj_time submit_ns, uint32_t width,
		 sj_time work_ns);

/* A width in 1..procs from a drawn number: rounded, then clipped. */
static inline uint32_t demand_width(double drawn, int64_t procs)
{
	double w = __builtin_floor(drawn + 0.5);

	return w < 1 ? 1 : w > (double)procs ? (uint32_t)procs : (uint32_t)w;
}
/* Its mean under `law`, exactly. */
double demand_mean_width(const sj_law *law, int64_t procs);

/* Seconds to nanoseconds, to nearest; at least 0 and at most SJ_TIME_MAX. */
static inline sj_time demand_ns(double seconds)
{
	double ns = seconds * 1e9;

	if (!(ns > 0))
		return 0;
	return ns < (double)SJ_TIME_MAX ? (sj_time)(ns + 0.5) : SJ_TIME_MAX;
}

/* submit + gap, or SJ_ERANGE when a generator runs out of the calendar. */
int  demand_advance(sj_time *now, double gap_s, sj_error *err);

/* An sj_alloc_fn whose context is a `struct demand_strings *`. */
struct demand_strings {
	struct demand_strings_block *first;
};
void *demand_alloc(void *ctx, size_t size);
void  demand_strings_free(struct demand_strings *s);

#endif
