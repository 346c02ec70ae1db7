/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_route.c - `sojourn cluster route`: which links data takes, and how long, alone. */
#include <math.h>

#include "cli/cluster_cmds.h"
#include "cli/json_out.h"
#include "cli/table_text.h"
#include "config/endpoint.h"
#include "sojourn/param.h"
#include "units.h"

struct way {
	sj_endpoint from, to;
	uint32_t    hops, link[SJ_ROUTE_MAX];
	sj_time     latency_ns;
	double      least; /* bytes/s; infinity: no links */
	uint64_t    bytes; /* 0: not asked */
};

static double seconds(const struct way *w)
{
	return w->hops == 0 ? 0 : (double)w->latency_ns / 1e9 + (double)w->bytes / w->least;
}

/* ---- as JSON --------------------------------------------------------------------------- */

static int print_json(const sj_fabric *f, const struct way *w, sj_error *err)
{
	char name[SJ_LINK_NAME], from[SJ_LINK_NAME], to[SJ_LINK_NAME];
	json_t *links = json_array();

	for (uint32_t k = 0; k < w->hops; k++) {
		sj_fabric_link_name(f, w->link[k], name);
		json_array_append_new(links, json_pack("{s:s, s:I, s:f, s:I}", "name", name, "link",
						       (json_int_t)w->link[k], "bytes_per_s",
						       f->bytes_per_s[w->link[k]], "latency_ns",
						       (json_int_t)f->latency_ns[w->link[k]]));
	}
	sj_fabric_endpoint_name(f, w->from, from);
	sj_fabric_endpoint_name(f, w->to, to);
	return json_out(json_pack("{s:s, s:s, s:s, s:o, s:I, s:o, s:o}", "schema",
				  "sojourn.cluster-route/1", "from", from, "to", to, "links", links,
				  "latency_ns", (json_int_t)w->latency_ns, "bytes_per_s",
				  w->hops > 0 ? json_real(w->least) : json_null(), "alone_s",
				  w->bytes != 0 ? json_real(seconds(w)) : json_null()),
			JSON_INDENT(2), err);
}

/* ---- as text --------------------------------------------------------------------------- */

static int print_links(const sj_fabric *f, const struct way *w, sj_error *err)
{
	struct table_text *t = table_text_create();
	char name[SJ_LINK_NAME], rate[64], latency[64];
	int rc;

	table_text_row(t, "link", "bandwidth", "latency", NULL);
	table_text_rule(t);
	for (uint32_t k = 0; k < w->hops; k++) {
		sj_fabric_link_name(f, w->link[k], name);
		sj_format_rate((uint64_t)f->bytes_per_s[w->link[k]], rate, sizeof(rate));
		sj_format_time(f->latency_ns[w->link[k]], latency, sizeof(latency));
		table_text_row(t, name, rate, latency, NULL);
	}
	table_text_align(t, 1, 'r');
	table_text_align(t, 2, 'r');
	rc = table_text_print(t, stdout, table_text_unicode(stdout));
	table_text_free(t);
	return rc == SJ_OK ? SJ_OK : sj_fail(err, rc, rc == SJ_ENOMEM ? "no memory" :
					    "standard output cannot be written");
}

static int print_text(const sj_fabric *f, const struct way *w, sj_error *err)
{
	char rate[64], latency[64], bytes[64], time[64];
	int rc;

	if (w->hops == 0) {
		puts("No links: data is there already.");
		return SJ_OK;
	}
	rc = print_links(f, w, err);
	sj_format_rate((uint64_t)w->least, rate, sizeof(rate));
	sj_format_time(w->latency_ns, latency, sizeof(latency));
	printf("Alone: after %s, %s.\n", latency, rate);
	if (w->bytes == 0)
		return rc;
	sj_format_bytes(w->bytes, bytes, sizeof(bytes));
	sj_format_digits(seconds(w), 9, time, sizeof(time));
	printf("%s take %s s.\n", bytes, time);
	return rc;
}

/* ---- the command ------------------------------------------------------------------------ */

static int find(const struct cluster *c, const char *from, const char *to, sj_fabric *f,
		struct way *w, sj_error *err)
{
	int rc = endpoint_parse("cluster route: FROM", from, c, &w->from, err);

	if (rc == SJ_OK)
		rc = endpoint_parse("cluster route: TO", to, c, &w->to, err);
	if (rc == SJ_OK)
		rc = sj_fabric_init(f, c->network, c->specs, c->type_count, err);
	if (rc != SJ_OK)
		return rc;
	w->hops = sj_fabric_route(f, w->from, w->to, w->link, &w->latency_ns);
	w->least = INFINITY;
	for (uint32_t k = 0; k < w->hops; k++)
		w->least = fmin(w->least, f->bytes_per_s[w->link[k]]);
	return SJ_OK;
}

static int route(char **operand, struct way *w, bool json, sj_error *err)
{
	struct cluster c;
	sj_fabric f = { 0 };
	int rc = cluster_parse(operand[0], &c, err);

	if (rc != SJ_OK)
		return rc;
	if (c.network == NULL)
		rc = sj_fail(err, SJ_EUSAGE, "cluster route: the machine states no network; expected "
			     "network in its file, or topology=KIND");
	if (rc == SJ_OK)
		rc = find(&c, operand[1], operand[2], &f, w, err);
	if (rc == SJ_OK)
		rc = json ? print_json(&f, w, err) : print_text(&f, w, err);
	sj_fabric_fini(&f);
	cluster_fini(&c);
	return rc;
}

int cluster_route(int argc, char **argv)
{
	const char *bytes = NULL;
	bool json = false;
	const struct opt opts[] = {
		{ 0, "bytes", OPT_STRING, &bytes, "SIZE", "How long do they take alone?" },
		{ 0, "json", OPT_FLAG, &json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	int first, rc = opts_parse(argc, argv, opts, "cluster route [flags] CLUSTER FROM TO",
				   "The links between two endpoints of a machine: " ENDPOINT_NOTATION
				   ".", &first);
	struct way w = { .hops = 0 };
	sj_error err = { 0 };

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 3)
		return say_usage("cluster route: expected a cluster and two endpoints");
	if (bytes != NULL)
		rc = sj_parse_bytes("cluster route: --bytes", bytes, &w.bytes, &err);
	if (rc == SJ_OK)
		rc = route(argv + first, &w, json, &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
