/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_coflow_gen.c - generated coflows: the same twice, and as their laws say. */
#include <math.h>

#include "input/workload.h"
#include "test.h"

struct sums {
	uint64_t jobs, tasks, edges, wide;
	double   bytes, edge_square, last_s;
	uint64_t hash; /* of everything but times */
};

static void mix(uint64_t *hash, uint64_t x)
{
	*hash = (*hash ^ x) * UINT64_C(0x9E3779B97F4A7C15);
	*hash ^= *hash >> 29;
}

/* No port has two mappers of a coflow, nor two reducers; an edge leaves a mapper. */
static void check_places(const sj_job *j, uint32_t mappers)
{
	uint8_t seen[2][256] = { { 0 } };

	for (uint32_t i = 0; i < j->task_count; i++) {
		uint32_t node = j->tasks[i].node;

		CHECK(node >= 1 && node <= 150 && seen[i >= mappers][node]++ == 0,
		      "job %lld: node %u", (long long)j->id, node);
	}
	for (uint32_t i = 0; i < j->edge_count; i++)
		CHECK(j->edges[i].from < mappers && j->edges[i].to >= mappers);
}

static struct sums take(struct workload *w)
{
	struct sums s = { 0 };
	sj_error err;
	uint32_t n;
	sj_job j;

	while (w->source->ops->fill(w->source, &j, 1, &n, &err) == SJ_OK) {
		uint32_t mappers = 0;

		/* With one reducer the edges end with the mappers. */
		while (mappers < j.edge_count && mappers == j.edges[mappers].from)
			mappers++;
		CHECK(mappers * (j.task_count - mappers) == j.edge_count);
		check_places(&j, mappers);
		for (uint32_t i = 0; i < j.task_count; i++)
			mix(&s.hash, j.tasks[i].node);
		for (uint32_t i = 0; i < j.edge_count; i++) {
			s.bytes += (double)j.edges[i].bytes;
			mix(&s.hash, j.edges[i].bytes);
		}
		s.jobs++;
		s.tasks += j.task_count;
		s.edges += j.edge_count;
		s.wide += j.edge_count > 50;
		s.last_s = (double)j.submit_ns / 1e9;
	}
	return s;
}

static struct sums make(const char *spec, uint64_t seed)
{
	struct sums s = { 0 }, again;
	struct workload *w;
	sj_error err = { 0 };

	CHECK(workload_open(spec, NULL, seed, &w, &err) == SJ_OK, "%s: %s", spec, err.text);
	if (err.code != SJ_OK)
		return s;
	s = take(w);
	CHECK(w->source->ops->rewind(w->source, &err) == SJ_OK);
	again = take(w);
	CHECK(memcmp(&s, &again, sizeof(s)) == 0, "%s: rewound", spec);
	workload_free(w);
	return s;
}

TEST(same_seed_same_coflows)
{
	struct sums a = make("gen:coflow:n=60", 3), b = make("gen:coflow:n=60", 3);
	struct sums c = make("gen:coflow:n=60", 4);

	CHECK(a.jobs == 60 && a.hash == b.hash && a.last_s == b.last_s);
	CHECK(a.hash != c.hash);
	/* Another law of arrivals shifts nothing else. */
	b = make("gen:coflow:n=60,gap=(uniform:low=1,high=2)", 3);
	CHECK(a.hash == b.hash && a.last_s != b.last_s);
}

/* Means within five standard errors of what the laws say. */
TEST(coflows_are_as_their_laws_say)
{
	/* Ends: 2 or 4, mean 3; flows 9 in the mean. A flow: 1 MB x (0.5 .. 1.5). */
	struct sums s = make("gen:coflow:n=4000,wide=0,gap=(exponential:mean=2),"
			     "narrow_ends=(two_point:v1=2,v2=4),narrow_mb=1", 1);

	CHECK(s.jobs == 4000 && s.wide == 0);
	CHECK(fabs((double)s.tasks / 4000.0 - 6) < 5 * sqrt(2 / 4000.0));
	CHECK(fabs((double)s.edges / 4000.0 - 9) < 5 * sqrt(19 / 4000.0));
	CHECK(fabs(s.bytes / (double)s.edges / 1e6 - 1) < 5 * 0.289 / sqrt(12000));
	CHECK(fabs(s.last_s / 3999 - 2) < 5 * 2 / sqrt(3999));
	/* A quarter is wide, with 10 to 148 ends, which is more than 50 flows. */
	s = make("gen:coflow:n=2000,narrow_ends=1,narrow_mb=1,wide_mb=1", 1);
	CHECK(fabs((double)s.wide / 2000 - 0.25) < 5 * sqrt(0.1875 / 2000));
}

TEST(ports_cut_what_is_drawn)
{
	struct sums s = make("gen:coflow:n=100,ports=3,wide=0,narrow_ends=50,narrow_mb=1,skew=1", 1);

	CHECK(s.edges == 900 && s.tasks == 600 && s.bytes == 900e6);
	s = make("gen:coflow:n=100,ports=3,wide=0,narrow_ends=0.2,narrow_mb=0", 1);
	CHECK(s.edges == 100 && s.bytes == 0);
}

TESTS(CASE(same_seed_same_coflows), CASE(coflows_are_as_their_laws_say),
      CASE(ports_cut_what_is_drawn))
