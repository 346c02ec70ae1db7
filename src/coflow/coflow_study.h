/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow_study.h - the same coflows under several rules, and what came of it.
 *
 * Bins are those of Varys: short, when the longest flow has fewer than 5 MB; narrow, when
 * there are at most 50 flows. A factor is the baseline's mean over this rule's, so that above
 * 1 is better; the baseline is the first rule.
 */
#ifndef COFLOW_STUDY_H
#define COFLOW_STUDY_H

#include "coflow/coflow_set.h"
#include "stats/bootstrap.h"

enum { COFLOW_BINS = 4 }; /* short narrow, long narrow, short wide, long wide */
extern const char *const coflow_bin_names[COFLOW_BINS];

/* Completion times of some coflows under one rule, in seconds. NAN: of none. */
struct coflow_times {
	double mean, p50, p95, max;
	double factor, factor_p95; /* NAN for the baseline */
	struct stat_interval factor_ci;
};

struct coflow_outcome {
	sj_coflow_rule rule;
	char           spec[120];
	sj_time       *finish_ns; /* of each coflow */
	double        *cct_s;
	struct coflow_times all, bin[COFLOW_BINS];
	double         makespan_s;    /* from the first arrival to the last end */
	double         slowdown_mean; /* over coflows: CCT / what it takes alone */
	uint64_t       computed;      /* how often rates were computed */
	uint64_t       wall_ns;
};

struct coflow_study {
	const struct coflow_set *set;
	double   *alone_s;   /* of each coflow: its bottleneck */
	double   *bytes, *length; /* all, longest flow */
	uint8_t  *bin;
	size_t    bin_count[COFLOW_BINS];
	double    bin_bytes[COFLOW_BINS];
	struct coflow_times alone; /* no factor */
	struct coflow_outcome *outcome;
	size_t    outcomes;
};

/* SJ_OK, to be freed; SJ_ENOMEM; SJ_EUSAGE: a spec of a rule; as sj_coflow_run(). */
int  coflow_study_make(const struct coflow_set *set, const char *const *spec, size_t specs,
		       uint64_t resamples, uint64_t seed, struct coflow_study *out,
		       sj_error *err);
void coflow_study_fini(struct coflow_study *s);

#endif
