/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow.c - coflows in an order, from event to event; see coflow.h.
 *
 * One computation of rates looks at the coflows that are there, and at the flows of those that
 * move: O(coflows x ports + flows), for aalo O(f + l^2) a coflow of f flows over l lanes.
 * There are about two of them a coflow. Refilling looks at the flows of two ports.
 */
#include "coflow_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAME 1e-13 /* relative change of a rate that moves no end */

/* ---- memory ------------------------------------------------------------------------ */

static void sim_fini(sj_coflow_sim *s)
{
	free(s->cap);
	free(s->free);
	free(s->left);
	free(s->rate);
	free(s->planned);
	free(s->since_ns);
	free(s->lane_of);
	free(s->coflow_of);
	sj_pes_fini(&s->ends);
	free(s->alive);
	free(s->lane);
	free(s->by_lane);
	free(s->at_end);
	free(s->lane_lists);
	free(s->freed);
	free(s->is_freed);
	free(s->candidates);
	free(s->state);
	free(s->active);
	free(s->order);
}

/* Marks of ends are coflow + 1; counts the lanes of a coflow, and numbers them when `of` is
 * not NULL. */
static uint32_t number_lanes(sj_coflow_sim *s, uint32_t coflow, uint32_t *mark, uint32_t *of)
{
	const sj_coflow *k = &s->c->coflow[coflow];
	uint32_t n = 0;

	for (int side = 0; side < 2; side++)
		for (uint32_t f = k->first; f < k->first + k->flows; f++) {
			uint32_t end = side == 0 ? s->c->flow[f].src :
						   s->c->ports + s->c->flow[f].dst;

			if (mark[end] != coflow + 1) {
				mark[end] = coflow + 1;
				if (of != NULL) {
					of[end] = s->lanes + n;
					s->lane[s->lanes + n] = (sj_lane){ .end = end,
									   .coflow = coflow };
				}
				n++;
			}
			if (of != NULL) {
				s->lane_of[f][side] = of[end];
				s->lane[of[end]].flows++;
			}
		}
	return n;
}

/* The flows of each lane, in their order; room for the lanes of each end. */
static void list_lanes(sj_coflow_sim *s)
{
	uint32_t begin = 0, *place = s->lane_lists;

	for (uint32_t i = 0; i < s->lanes; i++) {
		s->lane[i].begin = begin;
		begin += s->lane[i].flows;
		s->lane[i].flows = 0;
		s->at_end[s->lane[i].end].count++;
	}
	for (uint32_t f = 0; f < s->c->flows; f++)
		for (int side = 0; side < 2; side++) {
			sj_lane *l = &s->lane[s->lane_of[f][side]];

			s->by_lane[l->begin + l->flows++] = f;
			s->coflow_of[f] = l->coflow;
		}
	for (uint32_t e = 0; e < 2 * s->c->ports; e++) {
		s->at_end[e].lane = place;
		place += s->at_end[e].count;
		s->at_end[e].count = 0;
	}
}

static int make_lanes(sj_coflow_sim *s)
{
	uint32_t ends = 2 * s->c->ports, total = 0;
	uint32_t *mark = calloc(ends, sizeof(*mark)), *of = calloc(ends, sizeof(*of));
	int rc = mark == NULL || of == NULL ? SJ_ENOMEM : SJ_OK;

	for (uint32_t i = 0; i < s->c->count && rc == SJ_OK; i++)
		total += number_lanes(s, i, mark, NULL);
	s->lane = malloc((total + 1) * sizeof(*s->lane));
	s->lane_lists = malloc((total + 1) * sizeof(*s->lane_lists));
	s->candidates = malloc((total + 1) * sizeof(*s->candidates));
	if (s->lane == NULL || s->lane_lists == NULL || s->candidates == NULL)
		rc = SJ_ENOMEM;
	if (rc == SJ_OK)
		memset(mark, 0, ends * sizeof(*mark));
	for (uint32_t i = 0; i < s->c->count && rc == SJ_OK; i++) {
		s->state[i].lane = s->lanes;
		s->state[i].lanes = number_lanes(s, i, mark, of);
		s->lanes += s->state[i].lanes;
	}
	if (rc == SJ_OK)
		list_lanes(s);
	free(mark);
	free(of);
	return rc;
}

static int sim_init(sj_coflow_sim *s, const sj_coflow_case *c, const sj_coflow_rule *rule)
{
	size_t flows = c->flows + 1, count = c->count + 1, ends = 2 * (size_t)c->ports;

	*s = (sj_coflow_sim){ .c = c, .rule = rule };
	s->cap = malloc(ends * sizeof(*s->cap));
	s->free = malloc(ends * sizeof(*s->free));
	s->at_end = calloc(ends, sizeof(*s->at_end));
	s->freed = malloc(ends * sizeof(*s->freed));
	s->is_freed = calloc(ends, sizeof(*s->is_freed));
	s->left = calloc(flows, sizeof(*s->left));
	s->rate = calloc(flows, sizeof(*s->rate));
	s->planned = calloc(flows, sizeof(*s->planned));
	s->since_ns = malloc(flows * sizeof(*s->since_ns));
	s->lane_of = malloc(flows * sizeof(*s->lane_of));
	s->coflow_of = malloc(flows * sizeof(*s->coflow_of));
	s->alive = malloc(flows * sizeof(*s->alive));
	s->by_lane = malloc(2 * flows * sizeof(*s->by_lane));
	s->state = calloc(count, sizeof(*s->state));
	s->active = malloc(count * sizeof(*s->active));
	s->order = malloc(count * sizeof(*s->order));
	if (s->cap == NULL || s->free == NULL || s->at_end == NULL || s->freed == NULL ||
	    s->is_freed == NULL || s->left == NULL || s->rate == NULL || s->planned == NULL ||
	    s->since_ns == NULL || s->lane_of == NULL || s->coflow_of == NULL ||
	    s->alive == NULL || s->by_lane == NULL || s->state == NULL || s->active == NULL ||
	    s->order == NULL || sj_pes_reserve(&s->ends, c->flows) != SJ_OK)
		return SJ_ENOMEM;
	memcpy(s->cap, c->send, c->ports * sizeof(*s->cap));
	memcpy(s->cap + c->ports, c->receive, c->ports * sizeof(*s->cap));
	return make_lanes(s);
}

/* ---- flows ------------------------------------------------------------------------- */

void sj_coflow_advance(sj_coflow_sim *s, uint32_t flow, sj_time now)
{
	double rest = s->left[flow] - s->rate[flow] * ((double)(now - s->since_ns[flow]) * 1e-9);

	/* It ends by its event: something is left until then. */
	if (rest < s->left[flow])
		s->left[flow] = rest > s->rate[flow] * 1e-10 ? rest : s->rate[flow] * 1e-10;
	s->since_ns[flow] = now;
}

/* At `now` its rate may have become another, and its left bytes are those of now. */
void sj_coflow_plan(sj_coflow_sim *s, uint32_t flow, sj_time now)
{
	double rate = s->rate[flow], ns;

	if (s->planned[flow] > 0 && fabs(rate - s->planned[flow]) <= SAME * rate)
		return;
	s->since_ns[flow] = now; /* one that stood still was not brought to it */
	s->planned[flow] = rate;
	if (!(rate > 0)) {
		sj_pes_cancel(&s->ends, flow);
		return;
	}
	ns = ceil(s->left[flow] / rate * 1e9);
	sj_pes_move(&s->ends, flow, ns < (double)(SJ_TIME_MAX - now) ? now + (sj_time)ns :
								       SJ_TIME_MAX);
}

static void note_freed(sj_coflow_sim *s, uint32_t end, double rate)
{
	s->free[end] += rate;
	if (s->is_freed[end])
		return;
	s->is_freed[end] = true;
	s->freed[s->freed_count++] = end;
}

static void forget_freed(sj_coflow_sim *s)
{
	for (uint32_t i = 0; i < s->freed_count; i++)
		s->is_freed[s->freed[i]] = false;
	s->freed_count = 0;
}

/* True: it was the last of its coflow. */
static bool end_flow(sj_coflow_sim *s, uint32_t flow, sj_time now, sj_coflow_result *out)
{
	sj_coflow_state *st = &s->state[s->coflow_of[flow]];

	note_freed(s, s->c->flow[flow].src, s->rate[flow]);
	note_freed(s, s->c->ports + s->c->flow[flow].dst, s->rate[flow]);
	s->left[flow] = s->rate[flow] = s->planned[flow] = 0;
	st->weighed = false;
	if (out->flow_finish_ns != NULL)
		out->flow_finish_ns[flow] = now;
	if (++st->ended < st->alive)
		return false;
	out->finish_ns[s->coflow_of[flow]] = now;
	return true;
}

/* ---- coflows ----------------------------------------------------------------------- */

static void arrive(sj_coflow_sim *s, uint32_t coflow, sj_coflow_result *out)
{
	const sj_coflow *k = &s->c->coflow[coflow];
	sj_coflow_state *st = &s->state[coflow];

	st->key = NAN;
	for (uint32_t f = k->first; f < k->first + k->flows; f++) {
		s->left[f] = s->c->flow[f].bytes;
		s->since_ns[f] = k->arrival_ns;
		st->bytes += s->left[f];
		if (s->left[f] > 0)
			s->alive[k->first + st->alive++] = f;
		else if (out->flow_finish_ns != NULL)
			out->flow_finish_ns[f] = k->arrival_ns;
	}
	if (st->alive == 0) {
		out->finish_ns[coflow] = k->arrival_ns;
		return;
	}
	s->active[s->live] = s->order[s->live] = coflow;
	s->live++;
	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++) {
		sj_lane_list *list = &s->at_end[s->lane[i].end];

		s->lane[i].at = list->count;
		list->lane[list->count++] = i;
	}
}

static void leave_ends(sj_coflow_sim *s, const sj_coflow_state *st)
{
	for (uint32_t i = st->lane; i < st->lane + st->lanes; i++) {
		sj_lane_list *list = &s->at_end[s->lane[i].end];
		uint32_t last = list->lane[--list->count];

		list->lane[s->lane[i].at] = last;
		s->lane[last].at = s->lane[i].at;
	}
}

/* Coflows that are done leave both lists. */
static void leave(sj_coflow_sim *s)
{
	uint32_t kept = 0, ordered = 0;

	for (uint32_t i = 0; i < s->live; i++) {
		const sj_coflow_state *st = &s->state[s->active[i]];

		if (s->state[s->order[i]].ended < s->state[s->order[i]].alive)
			s->order[ordered++] = s->order[i];
		if (st->ended < st->alive)
			s->active[kept++] = s->active[i];
		else
			leave_ends(s, st);
	}
	s->live = kept;
}

/* Drops the flows that are done, brings the others to `now`. */
static void advance_coflow(sj_coflow_sim *s, uint32_t coflow, sj_time now)
{
	sj_coflow_state *st = &s->state[coflow];
	uint32_t *flow = &s->alive[s->c->coflow[coflow].first], kept = 0;

	if (!st->moving)
		return;
	for (uint32_t i = 0; i < st->alive; i++) {
		if (!(s->left[flow[i]] > 0))
			continue;
		sj_coflow_advance(s, flow[i], now);
		flow[kept++] = flow[i];
	}
	st->alive = kept;
	st->ended = 0;
	st->weighed = false;
}

/* ---- events ------------------------------------------------------------------------ */

/* When a coflow has sent all that its queue allows, if its flows go on as they are. */
static sj_time queue_event(const sj_coflow_sim *s, sj_time now)
{
	sj_time next = SJ_NEVER;

	for (uint32_t i = 0; s->rule->order == SJ_COFLOW_AALO && i < s->live; i++) {
		const sj_coflow_state *st = &s->state[s->active[i]];
		double limit, ns;

		if (st->queue + 1 >= s->rule->queues || !(st->speed > 0))
			continue;
		limit = (double)s->rule->first_bytes * pow(s->rule->factor, st->queue);
		ns = ceil((limit - (st->bytes - st->left)) / st->speed * 1e9);
		if (ns < (double)(SJ_TIME_MAX - now) && now + (ns < 1 ? 1 : (sj_time)ns) < next)
			next = now + (ns < 1 ? 1 : (sj_time)ns);
	}
	return next;
}

static void compute(sj_coflow_sim *s, sj_time now)
{
	leave(s);
	for (uint32_t i = 0; i < s->live; i++)
		advance_coflow(s, s->active[i], now);
	sj_coflow_rates(s);
	for (uint32_t i = 0; i < s->live; i++) {
		sj_coflow_state *st = &s->state[s->active[i]];
		const uint32_t *flow = &s->alive[s->c->coflow[s->active[i]].first];
		bool moving = false;

		for (uint32_t k = 0; k < st->alive && st->moving; k++) {
			sj_coflow_plan(s, flow[k], now);
			moving = moving || s->rate[flow[k]] > 0;
		}
		st->moving = moving;
	}
	forget_freed(s);
}

struct clock {
	sj_time due;   /* rates have to be computed; by ends of flows */
	sj_time queue; /* a coflow changes its queue */
};

/* What happens at `now`; true: rates have to be computed. */
static bool happen(sj_coflow_sim *s, sj_time now, uint32_t *came, struct clock *t,
		   sj_coflow_result *out)
{
	bool compute_now = now >= t->due || now >= t->queue;

	while (sj_pes_time(&s->ends) <= now) {
		if (end_flow(s, sj_pes_pop(&s->ends), now, out))
			compute_now = true;
		if (s->rule->when == SJ_COFLOW_WHEN_FLOW && t->due == SJ_NEVER)
			t->due = now + s->rule->delay_ns;
	}
	for (; *came < s->c->count && s->c->coflow[*came].arrival_ns == now; ++*came) {
		arrive(s, *came, out);
		compute_now = true;
	}
	return compute_now || now >= t->due;
}

static int run_ordered(sj_coflow_sim *s, const sj_coflow_watch *watch, sj_coflow_result *out)
{
	struct clock t = { SJ_NEVER, SJ_NEVER };
	uint32_t came = 0;

	while (came < s->c->count || s->live != 0) {
		sj_time now = sj_pes_time(&s->ends);

		if (came < s->c->count && s->c->coflow[came].arrival_ns < now)
			now = s->c->coflow[came].arrival_ns;
		now = t.due < now ? t.due : now;
		now = t.queue < now ? t.queue : now;
		if (now == SJ_NEVER)
			return SJ_EINVARIANT;
		if (happen(s, now, &came, &t, out)) {
			compute(s, now);
			t = (struct clock){ SJ_NEVER, queue_event(s, now) };
			out->computed++;
		} else if (s->rule->when == SJ_COFLOW_WHEN_REFILL &&
			   s->rule->backfill != SJ_BACKFILL_NONE) {
			sj_coflow_refill(s, now);
			forget_freed(s);
			out->refilled++;
		} else {
			continue;
		}
		if (watch != NULL)
			watch->rates(watch->self, now, s->rate);
	}
	return SJ_OK;
}

int sj_coflow_run(const sj_coflow_case *c, const sj_coflow_rule *rule,
		  const sj_coflow_watch *watch, sj_coflow_result *out)
{
	sj_coflow_sim s;
	int rc;

	out->computed = out->refilled = 0;
	if (rule->order == SJ_COFLOW_FAIR || rule->order == SJ_COFLOW_SHARES)
		return sj_coflow_run_fair(c, rule, watch, out);
	rc = sim_init(&s, c, rule);
	if (rc == SJ_OK)
		rc = run_ordered(&s, watch, out);
	sim_fini(&s);
	return rc;
}

/* ---- alone ------------------------------------------------------------------------- */

sj_time sj_coflow_bottleneck(const sj_coflow_case *c, uint32_t i, double *scratch)
{
	const sj_coflow *k = &c->coflow[i];
	double most = 0;

	memset(scratch, 0, 2 * (size_t)c->ports * sizeof(*scratch));
	for (uint32_t f = k->first; f < k->first + k->flows; f++) {
		scratch[c->flow[f].src] += c->flow[f].bytes;
		scratch[c->ports + c->flow[f].dst] += c->flow[f].bytes;
	}
	for (uint32_t p = 0; p < c->ports; p++) {
		most = fmax(most, scratch[p] / c->send[p]);
		most = fmax(most, scratch[c->ports + p] / c->receive[p]);
	}
	most = ceil(most * 1e9 * (1 - 1e-15));
	return most < (double)SJ_TIME_MAX ? (sj_time)most : SJ_TIME_MAX;
}
