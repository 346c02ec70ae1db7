/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_ready.c - the list of ready tasks keeps the order (ready, number), whatever comes in
 * which order; and a run of tasks that come late does not walk the list for each. */
#include "core.h"
#include "sojourn/rng.h"
#include "test.h"

#define TASKS 500u

static bool in_order(const sj_ctx *cx, uint32_t count)
{
	const struct task *before = NULL;
	uint32_t n = 0;

	for (const struct task *t = cx->ready.first; t != NULL; before = t, t = t->next, n++)
		if (t->prev != before || (before != NULL && !ready_before(before, t)))
			return false;
	return n == count && cx->ready.last == before && cx->ready.count == count;
}

TEST(order_of_random_inserts_and_removals)
{
	static struct task task[TASKS];
	sj_ctx *cx = calloc(1, sizeof(*cx));

	REQUIRE(cx != NULL);
	for (uint64_t seed = 1; seed <= 50; seed++) {
		gsl_rng *rng = sj_rng_create(seed, "test.ready", 0);
		bool in[TASKS] = { false };
		uint32_t count = 0;

		cx->ready = (struct task_list){ 0 };
		cx->ready_finger = NULL;
		for (uint32_t i = 0; i < TASKS; i++) {
			task[i].pub.ready_ns = (sj_time)gsl_rng_uniform_int(rng, 1 + seed % 7 * 20);
			task[i].pub.seq = i;
		}
		for (int step = 0; step < 3000; step++) {
			uint32_t i = (uint32_t)gsl_rng_uniform_int(rng, TASKS);

			if (!in[i])
				ready_insert(cx, &task[i]);
			else if (gsl_rng_uniform_int(rng, 10) < seed % 10)
				ready_remove(cx, &task[i]);
			else
				continue;
			in[i] = !in[i];
			count = in[i] ? count + 1 : count - 1;
			REQUIRE(in_order(cx, count), "seed %u step %d", (unsigned)seed, step);
		}
		gsl_rng_free(rng);
	}
	free(cx);
}

/* A job's tasks come one after another, each before those of a later job and behind those of
 * an earlier one: the last of them is where the search begins. */
TEST(late_ones_begin_at_the_last_of_them)
{
	enum { MANY = 100000 };
	struct task *task = calloc(3 * MANY, sizeof(*task));
	sj_ctx *cx = calloc(1, sizeof(*cx));

	REQUIRE(cx != NULL && task != NULL);
	for (uint32_t i = 0; i < 3 * MANY; i++)
		task[i].pub.seq = i;
	for (uint32_t i = 0; i < MANY; i++)
		ready_insert(cx, &task[i]);
	for (uint32_t i = 2 * MANY; i < 3 * MANY; i++)
		ready_insert(cx, &task[i]);
	/* Without that 10^10 steps: it would not come to an end. */
	for (uint32_t i = MANY; i < 2 * MANY; i++) {
		ready_insert(cx, &task[i]);
		REQUIRE(cx->ready_finger == &task[i]);
	}
	CHECK(in_order(cx, 3 * MANY));
	free(task);
	free(cx);
}

TESTS(CASE(order_of_random_inserts_and_removals), CASE(late_ones_begin_at_the_last_of_them))
