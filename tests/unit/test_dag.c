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

/* How many tasks have no predecessor, no successor; how many pieces fall apart; does every
 * edge go to a larger number? */
struct ends {
	uint32_t entries, exits, pieces;
	bool     upwards;
};

static uint32_t piece_of(uint32_t *piece, uint32_t t)
{
	while (piece[t] != t)
		t = piece[t] = piece[piece[t]];
	return t;
}

static struct ends ends_of(const sj_job *j)
{
	uint32_t *in = calloc(j->task_count, sizeof(*in)), *out = calloc(j->task_count, sizeof(*out));
	uint32_t *piece = calloc(j->task_count, sizeof(*piece));
	struct ends e = { .upwards = true };

	for (uint32_t t = 0; t < j->task_count; t++)
		piece[t] = t;
	for (uint32_t i = 0; i < j->edge_count; i++) {
		e.upwards &= j->edges[i].from < j->edges[i].to;
		out[j->edges[i].from]++;
		in[j->edges[i].to]++;
		piece[piece_of(piece, j->edges[i].from)] = piece_of(piece, j->edges[i].to);
	}
	for (uint32_t t = 0; t < j->task_count; t++) {
		e.entries += in[t] == 0;
		e.exits += out[t] == 0;
		e.pieces += piece_of(piece, t) == t;
	}
	free(in);
	free(out);
	free(piece);
	return e;
}

/* What is published, or follows from what a task is, in n = size, w = width, h = layers. */
struct count {
	uint64_t tasks, edges, chain, entries, exits;
};

static uint64_t choose2(uint64_t n)
{
	return n * (n - 1) / 2;
}

/* n potrf; n (n-1) / 2 trsm and as many syrk; n (n-1) (n-2) / 6 gemm (Buttari et al. 2009). */
static struct count count_cholesky(uint64_t n, uint64_t w, uint64_t h)
{
	uint64_t gemm = n * (n - 1) * (n - 2) / 6;

	(void)w, (void)h;
	return (struct count){ n + 2 * choose2(n) + gemm, (n * n * n - n) / 2, 3 * n - 2, 1, 1 };
}

/* n getrf, n (n-1) trsm, n (n-1) (2n-1) / 6 gemm. Inputs: a trsm reads a getrf, a gemm two
 * trsm, and all but those of the first step the tile they change. */
static struct count count_lu(uint64_t n, uint64_t w, uint64_t h)
{
	uint64_t gemm = n * (n - 1) * (2 * n - 1) / 6, tasks = n + n * (n - 1) + gemm;

	(void)w, (void)h;
	return (struct count){ tasks, n * (n - 1) + 2 * gemm + tasks - n * n, 3 * n - 2, 1, 1 };
}

/* (n^2 + n - 2) / 2 tasks (Topcuoglu et al. 2002); a pivot feeds the updates of its step, each
 * of which feeds the same column, or the pivot, of the next. */
static struct count count_gauss(uint64_t n, uint64_t w, uint64_t h)
{
	(void)w, (void)h;
	return (struct count){ (n * n + n - 2) / 2, choose2(n) + choose2(n - 1) + n - 2,
			       2 * (n - 1), 1, 1 };
}

/* 2n - 1 calls and n log2 n butterflies, of two inputs each (Topcuoglu et al. 2002). */
static struct count count_fft(uint64_t n, uint64_t w, uint64_t h)
{
	uint64_t levels = 0;

	(void)w, (void)h;
	while (n >> levels > 1)
		levels++;
	return (struct count){ 2 * n - 1 + n * levels, 2 * n - 2 + 2 * n * levels,
			       1 + 2 * levels, 1, n };
}

/* Images i = n^2 and their pairs p: 2 i + p + 6 tasks on nine levels (Juve et al. 2013). */
static struct count count_montage(uint64_t n, uint64_t w, uint64_t h)
{
	uint64_t pairs = 2 * n * (n - 1) + 2 * (n - 1) * (n - 1);

	(void)w, (void)h;
	return (struct count){ 2 * n * n + pairs + 6, 3 * pairs + 4 * n * n + 4, 9, n * n, 1 };
}

static struct count count_forkjoin(uint64_t n, uint64_t w, uint64_t h)
{
	(void)h;
	return (struct count){ 1 + n * (w + 1), 2 * n * w, 1 + 2 * n, 1, 1 };
}

static struct count count_intree(uint64_t n, uint64_t w, uint64_t h)
{
	struct count c = { .chain = h, .exits = 1, .entries = 1 };

	(void)n;
	for (uint64_t l = 0, leaves = 1; l < h; l++, leaves *= w) {
		c.tasks += leaves;
		c.entries = leaves;
	}
	c.edges = c.tasks - 1;
	return c;
}

/* n = 2^k */
static struct count count_split(uint64_t n, uint64_t w, uint64_t h)
{
	struct count c = { n, n - 1, 1, 1, n == 1 ? 1 : n / 2 };

	(void)w, (void)h;
	while (n >> c.chain != 0)
		c.chain++;
	return c;
}

static struct count count_pipeline(uint64_t n, uint64_t w, uint64_t h)
{
	(void)h;
	return (struct count){ n * w, n * (w - 1) + (n - 1) * w, n + w - 1, 1, 1 };
}

static struct count count_mapreduce(uint64_t n, uint64_t w, uint64_t h)
{
	(void)h;
	return (struct count){ n + w, n * w, 2, n, w };
}

static const struct {
	const char  *shape;
	struct count (*count)(uint64_t n, uint64_t w, uint64_t h);
	uint32_t     size[6];
} shapes[] = {
	{ "cholesky", count_cholesky, { 2, 3, 5, 10, 17 } },
	{ "lu", count_lu, { 2, 3, 5, 10, 17 } },
	{ "gauss", count_gauss, { 2, 3, 5, 12, 40 } },
	{ "fft", count_fft, { 2, 4, 8, 64, 256 } },
	{ "montage", count_montage, { 2, 3, 5, 12 } },
	{ "forkjoin", count_forkjoin, { 1, 2, 9 } },
	{ "intree", count_intree, { 1 } },
	{ "split", count_split, { 1, 2, 4, 64, 1024 } },
	{ "pipeline", count_pipeline, { 1, 2, 9 } },
	{ "mapreduce", count_mapreduce, { 1, 2, 9 } },
};

static void check_shape(const char *args, const sj_job *job, struct count want)
{
	struct ends e = ends_of(job);

	CHECK(job->task_count == want.tasks, "%s: %u tasks, not %llu", args, job->task_count,
	      (unsigned long long)want.tasks);
	CHECK(job->edge_count == want.edges, "%s: %u edges, not %llu", args, job->edge_count,
	      (unsigned long long)want.edges);
	CHECK(longest(job) == want.chain, "%s: a chain of %u, not %llu", args, longest(job),
	      (unsigned long long)want.chain);
	CHECK(e.entries == want.entries && e.exits == want.exits, "%s: %u entries and %u exits",
	      args, e.entries, e.exits);
	CHECK(e.pieces == 1 && e.upwards, "%s: %u pieces", args, e.pieces);
}

TEST(shapes_by_formula)
{
	static const struct { uint32_t width, layers; } wide[] = { { 1, 2 }, { 2, 5 }, { 7, 3 } };
	char args[100];

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		for (size_t n = 0; n < 6 && shapes[i].size[n] != 0; n++)
			for (size_t w = 0; w < 3; w++) {
				sj_job job;
				sj_source *s;

				snprintf(args, sizeof(args), "shape=%s,size=%u,width=%u,layers=%u",
					 shapes[i].shape, shapes[i].size[n], wide[w].width,
					 wide[w].layers);
				s = first_job(args, &job);
				check_shape(args, &job, shapes[i].count(shapes[i].size[n],
					    wide[w].width, wide[w].layers));
				s->ops->free(s);
			}
}

/* Seven items by hand: the first hands on four and two; they hand on two and one, and one. */
TEST(halves_are_handed_on)
{
	static const sj_edge want[] = { { 0, 1, 0 }, { 1, 2, 0 }, { 2, 3, 0 },
					{ 1, 4, 0 }, { 0, 5, 0 }, { 5, 6, 0 } };
	sj_job job;
	sj_source *s = first_job("shape=split,size=7", &job);

	CHECK(job.task_count == 7 && job.edge_count == 6);
	for (uint32_t i = 0; i < 6 && i < job.edge_count; i++)
		CHECK(job.edges[i].from == want[i].from && job.edges[i].to == want[i].to,
		      "edge %u: %u -> %u", i, job.edges[i].from, job.edges[i].to);
	s->ops->free(s);
}

/* Every task but those of the first layer has a predecessor, in the layer before. */
TEST(layers_hold)
{
	static const char *const args[] = {
		"shape=layered,size=100,layers=7,degree=3", "shape=layered,size=9,layers=9",
		"shape=random,size=1", "shape=random,size=300,alpha=0.1,degree=1",
		"shape=random,size=300,alpha=20,degree=4.5" };

	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++) {
		sj_job job;
		sj_source *s = first_job(args[i], &job);
		struct ends e = ends_of(&job);

		CHECK(e.upwards, "%s: an edge goes back", args[i]);
		CHECK(i > 1 || longest(&job) == (i == 0 ? 7 : 9), "%s: %u layers", args[i],
		      longest(&job));
		CHECK(i > 0 || e.entries == 100 / 7 + 1, "%s: %u entries", args[i], e.entries);
		s->ops->free(s);
	}
}

/* Depth sqrt(tasks) / alpha in the mean, and all tasks there. */
TEST(random_graphs_have_their_shape)
{
	static const double alpha[] = { 0.5, 1, 2 };
	enum { JOBS = 400, TASKS = 400 };

	for (size_t a = 0; a < 3; a++) {
		sj_error err = { 0 };
		double depth = 0, edges = 0;
		uint32_t count;
		char args[100];
		sj_job job;
		sj_source *s;

		snprintf(args, sizeof(args), "shape=random,size=%d,alpha=%g,degree=2.5,n=%d",
			 TASKS, alpha[a], JOBS + 1);
		s = first_job(args, &job);
		for (int i = 0; i < JOBS; i++) {
			REQUIRE(s->ops->fill(s, &job, 1, &count, &err) == SJ_OK);
			CHECK(job.task_count == TASKS, "%u tasks", job.task_count);
			depth += longest(&job);
			edges += job.edge_count;
		}
		/* Uniform on half to one and a half times: a deviation of 0.29 of it, over
		 * 20; whole numbers of layers. */
		CHECK(fabs(depth / JOBS * alpha[a] / 20 - 1) < 4 * 0.29 / 20 + 0.01,
		      "alpha %g: %g layers in the mean", alpha[a], depth / JOBS);
		/* Those of the last layer have none, those of narrow ones fewer, and who would
		 * be without a predecessor adds one. */
		CHECK(edges / JOBS / TASKS > 2 && edges / JOBS / TASKS < 2.9, "alpha %g: degree %g",
		      alpha[a], edges / JOBS / TASKS);
		s->ops->free(s);
	}
}

TEST(machines_differ_by_beta)
{
	enum { TASKS = 500, MACHINES = 20 };
	double low = INFINITY, high = 0, sum = 0;
	sj_job job;
	sj_source *s = first_job("shape=random,size=500,machines=20,beta=0.8,work=(det:10)", &job);

	REQUIRE(s->scaling_count == TASKS);
	for (uint32_t t = 0; t < TASKS; t++) {
		const sj_scaling *k = &s->scalings[job.tasks[t].scaling - 1];
		double slowest = 0;

		REQUIRE(k->node_count == MACHINES);
		for (uint32_t m = 0; m < MACHINES; m++) {
			double factor = 1 / k->node_rate[m];

			low = fmin(low, factor);
			high = fmax(high, factor);
			slowest = fmax(slowest, factor);
			sum += factor;
		}
		CHECK(job.tasks[t].work_ns == 10000000000, "%lld", (long long)job.tasks[t].work_ns);
		CHECK(fabs((double)job.tasks[t].estimate_ns / 1e10 - fmax(1, slowest)) < 1e-9,
		      "estimate %lld, slowest %g", (long long)job.tasks[t].estimate_ns, slowest);
	}
	CHECK(low >= 0.6 && low < 0.601 && high <= 1.4 && high > 1.399, "%g..%g", low, high);
	/* 10,000 draws of deviation 0.8 / sqrt(12). */
	CHECK(fabs(sum / TASKS / MACHINES - 1) < 4 * 0.231 / 100, "mean %g", sum / TASKS / MACHINES);
	CHECK(strcmp(s->info.cluster, "nodes=20,cores=1") == 0, "%s", s->info.cluster);
	s->ops->free(s);
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

/* The mean edge takes ccr times as long as the mean task: Topcuoglu's ratio. */
TEST(bytes_of_the_mean_edge)
{
	double bytes = 0, seconds = 0;
	sj_job job;
	sj_source *s = first_job("shape=gauss,size=20,ccr=5,ccr_of=edge,bw=1GB/s", &job);

	for (uint32_t i = 0; i < job.edge_count; i++)
		bytes += (double)job.edges[i].bytes;
	for (uint32_t i = 0; i < job.task_count; i++)
		seconds += (double)job.tasks[i].work_ns / 1e9;
	bytes /= job.edge_count;
	seconds /= job.task_count;
	CHECK(fabs(bytes / 1e9 / seconds - 5) < 1e-6, "%.9g", bytes / 1e9 / seconds);
	s->ops->free(s);
}

TESTS(CASE(shapes_by_formula), CASE(halves_are_handed_on), CASE(layers_hold), CASE(random_graphs_have_their_shape),
      CASE(machines_differ_by_beta), CASE(degree_is_a_mean), CASE(bytes_make_the_ratio),
      CASE(bytes_of_the_mean_edge))
