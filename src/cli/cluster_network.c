/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_network.c - see cluster_network.h. */
#include "cli/cluster_network.h"

#include <inttypes.h>
#include <string.h>

#include "cli/table_text.h"
#include "config/topology_text.h"
#include "units.h"

#define ROWS_MAX 40u

/* ---- as text -------------------------------------------------------------------------------- */

static void put_rate(double v, char *buf, size_t size)
{
	sj_format_rate((uint64_t)(v + 0.5), buf, size);
}

static void class_row(struct table_text *t, const struct link_class *k)
{
	char lo[64], hi[64], all[64], cell[140];

	table_text_cell(t, k->name);
	table_text_cellf(t, "%" PRIu64, k->links);
	put_rate(k->bytes_per_s_min, lo, sizeof(lo));
	put_rate(k->bytes_per_s_max, hi, sizeof(hi));
	put_rate(k->bytes_per_s_all, all, sizeof(all));
	snprintf(cell, sizeof(cell), "%s .. %s", lo, hi);
	table_text_cell(t, strcmp(lo, hi) == 0 ? lo : cell);
	sj_format_time(k->latency_ns_min, lo, sizeof(lo));
	sj_format_time(k->latency_ns_max, hi, sizeof(hi));
	snprintf(cell, sizeof(cell), "%s .. %s", lo, hi);
	table_text_cell(t, strcmp(lo, hi) == 0 ? lo : cell);
	table_text_cell(t, all);
	table_text_end_row(t);
}

static int show_classes(const struct network_facts *f, sj_error *err)
{
	struct table_text *t;
	int rc;

	if (f->classes == 0)
		return SJ_OK;
	t = table_text_create();
	table_text_row(t, "links", "number", "bandwidth of each", "latency", "of all", NULL);
	table_text_rule(t);
	for (uint32_t i = 0; i < f->classes && i < ROWS_MAX; i++)
		class_row(t, &f->class[i]);
	for (unsigned column = 2; column < 5; column++)
		table_text_align(t, column, 'r');
	rc = table_text_print(t, stdout, table_text_unicode(stdout));
	table_text_free(t);
	if (f->classes > ROWS_MAX)
		printf("And %u more kinds of links.\n", f->classes - ROWS_MAX);
	return rc == SJ_OK ? SJ_OK : sj_fail(err, rc, rc == SJ_ENOMEM ? "no memory" :
					    "standard output cannot be written");
}

static void show_sentences(const struct cluster *c, const struct network_facts *f)
{
	const sj_fabric_spec *n = c->network;
	char latency[64], rate[64];

	sj_format_time(f->longest_latency_ns, latency, sizeof(latency));
	printf("Longest route: %u links; longest latency: %s%s.\n", f->longest_links, latency,
	       f->some_pairs ? ", of some pairs" : "");
	if (f->half_to_half_bytes_per_s > 0) {
		put_rate(f->half_to_half_bytes_per_s, rate, sizeof(rate));
		printf("Half of the nodes to the other half, all at once: %s.\n", rate);
	}
	for (uint32_t i = 0; i < n->storage_count; i++)
		printf("%s%s%s", i == 0 ? "Storages: " : ", ", n->storage[i].name,
		       i + 1 == n->storage_count ? ".\n" : "");
	if (n->fault_count > 0)
		printf("Links fail by %u laws%s.\n", n->fault_count,
		       n->reroute ? "; transfers go round" : "");
	if (n->background_count > 0)
		printf("Background traffic: %u kinds; bandwidths above are without it.\n",
		       n->background_count);
}

int cluster_network_show(const struct cluster *c, sj_error *err)
{
	struct network_facts facts;
	char topology[TOPOLOGY_TEXT_MAX];
	int rc;

	if (c->network == NULL)
		return SJ_OK;
	rc = network_facts_make(c, &facts, err);
	if (rc != SJ_OK)
		return rc;
	topology_format(&c->network->topology, topology);
	printf("Network: %s%s%s, %u links.\n", topology,
	       c->network->wan_count > 0 ? " at each site, and a WAN" : "",
	       c->network->topology.half_duplex ? ", half duplex" :
	       c->network->topology.unshared ? ", fatpipe: nothing is shared" : "", facts.links);
	rc = show_classes(&facts, err);
	if (rc == SJ_OK)
		show_sentences(c, &facts);
	network_facts_free(&facts);
	return rc;
}

/* ---- as JSON ---------------------------------------------------------------------------------- */

static json_t *class_json(const struct link_class *k)
{
	return json_pack("{s:s, s:I, s:f, s:f, s:f, s:I, s:I}", "name", k->name, "links",
			 (json_int_t)k->links, "bytes_per_s_min", k->bytes_per_s_min,
			 "bytes_per_s_max", k->bytes_per_s_max, "bytes_per_s_all",
			 k->bytes_per_s_all, "latency_ns_min", (json_int_t)k->latency_ns_min,
			 "latency_ns_max", (json_int_t)k->latency_ns_max);
}

static json_t *storages_json(const struct cluster *c)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < c->network->storage_count; i++) {
		const sj_storage_spec *s = &c->network->storage[i];

		json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "name", s->name, "endpoint",
						      (json_int_t)(c->node_count + i), "site",
						      (json_int_t)s->site));
	}
	return list;
}

json_t *cluster_network_json(const struct cluster *c, sj_error *err)
{
	struct network_facts f;
	char topology[TOPOLOGY_TEXT_MAX];
	json_t *classes, *o;

	if (c->network == NULL)
		return json_null();
	if (network_facts_make(c, &f, err) != SJ_OK)
		return NULL;
	classes = json_array();
	for (uint32_t i = 0; i < f.classes; i++)
		json_array_append_new(classes, class_json(&f.class[i]));
	topology_format(&c->network->topology, topology);
	o = json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:b, s:o, s:o, s:o}", "topology", topology,
		      "half_duplex", c->network->topology.half_duplex, "links", (json_int_t)f.links,
		      "wan_links", (json_int_t)c->network->wan_count, "longest_route_links",
		      (json_int_t)f.longest_links, "longest_latency_ns",
		      (json_int_t)f.longest_latency_ns, "some_pairs", f.some_pairs,
		      "half_to_half_bytes_per_s", f.half_to_half_bytes_per_s > 0 ?
		      json_real(f.half_to_half_bytes_per_s) : json_null(), "storages",
		      storages_json(c), "classes", classes);
	network_facts_free(&f);
	if (o == NULL)
		sj_fail(err, SJ_ENOMEM, "no memory");
	return o;
}
