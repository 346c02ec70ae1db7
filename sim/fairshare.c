/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fairshare.c - decayed usage of accounts in closed form; see fairshare.h. */
#include "fairshare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct account {
	uint32_t id;
	uint32_t procs;  /* running now */
	double   used;   /* processor-seconds, decayed to `at` */
	sj_time  at;
	double   shares;
	double   factor; /* computed for `stamp` */
	uint64_t stamp;
};

struct declared {
	uint32_t id;
	double   shares;
};

struct sj_fairshare {
	sj_ctx          *cx;
	double           half_life_s, damping;
	struct account  *account; /* by id */
	uint32_t         count, cap;
	struct account   all;     /* the sum: usage is linear */
	struct declared *declared;
	uint32_t         declared_count;
	uint64_t         stamp;   /* changes with time, usage and accounts */
	sj_time          now;     /* of the stamp */
};

double sj_usage_decay(double usage, double half_life_s, double elapsed_s)
{
	return half_life_s > 0 ? usage * exp2(-elapsed_s / half_life_s) : usage;
}

double sj_fairshare_factor(double usage_norm, double share_norm, double damping)
{
	return exp2(-(usage_norm / share_norm) / damping);
}

/* ---- usage -------------------------------------------------------------------- */

/*
 * While p processors run, usage follows u' = p - u ln2/h, so that after e seconds
 * it is u 2^(-e/h) + p (h/ln2)(1 - 2^(-e/h)).
 */
static double usage_at(const sj_fairshare *fs, const struct account *a, sj_time now)
{
	double elapsed = (double)(now - a->at) / (double)SJ_NS_PER_S, h = fs->half_life_s;
	double kept;

	if (now <= a->at)
		return a->used;
	if (h <= 0)
		return a->used + a->procs * elapsed;
	kept = exp2(-elapsed / h);
	return a->used * kept + a->procs * (h / log(2.0)) * (1.0 - kept);
}

static void bring_to(const sj_fairshare *fs, struct account *a, sj_time now)
{
	a->used = usage_at(fs, a, now);
	a->at = now;
}

/* ---- accounts ------------------------------------------------------------------- */

static double declared_shares(const sj_fairshare *fs, uint32_t id)
{
	for (uint32_t i = 0; i < fs->declared_count; i++)
		if (fs->declared[i].id == id)
			return fs->declared[i].shares;
	return 1.0;
}

static void grow(sj_fairshare *fs)
{
	uint32_t cap = fs->cap > 0 ? fs->cap * 2 : 16;

	fs->account = sj_grow(fs->cx, fs->account, fs->cap * sizeof(*fs->account),
			      cap * sizeof(*fs->account));
	fs->cap = cap;
}

static struct account *account_of(sj_fairshare *fs, uint32_t id, sj_time now)
{
	uint32_t lo = 0, n = fs->count;
	struct account *a;

	while (n > 0) {
		uint32_t half = n / 2;

		if (fs->account[lo + half].id < id) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	if (lo < fs->count && fs->account[lo].id == id)
		return &fs->account[lo];
	if (fs->count == fs->cap)
		grow(fs);
	a = &fs->account[lo];
	memmove(a + 1, a, (fs->count - lo) * sizeof(*a));
	fs->count++;
	*a = (struct account){ .id = id, .at = now, .shares = declared_shares(fs, id) };
	fs->all.shares += a->shares;
	fs->stamp++;
	return a;
}

static int parse_shares(sj_fairshare *fs, const char *text)
{
	size_t cap = 1;

	for (const char *s = text; *s != '\0'; s++)
		cap += *s == ',';
	fs->declared = sj_alloc(fs->cx, cap * sizeof(*fs->declared));
	while (*text != '\0') {
		struct declared *d = &fs->declared[fs->declared_count];
		size_t n = strcspn(text, ",");
		char item[64], *colon;
		int64_t id;

		snprintf(item, sizeof(item), "%.*s", (int)(n < sizeof(item) ? n : 0), text);
		colon = strchr(item, ':');
		if (colon != NULL)
			*colon++ = '\0';
		if (colon == NULL || sj_parse_int("", item, &id, NULL) != SJ_OK || id < 0 ||
		    id > UINT32_MAX || sj_parse_double("", colon, &d->shares, NULL) != SJ_OK ||
		    d->shares <= 0)
			return sj_policy_fail(fs->cx, SJ_EUSAGE,
					      "shares: \"%.*s\" is not account:shares, for example 7:3",
					      (int)(n < 60 ? n : 60), text);
		d->id = (uint32_t)id;
		fs->declared_count++;
		text += n;
		text += *text == ',';
	}
	return SJ_OK;
}

/* ---- public --------------------------------------------------------------------- */

sj_fairshare *sj_fairshare_create(sj_ctx *cx, double half_life_s, double damping,
				  const char *shares)
{
	sj_fairshare *fs = sj_alloc(cx, sizeof(*fs));

	fs->cx = cx;
	fs->half_life_s = half_life_s;
	fs->damping = damping;
	fs->stamp = 1;
	if (shares != NULL && *shares != '\0' && parse_shares(fs, shares) != SJ_OK)
		return NULL;
	return fs;
}

static void change(sj_fairshare *fs, uint32_t id, int64_t procs, sj_time now)
{
	struct account *a = account_of(fs, id, now);

	bring_to(fs, a, now);
	bring_to(fs, &fs->all, now);
	a->procs = (uint32_t)(a->procs + procs);
	fs->all.procs = (uint32_t)(fs->all.procs + procs);
	fs->stamp++;
}

void sj_fairshare_begin(sj_fairshare *fs, uint32_t account, uint32_t procs, sj_time now)
{
	change(fs, account, procs, now);
}

void sj_fairshare_end(sj_fairshare *fs, uint32_t account, uint32_t procs, sj_time now)
{
	change(fs, account, -(int64_t)procs, now);
}

double sj_fairshare_usage(sj_fairshare *fs, uint32_t account, sj_time now)
{
	return usage_at(fs, account_of(fs, account, now), now);
}

double sj_fairshare_at(sj_fairshare *fs, uint32_t account, sj_time now)
{
	struct account *a = account_of(fs, account, now);
	double total, used;

	if (fs->now != now) {
		fs->now = now;
		fs->stamp++;
	}
	if (a->stamp == fs->stamp)
		return a->factor;
	total = usage_at(fs, &fs->all, now);
	used = total > 0 ? usage_at(fs, a, now) / total : 0;
	a->factor = sj_fairshare_factor(used, a->shares / fs->all.shares, fs->damping);
	a->stamp = fs->stamp;
	return a->factor;
}
