/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_rates.c - rates of coflows in an order; see coflow.h for the rules. */
#include <math.h>
#include <stdlib.h>

#include "coflow_parts.h"

static inline bool is_free(const sj_coflow_sim *s, uint32_t end)
{
	return s->free[end] > s->cap[end] * SJ_COFLOW_REST;
}

/* ---- what is left ------------------------------------------------------------------ */

static void weigh(sj_coflow_sim *s, uint32_t coflow)
{
	sj_coflow_state *st = &s->state[coflow];
	const uint32_t *flow = &s->alive[s->c->coflow[coflow].first];

	if (st->weighed)
		return;
	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++)
		s->lane[i].need = s->lane[i].count = 0;
	st->left = 0;
	for (uint32_t i = 0; i < st->alive; i++) {
		const uint32_t *l = s->lane_of[flow[i]];
		double left = s->left[flow[i]];

		s->lane[l[0]].need += left;
		s->lane[l[1]].need += left;
		s->lane[l[0]].count++;
		s->lane[l[1]].count++;
		st->left += left;
	}
	st->weighed = true;
}

/* ---- the order --------------------------------------------------------------------- */

static double bottleneck(const sj_coflow_sim *s, const sj_coflow_state *st)
{
	double most = 0;

	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++) {
		double seconds = s->lane[i].need / s->cap[s->lane[i].end];

		if (seconds > most)
			most = seconds;
	}
	return most;
}

static double longest(const sj_coflow_sim *s, uint32_t coflow)
{
	const uint32_t *flow = &s->alive[s->c->coflow[coflow].first];
	double most = 0;

	for (uint32_t i = 0; i < s->state[coflow].alive; i++)
		if (s->left[flow[i]] > most)
			most = s->left[flow[i]];
	return most;
}

/* Queues only go up: what was sent does not become less. */
static double queue_of(const sj_coflow_sim *s, sj_coflow_state *st)
{
	double limit = (double)s->rule->first_bytes * pow(s->rule->factor, st->queue);

	/* A nanosecond may be missing to the limit by rounding; it is passed then, too. */
	while (st->queue + 1 < s->rule->queues && st->bytes - st->left >= limit * (1 - 1e-12)) {
		st->queue++;
		limit *= s->rule->factor;
	}
	return st->queue;
}

static double key_of(sj_coflow_sim *s, uint32_t coflow)
{
	sj_coflow_state *st = &s->state[coflow];

	switch (s->rule->order) {
	case SJ_COFLOW_SEBF:
		return bottleneck(s, st);
	case SJ_COFLOW_SCF:
		return longest(s, coflow);
	case SJ_COFLOW_NCF:
		return st->alive;
	case SJ_COFLOW_LCF:
		return st->left;
	case SJ_COFLOW_AALO:
		return queue_of(s, st);
	default:
		return 0;
	}
}

/* Insertion: the order changes little from one time to the next, and keeps ties. */
static void sort_active(sj_coflow_sim *s)
{
	for (uint32_t i = 0; i < s->live; i++) {
		uint32_t coflow = s->order[i], k = i;
		double key = s->state[coflow].key;

		for (; k > 0; k--) {
			const uint32_t before = s->order[k - 1];

			if (s->state[before].key < key ||
			    (s->state[before].key == key && before < coflow))
				break;
			s->order[k] = before;
		}
		s->order[k] = coflow;
	}
}

static void order_coflows(sj_coflow_sim *s)
{
	for (uint32_t i = 0; i < s->live; i++) {
		uint32_t coflow = s->active[i];
		sj_coflow_state *st = &s->state[coflow];
		bool first = isnan(st->key);

		if (!st->weighed || first) {
			weigh(s, coflow);
			if (first || s->rule->key == SJ_COFLOW_KEY_LEFT)
				st->key = key_of(s, coflow);
		}
	}
	sort_active(s);
}

/* ---- MADD, and what it leaves ------------------------------------------------------ */

/* It counts as moving until the ends of its flows are planned. */
static void stop(sj_coflow_sim *s, uint32_t coflow)
{
	const uint32_t *flow = &s->alive[s->c->coflow[coflow].first];

	if (!s->state[coflow].moving)
		return;
	for (uint32_t i = 0; i < s->state[coflow].alive; i++)
		s->rate[flow[i]] = 0;
}

static void madd(sj_coflow_sim *s, uint32_t coflow)
{
	sj_coflow_state *st = &s->state[coflow];
	const uint32_t *flow = &s->alive[s->c->coflow[coflow].first];
	double seconds = 0;

	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++) {
		const sj_lane *l = &s->lane[i];

		if (l->need > 0 && !is_free(s, l->end)) {
			stop(s, coflow);
			return;
		}
		if (l->need > 0 && l->need > seconds * s->free[l->end])
			seconds = l->need / s->free[l->end];
	}
	for (uint32_t i = 0; i < st->alive; i++)
		s->rate[flow[i]] = s->left[flow[i]] / seconds;
	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++)
		s->free[s->lane[i].end] -= s->lane[i].need / seconds;
	st->moving = true;
}

/* Some of its flows could be faster. */
static bool has_rest(const sj_coflow_sim *s, const sj_coflow_state *st)
{
	bool side[2] = { false, false };

	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++)
		if (s->lane[i].count != 0 && is_free(s, s->lane[i].end))
			side[s->lane[i].end >= s->c->ports] = true;
	return side[0] && side[1];
}

static inline bool can_rise(const sj_coflow_sim *s, uint32_t flow)
{
	return is_free(s, s->c->flow[flow].src) &&
	       is_free(s, s->c->ports + s->c->flow[flow].dst);
}

/* As fast as its ends allow. */
static inline void raise(sj_coflow_sim *s, uint32_t flow)
{
	uint32_t from = s->c->flow[flow].src, to = s->c->ports + s->c->flow[flow].dst;
	double more = s->free[from] < s->free[to] ? s->free[from] : s->free[to];

	s->rate[flow] += more;
	s->free[from] -= more;
	s->free[to] -= more;
}

static void fill_up(sj_coflow_sim *s, uint32_t coflow)
{
	const uint32_t *flow = &s->alive[s->c->coflow[coflow].first];

	if (!has_rest(s, &s->state[coflow]))
		return;
	for (uint32_t i = 0; i < s->state[coflow].alive; i++)
		if (can_rise(s, flow[i])) {
			raise(s, flow[i]);
			s->state[coflow].moving = true;
		}
}

/* ---- what ended flows leave -------------------------------------------------------- */

/* By rank of the coflow, then by number; few. */
static void sort_candidates(const sj_coflow_sim *s, uint32_t *lane, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		uint32_t l = lane[i], k = i, rank = s->state[s->lane[l].coflow].rank;

		for (; k > 0; k--) {
			uint32_t before = s->state[s->lane[lane[k - 1]].coflow].rank;

			if (before < rank || (before == rank && lane[k - 1] < l))
				break;
			lane[k] = lane[k - 1];
		}
		lane[k] = l;
	}
}

static void refill_lane(sj_coflow_sim *s, sj_lane *l, sj_time now)
{
	uint32_t *flow = &s->by_lane[l->begin], kept = 0;

	if (!is_free(s, l->end))
		return;
	for (uint32_t i = 0; i < l->flows; i++) {
		uint32_t f = flow[i];

		if (!(s->left[f] > 0))
			continue;
		flow[kept++] = f;
		if (!can_rise(s, f))
			continue;
		sj_coflow_advance(s, f, now);
		raise(s, f);
		sj_coflow_plan(s, f, now);
		s->state[l->coflow].moving = true;
		s->state[l->coflow].weighed = false;
	}
	l->flows = kept;
}

void sj_coflow_refill(sj_coflow_sim *s, sj_time now)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < s->freed_count; i++) {
		const sj_lane_list *list = &s->at_end[s->freed[i]];

		for (uint32_t k = 0; is_free(s, s->freed[i]) && k < list->count; k++)
			s->candidates[count++] = list->lane[k];
	}
	sort_candidates(s, s->candidates, count);
	for (uint32_t i = 0; i < count; i++)
		refill_lane(s, &s->lane[s->candidates[i]], now);
}

/* ---- max-min fair among the flows of one coflow ------------------------------------ */

/* The lane that saturates first; the flows at it that are not fixed get `*level`. */
static sj_lane *tightest(sj_coflow_sim *s, const sj_coflow_state *st, double *level)
{
	sj_lane *least = NULL;

	*level = INFINITY;
	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++) {
		sj_lane *l = &s->lane[i];

		if (l->count != 0 && l->rest < *level * l->count) {
			*level = l->rest / l->count;
			least = l;
		}
	}
	return least;
}

static void share_coflow(sj_coflow_sim *s, uint32_t coflow)
{
	sj_coflow_state *st = &s->state[coflow];
	const uint32_t *flow = &s->alive[s->c->coflow[coflow].first];
	double level;
	sj_lane *l;

	st->speed = 0;
	if (!has_rest(s, st)) {
		stop(s, coflow);
		return;
	}
	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++)
		s->lane[i].rest = s->free[s->lane[i].end];
	for (uint32_t i = 0; i < st->alive; i++)
		s->rate[flow[i]] = -1; /* not fixed */
	while ((l = tightest(s, st, &level)) != NULL) {
		for (uint32_t i = l->begin; i < l->begin + l->flows; i++) {
			uint32_t f = s->by_lane[i];
			sj_lane *a = &s->lane[s->lane_of[f][0]], *b = &s->lane[s->lane_of[f][1]];

			if (!(s->rate[f] < 0))
				continue;
			s->rate[f] = level;
			st->speed += level;
			a->count--;
			b->count--;
			a->rest = a->rest > level ? a->rest - level : 0;
			b->rest = b->rest > level ? b->rest - level : 0;
		}
	}
	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++)
		s->free[s->lane[i].end] = s->lane[i].rest;
	st->weighed = false; /* its counts went down */
	st->moving = true;
}

/* ---- all --------------------------------------------------------------------------- */

void sj_coflow_rates(sj_coflow_sim *s)
{
	for (uint32_t e = 0; e < 2 * s->c->ports; e++)
		s->free[e] = s->cap[e];
	order_coflows(s);
	for (uint32_t i = 0; i < s->live; i++) {
		if (s->rule->order == SJ_COFLOW_AALO)
			share_coflow(s, s->order[i]);
		else
			madd(s, s->order[i]);
	}
	if (s->rule->order == SJ_COFLOW_AALO || s->rule->backfill == SJ_BACKFILL_NONE)
		return;
	for (uint32_t i = 0; i < s->live; i++) {
		uint32_t coflow = s->rule->backfill == SJ_BACKFILL_ORDER ? s->order[i] :
									 s->active[i];

		s->state[coflow].rank = i;
		fill_up(s, coflow);
	}
}
