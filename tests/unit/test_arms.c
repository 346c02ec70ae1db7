/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_arms.c - policies over others: rounds and rewards worked out by hand, arms that find
 * what others have started, arms that break their contract.
 */
#include "simrun.h"

#include <math.h>

#include "sojourn/rng.h"
#include "sojourn/suppose.h"

#define S SJ_NS_PER_S
#define J(s, r, e, p) { .submit = s, .run = r, .estimate = e, .ranks = p }

enum { ROUNDS = 64 };

struct outcome {
	int      rc;
	sj_error err;
	struct sim_result sim;
	uint32_t rounds;
	sj_round round[ROUNDS];
	double   context[ROUNDS][8], score[ROUNDS][8];
	char     warning[512], first_reason[512];
	sj_run_stats stats;
};

static int on_round(void *self, const sj_round *r, sj_error *err)
{
	struct outcome *o = self;

	(void)err;
	if (o->rounds == ROUNDS)
		return SJ_OK;
	o->round[o->rounds] = *r;
	memcpy(o->context[o->rounds], r->context, r->features * sizeof(double));
	memcpy(o->score[o->rounds++], r->score, r->arms * sizeof(double));
	return SJ_OK;
}

static int on_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	return sim_jobs(&((struct outcome *)self)->sim, r, n, err);
}

static int on_decision(void *self, const sj_decision *d, sj_error *err)
{
	struct outcome *o = self;

	(void)err;
	if (d->reason != NULL && o->first_reason[0] == '\0' && d->at_ns >= 200 * S)
		snprintf(o->first_reason, sizeof(o->first_reason), "%s", d->reason);
	return SJ_OK;
}

/* ---- arms that misbehave ------------------------------------------------------------- */

struct faulty {
	int64_t passes; /* before the fault */
	int     how;
};

static int faulty_schedule(void *self, sj_ctx *cx)
{
	struct faulty *f = self;
	const sj_task *t = sj_ready_first(cx);

	if (f->passes-- > 0) {
		while (t != NULL && sj_start(cx, t, NULL) == SJ_OK)
			t = sj_ready_first(cx);
		return SJ_OK;
	}
	if (f->how == 1)
		return SJ_EINVAL;
	if (f->how == 2)
		return sj_policy_fail(cx, SJ_ENOMEM, "no memory at all");
	if (f->how == 3)
		return t != NULL ? sj_reject(cx, t) : SJ_OK;
	if (f->how == 4)
		sj_suppose_begin(cx); /* and never ended */
	return sj_timer(cx, sj_now(cx) - 1, 0);
}

static const char *const hows[] = { "past", "code", "memory", "reject", "suppose", NULL };
static const sj_param faulty_params[] = {
	{ .name = "passes", .type = SJ_P_INT, .offset = offsetof(struct faulty, passes),
	  .def = "0", .help = "Before the fault." },
	{ .name = "how", .type = SJ_P_ENUM, .offset = offsetof(struct faulty, how),
	  .def = "past", .choices = hows, .help = "Which." },
	{ .name = NULL },
};
static const sj_policy_ops faulty = {
	SJ_POLICY_HEAD, .name = "faulty", .params = faulty_params,
	.state_size = sizeof(struct faulty), .schedule = faulty_schedule,
};

static const sj_policy_ops *find(const char *name)
{
	return strcmp(name, "faulty") == 0 ? &faulty : sim_find(name);
}

/* ---- running ------------------------------------------------------------- */

static void simulate(const char *spec, const sj_cluster *cluster, const struct sim_job *job,
		     uint32_t count, bool explain, struct outcome *out)
{
	static const sj_source_ops ops = { .fill = sim_fill, .rewind = sim_rewind,
					   .free = sim_free };
	struct sim_source source = { .base.ops = &ops, .job = job, .count = count, .unit_ns = S };
	sj_sink sink = { .self = out, .jobs = on_jobs, .round = on_round,
			 .decision = explain ? on_decision : NULL };
	sj_run_config config = { .cluster = *cluster, .source = &source.base, .seed = 1,
				 .check = true, .explain = explain, .find_policy = find,
				 .sinks = &sink, .sink_count = 1,
				 .overrun = SJ_OVERRUN_EXTEND };
	sj_run *run = NULL;
	char name[64];

	memset(out, 0, sizeof(*out));
	out->rc = sj_spec_split(spec, name, sizeof(name), &config.policy_args, &out->err);
	config.policy = find(name);
	if (out->rc == SJ_OK)
		out->rc = sj_run_create(&config, &run, &out->err);
	if (out->rc == SJ_OK)
		out->rc = sj_run_advance(run, 0, &out->err);
	if (run != NULL) {
		sj_run_get_stats(run, &out->stats);
		if (sj_run_warning(run, 0) != NULL)
			snprintf(out->warning, sizeof(out->warning), "%s", sj_run_warning(run, 0));
	}
	sj_run_free(run);
}

static const sj_cluster one = { .procs = 1 }, four = { .procs = 4 };

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-12;
}

/* ---- rounds ------------------------------------------------------------- */

/* Epochs of 100 s. A, B, C under fifo: waits 0, 40, 50. D, E under lifo: 0, 0. F runs over
 * the end of the third, where G and H have waited 40 and 30. Then G and H: 90, 85. */
static const struct sim_job by_hand[] = {
	J(0, 50, 50, 1), J(10, 20, 20, 1), J(20, 40, 40, 1), J(150, 10, 10, 1),
	J(160, 10, 10, 1), J(250, 100, 100, 1), J(260, 5, 5, 1), J(270, 5, 5, 1),
	J(420, 1, 1, 1),
};
#define BY_HAND "bandit:arms=(fifo|lifo),algo=ucb1,epoch=100s,shape=linear,scale=100"

TEST(rounds_by_hand)
{
	static const struct {
		uint32_t arm, counted, waiting;
		double   cost;
		int      begin;
	} want[] = { { 0, 3, 0, 30, 0 }, { 1, 2, 0, 0, 100 }, { 1, 1, 2, 70 / 3.0, 200 },
		     { 0, 2, 0, 87.5, 300 } };
	static struct outcome o;

	simulate(BY_HAND, &one, by_hand, 9, false, &o);
	REQUIRE(o.rc == SJ_OK && o.rounds == 4, "%s, %u rounds", o.err.text, o.rounds);
	for (uint32_t i = 0; i < 4; i++) {
		const sj_round *r = &o.round[i];

		CHECK(r->round == i && r->arm == want[i].arm, "round %u: arm %u", i, r->arm);
		CHECK(r->counted == want[i].counted && r->waiting == want[i].waiting,
		      "round %u: %u and %u", i, r->counted, r->waiting);
		CHECK(near(r->cost, want[i].cost) && near(r->reward, 1 - want[i].cost / 100),
		      "round %u: %.9g, %.9g", i, r->cost, r->reward);
		CHECK(r->begin_ns == want[i].begin * S && r->end_ns == r->begin_ns + 100 * S);
		CHECK(!r->clipped && r->probability == 1);
	}
	CHECK(near(o.round[3].regret, (1 + 1 - 70 / 300.0) / 2 - 0.125));
	/* Two plays were known at the third choice. */
	CHECK(near(o.score[2][0], 0.7 + sqrt(2 * log(2))) && near(o.score[2][1], 1 + sqrt(2 * log(2))));
	/* G and H, 5 s each, wait as F ends at 350 s, when the fourth round is chosen. */
	CHECK(o.context[3][0] == 1 && near(o.context[3][1], 10 / 100.0));
	CHECK(o.context[3][2] == 1 && near(o.context[3][3], log1p(5) / log1p(604800)));
	CHECK(near(o.context[3][4], (1 + sin(2 * M_PI * 350 / 86400)) / 2));
	CHECK(o.sim.start_ns[6] == 350 * S && o.sim.start_ns[7] == 355 * S); /* fifo again */
}

TEST(rewards_have_shapes)
{
	static struct outcome o;

	simulate("bandit:arms=(fifo|lifo),epoch=100s,scale=50", &one, by_hand, 9, false, &o);
	CHECK(o.rc == SJ_OK && near(o.round[0].reward, exp(-30 / 50.0)));
	simulate("bandit:arms=(fifo|lifo),epoch=100s,scale=20,shape=linear", &one, by_hand, 9,
		 false, &o);
	CHECK(o.round[0].clipped && o.round[0].reward == 0 && !o.round[1].clipped);
	CHECK(strstr(o.warning, "above scale=20") != NULL, "%s", o.warning);
	/* (0 + 50)/50, (40 + 20)/20 and, as C runs on, (50 + 40)/40 */
	simulate("bandit:arms=(fifo|lifo),epoch=100s,reward=bsld", &one, by_hand, 9, false, &o);
	CHECK(near(o.round[0].cost, (1 + 3 + 2.25) / 3), "%.9g", o.round[0].cost);
	/* B and C start in the second half. */
	simulate("bandit:arms=(fifo|lifo),epoch=100s,warmup=0.5", &one, by_hand, 9, false, &o);
	CHECK(o.round[0].counted == 2 && near(o.round[0].cost, 45));
}

/* X runs from 0 to 250 s, with an estimate of 20. The second round, in which nothing starts
 * and Y waits from 120 to 200, is known before the first. */
TEST(rewards_that_come_late)
{
	const struct sim_job jobs[] = { J(0, 250, 20, 1), J(120, 5, 5, 1), J(230, 5, 5, 1),
					J(390, 20, 20, 1), J(450, 1, 1, 1) };
	static struct outcome o;

	simulate("bandit:arms=(fifo|lifo),epoch=100s,credit=end,reward=bsld", &one, jobs, 5, false,
		 &o);
	REQUIRE(o.rc == SJ_OK && o.rounds >= 3, "%s, %u", o.err.text, o.rounds);
	CHECK(o.round[0].round == 1 && o.round[0].arm == 1 && o.round[0].waiting == 1);
	CHECK(near(o.round[0].cost, (80 + 5) / 10.0), "%.9g", o.round[0].cost);
	CHECK(o.round[1].round == 0 && o.round[1].arm == 0 && o.round[1].cost == 1);
	CHECK(o.round[1].counted == 1 && o.round[1].begin_ns == 0 && o.round[1].end_ns == 100 * S);
	/* Told at the start it would have been (0 + 20)/20 as well, but within the round. */
	simulate("bandit:arms=(fifo|lifo),epoch=100s,reward=bsld", &one, jobs, 5, false, &o);
	CHECK(o.round[0].round == 0 && o.round[1].round == 1);
}

TEST(rounds_by_completions)
{
	static struct outcome o;

	simulate("bandit:arms=(fifo|lifo),jobs=2", &one, by_hand, 9, false, &o);
	REQUIRE(o.rc == SJ_OK && o.rounds >= 3, "%s", o.err.text);
	/* A and B have ended at 70 s; C has waited 50 s then and starts. */
	CHECK(o.round[0].end_ns == 110 * S || o.round[0].end_ns == 70 * S);
	CHECK(o.round[0].begin_ns == 0 && o.round[1].begin_ns == o.round[0].end_ns);
	for (uint32_t i = 0; i < o.rounds; i++)
		CHECK(o.round[i].counted + o.round[i].waiting > 0);
}

TEST(reasons_name_the_arm)
{
	static struct outcome o;

	simulate(BY_HAND, &one, by_hand, 9, true, &o);
	CHECK(strstr(o.first_reason, "arm 2 of 2, lifo (ucb1: score 2.177, mean reward 1 of 1 "
		     "rounds): head of the queue") == o.first_reason, "%s", o.first_reason);
	simulate("rotate:arms=(fifo|lifo),period=100s", &one, by_hand, 9, true, &o);
	CHECK(strncmp(o.first_reason, "arm ", 4) == 0 &&
	      strstr(o.first_reason, "by the clock") != NULL, "%s", o.first_reason);
}

/* ---- arms ------------------------------------------------------------- */

static void draw_jobs(struct sim_job *job, uint32_t count, uint64_t seed)
{
	gsl_rng *rng = sj_rng_create(seed, "jobs", 0);
	int at = 0;

	for (uint32_t i = 0; i < count; i++) {
		int run = (int)gsl_rng_uniform_int(rng, 40);

		at += (int)gsl_rng_uniform_int(rng, 8);
		job[i] = (struct sim_job){ .submit = at, .run = run,
			.estimate = run + 1 + (int)gsl_rng_uniform_int(rng, 20),
			.ranks = 1 + (uint32_t)gsl_rng_uniform_int(rng, 4),
			.user = 1 + (uint32_t)gsl_rng_uniform_int(rng, 3) };
	}
	gsl_rng_free(rng);
}

/* One arm: every decision is that of the arm. */
TEST(one_arm_is_the_arm)
{
	static const char *const specs[] = { "easy", "conservative", "sjf", "las", "rr",
					     "easy:pass=event", "steal", "srtf", "firstfit" };
	static struct outcome alone, o;
	struct sim_job jobs[100];
	char spec[160];

	draw_jobs(jobs, 100, 1);
	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
		simulate(specs[i], &four, jobs, 100, false, &alone);
		snprintf(spec, sizeof(spec), "bandit:arms=(%s),epoch=10s", specs[i]);
		simulate(spec, &four, jobs, 100, false, &o);
		CHECK(o.rc == SJ_OK && strcmp(alone.stats.digest, o.stats.digest) == 0, "%s: %s",
		      spec, o.err.text);
		CHECK(o.stats.clairvoyant == alone.stats.clairvoyant);
		snprintf(spec, sizeof(spec), "rotate:arms=(%s),period=10s", specs[i]);
		simulate(spec, &four, jobs, 100, false, &o);
		CHECK(o.rc == SJ_OK && strcmp(alone.stats.digest, o.stats.digest) == 0, "%s: %s",
		      spec, o.err.text);
	}
}

static bool may_be_arm(const sj_policy_ops *ops)
{
	struct outcome *o = calloc(1, sizeof(*o));
	const struct sim_job job[] = { J(0, 1, 1, 1) };
	char spec[160];
	bool ok;

	snprintf(spec, sizeof(spec), "rotate:arms=(fifo|%s)", ops->name);
	simulate(spec, &four, job, 1, false, o);
	ok = o->rc == SJ_OK;
	CHECK(ok || o->rc == SJ_EUSAGE, "%s: %s", spec, o->err.text);
	free(o);
	return ok;
}

/* Every policy of the program that may be an arm copes with what others start and stop. */
TEST(all_arms_cope_with_others)
{
	static const sj_node_type two = { .count = 2, .cores = 4 };
	static const sj_cluster nodes = { .type_count = 1, .types = &two };
	static const char *const others[] = { "fifo|las", "sjf|preempt:order=lifo", "easy|conservative" };
	static struct outcome o;
	struct sim_job jobs[100];
	uint32_t arms = 0;
	char spec[160];

	for (size_t p = 0; sj_policies[p] != NULL; p++) {
		if (!may_be_arm(sj_policies[p]))
			continue;
		arms++;
		for (uint64_t seed = 0; seed < 6; seed++) {
			draw_jobs(jobs, 100, seed);
			snprintf(spec, sizeof(spec), seed % 2 == 0 ?
				 "rotate:arms=(%s|%s),period=7s" :
				 "bandit:arms=(%s|%s),algo=(eps:eps=1),jobs=3,credit=end",
				 sj_policies[p]->name, others[seed % 3]);
			simulate(spec, seed < 3 ? &four : &nodes, jobs, 100, false, &o);
			CHECK(o.rc == SJ_OK && o.warning[0] == '\0' && o.sim.count == 100,
			      "%s, seed %d: %s%s", spec, (int)seed, o.err.text, o.warning);
		}
	}
	CHECK(arms >= 30, "%u arms", arms);
}

TEST(a_clairvoyant_arm_marks_the_run)
{
	static struct outcome o;

	simulate("bandit:arms=(easy|srtf),epoch=100s", &one, by_hand, 9, false, &o);
	CHECK(o.rc == SJ_OK && o.stats.clairvoyant, "%s", o.err.text);
	simulate("bandit:arms=(easy|srtf-est),epoch=100s", &one, by_hand, 9, false, &o);
	CHECK(o.rc == SJ_OK && !o.stats.clairvoyant, "%s", o.err.text);
}

/* ---- rounds played again ------------------------------------------------------------------- */

/* The first round of by_hand under lifo: C waits from 20 to 50, B from 10 to 90 s. With
 * slowdowns B, which runs at the end, counts with its estimate. */
TEST(what_the_other_arm_would_have_achieved)
{
	static struct outcome o;

	simulate(BY_HAND ",feedback=full", &one, by_hand, 9, false, &o);
	REQUIRE(o.rc == SJ_OK && o.rounds >= 4, "%s", o.err.text);
	CHECK(o.round[0].probability == 1 && o.round[1].probability == 0);
	CHECK(o.round[1].round == 0 && o.round[1].arm == 1 && o.round[1].counted == 3);
	CHECK(near(o.round[1].cost, 110 / 3.0), "%.9g", o.round[1].cost);
	/* The best so far is fifo, whose 30 s are 0.7; lifo misses 0.0667 of it. */
	CHECK(near(o.round[1].regret, 0.7 - (1 - 110 / 300.0)));
	simulate("bandit:arms=(fifo|lifo),epoch=100s,reward=bsld,feedback=full", &one, by_hand, 9,
		 false, &o);
	CHECK(near(o.round[1].cost, (1 + (30 + 40) / 40.0 + (80 + 20) / 20.0) / 3), "%.9g",
	      o.round[1].cost);
}

/* Played again under the same policy a round is what it was: the same starts, the same cost,
 * from whatever queue and machine it began with. */
TEST(a_round_played_again_is_the_same)
{
	static const char *const specs[] = { "fifo", "easy", "easy:order=sjf", "easy:order=wfp3",
					     "firstfit", "conservative", "lifo", "saf" };
	static struct outcome o;
	struct sim_job jobs[100];
	char spec[200];
	uint32_t compared = 0;

	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
		for (uint64_t seed = 0; seed < 8; seed++) {
			draw_jobs(jobs, 100, seed);
			snprintf(spec, sizeof(spec), "bandit:arms=(%s|%s),epoch=%ds,reward=%s,"
				 "feedback=full,warmup=%s", specs[i], specs[i], 30 + (int)seed * 7,
				 seed % 2 != 0 ? "bsld" : "wait", seed % 3 != 0 ? "0" : "0.3");
			simulate(spec, &four, jobs, 100, false, &o);
			CHECK(o.rc == SJ_OK && o.warning[0] == '\0', "%s: %s%s", spec, o.err.text,
			      o.warning);
			for (uint32_t k = 0; k + 1 < o.rounds; k += 2, compared++) {
				const sj_round *r = &o.round[k], *again = &o.round[k + 1];

				CHECK(r->round == again->round && r->arm != again->arm, "%s", spec);
				CHECK(r->counted == again->counted && r->waiting == again->waiting &&
				      fabs(r->cost - again->cost) <= 1e-9 * (1 + r->cost),
				      "%s, round %u: %u and %u of %.9g, again %u and %u of %.9g",
				      spec, r->round, r->counted, r->waiting, r->cost,
				      again->counted, again->waiting, again->cost);
			}
		}
	CHECK(compared > 200, "%u", compared);
}

TEST(rounds_that_cannot_be_played_again)
{
	static const sj_node_type type = { .count = 2, .cores = 4 };
	static const sj_cluster nodes = { .type_count = 1, .types = &type };
	static struct outcome o;

	simulate("bandit:feedback=full,credit=end", &one, by_hand, 9, false, &o);
	CHECK(o.rc == SJ_EUSAGE && strstr(o.err.text, "credit=start") != NULL, "%s", o.err.text);
	simulate("bandit:arms=(easy|las),feedback=noisy", &one, by_hand, 9, false, &o);
	CHECK(o.rc == SJ_EUSAGE && strstr(o.err.text, "stop tasks") != NULL, "%s", o.err.text);
	simulate("bandit:feedback=full", &nodes, by_hand, 9, false, &o);
	CHECK(o.rc == SJ_EUSAGE && strstr(o.err.text, "needs a pool") != NULL, "%s", o.err.text);
	/* An arm that fails only when it is played again is told of, and not heard. */
	simulate("bandit:arms=(fifo|faulty:how=memory,passes=1),epoch=100s,feedback=full", &one,
		 by_hand, 9, false, &o);
	CHECK(strstr(o.warning, "round 1 cannot be played again by arm 2") != NULL, "%s",
	      o.warning);
}

/* ---- faults ------------------------------------------------------------- */

TEST(an_arm_that_fails_is_retired)
{
	static const struct {
		const char *spec, *says;
	} row[] = {
		{ "rotate:arms=(faulty|fifo),period=100s",
		  "arm 1, faulty, is retired: policy rotate: timer for -1e-09 s set at 0 s" },
		{ "rotate:arms=(fifo|faulty:how=code),period=100s",
		  "arm 2, faulty:how=code, is retired: it returned -4 at" },
		{ "rotate:arms=(faulty:how=suppose|fifo),period=100s", "arm 1, faulty:how=suppose" },
		{ "bandit:arms=(fifo|faulty:passes=1),epoch=100s", "arm 2, faulty:passes=1" },
		{ "bandit:arms=(fifo|faulty:how=reject,passes=2),epoch=100s", "would not hear" },
	};
	static struct outcome o, fifo;

	simulate("fifo", &one, by_hand, 9, false, &fifo);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		simulate(row[i].spec, &one, by_hand, 9, false, &o);
		CHECK(o.rc == SJ_OK && o.sim.count == 9, "%s: %s", row[i].spec, o.err.text);
		CHECK(strstr(o.warning, row[i].says) != NULL, "%s: %s", row[i].spec, o.warning);
		CHECK(strcmp(o.stats.digest, fifo.stats.digest) == 0);
	}
	/* Its rounds have reward 0. */
	simulate("bandit:arms=(faulty|fifo),epoch=100s", &one, by_hand, 9, false, &o);
	CHECK(o.rounds > 1 && o.round[0].arm == 0 && o.round[0].reward == 0);
	CHECK(o.round[1].arm == 1 && o.round[1].reward > 0);
}

TEST(faults_that_end_the_run)
{
	static struct outcome o;

	simulate("rotate:arms=(faulty|faulty),period=100s", &one, by_hand, 9, false, &o);
	CHECK(o.rc == SJ_EPOLICY && strstr(o.err.text, "in the past") != NULL, "%s", o.err.text);
	simulate("rotate:arms=(faulty:how=memory|fifo),period=100s", &one, by_hand, 9, false, &o);
	CHECK(o.rc == SJ_ENOMEM && o.warning[0] == '\0', "%s", o.err.text);
}

TEST(arms_that_are_refused)
{
	static const struct {
		const char *spec, *says;
	} row[] = {
		{ "bandit:arms=(easy|bandit)", "bandit has arms itself" },
		{ "rotate:arms=(easy|bandit:arms=fifo)", "bandit:arms=fifo has arms itself" },
		{ "bandit:arms=(speculate:base=rotate)", "a part of an arm has arms itself" },
		{ "bandit:arms=(easy||sjf)", "arm 2 is empty" },
		{ "bandit:arms=(easy|nosuch)", "no policy \"nosuch\"" },
		{ "bandit:arms=(easy|easy:order=nosuch)", "nosuch" },
		{ "bandit:arms=(easy|ps)", "ps shares processors in time" },
		{ "bandit:arms=(easy|steal)", "keeps books of its nodes" },
		{ "bandit:arms=(easy|replicate)", "makes second copies" },
		{ "bandit:arms=(easy|pyss-fcfs)", "drops jobs" },
		{ "bandit:arms=(easy|easy:pass=event)", "make their passes at different news" },
		{ "bandit:algo=ucb2", "did you mean \"ucb1\"" },
		{ "bandit:algo=(eps:eps=2)", "outside 0 .. 1" },
		{ "bandit:jobs=10,warmup=0.5", "warmup" },
		{ "rotate:period=0s", "period" },
	};
	static struct outcome o;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		simulate(row[i].spec, &one, by_hand, 9, false, &o);
		CHECK(o.rc == SJ_EUSAGE, "%s: %d", row[i].spec, o.rc);
		CHECK(strstr(o.err.text, row[i].says) != NULL, "%s: %s", row[i].spec, o.err.text);
	}
}

TESTS(CASE(rounds_by_hand), CASE(rewards_have_shapes), CASE(rewards_that_come_late),
      CASE(rounds_by_completions), CASE(reasons_name_the_arm), CASE(one_arm_is_the_arm),
      CASE(all_arms_cope_with_others), CASE(a_clairvoyant_arm_marks_the_run),
      CASE(what_the_other_arm_would_have_achieved), CASE(a_round_played_again_is_the_same),
      CASE(rounds_that_cannot_be_played_again), CASE(an_arm_that_fails_is_retired), CASE(faults_that_end_the_run),
      CASE(arms_that_are_refused))
