/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_jsonl.c - the native format: all of a job, defaults, complaints. */
#include "mem_input.h"
#include "test.h"

extern const sj_reader_ops sj_reader_jsonl;

static sj_source *open_text(const char *text, uint32_t procs, sj_error *err)
{
	sj_reader_options o = { .procs = procs };
	struct mem_input m;
	sj_source *s = NULL;

	mem_init(&m, text, 7);
	err->text[0] = '\0';
	err->code = sj_reader_jsonl.open(&m.in, &o, &s, err);
	return err->code == SJ_OK ? s : NULL;
}

TEST(all_of_a_job)
{
	sj_error err;
	sj_source *s = open_text(
		"{\"schema\":\"sojourn.jobs/1\",\"max_procs\":64,\"max_nodes\":8,"
		"\"unix_start_ns\":5}\n\n"
		"{\"id\":-7,\"submit_ns\":3,\"ranks\":2,\"cores\":4,\"gpu_milli\":500,"
		"\"gpu_model\":3,\"mem_bytes\":1073741824,\"runtime_ns\":9,\"estimate_ns\":8,"
		"\"ranks_min\":1,\"ranks_max\":4,\"logged_start_ns\":11,\"deadline_ns\":12,"
		"\"weight\":0.5,\"priority\":-2,\"user\":1,\"group\":2,\"queue\":3,\"app\":4,"
		"\"moldable\":true,\"malleable\":true}\n"
		"{\"submit_ns\":3,\"procs\":5,\"runtime_ns\":6}", 0, &err);
	sj_job j[3];
	uint32_t n;

	REQUIRE(s != NULL, "%s", err.text);
	CHECK(s->info.max_procs == 64 && s->info.max_nodes == 8 && s->info.unix_start_ns == 5);
	REQUIRE(s->ops->fill(s, j, 3, &n, &err) == SJ_OK && n == 2);
	CHECK(j[0].id == -7 && j[0].submit_ns == 3 && j[0].task.ranks == 2);
	CHECK(j[0].task.cores == 4 && j[0].task.gpu_milli == 500 && j[0].task.gpu_model == 3);
	CHECK(j[0].task.mem_bytes == 1073741824 && j[0].task.work_ns == 9);
	CHECK(j[0].task.estimate_ns == 8 && j[0].task.ranks_min == 1);
	CHECK(j[0].task.ranks_max == 4 && j[0].logged_start_ns == 11);
	CHECK(j[0].deadline_ns == 12 && j[0].weight == 0.5 && j[0].priority == -2);
	CHECK(j[0].user == 1 && j[0].group == 2 && j[0].queue == 3 && j[0].app == 4);
	CHECK(j[0].flags == (SJ_JOB_MOLDABLE | SJ_JOB_MALLEABLE));
	CHECK(j[1].id == 2 && j[1].task.ranks == 5 && j[1].task.cores == 1);
	CHECK(j[1].task.estimate_ns == 6 && j[1].weight == 1 && j[1].deadline_ns == SJ_NEVER);
	s->ops->free(s);
}

TEST(tasks_and_edges)
{
	sj_error err;
	sj_source *s = open_text(
		"{\"submit_ns\":9,\"tasks\":[{\"procs\":1,\"runtime_ns\":7},{\"procs\":2,"
		"\"runtime_ns\":9},{\"runtime_ns\":1}],\"edges\":[{\"from\":2,\"to\":0,"
		"\"bytes\":5},{\"from\":0,\"to\":1}]}\n"
		"{\"submit_ns\":1,\"tasks\":[{\"procs\":3,\"runtime_ns\":7}]}\n"
		"{\"submit_ns\":1,\"tasks\":[{\"procs\":1,\"runtime_ns\":7},{\"procs\":99,"
		"\"runtime_ns\":7}]}\n", 4, &err);
	sj_job j[3];
	uint32_t n;

	REQUIRE(s != NULL, "%s", err.text);
	CHECK(s->info.dropped[SJ_DROP_WIDE] == 1);
	REQUIRE(s->ops->fill(s, j, 3, &n, &err) == SJ_OK && n == 2);
	CHECK(j[0].task_count == 1 && j[0].task.ranks == 3, "sorted by submit");
	CHECK(j[1].task_count == 3 && j[1].edge_count == 2);
	CHECK(j[1].tasks[1].ranks == 2 && j[1].tasks[2].ranks == 1);
	CHECK(j[1].edges[0].from == 2 && j[1].edges[0].bytes == 5 && j[1].edges[1].to == 1);
	s->ops->free(s);
}

TEST(complaints)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "there is no job in it" },
		{ "{\"schema\":\"sojourn.jobs/2\"}\n", "mem:1: \"schema\": expected" },
		{ "{\"submit_ns\":1,\"procs\":1}\n", "\"runtime_ns\": expected the run time; the "
		  "key is missing" },
		{ "{\"procs\":1,\"runtime_ns\":1}\n", "\"submit_ns\": expected" },
		{ "\n{\"submit_ns\":1.5,\"procs\":1,\"runtime_ns\":1}\n",
		  "mem:2: \"submit_ns\": expected a whole number of nanoseconds" },
		{ "{\"submit_ns\":-1,\"procs\":1,\"runtime_ns\":1}\n", "from 0 to" },
		{ "{\"submit_ns\":1,\"procs\":0,\"runtime_ns\":1}\n", "\"procs\": expected a whole "
		  "number from 1 to 4294967295" },
		{ "{\"submit_ns\":1,\"procs\":1,\"runtme_ns\":1}\n",
		  "\"runtme_ns\" is not a key of the format; did you mean \"runtime_ns\"?" },
		{ "{\"submit_ns\":1,\"submit_ns\":1,\"procs\":1,\"runtime_ns\":1}\n", "duplicate" },
		{ "{\"submit_ns\":1,\"procs\":1,\"ranks\":1,\"runtime_ns\":1}\n", "either procs" },
		{ "{\"submit_ns\":1,\"tasks\":[]}\n", "\"tasks\": expected 1 to" },
		{ "{\"submit_ns\":1,\"procs\":1,\"tasks\":[{\"runtime_ns\":1}]}\n",
		  "\"procs\": expected this in the tasks only" },
		{ "{\"submit_ns\":1,\"tasks\":[{\"runtime_ns\":1},{\"procs\":1}]}\n",
		  "task 1: \"runtime_ns\": expected" },
		{ "{\"submit_ns\":1,\"tasks\":[{\"runtime_ns\":1},{\"runtime_ns\":1}],\"edges\":"
		  "[{\"from\":0,\"to\":2}]}\n", "edge 0: \"to\": expected two different tasks" },
		{ "{\"submit_ns\":1,\"tasks\":[{\"runtime_ns\":1},{\"runtime_ns\":1}],\"edges\":"
		  "[{\"from\":0,\"to\":1},{\"from\":1,\"to\":0}]}\n", "no circle" },
		{ "[1,2]\n", "expected an object" },
		{ "{\"submit_ns\":1,\"a\\nb\":1}\n", "\"a?b\" is not a key" },
		{ "{\"submit_ns\":1,\n", "mem:1: column" },
		{ "{\"submit_ns\":99999999999999999999,\"procs\":1,\"runtime_ns\":1}\n",
		  "not JSON: too big integer" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_error err;
		sj_source *s = open_text(cases[i].text, 0, &err);

		CHECK(s == NULL && err.code == SJ_EPARSE, "case %zu", i);
		CHECK(strstr(err.text, cases[i].says) != NULL, "case %zu: %s", i, err.text);
		if (s != NULL)
			s->ops->free(s);
	}
}

/* Whoever reads what a task writes follows it, said or not; a file is listed once a task. */
TEST(files_make_edges)
{
	sj_error err;
	sj_source *s = open_text(
		"{\"submit_ns\":0,\"tasks\":[{\"runtime_ns\":1,\"writes\":[\"x\",\"y\"]},"
		"{\"runtime_ns\":1,\"reads\":[\"x\",\"y\",\"x\"]},"
		"{\"runtime_ns\":1,\"reads\":[\"y\",\"z\"]}],"
		"\"edges\":[{\"from\":0,\"to\":1,\"bytes\":5}],"
		"\"files\":[{\"name\":\"x\",\"bytes\":10},{\"name\":\"y\",\"bytes\":20,\"to\":\"disk\"},"
		"{\"name\":\"z\",\"bytes\":30,\"at\":[4,\"storage\",\"disk\"]}]}\n", 0, &err);
	const sj_job_files *f;
	sj_job j;
	uint32_t n;

	REQUIRE(s != NULL, "%s", err.text);
	REQUIRE(s->ops->fill(s, &j, 1, &n, &err) == SJ_OK && j.files != NULL);
	f = j.files;
	CHECK(j.edge_count == 2 && j.edges[1].from == 0 && j.edges[1].to == 2 &&
	      j.edges[1].bytes == 0 && j.edges[0].bytes == 5);
	CHECK(f->file_count == 3 && f->read_count == 4 && f->at_count == 3);
	CHECK(f->files[0].maker == 1 && f->files[0].to == SJ_FILE_STAYS);
	CHECK(f->files[1].maker == 1 && f->files[1].to == SJ_AT_NAMED &&
	      strcmp(s->info.place[0], "disk") == 0);
	CHECK(f->files[2].maker == 0 && f->files[2].at_count == 3 && f->at[0] == 4 &&
	      f->at[1] == SJ_AT_STORAGE && f->at[2] == SJ_AT_NAMED);
	CHECK(strcmp(s->info.file[f->files[2].name - 1], "z") == 0);
	s->ops->free(s);
}

TESTS(CASE(all_of_a_job), CASE(tasks_and_edges), CASE(files_make_edges), CASE(complaints))
