/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network_text.c - see network_text.h. What is as it is without a key is left out. */
#include "config/network_text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config/topology_text.h"
#include "units.h"

/* Both notations have the same pairs; a mapping stays on one line unless it is a block. */
struct pen {
	FILE *to;
	bool  json;
	bool  first; /* nothing in the mapping yet */
	bool  block;
};

static void key(struct pen *p, const char *name)
{
	const char *quote = p->json ? "\"" : "";

	fprintf(p->to, "%s%s%s%s:%s", p->block ? "\n  " : p->first ? "" : p->json ? "," : ", ",
		quote, name, quote, p->json ? "" : " ");
	p->first = false;
}

static void text(struct pen *p, const char *name, const char *value)
{
	key(p, name);
	fprintf(p->to, "\"%s\"", value);
}

static void rate(struct pen *p, const char *name, double bytes_per_s)
{
	char buf[64];

	sj_format_rate((uint64_t)bytes_per_s, buf, sizeof(buf));
	if (bytes_per_s > 0)
		text(p, name, buf);
}

static void duration(struct pen *p, const char *name, sj_time ns)
{
	char buf[64];

	sj_format_time(ns, buf, sizeof(buf));
	if (ns != 0)
		text(p, name, buf);
}

static void duplex(struct pen *p, bool half)
{
	if (half)
		text(p, "duplex", "half");
}

static void topology(struct pen *p, const sj_topology_spec *s)
{
	char buf[TOPOLOGY_TEXT_MAX];

	topology_format(s, buf);
	text(p, "topology", buf);
	if (s->oversubscription != 1) {
		sj_format_double(s->oversubscription, buf, sizeof(buf));
		key(p, "oversubscription");
		fputs(buf, p->to);
	}
	rate(p, "bandwidth", s->bytes_per_s);
	duration(p, "latency", s->latency_ns);
	duplex(p, s->half_duplex);
	if (s->unshared)
		text(p, "duplex", "fatpipe");
	rate(p, "backbone", s->backbone_bytes_per_s);
	duration(p, "backbone_latency", s->backbone_latency_ns);
}

/* ---- lists of mappings ------------------------------------------------------------------ */

/* Number i of a list: what stands before it. */
static struct pen item(const struct pen *p, size_t i)
{
	fputs(!p->json ? "\n    - { " : i == 0 ? "{" : ",{", p->to);
	return (struct pen){ p->to, p->json, true, false };
}

static void end_item(const struct pen *p)
{
	fputs(p->json ? "}" : " }", p->to);
}

static void begin_list(struct pen *p, const char *name)
{
	fprintf(p->to, p->json ? ",\"%s\":[" : "\n  %s:", name);
}

static void end_list(const struct pen *p)
{
	fputs(p->json ? "]" : "", p->to);
}

static void storages(struct pen *p, const struct cluster *c)
{
	const sj_fabric_spec *n = c->network;

	if (n->storage_count == 0)
		return;
	begin_list(p, "storage");
	for (uint32_t i = 0; i < n->storage_count; i++) {
		const sj_storage_spec *s = &n->storage[i];
		struct pen in = item(p, i);

		text(&in, "name", s->name);
		if (c->site_count > 0)
			text(&in, "site", c->site_names[s->site]);
		rate(&in, "bandwidth", s->bytes_per_s);
		duration(&in, "latency", s->latency_ns);
		rate(&in, "disk", s->disk_bytes_per_s);
		rate(&in, "read", s->read_bytes_per_s);
		rate(&in, "write", s->write_bytes_per_s);
		end_item(&in);
	}
	end_list(p);
}

/* ---- between sites ------------------------------------------------------------------------ */

static bool usual_name(const struct cluster *c, const sj_wan_spec *w)
{
	const char *a = c->site_names[w->site[0]], *b = c->site_names[w->site[1]];
	size_t n = strlen(a);

	return strncmp(w->name, a, n) == 0 && w->name[n] == '-' && strcmp(w->name + n + 1, b) == 0;
}

/* Is it one alike cable between every two sites, in order? */
static bool is_mesh(const struct cluster *c)
{
	const sj_wan_spec *w = c->network->wan, *first = w;

	if (c->network->wan_count != (uint64_t)c->site_count * (c->site_count - 1) / 2)
		return false;
	for (uint32_t a = 0; a < c->site_count; a++)
		for (uint32_t b = a + 1; b < c->site_count; b++, w++)
			if (w->site[0] != a || w->site[1] != b || !usual_name(c, w) ||
			    w->bytes_per_s != first->bytes_per_s ||
			    w->latency_ns != first->latency_ns ||
			    w->half_duplex != first->half_duplex)
				return false;
	return true;
}

static void cable(struct pen *p, const sj_wan_spec *w)
{
	rate(p, "bandwidth", w->bytes_per_s);
	duration(p, "latency", w->latency_ns);
	duplex(p, w->half_duplex);
}

static void wan(struct pen *p, const struct cluster *c)
{
	const sj_fabric_spec *n = c->network;

	if (n->wan_count == 0)
		return;
	if (is_mesh(c)) {
		struct pen in = { p->to, p->json, true, false };

		fputs(p->json ? ",\"wan\":{" : "\n  wan: { ", p->to);
		cable(&in, n->wan);
		end_item(&in);
		return;
	}
	begin_list(p, "wan");
	for (uint32_t i = 0; i < n->wan_count; i++) {
		const sj_wan_spec *w = &n->wan[i];
		struct pen in = item(p, i);

		if (!usual_name(c, w))
			text(&in, "name", w->name);
		key(&in, "between");
		fprintf(p->to, p->json ? "[\"%s\",\"%s\"]" : "[\"%s\", \"%s\"]",
			c->site_names[w->site[0]], c->site_names[w->site[1]]);
		cable(&in, w);
		end_item(&in);
	}
	end_list(p);
}

static bool same_topology(const sj_topology_spec *a, const sj_topology_spec *b)
{
	for (uint32_t k = 0; k < a->levels && a->levels == b->levels; k++)
		if (a->size[k] != b->size[k])
			return false;
	return a->kind == b->kind && a->levels == b->levels &&
	       a->oversubscription == b->oversubscription && a->bytes_per_s == b->bytes_per_s &&
	       a->latency_ns == b->latency_ns && a->half_duplex == b->half_duplex &&
	       a->unshared == b->unshared &&
	       a->backbone_bytes_per_s == b->backbone_bytes_per_s &&
	       a->backbone_latency_ns == b->backbone_latency_ns;
}

static void sites(struct pen *p, const struct cluster *c)
{
	const sj_topology_spec *own = c->network->site_topology;
	size_t count = 0;

	for (uint32_t i = 0; own != NULL && i < c->site_count; i++) {
		struct pen in;

		if (same_topology(&own[i], &c->network->topology))
			continue;
		if (count == 0)
			begin_list(p, "sites");
		in = item(p, count++);
		text(&in, "site", c->site_names[i]);
		topology(&in, &own[i]);
		end_item(&in);
	}
	if (count != 0)
		end_list(p);
}

/* ---- links of one's own ---------------------------------------------------------------------- */

/* A range of nodes lies in one type. */
static void put_end(FILE *to, const struct cluster *c, sj_graph_end e)
{
	const sj_graph_spec *g = c->network->graph;
	uint32_t first = 0, k = 0, behind;

	while (k < c->type_count && e.first - first >= c->types[k].spec.count)
		first += c->types[k++].spec.count;
	behind = e.first - first;
	if (k == c->type_count)
		fprintf(to, "\"%s\"", behind < c->network->storage_count ?
			c->network->storage[behind].name :
			g->switch_name[behind - c->network->storage_count]);
	else if (e.count == c->types[k].spec.count && e.count == 1)
		fprintf(to, "\"%s:0\"", c->types[k].name);
	else if (e.count == c->types[k].spec.count)
		fprintf(to, "\"%s\"", c->types[k].name);
	else if (e.count == 1)
		fprintf(to, "\"%s:%u\"", c->types[k].name, behind);
	else
		fprintf(to, "\"%s:%u-%u\"", c->types[k].name, behind, behind + e.count - 1);
}

static void put_cable(FILE *to, const sj_graph_spec *g, uint32_t cable)
{
	uint32_t i = 0, n;

	for (; cable >= (n = sj_cable_spec_count(&g->cable[i])); i++)
		cable -= n;
	if (n == 1)
		fprintf(to, "\"%s\"", g->cable[i].name);
	else
		fprintf(to, "\"%s.%u\"", g->cable[i].name, cable);
}

static void routes(struct pen *p, const struct cluster *c)
{
	const sj_graph_spec *g = c->network->graph;

	for (uint32_t i = 0; i < g->route_count; i++) {
		const sj_route_spec *r = &g->route[i];
		struct pen in;

		if (i == 0)
			begin_list(p, "routes");
		in = item(p, i);
		key(&in, "from");
		put_end(p->to, c, (sj_graph_end){ r->from, 1 });
		key(&in, "to");
		put_end(p->to, c, (sj_graph_end){ r->to, 1 });
		key(&in, "via");
		for (uint32_t k = 0; k < r->count; k++) {
			fputs(k == 0 ? "[" : p->json ? "," : ", ", p->to);
			put_cable(p->to, g, r->cable[k]);
		}
		fputs(r->count == 0 ? "[]" : "]", p->to);
		if (!r->symmetric)
			text(&in, "symmetric", "no");
		end_item(&in);
	}
	if (g->route_count != 0)
		end_list(p);
}

static void links(struct pen *p, const struct cluster *c)
{
	const sj_graph_spec *g = c->network->graph;

	if (g == NULL)
		return;
	if (g->metric == SJ_BY_LATENCY)
		text(p, "routing", "latency");
	if (c->network->reroute)
		text(p, "reroute", "yes");
	if (g->switch_count > 0)
		key(p, "switches");
	for (uint32_t i = 0; i < g->switch_count; i++)
		fprintf(p->to, "%s\"%s\"%s", i == 0 ? "[" : p->json ? "," : ", ", g->switch_name[i],
			i + 1 == g->switch_count ? "]" : "");
	begin_list(p, "links");
	for (uint32_t i = 0; i < g->cable_count; i++) {
		const sj_cable_spec *s = &g->cable[i];
		struct pen in = item(p, i);

		text(&in, "name", s->name);
		if (!s->loose) {
			key(&in, "between");
			fputc('[', p->to);
			put_end(p->to, c, s->end[0]);
			fputs(p->json ? "," : ", ", p->to);
			put_end(p->to, c, s->end[1]);
			fputc(']', p->to);
		}
		rate(&in, "bandwidth", s->bytes_per_s);
		duration(&in, "latency", s->latency_ns);
		duplex(&in, s->half_duplex && !s->loose);
		end_item(&in);
	}
	end_list(p);
	routes(p, c);
}

/* ---- links that change ------------------------------------------------------------------------ */

static void law(struct pen *p, const char *name, const char *value)
{
	if (value != NULL)
		text(p, name, value);
}

static void failures(struct pen *p, const struct cluster *c)
{
	char *const *laws = c->network_laws;

	for (uint32_t i = 0; i < c->network->fault_count; i++, laws += 2) {
		struct pen in;

		if (i == 0)
			begin_list(p, "failures");
		in = item(p, i);
		text(&in, "links", c->network->fault[i].links);
		law(&in, "mtbf", laws[0]);
		law(&in, "mttr", laws[1]);
		end_item(&in);
	}
	if (c->network->fault_count != 0)
		end_list(p);
}

static void background(struct pen *p, const struct cluster *c)
{
	char *const *laws = c->network_laws + 2 * c->network->fault_count;

	for (uint32_t i = 0; i < c->network->background_count; i++, laws += 2) {
		const sj_background_spec *b = &c->network->background[i];
		char percent[64];
		struct pen in;

		if (i == 0)
			begin_list(p, "background");
		in = item(p, i);
		text(&in, "links", b->links);
		rate(&in, "load", b->bytes_per_s);
		if (b->percent > 0) {
			sj_format_double(b->percent, percent, sizeof(percent) - 1);
			text(&in, "load", strcat(percent, "%"));
		}
		law(&in, "on", laws[0]);
		law(&in, "off", laws[1]);
		end_item(&in);
	}
	if (c->network->background_count != 0)
		end_list(p);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static bool is_plain(const sj_fabric_spec *n)
{
	return n->storage_count == 0 && n->wan_count == 0 && n->graph == NULL &&
	       n->fault_count == 0 && n->background_count == 0;
}

void network_write(FILE *to, bool json, const struct cluster *c)
{
	bool block = !json && !is_plain(c->network);
	struct pen p = { to, json, true, block };

	fputs(json ? ",\"network\":{" : block ? "\nnetwork:" : "\nnetwork: {", to);
	topology(&p, &c->network->topology);
	links(&p, c);
	storages(&p, c);
	wan(&p, c);
	sites(&p, c);
	failures(&p, c);
	background(&p, c);
	fputs(json ? "}" : block ? "\n" : "}\n", to);
}

static void free_graph(sj_graph_spec *g)
{
	if (g == NULL)
		return;
	for (uint32_t i = 0; i < g->switch_count; i++)
		free((char *)(uintptr_t)g->switch_name[i]);
	for (uint32_t i = 0; i < g->cable_count; i++)
		free((char *)(uintptr_t)g->cable[i].name);
	for (uint32_t i = 0; i < g->route_count; i++)
		free((uint32_t *)(uintptr_t)g->route[i].cable);
	free((char **)(uintptr_t)g->switch_name);
	free((sj_cable_spec *)(uintptr_t)g->cable);
	free((sj_route_spec *)(uintptr_t)g->route);
	free(g);
}

void network_free(sj_fabric_spec *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->storage_count; i++)
		free((char *)(uintptr_t)s->storage[i].name);
	for (uint32_t i = 0; i < s->fault_count; i++) {
		free((char *)(uintptr_t)s->fault[i].links);
		sj_law_free((sj_law *)(uintptr_t)s->fault[i].mtbf);
		sj_law_free((sj_law *)(uintptr_t)s->fault[i].mttr);
	}
	for (uint32_t i = 0; i < s->background_count; i++) {
		free((char *)(uintptr_t)s->background[i].links);
		sj_law_free((sj_law *)(uintptr_t)s->background[i].on);
		sj_law_free((sj_law *)(uintptr_t)s->background[i].off);
	}
	free((sj_link_fault *)(uintptr_t)s->fault);
	free((sj_background_spec *)(uintptr_t)s->background);
	for (uint32_t i = 0; i < s->wan_count; i++)
		free((char *)(uintptr_t)s->wan[i].name);
	free_graph((sj_graph_spec *)(uintptr_t)s->graph);
	free((sj_storage_spec *)(uintptr_t)s->storage);
	free((sj_wan_spec *)(uintptr_t)s->wan);
	free((sj_topology_spec *)(uintptr_t)s->site_topology);
	free(s);
}
