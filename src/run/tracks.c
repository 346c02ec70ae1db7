/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tracks.c - see tracks.h. */
#include "run/tracks.h"

#include <stdlib.h>
#include <string.h>

void tracks_fini(struct tracks *t)
{
	free(t->track);
	free(t->head);
	*t = (struct tracks){ 0 };
}

static int reach(struct tracks *t, uint32_t node)
{
	uint32_t cap = t->head_cap != 0 ? t->head_cap : 64;
	uint32_t *grown;

	if (node < t->head_cap)
		return SJ_OK;
	while (cap <= node)
		cap = cap <= UINT32_MAX / 2 ? 2 * cap : UINT32_MAX;
	grown = realloc(t->head, cap * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	memset(grown + t->head_cap, 0, (cap - t->head_cap) * sizeof(*grown));
	t->head = grown;
	t->head_cap = cap;
	return SJ_OK;
}

static struct track *add(struct tracks *t, uint32_t node, uint32_t gpu, uint32_t lane)
{
	struct track *new;

	if (t->count == t->cap) {
		uint32_t cap = t->cap != 0 ? 2 * t->cap : 64;
		struct track *grown = realloc(t->track, cap * sizeof(*grown));

		if (grown == NULL)
			return NULL;
		t->track = grown;
		t->cap = cap;
	}
	new = &t->track[t->count++];
	*new = (struct track){ .node = node, .gpu = gpu, .lane = lane, .number = t->count,
			       .next = t->head[node] };
	t->head[node] = t->count;
	return new;
}

const struct track *tracks_take(struct tracks *t, uint32_t node, uint32_t gpu, sj_time from,
				sj_time to)
{
	struct track *best = NULL;
	uint32_t lanes = 0;

	if (reach(t, node) != SJ_OK)
		return NULL;
	for (uint32_t at = t->head[node]; at != 0; at = t->track[at - 1].next) {
		struct track *k = &t->track[at - 1];

		if (k->gpu != gpu)
			continue;
		lanes++;
		if (k->end <= from && (best == NULL || k->end > best->end ||
				       (k->end == best->end && k->lane < best->lane)))
			best = k;
	}
	if (best == NULL)
		best = add(t, node, gpu, lanes);
	if (best != NULL)
		best->end = to;
	return best;
}
