/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster.c - which notation a machine is written in; what all of them end with. */
#include "config/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cluster_inline.h"
#include "config/network_text.h"
#include "config/node_list.h"
#include "config/platform.h"

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), k = strlen(tail);

	return n >= k && strcmp(text + n - k, tail) == 0;
}

static bool is_file(const char *text)
{
	static const char *const tails[] = {
		".yaml", ".yml", ".json", ".xml", ".yaml.gz", ".yml.gz", ".json.gz", ".xml.gz",
		".yaml.zst", ".yml.zst", ".json.zst", ".xml.zst",
	};

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (ends_with(text, tails[i]))
			return true;
	return false;
}

int cluster_complete(struct cluster *c)
{
	if (c->type_count > 0) {
		c->specs = malloc(c->type_count * sizeof(*c->specs));
		if (c->specs == NULL)
			return SJ_ENOMEM;
	}
	for (uint32_t i = 0; i < c->type_count; i++) {
		c->specs[i] = c->types[i].spec;
		c->node_count += c->specs[i].count;
		c->model.procs += c->specs[i].count * c->specs[i].cores;
	}
	c->model.type_count = c->type_count;
	c->model.types = c->specs;
	c->text = cluster_inline_can(c) ? cluster_inline_text(c) : platform_text(c);
	return c->text != NULL ? SJ_OK : SJ_ENOMEM;
}

int cluster_parse(const char *text, struct cluster *out, sj_error *err)
{
	int rc;

	if (is_file(text))
		return platform_read(text, out, NULL, err);
	if (node_list_is(text))
		return node_list_read(text, out, err);
	if (text[0] != '{')
		return cluster_inline_parse(text, out, err);
	rc = platform_parse("cluster", text, strlen(text), out, NULL, err);
	if (rc == SJ_EPARSE && err != NULL)
		err->code = SJ_EUSAGE;
	return rc == SJ_EPARSE ? SJ_EUSAGE : rc;
}

int cluster_pool(uint32_t procs, struct cluster *out, sj_error *err)
{
	char text[32];

	snprintf(text, sizeof(text), "procs=%u", procs);
	return cluster_parse(text, out, err);
}

static void free_names(char **name, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
}

static void free_types(struct cluster *c)
{
	for (uint32_t i = 0; i < c->type_count; i++) {
		sj_law_free(c->types[i].mtbf);
		sj_law_free(c->types[i].mttr);
		free(c->types[i].mtbf_text);
		free(c->types[i].mttr_text);
		free(c->types[i].name);
	}
	free(c->types);
}

int cluster_drop_network(struct cluster *c)
{
	network_free(c->network);
	free_names(c->network_laws, c->network_law_count);
	c->network = NULL;
	c->network_laws = NULL;
	c->network_law_count = 0;
	free(c->text);
	c->text = cluster_inline_can(c) ? cluster_inline_text(c) : platform_text(c);
	return c->text != NULL ? SJ_OK : SJ_ENOMEM;
}

void cluster_fini(struct cluster *c)
{
	free_types(c);
	free_names(c->gpu_names, c->gpu_count);
	free_names(c->rack_names, c->rack_count);
	free_names(c->site_names, c->site_count);
	free_names(c->notes, c->note_count);
	if (c->interference != NULL)
		free((double *)(uintptr_t)c->interference->slowdown);
	free(c->interference);
	network_free(c->network);
	free_names(c->network_laws, c->network_law_count);
	free(c->specs);
	free(c->text);
	*c = (struct cluster){ 0 };
}
