/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocated.c - see allocated.h. */
#include "run/allocated.h"

#include <stdio.h>
#include <stdlib.h>

#define ITEM_MAX 32u /* " 4294967295-4294967295" */

static int put_interval(struct allocated *x, uint32_t first, uint32_t last)
{
	if (x->used + ITEM_MAX > x->cap) {
		size_t cap = x->cap != 0 ? 2 * x->cap : 256;
		char *grown = realloc(x->text, cap);

		if (grown == NULL)
			return SJ_ENOMEM;
		x->text = grown;
		x->cap = cap;
	}
	x->used += (size_t)snprintf(x->text + x->used, ITEM_MAX, first == last ? "%s%u" : "%s%u-%u",
				    x->used != 0 ? " " : "", first, last);
	return SJ_OK;
}

static int add_node(struct allocated *x, uint32_t node)
{
	if (x->nodes == x->node_cap) {
		size_t cap = x->node_cap != 0 ? 2 * x->node_cap : 64;
		uint32_t *grown = realloc(x->node, cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		x->node = grown;
		x->node_cap = cap;
	}
	x->node[x->nodes++] = node;
	return SJ_OK;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int put_nodes(struct allocated *x)
{
	int rc = SJ_OK;

	if (x->nodes > 1)
		qsort(x->node, x->nodes, sizeof(*x->node), ascending);
	for (size_t i = 0, next; i < x->nodes && rc == SJ_OK; i = next) {
		for (next = i + 1; next < x->nodes && x->node[next] - x->node[next - 1] <= 1;)
			next++;
		rc = put_interval(x, x->node[i], x->node[next - 1]);
	}
	return rc;
}

int allocated_text(struct allocated *x, struct allocbook *book, uint64_t seq)
{
	const struct allocbook_entry *e = allocbook_first(book, seq);
	int rc = SJ_OK;

	if (x->text == NULL) {
		x->text = malloc(ITEM_MAX);
		if (x->text == NULL)
			return SJ_ENOMEM;
		x->cap = ITEM_MAX;
	}
	x->text[0] = '\0';
	x->used = x->nodes = 0;
	for (; e != NULL && rc == SJ_OK; e = allocbook_next(book, e))
		rc = e->alloc.node != UINT32_MAX ? add_node(x, e->alloc.node) :
		     put_interval(x, e->alloc.first, e->alloc.last);
	if (rc == SJ_OK)
		rc = put_nodes(x);
	allocbook_drop(book, seq);
	return rc;
}

void allocated_fini(struct allocated *x)
{
	free(x->text);
	free(x->node);
	*x = (struct allocated){ 0 };
}
