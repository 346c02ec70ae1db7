/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_traffic.c - what a run tells of its network: transfers and links on timelines worked
 * out by hand, and on random graphs the accounts that have to agree: bytes of transfers
 * with the metric, bytes of links with bytes x hops of routes asked for separately.
 */
#include <math.h>
#include <stdlib.h>

#include "run/link_summary.h"
#include "run/link_use.h"
#include "scripted.h"

#define TASKS 40
#define SEEN  4096

struct seen {
	sj_transfer_record transfer[SEEN];
	uint32_t           transfers;
	struct link_total  link[256];
	uint32_t           links;
	struct link_stretch stretch[SEEN];
	uint32_t           stretches;
	sj_metrics         metrics;
	struct link_summary summary;
	int                rc;
	sj_error           err;
};

static int see_transfer(void *self, const sj_transfer_record *t, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	if (s->transfers < SEEN)
		s->transfer[s->transfers++] = *t;
	return SJ_OK;
}

static int see_link(void *self, const struct link_total *l, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	s->link[s->links++] = *l;
	return SJ_OK;
}

static int see_stretch(void *self, const struct link_stretch *l, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	if (s->stretches < SEEN)
		s->stretch[s->stretches++] = *l;
	return SJ_OK;
}

static int see_no_sample(void *self, const sj_sample *s, sj_error *err)
{
	(void)self, (void)s, (void)err;
	return SJ_OK;
}

/* Greedy, with all checks. */
static void run_graph(sj_run_config c, const sj_job *job, struct seen *out)
{
	static const struct script greedy = { NULL, 0, false };
	struct script_source src = { .base = { .ops = &script_ops }, .job = job, .count = 1 };
	struct link_use *use = NULL;
	sj_sink sinks[2];
	sj_run *run;

	memset(out, 0, sizeof(*out));
	REQUIRE(link_use_create(&use) == SJ_OK);
	sinks[0] = (sj_sink){ .self = out, .transfer = see_transfer, .sample = see_no_sample };
	sinks[1] = link_use_sink(use);
	script = &greedy;
	c.source = &src.base;
	c.policy = &script_policies[1];
	c.sinks = sinks;
	c.sink_count = 2;
	c.check = true;
	c.seed = 1;
	out->rc = sj_run_create(&c, &run, &out->err);
	REQUIRE(out->rc == SJ_OK, "%s", out->err.text);
	CHECK(link_use_start(use, run) == SJ_OK);
	do
		out->rc = sj_run_advance(run, 1, &out->err);
	while (out->rc == SJ_AGAIN);
	CHECK(out->rc == SJ_OK, "%s", out->err.text);
	sj_run_get_metrics(run, &out->metrics);
	CHECK(link_use_each(use, see_link, see_stretch, out, NULL) == SJ_OK);
	CHECK(link_summary_make(use, run, out->metrics.value[SJ_M_MAKESPAN], &out->summary) ==
	      SJ_OK);
	link_use_free(use);
	sj_run_free(run);
}

static const struct link_total *link_named(const struct seen *s, const char *name)
{
	for (uint32_t i = 0; i < s->links; i++)
		if (strcmp(s->link[i].info.name, name) == 0)
			return &s->link[i];
	return NULL;
}

static void expect_link(const struct seen *s, const char *name, uint64_t bytes, double busy,
			double peak)
{
	const struct link_total *l = link_named(s, name);

	REQUIRE(l != NULL, "no %s", name);
	CHECK(l->bytes == bytes, "%s: %llu B", name, (unsigned long long)l->bytes);
	CHECK(fabs((double)l->busy_ns / 1e9 - busy) < 2e-9, "%s: busy %.9f s", name,
	      (double)l->busy_ns / 1e9);
	CHECK(fabs(l->peak_bytes_per_s - peak) < 1e-9, "%s: peak %.12g B/s", name,
	      l->peak_bytes_per_s);
}

/* ---- by hand ------------------------------------------------------------------------- */

static const sj_fabric_spec star = { .topology = { .kind = SJ_TOPOLOGY_STAR } };

/* Cables of 100 B/s and half a second. */
static sj_node_type node_type(uint32_t count)
{
	return (sj_node_type){ .count = count, .cores = 1, .nic_bytes_per_s = 100,
			       .nic_latency_ns = S / 2 };
}

static sj_job graph(sj_task_spec *task, uint32_t tasks, const sj_edge *edges, uint32_t n)
{
	sj_job job = script_job(7, 0, 1, 10);

	for (uint32_t i = 0; i < tasks; i++)
		task[i] = job.task;
	job.task_count = tasks;
	job.tasks = task;
	job.edges = edges;
	job.edge_count = n;
	return job;
}

/* From 11 s on node 0 sends to nodes 1 and 2, 50 B/s each, until 31 s; node 2 gets half as
 * much, so that it has all at 21 s and node 1 goes on with 100 B/s until 26 s. */
TEST(a_fork_by_hand)
{
	static const sj_edge fork3[] = { { 0, 1, 0 }, { 0, 2, 1000 }, { 0, 3, 500 } };
	static struct seen s;
	const sj_node_type three = node_type(3);
	const sj_run_config c = { .cluster = { .type_count = 1, .types = &three },
				  .network = &star };
	sj_task_spec task[4];
	const sj_job job = graph(task, 4, fork3, 3);

	run_graph(c, &job, &s);
	CHECK(s.transfers == 2 && s.links == 3, "%u transfers, %u links", s.transfers, s.links);
	CHECK(s.transfer[0].task == 3 && s.transfer[0].from_task == 0 &&
	      s.transfer[0].from == 0 && s.transfer[0].to == 2 && s.transfer[0].bytes == 500);
	CHECK(s.transfer[0].job == 7 && s.transfer[0].began_ns == 10 * S &&
	      s.transfer[0].flowing_ns == 11 * S && s.transfer[0].ended_ns == 21 * S &&
	      s.transfer[0].arrived);
	CHECK(s.transfer[1].task == 2 && s.transfer[1].ended_ns == 26 * S);
	expect_link(&s, "node 0 up", 1500, 15, 100);
	expect_link(&s, "node 1 down", 1000, 15, 100);
	expect_link(&s, "node 2 down", 500, 10, 50);
	CHECK(s.summary.links == 6 && s.summary.used == 3 && s.summary.bytes == 3000);
	CHECK(fabs(s.summary.mean - 3000 / 600.0 / 36) < 1e-12, "mean %.12g", s.summary.mean);
	CHECK(s.summary.count == 3 && s.summary.busiest[0].link == 0 &&
	      s.summary.busiest[2].bytes == 500);
}

/* Data that was on its way when the node failed at 15 s: 4 s of 100 B/s went over the links. */
TEST(what_is_given_up)
{
	static const sj_edge fork2[] = { { 0, 1, 1000 }, { 0, 2, 1000 } };
	static const sj_node_event down[] = { { 15 * S, 1, SJ_CHANGE_FAIL } };
	static const sj_node_event early[] = { { 21 * S / 2, 1, SJ_CHANGE_FAIL } };
	static struct seen s;
	sj_failures failures = { down, 1, 5 };
	const sj_node_type two = node_type(2);
	const sj_run_config c = { .cluster = { .type_count = 1, .types = &two },
				  .network = &star, .failures = &failures };
	sj_task_spec task[3];
	const sj_job job = graph(task, 3, fork2, 2);

	run_graph(c, &job, &s);
	REQUIRE(s.transfers == 1, "%u transfers", s.transfers);
	CHECK(!s.transfer[0].arrived && s.transfer[0].ended_ns == 15 * S &&
	      s.transfer[0].flowing_ns == 11 * S);
	expect_link(&s, "node 0 up", 400, 4, 100);
	failures.events = early;
	run_graph(c, &job, &s);
	CHECK(s.transfers == 1 && s.links == 0 && s.transfer[0].flowing_ns == SJ_NEVER);
}

/* ---- accounts ------------------------------------------------------------------------- */

static uint64_t draw(uint64_t *x, uint64_t n)
{
	*x = *x * UINT64_C(6364136223846793005) + 1;
	return (*x >> 33) % n;
}

static uint32_t random_edges(uint64_t *x, sj_edge *edge, uint32_t tasks)
{
	uint32_t n = 0;

	for (uint32_t to = 1; to < tasks; to++)
		for (uint32_t k = 0, from = (uint32_t)draw(x, 3); k < 3 && from < to;
		     k++, from += 1 + (uint32_t)draw(x, 5))
			edge[n++] = (sj_edge){ from, to, 1 + draw(x, 1000000007) };
	return n;
}

/* Bytes that every link should have carried, from the routes of what arrived. */
static void check_links(const struct seen *s, const sj_fabric *t)
{
	double *want = calloc(t->links, sizeof(*want));
	double all = 0;

	REQUIRE(want != NULL);
	for (uint32_t i = 0; i < s->transfers; i++) {
		uint32_t link[SJ_ROUTE_MAX];
		sj_time latency;
		uint32_t hops = sj_fabric_route(t, (sj_endpoint){ s->transfer[i].from, SJ_HOST },
						(sj_endpoint){ s->transfer[i].to, SJ_HOST }, link,
						&latency);

		CHECK(s->transfer[i].arrived);
		CHECK(s->transfer[i].flowing_ns == s->transfer[i].began_ns + latency);
		for (uint32_t k = 0; k < hops; k++)
			want[link[k]] += (double)s->transfer[i].bytes;
		all += (double)s->transfer[i].bytes * hops;
	}
	for (uint32_t i = 0; i < s->links; i++) {
		CHECK(fabs((double)s->link[i].bytes - want[s->link[i].link]) <=
		      0.5 + 1e-12 * want[s->link[i].link], "%s: %llu B, not %.17g",
		      s->link[i].info.name, (unsigned long long)s->link[i].bytes,
		      want[s->link[i].link]);
		CHECK(s->link[i].peak_bytes_per_s <= s->link[i].info.bytes_per_s * (1 + 1e-9));
		want[s->link[i].link] = 0;
	}
	for (uint32_t i = 0; i < t->links; i++)
		CHECK(want[i] == 0, "link %u carried %.17g B, and is not told", i, want[i]);
	CHECK(fabs((double)s->summary.bytes - all) <= 0.5 * s->links + 1e-12 * all);
	free(want);
}

static void check_stretches(const struct seen *s)
{
	uint64_t sum = 0;
	uint32_t at = 0;

	for (uint32_t i = 0; i < s->links; i++, sum = 0) {
		for (; at < s->stretches && s->stretch[at].link == s->link[i].link; at++) {
			const struct link_stretch *p = &s->stretch[at];

			CHECK(p->from_ns < p->to_ns);
			CHECK(at == 0 || p[-1].link != p->link || p[-1].to_ns <= p->from_ns);
			CHECK((double)p->bytes <= s->link[i].info.bytes_per_s *
			      (double)(p->to_ns - p->from_ns) / 1e9 * (1 + 1e-9) + 1,
			      "%s carries more than it can", s->link[i].info.name);
			sum += p->bytes;
		}
		CHECK(sum == s->link[i].bytes, "%s: stretches have %llu B", s->link[i].info.name,
		      (unsigned long long)sum);
	}
	CHECK(at == s->stretches);
}

TEST(accounts_agree)
{
	static const sj_topology_spec spec[] = {
		{ .kind = SJ_TOPOLOGY_STAR },
		{ .kind = SJ_TOPOLOGY_STAR, .half_duplex = true },
		{ .kind = SJ_TOPOLOGY_TREE, .levels = 2, .size = { 2, 4 }, .oversubscription = 2,
		  .latency_ns = 700 },
		{ .kind = SJ_TOPOLOGY_FAT_TREE, .levels = 1, .size = { 4 }, .latency_ns = 30 },
		{ .kind = SJ_TOPOLOGY_TORUS, .levels = 2, .size = { 4, 2 },
		  .bytes_per_s = 1e8 },
		{ .kind = SJ_TOPOLOGY_DRAGONFLY, .levels = 3, .size = { 2, 2, 2 } },
	};
	static struct seen s;
	static sj_edge edge[3 * TASKS];
	static sj_task_spec task[TASKS];
	const sj_node_type eight = { .count = 8, .cores = 2, .nic_bytes_per_s = 123456789,
				     .nic_latency_ns = 1234 };
	uint64_t x = 5;

	for (int round = 0; round < 60; round++) {
		const sj_fabric_spec network = { .topology = spec[round % 6] };
		const sj_run_config c = { .cluster = { .type_count = 1, .types = &eight },
					  .network = &network };
		uint32_t edges = random_edges(&x, edge, TASKS);
		sj_job job = graph(task, TASKS, edge, edges);
		double sum = 0;
		sj_fabric t;

		for (uint32_t i = 0; i < TASKS; i++)
			task[i].work_ns = (sj_time)draw(&x, 30000000000);
		run_graph(c, &job, &s);
		REQUIRE(sj_fabric_init(&t, &network, &eight, 1, NULL) == SJ_OK);
		for (uint32_t i = 0; i < s.transfers; i++)
			sum += (double)s.transfer[i].bytes;
		CHECK(s.transfers > 10 && sum == s.metrics.value[SJ_M_BYTES],
		      "%u transfers of %.17g B, the metric says %.17g", s.transfers, sum,
		      s.metrics.value[SJ_M_BYTES]);
		check_links(&s, &t);
		check_stretches(&s);
		sj_fabric_fini(&t);
	}
}

/* ---- names ------------------------------------------------------------------------------ */

/* On a route each link ends where the next one begins. */
static void check_walk(const sj_topology *t, uint32_t from, uint32_t to)
{
	char name[SJ_LINK_NAME], at[SJ_LINK_NAME] = "", expected[SJ_LINK_NAME];
	uint32_t link[SJ_ROUTE_MAX];
	uint32_t hops = sj_topology_route(t, from, to, link);
	bool torus = t->spec.kind == SJ_TOPOLOGY_TORUS;

	if (torus)
		snprintf(at, sizeof(at), "node %u", from);
	for (uint32_t k = 0; k < hops; k++) {
		char *middle;

		sj_topology_link_name(t, link[k], name);
		middle = strstr(name, " to ");
		if (!torus && (k == 0 || k + 1 == hops)) {
			snprintf(expected, sizeof(expected), "node %u %s", k == 0 ? from : to,
				 k == 0 ? "up" : "down");
			CHECK(strcmp(name, expected) == 0, "%s, not %s", name, expected);
			continue;
		}
		REQUIRE(middle != NULL, "%s", name);
		*middle = '\0';
		CHECK(at[0] == '\0' || strcmp(at, name) == 0, "hop %u of %u-%u is from %s, and the "
		      "last one went to %s", k, from, to, name, at);
		snprintf(at, sizeof(at), "%s", middle + strlen(" to "));
	}
	snprintf(expected, sizeof(expected), "node %u", to);
	CHECK(!torus || strcmp(at, expected) == 0, "%u-%u ends at %s", from, to, at);
}

TEST(names_are_different_and_fit_the_routes)
{
	static const sj_topology_spec spec[] = {
		{ .kind = SJ_TOPOLOGY_FAT_TREE, .levels = 1, .size = { 6 } },
		{ .kind = SJ_TOPOLOGY_TORUS, .levels = 3, .size = { 3, 4, 5 } },
		{ .kind = SJ_TOPOLOGY_TORUS, .levels = 3, .size = { 2, 1, 2 } },
		{ .kind = SJ_TOPOLOGY_TREE, .levels = 3, .size = { 2, 3, 4 } },
		{ .kind = SJ_TOPOLOGY_DRAGONFLY, .levels = 3, .size = { 5, 4, 2 } },
		{ .kind = SJ_TOPOLOGY_STAR, .half_duplex = true },
	};
	static const uint32_t nodes[] = { 54, 60, 4, 24, 40, 9 };
	double bandwidth[64];
	sj_time latency[64] = { 0 };

	for (int i = 0; i < 64; i++)
		bandwidth[i] = 1;
	for (size_t i = 0; i < sizeof(spec) / sizeof(spec[0]); i++) {
		char a[SJ_LINK_NAME], b[SJ_LINK_NAME];
		sj_topology t;

		REQUIRE(sj_topology_init(&t, &spec[i], nodes[i], 0, bandwidth, latency, NULL) == SJ_OK);
		for (uint32_t k = 0; k < t.links; k++)
			for (uint32_t j = 0; j < k; j++)
				CHECK(strcmp(sj_topology_link_name(&t, k, a),
					     sj_topology_link_name(&t, j, b)) != 0,
				      "links %u and %u are both %s", k, j, a);
		for (uint32_t from = 0; i < 2 && from < nodes[i]; from++)
			for (uint32_t to = 0; to < nodes[i]; to++)
				check_walk(&t, from, to);
		if (spec[i].kind == SJ_TOPOLOGY_TREE) {
			/* Switch 1.2 is the last of the second half: its uplink is that of
			 * nodes 20 to 23. */
			uint32_t link[SJ_ROUTE_MAX];

			sj_topology_route(&t, 23, 0, link);
			CHECK(strcmp(sj_topology_link_name(&t, link[1], a), "switch 1.2 up") == 0,
			      "%s", a);
			CHECK(strcmp(sj_topology_link_name(&t, link[2], a), "switch 1 up") == 0,
			      "%s", a);
		}
		sj_topology_fini(&t);
	}
}

/* Two sites of two nodes, the first with two GPUs each; numbers as in test_fabric.c. */
TEST(names_of_all_that_is_on_a_network)
{
	static const sj_node_type types[] = {
		{ .count = 2, .cores = 1, .gpus = 2, .nic_bytes_per_s = 1, .pcie_bytes_per_s = 1,
		  .nvlink_bytes_per_s = 1 },
		{ .count = 2, .cores = 1, .nic_bytes_per_s = 1, .site = 1 },
	};
	static const sj_storage_spec storage[] = {
		{ .name = "home", .bytes_per_s = 1, .read_bytes_per_s = 1, .write_bytes_per_s = 1 },
		{ .bytes_per_s = 1, .disk_bytes_per_s = 1, .site = 1 },
	};
	static const sj_wan_spec wan = { .name = "backbone", .site = { 0, 1 }, .bytes_per_s = 1 };
	static const sj_fabric_spec spec = { .topology = { .kind = SJ_TOPOLOGY_STAR }, .wan_count = 1,
					     .wan = &wan, .storage_count = 2, .storage = storage };
	static const char *const names[] = {
		"site 0 node 0 up", "site 0 node 0 down", "site 0 node 1 up", "site 0 node 1 down",
		"site 1 node 0 up", "site 1 node 0 down", "site 1 node 1 up", "site 1 node 1 down",
		"backbone to site 1", "backbone to site 0",
		"home out", "home in", "home reads", "home writes",
		"storage 1 out", "storage 1 in", "storage 1 disk",
		"node 0 GPU 0 PCIe in", "node 0 GPU 0 PCIe out", "node 0 GPU 1 PCIe in",
		"node 0 GPU 1 PCIe out", "node 1 GPU 0 PCIe in", "node 1 GPU 0 PCIe out",
		"node 1 GPU 1 PCIe in", "node 1 GPU 1 PCIe out",
		"node 0 GPU 0 NVLink out", "node 0 GPU 0 NVLink in", "node 0 GPU 1 NVLink out",
		"node 0 GPU 1 NVLink in", "node 1 GPU 0 NVLink out", "node 1 GPU 0 NVLink in",
		"node 1 GPU 1 NVLink out", "node 1 GPU 1 NVLink in",
	};
	uint32_t link[SJ_ROUTE_MAX];
	char name[SJ_LINK_NAME];
	sj_time latency;
	sj_fabric f;

	REQUIRE(sj_fabric_init(&f, &spec, types, 2, NULL) == SJ_OK);
	REQUIRE(f.links == sizeof(names) / sizeof(names[0]), "%u links", f.links);
	for (uint32_t i = 0; i < f.links; i++)
		CHECK(strcmp(sj_fabric_link_name(&f, i, name), names[i]) == 0, "link %u: %s, not %s",
		      i, name, names[i]);
	/* Directions are those of routes: GPU to GPU, GPU out of its node, a read. */
	sj_fabric_route(&f, (sj_endpoint){ 0, 0 }, (sj_endpoint){ 0, 1 }, link, &latency);
	CHECK(strcmp(names[link[0]], "node 0 GPU 0 NVLink out") == 0 &&
	      strcmp(names[link[1]], "node 0 GPU 1 NVLink in") == 0);
	sj_fabric_route(&f, (sj_endpoint){ 1, 1 }, (sj_endpoint){ 2, SJ_HOST }, link, &latency);
	CHECK(strcmp(names[link[0]], "node 1 GPU 1 PCIe out") == 0 &&
	      strcmp(names[link[1]], "site 0 node 1 up") == 0 &&
	      strcmp(names[link[2]], "backbone to site 1") == 0);
	sj_fabric_route(&f, (sj_endpoint){ 4, SJ_HOST }, (sj_endpoint){ 1, 0 }, link, &latency);
	CHECK(strcmp(names[link[0]], "home reads") == 0 && strcmp(names[link[1]], "home out") == 0);
	sj_fabric_fini(&f);
}

TESTS(CASE(a_fork_by_hand), CASE(what_is_given_up), CASE(accounts_agree),
      CASE(names_are_different_and_fit_the_routes),
      CASE(names_of_all_that_is_on_a_network))
