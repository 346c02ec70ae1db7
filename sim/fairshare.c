/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fairshare.c - decayed usage of accounts in closed form; see fairshare.h. */
#include "fairshare.h"

#include <math.h>

#include "sojourn/accounts.h"

struct account {
	uint32_t procs;  /* running now */
	double   used;   /* processor-seconds, decayed to `at` */
	sj_time  at;
	double   shares;
	double   factor; /* computed for `stamp` */
	uint64_t stamp;
};

struct sj_fairshare {
	sj_ctx          *cx;
	double           half_life_s, damping;
	sj_accounts     *accounts;
	struct account  *account; /* by their numbers */
	uint32_t         count, cap;
	struct account   all;     /* the sum: usage is linear */
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
 * it is u 2^(-e/h) + p (h/ln2)(1 - 2^(-e/h)); expm1() keeps the digits of short runs.
 */
static double usage_at(const sj_fairshare *fs, const struct account *a, sj_time now)
{
	double elapsed = (double)(now - a->at) / (double)SJ_NS_PER_S, h = fs->half_life_s;
	double halvings;

	if (now <= a->at)
		return a->used;
	if (h <= 0)
		return a->used + a->procs * elapsed;
	halvings = elapsed / h;
	return a->used * exp2(-halvings) - a->procs * (h / M_LN2) * expm1(-halvings * M_LN2);
}

static void bring_to(const sj_fairshare *fs, struct account *a, sj_time now)
{
	a->used = usage_at(fs, a, now);
	a->at = now;
}

/* ---- accounts ------------------------------------------------------------------- */

static void grow(sj_fairshare *fs)
{
	uint32_t cap = fs->cap > 0 ? fs->cap * 2 : 16;

	fs->account = sj_grow(fs->cx, fs->account, fs->cap * sizeof(*fs->account),
			      cap * sizeof(*fs->account));
	fs->cap = cap;
}

static struct account *account_of(sj_fairshare *fs, uint32_t id, sj_time now)
{
	uint32_t number = sj_accounts_number(fs->accounts, id);
	struct account *a;

	if (number < fs->count)
		return &fs->account[number];
	if (fs->count == fs->cap)
		grow(fs);
	a = &fs->account[fs->count++];
	*a = (struct account){ .at = now, .shares = sj_accounts_share(fs->accounts, number) };
	fs->all.shares += a->shares;
	fs->stamp++;
	return a;
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
	fs->accounts = sj_accounts_create(cx, "shares", shares);
	return fs->accounts != NULL ? fs : NULL;
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
