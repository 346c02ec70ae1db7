/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dag_shapes.c - regular task graphs by shape; random ones are in dag_random.c. Tasks of dense linear algebra weigh their
 * operations on a b x b tile in units of b^3 / 3, and every edge is one tile.
 *
 * Sources: Topcuoglu, Hariri and Wu 2002 (Gaussian elimination, FFT); Buttari, Langou,
 * Kurzak and Dongarra 2009 (tiled LU and Cholesky); Juve et al. 2013 (Montage); Dean and
 * Ghemawat 2004 (MapReduce).
 */
#include <stdlib.h>

#include "dag.h"

/* ---- a graph while it is made ----------------------------------------------------- */

static void *grown(struct dag *d, void *old, uint32_t *cap, size_t size)
{
	uint32_t more = *cap == 0 ? 256 : *cap * 2;
	void *p = *cap > UINT32_MAX / 4 ? NULL : realloc(old, more * size);

	if (p == NULL) {
		d->failed = true;
		return old;
	}
	*cap = more;
	return p;
}

uint32_t dag_task(struct dag *d, double work)
{
	if (d->tasks == d->task_cap)
		d->work = grown(d, d->work, &d->task_cap, sizeof(*d->work));
	if (d->failed)
		return 0;
	d->work[d->tasks] = work;
	return d->tasks++;
}

void dag_edge(struct dag *d, uint32_t from, uint32_t to, double size)
{
	if (d->edges == d->edge_cap)
		d->edge = grown(d, d->edge, &d->edge_cap, sizeof(*d->edge));
	if (!d->failed)
		d->edge[d->edges++] = (struct dag_edge){ from, to, size };
}

void dag_clear(struct dag *d)
{
	d->tasks = d->edges = 0;
	d->failed = false;
}

void dag_fini(struct dag *d)
{
	free(d->work);
	free(d->edge);
	*d = (struct dag){ 0 };
}

/* ---- regular ---------------------------------------------------------------------------- */

static void fork_join(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	uint32_t fork = dag_task(d, 1);

	(void)rng;
	for (uint32_t k = 0; k < s->size; k++) {
		uint32_t first = d->tasks, join;

		for (uint32_t i = 0; i < s->width; i++)
			dag_edge(d, fork, dag_task(d, 1), 1);
		join = dag_task(d, 1);
		for (uint32_t i = 0; i < s->width; i++)
			dag_edge(d, first + i, join, 1);
		fork = join;
	}
}

/* Level by level from the leaves: width^(layers - 1), ..., 1. */
static void in_tree(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	uint64_t count = 1;
	uint32_t below = 0;

	(void)rng;
	for (uint32_t l = 1; l < s->layers; l++)
		count *= s->width;
	for (uint32_t l = 0; l < s->layers; l++, count /= s->width) {
		uint32_t first = d->tasks;

		for (uint32_t i = 0; i < count; i++) {
			uint32_t t = dag_task(d, 1);

			for (uint32_t k = 0; k < s->width && l > 0; k++)
				dag_edge(d, below + i * s->width + k, t, 1);
		}
		below = first;
	}
}

static const char *check_in_tree(const struct dag_size *s)
{
	uint64_t leaves = 1;

	for (uint32_t l = 1; l < s->layers; l++) {
		leaves *= s->width;
		if (leaves > 50000000)
			return "width^(layers - 1) must be at most 5e7";
	}
	return NULL;
}

/* Item i passes stage j after stage j - 1, and after item i - 1. */
static void pipeline(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	(void)rng;
	for (uint32_t i = 0; i < s->size; i++)
		for (uint32_t j = 0; j < s->width; j++) {
			uint32_t t = dag_task(d, 1);

			if (j > 0)
				dag_edge(d, t - 1, t, 1);
			if (i > 0)
				dag_edge(d, t - s->width, t, 0);
		}
}

/* Tasks of a range are numbered from the one that has it, those of a larger part first. */
static void split_range(struct dag *d, uint32_t items)
{
	uint32_t me = dag_task(d, 1);

	for (; items > 1 && !d->failed; items /= 2) {
		dag_edge(d, me, d->tasks, 1);
		split_range(d, items - items / 2);
	}
}

/*
 * A loop over `size` items as runtimes share one out: who has a range hands on its upper
 * half until one item is left, and works at that one. 2^k items are the binomial tree.
 */
static void split(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	(void)rng;
	split_range(d, s->size);
}

/* The shuffle: every map sends a part to every reduce. */
static void map_reduce(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	(void)rng;
	for (uint32_t m = 0; m < s->size; m++)
		dag_task(d, 1);
	for (uint32_t r = 0; r < s->width; r++) {
		uint32_t t = dag_task(d, 1);

		for (uint32_t m = 0; m < s->size; m++)
			dag_edge(d, m, t, 1.0 / s->width);
	}
}

static const char *check_product(const struct dag_size *s)
{
	return (uint64_t)s->size * s->width > 500000000 ?
	       "size x width must be at most 5e8" : NULL;
}

/* ---- linear algebra ------------------------------------------------------------------------ */

static const char *check_tiles(const struct dag_size *s)
{
	return s->size > 600 ? "size must be at most 600 tiles" : NULL;
}

/* Who wrote tile (i, j) last; 0 = nobody yet, else 1 + task. */
struct tiles {
	struct dag *d;
	uint32_t    n;
	uint32_t   *writer;
};

static uint32_t *tile(const struct tiles *t, uint32_t i, uint32_t j)
{
	return &t->writer[(size_t)i * t->n + j];
}

static void reads(const struct tiles *t, uint32_t task, uint32_t i, uint32_t j)
{
	if (*tile(t, i, j) != 0)
		dag_edge(t->d, *tile(t, i, j) - 1, task, 1);
}

/* A task that changes tile (i, j). */
static uint32_t writes(const struct tiles *t, double work, uint32_t i, uint32_t j)
{
	uint32_t task = dag_task(t->d, work);

	reads(t, task, i, j);
	*tile(t, i, j) = task + 1;
	return task;
}

static bool tiles_init(struct tiles *t, struct dag *d, uint32_t n)
{
	*t = (struct tiles){ d, n, calloc((size_t)n * n, sizeof(uint32_t)) };
	d->failed |= t->writer == NULL;
	return t->writer != NULL;
}

static void cholesky(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	struct tiles t;

	(void)rng;
	if (!tiles_init(&t, d, s->size))
		return;
	for (uint32_t k = 0; k < t.n; k++) {
		writes(&t, 1, k, k); /* potrf */
		for (uint32_t i = k + 1; i < t.n; i++)
			reads(&t, writes(&t, 3, i, k), k, k); /* trsm */
		for (uint32_t i = k + 1; i < t.n; i++) {
			reads(&t, writes(&t, 3, i, i), i, k); /* syrk */
			for (uint32_t j = k + 1; j < i; j++) {
				uint32_t gemm = writes(&t, 6, i, j);

				reads(&t, gemm, i, k);
				reads(&t, gemm, j, k);
			}
		}
	}
	free(t.writer);
}

static void lu(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	struct tiles t;

	(void)rng;
	if (!tiles_init(&t, d, s->size))
		return;
	for (uint32_t k = 0; k < t.n; k++) {
		writes(&t, 2, k, k); /* getrf, without pivoting */
		for (uint32_t i = k + 1; i < t.n; i++) {
			reads(&t, writes(&t, 3, i, k), k, k); /* trsm, of the column */
			reads(&t, writes(&t, 3, k, i), k, k); /* ... and of the row */
		}
		for (uint32_t i = k + 1; i < t.n; i++)
			for (uint32_t j = k + 1; j < t.n; j++) {
				uint32_t gemm = writes(&t, 6, i, j);

				reads(&t, gemm, i, k);
				reads(&t, gemm, k, j);
			}
	}
	free(t.writer);
}

/*
 * Of an m x m matrix, by columns: step k finds the pivot column, then every column j > k
 * is updated with it. (m^2 + m - 2) / 2 tasks; work is proportional to the rows left.
 */
static void gauss(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	uint32_t m = s->size, before = 0; /* first update of the step before */

	(void)rng;
	for (uint32_t k = 1; k < m; k++) {
		uint32_t pivot = dag_task(d, m - k), first = d->tasks;

		if (k > 1)
			dag_edge(d, before, pivot, 1);
		for (uint32_t j = k + 1; j <= m; j++) {
			uint32_t update = dag_task(d, 2.0 * (m - k));

			dag_edge(d, pivot, update, 1);
			if (k > 1)
				dag_edge(d, before + (j - k), update, 1);
		}
		before = first;
	}
}

static const char *check_gauss(const struct dag_size *s)
{
	return s->size < 2 || s->size > 8000 ? "size must be 2 to 8000 columns" : NULL;
}

/*
 * Of `size` points, a power of two: 2 size - 1 recursive calls as a tree from the root,
 * then log2 size levels of butterflies.
 */
static void fft(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	uint32_t above = 0, level;

	(void)rng;
	for (uint32_t count = 1; count <= s->size; count *= 2) {
		uint32_t first = d->tasks;

		for (uint32_t i = 0; i < count; i++) {
			uint32_t t = dag_task(d, 1);

			if (count > 1)
				dag_edge(d, above + i / 2, t, (double)s->size / count);
		}
		above = first;
	}
	level = above;
	for (uint32_t bit = 1; bit < s->size; bit *= 2) {
		uint32_t first = d->tasks;

		for (uint32_t i = 0; i < s->size; i++) {
			uint32_t t = dag_task(d, 1);

			dag_edge(d, level + i, t, 1);
			dag_edge(d, level + (i ^ bit), t, 1);
		}
		level = first;
	}
}

static const char *check_fft(const struct dag_size *s)
{
	return s->size < 2 || (s->size & (s->size - 1)) != 0 || s->size > 1u << 20 ?
	       "size must be a power of two from 2 to 1048576" : NULL;
}

/* ---- applications ----------------------------------------------------------------------------- */

/*
 * A mosaic of size x size images: each is projected, each pair of neighbours (also
 * diagonal) fitted, the fits are collected and a background model made, each image is
 * corrected by it, then they are added, shrunk and turned into a picture. Work is in
 * the proportions of the 2-degree runs of the characterisation.
 */
static void montage(struct dag *d, const struct dag_size *s, gsl_rng *rng)
{
	uint32_t n = s->size, images = n * n, concat, model, table, add, last;

	(void)rng;
	for (uint32_t i = 0; i < images; i++)
		dag_task(d, 1.7); /* project */
	for (uint32_t i = 0; i < images; i++) {
		static const int step[4][2] = { { 0, 1 }, { 1, 0 }, { 1, 1 }, { 1, -1 } };

		for (int k = 0; k < 4; k++) {
			int64_t row = (int64_t)(i / n) + step[k][0];
			int64_t col = (int64_t)(i % n) + step[k][1];
			uint32_t fit;

			if (row >= n || col >= n || col < 0)
				continue;
			fit = dag_task(d, 0.7);
			dag_edge(d, i, fit, 1);
			dag_edge(d, (uint32_t)(row * n + col), fit, 1);
		}
	}
	concat = dag_task(d, 140);
	for (uint32_t fit = images; fit < concat; fit++)
		dag_edge(d, fit, concat, 0.0001);
	model = dag_task(d, 380);
	dag_edge(d, concat, model, 0.01);
	for (uint32_t i = 0; i < images; i++) {
		uint32_t background = dag_task(d, 1.7);

		dag_edge(d, i, background, 1);
		dag_edge(d, model, background, 0.0001);
	}
	table = dag_task(d, 3);
	for (uint32_t i = 0; i < images; i++)
		dag_edge(d, model + 1 + i, table, 1);
	add = dag_task(d, 280);
	dag_edge(d, table, add, 0.01);
	for (uint32_t i = 0; i < images; i++)
		dag_edge(d, model + 1 + i, add, 1);
	last = dag_task(d, 66); /* shrink */
	dag_edge(d, add, last, images);
	dag_edge(d, last, dag_task(d, 0.6), images / 25.0);
}

static const char *check_montage(const struct dag_size *s)
{
	return s->size < 2 || s->size > 2000 ? "size must be 2 to 2000 images a side" : NULL;
}

static const char *check_nothing(const struct dag_size *s)
{
	(void)s;
	return NULL;
}

#define SHAPES(X)                                                                        \
	X("layered", "`size` tasks in `layers` layers, `degree` predecessors each",      \
	  dag_check_layered, dag_layered)                                                \
	X("random", "`size` tasks, `alpha` sqrt(`size`) wide, `degree` successors each", \
	  dag_check_random, dag_random)                                                  \
	X("forkjoin", "`size` stages of `width` tasks between two", check_product,       \
	  fork_join)                                                                     \
	X("intree", "tree of `layers` levels, `width` children, towards its root",       \
	  check_in_tree, in_tree)                                                        \
	X("split", "loop over `size` items, halved until each is a task", check_nothing, \
	  split)                                                                         \
	X("lu", "tiled LU of `size` x `size` tiles, no pivoting", check_tiles, lu)       \
	X("cholesky", "tiled Cholesky of `size` x `size` tiles", check_tiles, cholesky)  \
	X("fft", "fast Fourier transform of `size` points", check_fft, fft)              \
	X("gauss", "Gaussian elimination of `size` columns", check_gauss, gauss)         \
	X("montage", "sky mosaic of `size` x `size` images", check_montage, montage)     \
	X("mapreduce", "`size` maps, shuffle, `width` reduces", check_product,           \
	  map_reduce)                                                                    \
	X("pipeline", "`size` items through `width` stages", check_product, pipeline)

const struct dag_shape dag_shapes[] = {
#define X(name, help, check, make) { name, help, check, make },
	SHAPES(X)
#undef X
	{ NULL, NULL, check_nothing, NULL },
};

const char *const dag_shape_names[] = {
#define X(name, help, check, make) name,
	SHAPES(X)
#undef X
	NULL,
};
