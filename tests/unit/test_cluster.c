/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cluster.c - the inline notation of a machine. */
#include "config/cluster.h"
#include "test.h"

TEST(good_text)
{
	static const struct {
		const char *text, *canonical;
		uint32_t procs, nodes;
	} cases[] = {
		{ "procs=128", "procs=128", 128, 0 },
		{ "128", "procs=128", 128, 0 },
		{ "procs=4k", "procs=4000", 4000, 0 },
		{ "nodes=16,cores=8", "nodes=16,cores=8", 128, 16 },
		{ "cores=8,nodes=16", "nodes=16,cores=8", 128, 16 },
		{ "nodes=3", "nodes=3", 3, 3 },
		{ "nodes=16,cores=8,gpus=4,gpu=V100,mem=256GiB",
		  "nodes=16,cores=8,gpus=4,gpu=V100,mem=256GiB", 128, 16 },
		{ "bw=25Gbit/s,lat=2us,nodes=16,racks=4,gpus=8,gpu_mem=80GB,gpu_speed=2,nvlink=0.3TB/s,"
		  "pcie=32GB/s,idle=0.5kW,busy=2kW,gpu_idle=60W,gpu_busy=700W,"
		  "mtbf=(weibull:shape=0.7,scale=1d),mttr=3600s",
		  "nodes=16,gpus=8,gpu_mem=80GB,gpu_speed=2,bw=25Gbit/s,lat=2us,pcie=256Gbit/s,"
		  "nvlink=2400Gbit/s,racks=4,idle=500W,busy=2000W,gpu_idle=60W,gpu_busy=700W,"
		  "mtbf=(weibull:shape=0.7,scale=86400),mttr=1h", 16, 16 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cluster c, again;
		sj_error err = { 0 };

		REQUIRE(cluster_parse(cases[i].text, &c, &err) == SJ_OK, "%s: %s",
			cases[i].text, err.text);
		CHECK(strcmp(c.text, cases[i].canonical) == 0, "%s gave %s", cases[i].text,
		      c.text);
		CHECK(c.model.procs == cases[i].procs && c.node_count == cases[i].nodes,
		      "%s", cases[i].text);
		REQUIRE(cluster_parse(c.text, &again, &err) == SJ_OK, "%s", err.text);
		CHECK(strcmp(c.text, again.text) == 0, "%s", c.text);
		cluster_fini(&again);
		cluster_fini(&c);
	}
}

TEST(nodes_are_as_described)
{
	const sj_node_type *n;
	struct cluster c;
	sj_error err = { 0 };

	REQUIRE(cluster_parse("nodes=2,cores=8,gpus=4,gpu=V100,mem=1KiB,speed=1.5", &c, &err) ==
		SJ_OK, "%s", err.text);
	REQUIRE(c.node_count == 2 && c.type_count == 1);
	n = c.model.types;
	CHECK(n->cores == 8 && n->gpus == 4 && n->gpu_model == 1 && n->mem_bytes == 1024 &&
	      n->speed == 1.5);
	CHECK(c.gpu_count == 1 && strcmp(c.gpu_names[0], "V100") == 0);
	cluster_fini(&c);
}

TEST(bad_text)
{
	static const struct {
		const char *text, *sentence; /* a part of it */
	} cases[] = {
		{ "", "no processors" },
		{ "procs=0", "no processors" },
		{ "procs=-3", "procs" },
		{ "procs=many", "many" },
		{ "procs=9999999999", "procs" },
		{ "proc=4", "procs" },
		{ "procs=4,procs=5", "procs" },
		{ "procs=4,nodes=2", "exclude" },
		{ "procs=4,cores=2", "nodes=N" },
		{ "nodes=2,cores=0", "cores" },
		{ "nodes=2,mem=16", "mem" },
		{ "nodes=2,gpu=V100", "gpus=N is missing" },
		{ "nodes=10000000,cores=1000", "more than" },
		{ "topology=(tree:4x4),nodes=2", "topology: the bandwidth of the nodes, bw=RATE, is" },
		{ "topology=(tree:4x4),nodes=17,bw=1GB/s", "has places for 16 nodes, and there are 17" },
		{ "topology=tres,nodes=2,bw=1GB/s", "\"tres\" is no topology" },
		{ "topology=torus,nodes=2,bw=1GB/s", "torus without sizes" },
		{ "topology=(torus:2y),nodes=2,bw=1GB/s", "sizes from 1 to 65536" },
		{ "nodes=2,bw=1GB/s,duplex=half", "topology=KIND is missing" },
		{ "nodes=2,network=star", "network" },
		{ "nodes=2,bw=25", "bw" },
		{ "nodes=2,lat=2us", "bw=RATE is missing" },
		{ "nodes=2,racks=3", "racks: 3 for 2 nodes" },
		{ "nodes=2,gpu_mem=1GB", "gpus=N is missing" },
		{ "nodes=2,gpus=65", "gpus" },
		{ "nodes=2,gpus=1,gpu_shares=3", "divisor of 1000" },
		{ "nodes=2,gpus=1,gpu_shares=1001", "gpu_shares" },
		{ "nodes=2,idle=5W", "idle and busy go together" },
		{ "nodes=2,gpus=1,gpu_busy=5W", "gpu_idle and gpu_busy go together" },
		{ "nodes=2,idle=5,busy=6W", "needs a unit" },
		{ "nodes=2,idle=7W,busy=6W", "less than idle" },
		{ "nodes=2,mtbf=3d", "mtbf and mttr go together" },
		{ "nodes=2,mtbf=3,mttr=1h", "duration with its unit" },
		{ "procs=2,mtbf=3d,mttr=1h", "describes a node" },
		{ "nodes=1000000000", "nodes" },
		{ "{nodes: [{type: a, count: 2}]}", "cluster:1:10: cores is missing" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cluster c;
		sj_error err = { 0 };
		int rc = cluster_parse(cases[i].text, &c, &err);

		CHECK(rc == SJ_EUSAGE, "\"%s\" gave %d", cases[i].text, rc);
		CHECK(strstr(err.text, cases[i].sentence) != NULL, "\"%s\" said: %s",
		      cases[i].text, err.text);
		CHECK(c.text == NULL && c.specs == NULL, "\"%s\" left something", cases[i].text);
	}
}

TESTS(CASE(good_text), CASE(nodes_are_as_described), CASE(bad_text))
