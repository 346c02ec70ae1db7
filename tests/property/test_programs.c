/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_programs.c - policies that optimise, on random jobs and unrelated nodes of one core:
 * the pairs of hungarian and transport are the cheapest of all, mip-admission starts the set
 * that is worth most, lst ends by twice the optimum, all against what is found by trying
 * everything; gavel for makespan, in short rounds, comes close to the preemptive optimum
 * (Lawler and Labetoulle, JACM 25(4), 1978).
 */
#include <math.h>

#include "run.h"
#include "sojourn/lp.h"
#include "sojourn/rng.h"
#include "test.h"

enum { JOBS = 6, NODES = 4 };

struct instance {
	uint32_t jobs, nodes;
	double   rate[JOBS][NODES];
	sj_job   job[JOBS];
	sj_scaling   scaling[JOBS];
	sj_node_type type[NODES];
	sj_cluster   cluster;
};

struct source {
	sj_source        base;
	struct instance *in;
	uint32_t         at;
};

/* Where each started first, and when it ended. */
struct outcome {
	int64_t  start_ns[JOBS], finish_ns[JOBS];
	uint32_t node[JOBS];
};

/* ---- a run -------------------------------------------------------------------------------- */

static int fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct source *s = (struct source *)self;

	(void)err;
	for (*count = 0; *count < cap && s->at < s->in->jobs; s->at++)
		jobs[(*count)++] = s->in->job[s->at];
	return *count > 0 ? SJ_OK : SJ_END;
}

static int rewind_it(sj_source *self, sj_error *err)
{
	(void)err;
	((struct source *)self)->at = 0;
	return SJ_OK;
}

static void free_it(sj_source *self)
{
	(void)self;
}

static int take_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct outcome *out = self;

	(void)err;
	for (uint32_t i = 0; i < n; i++) {
		out->start_ns[r[i].id] = r[i].start_ns;
		out->finish_ns[r[i].id] = r[i].finish_ns;
	}
	return SJ_OK;
}

static int take_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct outcome *out = self;

	(void)err;
	if (out->node[a->job] == UINT32_MAX)
		out->node[a->job] = a->node;
	return SJ_OK;
}

static const sj_policy_ops *find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

static void simulate(struct instance *in, const char *policy, const char *args,
		     struct outcome *out)
{
	static const sj_source_ops ops = { .fill = fill, .rewind = rewind_it, .free = free_it };
	struct source source = { .base = { .ops = &ops, .scalings = in->scaling,
					   .scaling_count = in->jobs }, .in = in };
	sj_sink sink = { .self = out, .jobs = take_jobs, .alloc = take_alloc };
	sj_run_config config = { .cluster = in->cluster, .source = &source.base, .seed = 1,
				 .policy = find(policy), .policy_args = args, .check = true,
				 .overrun = SJ_OVERRUN_EXTEND, .find_policy = find,
				 .sinks = &sink, .sink_count = 1 };
	sj_error err = { 0 };
	sj_run *run = NULL;
	int rc;

	for (uint32_t i = 0; i < JOBS; i++) {
		out->start_ns[i] = out->finish_ns[i] = -1;
		out->node[i] = UINT32_MAX;
	}
	rc = sj_run_create(&config, &run, &err);
	if (rc == SJ_OK)
		rc = sj_run_advance(run, 0, &err);
	CHECK(rc == SJ_OK, "%s: %s", policy, err.text);
	sj_run_free(run);
}

/* Jobs of 60 s at rate 1, on nodes where they take 1 to 20 s. */
static void draw(gsl_rng *rng, struct instance *in)
{
	memset(in, 0, sizeof(*in));
	in->jobs = 1 + (uint32_t)gsl_rng_uniform_int(rng, JOBS);
	in->nodes = 1 + (uint32_t)gsl_rng_uniform_int(rng, NODES);
	for (uint32_t k = 0; k < in->nodes; k++)
		in->type[k] = (sj_node_type){ .count = 1, .cores = 1 };
	in->cluster = (sj_cluster){ .type_count = in->nodes, .types = in->type };
	for (uint32_t j = 0; j < in->jobs; j++) {
		sj_job_clear(&in->job[j]);
		in->job[j].id = j;
		in->job[j].task.work_ns = in->job[j].task.estimate_ns = 60 * SJ_NS_PER_S;
		in->job[j].task.ranks = in->job[j].task.cores = 1;
		in->job[j].task.scaling = j + 1;
		for (uint32_t k = 0; k < in->nodes; k++)
			in->rate[j][k] = 60.0 / (1 + (double)gsl_rng_uniform_int(rng, 20));
		in->scaling[j] = (sj_scaling){ .kind = SJ_SPEEDUP_LINEAR, .apart = 1,
					       .node_count = in->nodes,
					       .node_rate = in->rate[j] };
	}
}

static double seconds(const struct instance *in, uint32_t j, uint32_t k)
{
	return 60 / in->rate[j][k];
}

/* ---- pairs ---------------------------------------------------------------------------------- */

/* The cheapest way to pair jobs from j on, `left` of them, with nodes that are not taken. */
static double cheapest(const struct instance *in, uint32_t j, uint32_t taken, uint32_t left)
{
	double best = left == 0 ? 0 : INFINITY;

	if (j == in->jobs || left == 0)
		return best;
	best = cheapest(in, j + 1, taken, left);
	for (uint32_t k = 0; k < in->nodes; k++)
		if ((taken >> k & 1) == 0)
			best = fmin(best, seconds(in, j, k) +
					  cheapest(in, j + 1, taken | 1u << k, left - 1));
	return best;
}

TEST(pairs_are_the_cheapest)
{
	static const char *const policy[] = { "hungarian", "transport" };
	gsl_rng *rng = sj_rng_create(1, "test.programs", 0);
	static struct instance in;

	for (int seed = 0; seed < 200; seed++) {
		uint32_t most;

		draw(rng, &in);
		most = in.jobs < in.nodes ? in.jobs : in.nodes;
		for (int p = 0; p < 2; p++) {
			struct outcome out;
			double total = 0, want = cheapest(&in, 0, 0, most);
			uint32_t pairs = 0;

			simulate(&in, policy[p], NULL, &out);
			for (uint32_t j = 0; j < in.jobs; j++)
				if (out.start_ns[j] == 0) {
					pairs++;
					total += seconds(&in, j, out.node[j]);
				}
			CHECK(pairs == most && fabs(total - want) < 1e-6, "%s, seed %d: %g s for %u, "
			      "%g s for %u is best", policy[p], seed, total, pairs, want, most);
		}
	}
	gsl_rng_free(rng);
}

/* ---- makespans -------------------------------------------------------------------------------- */

static double makespan(const struct instance *in, const struct outcome *out)
{
	double last = 0;

	for (uint32_t j = 0; j < in->jobs; j++)
		last = fmax(last, (double)out->finish_ns[j] / 1e9);
	return last;
}

static double shortest(const struct instance *in)
{
	uint32_t all = 1;
	double best = INFINITY;

	for (uint32_t j = 0; j < in->jobs; j++)
		all *= in->nodes;
	for (uint32_t code = 0; code < all; code++) {
		double load[NODES] = { 0 }, most = 0;
		uint32_t rest = code;

		for (uint32_t j = 0; j < in->jobs; j++, rest /= in->nodes)
			load[rest % in->nodes] += seconds(in, j, rest % in->nodes);
		for (uint32_t k = 0; k < in->nodes; k++)
			most = fmax(most, load[k]);
		best = fmin(best, most);
	}
	return best;
}

TEST(lst_ends_by_twice_the_optimum)
{
	gsl_rng *rng = sj_rng_create(1, "test.programs", 1);
	static struct instance in;
	int above = 0;

	for (int seed = 0; seed < 200; seed++) {
		struct outcome out;
		double got, best;

		draw(rng, &in);
		simulate(&in, "lst", NULL, &out);
		got = makespan(&in, &out);
		best = shortest(&in);
		CHECK(got > best - 1e-6 && got < 2 * best + 1e-6, "seed %d: %g s, %g s is best", seed,
		      got, best);
		above += got > best + 1e-6;
	}
	CHECK(above > 10 && above < 150, "%d of 200 are above the optimum", above);
	gsl_rng_free(rng);
}

/* min C: each job done, no job and no node busy for longer than C. */
static double preemptive(const struct instance *in)
{
	sj_lp *lp = sj_lp_create(SJ_LP_MINIMISE);
	uint32_t first, c = in->jobs * in->nodes, jobs = in->jobs;
	sj_lp_result r;

	sj_lp_add_rows(lp, 2 * jobs + in->nodes, &first);
	sj_lp_add_cols(lp, c + 1, &first);
	for (uint32_t j = 0; j < jobs; j++) {
		sj_lp_set_row(lp, j, 60, 60);
		sj_lp_set_row(lp, jobs + j, -INFINITY, 0);
		for (uint32_t k = 0; k < in->nodes; k++) {
			sj_lp_set_col(lp, j * in->nodes + k, 0, INFINITY);
			sj_lp_fill_col(lp, j * in->nodes + k, 3,
				       (uint32_t[]){ j, jobs + j, 2 * jobs + k },
				       (double[]){ in->rate[j][k], 1, 1 });
		}
	}
	for (uint32_t k = 0; k < in->nodes; k++)
		sj_lp_set_row(lp, 2 * jobs + k, -INFINITY, 0);
	sj_lp_set_col(lp, c, 0, INFINITY);
	sj_lp_set_cost(lp, c, 1);
	for (uint32_t i = jobs; i < 2 * jobs + in->nodes; i++) {
		uint32_t at[JOBS * NODES + 1], n = 0;
		double value[JOBS * NODES + 1];

		for (uint32_t x = 0; x < c; x++)
			if ((i < 2 * jobs && x / in->nodes == i - jobs) ||
			    (i >= 2 * jobs && x % in->nodes == i - 2 * jobs)) {
				at[n] = x;
				value[n++] = 1;
			}
		at[n] = c;
		value[n++] = -1;
		sj_lp_fill_row(lp, i, n, at, value);
	}
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL, "%d", r.status);
	sj_lp_free(lp);
	return r.objective;
}

TEST(gavel_comes_close_to_the_preemptive_optimum)
{
	gsl_rng *rng = sj_rng_create(1, "test.programs", 2);
	static struct instance in;
	double sum = 0;

	for (int seed = 0; seed < 60; seed++) {
		struct outcome out;
		double got, best;

		draw(rng, &in);
		simulate(&in, "gavel", "objective=makespan,round=20ms", &out);
		got = makespan(&in, &out);
		best = preemptive(&in);
		CHECK(got > best - 1e-6 && got < 1.1 * best, "seed %d: %g s, %g s is best", seed, got,
		      best);
		sum += got / best;
	}
	CHECK(sum / 60 < 1.02, "%g on average", sum / 60);
	gsl_rng_free(rng);
}

/* ---- admission ----------------------------------------------------------------------------------- */

static double worth_most(const struct instance *in, uint32_t cores)
{
	double best = 0;

	for (uint32_t set = 0; set < 1u << in->jobs; set++) {
		uint32_t need = 0;
		double worth = 0;

		for (uint32_t j = 0; j < in->jobs; j++)
			if (set >> j & 1) {
				need += in->job[j].task.cores;
				worth += in->job[j].weight;
			}
		if (need <= cores)
			best = fmax(best, worth);
	}
	return best;
}

TEST(admission_is_worth_most)
{
	gsl_rng *rng = sj_rng_create(1, "test.programs", 3);
	static struct instance in;
	int less = 0;

	for (int seed = 0; seed < 200; seed++) {
		double worth[2] = { 0 }, best;

		draw(rng, &in);
		in.cluster = (sj_cluster){ .procs = 4 + (uint32_t)gsl_rng_uniform_int(rng, 12) };
		for (uint32_t j = 0; j < in.jobs; j++) {
			in.job[j].task.cores = 1 + (uint32_t)gsl_rng_uniform_int(rng, 4);
			in.job[j].weight = (double)gsl_rng_uniform_int(rng, 10);
			in.job[j].task.scaling = 0;
		}
		best = worth_most(&in, in.cluster.procs);
		for (int exact = 0; exact < 2; exact++) {
			struct outcome out;

			simulate(&in, "lp-admission", exact ? "value=weight,exact=yes" : "value=weight",
				 &out);
			for (uint32_t j = 0; j < in.jobs; j++)
				worth[exact] += out.start_ns[j] == 0 ? in.job[j].weight : 0;
		}
		CHECK(worth[1] == best && worth[0] <= best, "seed %d: %g, rounded %g, %g is best", seed,
		      worth[1], worth[0], best);
		less += worth[0] < best;
	}
	CHECK(less > 3, "%d were worse when rounded", less);
	gsl_rng_free(rng);
}

TESTS(CASE(pairs_are_the_cheapest), CASE(lst_ends_by_twice_the_optimum),
      CASE(gavel_comes_close_to_the_preemptive_optimum), CASE(admission_is_worth_most))
