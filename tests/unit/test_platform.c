/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_platform.c - cluster files: what they say, everything that can be wrong with one. */
#include "config/platform.h"

#include <math.h>

#include "test.h"

static int parse(const char *text, struct cluster *c, struct wrongs **wrongs)
{
	sj_error err = { 0 };

	return platform_parse("f", text, strlen(text), c, wrongs, &err);
}

/* ---- good ------------------------------------------------------------------------- */

static const char mixed[] =
	"gpu_models: [A100, V100]\n"
	"reference: 32GFLOP/s\n"
	"nodes:\n"
	"  - type: big\n"
	"    count: 2\n"
	"    cores: 16\n"
	"    speed: 0.048TFLOP/s\n"
	"    memory: 256GiB\n"
	"    gpus: { count: 4, model: V100 }\n"
	"  - type: small  # no GPUs\n"
	"    count: 3\n"
	"    cores: 8\n"
	"    memory: 1.5GB\n"
	"  - { type: other, count: 1, cores: 1k, gpus: { count: 1 } }\n";

TEST(nodes_are_as_described)
{
	struct cluster c;
	const sj_node_type *n;

	REQUIRE(parse(mixed, &c, NULL) == SJ_OK);
	REQUIRE(c.node_count == 6 && c.type_count == 3 && c.gpu_count == 2);
	n = c.model.types;
	CHECK(c.model.procs == 2 * 16 + 3 * 8 + 1000);
	CHECK(n[0].cores == 16 && n[0].gpus == 4 && n[0].gpu_model == 2 &&
	      n[0].speed == 1.5 && n[0].mem_bytes == UINT64_C(256) << 30);
	CHECK(n[1].cores == 8 && n[1].gpus == 0 && n[1].gpu_model == 0 && n[1].speed == 1 &&
	      n[1].mem_bytes == 1500000000);
	CHECK(n[2].cores == 1000 && n[2].gpus == 1 && n[2].gpu_model == 0 &&
	      n[2].mem_bytes == 0);
	CHECK(strcmp(c.gpu_names[0], "A100") == 0 && strcmp(c.gpu_names[1], "V100") == 0);
	CHECK(strcmp(c.types[1].name, "small") == 0 && c.types[1].spec.count == 3);
	cluster_fini(&c);
}

/* Everything that can be said of a node. */
static const char rich[] =
	"gpu_reference: 15TFLOP/s\n"
	"sites: [paris, lyon]\n"
	"racks: [r2, r1]\n"
	"nodes:\n"
	"  - type: big\n"
	"    count: 4\n"
	"    cores: 16\n"
	"    gpus: { count: 4, memory: 32GiB, speed: 30TFLOP/s, shares: 10,\n"
	"            power: { idle: 50W, busy: 0.3kW } }\n"
	"    nic: { bandwidth: 25Gbit/s, latency: 2us }\n"
	"    links: { pcie: 32GB/s, nvlink: 300GB/s }\n"
	"    racks: [r1]\n"
	"    site: lyon\n"
	"    power: { idle: 90W, busy: 300W }\n"
	"    failures: { mtbf: 'weibull:shape=0.7,scale=20d', mttr: 4h }\n"
	"  - { type: small, count: 12, cores: 8, racks: [r2, r1], site: lyon }\n"
	"  - { type: far, count: 12, cores: 8, racks: 3, site: paris }\n"
	"interference:\n"
	"  scope: gpu\n"
	"  slowdown: [[1, 1.2], [1.1, 1]]\n";

TEST(all_of_a_node)
{
	const sj_node_type *n;
	struct cluster c;

	REQUIRE(parse(rich, &c, NULL) == SJ_OK);
	n = c.model.types;
	CHECK(n[0].gpu_grain == 100 && n[0].gpu_mem_bytes == UINT64_C(32) << 30 &&
	      n[0].gpu_speed == 2 && n[0].gpu_idle_w == 50 && n[0].gpu_busy_w == 300);
	CHECK(n[1].gpu_grain == 1 && n[1].gpu_speed == 1 && n[1].gpus == 0);
	CHECK(n[0].nic_bytes_per_s == 3125000000 && n[0].nic_latency_ns == 2000);
	CHECK(n[0].pcie_bytes_per_s == 32000000000 && n[0].nvlink_bytes_per_s == 300000000000);
	CHECK(n[0].idle_w == 90 && n[0].busy_w == 300 && n[1].idle_w == 0);
	/* r2 is rack 0 and r1 is rack 1, as the list says; racks without names follow. */
	CHECK(n[0].rack == 1 && n[0].racks == 1 && n[1].rack == 0 && n[1].racks == 2 &&
	      n[2].rack == 2 && n[2].racks == 3 && c.rack_count == 5);
	CHECK(strcmp(c.rack_names[0], "r2") == 0 && c.rack_names[2] == NULL);
	CHECK(n[0].site == 1 && n[1].site == 1 && n[2].site == 0);
	/* A Weibull law has the mean scale x Gamma(1 + 1/shape). */
	REQUIRE(n[0].mtbf != NULL && n[0].mttr != NULL && n[1].mtbf == NULL);
	CHECK(fabs(sj_law_mean(n[0].mtbf) / (20 * 86400 * tgamma(1 + 1 / 0.7)) - 1) < 1e-12);
	CHECK(sj_law_mean(n[0].mttr) == 4 * 3600);
	REQUIRE(c.interference != NULL);
	CHECK(c.interference->kinds == 2 && c.interference->per_gpu &&
	      c.interference->slowdown[1] == 1.2 && c.interference->slowdown[2] == 1.1);
	cluster_fini(&c);
}

/* Racks that node types share are one; numbers follow the first mention. */
TEST(racks_and_sites_are_numbered_in_order)
{
	static const struct {
		const char *text;
		uint32_t    first[3], number[3], all;
	} cases[] = {
		{ "nodes: [{type: a, count: 9, cores: 1, racks: 2}, {type: b, count: 1, cores: 1},"
		  "{type: c, count: 3, cores: 1, racks: 3}]", { 0, 0, 2 }, { 2, 0, 3 }, 5 },
		{ "nodes: [{type: a, count: 9, cores: 1, racks: [x, y]}, {type: b, count: 2, cores: 1, "
		  "racks: [y, z]}, {type: c, count: 3, cores: 1, racks: 1}]",
		  { 0, 1, 3 }, { 2, 2, 1 }, 4 },
		{ "racks: [z, y]\nnodes: [{type: a, count: 9, cores: 1, racks: 4}, {type: b, count: 2, "
		  "cores: 1, racks: [y]}, {type: c, count: 3, cores: 1, racks: [z, y]}]",
		  { 2, 1, 0 }, { 4, 1, 2 }, 6 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cluster c, again;
		sj_error err = { 0 };

		REQUIRE(parse(cases[i].text, &c, NULL) == SJ_OK, "case %zu", i);
		CHECK(c.rack_count == cases[i].all);
		for (int k = 0; k < 3; k++)
			CHECK(c.specs[k].racks == cases[i].number[k] &&
			      (c.specs[k].racks == 0 || c.specs[k].rack == cases[i].first[k]),
			      "case %zu type %d: %u", i, k, c.specs[k].rack);
		REQUIRE(cluster_parse(c.text, &again, &err) == SJ_OK, "%s", err.text);
		CHECK(strcmp(c.text, again.text) == 0 && again.rack_count == c.rack_count);
		for (int k = 0; k < 3; k++)
			CHECK(again.specs[k].rack == c.specs[k].rack);
		cluster_fini(&again);
		cluster_fini(&c);
	}
}

/* One machine, one text, however it was written. */
TEST(canonical_text_reads_back)
{
	static const struct {
		const char *text, *canonical;
	} cases[] = {
		{ "procs: 128", "procs=128" },
		{ "{\"procs\": 128}", "procs=128" },
		{ "\xEF\xBB\xBFprocs: 128\r\n", "procs=128" },
		{ "nodes: [{type: a, count: 16, cores: 8}]", "nodes=16,cores=8" },
		{ "{\n\t\"nodes\": [\n\t\t{\"type\": \"a\", \"count\": 16, \"cores\": 8,\n"
		  "\t\t\"memory\": \"64GiB\", \"gpus\": {\"count\": 4, \"model\": \"V100\"}}]\n}",
		  "nodes=16,cores=8,gpus=4,gpu=V100,mem=64GiB" },
		{ "nodes: [{type: a, count: 16, cores: 8, racks: 4, power: {idle: 90 W, busy: 1kW}, "
		  "nic: {latency: 2000ns, bandwidth: 25Gbit/s}, gpus: {shares: 4, count: 1}, "
		  "failures: {mtbf: 'exponential:mean=720h', mttr: 'gamma:shape=2,scale=1h'}}]",
		  "nodes=16,cores=8,gpus=1,gpu_shares=4,bw=25Gbit/s,lat=2us,racks=4,idle=90W,"
		  "busy=1000W,mtbf=30d,mttr=(gamma:shape=2,scale=3600)" },
		{ "nodes: [{type: a, count: 1, cores: 1}, {cores: 2, count: 2, type: b}]",
		  "{\"nodes\":[{\"type\":\"a\",\"count\":1,\"cores\":1},"
		  "{\"type\":\"b\",\"count\":2,\"cores\":2}]}" },
		/* Numbers of GPU models that the order of the types does not give. */
		{ "{network: {topology: tree:2x2, oversubscription: 4, bandwidth: 1GB/s, latency: 3us, "
		  "duplex: half}, nodes: [{type: a, count: 1, cores: 1, nic: {bandwidth: 1GB/s}}, "
		  "{type: b, count: 3, cores: 1, nic: {bandwidth: 2GB/s}}]}",
		  "{\"nodes\":[{\"type\":\"a\",\"count\":1,\"cores\":1,\"nic\":{\"bandwidth\":"
		  "\"8Gbit/s\"}},{\"type\":\"b\",\"count\":3,\"cores\":1,\"nic\":{\"bandwidth\":"
		  "\"16Gbit/s\"}}],\"network\":{\"topology\":\"tree:2x2\",\"oversubscription\":4,"
		  "\"bandwidth\":\"8Gbit/s\",\"latency\":\"3us\",\"duplex\":\"half\"}}" },
		{ "{network: {topology: star, duplex: fatpipe}, nodes: [{type: node, count: 2, "
		  "cores: 1, nic: {bandwidth: 1GB/s}}]}",
		  "nodes=2,bw=8Gbit/s,topology=star,duplex=fatpipe" },
		{ "{network: {topology: tree:1x2, duplex: fatpipe}, nodes: [{type: a, count: 1, "
		  "cores: 1, nic: {bandwidth: 1GB/s}}, {type: b, count: 1, cores: 1, nic: "
		  "{bandwidth: 1GB/s}}]}",
		  "{\"nodes\":[{\"type\":\"a\",\"count\":1,\"cores\":1,\"nic\":{\"bandwidth\":"
		  "\"8Gbit/s\"}},{\"type\":\"b\",\"count\":1,\"cores\":1,\"nic\":{\"bandwidth\":"
		  "\"8Gbit/s\"}}],\"network\":{\"topology\":\"tree:1x2\",\"duplex\":\"fatpipe\"}}" },
		{ "{network: {topology: star, storage: [{name: storage, bandwidth: 10GB/s, latency: "
		  "5us, disk: 1GB/s}]}, nodes: [{type: a, count: 2, cores: 1, nic: {bandwidth: 1GB/s}, "
		  "gpus: {count: 2}, links: {pcie: 16GB/s, nvlink: 50GB/s, pcie_latency: 1us, "
		  "nvlink_latency: 700ns}}]}",
		  "nodes=2,gpus=2,bw=8Gbit/s,pcie=128Gbit/s,nvlink=400Gbit/s,pcie_lat=1us,"
		  "nvlink_lat=700ns,topology=star,storage_bw=80Gbit/s,storage_lat=5us,"
		  "storage_disk=8Gbit/s" },
		/* A mesh is a mesh, listed or not; sites in the order of their first mention. */
		{ "{network: {topology: star, wan: [{between: [a, b], bandwidth: 1GB/s}], storage: "
		  "[{name: home, site: b, bandwidth: 1GB/s, read: 2GB/s, write: 1GB/s}], "
		  "sites: [{site: a, topology: tree:2x1}]}, nodes: [{type: a, site: a, count: 2, "
		  "cores: 1, nic: {bandwidth: 1GB/s}}]}",
		  "{\"nodes\":[{\"type\":\"a\",\"count\":2,\"cores\":1,\"nic\":{\"bandwidth\":"
		  "\"8Gbit/s\"},\"site\":\"a\"}],\"network\":{\"topology\":\"star\",\"storage\":["
		  "{\"name\":\"home\",\"site\":\"b\",\"bandwidth\":\"8Gbit/s\",\"read\":\"16Gbit/s\","
		  "\"write\":\"8Gbit/s\"}],\"wan\":{\"bandwidth\":\"8Gbit/s\"},\"sites\":[{\"site\":"
		  "\"a\",\"topology\":\"tree:2x1\"}]}}" },
		{ "{gpu_models: [x, y], nodes: [{type: a, count: 1, cores: 1, "
		  "gpus: {count: 1, model: y}}]}",
		  "{\"gpu_models\":[\"x\",\"y\"],\"nodes\":[{\"type\":\"a\",\"count\":1,\"cores\":1,"
		  "\"gpus\":{\"count\":1,\"model\":\"y\"}}]}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cluster c, again;
		sj_error err = { 0 };

		REQUIRE(parse(cases[i].text, &c, NULL) == SJ_OK, "case %zu", i);
		CHECK(strcmp(c.text, cases[i].canonical) == 0, "%s", c.text);
		REQUIRE(cluster_parse(c.text, &again, &err) == SJ_OK, "%s", err.text);
		CHECK(strcmp(c.text, again.text) == 0, "%s", again.text);
		CHECK(c.node_count == again.node_count && c.model.procs ==
		      again.model.procs);
		for (uint32_t k = 0; k < c.type_count; k++)
			CHECK(c.specs[k].cores == again.specs[k].cores &&
			      c.specs[k].gpu_model == again.specs[k].gpu_model &&
			      c.specs[k].mem_bytes == again.specs[k].mem_bytes);
		cluster_fini(&again);
		cluster_fini(&c);
	}
}

TEST(written_files_read_back)
{
	static const char sites[] =
		"sites: [eu, us, jp]\n"
		"network:\n"
		"  topology: star\n"
		"  latency: 1us\n"
		"  storage:\n"
		"    - { name: home, site: jp, bandwidth: 1GB/s, read: 2GB/s, write: 1GB/s }\n"
		"    - { name: tmp, site: eu, bandwidth: 1GB/s, latency: 3us, disk: 3GB/s }\n"
		"  wan:\n"
		"    - { between: [us, eu], bandwidth: 1Gbit/s, latency: 40ms, duplex: half }\n"
		"    - { name: pacific, between: [us, jp], bandwidth: 2Gbit/s }\n"
		"  sites:\n"
		"    - { site: us, topology: \"tree:2x2\", oversubscription: 2, duplex: half }\n"
		"nodes:\n"
		"  - { type: a, count: 4, cores: 1, site: us, nic: { bandwidth: 1GB/s } }\n"
		"  - { type: b, count: 2, cores: 1, site: eu, nic: { bandwidth: 1GB/s } }\n";
	static const char *const texts[] = { mixed, rich, sites };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct cluster c, again;
		char *text = NULL;
		size_t size;
		FILE *to = open_memstream(&text, &size);

		REQUIRE(to != NULL && parse(texts[i], &c, NULL) == SJ_OK);
		platform_write(to, &c);
		fclose(to);
		REQUIRE(parse(text, &again, NULL) == SJ_OK, "%s", text);
		CHECK(strcmp(c.text, again.text) == 0, "%s", again.text);
		cluster_fini(&again);
		REQUIRE(parse(c.text, &again, NULL) == SJ_OK, "%s", c.text);
		CHECK(strcmp(c.text, again.text) == 0, "%s", again.text);
		cluster_fini(&again);
		cluster_fini(&c);
		free(text);
	}
}

/* ---- bad --------------------------------------------------------------------------- */

#define NODE "nodes: [{type: a, count: 1, cores: 1"

TEST(bad_values)
{
	static const struct {
		const char *text, *sentence; /* the only one begins with it */
	} cases[] = {
		{ "", "f:1:1: the file is empty" },
		{ "# nothing\n", "f:1:1: the file is empty" },
		{ "---\n", "f:2:1: the file is empty" },
		{ "cluster", "f:1:1: a text; expected a mapping with the keys nodes, procs" },
		{ "[1]", "f:1:1: a list; expected" },
		{ "{}", "f:1:1: no processors" },
		{ "procs: 4\n" NODE "}]", "f:1:8: procs: one pool of processors and nodes exclude" },
		{ "nodes: []", "f:1:8: nodes: the list has no node type" },
		{ "nodes: 4", "f:1:8: nodes: \"4\" is not what belongs here; expected a list of "
			      "mappings" },
		{ "nodes: {a: 1}", "f:1:8: nodes: a mapping; expected a list" },
		{ "nodes: [7]", "f:1:9: nodes: \"7\" is not what belongs here; expected a mapping" },
		{ "procs: 0", "f:1:8: procs: 0 is outside 1 .. 2147483647" },
		{ "procs: -1", "f:1:8: procs: -1 is outside" },
		{ "procs: 1.5", "f:1:8: procs: \"1.5\" is not a whole number" },
		{ "procs: many", "f:1:8: procs: \"many\"" },
		{ "procs: \"4\"", "f:1:8: procs: \"4\" in quotes is a text" },
		{ "procs:", "f:1:7: procs: has no value; expected a whole number" },
		{ "procs: null", "f:1:8: procs: has no value" },
		{ "procs: [4]", "f:1:8: procs: a list; expected a whole number" },
		{ "procs: 4\nprocs: 5", "f:2:1: procs: the key is given twice" },
		{ "procs: 4\nproc: 5", "f:2:1: no key \"proc\"; did you mean \"procs\"?" },
		{ "procs: 4\nzzz: 5", "f:2:1: no key \"zzz\"; known here: nodes, procs, gpu_models, "
				      "reference, gpu_reference" },
		{ "procs: 4\nnetwork: star", "f:2:10: network: \"star\" is not what belongs here" },
		{ "procs: 4\nnetwork: {topology: star}", "f:2:10: network: a pool has no nodes" },
		{ "network: {topology: star}\n" NODE "}]", "f:2:9: nic: missing, and there is a network" },
		{ "network: {topology: tree:1x1}\nnodes: [{type: a, count: 2, cores: 1, "
		  "nic: {bandwidth: 1GB/s}}]", "f:1:21: topology tree has places for 1 nodes" },
		{ "network: {topology: ring}\n" NODE ", nic: {bandwidth: 1GB/s}}]",
		  "f:1:21: topology: \"ring\" is no topology" },
		{ "network: {topology: star, oversubscription: 0.5}\n" NODE
		  ", nic: {bandwidth: 1GB/s}}]", "f:1:45: oversubscription: 0.5; expected 1 to" },
		{ "network: {topology: star, duplex: both}\n" NODE ", nic: {bandwidth: 1GB/s}}]",
		  "f:1:35: duplex: \"both\"; expected full, half or fatpipe" },
		{ "network: {topology: star, latency: 2}\n" NODE ", nic: {bandwidth: 1GB/s}}]",
		  "f:1:36: latency: \"2\" needs a unit" },
#define NET ", nic: {bandwidth: 1GB/s}}]"
		{ "network: {topology: star, storage: [{name: a, bandwidth: 1GB/s}, {name: a, bandwidth: "
		  "2GB/s}]}\n" NODE NET, "f:1:73: storage: \"a\" is named twice; already in line 1" },
		{ "network: {topology: star, storage: [{name: a, bandwidth: 0B/s}]}\n" NODE NET,
		  "f:1:58: bandwidth: 0B/s is outside" },
		{ "network: {topology: star, storage: [{bandwidth: 1GB/s}]}\n" NODE NET,
		  "f:1:37: name is missing" },
		{ "network: {topology: star, storage: [{name: a, bandwidth: 1GB/s, disk: 1GB/s, read: "
		  "1GB/s}]}\n" NODE NET, "f:1:71: disk: what reads and writes share excludes" },
		{ "network: {topology: star, storage: [{name: a, site: s, bandwidth: 1GB/s}]}\n" NODE NET,
		  "f:2:9: site is missing" },
		{ "network: {topology: star, wan: star}\n" NODE NET, "f:1:32: wan: \"star\" is not what belongs here; expected a list" },
		{ "network: {topology: star, wan: {bandwidth: 1GB/s}}\n" NODE NET,
		  "f:1:32: wan: it connects sites, and the machine has none" },
		{ "network: {topology: star, sites: [{site: a, topology: star}]}\n" NODE NET,
		  "f:1:34: sites: a topology of their own needs a wan" },
#define SITES "nodes: [{type: a, count: 2, cores: 1, site: eu, nic: {bandwidth: 1GB/s}}, {type: b, " \
	      "count: 1, cores: 1, site: us, nic: {bandwidth: 1GB/s}}]"
		{ "network: {topology: star, wan: [{between: [eu, uk], bandwidth: 1GB/s}, {between: "
		  "[eu, us], bandwidth: 1GB/s}]}\n" SITES,
		  "f:1:48: between: no node or storage is at a site \"uk\"; did you mean" },
		{ "network: {topology: star, wan: [{between: [eu, eu], bandwidth: 1GB/s}, {between: "
		  "[eu, us], bandwidth: 1GB/s}]}\n" SITES, "f:1:43: between: a link from \"eu\" to itself" },
		{ "network: {topology: star, wan: []}\n" SITES,
		  "f:1:32: wan: no link leads from \"eu\" to \"us\"" },
		{ "network: {topology: star, wan: [{between: [eu], bandwidth: 1GB/s}, {between: "
		  "[eu, us], bandwidth: 1GB/s}]}\n" SITES, "f:1:43: between: 1 names; expected the two" },
		{ "network: {topology: star, wan: [{between: [eu, us], bandwidth: 1GB/s, name: x}, "
		  "{between: [eu, us], bandwidth: 1GB/s, name: x}]}\n" SITES,
		  "f:1:125: wan: \"x\" is named twice" },
		{ "network: {topology: star, wan: {bandwidth: 1GB/s}, sites: [{site: eu, topology: "
		  "torus:3}]}\n" SITES, "f:1:81: site \"eu\": topology torus has places for 3 nodes" },
		{ "procs: 4\n[a]: 5", "f:2:1: a key must be a word" },
		{ "procs: 4\nlinks: star", "f:2:1: no key \"links\"; known here" },
		{ NODE ", nic: 25Gbit/s}]", "f:1:44: nic: \"25Gbit/s\" is not what belongs here; "
					    "expected a mapping" },
		{ NODE ", nic: {latency: 2us}}]", "f:1:44: bandwidth is missing: of the link" },
		{ NODE ", nic: {bandwidth: 25}}]", "f:1:56: bandwidth: \"25\" needs a unit" },
		{ NODE ", nic: {bandwidth: 0B/s}}]", "f:1:56: bandwidth: 0B/s is outside" },
		{ NODE ", nic: {bandwidth: 1GB/s, latency: 2}}]", "f:1:72: latency: \"2\" needs a "
								  "unit" },
		{ NODE ", nic: {bandwidth: 1GB/s, latency: 2h}}]", "f:1:72: latency: 2h is outside "
								   "0s .. 1h" },
		{ NODE ", links: {pcie: 1}}]", "f:1:53: pcie: \"1\" needs a unit" },
		{ NODE ", links: {nvlink: 1GB/s}}]", "f:1:55: nvlink: the node has no GPUs" },
		{ NODE ", links: {}}]", "f:1:46: links: expected pcie or nvlink" },
		{ NODE ", power: {idle: 90W}}]", "f:1:46: busy is missing" },
		{ NODE ", power: {idle: 90, busy: 100W}}]", "f:1:53: idle: \"90\" needs a unit" },
		{ NODE ", power: {idle: 90J, busy: 1kW}}]", "f:1:53: idle: \"90J\" is not a power" },
		{ NODE ", power: {idle: -9W, busy: 1kW}}]", "f:1:53: idle: \"-9W\" is outside" },
		{ NODE ", power: {idle: 2kW, busy: 1000W}}]", "f:1:64: busy: less than idle" },
		{ NODE ", racks: 0}]", "f:1:46: racks: 0 is outside 1 .. 100000" },
		{ NODE ", racks: 2}]", "f:1:46: racks: 2 for 1 nodes; expected at most one" },
		{ NODE ", racks: {a: 1}}]", "f:1:46: racks: a mapping; expected a number" },
		{ NODE ", racks: []}]", "f:1:46: racks: the list is empty" },
		{ NODE ", racks: [\"\"]}]", "f:1:47: racks: \"\" is not a name" },
		{ "racks: [r]\n" NODE "}]", "f:1:9: racks: no node is in \"r\"" },
		{ "racks: [r1, r1]\n" NODE ", racks: [r1]}]", "f:1:13: racks: \"r1\" is named twice" },
		{ "racks: [rack1]\n" NODE ", racks: [rack1]}, {type: b, count: 1, cores: 1, "
		  "racks: [rack2]}]", "f:2:94: racks: \"rack2\" is not one of the list racks; did you "
				     "mean \"rack1\"?" },
		{ NODE "}, {type: b, count: 3, cores: 1, racks: [x, y, z]}, {type: c, count: 2, "
		  "cores: 1, racks: [x, z]}]", "f:1:130: racks: \"z\" does not come right behind "
					       "\"x\"" },
		{ NODE ", site: s}, {type: b, count: 1, cores: 1}]", "f:1:49: site is missing" },
		{ NODE ", site: s, racks: [r]}, {type: b, count: 1, cores: 1, site: t, racks: [r]}]",
		  "f:1:107: racks: \"r\" is at site \"s\" already" },
		{ NODE ", failures: {mtbf: 30d}}]", "f:1:49: mttr is missing" },
		{ NODE ", failures: {mtbf: 30, mttr: 1h}}]", "f:1:56: mtbf: \"30\": expected a "
							     "duration with its unit" },
		{ NODE ", failures: {mtbf: weibul:shape=1, mttr: 1h}}]", "f:1:56: mtbf: there is no "
									 "law \"weibul\"; did you" },
		{ NODE ", failures: {mtbf: 0s, mttr: 1h}}]", "f:1:56: mtbf: law exponential" },
		{ NODE ", gpus: {count: 1, shares: 1001}}]", "f:1:64: shares: 1001 is outside 1 .. "
							     "1000" },
		{ NODE ", gpus: {count: 1, shares: 7}}]", "f:1:64: shares: 7; expected a divisor" },
		{ NODE ", gpus: {count: 1, memory: 32}}]", "f:1:64: memory: \"32\" needs a unit" },
		{ NODE ", gpus: {count: 1, speed: 9TFLOP/s}}]", "f:1:63: speed: in FLOP/s it needs a "
								"top-level key gpu_reference" },
		{ NODE ", gpus: {count: 0}}]", "f:1:53: count: 0 is outside 1 .. 64" },
		{ NODE ", gpus: {count: 65}}]", "f:1:53: count: 65 is outside 1 .. 64" },
		{ "procs: 4\ninterference: {slowdown: [[1]]}", "f:2:15: interference: a pool has no" },
		{ "interference: {}\n" NODE "}]", "f:1:15: slowdown is missing" },
		{ "interference: {slowdown: [[1, 2], [1]]}\n" NODE "}]", "f:1:35: slowdown: 1 numbers "
									 "in a row of 2 rows" },
		{ "interference: {slowdown: [[0]]}\n" NODE "}]", "f:1:28: slowdown: 0 is outside" },
		{ "interference: {slowdown: []}\n" NODE "}]", "f:1:26: slowdown: 0 rows" },
		{ "interference: {slowdown: [1]}\n" NODE "}]", "f:1:27: slowdown: \"1\" is not what "
							       "belongs here; expected a list" },
		{ "interference: {scope: rack, slowdown: [[1]]}\n" NODE "}]", "f:1:23: scope: \"rack\"; "
									      "expected node or gpu" },
		{ "interference: {scope: gpu, slowdown: [[1]]}\n" NODE "}]", "f:1:23: scope: no node "
									     "has GPUs" },
		{ NODE ", gpus: {model: V100}}]", "f:1:45: count is missing: GPUs of a node" },
		{ NODE ", gpus: 4}]", "f:1:45: gpus: \"4\" is not what belongs here; expected a "
				      "mapping" },
		{ NODE ", memory: -5GiB}]", "f:1:47: memory: \"-5GiB\" must not be negative" },
		{ NODE ", memory: 256}]", "f:1:47: memory: \"256\" needs a unit" },
		{ NODE ", memory: 0B}]", "f:1:47: memory: 0B is outside 1B .." },
		{ NODE ", memory: 5Gbit/s}]", "f:1:47: memory: \"5Gbit/s\"" },
		{ NODE ", speed: 0}]", "f:1:46: speed: outside" },
		{ NODE ", speed: -1}]", "f:1:46: speed: outside" },
		{ NODE ", speed: fast}]", "f:1:46: speed: \"fast\" is not a speed" },
		{ NODE ", speed: 3GHz}]", "f:1:46: speed: \"3GHz\": expected" },
		{ NODE ", speed: \"2\"}]", "f:1:46: speed: \"2\": expected a number without quotes" },
		{ NODE ", speed: 32GFLOP/s}]", "f:1:46: speed: in FLOP/s it needs a top-level key "
					       "reference" },
		{ "reference: 32GFLOP/s\n" NODE "}]", "f:1:12: reference: nothing states its speed" },
		{ "reference: 2\n" NODE ", speed: 1GFLOP/s}]", "f:1:12: reference: expected a speed" },
		{ "nodes: [{type: a, count: 1, cores: 0}]", "f:1:36: cores: 0 is outside" },
		{ "nodes: [{type: a, cores: 1}]", "f:1:9: count is missing: nodes of this type" },
		{ NODE "},\n {type: a, count: 1, cores: 1}]", "f:2:9: type: \"a\" is named twice; "
							      "already in line 1" },
		{ "nodes: [{type: \"\", count: 1, cores: 1}]", "f:1:16: type: \"\" is not a name" },
		{ "nodes: [{type: 'a\"b', count: 1, cores: 1}]", "f:1:16: type: \"a\"b\" is not a name" },
		{ "nodes: [{type: a, count: 10000000, cores: 1000}]",
		  "f:1:8: nodes: 10000000000 cores in all" },
		{ "nodes: [{type: a, count: 1000000000, cores: 1}]",
		  "f:1:26: count: 1000000000 is outside 1 .. 10000000" },
		{ "nodes: [{type: a, count: 6M, cores: 1}, {type: b, count: 6M, cores: 1}]",
		  "f:1:8: nodes: 12000000 nodes in all; at most 10000000" },
		{ "gpu_models: [V100]\n" NODE "}]", "f:1:13: gpu_models: no node has GPUs" },
		{ "gpu_models: [V100, V100]\n" NODE ", gpus: {count: 1}}]",
		  "f:1:20: gpu_models: \"V100\" is named twice" },
		{ "gpu_models: [V100]\n" NODE ", gpus: {count: 1, model: V10}}]",
		  "f:2:63: model: \"V10\" is not one of gpu_models; did you mean \"V100\"?" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const *sentence;
		struct wrongs *wrongs;
		struct cluster c;
		size_t kept;
		int rc = parse(cases[i].text, &c, &wrongs);

		CHECK(rc == SJ_EPARSE, "\"%s\" gave %d", cases[i].text, rc);
		CHECK(c.text == NULL && c.types == NULL);
		REQUIRE(wrongs != NULL);
		sentence = wrongs_sentences(wrongs, &kept);
		CHECK(kept == 1, "\"%s\": %zu sentences", cases[i].text, kept);
		for (size_t k = 0; k < kept; k++)
			CHECK(strncmp(sentence[k], cases[i].sentence, strlen(cases[i].sentence)) == 0,
			      "\"%s\" said: %s", cases[i].text, sentence[k]);
		wrongs_free(wrongs);
	}
}

TEST(bad_text)
{
	static const struct {
		const char *text;
		size_t      size;
		const char *sentence;
	} cases[] = {
#define CASE_OF(s, sentence) { s, sizeof(s) - 1, sentence }
		CASE_OF("procs: 4\n---\nprocs: 5\n", "f:2:1: a second document begins here"),
		CASE_OF("nodes:\n\t- type: a\n", "f:2:1: a tab where YAML wants blanks"),
		CASE_OF("procs: \xE4\n", "f:1:8: byte 0xE4 is not UTF-8"),
		CASE_OF("x: \xC3\xA4\nprocs: \xC0\x80\n", "f:2:8: byte 0xC0 is not UTF-8"),
		CASE_OF("procs: \xED\xA0\x80", "f:1:8: byte 0xED is not UTF-8"),
		CASE_OF("\xFF\xFEp\0r\0", "f:1:1: the text is UTF-16 or UTF-32"),
		CASE_OF("procs: \0 4", "f:1:8: a control character (0x00)"),
		CASE_OF("procs: \x1b[0m", "f:1:8: a control character (0x1B)"),
		CASE_OF("procs: [4\n", "f:2:1: did not find expected ',' or ']'"),
		CASE_OF("procs: 4\nnodes\n", "f:3:1: could not find expected ':'"),
		CASE_OF("procs: \"4", "f:1:10: found unexpected end of stream"),
		CASE_OF("procs: &a 4", "f:1:8: an anchor (&a)"),
		CASE_OF("procs: *a", "f:1:8: an alias (*a)"),
		CASE_OF("procs: !!int 4", "f:1:8: a tag (tag:yaml.org,2002:int)"),
		CASE_OF("procs: \"4\\0\"", "f:1:8: a text with a NUL character"),
		CASE_OF("a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "f:1:35: nested more than 32"),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cluster c;
		sj_error err = { 0 };
		int rc = platform_parse("f", cases[i].text, cases[i].size, &c, NULL, &err);

		CHECK(rc == SJ_EPARSE, "case %zu gave %d", i, rc);
		CHECK(strncmp(err.text, cases[i].sentence, strlen(cases[i].sentence)) == 0,
		      "case %zu said: %s", i, err.text);
	}
}

/* Everything that is wrong, in the order of the file. */
TEST(all_errors_at_once)
{
	static const char text[] = "nodes:\n"
				   "  - type: a\n"
				   "    count: 0\n"
				   "    core: 4\n"
				   "  - type: a\n"
				   "    count: 1\n"
				   "    cores: \"8\"\n"
				   "    memory: 256\n"
				   "links: star\n";
	static const char *const expected[] = {
		"f:2:5: cores is missing",  "f:3:12: count: 0 is outside",
		"f:4:5: no key \"core\"",   "f:5:11: type: \"a\" is named twice",
		"f:7:12: cores: \"8\"",     "f:8:13: memory: \"256\" needs a unit",
		"f:9:1: no key \"links\"",
	};
	const char *const *sentence;
	struct wrongs *wrongs;
	struct cluster c;
	sj_error err = { 0 };
	size_t kept;

	CHECK(platform_parse("f", text, strlen(text), &c, &wrongs, &err) == SJ_EPARSE);
	CHECK(strstr(err.text, "(and 6 more: ") != NULL, "%s", err.text);
	sentence = wrongs_sentences(wrongs, &kept);
	REQUIRE(kept == 7 && wrongs_count(wrongs) == 7, "%zu", kept);
	for (size_t i = 0; i < kept; i++)
		CHECK(strncmp(sentence[i], expected[i], strlen(expected[i])) == 0, "%s",
		      sentence[i]);
	wrongs_free(wrongs);
}

/* ---- hostile ------------------------------------------------------------------------- */

/* `head`, then `part` `n` times. */
static char *repeated(const char *head, const char *part, size_t n)
{
	size_t h = strlen(head), k = strlen(part);
	char *text = malloc(h + n * k + 1);

	if (text == NULL)
		abort();
	memcpy(text, head, h);
	for (size_t i = 0; i < n; i++)
		memcpy(text + h + i * k, part, k);
	text[h + n * k] = '\0';
	return text;
}

TEST(large_text_is_bounded)
{
	static const struct {
		const char *head, *part;
		size_t      n;
		const char *sentence;
	} cases[] = {
		{ "procs: 4 ", "#", 5 << 20, "larger than 4 MiB" },
		{ "nodes:\n", "- 1\n", 300000, "more than 200000 values" },
		{ "nodes:\n", "- {type: a, count: 1, cores: 1}\n", 20000, "20000 types; at most 10000" },
		{ "procs: 4\n", "proc: 5\n", 90000, "did you mean" },
		{ "nodes:\n", "- {}\n", 90000, "is missing" },
		{ "a: ", "[", 1 << 20, "nested more than" },
		{ "a: ", "{a: ", 1 << 19, "nested more than" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = repeated(cases[i].head, cases[i].part, cases[i].n);
		const char *const *sentence;
		struct wrongs *wrongs;
		struct cluster c;
		size_t kept;
		bool found = false;

		CHECK(parse(text, &c, &wrongs) == SJ_EPARSE, "case %zu", i);
		sentence = wrongs_sentences(wrongs, &kept);
		CHECK(kept >= 1 && kept <= WRONGS_MAX);
		for (size_t k = 0; k < kept; k++)
			found = found || strstr(sentence[k], cases[i].sentence) != NULL;
		CHECK(found, "case %zu said: %s", i, kept > 0 ? sentence[0] : "nothing");
		wrongs_free(wrongs);
		free(text);
	}
}

TESTS(CASE(nodes_are_as_described), CASE(all_of_a_node),
      CASE(racks_and_sites_are_numbered_in_order), CASE(canonical_text_reads_back),
      CASE(written_files_read_back), CASE(bad_values), CASE(bad_text),
      CASE(all_errors_at_once), CASE(large_text_is_bounded))
