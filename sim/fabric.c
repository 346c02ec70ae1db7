/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fabric.c - numbers of all links, and routes between endpoints; see fabric.h. */
#include "fabric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fabric_parts.h"
#include "run.h"

#define NONE       FABRIC_NONE
#define INNER_HOPS 4u /* of a route: two cables and two disks, or PCIe, at its ends */

static bool has_graph(const sj_fabric *f)
{
	return f->spec->graph != NULL;
}

/* ---- sites -------------------------------------------------------------------------- */

static uint32_t site_of(const sj_fabric *f, uint32_t at)
{
	return f->site_of != NULL ? f->site_of[at] : 0;
}

/* Where it is in the topology of its site: nodes, then the way out of the site when there
 * are several, then storages. */
static uint32_t local(const sj_fabric *f, uint32_t at)
{
	return f->local != NULL ? f->local[at] : at;
}

static uint32_t way_out(const sj_fabric *f, uint32_t site)
{
	return f->site[site].nodes;
}

static int number_sites(sj_fabric *f, sj_error *err)
{
	const sj_fabric_spec *s = f->spec;
	uint32_t sites = 0, at = 0;

	for (uint32_t k = 0; k < f->type_count; k++)
		sites = f->types[k].site >= sites ? f->types[k].site + 1 : sites;
	for (uint32_t i = 0; i < f->storages; i++)
		sites = s->storage[i].site >= sites ? s->storage[i].site + 1 : sites;
	f->site_count = has_graph(f) ? 0 : s->wan_count != 0 ? sites : 1;
	if (f->site_count == 0)
		return SJ_OK;
	if (f->site_count > SJ_SITES_MAX)
		return sj_fail(err, SJ_EINVAL, "network: %u sites; at most %u", sites, SJ_SITES_MAX);
	f->site = calloc(f->site_count, sizeof(*f->site));
	if (f->site == NULL)
		return SJ_ENOMEM;
	if (f->site_count == 1) {
		f->site->nodes = f->nodes;
		f->site->storages = f->storages;
		return SJ_OK;
	}
	f->site_of = malloc((f->nodes + f->storages) * sizeof(*f->site_of));
	f->local = malloc((f->nodes + f->storages) * sizeof(*f->local));
	if (f->site_of == NULL || f->local == NULL)
		return SJ_ENOMEM;
	for (uint32_t k = 0; k < f->type_count; k++)
		for (uint32_t i = 0; i < f->types[k].count; i++, at++) {
			f->site_of[at] = f->types[k].site;
			f->local[at] = f->site[f->types[k].site].nodes++;
		}
	for (uint32_t i = 0; i < f->storages; i++, at++) {
		sj_fabric_site *site = &f->site[s->storage[i].site];

		f->site_of[at] = s->storage[i].site;
		f->local[at] = site->nodes + 1 + site->storages++;
	}
	return SJ_OK;
}

/* Bandwidth and latency of the nodes of a site, in its order. */
static void of_site(const sj_fabric *f, uint32_t site, double *bytes_per_s, sj_time *latency_ns)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < f->type_count; k++) {
		const sj_node_type *t = &f->types[k];

		for (uint32_t i = 0; i < t->count && (f->site_count == 1 || t->site == site); i++) {
			bytes_per_s[n] = (double)t->nic_bytes_per_s;
			latency_ns[n++] = t->nic_latency_ns;
		}
	}
}

/* What lies before the network and behind it comes on top. */
static int make_graph(sj_fabric *f, sj_error *err)
{
	int rc = sj_graph_init(&f->graph, f->spec->graph, f->nodes + f->storages, err);

	f->links = f->graph.links;
	f->hops_max = f->spec->reroute ? SJ_GRAPH_ROUTE_MAX : f->graph.hops_max;
	return rc;
}

static int make_topologies(sj_fabric *f, sj_error *err)
{
	static const sj_topology_spec one_switch = { .kind = SJ_TOPOLOGY_STAR };
	double *bytes_per_s = malloc((f->nodes + 1u) * sizeof(*bytes_per_s));
	sj_time *latency_ns = malloc((f->nodes + 1u) * sizeof(*latency_ns));
	int rc = bytes_per_s != NULL && latency_ns != NULL ? SJ_OK : SJ_ENOMEM;

	for (uint32_t i = 0; i < f->site_count && rc == SJ_OK; i++) {
		sj_fabric_site *site = &f->site[i];
		const sj_topology_spec *spec = f->spec->site_topology != NULL ?
					       &f->spec->site_topology[i] : &f->spec->topology;

		of_site(f, i, bytes_per_s, latency_ns);
		rc = sj_topology_init(&site->topology, site->nodes != 0 ? spec : &one_switch,
				      site->nodes, site->storages + (f->site_count > 1),
				      bytes_per_s, latency_ns, err);
		if (rc == SJ_OK && site->topology.links > SJ_LINKS_MAX - f->links)
			rc = sj_fail(err, SJ_EINVAL, "network: more than %u links", SJ_LINKS_MAX);
		site->first_link = f->links;
		f->links += rc == SJ_OK ? site->topology.links : 0;
		f->hops_max = site->topology.hops_max > f->hops_max ? site->topology.hops_max :
			      f->hops_max;
	}
	free(bytes_per_s);
	free(latency_ns);
	return rc;
}

/* ---- WAN ------------------------------------------------------------------------------- */

/* Cable of the WAN's, from `site` to its other end; NONE: it is not at this site. */
static uint32_t other_end(const sj_wan_spec *w, uint32_t site)
{
	return w->site[0] == site ? w->site[1] : w->site[1] == site ? w->site[0] : NONE;
}

static uint32_t wan_link(const sj_fabric *f, uint32_t cable, uint32_t from)
{
	uint32_t link = f->first_wan;

	for (uint32_t i = 0; i < cable; i++)
		link += f->spec->wan[i].half_duplex ? 1 : 2;
	return link + (!f->spec->wan[cable].half_duplex && f->spec->wan[cable].site[0] != from);
}

/* Hops of all sites to site `to`, by rounds: there are few of both. */
static void wan_distances(const sj_fabric *f, uint32_t to, uint32_t *hops)
{
	bool changed = true;

	for (uint32_t i = 0; i < f->site_count; i++)
		hops[i] = i == to ? 0 : NONE;
	for (uint32_t round = 0; changed; round++) {
		changed = false;
		for (uint32_t c = 0; c < f->spec->wan_count; c++)
			for (int end = 0; end < 2; end++) {
				uint32_t near = f->spec->wan[c].site[end];
				uint32_t far = f->spec->wan[c].site[!end];

				if (hops[near] == round && hops[far] == NONE) {
					hops[far] = round + 1;
					changed = true;
				}
			}
	}
}

static int route_wan(sj_fabric *f, sj_error *err)
{
	uint32_t n = f->site_count, longest = 0, *hops;

	if (n <= 1)
		return SJ_OK;
	f->wan_hop = malloc((size_t)n * n * sizeof(*f->wan_hop));
	hops = malloc(n * sizeof(*hops));
	if (f->wan_hop == NULL || hops == NULL) {
		free(hops);
		return SJ_ENOMEM;
	}
	for (uint32_t to = 0; to < n; to++) {
		wan_distances(f, to, hops);
		for (uint32_t from = 0; from < n; from++) {
			uint32_t *hop = &f->wan_hop[(size_t)from * n + to];

			if (hops[from] == NONE) {
				free(hops);
				return sj_fail(err, SJ_EINVAL, "network: no WAN link leads from site %u "
					       "to site %u", from, to);
			}
			longest = hops[from] > longest ? hops[from] : longest;
			for (*hop = 0; from != to; ++*hop) {
				uint32_t end = other_end(&f->spec->wan[*hop], from);

				if (end != NONE && hops[end] + 1 == hops[from])
					break;
			}
		}
	}
	free(hops);
	f->hops_max = 2 * f->hops_max + longest;
	return SJ_OK;
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* How many links it has. */
static uint32_t number_storage(sj_fabric *f, uint32_t i, uint32_t first)
{
	const sj_storage_spec *s = &f->spec->storage[i];
	bool half = !has_graph(f) &&
		    f->site[site_of(f, f->nodes + i)].topology.spec.half_duplex;
	struct sj_storage_links *l = &f->storage_links[i];
	uint32_t next = first;

	*l = (struct sj_storage_links){ NONE, NONE, NONE, NONE };
	if (!has_graph(f)) {
		l->out = next++;
		l->in = half ? l->out : next++;
	}
	if (s->disk_bytes_per_s > 0)
		l->read = l->write = next++;
	if (s->disk_bytes_per_s <= 0 && s->read_bytes_per_s > 0)
		l->read = next++;
	if (s->disk_bytes_per_s <= 0 && s->write_bytes_per_s > 0)
		l->write = next++;
	return next - first;
}

static int count_links(sj_fabric *f, uint64_t *links)
{
	f->storage_links = malloc((f->storages + 1u) * sizeof(*f->storage_links));
	f->inner = malloc(f->type_count * sizeof(*f->inner));
	if (f->storage_links == NULL || f->inner == NULL)
		return SJ_ENOMEM;
	f->first_wan = f->links;
	*links = f->links;
	for (uint32_t i = 0; i < f->spec->wan_count && f->site_count > 1; i++)
		*links += f->spec->wan[i].half_duplex ? 1 : 2;
	for (uint32_t i = 0; i < f->storages; i++)
		*links += number_storage(f, i, (uint32_t)*links);
	f->hops_max += f->storages != 0 ? INNER_HOPS : 0;
	for (uint32_t k = 0, node = 0, pcie = 0; k < f->type_count; node += f->types[k++].count) {
		const sj_node_type *t = &f->types[k];
		uint64_t gpus = (uint64_t)t->count * t->gpus;

		f->inner[k] = (struct sj_inner){ node, NONE, NONE };
		if (t->pcie_bytes_per_s != 0 && gpus != 0) {
			f->inner[k].pcie = (uint32_t)*links;
			*links += 2 * gpus;
			f->hops_max += pcie++ == 0 && f->storages == 0 ? 2 : 0;
		}
		if (t->nvlink_bytes_per_s != 0 && gpus != 0) {
			f->inner[k].nvlink = (uint32_t)*links;
			*links += 2 * gpus;
		}
		if (*links > SJ_LINKS_MAX)
			return SJ_OK;
	}
	return SJ_OK;
}

static void set(sj_fabric *f, uint32_t link, double bytes_per_s, sj_time latency_ns)
{
	f->bytes_per_s[link] = bytes_per_s;
	f->latency_ns[link] = latency_ns;
}

static void set_storages(sj_fabric *f)
{
	for (uint32_t i = 0; i < f->storages; i++) {
		const sj_storage_spec *s = &f->spec->storage[i];
		const struct sj_storage_links *l = &f->storage_links[i];
		bool shared = s->disk_bytes_per_s > 0;

		if (l->out != NONE) {
			set(f, l->out, s->bytes_per_s, s->latency_ns);
			set(f, l->in, s->bytes_per_s, s->latency_ns);
		}
		if (l->read != NONE)
			set(f, l->read, shared ? s->disk_bytes_per_s : s->read_bytes_per_s, 0);
		if (l->write != NONE)
			set(f, l->write, shared ? s->disk_bytes_per_s : s->write_bytes_per_s, 0);
	}
}

static void set_links(sj_fabric *f)
{
	for (uint32_t l = 0; l < f->graph.links; l++)
		set(f, l, f->graph.bytes_per_s[l], f->graph.latency_ns[l]);
	for (uint32_t i = 0; i < f->site_count; i++) {
		const sj_topology *t = &f->site[i].topology;

		for (uint32_t l = 0; l < t->links; l++)
			set(f, f->site[i].first_link + l, t->bytes_per_s[l], t->latency_ns[l]);
		sj_topology_forget(&f->site[i].topology);
	}
	for (uint32_t c = 0; c < f->spec->wan_count && f->site_count > 1; c++)
		for (int end = 0; end < 2; end++)
			set(f, wan_link(f, c, f->spec->wan[c].site[end]), f->spec->wan[c].bytes_per_s,
			    f->spec->wan[c].latency_ns);
	set_storages(f);
	for (uint32_t k = 0; k < f->type_count; k++) {
		const sj_node_type *t = &f->types[k];

		for (uint32_t i = 0; i < 2 * t->count * t->gpus; i++) {
			if (f->inner[k].pcie != NONE)
				set(f, f->inner[k].pcie + i, (double)t->pcie_bytes_per_s,
				    t->pcie_latency_ns);
			if (f->inner[k].nvlink != NONE)
				set(f, f->inner[k].nvlink + i, (double)t->nvlink_bytes_per_s,
				    t->nvlink_latency_ns);
		}
	}
}

/* ---- making --------------------------------------------------------------------------------- */

static int check(const sj_fabric *f, sj_error *err)
{
	if (f->nodes == 0)
		return sj_fail(err, SJ_EINVAL, "network: a pool of processors has no nodes to "
			       "connect");
	if ((f->spec->topology.kind == SJ_TOPOLOGY_LINKS) != has_graph(f))
		return sj_fail(err, SJ_EINVAL, "network: links of one's own are not stated");
	for (uint32_t k = 0; k < f->type_count && !has_graph(f); k++)
		if (f->types[k].nic_bytes_per_s == 0)
			return sj_fail(err, SJ_EINVAL, "network: node type %u states no bandwidth",
				       k);
	for (uint32_t i = 0; i < f->storages && !has_graph(f); i++)
		if (!(f->spec->storage[i].bytes_per_s > 0))
			return sj_fail(err, SJ_EINVAL, "network: storage %u states no bandwidth", i);
	for (uint32_t i = 0; i < f->spec->wan_count; i++)
		if (!(f->spec->wan[i].bytes_per_s > 0))
			return sj_fail(err, SJ_EINVAL, "network: WAN link %u states no bandwidth", i);
	return SJ_OK;
}

static int make(sj_fabric *f, sj_error *err)
{
	uint64_t links = 0;
	int rc = check(f, err);

	if (rc == SJ_OK)
		rc = number_sites(f, err);
	if (rc == SJ_OK)
		rc = has_graph(f) ? make_graph(f, err) : make_topologies(f, err);
	if (rc == SJ_OK)
		rc = route_wan(f, err);
	if (rc == SJ_OK)
		rc = count_links(f, &links);
	if (rc != SJ_OK)
		return rc;
	if (links > SJ_LINKS_MAX)
		return sj_fail(err, SJ_EINVAL, "network: more than %u links", SJ_LINKS_MAX);
	if (f->hops_max > SJ_ROUTE_MAX)
		return sj_fail(err, SJ_EINVAL, "network: routes of more than %u links",
			       SJ_ROUTE_MAX);
	f->links = (uint32_t)links;
	f->bytes_per_s = calloc(f->links + 1u, sizeof(*f->bytes_per_s));
	f->latency_ns = calloc(f->links + 1u, sizeof(*f->latency_ns));
	if (f->bytes_per_s == NULL || f->latency_ns == NULL)
		return SJ_ENOMEM;
	set_links(f);
	return SJ_OK;
}

int sj_fabric_init(sj_fabric *f, const sj_fabric_spec *spec, const struct sj_node_type *types,
		   uint32_t type_count, sj_error *err)
{
	int rc;

	memset(f, 0, sizeof(*f));
	f->spec = spec;
	f->types = types;
	f->type_count = type_count;
	f->storages = spec->storage_count;
	for (uint32_t k = 0; k < type_count; k++)
		f->nodes += types[k].count;
	rc = make(f, err);
	if (rc != SJ_OK)
		sj_fabric_fini(f);
	return rc == SJ_ENOMEM ? sj_fail(err, rc, "network: out of memory") : rc;
}

void sj_fabric_fini(sj_fabric *f)
{
	for (uint32_t i = 0; i < f->site_count && f->site != NULL; i++)
		sj_topology_fini(&f->site[i].topology);
	sj_graph_fini(&f->graph);
	free(f->site);
	free(f->site_of);
	free(f->local);
	free(f->wan_hop);
	free(f->storage_links);
	free(f->inner);
	free(f->bytes_per_s);
	free(f->latency_ns);
	memset(f, 0, sizeof(*f));
}

/* ---- routes ----------------------------------------------------------------------------------- */

static uint32_t within_site(const sj_fabric *f, uint32_t site, uint32_t from, uint32_t to,
			    uint32_t *link)
{
	uint32_t hops = sj_topology_route(&f->site[site].topology, from, to, link);

	for (uint32_t k = 0; k < hops; k++)
		link[k] += f->site[site].first_link;
	return hops;
}

/* `out`: links to go round; NULL: none. */
static uint32_t over_network(const sj_fabric *f, uint32_t from, uint32_t to, const bool *out,
			     uint32_t *link)
{
	uint32_t site = site_of(f, from), target = site_of(f, to), hops;

	if (has_graph(f))
		return out == NULL ? sj_graph_route(&f->graph, from, to, link) :
				     sj_graph_detour(&f->graph, from, to, out, link);
	if (site == target)
		return within_site(f, site, local(f, from), local(f, to), link);
	hops = within_site(f, site, local(f, from), way_out(f, site), link);
	while (site != target) {
		uint32_t cable = f->wan_hop[(size_t)site * f->site_count + target];

		link[hops++] = wan_link(f, cable, site);
		site = other_end(&f->spec->wan[cable], site);
	}
	return hops + within_site(f, site, way_out(f, site), local(f, to), link + hops);
}

static uint32_t type_of(const sj_fabric *f, uint32_t node)
{
	uint32_t lo = 0, hi = f->type_count;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (f->inner[mid].first_node <= node)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* First of the two links of a GPU, which `first` begins; NONE: there is none. */
static uint32_t gpu_links(const sj_fabric *f, sj_endpoint e, bool nvlink)
{
	uint32_t type = type_of(f, e.at), first;

	first = nvlink ? f->inner[type].nvlink : f->inner[type].pcie;
	return first == NONE ? NONE :
	       first + 2 * ((e.at - f->inner[type].first_node) * f->types[type].gpus + e.gpu);
}

static bool is_gpu(const sj_fabric *f, sj_endpoint e)
{
	return e.gpu != SJ_HOST && e.at < f->nodes;
}

/* From the endpoint to where the network begins, or (back) the other way. */
static uint32_t to_network(const sj_fabric *f, sj_endpoint e, bool back, uint32_t *link)
{
	const struct sj_storage_links *s;
	uint32_t hops = 0, l;

	if (is_gpu(f, e)) {
		l = gpu_links(f, e, false);
		if (l != NONE)
			link[hops++] = l + !back;
	} else if (e.at >= f->nodes) {
		s = &f->storage_links[e.at - f->nodes];
		if (back && s->in != NONE)
			link[hops++] = s->in;
		if ((back ? s->write : s->read) != NONE)
			link[hops++] = back ? s->write : s->read;
		if (!back && s->out != NONE)
			link[hops++] = s->out;
	}
	return hops;
}

static uint32_t route(const sj_fabric *f, sj_endpoint from, sj_endpoint to, const bool *out,
		      uint32_t *link, sj_time *latency_ns)
{
	uint32_t hops = 0, over;

	*latency_ns = 0;
	if (from.at == to.at && (from.gpu == to.gpu || from.at >= f->nodes))
		return 0;
	if (from.at == to.at && is_gpu(f, from) && is_gpu(f, to) &&
	    gpu_links(f, from, true) != NONE) {
		link[hops++] = gpu_links(f, from, true);
		link[hops++] = gpu_links(f, to, true) + 1;
	} else {
		hops = to_network(f, from, false, link);
		over = from.at != to.at ? over_network(f, from.at, to.at, out, link + hops) : 0;
		if (over == 0 && from.at != to.at && out != NULL)
			return 0;
		hops += over;
		hops += to_network(f, to, true, link + hops);
	}
	for (uint32_t k = 0; k < hops; k++)
		*latency_ns += f->latency_ns[link[k]];
	return hops;
}

uint32_t sj_fabric_route(const sj_fabric *f, sj_endpoint from, sj_endpoint to,
			 uint32_t link[SJ_ROUTE_MAX], sj_time *latency_ns)
{
	return route(f, from, to, NULL, link, latency_ns);
}

uint32_t sj_fabric_detour(const sj_fabric *f, sj_endpoint from, sj_endpoint to,
			  const bool *out, uint32_t link[SJ_ROUTE_MAX], sj_time *latency_ns)
{
	return route(f, from, to, out, link, latency_ns);
}
