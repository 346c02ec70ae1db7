/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/law.h - probability laws by spec: "gamma:shape=2.5,scale=4".
 *
 * What generators draw times, widths and factors from. Each law states its
 * moments and its distribution function exactly, so that what was drawn can be
 * checked against what was meant.
 */
#ifndef SJ_LAW_H
#define SJ_LAW_H

#include "sojourn/param.h"
#include "sojourn/rng.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_law sj_law;

typedef struct sj_law_ops {
	const char     *name;
	const char     *summary; /* "density or rule, in one line" */
	const char     *cite;    /* or NULL */
	size_t          size;    /* of a law with its parameters */
	const sj_param *params;
	bool            discrete; /* whole values only */
	/* Optional: checks parameters together and prepares. SJ_OK or SJ_EUSAGE. */
	int    (*init)(void *self, sj_error *err);
	void   (*fini)(void *self); /* optional */
	double (*draw)(const void *self, gsl_rng *rng);
	double (*cdf)(const void *self, double x); /* P(X <= x) */
	/* E[X^k], k = 1, 2, 3; infinity where it does not exist. */
	double (*moment)(const void *self, int k);
} sj_law_ops;

/* A law from "NAME[:k=v,...]"; a number alone is that value. SJ_OK; SJ_EUSAGE: unknown law (with the nearest)
 * or parameter; SJ_ENOMEM. `who` begins the message. */
int  sj_law_create(const char *who, const char *spec, sj_law **out, sj_error *err);
void sj_law_free(sj_law *law); /* accepts NULL */

const sj_law_ops *sj_law_kind(const sj_law *law);
double sj_law_draw(const sj_law *law, gsl_rng *rng);
double sj_law_cdf(const sj_law *law, double x);
double sj_law_moment(const sj_law *law, int k);
static inline double sj_law_mean(const sj_law *law)
{
	return sj_law_moment(law, 1);
}

/* The laws by name and by other names; both end with NULL. */
extern const sj_law_ops *const sj_laws[];
typedef struct sj_law_alias {
	const char *alias, *name;
} sj_law_alias;
extern const sj_law_alias sj_law_aliases[];

/* Speed-up of a moldable job on n processors: average parallelism A, coefficient
 * of variation of parallelism sigma (Downey, "A model for speedup of parallel
 * programs", UCB/CSD-97-933, 1997). */
double sj_downey_speedup(double A, double sigma, double n);

#ifdef __cplusplus
}
#endif
#endif
