/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hetero_round.c - an allocation realised in rounds: who runs on which type, and on which of
 * its nodes. See hetero.c.
 */
#include <math.h>
#include <stdlib.h>

#include "hetero.h"

/* ---- time on types --------------------------------------------------------------------------- */

void hetero_account(struct hetero *s, const sj_ctx *cx, uint32_t slot)
{
	struct hetero_job *m = &s->job[slot];
	sj_time now = sj_now(cx);

	if (m->runs_on != HETERO_NONE)
		hetero_row(s->got, s, slot)[m->runs_on] += (double)(now - m->seen_ns) / 1e9;
	m->seen_ns = now;
}

/* ---- places ------------------------------------------------------------------------------------ */

struct space {
	uint32_t node, room;
};

static int most_room(const void *a, const void *b)
{
	const struct space *x = a, *y = b;

	if (x->room != y->room)
		return x->room > y->room ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

static int by_node(const void *a, const void *b)
{
	const sj_slot *x = a, *y = b;

	return x->node < y->node ? -1 : x->node > y->node;
}

/* The node with the least room that is enough; `n` spaces. */
static uint32_t tightest(const struct space *space, uint32_t n, uint32_t ranks)
{
	uint32_t best = HETERO_NONE;

	for (uint32_t i = 0; i < n; i++)
		if (space[i].room >= ranks && (best == HETERO_NONE ||
					       space[i].room < space[best].room))
			best = i;
	return best;
}

/* Nodes of the type for t: the tightest that holds it, else as few as will do. False: none. */
static bool find_place(const struct hetero *s, sj_ctx *cx, const sj_task *t, uint32_t type,
		       sj_placement *out)
{
	const struct hetero_type *y = &s->type[type];
	struct space *space = sj_scratch(cx, y->count * sizeof(*space));
	sj_slot *slot = sj_scratch(cx, y->count * sizeof(*slot));
	bool spread = t->layout == SJ_LAYOUT_SPREAD;
	uint32_t n = 0, left = t->ranks, used = 0, best;

	for (uint32_t i = 0; i < y->count; i++) {
		uint32_t room = sj_node_room(cx, y->first + i, t);

		if (room > 0)
			space[n++] = (struct space){ y->first + i, room };
	}
	best = spread && t->ranks > 1 ? HETERO_NONE : tightest(space, n, t->ranks);
	if (best != HETERO_NONE) {
		slot[used++] = (sj_slot){ space[best].node, t->ranks };
		left = 0;
	}
	if (left > 0 && !spread)
		qsort(space, n, sizeof(*space), most_room);
	for (uint32_t i = 0; i < n && left > 0; i++) {
		uint32_t take = spread ? 1 : space[i].room < left ? space[i].room : left;

		slot[used++] = (sj_slot){ space[i].node, take };
		left -= take;
	}
	qsort(slot, used, sizeof(*slot), by_node);
	*out = (sj_placement){ used, slot };
	return left == 0 && sj_rate(cx, t, t->ranks, out) > 0;
}

static void explain(const struct hetero *s, sj_ctx *cx, uint32_t slot, uint32_t type,
		    const char *how)
{
	static const char *const names[] = { "max-min: normalised rates are at least",
					     "makespan [s]", "work for the money",
					     "finish-time fairness" };
	const struct hetero_job *m = &s->job[slot];
	double price = 0;

	for (int unit = 0; unit < HETERO_UNITS; unit++)
		price = fmax(price, sj_lp_dual(s->lp, HETERO_UNITS * type + (uint32_t)unit) *
				    s->price);
	if (s->trouble != NULL && s->objective != HETERO_COST) {
		sj_because(cx, m->task, "%s; %s", how, s->trouble);
		return;
	}
	sj_because(cx, m->task, "%s: %.9g of its time on node type %u, had %.9g s of it in %.9g s; "
		   "%s %.10g; type %u %s, one more is worth %.6g; %s, %llu iterations%s%s", how,
		   hetero_x(s, slot, type), type, hetero_row(s->got, s, slot)[type],
		   (double)(sj_now(cx) - m->task->submit_ns) / 1e9, names[s->objective], s->value,
		   type, price > 1e-12 ? "binds" : "does not bind", price,
		   s->found.warm ? "warm" : "cold", (unsigned long long)s->found.iterations,
		   s->trouble != NULL ? "; " : "", s->trouble != NULL ? s->trouble : "");
}

/* SJ_EFULL: no place, though the type has enough in all. */
static int start(struct hetero *s, sj_ctx *cx, uint32_t slot, uint32_t type, const char *how)
{
	struct hetero_job *m = &s->job[slot];
	sj_placement where;
	int rc;

	if (s->pool ? !sj_fits(cx, m->task) : !find_place(s, cx, m->task, type, &where))
		return SJ_EFULL;
	if (sj_explaining(cx))
		explain(s, cx, slot, type, how);
	rc = sj_start(cx, m->task, s->pool ? NULL : &where);
	if (rc == SJ_OK) {
		hetero_account(s, cx, slot);
		m->runs_on = type;
	}
	return rc;
}

/* ---- who runs ------------------------------------------------------------------------------------- */

struct wish {
	double   priority, x;
	uint64_t seq;
	uint32_t slot, type;
};

static int by_priority(const void *a, const void *b)
{
	const struct wish *p = a, *q = b;

	if (p->priority != q->priority)
		return p->priority > q->priority ? -1 : 1;
	if (p->x != q->x)
		return p->x > q->x ? -1 : 1;
	if (p->seq != q->seq)
		return p->seq < q->seq ? -1 : 1;
	return p->type < q->type ? -1 : p->type > q->type;
}

/* x over the part of its time that the job had there; without any, x alone, far ahead. */
static uint32_t list_wishes(const struct hetero *s, const sj_ctx *cx, struct wish *wish)
{
	uint32_t n = 0;

	for (uint32_t m = 0; m < s->slots; m++) {
		const sj_task *t = s->job[m].task;
		double age;

		if (t == NULL)
			continue;
		age = (double)(sj_now(cx) - t->submit_ns) / 1e9;
		for (uint32_t j = 0; j < s->types; j++) {
			double x = hetero_x(s, m, j);
			double had = age > 0 ? s->got[(size_t)m * s->types + j] / age : 0;

			if (x > 1e-6)
				wish[n++] = (struct wish){ had > 0 ? x / had : 1e9 * x, x, t->seq, m,
							   j };
		}
	}
	qsort(wish, n, sizeof(*wish), by_priority);
	return n;
}

static bool take(struct hetero *s, double *left, uint32_t slot, uint32_t type)
{
	double *of = &left[HETERO_UNITS * type];
	const double *need = s->job[slot].need;

	for (int unit = 0; unit < HETERO_UNITS; unit++)
		if (need[unit] > of[unit] + 1e-9)
			return false;
	for (int unit = 0; unit < HETERO_UNITS; unit++)
		of[unit] -= need[unit];
	s->job[slot].chosen = type;
	return true;
}

/* Jobs that were not chosen, by arrival, on the type where each runs fastest that has room. */
static int by_seq(const void *a, const void *b)
{
	const struct wish *p = a, *q = b;

	return p->seq < q->seq ? -1 : p->seq > q->seq;
}

/* The able type with the highest rate below (rate, type) in the order of rates. */
static uint32_t next_type(const struct hetero *s, uint32_t slot, uint32_t last)
{
	const double *rate = hetero_row(s->rate, s, slot);
	uint32_t best = HETERO_NONE;

	for (uint32_t j = 0; j < s->types; j++) {
		bool behind = last == HETERO_NONE || rate[j] < rate[last] ||
			      (rate[j] == rate[last] && j > last);

		if (rate[j] > 0 && behind && (best == HETERO_NONE || rate[j] > rate[best]))
			best = j;
	}
	return best;
}

static uint32_t list_waiting(const struct hetero *s, struct wish *wish)
{
	uint32_t n = 0;

	for (uint32_t m = 0; m < s->slots; m++)
		if (s->job[m].task != NULL && s->job[m].chosen == HETERO_NONE &&
		    s->job[m].runs_on == HETERO_NONE)
			wish[n++] = (struct wish){ .seq = s->job[m].task->seq, .slot = m };
	qsort(wish, n, sizeof(*wish), by_seq);
	return n;
}

static void choose(struct hetero *s, const sj_ctx *cx, struct wish *wish)
{
	double *left = s->scratch;
	uint32_t n;

	for (uint32_t m = 0; m < s->slots; m++)
		s->job[m].chosen = HETERO_NONE;
	for (uint32_t j = 0; j < s->types; j++)
		for (int unit = 0; unit < HETERO_UNITS; unit++)
			left[HETERO_UNITS * j + (uint32_t)unit] = s->type[j].up[unit];
	n = list_wishes(s, cx, wish);
	for (uint32_t i = 0; i < n; i++)
		if (s->job[wish[i].slot].chosen == HETERO_NONE)
			take(s, left, wish[i].slot, wish[i].type);
	if (!s->fill)
		return;
	/* What runs and was not chosen may stay if nobody else wants the place. */
	n = 0;
	for (uint32_t m = 0; m < s->slots; m++)
		if (s->job[m].task != NULL && s->job[m].chosen == HETERO_NONE)
			wish[n++] = (struct wish){ .seq = s->job[m].task->seq, .slot = m };
	qsort(wish, n, sizeof(*wish), by_seq);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = next_type(s, wish[i].slot, HETERO_NONE); j != HETERO_NONE;
		     j = next_type(s, wish[i].slot, j))
			if (take(s, left, wish[i].slot, j))
				break;
}

/* ---- a round ---------------------------------------------------------------------------------------- */

static int stop_others(struct hetero *s, sj_ctx *cx)
{
	for (uint32_t m = 0; m < s->slots; m++) {
		struct hetero_job *j = &s->job[m];
		int rc;

		if (j->task == NULL || j->runs_on == HETERO_NONE || j->runs_on == j->chosen)
			continue;
		if (sj_explaining(cx))
			sj_because(cx, j->task, j->chosen == HETERO_NONE ?
				   "others have had less of their time" :
				   "goes on on nodes of another type");
		rc = sj_stop(cx, j->task, SJ_STOP_KEEP);
		if (rc != SJ_OK && rc != SJ_EFULL) /* full: it has ended; on_done() will tell */
			return rc;
		j->runs_on = HETERO_NONE;
	}
	return SJ_OK;
}

static int by_size(const void *a, const void *b)
{
	const struct wish *p = a, *q = b;

	if (p->x != q->x)
		return p->x > q->x ? -1 : 1;
	return p->seq < q->seq ? -1 : p->seq > q->seq;
}

/* The largest first, so that small ones do not break up nodes. */
static int start_chosen(struct hetero *s, sj_ctx *cx, struct wish *wish)
{
	uint32_t n = 0;

	for (uint32_t m = 0; m < s->slots; m++) {
		const struct hetero_job *j = &s->job[m];

		if (j->task != NULL && j->chosen != HETERO_NONE && j->runs_on == HETERO_NONE &&
		    j->task->state == SJ_TASK_READY)
			wish[n++] = (struct wish){ .x = j->need[HETERO_GPUS] * 1e6 +
							j->need[HETERO_CORES],
						   .seq = j->task->seq, .slot = m,
						   .type = j->chosen };
	}
	qsort(wish, n, sizeof(*wish), by_size);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t slot = wish[i].slot, type = wish[i].type;
		bool given = hetero_x(s, slot, type) > 1e-6;
		int rc = start(s, cx, slot, type, given ? "its turn" : "nobody else wants the place");

		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
		if (rc == SJ_EFULL)
			s->job[slot].chosen = HETERO_NONE;
	}
	return SJ_OK;
}

int hetero_begin_round(struct hetero *s, sj_ctx *cx)
{
	struct wish *wish = sj_scratch(cx, ((size_t)s->slots * s->types + 1) * sizeof(*wish));
	int rc;

	for (uint32_t m = 0; m < s->slots; m++)
		if (s->job[m].task != NULL)
			hetero_account(s, cx, m);
	choose(s, cx, wish);
	rc = stop_others(s, cx);
	if (rc == SJ_OK)
		rc = start_chosen(s, cx, wish);
	return rc;
}

/* What is free on each type now, into s->scratch; false: nothing is. */
static bool sum_free(const struct hetero *s, const sj_ctx *cx)
{
	bool any = false;

	for (uint32_t j = 0; j < s->types; j++) {
		const struct hetero_type *y = &s->type[j];
		double *left = &s->scratch[HETERO_UNITS * j];

		left[HETERO_CORES] = s->pool ? sj_procs_free(cx) : 0;
		left[HETERO_GPUS] = 0;
		for (uint32_t n = y->first; n < y->first + y->count; n++)
			if (sj_node_get_state(cx, n) == SJ_NODE_UP) {
				left[HETERO_CORES] += sj_node_cores_free(cx, n);
				left[HETERO_GPUS] += sj_node_gpu_milli_free(cx, n) / 1000.0;
			}
		any |= left[HETERO_CORES] > 0;
	}
	return any;
}

/* On the fastest type that has a place. SJ_EFULL: none has. */
static int start_somewhere(struct hetero *s, sj_ctx *cx, uint32_t slot)
{
	uint32_t j = next_type(s, slot, HETERO_NONE);
	int rc = SJ_EFULL;

	if (j == HETERO_NONE && sj_fits(cx, s->job[slot].task)) {
		if (sj_explaining(cx)) /* on nodes of several types; not stopped for others */
			sj_because(cx, s->job[slot].task, "no type alone can hold it");
		return sj_start(cx, s->job[slot].task, NULL);
	}
	for (; j != HETERO_NONE && rc == SJ_EFULL; j = next_type(s, slot, j)) {
		double *left = &s->scratch[HETERO_UNITS * j];
		double had[HETERO_UNITS] = { left[HETERO_CORES], left[HETERO_GPUS] };

		if (!take(s, s->scratch, slot, j))
			continue;
		rc = start(s, cx, slot, j, "room until the end of the round");
		if (rc == SJ_EFULL) { /* in pieces too small */
			left[HETERO_CORES] = had[HETERO_CORES];
			left[HETERO_GPUS] = had[HETERO_GPUS];
		}
	}
	return rc;
}

int hetero_fill(struct hetero *s, sj_ctx *cx)
{
	struct wish *wish;
	uint32_t n;

	if (sj_ready_count(cx) == 0 || !sum_free(s, cx))
		return SJ_OK;
	wish = sj_scratch(cx, ((size_t)s->slots + 1) * sizeof(*wish));
	for (uint32_t m = 0; m < s->slots; m++)
		s->job[m].chosen = s->job[m].runs_on;
	n = list_waiting(s, wish);
	for (uint32_t i = 0; i < n && sj_procs_free(cx) > 0; i++) {
		int rc = SJ_OK;

		if (s->job[wish[i].slot].task->state == SJ_TASK_READY)
			rc = start_somewhere(s, cx, wish[i].slot);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}
