/* SPDX-License-Identifier: GPL-3.0-or-later */
/* goodput.c - training progress by number of workers; see sojourn/goodput.h. */
#include "sojourn/goodput.h"

#include <math.h>

#define GOLDEN 0.61803398874989485

static double at(const sj_goodput *g, uint32_t n, double batch)
{
	double grad = g->alpha_grad + g->beta_grad * batch / n;
	double sync = n == 1 ? 0 : g->alpha_sync + g->beta_sync * (n - 2);
	double time = pow(pow(grad, g->gamma) + pow(sync, g->gamma), 1 / g->gamma);

	return batch / time * (g->noise + g->batch) / (g->noise + batch);
}

/* Golden sections of log M. */
double sj_goodput_best(const sj_goodput *g, uint32_t n, double *goodput)
{
	double low = log(g->batch), high = log(g->batch_max), best = g->batch;
	double a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
	double fa = at(g, n, exp(a)), fb = at(g, n, exp(b));

	for (int i = 0; i < 100 && high > low; i++)
		if (fa < fb) {
			low = a;
			a = b;
			fa = fb;
			b = low + GOLDEN * (high - low);
			fb = at(g, n, exp(b));
		} else {
			high = b;
			b = a;
			fb = fa;
			a = high - GOLDEN * (high - low);
			fa = at(g, n, exp(a));
		}
	if (at(g, n, exp(a)) > at(g, n, best))
		best = exp(a);
	if (at(g, n, g->batch_max) > at(g, n, best))
		best = g->batch_max;
	if (goodput != NULL)
		*goodput = at(g, n, best);
	return best;
}
