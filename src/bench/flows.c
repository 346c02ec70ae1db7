/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flows.c - max-min sharing of a network: all flows at once, and rates recomputed
 * at each end until none is left. The figure is nanoseconds an end.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"
#include "flow.h"
#include "run/wall.h"
#include "sojourn/rng.h"

#define HOST_BYTES_PER_S 125e6

struct shape {
	const char *name, *what;
	uint32_t    hosts, leaf, flows, group; /* leaf 0: a star; group 0: any pair */
};

static const struct shape shapes[] = {
	{ "flows-star-256-100", "100 random flows, star of 256", 256, 0, 100, 0 },
	{ "flows-star-256", "1,000 random flows, star of 256", 256, 0, 1000, 0 },
	{ "flows-star-256-10k", "10,000 random flows, star of 256", 256, 0, 10000, 0 },
	{ "flows-groups", "1,000 flows in groups of 16, star of 256", 256, 0, 1000, 16 },
	{ "flows-groups-10k", "10,000 flows in groups of 16, star of 256", 256, 0, 10000, 16 },
	{ "flows-tree-100", "100 random flows, 16 a leaf, 4 to 1", 256, 16, 100, 0 },
	{ "flows-tree", "1,000 random flows, 16 a leaf, 4 to 1", 256, 16, 1000, 0 },
	{ "flows-tree-10k", "10,000 random flows, 16 a leaf, 4 to 1", 256, 16, 10000, 0 },
	{ "flows-tree-groups", "1,000 flows in groups of 16, 16 a leaf", 256, 16, 1000, 16 },
	{ "flows-star-1024", "1,000 random flows, star of 1,024", 1024, 0, 1000, 0 },
	{ "flows-star-1024-3k", "3,000 random flows, star of 1,024", 1024, 0, 3000, 0 },
	{ "flows-star-1024-10k", "10,000 random flows, star of 1,024", 1024, 0, 10000, 0 },
};

struct pair {
	uint32_t from, to;
	double   bytes;
};

static struct pair *draw(const struct shape *s)
{
	struct pair *p = calloc(s->flows, sizeof(*p));
	gsl_rng *rng = sj_rng_create(11, "bench.flows", s->hosts);

	for (uint32_t i = 0; i < s->flows && p != NULL && rng != NULL; i++) {
		do {
			p[i].from = (uint32_t)gsl_rng_uniform_int(rng, s->hosts);
			p[i].to = s->group != 0 ?
				  p[i].from / s->group * s->group +
				  (uint32_t)gsl_rng_uniform_int(rng, s->group) :
				  (uint32_t)gsl_rng_uniform_int(rng, s->hosts);
		} while (p[i].from == p[i].to);
		p[i].bytes = floor(1e7 + gsl_rng_uniform(rng) * 1e9);
	}
	gsl_rng_free(rng);
	return p;
}

static int add_all(sj_flows *n, const struct shape *s, const struct pair *p)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; i < s->flows && rc == SJ_OK; i++) {
		uint32_t path[4] = { p[i].from, p[i].to }, hops = 2, id;

		if (s->leaf != 0 && p[i].from / s->leaf != p[i].to / s->leaf) {
			path[hops++] = s->hosts + p[i].from / s->leaf;
			path[hops++] = s->hosts + p[i].to / s->leaf;
		}
		rc = sj_flows_add(n, path, hops, p[i].bytes, 1, INFINITY, 0, &id);
	}
	return rc;
}

/* Seconds from the first flow added to the last end; NAN: no memory. */
static double run_once(const struct shape *s, const struct pair *p)
{
	uint32_t links = s->hosts + (s->leaf != 0 ? s->hosts / s->leaf : 0);
	double *bandwidth = calloc(links, sizeof(*bandwidth));
	uint64_t begin;
	sj_flows n;
	int rc;

	if (bandwidth == NULL)
		return NAN;
	for (uint32_t i = 0; i < links; i++)
		bandwidth[i] = i < s->hosts ? HOST_BYTES_PER_S :
					      s->leaf * HOST_BYTES_PER_S / 4;
	rc = sj_flows_init(&n, bandwidth, links, 4);
	begin = wall_ns();
	if (rc == SJ_OK)
		rc = add_all(&n, s, p);
	if (rc == SJ_OK)
		rc = sj_flows_settle(&n, 0);
	while (rc == SJ_OK && n.live != 0) {
		sj_time now = sj_flows_next(&n);

		sj_flows_remove(&n, sj_flows_first(&n), now);
		rc = sj_flows_settle(&n, now);
	}
	begin = wall_ns() - begin;
	sj_flows_fini(&n);
	free(bandwidth);
	return rc == SJ_OK ? (double)begin / 1e9 : NAN;
}

/* The same flows for the yardstick, whichever of its two ways is faster: ns an end. */
static double yardstick(const struct bench_config *c, const struct shape *s,
			const struct pair *p)
{
	char path[300], command[400];
	double hybrid, component;
	FILE *to;

	if (c->beside == NULL)
		return NAN;
	snprintf(path, sizeof(path), "%.200s/flows.%ld", c->dir, (long)getpid());
	to = fopen(path, "w");
	if (to == NULL)
		return NAN;
	fprintf(to, "%u %u %u\n", s->hosts, s->leaf, s->flows);
	for (uint32_t i = 0; i < s->flows; i++)
		fprintf(to, "%u %u %.0f\n", p[i].from, p[i].to, p[i].bytes);
	fclose(to);
	snprintf(command, sizeof(command), "lmm hyb %s", path);
	hybrid = bench_yardstick(c, command, "hyb", "events/s  ", true);
	snprintf(command, sizeof(command), "lmm comp %s", path);
	component = bench_yardstick(c, command, "comp", "events/s  ", true);
	remove(path);
	return (component < hybrid ? component : hybrid) * 1000;
}

int bench_flows(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *s = &shapes[i];
		struct bench_config some = *c; /* runs of milliseconds are noisy */
		struct pair *p = draw(s);
		struct bench_row *r;
		double best = NAN;

		if (p == NULL)
			return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
		some.reps *= s->flows > 1000 ? 1 : 5;
		for (unsigned k = 0; k < some.reps; k++) {
			double seconds = run_once(s, p);

			best = isnan(best) || seconds < best ? seconds : best;
		}
		r = bench_add(rows, s->name, s->what, "ns/end", best / s->flows * 1e9);
		if (r != NULL) {
			r->yardstick = yardstick(&some, s, p);
			r->target = 1 / 1.5;
		}
		free(p);
		if (r == NULL)
			return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	}
	return SJ_OK;
}
