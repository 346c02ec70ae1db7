/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_planners.c - planned schedules against plain ones: random graphs on unrelated machines
 * of one core, and what the papers say done word by word, with every pair of task and machine
 * looked at. A second graph, at once or later, is planned around the first.
 */
#include <gsl/gsl_rng.h>

#include "bound_check.h"
#include "run.h"
#include "sojourn/rng.h"
#include "test.h"

#define S SJ_NS_PER_S

enum { SEEDS = 300, TASKS = 20, MACHINES = 5, JOBS = 2, NEVER = 1000000000 };

struct graph {
	int          n, submit;
	int          time[TASKS][MACHINES]; /* seconds */
	int          cost[TASKS][TASKS];    /* seconds between machines; -1: no edge */
	sj_task_spec spec[TASKS];
	sj_edge      edge[TASKS * TASKS];
	sj_scaling   scaling[TASKS];
	double       rate[TASKS][MACHINES];
	sj_job       job;
};

struct instance {
	int          machines;
	struct graph graph[JOBS];
	sj_scaling   scaling[JOBS * TASKS];
};

/* ---- instances --------------------------------------------------------------------------- */

static int below(gsl_rng *r, int n)
{
	return (int)gsl_rng_uniform_int(r, (unsigned long)n);
}

static void draw_graph(struct instance *in, struct graph *g, gsl_rng *r, int first_scaling,
		       bool edges)
{
	uint32_t used = 0;

	g->n = 2 + below(r, TASKS - 1);
	for (int i = 0; i < g->n; i++) {
		int least = NEVER;

		for (int q = 0; q < in->machines; q++) {
			g->time[i][q] = 1 + below(r, 20);
			least = g->time[i][q] < least ? g->time[i][q] : least;
		}
		for (int q = 0; q < in->machines; q++)
			g->rate[i][q] = (double)least / g->time[i][q];
		in->scaling[first_scaling + i] = (sj_scaling){
			.node_count = (uint32_t)in->machines, .node_rate = g->rate[i] };
		for (int k = 0; k < g->n; k++)
			g->cost[i][k] = -1;
	}
	for (int k = 1; k < g->n; k++)
		for (int e = edges ? below(r, 4) : 0; e > 0; e--)
			g->cost[below(r, k)][k] = below(r, 3) == 0 ? 0 : below(r, 15);
	sj_job_clear(&g->job);
	for (int i = 0; i < g->n; i++) {
		g->spec[i] = g->job.task;
		g->spec[i].scaling = (uint32_t)(1 + first_scaling + i);
		g->spec[i].work_ns = (sj_time)(g->rate[i][0] * g->time[i][0] + 0.5) * S;
		g->spec[i].estimate_ns = g->spec[i].work_ns;
		for (int k = 0; k < g->n; k++)
			if (g->cost[i][k] >= 0)
				g->edge[used++] = (sj_edge){ (uint32_t)i, (uint32_t)k,
					(uint64_t)g->cost[i][k] * UINT64_C(1000000000) };
	}
	g->job.task_count = (uint32_t)g->n;
	g->job.tasks = g->spec;
	g->job.edges = g->edge;
	g->job.edge_count = used;
}

static void draw(struct instance *in, uint64_t seed, bool edges)
{
	gsl_rng *r = sj_rng_create(seed, "test.planners", edges);

	in->machines = 1 + below(r, MACHINES);
	for (int j = 0; j < JOBS; j++) {
		struct graph *g = &in->graph[j];

		draw_graph(in, g, r, j * TASKS, edges);
		g->submit = j == 0 || below(r, 2) ? 0 : below(r, 60);
		g->job.submit_ns = g->submit * S;
		g->job.id = j + 1;
	}
	gsl_rng_free(r);
}

/* ---- plain schedules --------------------------------------------------------------------- */

struct table {
	int count[MACHINES], from[MACHINES][JOBS * TASKS], to[MACHINES][JOBS * TASKS];
	int node[TASKS], start[TASKS], end[TASKS]; /* of the graph at hand; node -1: no place */
};

/* The first gap, or behind all. Each end of a span, and `from`, is tried. */
static int earliest(const struct table *t, int q, int from, int length, bool appends)
{
	int best = NEVER;

	for (int k = -1; k < t->count[q]; k++) {
		int at = k < 0 || t->to[q][k] < from ? from : t->to[q][k];
		bool free = true;

		for (int i = 0; i < t->count[q]; i++)
			free &= t->to[q][i] <= at ||
				(!appends && t->from[q][i] >= at + length);
		if (free && at < best)
			best = at;
	}
	return best;
}

static int start_on(const struct graph *g, const struct table *t, int i, int q, bool appends)
{
	int from = g->submit;

	for (int k = 0; k < g->n; k++)
		if (g->cost[k][i] >= 0 && t->node[k] >= 0) {
			int there = t->end[k] + (t->node[k] != q ? g->cost[k][i] : 0);

			from = there > from ? there : from;
		}
	return earliest(t, q, from, g->time[i][q], appends);
}

static void put(const struct graph *g, struct table *t, int i, int q, bool appends)
{
	int at = start_on(g, t, i, q, appends), k = t->count[q]++;

	t->node[i] = q;
	t->start[i] = t->from[q][k] = at;
	t->end[i] = t->to[q][k] = at + g->time[i][q];
}

static bool can_be_placed(const struct graph *g, const struct table *t, int i)
{
	for (int k = 0; k < g->n; k++)
		if (g->cost[k][i] >= 0 && t->node[k] < 0)
			return false;
	return t->node[i] < 0;
}

/* In machines x seconds; by recursion. */
static int rank_up(const struct instance *in, const struct graph *g, int i)
{
	int most = 0, own = 0;

	for (int k = i + 1; k < g->n; k++)
		if (g->cost[i][k] >= 0) {
			int way = in->machines * (in->machines > 1 ? g->cost[i][k] : 0) +
				  rank_up(in, g, k);

			most = way > most ? way : most;
		}
	for (int q = 0; q < in->machines; q++)
		own += g->time[i][q];
	return own + most;
}

static int twice_median(const struct instance *in, const struct graph *g, int i)
{
	int sorted[MACHINES], n = in->machines;

	for (int q = 0; q < n; q++) {
		int k = q;

		for (; k > 0 && sorted[k - 1] > g->time[i][q]; k--)
			sorted[k] = sorted[k - 1];
		sorted[k] = g->time[i][q];
	}
	return sorted[n / 2] + sorted[(n - 1) / 2];
}

static int twice_level(const struct instance *in, const struct graph *g, int i)
{
	int most = 0;

	for (int k = i + 1; k < g->n; k++)
		if (g->cost[i][k] >= 0 && twice_level(in, g, k) > most)
			most = twice_level(in, g, k);
	return most + twice_median(in, g, i);
}

static int end_on(const struct graph *g, const struct table *t, int i, int q, bool appends)
{
	return start_on(g, t, i, q, appends) + g->time[i][q];
}

static int best_node(const struct instance *in, const struct graph *g, const struct table *t,
		     int i, bool appends)
{
	int best = 0;

	for (int q = 1; q < in->machines; q++)
		if (end_on(g, t, i, q, appends) < end_on(g, t, i, best, appends))
			best = q;
	return best;
}

/* By rank, then by number. */
static void by_rank(const struct graph *g, const int *rank, int *order)
{
	for (int i = 0; i < g->n; i++) {
		int k = i;

		for (; k > 0 && rank[order[k - 1]] < rank[i]; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
}

static int latest_child(const struct instance *in, const struct graph *g, const struct table *t,
			const int *order, int i, int q)
{
	struct table trial = *t;
	int latest = 0;
	bool last = true;

	put(g, &trial, i, q, false);
	for (int at = 0; at < g->n; at++) {
		int k = order[at];

		if (g->cost[i][k] < 0)
			continue;
		put(g, &trial, k, best_node(in, g, &trial, k, false), false);
		latest = trial.end[k] > latest ? trial.end[k] : latest;
		last = false;
	}
	return last ? trial.end[i] : latest;
}

static void plain_ranked(const struct instance *in, const struct graph *g, struct table *t,
			 bool looks)
{
	int rank[TASKS], order[TASKS];

	for (int i = 0; i < g->n; i++)
		rank[i] = rank_up(in, g, i);
	by_rank(g, rank, order);
	for (int at = 0; at < g->n; at++) {
		int i = order[at], best = best_node(in, g, t, i, false);

		for (int q = 0; looks && q < in->machines; q++) {
			int a = latest_child(in, g, t, order, i, q);
			int b = latest_child(in, g, t, order, i, best);

			if (a < b || (a == b && end_on(g, t, i, q, false) <
					      end_on(g, t, i, best, false)))
				best = q;
		}
		put(g, t, i, best, false);
	}
}

static void plain_dls(const struct instance *in, const struct graph *g, struct table *t)
{
	for (int placed = 0; placed < g->n; placed++) {
		int level = -NEVER, task = -1, node = -1;

		for (int i = 0; i < g->n; i++)
			for (int q = 0; q < in->machines && can_be_placed(g, t, i); q++) {
				int dl = twice_level(in, g, i) - 2 * start_on(g, t, i, q, true) +
					 twice_median(in, g, i) - 2 * g->time[i][q];

				if (dl > level) {
					level = dl;
					task = i;
					node = q;
				}
			}
		put(g, t, task, node, true);
	}
}

enum mapping { MIN_MIN, MAX_MIN, SUFFERAGE, MET, ECT };

static int urgency(const struct instance *in, const struct graph *g, const struct table *t, int i,
		   enum mapping how)
{
	int best = best_node(in, g, t, i, true), end = end_on(g, t, i, best, true), second = NEVER;

	for (int q = 0; q < in->machines; q++)
		if (q != best && end_on(g, t, i, q, true) < second)
			second = end_on(g, t, i, q, true);
	return how == MIN_MIN ? -end : how == MAX_MIN ? end : how == SUFFERAGE &&
	       second != NEVER ? second - end : 0;
}

static void plain_mapping(const struct instance *in, const struct graph *g, struct table *t,
			  enum mapping how)
{
	for (int placed = 0; placed < g->n; placed++) {
		int task = -1, node;

		for (int i = 0; i < g->n; i++)
			if (can_be_placed(g, t, i) &&
			    (task < 0 || urgency(in, g, t, i, how) > urgency(in, g, t, task, how)))
				task = i;
		node = best_node(in, g, t, task, true);
		for (int q = 0; q < in->machines && how == MET; q++)
			if (q == 0 || g->time[task][q] < g->time[task][node])
				node = q;
		put(g, t, task, node, true);
	}
}

/* ---- the run ----------------------------------------------------------------------------- */

struct seen {
	sj_alloc_record at[JOBS][TASKS];
	int             count;
};

struct source {
	sj_source        base;
	struct instance *in;
	uint32_t         given, jobs;
};

static int fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct source *a = (struct source *)self;

	(void)cap;
	(void)err;
	*count = a->given < a->jobs;
	if (*count != 0)
		jobs[0] = a->in->graph[a->given++].job;
	return *count != 0 ? SJ_OK : SJ_END;
}

static int see_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	s->at[a->job - 1][a->task] = *a;
	s->count++;
	return SJ_OK;
}

static const sj_policy_ops *policy(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

/* Between any two machines 1 GB/s, which transfers do not share. */
static void play_jobs(struct instance *in, const char *name, const char *args, uint32_t jobs,
		      struct seen *out)
{
	static const sj_source_ops ops = { .fill = fill };
	static const sj_fabric_spec star = { .topology = { .kind = SJ_TOPOLOGY_STAR,
							   .unshared = true } };
	const sj_node_type type = { .count = (uint32_t)in->machines, .cores = 1,
				    .nic_bytes_per_s = 1000000000 };
	struct source source = { .base = { .ops = &ops, .scalings = in->scaling,
					   .scaling_count = JOBS * TASKS }, .in = in,
				 .jobs = jobs };
	const sj_sink sink = { .self = out, .alloc = see_alloc };
	sj_run_config c = { .cluster = { .types = &type, .type_count = 1 },
			    .source = &source.base, .policy = policy(name), .policy_args = args,
			    .seed = 1, .network = &star, .staging = SJ_STAGING_PREFETCH,
			    .overrun = SJ_OVERRUN_EXTEND, .check = true, .sinks = &sink,
			    .sink_count = 1, .bounds = true };
	sj_error err = { 0 };
	sj_run *run = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = sj_run_create(&c, &run, &err);
	if (rc == SJ_OK)
		rc = sj_run_advance(run, 0, &err);
	CHECK(rc == SJ_OK, "%s:%s: %s", name, args, err.text);
	if (rc == SJ_OK)
		bound_check(run, name);
	sj_run_free(run);
}

static void play(struct instance *in, const char *name, const char *args, struct seen *out)
{
	play_jobs(in, name, args, JOBS, out);
}

static double off(sj_time got, int want)
{
	double d = (double)got / 1e9 - want;

	return d < 0 ? -d : d;
}

static void compare(const struct graph *g, const struct table *want, const struct seen *got, int j,
		    const char *name, uint64_t seed)
{
	for (int i = 0; i < g->n && test_failures == 0; i++) {
		const sj_alloc_record *a = &got->at[j][i];

		CHECK((int)a->node == want->node[i] && off(a->from_ns, want->start[i]) < 1e-7 &&
		      off(a->to_ns, want->end[i]) < 1e-7,
		      "seed %u, %s, graph %d, task %d: on %u from %.9g to %.9g s, not on %d from %d "
		      "to %d s", (unsigned)seed, name, j, i, a->node, (double)a->from_ns / 1e9,
		      (double)a->to_ns / 1e9, want->node[i], want->start[i], want->end[i]);
	}
}

static void plain(const struct instance *in, const struct graph *g, struct table *t,
		  const char *name)
{
	static const char *const mappings[] = { "min-min", "max-min", "sufferage", "met", "ect" };

	if (strcmp(name, "heft") == 0 || strcmp(name, "lookahead") == 0)
		plain_ranked(in, g, t, name[0] == 'l');
	else if (strcmp(name, "dls") == 0)
		plain_dls(in, g, t);
	for (int k = 0; k < 5; k++)
		if (strcmp(name, mappings[k]) == 0)
			plain_mapping(in, g, t, (enum mapping)k);
}

static const char *const names[] = { "heft", "lookahead", "dls", "min-min", "max-min",
				     "sufferage", "met", "ect" };
enum { NAMES = sizeof(names) / sizeof(names[0]) };

TEST(planned_as_the_papers_say)
{
	static struct instance in;
	static struct seen got;
	static struct table t;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		draw(&in, seed, true);
		for (int k = 0; k < NAMES && test_failures == 0; k++) {
			play(&in, names[k], "mode=static", &got);
			memset(&t, 0, sizeof(t));
			for (int j = 0; j < JOBS; j++) {
				memset(t.node, -1, sizeof(t.node));
				plain(&in, &in.graph[j], &t, names[k]);
				compare(&in.graph[j], &t, &got, j, names[k], seed);
			}
		}
	}
}

/* All that is ready at once is one batch, whenever it is placed. */
TEST(without_edges_dynamic_is_static)
{
	static struct instance in;
	static struct seen a, b;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		draw(&in, seed, false);
		in.graph[1].submit = 100;
		in.graph[1].job.submit_ns = 100 * S;
		for (int k = 2; k < NAMES && test_failures == 0; k++) {
			play(&in, names[k], "mode=static", &a);
			play(&in, names[k], "mode=dynamic", &b);
			CHECK(memcmp(&a, &b, sizeof(a)) == 0, "seed %u: %s", (unsigned)seed,
			      names[k]);
		}
	}
}

/* With exact estimates: promises are kept, and later jobs are planned around them. */
TEST(a_second_graph_leaves_the_first_alone)
{
	static const char *const planners[] = { "heft", "cpop", "peft", "dls", "lookahead",
						"list", "hlfet", "hu", "lpt", "multifit",
						"min-min", "max-min", "sufferage", "met", "ect" };
	static struct instance in;
	static struct seen alone, both;

	for (uint64_t seed = 1; seed <= SEEDS / 3 && test_failures == 0; seed++) {
		draw(&in, seed, true);
		for (size_t k = 0; k < sizeof(planners) / sizeof(planners[0]); k++) {
			play_jobs(&in, planners[k], "mode=static", 1, &alone);
			play(&in, planners[k], "mode=static", &both);
			for (int i = 0; i < in.graph[0].n; i++)
				CHECK(alone.at[0][i].node == both.at[0][i].node &&
				      alone.at[0][i].from_ns == both.at[0][i].from_ns,
				      "seed %u, %s, task %d: from %.9g s, with another graph %.9g s",
				      (unsigned)seed, planners[k], i,
				      (double)alone.at[0][i].from_ns / 1e9,
				      (double)both.at[0][i].from_ns / 1e9);
		}
	}
}

TESTS(CASE(planned_as_the_papers_say), CASE(without_edges_dynamic_is_static),
      CASE(a_second_graph_leaves_the_first_alone))
