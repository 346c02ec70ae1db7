/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dag_random.c - random task graphs in layers: of a stated depth, and after Topcuoglu,
 * Hariri and Wu 2002 (section 5.1) by the shape alpha: depth sqrt(tasks) / alpha, width
 * alpha sqrt(tasks), so that alpha above 1 makes short graphs of high parallelism.
 */
#include <math.h>
#include <stdlib.h>

#include "dag.h"

/* ---- a stated number of layers ------------------------------------------------------------ */

/* How many are passed over before the next one that has its edge, each with the same
 * probability: geometric, so that a wide layer costs its edges and not its pairs
 * (Batagelj and Brandes 2005). `log_q` is log(1 - p); minus infinity: none. */
static double passed_over(double log_q, gsl_rng *rng)
{
	return floor(log(gsl_rng_uniform_pos(rng)) / log_q);
}

/* Each task of a layer but the first has a predecessor in the layer before, and others
 * there with the probability that makes `degree` on average. */
void dag_layered(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	uint32_t before = 0, count_before = 0;

	for (uint32_t l = 0; l < s->layers; l++) {
		uint32_t first = d->tasks;
		uint32_t count = s->size / s->layers + (l < s->size % s->layers);
		double p = count_before > 1 ? (s->degree - 1) / (count_before - 1) : 0;
		double log_q = p < 1 ? log1p(-p) : -INFINITY;

		for (uint32_t i = 0; i < count; i++) {
			uint32_t t = dag_task(d, 1), sure;

			if (l == 0)
				continue;
			sure = (uint32_t)gsl_rng_uniform_int(rng, count_before);
			dag_edge(d, before + sure, t, 1);
			if (!(p > 0))
				continue;
			for (double k = passed_over(log_q, rng); k < count_before - 1;
			     k += 1 + passed_over(log_q, rng))
				dag_edge(d, before + (uint32_t)k + (k >= sure), t, 1);
		}
		before = first;
		count_before = count;
	}
}

const char *dag_check_layered(const struct dag_size *s)
{
	if (s->layers > s->size)
		return "layers must not be more than size (the tasks)";
	return s->degree < 1 ? "degree must be at least 1" : NULL;
}

/* ---- by alpha -------------------------------------------------------------------------------- */

/* Uniform between half the mean and one and a half times. */
static double around(gsl_rng *rng, double mean)
{
	return mean * (0.5 + gsl_rng_uniform(rng));
}

/* Layers that hold all tasks: one each, the rest in proportion to drawn widths. */
static uint32_t draw_layers(const struct dag_size *s, gsl_rng *rng, uint32_t **width)
{
	double h = around(rng, sqrt((double)s->size) / s->alpha), all = 0, seen = 0, *part;
	uint32_t layers = h < 1 ? 1 : h > s->size ? s->size : (uint32_t)(h + 0.5);
	uint32_t rest = s->size - layers, given = 0;

	*width = malloc(layers * sizeof(**width));
	part = malloc(layers * sizeof(*part));
	if (*width == NULL || part == NULL) {
		free(part);
		return 0;
	}
	for (uint32_t l = 0; l < layers; l++)
		all += part[l] = around(rng, 1);
	for (uint32_t l = 0; l < layers; l++) {
		uint32_t upto;

		seen += part[l];
		upto = l + 1 == layers ? rest : (uint32_t)(seen / all * rest);
		(*width)[l] = 1 + upto - given;
		given = upto;
	}
	free(part);
	return layers;
}

/* `count` different numbers below n, each set as likely, marked with `stamp` in mark[0..n)
 * (Floyd's algorithm; Bentley and Floyd 1987): the successors of `from`. */
static void successors(struct dag *d, uint32_t from, uint32_t first, uint32_t n, uint32_t count,
		       uint32_t *mark, uint32_t stamp, gsl_rng *rng)
{
	for (uint32_t j = n - count; j < n; j++) {
		uint32_t t = (uint32_t)gsl_rng_uniform_int(rng, j + 1);

		t = mark[t] == stamp ? j : t;
		mark[t] = stamp;
		dag_edge(d, from, first + t, 1);
	}
}

/* From the layer first .. first + count to the next; mark[0..next) is all 0. */
static void connect(struct dag *d, const struct dag_size *s, gsl_rng *rng, uint32_t first,
		    uint32_t count, uint32_t next, uint32_t *mark)
{
	const double whole = floor(s->degree);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t n = (uint32_t)whole + (gsl_rng_uniform(rng) < s->degree - whole);

		successors(d, first + i, first + count, next, n < next ? n : next, mark, i + 1,
			   rng);
	}
	for (uint32_t k = 0; k < next; k++)
		if (mark[k] == 0)
			dag_edge(d, first + (uint32_t)gsl_rng_uniform_int(rng, count),
				 first + count + k, 1);
}

/* Each task has `degree` successors in the next layer, or all that there are, and each but
 * those of the first has a predecessor, if need be one that has more successors then. */
void dag_random(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	uint32_t *width, layers = draw_layers(s, rng, &width), first = 0;

	for (uint32_t l = 0; l < layers; l++)
		for (uint32_t i = 0; i < width[l]; i++)
			dag_task(d, 1);
	d->failed |= layers == 0;
	for (uint32_t l = 0; l + 1 < layers && !d->failed; first += width[l++]) {
		uint32_t *mark = calloc(width[l + 1], sizeof(*mark));

		if (mark != NULL)
			connect(d, s, rng, first, width[l], width[l + 1], mark);
		d->failed |= mark == NULL;
		free(mark);
	}
	free(width);
}

const char *dag_check_random(const struct dag_size *s)
{
	return s->degree < 1 ? "degree must be at least 1" : NULL;
}
