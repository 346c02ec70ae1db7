/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_heavytail.c - few huge jobs make most of the load: bounded Pareto run times
 * (a tail index near 1, as measured for computing jobs) and harmonic widths.
 */
#include "gen_open.h"

static const sj_param heavytail_params[] = {
	OPEN_PARAMS("10000", "128", "0", "0.8", "bounded_pareto:alpha=1.1,low=10,high=1e5",
		    "zipf:n=128,theta=1.5"),
	{ .name = NULL },
};

static int heavytail_open(const char *args, uint64_t seed, sj_source **out, sj_error *err)
{
	return open_generator("heavytail", heavytail_params, args, seed, out, err);
}

const sj_generator_ops sj_generator_heavytail = {
	.name = "heavytail",
	.summary = "Poisson arrivals, bounded Pareto run times, harmonic widths",
	.cite = "Harchol-Balter and Downey, Exploiting process lifetime distributions for "
		"dynamic load balancing, ACM TOCS 15(3), 1997",
	.params = heavytail_params,
	.open = heavytail_open,
};
