/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * topology_name.c - what links are called, from where they lie in their topology.
 *
 * In full duplex a cable is two links and the name says which way; in half duplex a
 * cable has one name. Numbers are those of topology.c, all from 0.
 */
#include "topology.h"

#include <stdio.h>

/* A cable between two things, the first of which the link of number 2 c leads away from. */
struct ends {
	char from[28], to[28];
};

static void name_cable(const sj_topology *t, uint32_t cable, bool down, const char *what,
		       char name[SJ_LINK_NAME])
{
	snprintf(name, SJ_LINK_NAME, t->spec.half_duplex ? "%s %u" : "%s %u %s", what, cable,
		 down ? "down" : "up");
}

static void name_between(const sj_topology *t, const struct ends *e, bool down,
			 char name[SJ_LINK_NAME])
{
	if (t->spec.half_duplex)
		snprintf(name, SJ_LINK_NAME, "%s - %s", e->from, e->to);
	else
		snprintf(name, SJ_LINK_NAME, "%s to %s", down ? e->to : e->from,
			 down ? e->from : e->to);
}

/* A switch of level k > 0, by the numbers of the children on the way from the root. */
static void name_tree(const sj_topology *t, uint32_t cable, bool down,
		      char name[SJ_LINK_NAME])
{
	uint32_t k = 1, number;
	char path[SJ_TOPOLOGY_LEVELS * 7] = "";
	int n = 0;

	while (k + 1 < t->spec.levels && cable >= t->first[k + 1])
		k++;
	number = cable - t->first[k];
	for (uint32_t i = 1; i <= k; i++) {
		uint32_t ancestor = number;

		for (uint32_t j = k; j > i; j--)
			ancestor /= t->spec.size[j - 1];
		n += snprintf(path + n, sizeof(path) - (size_t)n, "%s%u", i > 1 ? "." : "",
			      ancestor % t->spec.size[i - 1]);
	}
	snprintf(name, SJ_LINK_NAME, t->spec.half_duplex ? "switch %s" : "switch %s %s", path,
		 down ? "down" : "up");
}

static void ends_fat_tree(const sj_topology *t, uint32_t cable, struct ends *e)
{
	uint32_t h = t->spec.size[0] / 2, i;

	if (cable < t->first[2]) {
		i = cable - t->first[1];
		snprintf(e->from, sizeof(e->from), "edge %u", i / h);
		snprintf(e->to, sizeof(e->to), "aggregation %u", i / h / h * h + i % h);
	} else {
		i = cable - t->first[2];
		snprintf(e->from, sizeof(e->from), "aggregation %u", i / h);
		snprintf(e->to, sizeof(e->to), "core %u", i / h % h * h + i % h);
	}
}

static void ends_torus(const sj_topology *t, uint32_t cable, struct ends *e)
{
	uint32_t d = cable / t->nodes, node = cable % t->nodes;
	uint32_t n = t->spec.size[d], stride = t->below[d], at = node / stride % n;

	/* Of two nodes in a dimension, the second cable goes the other way round. */
	snprintf(e->from, sizeof(e->from), "node %u", node);
	snprintf(e->to, sizeof(e->to), "node %u%s", node - at * stride + (at + 1) % n * stride,
		 n == 2 && at == 1 ? " round" : "");
}

/* In a dimension of one node no route has it. */
static bool is_loop(const sj_topology *t, uint32_t cable)
{
	return t->spec.kind == SJ_TOPOLOGY_TORUS && t->spec.size[cable / t->nodes] == 1;
}

/* The two of pair number i: low < high, i = high (high - 1) / 2 + low. */
static void unpair(uint32_t i, uint32_t *low, uint32_t *high)
{
	*high = 1;
	while ((uint64_t)(*high + 1) * *high / 2 <= i)
		++*high;
	*low = i - *high * (*high - 1) / 2;
}

static void ends_dragonfly(const sj_topology *t, uint32_t cable, struct ends *e)
{
	uint32_t a = t->spec.size[1], in_group = a * (a - 1) / 2, low, high, group;

	if (cable < t->first[2]) {
		group = (cable - t->first[1]) / in_group;
		unpair((cable - t->first[1]) % in_group, &low, &high);
		snprintf(e->from, sizeof(e->from), "router %u.%u", group, low);
		snprintf(e->to, sizeof(e->to), "router %u.%u", group, high);
	} else {
		unpair(cable - t->first[2], &low, &high);
		snprintf(e->from, sizeof(e->from), "group %u", low);
		snprintf(e->to, sizeof(e->to), "group %u", high);
	}
}

const char *sj_topology_link_name(const sj_topology *t, uint32_t link, char name[SJ_LINK_NAME])
{
	uint32_t cable = t->spec.half_duplex ? link : link / 2;
	bool down = !t->spec.half_duplex && link % 2 != 0;
	struct ends e;

	if (link == t->backbone) {
		snprintf(name, SJ_LINK_NAME, "backbone");
		return name;
	}
	if (cable < t->cables_of_nodes || is_loop(t, cable)) {
		name_cable(t, cable, down, cable < t->cables_of_nodes ? "node" : "loop", name);
		return name;
	}
	switch (t->spec.kind) {
	case SJ_TOPOLOGY_TREE:
		name_tree(t, cable, down, name);
		return name;
	case SJ_TOPOLOGY_FAT_TREE:
		ends_fat_tree(t, cable, &e);
		break;
	case SJ_TOPOLOGY_TORUS:
		ends_torus(t, cable, &e);
		break;
	case SJ_TOPOLOGY_DRAGONFLY:
		ends_dragonfly(t, cable, &e);
		break;
	default:
		snprintf(name, SJ_LINK_NAME, "link %u", link);
		return name;
	}
	name_between(t, &e, down, name);
	return name;
}
