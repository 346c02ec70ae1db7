/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_forecast.c - EASY on nodes with GPUs and memory against a scheduler that makes
 * the machine of the reservation from nothing in every pass, tries every waiting task and
 * asks, for each that would run past the reservation, whether the head still fits then.
 */
#include "nodes_plain.h"

enum { SEEDS = 400 };

/* ---- the slow EASY ------------------------------------------------------------------ */

struct slow {
	sj_time promised[NODES_JOBS]; /* the first one of each head; 0: none */
	uint32_t held_back, past;     /* how often the answer was no, and yes */
};

static struct slow last;

static int slow_schedule(void *self, sj_ctx *cx)
{
	const sj_task *head, *t, *next;
	sj_time shadow;
	int rc = SJ_OK;

	(void)self;
	while ((head = sj_ready_first(cx)) != NULL && rc == SJ_OK)
		rc = sj_start(cx, head, NULL);
	if (head == NULL || (rc != SJ_OK && rc != SJ_EFULL))
		return rc;
	shadow = shadow_of(cx, head);
	if (last.promised[head->job] == 0)
		last.promised[head->job] = shadow;
	for (t = sj_ready_next(cx, head); t != NULL; t = next) {
		next = sj_ready_next(cx, t);
		if (t->estimate_ns > shadow - sj_now(cx)) {
			bool stays = head_stays(cx, t, head, shadow);

			last.held_back += !stays;
			last.past += stays;
			if (!stays)
				continue;
		}
		rc = sj_start(cx, t, NULL);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

static const sj_policy_ops slow_easy = {
	SJ_POLICY_HEAD, .name = "slow-easy", .schedule = slow_schedule,
};

/* ---- properties ------------------------------------------------------------------------ */

static void compare(uint64_t seed, bool exact)
{
	static const char *const places[] = { "", "place=best", "place=spread", "place=frag",
					      "place=worst" };
	const char *place = places[seed % 5];
	static struct nodes_case in;
	static struct nodes_result slow, easy;

	nodes_make(seed, exact, &in);
	memset(last.promised, 0, sizeof(last.promised));
	nodes_run(&slow_easy, place, &in, &slow);
	nodes_run(nodes_policy("easy"), place, &in, &easy);
	for (uint32_t i = 0; i < in.count; i++)
		REQUIRE(easy.start_ns[i] == slow.start_ns[i],
			"seed %u: job %u starts at %.9g s, not %.9g s", (unsigned)seed, i,
			(double)easy.start_ns[i] / 1e9, (double)slow.start_ns[i] / 1e9);
	CHECK(strcmp(slow.digest, easy.digest) == 0, "seed %u: two digests", (unsigned)seed);
	/* With exact estimates no head starts after its first promise. */
	for (uint32_t i = 0; exact && i < in.count; i++)
		REQUIRE(last.promised[i] == 0 || easy.start_ns[i] <= last.promised[i],
			"seed %u: job %u was promised %.9g s and starts at %.9g s",
			(unsigned)seed, i, (double)last.promised[i] / 1e9,
			(double)easy.start_ns[i] / 1e9);
}

TEST(easy_is_the_slow_easy_on_nodes)
{
	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++)
		compare(seed, false);
	CHECK(last.held_back > 100 && last.past > 100,
	      "too tame: %u held back, %u let past", last.held_back, last.past);
}

TEST(exact_estimates_keep_promises_on_nodes)
{
	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++)
		compare(seed, true);
}

/* Cores alone, one a rank, are a pool whatever node they are on. */
TEST(cores_alone_are_a_pool)
{
	static const char *const args[] = { "", "order=sjf", "candidates=ljf", "order=wfp3",
					    "width=weak", "pass=event",
					    "order=saf,candidates=fcfs" };
	static struct nodes_case in;
	static struct nodes_result nodes, pool;

	for (uint64_t seed = 1; seed <= 150 && test_failures == 0; seed++)
		for (size_t a = 0; a < sizeof(args) / sizeof(args[0]); a++) {
			sj_node_type type[2] = { { .count = 1 + (uint32_t)seed % 4, .cores = 3 },
						 { .count = 2, .cores = 1 + (uint32_t)seed % 5 } };

			nodes_make(seed, false, &in);
			for (uint32_t i = 0; i < in.count; i++) {
				sj_task_spec *t = &in.job[i].task;
				uint32_t ranks = t->ranks + (uint32_t)(seed + i) % 3;

				*t = (sj_task_spec){ .ranks = ranks, .cores = 1,
						     .estimate_ns = t->estimate_ns,
						     .work_ns = t->work_ns };
			}
			in.cluster = (sj_cluster){ .type_count = 2, .types = type };
			nodes_run(nodes_policy("easy"), args[a], &in, &nodes);
			in.cluster = (sj_cluster){ .procs = type[0].count * 3 +
							    2 * type[1].cores };
			nodes_run(nodes_policy("easy"), args[a], &in, &pool);
			for (uint32_t i = 0; i < in.count; i++)
				REQUIRE(nodes.start_ns[i] == pool.start_ns[i],
					"seed %u, \"%s\": job %u at %.9g s, in a pool %.9g s",
					(unsigned)seed, args[a], i,
					(double)nodes.start_ns[i] / 1e9,
					(double)pool.start_ns[i] / 1e9);
		}
}

TESTS(CASE(easy_is_the_slow_easy_on_nodes), CASE(exact_estimates_keep_promises_on_nodes),
      CASE(cores_alone_are_a_pool))
