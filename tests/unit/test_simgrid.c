/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_simgrid.c - platform files in XML: hosts as nodes, and what is refused. */
#include "config/simgrid.h"

#include <math.h>

#include "test.h"

static int parse(const char *text, struct cluster *c, struct wrongs **wrongs, sj_error *err)
{
	*wrongs = wrongs_create("f");
	if (*wrongs == NULL)
		abort();
	return simgrid_parse(*wrongs, text, strlen(text), c, err);
}

static bool noted(const struct cluster *c, const char *part)
{
	for (uint32_t i = 0; i < c->note_count; i++)
		if (strstr(c->notes[i], part) != NULL)
			return true;
	return false;
}

#define HEAD "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
#define IN(body) HEAD "<platform version=\"4.1\">\n<zone id=\"z\" routing=\"Full\">\n" body \
		 "\n</zone>\n</platform>\n"

TEST(hosts_are_nodes)
{
	struct wrongs *wrongs;
	struct cluster c;
	sj_error err = { 0 };

	REQUIRE(parse(IN(
		"<host id='master_host' speed='42f'/>\n"
		"<cluster id='c' prefix='n-' suffix='.org' radical='0-9,12' speed='2Gf,1Gf' core='4' "
		"bw='125MBps' lat='50us' bb_bw='2.25GBps' bb_lat='0'>\n"
		"  <prop id='wattage_per_state' value='95.0:120:190.5, 90:150'/></cluster>\n"
		"<host id='a' speed='1Gf, 500Mf' pstate='1'><prop id='mem' value='4'/></host>\n"
		"<host id='b' speed='0.5E9flops'/>\n"
		"<host id='d' speed='500Mf'><prop id='excluded' value='true'/></host>\n"
		"<host id='c' speed='1Gf'/>\n"
		"<router id='r'/>\n"
		"<link id='l' bandwidth='100Mbps' latency='1ms' sharing_policy='SPLITDUPLEX'/>\n"
		"<route src='a' dst='n-12.org'><link_ctn id='l_UP'/><link_ctn id='c_backbone'/></route>\n"
		"<zoneRoute src='c' dst='z' gw_src='n-c_router.org' gw_dst='r'><link_ctn id='l'/>"
		"</zoneRoute>"), &c, &wrongs, &err) == SJ_OK, "%s", err.text);
	REQUIRE(c.type_count == 3 && c.node_count == 14);
	CHECK(strcmp(c.types[0].name, "c") == 0 && c.specs[0].count == 11 &&
	      c.specs[0].cores == 4 && c.specs[0].speed == 1 && c.specs[0].idle_w == 95 &&
	      c.specs[0].busy_w == 190.5 && c.specs[0].nic_bytes_per_s == 125000000 &&
	      c.specs[0].nic_latency_ns == 50000);
	/* a in state 1 and b are alike; the name of the last is taken. */
	CHECK(strcmp(c.types[1].name, "a") == 0 && c.specs[1].count == 2 &&
	      c.specs[1].speed == 0.25 && c.specs[1].cores == 1);
	CHECK(strcmp(c.types[2].name, "c/3") == 0 && c.specs[2].speed == 0.5);
	CHECK(noted(&c, "1 master, 0 storage and 1 excluded"));
	CHECK(noted(&c, "13 links, 1 routers and 2 routes"));
	CHECK(noted(&c, "speed 1 is that of the first host, 2GFLOP/s"));
	CHECK(noted(&c, "1 other properties") && noted(&c, "power states beyond"));
	cluster_fini(&c);
	wrongs_free(wrongs);
}

TEST(blanks_in_front)
{
	struct wrongs *wrongs;
	struct cluster c;
	sj_error err = { 0 };

	REQUIRE(parse("\n \n" IN("<host id='a' speed='1Gf'/>"), &c, &wrongs, &err) == SJ_OK, "%s",
		err.text);
	CHECK(noted(&c, "blanks stand before <?xml"));
	cluster_fini(&c);
	wrongs_free(wrongs);
	CHECK(parse("\n\n" IN("<hots id='a' speed='1Gf'/>"), &c, &wrongs, &err) == SJ_EPARSE);
	CHECK(strncmp(err.text, "f:7:1: the element hots", 23) == 0, "%s", err.text);
	wrongs_free(wrongs);
}

#define HOST "<host id='a' speed='1Gf'/>"
#define CLUSTER(attributes) "<cluster id='c' prefix='p' suffix='' bw='1MBps' lat='1us' " attributes "/>"

TEST(bad_platforms)
{
	static const struct {
		const char *text, *sentence; /* the first begins with it */
	} cases[] = {
		{ "<a/>", "f:1:1: the element a; expected platform" },
		{ "<platform/>", "f:1:1: platform: the attribute version is missing" },
		{ "<platform version='3'/>", "f:1:1: version: \"3\"; expected 4 or 4.1" },
		{ "<platform version='4'/>", "f:1:1: no host that computes" },
		{ "<platform version='4'>", "f:1:23: not XML: no element found" },
		{ "<platform version='4'><zone id='a'></platform>", "f:1:38: not XML: mismatched tag" },
		{ IN("<host id='a'/>"), "f:5:1: host: the attribute speed is missing" },
		{ IN("<host id='a' speed='1'/>"), "f:5:1: speed: \"1\"; expected a speed with its unit" },
		{ IN("<host id='a' speed='0f'/>"), "f:5:1: speed: \"0f\"; expected a speed above 0" },
		{ IN("<host id='a' speed='-1Gf'/>"), "f:5:1: speed: \"-1Gf\"; expected a speed" },
		{ IN("<host id='a' speed='1Gf' pstate='1'/>"), "f:5:1: speed: \"1Gf\"; expected a speed "
							      "above 0 for the state in use" },
		{ IN("<host id='a' speed='1Gf' core='0'/>"), "f:5:1: core: \"0\"; expected a number of" },
		{ IN("<host id='a' speed='1Gf' cores='2'/>"), "f:5:1: host: no attribute \"cores\"" },
		{ IN("<host id='a' speed='1Gf' state_file='x'/>"), "f:5:1: state_file: profiles of hosts" },
		{ IN(HOST "<gpu/>"), "f:5:27: the element gpu is not understood" },
		{ IN(HOST "<include file='/etc/passwd'/>"), "f:5:27: the element include is not" },
		{ IN(HOST "\n" HOST), "f:6:1: host or router \"a\" is there twice; already in line 5" },
		{ IN("<host id='a' speed='1Gf'><prop id='wattage_per_state' value='9'/></host>"),
		  "f:5:26: wattage_per_state: \"9\"; expected" },
		{ IN("<host id='a' speed='1Gf'><prop id='watt_per_state' value='9:8'/></host>"),
		  "f:5:26: wattage_per_state: \"9:8\"; expected no less when busy" },
		{ IN("<host id='a' speed='1Gf'/>\n<host id='b' speed='1kf'/>\n<host id='c' speed='1f'/>"),
		  "f:7:1: speed: outside 1e-06" },
		{ IN(HOST "<link id='l' bandwidth='1' latency='0'/>"), "f:5:27: bandwidth: \"1\"; expected" },
		{ IN(HOST "<link id='l' bandwidth='1Gbps' latency='5'/>"), "f:5:27: latency: \"5\"; exp" },
		{ IN(HOST "<route src='a' dst='b'/>"), "f:5:27: there is no host or router \"b\"" },
		{ IN(HOST "<route src='a' dst='a'>\n<link_ctn id='l'/></route>"), "f:6:1: there is no link" },
		{ IN(HOST "<zoneRoute src='z' dst='y' gw_src='a' gw_dst='a'/>"), "f:5:27: there is no zone" },
		{ IN(HOST "\n<route src='a' dst='p4'/>" CLUSTER("speed='1Gf' radical='0-3'")),
		  "f:6:1: there is no host or router \"p4\"" },
		{ IN(CLUSTER("speed='1Gf' radical='3-1'")), "f:5:1: radical: \"3-1\"; expected numbers" },
		{ IN(CLUSTER("speed='1Gf' radical='x'")), "f:5:1: radical: \"x\"; expected numbers" },
		{ IN(CLUSTER("speed='1Gf' radical='1-5,3'")), "f:5:1: radical: \"1-5,3\"; expected ranges" },
		{ IN(CLUSTER("speed='1Gf' radical='0-999999999'")), "f:5:1: radical: 1000000000 hosts; at "
								    "most 10000000" },
		{ IN(CLUSTER("speed='1Gf' radical='0-9999999' core='1000'")), "f:1:1: 10000000000 cores" },
		{ HEAD "<platform version='4'>&a;</platform>", "f:3:23: an entity (a): entities are not" },
		{ "<!DOCTYPE p [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><platform version='4'/>",
		  "f:1:25: an entity (a): entities are not understood" },
		{ "<!DOCTYPE p [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><platform version='4'/>",
		  "f:1:52: an entity (a): entities are not understood" },
		{ "<!DOCTYPE p [<!ENTITY % a 'x'>]><platform version='4'/>", "f:1:27: an entity (a)" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wrongs *wrongs;
		struct cluster c;
		sj_error err = { 0 };
		int rc = parse(cases[i].text, &c, &wrongs, &err);

		CHECK(rc == SJ_EPARSE, "\"%s\" gave %d", cases[i].text, rc);
		CHECK(c.text == NULL && c.types == NULL);
		CHECK(strncmp(err.text, cases[i].sentence, strlen(cases[i].sentence)) == 0,
		      "\"%s\" said: %s", cases[i].text, err.text);
		wrongs_free(wrongs);
	}
}

TEST(all_errors_at_once)
{
	const char *const *sentence;
	struct wrongs *wrongs;
	struct cluster c;
	sj_error err = { 0 };
	size_t kept;

	CHECK(parse(IN("<host id='a' speed='1Gx'/>\n<hosts><host id='b'/></hosts>\n<link id='l'/>"), &c,
		    &wrongs, &err) == SJ_EPARSE);
	CHECK(strstr(err.text, "(and 2 more: ") != NULL, "%s", err.text);
	sentence = wrongs_sentences(wrongs, &kept);
	REQUIRE(kept == 3, "%zu", kept);
	CHECK(strncmp(sentence[1], "f:6:1: the element hosts is not understood; did you mean host?",
		      40) == 0, "%s", sentence[1]);
	CHECK(strncmp(sentence[2], "f:7:1: link: the attribute bandwidth is missing", 40) == 0, "%s",
	      sentence[2]);
	wrongs_free(wrongs);
}

static char *deep(size_t n)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		abort();
	fputs("<platform version='4'>", to);
	for (size_t i = 0; i < n; i++)
		fputs("<zone id='z'>", to);
	fclose(to);
	return text;
}

TEST(depth_is_bounded)
{
	char *text = deep(100000);
	struct wrongs *wrongs;
	struct cluster c;
	sj_error err = { 0 };

	CHECK(parse(text, &c, &wrongs, &err) == SJ_EPARSE);
	CHECK(strstr(err.text, "nested more than 64 deep") != NULL, "%s", err.text);
	wrongs_free(wrongs);
	free(text);
}

TESTS(CASE(hosts_are_nodes), CASE(blanks_in_front), CASE(bad_platforms), CASE(all_errors_at_once),
      CASE(depth_is_bounded))
