/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platform_links.c - a network of links and routes of one's own: names become numbers, and
 * what cannot be is told with its place in the file.
 */
#include "config/platform_keys.h"

#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"
#include "units.h"

/* ---- names of vertices -------------------------------------------------------------------- */

/* A type stands for all its nodes. */
struct vertex {
	const char      *name;
	const char      *kind; /* "type", "storage", "switch" */
	struct text_mark at;
	sj_graph_end     is;
	uint32_t         index;
};

struct vertices {
	struct vertex *sorted;
	const char   **name; /* in the same order, for suggestions */
	size_t         count;
	uint32_t       nodes, storages, switches;
};

static int by_name(const void *x, const void *y)
{
	const struct vertex *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : a->index < b->index ? -1 : a->index > b->index;
}

static void add(struct vertices *v, const struct yaml_text *name, const char *kind,
		uint32_t first, uint32_t count)
{
	if (name->v != NULL) {
		v->sorted[v->count] = (struct vertex){ name->v, kind, name->at, { first, count },
						       (uint32_t)v->count };
		v->count++;
	}
}

static void collect(const struct file *f, struct vertices *v)
{
	const struct type_file *type = f->nodes.items;
	const struct storage_file *storage = f->network.storage.items;
	const struct yaml_text *sw = f->network.switches.items;

	for (size_t k = 0; k < f->nodes.count; k++) {
		uint32_t n = type[k].count.v > 0 ? (uint32_t)type[k].count.v : 0;

		if (n > 0)
			add(v, &type[k].type, "type", v->nodes, n);
		v->nodes += n;
	}
	for (size_t i = 0; i < f->network.storage.count; i++)
		add(v, &storage[i].name, "storage", v->nodes + v->storages++, 1);
	for (size_t i = 0; i < f->network.switches.count; i++)
		add(v, &sw[i], "switch", v->nodes + v->storages + v->switches++, 1);
}

/* Types and storages have told of their own doubles. */
static void check_twice(struct yaml_tree *t, const struct vertices *v)
{
	for (size_t i = 1; i < v->count; i++) {
		const struct vertex *a = &v->sorted[i - 1], *b = &v->sorted[i];

		if (strcmp(a->name, b->name) == 0 && (a->kind != b->kind || b->kind[1] == 'w'))
			yaml_tree_wrong(t, b->at, "%s: \"%s\" is named twice; it is a %s in line %u",
					b->kind, sj_quote(b->name, strlen(b->name)).text, a->kind,
					a->at.line);
	}
}

/* Of several of one name the first is meant: types before all others. */
static void drop_doubles(struct vertices *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->count; i++)
		if (n == 0 || strcmp(v->sorted[n - 1].name, v->sorted[i].name) != 0)
			v->sorted[n++] = v->sorted[i];
	v->count = n;
}

static bool name_vertices(struct yaml_tree *t, const struct file *f, struct vertices *v)
{
	size_t room = f->nodes.count + f->network.storage.count + f->network.switches.count;
	const struct yaml_text *sw = f->network.switches.items;

	v->sorted = yaml_tree_take(t, room * sizeof(*v->sorted) + 1);
	v->name = yaml_tree_take(t, room * sizeof(*v->name) + 1);
	if (v->sorted == NULL || v->name == NULL)
		return false;
	collect(f, v);
	for (size_t i = 0; i < f->network.switches.count; i++)
		platform_check_name(t, "switches", &sw[i]);
	qsort(v->sorted, v->count, sizeof(*v->sorted), by_name);
	check_twice(t, v);
	drop_doubles(v);
	for (size_t i = 0; i < v->count; i++)
		v->name[i] = v->sorted[i].name;
	return true;
}

static const struct vertex *find(const struct vertices *v, const char *name, size_t length)
{
	size_t lo = 0, hi = v->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strncmp(v->sorted[mid].name, name, length);

		if (order == 0)
			order = v->sorted[mid].name[length] != '\0';
		if (order < 0)
			lo = mid + 1;
		else if (order > 0)
			hi = mid;
		else
			return &v->sorted[mid];
	}
	return NULL;
}

/* "0" or "0-15" behind TYPE: are nodes of it. */
static bool read_range(const char *text, uint32_t count, sj_graph_end *out)
{
	unsigned long first, last;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	first = last = strtoul(text, &end, 10);
	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		last = strtoul(end + 1, &end, 10);
	if (*end != '\0' || last >= count || first > last)
		return false;
	out->first = (uint32_t)first;
	out->count = (uint32_t)(last - first) + 1;
	return true;
}

static bool find_end(struct yaml_tree *t, const char *what, const struct vertices *v,
		     const struct yaml_text *text, sj_graph_end *out)
{
	const struct vertex *x = find(v, text->v, strlen(text->v));
	const char *colon = strrchr(text->v, ':'), *near = NULL;

	if (x != NULL) {
		*out = x->is;
		return true;
	}
	x = colon != NULL ? find(v, text->v, (size_t)(colon - text->v)) : NULL;
	if (x != NULL && x->kind[0] == 't') {
		if (read_range(colon + 1, x->is.count, out)) {
			out->first += x->is.first;
			return true;
		}
		yaml_tree_wrong(t, text->at, "%s: \"%s\": expected %s:N or %s:N-N with N from 0 to %u",
				what, sj_quote(text->v, strlen(text->v)).text, x->name, x->name,
				x->is.count - 1);
		return false;
	}
	if (!yaml_tree_full(t))
		near = sj_nearest(text->v, v->name, v->count < 1000 ? v->count : 1000);
	yaml_tree_wrong(t, text->at, "%s: \"%s\" is no node type, TYPE:N, storage or switch%s%s%s", what,
			sj_quote(text->v, strlen(text->v)).text, near != NULL ? "; did you mean \"" : "",
			near != NULL ? near : "", near != NULL ? "\"?" : "");
	return false;
}

/* "TYPE:N", or a name. */
static struct text64 { char text[96]; } vertex_text(const struct vertices *v, uint32_t vertex)
{
	struct text64 out = { "" };

	for (size_t i = 0; i < v->count; i++) {
		const struct vertex *x = &v->sorted[i];

		if (vertex < x->is.first || vertex - x->is.first >= x->is.count)
			continue;
		if (x->kind[0] == 't')
			snprintf(out.text, sizeof(out.text), "%.64s:%u", x->name,
				 vertex - x->is.first);
		else
			snprintf(out.text, sizeof(out.text), "%.64s", x->name);
	}
	return out;
}

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

	if (c->between.at.line == 0 || end == NULL)
		return false;
	if (c->between.count != 2) {
		yaml_tree_wrong(t, c->between.at, "between: %zu names; expected the two ends",
				c->between.count);
		return false;
	}
	for (int i = 0; i < 2; i++)
		known &= find_end(t, "between", v, &end[i], &spec->end[i]);
	if (!known)
		return false;
	if (sj_cable_spec_count(spec) == 0) {
		yaml_tree_wrong(t, c->between.at, "between: %u nodes and %u; expected as many, or one "
				"end for all", spec->end[0].count, spec->end[1].count);
		return false;
	}
	if (spec->end[0].first == spec->end[1].first) {
		yaml_tree_wrong(t, c->between.at, "between: a link from \"%s\" to itself",
				vertex_text(v, spec->end[0].first).text);
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
	const sj_cable_spec spec = { .end = { c->end[0], c->end[1] } };

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
		if (c != NULL && (cables_of(c) == 1 || !read_range(dot + 1, cables_of(c), &nth) ||
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

	if (text->v == NULL || !find_end(t, what, v, text, &end))
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

	for (uint32_t k = 0; k < bad; k++)
		at = g->end[spec->cable[k]][g->end[spec->cable[k]][0] == at];
	(void)link;
	if (bad == spec->count)
		yaml_tree_wrong(t, r->via.at, "via: the links end at \"%s\" and not at \"%s\"",
				vertex_text(v, at).text, vertex_text(v, spec->to).text);
	else if (g->end[spec->cable[bad]][0] == at || g->end[spec->cable[bad]][1] == at)
		yaml_tree_wrong(t, via[bad].at, "via: \"%s\" is crossed twice", via[bad].v);
	else
		yaml_tree_wrong(t, via[bad].at, "via: \"%s\" is not at \"%s\", to which the links before "
				"it lead", via[bad].v, vertex_text(v, at).text);
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
					vertex_text(v, way[i].from).text, vertex_text(v, way[i].to).text,
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
					vertex_text(v, 0).text, vertex_text(v, e).text);
		whole = e == 0;
		if (sj_graph_flood(g, e, seen) != SJ_OK)
			return false;
	}
	return whole;
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
	if (!name_vertices(t, f, &v) || v.nodes == 0 || !check_links(t, &v, n, &l) ||
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
	if (check_connected(t, &v, &g, n->links.at)) {
		sj_graph_fini(&g);
		if (sj_graph_init(&g, &spec, v.nodes + v.storages, &err) != SJ_OK) /* ways too long */
			yaml_tree_wrong(t, n->links.at, "%s", err.text);
	}
	sj_graph_fini(&g);
}

/* ---- filling --------------------------------------------------------------------------------------- */

static int fill_switches(const struct network_file *n, sj_graph_spec *spec)
{
	const struct yaml_text *from = n->switches.items;
	char **to = calloc(n->switches.count + 1, sizeof(*to));

	spec->switch_name = (const char *const *)to;
	for (size_t i = 0; to != NULL && i < n->switches.count; i++) {
		to[i] = strdup(from[i].v);
		spec->switch_count++;
		if (to[i] == NULL)
			return SJ_ENOMEM;
	}
	return to != NULL ? SJ_OK : SJ_ENOMEM;
}

static int fill_links(const struct network_file *n, sj_graph_spec *spec)
{
	const struct cable_file *from = n->links.items;
	sj_cable_spec *to = calloc(n->links.count + 1, sizeof(*to));

	spec->cable = to;
	for (size_t i = 0; to != NULL && i < n->links.count; i++) {
		to[i] = (sj_cable_spec){
			.name = strdup(from[i].name.v), .end = { from[i].end[0], from[i].end[1] },
			.bytes_per_s = (double)from[i].bandwidth.v, .latency_ns = from[i].latency.v,
			.half_duplex = from[i].duplex.v != NULL && from[i].duplex.v[0] == 'h',
		};
		spec->cable_count++;
		if (to[i].name == NULL)
			return SJ_ENOMEM;
	}
	return to != NULL ? SJ_OK : SJ_ENOMEM;
}

static int fill_routes(const struct network_file *n, sj_graph_spec *spec)
{
	const struct route_file *from = n->routes.items;
	sj_route_spec *to = calloc(n->routes.count + 1, sizeof(*to));

	spec->route = to;
	for (size_t i = 0; to != NULL && i < n->routes.count; i++) {
		uint32_t *cable = malloc((from[i].spec.count + 1u) * sizeof(*cable));

		to[i] = from[i].spec;
		to[i].cable = cable;
		spec->route_count++;
		if (cable == NULL)
			return SJ_ENOMEM;
		memcpy(cable, from[i].cable, from[i].spec.count * sizeof(*cable));
	}
	return to != NULL ? SJ_OK : SJ_ENOMEM;
}

int platform_fill_links(const struct network_file *n, sj_fabric_spec *spec)
{
	sj_graph_spec *g = calloc(1, sizeof(*g));
	int rc;

	spec->graph = g;
	if (g == NULL)
		return SJ_ENOMEM;
	g->metric = n->routing.v != NULL && n->routing.v[0] == 'l' ? SJ_BY_LATENCY : SJ_BY_HOPS;
	rc = fill_switches(n, g);
	if (rc == SJ_OK)
		rc = fill_links(n, g);
	return rc == SJ_OK ? fill_routes(n, g) : rc;
}
