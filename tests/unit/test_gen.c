/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_gen.c - generators: repeatable, independent streams, rates and loads met. */
#include <math.h>

#include "input/workload.h"
#include "sojourn/scenario.h"
#include "test.h"

enum { BATCH = 100 };

static struct workload *make(const char *spec, uint64_t seed)
{
	struct workload *w = NULL;
	sj_error err = { 0 };

	CHECK(workload_open(spec, NULL, seed, &w, &err) == SJ_OK, "%s: %s", spec, err.text);
	return w;
}

static uint32_t take(struct workload *w, sj_job *jobs, uint32_t n)
{
	uint32_t total = 0, k;
	sj_error err;

	while (total < n && w->source->ops->fill(w->source, jobs + total, n - total, &k,
						 &err) == SJ_OK)
		total += k;
	return total;
}

static const char *const open_models[] = {
	"gen:lublin:n=300,estimate=users,users=20", "gen:lublin-batch:n=300",
	"gen:lublin-interactive:n=300", "gen:poisson:n=300,rate=1", "gen:heavytail:n=300",
	"gen:poisson:n=300,rate=1,amplitude=0.5,estimate=(uniform:low=1,high=3)",
	"gen:poisson:n=300,rate=1,gpus=(uniform:low=0,high=20)",
};

TEST(same_seed_same_jobs)
{
	for (size_t m = 0; m < sizeof(open_models) / sizeof(open_models[0]); m++) {
		struct workload *a = make(open_models[m], 5), *b = make(open_models[m], 5);
		struct workload *c = make(open_models[m], 6);
		static sj_job x[300], y[300];
		sj_error err;

		REQUIRE(a != NULL && b != NULL && c != NULL);
		CHECK(take(a, x, 300) == 300 && take(b, y, 7) == 7 && take(b, y + 7, 293) == 293);
		CHECK(memcmp(x, y, sizeof(x)) == 0, "%s: in other batches", open_models[m]);
		CHECK(a->source->ops->rewind(a->source, &err) == SJ_OK);
		memset(y, 0, sizeof(y));
		CHECK(take(a, y, 300) == 300 && memcmp(x, y, sizeof(x)) == 0, "%s: rewound",
		      open_models[m]);
		CHECK(take(c, y, 300) == 300 && memcmp(x, y, sizeof(x)) != 0, "%s: other seed",
		      open_models[m]);
		workload_free(a);
		workload_free(b);
		workload_free(c);
	}
}

/* Common random numbers: another law of run times leaves the arrivals alone. */
TEST(streams_are_independent)
{
	struct workload *a = make("gen:poisson:n=200,rate=1,procs=8,service=exp", 3);
	struct workload *b = make("gen:poisson:n=200,rate=1,procs=8,service=(gamma:shape=0.4,"
				  "scale=9),width=(zipf:n=8),estimate=users,users=9", 3);
	static sj_job x[200], y[200];

	REQUIRE(a != NULL && b != NULL);
	CHECK(take(a, x, 200) == 200 && take(b, y, 200) == 200);
	for (int i = 0; i < 200; i++)
		CHECK(x[i].submit_ns == y[i].submit_ns, "job %d", i);
	workload_free(a);
	workload_free(b);
}

/* Offered load of a long stream, with the slack its law needs. */
TEST(loads_are_met)
{
	static const struct {
		const char *spec;
		double      load, slack;
	} cases[] = {
		{ "gen:poisson:n=200000,load=0.7,procs=64,width=(zipf:n=64),service=(gamma:"
		  "shape=2,scale=50)", 0.7, 0.02 },
		{ "gen:poisson:n=200000,load=0.5,procs=4,classes=((rate=1,width=4)|(rate=3,"
		  "service=(exp:5)))", 0.5, 0.01 },
		{ "gen:poisson:n=200000,load=0.9,procs=10,width=(uniform:low=0,high=30)", 0.9,
		  0.01 },
		{ "gen:lublin:n=200000,load=0.8", 0.8, 0.03 },
		{ "gen:lublin-batch:n=200000,load=0.5", 0.5, 0.03 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct workload *w = make(cases[i].spec, 1);
		sj_job j[BATCH];
		double area = 0, procs;
		sj_time last = 0;
		uint32_t n;

		REQUIRE(w != NULL);
		procs = w->source->info.max_procs;
		while ((n = take(w, j, BATCH)) > 0)
			for (uint32_t k = 0; k < n; k++) {
				area += (double)j[k].task.ranks * (double)j[k].task.work_ns;
				last = j[k].submit_ns;
			}
		CHECK(fabs(area / (procs * (double)last) - cases[i].load) < cases[i].slack,
		      "%s: %g", cases[i].spec, area / (procs * (double)last));
		workload_free(w);
	}
}

/* A quarter of a GPU; one; a node of eight; twelve as two sixes; thirteen as two sevens:
 * cores and memory follow the GPUs, and the load is per GPU of the machine. */
TEST(gpus_of_jobs)
{
	static const struct {
		const char *gpus;
		uint32_t    ranks, gpu_milli, cores;
		uint64_t    mem_bytes;
	} cases[] = {
		{ "0.25", 1, 250, 3, 2500000000 }, { "0.9999", 1, 1000, 12, 10000000000 },
		{ "0", 1, 1, 1, 10000000 },        { "1.4", 1, 1000, 12, 10000000000 },
		{ "8", 1, 8000, 96, 80000000000 }, { "12", 2, 6000, 72, 60000000000 },
		{ "13", 2, 7000, 84, 70000000000 }, { "500", 13, 8000, 96, 80000000000 },
	};
	struct workload *w;
	sj_job j[BATCH];
	double held = 0;
	sj_time last = 0;
	uint32_t n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char spec[160];

		snprintf(spec, sizeof(spec), "gen:poisson:n=1,rate=1,gpus=(det:%s),"
			 "all_gpus=100,gpu_cores=12,gpu_mem=10GB", cases[i].gpus);
		w = make(spec, 1);
		REQUIRE(w != NULL && take(w, j, BATCH) == 1);
		CHECK(j[0].task.ranks == cases[i].ranks &&
		      j[0].task.gpu_milli == cases[i].gpu_milli &&
		      j[0].task.cores == cases[i].cores &&
		      j[0].task.mem_bytes == cases[i].mem_bytes,
		      "%s GPUs: %u ranks of %u thousandths, %u cores, %llu bytes", cases[i].gpus,
		      j[0].task.ranks, j[0].task.gpu_milli, j[0].task.cores,
		      (unsigned long long)j[0].task.mem_bytes);
		workload_free(w);
	}
	w = make("gen:poisson:n=200000,load=0.8,all_gpus=64,gpus=(list:values=0.3|1|4|16,"
		 "weights=4|3|2|1),service=(exp:100)", 1);
	REQUIRE(w != NULL);
	while ((n = take(w, j, BATCH)) > 0)
		for (uint32_t k = 0; k < n; k++) {
			held += (double)j[k].task.ranks * j[k].task.gpu_milli / 1000.0 *
				(double)j[k].task.work_ns;
			last = j[k].submit_ns;
		}
	CHECK(fabs(held / (64 * (double)last) - 0.8) < 0.02, "%g", held / (64 * (double)last));
	workload_free(w);
}

TEST(estimates)
{
	struct workload *w = make("gen:poisson:n=5000,rate=1,service=(exp:4000),"
				  "estimate=users", 2);
	static sj_job j[5000];
	int exact = 0;

	REQUIRE(w != NULL && take(w, j, 5000) == 5000);
	for (int i = 0; i < 5000; i++) {
		sj_time e = j[i].task.estimate_ns, run = j[i].task.work_ns;

		CHECK(e >= run && e % (300 * SJ_NS_PER_S) == 0, "job %d", i);
		CHECK(e <= 10 * run + 3600 * SJ_NS_PER_S, "job %d", i);
		exact += e - run < 300 * SJ_NS_PER_S && run > 3600 * SJ_NS_PER_S;
	}
	CHECK(exact > 0);
	workload_free(w);
}

TEST(classes_and_batches)
{
	struct workload *w = make("gen:poisson:n=30000,procs=2,arrivals=(det:2),batch=3,"
				  "classes=((rate=1,service=(det:1))|(rate=2,service=(det:5),"
				  "width=2))", 1);
	static sj_job j[30000];
	int first = 0;

	REQUIRE(w != NULL && take(w, j, 30000) == 30000);
	for (int i = 0; i < 30000; i++) {
		CHECK(j[i].submit_ns == (i / 3 + 1) * 2 * SJ_NS_PER_S, "job %d", i);
		CHECK(j[i].priority == (j[i].queue == 1 ? 2 : 1));
		CHECK(j[i].task.ranks == j[i].queue);
		CHECK(j[i].task.work_ns == (j[i].queue == 1 ? 1 : 5) * SJ_NS_PER_S);
		first += j[i].queue == 1;
	}
	CHECK(abs(first - 10000) < 4 * 82, "%d of class 1", first); /* 4 sigma */
	workload_free(w);
}

/* ---- closed loops ------------------------------------------------------------------- */

TEST(constant_depth)
{
	struct workload *w = make("gen:closed:n=12,depth=4,procs=8,gap=2s", 1);
	sj_source *s;
	sj_job j[8];
	sj_error err;
	uint32_t n;

	REQUIRE(w != NULL);
	s = w->source;
	CHECK(s->ops->fill(s, j, 8, &n, &err) == SJ_OK && n == 4 && j[3].submit_ns == 0);
	CHECK(s->ops->fill(s, j, 8, &n, &err) == SJ_AGAIN);
	s->ops->started(s, 1, 10);
	s->ops->started(s, 2, 30);
	CHECK(s->ops->fill(s, j, 8, &n, &err) == SJ_OK && n == 2);
	CHECK(j[0].submit_ns == 2 * SJ_NS_PER_S + 10 && j[1].submit_ns == 2 * SJ_NS_PER_S + 30);
	for (int i = 3; i <= 8; i++)
		s->ops->started(s, i, 40);
	CHECK(s->ops->fill(s, j, 8, &n, &err) == SJ_OK && n == 4, "never more than depth");
	for (int i = 9; i <= 12; i++)
		s->ops->started(s, i, 50);
	CHECK(s->ops->fill(s, j, 8, &n, &err) == SJ_OK && n == 2);
	CHECK(s->ops->fill(s, j, 8, &n, &err) == SJ_END);
	workload_free(w);
}

/* One user: submits, waits for the end, thinks; the times follow from the laws. */
TEST(one_user)
{
	struct workload *w = make("gen:users:users=1,think=(det:5),service=(det:2),n=3", 1);
	sj_source *s;
	sj_job j;
	sj_error err;
	uint32_t n;
	sj_time at = 5 * SJ_NS_PER_S;

	REQUIRE(w != NULL);
	s = w->source;
	for (int i = 0; i < 3; i++) {
		REQUIRE(s->ops->fill(s, &j, 1, &n, &err) == SJ_OK && n == 1);
		CHECK(j.submit_ns == at && j.task.work_ns == 2 * SJ_NS_PER_S && j.user == 1);
		s->ops->started(s, j.id, at);
		CHECK(s->ops->fill(s, &j, 1, &n, &err) == (i < 2 ? SJ_AGAIN : SJ_END));
		s->ops->finished(s, j.id, at + 2 * SJ_NS_PER_S);
		at += 7 * SJ_NS_PER_S;
	}
	workload_free(w);
}

TEST(complaints)
{
	static const struct {
		const char *spec, *says;
	} cases[] = {
		{ "gen:lubin", "did you mean \"lublin\"?" },
		{ "gen:poisson", "give rate=, load= or arrivals=" },
		{ "gen:poisson:rate=1,servce=exp", "did you mean \"service\"?" },
		{ "gen:poisson:rate=1,service=gama", "did you mean \"gamma\"?" },
		{ "gen:poisson:load=1,service=(pareto:alpha=0.9)", "finite mean" },
		{ "gen:poisson:rate=1,amplitude=0.5,arrivals=(det:1)", "Poisson arrivals" },
		{ "gen:lublin:serial=0.9,pow2=0.9", "at most 1" },
		{ "gen:lublin:ulow=6,umed=3", "ulow <= umed <= uhi" },
		{ "gen:users:users=1000000", "out of range" },
		{ "gen:poisson:rate=1,gpus=(lst:1)", "did you mean \"list\"?" },
		{ "gen:poisson:rate=1,gpus=1,gang=65", "outside 1 .. 64 GPUs" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct workload *w = NULL;
		sj_error err = { 0 };

		CHECK(workload_open(cases[i].spec, NULL, 1, &w, &err) == SJ_EUSAGE, "%s",
		      cases[i].spec);
		CHECK(strstr(err.text, cases[i].says) != NULL, "%s: %s", cases[i].spec,
		      err.text);
		workload_free(w);
	}
}

/* Each scenario, with its change and without: jobs in order, edges between its tasks, the same
 * again after a rewind. */
TEST(scenarios_are_whole)
{
	for (size_t i = 0; sj_scenarios[i] != NULL; i++) {
		for (int change = 0; change < 2; change++) {
			char spec[120];
			struct workload *w;
			static sj_job x[2000], y[2000];
			uint32_t n;
			sj_error err;

			snprintf(spec, sizeof(spec), "gen:scenario:name=%s,change=%s",
				 sj_scenarios[i]->name, change ? "yes" : "no");
			w = make(spec, 1);
			REQUIRE(w != NULL);
			n = take(w, x, 2000);
			CHECK(n > 0 && n < 2000, "%s: %u jobs", spec, n);
			CHECK(w->source->info.cluster[0] != '\0', "%s: no machine", spec);
			for (uint32_t k = 0; k < n; k++) {
				CHECK(k == 0 || x[k].submit_ns >= x[k - 1].submit_ns);
				for (uint32_t e = 0; e < x[k].edge_count; e++)
					CHECK(x[k].edges[e].from < x[k].task_count &&
					      x[k].edges[e].to < x[k].task_count &&
					      x[k].edges[e].from != x[k].edges[e].to,
					      "%s: job %u, edge %u", spec, k, e);
			}
			CHECK(w->source->ops->rewind(w->source, &err) == SJ_OK);
			CHECK(take(w, y, 2000) == n && memcmp(x, y, n * sizeof(*x)) == 0, "%s",
			      spec);
			workload_free(w);
		}
	}
}

TESTS(CASE(scenarios_are_whole), CASE(same_seed_same_jobs), CASE(streams_are_independent), CASE(loads_are_met),
      CASE(gpus_of_jobs), CASE(estimates), CASE(classes_and_batches), CASE(constant_depth), CASE(one_user),
      CASE(complaints))
