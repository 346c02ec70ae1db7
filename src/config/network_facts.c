/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network_facts.c - see network_facts.h. */
#include "config/network_facts.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network.h"

#define CLASSED_LINKS_MAX 4000000u
#define PAIRS_MAX         4000000u
#define HALF_NODES_MAX    100000u

/* ---- classes ----------------------------------------------------------------------------- */

/* Every run of digits becomes N. */
static void mask(const char *name, char *to)
{
	while (*name != '\0') {
		if (isdigit((unsigned char)*name)) {
			*to++ = 'N';
			while (isdigit((unsigned char)*name))
				name++;
		} else {
			*to++ = *name++;
		}
	}
	*to = '\0';
}

static struct link_class *find_class(struct network_facts *out, const char *name)
{
	struct link_class *grown;
	uint32_t i = out->classes;

	while (i > 0 && strcmp(out->class[i - 1].name, name) != 0) /* the last is likely */
		i--;
	if (i > 0)
		return &out->class[i - 1];
	if ((out->classes & (out->classes - 1)) == 0) {
		grown = realloc(out->class, (out->classes != 0 ? 2u * out->classes : 1u) *
					    sizeof(*grown));
		if (grown == NULL)
			return NULL;
		out->class = grown;
	}
	out->class[out->classes] = (struct link_class){ .name = strdup(name),
							.bytes_per_s_min = INFINITY,
							.latency_ns_min = SJ_NEVER };
	return out->class[out->classes].name != NULL ? &out->class[out->classes++] : NULL;
}

static int sort_links(const sj_fabric *f, struct network_facts *out)
{
	char name[SJ_LINK_NAME], masked[SJ_LINK_NAME];

	if (f->links > CLASSED_LINKS_MAX)
		return SJ_OK;
	for (uint32_t l = 0; l < f->links; l++) {
		struct link_class *k;

		mask(sj_fabric_link_name(f, l, name), masked);
		k = find_class(out, masked);
		if (k == NULL)
			return SJ_ENOMEM;
		k->links++;
		k->bytes_per_s_min = fmin(k->bytes_per_s_min, f->bytes_per_s[l]);
		k->bytes_per_s_max = fmax(k->bytes_per_s_max, f->bytes_per_s[l]);
		k->bytes_per_s_all += f->bytes_per_s[l];
		if (f->latency_ns[l] < k->latency_ns_min)
			k->latency_ns_min = f->latency_ns[l];
		if (f->latency_ns[l] > k->latency_ns_max)
			k->latency_ns_max = f->latency_ns[l];
	}
	return SJ_OK;
}

/* ---- routes ------------------------------------------------------------------------------- */

static void longest(const sj_fabric *f, struct network_facts *out)
{
	uint64_t n = out->endpoints, step = 1;

	while (n / step * (n / step) > PAIRS_MAX)
		step++;
	out->some_pairs = step > 1;
	for (uint64_t a = 0; a < n; a += step)
		for (uint64_t b = 0; b < n; b += step) {
			uint32_t link[SJ_ROUTE_MAX];
			sj_time latency;
			uint32_t hops = sj_fabric_route(f, (sj_endpoint){ (uint32_t)a, SJ_HOST },
							(sj_endpoint){ (uint32_t)b, SJ_HOST }, link,
							&latency);

			if (hops > out->longest_links)
				out->longest_links = hops;
			if (latency > out->longest_latency_ns)
				out->longest_latency_ns = latency;
		}
}

static int half_to_half(const sj_fabric *f, struct network_facts *out)
{
	uint32_t half = f->nodes / 2, id;
	sj_flows flows;
	int rc;

	if (half == 0 || f->nodes > HALF_NODES_MAX)
		return SJ_OK;
	rc = sj_flows_init(&flows, f->bytes_per_s, f->links, f->hops_max);
	for (uint32_t i = 0; i < half && rc == SJ_OK; i++) {
		uint32_t link[SJ_ROUTE_MAX];
		sj_time latency;
		uint32_t hops = sj_fabric_route(f, (sj_endpoint){ i, SJ_HOST },
						(sj_endpoint){ i + half, SJ_HOST }, link, &latency);

		rc = sj_flows_add(&flows, link, hops, 1e18, 1, INFINITY, 0, &id);
	}
	if (rc == SJ_OK)
		rc = sj_flows_settle(&flows, 0);
	for (uint32_t i = 0; i < half && rc == SJ_OK; i++)
		out->half_to_half_bytes_per_s += flows.flow[i].rate;
	sj_flows_fini(&flows);
	return rc;
}

int network_facts_make(const struct cluster *c, struct network_facts *out, sj_error *err)
{
	sj_fabric f;
	int rc = sj_fabric_init(&f, c->network, c->specs, c->type_count, err);

	*out = (struct network_facts){ .endpoints = 0 };
	if (rc != SJ_OK)
		return rc;
	out->endpoints = f.nodes + f.storages;
	out->links = f.links;
	rc = sort_links(&f, out);
	longest(&f, out);
	if (rc == SJ_OK)
		rc = half_to_half(&f, out);
	sj_fabric_fini(&f);
	if (rc != SJ_OK)
		network_facts_free(out);
	return rc == SJ_OK ? SJ_OK : sj_fail(err, rc, "no memory for the network");
}

void network_facts_free(struct network_facts *f)
{
	for (uint32_t i = 0; i < f->classes; i++)
		free(f->class[i].name);
	free(f->class);
	*f = (struct network_facts){ .endpoints = 0 };
}
