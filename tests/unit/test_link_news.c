/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_link_news.c - links that fail, come back, change their bandwidth, or carry other
 * traffic: the ends of transfers worked out by hand, and runs that can never end.
 *
 * Nodes on one switch, 100 B/s and no latency; node i sends over link 2 i and receives over
 * link 2 i + 1.
 */
#include <math.h>

#include "network.h"
#include "scripted.h"
#include "sojourn/law.h"

static sj_law *law(const char *spec)
{
	sj_law *l = NULL;
	sj_error err = { 0 };

	CHECK(sj_law_create("law", spec, &l, &err) == SJ_OK, "%s", err.text);
	return l;
}

static const sj_node_type nodes = { .count = 3, .cores = 1, .nic_bytes_per_s = 100 };

struct sent {
	uint32_t from, to;
	double   bytes;
};

/* When each of `n` transfers that begin at 0 ends, in seconds; NAN: never. */
static void run(const sj_fabric_spec *spec, const sj_node_type *type,
		const sj_link_event *events, uint32_t count, const struct sent *sent, uint32_t n,
		double *finish)
{
	const sj_transfer_wish plain = { 0 };
	sj_network *w;
	sj_error err = { 0 };
	uint32_t id, done = 0;

	REQUIRE(sj_network_create(spec, type, 1, &w, &err) == SJ_OK, "%s", err.text);
	REQUIRE(sj_network_follow(w, events, count, 1, &err) == SJ_OK, "%s", err.text);
	for (uint32_t i = 0; i < n; i++) {
		REQUIRE(sj_network_send(w, sent[i].from, sent[i].to, sent[i].bytes, plain, 0, &id) ==
			SJ_OK);
		finish[i] = NAN;
	}
	for (sj_time now = 0; done < n && now <= 10000 * S;) {
		sj_time next = sj_network_next(w), news = sj_network_news(w);

		now = sj_network_unsettled(w) ? now : next < news ? next : news;
		if (now == SJ_NEVER)
			break;
		while (sj_network_advance(w, now, &id) == SJ_OK) {
			finish[id] = (double)now / 1e9;
			done++;
		}
		REQUIRE(sj_flow_share_is_fair(sj_network_flows(w)));
	}
	sj_network_free(w);
}

static void expect_end(const char *what, const sj_fabric_spec *spec, const sj_link_event *events,
		       uint32_t count, double end)
{
	const struct sent one = { 0, 1, 1000 };
	double finish;

	run(spec, &nodes, events, count, &one, 1, &finish);
	CHECK(fabs(finish - end) < 3e-9, "%s: %.9f s, not %.9f", what, finish, end);
}

#define STAR .topology = { .kind = SJ_TOPOLOGY_STAR }

TEST(events)
{
	const sj_fabric_spec star = { STAR };
	static const sj_link_event gap[] = { { 3 * S, 0, 1, SJ_LINK_FAIL, 0 },
					     { 5 * S, 0, 1, SJ_LINK_UP, 0 } };
	static const sj_link_event slow[] = { { 4 * S, 2, 2, SJ_LINK_BANDWIDTH, 50 },
					      { 8 * S, 2, 2, SJ_LINK_BANDWIDTH, 200 } };
	static const sj_link_event other[] = { { 3 * S, 4, 2, SJ_LINK_FAIL, 0 } };
	/* It fails twice and comes back once: that is enough, as for nodes. */
	static const sj_link_event twice[] = { { 1 * S, 0, 2, SJ_LINK_FAIL, 0 },
					       { 2 * S, 0, 2, SJ_LINK_FAIL, 0 },
					       { 4 * S, 0, 2, SJ_LINK_UP, 0 } };
	static const sj_link_event soon[] = { { 0, 0, 2, SJ_LINK_FAIL, 0 },
					      { 7 * S, 0, 2, SJ_LINK_UP, 0 } };

	expect_end("nothing happens", &star, NULL, 0, 10);
	expect_end("stands still for 2 s", &star, gap, 2, 12);
	expect_end("400 B, then 50 B/s for 4 s, then the other cable is the limit", &star, slow, 2, 12);
	expect_end("of another node", &star, other, 1, 10);
	expect_end("twice down", &star, twice, 3, 13);
	expect_end("down from the start", &star, soon, 2, 17);
}

TEST(laws_of_failures)
{
	sj_law *up = law("deterministic:value=4"), *down = law("deterministic:value=1");
	const sj_link_fault fault = { "node 0 up", up, down }, all = { "*", up, down };
	const sj_link_fault none = { "node 7*", up, down };
	const sj_fabric_spec own = { STAR, .fault_count = 1, .fault = &fault };
	const sj_fabric_spec every = { STAR, .fault_count = 1, .fault = &all };
	const sj_fabric_spec bad = { STAR, .fault_count = 1, .fault = &none };
	static const struct sent back = { 1, 0, 1000 };
	sj_error err = { 0 };
	sj_network *w;
	double finish;

	/* 400 B, a second, 400 B, a second, 200 B; a cable fails in both directions. */
	expect_end("its cable", &own, NULL, 0, 12);
	expect_end("all at once", &every, NULL, 0, 12);
	run(&own, &nodes, NULL, 0, &back, 1, &finish);
	CHECK(fabs(finish - 12) < 3e-9, "%.9f", finish);
	REQUIRE(sj_network_create(&bad, &nodes, 1, &w, &err) == SJ_OK);
	CHECK(sj_network_follow(w, NULL, 0, 1, &err) == SJ_EINVAL);
	CHECK(strstr(err.text, "failures: no link is called \"node 7*\"") != NULL, "%s", err.text);
	sj_network_free(w);
	sj_law_free(up);
	sj_law_free(down);
}

/* 75,000 B at 100 B/s are 750 s up, in which a Poisson number of failures of mean 25 falls,
 * each of them 10 s on average: 1000 s in all, with variance 25 x 2 x 10^2. */
TEST(exponential_failures_take_their_share)
{
	enum { N = 90 };
	sj_law *up = law("exponential:mean=30"), *down = law("exponential:mean=10");
	const sj_link_fault senders = { "node ?? up", up, down };
	const sj_storage_spec sink = { .name = "sink", .bytes_per_s = 1e9 };
	const sj_fabric_spec spec = { STAR, .fault_count = 1, .fault = &senders,
				      .storage_count = 1, .storage = &sink };
	const sj_node_type many = { .count = N + 10, .cores = 1, .nic_bytes_per_s = 100 };
	struct sent sent[N];
	double finish[N], sum = 0;

	for (uint32_t i = 0; i < N; i++)
		sent[i] = (struct sent){ i + 10, N + 10, 75000 };
	run(&spec, &many, NULL, 0, sent, N, finish);
	for (uint32_t i = 0; i < N; i++)
		sum += finish[i];
	CHECK(fabs(sum / N - 1000) < 3 * sqrt(5000.0 / N), "mean %.1f s", sum / N);
	sj_law_free(up);
	sj_law_free(down);
}

TEST(background_traffic)
{
	sj_law *on = law("deterministic:value=1"), *off = law("deterministic:value=2");
	const sj_background_spec share = { "node 0 up", 0, 30, NULL, NULL };
	const sj_background_spec rate = { "node 1 *", 60, 0, NULL, NULL };
	const sj_background_spec turns = { "node 0 up", 60, 0, on, off };
	const sj_background_spec flood = { "node 1 down", 500, 0, on, off };
	const sj_background_spec full = { "node 0 *", 0, 100, NULL, NULL };
	const sj_background_spec two[] = { { "node 0 up", 20, 0, NULL, NULL },
					   { "*", 0, 10, NULL, NULL } };
	const sj_fabric_spec leaves70 = { STAR, .background_count = 1, .background = &share };
	const sj_fabric_spec leaves40 = { STAR, .background_count = 1, .background = &rate };
	const sj_fabric_spec on_off = { STAR, .background_count = 1, .background = &turns };
	const sj_fabric_spec flooded = { STAR, .background_count = 1, .background = &flood };
	const sj_fabric_spec sum = { STAR, .background_count = 2, .background = two };
	const sj_fabric_spec nothing = { STAR, .background_count = 1, .background = &full };
	sj_error err = { 0 };
	sj_network *w;

	expect_end("70 B/s are left", &leaves70, NULL, 0, 1000 / 70.0);
	expect_end("40 B/s are left where it goes", &leaves40, NULL, 0, 25);
	expect_end("100 - 20 - 10 B/s are left", &sum, NULL, 0, 1000 / 70.0);
	/* 2 s at 100 and 1 s at 40 B/s: 240 B a cycle; 4 cycles, and 40 B. */
	expect_end("on and off", &on_off, NULL, 0, 12.4);
	/* 2 s at 100, then nothing for a second: 200 B a cycle, of which the last has no rest. */
	expect_end("more than the link has", &flooded, NULL, 0, 14);
	REQUIRE(sj_network_create(&nothing, &nodes, 1, &w, &err) == SJ_OK);
	CHECK(sj_network_follow(w, NULL, 0, 1, &err) == SJ_EINVAL);
	CHECK(strstr(err.text, "background leaves nothing of link \"node 0 up\"") != NULL, "%s",
	      err.text);
	CHECK(fabs(sj_network_alone(w, 0, 1, 1000) - 10) < 1e-12);
	sj_network_free(w);
	REQUIRE(sj_network_create(&leaves70, &nodes, 1, &w, NULL) == SJ_OK);
	REQUIRE(sj_network_follow(w, NULL, 0, 1, NULL) == SJ_OK);
	CHECK(fabs(sj_network_alone(w, 0, 1, 700) - 10) < 1e-12);
	sj_network_free(w);
	sj_law_free(on);
	sj_law_free(off);
}

/* Two share what background leaves: 35 B/s each until the shorter has its 350 B. */
TEST(flows_share_what_is_left)
{
	const sj_background_spec share = { "node 0 up", 30, 0, NULL, NULL };
	const sj_fabric_spec spec = { STAR, .background_count = 1, .background = &share };
	static const struct sent two[] = { { 0, 1, 350 }, { 0, 2, 700 } };
	double finish[2];

	run(&spec, &nodes, NULL, 0, two, 2, finish);
	CHECK(fabs(finish[0] - 10) < 3e-9 && fabs(finish[1] - 15) < 3e-9, "%f %f", finish[0],
	      finish[1]);
}

/* ---- ways round ------------------------------------------------------------------------------ */

/* A triangle of nodes: cables 01 (links 0 and 1), 12 (2, 3), 02 (4, 5), a second of latency
 * each. From 0 to 2 the bytes go straight, or with 02 down by way of 1. */
static const sj_cable_spec triangle[] = {
	{ .name = "01", .end = { { 0, 1 }, { 1, 1 } }, .bytes_per_s = 50, .latency_ns = S },
	{ .name = "12", .end = { { 1, 1 }, { 2, 1 } }, .bytes_per_s = 80, .latency_ns = S },
	{ .name = "02", .end = { { 0, 1 }, { 2, 1 } }, .bytes_per_s = 100, .latency_ns = S },
};
static const sj_graph_spec graph = { .cable_count = 3, .cable = triangle };

TEST(ways_round)
{
	const sj_fabric_spec stays = { .topology = { .kind = SJ_TOPOLOGY_LINKS }, .graph = &graph };
	const sj_fabric_spec turns = { .topology = { .kind = SJ_TOPOLOGY_LINKS }, .graph = &graph,
				       .reroute = true };
	const sj_node_type bare = { .count = 3, .cores = 1 };
	static const struct sent one = { 0, 2, 1000 };
	static const sj_link_event cut[] = { { 5 * S, 4, 2, SJ_LINK_FAIL, 0 },
					     { 9 * S, 4, 2, SJ_LINK_UP, 0 } };
	static const sj_link_event first[] = { { 0, 4, 2, SJ_LINK_FAIL, 0 } };
	static const sj_link_event both[] = { { 0, 2, 2, SJ_LINK_FAIL, 0 },
					      { 5 * S, 4, 2, SJ_LINK_FAIL, 0 },
					      { 9 * S, 2, 2, SJ_LINK_UP, 0 } };
	double finish;

	run(&stays, &bare, cut, 2, &one, 1, &finish);
	CHECK(fabs(finish - 15) < 3e-9, "stands still for 4 s: %f", finish);
	/* 400 B by 5 s; two links of latency; 600 B at 50 B/s. */
	run(&turns, &bare, cut, 2, &one, 1, &finish);
	CHECK(fabs(finish - 19) < 3e-9, "%f", finish);
	/* Down when its latency is over, and so it began anew then, one second in. */
	run(&turns, &bare, first, 1, &one, 1, &finish);
	CHECK(fabs(finish - 23) < 3e-9, "%f", finish);
	/* No way at 5 s; at 9 s there is one: two seconds, and 600 B at 50 B/s. */
	run(&turns, &bare, both, 3, &one, 1, &finish);
	CHECK(fabs(finish - 23) < 3e-9, "%f", finish);
}

/* ---- in a run --------------------------------------------------------------------------------- */

/* A fork: the third task goes to node 1 and fetches 1000 B from node 0 from 10 s on. */
static void fork_run(const sj_fabric_spec *spec, const sj_link_event *events, uint32_t count,
		     struct script_result *out)
{
	static const struct script greedy = { NULL, 0, false };
	static const sj_edge edges[] = { { 0, 1, 1000 }, { 0, 2, 1000 } };
	const sj_node_type two = { .count = 2, .cores = 1, .nic_bytes_per_s = 100 };
	sj_run_config c = { .cluster = { .type_count = 1, .types = &two }, .network = spec,
			    .link_events = events, .link_event_count = count, .check = true };
	sj_job job = script_job(1, 0, 1, 10);
	sj_task_spec task[3] = { job.task, job.task, job.task };

	job.task_count = 3;
	job.tasks = task;
	job.edges = edges;
	job.edge_count = 2;
	script_run(c, &greedy, &job, 1, out);
}

TEST(runs_wait_for_links)
{
	static const sj_link_event gap[] = { { 12 * S, 2, 2, SJ_LINK_FAIL, 0 },
					     { 15 * S, 2, 2, SJ_LINK_UP, 0 } };
	static const sj_link_event cut[] = { { 12 * S, 2, 2, SJ_LINK_FAIL, 0 } };
	sj_law *up = law("exponential:mean=40"), *down = law("exponential:mean=10");
	const sj_link_fault ours = { "*", up, down }, other = { "node 0 *", up, down };
	const sj_fabric_spec star = { STAR }, all = { STAR, .fault_count = 1, .fault = &ours };
	const sj_fabric_spec others = { STAR, .fault_count = 1, .fault = &other };
	static struct script_result out;

	fork_run(&star, gap, 2, &out);
	REQUIRE(out.rc == SJ_OK, "%s", out.err.text);
	CHECK(out.job[0].finish_ns == 33 * S, "%f", (double)out.job[0].finish_ns / 1e9);
	fork_run(&all, NULL, 0, &out);
	REQUIRE(out.rc == SJ_OK, "%s", out.err.text);
	CHECK(out.job[0].finish_ns >= 30 * S);
	/* It never comes back: a stall that says where, also while other links go on changing. */
	fork_run(&star, cut, 1, &out);
	CHECK(out.rc == SJ_ESTALL);
	CHECK(strstr(out.err.text, "data for task 2 of job 1 stands still at link \"node 1 down\"") !=
	      NULL, "%s", out.err.text);
	fork_run(&others, cut, 1, &out);
	CHECK(out.rc == SJ_ESTALL);
	CHECK(strstr(out.err.text, "stands still at link \"node 1 down\"") != NULL, "%s", out.err.text);
	sj_law_free(up);
	sj_law_free(down);
}

TESTS(CASE(events), CASE(laws_of_failures), CASE(exponential_failures_take_their_share),
      CASE(background_traffic), CASE(flows_share_what_is_left), CASE(ways_round),
      CASE(runs_wait_for_links))
