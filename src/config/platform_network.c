/* SPDX-License-Identifier: GPL-3.0-or-later */
/* platform_network.c - the network of a cluster file: what must hold, and what it becomes. */
#include "config/platform_keys.h"

#include <stdlib.h>
#include <string.h>

#include "config/topology_text.h"
#include "sojourn/param.h"
#include "units.h"

/* ---- names ------------------------------------------------------------------------------ */

struct named {
	const struct yaml_text *name;
	size_t                  index;
};

static int by_name_and_index(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int order = strcmp(a->name->v, b->name->v);

	return order != 0 ? order : a->index < b->index ? -1 : 1;
}

/* `what` is their key; each name once. */
static void check_names(struct yaml_tree *t, const char *what, struct named *sorted, size_t n)
{
	qsort(sorted, n, sizeof(*sorted), by_name_and_index);
	for (size_t i = 0; i < n; i++) {
		const struct yaml_text *name = sorted[i].name;

		if (i == 0 || strcmp(sorted[i - 1].name->v, name->v) != 0)
			platform_check_name(t, what, name);
		else
			yaml_tree_wrong(t, name->at, "%s: \"%s\" is named twice; already in line %u",
					what, sj_quote(name->v, strlen(name->v)).text,
					sorted[i - 1].name->at.line);
	}
}

static bool find_site(struct yaml_tree *t, const char *what, const struct places *p,
		      const struct yaml_text *name, uint32_t *number)
{
	const char *near;

	for (*number = 0; p->site != NULL && *number < p->sites; ++*number)
		if (strcmp(p->site[*number], name->v) == 0)
			return true;
	near = yaml_tree_full(t) || p->site == NULL ? NULL :
	       sj_nearest(name->v, p->site, p->sites < 256 ? p->sites : 256);
	yaml_tree_wrong(t, name->at, "%s: no node or storage is at a site \"%s\"%s%s%s", what,
			sj_quote(name->v, strlen(name->v)).text,
			near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
			near != NULL ? "\"?" : "");
	return false;
}

/* ---- storages ---------------------------------------------------------------------------- */

static void check_storages(struct yaml_tree *t, const struct network_file *n)
{
	const struct storage_file *s = n->storage.items;
	struct named *names = yaml_tree_take(t, n->storage.count * sizeof(*names) + 1);
	size_t count = 0;

	for (size_t i = 0; i < n->storage.count; i++) {
		if (names != NULL && s[i].name.v != NULL)
			names[count++] = (struct named){ &s[i].name, i };
		if (s[i].disk.at.line != 0 && (s[i].read.at.line != 0 || s[i].write.at.line != 0))
			yaml_tree_wrong(t, s[i].disk.at, "disk: what reads and writes share excludes "
					"read and write");
	}
	check_names(t, "storage", names, count);
}

/* ---- sites ------------------------------------------------------------------------------- */

static void check_cable(struct yaml_tree *t, const struct places *p, struct cable_file *c)
{
	const struct yaml_text *end = c->between.items;
	bool known = true;

	if (c->between.at.line == 0 || end == NULL)
		return;
	if (c->between.count != 2) {
		yaml_tree_wrong(t, c->between.at, "between: %zu names; expected the two ends",
				c->between.count);
		return;
	}
	for (int i = 0; i < 2; i++)
		known &= find_site(t, "between", p, &end[i], &c->site[i]);
	if (known && c->site[0] == c->site[1])
		yaml_tree_wrong(t, c->between.at, "between: a link from \"%s\" to itself",
				sj_quote(end->v, strlen(end->v)).text);
}

/* Marks the sites that site 0 reaches. */
static void flood(const struct wan_file *w, uint32_t sites, bool *reached)
{
	const struct cable_file *c = w->cables.items;
	bool more = true;

	for (reached[0] = true; more;) {
		more = false;
		for (size_t i = 0; i < w->cables.count; i++) {
			uint32_t a = c[i].site[0], b = c[i].site[1];

			if (a >= sites || b >= sites || reached[a] == reached[b])
				continue;
			more = reached[a] = reached[b] = true;
		}
	}
}

/* What a cable is called that has no name: after its ends. */
static char *cable_name(const struct cable_file *c, char *const *site)
{
	size_t n = strlen(site[c->site[0]]) + strlen(site[c->site[1]]) + 2;
	char *name = c->name.v != NULL ? strdup(c->name.v) : malloc(n);

	if (name != NULL && c->name.v == NULL)
		snprintf(name, n, "%s-%s", site[c->site[0]], site[c->site[1]]);
	return name;
}

static void check_cables(struct yaml_tree *t, struct wan_file *w, const struct places *p)
{
	struct cable_file *c = w->cables.items;
	struct named *names = yaml_tree_take(t, w->cables.count * sizeof(*names) + 1);
	bool *reached = yaml_tree_take(t, p->sites + 1);
	size_t count = 0;

	for (size_t i = 0; i < w->cables.count; i++) {
		check_cable(t, p, &c[i]);
		if (names != NULL && c[i].name.v != NULL)
			names[count++] = (struct named){ &c[i].name, i };
	}
	check_names(t, "wan", names, count);
	if (reached == NULL || p->site == NULL)
		return;
	flood(w, p->sites, reached);
	for (uint32_t i = 1; i < p->sites; i++)
		if (!reached[i])
			yaml_tree_wrong(t, w->at, "wan: no link leads from \"%s\" to \"%s\"",
					p->site[0], p->site[i]);
}

static void check_wan(struct yaml_tree *t, struct network_file *n, const struct places *p)
{
	if (n->wan.at.line == 0) {
		if (n->sites.at.line != 0)
			yaml_tree_wrong(t, n->sites.at, "sites: a topology of their own needs a wan "
					"between them");
		return;
	}
	if (n->wan.mesh.at.line == 0 && n->wan.cables.at.line == 0)
		return; /* neither: said already */
	if (p->sites > SJ_SITES_MAX)
		yaml_tree_wrong(t, n->wan.at, "wan: %u sites; at most %u", p->sites, SJ_SITES_MAX);
	else if (p->sites < 2)
		yaml_tree_wrong(t, n->wan.at, "wan: it connects sites, and the machine has %s",
				p->sites == 0 ? "none" : "one");
	else if (n->wan.mesh.at.line == 0)
		check_cables(t, &n->wan, p);
}

/* ---- topologies ---------------------------------------------------------------------------- */

/* Of those at a site, or (sites 0) of all. */
static uint64_t nodes_at(const struct file *f, uint32_t site, uint32_t sites)
{
	const struct type_file *type = f->nodes.items;
	uint64_t nodes = 0;

	for (size_t k = 0; k < f->nodes.count; k++)
		if (sites == 0 || type[k].site_number == site)
			nodes += type[k].count.v > 0 ? (uint64_t)type[k].count.v : 0;
	return nodes;
}

static void check_places(struct yaml_tree *t, const struct network_file *n, uint64_t nodes,
			 const char *site)
{
	sj_topology_spec spec;
	sj_error err = { 0 };

	if (nodes == 0 || nodes > CLUSTER_NODES_MAX || n->topology.v == NULL ||
	    topology_parse("topology", n->topology.v, &spec, NULL) != SJ_OK)
		return;
	spec.backbone_bytes_per_s = (double)n->backbone.v;
	if (n->backbone_latency.at.line != 0 && n->backbone.at.line == 0)
		yaml_tree_wrong(t, n->backbone_latency.at, "backbone_latency: backbone, its bandwidth, "
				"is missing");
	if (sj_topology_check(&spec, (uint32_t)nodes, &err) == SJ_OK)
		return;
	if (site != NULL)
		yaml_tree_wrong(t, n->topology.at, "site \"%s\": %s", site, err.text);
	else
		yaml_tree_wrong(t, n->topology.at, "%s", err.text);
}

static const struct network_file *of_site(const struct network_file *n, uint32_t site)
{
	const struct network_file *own = n->sites.items;

	for (size_t i = 0; i < n->sites.count; i++)
		if (own[i].site_number == site)
			return &own[i];
	return n;
}

static void check_topologies(struct yaml_tree *t, struct file *f, const struct places *p)
{
	struct network_file *n = &f->network, *own = n->sites.items;
	struct named *names = yaml_tree_take(t, n->sites.count * sizeof(*names) + 1);
	size_t count = 0;

	if (n->wan.at.line == 0 || p->site == NULL) {
		check_places(t, n, nodes_at(f, 0, 0), NULL);
		return;
	}
	for (size_t i = 0; i < n->sites.count; i++) {
		own[i].site_number = UINT32_MAX;
		if (own[i].site.v != NULL && names != NULL &&
		    find_site(t, "site", p, &own[i].site, &own[i].site_number))
			names[count++] = (struct named){ &own[i].site, i };
	}
	check_names(t, "site", names, count);
	for (size_t i = 0; i < n->sites.count; i++)
		if (own[i].topology.v != NULL && strcmp(own[i].topology.v, "links") == 0)
			yaml_tree_wrong(t, own[i].topology.at, "topology: links connect a whole machine, "
					"with all its sites");
	for (uint32_t k = 0; k < p->sites && !yaml_tree_full(t); k++)
		check_places(t, of_site(n, k), nodes_at(f, k, p->sites), p->site[k]);
}

static void refuse_links(struct yaml_tree *t, const struct network_file *n)
{
	const struct { const char *key; struct text_mark at; } own[] = {
		{ "switches", n->switches.at }, { "links", n->links.at },
		{ "routes", n->routes.at }, { "routing", n->routing.at },
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own[i].at.line != 0)
			yaml_tree_wrong(t, own[i].at, "%s: this topology has links and routes of its own; "
					"expected topology: links", own[i].key);
}

void platform_check_network(struct yaml_tree *t, struct file *f, const struct places *p)
{
	struct network_file *n = &f->network;
	const struct type_file *type = f->nodes.items;

	if (n->at.line == 0 || n->topology.at.line == 0)
		return;
	check_storages(t, n);
	platform_check_news(t, n);
	if (f->procs.at.line != 0) {
		yaml_tree_wrong(t, n->at, "network: a pool has no nodes to connect");
		return;
	}
	if (n->topology.v != NULL && strcmp(n->topology.v, "links") == 0) {
		platform_check_links(t, f);
		return;
	}
	refuse_links(t, n);
	for (size_t i = 0; i < n->storage.count; i++)
		if (((const struct storage_file *)n->storage.items)[i].bandwidth.at.line == 0)
			yaml_tree_wrong(t, ((const struct storage_file *)n->storage.items)[i].at,
					"bandwidth is missing: of its link to the network, as in 100Gbit/s");
	for (size_t k = 0; k < f->nodes.count; k++)
		if (type[k].nic.at.line == 0)
			yaml_tree_wrong(t, type[k].at, "nic: missing, and there is a network; "
					"expected its bandwidth");
	check_wan(t, n, p);
	check_topologies(t, f, p);
}

/* ---- filling ----------------------------------------------------------------------------------- */

static bool is_half(const struct yaml_text *duplex)
{
	return duplex->v != NULL && duplex->v[0] == 'h';
}

/* The texts have been read once and are right. */
static int fill_topology(const struct network_file *from, sj_topology_spec *s)
{
	int rc = topology_parse("topology", from->topology.v, s, NULL);

	if (rc == SJ_OK && from->oversubscription.v != NULL)
		rc = sj_parse_double("oversubscription", from->oversubscription.v,
				     &s->oversubscription, NULL);
	s->bytes_per_s = (double)from->bandwidth.v;
	s->latency_ns = from->latency.v;
	s->half_duplex = is_half(&from->duplex);
	s->unshared = from->duplex.v != NULL && strcmp(from->duplex.v, "fatpipe") == 0;
	s->backbone_bytes_per_s = (double)from->backbone.v;
	s->backbone_latency_ns = from->backbone_latency.v;
	return rc;
}

static int fill_storages(const struct network_file *n, sj_fabric_spec *spec)
{
	const struct storage_file *from = n->storage.items;
	sj_storage_spec *to = calloc(n->storage.count + 1, sizeof(*to));

	spec->storage = to;
	for (size_t i = 0; to != NULL && i < n->storage.count; i++) {
		to[i] = (sj_storage_spec){
			.name = strdup(from[i].name.v), .site = from[i].site_number,
			.bytes_per_s = (double)from[i].bandwidth.v,
			.latency_ns = from[i].latency.v,
			.disk_bytes_per_s = (double)from[i].disk.v,
			.read_bytes_per_s = (double)from[i].read.v,
			.write_bytes_per_s = (double)from[i].write.v,
		};
		spec->storage_count++;
		if (to[i].name == NULL)
			return SJ_ENOMEM;
	}
	return to != NULL ? SJ_OK : SJ_ENOMEM;
}

static int add_cable(const struct cable_file *from, struct cluster *c, sj_wan_spec *to)
{
	*to = (sj_wan_spec){ .name = cable_name(from, c->site_names),
			     .site = { from->site[0], from->site[1] },
			     .bytes_per_s = (double)from->bandwidth.v,
			     .latency_ns = from->latency.v, .half_duplex = is_half(&from->duplex) };
	c->network->wan_count++;
	return to->name != NULL ? SJ_OK : SJ_ENOMEM;
}

static int fill_wan(const struct network_file *n, struct cluster *c)
{
	const struct cable_file *from = n->wan.cables.items;
	struct cable_file mesh = n->wan.mesh;
	size_t room = n->wan.cables.count;
	sj_wan_spec *to;
	int rc = SJ_OK;

	if (n->wan.at.line == 0)
		return SJ_OK;
	c->network->site_name = (const char *const *)c->site_names;
	if (mesh.at.line != 0)
		room = (size_t)c->site_count * (c->site_count - 1) / 2;
	c->network->wan = to = calloc(room + 1, sizeof(*to));
	if (to == NULL)
		return SJ_ENOMEM;
	for (size_t i = 0; i < n->wan.cables.count && rc == SJ_OK; i++)
		rc = add_cable(&from[i], c, to++);
	for (uint32_t a = 0; mesh.at.line != 0 && a < c->site_count; a++)
		for (uint32_t b = a + 1; b < c->site_count && rc == SJ_OK; b++) {
			mesh.site[0] = a;
			mesh.site[1] = b;
			rc = add_cable(&mesh, c, to++);
		}
	return rc;
}

static int fill_sites(const struct network_file *n, struct cluster *c)
{
	sj_topology_spec *to;
	int rc = SJ_OK;

	if (n->sites.count == 0)
		return SJ_OK;
	c->network->site_topology = to = calloc(c->site_count, sizeof(*to));
	if (to == NULL)
		return SJ_ENOMEM;
	for (uint32_t k = 0; k < c->site_count && rc == SJ_OK; k++)
		rc = fill_topology(of_site(n, k), &to[k]);
	return rc;
}

int platform_fill_network(const struct network_file *n, struct cluster *c)
{
	int rc;

	if (n->at.line == 0)
		return SJ_OK;
	c->network = calloc(1, sizeof(*c->network));
	if (c->network == NULL)
		return SJ_ENOMEM;
	rc = fill_topology(n, &c->network->topology);
	if (rc == SJ_OK && c->network->topology.kind == SJ_TOPOLOGY_LINKS)
		rc = platform_fill_links(n, c->network);
	if (rc == SJ_OK)
		rc = fill_storages(n, c->network);
	if (rc == SJ_OK)
		rc = fill_wan(n, c);
	if (rc == SJ_OK)
		rc = fill_sites(n, c);
	return rc == SJ_OK ? platform_fill_news(n, c) : rc;
}
