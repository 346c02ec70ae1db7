/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_rule.c - rules by name, with their parameters. */
#include "coflow.h"

#include <stdio.h>
#include <string.h>

#define AT(field) .offset = offsetof(sj_coflow_rule, field)
#define NAME_MAX_ 32

static const char *const backfills[] = { "order", "arrival", "none", NULL };
static const char *const keys[] = { "left", "arrival", NULL };
static const char *const whens[] = { "coflow", "flow", "refill", NULL };
static const char *const aalo_whens[] = { "coflow", "flow", NULL };

#define BACKFILL                                                                              \
	{ .name = "backfill", .type = SJ_P_ENUM, AT(backfill), .def = "order",                \
	  .choices = backfills,                                                               \
	  .help = "What MADD leaves goes to coflows in the same order, by arrival, or to none." }
#define DELAY(def_)                                                                           \
	{ .name = "delay", .type = SJ_P_TIME, AT(delay_ns), .def = def_, .max = 1e6,          \
	  .help = "when=flow: so long after the first flow that has ended." }
#define WHEN                                                                                  \
	{ .name = "when", .type = SJ_P_ENUM, AT(when), .def = "refill", .choices = whens,     \
	  .help = "Rates are computed at arrivals and ends of coflows only, of flows too, or "\
		  "ended flows only leave what they had to others." },                        \
	DELAY("0s")

static const sj_param fifo_params[] = {
	BACKFILL,
	WHEN,
	{ .name = NULL },
};

static const sj_param order_params[] = {
	BACKFILL,
	{ .name = "key", .type = SJ_P_ENUM, AT(key), .def = "left", .choices = keys,
	  .help = "The order looks at what is left now, or at what there was at arrival." },
	WHEN,
	{ .name = NULL },
};

static const sj_param aalo_params[] = {
	{ .name = "first", .type = SJ_P_BYTES, AT(first_bytes), .def = "10MB", .min = 1, .max = 1e18,
	  .help = "What a coflow may send in the first queue." },
	{ .name = "factor", .type = SJ_P_DOUBLE, AT(factor), .def = "10", .min = 1.01, .max = 1e6,
	  .help = "By which that grows from queue to queue." },
	{ .name = "queues", .type = SJ_P_INT, AT(queues), .def = "10", .min = 1, .max = 100,
	  .help = "Queues; the last takes the rest." },
	{ .name = "when", .type = SJ_P_ENUM, AT(when), .def = "flow", .choices = aalo_whens,
	  .help = "Rates are computed at arrivals and ends of coflows only, or of flows too." },
	DELAY("100ms"),
	{ .name = NULL },
};

const sj_coflow_order_info sj_coflow_orders[SJ_COFLOW_ORDERS] = {
	[SJ_COFLOW_FAIR] = { "fair", "every flow for itself: max-min fair", NULL },
	[SJ_COFLOW_SHARES] = { "shares", "the lesser of the equal shares at a flow's two ports", NULL },
	[SJ_COFLOW_FIFO] = { "fifo", "coflows by arrival", fifo_params },
	[SJ_COFLOW_SEBF] = { "sebf", "smallest effective bottleneck first (Varys)", order_params },
	[SJ_COFLOW_SCF] = { "scf", "shortest (longest flow) first", order_params },
	[SJ_COFLOW_NCF] = { "ncf", "narrowest (number of flows) first", order_params },
	[SJ_COFLOW_LCF] = { "lcf", "lightest (bytes) first", order_params },
	[SJ_COFLOW_AALO] = { "aalo", "least sent first, by queues (Aalo)", aalo_params },
};

/* No parameter is a text. */
static void *no_text(void *ctx, size_t size)
{
	(void)ctx;
	(void)size;
	return NULL;
}

static int no_order(const char *name, sj_error *err)
{
	const char *names[SJ_COFLOW_ORDERS], *near;

	for (int i = 0; i < SJ_COFLOW_ORDERS; i++)
		names[i] = sj_coflow_orders[i].name;
	near = sj_nearest(name, names, SJ_COFLOW_ORDERS);
	return sj_fail(err, SJ_EUSAGE, "no order of coflows \"%s\"%s%s%s", name,
		       near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		       near != NULL ? "\"?" : "");
}

int sj_coflow_rule_parse(const char *spec, sj_coflow_rule *out, sj_error *err)
{
	char name[NAME_MAX_], who[NAME_MAX_ + 8];
	const char *args;
	int rc = sj_spec_split(spec, name, sizeof(name), &args, err), i = 0;

	if (rc != SJ_OK)
		return rc;
	while (i < SJ_COFLOW_ORDERS && strcmp(sj_coflow_orders[i].name, name) != 0)
		i++;
	if (i == SJ_COFLOW_ORDERS)
		return no_order(name, err);
	memset(out, 0, sizeof(*out));
	out->order = (sj_coflow_order)i;
	snprintf(who, sizeof(who), "order %s", name);
	if (sj_coflow_orders[i].params != NULL)
		return sj_params_bind(who, sj_coflow_orders[i].params, args, out, no_text, NULL,
				      err);
	return *args == '\0' ? SJ_OK :
	       sj_fail(err, SJ_EUSAGE, "%s has no parameters, but \"%.60s\" is given", who, args);
}

size_t sj_coflow_rule_text(const sj_coflow_rule *rule, char *buf, size_t size)
{
	static const sj_param none[] = { { .name = NULL } };
	const sj_coflow_order_info *o = &sj_coflow_orders[rule->order];

	return sj_params_canonical(o->name, o->params != NULL ? o->params : none, rule, buf, size);
}
