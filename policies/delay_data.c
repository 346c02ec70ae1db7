/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay_data.c - which nodes are local to a task. O(what it reads, times its copies). */
#include <stdlib.h>

#include "delay.h"

struct part {
	uint32_t node;
	uint64_t bytes;
};

static int by_node(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return x->node < y->node ? -1 : x->node > y->node;
}

bool delay_holds(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	sj_slot slot = { node, t->ranks };
	sj_placement where = { 1, &slot };

	return sj_node_count(cx) == 0 || sj_rate(cx, t, t->ranks, &where) > 0;
}

/* What each node has of each need of t; *total gets the bytes that are somewhere. */
static uint32_t parts_of(const struct delay *s, sj_ctx *cx, const sj_task *t,
			 struct part **parts, uint64_t *total)
{
	uint32_t needs = sj_need_count(cx, t), n = 0, cap = 0, *at;

	for (uint32_t i = 0; i < needs; i++)
		cap += sj_need_places(cx, t, i, NULL, 0);
	*parts = sj_scratch(cx, (cap + 1) * sizeof(**parts));
	at = sj_scratch(cx, (cap + 1) * sizeof(*at));
	*total = 0;
	for (uint32_t i = 0; i < needs; i++) {
		uint32_t places = sj_need_places(cx, t, i, at, cap);
		uint64_t bytes = sj_need_get(cx, t, i).bytes;

		*total += places != 0 ? bytes : 0;
		for (uint32_t k = 0; k < places; k++)
			if (at[k] < s->nodes) /* not a storage */
				(*parts)[n++] = (struct part){ at[k], bytes };
	}
	return n;
}

uint32_t delay_local_nodes(const struct delay *s, sj_ctx *cx, const sj_task *t,
			   uint32_t **nodes)
{
	struct part *part;
	uint64_t total;
	uint32_t n = parts_of(s, cx, t, &part, &total), count = 0;

	*nodes = sj_scratch(cx, (n + 1) * sizeof(**nodes));
	qsort(part, n, sizeof(*part), by_node);
	for (uint32_t i = 0, k; i < n; i = k) {
		uint64_t sum = 0;

		for (k = i; k < n && part[k].node == part[i].node; k++)
			sum += part[k].bytes;
		if (sum != 0 && (double)sum >= s->share * (double)total &&
		    delay_holds(cx, t, part[i].node))
			(*nodes)[count++] = part[i].node;
	}
	return count;
}
