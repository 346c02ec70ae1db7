/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rounds.h - what a learner did in one run, as its results file has it. */
#ifndef PLOT_ROUNDS_H
#define PLOT_ROUNDS_H

#include "plot/runs.h"

#define ROUND_ARMS 8 /* that can be told apart in one figure */

struct rounds {
	char   **arm;    /* specs */
	char    *learner; /* NULL without arms */
	size_t   arms;
	struct played {
		uint32_t arm;      /* from 0; kinds that do not ask have 0 */
		sj_time  from, to;
		double   reward;   /* likewise */
	} *round;        /* in order of time */
	size_t   count;
};

/* Its arms; none when nobody learned. rounds_free() frees, also after a failure. */
int  rounds_read_arms(const struct plot_runs *runs, const struct plot_run *run,
		      struct rounds *out, sj_error *err);
/* Rounds whose reward became known. */
int  rounds_read_played(const struct plot_runs *runs, const struct plot_run *run,
			struct rounds *out, sj_error *err);
int  rounds_read_rewards(const struct plot_runs *runs, const struct plot_run *run,
			 struct rounds *out, sj_error *err);
void rounds_free(struct rounds *r);

#endif
