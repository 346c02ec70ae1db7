/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_frag.c - placement by the gradient of fragmentation, step by step: the worked
 * example of two nodes with 2 and 4 GPUs and 64 CPUs each under tasks X (12 CPUs, 2 GPUs),
 * Y (8 CPUs) and Z (4 CPUs, half a GPU), each a third of what is typical (method: Weng et
 * al., USENIX ATC 2023).
 */
#include <math.h>

#include "place.h"
#include "test.h"

static const sj_task X = { .ranks = 1, .cores = 12, .procs = 12, .gpu_milli = 2000 };
static const sj_task Y = { .ranks = 1, .cores = 8, .procs = 8 };
static const sj_task Z = { .ranks = 1, .cores = 4, .procs = 4, .gpu_milli = 500 };

static const sj_node_type nodes[] = { { .count = 1, .cores = 64, .gpus = 2 },
				      { .count = 1, .cores = 64, .gpus = 4 } };
static const sj_cluster two = { .type_count = 2, .types = nodes };

static void check_state(sj_ledger *l, int step, double fragmented, double part, uint64_t idle)
{
	double got = sj_ledger_fragmentation(l);

	if (isnan(fragmented))
		return;
	CHECK(fabs(got - fragmented) < 0.005, "step %d: %.2f fragmented, expected %.2f", step, got,
	      fragmented);
	CHECK(l->gpu_milli_free == idle, "step %d: %llu idle, expected %llu", step,
	      (unsigned long long)l->gpu_milli_free, (unsigned long long)idle);
	CHECK(fabs(100 * got / (double)idle - part) < 0.005, "step %d: %.2f %%, expected %.2f", step,
	      100 * got / (double)idle, part);
}

TEST(worked_example)
{
	enum { A, B };
	static const struct {
		const sj_task *task;
		uint32_t       node;
		double         fragmented, part; /* NAN: not published */
		uint64_t       idle;
	} step[] = {
		{ &Z, B, 2000.00, 36.36, 5500 }, { &Y, A, NAN, NAN, 0 },
		{ &X, A, 1333.33, 38.10, 3500 }, { &Y, A, NAN, NAN, 0 },
		{ &X, B, 1000.00, 66.67, 1500 }, { &Y, A, NAN, NAN, 0 },
	};
	static const sj_typical typical[] = { { 12, 2000, 0, 1 }, { 8, 0, 0, 1 }, { 4, 500, 0, 1 } };
	sj_held held[6] = { { 0 } };
	sj_error err = { 0 };
	sj_ledger l;

	REQUIRE(sj_ledger_init(&l, &two, false, 1, &err) == SJ_OK, "%s", err.text);
	sj_place_use(&l, SJ_PLACE_FRAG);
	REQUIRE(sj_place_set_typical(&l, typical, 3) == SJ_OK, "no memory");
	for (int i = 0; i < 6; i++) {
		int rc = sj_ledger_take(&l, step[i].task, 1, NULL, &held[i]);

		CHECK(rc == SJ_OK && held[i].one.node == step[i].node, "step %d: %d, node %u", i, rc,
		      held[i].one.node);
		check_state(&l, i, step[i].fragmented, step[i].part, step[i].idle);
	}
	CHECK(l.gpu_milli_total == 6000 && l.gpu_milli_free == 1500, "%llu of %llu idle",
	      (unsigned long long)l.gpu_milli_free, (unsigned long long)l.gpu_milli_total);
	sj_ledger_fini(&l);
}

/* The set is what 1 in 1000 ranks had, anew when their number has grown by an eighth. */
TEST(typical_is_what_was_seen)
{
	sj_task many = Z;
	sj_error err = { 0 };
	sj_ledger l;

	REQUIRE(sj_ledger_init(&l, &two, false, 1, &err) == SJ_OK, "%s", err.text);
	sj_place_use(&l, SJ_PLACE_FRAG);
	CHECK(sj_ledger_fragmentation(&l) == 0, "something is typical from the start");
	sj_place_seen(&l, &Y); /* wants no GPU: all 6000 are lost on it */
	CHECK(sj_ledger_fragmentation(&l) == 6000, "%g", sj_ledger_fragmentation(&l));
	sj_place_seen(&l, &Z);
	CHECK(sj_ledger_fragmentation(&l) == 3000, "%g", sj_ledger_fragmentation(&l));
	many.ranks = 2000;
	sj_place_seen(&l, &many); /* now Y is 1 in 2002 */
	CHECK(sj_ledger_fragmentation(&l) == 0, "%g", sj_ledger_fragmentation(&l));
	many = Y;
	many.ranks = 200;
	sj_place_seen(&l, &many); /* not an eighth more */
	CHECK(sj_ledger_fragmentation(&l) == 0, "%g", sj_ledger_fragmentation(&l));
	many.ranks = 51;
	sj_place_seen(&l, &many);
	CHECK(fabs(sj_ledger_fragmentation(&l) - 6000.0 * 252 / 2253) < 1e-9, "%g",
	      sj_ledger_fragmentation(&l));
	sj_ledger_fini(&l);
}

TESTS(CASE(worked_example), CASE(typical_is_what_was_seen))
