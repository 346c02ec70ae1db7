/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound_task.c - the least that a task can take of a machine, and what the machine has.
 *
 * Least time: its work at its best size on the nodes that are fastest for it, or, when
 * that is less, its estimate under overrun=kill. Least resource-time: likewise, at the
 * size that wastes least. Its demand is the quotient, in thousandths, rounded down; of a
 * rigid task it is what it asks for, exactly.
 */
#include "bound.h"

#include <math.h>

#include "pace.h"

#define UNIT         1000u /* of a processor; of a thousandth of a GPU; of a memory unit */
#define CAPACITY_MAX (UINT64_C(1) << 40)

/* ---- the machine ----------------------------------------------------------------------- */

/* In units so small that rounding a capacity up costs less than 2^-38 of it; what rounding
 * of doubles makes it too small by, demands are rounded down by more. */
static void limit(struct bound *b, enum bound_resource r, double capacity, double *unit)
{
	int bits;

	frexp(capacity, &bits);
	*unit = ldexp(1, bits - 39);
	b->capacity[r] = (uint64_t)ceil(capacity / *unit);
}

static void machine_speeds(const sj_ledger *l, struct bound *b)
{
	double procs = 0, gpus = 0;
	bool mixed = false, mixed_gpus = false;

	for (uint32_t k = 0; k < l->type_count; k++) {
		const sj_node_type *t = &l->types[k];

		procs += (double)t->count * t->cores * t->speed;
		gpus += (double)t->count * t->gpus * t->gpu_speed;
		mixed |= t->speed != l->types[0].speed;
		mixed_gpus |= t->gpu_speed != l->types[0].gpu_speed;
	}
	if (mixed)
		limit(b, BOUND_PROC_SPEED, procs, &b->proc_speed_unit);
	if (mixed_gpus && gpus > 0)
		limit(b, BOUND_GPU_SPEED, gpus, &b->gpu_speed_unit);
}

static void machine_memory(const sj_ledger *l, struct bound *b)
{
	unsigned __int128 bytes = 0;

	for (uint32_t k = 0; k < l->type_count; k++) {
		if (l->types[k].mem_bytes == 0)
			return; /* there it is without end */
		bytes += (unsigned __int128)l->types[k].mem_bytes * l->types[k].count;
	}
	while ((bytes >> b->mem_shift) >= CAPACITY_MAX / (2 * UNIT))
		b->mem_shift++;
	b->capacity[BOUND_MEMORY] = ((uint64_t)(bytes >> b->mem_shift) + 1) * UNIT;
}

void bound_machine(const sj_ctx *cx, struct bound *b)
{
	const sj_ledger *l = &cx->ledger;
	bool alike = l->type_count != 0;
	uint64_t gpus = 0;

	b->capacity[BOUND_PROCS] = (uint64_t)l->procs_all * UNIT;
	for (uint32_t k = 0; k < l->type_count; k++) {
		gpus += (uint64_t)l->types[k].count * l->types[k].gpus;
		alike &= l->types[k].cores == l->types[0].cores;
	}
	if (gpus * SJ_GPU_WHOLE * UNIT < CAPACITY_MAX)
		b->capacity[BOUND_GPUS] = gpus * SJ_GPU_WHOLE * UNIT;
	if (alike && l->types[0].cores > 1)
		b->capacity[BOUND_NODES] = (uint64_t)l->node_count * UNIT;
	if (l->type_count != 0) {
		machine_memory(l, b);
		machine_speeds(l, b);
	}
	for (int r = 0; r < BOUND_RESOURCES; r++)
		if (b->capacity[r] >= CAPACITY_MAX)
			b->capacity[r] = 0;
}

/* ---- size ------------------------------------------------------------------------------ */

struct best {
	double speed;      /* over that of the size asked for */
	double efficiency; /* the same for each rank */
};

static void try_size(const struct task *t, double ranks, struct best *best)
{
	double asked = t->pub.ranks, speed;

	speed = t->scaling == NULL ? ranks / asked :
		sj_scaling_speedup(t->scaling, ranks) / sj_scaling_speedup(t->scaling, asked);
	best->speed = fmax(best->speed, speed);
	best->efficiency = fmax(best->efficiency, speed * asked / ranks);
}

static bool has_sizes(const struct task *t)
{
	return (t->pub.job_flags & (SJ_JOB_MOLDABLE | SJ_JOB_MALLEABLE)) != 0 &&
	       t->pub.ranks_max != 0;
}

/*
 * Amdahl's and Downey's curves and a line through (0, 0) have both extremes at a bound. A
 * table is a + b n between two points, so that its speed and its speed per rank have
 * theirs at one of them.
 */
static struct best best_size(const struct task *t)
{
	const sj_scaling *s = t->scaling;
	struct best best = { 1, 1 };
	double least = t->pub.ranks_min != 0 ? t->pub.ranks_min : 1, most = t->pub.ranks_max;

	if (!has_sizes(t))
		return best;
	try_size(t, least, &best);
	try_size(t, most, &best);
	for (uint32_t i = 0; s != NULL && i < s->point_count; i++)
		if (s->points[i].ranks > least && s->points[i].ranks < most)
			try_size(t, s->points[i].ranks, &best);
	return best;
}

/* One that only communicates has 1 ns of work for form's sake. */
static sj_time work_of(const sj_ctx *cx, const struct task *t)
{
	return t->comm != 0 && cx->comms != NULL && t->work_ns <= 1 ? 0 : t->work_ns;
}

/* ---- place ------------------------------------------------------------------------------ */

/* The least of speed x time over the types of nodes that serve it, per rank asked for:
 * what it takes of a machine whose nodes count as their speeds. */
static double least_at_speed(const sj_ctx *cx, const struct task *t, double work,
			     double estimate, bool gpus)
{
	const sj_ledger *l = &cx->ledger;
	double least = INFINITY;

	for (uint32_t k = 0; k < l->type_count; k++) {
		double rate = rate_on_type(cx, t, k);
		double speed = gpus ? l->types[k].gpu_speed : l->types[k].speed;

		if (rate > 0)
			least = fmin(least, speed * fmin(work / rate, estimate));
	}
	return isfinite(least) ? least : 0;
}

static uint64_t round_down(double units)
{
	return units > 0 ? (uint64_t)fmin(units * (1 - 0x1p-44), 0x1p62) : 0;
}

/* ---- classes of nodes --------------------------------------------------------------------- */

static void class_limits(struct bound *b, uint32_t k, const sj_node_type *t, uint64_t nodes)
{
	b->class_capacity[k][BOUND_PROCS] = nodes * t->cores * UNIT;
	b->class_capacity[k][BOUND_GPUS] = nodes * t->gpus * SJ_GPU_WHOLE * UNIT;
	if (t->mem_bytes != 0)
		b->class_capacity[k][BOUND_MEMORY] = nodes * ((t->mem_bytes >> b->mem_shift) + 1) *
						     UNIT;
}

/* Nodes one by one only where tasks have rates or places of their own on them. */
void bound_classes(const sj_ctx *cx, struct bound *b, const struct task *t)
{
	const sj_ledger *l = &cx->ledger;

	b->classed = true;
	b->by_node = l->node_count > 1 && l->node_count <= BOUND_CLASSES &&
		     (t->pub.node != 0 || (t->scaling != NULL && t->scaling->node_count != 0));
	b->classes = b->by_node ? l->node_count : l->type_count;
	if (b->classes < 2 || b->classes > BOUND_CLASSES || b->capacity[BOUND_PROCS] == 0)
		b->classes = 0;
	for (uint32_t k = 0; k < b->classes; k++)
		class_limits(b, k, &l->types[b->by_node ? l->node[k].type : k],
			     b->by_node ? 1 : l->types[k].count);
}

static void times_by_class(const sj_ctx *cx, struct bound *b, const struct task *t,
			   double speed, struct bound_item *out)
{
	double limit = cx->config.overrun == SJ_OVERRUN_KILL ?
		       (double)t->pub.estimate_ns / speed : INFINITY;

	for (uint32_t k = 0; k < b->classes; k++) {
		double rate = b->by_node ?
			      rate_on_nodes(cx, t, cx->ledger.node[k].type, k, k + 1) :
			      rate_on_type(cx, t, k);

		out->time[k] = rate > 0 ? fmin((double)work_of(cx, t) / (speed * rate), limit) :
					  INFINITY;
		b->unlike |= out->time[k] != out->time[0];
	}
}

/* ---- together ---------------------------------------------------------------------------- */

static void demand_by_speed(const sj_ctx *cx, const struct bound *b, const struct task *t,
			    double efficiency, struct bound_item *out)
{
	double work = (double)work_of(cx, t) / efficiency;
	double estimate = cx->config.overrun == SJ_OVERRUN_KILL ?
			  (double)t->pub.estimate_ns / efficiency : INFINITY;

	if (out->span == 0)
		return;
	if (b->capacity[BOUND_PROC_SPEED] != 0)
		out->demand[BOUND_PROC_SPEED] = round_down(
			least_at_speed(cx, t, work, estimate, false) * t->pub.procs /
			b->proc_speed_unit / (double)out->span);
	if (b->capacity[BOUND_GPU_SPEED] != 0 && t->pub.gpu_milli != 0)
		out->demand[BOUND_GPU_SPEED] = round_down(
			least_at_speed(cx, t, work, estimate, true) * t->pub.ranks *
			t->pub.gpu_milli / SJ_GPU_WHOLE / b->gpu_speed_unit /
			(double)out->span);
}

/* Ranks, in units, that its resource-time over its least time is worth at least. */
static uint64_t ranks_at_least(const struct task *t, const struct best *size)
{
	if (size->speed == size->efficiency)
		return (uint64_t)t->pub.ranks * UNIT;
	return round_down(t->pub.ranks * size->speed / size->efficiency * UNIT);
}

void bound_measure(const sj_ctx *cx, struct bound *b, const struct task *t,
		   struct bound_item *out)
{
	struct best size = best_size(t);
	sj_time limit_ns = rate_least_ns(t->pub.estimate_ns, size.speed);
	uint64_t ranks = ranks_at_least(t, &size);
	uint32_t whole = sj_gpu_whole(&t->pub);

	*out = (struct bound_item){ .weight = t->pub.weight, .time = out->time };
	out->span = rate_least_ns(work_of(cx, t), size.speed * rate_best_place(cx, t));
	if (cx->config.overrun == SJ_OVERRUN_KILL && limit_ns < out->span)
		out->span = limit_ns;
	out->demand[BOUND_PROCS] = ranks * t->pub.cores;
	out->demand[BOUND_GPUS] = ranks * (whole != 0 ? whole * SJ_GPU_WHOLE : t->pub.gpu_milli);
	out->demand[BOUND_MEMORY] = ranks * (t->pub.mem_bytes >> b->mem_shift);
	if (b->capacity[BOUND_NODES] != 0 &&
	    2 * (uint64_t)t->pub.cores > cx->ledger.types[0].cores)
		out->demand[BOUND_NODES] = ranks;
	demand_by_speed(cx, b, t, size.efficiency, out);
	times_by_class(cx, b, t, size.speed, out);
	out->rank_cores = t->pub.cores;
	b->moved |= t->preemptions != 0 || (t->requeues != 0 && cx->config.checkpoint.modelled);
	b->sized |= has_sizes(t) && (t->pub.ranks_min < t->pub.ranks ||
				     t->pub.ranks_max > t->pub.ranks);
	for (int r = 0; r < BOUND_RESOURCES; r++)
		if (b->capacity[r] == 0)
			out->demand[r] = 0;
}
