/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_poisson.c - M/G/c and its relatives: Poisson (or other) arrivals, run times
 * and widths from any law. Neutral defaults: one processor, exponential service.
 */
#include "gen_open.h"

static const sj_param poisson_gen_params[] = {
	OPEN_PARAMS("1000", "1", "0", "0", "exp", "det"),
	{ .name = NULL },
};

static int poisson_gen_open(const char *args, uint64_t seed, sj_source **out,
			    sj_error *err)
{
	return open_generator("poisson", poisson_gen_params, args, seed, out, err);
}

const sj_generator_ops sj_generator_poisson = {
	.name = "poisson",
	.summary = "open arrivals with any laws: M/G/c, GI/G/c, batches, daily cycle, classes",
	.cite = "Kleinrock, Queueing Systems I, 1975",
	.params = poisson_gen_params,
	.open = poisson_gen_open,
};
