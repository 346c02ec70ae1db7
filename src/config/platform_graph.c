/* SPDX-License-Identifier: GPL-3.0-or-later */
/* platform_graph.c - links of one's own of a file without mistakes, as the core takes them. */
#include "config/platform_keys.h"

#include <stdlib.h>
#include <string.h>

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
			.loose = from[i].between.at.line == 0,
			.half_duplex = from[i].between.at.line == 0 ||
				       (from[i].duplex.v != NULL && from[i].duplex.v[0] == 'h'),
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
