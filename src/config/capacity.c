/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capacity.c - see capacity.h. */
#include "config/capacity.h"

#include <math.h>
#include <stdio.h>

const char *const load_names[LOADS] = { "cores", "gpus", "memory" };

struct capacity capacity_of(const struct cluster *cluster, uint32_t procs)
{
	struct capacity c = { .cores = procs };
	bool all = true;

	if (cluster == NULL)
		return c;
	c.cores = cluster->model.procs;
	for (uint32_t i = 0; i < cluster->model.type_count; i++) {
		const sj_node_type *t = &cluster->model.types[i];

		c.gpus += (double)t->count * t->gpus;
		c.mem_bytes += (double)t->count * (double)t->mem_bytes;
		all = all && t->mem_bytes > 0;
	}
	if (!all)
		c.mem_bytes = 0;
	return c;
}

static double load(double work, double capacity, double span_s)
{
	return capacity > 0 && span_s > 0 ? work / (capacity * span_s) : NAN;
}

struct loads loads_of(double core_s, double gpu_s, double mem_byte_s, double span_s,
		      const struct capacity *c)
{
	return (struct loads){ { load(core_s, c->cores, span_s), load(gpu_s, c->gpus, span_s),
				 load(mem_byte_s, c->mem_bytes, span_s) } };
}

void loads_text(const struct loads *l, int first, bool above, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (int k = first; k < LOADS; k++)
		if (isfinite(l->of[k]) && (!above || l->of[k] > 1) && used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s%s %.3f",
						 used > 0 ? ", " : "", load_names[k], l->of[k]);
}
