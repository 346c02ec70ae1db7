/* SPDX-License-Identifier: GPL-3.0-or-later */
/* endpoint.c - see endpoint.h. */
#include "config/endpoint.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

/* A whole number of exactly `n` characters below `count`. */
static bool read_number(const char *text, size_t n, uint64_t count, uint32_t *out)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)text[i]) || v >= count)
			return false;
		v = 10 * v + (uint64_t)(text[i] - '0');
	}
	*out = (uint32_t)v;
	return n > 0 && v < count;
}

static bool read_node(const char *text, size_t n, const struct cluster *c, uint32_t *node)
{
	uint32_t first = 0;

	if (read_number(text, n, c->node_count, node) ||
	    (n > 0 && text[0] == 'n' && read_number(text + 1, n - 1, c->node_count, node)))
		return true;
	for (uint32_t k = 0; k < c->type_count; first += c->types[k++].spec.count) {
		size_t name = strlen(c->types[k].name);

		if (n > name && strncmp(text, c->types[k].name, name) == 0 && text[name] == ':' &&
		    read_number(text + name + 1, n - name - 1, c->types[k].spec.count, node)) {
			*node += first;
			return true;
		}
	}
	return false;
}

static const sj_node_type *type_of(const struct cluster *c, uint32_t node)
{
	uint32_t k = 0;

	while (node >= c->types[k].spec.count)
		node -= c->types[k++].spec.count;
	return &c->types[k].spec;
}

static bool read_gpu(const char *text, const struct cluster *c, sj_endpoint *out)
{
	const char *dot = strrchr(text, '.');

	return dot != NULL && dot[1] == 'g' && read_node(text, (size_t)(dot - text), c, &out->at) &&
	       read_number(dot + 2, strlen(dot + 2), type_of(c, out->at)->gpus, &out->gpu);
}

int endpoint_parse(const char *what, const char *text, const struct cluster *c,
		   sj_endpoint *out, sj_error *err)
{
	const sj_fabric_spec *n = c->network;

	*out = (sj_endpoint){ 0, SJ_HOST };
	for (uint32_t i = 0; n != NULL && i < n->storage_count; i++)
		if (strcmp(n->storage[i].name, text) == 0) {
			out->at = c->node_count + i;
			return SJ_OK;
		}
	if (read_node(text, strlen(text), c, &out->at) || read_gpu(text, c, out))
		return SJ_OK;
	return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not " ENDPOINT_NOTATION " of this machine, "
		       "whose nodes are 0 to %u", what, sj_quote(text, strlen(text)).text,
		       c->node_count - 1);
}
