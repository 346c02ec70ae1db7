/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staging_ways.c - who waits for which transfer; see staging_ways.h. */
#include "staging_ways.h"

#include <math.h>
#include <stdlib.h>

#include "network.h"

/* ---- who waits for what ------------------------------------------------------------------ */

int staging_ways_reserve(struct staging *s, uint32_t transfer)
{
	uint32_t count = s->ways != 0 ? s->ways : 256;
	struct way *grown;

	while (count <= transfer)
		count *= 2;
	grown = realloc(s->way, count * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = s->ways; i < count; i++)
		grown[i].first = NO_WAIT;
	s->way = grown;
	s->ways = count;
	return SJ_OK;
}

static int more_waits(struct staging *s)
{
	uint32_t count = s->waits != 0 ? s->waits * 2 : 256;
	struct wait *grown = realloc(s->wait, count * sizeof(*grown));

	if (grown == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = count; i-- != s->waits;) {
		grown[i].next = s->free_wait;
		s->free_wait = i;
	}
	s->wait = grown;
	s->waits = count;
	return SJ_OK;
}

int staging_wait_add(struct staging *s, struct task *t, uint32_t transfer)
{
	struct way *w = &s->way[transfer];
	uint32_t i;

	if (s->free_wait == NO_WAIT && more_waits(s) != SJ_OK)
		return SJ_ENOMEM;
	i = s->free_wait;
	s->free_wait = s->wait[i].next;
	s->wait[i] = (struct wait){ t->pub.id, transfer, NO_WAIT,
				    t->inputs != 0 ? t->first_input : NO_WAIT, NO_WAIT,
				    w->first };
	if (t->inputs != 0)
		s->wait[t->first_input].prev = i;
	if (w->first != NO_WAIT)
		s->wait[w->first].prev_same = i;
	t->first_input = i;
	t->inputs++;
	w->first = i;
	return SJ_OK;
}

void staging_wait_remove(struct staging *s, struct task *t, uint32_t i)
{
	struct wait *x = &s->wait[i];

	if (x->prev != NO_WAIT)
		s->wait[x->prev].next = x->next;
	else
		t->first_input = x->next;
	if (x->next != NO_WAIT)
		s->wait[x->next].prev = x->prev;
	if (x->prev_same != NO_WAIT)
		s->wait[x->prev_same].next_same = x->next_same;
	else
		s->way[x->transfer].first = x->next_same;
	if (x->next_same != NO_WAIT)
		s->wait[x->next_same].prev_same = x->prev_same;
	x->next = s->free_wait;
	s->free_wait = i;
	t->inputs--;
}

/* ---- bytes that are sent are bytes that arrive ------------------------------------------- */

/* Rates are constant from one call of the network to the next. */
void staging_sum(sj_ctx *cx)
{
	struct staging *s = cx->staging;
	double seconds = (double)(cx->now - s->summed) / 1e9;

	s->summed = cx->now;
	for (uint32_t i = 0; i < s->ways && seconds > 0; i++)
		if (s->way[i].first != NO_WAIT)
			s->way[i].sent += sj_network_rate(cx->network, i) * seconds;
}

/* Ends are rounded up to a whole ns, and so is each change of a rate: at the narrowest link
 * of the way that is `slack` bytes at most. */
void staging_check_sent(const sj_ctx *cx, struct staging *s, uint32_t transfer)
{
	const struct way *w = &s->way[transfer];
	double slack = 1e-9 * (double)w->bytes + 1e-6 +
		       16e-9 * sj_network_narrowest(cx->network, w->from, w->to);

	if (cx->config.check && !(fabs(w->sent - (double)w->bytes) <= slack))
		s->unsound = "a transfer has not sent the bytes that it was to send";
}

const char *staging_unsound(const sj_ctx *cx, bool at_end)
{
	const struct staging *s = cx->staging;
	uint64_t under_way = 0;

	for (uint32_t i = 0; i < s->ways; i++)
		if (s->way[i].first != NO_WAIT)
			under_way += s->way[i].bytes;
	if (s->unsound != NULL)
		return s->unsound;
	if (s->asked != s->arrived + s->given_up + under_way)
		return "bytes asked for are not those that arrived, were given up or are under way";
	if (at_end && under_way != 0)
		return "bytes are under way after the end";
	return NULL;
}

/* ---- asking ------------------------------------------------------------------------------ */

void staging_coming(const sj_ctx *cx, const struct task *t, uint64_t *bytes, double *alone_s)
{
	const struct staging *s = cx->staging;
	uint32_t i = t->inputs != 0 ? t->first_input : NO_WAIT;

	*bytes = 0;
	*alone_s = 0;
	for (; i != NO_WAIT; i = s->wait[i].next) {
		const struct way *w = &s->way[s->wait[i].transfer];

		*bytes += w->bytes;
		*alone_s = fmax(*alone_s, sj_network_alone(cx->network, w->from, w->to,
							   (double)w->bytes));
	}
}

const struct task *staging_waits_for(const sj_ctx *cx, uint32_t transfer)
{
	const struct staging *s = cx->staging;

	return transfer < s->ways && s->way[transfer].first != NO_WAIT ?
	       task_at(cx, s->wait[s->way[transfer].first].task) : NULL;
}
