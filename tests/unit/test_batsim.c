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
		{ WITH("{\"type\": \"sm\\npi\"}"),
		  "jobs[0]: profile \"p\" is of type \"sm?pi\", which is not known" },
		{ WITH("{\"type\": \"delay\", \"delay\": -1}"), "has no \"delay\" from 0" },
		{ WITH("{\"type\": \"delay\", \"delay\": 1e300}"), "has no \"delay\" from 0" },
		{ WITH("{\"type\": \"msg_par_hg\", \"cpu\": 1, \"com\": 0}"), "give speed=" },
		{ WITH("{\"type\": \"msg_par_hg\", \"cpu\": 0, \"com\": \"5\"}"), "number of bytes" },
		{ WITH("{\"type\": \"ParallelTaskHomogeneousProfile\", \"cpu\": 1, "
		  "\"generation_strategy\": \"x\"}"), "\"generation_strategy\"" },
		{ WITH("{\"type\": \"msg_par\", \"com\": [1, 2]}"), "for each pair of the job's" },
		{ WITH("{\"type\": \"msg_par\", \"cpu\": [1, 2]}"), "for each of the job's" },
		{ WITH("{\"type\": \"msg_par\", \"com\": [-1]}"), "is not one from 0" },
		{ WITH("{\"type\": \"composed\", \"seq\": []}"), "has no list \"seq\"" },
		{ WITH("{\"type\": \"composed\", \"seq\": [3]}"), "no name of a profile" },
		{ WITH("{\"type\": \"composed\", \"seq\": [\"q\"]}"), "\"q\" is not among" },
		{ WITH("{\"type\": \"composed\", \"repeat\": 0, \"seq\": [\"p\"]}"), "\"repeat\"" },
		{ WITH("{\"type\": \"composed\", \"seq\": [\"p\"]}"), "or without end" },
		{ WITH(D ", \"q\": {\"type\": \"composed\", \"repeat\": 99999, \"seq\": [\"r\"]}, "
		  "\"r\": {\"type\": \"msg_par_hg_pfs\", \"storage\": 7}"), NULL },
		{ WITH("{\"type\": \"msg_par_hg_pfs\", \"storage\": 7}"), "which storage" },
		{ WITH("{\"type\": \"data_staging\", \"nb_bytes\": 7, \"from\": \"a\"}"),
		  "which storage" },
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

		CHECK((s == NULL && err.code == SJ_EPARSE) == (cases[i].says != NULL), "case %zu", i);
		CHECK(cases[i].says == NULL || strstr(err.text, cases[i].says) != NULL,
		      "case %zu: %s", i, err.text);
		if (s != NULL)
			s->ops->free(s);
	}
}

/* ---- profiles that communicate ------------------------------------------------------------- */

#define FOUR(profiles) "{\"command\": \"x -cs 1e9\", \"jobs\": [{\"id\": 1, \"subtime\": 0, " \
	"\"res\": 4, \"profile\": \"p\"}], \"profiles\": {" profiles "}}"

static const sj_comm_phase *phases_of(const char *text, uint32_t count, sj_job *job,
				      sj_source **source)
{
	sj_job j[8];
	uint32_t n;
	sj_error err;
	sj_source *s = *source = open_text(text, j, &n, &err);

	CHECK(s != NULL && n == 1, "%s", err.text);
	if (s == NULL || n != 1)
		return NULL;
	*job = j[0];
	CHECK(j[0].task.comm == 1 && s->comm_count == 1 && s->comms[0].phase_count == count,
	      "%u phases", s->comm_count == 1 ? (unsigned)s->comms[0].phase_count : 0);
	return s->comm_count == 1 && s->comms[0].phase_count == count ? s->comms[0].phases : NULL;
}

TEST(parallel_tasks)
{
	const sj_comm_phase *h;
	sj_source *s;
	sj_job j;

	/* The slowest computes 3 s; the diagonal does not leave its processor. */
	h = phases_of(FOUR("\"p\": {\"type\": \"msg_par\", \"cpu\": [1e9, 3e9, 0, 2e9], \"com\": "
			   "[9, 5, 0, 0, 0, 9, 0, 0, 0, 0, 0, 7, 0, 0, 0, 9]}"), 1, &j, &s);
	REQUIRE(h != NULL);
	CHECK(j.task.work_ns == 3 * SJ_NS_PER_S && j.task.steps == 1 && j.task.ranks == 4);
	CHECK(h->op == SJ_COMM_PAIRS && h->overlap == 1 && h->pair_count == 2 && h->share == 1);
	CHECK(h->pairs[0].from == 0 && h->pairs[0].to == 1 && h->pairs[0].bytes == 5);
	CHECK(h->pairs[1].from == 2 && h->pairs[1].to == 3 && h->pairs[1].bytes == 7);
	s->ops->free(s);
	/* In total: a quarter of the operations, a twelfth of the bytes for each pair. */
	h = phases_of(FOUR("\"p\": {\"type\": \"msg_par_hg_tot\", \"cpu\": 8e9, \"com\": 24e6}"), 1,
		      &j, &s);
	REQUIRE(h != NULL);
	CHECK(j.task.work_ns == 2 * SJ_NS_PER_S && h->op == SJ_ALL_TO_ALL &&
	      h->way == SJ_WAY_DIRECT && h->bytes == 2e6 && h->overlap == 1);
	s->ops->free(s);
	h = phases_of(FOUR("\"p\": {\"type\": \"ParallelTaskHomogeneousProfile\", \"cpu\": 8e9, "
			   "\"com\": 24e6, \"generation_strategy\": "
			   "\"DefinedAmountsUsedForEachValue\"}"), 1, &j, &s);
	REQUIRE(h != NULL);
	CHECK(j.task.work_ns == 8 * SJ_NS_PER_S && h->bytes == 24e6);
	s->ops->free(s);
}

/* Ten times: 1 s beside 5 MB to everybody, then 3 s of which 2 s are a delay, then a file. */
TEST(sequences)
{
	sj_job j;
	sj_source *s;
	const sj_comm_phase *h = phases_of(FOUR(
		"\"p\": {\"type\": \"SequentialCompositionProfile\", \"repeat\": 10, \"seq\": "
		"[\"c\", \"twice\", \"d\", \"w\"]}, "
		"\"c\": {\"type\": \"parallel_homogeneous\", \"cpu\": 1e9, \"com\": 5e6}, "
		"\"twice\": {\"type\": \"composed\", \"nb\": 2, \"seq\": [\"d\"]}, "
		"\"d\": {\"type\": \"delay\", \"delay\": 1}, "
		"\"w\": {\"type\": \"parallel_homogeneous_pfs\", \"bytes_to_write\": 6e6, "
		"\"storage\": \"nfs\"}"), 3, &j, &s);

	REQUIRE(h != NULL);
	CHECK(j.task.work_ns == 40 * SJ_NS_PER_S && j.task.steps == 10);
	CHECK(h[0].op == SJ_ALL_TO_ALL && h[0].share == 0.25 && h[0].bytes == 5e6);
	CHECK(h[1].op == SJ_COMM_NONE && h[1].share == 0.75);
	CHECK(h[2].op == SJ_COMM_PAIRS && h[2].share == 0 && h[2].pair_count == 4);
	CHECK(h[2].pairs[3].from == 3 && h[2].pairs[3].to == SJ_AT_NAMED &&
	      h[2].pairs[3].bytes == 6e6);
	CHECK(s->info.place_count == 1 && strcmp(s->info.place[0], "nfs") == 0);
	s->ops->free(s);
	/* Delays alone are one run time. */
	{
		sj_job jobs[8];
		uint32_t n;
		sj_error err;

		s = open_text(FOUR("\"p\": {\"type\": \"composed\", \"repeat\": 3, \"seq\": [\"d\", "
				   "\"d\"]}, \"d\": {\"type\": \"delay\", \"delay\": 1.5}"), jobs, &n, &err);
		REQUIRE(s != NULL && n == 1, "%s", err.text);
		CHECK(jobs[0].task.work_ns == 9 * SJ_NS_PER_S && jobs[0].task.comm == 0 &&
		      jobs[0].task.steps == 0);
		s->ops->free(s);
	}
}

TEST(replays_are_dropped)
{
	sj_job j[8];
	uint32_t n;
	sj_error err;
	sj_source *s = open_text(FOUR("\"p\": {\"type\": \"composed\", \"seq\": [\"s\"]}, \"s\": "
				      "{\"type\": \"TraceReplayProfile\", \"trace_type\": \"SMPI\"}"), j,
				 &n, &err);

	REQUIRE(s != NULL, "%s", err.text);
	CHECK(n == 0 && s->info.dropped[SJ_DROP_REPLAY] == 1 && s->info.no_run == 1);
	CHECK(strcmp(s->info.first_drop, "jobs[0]") == 0);
	s->ops->free(s);
}

TESTS(CASE(jobs_and_profiles), CASE(ids_that_are_words), CASE(complaints), CASE(parallel_tasks),
      CASE(sequences), CASE(replays_are_dropped))
