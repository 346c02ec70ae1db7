/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_batsim.c - Batsim workloads: jobs and profiles, what is refused by name. */
#include "mem_input.h"
#include "test.h"

extern const sj_reader_ops sj_reader_batsim;

static sj_source *open_text(const char *text, sj_job *jobs, uint32_t *n, sj_error *err)
{
	sj_reader_options o = { 0 };
	struct mem_input m;
	sj_source *s = NULL;

	mem_init(&m, text, 7);
	err->text[0] = '\0';
	*n = 0;
	err->code = sj_reader_batsim.open(&m.in, &o, &s, err);
	if (err->code == SJ_OK && s->ops->fill(s, jobs, 8, n, err) != SJ_OK)
		*n = 0;
	return s;
}

TEST(jobs_and_profiles)
{
	sj_job j[8];
	uint32_t n;
	sj_error err;
	sj_source *s = open_text(
		"{\"command\": \"convert -x -cs 100e6\", \"nb_res\": 8,\n\"jobs\": [\n"
		"{\"id\": \"w0!7\", \"subtime\": 28763768.1, \"walltime\": 60, \"res\": 4, "
		"\"profile\": \"d\"},\n"
		"{\"id\": 3, \"subtime\": 1, \"walltime\": -1, \"res\": 8, \"profile\": \"c\", "
		"\"extra\": {}},\n"
		"{\"id\": 4, \"subtime\": 1, \"res\": 9, \"profile\": \"c\"},\n"
		"{\"id\": 5, \"subtime\": 2, \"res\": 0, \"profile\": \"d\"}],\n"
		"\"profiles\": {\"d\": {\"type\": \"delay\", \"delay\": 20.2},\n"
		"\"c\": {\"type\": \"msg_par_hg\", \"cpu\": 347800000000.0, \"com\": 0.0},\n"
		"\"unused\": {\"type\": \"smpi\"}}}\n", j, &n, &err);

	REQUIRE(s != NULL, "%s", err.text);
	REQUIRE(n == 2);
	CHECK(s->info.max_procs == 8 && s->info.records == 4 && s->info.unsorted == 1);
	CHECK(s->info.dropped[SJ_DROP_WIDE] == 1 && s->info.dropped[SJ_DROP_PROCS] == 1);
	CHECK(strcmp(s->info.first_drop, "jobs[2]: processors 9") == 0, "%s", s->info.first_drop);
	CHECK(j[0].id == 3 && j[0].task.work_ns == 3478 * SJ_NS_PER_S, "computed");
	CHECK(j[0].task.estimate_ns == j[0].task.work_ns && j[0].task.ranks == 8);
	CHECK(j[1].id == 7 && j[1].submit_ns == 28763768100000000, "exact tenths");
	CHECK(j[1].task.work_ns == 20200000000 && j[1].task.estimate_ns == 60 * SJ_NS_PER_S);
	s->ops->free(s);
}

TEST(ids_that_are_words)
{
	sj_job j[8];
	uint32_t n;
	sj_error err;
	sj_source *s = open_text(
		"{\"jobs\": [{\"id\": \"first\", \"subtime\": 1, \"res\": 1, \"profile\": \"d\"},"
		"{\"id\": 9, \"subtime\": 1, \"res\": 1, \"profile\": \"d\"}],"
		"\"profiles\": {\"d\": {\"type\": \"DelayProfile\", \"delay\": 0}}}", j, &n, &err);

	REQUIRE(s != NULL, "%s", err.text);
	CHECK(n == 2 && j[0].id == 0 && j[1].id == 1 && s->info.max_procs == 0);
	CHECK(s->info.zero_run == 2);
	s->ops->free(s);
}

#define JOB  "{\"id\": 1, \"subtime\": 1, \"walltime\": 9, \"res\": 1, \"profile\": \"p\"}"
#define WITH(profile) "{\"jobs\": [" JOB "], \"profiles\": {\"p\": " profile "}}"
#define D "{\"type\": \"delay\", \"delay\": 1}"
#define ONE(job) "{\"jobs\": [" job "], \"profiles\": {\"p\": " D "}}"

TEST(complaints)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "mem: the file is empty" },
		{ "{\"jobs\": [\n", "mem:2: column 0: not JSON" },
		{ "\x7f" "ELF", "not JSON" },
		{ "[]", "mem: \"jobs\": expected a list of jobs" },
		{ "{\"jobs\": []}", "there is no job in it" },
		{ "{\"jobs\": [" JOB "]}", "\"profiles\": expected an object" },
		{ "{\"nb_res\": -4, \"jobs\": [" JOB "], \"profiles\": {}}", "\"nb_res\": expected" },
		{ "{\"jobs\": [" JOB "], \"profiles\": {}}", "jobs[0]: profile \"p\" is not among" },
		{ "{\"jobs\": [" JOB "], \"jobs\": [" JOB "]}", "duplicate" },
		{ WITH("{}"), "has no \"type\"" },
		{ WITH("{\"type\": \"smpi\", \"trace\": \"a\\nb\"}"),
		  "jobs[0]: profile \"p\" is of type \"smpi\"; only delays" },
		{ WITH("{\"type\": \"delay\", \"delay\": -1}"), "has no \"delay\" from 0" },
		{ WITH("{\"type\": \"delay\", \"delay\": 1e300}"), "has no \"delay\" from 0" },
		{ WITH("{\"type\": \"msg_par_hg\", \"cpu\": 1, \"com\": 0}"), "no -cs" },
		{ WITH("{\"type\": \"msg_par_hg\", \"cpu\": 1, \"com\": 5}"), "sends data" },
		{ WITH("{\"type\": \"ParallelTaskHomogeneousProfile\", \"cpu\": 1, "
		  "\"generation_strategy\": \"x\"}"), "\"generation_strategy\"" },
		{ ONE("7"), "jobs[0]: expected an object" },
		{ ONE("{\"subtime\": 1, \"res\": 1.5, \"profile\": \"p\"}"), "jobs[0]: \"res\": expected" },
		{ ONE("{\"subtime\": 1, \"res\": 1}"), "jobs[0]: \"profile\": expected" },
		{ ONE(JOB ", {\"subtime\": -1, \"res\": 1, \"profile\": \"p\"}"),
		  "jobs[1]: \"subtime\": expected a number of seconds" },
		{ ONE("{\"subtime\": \"1\", \"res\": 1, \"profile\": \"p\"}"), "\"subtime\": expected" },
		{ ONE("{\"subtime\": 1, \"walltime\": 1e30, \"res\": 1, \"profile\": \"p\"}"),
		  "\"walltime\": expected" },
		{ ONE("{\"subtime\": 1e999, \"res\": 1, \"profile\": \"p\"}"), "not JSON" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_job j[8];
		uint32_t n;
		sj_error err;
		sj_source *s = open_text(cases[i].text, j, &n, &err);

		CHECK(s == NULL && err.code == SJ_EPARSE, "case %zu", i);
		CHECK(strstr(err.text, cases[i].says) != NULL, "case %zu: %s", i, err.text);
		if (s != NULL)
			s->ops->free(s);
	}
}

TESTS(CASE(jobs_and_profiles), CASE(ids_that_are_words), CASE(complaints))
