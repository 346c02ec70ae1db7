/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rate.c - work per time of a task: its size, where it is, and noise.
 *
 * speed = size x place x noise x crowd x share; the rate is the speed, but for tasks that
 * communicate (comm.c). Size: speed-up of the ranks it has over
 * those it asked for. Place: the slowest of its nodes paces a gang; a task may have a rate
 * of its own on each node. Noise: a factor on
 * the time of each rank is drawn at each start from a stream of its own, so that compared
 * policies face the same stragglers; the gang waits for all ranks but the spare ones.
 */
#include <math.h>
#include <stdlib.h>
#include <xxhash.h>

#include "comm.h"

/* The workload's number for a model of the machine: the one with the fewest models
 * beside it, then the lowest. */
static void number_gpus(sj_ctx *cx)
{
	const sj_run_config *c = &cx->config;

	for (uint32_t model = 1; model <= SJ_GPU_MODELS_MAX; model++) {
		int fewest = 65;

		if (c->gpu_mask == NULL)
			cx->gpu_number[model] = (uint8_t)model;
		for (uint32_t n = 0; c->gpu_mask != NULL && n < c->gpu_mask_count && n < 255; n++) {
			int models = __builtin_popcountll(c->gpu_mask[n]);

			if ((c->gpu_mask[n] >> (model - 1) & 1) == 0 || models >= fewest)
				continue;
			fewest = models;
			cx->gpu_number[model] = (uint8_t)(n + 1);
		}
	}
}

int rate_init(sj_ctx *cx)
{
	const sj_run_config *c = &cx->config;

	cx->plain = !c->checkpoint.modelled && c->stragglers == NULL &&
		    c->interference == NULL;
	number_gpus(cx);
	if (c->stragglers == NULL)
		return SJ_OK;
	cx->straggler_rng = sj_rng_create(c->seed, "straggler", 0);
	return cx->straggler_rng != NULL ? SJ_OK : SJ_ENOMEM;
}

void rate_fini(sj_ctx *cx)
{
	if (cx->straggler_rng != NULL)
		gsl_rng_free(cx->straggler_rng);
	free(cx->factor);
}

/* ---- size -------------------------------------------------------------------------- */

double rate_of_size(const struct task *t, uint32_t ranks)
{
	if (ranks == t->pub.ranks)
		return 1.0;
	if (t->scaling == NULL)
		return (double)ranks / (double)t->pub.ranks;
	return sj_scaling_speedup(t->scaling, ranks) /
	       sj_scaling_speedup(t->scaling, t->pub.ranks);
}

/* ---- place --------------------------------------------------------------------------- */

struct place {
	double   slowest;
	uint32_t nodes, room; /* room: ranks that the roomiest of its types takes, empty */
};

static double speed_on(const sj_ctx *cx, const struct task *t, const sj_node_type *type)
{
	const sj_scaling *s = t->scaling;
	uint32_t number = cx->gpu_number[type->gpu_model];

	if (t->pub.gpu_milli == 0)
		return type->speed;
	if (s == NULL || number == 0 || number > s->model_count)
		return type->gpu_speed;
	return type->gpu_speed * s->model_rate[number - 1];
}

static void place_add(struct place *p, const sj_ctx *cx, const struct task *t, uint32_t node)
{
	const sj_node_type *type = &cx->ledger.types[cx->ledger.node[node].type];
	double speed = speed_on(cx, t, type);

	if (t->scaling != NULL && node < t->scaling->node_count)
		speed *= t->scaling->node_rate[node];
	if (p->nodes++ == 0 || speed < p->slowest)
		p->slowest = speed;
	if (t->scaling != NULL && t->scaling->apart != 0) {
		uint32_t room = sj_type_room(type, &t->pub);

		if (t->pub.layout == SJ_LAYOUT_SPREAD && room > 1)
			room = 1;
		if (room > p->room)
			p->room = room;
	}
}

static double place_rate(const struct place *p, const struct task *t, uint32_t ranks)
{
	if (p->room != 0 && p->nodes > (ranks - 1) / p->room + 1)
		return p->slowest * t->scaling->apart;
	return p->slowest;
}

static double rate_of_held(const sj_ctx *cx, const struct task *t)
{
	const sj_grip *grips = sj_held_grips(&t->held);
	struct place p = { .slowest = 1.0 };

	for (uint32_t i = 0; i < t->held.count; i++)
		if (i == 0 || grips[i].node != grips[i - 1].node)
			place_add(&p, cx, t, grips[i].node);
	return place_rate(&p, t, t->ranks_now);
}

/* A table is straight between its points, so that the best is at one or at a bound. */
double rate_best_size(const struct task *t)
{
	const sj_scaling *s = t->scaling;
	double best = 1.0;

	if ((t->pub.job_flags & (SJ_JOB_MOLDABLE | SJ_JOB_MALLEABLE)) == 0 ||
	    t->pub.ranks_max == 0)
		return best;
	best = fmax(best, rate_of_size(t, t->pub.ranks_max));
	best = fmax(best, rate_of_size(t, t->pub.ranks_min != 0 ? t->pub.ranks_min : 1));
	for (uint32_t i = 0; s != NULL && i < s->point_count; i++) {
		double at = s->points[i].ranks;
		uint32_t ranks = at <= t->pub.ranks_max ? (uint32_t)at : 0;

		if (ranks >= t->pub.ranks_min && ranks <= t->pub.ranks_max && ranks != 0)
			best = fmax(best, rate_of_size(t, ranks));
	}
	return best;
}

/* The best of its own rates on nodes `first` .. `end` - 1. */
static double best_node_rate(const struct task *t, uint32_t first, uint32_t end)
{
	const sj_scaling *s = t->scaling;
	double best = s == NULL || end > s->node_count ? 1 : 0;

	if (t->pub.node != 0) {
		first = t->pub.node - 1;
		end = t->pub.node;
		best = s == NULL || end > s->node_count ? 1 : 0;
	}
	for (uint32_t i = first; s != NULL && i < end && i < s->node_count; i++)
		best = fmax(best, s->node_rate[i]);
	return best;
}

double rate_on_nodes(const sj_ctx *cx, const struct task *t, uint32_t type, uint32_t first,
		     uint32_t end)
{
	const sj_ledger *l = &cx->ledger;
	double rate;

	if ((t->pub.node != 0 && (t->pub.node <= first || t->pub.node > end)) ||
	    sj_type_room(&l->types[type], &t->pub) == 0)
		return 0;
	rate = speed_on(cx, t, &l->types[type]) * best_node_rate(t, first, end);
	return t->scaling != NULL && t->scaling->apart > 1 ? rate * t->scaling->apart : rate;
}

double rate_on_type(const sj_ctx *cx, const struct task *t, uint32_t type)
{
	return rate_on_nodes(cx, t, type, cx->ledger.type_first[type],
			     cx->ledger.type_first[type + 1]);
}

double rate_best_place(const sj_ctx *cx, const struct task *t)
{
	double best = 0;

	for (uint32_t k = 0; k < cx->ledger.type_count; k++)
		best = fmax(best, rate_on_type(cx, t, k));
	return best > 0 ? best : 1.0;
}

sj_time rate_least_ns(sj_time work_ns, double rate)
{
	return rate == 1.0 ? work_ns :
	       (sj_time)floor((double)work_ns / rate * (1 - 0x1p-48));
}

/* ---- noise ----------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* One stream a start, whatever else happens. */
static void rekey(sj_ctx *cx, const struct task *t)
{
	uint64_t word[3] = { t->pub.seq, t->pub.index, t->starts };
	unsigned char bytes[sizeof(word)];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(word[i / 8] >> (i % 8 * 8));
	sj_rng_rekey(cx->straggler_rng, cx->config.seed,
		     is_copy(t) ? "straggler.copy" : "straggler",
		     XXH3_64bits(bytes, sizeof(bytes)));
}

static int draw_noise(sj_ctx *cx, struct task *t)
{
	uint32_t n = t->ranks_now, spare = t->pub.spare_ranks;
	double paced_by;

	if (cx->config.stragglers == NULL)
		return SJ_OK;
	if (n > cx->factor_cap) {
		double *grown = realloc(cx->factor, n * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		cx->factor = grown;
		cx->factor_cap = n;
	}
	rekey(cx, t);
	for (uint32_t i = 0; i < n; i++)
		cx->factor[i] = sj_law_draw(cx->config.stragglers, cx->straggler_rng);
	qsort(cx->factor, n, sizeof(*cx->factor), by_value);
	paced_by = cx->factor[spare < n ? n - 1 - spare : 0];
	/* Laws with values at and below 0 have no meaning there. */
	t->pace->noise = 1 / (paced_by > 1e-9 ? paced_by : 1e-9);
	return SJ_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

void rate_update(struct task *t)
{
	struct pace *p = t->pace;

	p->speed = p->rate = p->size * p->share * (p->place * p->noise * p->crowd);
	p->used_rate = p->size * p->share;
	if (p->comm != NULL)
		comm_rate(p);
}

int rate_begin(sj_ctx *cx, struct task *t)
{
	double size = rate_of_size(t, t->ranks_now);
	double place = t->held.count != 0 ? rate_of_held(cx, t) : 1.0;
	bool communicates = t->comm != 0 && cx->comms != NULL;
	int rc;

	/* Without a pace a task has the processors that it asked for. */
	if (cx->plain && size == 1.0 && place == 1.0 && t->pace == NULL && !communicates &&
	    t->ranks_now == t->pub.ranks)
		return SJ_OK;
	rc = pace_make(cx, t);
	if (rc != SJ_OK)
		return rc;
	t->pace->size = size;
	t->pace->place = place;
	rc = draw_noise(cx, t);
	if (rc == SJ_OK && communicates)
		rc = comm_place(cx, t);
	rate_update(t);
	return rc;
}

/* ---- asked by policies ---------------------------------------------------------------------- */

static bool size_allowed(const sj_task *t, uint32_t ranks)
{
	if (ranks == t->ranks)
		return true;
	return (t->job_flags & (SJ_JOB_MOLDABLE | SJ_JOB_MALLEABLE)) != 0 && ranks != 0 &&
	       ranks >= t->ranks_min && ranks <= t->ranks_max;
}

double sj_rate(const sj_ctx *cx, const sj_task *task, uint32_t ranks,
	       const sj_placement *where)
{
	const struct task *t = task_of(task);
	struct place p = { .slowest = 1.0 };
	uint64_t sum = 0;
	double rate;

	if (!size_allowed(task, ranks))
		return 0;
	for (uint32_t i = 0; where != NULL && i < where->count; i++) {
		const sj_slot *s = &where->slots[i];
		const sj_node_type *type;

		if (s->node >= cx->ledger.node_count)
			return 0;
		type = &cx->ledger.types[cx->ledger.node[s->node].type];
		if (s->ranks == 0 || sj_type_room(type, task) < s->ranks ||
		    (task->node != 0 && task->node != s->node + 1))
			return 0;
		place_add(&p, cx, t, s->node);
		sum += s->ranks;
	}
	if (where != NULL && sum != ranks)
		return 0;
	rate = rate_of_size(t, ranks) * place_rate(&p, t, ranks);
	return t->comm == 0 || cx->comms == NULL || where == NULL ? rate :
	       comm_rate_at(cx, t, ranks, where, rate);
}
