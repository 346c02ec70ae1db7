/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simgrid.c - the elements of a platform file, by expat (https://libexpat.github.io).
 *
 * Casanova, Giersch, Legrand, Quinson, Suter, "Versatile, scalable, and accurate
 * simulation of distributed applications and platforms", JPDC 74(10), 2014, and the
 * SimGrid manual describe the format. What changes how hosts compute and cannot be
 * modelled (profiles of hosts) is refused by name; what concerns the network is checked.
 */
#include "config/simgrid.h"

#include <expat.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/simgrid_parts.h"
#include "config/simgrid_routes.h"
#include "units.h"

/* What Batsim's scheduler runs on, by the default of its option. */
#define MASTER "master_host"

enum element {
	E_PLATFORM, E_ZONE, E_HOST, E_CLUSTER, E_CABINET, E_PEER, E_LINK, E_ROUTER, E_BACKBONE,
	E_HOST_LINK, E_ROUTE, E_ZONE_ROUTE, E_LINK_CTN, E_PROP, E_CONFIG, E_DISK, E_TRACE,
	E_TRACE_CONNECT, E_UNKNOWN
};

struct reading {
	XML_Parser             parser;
	struct wrongs         *wrongs;
	struct simgrid_names  *names;
	struct simgrid_machine machine;
	struct simgrid_flat   *flat; /* its network, if it is one of links and routes only */
	uint32_t               lines_before; /* not given to the parser */
	enum element           open[SIMGRID_DEPTH_MAX];
	uint32_t               depth, unknown; /* elements open inside an unknown one */
	bool                   no_memory, stopped;
	/* The host, cluster or cabinet being read; its properties are elements inside. */
	struct simgrid_hosts   host;
	bool                   reads_host, master, storage, excluded;
	uint32_t               state; /* of its power states, the one in use */
};

/* Attributes of one element, by name. */
struct attributes {
	const char *const *pair;
};

static const char *get(const struct attributes *a, const char *name)
{
	for (const char *const *p = a->pair; p[0] != NULL; p += 2)
		if (strcmp(p[0], name) == 0)
			return p[1];
	return NULL;
}

static const char *get_or(const struct attributes *a, const char *name, const char *otherwise)
{
	const char *v = get(a, name);

	return v != NULL ? v : otherwise;
}

static struct text_mark here(const struct reading *r)
{
	return (struct text_mark){
		(uint32_t)XML_GetCurrentLineNumber(r->parser) + r->lines_before,
		(uint32_t)XML_GetCurrentColumnNumber(r->parser) + 1,
	};
}

static void stop(struct reading *r)
{
	r->stopped = true;
	XML_StopParser(r->parser, XML_FALSE);
}

static void no_memory(struct reading *r)
{
	r->no_memory = true;
	stop(r);
}

static void wrong_value(struct reading *r, const char *what, const char *text, const char *why)
{
	wrongs_add(r->wrongs, here(r), "%s: \"%s\"; expected %s", what,
		   sj_quote(text, strlen(text)).text, why);
}

/* ---- attributes of several elements ---------------------------------------------------- */

/* A bandwidth in whole bytes per second; 0 and a sentence when it is none. */
static uint64_t bandwidth(struct reading *r, const char *what, const char *text)
{
	const char *why;
	double v;

	if (simgrid_bandwidth(text, &v, &why) && v <= 1e18)
		return (uint64_t)llround(v);
	wrong_value(r, what, text, why);
	return 0;
}

static sj_time latency(struct reading *r, const char *what, const char *text)
{
	const char *why;
	double v;

	if (simgrid_latency(text, &v, &why) && v <= 1e9)
		return (sj_time)llround(v * 1e9);
	wrong_value(r, what, text, why);
	return 0;
}

/* The speed in the state in use: item `pstate` of a list of which all must be speeds. */
static double speed(struct reading *r, const struct attributes *a)
{
	const char *list = get(a, "speed"), *state = get_or(a, "pstate", "0"), *why;
	char item[64];
	double v, found = 0;
	int64_t k;

	if (sj_parse_int("pstate", state, &k, NULL) != SJ_OK || k < 0 || k > 1000) {
		wrong_value(r, "pstate", state, "the number of a state, from 0");
		return 0;
	}
	r->state = (uint32_t)k;
	for (uint32_t i = 0; simgrid_item(list, i, item, sizeof(item)); i++) {
		if (!simgrid_speed(item, &v, &why)) {
			wrong_value(r, "speed", item, why);
			return 0;
		}
		if (i == r->state)
			found = v;
		if (i == 1)
			r->machine.seen.sleeps++;
	}
	if (found <= 0)
		wrong_value(r, "speed", list, "a speed above 0 for the state in use, as in 1Gf");
	return found;
}

static uint32_t cores(struct reading *r, const struct attributes *a)
{
	const char *text = get_or(a, "core", "1");
	int64_t v;

	if (sj_parse_int("core", text, &v, NULL) == SJ_OK && v >= 1 && v <= 1000000)
		return (uint32_t)v;
	wrong_value(r, "core", text, "a number of cores, 1 to 1000000");
	return 1;
}

/* Speeds and states that change while a run goes on. */
static void refuse_profiles(struct reading *r, const struct attributes *a)
{
	static const char *const names[] = { "speed_file", "state_file", "availability_file" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (get(a, names[i]) != NULL)
			wrongs_add(r->wrongs, here(r), "%s: profiles of hosts are not understood; give "
				   "failures as events of the run instead", names[i]);
}

static void begin_host(struct reading *r, const struct attributes *a, const char *name)
{
	r->host = (struct simgrid_hosts){
		.at = here(r), .name = strdup(name), .alone = true, .count = 1,
		.cores = cores(r, a), .flops = speed(r, a),
	};
	r->reads_host = true;
	r->master = strncmp(name, MASTER, strlen(MASTER)) == 0;
	r->storage = r->excluded = false;
	if (r->host.name == NULL)
		no_memory(r);
}

/* ---- elements --------------------------------------------------------------------------- */

static void on_platform(struct reading *r, const struct attributes *a)
{
	const char *version = get(a, "version");

	if (strcmp(version, "4") != 0 && strcmp(version, "4.1") != 0)
		wrong_value(r, "version", version, "4 or 4.1");
}

static void name_it(struct reading *r, enum simgrid_name kind, const char *name)
{
	if (!simgrid_name(r->names, kind, name, here(r)))
		no_memory(r);
}

static void refer(struct reading *r, enum simgrid_name kind, const char *name)
{
	if (name != NULL && !simgrid_refer(r->names, kind, name, here(r)))
		no_memory(r);
}

static void on_zone(struct reading *r, const struct attributes *a)
{
	name_it(r, NAME_ZONE, get(a, "id"));
}

static void on_host(struct reading *r, const struct attributes *a)
{
	refuse_profiles(r, a);
	name_it(r, NAME_PLACE, get(a, "id"));
	begin_host(r, a, get(a, "id"));
}

/* Links that are shared, and no limit on top of them. */
static bool is_star(const struct attributes *a)
{
	const char *policy = get_or(a, "sharing_policy", "SPLITDUPLEX");

	return strcmp(get_or(a, "topology", "FLAT"), "FLAT") == 0 &&
	       (strcmp(policy, "SPLITDUPLEX") == 0 || strcmp(policy, "SHARED") == 0) &&
	       strcmp(get_or(a, "bb_sharing_policy", "SHARED"), "SHARED") == 0 &&
	       get(a, "limiter_link") == NULL;
}

static void on_cluster(struct reading *r, const struct attributes *a)
{
	const char *router = get(a, "router_id"), *why = "";
	struct simgrid_family f = {
		.id = strdup(get(a, "id")), .prefix = strdup(get(a, "prefix")),
		.suffix = strdup(get(a, "suffix")), .router = router != NULL ? strdup(router) : NULL,
	};
	uint64_t hosts = 0;

	begin_host(r, a, get(a, "id"));
	r->host.alone = false;
	r->master = strncmp(get(a, "prefix"), MASTER, strlen(MASTER)) == 0;
	r->host.nic_bytes_per_s = bandwidth(r, "bw", get(a, "bw"));
	r->host.nic_latency_ns = latency(r, "lat", get(a, "lat"));
	f.range = simgrid_radical(get(a, "radical"), &f.ranges, &why);
	if (f.range == NULL && why != NULL)
		wrong_value(r, "radical", get(a, "radical"), why);
	for (size_t i = 0; f.range != NULL && i < f.ranges; i++)
		hosts += (uint64_t)f.range[i].last - f.range[i].first + 1;
	if (hosts > CLUSTER_NODES_MAX)
		wrongs_add(r->wrongs, here(r), "radical: %llu hosts; at most %d",
			   (unsigned long long)hosts, CLUSTER_NODES_MAX);
	r->host.count = hosts <= CLUSTER_NODES_MAX ? (uint32_t)hosts : 1;
	r->machine.seen.links += hosts <= CLUSTER_NODES_MAX ? hosts : 0;
	if (get(a, "bb_bw") != NULL) {
		r->host.backbone_bytes_per_s = bandwidth(r, "bb_bw", get(a, "bb_bw"));
		r->machine.seen.links++;
	}
	if (get(a, "bb_lat") != NULL)
		r->host.backbone_latency_ns = latency(r, "bb_lat", get(a, "bb_lat"));
	r->host.star = is_star(a);
	r->host.half_duplex = strcmp(get_or(a, "sharing_policy", ""), "SHARED") == 0;
	if (f.id == NULL || f.prefix == NULL || f.suffix == NULL || (f.range == NULL && why == NULL))
		no_memory(r);
	if (!simgrid_family(r->names, &f))
		no_memory(r);
}

static void on_peer(struct reading *r, const struct attributes *a)
{
	refuse_profiles(r, a);
	name_it(r, NAME_PLACE, get(a, "id"));
	begin_host(r, a, get(a, "id"));
	r->host.nic_bytes_per_s = bandwidth(r, "bw_in", get(a, "bw_in"));
	bandwidth(r, "bw_out", get(a, "bw_out"));
	r->machine.seen.links += 2;
}

static enum simgrid_sharing sharing(const struct attributes *a)
{
	const char *policy = get_or(a, "sharing_policy", "SHARED");

	return strcmp(policy, "SHARED") == 0 ? SIMGRID_SHARED :
	       strcmp(policy, "SPLITDUPLEX") == 0 ? SIMGRID_HALVES : SIMGRID_OTHER;
}

static void on_link(struct reading *r, const struct attributes *a)
{
	static const char *const profiles[] = { "bandwidth_file", "latency_file", "state_file" };
	const char *list = get(a, "bandwidth");
	uint64_t rate = 0;
	sj_time lat = 0;
	char item[64];

	/* The link of a wireless network has a rate for each distance. */
	for (uint32_t i = 0; simgrid_item(list, i, item, sizeof(item)); i++)
		rate = bandwidth(r, "bandwidth", item);
	if (list[0] == '\0')
		bandwidth(r, "bandwidth", list);
	if (get(a, "latency") != NULL)
		lat = latency(r, "latency", get(a, "latency"));
	if (r->open[r->depth - 1] != E_LINK || strchr(list, ',') != NULL)
		simgrid_flat_spoil(r->flat);
	else if (!simgrid_flat_link(r->flat, get(a, "id"), rate, lat, sharing(a)))
		no_memory(r);
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		r->machine.seen.profiles += get(a, profiles[i]) != NULL;
	name_it(r, NAME_LINK, get(a, "id"));
	r->machine.seen.links++;
}

static void on_router(struct reading *r, const struct attributes *a)
{
	name_it(r, NAME_PLACE, get(a, "id"));
	r->machine.seen.routers++;
}

static void on_host_link(struct reading *r, const struct attributes *a)
{
	refer(r, NAME_PLACE, get(a, "id"));
	refer(r, NAME_LINK, get(a, "up"));
	refer(r, NAME_LINK, get(a, "down"));
}

static bool is_symmetric(const struct attributes *a)
{
	const char *text = get_or(a, "symmetrical", "YES");

	return text[0] != 'N' && text[0] != 'n';
}

static void on_route(struct reading *r, const struct attributes *a)
{
	refer(r, NAME_PLACE, get(a, "src"));
	refer(r, NAME_PLACE, get(a, "dst"));
	r->machine.seen.routes++;
	if (!simgrid_flat_route(r->flat, get(a, "src"), get(a, "dst"), is_symmetric(a)))
		no_memory(r);
}

static void on_bypass(struct reading *r, const struct attributes *a)
{
	simgrid_flat_spoil(r->flat);
	on_route(r, a);
}

static void on_zone_route(struct reading *r, const struct attributes *a)
{
	refer(r, NAME_ZONE, get(a, "src"));
	refer(r, NAME_ZONE, get(a, "dst"));
	refer(r, NAME_PLACE, get(a, "gw_src"));
	refer(r, NAME_PLACE, get(a, "gw_dst"));
	r->machine.seen.routes++;
}

static void on_link_ctn(struct reading *r, const struct attributes *a)
{
	refer(r, NAME_LINK, get(a, "id"));
	if (r->open[r->depth - 2] == E_ROUTE &&
	    !simgrid_flat_hop(r->flat, get(a, "id"), get_or(a, "direction", "NONE")))
		no_memory(r);
}

static void on_disk(struct reading *r, const struct attributes *a)
{
	bandwidth(r, "read_bw", get(a, "read_bw"));
	bandwidth(r, "write_bw", get(a, "write_bw"));
	r->machine.seen.disks++;
}

static void on_trace_connect(struct reading *r, const struct attributes *a)
{
	const char *kind = get(a, "kind");

	if (strcmp(kind, "BANDWIDTH") == 0 || strcmp(kind, "LATENCY") == 0 ||
	    strcmp(kind, "LINK_AVAIL") == 0)
		r->machine.seen.profiles++;
	else
		wrongs_add(r->wrongs, here(r), "trace_connect: %s: profiles of hosts are not "
			   "understood; give failures as events of the run instead",
			   sj_quote(kind, strlen(kind)).text);
}

/* ---- properties --------------------------------------------------------------------------- */

static void host_watts(struct reading *r, const char *list)
{
	char item[128];

	if (!simgrid_item(list, r->state, item, sizeof(item)) ||
	    !simgrid_watts(item, &r->host.idle_w, &r->host.busy_w))
		wrong_value(r, "wattage_per_state", list, "for each state IDLE:BUSY or "
			    "IDLE:EPSILON:BUSY in watts");
	else if (r->host.busy_w < r->host.idle_w || r->host.busy_w > 1e9)
		wrong_value(r, "wattage_per_state", item, "no less when busy than when idle, at most "
			    "1e9");
}

static bool is(const char *text, const char *word)
{
	return strcmp(text, word) == 0;
}

static void on_prop(struct reading *r, const struct attributes *a)
{
	const char *id = get(a, "id"), *value = get(a, "value");
	enum element in = r->open[r->depth - 2];

	if (in == E_CONFIG)
		r->machine.seen.settings++;
	else if (!r->reads_host || (in != E_HOST && in != E_CLUSTER && in != E_CABINET &&
				    in != E_PEER))
		r->machine.seen.properties++;
	else if (is(id, "wattage_per_state") || is(id, "watt_per_state"))
		host_watts(r, value);
	else if (is(id, "role") && strstr(value, "master") != NULL)
		r->master = true;
	else if (is(id, "role") && strstr(value, "storage") != NULL)
		r->storage = true;
	else if (is(id, "excluded"))
		r->excluded = is(value, "true");
	else if (!is(id, "role") && !is(id, "wattage_off") && !is(id, "watt_off") &&
		 !is(id, "sleep_pstates"))
		r->machine.seen.properties++;
}

static void end_host(struct reading *r)
{
	struct simgrid_counts *seen = &r->machine.seen;
	uint64_t *out = r->excluded ? &seen->excluded : r->storage ? &seen->storages :
			r->master ? &seen->masters : NULL;

	r->reads_host = false;
	if (out != NULL) {
		*out += r->host.count;
		free(r->host.name);
	} else if ((r->host.alone && !simgrid_flat_host(r->flat, r->host.name)) ||
		   simgrid_add(&r->machine, &r->host) != SJ_OK) {
		no_memory(r);
	}
}

/* ---- the table ------------------------------------------------------------------------------ */

/* Attributes are words: those in front of "|" must be there. */
static const struct {
	const char  *name;
	enum element element;
	const char  *attributes;
	void       (*on)(struct reading *r, const struct attributes *a);
} elements[] = {
	{ "platform", E_PLATFORM, "version |", on_platform },
	{ "zone", E_ZONE, "id | routing", on_zone },
	{ "AS", E_ZONE, "id | routing", on_zone },
	{ "host", E_HOST, "id speed | core coordinates pstate availability_file speed_file "
			  "state_file", on_host },
	{ "cluster", E_CLUSTER, "id prefix suffix radical speed bw lat | core bb_bw bb_lat "
				"bb_sharing_policy sharing_policy topology topo_parameters "
				"limiter_link loopback_bw loopback_lat router_id", on_cluster },
	{ "cabinet", E_CABINET, "id prefix suffix radical speed bw lat | limiter_link loopback_bw "
				"loopback_lat", on_cluster },
	{ "peer", E_PEER, "id speed bw_in bw_out | coordinates lat availability_file speed_file "
			  "state_file", on_peer },
	{ "link", E_LINK, "id bandwidth | latency sharing_policy bandwidth_file latency_file "
			  "state_file", on_link },
	{ "backbone", E_BACKBONE, "id bandwidth latency |", on_link },
	{ "router", E_ROUTER, "id | coordinates", on_router },
	{ "host_link", E_HOST_LINK, "id up down |", on_host_link },
	{ "route", E_ROUTE, "src dst | symmetrical", on_route },
	{ "bypassRoute", E_ROUTE, "src dst | symmetrical", on_bypass },
	{ "zoneRoute", E_ZONE_ROUTE, "src dst gw_src gw_dst | symmetrical", on_zone_route },
	{ "ASroute", E_ZONE_ROUTE, "src dst gw_src gw_dst | symmetrical", on_zone_route },
	{ "bypassZoneRoute", E_ZONE_ROUTE, "src dst gw_src gw_dst | symmetrical", on_zone_route },
	{ "bypassASroute", E_ZONE_ROUTE, "src dst gw_src gw_dst | symmetrical", on_zone_route },
	{ "link_ctn", E_LINK_CTN, "id | direction", on_link_ctn },
	{ "prop", E_PROP, "id value |", on_prop },
	{ "config", E_CONFIG, "| id", NULL },
	{ "disk", E_DISK, "id read_bw write_bw |", on_disk },
	{ "trace", E_TRACE, "id | periodicity file", NULL },
	{ "trace_connect", E_TRACE_CONNECT, "kind trace element |", on_trace_connect },
};
enum { ELEMENTS = sizeof(elements) / sizeof(elements[0]) };

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = words; (s = strstr(s, word)) != NULL; s++)
		if ((s == words || s[-1] == ' ') && (s[n] == ' ' || s[n] == '\0'))
			return true;
	return false;
}

/* true: all that must be there is, and nothing else. */
static bool check_attributes(struct reading *r, size_t e, const struct attributes *a)
{
	const char *words = elements[e].attributes;
	bool good = true;

	for (const char *const *p = a->pair; p[0] != NULL; p += 2) {
		if (has_word(words, p[0]))
			continue;
		wrongs_add(r->wrongs, here(r), "%s: no attribute \"%s\"; known are %s",
			   elements[e].name, sj_quote(p[0], strlen(p[0])).text, words);
		good = false;
	}
	while (*words != '|') {
		char word[32];
		size_t n = strcspn(words, " ");

		snprintf(word, sizeof(word), "%.*s", (int)n, words);
		if (get(a, word) == NULL) {
			wrongs_add(r->wrongs, here(r), "%s: the attribute %s is missing",
				   elements[e].name, word);
			good = false;
		}
		words += n + 1;
	}
	return good;
}

static void unknown_element(struct reading *r, const char *name)
{
	const char *names[ELEMENTS], *near;

	for (size_t i = 0; i < ELEMENTS; i++)
		names[i] = elements[i].name;
	near = wrongs_full(r->wrongs) ? NULL : sj_nearest(name, names, ELEMENTS);
	wrongs_add(r->wrongs, here(r), "the element %s is not understood%s%s%s",
		   sj_quote(name, strlen(name)).text, near != NULL ? "; did you mean " : "",
		   near != NULL ? near : "", near != NULL ? "?" : "");
}

/* What is inside an unknown element says nothing. */
static bool enter(struct reading *r, const char *name, size_t *e)
{
	if (r->unknown > 0) {
		r->unknown++;
		return false;
	}
	for (*e = 0; *e < ELEMENTS && strcmp(elements[*e].name, name) != 0; ++*e)
		;
	if (r->depth == 0 && (*e == ELEMENTS || elements[*e].element != E_PLATFORM)) {
		wrongs_add(r->wrongs, here(r), "the element %s; expected platform",
			   sj_quote(name, strlen(name)).text);
		stop(r);
		return false;
	}
	if (*e == ELEMENTS) {
		unknown_element(r, name);
		r->unknown = 1;
		return false;
	}
	if (r->depth == SIMGRID_DEPTH_MAX) {
		wrongs_add(r->wrongs, here(r), "nested more than %d deep", SIMGRID_DEPTH_MAX);
		stop(r);
		return false;
	}
	return true;
}

static void XMLCALL on_start(void *self, const XML_Char *name, const XML_Char **pairs)
{
	struct reading *r = self;
	const struct attributes a = { pairs };
	size_t e;

	if (r->stopped || !enter(r, name, &e))
		return;
	if (r->reads_host && elements[e].element != E_PROP && elements[e].element != E_DISK) {
		unknown_element(r, name);
		r->unknown = 1;
		return;
	}
	r->open[r->depth++] = elements[e].element;
	if (check_attributes(r, e, &a) && elements[e].on != NULL)
		elements[e].on(r, &a);
}

static void XMLCALL on_end(void *self, const XML_Char *name)
{
	struct reading *r = self;

	(void)name;
	if (r->stopped)
		return;
	if (r->unknown > 0) {
		r->unknown--;
		return;
	}
	switch (r->open[--r->depth]) {
	case E_HOST:
	case E_CLUSTER:
	case E_CABINET:
	case E_PEER:
		if (r->reads_host)
			end_host(r);
		return;
	default:
		return;
	}
}

static void refuse_entity(struct reading *r, const char *name)
{
	if (r->stopped)
		return;
	wrongs_add(r->wrongs, here(r), "an entity (%s): entities are not understood; write values "
		   "out", sj_quote(name, strlen(name)).text);
	stop(r);
}

static void XMLCALL on_skipped(void *self, const XML_Char *name, int is_parameter)
{
	if (!is_parameter)
		refuse_entity(self, name);
}

/* A file has no need of entities, and a few of them can stand for gigabytes. */
static void XMLCALL on_entity(void *self, const XML_Char *name, int is_parameter,
			      const XML_Char *value, int length, const XML_Char *base,
			      const XML_Char *system, const XML_Char *public,
			      const XML_Char *notation)
{
	(void)is_parameter, (void)value, (void)length, (void)base;
	(void)system, (void)public, (void)notation;
	refuse_entity(self, name);
}

/* ---- reading ---------------------------------------------------------------------------------- */

bool simgrid_sniff(const char *bytes, size_t size)
{
	size_t i = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (i < size && strchr(" \t\r\n", bytes[i]) != NULL && bytes[i] != '\0')
		i++;
	return i < size && bytes[i] == '<';
}

/* Blanks in front of <?xml are no XML, yet known files have them. */
static size_t skip_blanks(struct reading *r, const char *bytes, size_t size)
{
	size_t i = 0;

	while (i < size && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r' ||
			    bytes[i] == '\n'))
		r->lines_before += bytes[i++] == '\n';
	r->machine.seen.blank_first = i > 0 && size - i > 5 && memcmp(bytes + i, "<?xml", 5) == 0;
	return i;
}

static void read_all(struct reading *r, const char *bytes, size_t size)
{
	size_t from = skip_blanks(r, bytes, size);

	if (size > SIMGRID_BYTES_MAX) {
		wrongs_add(r->wrongs, (struct text_mark){ 1, 1 }, "the file is larger than %d MiB",
			   SIMGRID_BYTES_MAX >> 20);
		return;
	}
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetEntityDeclHandler(r->parser, on_entity);
	XML_SetSkippedEntityHandler(r->parser, on_skipped);
	if (XML_Parse(r->parser, bytes + from, (int)(size - from), XML_TRUE) == XML_STATUS_OK ||
	    r->stopped)
		return;
	if (XML_GetErrorCode(r->parser) == XML_ERROR_NO_MEMORY)
		r->no_memory = true;
	else
		wrongs_add(r->wrongs, here(r), "not XML: %s",
			   XML_ErrorString(XML_GetErrorCode(r->parser)));
	r->stopped = true;
}

int simgrid_parse(struct wrongs *wrongs, const char *bytes, size_t size, struct cluster *out,
		  sj_error *err)
{
	struct reading r = { .wrongs = wrongs, .parser = XML_ParserCreate(NULL),
			     .names = simgrid_names_create(), .flat = simgrid_flat_create() };
	int rc = SJ_ENOMEM;

	*out = (struct cluster){ .text = NULL };
	if (r.parser != NULL && r.names != NULL && r.flat != NULL) {
		read_all(&r, bytes, size);
		if (!r.stopped && !r.no_memory && wrongs_count(wrongs) == 0) {
			simgrid_names_check(r.names, wrongs);
			simgrid_machine_check(&r.machine, wrongs);
		}
		rc = r.no_memory ? SJ_ENOMEM : wrongs_count(wrongs) != 0 ?
		     wrongs_error(wrongs, err) : simgrid_build(&r.machine, r.flat, out);
	}
	if (r.reads_host)
		free(r.host.name);
	if (rc == SJ_ENOMEM)
		sj_fail(err, SJ_ENOMEM, "no memory for a machine");
	if (rc != SJ_OK)
		cluster_fini(out);
	simgrid_machine_fini(&r.machine);
	simgrid_names_free(r.names);
	simgrid_flat_free(r.flat);
	if (r.parser != NULL)
		XML_ParserFree(r.parser);
	return rc;
}
