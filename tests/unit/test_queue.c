/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_queue.c - the indexed queue against a sorted array that does everything
 * the slow way, over random mixes of additions, removals and new keys.
 */
#include <math.h>
#include <stddef.h>

#include "arena_core.h"
#include "sojourn/queue.h"
#include "test.h"

/* xorshift64*: enough to mix test cases. */
static uint64_t draw(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static uint64_t below(uint64_t *state, uint64_t n)
{
	return (draw(state) >> 11) % n;
}

/* ---- the slow queue ---------------------------------------------------------- */

enum { TASKS = 3000 };

struct slow {
	sj_queue_item item[TASKS];
	unsigned      count;
};

static bool before(const sj_queue_item *a, int64_t key, uint64_t seq)
{
	return a->key < key || (a->key == key && a->seq < seq);
}

static void slow_add(struct slow *s, const sj_queue_item *it)
{
	unsigned i = s->count++;

	for (; i > 0 && !before(&s->item[i - 1], it->key, it->seq); i--)
		s->item[i] = s->item[i - 1];
	s->item[i] = *it;
}

static unsigned slow_find(const struct slow *s, const sj_task *t)
{
	unsigned i = 0;

	while (i < s->count && s->item[i].task != t)
		i++;
	return i;
}

static void slow_remove(struct slow *s, const sj_task *t)
{
	unsigned i = slow_find(s, t);

	s->count--;
	memmove(s->item + i, s->item + i + 1, (s->count - i) * sizeof(s->item[0]));
}

static const sj_queue_item *slow_fit(const struct slow *s, int64_t key, uint64_t seq,
				     int64_t width, int64_t length, int64_t narrow)
{
	for (unsigned i = 0; i < s->count; i++) {
		const sj_queue_item *it = &s->item[i];

		if (!before(it, key, seq) && !(it->key == key && it->seq == seq) &&
		    it->width <= width && (it->length <= length || it->width <= narrow))
			return it;
	}
	return NULL;
}

static bool same(const sj_queue_item *a, const sj_queue_item *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->key == b->key && a->seq == b->seq && a->task == b->task &&
	       a->width == b->width && a->length == b->length;
}

/* ---- comparisons ----------------------------------------------------------------- */

static void compare_walk(const sj_queue *q, const struct slow *s)
{
	const sj_queue_item *it = sj_queue_first(q);
	uint32_t least = UINT32_MAX;

	CHECK(sj_queue_count(q) == s->count);
	for (unsigned i = 0; i < s->count; i++) {
		REQUIRE(it != NULL && same(it, &s->item[i]), "place %u", i);
		least = it->width < least ? it->width : least;
		it = sj_queue_next(q, it);
	}
	CHECK(it == NULL);
	CHECK(sj_queue_min_width(q) == least);
}

static void compare_searches(const sj_queue *q, const struct slow *s, uint64_t *rng)
{
	int64_t  key = (int64_t)below(rng, 220) - 110, sum = -1, slow_sum = 0;
	uint64_t seq = below(rng, TASKS);
	int64_t  width = (int64_t)below(rng, 70), length = (int64_t)below(rng, 1000);
	int64_t  narrow = (int64_t)below(rng, 30) - 1;
	int64_t  need = (int64_t)below(rng, 20 + 40u * s->count), through = 0;
	const sj_queue_item *prefix;
	unsigned i;

	CHECK(same(sj_queue_next_fit(q, key, seq, width, length, narrow),
		   slow_fit(s, key, seq, width, length, narrow)));
	CHECK(same(sj_queue_after(q, key, seq),
		   slow_fit(s, key, seq, INT64_MAX, INT64_MAX, -1)));
	for (i = 0; i < s->count; i++)
		through += s->item[i].key <= key ? s->item[i].width : 0;
	CHECK(sj_queue_width_through(q, key) == through);
	prefix = sj_queue_prefix(q, need, &sum);
	for (i = 0; i < s->count; i++) {
		slow_sum += s->item[i].width;
		if (slow_sum >= need)
			break;
	}
	CHECK(same(prefix, i < s->count ? &s->item[i] : NULL));
	CHECK(sum == slow_sum);
}

static int64_t turned(void *arg, const sj_task *t)
{
	return (int64_t)((t->seq * *(uint64_t *)arg) % 101) - 50;
}

static void slow_rekey(struct slow *s, uint64_t *factor)
{
	static struct slow old;

	old = *s;
	s->count = 0;
	for (unsigned i = 0; i < old.count; i++) {
		old.item[i].key = turned(factor, old.item[i].task);
		slow_add(s, &old.item[i]);
	}
}

/* How a run of random operations behaves. */
struct mix {
	uint64_t seed;
	unsigned operations;
	unsigned adds_percent;  /* the rest removes */
	bool     fifo;          /* keys ascend and the front leaves */
	bool     rekeys;
};

static sj_task tasks[TASKS];

static void add_one(sj_queue *q, struct slow *s, const struct mix *m, uint64_t *rng,
		    uint64_t seq)
{
	sj_queue_item it = { .seq = seq };
	uint32_t id;

	do
		id = (uint32_t)below(rng, TASKS);
	while (sj_queue_has(q, &tasks[id]));
	tasks[id] = (sj_task){ .id = id, .seq = seq };
	it.task = &tasks[id];
	it.key = m->fifo ? (int64_t)(seq / 3) : (int64_t)below(rng, 200) - 100;
	it.width = 1 + (uint32_t)below(rng, below(rng, 8) == 0 ? 64 : 8);
	it.length = (int64_t)below(rng, 900);
	sj_queue_add(q, &it);
	slow_add(s, &it);
}

static void run_mix(const struct mix *m)
{
	static struct slow s;
	sj_queue *q = sj_queue_create(NULL);
	uint64_t rng = m->seed * 7919 + 1;

	s.count = 0;
	for (unsigned op = 0; op < m->operations; op++) {
		if (s.count < TASKS - 1 && below(&rng, 100) < m->adds_percent) {
			add_one(q, &s, m, &rng, op);
		} else if (s.count > 0) {
			unsigned i = m->fifo && below(&rng, 4) > 0
					     ? 0 : (unsigned)below(&rng, s.count);
			const sj_task *t = s.item[i].task;

			CHECK(same(sj_queue_find(q, t), &s.item[i]));
			sj_queue_remove(q, t);
			CHECK(!sj_queue_has(q, t) && sj_queue_find(q, t) == NULL);
			slow_remove(&s, t);
		}
		if (m->rekeys && op % 97 == 0) {
			uint64_t factor = 1 + op / 194; /* every second changes nothing */

			sj_queue_rekey(q, turned, &factor);
			slow_rekey(&s, &factor);
		}
		compare_searches(q, &s, &rng);
		if (op % 61 == 0)
			compare_walk(q, &s);
		REQUIRE(test_failures == 0, "seed %u, operation %u",
			(unsigned)m->seed, op);
	}
	compare_walk(q, &s);
	sj_queue_clear(q);
	CHECK(sj_queue_count(q) == 0 && sj_queue_first(q) == NULL);
	CHECK(sj_queue_min_width(q) == UINT32_MAX);
	sj_arena_free(&arena);
}

TEST(random_mixes)
{
	for (uint64_t seed = 1; seed <= 24 && test_failures == 0; seed++) {
		struct mix m = { seed, 900, 50 + (unsigned)(seed % 3) * 5,
				 seed % 2 == 0, seed % 4 == 1 };

		run_mix(&m);
	}
}

/* Three levels of tree, filled and emptied. */
TEST(deep_trees)
{
	for (uint64_t seed = 1; seed <= 2 && test_failures == 0; seed++) {
		struct mix up = { seed, 2600, 95, seed == 1, false };
		struct mix down = { seed, 3500, 48, seed == 1, seed == 2 };

		run_mix(&up);
		run_mix(&down);
	}
}

/* A window slides over 200,000 tasks: nodes are reused and the tree stays low. */
TEST(fifo_window)
{
	sj_queue *q = sj_queue_create(NULL);
	enum { WINDOW = 1500, COUNT = 200000 };

	for (uint64_t i = 0; i < COUNT + WINDOW; i++) {
		sj_task *t = &tasks[i % TASKS];

		if (i >= WINDOW) {
			const sj_queue_item *it = sj_queue_first(q);

			REQUIRE(it != NULL && it->seq == i - WINDOW);
			sj_queue_remove(q, it->task);
		}
		if (i < COUNT) {
			*t = (sj_task){ .id = (uint32_t)(i % TASKS), .seq = i };
			sj_queue_add(q, &(sj_queue_item){ .key = (int64_t)i, .seq = i,
				.task = t, .length = 1, .width = 1 + (uint32_t)(i % 5) });
		}
	}
	CHECK(sj_queue_count(q) == 0);
	sj_arena_free(&arena);
}

TEST(keys_of_doubles)
{
	static const double ordered[] = {
		-INFINITY, -1e300, -1.5, -1, -1e-310, 0, 1e-310, 1, 1.5, 1e300,
		INFINITY, NAN
	};
	size_t n = sizeof(ordered) / sizeof(ordered[0]);

	for (size_t i = 1; i < n; i++)
		CHECK(sj_key_of_double(ordered[i - 1]) < sj_key_of_double(ordered[i]),
		      "%g, %g", ordered[i - 1], ordered[i]);
	CHECK(sj_key_of_double(-0.0) == sj_key_of_double(0.0));
	CHECK(sj_key_of_double(-NAN) == sj_key_of_double(NAN));
}

TESTS(CASE(random_mixes), CASE(deep_trees), CASE(fifo_window), CASE(keys_of_doubles))
