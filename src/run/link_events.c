/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link_events.c - see link_events.h. */
#include "run/link_events.h"

#include <stdlib.h>

#include "run/trace_us.h"

void link_events_fini(struct link_events *e)
{
	free(e->link);
	*e = (struct link_events){ 0 };
}

int link_events_link(struct link_events *e, const struct link_total *l)
{
	if (e->count == e->cap) {
		uint32_t cap = e->cap != 0 ? 2 * e->cap : 64;
		struct link_total *grown = realloc(e->link, cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		e->link = grown;
		e->cap = cap;
	}
	e->link[e->count++] = *l;
	return SJ_OK;
}

static int by_use(const void *x, const void *y)
{
	const struct link_total *a = x, *b = y;
	double use_a = (double)a->bytes / a->info.bytes_per_s;
	double use_b = (double)b->bytes / b->info.bytes_per_s;

	if (use_a != use_b)
		return use_a > use_b ? -1 : 1;
	return a->link < b->link ? -1 : 1;
}

static int by_number(const void *x, const void *y)
{
	const struct link_total *a = x, *b = y;

	return a->link < b->link ? -1 : a->link > b->link;
}

static void choose(struct link_events *e)
{
	qsort(e->link, e->count, sizeof(*e->link), by_use);
	e->count = e->count < LINK_EVENTS_MAX ? e->count : LINK_EVENTS_MAX;
	qsort(e->link, e->count, sizeof(*e->link), by_number);
	e->chosen = true;
}

static const struct link_total *find(const struct link_events *e, uint32_t link)
{
	const struct link_total key = { .link = link };

	return bsearch(&key, e->link, e->count, sizeof(*e->link), by_number);
}

static void put(const struct link_total *l, sj_time at, double percent, uint32_t pid,
		struct outfile *out)
{
	outfile_printf(out, ",\n{\"ph\":\"C\",\"pid\":%u,\"name\":\"%s\",\"ts\":%s,"
		       "\"args\":{\"percent\":%.6g}}", pid, l->info.name, us_of(at).text,
		       percent);
}

void link_events_end(struct link_events *e, uint32_t pid, struct outfile *out)
{
	if (e->open != 0)
		put(find(e, e->open - 1), e->open_to, 0, pid, out);
	e->open = 0;
}

int link_events_stretch(struct link_events *e, const struct link_stretch *s, uint32_t pid,
			struct outfile *out)
{
	const struct link_total *l;

	if (!e->chosen)
		choose(e);
	l = find(e, s->link);
	if (l == NULL)
		return SJ_OK;
	if (e->open != s->link + 1 || e->open_to != s->from_ns)
		link_events_end(e, pid, out);
	put(l, s->from_ns, 100 * (double)s->bytes * 1e9 / (double)(s->to_ns - s->from_ns) /
	    l->info.bytes_per_s, pid, out);
	e->open = s->link + 1;
	e->open_to = s->to_ns;
	return SJ_OK;
}
