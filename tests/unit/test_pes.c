/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_pes.c - the pending-event set against a naive one, ties and cancels included. */
#include "pes.h"
#include "sojourn/rng.h"
#include "test.h"

#define IDS 500u

struct naive {
	bool     pending[IDS];
	sj_time  time[IDS];
	uint64_t order[IDS], next;
};

static uint32_t naive_first(const struct naive *n)
{
	uint32_t best = IDS;

	for (uint32_t i = 0; i < IDS; i++)
		if (n->pending[i] &&
		    (best == IDS || n->time[i] < n->time[best] ||
		     (n->time[i] == n->time[best] && n->order[i] < n->order[best])))
			best = i;
	return best;
}

static void naive_add(struct naive *n, uint32_t id, sj_time t)
{
	n->pending[id] = true;
	n->time[id] = t;
	n->order[id] = n->next++;
}

/* 20,000 random operations on few distinct times, so that ties are common. */
TEST(same_as_naive)
{
	static struct naive n;
	sj_pes p = { 0 };
	gsl_rng *rng = sj_rng_create(7, "test.pes", 0);
	sj_time now = 0;

	REQUIRE(sj_pes_reserve(&p, IDS) == SJ_OK);
	for (int step = 0; step < 20000; step++) {
		uint32_t id = (uint32_t)gsl_rng_uniform_int(rng, IDS);
		sj_time t = now + (sj_time)gsl_rng_uniform_int(rng, 20);
		unsigned long what = gsl_rng_uniform_int(rng, 8);

		if (!n.pending[id] && what < 5) {
			naive_add(&n, id, t);
			sj_pes_add(&p, id, t);
		} else if (what == 5) {
			n.pending[id] = false;
			sj_pes_cancel(&p, id);
		} else if (n.pending[id] && what == 6) {
			naive_add(&n, id, t);
			sj_pes_move(&p, id, t);
		} else if (p.count != 0) {
			uint32_t want = naive_first(&n);

			now = sj_pes_time(&p);
			REQUIRE(now == n.time[want]);
			REQUIRE(sj_pes_pop(&p) == want, "step %d", step);
			n.pending[want] = false;
		}
	}
	gsl_rng_free(rng);
	sj_pes_fini(&p);
}

TEST(grows_with_events_pending)
{
	sj_pes p = { 0 };

	for (uint32_t i = 0; i < 5000; i++) {
		REQUIRE(sj_pes_reserve(&p, i + 1) == SJ_OK);
		sj_pes_add(&p, i, 5000 - i);
	}
	for (uint32_t i = 5000; i-- != 0;)
		REQUIRE(sj_pes_pop(&p) == i);
	CHECK(sj_pes_time(&p) == SJ_NEVER);
	sj_pes_fini(&p);
}

TESTS(CASE(same_as_naive), CASE(grows_with_events_pending))
