/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timelines.c - allocations and changes of nodes, put into bins. */
#include "run/timelines.h"

#include <stdio.h>
#include <stdlib.h>

#include "run/bins.h"

/* Rows of the bins: each quantity of all rows of nodes, then GPUs. */
enum quantity { CORES, GPU_MILLI, MEMORY, DOWN, QUANTITIES };

struct timelines {
	const sj_cluster *cluster;
	uint32_t    nodes, gpus;
	uint32_t    group;      /* nodes a row */
	uint32_t    rows;       /* of nodes */
	uint32_t   *gpu_first;  /* by node type: number of its first GPU; NULL: not kept */
	bool        begun;      /* the bins have an origin */
	struct bins bins;
	sj_time    *down_since; /* by node, SJ_NEVER: up; NULL until something changes */
};

static uint32_t divide_up(uint32_t a, uint32_t b)
{
	return a / b + (a % b != 0);
}

static void count(struct timelines *t)
{
	for (uint32_t k = 0; k < t->cluster->type_count; k++) {
		t->nodes += t->cluster->types[k].count;
		t->gpus += t->cluster->types[k].count * t->cluster->types[k].gpus;
	}
}

static int number_gpus(struct timelines *t)
{
	uint32_t n = 0;

	t->gpu_first = calloc(t->cluster->type_count, sizeof(*t->gpu_first));
	if (t->gpu_first == NULL)
		return SJ_ENOMEM;
	for (uint32_t k = 0; k < t->cluster->type_count; k++) {
		t->gpu_first[k] = n;
		n += t->cluster->types[k].count * t->cluster->types[k].gpus;
	}
	return SJ_OK;
}

int timelines_create(const sj_cluster *cluster, struct timelines **out)
{
	struct timelines *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return SJ_ENOMEM;
	t->cluster = cluster;
	count(t);
	t->group = divide_up(t->nodes, TIMELINES_CELLS / TIMELINES_LEAST);
	t->rows = divide_up(t->nodes, t->group);
	if (t->group == 1 && t->gpus != 0 &&
	    (uint64_t)t->rows + t->gpus <= TIMELINES_CELLS / TIMELINES_LEAST &&
	    number_gpus(t) != SJ_OK) {
		free(t);
		return SJ_ENOMEM;
	}
	*out = t;
	return SJ_OK;
}

void timelines_free(struct timelines *t)
{
	if (t == NULL)
		return;
	bins_fini(&t->bins);
	free(t->gpu_first);
	free(t->down_since);
	free(t);
}

void timelines_limits(const struct timelines *t, char *text, size_t size)
{
	int n = 0;

	text[0] = '\0';
	if (t->gpus != 0 && t->gpu_first == NULL)
		n = snprintf(text, size, "timelines: %u nodes with %u GPUs are too many to keep GPUs "
			     "apart; nodes are kept", t->nodes, t->gpus);
	if (t->group > 1)
		snprintf(text + n, size - (size_t)n, "%s %u at a time",
			 n != 0 ? "," : "timelines: nodes are kept", t->group);
}

/* ---- what happens ------------------------------------------------------------------ */

static int begin(struct timelines *t, sj_time zero)
{
	uint32_t things = t->rows + (t->gpu_first != NULL ? t->gpus : 0);
	uint32_t bins = TIMELINES_CELLS / things;

	if (t->begun)
		return SJ_OK;
	t->begun = true;
	bins = bins > TIMELINES_BINS ? TIMELINES_BINS : bins;
	return bins_init(&t->bins, QUANTITIES * t->rows + (t->gpu_first != NULL ? t->gpus : 0),
			 bins & ~1u, zero);
}

static int add(struct timelines *t, enum quantity q, uint32_t node, sj_time from, sj_time to,
	       uint64_t amount)
{
	return bins_add(&t->bins, (uint32_t)q * t->rows + node / t->group, from, to,
			(int64_t)amount);
}

/* The bins' row of a node's first GPU. */
static uint32_t gpu_row(const struct timelines *t, uint32_t node)
{
	uint32_t k = 0;

	for (; node >= t->cluster->types[k].count; k++)
		node -= t->cluster->types[k].count;
	return QUANTITIES * t->rows + t->gpu_first[k] + node * t->cluster->types[k].gpus;
}

static int add_gpus(struct timelines *t, const sj_alloc_record *a)
{
	uint32_t row = gpu_row(t, a->node);
	int rc = SJ_OK;

	for (uint64_t left = a->gpus; left != 0 && rc == SJ_OK; left &= left - 1)
		rc = bins_add(&t->bins, row + (uint32_t)__builtin_ctzll(left), a->from_ns,
			      a->to_ns, a->gpu_milli);
	return rc;
}

static int on_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct timelines *t = self;
	uint64_t milli = (uint64_t)__builtin_popcountll(a->gpus) * a->gpu_milli;
	int rc;

	(void)err;
	if (a->node == UINT32_MAX || a->from_ns == a->to_ns)
		return SJ_OK;
	/* Without samples, the first allocation must do: see timelines.h. */
	rc = begin(t, a->from_ns);
	if (rc == SJ_OK)
		rc = add(t, CORES, a->node, a->from_ns, a->to_ns, a->cores);
	if (rc == SJ_OK)
		rc = add(t, GPU_MILLI, a->node, a->from_ns, a->to_ns, milli);
	if (rc == SJ_OK)
		rc = add(t, MEMORY, a->node, a->from_ns, a->to_ns, a->mem_bytes);
	return rc == SJ_OK && a->gpus != 0 && t->gpu_first != NULL ? add_gpus(t, a) : rc;
}

static int on_sample(void *self, const sj_sample *s, sj_error *err)
{
	struct timelines *t = self;
	int rc = begin(t, s->at_ns);

	(void)err;
	if (rc == SJ_OK)
		bins_reach(&t->bins, s->at_ns);
	return rc;
}

static int watch_changes(struct timelines *t)
{
	if (t->down_since != NULL)
		return SJ_OK;
	t->down_since = malloc(t->nodes * sizeof(*t->down_since));
	for (uint32_t i = 0; t->down_since != NULL && i < t->nodes; i++)
		t->down_since[i] = SJ_NEVER;
	return t->down_since != NULL ? SJ_OK : SJ_ENOMEM;
}

static int on_node(void *self, const sj_node_record *n, sj_error *err)
{
	struct timelines *t = self;
	sj_time *since;
	int rc = begin(t, n->at_ns);

	(void)err;
	if (rc == SJ_OK)
		rc = watch_changes(t);
	if (rc != SJ_OK)
		return rc;
	since = &t->down_since[n->node];
	switch (n->change) {
	case SJ_CHANGE_FAIL:
		if (*since == SJ_NEVER)
			*since = n->at_ns;
		return SJ_OK;
	case SJ_CHANGE_JOIN: /* it was not there since the beginning */
		return add(t, DOWN, n->node, t->bins.zero, n->at_ns, 1);
	case SJ_CHANGE_UP:
		if (*since != SJ_NEVER)
			rc = add(t, DOWN, n->node, *since, n->at_ns, 1);
		*since = SJ_NEVER;
		return rc;
	default:
		return SJ_OK; /* drained: what runs there goes on */
	}
}

sj_sink timelines_sink(struct timelines *t)
{
	return (sj_sink){ .self = t, .sample = on_sample, .alloc = on_alloc, .node = on_node };
}

/* ---- the end ------------------------------------------------------------------------- */

/* Nodes that are still down are so until the end. */
static int close_down(struct timelines *t)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; t->down_since != NULL && i < t->nodes && rc == SJ_OK; i++) {
		if (t->down_since[i] != SJ_NEVER)
			rc = add(t, DOWN, i, t->down_since[i], t->bins.end, 1);
		t->down_since[i] = SJ_NEVER;
	}
	return rc;
}

struct areas {
	__int128 of[QUANTITIES];
};

/* What is handed on: bins of equal values that follow each other. */
struct stretch {
	sj_time      from, to;
	struct areas sum, one; /* of all its bins; of each */
	sj_time      width;
};

struct handing {
	struct timelines  *t;
	timelines_node_fn *node;
	timelines_gpu_fn  *gpu;
	void              *self;
	sj_error          *err;
	uint32_t           number, nodes, gpu_number; /* of the row */
	bool               is_gpu;
};

static bool is_zero(const struct areas *a)
{
	return a->of[CORES] == 0 && a->of[GPU_MILLI] == 0 && a->of[MEMORY] == 0 &&
	       a->of[DOWN] == 0;
}

static bool is_equal(const struct areas *a, const struct areas *b)
{
	return a->of[CORES] == b->of[CORES] && a->of[GPU_MILLI] == b->of[GPU_MILLI] &&
	       a->of[MEMORY] == b->of[MEMORY] && a->of[DOWN] == b->of[DOWN];
}

/* Memory x time is handed on as a mean; the others are to fit 63 bits. */
static bool fits(const struct areas *a)
{
	return a->of[CORES] <= INT64_MAX && a->of[GPU_MILLI] <= INT64_MAX &&
	       a->of[DOWN] <= INT64_MAX;
}

static int hand_on(const struct handing *h, sj_time from, sj_time to, const struct areas *a)
{
	/* A row of years on a million cores: two halves with the same mean. */
	if (!fits(a)) {
		sj_time middle = from + (to - from) / 2;
		struct areas left, right;
		int rc;

		for (int q = 0; q < QUANTITIES; q++) {
			left.of[q] = a->of[q] / 2;
			right.of[q] = a->of[q] - left.of[q];
		}
		rc = hand_on(h, from, middle, &left);
		return rc != SJ_OK ? rc : hand_on(h, middle, to, &right);
	}
	if (h->is_gpu)
		return h->gpu(h->self, &(struct timelines_gpu){
			.node = h->number, .gpu = h->gpu_number, .from_ns = from, .to_ns = to,
			.milli_ns = (int64_t)a->of[GPU_MILLI] }, h->err);
	return h->node(h->self, &(struct timelines_node){
		.node = h->number, .nodes = h->nodes, .from_ns = from, .to_ns = to,
		.core_ns = (int64_t)a->of[CORES], .gpu_milli_ns = (int64_t)a->of[GPU_MILLI],
		.down_ns = (int64_t)a->of[DOWN],
		.mem_bytes = (uint64_t)(a->of[MEMORY] / (to - from)) }, h->err);
}

static int hand_on_row(const struct handing *h, const struct areas *bin)
{
	const struct bins *b = &h->t->bins;
	struct stretch s = { 0 };
	int rc = SJ_OK;

	for (uint32_t i = 0; i < bins_used(b) && rc == SJ_OK; i++) {
		sj_time from = bins_begin(b, i), to = bins_begin(b, i + 1);

		if (s.to == from && s.to != s.from && s.width == to - from &&
		    is_equal(&s.one, &bin[i])) {
			s.to = to;
			for (int q = 0; q < QUANTITIES; q++)
				s.sum.of[q] += bin[i].of[q];
			continue;
		}
		if (!is_zero(&s.sum))
			rc = hand_on(h, s.from, s.to, &s.sum);
		s = (struct stretch){ from, to, bin[i], bin[i], to - from };
	}
	return rc == SJ_OK && !is_zero(&s.sum) ? hand_on(h, s.from, s.to, &s.sum) : rc;
}

static int hand_on_nodes(struct handing *h, struct areas *bin, __int128 *one)
{
	const struct timelines *t = h->t;
	int rc = SJ_OK;

	for (uint32_t r = 0; r < t->rows && rc == SJ_OK; r++) {
		for (uint32_t q = 0; q < QUANTITIES; q++) {
			bins_areas(&t->bins, q * t->rows + r, one);
			for (uint32_t i = 0; i < bins_used(&t->bins); i++)
				bin[i].of[q] = one[i];
		}
		h->number = r * t->group;
		h->nodes = t->nodes - h->number < t->group ? t->nodes - h->number : t->group;
		rc = hand_on_row(h, bin);
	}
	return rc;
}

static int hand_on_gpus(struct handing *h, struct areas *bin, __int128 *one)
{
	const struct timelines *t = h->t;
	uint32_t row = QUANTITIES * t->rows;
	int rc = SJ_OK;

	h->is_gpu = true;
	h->number = 0;
	for (uint32_t i = 0; i < bins_used(&t->bins); i++)
		bin[i] = (struct areas){ 0 };
	for (uint32_t k = 0; k < t->cluster->type_count; k++)
		for (uint32_t n = 0; n < t->cluster->types[k].count; n++, h->number++)
			for (uint32_t g = 0; g < t->cluster->types[k].gpus; g++, row++) {
				if (t->bins.row[row] == NULL || rc != SJ_OK)
					continue;
				h->gpu_number = g;
				bins_areas(&t->bins, row, one);
				for (uint32_t i = 0; i < bins_used(&t->bins); i++)
					bin[i].of[GPU_MILLI] = one[i];
				rc = hand_on_row(h, bin);
			}
	return rc;
}

int timelines_each(struct timelines *t, timelines_node_fn *node, timelines_gpu_fn *gpu,
		   void *self, sj_error *err)
{
	struct handing h = { .t = t, .node = node, .gpu = gpu, .self = self, .err = err };
	uint32_t used = t->begun ? bins_used(&t->bins) : 0;
	struct areas *bin = calloc(used + 1u, sizeof(*bin));
	__int128 *one = calloc(used + 1u, sizeof(*one));
	int rc = bin != NULL && one != NULL ? close_down(t) : SJ_ENOMEM;

	if (rc == SJ_OK && used != 0)
		rc = hand_on_nodes(&h, bin, one);
	if (rc == SJ_OK && used != 0 && t->gpu_first != NULL)
		rc = hand_on_gpus(&h, bin, one);
	free(bin);
	free(one);
	return rc;
}
