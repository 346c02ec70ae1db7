/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dag_place.c - crossings are inversions, counted with a binary indexed tree (Barth,
 * Juenger and Mutzel 2004). Places that keep an order and distances and are nearest to
 * wishes in the sense of least squares come from pooling adjacent violators (isotonic
 * regression: Barlow et al. 1972).
 */
#include "plot/dag_place.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS 16
#define BEND   0.35 /* of the room of a task */

/* ---- segments --------------------------------------------------------------------------- */

/* Calls fn for every segment, upper vertex first. */
#define EACH_SEGMENT(l, job, upper, lower, ...)                                         \
	for (uint32_t e_ = 0; e_ < (job)->edge_count; e_++) {                           \
		uint32_t upper = (job)->edges[e_].from, lower;                          \
									                \
		for (uint32_t b_ = (l)->bend_first[e_]; b_ <= (l)->bend_first[e_ + 1]; b_++) { \
			lower = b_ < (l)->bend_first[e_ + 1] ? b_ : (job)->edges[e_].to; \
			__VA_ARGS__;                                                    \
			upper = lower;                                                  \
		}                                                                       \
	}

static void add_up(uint32_t *first, uint32_t n)
{
	for (uint32_t i = 1; i <= n; i++)
		first[i] += first[i - 1];
}

static void fill_segments(const struct dag_layout *l, const sj_job *job, struct dag_order *o)
{
	EACH_SEGMENT(l, job, a, b, o->down_first[a]++; o->up_first[b]++)
	add_up(o->down_first, o->vertices);
	add_up(o->up_first, o->vertices);
	EACH_SEGMENT(l, job, a, b, o->down[--o->down_first[a]] = b; o->up[--o->up_first[b]] = a)
}

static void fill_layers(const struct dag_layout *l, struct dag_order *o)
{
	for (uint32_t v = 0; v < o->vertices; v++)
		o->layer_first[l->layer[v] + 1]++;
	add_up(o->layer_first, o->layers);
	for (uint32_t v = o->vertices; v-- > 0;) {
		uint32_t k = l->layer[v] + 1;

		o->order[--o->layer_first[k]] = v;
	}
	/* Each was moved down to where its layer begins: one to the left is right. */
	memmove(o->layer_first, o->layer_first + 1, o->layers * sizeof(*o->layer_first));
	o->layer_first[o->layers] = o->vertices;
	for (uint32_t k = 0; k < o->layers; k++)
		for (uint32_t i = o->layer_first[k]; i < o->layer_first[k + 1]; i++)
			o->place[o->order[i]] = i - o->layer_first[k];
}

int dag_order_make(const struct dag_layout *l, const sj_job *job, struct dag_order *o)
{
	size_t v = l->vertices, s = l->vertices - l->tasks + (size_t)job->edge_count;
	uint32_t *block;

	*o = (struct dag_order){ .vertices = l->vertices, .layers = l->layers,
				 .segments = (uint32_t)s };
	block = calloc(l->layers + 1 + 3 * v + 2 * (v + 1) + 3 * s + v + 1, sizeof(*block));
	o->wish = malloc((v + 1) * sizeof(*o->wish));
	o->layer_first = block;
	if (block == NULL || o->wish == NULL)
		return SJ_ENOMEM;
	o->order = block + l->layers + 1;
	o->best = o->order + v;
	o->place = o->best + v;
	o->up_first = o->place + v;
	o->down_first = o->up_first + v + 1;
	o->up = o->down_first + v + 1;
	o->down = o->up + s;
	o->below = o->down + s;
	o->count = o->below + s;
	fill_segments(l, job, o);
	fill_layers(l, o);
	return SJ_OK;
}

void dag_order_free(struct dag_order *o)
{
	free(o->layer_first);
	free(o->wish);
	*o = (struct dag_order){ 0 };
}

/* ---- crossings -------------------------------------------------------------------------- */

static int ascending(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

/* Places below, from left to right above: two cross where the later one is further left. */
static uint64_t inversions(struct dag_order *o, uint32_t n, uint32_t places)
{
	uint64_t crossings = 0;

	memset(o->count, 0, (places + 1u) * sizeof(*o->count));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t not_right = 0;

		for (uint32_t k = o->below[i] + 1; k > 0; k -= k & -k)
			not_right += o->count[k];
		crossings += i - not_right;
		for (uint32_t k = o->below[i] + 1; k <= places; k += k & -k)
			o->count[k]++;
	}
	return crossings;
}

uint64_t dag_crossings(struct dag_order *o)
{
	uint64_t crossings = 0;

	for (uint32_t k = 0; k + 1 < o->layers; k++) {
		uint32_t n = 0;

		for (uint32_t i = o->layer_first[k]; i < o->layer_first[k + 1]; i++) {
			uint32_t v = o->order[i], begin = n;

			for (uint32_t s = o->down_first[v]; s < o->down_first[v + 1]; s++)
				o->below[n++] = o->place[o->down[s]];
			/* Those of one vertex do not cross each other. */
			qsort(o->below + begin, n - begin, sizeof(*o->below), ascending);
		}
		crossings += inversions(o, n, o->layer_first[k + 2] - o->layer_first[k + 1]);
	}
	return crossings;
}

/* ---- places ----------------------------------------------------------------------------- */

struct pool {
	double   sum;
	uint32_t count;
};

static double room(const struct dag_layout *l, uint32_t v)
{
	return v < l->tasks ? 1 : BEND;
}

/* Moves a layer to the nearest of its wishes, which are in x[order[...]]. */
static void settle_layer(const struct dag_layout *l, const struct dag_order *o, uint32_t layer,
			 struct pool *pool)
{
	const uint32_t *v = o->order + o->layer_first[layer];
	uint32_t n = o->layer_first[layer + 1] - o->layer_first[layer], pools = 0, at = 0;
	double offset = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			offset += (room(l, v[i - 1]) + room(l, v[i])) / 2;
		pool[pools++] = (struct pool){ l->x[v[i]] - offset, 1 };
		while (pools > 1 && pool[pools - 2].sum * pool[pools - 1].count >
				    pool[pools - 1].sum * pool[pools - 2].count) {
			pool[pools - 2].sum += pool[pools - 1].sum;
			pool[pools - 2].count += pool[pools - 1].count;
			pools--;
		}
	}
	offset = 0;
	for (uint32_t p = 0; p < pools; p++)
		for (uint32_t i = 0; i < pool[p].count; i++, at++) {
			if (at > 0)
				offset += (room(l, v[at - 1]) + room(l, v[at])) / 2;
			l->x[v[at]] = pool[p].sum / pool[p].count + offset;
		}
}

static void wish_means(const struct dag_layout *l, const struct dag_order *o, uint32_t layer,
		       bool up)
{
	const uint32_t *first = up ? o->up_first : o->down_first, *other = up ? o->up : o->down;

	for (uint32_t i = o->layer_first[layer]; i < o->layer_first[layer + 1]; i++) {
		uint32_t v = o->order[i];
		double sum = 0;

		for (uint32_t k = first[v]; k < first[v + 1]; k++)
			sum += l->x[other[k]];
		if (first[v + 1] > first[v])
			l->x[v] = sum / (first[v + 1] - first[v]);
	}
}

static void shift_to_zero(struct dag_layout *l)
{
	double least = l->x[0], most = l->x[0];

	for (uint32_t v = 1; v < l->vertices; v++) {
		least = l->x[v] < least ? l->x[v] : least;
		most = l->x[v] > most ? l->x[v] : most;
	}
	for (uint32_t v = 0; v < l->vertices; v++)
		l->x[v] -= least;
	l->width = most - least;
}

int dag_place(struct dag_layout *l, const struct dag_order *o)
{
	struct pool *pool = malloc((l->vertices + 1u) * sizeof(*pool));

	l->x = malloc(l->vertices * sizeof(*l->x));
	if (pool == NULL || l->x == NULL) {
		free(pool);
		return SJ_ENOMEM;
	}
	for (uint32_t k = 0; k < o->layers; k++)
		for (uint32_t i = o->layer_first[k], n = o->layer_first[k + 1]; i < n; i++)
			l->x[o->order[i]] = i - (o->layer_first[k] + n - 1) / 2.0;
	for (uint32_t k = 0; k < o->layers; k++)
		settle_layer(l, o, k, pool);
	for (int round = 0; round < ROUNDS; round++)
		for (uint32_t i = 1; i < o->layers; i++) {
			bool down = round % 2 == 0;
			uint32_t k = down ? i : o->layers - 1 - i;

			wish_means(l, o, k, down);
			settle_layer(l, o, k, pool);
		}
	shift_to_zero(l);
	free(pool);
	return SJ_OK;
}
