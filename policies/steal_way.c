/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steal_way.c - how long a message between two workers takes; see steal.h.
 *
 *     latency
 *     + latency_node, if they are on different nodes
 *     + latency_rack, if these are in different racks (to be in none is a rack, too)
 *     + the latency of the route between the nodes, with network=yes
 *
 * The same both ways, if routes are. A message is too small to load a link and always
 * arrives. In a pool there is no distance.
 */
#include "steal.h"

#include <math.h>

void steal_way_init(struct steal *s, sj_ctx *cx)
{
	s->routes = s->routes && sj_has_network(cx);
	s->distant = s->nodes > 1 && (s->latency_node != 0 || s->latency_rack != 0 || s->routes);
}

sj_time steal_way_far(const struct steal *s, const sj_ctx *cx, uint32_t a, uint32_t b)
{
	uint32_t from = s->worker[a].node, to = s->worker[b].node;
	sj_time way = s->latency;

	if (from == to)
		return way;
	way += s->latency_node;
	if (s->latency_rack != 0 && sj_node_rack(cx, from) != sj_node_rack(cx, to))
		way += s->latency_rack;
	if (s->routes)
		way += (sj_time)llround(1e9 * sj_transfer_alone(cx, from, to, 0));
	return way;
}
