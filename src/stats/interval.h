/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interval.h - confidence intervals by Student's t: independent replications,
 * paired differences, batch means. Law and Kelton, Simulation Modeling and Analysis.
 */
#ifndef INTERVAL_H
#define INTERVAL_H

#include <stddef.h>

/* Where Student's t with `df` degrees of freedom has probability p below. */
double stat_t_quantile(double p, double df);
/* Half the width of the `level` (0.95) interval around the mean; NAN for n < 2. */
double stat_t_half_width(const double *x, size_t n, double level);
/* mean / standard error: 0 is the hypothesis. NAN for n < 2 or no spread. */
double stat_t_statistic(const double *x, size_t n);
/* Two-sided probability of a |t| as large. */
double stat_t_p_value(double t, double df);

/*
 * Means of `batches` equal runs of consecutive values into means[]. When n is no
 * multiple, the first n mod batches values are left out (they are the warm-up).
 * 0 < batches <= n, else nothing is written and the result is 0; otherwise the
 * size of a batch.
 */
size_t stat_batch_means(const double *x, size_t n, size_t batches, double *means);

#endif
