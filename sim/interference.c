/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interference.c - tasks that slow each other down: who is beside whom, and what that
 * does to their rates.
 *
 * Lists of neighbours are kept only when the run has a table of slowdowns. At each place
 * (a node, or a GPU) the factors of all others multiply; a gang is paced by its worst
 * place. When a task comes or goes the ends of those beside it are predicted anew.
 */
#include <stdlib.h>

#include "pace.h"

/* Tasks with ranks on one node, in the order in which they came. */
struct beside {
	struct task **task;
	uint32_t      count, cap;
};

int interference_init(sj_ctx *cx)
{
	if (cx->config.interference == NULL || cx->ledger.node_count == 0)
		return SJ_OK;
	cx->beside = calloc(cx->ledger.node_count, sizeof(*cx->beside));
	return cx->beside != NULL ? SJ_OK : SJ_ENOMEM;
}

void interference_fini(sj_ctx *cx)
{
	for (uint32_t i = 0; cx->beside != NULL && i < cx->ledger.node_count; i++)
		free(cx->beside[i].task);
	free(cx->beside);
	cx->beside = NULL;
}

static bool has_kind(const sj_ctx *cx, const struct task *t)
{
	return t->pub.app != 0 && t->pub.app <= cx->config.interference->kinds;
}

/* Has t a rank on one of these GPUs of a node? */
static bool touches(const struct task *t, uint32_t node, uint64_t gpus)
{
	const sj_grip *grips = sj_held_grips(&t->held);

	for (uint32_t i = 0; i < t->held.count && grips[i].node <= node; i++)
		if (grips[i].node == node && (grips[i].gpus & gpus) != 0)
			return true;
	return false;
}

static double slowdown_at(const sj_ctx *cx, const struct task *t, const sj_grip *grip)
{
	const sj_interference *in = cx->config.interference;
	const struct beside *b = &cx->beside[grip->node];
	double product = 1.0;

	for (uint32_t i = 0; i < b->count; i++) {
		const struct task *other = b->task[i];

		if (other != t && (!in->per_gpu || touches(other, grip->node, grip->gpus)))
			product *= in->slowdown[(size_t)(t->pub.app - 1) * in->kinds +
						other->pub.app - 1];
	}
	return product;
}

static double crowd_of(const sj_ctx *cx, const struct task *t)
{
	const sj_grip *grips = sj_held_grips(&t->held);
	double worst = 0;

	for (uint32_t i = 0; i < t->held.count; i++) {
		double here = slowdown_at(cx, t, &grips[i]);

		if (here > worst)
			worst = here;
	}
	return worst > 0 ? 1 / worst : 1.0;
}

/* Those on the nodes of t, but for t itself. */
static void repredict(sj_ctx *cx, const struct task *t)
{
	const sj_grip *grips = sj_held_grips(&t->held);

	for (uint32_t i = 0; i < t->held.count; i++) {
		const struct beside *b = &cx->beside[grips[i].node];

		for (uint32_t k = 0; k < b->count; k++) {
			struct task *other = b->task[k];
			double crowd;

			if (other == t)
				continue;
			crowd = crowd_of(cx, other);
			if (crowd == other->pace->crowd)
				continue;
			life_close_span(cx, other);
			other->pace->crowd = crowd;
			rate_update(other);
			cx->driver->begun(cx, other);
		}
	}
}

static int append(struct beside *b, struct task *t)
{
	if (b->count > 0 && b->task[b->count - 1] == t)
		return SJ_OK; /* several grips on this node */
	if (b->count == b->cap) {
		uint32_t cap = b->cap != 0 ? 2 * b->cap : 4;
		struct task **grown = realloc(b->task, cap * sizeof(struct task *));

		if (grown == NULL)
			return SJ_ENOMEM;
		b->task = grown;
		b->cap = cap;
	}
	b->task[b->count++] = t;
	return SJ_OK;
}

int interference_enter(sj_ctx *cx, struct task *t)
{
	const sj_grip *grips = sj_held_grips(&t->held);

	if (cx->beside == NULL || !has_kind(cx, t))
		return SJ_OK;
	for (uint32_t i = 0; i < t->held.count; i++)
		if (append(&cx->beside[grips[i].node], t) != SJ_OK)
			return SJ_ENOMEM;
	t->pace->crowd = crowd_of(cx, t);
	rate_update(t);
	repredict(cx, t);
	return SJ_OK;
}

static void drop(struct beside *b, const struct task *t)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < b->count; i++)
		if (b->task[i] != t)
			b->task[kept++] = b->task[i];
	b->count = kept;
}

void interference_leave(sj_ctx *cx, struct task *t)
{
	const sj_grip *grips = sj_held_grips(&t->held);

	if (cx->beside == NULL || !has_kind(cx, t))
		return;
	for (uint32_t i = 0; i < t->held.count; i++)
		drop(&cx->beside[grips[i].node], t);
	t->pace->crowd = 1.0;
	repredict(cx, t);
}

/* ---- checking -------------------------------------------------------------------- */

static bool listed(const sj_ctx *cx, const struct task *t)
{
	const sj_grip *grips = sj_held_grips(&t->held);

	for (uint32_t i = 0; i < t->held.count; i++) {
		const struct beside *b = &cx->beside[grips[i].node];
		uint32_t times = 0;

		for (uint32_t k = 0; k < b->count; k++)
			times += b->task[k] == t;
		if (times != 1)
			return false;
	}
	return t->pace->crowd == crowd_of(cx, t);
}

bool interference_sound(const sj_ctx *cx)
{
	const struct task_list *const lists[] = { &cx->running, &cx->copies };

	if (cx->beside == NULL)
		return true;
	for (int l = 0; l < 2; l++)
		for (const struct task *t = lists[l]->first; t != NULL; t = t->next)
			if (!t->released && has_kind(cx, t) && !listed(cx, t))
				return false;
	return true;
}
