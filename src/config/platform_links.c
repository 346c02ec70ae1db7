/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platform_links.c - a network of links and routes of one's own: names become numbers, and
 * what cannot be is told with its place in the file.
 */
#include "config/platform_vertices.h"

#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"
#include "units.h"

/* ---- links ------------------------------------------------------------------------------------ */

struct links {
	struct cable_file **sorted; /* by name */
	const char        **name;
	size_t              count;
	sj_cable_spec      *spec;
	uint32_t            cables;
};

static int by_link_name(const void *x, const void *y)
{
	const struct cable_file *a = *(const struct cable_file *const *)x;
	const struct cable_file *b = *(const struct cable_file *const *)y;
	int order = strcmp(a->name.v, b->name.v);

	return order != 0 ? order : a->first < b->first ? -1 : a->first > b->first;
}

static bool check_link(struct yaml_tree *t, const struct vertices *v, struct cable_file *c,
		       sj_cable_spec *spec)
{
	const struct yaml_text *end = c->between.items;
	bool known = true;

	if (c->between.at.line == 0) {
		spec->loose = true;
		if (c->duplex.at.line != 0)
			yaml_tree_wrong(t, c->duplex.at, "duplex: a link without ends is one for both "
					"directions");
		return true;
	}
	if (end == NULL)
		return false;
	if (c->between.count != 2) {
		yaml_tree_wrong(t, c->between.at, "between: %zu names; expected the two ends",
				c->between.count);
		return false;
	}
	for (int i = 0; i < 2; i++)
		known &= vertices_find(t, "between", v, &end[i], &spec->end[i]);
	if (!known)
		return false;
	if (sj_cable_spec_count(spec) == 0) {
		yaml_tree_wrong(t, c->between.at, "between: %u nodes and %u; expected as many, or one "
				"end for all", spec->end[0].count, spec->end[1].count);
		return false;
	}
	if (spec->end[0].first == spec->end[1].first) {
		yaml_tree_wrong(t, c->between.at, "between: a link from \"%s\" to itself",
				vertices_text(v, spec->end[0].first).text);
		return false;
	}
	return true;
}

static bool check_links(struct yaml_tree *t, const struct vertices *v, struct network_file *n,
			struct links *l)
{
	struct cable_file *c = n->links.items;
	size_t n_named = 0;
	bool good = true;

	l->sorted = yaml_tree_take(t, n->links.count * sizeof(struct cable_file *) + 1);
	l->name = yaml_tree_take(t, n->links.count * sizeof(*l->name) + 1);
	l->spec = yaml_tree_take(t, n->links.count * sizeof(*l->spec) + 1);
	if (l->sorted == NULL || l->name == NULL || l->spec == NULL)
		return false;
	for (size_t i = 0; i < n->links.count; i++) {
		l->spec[i].bytes_per_s = (double)c[i].bandwidth.v;
		good &= check_link(t, v, &c[i], &l->spec[i]) && c[i].bandwidth.v > 0;
		c[i].end[0] = l->spec[i].end[0];
		c[i].end[1] = l->spec[i].end[1];
		c[i].first = l->cables;
		l->cables += sj_cable_spec_count(&l->spec[i]);
		if (c[i].name.v != NULL)
			l->sorted[l->count++] = &c[i];
		platform_check_name(t, "name", &c[i].name);
	}
	qsort(l->sorted, l->count, sizeof(struct cable_file *), by_link_name);
	for (size_t i = 0; i < l->count; i++) {
		const struct yaml_text *name = &l->sorted[i]->name;

		if (n_named > 0 && strcmp(l->name[n_named - 1], name->v) == 0) {
			yaml_tree_wrong(t, name->at, "name: the link \"%s\" is named twice; already in "
					"line %u", sj_quote(name->v, strlen(name->v)).text,
					l->sorted[n_named - 1]->name.at.line);
			continue;
		}
		l->name[n_named] = name->v;
		l->sorted[n_named++] = l->sorted[i];
	}
	l->count = n_named; /* the first of each name is meant */
	return good;
}

static const struct cable_file *find_link(const struct links *l, const char *name, size_t length)
{
	size_t lo = 0, hi = l->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *at = l->sorted[mid]->name.v;
		int order = strncmp(at, name, length);

		if (order == 0)
			order = at[length] != '\0';
		if (order == 0)
			return l->sorted[mid];
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static uint32_t cables_of(const struct cable_file *c)
{
	const sj_cable_spec spec = { .end = { c->end[0], c->end[1] },
				     .loose = c->between.at.line == 0 };

	return sj_cable_spec_count(&spec);
}

/* NAME, or NAME.N of a link that stands for several. */
static bool find_cable(struct yaml_tree *t, const struct links *l, const struct yaml_text *text,
		       uint32_t *cable)
{
	const struct cable_file *c = find_link(l, text->v, strlen(text->v));
	const char *dot = strrchr(text->v, '.'), *near = NULL;
	sj_graph_end nth = { 0, 1 };

	if (c == NULL && dot != NULL) {
		c = find_link(l, text->v, (size_t)(dot - text->v));
		if (c != NULL && (cables_of(c) == 1 || !vertices_range(dot + 1, cables_of(c), &nth) ||
				  nth.count != 1))
			c = NULL;
	} else if (c != NULL && cables_of(c) > 1) {
		yaml_tree_wrong(t, text->at, "via: \"%s\" stands for %u links; expected %s.N with N "
				"from 0 to %u", c->name.v, cables_of(c), c->name.v, cables_of(c) - 1);
		return false;
	}
	if (c != NULL) {
		*cable = c->first + nth.first;
		return true;
	}
	if (!yaml_tree_full(t))
		near = sj_nearest(text->v, l->name, l->count < 1000 ? l->count : 1000);
	yaml_tree_wrong(t, text->at, "via: no link \"%s\"%s%s%s",
			sj_quote(text->v, strlen(text->v)).text, near != NULL ? "; did you mean \"" : "",
			near != NULL ? near : "", near != NULL ? "\"?" : "");
	return false;
}

/* ---- routes ------------------------------------------------------------------------------------ */

static bool find_endpoint(struct yaml_tree *t, const char *what, const struct vertices *v,
			  const struct yaml_text *text, uint32_t *out)
{
	sj_graph_end end;

	if (text->v == NULL || !vertices_find(t, what, v, text, &end))
		return false;
	*out = end.first;
	if (end.count == 1 && end.first < v->nodes + v->storages)
		return true;
	yaml_tree_wrong(t, text->at, "%s: \"%s\" is %s; a route leads from a node or storage to "
			"another", what, sj_quote(text->v, strlen(text->v)).text,
			end.count == 1 ? "a switch" : "several nodes");
	return false;
}

static void tell_walk(struct yaml_tree *t, const struct vertices *v, const sj_graph *g,
		      const struct route_file *r, const sj_route_spec *spec,
		      const uint32_t *link, uint32_t bad)
{
	const struct yaml_text *via = r->via.items;
	uint32_t at = spec->from;

	for (uint32_t k = 0; k < spec->count; k++)
		if (g->spec->cable[g->spec_of[spec->cable[k]]].loose !=
		    g->spec->cable[g->spec_of[spec->cable[0]]].loose) {
			yaml_tree_wrong(t, via[k].at, "via: \"%s\": links with ends and links without do "
					"not mix", via[k].v);
			return;
		}
	for (uint32_t k = 0; k < bad; k++)
		at = g->end[spec->cable[k]][g->end[spec->cable[k]][0] == at];
	(void)link;
	if (bad == spec->count)
		yaml_tree_wrong(t, r->via.at, "via: the links end at \"%s\" and not at \"%s\"",
				vertices_text(v, at).text, vertices_text(v, spec->to).text);
	else if (g->end[spec->cable[bad]][0] == at || g->end[spec->cable[bad]][1] == at)
		yaml_tree_wrong(t, via[bad].at, "via: \"%s\" is crossed twice", via[bad].v);
	else
		yaml_tree_wrong(t, via[bad].at, "via: \"%s\" is not at \"%s\", to which the links before "
				"it lead", via[bad].v, vertices_text(v, at).text);
}

static void check_route(struct yaml_tree *t, const struct vertices *v, const struct links *l,
			const sj_graph *g, struct route_file *r)
{
	const struct yaml_text *via = r->via.items;
	uint32_t *link = yaml_tree_take(t, r->via.count * sizeof(*link) + 1), bad;
	bool known = find_endpoint(t, "from", v, &r->from, &r->spec.from);

	known &= find_endpoint(t, "to", v, &r->to, &r->spec.to);
	r->cable = yaml_tree_take(t, r->via.count * sizeof(*r->cable) + 1);
	if (link == NULL || r->cable == NULL || via == NULL)
		return;
	for (size_t i = 0; i < r->via.count; i++)
		known &= find_cable(t, l, &via[i], &r->cable[i]);
	if (known && r->spec.from == r->spec.to)
		yaml_tree_wrong(t, r->to.at, "to: \"%s\" is where the route begins", r->to.v);
	if (!known || r->spec.from == r->spec.to)
		return;
	r->spec.cable = r->cable;
	r->spec.count = (uint32_t)r->via.count;
	r->spec.symmetric = r->symmetric.v == NULL || r->symmetric.v[0] == 'y';
	if (r->spec.count > SJ_GRAPH_ROUTE_MAX)
		yaml_tree_wrong(t, r->via.at, "via: %u links; at most %u", r->spec.count,
				SJ_GRAPH_ROUTE_MAX);
	else if (sj_graph_walk(g, &r->spec, link, &bad) != SJ_OK)
		tell_walk(t, v, g, r, &r->spec, link, bad);
	else
		r->good = true;
}

/* One way between two ends. */
struct way {
	uint32_t                 from, to;
	const struct route_file *route;
};

static int by_ends(const void *x, const void *y)
{
	const struct way *a = x, *b = y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	return a->route < b->route ? -1 : a->route > b->route;
}

static void check_ways(struct yaml_tree *t, const struct vertices *v, const struct yaml_list *routes)
{
	const struct route_file *r = routes->items;
	struct way *way = yaml_tree_take(t, 2 * routes->count * sizeof(*way) + 1);
	size_t n = 0;

	for (size_t i = 0; way != NULL && i < routes->count; i++) {
		if (r[i].spec.cable == NULL)
			continue; /* something is wrong with it */
		way[n++] = (struct way){ r[i].spec.from, r[i].spec.to, &r[i] };
		if (r[i].spec.symmetric)
			way[n++] = (struct way){ r[i].spec.to, r[i].spec.from, &r[i] };
	}
	if (n > 0)
		qsort(way, n, sizeof(*way), by_ends);
	for (size_t i = 1; i < n; i++)
		if (way[i].from == way[i - 1].from && way[i].to == way[i - 1].to &&
		    (way[i].from == way[i].route->spec.from || !way[i - 1].route->spec.symmetric))
			yaml_tree_wrong(t, way[i].route->at, "routes: the route from \"%s\" to \"%s\" is "
					"stated twice; already in line %u (symmetric: no states one way)",
					vertices_text(v, way[i].from).text, vertices_text(v, way[i].to).text,
					way[i - 1].route->at.line);
}

/* ---- the whole ------------------------------------------------------------------------------------ */

/* By parts that do not hang together, in the order of endpoints. */
static bool check_connected(struct yaml_tree *t, const struct vertices *v, const sj_graph *g,
			    struct text_mark at)
{
	bool *seen = yaml_tree_take(t, g->vertices + 1u), whole = true;

	for (uint32_t e = 0; seen != NULL && e < g->endpoints && !yaml_tree_full(t); e++) {
		if (seen[e])
			continue;
		if (e > 0)
			yaml_tree_wrong(t, at, "links: nothing leads from \"%s\" to \"%s\"",
					vertices_text(v, 0).text, vertices_text(v, e).text);
		whole = e == 0;
		if (sj_graph_flood(g, e, seen) != SJ_OK)
			return false;
	}
	return whole;
}

/* Then only stated routes say what is reached. */
static bool has_loose(const sj_graph_spec *spec)
{
	for (uint32_t i = 0; i < spec->cable_count; i++)
		if (spec->cable[i].loose)
			return true;
	return false;
}

static const sj_route_spec *good_routes(struct yaml_tree *t, const struct yaml_list *routes,
					uint32_t *count)
{
	const struct route_file *r = routes->items;
	sj_route_spec *to = yaml_tree_take(t, routes->count * sizeof(*to) + 1);

	for (size_t i = 0; to != NULL && i < routes->count; i++)
		if (r[i].good)
			to[(*count)++] = r[i].spec;
	return to;
}

static void refuse(struct yaml_tree *t, const struct file *f)
{
	const struct network_file *n = &f->network;
	const struct type_file *type = f->nodes.items;
	const struct storage_file *storage = n->storage.items;
	const struct { const char *key; struct text_mark at; } other[] = {
		{ "bandwidth", n->bandwidth.at }, { "latency", n->latency.at },
		{ "duplex", n->duplex.at }, { "oversubscription", n->oversubscription.at },
		{ "backbone", n->backbone.at }, { "wan", n->wan.at }, { "sites", n->sites.at },
	};

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (other[i].at.line != 0)
			yaml_tree_wrong(t, other[i].at, "%s: with topology links each link states what "
					"it is and connects; leave it out", other[i].key);
	for (size_t k = 0; k < f->nodes.count; k++)
		if (type[k].nic.at.line != 0)
			yaml_tree_wrong(t, type[k].nic.at, "nic: with topology links a node has the links "
					"that end at it; leave it out");
	for (size_t i = 0; i < n->storage.count; i++)
		if (storage[i].bandwidth.at.line != 0)
			yaml_tree_wrong(t, storage[i].bandwidth.at, "bandwidth: with topology links a "
					"storage has the links that end at it; leave it out");
}

void platform_check_links(struct yaml_tree *t, struct file *f)
{
	struct network_file *n = &f->network;
	struct route_file *route = n->routes.items;
	struct vertices v = { .count = 0 };
	struct links l = { .count = 0 };
	sj_graph_spec spec = { .cable_count = (uint32_t)n->links.count };
	sj_error err = { 0 };
	sj_graph g;

	refuse(t, f);
	if (n->links.at.line == 0)
		yaml_tree_wrong(t, n->topology.at, "topology: links: a list of them, links, is missing");
	if (!vertices_name(t, f, &v) || v.nodes == 0 || !check_links(t, &v, n, &l) ||
	    n->links.at.line == 0)
		return;
	spec.cable = l.spec;
	spec.switch_count = v.switches;
	if (sj_graph_lay(&g, &spec, v.nodes + v.storages, &err) != SJ_OK) {
		yaml_tree_wrong(t, n->links.at, "%s", err.text);
		return;
	}
	for (size_t i = 0; i < n->routes.count; i++)
		check_route(t, &v, &l, &g, &route[i]);
	check_ways(t, &v, &n->routes);
	if (has_loose(&spec) || check_connected(t, &v, &g, n->links.at)) {
		sj_graph_fini(&g);
		spec.route = good_routes(t, &n->routes, &spec.route_count);
		if (sj_graph_init(&g, &spec, v.nodes + v.storages, &err) != SJ_OK) /* ways too long */
			yaml_tree_wrong(t, n->links.at, "%s", err.text);
	}
	sj_graph_fini(&g);
}
