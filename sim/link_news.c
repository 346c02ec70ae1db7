/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link_news.c - see link_news.h. */
#include "link_news.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pes.h"
#include "sojourn/law.h"
#include "sojourn/rng.h"

/* What goes on and off by laws: a cable that fails, or the load of a link. */
struct cycle {
	const sj_law *quiet, *busy; /* up and down, or off and on */
	uint32_t      number;  /* of the background */
	uint32_t      link, count;
	uint32_t      periods; /* so far; odd: it is down, or on */
	double        load;    /* 0: a failure */
};

struct sj_link_news {
	const sj_fabric     *fabric;
	const sj_link_event *event;
	uint32_t             events, at;
	uint64_t             seed;
	struct cycle        *cycle;
	uint32_t             cycles, room;
	sj_pes               due;    /* by cycle */
	gsl_rng             *rng;
	double              *bytes_per_s, *load; /* by link */
	bool                *down;
};

/* ---- laws --------------------------------------------------------------------------------- */

/* At least 1 ns, so that time goes on; a period beyond the end of time ends behind it. */
static void plan(sj_link_news *n, uint32_t i, sj_time from)
{
	const struct cycle *c = &n->cycle[i];
	char purpose[32] = "link failure";
	double s;
	sj_time ns;

	if (c->load > 0)
		snprintf(purpose, sizeof(purpose), "background %u", c->number);
	sj_rng_rekey(n->rng, n->seed, purpose, (uint64_t)c->link << 32 | c->periods);
	s = sj_law_draw(c->periods % 2 == 0 ? c->quiet : c->busy, n->rng);
	ns = !(s * 1e9 < (double)SJ_TIME_MAX) ? SJ_TIME_MAX + 1 :
	     s > 1e-9 ? (sj_time)(s * 1e9 + 0.5) : 1;
	sj_pes_add(&n->due, i, ns <= SJ_TIME_MAX - from ? from + ns : SJ_TIME_MAX + 1);
}

static int add_cycle(sj_link_news *n, struct cycle c)
{
	if (n->cycles == n->room) {
		uint32_t room = n->room != 0 ? n->room * 2 : 64;
		struct cycle *grown = realloc(n->cycle, room * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		n->cycle = grown;
		n->room = room;
	}
	n->cycle[n->cycles++] = c;
	return SJ_OK;
}

static int no_match(const char *what, const char *pattern, sj_error *err)
{
	return sj_fail(err, SJ_EINVAL, "network: %s: no link is called \"%.100s\"", what, pattern);
}

static int add_fault(sj_link_news *n, const sj_link_fault *w, sj_error *err)
{
	uint32_t links = n->fabric->links, found = 0, count;
	int rc = SJ_OK;

	if (w->mtbf == NULL || w->mttr == NULL)
		return sj_fail(err, SJ_EINVAL, "network: failures: expected mtbf and mttr");
	for (uint32_t l = 0, first; l < links && rc == SJ_OK; l = first + count) {
		bool meant = false;

		first = sj_fabric_cable(n->fabric, l, &count);
		for (uint32_t k = first; k < first + count; k++)
			meant = meant || sj_fabric_link_matches(n->fabric, k, w->links);
		found += meant;
		if (meant)
			rc = add_cycle(n, (struct cycle){ w->mtbf, w->mttr, 0, first, count, 0, 0 });
	}
	return rc == SJ_OK && found == 0 ? no_match("failures", w->links, err) : rc;
}

static int add_load(sj_link_news *n, const sj_background_spec *b, uint32_t number, uint32_t link,
		    sj_error *err)
{
	double load = b->percent > 0 ? n->bytes_per_s[link] * b->percent / 100 : b->bytes_per_s;
	char name[SJ_LINK_NAME];

	if (b->on != NULL)
		return add_cycle(n, (struct cycle){ b->off, b->on, number, link, 1, 0, load });
	n->load[link] += load;
	if (n->load[link] >= n->bytes_per_s[link])
		return sj_fail(err, SJ_EINVAL, "network: background leaves nothing of link \"%s\"",
			       sj_fabric_link_name(n->fabric, link, name));
	return SJ_OK;
}

static int add_background(sj_link_news *n, const sj_background_spec *b, uint32_t number,
			  sj_error *err)
{
	uint32_t found = 0;
	int rc = SJ_OK;

	if ((b->on == NULL) != (b->off == NULL))
		return sj_fail(err, SJ_EINVAL, "network: background: expected on and off");
	for (uint32_t l = 0; l < n->fabric->links && rc == SJ_OK; l++) {
		if (!sj_fabric_link_matches(n->fabric, l, b->links))
			continue;
		found++;
		rc = add_load(n, b, number, l, err);
	}
	return rc == SJ_OK && found == 0 ? no_match("background", b->links, err) : rc;
}

/* ---- making -------------------------------------------------------------------------------- */

static int check_events(const sj_link_news *n, sj_error *err)
{
	for (uint32_t i = 0; i < n->events; i++) {
		const sj_link_event *e = &n->event[i];

		if (e->link >= n->fabric->links || e->count > n->fabric->links - e->link)
			return sj_fail(err, SJ_EINVAL, "failures: link event %u is of no link", i + 1);
		if (e->at_ns < 0 || e->at_ns > SJ_TIME_MAX || (i != 0 && e->at_ns < e[-1].at_ns))
			return sj_fail(err, SJ_EINVAL, "failures: link event %u at %.9g s is out of "
				       "order", i + 1, (double)e->at_ns / 1e9);
	}
	return SJ_OK;
}

static int fill(sj_link_news *n, sj_error *err)
{
	const sj_fabric_spec *s = n->fabric->spec;
	uint32_t links = n->fabric->links;
	int rc;

	n->bytes_per_s = malloc((links + 1u) * sizeof(*n->bytes_per_s));
	n->load = calloc(links + 1u, sizeof(*n->load));
	n->down = calloc(links + 1u, sizeof(*n->down));
	n->rng = sj_rng_create(n->seed, "link failure", 0);
	if (n->bytes_per_s == NULL || n->load == NULL || n->down == NULL || n->rng == NULL)
		return SJ_ENOMEM;
	memcpy(n->bytes_per_s, n->fabric->bytes_per_s, links * sizeof(*n->bytes_per_s));
	rc = check_events(n, err);
	for (uint32_t i = 0; i < s->fault_count && rc == SJ_OK; i++)
		rc = add_fault(n, &s->fault[i], err);
	for (uint32_t i = 0; i < s->background_count && rc == SJ_OK; i++)
		rc = add_background(n, &s->background[i], i, err);
	if (rc == SJ_OK && n->cycles != 0)
		rc = n->cycles >> SJ_PES_ID_BITS == 0 ? sj_pes_reserve(&n->due, n->cycles) :
							SJ_ENOMEM;
	for (uint32_t i = 0; i < n->cycles && rc == SJ_OK; i++)
		plan(n, i, 0);
	return rc;
}

int sj_link_news_create(const sj_fabric *f, const sj_link_event *events, uint32_t count,
			uint64_t seed, sj_link_news **out, sj_error *err)
{
	sj_link_news *n;
	int rc;

	*out = NULL;
	if (count == 0 && f->spec->fault_count == 0 && f->spec->background_count == 0)
		return SJ_OK;
	n = calloc(1, sizeof(*n));
	if (n == NULL)
		return sj_fail(err, SJ_ENOMEM, "network: out of memory");
	n->fabric = f;
	n->event = events;
	n->events = count;
	n->seed = seed;
	rc = fill(n, err);
	if (rc == SJ_OK)
		*out = n;
	else
		sj_link_news_free(n);
	return rc == SJ_ENOMEM ? sj_fail(err, rc, "network: out of memory") : rc;
}

void sj_link_news_free(sj_link_news *n)
{
	if (n == NULL)
		return;
	sj_pes_fini(&n->due);
	free(n->cycle);
	free(n->bytes_per_s);
	free(n->load);
	free(n->down);
	if (n->rng != NULL)
		gsl_rng_free(n->rng);
	free(n);
}

/* ---- time ----------------------------------------------------------------------------------- */

static sj_time event_time(const sj_link_news *n)
{
	return n->at < n->events ? n->event[n->at].at_ns : SJ_NEVER;
}

sj_time sj_link_news_time(const sj_link_news *n)
{
	sj_time event = event_time(n), due = sj_pes_time(&n->due);

	return event < due ? event : due;
}

static void happen(sj_link_news *n, const sj_link_event *e)
{
	for (uint32_t l = e->link; l < e->link + e->count; l++) {
		if (e->change == SJ_LINK_BANDWIDTH)
			n->bytes_per_s[l] = e->bytes_per_s;
		else
			n->down[l] = e->change == SJ_LINK_FAIL;
	}
}

void sj_link_news_pop(sj_link_news *n, uint32_t *link, uint32_t *count)
{
	struct cycle *c;
	sj_time now;
	uint32_t i;

	if (event_time(n) <= sj_pes_time(&n->due)) {
		happen(n, &n->event[n->at]);
		*link = n->event[n->at].link;
		*count = n->event[n->at++].count;
		return;
	}
	now = sj_pes_time(&n->due);
	i = sj_pes_pop(&n->due);
	c = &n->cycle[i];
	c->periods++;
	for (uint32_t l = c->link; l < c->link + c->count; l++) {
		if (c->load == 0)
			n->down[l] = c->periods % 2 != 0;
		else
			n->load[l] += c->periods % 2 != 0 ? c->load : -c->load;
	}
	*link = c->link;
	*count = c->count;
	plan(n, i, now);
}

/* ---- asking ----------------------------------------------------------------------------------- */

double sj_link_news_bandwidth(const sj_link_news *n, uint32_t link)
{
	double left = n->bytes_per_s[link] - n->load[link];

	return n->down[link] || left < 0 ? 0 : left;
}

double sj_link_news_usual(const sj_link_news *n, uint32_t link)
{
	double left = n->bytes_per_s[link] - n->load[link];

	return left > 0 ? left : n->bytes_per_s[link];
}

bool sj_link_news_is_down(const sj_link_news *n, uint32_t link)
{
	return n->down[link];
}

const bool *sj_link_news_down(const sj_link_news *n)
{
	return n->down;
}

bool sj_link_news_pending(const sj_link_news *n, uint32_t link)
{
	for (uint32_t i = n->at; i < n->events; i++)
		if (link >= n->event[i].link && link - n->event[i].link < n->event[i].count)
			return true;
	for (uint32_t i = 0; i < n->cycles; i++)
		if (link >= n->cycle[i].link && link - n->cycle[i].link < n->cycle[i].count)
			return true;
	return false;
}
