/* SPDX-License-Identifier: GPL-3.0-or-later */
/* platform_keys.c - the tables of keys, and how single values are read. */
#include "config/platform_keys.h"

#include <stdlib.h>
#include <string.h>

#include "config/cluster.h"
#include "config/timelaw.h"
#include "config/topology_text.h"
#include "config/watts.h"
#include "sojourn/param.h"
#include "units.h"

#define BYTES_MAX 1152921504606846976.0 /* 1024^6: sums stay below 2^63 */

static int read_speed(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	static const struct { const char *name; double factor; } units[] = {
		{ "MFLOP/s", 1e6 }, { "GFLOP/s", 1e9 }, { "TFLOP/s", 1e12 },
	};
	struct speed *s = field;
	size_t n = strcspn(v->text, " MGTkFf");
	const char *unit = v->text + n + strspn(v->text + n, " ");
	char number[64] = "";
	int rc;

	s->wrong = true;
	if (n < sizeof(number))
		memcpy(number, v->text, n);
	rc = sj_parse_double(what, number, &s->v, err);
	if (rc != SJ_OK || n >= sizeof(number))
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not a speed; expected a number "
			       "relative to the reference, or one with its unit as in 32GFLOP/s",
			       what, sj_quote(v->text, strlen(v->text)).text);
	if (*unit == '\0' && !v->quoted) {
		s->wrong = false;
		return SJ_OK;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) == 0) {
			s->v *= units[i].factor;
			s->flops = true;
			s->wrong = false;
			return SJ_OK;
		}
	}
	return sj_fail(err, SJ_EUSAGE, "%s: \"%s\": expected a number without quotes, or a unit: "
		       "MFLOP/s GFLOP/s TFLOP/s", what, sj_quote(v->text, strlen(v->text)).text);
}

static int read_watts(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	return watts_parse(what, v->text, &((struct watts_file *)field)->v, err);
}

/* Checks the law and keeps its text. */
static int read_law(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	sj_law *law = NULL;
	char *text = NULL;
	int rc = timelaw_create(what, v->text, &law, &text, err);

	if (rc != SJ_OK)
		return rc;
	sj_law_free(law);
	free(text);
	((struct yaml_text *)field)->v = v->text;
	return SJ_OK;
}

static int read_topology(const char *what, const struct yaml_value *v, void *field,
			 sj_error *err)
{
	sj_topology_spec spec;

	((struct yaml_text *)field)->v = v->text;
	return topology_parse(what, v->text, &spec, err);
}

static int read_ratio(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	double ratio;
	int rc = sj_parse_double(what, v->text, &ratio, err);

	((struct yaml_text *)field)->v = v->text;
	if (rc == SJ_OK && !(ratio >= 1 && ratio <= 1e6))
		return sj_fail(err, SJ_EUSAGE, "%s: %s; expected 1 to 1000000", what, v->text);
	return rc;
}

static int read_duplex(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	((struct yaml_text *)field)->v = v->text;
	return strcmp(v->text, "full") == 0 || strcmp(v->text, "half") == 0 ? SJ_OK :
	       sj_fail(err, SJ_EUSAGE, "%s: \"%.40s\"; expected full or half", what, v->text);
}

/* Of a topology. */
static int read_sharing(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	((struct yaml_text *)field)->v = v->text;
	return strcmp(v->text, "full") == 0 || strcmp(v->text, "half") == 0 ||
	       strcmp(v->text, "fatpipe") == 0 ? SJ_OK :
	       sj_fail(err, SJ_EUSAGE, "%s: \"%.40s\"; expected full, half or fatpipe", what,
		       v->text);
}

static int read_routing(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	((struct yaml_text *)field)->v = v->text;
	return strcmp(v->text, "hops") == 0 || strcmp(v->text, "latency") == 0 ? SJ_OK :
	       sj_fail(err, SJ_EUSAGE, "%s: \"%.40s\"; expected hops or latency", what, v->text);
}

static int read_yes(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	((struct yaml_text *)field)->v = v->text;
	return strcmp(v->text, "yes") == 0 || strcmp(v->text, "no") == 0 ? SJ_OK :
	       sj_fail(err, SJ_EUSAGE, "%s: \"%.40s\"; expected yes or no", what, v->text);
}

/* "30%", or a rate. */
static int read_load(const char *what, const struct yaml_value *v, void *field, sj_error *err)
{
	struct load *l = field;
	size_t n = strlen(v->text);
	char number[32] = "";
	double percent;

	if (n == 0 || v->text[n - 1] != '%')
		return sj_parse_rate(what, v->text, &l->bytes_per_s, err);
	if (n < sizeof(number))
		memcpy(number, v->text, n - 1);
	if (sj_parse_double(what, number, &percent, err) != SJ_OK || !(percent > 0 && percent <= 100))
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\"; expected a rate, or above 0%% to 100%%",
			       what, sj_quote(v->text, n).text);
	l->percent = percent;
	return SJ_OK;
}

#define AT(of, member) .offset = offsetof(struct of, member)

static void take_racks(struct yaml_tree *t, const struct yaml_value *v, void *object)
{
	static const struct yaml_key names = {
		.name = "racks", .type = YAML_WORDS, AT(type_file, racks.names),
	};
	static const struct yaml_key count = {
		.name = "racks", .type = YAML_INT, AT(type_file, racks.count),
		.min = 1, .max = PLATFORM_RACKS_MAX,
	};

	if (v->kind == YAML_MAP)
		yaml_bind_wrong(t, v, "racks", "a number of racks or a list of their names");
	else
		yaml_bind_value(t, v, v->kind == YAML_LIST ? &names : &count, object);
}

/* ---- the square of slowdowns ------------------------------------------------------ */

static void take_row(struct yaml_tree *t, const struct yaml_value *row, uint32_t kinds,
		     double *factor)
{
	static const struct yaml_key key = {
		.name = "slowdown", .type = YAML_NUMBER, .min = 1e-6, .max = 1e6,
	};

	if (row->kind != YAML_LIST) {
		yaml_bind_wrong(t, row, "slowdown", "a list of numbers");
		return;
	}
	if (row->count != kinds) {
		yaml_tree_wrong(t, row->at, "slowdown: %u numbers in a row of %u rows; expected a "
				"square", row->count, kinds);
		return;
	}
	for (const struct yaml_value *v = row->first; v != NULL; v = v->next) {
		struct yaml_number n = { .v = 1 };

		yaml_bind_value(t, v, &key, &n);
		*factor++ = n.v;
	}
}

static void take_slowdown(struct yaml_tree *t, const struct yaml_value *v, void *object)
{
	struct slowdown_file *s = &((struct interference_file *)object)->slowdown;
	double *factor;

	if (v->kind != YAML_LIST) {
		yaml_bind_wrong(t, v, "slowdown", "a list of rows, each a list of numbers");
		return;
	}
	if (v->count == 0 || v->count > PLATFORM_KINDS_MAX) {
		yaml_tree_wrong(t, v->at, "slowdown: %u rows; expected 1 to %d", v->count,
				PLATFORM_KINDS_MAX);
		return;
	}
	factor = yaml_tree_take(t, (size_t)v->count * v->count * sizeof(*factor));
	if (factor == NULL)
		return;
	s->kinds = v->count;
	s->factor = factor;
	for (const struct yaml_value *row = v->first; row != NULL; row = row->next) {
		take_row(t, row, s->kinds, factor);
		factor += s->kinds;
	}
}

/* ---- keys -------------------------------------------------------------------------- */

static const struct yaml_key power_keys[] = {
	{ .name = "idle", .type = YAML_READ, AT(power_file, idle), .read = read_watts,
	  .must = true, .help = "power when nothing runs, as in 90W" },
	{ .name = "busy", .type = YAML_READ, AT(power_file, busy), .read = read_watts,
	  .must = true, .help = "power when all is busy, as in 300W" },
	{ .name = NULL },
};

static const struct yaml_key gpu_keys[] = {
	{ .name = "count", .type = YAML_INT, AT(gpus_file, count), .must = true, .min = 1,
	  .max = SJ_NODE_GPUS_MAX, .help = "GPUs of a node" },
	{ .name = "model", .type = YAML_WORD, AT(gpus_file, model) },
	{ .name = "memory", .type = YAML_BYTES, AT(gpus_file, memory), .min = 1,
	  .max = BYTES_MAX },
	{ .name = "speed", .type = YAML_READ, AT(gpus_file, speed), .read = read_speed },
	{ .name = "shares", .type = YAML_INT, AT(gpus_file, shares), .min = 1, .max = 1000 },
	{ .name = "power", .type = YAML_ONE, AT(gpus_file, power), .inner = power_keys },
	{ .name = NULL },
};

static const struct yaml_key nic_keys[] = {
	{ .name = "bandwidth", .type = YAML_RATE, AT(nic_file, bandwidth), .must = true,
	  .min = 1, .max = BYTES_MAX, .help = "of the link to the network, as in 25Gbit/s" },
	{ .name = "latency", .type = YAML_TIME, AT(nic_file, latency), .min = 0, .max = 3600 },
	{ .name = NULL },
};

static const struct yaml_key links_keys[] = {
	{ .name = "pcie", .type = YAML_RATE, AT(links_file, pcie), .min = 1, .max = BYTES_MAX },
	{ .name = "nvlink", .type = YAML_RATE, AT(links_file, nvlink), .min = 1,
	  .max = BYTES_MAX },
	{ .name = "pcie_latency", .type = YAML_TIME, AT(links_file, pcie_latency), .min = 0,
	  .max = 3600 },
	{ .name = "nvlink_latency", .type = YAML_TIME, AT(links_file, nvlink_latency), .min = 0,
	  .max = 3600 },
	{ .name = NULL },
};

static const struct yaml_key failures_keys[] = {
	{ .name = "mtbf", .type = YAML_READ, AT(failures_file, mtbf), .read = read_law,
	  .must = true, .help = "time a node stays up, as in 30d or weibull:shape=0.7,scale=20d" },
	{ .name = "mttr", .type = YAML_READ, AT(failures_file, mttr), .read = read_law,
	  .must = true, .help = "time until it is back, as in 4h" },
	{ .name = NULL },
};

static const struct yaml_key type_keys[] = {
	{ .name = "type", .type = YAML_WORD, AT(type_file, type), .must = true,
	  .help = "name of this type of node" },
	{ .name = "count", .type = YAML_INT, AT(type_file, count), .must = true, .min = 1,
	  .max = CLUSTER_NODES_MAX, .help = "nodes of this type" },
	{ .name = "cores", .type = YAML_INT, AT(type_file, cores), .must = true, .min = 1,
	  .max = 1e6, .help = "cores of a node" },
	{ .name = "speed", .type = YAML_READ, AT(type_file, speed), .read = read_speed },
	{ .name = "memory", .type = YAML_BYTES, AT(type_file, memory), .min = 1,
	  .max = BYTES_MAX },
	{ .name = "gpus", .type = YAML_ONE, AT(type_file, gpus), .inner = gpu_keys },
	{ .name = "nic", .type = YAML_ONE, AT(type_file, nic), .inner = nic_keys },
	{ .name = "links", .type = YAML_ONE, AT(type_file, links), .inner = links_keys },
	{ .name = "racks", .type = YAML_TAKE, AT(type_file, racks), .take = take_racks },
	{ .name = "site", .type = YAML_WORD, AT(type_file, site) },
	{ .name = "power", .type = YAML_ONE, AT(type_file, power), .inner = power_keys },
	{ .name = "failures", .type = YAML_ONE, AT(type_file, failures),
	  .inner = failures_keys },
	{ .name = NULL },
};

static const struct yaml_key interference_keys[] = {
	{ .name = "scope", .type = YAML_WORD, AT(interference_file, scope) },
	{ .name = "slowdown", .type = YAML_TAKE, AT(interference_file, slowdown),
	  .take = take_slowdown, .must = true,
	  .help = "rows of factors: how much longer a task of the row's app takes beside one of "
		  "the column's" },
	{ .name = NULL },
};

static const struct yaml_key storage_keys[] = {
	{ .name = "name", .type = YAML_WORD, AT(storage_file, name), .must = true,
	  .help = "of the storage" },
	{ .name = "site", .type = YAML_WORD, AT(storage_file, site) },
	{ .name = "bandwidth", .type = YAML_RATE, AT(storage_file, bandwidth), .min = 1,
	  .max = BYTES_MAX },
	{ .name = "latency", .type = YAML_TIME, AT(storage_file, latency), .min = 0,
	  .max = 3600 },
	{ .name = "disk", .type = YAML_RATE, AT(storage_file, disk), .min = 1,
	  .max = BYTES_MAX },
	{ .name = "read", .type = YAML_RATE, AT(storage_file, read), .min = 1,
	  .max = BYTES_MAX },
	{ .name = "write", .type = YAML_RATE, AT(storage_file, write), .min = 1,
	  .max = BYTES_MAX },
	{ .name = NULL },
};

#define CABLE_KEYS \
	{ .name = "bandwidth", .type = YAML_RATE, AT(cable_file, bandwidth), .must = true, \
	  .min = 1, .max = BYTES_MAX, .help = "as in 10Gbit/s" }, \
	{ .name = "latency", .type = YAML_TIME, AT(cable_file, latency), .min = 0, \
	  .max = 3600 }, \
	{ .name = "duplex", .type = YAML_READ, AT(cable_file, duplex), .read = read_duplex }, \
	{ .name = NULL }

static const struct yaml_key mesh_keys[] = { CABLE_KEYS };

static const struct yaml_key cable_keys[] = {
	{ .name = "name", .type = YAML_WORD, AT(cable_file, name) },
	{ .name = "between", .type = YAML_WORDS, AT(cable_file, between), .must = true,
	  .help = "its two ends, as in [a, b]" },
	CABLE_KEYS,
};

static const struct yaml_key fault_keys[] = {
	{ .name = "links", .type = YAML_WORD, AT(fault_file, links), .must = true,
	  .help = "names of links, with * for any letters" },
	{ .name = "mtbf", .type = YAML_READ, AT(fault_file, mtbf), .read = read_law,
	  .must = true, .help = "time a link stays up, as in 30d or weibull:shape=0.7,scale=20d" },
	{ .name = "mttr", .type = YAML_READ, AT(fault_file, mttr), .read = read_law,
	  .must = true, .help = "time until it is back, as in 4h" },
	{ .name = NULL },
};

static const struct yaml_key background_keys[] = {
	{ .name = "links", .type = YAML_WORD, AT(background_file, links), .must = true,
	  .help = "names of links, with * for any letters" },
	{ .name = "load", .type = YAML_READ, AT(background_file, load), .read = read_load,
	  .must = true, .help = "what it takes, as in 30% or 2Gbit/s" },
	{ .name = "on", .type = YAML_READ, AT(background_file, on), .read = read_law },
	{ .name = "off", .type = YAML_READ, AT(background_file, off), .read = read_law },
	{ .name = NULL },
};

static const struct yaml_key link_keys[] = {
	{ .name = "name", .type = YAML_WORD, AT(cable_file, name), .must = true,
	  .help = "of the link" },
	{ .name = "between", .type = YAML_WORDS, AT(cable_file, between) },
	CABLE_KEYS,
};

static const struct yaml_key route_keys[] = {
	{ .name = "from", .type = YAML_WORD, AT(route_file, from), .must = true,
	  .help = "node or storage" },
	{ .name = "to", .type = YAML_WORD, AT(route_file, to), .must = true,
	  .help = "node or storage" },
	{ .name = "via", .type = YAML_WORDS, AT(route_file, via), .must = true,
	  .help = "names of links, in order" },
	{ .name = "symmetric", .type = YAML_READ, AT(route_file, symmetric), .read = read_yes },
	{ .name = NULL },
};

static void take_wan(struct yaml_tree *t, const struct yaml_value *v, void *object)
{
	static const struct yaml_key cables = {
		.name = "wan", .type = YAML_MANY, AT(network_file, wan.cables),
		.inner = cable_keys, .size = sizeof(struct cable_file),
	};
	static const struct yaml_key mesh = {
		.name = "wan", .type = YAML_ONE, AT(network_file, wan.mesh), .inner = mesh_keys,
	};

	if (v->kind == YAML_TEXT)
		yaml_bind_wrong(t, v, "wan", "a list of links between sites, or a mapping with "
				"bandwidth and latency for one between every two");
	else
		yaml_bind_value(t, v, v->kind == YAML_LIST ? &cables : &mesh, object);
}

#define TOPOLOGY_KEYS \
	{ .name = "topology", .type = YAML_READ, AT(network_file, topology), \
	  .read = read_topology, .must = true, .help = TOPOLOGY_NOTATION }, \
	{ .name = "oversubscription", .type = YAML_READ, AT(network_file, oversubscription), \
	  .read = read_ratio }, \
	{ .name = "bandwidth", .type = YAML_RATE, AT(network_file, bandwidth), .min = 1, \
	  .max = BYTES_MAX }, \
	{ .name = "latency", .type = YAML_TIME, AT(network_file, latency), .min = 0, \
	  .max = 3600 }, \
	{ .name = "duplex", .type = YAML_READ, AT(network_file, duplex), .read = read_sharing }, \
	{ .name = "backbone", .type = YAML_RATE, AT(network_file, backbone), .min = 1, \
	  .max = BYTES_MAX }, \
	{ .name = "backbone_latency", .type = YAML_TIME, AT(network_file, backbone_latency), \
	  .min = 0, .max = 3600 }

static const struct yaml_key site_keys[] = {
	TOPOLOGY_KEYS,
	{ .name = "site", .type = YAML_WORD, AT(network_file, site), .must = true,
	  .help = "whose topology this is" },
	{ .name = NULL },
};

static const struct yaml_key network_keys[] = {
	TOPOLOGY_KEYS,
	{ .name = "storage", .type = YAML_MANY, AT(network_file, storage), .inner = storage_keys,
	  .size = sizeof(struct storage_file) },
	{ .name = "wan", .type = YAML_TAKE, AT(network_file, wan), .take = take_wan },
	{ .name = "sites", .type = YAML_MANY, AT(network_file, sites), .inner = site_keys,
	  .size = sizeof(struct network_file) },
	{ .name = "switches", .type = YAML_WORDS, AT(network_file, switches) },
	{ .name = "links", .type = YAML_MANY, AT(network_file, links), .inner = link_keys,
	  .size = sizeof(struct cable_file) },
	{ .name = "routes", .type = YAML_MANY, AT(network_file, routes), .inner = route_keys,
	  .size = sizeof(struct route_file) },
	{ .name = "reroute", .type = YAML_READ, AT(network_file, reroute), .read = read_yes },
	{ .name = "failures", .type = YAML_MANY, AT(network_file, failures), .inner = fault_keys,
	  .size = sizeof(struct fault_file) },
	{ .name = "background", .type = YAML_MANY, AT(network_file, background),
	  .inner = background_keys, .size = sizeof(struct background_file) },
	{ .name = "routing", .type = YAML_READ, AT(network_file, routing), .read = read_routing },
	{ .name = NULL },
};

const struct yaml_key platform_keys[] = {
	{ .name = "nodes", .type = YAML_MANY, AT(file, nodes), .inner = type_keys,
	  .size = sizeof(struct type_file) },
	{ .name = "procs", .type = YAML_INT, AT(file, procs), .min = 1,
	  .max = CLUSTER_PROCS_MAX },
	{ .name = "gpu_models", .type = YAML_WORDS, AT(file, gpu_models) },
	{ .name = "reference", .type = YAML_READ, AT(file, reference), .read = read_speed },
	{ .name = "gpu_reference", .type = YAML_READ, AT(file, gpu_reference),
	  .read = read_speed },
	{ .name = "racks", .type = YAML_WORDS, AT(file, racks) },
	{ .name = "sites", .type = YAML_WORDS, AT(file, sites) },
	{ .name = "interference", .type = YAML_ONE, AT(file, interference),
	  .inner = interference_keys },
	{ .name = "network", .type = YAML_ONE, AT(file, network), .inner = network_keys },
	{ .name = NULL },
};
