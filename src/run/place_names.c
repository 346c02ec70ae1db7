/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place_names.c - see place_names.h. */
#include "run/place_names.h"

#include <stdlib.h>
#include <string.h>

static uint32_t endpoint(const struct cluster *c, const char *name)
{
	uint32_t node = 0;

	for (uint32_t i = 0; c->network != NULL && i < c->network->storage_count; i++)
		if (c->network->storage[i].name != NULL &&
		    strcmp(c->network->storage[i].name, name) == 0)
			return c->node_count + i;
	for (uint32_t k = 0; k < c->type_count; k++) {
		if (c->types[k].spec.count == 1 && c->types[k].name != NULL &&
		    strcmp(c->types[k].name, name) == 0)
			return node;
		node += c->types[k].spec.count;
	}
	return UINT32_MAX;
}

int place_names_map(const sj_workload_info *info, const struct cluster *c, uint32_t **places)
{
	*places = NULL;
	if (info->place_count == 0)
		return SJ_OK;
	*places = malloc(info->place_count * sizeof(**places));
	if (*places == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < info->place_count; i++)
		(*places)[i] = endpoint(c, info->place[i]);
	return SJ_OK;
}
