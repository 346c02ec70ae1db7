/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gpu_demand.c - see gpu_demand.h. */
#include "gpu_demand.h"

#include <math.h>
#include <stdio.h>

int gpu_demand_init(struct gpu_demand *d, const struct gpu_params *params,
		    const char *generator, uint64_t seed, sj_error *err)
{
	char who[96];

	*d = (struct gpu_demand){ .params = params };
	if (params->gpus[0] == '\0')
		return SJ_OK;
	d->rng = sj_rng_create(seed, "workload.gpus", 0);
	if (d->rng == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator %s: no memory", generator);
	snprintf(who, sizeof(who), "generator %s: gpus", generator);
	return sj_law_create(who, params->gpus, &d->law, err);
}

void gpu_demand_fini(struct gpu_demand *d)
{
	sj_law_free(d->law);
	if (d->rng != NULL)
		gsl_rng_free(d->rng);
}

void gpu_demand_rewind(struct gpu_demand *d, uint64_t seed)
{
	if (d->rng != NULL)
		sj_rng_rekey(d->rng, seed, "workload.gpus", 0);
}

/* Thousandths of a GPU: to the nearest, a share at least one of them. */
static uint64_t milli_of(const struct gpu_demand *d, double drawn)
{
	double n = floor((drawn < 1 ? drawn * SJ_GPU_WHOLE : drawn) + 0.5);
	double most = (double)d->params->total;

	if (drawn < 1)
		return n < 1 ? 1 : (uint64_t)n;
	return SJ_GPU_WHOLE * (uint64_t)(n < most ? n : most);
}

void gpu_demand_make(struct gpu_demand *d, sj_task_spec *task)
{
	const struct gpu_params *p = d->params;
	uint64_t milli, whole, ranks, each;

	if (d->law == NULL)
		return;
	milli = milli_of(d, sj_law_draw(d->law, d->rng));
	whole = milli / SJ_GPU_WHOLE;
	ranks = whole == 0 ? 1 : (whole + (uint64_t)p->gang - 1) / (uint64_t)p->gang;
	each = whole == 0 ? milli : (whole + ranks - 1) / ranks * SJ_GPU_WHOLE;
	task->ranks = (uint32_t)ranks;
	task->gpu_milli = (uint32_t)each;
	task->cores = (uint32_t)(((uint64_t)p->cores * each + SJ_GPU_WHOLE - 1) / SJ_GPU_WHOLE);
	task->mem_bytes = (uint64_t)((unsigned __int128)p->mem_bytes * each / SJ_GPU_WHOLE);
}

static double above(const sj_law *law, double x)
{
	return 1 - sj_law_cdf(law, nextafter(x, 0));
}

/* As in demand_mean_width: a sum of tails, first over thousandths, then over GPUs. */
double gpu_demand_mean(const struct gpu_demand *d)
{
	double milli = 1, whole = 0;

	for (uint32_t k = 2; k <= SJ_GPU_WHOLE; k++)
		milli += above(d->law, (k - 0.5) / SJ_GPU_WHOLE);
	for (int64_t k = 2; k <= d->params->total; k++) {
		double tail = above(d->law, (double)k - 0.5);

		whole += tail;
		if (tail < 1e-15)
			break;
	}
	return milli / SJ_GPU_WHOLE + whole;
}
