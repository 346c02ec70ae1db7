/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platforms.c - SimGrid's and Batsim's example platforms: how many nodes and cores each
 * has, counted by another reader of XML (Python's ElementTree: hosts, and numbers of
 * radicals, without those for masters, storage and "excluded"), and which are refused.
 */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#include "harness/child.h"
#include "harness/product.h"

static const struct platform {
	const char *archive, *file;
	int         nodes, cores; /* 0: refused, because speeds or states of hosts change */
} platforms[] = {
	{ "simgrid", "examples/platforms/bypassRoute.xml", 4, 4 },
	{ "simgrid", "examples/platforms/bypassZoneRoute.xml", 3, 3 },
	{ "simgrid", "examples/platforms/cloud.xml", 510, 510 },
	{ "simgrid", "examples/platforms/cluster_and_one_host.xml", 3, 3 },
	{ "simgrid", "examples/platforms/cluster_backbone.xml", 100, 100 },
	{ "simgrid", "examples/platforms/cluster_crossbar.xml", 65536, 65536 },
	{ "simgrid", "examples/platforms/cluster_dragonfly.xml", 120, 120 },
	{ "simgrid", "examples/platforms/cluster_fat_tree.xml", 16, 16 },
	{ "simgrid", "examples/platforms/cluster_multi.xml", 24, 56 },
	{ "simgrid", "examples/platforms/cluster_torus.xml", 12, 12 },
	{ "simgrid", "examples/platforms/config.xml", 2, 2 },
	{ "simgrid", "examples/platforms/config_tracing.xml", 5, 5 },
	{ "simgrid", "examples/platforms/crosstraffic.xml", 2, 2 },
	{ "simgrid", "examples/platforms/data_center.xml", 120, 120 },
	{ "simgrid", "examples/platforms/dogbone.xml", 4, 4 },
	{ "simgrid", "examples/platforms/emission_platform.xml", 6, 24 },
	{ "simgrid", "examples/platforms/energy_boot.xml", 2, 2 },
	{ "simgrid", "examples/platforms/energy_cluster.xml", 2, 8 },
	{ "simgrid", "examples/platforms/energy_platform.xml", 3, 6 },
	{ "simgrid", "examples/platforms/faulty_host.xml", 0, 0 },
	{ "simgrid", "examples/platforms/g5k.xml", 1528, 1528 },
	{ "simgrid", "examples/platforms/griffon.xml", 92, 92 },
	{ "simgrid", "examples/platforms/hosts_with_disks.xml", 3, 3 },
	{ "simgrid", "examples/platforms/meta_cluster.xml", 60, 60 },
	{ "simgrid", "examples/platforms/model_checker_platform.xml", 4, 4 },
	{ "simgrid", "examples/platforms/multicore_machine.xml", 1, 6 },
	{ "simgrid", "examples/platforms/ns3-big-cluster.xml", 57, 342 },
	{ "simgrid", "examples/platforms/onelink.xml", 2, 2 },
	{ "simgrid", "examples/platforms/prop.xml", 7, 7 },
	{ "simgrid", "examples/platforms/ptask_L07.xml", 8, 8 },
	{ "simgrid", "examples/platforms/routing_cluster.xml", 6, 6 },
	{ "simgrid", "examples/platforms/simulacrum_7_hosts.xml", 7, 7 },
	{ "simgrid", "examples/platforms/small_platform.xml", 7, 7 },
	{ "simgrid", "examples/platforms/small_platform_failures.xml", 0, 0 },
	{ "simgrid", "examples/platforms/small_platform_fatpipe.xml", 4, 4 },
	{ "simgrid", "examples/platforms/small_platform_one_link_routes.xml", 6, 6 },
	{ "simgrid", "examples/platforms/small_platform_profile.xml", 0, 0 },
	{ "simgrid", "examples/platforms/small_platform_routing_none.xml", 7, 7 },
	{ "simgrid", "examples/platforms/small_platform_with_routers.xml", 5, 5 },
	{ "simgrid", "examples/platforms/three_multicore_hosts.xml", 3, 10 },
	{ "simgrid", "examples/platforms/two_hosts.xml", 2, 2 },
	{ "simgrid", "examples/platforms/two_hosts_platform_shared.xml", 2, 2 },
	{ "simgrid", "examples/platforms/two_hosts_platform_with_availability_included.xml", 0, 0 },
	{ "simgrid", "examples/platforms/two_hosts_profiles.xml", 0, 0 },
	{ "simgrid", "examples/platforms/two_peers.xml", 2, 2 },
	{ "simgrid", "examples/platforms/vivaldi.xml", 40, 40 },
	{ "simgrid", "examples/platforms/wifi.xml", 3, 3 },
	{ "simgrid", "examples/platforms/wifi_energy.xml", 2, 2 },
	{ "simgrid", "examples/platforms/wifi_large_cell.xml", 23, 23 },
	{ "simgrid", "examples/platforms/wifi_ns3.xml", 6, 6 },
	{ "batsim", "platforms/cluster512.xml", 512, 512 },
	{ "batsim", "platforms/cluster512_pfs.xml", 512, 512 },
	{ "batsim", "platforms/cluster_energy_128.xml", 128, 128 },
	{ "batsim", "platforms/cluster_locality_32x16.xml", 512, 512 },
	{ "batsim", "platforms/cluster_locality_4x128.xml", 512, 512 },
	{ "batsim", "platforms/cluster_locality_8x16.xml", 128, 128 },
	{ "batsim", "platforms/cluster_locality_8x64.xml", 512, 512 },
	{ "batsim", "platforms/energy_platform.xml", 4, 4 },
	{ "batsim", "platforms/energy_platform_homogeneous.xml", 4, 4 },
	{ "batsim", "platforms/energy_platform_homogeneous_no_net.xml", 7, 7 },
	{ "batsim", "platforms/energy_platform_homogeneous_no_net_1.xml", 1, 1 },
	{ "batsim", "platforms/energy_platform_homogeneous_no_net_128.xml", 128, 128 },
	{ "batsim", "platforms/energy_platform_homogeneous_no_net_256.xml", 256, 256 },
	{ "batsim", "platforms/energy_platform_homogeneous_no_net_512.xml", 512, 512 },
	{ "batsim", "platforms/graphene.xml", 144, 144 },
	{ "batsim", "platforms/heterogeneous/platform.xml", 15, 15 },
	{ "batsim", "platforms/properties_example.xml", 7, 7 },
	{ "batsim", "platforms/simple_coalloc_platform.xml", 32, 32 },
	{ "batsim", "platforms/small_platform.xml", 4, 4 },
	{ "batsim", "platforms/small_platform_dvfs.xml", 4, 4 },
	{ "batsim", "platforms/small_platform_pfs0.xml", 5, 5 },
	{ "batsim", "platforms/small_platform_replay_usage.xml", 4, 400 },
};

static const char *archives; /* the folder */

/* Puts one file of an archive into the case's own folder. */
static char *extract(const struct platform *p, struct report *r)
{
	const char *archive = format("%s/%s-platforms.tar.gz", archives, p->archive);
	const char *const argv[] = { "/bin/tar", "-xzf", archive, "-C", r->scratch, p->file,
				     NULL };
	struct child_result result = { .status = 0 };

	child_run(argv, &result);
	if (result.status == 0)
		return format("%s/%s", r->scratch, p->file);
	report_skip(r, "%s cannot be unpacked from %s", p->file, archive);
	return NULL;
}

static void imports(const struct platform *p, const char *path, struct report *r)
{
	struct args a = { .count = 0 };
	json_t *doc;

	args_add(&a, "cluster");
	args_add(&a, "show");
	args_add(&a, "%s", path);
	doc = product_json(r, &a);
	if (doc == NULL)
		return;
	report_number(r, "nodes", json_number_value(json_object_get(doc, "nodes")), p->nodes, 0, 0);
	report_number(r, "cores", json_number_value(json_object_get(doc, "procs")), p->cores, 0, 0);
}

static void refuses(const char *path, struct report *r)
{
	const char *const argv[] = { product_path(), "cluster", "check", path, NULL };
	struct child_result result = { .status = 0 };

	child_run(argv, &result);
	report_number(r, "status", result.status, 3, 0, 0);
	if (strstr(child_complaint(&result), "profiles of hosts are not understood") == NULL)
		report_fail(r, "said %s", child_complaint(&result));
}

static void show(const void *arg, struct report *r)
{
	const struct platform *p = arg;
	char *path = extract(p, r);

	if (path != NULL && p->nodes > 0)
		imports(p, path, r);
	else if (path != NULL)
		refuses(path, r);
}

void platform_items(struct item_list *l, const struct place *at)
{
	archives = format("%s/platform", at->traces);
	for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++)
		item_add(l, format("platforms/%s/%s", platforms[i].archive,
				   strstr(platforms[i].file, "platforms/") + strlen("platforms/")),
			 show, &platforms[i]);
}
