/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound.c - columns of what tasks take at least, as they end; see bound.h. */
#include "bound.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 4096u
#define TIMES_MAX  (UINT64_C(1) << 22) /* of tasks x classes */

const char *const bound_resource_names[BOUND_RESOURCES] = {
	[BOUND_PROCS] = "processors", [BOUND_GPUS] = "GPUs", [BOUND_MEMORY] = "memory",
	[BOUND_PROC_SPEED] = "processors by speed", [BOUND_GPU_SPEED] = "GPUs by speed",
	[BOUND_NODES] = "nodes",
};

/* Why nothing can be said of such a run, or NULL. */
static const char *why_none(const sj_run_config *c)
{
	const sj_interference *i = c->interference;

	/* Factors that are never below 1 only make tasks longer. */
	if (c->stragglers != NULL && sj_law_cdf(c->stragglers, 1 - 0x1p-30) > 0)
		return "each start draws how slow its ranks are, and may draw them faster than "
		       "stated";
	for (uint32_t k = 0; i != NULL && k < i->kinds * i->kinds; k++)
		if (i->slowdown[k] < 1)
			return "some neighbours speed each other up";
	return NULL;
}

int bound_init(sj_ctx *cx)
{
	struct bound *b;

	if (!cx->config.bounds)
		return SJ_OK;
	b = calloc(1, sizeof(*b));
	if (b == NULL)
		return SJ_ENOMEM;
	cx->bound = b;
	b->none = why_none(&cx->config);
	b->shared = (cx->ops->flags & SJ_PF_SHARES) != 0;
	bound_machine(cx, b);
	bound_network(cx, b);
	return SJ_OK;
}

void bound_free_columns(struct bound *b)
{
	free(b->release);
	free(b->span);
	free(b->tail);
	free(b->more);
	free(b->weight);
	free(b->with_data);
	free(b->time);
	for (int r = 0; r < BOUND_RESOURCES; r++)
		free(b->demand[r]);
}

void bound_fini(sj_ctx *cx)
{
	if (cx->bound == NULL)
		return;
	bound_free_columns(cx->bound);
	free(cx->bound);
	cx->bound = NULL;
}

/* A column of `size` bytes an element grows with the others; one that is not there stays
 * so. */
static int grow_column(void *column, size_t size, size_t old, size_t room)
{
	void *grown;

	memcpy(&grown, column, sizeof(grown));
	if (grown == NULL)
		return SJ_OK;
	grown = realloc(grown, room * size);
	if (grown == NULL)
		return SJ_ENOMEM;
	memset((char *)grown + old * size, 0, (room - old) * size);
	memcpy(column, &grown, sizeof(grown));
	return SJ_OK;
}

static int first_columns(struct bound *b)
{
	b->release = malloc(FIRST_ROOM * sizeof(*b->release));
	b->span = malloc(FIRST_ROOM * sizeof(*b->span));
	b->room = FIRST_ROOM;
	return b->release != NULL && b->span != NULL ? SJ_OK : SJ_ENOMEM;
}

static int grow(struct bound *b)
{
	size_t old = b->room, room = 2 * old;
	int rc;

	if (old == 0)
		return first_columns(b);
	if (room > UINT32_MAX)
		return SJ_ENOMEM;
	rc = grow_column(&b->release, sizeof(*b->release), old, room);
	rc = rc != SJ_OK ? rc : grow_column(&b->span, sizeof(*b->span), old, room);
	rc = rc != SJ_OK ? rc : grow_column(&b->tail, sizeof(*b->tail), old, room);
	rc = rc != SJ_OK ? rc : grow_column(&b->with_data, sizeof(*b->with_data), old, room);
	rc = rc != SJ_OK ? rc : grow_column(&b->more, sizeof(*b->more), old, room);
	rc = rc != SJ_OK ? rc : grow_column(&b->weight, sizeof(*b->weight), old, room);
	rc = rc != SJ_OK ? rc : grow_column(&b->time, b->classes * sizeof(*b->time), old, room);
	for (int r = 0; r < BOUND_RESOURCES && rc == SJ_OK; r++)
		rc = grow_column(&b->demand[r], sizeof(*b->demand[r]), old, room);
	if (rc == SJ_OK)
		b->room = room;
	return rc;
}

/* The first that is not 0 makes its column. */
static int put_time(const struct bound *b, sj_time **column, sj_time value)
{
	if (*column == NULL && value != 0)
		*column = calloc(b->room, sizeof(**column));
	if (*column != NULL)
		(*column)[b->n] = value;
	return *column == NULL && value != 0 ? SJ_ENOMEM : SJ_OK;
}

static int put_demand(const struct bound *b, uint64_t **column, uint64_t value)
{
	if (*column == NULL && value != 0)
		*column = calloc(b->room, sizeof(**column));
	if (*column != NULL)
		(*column)[b->n] = value;
	return *column == NULL && value != 0 ? SJ_ENOMEM : SJ_OK;
}

static int put_more(struct bound *b, uint32_t more)
{
	if (b->more == NULL && more != 0)
		b->more = calloc(b->room, sizeof(*b->more));
	if (b->more != NULL)
		b->more[b->n] = more;
	return b->more == NULL && more != 0 ? SJ_ENOMEM : SJ_OK;
}

static int put_weight(struct bound *b, double weight)
{
	if (b->weight == NULL && weight != 1) {
		b->weight = malloc(b->room * sizeof(*b->weight));
		for (size_t i = 0; b->weight != NULL && i < b->n; i++)
			b->weight[i] = 1;
	}
	if (b->weight != NULL)
		b->weight[b->n] = weight;
	return b->weight == NULL && weight != 1 ? SJ_ENOMEM : SJ_OK;
}

int bound_set_with_data(struct bound *b, size_t job, sj_time ns)
{
	if (b->with_data == NULL)
		b->with_data = calloc(b->room, sizeof(*b->with_data));
	if (b->with_data == NULL)
		return SJ_ENOMEM;
	b->with_data[job] = ns;
	return SJ_OK;
}

/* Too many of them are given up. */
static int put_times(struct bound *b, const double *time)
{
	if (b->n == 0 && b->classes != 0) {
		b->time = malloc(b->room * b->classes * sizeof(*b->time));
		if (b->time == NULL)
			return SJ_ENOMEM;
	}
	if (b->time != NULL && (b->n + 1) * b->classes > TIMES_MAX) {
		free(b->time);
		b->time = NULL;
	}
	if (b->time != NULL)
		memcpy(&b->time[b->n * b->classes], time, b->classes * sizeof(*time));
	return SJ_OK;
}

int bound_by_instant(const void *a, const void *b)
{
	const struct bound_instant *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->task > y->task) - (x->task < y->task);
}

int bound_add(struct bound *b, const struct bound_item *item, uint32_t more)
{
	int rc = b->n == b->room ? grow(b) : SJ_OK;

	if (rc != SJ_OK)
		return rc;
	b->release[b->n] = item->release;
	b->span[b->n] = item->span;
	rc = put_time(b, &b->tail, item->tail);
	rc = rc != SJ_OK ? rc : put_more(b, more);
	rc = rc != SJ_OK ? rc : put_weight(b, item->weight);
	rc = rc != SJ_OK ? rc : put_times(b, item->time);
	for (int r = 0; r < BOUND_RESOURCES && rc == SJ_OK; r++)
		rc = put_demand(b, &b->demand[r], item->demand[r]);
	if (rc == SJ_OK)
		b->n++;
	return rc;
}
