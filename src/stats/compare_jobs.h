/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_jobs.h - between compare.c and the judgement by single jobs. */
#ifndef COMPARE_JOBS_H
#define COMPARE_JOBS_H

#include "stats/compare.h"

/*
 * Adds to the cells of `c` what the jobs of one seed say: intervals when it is the
 * only seed in common, else a share of signs and A12. SJ_OK, SJ_ENOMEM, SJ_EIO,
 * SJ_EINTR.
 */
int compare_seed_jobs(struct runset *set, struct comparison *c,
		      const struct compare_options *o, const struct run_info *base_run,
		      sj_error *err);

#endif
