/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.c - placing and releasing tasks on nodes: 8 GPUs, 128 cores and 1 TB each, eight
 * classes of tasks, 85 % of the GPUs in use; the ledger alone, without a simulation.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "place.h"
#include "run/wall.h"
#include "sojourn/rng.h"

enum { CLASSES = 8, DRAWS = 1 << 16, GPUS = 8 };
#define PAIRS 300000u
#define GB    UINT64_C(1000000000)

static const struct { uint32_t gpus, cores, mem_gb; double share; } class[CLASSES] = {
	{ 0, 4, 16, 0.20 }, { 1, 8, 64, 0.30 }, { 1, 16, 96, 0.15 }, { 2, 16, 128, 0.12 },
	{ 2, 32, 256, 0.08 }, { 4, 64, 512, 0.08 }, { 8, 96, 768, 0.05 }, { 8, 128, 1024, 0.02 },
};

struct holder {
	uint32_t class;
	sj_held  held;
};

struct field {
	sj_ledger      ledger;
	sj_task        task[CLASSES];
	struct holder *live;
	size_t         count, cap;
	uint64_t       used; /* GPUs */
	double        *draw; /* uniform */
	uint32_t       at;
};

static double draw(struct field *f)
{
	return f->draw[f->at++ % DRAWS];
}

static void field_fini(struct field *f)
{
	for (size_t i = 0; i < f->count; i++)
		sj_held_drop(&f->live[i].held);
	free(f->live);
	free(f->draw);
	sj_ledger_fini(&f->ledger);
}

static int field_init(struct field *f, uint32_t nodes, sj_place_strategy how, sj_error *err)
{
	const sj_node_type type = { .count = nodes, .cores = 128, .gpus = GPUS,
				    .mem_bytes = 1024 * GB };
	const sj_cluster cluster = { .type_count = 1, .types = &type };
	sj_typical typical[CLASSES];
	gsl_rng *rng = sj_rng_create(5, "bench.place", 0);
	int rc = sj_ledger_init(&f->ledger, &cluster, false, 1, err);

	f->cap = (size_t)nodes * 64;
	f->live = malloc(f->cap * sizeof(*f->live));
	f->draw = malloc(DRAWS * sizeof(*f->draw));
	if (rc == SJ_OK && (f->live == NULL || f->draw == NULL || rng == NULL))
		rc = sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	for (uint32_t i = 0; i < DRAWS && rc == SJ_OK; i++)
		f->draw[i] = gsl_rng_uniform(rng);
	gsl_rng_free(rng);
	if (rc != SJ_OK)
		return rc;
	for (uint32_t k = 0; k < CLASSES; k++) {
		f->task[k] = (sj_task){ .ranks = 1, .cores = class[k].cores,
					.procs = class[k].cores,
					.gpu_milli = class[k].gpus * SJ_GPU_WHOLE,
					.mem_bytes = class[k].mem_gb * GB };
		typical[k] = (sj_typical){ class[k].cores, class[k].gpus * SJ_GPU_WHOLE, 0,
					   (uint64_t)(class[k].share * 100 + 0.5) };
	}
	sj_place_use(&f->ledger, how);
	return how == SJ_PLACE_FRAG ? sj_place_set_typical(&f->ledger, typical, CLASSES) : SJ_OK;
}

static bool place_one(struct field *f)
{
	struct holder *h = &f->live[f->count];
	double u = draw(f);

	h->class = 0;
	while (h->class < CLASSES - 1 && (u -= class[h->class].share) > 0)
		h->class++;
	memset(&h->held, 0, sizeof(h->held));
	if (f->count == f->cap ||
	    sj_ledger_take(&f->ledger, &f->task[h->class], 1, NULL, &h->held) != SJ_OK)
		return false;
	f->used += class[h->class].gpus;
	f->count++;
	return true;
}

static void release_one(struct field *f)
{
	size_t i = (size_t)(draw(f) * (double)f->count);
	struct holder *h = &f->live[i];

	f->used -= class[h->class].gpus;
	sj_ledger_give(&f->ledger, &f->task[h->class], f->task[h->class].procs, &h->held);
	*h = f->live[--f->count];
}

/* ns of a place and a release; NAN: it cannot be measured. */
static double pair_ns(uint32_t nodes, sj_place_strategy how, sj_error *err)
{
	struct field f = { .at = 0 };
	uint64_t target = (uint64_t)(0.85 * GPUS * nodes), begin;
	uint32_t failed = 0;

	if (field_init(&f, nodes, how, err) != SJ_OK) {
		field_fini(&f);
		return NAN;
	}
	while (f.used < target && failed < 1000)
		failed += !place_one(&f);
	begin = wall_ns();
	for (uint32_t i = 0; i < PAIRS; i++) {
		bool full = !place_one(&f);

		while (f.count != 0 && (full || f.used > target)) {
			release_one(&f);
			full = false;
		}
	}
	begin = wall_ns() - begin;
	field_fini(&f);
	return (double)begin / PAIRS;
}

int bench_place(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	static const struct { sj_place_strategy how; const char *yard; } kind[] = {
		{ SJ_PLACE_FIRST, "ff-tree" }, { SJ_PLACE_BEST, "bf-bkt" },
		{ SJ_PLACE_FRAG, "frag-bkt" } };
	static const uint32_t nodes[] = { 1000, 10000, 100000 };

	for (size_t i = 0; i < 9; i++) {
		uint32_t n = nodes[i % 3];
		struct bench_row *r;
		char name[40], what[64], command[64];
		double best = NAN;

		for (unsigned k = 0; k < c->reps && err->code == SJ_OK; k++) {
			double ns = pair_ns(n, kind[i / 3].how, err);

			best = isnan(best) || ns < best ? ns : best;
		}
		if (err->code != SJ_OK)
			return err->code;
		snprintf(name, sizeof(name), "place-%s-%u", sj_place_names[kind[i / 3].how], n);
		snprintf(what, sizeof(what), "place and release on %u nodes", n);
		r = bench_add(rows, name, what, "ns/pair", best);
		if (r == NULL)
			return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
		snprintf(command, sizeof(command), "place %u 42", n);
		r->yardstick = bench_yardstick(c, command, kind[i / 3].yard, "place+release/s", true);
		r->at_least = n <= 10000 ? 400 : 600;
	}
	return SJ_OK;
}
