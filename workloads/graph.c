/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph.c - see graph.h; Kahn, "Topological sorting of large networks", CACM 5(11), 1962. */
#include "graph.h"

#include <stdio.h>
#include <stdlib.h>

struct successors {
	uint32_t *waits; /* of task t: predecessors not yet done */
	uint32_t *first; /* successors of t: to[first[t] .. first[t + 1]) */
	uint32_t *to;
	uint32_t *stack;
};

static void collect(struct successors *s, uint32_t n, const sj_edge *edges, uint32_t m)
{
	for (uint32_t e = 0; e < m; e++) {
		s->waits[edges[e].to]++;
		s->first[edges[e].from + 1]++;
	}
	for (uint32_t i = 0; i < n; i++)
		s->first[i + 1] += s->first[i];
	for (uint32_t e = m; e-- > 0;) /* first[] walks down to where it should be */
		s->to[--s->first[edges[e].from + 1]] = edges[e].to;
}

/* After collect(), the successors of t begin at first[t + 1]. */
static uint32_t remove_all(struct successors *s, uint32_t n, uint32_t m)
{
	uint32_t top = 0, done = 0;

	for (uint32_t i = 0; i < n; i++)
		if (s->waits[i] == 0)
			s->stack[top++] = i;
	while (top > 0) {
		uint32_t t = s->stack[--top];
		uint32_t end = t + 1 < n ? s->first[t + 2] : m;

		done++;
		for (uint32_t e = s->first[t + 1]; e < end; e++)
			if (--s->waits[s->to[e]] == 0)
				s->stack[top++] = s->to[e];
	}
	return done;
}

/*
 * What is left after all that could be done waits for something that is left as well, so
 * going back from predecessor to predecessor must come round. `before` is scratch of n.
 */
static uint32_t walk_back(const struct successors *s, uint32_t n, const sj_edge *edges,
			  uint32_t m, uint32_t *before, uint32_t *circle)
{
	uint32_t at = 0, least = 0, count = 0, start;

	for (uint32_t e = 0; e < m; e++)
		if (s->waits[edges[e].from] != 0 && s->waits[edges[e].to] != 0)
			before[edges[e].to] = edges[e].from;
	while (s->waits[at] == 0)
		at++;
	for (uint32_t i = 0; i < n; i++)
		at = before[at];
	start = at;
	do {
		circle[count++] = at;
		at = before[at];
	} while (at != start);
	for (uint32_t i = 0; i < count / 2; i++) { /* forwards */
		uint32_t t = circle[i];

		circle[i] = circle[count - 1 - i];
		circle[count - 1 - i] = t;
	}
	for (uint32_t i = 1; i < count; i++)
		if (circle[i] < circle[least])
			least = i;
	for (uint32_t i = 0; i < count; i++)
		before[i] = circle[(least + i) % count];
	for (uint32_t i = 0; i < count; i++)
		circle[i] = before[i];
	return count;
}

int graph_circle(uint32_t n, const sj_edge *edges, uint32_t m, uint32_t **circle,
		 uint32_t *length)
{
	struct successors s;
	uint32_t *block;
	int rc = SJ_OK;

	if (m == 0)
		return SJ_OK;
	block = calloc(3 * (size_t)n + 1 + m, sizeof(*block));
	if (block == NULL)
		return SJ_ENOMEM;
	s.waits = block;
	s.first = s.waits + n;
	s.stack = s.first + n + 1;
	s.to = s.stack + n;
	collect(&s, n, edges, m);
	if (remove_all(&s, n, m) != n) {
		rc = SJ_EINVAL;
		*circle = malloc(n * sizeof(**circle));
		if (*circle == NULL)
			rc = SJ_ENOMEM;
		else
			*length = walk_back(&s, n, edges, m, s.stack, *circle);
	}
	free(block);
	return rc;
}

void graph_circle_text(const uint32_t *circle, uint32_t length, char *const *name, char *text,
		       size_t size)
{
	size_t used = 0;

	for (uint32_t i = 0; i <= length && used < size; i++) {
		uint32_t task = circle[i % length];

		/* As far as there is room, and how it closes. */
		if (i + 1 < length && used + 160 > size) {
			used += (size_t)snprintf(text + used, size - used, "... (%u in all) -> ",
						 length);
			i = length - 1;
			continue;
		}
		if (name != NULL)
			used += (size_t)snprintf(text + used, size - used, "%.40s", name[task]);
		else
			used += (size_t)snprintf(text + used, size - used, "%u", task);
		if (i < length && used < size)
			used += (size_t)snprintf(text + used, size - used, " -> ");
	}
}
