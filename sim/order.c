/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.c - an order from its spec: a key in integers, a compiled formula, or
 * the multifactor sum. What the names mean is order_table.c.
 */
#include "sojourn/order.h"

#include <stdio.h>
#include <string.h>

#include "expr.h"
#include "multifactor.h"
#include "order_key.h"
#include "sojourn/queue.h"
#include "units.h"

#define NAMES_MAX 64

/* Exactly one of key, expr, multifactor is set. */
struct sj_order {
	const sj_order_info *info;
	sj_order_key_fn     *key;
	sj_expr             *expr;
	sj_multifactor      *multifactor;
	bool                 dynamic;
};

/* ---- creating ----------------------------------------------------------------------- */

static void *run_memory(void *cx, size_t size)
{
	return sj_alloc(cx, size);
}

static const sj_order_info *info_find(sj_ctx *cx, const char *name)
{
	const char *names[NAMES_MAX], *near;
	char list[512] = "";
	size_t n = 0, used = 0;

	if (strcmp(name, "fifo") == 0)
		name = "fcfs";
	for (const sj_order_info *i = sj_orders; i->name != NULL; i++) {
		if (strcmp(i->name, name) == 0)
			return i;
		if (n < NAMES_MAX)
			names[n++] = i->name;
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
						 used > 0 ? ", " : "", i->name);
	}
	near = sj_nearest(name, names, n);
	if (near != NULL)
		sj_policy_fail(cx, SJ_EUSAGE, "no order is called \"%s\"; did you mean \"%s\"?",
			       sj_quote(name, strlen(name)).text, near);
	else
		sj_policy_fail(cx, SJ_EUSAGE, "no order is called \"%s\"; known are %s",
			       sj_quote(name, strlen(name)).text, list);
	return NULL;
}

static sj_expr *formula(sj_ctx *cx, const char *text)
{
	sj_error err;
	sj_expr *e = NULL;
	int rc = sj_expr_compile(text, &e, run_memory, cx, &err);

	if (rc != SJ_OK)
		sj_policy_fail(cx, rc, "%s", err.text);
	return e;
}

/* The part that makes the keys; false after sj_policy_fail(). */
static bool make(sj_order *o, sj_ctx *cx, const char *args)
{
	const char *name = o->info->name;

	if (strcmp(name, "multifactor") == 0) {
		o->multifactor = sj_multifactor_create(cx, args);
		o->dynamic = true;
		return o->multifactor != NULL;
	}
	if (strcmp(name, "expr") != 0 && *args != '\0') {
		sj_policy_fail(cx, SJ_EUSAGE, "order %s has no parameters, but was given \"%s\"",
			       name, sj_quote(args, strlen(args)).text);
		return false;
	}
	o->key = sj_order_key_find(name);
	if (o->key != NULL)
		return true;
	o->expr = formula(cx, strcmp(name, "expr") == 0 ? args : o->info->formula);
	if (o->expr == NULL)
		return false;
	o->dynamic = sj_expr_dynamic(o->expr);
	return true;
}

sj_order *sj_order_create(sj_ctx *cx, const char *spec)
{
	sj_order *o = sj_alloc(cx, sizeof(*o));
	const char *args;
	char name[32];
	sj_error err;
	int rc = sj_spec_split(spec, name, sizeof(name), &args, &err);

	if (rc != SJ_OK) {
		sj_policy_fail(cx, rc, "order: %s", err.text);
		return NULL;
	}
	o->info = info_find(cx, name);
	return o->info != NULL && make(o, cx, args) ? o : NULL;
}

/* ---- keys ------------------------------------------------------------------------------- */

bool sj_order_dynamic(const sj_order *o)
{
	return o->dynamic;
}

int64_t sj_order_key(sj_order *o, sj_ctx *cx, const sj_task *t)
{
	if (o->key != NULL)
		return o->key(t);
	if (o->expr != NULL)
		return sj_key_of_double(-sj_expr_value(o->expr, t, sj_now(cx)));
	return sj_key_of_double(-sj_multifactor_value(o->multifactor, cx, t));
}

void sj_order_started(sj_order *o, sj_ctx *cx, const sj_task *t)
{
	if (o->multifactor != NULL)
		sj_multifactor_started(o->multifactor, cx, t);
}

void sj_order_ended(sj_order *o, sj_ctx *cx, const sj_task *t)
{
	if (o->multifactor != NULL)
		sj_multifactor_ended(o->multifactor, cx, t);
}

/* ---- explaining --------------------------------------------------------------------------- */

static void explain_formula(const sj_expr *e, const char *name, sj_time now, const sj_task *t,
			    char *buf, size_t size)
{
	char number[32];
	const char *before = ":";
	size_t used;

	sj_format_digits(sj_expr_value(e, t, now), 6, number, sizeof(number));
	used = (size_t)snprintf(buf, size, "%s %s", name, number);
	for (unsigned v = 0; v < SJ_VAR_COUNT && used < size; v++) {
		if (!sj_expr_uses(e, (sj_expr_var)v))
			continue;
		sj_format_digits(sj_expr_variable((sj_expr_var)v, t, now), 6, number, sizeof(number));
		used += (size_t)snprintf(buf + used, size - used, "%s %s %s", before,
					 sj_expr_variable_name((sj_expr_var)v), number);
		before = ",";
	}
}

void sj_order_explain(sj_order *o, sj_ctx *cx, const sj_task *t, char *buf, size_t size)
{
	char time[32];

	if (size == 0)
		return;
	if (o->multifactor != NULL) {
		sj_multifactor_explain(o->multifactor, cx, t, buf, size);
	} else if (o->expr != NULL) {
		explain_formula(o->expr, o->info->name, sj_now(cx), t, buf, size);
	} else {
		sj_format_time(t->estimate_ns, time, sizeof(time));
		snprintf(buf, size, "%s: arrival %llu, %u processors, estimate %s", o->info->name,
			 (unsigned long long)t->seq, t->procs, time);
	}
}
