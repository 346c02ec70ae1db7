/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_totals.c - see cluster_totals.h. A sum of which a part is not known is not known. */
#include "cli/cluster_totals.h"

/* Adds n parts of `each`; false when the sum is not known. */
static bool add_bytes(uint64_t *sum, uint64_t each, uint64_t n)
{
	if (n == 0)
		return true;
	if (each == 0 || each > (INT64_MAX - *sum) / n)
		return false;
	*sum += each * n;
	return true;
}

static bool power_known(const sj_node_type *s)
{
	return s->busy_w > 0 && (s->gpus == 0 || s->gpu_busy_w > 0);
}

struct cluster_totals cluster_totals(const struct cluster *c)
{
	struct cluster_totals t = { .cores = c->model.procs };
	bool memory = c->type_count > 0, gpu_memory = true, power = c->type_count > 0;

	for (uint32_t i = 0; i < c->type_count; i++) {
		const sj_node_type *s = &c->types[i].spec;

		t.nodes += s->count;
		t.gpus += (uint64_t)s->count * s->gpus;
		memory = memory && add_bytes(&t.mem_bytes, s->mem_bytes, s->count);
		gpu_memory = gpu_memory && add_bytes(&t.gpu_mem_bytes, s->gpu_mem_bytes,
						     (uint64_t)s->count * s->gpus);
		power = power && power_known(s);
		t.idle_w += (s->idle_w + s->gpus * s->gpu_idle_w) * s->count;
		t.busy_w += (s->busy_w + s->gpus * s->gpu_busy_w) * s->count;
	}
	if (!memory)
		t.mem_bytes = 0;
	if (!gpu_memory)
		t.gpu_mem_bytes = 0;
	if (!power)
		t.idle_w = t.busy_w = 0;
	return t;
}
