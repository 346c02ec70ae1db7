/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node_events.c - see node_events.h. */
#include "input/node_events.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/input.h"

/* What a line says, as text. */
struct words {
	const char *time, *node, *change;
	bool        link; /* `node` names one */
};

struct reading {
	const char           *path;
	uint32_t              line;
	const struct cluster *cluster;
	struct node_events   *out;
	uint32_t              cap;
	bool                 *named; /* by node: a line was about it */
	struct link_names    *links; /* NULL: no line was about one yet */
	sj_time               last_ns; /* of the line before */
	sj_error             *err;
};

static int bad(struct reading *r, const char *field, const char *text, const char *expected)
{
	return sj_fail(r->err, SJ_EPARSE, "%s:%u: %s: \"%s\" is not %s", r->path, r->line,
		       field, text, expected);
}

/* ---- one event ---------------------------------------------------------------- */

static int read_index(const char *text, uint32_t count, uint32_t *out)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || v >= count)
		return SJ_EPARSE;
	*out = (uint32_t)v;
	return SJ_OK;
}

/* A number, or TYPE:INDEX; names of types have no colon at their end. */
static int read_node(struct reading *r, const char *text, uint32_t *node)
{
	const struct cluster *c = r->cluster;
	const char *colon = strrchr(text, ':');
	uint32_t first = 0;
	char expected[160];

	for (uint32_t k = 0; colon != NULL && k < c->type_count; k++) {
		const struct node_type *t = &c->types[k];

		if (strlen(t->name) == (size_t)(colon - text) &&
		    strncmp(t->name, text, (size_t)(colon - text)) == 0) {
			if (read_index(colon + 1, t->spec.count, node) == SJ_OK) {
				*node += first;
				return SJ_OK;
			}
			snprintf(expected, sizeof(expected), "a node of \"%.80s\", which has "
				 "the nodes 0 to %u", t->name, t->spec.count - 1);
			return bad(r, "node", text, expected);
		}
		first += t->spec.count;
	}
	if (colon != NULL)
		return bad(r, "node", text, "TYPE:INDEX with a node type of the machine");
	if (read_index(text, c->node_count, node) == SJ_OK)
		return SJ_OK;
	snprintf(expected, sizeof(expected), "a node of the machine (0 to %u, or TYPE:INDEX)",
		 c->node_count - 1);
	return bad(r, "node", text, expected);
}

static int read_change(struct reading *r, const char *text, sj_node_change *out)
{
	const char *near;
	char expected[96];

	for (int i = 0; i < 4; i++)
		if (strcmp(text, sj_node_change_names[i]) == 0) {
			*out = (sj_node_change)i;
			return SJ_OK;
		}
	near = sj_nearest(text, sj_node_change_names, 4);
	snprintf(expected, sizeof(expected), "fail, up, drain or join%s%s%s",
		 near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		 near != NULL ? "\"?" : "");
	return bad(r, "change", text, expected);
}

static int add(struct reading *r, const sj_node_event *e)
{
	struct node_events *out = r->out;

	if (out->count == r->cap) {
		uint32_t cap = r->cap != 0 ? r->cap * 2 : 256;
		sj_node_event *grown = cap > r->cap ? realloc(out->event, cap * sizeof(*grown))
						    : NULL;

		if (grown == NULL)
			return sj_fail(r->err, SJ_ENOMEM, "%s: out of memory", r->path);
		out->event = grown;
		r->cap = cap;
	}
	out->event[out->count++] = *e;
	return SJ_OK;
}

static int read_link_event(struct reading *r, const struct words *w)
{
	const char *field;
	char expected[256];
	int rc;

	if (r->cluster->network == NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s:%u: link: the machine has no network", r->path,
			       r->line);
	rc = link_names_make(&r->links, r->cluster, r->err);
	if (rc == SJ_OK)
		rc = link_events_add(&r->out->links, r->links, r->last_ns, w->node, w->change, &field,
				     expected, sizeof(expected));
	if (rc == SJ_EPARSE)
		return bad(r, field, field[0] == 'l' ? w->node : w->change, expected);
	return rc == SJ_ENOMEM ? sj_fail(r->err, rc, "%s: out of memory", r->path) : rc;
}

static int read_event(struct reading *r, const struct words *w)
{
	sj_node_event e;
	sj_error why = { 0 };
	int rc;

	if (sj_parse_time("time", w->time, &e.at_ns, &why) != SJ_OK || e.at_ns < 0 ||
	    e.at_ns > SJ_TIME_MAX)
		return bad(r, "time", w->time, "a time with its unit, as in 30s or 1.5h");
	if (e.at_ns < r->last_ns)
		return bad(r, "time", w->time, "at or after that of the line before");
	r->last_ns = e.at_ns;
	if (w->link)
		return read_link_event(r, w);
	rc = read_node(r, w->node, &e.node);
	if (rc == SJ_OK)
		rc = read_change(r, w->change, &e.change);
	if (rc != SJ_OK)
		return rc;
	if (e.change == SJ_CHANGE_JOIN && r->named[e.node])
		return bad(r, "change", w->change, "possible here: an earlier line is about "
			   "the node, so that it was there (expected: up)");
	r->named[e.node] = true;
	return add(r, &e);
}

/* ---- lines -------------------------------------------------------------------- */

static char *trim(char *s)
{
	size_t n;

	while (*s == ' ' || *s == '\t')
		s++;
	n = strlen(s);
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r'))
		s[--n] = '\0';
	return s;
}

static int read_csv(struct reading *r, char *line)
{
	char *field[3];
	int n = 0;

	for (char *at = line, *comma; at != NULL; at = comma != NULL ? comma + 1 : NULL) {
		comma = strchr(at, ',');
		if (comma != NULL)
			*comma = '\0';
		if (n < 3)
			field[n] = trim(at);
		n++;
	}
	if (n != 3)
		return sj_fail(r->err, SJ_EPARSE, "%s:%u: %d columns (expected 3: time, node, "
			       "change)", r->path, r->line, n);
	if (strncmp(field[1], "link ", 5) == 0)
		return read_event(r, &(struct words){ field[0], field[1] + 5, field[2], true });
	if (r->out->count == 0 && strcmp(field[0], "time") == 0 &&
	    strcmp(field[1], "node") == 0 && strcmp(field[2], "change") == 0)
		return SJ_OK;
	return read_event(r, &(struct words){ field[0], field[1], field[2], false });
}

/* A member as text; a node may be a number. */
static const char *member(const json_t *object, const char *name, char buf[32])
{
	const json_t *v = json_object_get(object, name);

	if (json_is_integer(v)) {
		snprintf(buf, 32, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		return buf;
	}
	return json_string_value(v);
}

static int read_json(struct reading *r, const char *line)
{
	const char *names[] = { "time", "node", "change" };
	char buf[3][32];
	const char *text[3];
	json_error_t why;
	json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &why);
	int rc = SJ_OK;

	if (!json_is_object(object)) {
		json_decref(object);
		return sj_fail(r->err, SJ_EPARSE, "%s:%u: %s (expected an object with time, "
			       "node and change)", r->path, r->line,
			       object == NULL ? why.text : "not an object");
	}
	if (json_object_get(object, "link") != NULL)
		names[1] = "link";
	for (int i = 0; i < 3 && rc == SJ_OK; i++) {
		text[i] = member(object, names[i], buf[i]);
		if (text[i] == NULL)
			rc = sj_fail(r->err, SJ_EPARSE, "%s:%u: %s: missing, or not a text%s",
				     r->path, r->line, names[i],
				     i == 1 ? " or a whole number" : "");
	}
	if (rc == SJ_OK && json_object_size(object) != 3)
		rc = sj_fail(r->err, SJ_EPARSE, "%s:%u: %zu members (expected time, node and "
			     "change)", r->path, r->line, json_object_size(object));
	if (rc == SJ_OK)
		rc = read_event(r, &(struct words){ text[0], text[1], text[2],
						    names[1][0] == 'l' });
	json_decref(object);
	return rc;
}

static int read_lines(struct reading *r, char *text, size_t size)
{
	int rc = SJ_OK;

	if (memchr(text, '\0', size) != NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s: not a text file", r->path);
	for (char *at = text, *next; rc == SJ_OK && at != NULL; at = next) {
		char *line;

		next = strchr(at, '\n');
		if (next != NULL)
			*next++ = '\0';
		r->line++;
		line = trim(at);
		if (*line == '\0' || *line == '#')
			continue;
		rc = *line == '{' ? read_json(r, line) : read_csv(r, line);
	}
	return rc;
}

/* ---- the file ------------------------------------------------------------------ */

static int slurp(sj_input *in, char **text, size_t *size, sj_error *err)
{
	size_t cap = 1 << 16, n = 0;
	char *buf = malloc(cap), *grown;
	ptrdiff_t got = 1;

	while (buf != NULL && (got = in->read(in, buf + n, cap - n - 1, err)) > 0) {
		n += (size_t)got;
		if (cap - n > 1)
			continue;
		grown = realloc(buf, cap *= 2);
		if (grown == NULL)
			free(buf);
		buf = grown;
	}
	if (buf == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: out of memory", in->name);
	buf[n] = '\0';
	*text = buf;
	*size = n;
	return got < 0 ? (int)got : SJ_OK;
}

static int read_text(const char *name, char *text, size_t size, const struct cluster *c,
		     struct node_events *out, sj_error *err)
{
	struct reading r = { .path = name, .cluster = c, .out = out, .err = err };
	int rc;

	if (c->node_count == 0)
		return sj_fail(err, SJ_EUSAGE, "%s: a pool of processors has no nodes that could "
			       "fail; give the machine as nodes, as in -c nodes=16,cores=8",
			       name);
	r.named = calloc(c->node_count, sizeof(*r.named));
	rc = r.named == NULL ? sj_fail(err, SJ_ENOMEM, "%s: out of memory", name)
			     : read_lines(&r, text, size);
	free(r.named);
	link_names_free(r.links);
	return rc;
}

int node_events_read(const char *path, const struct cluster *c, struct node_events *out,
		     sj_error *err)
{
	sj_input *in = NULL;
	char *text = NULL;
	size_t size = 0;
	int rc;

	*out = (struct node_events){ .event = NULL };
	rc = input_open(path, INPUT_HASH, &in, err);
	if (rc == SJ_OK)
		rc = slurp(in, &text, &size, err);
	if (rc == SJ_OK)
		rc = read_text(path, text, size, c, out, err);
	if (rc == SJ_OK)
		rc = input_digest(in, &out->bytes, out->sha256, err);
	free(text);
	input_close(in);
	if (rc != SJ_OK)
		node_events_fini(out);
	return rc;
}

int node_events_parse(const char *name, const char *events, const struct cluster *c,
		      struct node_events *out, sj_error *err)
{
	char *text = strdup(events);
	int rc;

	*out = (struct node_events){ .event = NULL };
	if (text == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: out of memory", name);
	for (char *p = text; *p != '\0'; p++)
		if (*p == ';')
			*p = '\n';
	rc = read_text(name, text, strlen(text), c, out, err);
	free(text);
	if (rc != SJ_OK)
		node_events_fini(out);
	return rc;
}

void node_events_fini(struct node_events *e)
{
	free(e->event);
	free(e->links.event);
	*e = (struct node_events){ .event = NULL };
}
