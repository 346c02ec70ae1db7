/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_bound.c - no lower bound is above the optimum, on hundreds of tiny instances whose
 * optimum is found by trying everything: jobs of any width with release times and weights
 * in a pool, task graphs, tasks on unrelated nodes. Where theory knows the optimum (one
 * processor shared by preemption, McNaughton's rule, unrelated nodes with preemption) the bound is that.
 *
 * Every schedule in which nothing can move earlier comes from some order of the tasks, each
 * set at the earliest time at which it fits; so the best order has the optimum of any
 * measure that only grows with ends.
 */
#include <math.h>

#include "bounds.h"
#include "sojourn/lp.h"
#include "sojourn/scaling.h"
#include "test.h"

#define S SJ_NS_PER_S

enum { SEEDS = 400, TASKS = 6, HORIZON = 128 };

struct tiny {
	uint32_t n, procs;
	int      release[TASKS], run[TASKS];
	uint32_t width[TASKS];
	double   weight[TASKS];
	bool     before[TASKS][TASKS]; /* edges, from lower to higher */
};

static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*state >> 33) % below);
}

/* ---- the optimum, by trying everything ------------------------------------------------ */

struct best {
	int    makespan, response;
	double weighted;
};

struct search {
	const struct tiny *in;
	bool  graph;        /* one job, ends with its last task */
	int   end[TASKS];
	bool  set[TASKS];
	uint32_t used[HORIZON];
	struct best best;
};

static int earliest(const struct search *s, uint32_t i)
{
	const struct tiny *in = s->in;
	int at = in->release[i], fits = 0;

	for (uint32_t k = 0; k < in->n; k++)
		if (in->before[k][i] && s->end[k] > at)
			at = s->end[k];
	for (int t = at; fits < in->run[i]; t++) {
		fits = s->used[t] + in->width[i] <= in->procs ? fits + 1 : 0;
		if (fits == 0)
			at = t + 1;
	}
	return at;
}

static void judge(struct search *s)
{
	const struct tiny *in = s->in;
	int last = 0, sum = 0, first = in->release[0];
	double weighted = 0;

	for (uint32_t i = 0; i < in->n; i++) {
		last = s->end[i] > last ? s->end[i] : last;
		first = in->release[i] < first ? in->release[i] : first;
		sum += s->end[i] - in->release[i];
		weighted += in->weight[i] * (s->end[i] - in->release[i]);
	}
	if (s->graph) {
		sum = last - first;
		weighted = in->weight[0] * sum;
	}
	s->best.makespan = last - first < s->best.makespan ? last - first : s->best.makespan;
	s->best.response = sum < s->best.response ? sum : s->best.response;
	s->best.weighted = fmin(s->best.weighted, weighted);
}

static void try_orders(struct search *s, uint32_t done)
{
	const struct tiny *in = s->in;

	if (done == in->n)
		judge(s);
	for (uint32_t i = 0; i < in->n; i++) {
		bool ready = !s->set[i];
		int at;

		for (uint32_t k = 0; k < in->n; k++)
			ready &= !in->before[k][i] || s->set[k];
		if (!ready)
			continue;
		at = earliest(s, i);
		for (int t = at; t < at + in->run[i]; t++)
			s->used[t] += in->width[i];
		s->set[i] = true;
		s->end[i] = at + in->run[i];
		try_orders(s, done + 1);
		s->set[i] = false;
		for (int t = at; t < at + in->run[i]; t++)
			s->used[t] -= in->width[i];
	}
}

/* ---- a run of it ------------------------------------------------------------------------ */

struct tiny_source {
	sj_source     base;
	const sj_job *job;
	uint32_t      count, at;
};

static int fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct tiny_source *s = (struct tiny_source *)self;

	(void)err;
	for (*count = 0; *count < cap && s->at < s->count; (*count)++)
		jobs[*count] = s->job[s->at++];
	return *count > 0 ? SJ_OK : SJ_END;
}

static const sj_policy_ops *find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

static bool bounds_of(const char *policy, sj_cluster cluster, struct tiny_source *source,
		      sj_bounds *out)
{
	static const sj_source_ops ops = { .fill = fill };
	sj_run_config c = { .cluster = cluster, .source = &source->base, .seed = 1,
			    .policy = find(policy), .find_policy = find, .check = true,
			    .overrun = SJ_OVERRUN_EXTEND, .bounds = true };
	sj_error err = { 0 };
	sj_run *run = NULL;
	int rc;

	source->base.ops = &ops;
	rc = sj_run_create(&c, &run, &err);
	if (rc == SJ_OK)
		rc = sj_run_advance(run, 0, &err);
	if (rc == SJ_OK)
		rc = sj_run_get_bounds(run, out);
	if (rc == SJ_OK)
		rc = sj_bounds_check(out, &err);
	CHECK(rc == SJ_OK, "%s: %s", policy, err.text);
	sj_run_free(run);
	return rc == SJ_OK;
}

static void fill_task(sj_task_spec *t, const struct tiny *in, uint32_t i)
{
	t->ranks = in->width[i];
	t->cores = 1;
	t->work_ns = t->estimate_ns = in->run[i] * S;
}

static bool bounds_of_jobs(const struct tiny *in, const char *policy, sj_bounds *out)
{
	struct tiny_source source = { .count = in->n };
	sj_job job[TASKS];

	for (uint32_t i = 0; i < in->n; i++) {
		sj_job_clear(&job[i]);
		job[i].id = i;
		job[i].submit_ns = in->release[i] * S;
		job[i].weight = in->weight[i];
		fill_task(&job[i].task, in, i);
	}
	source.job = job;
	return bounds_of(policy, (sj_cluster){ .procs = in->procs }, &source, out);
}

static bool bounds_of_graph(const struct tiny *in, const char *policy, sj_bounds *out)
{
	struct tiny_source source = { .count = 1 };
	sj_task_spec task[TASKS];
	sj_edge edge[TASKS * TASKS];
	sj_job job;

	sj_job_clear(&job);
	job.task_count = in->n;
	job.weight = in->weight[0];
	job.tasks = task;
	job.edges = edge;
	for (uint32_t i = 0; i < in->n; i++) {
		task[i] = job.task;
		fill_task(&task[i], in, i);
		for (uint32_t k = 0; k < in->n; k++)
			if (in->before[i][k])
				edge[job.edge_count++] = (sj_edge){ i, k, 0 };
	}
	source.job = &job;
	return bounds_of(policy, (sj_cluster){ .procs = in->procs }, &source, out);
}

/* ---- random instances -------------------------------------------------------------------- */

static struct tiny make(uint64_t seed, bool graph)
{
	uint64_t state = seed * 2 + 1;
	struct tiny in = { .n = 2 + draw(&state, TASKS - 1), .procs = 1 + draw(&state, 5) };

	for (uint32_t i = 0; i < in.n; i++) {
		uint32_t gap = draw(&state, 4);

		in.run[i] = 1 + (int)draw(&state, 9);
		in.width[i] = 1 + draw(&state, in.procs);
		in.weight[i] = graph ? 1 : 1 + draw(&state, 4);
		if (i > 0 && !graph)
			in.release[i] = in.release[i - 1] + (int)(gap != 0 ? gap + 1 : 0);
		for (uint32_t k = 0; k < i && graph; k++)
			in.before[k][i] = draw(&state, 3) == 0;
	}
	return in;
}

/* Of all bounds, one by one; the largest is how near? */
static double compare(const sj_bound_list *l, double best, const char *what, uint64_t seed)
{
	for (uint32_t k = 0; k < l->count; k++)
		CHECK(l->bound[k].s <= best * (1 + 1e-12), "seed %u, %s: %.12g s (%s) above the "
		      "optimum %.12g s", (unsigned)seed, what, l->bound[k].s, l->bound[k].name,
		      best);
	return l->count != 0 ? best / l->bound[0].s : INFINITY;
}

static void try_instance(uint64_t seed, bool graph, double ratio[SJ_BOUND_GOALS])
{
	struct tiny in = make(seed, graph);
	struct search s = { .in = &in, .graph = graph,
			    .best = { INT32_MAX, INT32_MAX, INFINITY } };
	double weights = 0;
	sj_bounds b;

	try_orders(&s, 0);
	for (uint32_t i = 0; i < in.n; i++)
		weights += in.weight[i];
	if (!(graph ? bounds_of_graph(&in, "firstfit", &b) : bounds_of_jobs(&in, "easy", &b)))
		return;
	weights = graph ? in.weight[0] : weights;
	ratio[0] += compare(&b.goal[SJ_BOUND_MAKESPAN], s.best.makespan, "makespan", seed);
	ratio[1] += compare(&b.goal[SJ_BOUND_RESPONSE],
			    s.best.response / (double)(graph ? 1 : in.n), "response", seed);
	ratio[2] += compare(&b.goal[SJ_BOUND_WEIGHTED], s.best.weighted / weights, "weighted", seed);
}

/* Mean optimum / bound of this fixed set of instances: worse means a bound got weaker. */
static void try_all(bool graph, const double most[SJ_BOUND_GOALS])
{
	double ratio[SJ_BOUND_GOALS] = { 0, 0, 0 };

	for (uint64_t seed = 0; seed < SEEDS; seed++)
		try_instance(seed, graph, ratio);
	for (int g = 0; g < SJ_BOUND_GOALS; g++)
		CHECK(ratio[g] / SEEDS <= most[g], "%s: the optimum is %.4f of the bound on average, "
		      "not %.4f", sj_bound_goal_names[g], ratio[g] / SEEDS, most[g]);
}

TEST(jobs_by_trying_everything)
{
	try_all(false, (const double[]){ 1.0584, 1.1774, 1.1833 });
}

TEST(graphs_by_trying_everything)
{
	try_all(true, (const double[]){ 1.0780, 1.0780, 1.0780 });
}

/* One processor: shortest remaining time first is best, and is what the bound is. */
TEST(one_processor_is_srpt)
{
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct tiny in = make(seed, false);
		sj_bounds b;

		in.procs = 1;
		for (uint32_t i = 0; i < in.n; i++)
			in.width[i] = 1;
		if (!bounds_of_jobs(&in, "srtf", &b))
			return;
		CHECK(b.goal[SJ_BOUND_RESPONSE].above == 0, "seed %u: %.12g above", (unsigned)seed,
		      b.goal[SJ_BOUND_RESPONSE].above);
		CHECK(b.goal[SJ_BOUND_MAKESPAN].above == 0, "seed %u", (unsigned)seed);
	}
}

/* McNaughton 1959: max of the longest task and the sum over the processors, by preemption. */
TEST(tasks_of_one_processor_are_mcnaughton)
{
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct tiny in = make(seed, false);
		int longest = 0, sum = 0;
		sj_bounds b;

		for (uint32_t i = 0; i < in.n; i++) {
			in.release[i] = 0;
			in.width[i] = 1;
			longest = in.run[i] > longest ? in.run[i] : longest;
			sum += in.run[i];
		}
		in.procs = 2 + seed % 2;
		if (!bounds_of_jobs(&in, "fifo", &b))
			return;
		CHECK(fabs(b.goal[SJ_BOUND_MAKESPAN].bound[0].s -
			   fmax(longest, (double)sum / in.procs)) < 1e-9, "seed %u",
		      (unsigned)seed);
	}
}

/* ---- unrelated nodes ------------------------------------------------------------------------ */

enum { NODES = 3 };

/* Every way to give tasks to nodes; the time of the fullest. */
static int best_assignment(const int time[TASKS][NODES], uint32_t n, uint32_t nodes)
{
	uint32_t ways = 1;
	int best = INT32_MAX;

	for (uint32_t i = 0; i < n; i++)
		ways *= nodes;
	for (uint32_t way = 0; way < ways; way++) {
		int sum[NODES] = { 0 }, most = 0;

		for (uint32_t i = 0, w = way; i < n; i++, w /= nodes)
			sum[w % nodes] += time[i][w % nodes];
		for (uint32_t k = 0; k < nodes; k++)
			most = sum[k] > most ? sum[k] : most;
		best = most < best ? most : best;
	}
	return best;
}

static bool bounds_of_unrelated(const int time[TASKS][NODES], uint32_t n, uint32_t nodes,
				sj_bounds *out)
{
	const sj_node_type type = { .count = nodes, .cores = 1 };
	struct tiny_source source = { .count = n };
	sj_scaling scaling[TASKS] = { 0 };
	double rate[TASKS][NODES];
	sj_job job[TASKS];

	for (uint32_t i = 0; i < n; i++) {
		int least = time[i][0];

		for (uint32_t k = 1; k < nodes; k++)
			least = time[i][k] < least ? time[i][k] : least;
		for (uint32_t k = 0; k < nodes; k++)
			rate[i][k] = (double)least / time[i][k];
		scaling[i] = (sj_scaling){ .node_count = nodes, .node_rate = rate[i] };
		sj_job_clear(&job[i]);
		job[i].id = i;
		job[i].task.work_ns = least * S;
		job[i].task.estimate_ns = 1000 * S;
		job[i].task.scaling = i + 1;
	}
	source.job = job;
	source.base.scalings = scaling;
	source.base.scaling_count = n;
	return bounds_of("min-min", (sj_cluster){ .type_count = 1, .types = &type }, &source, out);
}

/* Lawler and Labetoulle 1978, as one program: neither a node nor a task takes more than T. */
static double preemptive_optimum(const int time[TASKS][NODES], uint32_t n, uint32_t nodes)
{
	sj_lp *lp = sj_lp_create(SJ_LP_MINIMISE);
	uint32_t first, at[TASKS + NODES + 1];
	double value[TASKS + NODES + 1], best;
	sj_lp_result r;

	sj_lp_add_cols(lp, n * nodes + 1, &first); /* x(i, k), then T */
	sj_lp_add_rows(lp, 2 * n + nodes, &first);
	for (uint32_t c = 0; c <= n * nodes; c++)
		sj_lp_set_col(lp, c, 0, INFINITY);
	sj_lp_set_cost(lp, n * nodes, 1);
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < nodes; k++) {
			at[k] = i * nodes + k;
			value[k] = 1;
		}
		sj_lp_fill_row(lp, i, nodes, at, value);
		sj_lp_set_row(lp, i, 1, 1);
		for (uint32_t k = 0; k < nodes; k++)
			value[k] = time[i][k];
		at[nodes] = n * nodes;
		value[nodes] = -1;
		sj_lp_fill_row(lp, n + i, nodes + 1, at, value);
		sj_lp_set_row(lp, n + i, -INFINITY, 0);
	}
	for (uint32_t k = 0; k < nodes; k++) {
		for (uint32_t i = 0; i < n; i++) {
			at[i] = i * nodes + k;
			value[i] = time[i][k];
		}
		at[n] = n * nodes;
		value[n] = -1;
		sj_lp_fill_row(lp, 2 * n + k, n + 1, at, value);
		sj_lp_set_row(lp, 2 * n + k, -INFINITY, 0);
	}
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL);
	best = r.objective;
	sj_lp_free(lp);
	return best;
}

TEST(unrelated_nodes_by_trying_everything)
{
	double ratio = 0;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		uint64_t state = seed * 2 + 1;
		uint32_t n = 1 + draw(&state, TASKS), nodes = 2 + draw(&state, 2);
		int time[TASKS][NODES];
		sj_bounds b;

		for (uint32_t i = 0; i < n; i++)
			for (uint32_t k = 0; k < nodes; k++)
				time[i][k] = 1 + (int)draw(&state, 20);
		if (!bounds_of_unrelated(time, n, nodes, &b))
			return;
		CHECK(fabs(b.goal[SJ_BOUND_MAKESPAN].bound[0].s /
			   preemptive_optimum(time, n, nodes) - 1) < 1e-6, "seed %u: %.9g is not "
		      "the preemptive optimum %.9g", (unsigned)seed,
		      b.goal[SJ_BOUND_MAKESPAN].bound[0].s, preemptive_optimum(time, n, nodes));
		ratio += compare(&b.goal[SJ_BOUND_MAKESPAN], best_assignment(time, n, nodes),
				 "assignment", seed);
	}
	CHECK(ratio / SEEDS <= 1.0966, "the optimum is %.4f of the bound on average", ratio / SEEDS);
}

TEST(a_run_below_a_bound_is_told)
{
	sj_bounds b = { .none = NULL };
	sj_bound_list *l = &b.goal[SJ_BOUND_RESPONSE];
	sj_error err = { 0 };

	l->count = 1;
	l->bound[0] = (sj_bound){ "some bound", 5 };
	l->achieved_s = 5;
	CHECK(sj_bounds_check(&b, &err) == SJ_OK);
	l->achieved_s = nextafter(5, 0);
	CHECK(sj_bounds_check(&b, &err) == SJ_EINVARIANT && strstr(err.text, "some bound") != NULL,
	      "%s", err.text);
}

TESTS(CASE(a_run_below_a_bound_is_told), CASE(unrelated_nodes_by_trying_everything), CASE(jobs_by_trying_everything), CASE(graphs_by_trying_everything),
      CASE(one_processor_is_srpt), CASE(tasks_of_one_processor_are_mcnaughton))
