/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow_gen.c - see flow_gen.h. */
#include "flows/flow_gen.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/law.h"

struct pairs {
	int64_t n, group;
	const char *bytes, *gap;
};

static const sj_param pairs_params[] = {
	{ .name = "n", .type = SJ_P_INT, .offset = offsetof(struct pairs, n), .def = "1000",
	  .min = 1, .max = 5e7, .unit = "flows", .help = "How many." },
	{ .name = "group", .type = SJ_P_INT, .offset = offsetof(struct pairs, group), .def = "0",
	  .min = 0, .max = 1e7, .unit = "nodes",
	  .help = "Both ends are in the same block of so many nodes; 0: anywhere." },
	{ .name = "bytes", .type = SJ_P_STRING, .offset = offsetof(struct pairs, bytes),
	  .def = "uniform:low=1e7,high=1e9", .help = "Law of their bytes." },
	{ .name = "gap", .type = SJ_P_STRING, .offset = offsetof(struct pairs, gap), .def = "0",
	  .help = "Law of the seconds between two starts." },
	{ .name = NULL },
};

/* Strings are few and short: room for the spec twice and the defaults was made. */
struct strings {
	char  *room;
	size_t used;
};

static void *take(void *ctx, size_t size)
{
	struct strings *s = ctx;
	void *at = s->room + s->used;

	s->used += size;
	return at;
}

/* Two different nodes, any, or of one block. */
static void draw_ends(const struct pairs *p, uint32_t nodes, gsl_rng *rng, struct flow_entry *f)
{
	uint32_t block = p->group != 0 ? (uint32_t)p->group : nodes, begin, size;

	do {
		f->from.at = (uint32_t)gsl_rng_uniform_int(rng, nodes);
		begin = f->from.at / block * block;
		size = begin + block < nodes ? block : nodes - begin;
	} while (size < 2);
	do {
		f->to.at = begin + (uint32_t)gsl_rng_uniform_int(rng, size);
	} while (f->to.at == f->from.at);
	f->from.gpu = f->to.gpu = SJ_HOST;
}

static int draw(const struct pairs *p, const sj_law *bytes, const sj_law *gap, gsl_rng *rng,
		struct flow_case *c, sj_error *err)
{
	double at = 0;

	c->flow = calloc((size_t)p->n, sizeof(*c->flow));
	for (; c->flow != NULL && c->count < p->n; c->count++) {
		struct flow_entry *f = &c->flow[c->count];
		char id[16];

		draw_ends(p, sj_network_fabric(c->network)->nodes, rng, f);
		f->bytes = fmax(1, floor(sj_law_draw(bytes, rng)));
		f->start_ns = (sj_time)(at * 1e9 + 0.5);
		at += fmax(0, sj_law_draw(gap, rng));
		f->finish_ns = SJ_NEVER;
		f->wish.weight = 1;
		flow_case_route(c, f);
		if (!(isfinite(f->bytes) && at < (double)SJ_TIME_MAX / 1e9))
			return sj_fail(err, SJ_EUSAGE, "pairs: flow %u has %g bytes and starts "
				       "at %g s", c->count + 1, f->bytes, at);
		snprintf(id, sizeof(id), "%u", c->count + 1);
		f->id = strdup(id);
		if (f->id == NULL)
			break;
	}
	return c->count == p->n ? SJ_OK : sj_fail(err, SJ_ENOMEM, "pairs: no memory for %lld "
						  "flows", (long long)p->n);
}

static int pairs(const char *args, uint64_t seed, struct strings *s, struct flow_case *c,
		 sj_error *err)
{
	struct pairs p;
	sj_law *bytes = NULL, *gap = NULL;
	gsl_rng *rng = NULL;
	int rc = sj_params_bind("generator pairs", pairs_params, args, &p, take, s, err);

	if (rc == SJ_OK && (sj_network_fabric(c->network)->nodes < 2 || p.group == 1))
		rc = sj_fail(err, SJ_EUSAGE, "generator pairs: a flow needs two nodes");
	if (rc == SJ_OK)
		rc = sj_law_create("generator pairs: bytes", p.bytes, &bytes, err);
	if (rc == SJ_OK)
		rc = sj_law_create("generator pairs: gap", p.gap, &gap, err);
	if (rc == SJ_OK && (rng = sj_rng_create(seed, "flows.pairs", 0)) == NULL)
		rc = sj_fail(err, SJ_ENOMEM, "generator pairs: no memory");
	if (rc == SJ_OK)
		rc = draw(&p, bytes, gap, rng, c, err);
	gsl_rng_free(rng);
	sj_law_free(gap);
	sj_law_free(bytes);
	return rc;
}

int flow_gen(const char *spec, uint64_t seed, struct flow_case *c, sj_error *err)
{
	struct strings strings = { malloc(2 * strlen(spec) + 256), 0 };
	char name[32];
	const char *args;
	int rc = strings.room != NULL ? SJ_OK : sj_fail(err, SJ_ENOMEM, "flows: no memory");

	if (rc == SJ_OK)
		rc = sj_spec_split(spec, name, sizeof(name), &args, err);

	if (rc == SJ_OK && strcmp(name, "pairs") != 0)
		rc = sj_fail(err, SJ_EUSAGE, "no generator of flows \"%s\"; there is pairs", name);
	if (rc == SJ_OK)
		rc = pairs(args, seed, &strings, c, err);
	free(strings.room);
	return rc;
}
