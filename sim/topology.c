/* SPDX-License-Identifier: GPL-3.0-or-later */
/* topology.c - numbering of links, and routes; see topology.h. */
#include "topology.h"

#include <stdlib.h>
#include <string.h>

/*
 * Cables are numbered; cable c is the links 2c (away from the node or the lower number,
 * "up") and 2c + 1 ("down"), or in half duplex the link c. The first cables are those of
 * the nodes themselves, except in a torus, where nodes are switches.
 */
static uint32_t link_of(const sj_topology *t, uint32_t cable, bool down)
{
	return t->spec.half_duplex ? cable : 2 * cable + down;
}

struct route {
	const sj_topology *t;
	uint32_t          *link;
	uint32_t           hops;
};

static void cross(struct route *r, uint32_t cable, bool down)
{
	r->link[r->hops++] = link_of(r->t, cable, down);
}

static bool is_port(const sj_topology *t, uint32_t place)
{
	return place >= t->nodes;
}

/* `n` ports spread evenly over `among` switches. */
static uint32_t port_at(const sj_topology *t, uint32_t place, uint32_t among)
{
	return (uint32_t)((uint64_t)(place - t->nodes) * among / t->ports);
}

/* ---- star ------------------------------------------------------------------------- */

static void route_star(struct route *r, uint32_t from, uint32_t to)
{
	if (!is_port(r->t, from))
		cross(r, from, false);
	if (r->t->backbone != UINT32_MAX)
		r->link[r->hops++] = r->t->backbone;
	if (!is_port(r->t, to))
		cross(r, to, true);
}

/* ---- tree ------------------------------------------------------------------------- */

/*
 * Level 0 is the root. Level k has count[k] switches with below[k] nodes each, and for
 * k > 0 an uplink each, first[k] + its number. The last level is the nodes themselves.
 */
static void size_tree(sj_topology *t, uint64_t *cables)
{
	uint32_t levels = t->spec.levels;

	t->below[levels] = 1;
	for (uint32_t k = levels; k-- > 0;)
		t->below[k] = t->below[k + 1] * t->spec.size[k];
	t->count[0] = 1;
	for (uint32_t k = 1; k < levels; k++) {
		t->count[k] = t->count[k - 1] * t->spec.size[k - 1];
		t->first[k] = (uint32_t)*cables;
		*cables += t->count[k];
	}
	t->first[levels] = 0;
}

static void route_tree(struct route *r, uint32_t from, uint32_t to)
{
	const sj_topology *t = r->t;
	bool root = is_port(t, from) || is_port(t, to); /* ports are at the root */
	uint32_t up = t->spec.levels, down;

	for (; up > 0 && (root || from / t->below[up] != to / t->below[up]); up--)
		if (!is_port(t, from))
			cross(r, t->first[up] + from / t->below[up], false);
	for (down = up + 1; down <= t->spec.levels && !is_port(t, to); down++)
		cross(r, t->first[down] + to / t->below[down], true);
}

/* ---- fat-tree ------------------------------------------------------------------------ */

/*
 * h = k/2. Pod p has h edge and h aggregation switches; edge e holds nodes
 * (p h + e) h + 0..h-1. Cables: edge-aggregation first[1] + (p h + e) h + a, and
 * aggregation-core first[2] + (p h + a) h + c, to core a h + c.
 */
static void size_fat_tree(sj_topology *t, uint64_t *cables)
{
	uint64_t h = t->spec.size[0] / 2, k = t->spec.size[0];

	t->first[1] = (uint32_t)*cables;
	*cables += k * h * h;
	t->first[2] = (uint32_t)*cables;
	*cables += k * h * h;
}

/* Between a port, which all cores reach, and a node: by the number of the node. */
static void route_fat_tree_port(struct route *r, uint32_t node, bool down)
{
	const sj_topology *t = r->t;
	uint32_t h = t->spec.size[0] / 2, edge = node / h, pod = edge / h, a = node % h;
	uint32_t cable[3] = { node, t->first[1] + edge * h + a,
			      t->first[2] + (pod * h + a) * h + edge % h };

	for (int k = 0; k < 3; k++)
		cross(r, cable[down ? 2 - k : k], down);
}

static void route_fat_tree(struct route *r, uint32_t from, uint32_t to)
{
	const sj_topology *t = r->t;
	uint32_t h = t->spec.size[0] / 2, edge = from / h, edge_to = to / h;
	uint32_t pod = edge / h, pod_to = edge_to / h, a = to % h, c = edge_to % h;

	if (is_port(t, from) || is_port(t, to)) {
		if (!is_port(t, from) || !is_port(t, to))
			route_fat_tree_port(r, is_port(t, from) ? to : from, is_port(t, from));
		return;
	}
	cross(r, from, false);
	if (edge != edge_to) {
		cross(r, t->first[1] + edge * h + a, false);
		if (pod != pod_to) {
			cross(r, t->first[2] + (pod * h + a) * h + c, false);
			cross(r, t->first[2] + (pod_to * h + a) * h + c, true);
		}
		cross(r, t->first[1] + edge_to * h + a, true);
	}
	cross(r, to, true);
}

/* ---- torus ------------------------------------------------------------------------------ */

/* Cable first[d] + node leads from the node to the next one of dimension d. The last
 * dimension varies fastest. */
static void size_torus(sj_topology *t, uint64_t *cables)
{
	uint32_t stride = 1;

	*cables = 0; /* nodes have no switch */
	t->cables_of_nodes = 0;
	for (uint32_t d = t->spec.levels; d-- > 0;) {
		t->below[d] = stride;
		stride *= t->spec.size[d];
	}
	for (uint32_t d = 0; d < t->spec.levels; d++) {
		t->first[d] = (uint32_t)*cables;
		*cables += t->nodes;
	}
}

static void route_torus(struct route *r, uint32_t from, uint32_t to)
{
	const sj_topology *t = r->t;

	from = is_port(t, from) ? port_at(t, from, t->nodes) : from;
	to = is_port(t, to) ? port_at(t, to, t->nodes) : to;
	for (uint32_t d = 0; d < t->spec.levels; d++) {
		uint32_t n = t->spec.size[d], stride = t->below[d];
		uint32_t a = from / stride % n, b = to / stride % n;
		uint32_t ahead = (b + n - a) % n;
		bool upwards = ahead <= n - ahead;

		while (a != b) {
			uint32_t next = upwards ? (a + 1) % n : (a + n - 1) % n;
			uint32_t base = from - a * stride;

			cross(r, t->first[d] + base + (upwards ? a : next) * stride, !upwards);
			from = base + next * stride;
			a = next;
		}
	}
}

/* ---- dragonfly --------------------------------------------------------------------------- */

/*
 * g groups of a routers of p nodes. Cable of routers i < j of group q:
 * first[1] + q a(a-1)/2 + pair(i, j). Cable of groups x < y: first[2] + pair(x, y); on
 * either side it ends at router (number of the other group, not counting its own) mod a.
 */
static uint32_t pair(uint32_t low, uint32_t high)
{
	return high * (high - 1) / 2 + low;
}

static void size_dragonfly(sj_topology *t, uint64_t *cables)
{
	uint64_t g = t->spec.size[0], a = t->spec.size[1];

	t->first[1] = (uint32_t)*cables;
	*cables += g * (a * (a - 1) / 2);
	t->first[2] = (uint32_t)*cables;
	*cables += g * (g - 1) / 2;
}

static void within_group(struct route *r, uint32_t group, uint32_t from, uint32_t to)
{
	uint32_t a = r->t->spec.size[1];

	if (from == to)
		return;
	cross(r, r->t->first[1] + group * (a * (a - 1) / 2) +
		 (from < to ? pair(from, to) : pair(to, from)), from > to);
}

static uint32_t gateway(uint32_t own, uint32_t other, uint32_t routers)
{
	return (other > own ? other - 1 : other) % routers;
}

static void route_dragonfly(struct route *r, uint32_t from, uint32_t to)
{
	const sj_topology *t = r->t;
	uint32_t a = t->spec.size[1], p = t->spec.size[2], routers = t->spec.size[0] * a;
	uint32_t at = is_port(t, from) ? port_at(t, from, routers) : from / p;
	uint32_t target = is_port(t, to) ? port_at(t, to, routers) : to / p;
	uint32_t group = at / a, group_to = target / a;

	if (!is_port(t, from))
		cross(r, from, false);
	if (group == group_to) {
		within_group(r, group, at % a, target % a);
	} else {
		within_group(r, group, at % a, gateway(group, group_to, a));
		cross(r, t->first[2] + (group < group_to ? pair(group, group_to) :
							   pair(group_to, group)),
		      group > group_to);
		within_group(r, group_to, gateway(group_to, group, a), target % a);
	}
	if (!is_port(t, to))
		cross(r, to, true);
}

/* ---- making ---------------------------------------------------------------------------------- */

static const struct {
	const char *name, *sizes;
	uint32_t    levels_min, levels_max;
	void      (*size)(sj_topology *t, uint64_t *cables);
	void      (*route)(struct route *r, uint32_t from, uint32_t to);
} kinds[] = {
	[SJ_TOPOLOGY_STAR] = { "star", "", 0, 0, NULL, route_star },
	[SJ_TOPOLOGY_TREE] = { "tree", "children of a switch, root first", 1,
			       SJ_TOPOLOGY_LEVELS, size_tree, route_tree },
	[SJ_TOPOLOGY_FAT_TREE] = { "fat-tree", "ports of a switch", 1, 1, size_fat_tree,
				   route_fat_tree },
	[SJ_TOPOLOGY_TORUS] = { "torus", "nodes of each dimension", 1, SJ_TOPOLOGY_LEVELS,
				size_torus, route_torus },
	[SJ_TOPOLOGY_DRAGONFLY] = { "dragonfly", "groups, routers, nodes", 3, 3,
				    size_dragonfly, route_dragonfly },
	[SJ_TOPOLOGY_LINKS] = { "links", "", 0, 0, NULL, NULL }, /* graph.c */
};

/* Places for nodes. */
static uint64_t places(const sj_topology_spec *s, uint32_t nodes)
{
	uint64_t product = 1;

	if (s->kind == SJ_TOPOLOGY_STAR || s->kind == SJ_TOPOLOGY_LINKS)
		return nodes;
	if (s->kind == SJ_TOPOLOGY_FAT_TREE)
		return (uint64_t)s->size[0] * s->size[0] / 4 * s->size[0];
	for (uint32_t k = 0; k < s->levels; k++)
		if (product <= UINT32_MAX)
			product *= s->size[k];
	return product;
}

static uint32_t longest_route(const sj_topology_spec *s)
{
	uint32_t hops = 0;

	if (s->kind == SJ_TOPOLOGY_STAR)
		return s->backbone_bytes_per_s > 0 ? 3 : 2;
	if (s->kind == SJ_TOPOLOGY_FAT_TREE)
		return 6;
	if (s->kind == SJ_TOPOLOGY_DRAGONFLY)
		return 5;
	if (s->kind == SJ_TOPOLOGY_TREE)
		return 2 * s->levels;
	for (uint32_t k = 0; k < s->levels; k++)
		hops += s->size[k] / 2 <= SJ_ROUTE_MAX ? s->size[k] / 2 : SJ_ROUTE_MAX + 1;
	return hops;
}

int sj_topology_check(const sj_topology_spec *s, uint32_t nodes, sj_error *err)
{
	uint64_t room;

	if (s->levels < kinds[s->kind].levels_min || s->levels > kinds[s->kind].levels_max)
		return sj_fail(err, SJ_EINVAL, "topology %s: %u sizes; expected %u to %u (%s)",
			       kinds[s->kind].name, s->levels, kinds[s->kind].levels_min,
			       kinds[s->kind].levels_max, kinds[s->kind].sizes);
	for (uint32_t k = 0; k < s->levels; k++)
		if (s->size[k] == 0 || s->size[k] > 65536)
			return sj_fail(err, SJ_EINVAL, "topology %s: size %u; expected 1 to 65536 "
				       "(%s)", kinds[s->kind].name, s->size[k],
				       kinds[s->kind].sizes);
	if (s->kind == SJ_TOPOLOGY_FAT_TREE && s->size[0] % 2 != 0)
		return sj_fail(err, SJ_EINVAL, "topology fat-tree: %u ports; expected an even "
			       "number", s->size[0]);
	if (s->kind != SJ_TOPOLOGY_STAR && s->backbone_bytes_per_s > 0)
		return sj_fail(err, SJ_EINVAL, "topology %s: a backbone is that of a star",
			       kinds[s->kind].name);
	room = places(s, nodes);
	if (room < nodes || room > UINT32_MAX || (s->kind == SJ_TOPOLOGY_TORUS && room != nodes))
		return sj_fail(err, SJ_EINVAL, "topology %s has places for %llu nodes, and there "
			       "are %u", kinds[s->kind].name, (unsigned long long)room, nodes);
	if (longest_route(s) > SJ_ROUTE_MAX)
		return sj_fail(err, SJ_EINVAL, "topology %s: routes of more than %u links",
			       kinds[s->kind].name, SJ_ROUTE_MAX);
	return SJ_OK;
}

static void set_cable(sj_topology *t, uint32_t cable, double bytes_per_s, sj_time latency_ns)
{
	for (int down = 0; down < 2; down++) {
		t->bytes_per_s[link_of(t, cable, down != 0)] = bytes_per_s;
		t->latency_ns[link_of(t, cable, down != 0)] = latency_ns;
	}
}

/* What the nodes below a switch can send together, over the oversubscription of every
 * level between. */
static void set_tree(sj_topology *t, const double *node_bytes_per_s)
{
	const sj_topology_spec *s = &t->spec;
	double share = 1;

	for (uint32_t k = s->levels; k-- > 1;) {
		share *= s->oversubscription;
		for (uint32_t i = 0; i < t->count[k]; i++) {
			double sum = 0;

			for (uint32_t n = i * t->below[k];
			     n < (i + 1) * t->below[k] && n < t->nodes; n++)
				sum += node_bytes_per_s[n];
			set_cable(t, t->first[k] + i, s->bytes_per_s > 0 ? s->bytes_per_s :
				  sum > 0 ? sum / share : node_bytes_per_s[0], s->latency_ns);
		}
	}
}

static void set_cables(sj_topology *t, const double *node_bytes_per_s,
		       const sj_time *node_latency_ns)
{
	const sj_topology_spec *s = &t->spec;
	uint32_t cables = s->half_duplex ? t->links : t->links / 2;
	double usual = s->bytes_per_s > 0 || t->nodes == 0 ? s->bytes_per_s :
		       node_bytes_per_s[0];

	for (uint32_t c = t->cables_of_nodes; c < cables; c++)
		set_cable(t, c, usual, s->latency_ns);
	for (uint32_t n = 0; n < t->cables_of_nodes; n++)
		set_cable(t, n, node_bytes_per_s[n], node_latency_ns[n]);
	if (s->kind == SJ_TOPOLOGY_TREE)
		set_tree(t, node_bytes_per_s);
}

int sj_topology_init(sj_topology *t, const sj_topology_spec *spec, uint32_t nodes,
		     uint32_t ports, const double *node_bytes_per_s, const sj_time *node_latency_ns,
		     sj_error *err)
{
	uint64_t cables = nodes;
	int rc;

	memset(t, 0, sizeof(*t));
	rc = sj_topology_check(spec, nodes, err);
	if (rc != SJ_OK)
		return rc;
	t->spec = *spec;
	t->nodes = t->cables_of_nodes = nodes;
	t->ports = ports;
	t->hops_max = longest_route(spec);
	if (t->spec.oversubscription < 1)
		t->spec.oversubscription = 1;
	if (kinds[spec->kind].size != NULL)
		kinds[spec->kind].size(t, &cables);
	if (cables > UINT32_MAX / 2)
		return sj_fail(err, SJ_EINVAL, "topology %s: more than %u links",
			       kinds[spec->kind].name, UINT32_MAX);
	t->links = (uint32_t)cables * (spec->half_duplex ? 1 : 2);
	t->backbone = spec->kind == SJ_TOPOLOGY_STAR && spec->backbone_bytes_per_s > 0 ?
		      t->links++ : UINT32_MAX;
	t->bytes_per_s = calloc(t->links, sizeof(*t->bytes_per_s));
	t->latency_ns = calloc(t->links, sizeof(*t->latency_ns));
	if (t->bytes_per_s == NULL || t->latency_ns == NULL) {
		sj_topology_fini(t);
		return sj_fail(err, SJ_ENOMEM, "topology: out of memory");
	}
	set_cables(t, node_bytes_per_s, node_latency_ns);
	if (t->backbone != UINT32_MAX) {
		t->bytes_per_s[t->backbone] = spec->backbone_bytes_per_s;
		t->latency_ns[t->backbone] = spec->backbone_latency_ns;
	}
	return SJ_OK;
}

void sj_topology_forget(sj_topology *t)
{
	free(t->bytes_per_s);
	free(t->latency_ns);
	t->bytes_per_s = NULL;
	t->latency_ns = NULL;
}

void sj_topology_fini(sj_topology *t)
{
	sj_topology_forget(t);
	memset(t, 0, sizeof(*t));
}

uint32_t sj_topology_route(const sj_topology *t, uint32_t from, uint32_t to,
			   uint32_t link[SJ_ROUTE_MAX])
{
	struct route r = { .t = t, .link = link };

	if (from != to)
		kinds[t->spec.kind].route(&r, from, to);
	return r.hops;
}
