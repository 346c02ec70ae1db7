/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bandit_linear.c - LinUCB: ridge regression of rewards on contexts, apart for each arm. */
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "bandit_parts.h"

/* In l->work: the Cholesky factor of A, then theta, then A^-1 x. */
struct solved {
	gsl_matrix_view factor;
	gsl_vector_view theta, ax;
};

static struct solved solve(const sj_learner *l, uint32_t arm)
{
	size_t f = l->features;
	struct solved s = {
		gsl_matrix_view_array(l->work, f, f),
		gsl_vector_view_array(l->work + f * f, f),
		gsl_vector_view_array(l->work + f * f + f, f),
	};
	gsl_vector_const_view b = gsl_vector_const_view_array(l->b + arm * f, f);

	for (size_t i = 0; i < f * f; i++)
		l->work[i] = l->a[arm * f * f + i];
	gsl_linalg_cholesky_decomp1(&s.factor.matrix);
	gsl_linalg_cholesky_solve(&s.factor.matrix, &b.vector, &s.theta.vector);
	return s;
}

static double dot(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

uint32_t learner_linucb(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	size_t f = l->features;
	gsl_vector_const_view at = gsl_vector_const_view_array(x, f);

	(void)rng;
	(void)probability;
	for (uint32_t k = 0; k < l->arms; k++) {
		struct solved s = solve(l, k);

		gsl_linalg_cholesky_solve(&s.factor.matrix, &at.vector, &s.ax.vector);
		l->score[k] = dot(s.theta.vector.data, x, f) +
			      l->p.alpha * sqrt(fmax(0, dot(x, s.ax.vector.data, f)));
	}
	return learner_best(l);
}

void learner_linucb_seen(sj_learner *l, sj_play play, const double *x, double reward)
{
	size_t f = l->features;
	double *a = l->a + play.arm * f * f, *b = l->b + play.arm * f;

	for (size_t i = 0; i < f; i++) {
		for (size_t j = 0; j < f; j++)
			a[i * f + j] += x[i] * x[j];
		b[i] += reward * x[i];
	}
}

void sj_learner_theta(const sj_learner *l, uint32_t arm, double *out)
{
	struct solved s;

	if (l->a == NULL)
		return;
	s = solve(l, arm);
	for (size_t i = 0; i < l->features; i++)
		out[i] = s.theta.vector.data[i];
}
