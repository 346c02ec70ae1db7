/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_dag_layout.c - pictures of graphs: what has to hold of any layout, crossings counted
 * pair by pair, and shapes that can be drawn without any.
 */
#include <math.h>
#include <stdlib.h>

#include "plot/dag_layout.h"
#include "test.h"

#define TASKS 60

static sj_task_spec task[TASKS];
static sj_edge edge[TASKS * TASKS];

static sj_job graph(uint32_t tasks, uint32_t edges)
{
	sj_job job;

	sj_job_clear(&job);
	job.task_count = tasks;
	job.edge_count = edges;
	job.tasks = task;
	job.edges = edge;
	if (tasks == 1)
		job.task = task[0];
	return job;
}

static uint64_t draw(uint64_t *x, uint64_t n)
{
	*x = *x * UINT64_C(6364136223846793005) + 1;
	return (*x >> 33) % n;
}

/* A segment of an edge between two layers. */
struct segment {
	uint32_t layer;
	double   above, below;
};

static uint32_t segments_of(const struct dag_layout *l, const sj_job *job, struct segment *out)
{
	uint32_t n = 0;

	for (uint32_t e = 0; e < job->edge_count; e++) {
		uint32_t from = job->edges[e].from;

		for (uint32_t b = l->bend_first[e]; b <= l->bend_first[e + 1]; b++) {
			uint32_t to = b < l->bend_first[e + 1] ? b : job->edges[e].to;

			CHECK(l->layer[to] == l->layer[from] + 1, "edge %u skips a layer", e);
			out[n++] = (struct segment){ l->layer[from], l->x[from], l->x[to] };
			from = to;
		}
	}
	return n;
}

static uint64_t crossings_of(const struct segment *s, uint32_t n)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < i; k++)
			sum += s[i].layer == s[k].layer &&
			       (s[i].above - s[k].above) * (s[i].below - s[k].below) < 0;
	return sum;
}

/* The longest chain by trying all orders of relaxation. */
static sj_time longest(const sj_job *job)
{
	sj_time done[TASKS], most = 0;

	for (uint32_t i = 0; i < job->task_count; i++)
		done[i] = task[i].work_ns;
	for (uint32_t round = 0; round < job->task_count; round++)
		for (uint32_t e = 0; e < job->edge_count; e++)
			if (done[edge[e].from] + task[edge[e].to].work_ns > done[edge[e].to])
				done[edge[e].to] = done[edge[e].from] + task[edge[e].to].work_ns;
	for (uint32_t i = 0; i < job->task_count; i++)
		most = done[i] > most ? done[i] : most;
	return most;
}

/* The marked tasks are a chain as long as the longest. */
static void check_critical(const struct dag_layout *l, const sj_job *job)
{
	uint32_t on[TASKS] = { 0 }, places = 0;
	sj_time sum = 0;

	for (uint32_t i = 0; i < job->task_count; i++) {
		if (l->critical[i] == 0)
			continue;
		REQUIRE(l->critical[i] <= job->task_count && on[l->critical[i] - 1] == 0);
		on[l->critical[i] - 1] = i + 1;
		places = l->critical[i] > places ? l->critical[i] : places;
		sum += task[i].work_ns;
	}
	CHECK(sum == l->path_ns && sum == longest(job));
	for (uint32_t k = 1; k < places; k++) {
		bool there = false;

		for (uint32_t e = 0; e < job->edge_count; e++)
			there |= edge[e].from + 1 == on[k - 1] && edge[e].to + 1 == on[k];
		CHECK(there, "places %u and %u of the critical path have no edge", k, k + 1);
	}
}

static void check_layout(const struct dag_layout *l, const sj_job *job)
{
	static struct segment s[TASKS * TASKS * 8];
	uint64_t crossings;

	CHECK(l->crossings <= l->crossings_first);
	for (uint32_t a = 0; a < l->vertices; a++) {
		CHECK(l->x[a] >= -1e-9 && l->x[a] <= l->width + 1e-9 && l->layer[a] < l->layers);
		for (uint32_t b = 0; b < a && a < l->tasks; b++)
			CHECK(l->layer[a] != l->layer[b] || fabs(l->x[a] - l->x[b]) > 1 - 1e-9,
			      "tasks %u and %u are %.9g apart", a, b, fabs(l->x[a] - l->x[b]));
	}
	crossings = crossings_of(s, segments_of(l, job, s));
	CHECK(crossings == l->crossings, "%llu crossings, not %llu",
	      (unsigned long long)crossings, (unsigned long long)l->crossings);
	check_critical(l, job);
}

TEST(random_graphs)
{
	uint64_t x = 11;

	for (int round = 0; round < 200; round++) {
		uint32_t tasks = 1 + (uint32_t)draw(&x, TASKS), edges = 0;
		struct dag_layout l;
		sj_error err;
		sj_job job;

		for (uint32_t i = 0; i < tasks; i++)
			task[i].work_ns = (sj_time)draw(&x, 1000);
		for (uint32_t to = 1; to < tasks; to++)
			for (uint32_t from = 0; from < to; from++)
				if (draw(&x, tasks) < 2)
					edge[edges++] = (sj_edge){ from, to, 1 };
		job = graph(tasks, edges);
		REQUIRE(dag_layout_make(&job, &l, &err) == SJ_OK);
		check_layout(&l, &job);
		dag_layout_fini(&l);
	}
}

/* A tree is planar, whatever the order of its numbers; so are two chains side by side. */
TEST(trees_have_no_crossings)
{
	for (uint64_t seed = 1; seed < 40; seed++) {
		uint32_t name[TASKS];
		uint64_t x = seed;
		struct dag_layout l;
		sj_error err;
		sj_job job;

		for (uint32_t i = 0; i < 31; i++)
			name[i] = i;
		for (uint32_t i = 31; i-- > 1;) {
			uint32_t k = (uint32_t)draw(&x, i + 1), swap = name[i];

			name[i] = name[k];
			name[k] = swap;
		}
		for (uint32_t i = 1; i < 31; i++) {
			edge[i - 1] = (sj_edge){ name[(i - 1) / 2], name[i], 0 };
			task[i].work_ns = 1;
		}
		task[0].work_ns = 1;
		job = graph(31, 30);
		REQUIRE(dag_layout_make(&job, &l, &err) == SJ_OK);
		CHECK(l.layers == 5 && l.crossings == 0, "seed %u: %llu of %llu crossings are left",
		      (unsigned)seed, (unsigned long long)l.crossings,
		      (unsigned long long)l.crossings_first);
		check_layout(&l, &job);
		dag_layout_fini(&l);
	}
}

TEST(what_cannot_be_drawn)
{
	struct dag_layout l;
	sj_error err;
	sj_job job = graph(3, 3);

	edge[0] = (sj_edge){ 0, 1, 0 };
	edge[1] = (sj_edge){ 1, 2, 0 };
	edge[2] = (sj_edge){ 2, 1, 0 };
	CHECK(dag_layout_make(&job, &l, &err) == SJ_EINVAL && strstr(err.text, "circle") != NULL);
	dag_layout_fini(&l);
	job = graph(1, 0);
	CHECK(dag_layout_make(&job, &l, &err) == SJ_OK && l.width == 0 && l.layers == 1);
	dag_layout_fini(&l);
}

TESTS(CASE(random_graphs), CASE(trees_have_no_crossings), CASE(what_cannot_be_drawn))
