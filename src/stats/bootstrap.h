/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bootstrap.h - confidence intervals of means and medians by resampling.
 *
 * Jobs of one trace are a series, not a sample: neighbours wait in the same queue.
 * Resampling single jobs would give intervals many times too short, so blocks of
 * consecutive jobs are drawn (Kunsch 1989), on a circle so that the ends count as
 * much as the middle (Politis and Romano 1992). The block length follows the
 * series' own autocorrelation (Politis and White 2004, corrected by Patton, Politis
 * and White 2009). Independent values have their own function, by BCa (Efron 1987).
 */
#ifndef BOOTSTRAP_H
#define BOOTSTRAP_H

#include <gsl/gsl_rng.h>
#include <stddef.h>

struct stat_interval {
	double low, high; /* both NAN: undefined */
};

/*
 * The block length for the mean of the series x[0..n): 1 to stat_block_limit(n), and
 * at least n/8192, so that one resample costs at most 8192 draws (longer
 * blocks than needed widen nothing but the noise of the interval).
 * 0: out of memory.
 */
size_t stat_block_length(const double *x, size_t n);

/* Its upper limit, 3 sqrt(n): a block about as long says that the series is correlated
 * over longer distances, and that its intervals come out too short. */
size_t stat_block_limit(size_t n);

struct stat_paired_intervals {
	size_t block;                      /* length used */
	struct stat_interval y;            /* mean(y) */
	struct stat_interval difference;   /* mean(y) - mean(x) */
	struct stat_interval ratio;        /* mean(y) / mean(x) */
};

/*
 * Percentile intervals of two series observed together (x[i] and y[i] are the same
 * job), from `resamples` draws of blocks. `block` 0: by stat_block_length() of the
 * differences. Fewer than 2 pairs: intervals are NAN. SJ_OK or SJ_ENOMEM.
 */
int stat_bootstrap_paired(const double *x, const double *y, size_t n, double level,
			  size_t resamples, size_t block, gsl_rng *rng,
			  struct stat_paired_intervals *out);

/* BCa interval of the mean of independent values. SJ_OK or SJ_ENOMEM. */
int stat_bootstrap_mean(const double *x, size_t n, double level, size_t resamples,
			gsl_rng *rng, struct stat_interval *out);

/* Percentile interval of their median, which is not smooth enough for BCa. Fewer than 2
 * values: NAN. SJ_OK or SJ_ENOMEM. */
int stat_bootstrap_median(const double *x, size_t n, double level, size_t resamples,
			  gsl_rng *rng, struct stat_interval *out);

#endif
