/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steal_victim.c - whom a thief asks; see steal.h.
 *
 * random and roundrobin know nothing of the others; nearest and richest know, when a request
 * is sent, who has work. Workers with work are kept in sets by node and rack and in a
 * tournament by number of tasks, so that no choice looks at all workers.
 */
#include "steal.h"

/* ---- who has work, by group --------------------------------------------------------------- */

static uint32_t group_of(const struct steal *s, const sj_ctx *cx, enum rich_level level,
			 uint32_t w)
{
	uint32_t rack;

	if (level == RICH_ALL || s->nodes == 0)
		return 0;
	if (level == RICH_NODE)
		return s->worker[w].node;
	rack = sj_node_rack(cx, s->worker[w].node);
	return rack;
}

/* Racks that are named by the machine need not be dense: they are numbered as they come. */
static uint32_t dense_rack(uint32_t *name, uint32_t *known, uint32_t rack)
{
	for (uint32_t i = *known; i-- != 0;)
		if (name[i] == rack)
			return i;
	name[*known] = rack;
	return (*known)++;
}

static void rich_init(struct steal *s, sj_ctx *cx, enum rich_level level)
{
	struct rich *r = &s->rich[level];
	uint32_t groups = s->nodes != 0 ? s->nodes : 1, racks = 0;
	uint32_t *name = sj_alloc(cx, groups * sizeof(*name));

	r->group = sj_alloc(cx, s->workers * sizeof(*r->group));
	r->begin = sj_alloc(cx, (groups + 1) * sizeof(*r->begin));
	r->count = sj_alloc(cx, groups * sizeof(*r->count));
	r->member = sj_alloc(cx, s->workers * sizeof(*r->member));
	r->at = sj_alloc(cx, s->workers * sizeof(*r->at));
	for (uint32_t w = 0; w < s->workers; w++) {
		r->group[w] = group_of(s, cx, level, w);
		if (level == RICH_RACK && s->nodes != 0)
			r->group[w] = dense_rack(name, &racks, r->group[w]);
		r->begin[r->group[w] + 1]++;
		r->at[w] = NOBODY;
	}
	for (uint32_t g = 0; g < groups; g++)
		r->begin[g + 1] += r->begin[g];
}

static void rich_update(struct rich *r, uint32_t w, bool has)
{
	uint32_t g = r->group[w], last;

	if (has == (r->at[w] != NOBODY))
		return;
	if (has) {
		r->at[w] = r->begin[g] + r->count[g]++;
		r->member[r->at[w]] = w;
		return;
	}
	last = r->member[r->begin[g] + --r->count[g]];
	r->member[r->at[w]] = last;
	r->at[last] = r->at[w];
	r->at[w] = NOBODY;
}

static uint32_t draw(struct steal *s, uint32_t below)
{
	return below > 1 ? (uint32_t)gsl_rng_uniform_int(s->rng, below) : 0;
}

/* One of the thief's group that has work; NOBODY: none has. */
static uint32_t rich_draw(struct steal *s, enum rich_level level, uint32_t thief)
{
	const struct rich *r = &s->rich[level];
	uint32_t g = r->group[thief];

	return r->count[g] != 0 ? r->member[r->begin[g] + draw(s, r->count[g])] : NOBODY;
}

/* ---- who has most ---------------------------------------------------------------------------- */

static uint32_t better(const struct steal *s, uint32_t a, uint32_t b)
{
	if (b >= s->workers)
		return a;
	return sj_deques_count(s->deques, b) > sj_deques_count(s->deques, a) ? b : a;
}

static void tournament_init(struct steal *s, sj_ctx *cx)
{
	for (s->leaves = 1; s->leaves < s->workers; s->leaves *= 2)
		;
	s->most = sj_alloc(cx, 2 * (size_t)s->leaves * sizeof(*s->most));
	for (uint32_t i = 0; i < s->leaves; i++)
		s->most[s->leaves + i] = i < s->workers ? i : NOBODY;
	for (uint32_t i = s->leaves; --i != 0;)
		s->most[i] = better(s, s->most[2 * i], s->most[2 * i + 1]);
}

static void tournament_update(struct steal *s, uint32_t w)
{
	for (uint32_t i = (s->leaves + w) / 2; i != 0; i /= 2)
		s->most[i] = better(s, s->most[2 * i], s->most[2 * i + 1]);
}

/* ---- the choice -------------------------------------------------------------------------------- */

void steal_victim_init(struct steal *s, sj_ctx *cx)
{
	s->rng = sj_rng(cx, "steal");
	if (s->victim == VICTIM_RICHEST)
		tournament_init(s, cx);
	if (s->victim == VICTIM_NEAREST || steal_is_free(s))
		rich_init(s, cx, RICH_ALL);
	if (s->victim == VICTIM_NEAREST) {
		rich_init(s, cx, RICH_NODE);
		rich_init(s, cx, RICH_RACK);
	}
	s->counts = s->most != NULL || s->rich[RICH_ALL].member != NULL;
}

void steal_victim_count(struct steal *s, uint32_t w)
{
	if (s->most != NULL)
		tournament_update(s, w);
	for (int level = 0; level < RICH_LEVELS; level++)
		if (s->rich[level].member != NULL)
			rich_update(&s->rich[level], w, steal_is_rich(s, w));
}

static uint32_t draw_other(struct steal *s, uint32_t thief)
{
	uint32_t k = draw(s, s->up_count - 1);

	return s->up[k < s->worker[thief].up_at ? k : k + 1];
}

/* The one with most tasks of `probes` that are drawn, the first of equals. */
static uint32_t random_victim(struct steal *s, uint32_t thief)
{
	uint32_t best = NOBODY, n = s->up_count - 1;

	if (steal_is_free(s))
		return rich_draw(s, RICH_ALL, thief);
	if (s->probes < n)
		n = (uint32_t)s->probes;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t v = draw_other(s, thief);

		if (best == NOBODY || sj_deques_count(s->deques, v) >
				      sj_deques_count(s->deques, best))
			best = v;
	}
	return best;
}

static uint32_t next_in_turn(struct steal *s, uint32_t thief)
{
	uint32_t last = s->worker[thief].victim, at;

	if (last == NOBODY || s->worker[last].up_at == NOBODY)
		last = thief;
	at = s->worker[last].up_at;
	do
		at = at + 1 < s->up_count ? at + 1 : 0;
	while (s->up[at] == thief ||
	       (steal_is_free(s) && !steal_is_rich(s, s->up[at])));
	return s->up[at];
}

static uint32_t nearest_victim(struct steal *s, uint32_t thief)
{
	for (int level = RICH_NODE; level < RICH_LEVELS; level++) {
		uint32_t v = rich_draw(s, (enum rich_level)level, thief);

		if (v != NOBODY && v != thief)
			return v;
	}
	return draw_other(s, thief);
}

static uint32_t richest_victim(struct steal *s, uint32_t thief)
{
	uint32_t v = s->most[s->leaves > 1 ? 1 : s->leaves];

	return v != thief && steal_is_rich(s, v) ? v : draw_other(s, thief);
}

uint32_t steal_victim_choose(struct steal *s, uint32_t thief)
{
	uint32_t v;

	if (s->up_count < 2)
		return NOBODY;
	switch (s->victim) {
	case VICTIM_NEAREST:
		v = nearest_victim(s, thief);
		break;
	case VICTIM_RICHEST:
		v = richest_victim(s, thief);
		break;
	case VICTIM_ROUNDROBIN:
		v = next_in_turn(s, thief);
		break;
	default:
		v = random_victim(s, thief);
	}
	s->worker[thief].victim = v;
	return v;
}
