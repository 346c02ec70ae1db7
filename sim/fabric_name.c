/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fabric_name.c - what links are called: those of each site, of the WAN, of storages, of GPUs. */
#include <stdio.h>
#include <string.h>

#include "fabric_parts.h"
#include "run.h"

#define GIVEN 64 /* letters of a name that a user gave */

static void name_site(const sj_fabric *f, uint32_t site, char text[GIVEN + 1])
{
	if (f->spec->site_name != NULL)
		snprintf(text, GIVEN + 1, "%s", f->spec->site_name[site]);
	else
		snprintf(text, GIVEN + 1, "site %u", site);
}

/* ---- links of one's own ----------------------------------------------------------------- */

static void name_vertex(const sj_fabric *f, uint32_t v, char text[GIVEN + 1])
{
	if (v < f->nodes)
		snprintf(text, GIVEN + 1, "node %u", v);
	else
		snprintf(text, GIVEN + 1, "%s", v < f->nodes + f->storages ?
			 f->spec->storage[v - f->nodes].name :
			 f->spec->graph->switch_name[v - f->nodes - f->storages]);
}

/* NAME, or of a spec that stands for several cables NAME.N. */
static void name_own(const sj_graph *g, uint32_t cable, char name[SJ_LINK_NAME])
{
	const sj_cable_spec *s = &g->spec->cable[g->spec_of[cable]];

	if (sj_cable_spec_count(s) > 1)
		snprintf(name, SJ_LINK_NAME, "%.*s.%u", GIVEN, s->name,
			 cable - sj_graph_first_cable(g, cable));
	else
		snprintf(name, SJ_LINK_NAME, "%.*s", GIVEN, s->name);
}

static void name_graph(const sj_fabric *f, uint32_t link, char name[SJ_LINK_NAME])
{
	const sj_graph *g = &f->graph;
	uint32_t cable = g->cable_of[link], first = g->first_link[cable];
	char to[GIVEN + 1];
	size_t n;

	name_own(g, cable, name);
	if (g->first_link[cable + 1] - first == 1)
		return;
	n = strlen(name);
	name_vertex(f, g->end[cable][link == first], to);
	snprintf(name + n, SJ_LINK_NAME - n, " to %s", to);
}

/* ---- links of topologies, and beside them --------------------------------------------------- */

/* The cable of the WAN that a link belongs to, and its first link; false: to none. */
static bool find_wan(const sj_fabric *f, uint32_t link, uint32_t *cable, uint32_t *first)
{
	*first = f->first_wan;
	for (*cable = 0; *cable < f->spec->wan_count && f->site_count > 1; ++*cable) {
		uint32_t links = f->spec->wan[*cable].half_duplex ? 1 : 2;

		if (link - *first < links)
			return true;
		*first += links;
	}
	return false;
}

static bool name_wan(const sj_fabric *f, uint32_t link, bool way, char name[SJ_LINK_NAME])
{
	uint32_t c, at;

	if (find_wan(f, link, &c, &at)) {
		const sj_wan_spec *w = &f->spec->wan[c];
		char given[GIVEN + 1], site[GIVEN + 1];

		name_site(f, w->site[link == at], site);
		if (w->name != NULL)
			snprintf(given, sizeof(given), "%s", w->name);
		else
			snprintf(given, sizeof(given), "WAN %u", c);
		if (w->half_duplex || !way)
			snprintf(name, SJ_LINK_NAME, "%s", given);
		else
			snprintf(name, SJ_LINK_NAME, "%s to %s", given, site);
		return true;
	}
	return false;
}

static bool name_storage(const sj_fabric *f, uint32_t link, char name[SJ_LINK_NAME])
{
	for (uint32_t i = 0; i < f->storages; i++) {
		const struct sj_storage_links *s = &f->storage_links[i];
		const char *what = NULL;
		char given[GIVEN + 1];

		if (link == s->out)
			what = s->out == s->in ? "cable" : "out";
		else if (link == s->in)
			what = "in";
		else if (link == s->read)
			what = s->read == s->write ? "disk" : "reads";
		else if (link == s->write)
			what = "writes";
		if (what == NULL)
			continue;
		if (f->spec->storage[i].name != NULL)
			snprintf(given, sizeof(given), "%s", f->spec->storage[i].name);
		else
			snprintf(given, sizeof(given), "storage %u", i);
		snprintf(name, SJ_LINK_NAME, "%s %s", given, what);
		return true;
	}
	return false;
}

static void name_gpu(const sj_fabric *f, uint32_t link, char name[SJ_LINK_NAME])
{
	for (uint32_t k = 0; k < f->type_count; k++) {
		const struct sj_inner *in = &f->inner[k];
		uint32_t gpus = f->types[k].gpus, links = 2 * f->types[k].count * gpus, i;
		bool nvlink = in->nvlink != FABRIC_NONE && link - in->nvlink < links;

		if (!nvlink && (in->pcie == FABRIC_NONE || link - in->pcie >= links))
			continue;
		i = link - (nvlink ? in->nvlink : in->pcie);
		snprintf(name, SJ_LINK_NAME, "node %u GPU %u %s %s", in->first_node + i / 2 / gpus,
			 i / 2 % gpus, nvlink ? "NVLink" : "PCIe",
			 (i % 2 == 0) == nvlink ? "out" : "in");
		return;
	}
	snprintf(name, SJ_LINK_NAME, "link %u", link);
}

const char *sj_fabric_link_name(const sj_fabric *f, uint32_t link, char name[SJ_LINK_NAME])
{
	if (link < f->graph.links) {
		name_graph(f, link, name);
		return name;
	}
	for (uint32_t i = 0; i < f->site_count; i++) {
		const sj_fabric_site *s = &f->site[i];
		char own[SJ_LINK_NAME], site[GIVEN + 1];

		if (link - s->first_link >= s->topology.links)
			continue;
		name_site(f, i, site);
		sj_topology_link_name(&s->topology, link - s->first_link, own);
		if (f->site_count == 1)
			memcpy(name, own, sizeof(own));
		else
			snprintf(name, SJ_LINK_NAME, "%s %.80s", site, own);
		return name;
	}
	if (!name_wan(f, link, true, name) && !name_storage(f, link, name))
		name_gpu(f, link, name);
	return name;
}

/* ---- cables ---------------------------------------------------------------------------------- */

/* Of what is neither a site's nor the WAN's: a storage's or a GPU's. */
static uint32_t inner_cable(const sj_fabric *f, uint32_t link, uint32_t *count)
{
	for (uint32_t i = 0; i < f->storages; i++) {
		const struct sj_storage_links *s = &f->storage_links[i];

		if (link == s->out || link == s->in) {
			*count = s->out == s->in ? 1 : 2;
			return s->out;
		}
		if (link == s->read || link == s->write) {
			*count = 1;
			return link;
		}
	}
	*count = 2;
	for (uint32_t k = 0; k < f->type_count; k++) {
		uint32_t links = 2 * f->types[k].count * f->types[k].gpus;
		const uint32_t first[2] = { f->inner[k].pcie, f->inner[k].nvlink };

		for (int i = 0; i < 2; i++)
			if (first[i] != FABRIC_NONE && link - first[i] < links)
				return first[i] + (link - first[i]) / 2 * 2;
	}
	return link;
}

uint32_t sj_fabric_cable(const sj_fabric *f, uint32_t link, uint32_t *count)
{
	uint32_t cable, first;

	if (link < f->graph.links) {
		cable = f->graph.cable_of[link];
		first = f->graph.first_link[cable];
		*count = f->graph.first_link[cable + 1] - first;
		return first;
	}
	for (uint32_t i = 0; i < f->site_count; i++) {
		const sj_fabric_site *s = &f->site[i];

		if (link - s->first_link < s->topology.links) {
			if (link - s->first_link == s->topology.backbone) {
				*count = 1;
				return link;
			}
			*count = s->topology.spec.half_duplex ? 1 : 2;
			return s->first_link + (link - s->first_link) / *count * *count;
		}
	}
	if (!find_wan(f, link, &cable, &first))
		return inner_cable(f, link, count);
	*count = f->spec->wan[cable].half_duplex ? 1 : 2;
	return first;
}

bool sj_fabric_cable_name(const sj_fabric *f, uint32_t link, char name[SJ_LINK_NAME])
{
	if (link >= f->graph.links)
		return name_wan(f, link, false, name);
	name_own(&f->graph, f->graph.cable_of[link], name);
	return true;
}

/* Back to the last star, one letter further, when it goes on wrong. */
static bool matches(const char *pattern, const char *text)
{
	const char *star = NULL, *from = text;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			from = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star + 1;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

bool sj_fabric_link_matches(const sj_fabric *f, uint32_t link, const char *pattern)
{
	char name[SJ_LINK_NAME];

	return matches(pattern, sj_fabric_link_name(f, link, name)) ||
	       (sj_fabric_cable_name(f, link, name) && matches(pattern, name));
}

const char *sj_fabric_endpoint_name(const sj_fabric *f, sj_endpoint e, char name[SJ_LINK_NAME])
{
	if (e.at >= f->nodes)
		snprintf(name, SJ_LINK_NAME, "%.*s", GIVEN, f->spec->storage[e.at - f->nodes].name);
	else if (e.gpu != SJ_HOST)
		snprintf(name, SJ_LINK_NAME, "node %u GPU %u", e.at, e.gpu);
	else
		snprintf(name, SJ_LINK_NAME, "node %u", e.at);
	return name;
}
