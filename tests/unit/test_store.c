/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_store.c - results.db: what goes in comes out, and nothing half-written stays. */
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/recorded.h"
#include "store/store.h"
#include "store/story.h"
#include "test.h"

#define S SJ_NS_PER_S

static char dir[] = "/tmp/sojourn-store-XXXXXX";
static char path[64];

static void remove_dir(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	if (system(command) != 0)
		fprintf(stderr, "%s remains\n", dir);
}

/* A fresh name in a folder of our own. */
static const char *fresh(const char *name)
{
	static bool made;

	if (!made && (mkdtemp(dir) == NULL || atexit(remove_dir) != 0))
		abort();
	made = true;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
	return path;
}

static bool is_there(const char *tail)
{
	char name[96];
	struct stat sb;

	snprintf(name, sizeof(name), "%s%s", path, tail);
	return stat(name, &sb) == 0;
}

static uint32_t begin(struct store *st)
{
	static const struct store_param params[] = { { "key", "value" }, { NULL, NULL } };
	const struct store_run r = {
		.workload = "w.swf", .cluster = "procs=8", .policy = "fifo", .clock = "event",
		.overrun = "kill", .estimates = "request", .command = "sojourn run",
		.seed = 42, .job_limit = 0, .procs = 8, .param = params,
	};
	sj_error err = { 0 };
	uint32_t run = 0;

	CHECK(store_run_begin(st, &r, &run, &err) == SJ_OK, "%s", err.text);
	return run;
}

static void end(struct store *st, const char *status)
{
	sj_run_stats stats = { .events = 6, .digest = "abc", .jobs_done = 3 };
	sj_metrics metrics;
	sj_error err = { 0 };

	for (int i = 0; i < SJ_METRIC_COUNT; i++)
		metrics.value[i] = i == SJ_M_JAIN ? NAN : i + 0.1;
	CHECK(store_run_end(st, &(struct store_result){ .status = status, .error = "",
			    .stats = &stats, .metrics = &metrics }, &err) == SJ_OK, "%s",
	      err.text);
}

static int64_t number(struct store *st, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t n = INT64_MIN;

	if (sqlite3_prepare_v2(store_db(st), sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	else
		printf("%s: %s\n", sql, sqlite3_errmsg(store_db(st)));
	sqlite3_finalize(s);
	return n;
}

/* Submitted at 10 seq, waits seq, runs 100, estimate 100 + seq. */
static sj_job_record record(uint64_t seq)
{
	sj_time submit = (sj_time)seq * 10 * S;

	return (sj_job_record){ .seq = seq, .id = (int64_t)seq + 1, .submit_ns = submit,
				.start_ns = submit + (sj_time)seq * S,
				.finish_ns = submit + (sj_time)(seq + 100) * S,
				.estimate_ns = (sj_time)(100 + seq) * S,
				.work_ns = 100 * S, .busy_ns = 100 * S,
				.procs = 1 + (uint32_t)seq % 8 };
}

TEST(jobs_come_back)
{
	struct store *st = NULL;
	sj_error err = { 0 };
	sj_job_record r[3] = { record(0), record(1), record(2) };

	r[1].id = 77;               /* not seq + 1 */
	r[1].user = 5;
	r[1].outcome = SJ_KILLED;
	r[2].start_ns = r[2].finish_ns = SJ_NEVER;
	r[2].outcome = SJ_REJECTED;
	REQUIRE(store_create(fresh("a.db"), &st, &err) == SJ_OK, "%s", err.text);
	CHECK(begin(st) == 1);
	CHECK(store_jobs(st, r, 3, &err) == SJ_OK, "%s", err.text);
	end(st, "complete");
	CHECK(number(st, "SELECT id FROM job WHERE trace_id = 77") == (INT64_C(1) << 32) + 1);
	CHECK(number(st, "SELECT count(*) FROM job WHERE trace_id IS NULL") == 2);
	/* 100 s of run and of estimate: stored once. */
	CHECK(number(st, "SELECT estimate_ns IS NULL FROM job WHERE id = 1 << 32") == 1);
	CHECK(number(st, "SELECT wait_ns IS NULL AND run_ns IS NULL AND estimate_ns = 102000000000"
			 " FROM job WHERE outcome = 2") == 1);
	CHECK(number(st, "SELECT starting_time = 11 AND finish_time = 111 AND waiting_time = 1"
			 " AND requested_time = 101 AND user_id = 5 AND final_state ="
			 " 'COMPLETED_WALLTIME_REACHED' FROM v_jobs WHERE job_id = 77") == 1);
	CHECK(number(st, "SELECT starting_time IS NULL FROM v_jobs WHERE job_id = 3") == 1);
	CHECK(number(st, "SELECT status = 'complete' AND jobs = 3 AND events = 6 AND digest ="
			 " 'abc' AND seed = 42 AND length(started_utc) = 20 FROM run") == 1);
	CHECK(number(st, "SELECT value = 'value' FROM param WHERE key = 'key'") == 1);
	CHECK(number(st, "SELECT value IS NULL FROM metric WHERE name = 'jain'") == 1);
	CHECK(number(st, "SELECT count(*) FROM metric") == SJ_METRIC_COUNT);
	store_close(st);
}

/* Stopped twice on its way: 100 s executed in 140 s from start to finish. */
TEST(pauses_are_not_work)
{
	struct store *st = NULL;
	sj_error err = { 0 };
	sj_job_record r[2] = { record(0), record(1) };

	r[1].finish_ns += 40 * S;
	r[1].preemptions = 2;
	REQUIRE(store_create(fresh("p.db"), &st, &err) == SJ_OK, "%s", err.text);
	begin(st);
	CHECK(store_jobs(st, r, 2, &err) == SJ_OK, "%s", err.text);
	end(st, "complete");
	CHECK(number(st, "SELECT count(*) FROM busy") == 1);
	CHECK(number(st, "SELECT busy_ns = 100000000000 AND run_ns = 140000000000"
			 " AND preemptions = 2 FROM v_job_ns WHERE id = (1 << 32) + 1") == 1);
	CHECK(number(st, "SELECT busy_ns = run_ns AND preemptions = 0 FROM v_job_ns"
			 " WHERE id = 1 << 32") == 1);
	store_close(st);
}

/* More rows than batches and statements hold, and more users than one byte counts. */
TEST(many_jobs_and_users)
{
	enum { N = 5003, USERS = 700 };
	struct store *st = NULL;
	sj_error err = { 0 };

	REQUIRE(store_create(fresh("b.db"), &st, &err) == SJ_OK, "%s", err.text);
	begin(st);
	for (uint64_t i = 0; i < N; i++) {
		sj_job_record r = record(i);

		r.user = 1 + (uint32_t)(i % USERS);
		r.queue = 1;
		REQUIRE(store_jobs(st, &r, 1, &err) == SJ_OK, "%s", err.text);
	}
	end(st, "complete");
	CHECK(number(st, "SELECT count(*) FROM job") == N);
	CHECK(number(st, "SELECT count(*) FROM who") == USERS);
	CHECK(number(st, "SELECT sum(id < 0) FROM who") == 128);
	CHECK(number(st, "SELECT count(*) FROM job j JOIN who w ON w.id = j.who"
			 " WHERE w.user_id = 1 + (j.id & 4294967295) % 700") == N);
	CHECK(number(st, "SELECT sum(wait_ns) / 1000000000 FROM job") ==
	      (int64_t)N * (N - 1) / 2);
	store_close(st);
	/* A second run of the same users finds them. */
	REQUIRE(store_create(path, &st, &err) == SJ_OK, "%s", err.text);
	CHECK(begin(st) == 2);
	sj_job_record r = record(0);
	r.user = USERS;
	r.queue = 1;
	CHECK(store_jobs(st, &r, 1, &err) == SJ_OK);
	end(st, "complete");
	CHECK(number(st, "SELECT count(*) FROM who") == USERS);
	CHECK(number(st, "SELECT user_id FROM v_jobs WHERE run = 2") == USERS);
	store_close(st);
}

TEST(one_plain_file_remains)
{
	struct store *st = NULL;
	sj_error err = { 0 };

	REQUIRE(store_create(fresh("c.db"), &st, &err) == SJ_OK, "%s", err.text);
	begin(st);
	CHECK(is_there("-wal"), "written ahead while open");
	end(st, "complete");
	CHECK(number(st, "PRAGMA page_size") == 16384);
	CHECK(number(st, "PRAGMA application_id") == 1397379150);
	store_close(st);
	CHECK(is_there("") && !is_there("-wal") && !is_there("-shm") && !is_there("-journal"));
}

TEST(an_abandoned_run_is_incomplete)
{
	struct store *st = NULL;
	sj_error err = { 0 };
	sj_job_record r = record(0);

	r.user = 9;
	REQUIRE(store_create(fresh("d.db"), &st, &err) == SJ_OK, "%s", err.text);
	begin(st);
	CHECK(store_jobs(st, &r, 1, &err) == SJ_OK);
	end(st, "complete");
	r.user = 10;
	CHECK(begin(st) == 2);
	for (int i = 0; i < 3000; i++, r.seq++)
		CHECK(store_jobs(st, &r, 1, &err) == SJ_OK);
	store_run_abandon(st);
	CHECK(number(st, "SELECT status = 'incomplete' FROM run WHERE id = 2") == 1);
	CHECK(number(st, "SELECT count(*) FROM job") == 1, "the other run is whole");
	CHECK(number(st, "SELECT count(*) FROM who") == 1);
	/* The user of the abandoned run was forgotten and is entered again. */
	CHECK(begin(st) == 3);
	r.seq = 0;
	CHECK(store_jobs(st, &r, 1, &err) == SJ_OK);
	end(st, "complete");
	CHECK(number(st, "SELECT user_id FROM v_jobs WHERE run = 3") == 10);
	store_close(st);
}

/* What a killed process leaves: a database with a row, and its log beside it. */
TEST(a_copy_taken_in_mid_run_opens)
{
	struct store *st = NULL;
	sj_error err = { 0 };
	sj_job_record r = record(0);
	char command[256];

	REQUIRE(store_create(fresh("e.db"), &st, &err) == SJ_OK, "%s", err.text);
	begin(st);
	for (int i = 0; i < 3000; i++, r.seq++)
		CHECK(store_jobs(st, &r, 1, &err) == SJ_OK);
	snprintf(command, sizeof(command), "cp %s %s/f.db && cp %s-wal %s/f.db-wal", path, dir, path,
		 dir);
	CHECK(system(command) == 0);
	store_close(st);
	snprintf(path, sizeof(path), "%s/f.db", dir);
	REQUIRE(store_open(path, &st, &err) == SJ_OK, "%s", err.text);
	CHECK(number(st, "SELECT status = 'incomplete' FROM run") == 1);
	CHECK(number(st, "SELECT count(*) FROM job") == 0);
	CHECK(number(st, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") ==
	      1);
	store_close(st);
}

TEST(what_is_not_ours_is_refused)
{
	struct store *st = NULL;
	sj_error err = { 0 };
	sqlite3 *db;
	FILE *f;

	f = fopen(fresh("g.db"), "w");
	fputs("this is a text of more than sixteen bytes\n", f);
	fclose(f);
	CHECK(store_create(path, &st, &err) == SJ_EINVAL);
	CHECK(strstr(err.text, "not a Sojourn database") != NULL, "%s", err.text);
	CHECK(is_there(""), "and left alone");
	sqlite3_open(fresh("h.db"), &db);
	sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (a)", NULL, NULL, NULL);
	sqlite3_close(db);
	CHECK(store_create(path, &st, &err) == SJ_EINVAL);
	CHECK(strstr(err.text, "another program") != NULL, "%s", err.text);
	CHECK(store_open(path, &st, &err) == SJ_EINVAL);
	sqlite3_open(path, &db);
	sqlite3_exec(db, "PRAGMA application_id = 1397379150; PRAGMA user_version = 99", NULL, NULL,
		     NULL);
	sqlite3_close(db);
	CHECK(store_create(path, &st, &err) == SJ_EINVAL);
	CHECK(strstr(err.text, "newer Sojourn") != NULL, "%s", err.text);
	CHECK(store_open("/nowhere/x.db", &st, &err) == SJ_ENOENT);
	CHECK(store_create("/nowhere/x.db", &st, &err) == SJ_ENOENT);
	CHECK(strstr(err.text, "the directory \"/nowhere\" does not exist") != NULL, "%s",
	      err.text);
}

TEST(no_run_begun_leaves_no_file)
{
	struct store *st = NULL;
	sj_error err = { 0 };

	REQUIRE(store_create(fresh("i.db"), &st, &err) == SJ_OK, "%s", err.text);
	store_close(st);
	CHECK(!is_there("") && !is_there("-wal") && !is_there("-shm"));
}

TEST(recorded_runs_tell_what_was_stored)
{
	struct recorded_run *runs = NULL;
	struct store *st = NULL;
	sj_error err = { 0 };
	sj_metrics m;
	size_t n = 0;

	REQUIRE(store_create(fresh("j.db"), &st, &err) == SJ_OK, "%s", err.text);
	begin(st);
	CHECK(store_input(st, &(struct store_input){ .role = "workload", .path = "w.swf",
			  .format = "swf", .sha256 = "feed", .dropped = "{}", .bytes = 5,
			  .jobs = 3 }, &err) == SJ_OK, "%s", err.text);
	end(st, "failed");
	begin(st);
	store_run_abandon(st);
	REQUIRE(recorded_runs(st, &runs, &n, &err) == SJ_OK, "%s", err.text);
	REQUIRE(n == 2);
	CHECK(strcmp(runs[0].status, "failed") == 0 && strcmp(runs[1].status, "incomplete") == 0);
	CHECK(runs[0].seed == 42 && runs[0].procs == 8 && runs[0].events == 6);
	CHECK(strcmp(runs[0].input_sha256, "feed") == 0 && runs[1].input_sha256[0] == '\0');
	CHECK(strcmp(runs[0].policy_as_typed, "fifo") == 0, "the spec, when nothing was typed");
	CHECK(recorded_metrics(st, 1, &m, &err) == SJ_OK);
	CHECK(m.value[SJ_M_BSLD] == SJ_M_BSLD + 0.1 && isnan(m.value[SJ_M_JAIN]));
	recorded_free(runs, n);
	store_close(st);
}

/* Eight processors. Job 1 has 6 of them 0..100; 2 (6 wide) waits for it; 3 (2 wide)
 * comes later and starts first. */
TEST(the_story_of_a_job)
{
	const sj_job_record r[3] = {
		{ .seq = 0, .id = 1, .submit_ns = 0, .start_ns = 0, .finish_ns = 100 * S,
		  .estimate_ns = 100 * S, .procs = 6 },
		{ .seq = 1, .id = 2, .submit_ns = 5 * S, .start_ns = 100 * S,
		  .finish_ns = 150 * S, .estimate_ns = 60 * S, .procs = 6 },
		{ .seq = 2, .id = 3, .submit_ns = 7 * S, .start_ns = 7 * S,
		  .finish_ns = 17 * S, .estimate_ns = 10 * S, .procs = 2 },
	};
	struct store *st = NULL;
	struct story s;
	sj_error err = { 0 };

	REQUIRE(store_create(fresh("k.db"), &st, &err) == SJ_OK, "%s", err.text);
	begin(st);
	CHECK(store_jobs(st, r, 3, &err) == SJ_OK);
	end(st, "complete");
	REQUIRE(story_read(st, 1, 2, &s, &err) == SJ_OK, "%s", err.text);
	CHECK(s.job.start_ns == 100 * S && s.job.estimate_ns == 60 * S && s.job.procs == 6);
	CHECK(s.running.count == 1 && s.running.procs == 6 && s.running.job[0].id == 1);
	CHECK(s.ahead.count == 0 && s.elders.count == 0);
	CHECK(s.overtook.count == 1 && s.overtook.job[0].id == 3);
	REQUIRE(story_read(st, 1, 3, &s, &err) == SJ_OK, "%s", err.text);
	CHECK(s.ahead.count == 1 && s.ahead.procs == 6 && s.overtook.count == 0);
	CHECK(story_read(st, 1, 4, &s, &err) == SJ_ENOENT);
	store_close(st);
}

TESTS(CASE(jobs_come_back), CASE(pauses_are_not_work), CASE(many_jobs_and_users), CASE(one_plain_file_remains),
      CASE(an_abandoned_run_is_incomplete), CASE(a_copy_taken_in_mid_run_opens),
      CASE(what_is_not_ours_is_refused), CASE(no_run_begun_leaves_no_file),
      CASE(recorded_runs_tell_what_was_stored), CASE(the_story_of_a_job))
