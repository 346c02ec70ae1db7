/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_fabric.c - endpoints inside nodes, beside them and far away: routes written out by
 * hand, and transfers whose ends are worked out on paper.
 */
#include "network.h"
#include "run.h"

#include <math.h>

#include "test.h"

#define S_NS 1000000000ll

/* Two nodes with 4 GPUs each, then one with none; NIC 100 B/s, PCIe 400, NVLink 1000. */
static const sj_node_type types[] = {
	{ .count = 2, .cores = 1, .gpus = 4, .nic_bytes_per_s = 100, .nic_latency_ns = 5,
	  .pcie_bytes_per_s = 400, .pcie_latency_ns = 3, .nvlink_bytes_per_s = 1000,
	  .nvlink_latency_ns = 2 },
	{ .count = 1, .cores = 1, .nic_bytes_per_s = 100, .nic_latency_ns = 5 },
};
/* `home` reads from a disk of 20 B/s and writes with 10; `scratch` shares 50 B/s. */
static const sj_storage_spec storages[] = {
	{ .name = "home", .bytes_per_s = 200, .latency_ns = 7, .read_bytes_per_s = 20,
	  .write_bytes_per_s = 10 },
	{ .name = "scratch", .bytes_per_s = 200, .latency_ns = 7, .disk_bytes_per_s = 50 },
};
static const sj_fabric_spec star = {
	.topology = { .kind = SJ_TOPOLOGY_STAR }, .storage_count = 2, .storage = storages,
};

static sj_endpoint host(uint32_t at)
{
	return (sj_endpoint){ at, SJ_HOST };
}

static sj_endpoint gpu(uint32_t node, uint32_t g)
{
	return (sj_endpoint){ node, g };
}

/*
 * Links: nodes 0-5; home 6 out, 7 in, 8 read, 9 write; scratch 10 out, 11 in, 12 disk; PCIe
 * of 8 GPUs 13-28, down to the GPU first; NVLink 29-44, to the switch first.
 */
TEST(routes_by_hand)
{
	static const struct {
		sj_endpoint from, to;
		uint32_t    hops, link[8];
		sj_time     latency;
	} want[] = {
		{ { 0, SJ_HOST }, { 1, SJ_HOST }, 2, { 0, 3 }, 10 },
		{ { 0, SJ_HOST }, { 0, SJ_HOST }, 0, { 0 }, 0 },
		{ { 0, 0 }, { 0, SJ_HOST }, 1, { 14 }, 3 },
		{ { 0, SJ_HOST }, { 0, 1 }, 1, { 15 }, 3 },
		{ { 0, 1 }, { 0, 3 }, 2, { 31, 36 }, 4 },
		{ { 0, 1 }, { 0, 1 }, 0, { 0 }, 0 },
		{ { 1, 2 }, { 0, 0 }, 4, { 26, 2, 1, 13 }, 16 },
		{ { 1, 2 }, { 2, SJ_HOST }, 3, { 26, 2, 5 }, 13 },
		{ { 3, SJ_HOST }, { 0, SJ_HOST }, 3, { 8, 6, 1 }, 12 },
		{ { 0, SJ_HOST }, { 3, SJ_HOST }, 3, { 0, 7, 9 }, 12 },
		{ { 4, SJ_HOST }, { 1, 3 }, 4, { 12, 10, 3, 27 }, 15 },
		{ { 3, SJ_HOST }, { 4, SJ_HOST }, 4, { 8, 6, 11, 12 }, 14 },
	};
	sj_fabric f;

	REQUIRE(sj_fabric_init(&f, &star, types, 2, NULL) == SJ_OK);
	CHECK(f.nodes == 3 && f.storages == 2 && f.links == 45 && f.hops_max == 6);
	CHECK(f.bytes_per_s[8] == 20 && f.bytes_per_s[9] == 10 && f.bytes_per_s[12] == 50);
	CHECK(f.bytes_per_s[28] == 400 && f.bytes_per_s[29] == 1000);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		uint32_t link[SJ_ROUTE_MAX];
		sj_time latency;
		uint32_t hops = sj_fabric_route(&f, want[i].from, want[i].to, link, &latency);

		REQUIRE(hops == want[i].hops && latency == want[i].latency, "route %zu: %u hops, "
			"%lld ns", i, hops, (long long)latency);
		for (uint32_t k = 0; k < hops; k++)
			CHECK(link[k] == want[i].link[k], "route %zu: link %u is %u", i, k, link[k]);
	}
	sj_fabric_fini(&f);
}

/* Without NVLink over PCIe; without either a GPU is as near as memory. Half duplex: one
 * link for a cable of the network, PCIe still has two. */
TEST(what_is_not_stated)
{
	sj_node_type t = types[0];
	sj_fabric_spec half = { .topology = { .kind = SJ_TOPOLOGY_STAR, .half_duplex = true },
				.storage_count = 1, .storage = storages };
	uint32_t link[SJ_ROUTE_MAX];
	sj_time latency;
	sj_fabric f;

	t.nvlink_bytes_per_s = 0;
	REQUIRE(sj_fabric_init(&f, &half, &t, 1, NULL) == SJ_OK);
	CHECK(f.links == 2 + 3 + 16);
	CHECK(sj_fabric_route(&f, gpu(1, 0), gpu(1, 2), link, &latency) == 2);
	CHECK(link[0] == 5 + 8 + 1 && link[1] == 5 + 8 + 4);
	CHECK(sj_fabric_route(&f, host(2), host(0), link, &latency) == 3);
	CHECK(link[0] == 3 && link[1] == 2 && link[2] == 0);
	CHECK(sj_fabric_route(&f, host(0), host(2), link, &latency) == 3);
	CHECK(link[0] == 0 && link[1] == 2 && link[2] == 4);
	sj_fabric_fini(&f);
	t.pcie_bytes_per_s = 0;
	REQUIRE(sj_fabric_init(&f, &half, &t, 1, NULL) == SJ_OK);
	CHECK(f.links == 2 + 3);
	CHECK(sj_fabric_route(&f, gpu(1, 0), gpu(1, 2), link, &latency) == 0);
	CHECK(sj_fabric_route(&f, gpu(1, 0), gpu(0, 2), link, &latency) == 2);
	sj_fabric_fini(&f);
}

/* Two pairs cross the backbone of 120 B/s in both directions: 60 each; to a storage as well. */
TEST(a_backbone_is_shared)
{
	const sj_fabric_spec spec = { .topology = { .kind = SJ_TOPOLOGY_STAR,
						    .backbone_bytes_per_s = 120,
						    .backbone_latency_ns = 9 },
				      .storage_count = 1, .storage = storages };
	uint32_t link[SJ_ROUTE_MAX], count;
	char name[SJ_LINK_NAME];
	sj_time latency;
	sj_fabric f;

	REQUIRE(sj_fabric_init(&f, &spec, types + 1, 1, NULL) == SJ_OK);
	CHECK(f.links == 2 + 1 + 4 && f.bytes_per_s[2] == 120 && f.hops_max == 7);
	CHECK(sj_fabric_route(&f, host(1), host(0), link, &latency) == 4);
	CHECK(link[0] == 5 && link[1] == 3 && link[2] == 2 && link[3] == 1 && latency == 21);
	CHECK(sj_fabric_cable(&f, 2, &count) == 2 && count == 1);
	CHECK(strcmp(sj_fabric_link_name(&f, 2, name), "backbone") == 0);
	sj_fabric_fini(&f);
}

TEST(pairs_over_a_backbone)
{
	const sj_fabric_spec spec = { .topology = { .kind = SJ_TOPOLOGY_STAR,
						    .backbone_bytes_per_s = 120 } };
	const sj_transfer_wish plain = { 0 };
	sj_node_type four = types[1];
	sj_network *w;
	uint32_t id;

	four.count = 4;
	four.nic_latency_ns = 0;
	REQUIRE(sj_network_create(&spec, &four, 1, &w, NULL) == SJ_OK);
	REQUIRE(sj_network_send(w, 0, 1, 600, plain, 0, &id) == SJ_OK);
	REQUIRE(sj_network_send(w, 3, 2, 600, plain, 0, &id) == SJ_OK);
	REQUIRE(sj_network_advance(w, 0, &id) == SJ_END);
	CHECK(sj_network_next(w) == 10 * S_NS);
	sj_network_free(w);
}

/* When each of the transfers begun at 0 ends. */
static void run(sj_network *w, sj_time *finish, uint32_t n)
{
	for (uint32_t done = 0; done < n;) {
		sj_time now = sj_network_unsettled(w) ? 0 : sj_network_next(w);
		uint32_t id;

		REQUIRE(now != SJ_NEVER);
		while (sj_network_advance(w, now, &id) == SJ_OK) {
			finish[id] = now;
			done++;
		}
	}
}

/*
 * Two readers of `scratch` share its disk, 25 B/s each; 100 bytes take 4 s and the latency
 * of 7 + 5 ns. A GPU pair with NVLink is alone: 2000 bytes at 1000 B/s. A GPU to a GPU of
 * another node is held by the NIC: 300 bytes at 100 B/s, beside a transfer to the memory of
 * a third node that shares the NIC out of node 0: 50 each until 150 bytes are over.
 */
TEST(ends_by_hand)
{
	const sj_transfer_wish plain = { 0 };
	sj_time finish[8];
	sj_network *w;
	uint32_t id;

	REQUIRE(sj_network_create(&star, types, 2, &w, NULL) == SJ_OK);
	REQUIRE(sj_network_send(w, 4, 1, 100, plain, 0, &id) == SJ_OK);
	REQUIRE(sj_network_send(w, 4, 2, 100, plain, 0, &id) == SJ_OK);
	REQUIRE(sj_network_send_between(w, gpu(1, 0), gpu(1, 3), 2000, plain, 0, &id) == SJ_OK);
	run(w, finish, 3);
	CHECK(finish[0] == 4 * S_NS + 12 && finish[1] == 4 * S_NS + 12);
	CHECK(finish[2] == 2 * S_NS + 4);
	sj_network_free(w);

	REQUIRE(sj_network_create(&star, types, 2, &w, NULL) == SJ_OK);
	REQUIRE(sj_network_send_between(w, gpu(0, 0), gpu(1, 1), 300, plain, 0, &id) == SJ_OK);
	REQUIRE(sj_network_send_between(w, gpu(0, 1), host(2), 150, plain, 0, &id) == SJ_OK);
	run(w, finish, 2);
	CHECK(llabs(finish[1] - 3 * S_NS) < 20 && llabs(finish[0] - 45 * S_NS / 10) < 20);
	CHECK(fabs(sj_network_alone(w, 3, 0, 100) - (5 + 12e-9)) < 1e-12);
	CHECK(fabs(sj_network_alone(w, 0, 3, 100) - (10 + 12e-9)) < 1e-12);
	CHECK(fabs(sj_network_alone_between(w, gpu(0, 1), gpu(0, 2), 500) - (0.5 + 4e-9)) < 1e-12);
	CHECK(sj_network_alone(w, 1, 1, 500) == 0);
	sj_network_free(w);
}

/* Cables of a fatpipe topology are shared by nobody; the disk of a storage still is. */
TEST(fatpipe)
{
	const sj_transfer_wish plain = { 0 }, slow = { .cap = 10 };
	sj_fabric_spec spec = star;
	sj_time finish[8];
	sj_network *w;
	uint32_t id;

	spec.topology.unshared = true;
	REQUIRE(sj_network_create(&spec, types, 2, &w, NULL) == SJ_OK);
	CHECK(sj_network_has_unshared(w));
	REQUIRE(sj_network_send(w, 0, 1, 100, plain, 0, &id) == SJ_OK);
	REQUIRE(sj_network_send(w, 0, 1, 200, plain, 0, &id) == SJ_OK);
	REQUIRE(sj_network_send(w, 2, 1, 100, plain, 0, &id) == SJ_OK);
	REQUIRE(sj_network_send(w, 0, 1, 100, slow, 0, &id) == SJ_OK);
	REQUIRE(sj_network_send(w, 4, 1, 100, plain, 0, &id) == SJ_OK);
	REQUIRE(sj_network_send(w, 4, 2, 100, plain, 0, &id) == SJ_OK);
	run(w, finish, 6);
	CHECK(finish[0] == S_NS + 10 && finish[2] == S_NS + 10, "%lld %lld",
	      (long long)finish[0], (long long)finish[2]);
	CHECK(finish[1] == 2 * S_NS + 10 && finish[3] == 10 * S_NS + 10);
	CHECK(finish[4] == 4 * S_NS + 12 && finish[5] == 4 * S_NS + 12);
	sj_network_free(w);
	REQUIRE(sj_network_create(&star, types, 2, &w, NULL) == SJ_OK);
	CHECK(!sj_network_has_unshared(w));
	sj_network_free(w);
}

/*
 * Three sites in a line, a - b - c, and a dear shortcut nobody needs: types are interleaved,
 * so that the nodes of site 0 are 0, 3 and 4. Node cables 6, 4 and 2 links, WAN 12-15, then
 * the storage at c: out 16, in 17.
 */
TEST(sites_and_a_wan)
{
	static const sj_node_type at[] = {
		{ .count = 1, .cores = 1, .site = 0, .nic_bytes_per_s = 100, .nic_latency_ns = 1 },
		{ .count = 2, .cores = 1, .site = 1, .nic_bytes_per_s = 100, .nic_latency_ns = 1 },
		{ .count = 2, .cores = 1, .site = 0, .nic_bytes_per_s = 100, .nic_latency_ns = 1 },
		{ .count = 1, .cores = 1, .site = 2, .nic_bytes_per_s = 100, .nic_latency_ns = 1 },
	};
	static const sj_wan_spec line[] = {
		{ .name = "ab", .site = { 0, 1 }, .bytes_per_s = 30, .latency_ns = 100 },
		{ .name = "cb", .site = { 2, 1 }, .bytes_per_s = 20, .latency_ns = 1000 },
	};
	static const sj_storage_spec far = { .name = "far", .site = 2, .bytes_per_s = 10 };
	const sj_fabric_spec spec = { .topology = { .kind = SJ_TOPOLOGY_STAR }, .wan_count = 2,
				      .wan = line, .storage_count = 1, .storage = &far };
	const sj_fabric_spec cut = { .topology = { .kind = SJ_TOPOLOGY_STAR }, .wan_count = 1,
				     .wan = line };
	uint32_t link[SJ_ROUTE_MAX];
	sj_error err = { 0 };
	sj_time latency;
	sj_fabric f;

	REQUIRE(sj_fabric_init(&f, &spec, at, 4, NULL) == SJ_OK);
	CHECK(f.links == 18 && f.hops_max == 2 * 2 + 2 + 4); /* two stars, two hops, a storage */
	CHECK(sj_fabric_route(&f, host(3), host(4), link, &latency) == 2);
	CHECK(link[0] == 2 && link[1] == 5 && latency == 2);
	CHECK(sj_fabric_route(&f, host(4), host(2), link, &latency) == 3);
	CHECK(link[0] == 4 && link[1] == 12 && link[2] == 9 && latency == 102);
	CHECK(sj_fabric_route(&f, host(5), host(0), link, &latency) == 4);
	CHECK(link[0] == 10 && link[1] == 14 && link[2] == 13 && link[3] == 1);
	CHECK(latency == 1102);
	CHECK(sj_fabric_route(&f, host(0), host(6), link, &latency) == 4);
	CHECK(link[0] == 0 && link[1] == 12 && link[2] == 15 && link[3] == 17);
	sj_fabric_fini(&f);
	CHECK(sj_fabric_init(&f, &cut, at, 4, &err) == SJ_EINVAL);
	CHECK(strstr(err.text, "no WAN link leads from site 2 to site 0") != NULL, "%s", err.text);
}

/* Of two ways with as many hops the link stated first is taken; each site has a topology. */
TEST(ties_between_sites)
{
	static const sj_node_type at[] = {
		{ .count = 4, .cores = 1, .site = 0, .nic_bytes_per_s = 100 },
		{ .count = 2, .cores = 1, .site = 1, .nic_bytes_per_s = 100 },
		{ .count = 1, .cores = 1, .site = 2, .nic_bytes_per_s = 100 },
		{ .count = 1, .cores = 1, .site = 3, .nic_bytes_per_s = 100 },
	};
	static const sj_wan_spec ring[] = {
		{ .name = "1", .site = { 0, 3 }, .bytes_per_s = 30 },
		{ .name = "2", .site = { 3, 2 }, .bytes_per_s = 30, .half_duplex = true },
		{ .name = "3", .site = { 0, 1 }, .bytes_per_s = 30 },
		{ .name = "4", .site = { 1, 2 }, .bytes_per_s = 30 },
	};
	static const sj_topology_spec own[] = {
		{ .kind = SJ_TOPOLOGY_TREE, .levels = 2, .size = { 2, 2 } },
		{ .kind = SJ_TOPOLOGY_TORUS, .levels = 1, .size = { 2 } },
		{ .kind = SJ_TOPOLOGY_STAR }, { .kind = SJ_TOPOLOGY_STAR },
	};
	const sj_fabric_spec spec = { .wan_count = 4, .wan = ring, .site_topology = own };
	uint32_t link[SJ_ROUTE_MAX];
	sj_time latency;
	sj_fabric f;

	/* Site 0: 4 nodes and 2 uplinks, 12 links; site 1: 2 cables, 4, of which a route upwards
	 * from its second node takes the second, 14; then 2 and 2: WAN from 20,
	 * and the second is one link. */
	REQUIRE(sj_fabric_init(&f, &spec, at, 4, NULL) == SJ_OK);
	CHECK(f.links == 20 + 7);
	CHECK(sj_fabric_route(&f, host(3), host(6), link, &latency) == 5);
	CHECK(link[0] == 6 && link[1] == 10 && link[2] == 20 && link[3] == 22 && link[4] == 17);
	CHECK(sj_fabric_route(&f, host(6), host(3), link, &latency) == 5);
	CHECK(link[0] == 16 && link[1] == 22 && link[2] == 21 && link[3] == 11 && link[4] == 7);
	CHECK(sj_fabric_route(&f, host(5), host(0), link, &latency) == 4);
	CHECK(link[0] == 14 && link[1] == 24 && link[2] == 9 && link[3] == 1);
	sj_fabric_fini(&f);
}

TESTS(CASE(routes_by_hand), CASE(what_is_not_stated), CASE(ends_by_hand), CASE(fatpipe),
      CASE(a_backbone_is_shared), CASE(pairs_over_a_backbone),
      CASE(sites_and_a_wan), CASE(ties_between_sites))
