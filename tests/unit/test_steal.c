/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_steal.c - work stealing on cases that are worked out by hand: every start, who had
 * the task and from whom it was stolen. Latency is 1 s each way unless stated.
 */
#include "stealrun.h"

enum { MOST = 12 };

/* Tasks in tenths of a second; edges as pairs, which end with a pair of zeros. */
struct hand {
	const char *what, *args;
	uint32_t    procs;
	int         work[MOST];
	uint32_t    edge[MOST][2];
	struct {
		int at, worker, from;
	} start[MOST]; /* at in tenths; from -1: not stolen */
};

#define OWN(at, w)       { at, w, -1 }
#define STOLEN(at, w, v) { at, w, v }
#define FORK3            { { 0, 1 }, { 0, 2 }, { 0, 3 } }

static const struct hand hands[] = {
	/* A, B, C are ready at 1 s. C is the newest. The request is sent at 1 s, there at 2 s,
	 * and A, the oldest, back at 3 s. At 5 s C ends and B is still at home. */
	{ "a fork on two workers", "latency=1s", 2, { 10, 40, 40, 40 }, FORK3,
	  { OWN(0, 0), STOLEN(30, 1, 0), OWN(50, 0), OWN(10, 0) } },
	{ "a steal costs 1.5 s more", "latency=1s,cost=1.5s", 2, { 10, 40, 40, 40 }, FORK3,
	  { OWN(0, 0), STOLEN(45, 1, 0), OWN(50, 0), OWN(10, 0) } },
	{ "without latency", "latency=0s", 2, { 10, 40, 40, 40 }, FORK3,
	  { OWN(0, 0), STOLEN(10, 1, 0), OWN(50, 0), OWN(10, 0) } },
	{ "without latency, but with a cost", "latency=0s,cost=1s", 2, { 10, 40, 40, 40 }, FORK3,
	  { OWN(0, 0), STOLEN(20, 1, 0), OWN(50, 0), OWN(10, 0) } },
	{ "nobody can steal from a chain", "latency=0s", 2, { 10, 20, 30, 40 },
	  { { 0, 1 }, { 1, 2 }, { 2, 3 } }, { OWN(0, 0), OWN(10, 0), OWN(30, 0), OWN(60, 0) } },
	{ "one worker: the newest first", "latency=1s", 1, { 10, 40, 40, 40 }, FORK3,
	  { OWN(0, 0), OWN(90, 0), OWN(50, 0), OWN(10, 0) } },
	/* Of 0 to 4 that wait, the older half rounded up are 0, 1, 2; 2 is run first. */
	{ "half", "latency=1s,seed=first,amount=half", 2, { 30, 30, 30, 30, 30, 30 }, { { 0, 0 } },
	  { STOLEN(80, 1, 0), STOLEN(50, 1, 0), STOLEN(20, 1, 0), OWN(60, 0), OWN(30, 0),
	    OWN(0, 0) } },
	{ "roots in turn", "latency=1s", 2, { 30, 30, 30, 30 }, { { 0, 0 } },
	  { OWN(30, 0), OWN(30, 1), OWN(0, 0), OWN(0, 1) } },
	/* The request of 1 s finds nothing at 2 s. 3 and 4 are ready at 2.2 s, and the thief,
	 * back at 3 s, asks again: there at 4 s. */
	{ "a failed attempt", "latency=1s", 2, { 10, 6, 6, 40, 40 },
	  { { 0, 1 }, { 0, 2 }, { 1, 3 }, { 1, 4 } },
	  { OWN(0, 0), OWN(16, 0), OWN(10, 0), STOLEN(50, 1, 0), OWN(22, 0) } },
	{ "a pause after a failed attempt", "latency=1s,backoff=500ms", 2, { 10, 6, 6, 40, 40 },
	  { { 0, 1 }, { 0, 2 }, { 1, 3 }, { 1, 4 } },
	  { OWN(0, 0), OWN(16, 0), OWN(10, 0), STOLEN(55, 1, 0), OWN(22, 0) } },
	/* Polling asks from 0 on and fails at 1 s; again from 2 s on, with success at 3 s. */
	{ "a thief that polls", "latency=1s,idle=poll", 2, { 15, 40, 40, 40 }, FORK3,
	  { OWN(0, 0), STOLEN(40, 1, 0), OWN(55, 0), OWN(15, 0) } },
	/* Fails at 1, rests 1 s from 2 on, fails at 4, rests 2 s from 5 on: there at 8 s. */
	{ "pauses double", "latency=1s,idle=poll,backoff=1s,backoff_max=1h", 2,
	  { 75, 40, 40, 40 }, FORK3, { OWN(0, 0), STOLEN(90, 1, 0), OWN(115, 0), OWN(75, 0) } },
	/* ... but not beyond backoff_max: fails at 1 and 4, there with success at 7 s. */
	{ "pauses have a limit", "latency=1s,idle=poll,backoff=1s,backoff_max=1s", 2,
	  { 65, 40, 40, 40 }, FORK3, { OWN(0, 0), STOLEN(80, 1, 0), OWN(105, 0), OWN(65, 0) } },
	{ "the richest serves two at once", "latency=1s,seed=first,victim=richest", 3,
	  { 100, 100, 100, 100 }, { { 0, 0 } },
	  { STOLEN(20, 1, 0), STOLEN(20, 2, 0), OWN(100, 0), OWN(0, 0) } },
	{ "unless its deque is locked", "latency=1s,seed=first,victim=richest,lock=1ms", 3,
	  { 100, 100, 100, 100 }, { { 0, 0 } },
	  { STOLEN(20, 1, 0), STOLEN(40, 2, 0), OWN(100, 0), OWN(0, 0) } },
	/* 1 asks 2, 2 asks 0. Back at 2 s, 1 asks 0, there at 3 s. */
	{ "each in turn", "latency=1s,seed=first,victim=roundrobin", 3, { 100, 100, 100, 100 },
	  { { 0, 0 } }, { STOLEN(20, 2, 0), STOLEN(40, 1, 0), OWN(100, 0), OWN(0, 0) } },
	/* 20 s at the victim, 10 s of them for the taking: 0 + 10 <= 20 - 5. */
	{ "dask: worth it", "latency=1s,seed=first,rule=dask", 2, { 100, 100 }, { { 0, 0 } },
	  { STOLEN(20, 1, 0), OWN(0, 0) } },
	/* 15 s: 10 <= 15 - 5, just so. */
	{ "dask: just worth it", "latency=1s,seed=first,rule=dask", 2, { 100, 50 }, { { 0, 0 } },
	  { STOLEN(20, 1, 0), OWN(0, 0) } },
	/* 14.9 s. */
	{ "dask: not worth it", "latency=1s,seed=first,rule=dask", 2, { 100, 49 }, { { 0, 0 } },
	  { OWN(49, 0), OWN(0, 0) } },
	{ "which other thieves do not mind", "latency=1s,seed=first", 2, { 100, 49 }, { { 0, 0 } },
	  { STOLEN(20, 1, 0), OWN(0, 0) } },
};

/* By a plan made of these estimates, as by heft. */
static const struct planned {
	struct hand hand;
	int         estimate[MOST];
} planned[] = {
	/* The plan: 0 on worker 0 to 1 s; 1 there and 2 on worker 1 to 5 s; then 3 on worker 0. */
	{ { "all as planned", "latency=1s,plan=heft", 2, { 10, 40, 40, 40 }, FORK3,
	    { OWN(0, 0), OWN(10, 0), OWN(10, 1), OWN(50, 0) } }, { 10, 40, 40, 40 } },
	/* 2 ends at 2 s, not at 5 s: worker 1 asks, finds 3 at 3 s, and has it at 4 s. */
	{ { "a worker that is done early steals", "latency=1s,plan=heft", 2, { 10, 40, 10, 40 },
	    FORK3, { OWN(0, 0), OWN(10, 0), OWN(10, 1), STOLEN(40, 1, 0) } },
	  { 10, 40, 40, 40 } },
	/* Of six alike worker 0 has 0, 2, 4, and worker 1 has 1, 3, 5, with which it is done at
	 * 3 s. At 4 s it finds 2 and 4, and the last, 4, is with it at 5 s. At 6 s it asks for 2,
	 * which has begun at 6.5 s when it is looked for. */
	{ { "thieves take what comes last", "latency=1s,plan=heft", 2,
	    { 65, 10, 20, 10, 10, 10 }, { { 0, 0 } },
	    { OWN(0, 0), OWN(0, 1), OWN(65, 0), OWN(10, 1), STOLEN(50, 1, 0), OWN(20, 1) } },
	  { 65, 65, 65, 65, 65, 65 } },
	/* Of 2, 4 and 6 at 5 s, 4 and 6 go, and the thief begins with what is planned first. */
	{ { "half: in the order of the plan at the thief's, too", "latency=1s,plan=heft,amount=half",
	    2, { 85, 10, 20, 10, 10, 10, 10, 10 }, { { 0, 0 } },
	    { OWN(0, 0), OWN(0, 1), OWN(85, 0), OWN(10, 1), STOLEN(60, 1, 0), OWN(20, 1),
	      STOLEN(70, 1, 0), OWN(30, 1) } },
	  { 95, 95, 95, 95, 95, 95, 95, 95 } },
	/* By rank: 0, with 3 behind it, and 1, 4 s both; then 3 and 2. */
	{ { "the owner takes what comes first", "latency=1s,plan=heft", 1, { 10, 40, 20, 30 },
	    { { 0, 3 } }, { OWN(0, 0), OWN(10, 0), OWN(80, 0), OWN(50, 0) } },
	  { 10, 40, 20, 30 } },
};

static void make(struct steal_job *j, const struct hand *h)
{
	for (uint32_t i = 0; i < MOST && h->work[i] != 0; i++)
		steal_task(j, h->work[i] * S / 10);
	for (uint32_t i = 0; i < MOST && h->edge[i][1] != 0; i++)
		steal_edge(j, h->edge[i][0], h->edge[i][1]);
}

static void check_hand(const struct hand *h, const int *estimate)
{
	const sj_cluster pool = { .procs = h->procs };
	struct steal_job job = { 0 };
	struct steal_result r;

	make(&job, h);
	for (uint32_t t = 0; t < job.tasks && estimate != NULL; t++)
		job.task[t].estimate_ns = estimate[t] * S / 10;
	steal_run(h->args, &pool, &job, 1, 1, &r);
	CHECK(r.rc == SJ_OK, "%s: %s", h->what, r.err.text);
	for (uint32_t t = 0; t < job.tasks; t++)
		CHECK(r.end[t].start_ns == h->start[t].at * S / 10 &&
		      r.end[t].worker == h->start[t].worker &&
		      r.end[t].from == h->start[t].from,
		      "%s: task %u at %.9g s by %d from %d", h->what, t,
		      (double)r.end[t].start_ns / 1e9, r.end[t].worker, r.end[t].from);
	steal_result_free(&r);
	steal_job_free(&job);
}

TEST(by_hand)
{
	for (size_t i = 0; i < sizeof(hands) / sizeof(hands[0]); i++)
		check_hand(&hands[i], NULL);
}

TEST(by_plan)
{
	for (size_t i = 0; i < sizeof(planned) / sizeof(planned[0]); i++)
		check_hand(&planned[i].hand, planned[i].estimate);
}

/* Forks of 1 s on workers 0 and `other`, tasks of 1 ms on the rest of them. */
static void two_forks(struct steal_job *job, uint32_t jobs, uint32_t other)
{
	for (uint32_t j = 0; j < jobs; j++) {
		bool forks = j == 0 || j == other;

		steal_task(&job[j], forks ? S : S / 1000);
		for (uint32_t k = 1; forks && k <= 2; k++)
			steal_edge(&job[j], 0, steal_task(&job[j], 10 * S));
	}
}

/* Workers 0 and 1 are cores of node 0, 2 and 3 of node 1. */
TEST(nearest_is_the_own_node)
{
	const sj_node_type type = { .count = 2, .cores = 2 };
	const sj_cluster nodes = { .type_count = 1, .types = &type };
	struct steal_job job[4] = { { 0 } };
	struct steal_result r;

	two_forks(job, 4, 2);
	for (uint64_t seed = 1; seed <= 8; seed++) {
		steal_run("victim=nearest", &nodes, job, 4, seed, &r);
		CHECK(r.rc == SJ_OK && r.steals == 2, "%s, %u steals", r.err.text, r.steals);
		CHECK(r.end[r.base[0] + 1].worker == 1 && r.end[r.base[0] + 1].from == 0, " ");
		CHECK(r.end[r.base[2] + 1].worker == 3 && r.end[r.base[2] + 1].from == 2, " ");
		steal_result_free(&r);
	}
	for (int j = 0; j < 4; j++)
		steal_job_free(&job[j]);
}

/* Four nodes of one core, two racks: 0 and 1, 2 and 3. */
TEST(then_the_own_rack)
{
	const sj_node_type type = { .count = 4, .cores = 1, .racks = 2 };
	const sj_cluster nodes = { .type_count = 1, .types = &type };
	struct steal_job job[4] = { { 0 } };
	struct steal_result r;

	two_forks(job, 4, 3);
	for (uint64_t seed = 1; seed <= 8; seed++) {
		steal_run("victim=nearest", &nodes, job, 4, seed, &r);
		CHECK(r.rc == SJ_OK && r.steals == 2, "%s, %u steals", r.err.text, r.steals);
		CHECK(r.end[r.base[0] + 1].worker == 1 && r.end[r.base[0] + 1].from == 0, " ");
		CHECK(r.end[r.base[3] + 1].worker == 2 && r.end[r.base[3] + 1].from == 3, " ");
		steal_result_free(&r);
	}
	for (int j = 0; j < 4; j++)
		steal_job_free(&job[j]);
}

/* The racks of before. All are at worker 0: 1 + 2 s from worker 1, 4 s more from the others. */
TEST(messages_take_as_long_as_it_is_far)
{
	const sj_node_type type = { .count = 4, .cores = 2, .racks = 2 };
	const sj_cluster nodes = { .type_count = 1, .types = &type };
	struct steal_job job = { 0 };
	struct steal_result r;

	for (int i = 0; i < 8; i++)
		steal_task(&job, 100 * S);
	steal_run("seed=first,victim=richest,latency=1s,latency_node=2s,latency_rack=4s,cost=250ms",
		  &nodes, &job, 1, 1, &r);
	CHECK(r.rc == SJ_OK && r.steals == 7, "%s, %u steals", r.err.text, r.steals);
	CHECK(r.end[0].start_ns == 2250 * S / 1000 && r.end[0].worker == 1, "its own node");
	CHECK(r.end[1].start_ns == 6250 * S / 1000 && r.end[1].worker == 2, "its own rack");
	CHECK(r.end[2].start_ns == 6250 * S / 1000 && r.end[2].worker == 3, "its own rack");
	for (int i = 3; i < 7; i++)
		CHECK(r.end[i].start_ns == 14250 * S / 1000 && r.end[i].worker == i + 1, "afar");
	CHECK(strstr(r.end[6].why, "worker 7 stole it from worker 0, 7 s away, chosen as the one "
		     "with most tasks: 1 of the 1 tasks") != NULL, "%s", r.end[6].why);
	steal_result_free(&r);
	/* In a pool nothing is far. */
	steal_run("seed=first,victim=richest,latency=1s,latency_node=2s,latency_rack=4s",
		  &(const sj_cluster){ .procs = 8 }, &job, 1, 1, &r);
	CHECK(r.end[6].start_ns == 2 * S, " ");
	steal_result_free(&r);
	steal_job_free(&job);
}

/* Task 1 needs both processors. It is ready at 0 behind task 0; task 2 waits for it. */
TEST(a_gang_blocks_until_it_fits)
{
	const sj_cluster pool = { .procs = 2 };
	struct steal_job job = { 0 };
	struct steal_result r;

	steal_task(&job, 5 * S);
	job.task[steal_task(&job, 3 * S)].ranks = 2;
	steal_task(&job, S);
	steal_edge(&job, 0, 2);
	steal_run("latency=0s", &pool, &job, 1, 1, &r);
	CHECK(r.rc == SJ_OK, "%s", r.err.text);
	CHECK(r.end[1].start_ns == 0 && r.end[1].worker == -1, "the gang is first");
	CHECK(r.end[0].start_ns == 3 * S && r.end[2].start_ns == 8 * S, " ");
	steal_result_free(&r);
	steal_job_free(&job);
}

/* Task 0 is bound to its node and runs 5 s on worker 0, for as long of what that one is
 * occupied with. At 5 s it has 1 and 2, 15 s of work: 10 <= 15 - 5, just so. */
TEST(what_a_gang_runs_ends_with_it)
{
	const sj_node_type type = { .count = 1, .cores = 2 };
	const sj_cluster node = { .type_count = 1, .types = &type };
	struct steal_job job = { 0 };
	struct steal_result r;

	steal_task(&job, 5 * S);
	job.task[0].node = 1;
	steal_edge(&job, 0, steal_task(&job, 10 * S));
	steal_edge(&job, 0, steal_task(&job, 5 * S));
	steal_run("latency=1s,rule=dask", &node, &job, 1, 1, &r);
	CHECK(r.rc == SJ_OK, "%s", r.err.text);
	CHECK(r.end[2].start_ns == 5 * S, " ");
	CHECK(r.end[1].start_ns == 7 * S && r.end[1].worker == 1, "task 1 at %.9g s by %d",
	      (double)r.end[1].start_ns / 1e9, r.end[1].worker);
	steal_result_free(&r);
	steal_job_free(&job);
}

TEST(why_a_task_waits)
{
	const sj_cluster pool = { .procs = 2 };
	struct steal_job job = { 0 };
	struct steal_result r;

	steal_task(&job, 10 * S);
	steal_task(&job, 4 * S);
	steal_run("latency=1s,seed=first,rule=dask", &pool, &job, 1, 1, &r);
	CHECK(strcmp(r.end[0].wait, "worker 1 may not steal it from worker 0: occupancy 0 s + "
		     "1 x 10 s against 14 s - half of it") == 0, "%s", r.end[0].wait);
	steal_result_free(&r);
	steal_run("latency=3s,seed=first", &pool, &job, 1, 1, &r);
	CHECK(strcmp(r.end[0].wait, "the oldest of 1 in the deque of worker 0, which runs job 0 "
		     "task 1") == 0, "%s", r.end[0].wait);
	steal_result_free(&r);
	steal_job_free(&job);
}

TEST(what_the_plan_had_said)
{
	const sj_cluster pool = { .procs = 2 };
	struct steal_job job = { 0 };
	struct steal_result r;

	make(&job, &planned[1].hand);
	job.task[2].estimate_ns = 4 * S;
	steal_run("latency=1s,plan=heft", &pool, &job, 1, 1, &r);
	CHECK(strcmp(r.end[1].why, "the first by plan of 2 in worker 0's own deque; planned for "
		     "worker 0 from 1 to 5 s by upward rank 4 s (mean run time 4 s, way behind it "
		     "0 s)") == 0, "%s", r.end[1].why);
	CHECK(strcmp(r.end[3].why, "worker 1 stole it from worker 0, chosen at random: 1 of the 1 "
		     "tasks that waited there were to go, the last by plan first; planned for "
		     "worker 0 from 5 to 9 s by upward rank 4 s (mean run time 4 s, way behind it "
		     "0 s)") == 0, "%s", r.end[3].why);
	steal_result_free(&r);
	steal_job_free(&job);
}

/* Two cases of before: one request gets three tasks; a request in vain, and then another. */
TEST(what_is_counted)
{
	const sj_cluster pool = { .procs = 2 };
	const struct {
		const char *what;
		uint64_t    requests, hits, tasks;
	} counted[] = { { "half", 1, 1, 3 }, { "a failed attempt", 2, 1, 1 },
			{ "without latency", 1, 1, 1 } };

	for (size_t i = 0, k; i < sizeof(counted) / sizeof(counted[0]); i++) {
		struct steal_job job = { 0 };
		struct steal_result r;

		for (k = 0; strcmp(hands[k].what, counted[i].what) != 0; k++)
			;
		make(&job, &hands[k]);
		steal_run(hands[k].args, &pool, &job, 1, 1, &r);
		CHECK(r.counts[0] == counted[i].requests && r.counts[1] == counted[i].hits &&
		      r.counts[2] == counted[i].tasks, "%s: %llu requests, %llu hits, %llu tasks",
		      hands[k].what, (unsigned long long)r.counts[0],
		      (unsigned long long)r.counts[1], (unsigned long long)r.counts[2]);
		steal_result_free(&r);
		steal_job_free(&job);
	}
}

static void refused(const char *args, const char *why)
{
	const sj_cluster pool = { .procs = 2 };
	struct steal_job job = { 0 };
	struct steal_result r;

	steal_task(&job, S);
	steal_run(args, &pool, &job, 1, 1, &r);
	CHECK(r.rc == SJ_EUSAGE && strstr(r.err.text, why) != NULL, "%s: %s", args, r.err.text);
	steal_result_free(&r);
	steal_job_free(&job);
}

TEST(bad_parameters)
{
	refused("latency=-1us", "latency");
	refused("latency=2", "latency");
	refused("latency=1e12s", "latency");
	refused("cost=-1s", "cost");
	refused("probes=0", "probes");
	refused("amount=two", "amount");
	refused("victim=poorest", "victim");
	refused("latency=0s,idle=poll", "idle=poll needs attempts that take time");
	refused("latency=0s,rule=dask", "rule=dask needs attempts that take time");
	refused("latency_node=-1s", "latency_node");
	refused("latency=0s,latency_rack=1s", "distance needs attempts that take time");
	refused("latency=0s,network=yes", "distance needs attempts that take time");
	refused("plan=heften", "plan");
	refused("latency=0s,lock=1s", "lock needs attempts that take time");
}

TESTS(CASE(by_hand), CASE(by_plan), CASE(nearest_is_the_own_node), CASE(then_the_own_rack),
      CASE(messages_take_as_long_as_it_is_far),
      CASE(a_gang_blocks_until_it_fits), CASE(what_a_gang_runs_ends_with_it),
      CASE(why_a_task_waits), CASE(what_the_plan_had_said),
      CASE(what_is_counted), CASE(bad_parameters))
