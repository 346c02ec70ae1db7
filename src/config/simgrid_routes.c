/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simgrid_routes.c - see simgrid_routes.h. */
#include "config/simgrid_routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/network_text.h"
#include "config/platform_keys.h"

struct entry {
	char    *name;
	uint32_t number; /* of the node, or of the cable */
};

struct table {
	struct entry *entry;
	size_t        count, room;
};

struct route {
	char    *from, *to;
	size_t   first, count; /* hops */
	bool     symmetric;
};

struct simgrid_flat {
	struct table   hosts, links, hops; /* a hop's name is that of a cable */
	sj_cable_spec *cable; /* names are those in `links` */
	struct route  *route;
	size_t         routes, room, cable_room;
	bool           spoiled;
};

struct simgrid_flat *simgrid_flat_create(void)
{
	return calloc(1, sizeof(struct simgrid_flat));
}

static void table_free(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->entry[i].name);
	free(t->entry);
}

void simgrid_flat_free(struct simgrid_flat *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->routes; i++) {
		free(f->route[i].from);
		free(f->route[i].to);
	}
	table_free(&f->hosts);
	table_free(&f->links);
	table_free(&f->hops);
	free(f->cable);
	free(f->route);
	free(f);
}

static bool add(struct table *t, const char *name, const char *tail)
{
	char *copy;

	if (t->count == t->room) {
		size_t room = t->room > 0 ? 2 * t->room : 64;
		struct entry *more = realloc(t->entry, room * sizeof(*more));

		if (more == NULL)
			return false;
		t->entry = more;
		t->room = room;
	}
	if (asprintf(&copy, "%s%s", name, tail) < 0)
		return false;
	t->entry[t->count] = (struct entry){ copy, (uint32_t)t->count };
	t->count++;
	return true;
}

bool simgrid_flat_host(struct simgrid_flat *f, const char *name)
{
	return add(&f->hosts, name, "");
}

static bool add_cable(struct simgrid_flat *f, const char *name, const char *tail,
		      uint64_t bytes_per_s, sj_time latency_ns)
{
	if (f->links.count == f->cable_room) {
		size_t room = f->cable_room > 0 ? 2 * f->cable_room : 64;
		sj_cable_spec *more = realloc(f->cable, room * sizeof(*more));

		if (more == NULL)
			return false;
		f->cable = more;
		f->cable_room = room;
	}
	f->cable[f->links.count] = (sj_cable_spec){ .loose = true, .half_duplex = true,
						    .bytes_per_s = (double)bytes_per_s,
						    .latency_ns = latency_ns };
	return add(&f->links, name, tail);
}

bool simgrid_flat_link(struct simgrid_flat *f, const char *name, uint64_t bytes_per_s,
		       sj_time latency_ns, enum simgrid_sharing sharing)
{
	f->spoiled |= bytes_per_s == 0;
	switch (sharing) {
	case SIMGRID_SHARED:
		return add_cable(f, name, "", bytes_per_s, latency_ns);
	case SIMGRID_HALVES:
		return add_cable(f, name, "_UP", bytes_per_s, latency_ns) &&
		       add_cable(f, name, "_DOWN", bytes_per_s, latency_ns);
	case SIMGRID_OTHER:
		break;
	}
	return true; /* who crosses it finds no link */
}

bool simgrid_flat_route(struct simgrid_flat *f, const char *from, const char *to,
			bool symmetric)
{
	struct route *r;

	if (f->routes == f->room) {
		size_t room = f->room > 0 ? 2 * f->room : 64;
		struct route *more = realloc(f->route, room * sizeof(*more));

		if (more == NULL)
			return false;
		f->route = more;
		f->room = room;
	}
	r = &f->route[f->routes++];
	*r = (struct route){ strdup(from), strdup(to), f->hops.count, 0, symmetric };
	return r->from != NULL && r->to != NULL;
}

bool simgrid_flat_hop(struct simgrid_flat *f, const char *link, const char *way)
{
	if (f->routes == 0)
		return true;
	f->route[f->routes - 1].count++;
	return add(&f->hops, link, strcmp(way, "UP") == 0 ? "_UP" :
				   strcmp(way, "DOWN") == 0 ? "_DOWN" : "");
}

void simgrid_flat_spoil(struct simgrid_flat *f)
{
	f->spoiled = true;
}

/* ---- names --------------------------------------------------------------------------------- */

static int by_name(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : a->number < b->number ? -1 : a->number > b->number;
}

static int by_name_only(const void *x, const void *y)
{
	return strcmp(((const struct entry *)x)->name, ((const struct entry *)y)->name);
}

static const struct entry *find(const struct table *t, const char *name)
{
	const struct entry key = { (char *)(uintptr_t)name, 0 };

	return t->count == 0 ? NULL :
	       bsearch(&key, t->entry, t->count, sizeof(key), by_name_only);
}

/* The other half of a link in two, for the way back. */
static const struct entry *other_half(const struct simgrid_flat *f, const char *name)
{
	static const char *const tails[][2] = { { "_UP", "_DOWN" }, { "_DOWN", "_UP" } };
	size_t length = strlen(name);

	for (int i = 0; i < 2; i++) {
		size_t n = strlen(tails[i][0]);
		char back[512];

		if (length <= n || length >= sizeof(back) - 8 ||
		    strcmp(name + length - n, tails[i][0]) != 0)
			continue;
		snprintf(back, sizeof(back), "%.*s%s", (int)(length - n), name, tails[i][1]);
		if (find(&f->links, back) != NULL)
			return find(&f->links, back);
	}
	return find(&f->links, name);
}

/* ---- building ------------------------------------------------------------------------------- */

/* One way of a route; *good: all its links are known. */
static int put_route(const struct simgrid_flat *f, const struct route *r, uint32_t from,
		     uint32_t to, bool back, sj_route_spec *out, bool *good)
{
	uint32_t *cable = malloc((r->count + 1) * sizeof(*cable));

	*out = (sj_route_spec){ .from = from, .to = to, .count = (uint32_t)r->count,
				.cable = cable };
	if (cable == NULL)
		return SJ_ENOMEM;
	*good &= r->count > 0 && r->count <= SJ_GRAPH_ROUTE_MAX;
	for (size_t k = 0; k < r->count; k++) {
		const char *name = f->hops.entry[r->first + (back ? r->count - 1 - k : k)].name;
		const struct entry *e = back ? other_half(f, name) : find(&f->links, name);

		*good &= e != NULL;
		cable[k] = e != NULL ? e->number : 0;
	}
	return SJ_OK;
}

/* Routes between nodes; of two for the same ends the first counts, as the sorting says. */
static int put_routes(const struct simgrid_flat *f, sj_graph_spec *g, bool *good)
{
	sj_route_spec *to = calloc(2 * f->routes + 1, sizeof(*to));
	int rc = to != NULL ? SJ_OK : SJ_ENOMEM;

	g->route = to;
	for (size_t i = 0; i < f->routes && rc == SJ_OK; i++) {
		const struct route *r = &f->route[i];
		const struct entry *a = find(&f->hosts, r->from), *b = find(&f->hosts, r->to);

		if (a == NULL || b == NULL || a == b)
			continue;
		rc = put_route(f, r, a->number, b->number, false, &to[g->route_count++], good);
		if (rc == SJ_OK && r->symmetric)
			rc = put_route(f, r, b->number, a->number, true, &to[g->route_count++], good);
	}
	return rc;
}

static int put_cables(const struct simgrid_flat *f, sj_graph_spec *g)
{
	sj_cable_spec *to = calloc(f->links.count + 1, sizeof(*to));
	bool good = to != NULL;

	g->cable = to;
	for (size_t i = 0; i < f->links.count && good; i++) { /* sorted by name */
		const struct entry *e = &f->links.entry[i];

		to[e->number] = f->cable[e->number];
		to[e->number].name = strdup(e->name);
		good = to[e->number].name != NULL;
	}
	g->cable_count = good ? (uint32_t)f->links.count : 0;
	for (size_t i = 0; i < f->links.count && !good && to != NULL; i++)
		free((char *)(uintptr_t)to[i].name);
	return good ? SJ_OK : SJ_ENOMEM;
}

/* Names become those of a cluster file; a file with others makes no network. */
static bool names_fit(const struct simgrid_flat *f)
{
	for (size_t i = 0; i < f->links.count; i++)
		if (!platform_is_name(f->links.entry[i].name) ||
		    (i > 0 && strcmp(f->links.entry[i - 1].name, f->links.entry[i].name) == 0))
			return false;
	return true;
}

int simgrid_flat_build(struct simgrid_flat *f, struct cluster *out)
{
	sj_graph_spec *g;
	sj_graph trial;
	bool good = true;
	int rc;

	if (f->spoiled || f->routes == 0 || f->hosts.count > SIMGRID_FLAT_HOSTS_MAX)
		return SJ_OK;
	qsort(f->hosts.entry, f->hosts.count, sizeof(*f->hosts.entry), by_name);
	qsort(f->links.entry, f->links.count, sizeof(*f->links.entry), by_name);
	if (!names_fit(f))
		return SJ_OK;
	out->network = calloc(1, sizeof(*out->network));
	g = calloc(1, sizeof(*g));
	if (out->network == NULL || g == NULL) {
		free(g);
		return SJ_ENOMEM;
	}
	out->network->topology = (sj_topology_spec){ .kind = SJ_TOPOLOGY_LINKS,
						     .oversubscription = 1 };
	out->network->graph = g;
	rc = put_cables(f, g);
	if (rc == SJ_OK)
		rc = put_routes(f, g, &good);
	if (rc != SJ_OK)
		return rc;
	/* Does every pair have a route? */
	rc = good ? sj_graph_init(&trial, g, (uint32_t)f->hosts.count, NULL) : SJ_EINVAL;
	if (rc == SJ_OK)
		sj_graph_fini(&trial);
	if (rc == SJ_EINVAL) {
		network_free(out->network);
		out->network = NULL;
	}
	return rc == SJ_ENOMEM ? rc : SJ_OK;
}
