/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_data.c - random graphs with files on random machines: every byte is accounted for, no
 * task computes before its inputs are on its node, data that moves ahead never makes a chain
 * slower that is alone, and no job is faster than its critical path.
 */
#include <gsl/gsl_rng.h>
#include <math.h>

#include "bound_check.h"
#include "run.h"
#include "sojourn/rng.h"
#include "greedy.h"
#include "test.h"

#define S SJ_NS_PER_S

enum { SEEDS = 400, TASKS = 24, EDGES = 80, FILES = 8, READS = 40, NODES = 6, MOVES = 4000 };

struct instance {
	uint32_t     tasks, edges;
	sj_task_spec task[TASKS];
	sj_edge      edge[EDGES];
	sj_file      file[FILES];
	sj_read      read[READS];
	uint32_t     at[2 * FILES];
	sj_job_files files;
	sj_node_type type[2];
	uint32_t     nodes;
	sj_job       job;
	bool         used;
};

/* What the run handed out. */
struct seen {
	sj_job_record      job;
	sj_alloc_record    place[TASKS];
	sj_transfer_record move[MOVES];
	uint32_t           moves;
	sj_metrics         metrics;
	sj_run_stats       stats;
};

static uint32_t below(gsl_rng *r, uint32_t n)
{
	return (uint32_t)gsl_rng_uniform_int(r, n);
}

/* ---- instances ---------------------------------------------------------------------- */

/* Sizes differ by file and edge, so that a transfer tells what it carries. */
static void draw_files(struct instance *in, gsl_rng *r)
{
	sj_job_files *g = &in->files;

	*g = (sj_job_files){ .files = in->file, .reads = in->read, .at = in->at,
			     .file_count = below(r, FILES + 1) };
	for (uint32_t i = 0; i < g->file_count; i++) {
		sj_file *f = &in->file[i];

		*f = (sj_file){ .bytes = 1000003 + 17 * i, .to = SJ_FILE_STAYS,
				.at_first = g->at_count,
				.maker = below(r, 2) == 0 ? 0 : 1 + below(r, in->tasks) };
		if (f->maker != 0 && below(r, 4) == 0)
			f->to = below(r, in->nodes);
		for (uint32_t n = f->maker == 0 ? 1 + below(r, 2) : 0; n != 0; n--, f->at_count++)
			in->at[g->at_count++] = below(r, in->nodes);
	}
	for (uint32_t n = below(r, READS); n != 0 && g->file_count != 0; n--) {
		sj_read a = { below(r, in->tasks), below(r, g->file_count) };
		uint32_t maker = in->file[a.file].maker;
		bool again = false;

		for (uint32_t k = 0; k < g->read_count; k++)
			again |= in->read[k].task == a.task && in->read[k].file == a.file;
		if (again || maker > a.task || in->edges == EDGES)
			continue;
		if (maker != 0)
			in->edge[in->edges++] = (sj_edge){ maker - 1, a.task, 0 };
		in->read[g->read_count++] = a;
	}
	in->job.files = g->file_count != 0 ? g : NULL;
}

static void draw(struct instance *in, uint64_t seed, bool chain)
{
	static const double speeds[] = { 1, 1, 2, 0.5 };
	gsl_rng *r = sj_rng_create(seed, "test.data", chain);

	memset(in, 0, sizeof(*in));
	sj_job_clear(&in->job);
	in->tasks = 2 + below(r, TASKS - 2);
	for (uint32_t k = 0; k < 2; k++)
		in->type[k] = (sj_node_type){ .count = 1 + below(r, NODES / 2),
					      .cores = 1 + below(r, 2),
					      .speed = speeds[below(r, 4)],
					      .nic_bytes_per_s = 100000 * (1 + below(r, 9)),
					      .nic_latency_ns = (sj_time)below(r, 3) * S / 7 };
	in->nodes = in->type[0].count + in->type[1].count;
	for (uint32_t i = 0; i < in->tasks; i++) {
		in->task[i] = in->job.task;
		in->task[i].work_ns = (sj_time)below(r, 20) * S + below(r, 1000);
		in->task[i].estimate_ns = 1000 * S;
		if (chain || below(r, 3) == 0)
			in->task[i].node = 1 + below(r, in->nodes);
	}
	for (uint32_t i = 1; i < in->tasks; i++)
		for (uint32_t n = chain ? 1 : below(r, 3); n != 0 && in->edges < EDGES / 2; n--)
			in->edge[in->edges++] = (sj_edge){
				chain ? i - 1 : below(r, i), i,
				below(r, 4) == 0 ? 0 : 2000003 + 13 * in->edges };
	draw_files(in, r);
	in->job.id = 1;
	in->job.task_count = in->tasks;
	in->job.tasks = in->task;
	in->job.edges = in->edge;
	in->job.edge_count = in->edges;
	gsl_rng_free(r);
}

/* ---- a run ----------------------------------------------------------------------------- */

struct one_job {
	sj_source     base;
	const sj_job *job;
	bool          given;
};

static int fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct one_job *a = (struct one_job *)self;

	(void)cap;
	(void)err;
	*count = !a->given;
	if (!a->given)
		jobs[0] = *a->job;
	a->given = true;
	return *count != 0 ? SJ_OK : SJ_END;
}

static const sj_source_ops ops = { .fill = fill };

static int see_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	(void)err;
	(void)n;
	((struct seen *)self)->job = r[0];
	return SJ_OK;
}

static int see_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	(void)err;
	((struct seen *)self)->place[a->task] = *a;
	return SJ_OK;
}

static int see_transfer(void *self, const sj_transfer_record *t, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	if (s->moves < MOVES)
		s->move[s->moves++] = *t;
	return SJ_OK;
}

/* Says of every task where it will run, right for those that are pinned. */
static int guess(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		 const sj_job *graph)
{
	int rc = SJ_OK;

	(void)self;
	(void)graph;
	for (uint32_t i = 0; i < count && rc == SJ_OK; i++)
		rc = sj_stage(cx, tasks[i], tasks[i]->node != 0 ? tasks[i]->node - 1 :
			      (uint32_t)gsl_rng_uniform_int(sj_rng(cx, "guess"), sj_node_count(cx)));
	return rc;
}

static const sj_policy_ops plain = { SJ_POLICY_HEAD, .name = "plain", .schedule = greedy };
static const sj_policy_ops guesser = { SJ_POLICY_HEAD, .name = "guesser", .on_submit = guess,
				       .schedule = greedy };

static bool play(const struct instance *in, sj_run_config c, struct seen *out)
{
	static const sj_fabric_spec star = { .topology = { .kind = SJ_TOPOLOGY_STAR } };
	struct one_job src = { .base = { .ops = &ops }, .job = &in->job };
	const sj_sink sink = { .self = out, .jobs = see_jobs, .alloc = see_alloc,
			       .transfer = see_transfer };
	sj_error err = { 0 };
	sj_run *run;
	int rc;

	memset(out, 0, sizeof(*out));
	c.cluster = (sj_cluster){ .type_count = 2, .types = in->type };
	c.network = &star;
	c.source = &src.base;
	c.sinks = &sink;
	c.sink_count = 1;
	c.check = c.bounds = true;
	c.seed = 1;
	rc = sj_run_create(&c, &run, &err);
	if (rc == SJ_OK) {
		rc = sj_run_advance(run, 0, &err);
		sj_run_get_metrics(run, &out->metrics);
		bound_check(run, "data");
		sj_run_get_stats(run, &out->stats);
		sj_run_free(run);
	}
	CHECK(rc == SJ_OK, "%s", err.text);
	return rc == SJ_OK;
}

/* ---- what must hold ------------------------------------------------------------------------- */

static double speed_on(const struct instance *in, uint32_t node)
{
	return in->type[node >= in->type[0].count].speed;
}

/* When a task must have begun to compute, at the latest: it wrote nothing to another node. */
static sj_time computes(const struct instance *in, const struct seen *s, uint32_t t)
{
	sj_time end = s->place[t].to_ns;

	for (uint32_t i = 0; i < s->moves; i++)
		if (s->move[i].from_task == t && s->move[i].task == t &&
		    s->move[i].began_ns < end)
			end = s->move[i].began_ns; /* it writes */
	return end - (sj_time)ceil((double)in->task[t].work_ns / speed_on(in, s->place[t].node));
}

static bool came(const struct seen *s, uint32_t node, uint64_t bytes, sj_time before)
{
	for (uint32_t i = 0; i < s->moves; i++)
		if (s->move[i].arrived && s->move[i].to == node && s->move[i].bytes == bytes &&
		    s->move[i].ended_ns <= before)
			return true;
	return false;
}

static void check_inputs(const struct instance *in, const struct seen *s, uint64_t seed)
{
	for (uint32_t k = 0; k < in->edges; k++) {
		const sj_edge *e = &in->edge[k];
		uint32_t node = s->place[e->to].node;

		if (e->bytes != 0 && s->place[e->from].node != node)
			CHECK(came(s, node, e->bytes, computes(in, s, e->to) + 2),
			      "seed %u: task %u computes before the data of task %u came",
			      (unsigned)seed, e->to, e->from);
	}
	for (uint32_t k = 0; k < in->files.read_count; k++) {
		const sj_file *f = &in->file[in->read[k].file];
		uint32_t t = in->read[k].task, node = s->place[t].node;
		bool here = f->maker != 0 && s->place[f->maker - 1].node == node;

		for (uint32_t i = 0; i < f->at_count; i++)
			here |= in->at[f->at_first + i] == node;
		if (!here)
			CHECK(came(s, node, f->bytes, computes(in, s, t) + 2),
			      "seed %u: task %u computes before file %u came", (unsigned)seed, t,
			      in->read[k].file);
	}
}

static void check_sums(const struct seen *s, uint64_t seed)
{
	double bytes = 0, makespan = s->metrics.value[SJ_M_MAKESPAN];

	for (uint32_t i = 0; i < s->moves; i++)
		bytes += (double)s->move[i].bytes;
	CHECK(s->metrics.value[SJ_M_BYTES] == bytes, "seed %u: %g bytes moved, %g in records",
	      (unsigned)seed, s->metrics.value[SJ_M_BYTES], bytes);
	CHECK(s->metrics.value[SJ_M_CRITICAL] <= makespan, "seed %u", (unsigned)seed);
	CHECK(s->metrics.value[SJ_M_CRITICAL_DATA] <= makespan &&
	      s->metrics.value[SJ_M_CRITICAL_DATA] >= s->metrics.value[SJ_M_CRITICAL],
	      "seed %u: %.9f s, but the critical path is %.9f s, with data %.9f s",
	      (unsigned)seed, makespan, s->metrics.value[SJ_M_CRITICAL],
	      s->metrics.value[SJ_M_CRITICAL_DATA]);
	CHECK(s->metrics.value[SJ_M_SLACK] <= makespan && s->metrics.value[SJ_M_NO_SLACK] > 0,
	      "seed %u", (unsigned)seed);
}

TEST(nothing_computes_before_its_data)
{
	static struct instance in;
	static struct seen s, again;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		draw(&in, seed, false);
		for (int how = 0; how < 8 && test_failures == 0; how++) {
			const sj_run_config c = { .policy = how & 4 ? &guesser : &plain,
						  .staging = (sj_staging)(how & 1),
						  .drop_copies = (how & 2) != 0,
						  .policy_args = seed % 2 && !(how & 4) ?
								 "place=near" : NULL };

			if (!play(&in, c, &s))
				return;
			check_inputs(&in, &s, seed);
			check_sums(&s, seed);
			if (play(&in, c, &again))
				CHECK(strcmp(s.stats.digest, again.stats.digest) == 0 &&
				      s.job.finish_ns == again.job.finish_ns);
		}
	}
}

/* Pinned and alone: nothing else moves but what the chain itself needs. Files are left out,
 * as a file that comes early may share a link with one that is needed at once. */
TEST(moving_ahead_never_slows_a_chain)
{
	static struct instance in;
	static struct seen hold, ahead;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		draw(&in, seed, true);
		in.job.files = NULL;
		if (!play(&in, (sj_run_config){ .policy = &plain }, &hold) ||
		    !play(&in, (sj_run_config){ .policy = &plain,
						.staging = SJ_STAGING_PREFETCH }, &ahead))
			return;
		CHECK(ahead.job.finish_ns <= hold.job.finish_ns, "seed %u: %.9f s, not %.9f s",
		      (unsigned)seed, (double)ahead.job.finish_ns / 1e9,
		      (double)hold.job.finish_ns / 1e9);
		/* A chain that is alone is its critical path, but for the rounding of each end. */
		CHECK(hold.metrics.value[SJ_M_MAKESPAN] -
		      hold.metrics.value[SJ_M_CRITICAL_DATA] < 4e-9 * in.tasks, "seed %u: %.9f s",
		      (unsigned)seed, hold.metrics.value[SJ_M_CRITICAL_DATA]);
		CHECK(hold.metrics.value[SJ_M_CRITICAL_DATA] <=
		      hold.metrics.value[SJ_M_MAKESPAN], "seed %u", (unsigned)seed);
		CHECK(ahead.metrics.value[SJ_M_STAGING] <= hold.metrics.value[SJ_M_STAGING]);
	}
}

TESTS(CASE(nothing_computes_before_its_data), CASE(moving_ahead_never_slows_a_chain))
