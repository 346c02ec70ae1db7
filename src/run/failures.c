/* SPDX-License-Identifier: GPL-3.0-or-later */
/* failures.c - see failures.h. */
#include "run/failures.h"

#include <stdlib.h>
#include <string.h>

#include "config/timelaw.h"

#define FLAG "--failures"

struct spec {
	const char *trace, *events, *mtbf, *mttr, *retries;
};

#define TEXT(field, def_, help_)                                       \
	{ .name = #field, .type = SJ_P_STRING,                         \
	  .offset = offsetof(struct spec, field), .def = def_, .help = help_ }

/* A lone text is the first of them. */
static const sj_param params[] = {
	TEXT(trace, "", "File of node events."),
	TEXT(events, "", "Node events themselves, parted by semicolons."),
	TEXT(mtbf, "", "Law of the time that a node is up."),
	TEXT(mttr, "", "Law of the time that it is down."),
	TEXT(retries, "16", "Failures that a task survives: a number, none or unlimited."),
	{ .name = NULL },
};

/* Values of a spec, defaults among them, fit into what is left of this. */
struct strings {
	char  *bytes;
	size_t used;
};

static void *strings_take(void *self, size_t size)
{
	struct strings *s = self;
	char *at = s->bytes + s->used;

	s->used += size;
	return at;
}

static int read_retries(const char *text, uint32_t *out, sj_error *err)
{
	int64_t n = 0;
	int rc = SJ_OK;

	if (strcmp(text, "unlimited") == 0)
		*out = SJ_RETRIES_UNLIMITED;
	else if (strcmp(text, "none") == 0)
		*out = 0;
	else
		rc = sj_parse_int(FLAG ": retries", text, &n, err);
	if (rc == SJ_OK && (n < 0 || n >= SJ_RETRIES_UNLIMITED))
		rc = sj_fail(err, SJ_EUSAGE, FLAG ": retries: \"%s\" is out of range (expected 0 "
			     "to 4294967294, none or unlimited)", text);
	if (rc == SJ_OK && strcmp(text, "unlimited") != 0)
		*out = (uint32_t)n;
	return rc;
}

static int read_law(const char *who, const char *text, sj_law **out, sj_error *err)
{
	char *canonical = NULL;
	int rc = timelaw_create(who, text, out, &canonical, err);

	free(canonical);
	return rc;
}

static int read_laws(const struct spec *s, struct cluster *c, struct failures *f,
		     sj_error *err)
{
	int rc;

	if (s->mtbf[0] == '\0' && s->mttr[0] == '\0')
		return SJ_OK;
	if (s->mtbf[0] == '\0' || s->mttr[0] == '\0')
		return sj_fail(err, SJ_EUSAGE, FLAG ": %s without %s; both are laws of times, as "
			       "in mtbf=30d,mttr=1h",
			       s->mtbf[0] != '\0' ? "mtbf" : "mttr",
			       s->mtbf[0] != '\0' ? "mttr" : "mtbf");
	if (c->node_count == 0)
		return sj_fail(err, SJ_EUSAGE, FLAG ": a pool of processors has no nodes that "
			       "could fail; give the machine as nodes, as in -c "
			       "nodes=16,cores=8");
	rc = read_law(FLAG ": mtbf", s->mtbf, &f->mtbf, err);
	if (rc == SJ_OK)
		rc = read_law(FLAG ": mttr", s->mttr, &f->mttr, err);
	for (uint32_t k = 0; rc == SJ_OK && k < c->model.type_count; k++) {
		c->specs[k].mtbf = f->mtbf;
		c->specs[k].mttr = f->mttr;
	}
	return rc;
}

static int read_all(const struct spec *s, struct cluster *c, struct failures *f, sj_error *err)
{
	int rc = read_retries(s->retries, &f->model.retries, err);

	if (rc == SJ_OK)
		rc = read_laws(s, c, f, err);
	if (rc != SJ_OK || (s->trace[0] == '\0' && s->events[0] == '\0'))
		return rc;
	if (s->trace[0] != '\0' && s->events[0] != '\0')
		return sj_fail(err, SJ_EUSAGE, FLAG ": trace and events exclude each other");
	if (s->events[0] != '\0') {
		rc = node_events_parse(FLAG ": events", s->events, c, &f->trace, err);
	} else {
		f->path = strdup(s->trace);
		if (f->path == NULL)
			return SJ_ENOMEM;
		rc = node_events_read(f->path, c, &f->trace, err);
	}
	f->model.events = f->trace.event;
	f->model.event_count = f->trace.count;
	return rc;
}

int failures_parse(const char *text, struct cluster *c, struct failures *out, sj_error *err)
{
	struct strings strings = { .bytes = calloc(1, 2 * strlen(text) + 64) };
	struct spec s = { .trace = "" };
	int rc;

	*out = (struct failures){ .text = strdup(text) };
	rc = out->text == NULL || strings.bytes == NULL ? SJ_ENOMEM :
	     sj_params_bind(FLAG, params, text, &s, strings_take, &strings, err);
	if (rc == SJ_OK)
		rc = read_all(&s, c, out, err);
	free(strings.bytes);
	if (rc != SJ_OK)
		failures_fini(out);
	return rc;
}

void failures_fini(struct failures *f)
{
	free(f->text);
	free(f->path);
	node_events_fini(&f->trace);
	sj_law_free(f->mtbf);
	sj_law_free(f->mttr);
	*f = (struct failures){ .text = NULL };
}
