/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accounts.c - accounts by id, in order of appearance by number; see sojourn/accounts.h. */
#include "sojourn/accounts.h"

#include <stdio.h>
#include <string.h>

struct account {
	uint32_t id;
	double   share;
};

struct sj_accounts {
	sj_ctx         *cx;
	struct account *account; /* by number */
	uint32_t       *sorted;  /* numbers, by id */
	uint32_t        count, cap;
	struct account *named;   /* in `shares` */
	uint32_t        named_count;
};

const char *const sj_account_names[] = { "user", "group", "queue", "app", NULL };

uint32_t sj_account_id(const sj_task *t, sj_account_of of)
{
	return of == SJ_OF_USER ? t->user : of == SJ_OF_GROUP ? t->group :
	       of == SJ_OF_QUEUE ? t->queue : t->app;
}

/* "7:3" */
static bool parse_one(const char *text, size_t length, struct account *out)
{
	char item[64], *colon;
	int64_t id;

	snprintf(item, sizeof(item), "%.*s", (int)(length < sizeof(item) ? length : 0), text);
	colon = strchr(item, ':');
	if (colon != NULL)
		*colon++ = '\0';
	if (colon == NULL || sj_parse_int("", item, &id, NULL) != SJ_OK || id < 0 ||
	    id > UINT32_MAX || sj_parse_double("", colon, &out->share, NULL) != SJ_OK ||
	    out->share <= 0)
		return false;
	out->id = (uint32_t)id;
	return true;
}

static int parse(sj_accounts *a, const char *what, const char *text)
{
	size_t cap = 1;

	for (const char *s = text; *s != '\0'; s++)
		cap += *s == ',';
	a->named = sj_alloc(a->cx, cap * sizeof(*a->named));
	while (*text != '\0') {
		size_t n = strcspn(text, ",");

		if (!parse_one(text, n, &a->named[a->named_count]))
			return sj_policy_fail(a->cx, SJ_EUSAGE,
					      "%s: \"%.*s\" is not account:number, for example 7:3",
					      what, (int)(n < 60 ? n : 60), text);
		a->named_count++;
		text += n;
		text += *text == ',';
	}
	return SJ_OK;
}

sj_accounts *sj_accounts_create(sj_ctx *cx, const char *what, const char *shares)
{
	sj_accounts *a = sj_alloc(cx, sizeof(*a));

	a->cx = cx;
	if (shares != NULL && *shares != '\0' && parse(a, what, shares) != SJ_OK)
		return NULL;
	return a;
}

static void grow(sj_accounts *a)
{
	uint32_t cap = a->cap > 0 ? a->cap * 2 : 16;

	a->account = sj_grow(a->cx, a->account, a->cap * sizeof(*a->account),
			     cap * sizeof(*a->account));
	a->sorted = sj_grow(a->cx, a->sorted, a->cap * sizeof(*a->sorted),
			    cap * sizeof(*a->sorted));
	a->cap = cap;
}

static double share_named(const sj_accounts *a, uint32_t id)
{
	for (uint32_t i = 0; i < a->named_count; i++)
		if (a->named[i].id == id)
			return a->named[i].share;
	return 1.0;
}

uint32_t sj_accounts_number(sj_accounts *a, uint32_t id)
{
	uint32_t lo = 0, n = a->count;

	while (n > 0) {
		uint32_t half = n / 2;

		if (a->account[a->sorted[lo + half]].id < id) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	if (lo < a->count && a->account[a->sorted[lo]].id == id)
		return a->sorted[lo];
	if (a->count == a->cap)
		grow(a);
	memmove(&a->sorted[lo + 1], &a->sorted[lo], (a->count - lo) * sizeof(*a->sorted));
	a->sorted[lo] = a->count;
	a->account[a->count] = (struct account){ id, share_named(a, id) };
	return a->count++;
}

uint32_t sj_accounts_count(const sj_accounts *a)
{
	return a->count;
}

uint32_t sj_accounts_id(const sj_accounts *a, uint32_t number)
{
	return a->account[number].id;
}

double sj_accounts_share(const sj_accounts *a, uint32_t number)
{
	return a->account[number].share;
}

bool sj_accounts_named(const sj_accounts *a, uint32_t i, uint32_t *id, double *share)
{
	if (i >= a->named_count)
		return false;
	*id = a->named[i].id;
	*share = a->named[i].share;
	return true;
}
