/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay_sets.c - sets of tasks that wait; see delay_sets.h. */
#include "delay_sets.h"

#include <string.h>

static const struct delay_list empty = { DELAY_NONE, DELAY_NONE };

void delay_sets_init(struct delay_sets *s)
{
	s->set_unused = s->entry_unused = s->first = s->last = DELAY_NONE;
}

/* ---- entries -------------------------------------------------------------------- */

static bool lives(const struct delay_sets *s, const struct delay_entry *e)
{
	return s->task[e->id].stamp == e->stamp;
}

static uint32_t new_entry(struct delay_sets *s, sj_ctx *cx)
{
	uint32_t e = s->entry_unused;

	if (e != DELAY_NONE) {
		s->entry_unused = s->entry[e].next;
		return e;
	}
	if (s->entries == s->entry_cap) {
		uint32_t cap = s->entry_cap != 0 ? 2 * s->entry_cap : 64;

		s->entry = sj_grow(cx, s->entry, s->entry_cap * sizeof(*s->entry),
				   cap * sizeof(*s->entry));
		s->entry_cap = cap;
	}
	return s->entries++;
}

static void append(struct delay_sets *s, sj_ctx *cx, struct delay_list *l, const sj_task *t)
{
	uint32_t e = new_entry(s, cx);

	s->entry[e] = (struct delay_entry){ t, s->task[t->id].stamp, t->id, DELAY_NONE };
	if (l->last != DELAY_NONE)
		s->entry[l->last].next = e;
	else
		l->first = e;
	l->last = e;
}

/* The entry behind `prior`, the first one behind DELAY_NONE. */
static void drop(struct delay_sets *s, struct delay_list *l, uint32_t prior)
{
	uint32_t *at = prior != DELAY_NONE ? &s->entry[prior].next : &l->first, e = *at;

	*at = s->entry[e].next;
	if (l->last == e)
		l->last = prior;
	s->entry[e].next = s->entry_unused;
	s->entry_unused = e;
}

static void drop_all(struct delay_sets *s, struct delay_list *l)
{
	while (l->first != DELAY_NONE)
		drop(s, l, DELAY_NONE);
}

const sj_task *delay_first(struct delay_sets *s, sj_ctx *cx, struct delay_list *l,
			   uint64_t limit, uint32_t node, delay_will *will)
{
	uint32_t prior = DELAY_NONE, i;

	while ((i = prior != DELAY_NONE ? s->entry[prior].next : l->first) != DELAY_NONE) {
		const struct delay_entry *e = &s->entry[i];

		if (!lives(s, e)) {
			drop(s, l, prior);
			continue;
		}
		if (e->stamp >= limit)
			return NULL;
		if (will(cx, e->task, node))
			return e->task;
		prior = i;
	}
	return NULL;
}

/* ---- places --------------------------------------------------------------------- */

uint32_t delay_place_from(const struct delay_places *p, uint32_t where)
{
	uint32_t low = 0, high = p->count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (p->place[mid].where < where)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct delay_list *delay_list_at(struct delay_places *p, uint32_t where)
{
	uint32_t i = delay_place_from(p, where);

	return i < p->count && p->place[i].where == where ? &p->place[i].list : NULL;
}

static struct delay_place *make_place(struct delay_places *p, sj_ctx *cx, uint32_t where)
{
	uint32_t i = delay_place_from(p, where);

	if (i < p->count && p->place[i].where == where)
		return &p->place[i];
	if (p->count == p->cap) {
		uint32_t cap = p->cap != 0 ? 2 * p->cap : 8;

		p->place = sj_grow(cx, p->place, p->cap * sizeof(*p->place),
				   cap * sizeof(*p->place));
		p->cap = cap;
	}
	memmove(&p->place[i + 1], &p->place[i], (p->count++ - i) * sizeof(*p->place));
	p->place[i] = (struct delay_place){ where, false, empty };
	return &p->place[i];
}

/* ---- who calls for a place --------------------------------------------------------- */

static void add_caller(struct delay_sets *s, sj_ctx *cx, struct delay_callers *c, uint32_t set)
{
	if (c->count == c->cap) {
		uint32_t cap = c->cap != 0 ? 2 * c->cap : 4;

		c->at = sj_grow(cx, c->at, c->cap * sizeof(*c->at), cap * sizeof(*c->at));
		c->cap = cap;
	}
	c->at[c->count++] = (struct delay_caller){ s->set[set].seq, set };
}

static struct delay_callers *callers_at(struct delay_callers **all, uint32_t *cap, sj_ctx *cx,
					uint32_t where)
{
	uint32_t more = *cap != 0 ? *cap : 64;

	while (more <= where)
		more *= 2;
	if (more != *cap) {
		*all = sj_grow(cx, *all, *cap * sizeof(**all), more * sizeof(**all));
		*cap = more;
	}
	return &(*all)[where];
}

/* Drops those that prefer it no longer. */
static void tell(struct delay_sets *s, struct delay_callers *c, uint32_t where, bool rack,
		 delay_tell *tell_of, void *arg)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->count; i++) {
		struct delay_set *j = &s->set[c->at[i].set];
		struct delay_places *p = rack ? &j->racks : &j->nodes;
		uint32_t k = j->seq == c->at[i].seq ? delay_place_from(p, where) : p->count;

		if (k == p->count || p->place[k].where != where)
			continue;
		while (p->place[k].list.first != DELAY_NONE &&
		       !lives(s, &s->entry[p->place[k].list.first]))
			drop(s, &p->place[k].list, DELAY_NONE);
		p->place[k].known = p->place[k].list.first != DELAY_NONE && tell_of(arg, j);
		if (p->place[k].known)
			c->at[n++] = c->at[i];
	}
	c->count = n;
}

void delay_tell_callers(struct delay_sets *s, sj_ctx *cx, uint32_t node, delay_tell *tell_of,
			void *arg)
{
	uint32_t rack = sj_node_count(cx) != 0 ? sj_node_rack(cx, node) : DELAY_NONE;

	if (node < s->node_cap)
		tell(s, &s->at_node[node], node, false, tell_of, arg);
	if (rack != DELAY_NONE && rack < s->rack_cap)
		tell(s, &s->in_rack[rack], rack, true, tell_of, arg);
}

static void all_again(struct delay_sets *s, sj_ctx *cx, struct delay_places *p,
		      struct delay_callers *all, uint32_t set)
{
	for (uint32_t i = 0; i < p->count; i++) {
		if (!p->place[i].known && p->place[i].list.first != DELAY_NONE) {
			add_caller(s, cx, &all[p->place[i].where], set);
			p->place[i].known = true;
		}
	}
}

void delay_tell_again(struct delay_sets *s, sj_ctx *cx, struct delay_set *set)
{
	all_again(s, cx, &set->nodes, s->at_node, (uint32_t)(set - s->set));
	all_again(s, cx, &set->racks, s->in_rack, (uint32_t)(set - s->set));
}

/* ---- sets ------------------------------------------------------------------------ */

static uint32_t new_set(struct delay_sets *s, sj_ctx *cx)
{
	struct delay_places nodes = { 0 }, racks = { 0 };
	uint32_t k = s->set_unused;

	if (k != DELAY_NONE) { /* its arrays are used again */
		s->set_unused = s->set[k].next;
		nodes = s->set[k].nodes;
		racks = s->set[k].racks;
	} else {
		if (s->sets == s->set_cap) {
			uint32_t cap = s->set_cap != 0 ? 2 * s->set_cap : 16;

			s->set = sj_grow(cx, s->set, s->set_cap * sizeof(*s->set),
					 cap * sizeof(*s->set));
			s->set_cap = cap;
		}
		k = s->sets++;
	}
	s->set[k] = (struct delay_set){ .seq = s->seqs++, .all = empty, .free = empty,
					.nodes = nodes, .racks = racks, .next = DELAY_NONE,
					.least = DELAY_LEVELS, .prev = s->last };
	if (s->last != DELAY_NONE)
		s->set[s->last].next = k;
	else
		s->first = k;
	s->last = k;
	return k;
}

static void remove_set(struct delay_sets *s, uint32_t k)
{
	struct delay_set *j = &s->set[k];

	drop_all(s, &j->all);
	drop_all(s, &j->free);
	for (uint32_t i = 0; i < j->nodes.count; i++)
		drop_all(s, &j->nodes.place[i].list);
	for (uint32_t i = 0; i < j->racks.count; i++)
		drop_all(s, &j->racks.place[i].list);
	j->nodes.count = j->racks.count = 0;
	*(j->prev != DELAY_NONE ? &s->set[j->prev].next : &s->first) = j->next;
	*(j->next != DELAY_NONE ? &s->set[j->next].prev : &s->last) = j->prev;
	j->next = s->set_unused;
	s->set_unused = k;
}

struct delay_set *delay_submit(struct delay_sets *s, sj_ctx *cx, const sj_task *const *tasks, uint32_t n)
{
	uint32_t k = new_set(s, cx);
	struct delay_set *j = &s->set[k];

	j->job = tasks[0]->job;
	j->weight = tasks[0]->weight;
	j->live = j->tasks = n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t id = tasks[i]->id;

		s->task = sj_grow_to(cx, s->task, &s->task_cap, id, sizeof(*s->task));
		s->task[id] = (struct delay_task){ .set = k };
		j->estimate_ns += (double)tasks[i]->estimate_ns / n;
	}
	return j;
}

static void prefer(struct delay_sets *s, sj_ctx *cx, const sj_task *t, struct delay_place *p,
		   struct delay_callers *c)
{
	append(s, cx, &p->list, t);
	if (!p->known)
		add_caller(s, cx, c, s->task[t->id].set);
	p->known = true;
}

void delay_wait(struct delay_sets *s, sj_ctx *cx, const sj_task *t, const uint32_t *nodes,
		uint32_t n)
{
	struct delay_task *info = &s->task[t->id];
	struct delay_set *j = &s->set[info->set];
	uint32_t rack, last = DELAY_NONE;

	info->stamp = ++s->stamps;
	info->choosy = n != 0;
	j->waiting++;
	j->choosy += n != 0;
	append(s, cx, &j->all, t);
	if (n == 0)
		append(s, cx, &j->free, t);
	for (uint32_t i = 0; i < n; i++)
		prefer(s, cx, t, make_place(&j->nodes, cx, nodes[i]),
		       callers_at(&s->at_node, &s->node_cap, cx, nodes[i]));
	for (uint32_t i = 0; i < n; i++, last = rack) { /* twice in a list does no harm */
		rack = sj_node_rack(cx, nodes[i]);
		if (rack != DELAY_NONE && rack != last)
			prefer(s, cx, t, make_place(&j->racks, cx, rack),
			       callers_at(&s->in_rack, &s->rack_cap, cx, rack));
	}
}

void delay_taken(struct delay_sets *s, const sj_task *t)
{
	struct delay_task *info = &s->task[t->id];
	struct delay_set *j = &s->set[info->set];

	if (info->stamp == 0)
		return;
	info->stamp = 0;
	j->waiting--;
	j->choosy -= info->choosy;
}

void delay_ended(struct delay_sets *s, const sj_task *t)
{
	uint32_t k = s->task[t->id].set;

	delay_taken(s, t);
	if (--s->set[k].live == 0)
		remove_set(s, k);
}
