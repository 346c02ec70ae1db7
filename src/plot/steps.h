/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steps.h - exact step curves of time, built from what each job adds and takes.
 *
 * Two quantities at a time (jobs and processors). Curves of several runs may be
 * put in one: they add up, and the caller divides by the number of runs.
 */
#ifndef PLOT_STEPS_H
#define PLOT_STEPS_H

#include <stddef.h>
#include <stdint.h>

#include "sojourn/types.h"

struct step {
	sj_time at;
	int64_t jobs, procs; /* change at `at`; after steps_finish: value from `at` on */
};

struct steps {
	struct step *step;
	size_t       count, room;
};

/* +jobs, +procs at `from` and the same taken away at `to` (not before from).
 * SJ_OK or SJ_ENOMEM. */
int  steps_add(struct steps *s, sj_time from, sj_time to, int64_t jobs,
	       int64_t procs);
/* Sorts, joins equal instants and turns changes into values. Once. */
void steps_finish(struct steps *s);
void steps_free(struct steps *s);

/*
 * Mean of `procs` over each bin of `width` ns from `from` on, into out; the last bin
 * ends at `to` and may be shorter. Exact but for the last rounding. Before the first
 * step the value is 0. Needs width > 0; writes steps_bins() values.
 */
size_t steps_bins(sj_time from, sj_time to, sj_time width);
void   steps_mean(const struct steps *s, sj_time from, sj_time to, sj_time width,
		  double *out);
#endif
