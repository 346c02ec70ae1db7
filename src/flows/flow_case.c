/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow_case.c - see flow_case.h. */
#include "flows/flow_case.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flows/flow_gen.h"
#include "input/input.h"
#include "sojourn/param.h"

#define FILE_MAX ((size_t)1 << 30)

struct reader {
	const char       *path;
	struct flow_case *c;
	json_t           *number; /* of links by name */
	sj_error         *err;
};

/* ---- values: a number in base units, or a text with its unit ------------------------- */

static int wrong(const struct reader *r, const char *where, const char *key,
		 const char *expected)
{
	return sj_fail(r->err, SJ_EPARSE, "%s: %s: \"%s\": expected %s", r->path, where, key,
		       expected);
}

static int rate(const struct reader *r, const char *where, const char *key, const json_t *v,
		double *out)
{
	uint64_t bytes;

	*out = json_number_value(v);
	if (json_is_string(v) && sj_parse_rate(key, json_string_value(v), &bytes, NULL) == SJ_OK)
		*out = (double)bytes;
	return isfinite(*out) && *out > 0 ? SJ_OK :
	       wrong(r, where, key, "a bandwidth above 0, as in \"10Gbit/s\", or B/s");
}

static int bytes(const struct reader *r, const char *where, const json_t *v, double *out)
{
	uint64_t n;

	*out = json_is_number(v) ? json_number_value(v) : -1;
	if (json_is_string(v) && sj_parse_bytes("bytes", json_string_value(v), &n, NULL) == SJ_OK)
		*out = (double)n;
	return isfinite(*out) && *out >= 0 ? SJ_OK :
	       wrong(r, where, "bytes", "an amount, as in \"1MB\", or bytes");
}

/* Absent: 0. */
static int seconds(const struct reader *r, const char *where, const char *key,
		   const json_t *v, sj_time *out)
{
	double s = json_is_number(v) ? json_number_value(v) * 1e9 : -1;

	*out = 0;
	if (v == NULL)
		return SJ_OK;
	if (json_is_string(v) && sj_parse_time(key, json_string_value(v), out, NULL) == SJ_OK &&
	    *out >= 0)
		return SJ_OK;
	if (!(s >= 0 && s < (double)SJ_TIME_MAX))
		return wrong(r, where, key, "a time, as in \"2us\", or seconds");
	*out = (sj_time)(s + 0.5);
	return SJ_OK;
}

static int only_keys(const struct reader *r, const char *where, json_t *o,
		     const char *const *known, size_t n)
{
	const char *key;
	json_t *v;

	json_object_foreach(o, key, v) {
		bool is_known = false;
		const char *near;

		for (size_t i = 0; i < n; i++)
			is_known |= strcmp(key, known[i]) == 0;
		if (is_known)
			continue;
		near = sj_nearest(key, known, n);
		return sj_fail(r->err, SJ_EPARSE, "%s: %s: no key \"%.40s\"%s%s%s", r->path,
			       where, key, near != NULL ? "; did you mean \"" : "",
			       near != NULL ? near : "", near != NULL ? "\"?" : "");
	}
	return SJ_OK;
}

/* ---- links ---------------------------------------------------------------------------------- */

static int read_link(struct reader *r, const char *name, json_t *v)
{
	static const char *const keys[] = { "bandwidth", "latency" };
	uint32_t n = r->c->links;
	char where[80];
	int rc = SJ_OK;

	snprintf(where, sizeof(where), "link \"%.50s\"", name);
	if (json_is_object(v)) {
		rc = only_keys(r, where, v, keys, 2);
		if (rc == SJ_OK)
			rc = seconds(r, where, "latency", json_object_get(v, "latency"),
				     &r->c->latency_ns[n]);
		v = json_object_get(v, "bandwidth");
	}
	if (rc == SJ_OK)
		rc = rate(r, where, "bandwidth", v, &r->c->bytes_per_s[n]);
	if (rc != SJ_OK)
		return rc;
	r->c->link_name[n] = strdup(name);
	if (r->c->link_name[n] == NULL ||
	    json_object_set_new(r->number, name, json_integer(n)) != 0)
		return sj_fail(r->err, SJ_ENOMEM, "%s: no memory", r->path);
	r->c->links++;
	return SJ_OK;
}

static int read_links(struct reader *r, json_t *links)
{
	size_t n = json_object_size(links);
	const char *name;
	json_t *v;
	int rc = SJ_OK;

	if (n == 0)
		return wrong(r, "the document", "links", "an object of links by name");
	r->number = json_object();
	r->c->bytes_per_s = calloc(n, sizeof(*r->c->bytes_per_s));
	r->c->latency_ns = calloc(n, sizeof(*r->c->latency_ns));
	r->c->link_name = calloc(n, sizeof(*r->c->link_name));
	if (r->number == NULL || r->c->bytes_per_s == NULL || r->c->latency_ns == NULL ||
	    r->c->link_name == NULL)
		return sj_fail(r->err, SJ_ENOMEM, "%s: no memory for %zu links", r->path, n);
	json_object_foreach(links, name, v) {
		rc = read_link(r, name, v);
		if (rc != SJ_OK)
			return rc;
	}
	return sj_network_create_links(r->c->bytes_per_s, r->c->latency_ns, r->c->links,
				       &r->c->network) == SJ_OK ? SJ_OK :
	       sj_fail(r->err, SJ_ENOMEM, "%s: no memory for %zu links", r->path, n);
}

/* ---- flows --------------------------------------------------------------------------------- */

static int read_path(const struct reader *r, const char *where, const json_t *path,
		     struct flow_entry *f)
{
	if (!json_is_array(path) || json_array_size(path) > SJ_ROUTE_MAX)
		return wrong(r, where, "path", "a list of at most 64 names of links");
	for (size_t k = 0; k < json_array_size(path); k++) {
		const char *name = json_string_value(json_array_get(path, k));
		const json_t *n = name != NULL ? json_object_get(r->number, name) : NULL;

		if (n == NULL)
			return sj_fail(r->err, SJ_EPARSE, "%s: %s: path: \"%.50s\" is no link",
				       r->path, where, name != NULL ? name : "(not a text)");
		f->link[k] = (uint32_t)json_integer_value(n);
		for (size_t j = 0; j < k; j++)
			if (f->link[j] == f->link[k])
				return sj_fail(r->err, SJ_EPARSE, "%s: %s: path: link \"%.50s\" "
					       "is there twice", r->path, where, name);
	}
	f->hops = (uint32_t)json_array_size(path);
	return SJ_OK;
}

/* Digits, then `end`; *rest is behind it. */
static bool whole(const char *text, char end, uint32_t below, uint32_t *out, const char **rest)
{
	char *after;
	unsigned long n;

	if (text[0] < '0' || text[0] > '9')
		return false;
	n = strtoul(text, &after, 10);
	*rest = after + 1;
	*out = (uint32_t)n;
	return *after == end && n < below;
}

/* A node by number, a storage by name, or a GPU as "NODE:GPU". */
static bool endpoint_of(const struct flow_case *c, const json_t *v, sj_endpoint *out)
{
	const sj_fabric *fabric = sj_network_fabric(c->network);
	const char *text = json_string_value(v), *rest;
	json_int_t n = json_integer_value(v);

	out->gpu = SJ_HOST;
	if (json_is_integer(v)) {
		out->at = (uint32_t)n;
		return n >= 0 && n < fabric->nodes;
	}
	for (uint32_t i = 0; text != NULL && i < fabric->storages; i++)
		if (strcmp(text, fabric->spec->storage[i].name) == 0) {
			out->at = fabric->nodes + i;
			return true;
		}
	if (text == NULL || !whole(text, ':', fabric->nodes, &out->at, &rest))
		return false;
	for (uint32_t k = 0, below = 0; k < c->machine.type_count; k++) {
		below += c->machine.specs[k].count;
		if (out->at >= below)
			continue;
		return whole(rest, '\0', c->machine.specs[k].gpus, &out->gpu, &rest);
	}
	return false;
}

static int read_ends(const struct reader *r, const char *where, json_t *o, struct flow_entry *f)
{
	static const char expected[] = "the number of a node of the cluster, the name of a "
				       "storage, or \"NODE:GPU\"";

	if (!endpoint_of(r->c, json_object_get(o, "from"), &f->from))
		return wrong(r, where, "from", expected);
	if (!endpoint_of(r->c, json_object_get(o, "to"), &f->to))
		return wrong(r, where, "to", expected);
	flow_case_route(r->c, f);
	return SJ_OK;
}

static char *name_of(const json_t *id, size_t index)
{
	char text[32];

	if (json_is_string(id))
		return strdup(json_string_value(id));
	snprintf(text, sizeof(text), "%lld", json_is_integer(id) ?
		 (long long)json_integer_value(id) : (long long)index + 1);
	return strdup(text);
}

static int read_flow(struct reader *r, json_t *o, size_t index, struct flow_entry *f)
{
	static const char *const keys[] = { "id", "start", "bytes", "weight", "cap", "path",
					    "from", "to" };
	/* With a cluster a flow has ends, and no path. */
	size_t known = r->c->has_machine ? 8 : 6;
	const json_t *weight = json_object_get(o, "weight"), *cap = json_object_get(o, "cap");
	char where[40];
	int rc;

	snprintf(where, sizeof(where), "flows[%zu]", index);
	if (!json_is_object(o))
		return wrong(r, where, "", "an object");
	f->finish_ns = SJ_NEVER;
	rc = only_keys(r, where, o, keys, known);
	if (rc == SJ_OK && r->c->has_machine && json_object_get(o, "path") != NULL)
		rc = wrong(r, where, "path", "\"from\" and \"to\" with a cluster");
	if (rc == SJ_OK)
		rc = seconds(r, where, "start", json_object_get(o, "start"), &f->start_ns);
	if (rc == SJ_OK)
		rc = bytes(r, where, json_object_get(o, "bytes"), &f->bytes);
	if (rc == SJ_OK)
		rc = r->c->has_machine ? read_ends(r, where, o, f) :
		     read_path(r, where, json_object_get(o, "path"), f);
	if (rc == SJ_OK && cap != NULL && !json_is_null(cap))
		rc = rate(r, where, "cap", cap, &f->wish.cap);
	if (rc != SJ_OK)
		return rc;
	f->wish.weight = weight != NULL ? json_number_value(weight) : 1;
	if (!(f->wish.weight > 0 && isfinite(f->wish.weight)))
		return wrong(r, where, "weight", "a number above 0");
	if (f->hops == 0 && f->wish.cap == 0 && !r->c->has_machine)
		return wrong(r, where, "path", "at least one link, or a cap");
	f->id = name_of(json_object_get(o, "id"), index);
	return f->id != NULL ? SJ_OK : sj_fail(r->err, SJ_ENOMEM, "%s: no memory", r->path);
}

static int read_document(struct reader *r, json_t *root)
{
	static const char *const keys[] = { "links", "flows" };
	json_t *flows = json_object_get(root, "flows");
	int rc;

	if (!json_is_object(root))
		return sj_fail(r->err, SJ_EPARSE, "%s: expected an object with \"links\" and "
			       "\"flows\"", r->path);
	rc = only_keys(r, "the document", root, keys, 2);
	if (rc == SJ_OK && r->c->has_machine && json_object_get(root, "links") != NULL)
		rc = wrong(r, "the document", "links", "none: they are the cluster's");
	if (rc == SJ_OK && !r->c->has_machine)
		rc = read_links(r, json_object_get(root, "links"));
	if (rc != SJ_OK)
		return rc;
	if (json_array_size(flows) == 0 || json_array_size(flows) > 50000000)
		return wrong(r, "the document", "flows", "a list of 1 to 50,000,000 flows");
	r->c->flow = calloc(json_array_size(flows), sizeof(*r->c->flow));
	if (r->c->flow == NULL)
		return sj_fail(r->err, SJ_ENOMEM, "%s: no memory for %zu flows", r->path,
			       json_array_size(flows));
	for (size_t i = 0; i < json_array_size(flows) && rc == SJ_OK; i++) {
		r->c->count++;
		rc = read_flow(r, json_array_get(flows, i), i, &r->c->flow[i]);
	}
	return rc;
}

static size_t feed(void *buffer, size_t size, void *data)
{
	struct { sj_input *in; int rc; sj_error *err; } *from = data;
	ptrdiff_t got = from->in->read(from->in, buffer, size, from->err);

	if (got >= 0)
		return (size_t)got;
	from->rc = (int)got;
	return (size_t)-1;
}

static int read_file(const char *path, struct flow_case *out, sj_error *err)
{
	struct { sj_input *in; int rc; sj_error *err; } from = { .err = err };
	struct reader r = { .path = path, .c = out, .err = err };
	json_t *root;
	json_error_t e;
	int rc = input_open(path, 0, &from.in, err);

	if (rc != SJ_OK)
		return rc;
	root = json_load_callback(feed, &from, JSON_REJECT_DUPLICATES, &e);
	input_close(from.in);
	if (root == NULL)
		return from.rc != SJ_OK ? from.rc :
		       sj_fail(err, SJ_EPARSE, "%s:%d:%d: not JSON: %.100s", path, e.line,
			       e.column, e.text);
	rc = read_document(&r, root);
	json_decref(root);
	json_decref(r.number);
	return rc;
}

/* ---- the machine ------------------------------------------------------------------------ */

static int use_machine(const char *text, struct flow_case *c, sj_error *err)
{
	const sj_fabric *fabric;
	int rc = cluster_parse(text, &c->machine, err);

	if (rc != SJ_OK)
		return rc;
	c->has_machine = true;
	if (c->machine.network == NULL)
		return sj_fail(err, SJ_EUSAGE, "the cluster %.80s has no network; give it a "
			       "topology", text);
	rc = sj_network_create(c->machine.network, c->machine.specs, c->machine.type_count,
			       &c->network, err);
	if (rc != SJ_OK)
		return rc;
	if (sj_network_has_unshared(c->network))
		return sj_fail(err, SJ_EUSAGE, "the cluster %.80s has duplex fatpipe: flows do not "
			       "share links there, which is what this is about", text);
	fabric = sj_network_fabric(c->network);
	c->links = fabric->links;
	c->bytes_per_s = calloc(c->links + 1u, sizeof(*c->bytes_per_s));
	c->latency_ns = calloc(c->links + 1u, sizeof(*c->latency_ns));
	if (c->bytes_per_s == NULL || c->latency_ns == NULL)
		return sj_fail(err, SJ_ENOMEM, "no memory for %u links", c->links);
	memcpy(c->bytes_per_s, fabric->bytes_per_s, c->links * sizeof(*c->bytes_per_s));
	memcpy(c->latency_ns, fabric->latency_ns, c->links * sizeof(*c->latency_ns));
	return SJ_OK;
}

void flow_case_route(const struct flow_case *c, struct flow_entry *f)
{
	sj_time latency;

	f->hops = sj_fabric_route(sj_network_fabric(c->network), f->from, f->to, f->link,
				  &latency);
}

int flow_case_weigh_by_latency(struct flow_case *c, sj_error *err)
{
	for (uint32_t i = 0; i < c->count; i++) {
		struct flow_entry *f = &c->flow[i];
		sj_time latency = 0;

		for (uint32_t k = 0; k < f->hops; k++)
			latency += c->latency_ns[f->link[k]];
		if (latency == 0)
			return sj_fail(err, SJ_EUSAGE, "--weights rtt: the route of flow \"%s\" "
				       "has no latency", f->id);
		f->wish.weight = (f->wish.weight > 0 ? f->wish.weight : 1) /
				 ((double)latency * 1e-9);
	}
	return SJ_OK;
}

int flow_case_open(const char *what, const char *cluster, uint64_t seed,
		   struct flow_case *out, sj_error *err)
{
	bool drawn = strncmp(what, "gen:", 4) == 0;
	int rc = SJ_OK;

	*out = (struct flow_case){ 0 };
	if (drawn && cluster == NULL)
		return sj_fail(err, SJ_EUSAGE, "flows: a generator needs a cluster (-c)");
	if (cluster != NULL)
		rc = use_machine(cluster, out, err);
	if (rc == SJ_OK)
		rc = drawn ? flow_gen(what + 4, seed, out, err) : read_file(what, out, err);
	if (rc != SJ_OK)
		flow_case_fini(out);
	return rc;
}

void flow_case_fini(struct flow_case *c)
{
	sj_network_free(c->network);
	for (uint32_t i = 0; i < c->links && c->link_name != NULL; i++)
		free(c->link_name[i]);
	for (uint32_t i = 0; i < c->count; i++)
		free(c->flow[i].id);
	free(c->link_name);
	free(c->bytes_per_s);
	free(c->latency_ns);
	free(c->flow);
	cluster_fini(&c->machine);
	*c = (struct flow_case){ 0 };
}
