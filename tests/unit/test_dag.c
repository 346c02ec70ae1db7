/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_dag.c - shapes of task graphs: tasks, edges and longest chains by formula; bytes
 * by ccr. */
#include <math.h>

#include "sojourn/workload.h"
#include "test.h"

extern const sj_generator_ops sj_generator_dag;

/* Tasks of the longest chain; UINT32_MAX when edges go round in a circle. */
static uint32_t longest(const sj_job *j)
{
	uint32_t *depth = calloc(j->task_count, sizeof(*depth)), most = 0;
	bool changed = true;

	while (changed && most < j->task_count) {
		changed = false;
		for (uint32_t i = 0; i < j->edge_count; i++) {
			uint32_t next = depth[j->edges[i].from] + 1;

			if (depth[j->edges[i].to] >= next)
				continue;
			depth[j->edges[i].to] = next;
			most = next > most ? next : most;
			changed = true;
		}
	}
	free(depth);
	return changed ? UINT32_MAX : most + 1;
}

static sj_source *first_job(const char *args, sj_job *job)
{
	sj_error err = { 0 };
	sj_source *s;
	uint32_t count;

	if (sj_generator_dag.open(args, 1, &s, &err) != SJ_OK ||
	    s->ops->fill(s, job, 1, &count, &err) != SJ_OK) {
		CHECK(false, "%s: %s", args, err.text);
		exit(1);
	}
	return s;
}

static const struct {
	const char *args;
	uint32_t    tasks, edges, chain; /* edges 0: not by a formula */
} shapes[] = {
	{ "shape=layered,size=100,layers=7,degree=3", 100, 0, 7 },
	{ "shape=forkjoin,size=3,width=5", 1 + 3 * 6, 3 * 10, 7 },
	{ "shape=intree,width=3,layers=4", 27 + 9 + 3 + 1, 39, 4 },
	{ "shape=pipeline,size=6,width=3", 18, 6 * 2 + 5 * 3, 8 },
	{ "shape=mapreduce,size=4,width=3", 7, 12, 2 },
	/* n (n + 1) (n + 2) / 6 and n (n + 1) (2 n + 1) / 6 kernels; 3 n - 2 in a chain. */
	{ "shape=cholesky,size=5", 35, 0, 13 },
	{ "shape=lu,size=5", 55, 0, 13 },
	/* (m^2 + m - 2) / 2 tasks; pivot and update alternate. */
	{ "shape=gauss,size=5", 14, 19, 8 },
	/* 2 n - 1 calls, n log2 n butterflies. */
	{ "shape=fft,size=8", 15 + 24, 14 + 48, 4 + 3 },
	/* 9 images, 20 pairs of neighbours, 9 corrections, 6 others. */
	{ "shape=montage,size=3", 9 + 20 + 9 + 6, 0, 9 },
};

TEST(shapes_by_formula)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const char *args = shapes[i].args;
		sj_job job;
		sj_source *s = first_job(args, &job);

		CHECK(job.task_count == shapes[i].tasks, "%s: %u tasks", args, job.task_count);
		CHECK(shapes[i].edges == 0 || job.edge_count == shapes[i].edges, "%s: %u edges",
		      args, job.edge_count);
		CHECK(longest(&job) == shapes[i].chain, "%s: chain of %u", args, longest(&job));
		s->ops->free(s);
	}
}

TEST(degree_is_a_mean)
{
	sj_job job;
	sj_source *s = first_job("shape=layered,size=4000,layers=40,degree=5", &job);

	/* 3,900 tasks have predecessors; a standard deviation of the mean is 0.03. */
	CHECK(fabs(job.edge_count / 3900.0 - 5) < 0.15, "%.3f", job.edge_count / 3900.0);
	s->ops->free(s);
}

TEST(bytes_make_the_ratio)
{
	sj_error err = { 0 };
	double bytes = 0, seconds = 0;
	uint32_t count;
	sj_job job;
	sj_source *s = first_job("shape=lu,size=8,ccr=0.5,bw=1GB/s,n=2", &job);

	for (uint32_t i = 0; i < job.edge_count; i++)
		bytes += (double)job.edges[i].bytes;
	for (uint32_t i = 0; i < job.task_count; i++)
		seconds += (double)job.tasks[i].work_ns / 1e9;
	CHECK(fabs(bytes / 1e9 / seconds - 0.5) < 1e-6, "%.9g", bytes / 1e9 / seconds);
	REQUIRE(s->ops->fill(s, &job, 1, &count, &err) == SJ_OK && job.id == 2);
	CHECK(s->ops->fill(s, &job, 1, &count, &err) == SJ_END);
	s->ops->free(s);
	CHECK(sj_generator_dag.open("shape=fft,size=12", 1, &s, &err) == SJ_EUSAGE);
	CHECK(strstr(err.text, "shape fft: size must be a power of two") != NULL, "%s", err.text);
}

TESTS(CASE(shapes_by_formula), CASE(degree_is_a_mean), CASE(bytes_make_the_ratio))
