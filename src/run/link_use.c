/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * link_use.c - flows put into bins. Rates are integers here, in a unit so small that its
 * rounding is lost in that of a double, and so large that the fastest link has room: so
 * sums of rates come back to exactly nothing when the last flow has gone.
 */
#include "run/link_use.h"

#include <math.h>
#include <stdlib.h>

#include "run/bins.h"

#define UNIT_MAX (INT64_C(1) << 56) /* of the bandwidth of the fastest link */

struct line {
	int64_t level;     /* of the flows that cross it now, in units */
	int64_t peak;
	sj_time since;     /* when the level last changed */
	sj_time busy_ns;
};

struct link_use {
	const sj_run *run;
	uint32_t      links;
	double        unit; /* units a byte per second; a power of 2 */
	struct line  *line;
	bool          begun; /* the bins have an origin */
	struct bins   bins;
};

int link_use_create(struct link_use **out)
{
	*out = calloc(1, sizeof(**out));
	return *out != NULL ? SJ_OK : SJ_ENOMEM;
}

void link_use_free(struct link_use *u)
{
	if (u == NULL)
		return;
	bins_fini(&u->bins);
	free(u->line);
	free(u);
}

int link_use_start(struct link_use *u, const sj_run *run)
{
	sj_link_info info;
	double fastest = 1;
	int e;

	u->run = run;
	u->links = sj_run_links(run);
	u->line = calloc(u->links + 1u, sizeof(*u->line));
	if (u->line == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < u->links; i++) {
		sj_run_link(run, i, &info);
		fastest = fmax(fastest, info.bytes_per_s);
		u->line[i].since = SJ_NEVER;
	}
	frexp((double)UNIT_MAX / fastest, &e);
	u->unit = ldexp(1, e - 1);
	return SJ_OK;
}

uint32_t link_use_links(const struct link_use *u)
{
	return u->links;
}

/* ---- what happens ------------------------------------------------------------------ */

static int begin(struct link_use *u, sj_time zero)
{
	uint32_t bins = u->links != 0 ? LINK_CELLS / u->links : LINK_BINS;

	if (u->begun)
		return SJ_OK;
	u->begun = true;
	bins = bins > LINK_BINS ? LINK_BINS : bins < LINK_LEAST ? LINK_LEAST : bins;
	return bins_init(&u->bins, u->links, bins & ~1u, zero);
}

/* Rates of one instant come one by one, so a level counts once time has passed. */
static void change_level(struct line *l, int64_t change, sj_time now)
{
	if (l->since < now) {
		l->peak = l->level > l->peak ? l->level : l->peak;
		l->busy_ns += l->level > 0 ? now - l->since : 0;
	}
	l->since = now;
	l->level += change;
}

static int on_flow(void *self, const sj_flow_record *f, sj_error *err)
{
	struct link_use *u = self;
	int64_t change, mean = 0;
	int rc = begin(u, f->from_ns);

	(void)err;
	if (f->hops == 0)
		return rc;
	change = llrint(f->next * u->unit) - llrint(f->rate * u->unit);
	/* What it sent over the time, not its rate: the last nanosecond is not a full one. */
	if (f->to_ns > f->from_ns && f->bytes > 0)
		mean = llrint(f->bytes / ((double)(f->to_ns - f->from_ns) / 1e9) * u->unit);
	for (uint32_t k = 0; k < f->hops && rc == SJ_OK; k++) {
		change_level(&u->line[f->link[k]], change, f->to_ns);
		if (mean > 0)
			rc = bins_add(&u->bins, f->link[k], f->from_ns, f->to_ns, mean);
	}
	return rc;
}

static int on_sample(void *self, const sj_sample *s, sj_error *err)
{
	struct link_use *u = self;
	int rc = begin(u, s->at_ns);

	(void)err;
	if (rc == SJ_OK)
		bins_reach(&u->bins, s->at_ns);
	return rc;
}

sj_sink link_use_sink(struct link_use *u)
{
	return (sj_sink){ .self = u, .sample = on_sample, .flow = on_flow };
}

/* ---- the end ------------------------------------------------------------------------- */

struct handing {
	const struct link_use *u;
	link_total_fn         *total;
	link_stretch_fn       *stretch;
	void                  *self;
	sj_error              *err;
	double                *until; /* bytes up to the end of each bin, whole */
	__int128              *area;
};

/* Bytes are rounded in sums from the beginning on, so that parts add up to the whole. */
static uint64_t sum_up(const struct handing *h, uint32_t link)
{
	uint32_t used = bins_used(&h->u->bins);
	__int128 sum = 0;

	bins_areas(&h->u->bins, link, h->area);
	for (uint32_t i = 0; i < used; i++) {
		sum += h->area[i];
		h->until[i] = nearbyint((double)sum / (h->u->unit * 1e9));
	}
	return used != 0 ? (uint64_t)h->until[used - 1] : 0;
}

static int hand_on_stretches(const struct handing *h, uint32_t link)
{
	const struct bins *b = &h->u->bins;
	uint32_t used = bins_used(b), first = 0;
	double before = 0;
	int rc = SJ_OK;

	for (uint32_t i = 0; i < used && rc == SJ_OK; i++) {
		sj_time width = bins_begin(b, i + 1) - bins_begin(b, i);

		if (i + 1 < used && h->area[i + 1] == h->area[first] &&
		    bins_begin(b, i + 2) - bins_begin(b, i + 1) == width)
			continue;
		if (h->until[i] > before)
			rc = h->stretch(h->self, &(struct link_stretch){
				.link = link, .from_ns = bins_begin(b, first),
				.to_ns = bins_begin(b, i + 1),
				.bytes = (uint64_t)(h->until[i] - before) }, h->err);
		before = h->until[i];
		first = i + 1;
	}
	return rc;
}

static int hand_on(const struct handing *h, uint32_t link)
{
	const struct line *l = &h->u->line[link];
	struct link_total t = { .link = link, .bytes = sum_up(h, link),
				.busy_ns = l->busy_ns,
				.peak_bytes_per_s = (double)l->peak / h->u->unit };
	int rc = SJ_OK;

	if (t.bytes == 0)
		return SJ_OK;
	sj_run_link(h->u->run, link, &t.info);
	if (h->total != NULL)
		rc = h->total(h->self, &t, h->err);
	return rc == SJ_OK && h->stretch != NULL ? hand_on_stretches(h, link) : rc;
}

int link_use_each(const struct link_use *u, link_total_fn *total, link_stretch_fn *stretch,
		  void *self, sj_error *err)
{
	uint32_t used = u->begun ? bins_used(&u->bins) : 0;
	struct handing h = { .u = u, .total = total, .stretch = stretch, .self = self,
			     .err = err };
	int rc = SJ_OK;

	if (used == 0)
		return SJ_OK;
	h.until = calloc(used, sizeof(*h.until));
	h.area = calloc(used, sizeof(*h.area));
	rc = h.until != NULL && h.area != NULL ? SJ_OK : SJ_ENOMEM;
	for (uint32_t i = 0; i < u->links && rc == SJ_OK; i++)
		if (u->bins.row[i] != NULL)
			rc = hand_on(&h, i);
	free(h.until);
	free(h.area);
	return rc;
}
