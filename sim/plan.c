/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - a profile for each resource; see sojourn/plan.h. */
#include "sojourn/plan.h"

#include "core.h"

enum { PROCS, GPUS, MEMORY, RESOURCES };

struct sj_plan {
	sj_ctx     *cx;
	sj_profile *of[RESOURCES]; /* NULL: none to run out of */
};

/* What is up of each resource. Memory counts where every node says how much it has. */
static void measure(const sj_ctx *cx, int64_t up[RESOURCES])
{
	const sj_ledger *l = &cx->ledger;
	bool memory = l->type_count != 0;

	up[PROCS] = l->procs_total;
	up[GPUS] = (int64_t)l->gpu_milli_total;
	up[MEMORY] = 0;
	for (uint32_t k = 0; k < l->type_count; k++)
		memory = memory && l->types[k].mem_bytes != 0;
	for (uint32_t i = 0; memory && i < l->node_count; i++)
		if (l->node[i].state == SJ_NODE_UP)
			up[MEMORY] += (int64_t)l->types[l->node[i].type].mem_bytes;
}

static int64_t need(const sj_task *t, int resource)
{
	uint32_t whole = sj_gpu_whole(t);

	switch (resource) {
	case PROCS:
		return t->procs;
	case GPUS:
		return (int64_t)t->ranks * (whole != 0 ? whole * SJ_GPU_WHOLE : t->gpu_milli);
	default:
		return (int64_t)t->ranks * (int64_t)t->mem_bytes;
	}
}

/* Profiles count in 32 bits where they are reset: what is more is added. */
static void fill(sj_profile *p, int64_t up, sj_time now)
{
	uint32_t base = up < UINT32_MAX ? (uint32_t)up : UINT32_MAX;

	sj_profile_reset(p, base, now);
	if (up > base)
		sj_profile_add(p, now, SJ_NEVER, up - base);
}

void sj_plan_reset(sj_plan *p)
{
	int64_t up[RESOURCES];

	measure(p->cx, up);
	for (int r = 0; r < RESOURCES; r++)
		if (p->of[r] != NULL)
			fill(p->of[r], up[r], p->cx->now);
}

sj_plan *sj_plan_create(sj_ctx *cx)
{
	sj_plan *p = sj_alloc(cx, sizeof(*p));
	bool gpus = false, memory = cx->ledger.type_count != 0;

	for (uint32_t k = 0; k < cx->ledger.type_count; k++) {
		gpus = gpus || cx->ledger.types[k].gpus != 0;
		memory = memory && cx->ledger.types[k].mem_bytes != 0;
	}
	p->cx = cx;
	p->of[PROCS] = sj_profile_create(cx, 0, 0);
	p->of[GPUS] = gpus ? sj_profile_create(cx, 0, 0) : NULL;
	p->of[MEMORY] = memory ? sj_profile_create(cx, 0, 0) : NULL;
	sj_plan_reset(p);
	return p;
}

void sj_plan_copy(sj_plan *to, const sj_plan *from)
{
	for (int r = 0; r < RESOURCES; r++)
		if (to->of[r] != NULL)
			sj_profile_copy(to->of[r], from->of[r]);
}

static void add(sj_plan *p, const sj_task *t, sj_time from, sj_time to, int sign)
{
	sj_profile_add(p->of[PROCS], from, to, sign * need(t, PROCS));
	for (int r = GPUS; r < RESOURCES; r++)
		if (p->of[r] != NULL && need(t, r) != 0)
			sj_profile_add(p->of[r], from, to, sign * need(t, r));
}

void sj_plan_take(sj_plan *p, const sj_task *t, sj_time from, sj_time to)
{
	add(p, t, from, to, -1);
}

void sj_plan_give(sj_plan *p, const sj_task *t, sj_time from, sj_time to)
{
	add(p, t, from, to, 1);
}

void sj_plan_trim(sj_plan *p, sj_time t)
{
	for (int r = 0; r < RESOURCES; r++)
		if (p->of[r] != NULL)
			sj_profile_trim(p->of[r], t);
}

/* Each resource in turn moves the start on, until none does. */
static sj_time find(const sj_plan *p, const sj_task *t, sj_time length, sj_time from,
		    sj_time limit, const sj_time *held)
{
	sj_time at = from;
	int agree = 0;

	for (int r = 0; agree < RESOURCES && at < limit; r = (r + 1) % RESOURCES) {
		sj_time then = at;

		if (p->of[r] != NULL && need(t, r) != 0)
			then = held != NULL ?
			       sj_profile_find_earlier(p->of[r], need(t, r), length, at, limit,
						       *held) :
			       sj_profile_find(p->of[r], need(t, r), length, at, limit);
		agree = then == at ? agree + 1 : 1;
		at = then;
	}
	return at;
}

sj_time sj_plan_find(const sj_plan *p, const sj_task *t, sj_time length, sj_time from,
		     sj_time limit)
{
	if (p->of[GPUS] == NULL && p->of[MEMORY] == NULL)
		return sj_profile_find(p->of[PROCS], t->procs, length, from, limit);
	return find(p, t, length, from, limit, NULL);
}

sj_time sj_plan_find_earlier(const sj_plan *p, const sj_task *t, sj_time length,
			     sj_time from, sj_time limit, sj_time held)
{
	if (p->of[GPUS] == NULL && p->of[MEMORY] == NULL)
		return sj_profile_find_earlier(p->of[PROCS], t->procs, length, from, limit,
					       held);
	return find(p, t, length, from, limit, &held);
}

const sj_profile *sj_plan_procs(const sj_plan *p)
{
	return p->of[PROCS];
}
