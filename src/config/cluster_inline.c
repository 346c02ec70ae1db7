/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cluster_inline.c - the inline notation of a machine, through the parameter tables
 * that policies use: same units, same range checks, same suggestions.
 */
#include "config/cluster_inline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/timelaw.h"
#include "config/topology_text.h"
#include "config/watts.h"
#include "sojourn/param.h"

struct fields {
	int64_t     procs, nodes, cores, gpus, gpu_shares, racks;
	const char *gpu;
	uint64_t    mem_bytes, gpu_mem_bytes, bw, pcie, nvlink;
	sj_time     lat_ns;
	double      speed, gpu_speed;
	const char *idle, *busy, *gpu_idle, *gpu_busy; /* power; "": not stated */
	const char *mtbf, *mttr;
	const char *topology; /* "": no network */
	double      oversubscription;
	uint64_t    switch_bw;
	sj_time     pcie_lat_ns, nvlink_lat_ns;
	uint64_t    storage_bw, storage_disk, backbone;
	sj_time     backbone_lat_ns;
	sj_time     storage_lat_ns;
	sj_time     switch_lat_ns;
	int         duplex;
};

#define STORAGE_NAME "storage" /* of the only one */

static const char *const duplexes[] = { "full", "half", "fatpipe", NULL };

#define BYTES_MAX 1152921504606846976.0
#define AT(member) .offset = offsetof(struct fields, member)
static const sj_param cluster_params[] = {
	{ .name = "procs", .type = SJ_P_INT, AT(procs), .def = "0", .min = 0,
	  .max = CLUSTER_PROCS_MAX, .unit = "processors",
	  .help = "One pool of identical processors without node boundaries." },
	{ .name = "nodes", .type = SJ_P_INT, AT(nodes), .def = "0", .min = 0,
	  .max = CLUSTER_NODES_MAX, .unit = "nodes", .help = "Identical nodes." },
	{ .name = "cores", .type = SJ_P_INT, AT(cores), .def = "1", .min = 1,
	  .max = 1e6, .unit = "cores", .help = "Cores of a node." },
	{ .name = "gpus", .type = SJ_P_INT, AT(gpus), .def = "0", .min = 0,
	  .max = SJ_NODE_GPUS_MAX, .unit = "GPUs", .help = "GPUs of a node." },
	{ .name = "gpu", .type = SJ_P_STRING, AT(gpu), .def = "",
	  .help = "Model of the GPUs." },
	{ .name = "mem", .type = SJ_P_BYTES, AT(mem_bytes), .def = "0B", .min = 0,
	  .max = BYTES_MAX, .help = "Memory of a node; 0B is not modelled." },
	{ .name = "speed", .type = SJ_P_DOUBLE, AT(speed), .def = "1", .min = 1e-6,
	  .max = 1e6, .help = "Speed of a core relative to the reference." },
	{ .name = "gpu_mem", .type = SJ_P_BYTES, AT(gpu_mem_bytes), .def = "0B", .min = 0,
	  .max = BYTES_MAX, .help = "Memory of a GPU." },
	{ .name = "gpu_speed", .type = SJ_P_DOUBLE, AT(gpu_speed), .def = "1", .min = 1e-6,
	  .max = 1e6, .help = "Speed of a GPU relative to the reference." },
	{ .name = "gpu_shares", .type = SJ_P_INT, AT(gpu_shares), .def = "1000", .min = 1,
	  .max = 1000, .help = "Equal parts of a GPU that can be given away." },
	{ .name = "bw", .type = SJ_P_RATE, AT(bw), .def = "0B/s", .min = 0, .max = BYTES_MAX,
	  .help = "Bandwidth of a node's link to the network." },
	{ .name = "lat", .type = SJ_P_TIME, AT(lat_ns), .def = "0s", .min = 0, .max = 3600,
	  .help = "Latency of that link." },
	{ .name = "pcie", .type = SJ_P_RATE, AT(pcie), .def = "0B/s", .min = 0,
	  .max = BYTES_MAX, .help = "Bandwidth between a node and one of its GPUs." },
	{ .name = "nvlink", .type = SJ_P_RATE, AT(nvlink), .def = "0B/s", .min = 0,
	  .max = BYTES_MAX, .help = "Bandwidth between two GPUs of a node." },
	{ .name = "pcie_lat", .type = SJ_P_TIME, AT(pcie_lat_ns), .def = "0s", .min = 0,
	  .max = 3600, .help = "Latency of PCIe." },
	{ .name = "nvlink_lat", .type = SJ_P_TIME, AT(nvlink_lat_ns), .def = "0s", .min = 0,
	  .max = 3600, .help = "Latency of NVLink." },
	{ .name = "racks", .type = SJ_P_INT, AT(racks), .def = "0", .min = 0, .max = 100000,
	  .unit = "racks", .help = "Racks over which the nodes are spread." },
	{ .name = "idle", .type = SJ_P_STRING, AT(idle), .def = "",
	  .help = "Power of a node when nothing runs." },
	{ .name = "busy", .type = SJ_P_STRING, AT(busy), .def = "",
	  .help = "Power of a node when all cores are busy." },
	{ .name = "gpu_idle", .type = SJ_P_STRING, AT(gpu_idle), .def = "",
	  .help = "Power of an idle GPU." },
	{ .name = "gpu_busy", .type = SJ_P_STRING, AT(gpu_busy), .def = "",
	  .help = "Power of a busy GPU." },
	{ .name = "mtbf", .type = SJ_P_STRING, AT(mtbf), .def = "",
	  .help = "Law of the time that a node stays up." },
	{ .name = "mttr", .type = SJ_P_STRING, AT(mttr), .def = "",
	  .help = "Law of the time until it is back." },
	{ .name = "topology", .type = SJ_P_STRING, AT(topology), .def = "",
	  .help = "The network between nodes: " TOPOLOGY_NOTATION "." },
	{ .name = "oversubscription", .type = SJ_P_DOUBLE, AT(oversubscription), .def = "1",
	  .min = 1, .max = 1e6,
	  .help = "tree: what its children can send over the uplink of a switch." },
	{ .name = "switch_bw", .type = SJ_P_RATE, AT(switch_bw), .def = "0B/s", .min = 0,
	  .max = BYTES_MAX, .help = "Bandwidth between switches; 0B/s: by the rule of the "
				    "topology." },
	{ .name = "switch_lat", .type = SJ_P_TIME, AT(switch_lat_ns), .def = "0s", .min = 0,
	  .max = 3600, .help = "Latency of a link between switches." },
	{ .name = "duplex", .type = SJ_P_ENUM, AT(duplex), .def = "full", .choices = duplexes,
	  .help = "full: each direction has its own bandwidth; half: they share it; "
		  "fatpipe: transfers do not slow each other." },
	{ .name = "backbone", .type = SJ_P_RATE, AT(backbone), .def = "0B/s", .min = 0,
	  .max = BYTES_MAX, .help = "star: a link that all traffic crosses; 0B/s: none." },
	{ .name = "backbone_lat", .type = SJ_P_TIME, AT(backbone_lat_ns), .def = "0s", .min = 0,
	  .max = 3600, .help = "Latency of the backbone." },
	{ .name = "storage_bw", .type = SJ_P_RATE, AT(storage_bw), .def = "0B/s", .min = 0,
	  .max = BYTES_MAX, .help = "A shared storage: bandwidth of its link to the network." },
	{ .name = "storage_lat", .type = SJ_P_TIME, AT(storage_lat_ns), .def = "0s", .min = 0,
	  .max = 3600, .help = "Latency of that link." },
	{ .name = "storage_disk", .type = SJ_P_RATE, AT(storage_disk), .def = "0B/s", .min = 0,
	  .max = BYTES_MAX, .help = "What reads and writes of its disk share; 0B/s: no limit." },
	{ .name = NULL },
};

/* ---- what must hold between the keys --------------------------------------------- */

/* Does anything but `procs` differ from its default? */
static bool describes_nodes(const struct fields *f)
{
	struct fields rest = *f;

	rest.procs = 0;
	return sj_params_canonical("", cluster_params, &rest, NULL, 0) > 0;
}

static int check_pool(const char *text, const struct fields *f, sj_error *err)
{
	if (f->procs != 0 && f->nodes != 0)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": procs (one pool) and nodes "
			       "exclude each other", text);
	if (f->procs == 0 && f->nodes == 0)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\" has no processors; "
			       "expected %s", text, CLUSTER_NOTATION);
	if (f->nodes == 0 && describes_nodes(f))
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": all but procs describes a node; "
			       "give nodes=N instead of procs=N", text);
	return SJ_OK;
}

static int check_gpus(const char *text, const struct fields *f, sj_error *err)
{
	if (f->gpu[0] != '\0' && f->gpus == 0)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": gpu=%s names a model, but "
			       "gpus=N is missing", text, f->gpu);
	if (f->gpus == 0 && (f->gpu_mem_bytes != 0 || f->gpu_speed != 1 ||
			     f->gpu_shares != 1000 || f->nvlink != 0 || f->gpu_idle[0] != '\0' ||
			     f->gpu_busy[0] != '\0'))
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": GPUs are described, but gpus=N is "
			       "missing", text);
	if (1000 % f->gpu_shares != 0)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": gpu_shares: %lld; expected a "
			       "divisor of 1000", text, (long long)f->gpu_shares);
	return SJ_OK;
}

static int check_latencies(const char *text, const struct fields *f, sj_error *err)
{
	const struct { const char *key, *of; bool lonely; } pair[] = {
		{ "lat", "bw", f->lat_ns != 0 && f->bw == 0 },
		{ "pcie_lat", "pcie", f->pcie_lat_ns != 0 && f->pcie == 0 },
		{ "nvlink_lat", "nvlink", f->nvlink_lat_ns != 0 && f->nvlink == 0 },
		{ "backbone_lat", "backbone", f->backbone_lat_ns != 0 && f->backbone == 0 },
		{ "storage_lat", "storage_bw", f->storage_lat_ns != 0 && f->storage_bw == 0 },
		{ "storage_disk", "storage_bw", f->storage_disk != 0 && f->storage_bw == 0 },
	};

	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++)
		if (pair[i].lonely)
			return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": %s is that of the link whose "
				       "bandwidth %s=RATE is missing", text, pair[i].key, pair[i].of);
	return SJ_OK;
}

static int check(const char *text, const struct fields *f, sj_error *err)
{
	int rc = check_pool(text, f, err);

	if (rc == SJ_OK)
		rc = check_gpus(text, f, err);
	if (rc != SJ_OK)
		return rc;
	if ((double)f->nodes * (double)f->cores > CLUSTER_PROCS_MAX)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": %lld nodes of %lld cores are "
			       "more than %d processors", text, (long long)f->nodes,
			       (long long)f->cores, CLUSTER_PROCS_MAX);
	if (f->racks > f->nodes)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": racks: %lld for %lld nodes; expected "
			       "at most one a node", text, (long long)f->racks, (long long)f->nodes);
	if (f->topology[0] == '\0' && (f->oversubscription != 1 || f->switch_bw != 0 ||
					f->switch_lat_ns != 0 || f->duplex != 0 ||
					f->storage_bw != 0 || f->backbone != 0))
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": a network is described, but "
			       "topology=KIND is missing", text);
	if (f->topology[0] != '\0' && f->bw == 0)
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": topology: the bandwidth of the "
			       "nodes, bw=RATE, is missing", text);
	return check_latencies(text, f, err);
}

/* ---- from fields to a machine ----------------------------------------------------- */

/* Both or none. */
static int power(const char *text, const char *key, const char *const value[2], double to[2],
		 sj_error *err)
{
	char what[32];
	int rc = SJ_OK;

	if (value[0][0] == '\0' && value[1][0] == '\0')
		return SJ_OK;
	if (value[0][0] == '\0' || value[1][0] == '\0')
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": %sidle and %sbusy go together", text,
			       key, key);
	for (int i = 0; i < 2 && rc == SJ_OK; i++) {
		snprintf(what, sizeof(what), "cluster: %s%s", key, i == 0 ? "idle" : "busy");
		rc = watts_parse(what, value[i], &to[i], err);
	}
	if (rc == SJ_OK && to[1] < to[0])
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": %sbusy: less than idle", text, key);
	return rc;
}

static int set_power(const char *text, const struct fields *f, sj_node_type *s, sj_error *err)
{
	double node[2] = { 0 }, gpu[2] = { 0 };
	int rc = power(text, "", (const char *const[2]){ f->idle, f->busy }, node, err);

	if (rc == SJ_OK)
		rc = power(text, "gpu_", (const char *const[2]){ f->gpu_idle, f->gpu_busy }, gpu,
			   err);
	s->idle_w = node[0];
	s->busy_w = node[1];
	s->gpu_idle_w = gpu[0];
	s->gpu_busy_w = gpu[1];
	return rc;
}

static int set_failures(const char *text, const struct fields *f, struct node_type *t,
			sj_error *err)
{
	int rc;

	if (f->mtbf[0] == '\0' && f->mttr[0] == '\0')
		return SJ_OK;
	if (f->mtbf[0] == '\0' || f->mttr[0] == '\0')
		return sj_fail(err, SJ_EUSAGE, "cluster \"%s\": mtbf and mttr go together", text);
	rc = timelaw_create("cluster: mtbf", f->mtbf, &t->mtbf, &t->mtbf_text, err);
	if (rc == SJ_OK)
		rc = timelaw_create("cluster: mttr", f->mttr, &t->mttr, &t->mttr_text, err);
	t->spec.mtbf = t->mtbf;
	t->spec.mttr = t->mttr;
	return rc;
}

/* The one storage that the notation can state. */
static int set_storage(const struct fields *f, sj_fabric_spec *n)
{
	sj_storage_spec *s;

	if (f->storage_bw == 0)
		return SJ_OK;
	n->storage = s = calloc(1, sizeof(*s));
	if (s == NULL)
		return SJ_ENOMEM;
	*s = (sj_storage_spec){ .name = strdup(STORAGE_NAME), .bytes_per_s = (double)f->storage_bw,
				.latency_ns = f->storage_lat_ns,
				.disk_bytes_per_s = (double)f->storage_disk };
	n->storage_count = 1;
	return s->name != NULL ? SJ_OK : SJ_ENOMEM;
}

static int set_network(const struct fields *f, struct cluster *c, sj_error *err)
{
	sj_topology_spec *s;
	int rc;

	if (f->topology[0] == '\0')
		return SJ_OK;
	c->network = calloc(1, sizeof(*c->network));
	if (c->network == NULL)
		return SJ_ENOMEM;
	s = &c->network->topology;
	rc = topology_parse("cluster: topology", f->topology, s, err);
	if (rc == SJ_OK && s->kind == SJ_TOPOLOGY_LINKS)
		return sj_fail(err, SJ_EUSAGE, "cluster: topology: links of one's own are stated in a "
			       "cluster file");
	s->oversubscription = f->oversubscription;
	s->bytes_per_s = (double)f->switch_bw;
	s->latency_ns = f->switch_lat_ns;
	s->half_duplex = f->duplex == 1;
	s->unshared = f->duplex == 2;
	s->backbone_bytes_per_s = (double)f->backbone;
	s->backbone_latency_ns = f->backbone_lat_ns;
	if (rc == SJ_OK && sj_topology_check(s, (uint32_t)f->nodes, err) != SJ_OK) {
		if (err != NULL)
			err->code = SJ_EUSAGE;
		rc = SJ_EUSAGE;
	}
	return rc == SJ_OK ? set_storage(f, c->network) : rc;
}

static int add_names(const struct fields *f, struct cluster *c)
{
	c->types->name = strdup("node");
	c->gpu_names = calloc(1, sizeof(*c->gpu_names));
	c->site_names = calloc(1, sizeof(*c->site_names));
	c->rack_names = calloc((size_t)f->racks + 1, sizeof(*c->rack_names));
	if (c->types->name == NULL || c->gpu_names == NULL || c->rack_names == NULL ||
	    c->site_names == NULL)
		return SJ_ENOMEM;
	c->rack_count = (uint32_t)f->racks;
	if (f->gpu[0] == '\0')
		return SJ_OK;
	c->gpu_names[0] = strdup(f->gpu);
	c->gpu_count = c->gpu_names[0] != NULL;
	return c->gpu_count == 1 ? SJ_OK : SJ_ENOMEM;
}

static int build(const char *text, const struct fields *f, struct cluster *out, sj_error *err)
{
	int rc;

	*out = (struct cluster){ .model.procs = (uint32_t)f->procs };
	if (f->nodes == 0)
		return cluster_complete(out);
	out->types = calloc(1, sizeof(*out->types));
	if (out->types == NULL)
		return SJ_ENOMEM;
	out->type_count = 1;
	out->types->spec = (sj_node_type){
		.count = (uint32_t)f->nodes,
		.cores = (uint32_t)f->cores,
		.gpus = (uint32_t)f->gpus,
		.gpu_model = f->gpu[0] != '\0',
		.gpu_grain = 1000 / (uint32_t)f->gpu_shares,
		.racks = (uint32_t)f->racks,
		.mem_bytes = f->mem_bytes,
		.gpu_mem_bytes = f->gpu_mem_bytes,
		.speed = f->speed,
		.gpu_speed = f->gpu_speed,
		.nic_bytes_per_s = f->bw,
		.nic_latency_ns = f->lat_ns,
		.pcie_bytes_per_s = f->pcie,
		.nvlink_bytes_per_s = f->nvlink,
		.pcie_latency_ns = f->pcie_lat_ns,
		.nvlink_latency_ns = f->nvlink_lat_ns,
	};
	rc = add_names(f, out);
	if (rc == SJ_OK)
		rc = set_power(text, f, &out->types->spec, err);
	if (rc == SJ_OK)
		rc = set_failures(text, f, out->types, err);
	if (rc == SJ_OK)
		rc = set_network(f, out, err);
	return rc == SJ_OK ? cluster_complete(out) : rc;
}

/* Strings of a notation fit into what is left of this; it is as long as the text. */
struct strings {
	char  *bytes;
	size_t used;
};

static void *strings_take(void *self, size_t size)
{
	struct strings *s = self;
	char *at = s->bytes + s->used;

	s->used += size;
	return at;
}

int cluster_inline_parse(const char *text, struct cluster *out, sj_error *err)
{
	struct strings strings = { .bytes = malloc(2 * strlen(text) + 64) };
	struct fields f = { 0 };
	int rc;

	*out = (struct cluster){ 0 };
	if (strings.bytes == NULL)
		return SJ_ENOMEM;
	rc = sj_params_bind("cluster", cluster_params, text, &f, strings_take,
				    &strings, err);
	if (rc == SJ_OK)
		rc = check(text, &f, err);
	if (rc == SJ_OK)
		rc = build(text, &f, out, err);
	free(strings.bytes);
	if (rc != SJ_OK)
		cluster_fini(out);
	return rc;
}

/* ---- from a machine to its text ------------------------------------------------------ */

static bool can_network(const sj_fabric_spec *n)
{
	return n->wan_count == 0 && n->graph == NULL && n->fault_count == 0 &&
	       n->background_count == 0 && (n->storage_count == 0 || (n->storage_count == 1 &&
	       strcmp(n->storage->name, STORAGE_NAME) == 0 && n->storage->read_bytes_per_s == 0 &&
	       n->storage->write_bytes_per_s == 0));
}

bool cluster_inline_can(const struct cluster *c)
{
	return c->type_count <= 1 && c->gpu_count <= 1 && c->site_count == 0 &&
	       c->interference == NULL && (c->network == NULL || can_network(c->network)) &&
	       (c->rack_count == 0 || c->rack_names[0] == NULL);
}

static char *canonical(const struct fields *f)
{
	/* sj_params_canonical writes "name:args"; only the args are wanted. */
	size_t skip = strlen("cluster:");
	size_t n = sj_params_canonical("cluster", cluster_params, f, NULL, 0);
	char *buf = malloc(n + 1);

	if (buf == NULL)
		return NULL;
	sj_params_canonical("cluster", cluster_params, f, buf, n + 1);
	memmove(buf, buf + skip, n + 1 - skip);
	return buf;
}

/* Powers are texts in the notation: both, or none when nothing is known. */
static void power_text(double idle, double busy, char text[2][64])
{
	text[0][0] = text[1][0] = '\0';
	if (idle == 0 && busy == 0)
		return;
	watts_format(idle, text[0], 64);
	watts_format(busy, text[1], 64);
}

static void network_fields(const sj_fabric_spec *n, char topology[TOPOLOGY_TEXT_MAX],
			   struct fields *f)
{
	topology_format(&n->topology, topology);
	f->oversubscription = n->topology.oversubscription;
	f->switch_bw = (uint64_t)n->topology.bytes_per_s;
	f->switch_lat_ns = n->topology.latency_ns;
	f->duplex = n->topology.half_duplex ? 1 : n->topology.unshared ? 2 : 0;
	f->backbone = (uint64_t)n->topology.backbone_bytes_per_s;
	f->backbone_lat_ns = n->topology.backbone_latency_ns;
	if (n->storage_count == 0)
		return;
	f->storage_bw = (uint64_t)n->storage->bytes_per_s;
	f->storage_lat_ns = n->storage->latency_ns;
	f->storage_disk = (uint64_t)n->storage->disk_bytes_per_s;
}

char *cluster_inline_text(const struct cluster *c)
{
	const struct fields pool = { .procs = c->model.procs, .cores = 1, .gpu = "", .speed = 1,
				     .gpu_speed = 1, .gpu_shares = 1000, .topology = "",
				     .oversubscription = 1 };
	const struct node_type *t = c->types;
	char node[2][64], gpu[2][64], topology[TOPOLOGY_TEXT_MAX] = "";
	struct fields f = pool;

	if (c->type_count == 0)
		return canonical(&f);
	power_text(t->spec.idle_w, t->spec.busy_w, node);
	power_text(t->spec.gpu_idle_w, t->spec.gpu_busy_w, gpu);
	f = (struct fields){
		.nodes = t->spec.count, .cores = t->spec.cores, .gpus = t->spec.gpus,
		.gpu = t->spec.gpu_model != 0 ? c->gpu_names[0] : "",
		.mem_bytes = t->spec.mem_bytes, .speed = t->spec.speed,
		.gpu_mem_bytes = t->spec.gpu_mem_bytes, .gpu_speed = t->spec.gpu_speed,
		.gpu_shares = 1000 / t->spec.gpu_grain, .racks = t->spec.racks,
		.bw = t->spec.nic_bytes_per_s, .lat_ns = t->spec.nic_latency_ns,
		.pcie = t->spec.pcie_bytes_per_s, .nvlink = t->spec.nvlink_bytes_per_s,
		.pcie_lat_ns = t->spec.pcie_latency_ns, .nvlink_lat_ns = t->spec.nvlink_latency_ns,
		.idle = node[0], .busy = node[1], .gpu_idle = gpu[0], .gpu_busy = gpu[1],
		.mtbf = t->mtbf_text, .mttr = t->mttr_text, .topology = topology,
		.oversubscription = 1,
	};
	if (c->network != NULL)
		network_fields(c->network, topology, &f);
	return canonical(&f);
}
