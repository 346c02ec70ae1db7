/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fabric_name.c - what links are called: those of each site, of the WAN, of storages, of GPUs. */
#include <stdio.h>
#include <string.h>

#include "fabric_parts.h"
#include "run.h"

/* Names that users gave are cut: the rest of the name has to fit behind them. */
#define GIVEN 36

static bool name_wan(const sj_fabric *f, uint32_t link, char name[SJ_LINK_NAME])
{
	uint32_t at = f->first_wan;

	for (uint32_t c = 0; c < f->spec->wan_count && f->site_count > 1; c++) {
		const sj_wan_spec *w = &f->spec->wan[c];
		uint32_t links = w->half_duplex ? 1 : 2;
		char given[GIVEN + 1];

		if (link - at >= links) {
			at += links;
			continue;
		}
		if (w->name != NULL)
			snprintf(given, sizeof(given), "%s", w->name);
		else
			snprintf(given, sizeof(given), "WAN %u", c);
		if (w->half_duplex)
			snprintf(name, SJ_LINK_NAME, "%s", given);
		else
			snprintf(name, SJ_LINK_NAME, "%s to site %u", given, w->site[link == at]);
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
	for (uint32_t i = 0; i < f->site_count; i++) {
		const sj_fabric_site *s = &f->site[i];
		char own[SJ_LINK_NAME];

		if (link - s->first_link >= s->topology.links)
			continue;
		sj_topology_link_name(&s->topology, link - s->first_link, own);
		if (f->site_count == 1)
			memcpy(name, own, sizeof(own));
		else
			snprintf(name, SJ_LINK_NAME, "site %u %.47s", i, own);
		return name;
	}
	if (!name_wan(f, link, name) && !name_storage(f, link, name))
		name_gpu(f, link, name);
	return name;
}
