/* SPDX-License-Identifier: GPL-3.0-or-later */
/* durations.c - what tasks of a kind took, in a table with open addressing; see durations.h. */
#include "sojourn/durations.h"

#include <gsl/gsl_rstat.h>
#include <math.h>

const char *const sj_durations_names[] = { "estimate", "last", "mean", "percentile", NULL };
const char *const sj_durations_kind_names[] = { "stage", "user", "task", NULL };

struct key {
	uint32_t app, procs, place, user; /* place: stage or number */
};

struct kind {
	struct key        key;
	uint64_t          seen; /* 0: free */
	sj_time           last;
	unsigned __int128 sum;
	gsl_rstat_quantile_workspace quantile;
};

struct sj_durations {
	sj_ctx           *cx;
	sj_durations_spec spec;
	struct kind      *kind;
	uint32_t          cap, used; /* cap: a power of two */
};

sj_durations *sj_durations_create(sj_ctx *cx, const sj_durations_spec *spec)
{
	sj_durations *d = sj_alloc(cx, sizeof(*d));

	*d = (sj_durations){ .cx = cx, .spec = *spec, .cap = 16 };
	d->kind = sj_alloc(cx, d->cap * sizeof(*d->kind));
	return d;
}

static struct key key_of(const sj_durations *d, const sj_task *t, uint32_t stage)
{
	return (struct key){ t->app, t->procs, d->spec.kind == SJ_KIND_TASK ? t->index : stage,
			     d->spec.kind == SJ_KIND_USER ? t->user : 0 };
}

static uint64_t mix(uint64_t h, uint32_t x)
{
	h = (h ^ x) * UINT64_C(0xbf58476d1ce4e5b9);
	return h ^ (h >> 29);
}

/* Where the key is, or would be. */
static struct kind *find(const sj_durations *d, struct key k)
{
	uint64_t at = mix(mix(mix(mix(1, k.app), k.procs), k.place), k.user);

	for (;; at++) {
		struct kind *x = &d->kind[at & (d->cap - 1)];

		if (x->seen == 0 || (x->key.app == k.app && x->key.procs == k.procs &&
				     x->key.place == k.place && x->key.user == k.user))
			return x;
	}
}

static void grow(sj_durations *d)
{
	struct kind *old = d->kind;
	uint32_t cap = d->cap;

	d->cap = 2 * cap;
	d->kind = sj_alloc(d->cx, d->cap * sizeof(*d->kind));
	for (uint32_t i = 0; i < cap; i++)
		if (old[i].seen != 0)
			*find(d, old[i].key) = old[i];
}

void sj_durations_see(sj_durations *d, const sj_task *t, uint32_t stage, sj_time work_ns)
{
	struct key key = key_of(d, t, stage);
	struct kind *x;

	if (2 * d->used >= d->cap)
		grow(d);
	x = find(d, key);
	if (x->seen == 0) {
		x->key = key;
		x->quantile.p = d->spec.percentile / 100;
		gsl_rstat_quantile_reset(&x->quantile);
		d->used++;
	}
	x->seen++;
	x->last = work_ns;
	x->sum += (unsigned __int128)work_ns;
	if (d->spec.by == SJ_DURATIONS_PERCENTILE)
		gsl_rstat_quantile_add((double)work_ns, &x->quantile);
}

sj_time sj_durations_expect(sj_durations *d, const sj_task *t, uint32_t stage)
{
	struct kind *x;

	if (d->spec.by == SJ_DURATIONS_ESTIMATE)
		return t->estimate_ns;
	x = find(d, key_of(d, t, stage));
	if (x->seen == 0)
		return d->spec.prior_ns != 0 ? d->spec.prior_ns : t->estimate_ns;
	switch (d->spec.by) {
	case SJ_DURATIONS_LAST:
		return x->last;
	case SJ_DURATIONS_MEAN:
		return (sj_time)((x->sum + x->seen - 1) / x->seen);
	default:
		return (sj_time)nearbyint(fmax(gsl_rstat_quantile_get(&x->quantile), 0));
	}
}

uint64_t sj_durations_seen(const sj_durations *d, const sj_task *t, uint32_t stage)
{
	return find(d, key_of(d, t, stage))->seen;
}
