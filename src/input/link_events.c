/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link_events.c - see link_events.h. */
#include "input/link_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"

/* A link, or a cable that was given a name. */
struct named {
	char    *name;
	uint32_t link, count;
};

struct link_names {
	sj_fabric     fabric;
	struct named *sorted;
	size_t        count;
};

static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : a->link < b->link ? -1 : a->link > b->link;
}

static int add_name(struct link_names *n, const char *name, uint32_t link, uint32_t count)
{
	n->sorted[n->count] = (struct named){ strdup(name), link, count };
	return n->sorted[n->count++].name != NULL ? SJ_OK : SJ_ENOMEM;
}

static int collect(struct link_names *n)
{
	int rc = SJ_OK;

	n->sorted = calloc(2 * (size_t)n->fabric.links + 1, sizeof(*n->sorted));
	if (n->sorted == NULL)
		return SJ_ENOMEM;
	for (uint32_t l = 0; l < n->fabric.links && rc == SJ_OK; l++) {
		char name[SJ_LINK_NAME];
		uint32_t count, first = sj_fabric_cable(&n->fabric, l, &count);

		rc = add_name(n, sj_fabric_link_name(&n->fabric, l, name), l, 1);
		if (rc == SJ_OK && l == first && count > 1 &&
		    sj_fabric_cable_name(&n->fabric, l, name))
			rc = add_name(n, name, first, count);
	}
	qsort(n->sorted, n->count, sizeof(*n->sorted), by_name);
	return rc;
}

int link_names_make(struct link_names **names, const struct cluster *c, sj_error *err)
{
	struct link_names *n;
	int rc;

	if (*names != NULL)
		return SJ_OK;
	n = calloc(1, sizeof(*n));
	if (n == NULL)
		return sj_fail(err, SJ_ENOMEM, "out of memory");
	rc = sj_fabric_init(&n->fabric, c->network, c->specs, c->type_count, err);
	if (rc == SJ_OK && collect(n) != SJ_OK)
		rc = sj_fail(err, SJ_ENOMEM, "out of memory for the names of %u links",
			     n->fabric.links);
	if (rc == SJ_OK)
		*names = n;
	else
		link_names_free(n);
	return rc;
}

void link_names_free(struct link_names *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->count; i++)
		free(n->sorted[i].name);
	free(n->sorted);
	sj_fabric_fini(&n->fabric);
	free(n);
}

/* ---- one event ---------------------------------------------------------------------------- */

static int append(struct link_events *to, const sj_link_event *e)
{
	if (to->count == to->room) {
		uint32_t room = to->room != 0 ? to->room * 2 : 64;
		sj_link_event *grown = room > to->room ? realloc(to->event, room * sizeof(*grown)) :
							 NULL;

		if (grown == NULL)
			return SJ_ENOMEM;
		to->event = grown;
		to->room = room;
	}
	to->event[to->count++] = *e;
	return SJ_OK;
}

static bool read_change(const char *text, sj_link_event *e)
{
	uint64_t rate = 0;

	e->change = strcmp(text, "fail") == 0 ? SJ_LINK_FAIL :
		    strcmp(text, "up") == 0 ? SJ_LINK_UP : SJ_LINK_BANDWIDTH;
	if (e->change != SJ_LINK_BANDWIDTH)
		return true;
	if (sj_parse_rate("change", text, &rate, NULL) != SJ_OK || rate == 0)
		return false;
	e->bytes_per_s = (double)rate;
	return true;
}

static const char *nearest(const struct link_names *n, const char *text)
{
	const char *some[512];
	size_t count = 0;

	for (size_t i = 0; i < n->count && count < 512; i++)
		some[count++] = n->sorted[i].name;
	return sj_nearest(text, some, count);
}

static int add_pattern(struct link_events *to, const struct link_names *n, const char *pattern,
		       sj_link_event e, uint32_t *found)
{
	int rc = SJ_OK;

	for (e.link = 0; e.link < n->fabric.links && rc == SJ_OK; e.link++)
		if (sj_fabric_link_matches(&n->fabric, e.link, pattern)) {
			++*found;
			rc = append(to, &e);
		}
	return rc;
}

int link_events_add(struct link_events *to, const struct link_names *names, sj_time at,
		    const char *link, const char *change, const char **field, char *expected,
		    size_t size)
{
	const struct named key = { (char *)(uintptr_t)link, 0, 1 }, *x = NULL;
	sj_link_event e = { .at_ns = at, .count = 1 };
	const char *near;
	size_t lo = 0, hi = names->count;
	uint32_t found = 0;
	int rc;

	*field = "change";
	snprintf(expected, size, "fail, up, or a bandwidth above 0, as in 2Gbit/s");
	if (!read_change(change, &e))
		return SJ_EPARSE;
	*field = "link";
	if (strpbrk(link, "*?") != NULL) {
		rc = add_pattern(to, names, link, e, &found);
		snprintf(expected, size, "a pattern that any link of the machine has");
		return rc == SJ_OK && found == 0 ? SJ_EPARSE : rc;
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (by_name(&names->sorted[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < names->count && strcmp(names->sorted[lo].name, link) == 0)
		x = &names->sorted[lo];
	if (x == NULL) {
		near = nearest(names, link);
		snprintf(expected, size, "a link of the machine (`cluster route` tells names)%s%.80s%s",
			 near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
			 near != NULL ? "\"?" : "");
		return SJ_EPARSE;
	}
	e.link = x->link;
	e.count = x->count;
	return append(to, &e);
}
