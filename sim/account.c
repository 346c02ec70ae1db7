/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * account.c - integrals of a machine's state and the metrics made of them
 * (definitions: docs/MODEL.md). Power of a node is linear in its busy cores, and of a
 * GPU in its busy thousandths (Fan, Weber and Barroso 2007); what is down draws nothing.
 */
#include "account.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int sj_account_init(sj_account *a, const sj_ledger *l)
{
	a->due = l->node_count != 0;
	a->type_count = l->type_count;
	a->type = calloc(l->type_count + 1u, sizeof(*a->type));
	for (uint32_t k = 0; k < l->type_count; k++) {
		const sj_node_type *t = &l->types[k];

		a->power |= t->idle_w > 0 || t->busy_w > 0 || t->gpu_idle_w > 0 ||
			    t->gpu_busy_w > 0;
	}
	return a->type != NULL ? SJ_OK : SJ_ENOMEM;
}

void sj_account_fini(sj_account *a)
{
	free(a->type);
	memset(a, 0, sizeof(*a));
}

void sj_account_add(sj_account *a, const sj_ledger *l, sj_time ns)
{
	unsigned __int128 dt = (uint64_t)ns;

	a->elapsed += ns;
	a->there += dt * (l->procs_all - a->absent);
	a->down += dt * (l->procs_down - a->absent);
	a->usable += dt * (l->procs_total + l->procs_off);
	a->gpu_usable += dt * (l->gpu_milli_total + l->gpu_milli_off);
	a->gpu_busy += dt * (l->gpu_milli_total - l->gpu_milli_free + l->gpu_milli_off);
	for (uint32_t k = 0; a->power && k < a->type_count; k++) {
		a->type[k].nodes += dt * l->use[k].powered;
		a->type[k].cores += dt * l->use[k].cores;
		a->type[k].gpu_milli += dt * l->use[k].gpu_milli;
	}
}

/* Exact when the sum is a whole number of seconds below 2^53. */
static double seconds(unsigned __int128 ns)
{
	return (double)(ns / SJ_NS_PER_S) + (double)(uint64_t)(ns % SJ_NS_PER_S) / 1e9;
}

/* Watts x s; in order of types. */
static double energy(const sj_account *a, const sj_ledger *l)
{
	double joules = 0;

	for (uint32_t k = 0; k < a->type_count; k++) {
		const sj_node_type *t = &l->types[k];
		double nodes = seconds(a->type[k].nodes);

		joules += nodes * (t->idle_w + t->gpus * t->gpu_idle_w);
		if (t->cores != 0)
			joules += seconds(a->type[k].cores) / t->cores *
				  (t->busy_w - t->idle_w);
		joules += seconds(a->type[k].gpu_milli) / SJ_GPU_WHOLE *
			  (t->gpu_busy_w - t->gpu_idle_w);
	}
	return joules;
}

void sj_account_result(const sj_account *a, const sj_ledger *l, unsigned __int128 area,
		       unsigned __int128 waste, sj_metrics *out)
{
	double *v = out->value;
	double all = l->node_count != 0 ? seconds(a->usable) :
		     l->procs_all * v[SJ_M_MAKESPAN];
	double span = seconds((uint64_t)a->elapsed);

	v[SJ_M_NODE_FAILURES] = (double)a->failures;
	v[SJ_M_REQUEUES] = (double)a->requeues;
	v[SJ_M_FAILED] = (double)a->failed;
	v[SJ_M_LOST] = seconds(a->lost);
	if (all > 0)
		v[SJ_M_GOODPUT] = (seconds(area) - seconds(waste)) / all;
	if (a->there != 0)
		v[SJ_M_AVAILABILITY] = seconds(a->there - a->down) / seconds(a->there);
	if (a->gpu_usable != 0)
		v[SJ_M_GPU_UTILIZATION] = seconds(a->gpu_busy) / seconds(a->gpu_usable);
	if (!a->power || !(span > 0))
		return;
	v[SJ_M_ENERGY] = energy(a, l);
	v[SJ_M_POWER] = v[SJ_M_ENERGY] / span;
}
