/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_tables.c - readers of separated values: rules of each format, and complaints. */
#include "mem_input.h"
#include "test.h"

#define S(x) ((sj_time)(x) * SJ_NS_PER_S)

static const sj_reader_ops *reader(const char *name)
{
	for (size_t i = 0; sj_readers[i] != NULL; i++)
		if (strcmp(sj_readers[i]->name, name) == 0)
			return sj_readers[i];
	return NULL;
}

/* Opens `size` bytes that come in pieces of 5; up to 8 jobs in *jobs. */
static sj_source *open_bytes(const char *name, const char *text, size_t size,
			     const sj_reader_options *o, sj_job *jobs, uint32_t *n,
			     sj_error *err)
{
	struct mem_input m = { { "mem", mem_read }, text, size, 0, 5 };
	sj_source *s = NULL;

	err->text[0] = '\0';
	*n = 0;
	err->code = reader(name)->open(&m.in, o, &s, err);
	if (err->code == SJ_OK && s->ops->fill(s, jobs, 8, n, err) != SJ_OK)
		*n = 0;
	return s;
}

static sj_source *open_text(const char *name, const char *text, sj_job *jobs, uint32_t *n,
			    sj_error *err)
{
	static const sj_reader_options plain = { 0 };

	return open_bytes(name, text, strlen(text), &plain, jobs, n, err);
}

#define OPENED(name, content)                                            \
	sj_job j[8];                                                     \
	uint32_t n;                                                      \
	sj_error err;                                                    \
	sj_source *s = open_text(name, content, j, &n, &err);            \
	REQUIRE(s != NULL, "%s", err.text)

/* Columns in any order, others between them, quotes, CRLF, a byte order mark, blank
 * lines, no last line end. */
TEST(table_forms)
{
	OPENED("tiresias",
	       "\xef\xbb\xbf" "duration,\"note, \"\"odd\"\"\",submit_time,num_gpu,job_id,model_name\r\n"
	       "1.5,\"a, \"\"b\"\"\",3,2,7,vgg\r\n\r\n"
	       "\"2e1\",,1.000000001,1,8,\"bert, large\"\n"
	       "4,,2,1,9,vgg");

	REQUIRE(n == 3 && s->info.kept == 3 && s->info.records == 3 && s->info.lines == 5);
	CHECK(j[0].id == 8 && j[1].id == 9 && j[2].id == 7, "sorted by submit");
	CHECK(j[0].submit_ns == 1000000001 && j[0].task.work_ns == S(20));
	CHECK(j[2].task.work_ns == 1500000000 && j[2].task.estimate_ns == 1500000000);
	CHECK(j[2].task.ranks == 2 && j[2].task.cores == 1 && j[2].task.gpu_milli == 1000);
	CHECK(j[2].app == 1 && j[0].app == 2 && j[1].app == 1, "models by appearance");
	CHECK(s->info.unsorted == 1 && s->info.unix_start_ns == SJ_NEVER);
	CHECK(s->info.first_submit_ns == 1000000001 && s->info.last_submit_ns == S(3));
	s->ops->free(s);
}

TEST(muri_milliseconds)
{
	OPENED("muri", "job_id,num_gpu,submit_time,iterations,model_name,batch_size,duration,"
	       "interval,iteration_time\n5,8,201694000,9,dqn,128,0.5,3,509\n"
	       "6,0,1,9,dqn,128,7,3,1\n7,1,2,9,dqn,128,,3,1\n");

	REQUIRE(n == 1);
	CHECK(j[0].submit_ns == S(201694) && j[0].task.work_ns == 500000);
	CHECK(s->info.dropped[SJ_DROP_PROCS] == 1 && s->info.dropped[SJ_DROP_RUNTIME] == 1);
	CHECK(strcmp(s->info.first_drop, "line 3: processors 0") == 0, "%s", s->info.first_drop);
	s->ops->free(s);
}

/* 2017-10-09 is day 17448 of Unix time: 1507507200 s. */
TEST(pollux_dates)
{
	OPENED("pollux", "timestamp,duration,num_gpus,gpu_time,cluster\n"
	       "2017-10-09 07:01:55,66.0,4,264.0,11cb48\n"
	       "2017-10-09 00:00:00,2.0,1,2.0,6214e9\n\n");

	REQUIRE(n == 2);
	CHECK(j[0].submit_ns == S(1507507200) && j[0].id == 2 && j[0].queue == 2);
	CHECK(j[1].submit_ns == S(1507507200 + 7 * 3600 + 115) && j[1].task.ranks == 4);
	s->ops->free(s);
}

/* 2015-08-06 is day 16653 of Unix time: 1438819200 s. */
TEST(mustang_rules)
{
	OPENED("mustang", "user_ID,group_ID,submit_time,start_time,end_time,wallclock_limit,"
	       "job_status,node_count,tasks_requested\n"
	       "72,73,2015-08-06 00:00:17+00:00,2015-08-06 00:04:29+00:00,2015-08-06 00:11:52"
	       "+00:00,0 days 01:00:00.000000000,COMPLETED,1,20\n"
	       "72,73,2015-08-06 01:00:00+01:00,2015-08-06 00:00:01+00:00,2015-08-06 00:00:02"
	       "+00:00,1 days 00:00:00.5,TIMEOUT,2,\n"
	       "1,1,2015-08-06 00:00:17+00:00,,2015-08-06 00:11:52+00:00,0 days 01:00:00,"
	       "CANCELLED,30,480\n");

	REQUIRE(n == 2);
	CHECK(j[0].submit_ns == S(1438819200) && j[0].task.ranks == 48, "2 nodes of 24");
	CHECK(j[0].task.estimate_ns == S(86400) + 500000000 && j[0].id == 2);
	CHECK(j[1].task.ranks == 20 && j[1].task.work_ns == S(443));
	CHECK(j[1].logged_start_ns == S(1438819200 + 269));
	CHECK(j[1].task.estimate_ns == S(3600) && j[1].user == 72 && j[1].group == 73);
	CHECK(s->info.dropped[SJ_DROP_RUNTIME] == 1 && s->info.unix_start_ns == 0);
	s->ops->free(s);
}

/* 2025-01-05 is day 20093 of Unix time: 1736035200 s. */
TEST(sacct_rules)
{
	OPENED("sacct", "JobID|User|Account|Partition|Submit|Start|End|Elapsed|Timelimit|"
	       "AllocCPUS|ReqCPUS|State\n"
	       "100|ann|phys|batch|2025-01-05T00:00:00|2025-01-05T00:01:00|2025-01-05T02:01:00|"
	       "01:30:00|1-12:00:00|8|4|COMPLETED\n"
	       "100.batch|||||||||||COMPLETED\n"
	       "100.0|||||||||||COMPLETED\n"
	       "101_4|bob|phys|batch|2025-01-05T00:00:01|2025-01-05T00:01:00|2025-01-05T00:01:30|"
	       "00:30|UNLIMITED|0|4|FAILED\n"
	       "102_[5-9]|bob|chem|long|2025-01-05T00:00:02|Unknown|Unknown|00:00:00|10:00:00|0|"
	       "1|PENDING\n"
	       "103|ann|phys|batch|2025-01-05T00:00:03|2025-01-05T00:01:00|Unknown|5-00:00:00|"
	       "10-00:00:00|1|1|RUNNING\n"
	       "104+1|ann|chem|batch|2025-01-05T00:00:03|None|2025-01-05T00:00:09|00:00:00|"
	       "Partition_Limit|1|1|CANCELLED by 7\n");

	REQUIRE(n == 2 && s->info.records == 7);
	CHECK(j[0].id == 100 && j[0].submit_ns == S(1736035200) && j[0].task.ranks == 8);
	CHECK(j[0].task.work_ns == S(5400), "elapsed, without the time suspended");
	CHECK(j[0].task.estimate_ns == S(36 * 3600) && j[0].logged_start_ns == S(1736035260));
	CHECK(j[0].user == 1 && j[0].group == 1 && j[0].queue == 1);
	CHECK(j[1].id == 101 && j[1].task.ranks == 4 && j[1].task.work_ns == S(30));
	CHECK(j[1].task.estimate_ns == S(30) && j[1].user == 2);
	CHECK(s->info.dropped[SJ_DROP_STEP] == 2 && s->info.dropped[SJ_DROP_RUNTIME] == 3);
	s->ops->free(s);
}

TEST(openb_rules)
{
	OPENED("openb", "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,"
	       "creation_time,deletion_time,scheduled_time\n"
	       "openb-pod-0007,6001,12288,1,460,,LS,Running,10,30,12\n"
	       "openb-pod-0008,2000,1,4,1000,V100M16|V100M32,BE,Failed,11,31,11\n"
	       "openb-pod-0009,1000,1,0,0,,LS,Running,12,40,12\n"
	       "pending,1000,1,0,0,,LS,Pending,13,40,\n");

	REQUIRE(n == 3);
	CHECK(j[0].id == 7 && j[0].task.ranks == 1 && j[0].task.cores == 7, "rounded up");
	CHECK(j[0].task.gpu_milli == 460 && j[0].task.mem_bytes == UINT64_C(12288) << 20);
	CHECK(j[0].submit_ns == S(10) && j[0].task.work_ns == S(18));
	CHECK(j[0].logged_start_ns == S(12) && j[0].queue == 1 && j[1].queue == 2);
	CHECK(j[1].task.gpu_milli == 4000 && j[2].task.gpu_milli == 0);
	CHECK(s->info.dropped[SJ_DROP_RUNTIME] == 1 && s->info.no_gpu == 2);
	s->ops->free(s);
}

/* Task (5,0) is evicted, submitted again and finishes; (5,1) never starts; (6,0) has no
 * request; (7,0) runs without having been submitted; (8,0) is alive at the end. */
TEST(google_attempts)
{
	OPENED("google2011",
	       "0,,5,0,,0,ann,2,9,0.0624,0.1,0.1,0\n"
	       "0,,5,1,,0,ann,2,9,0.0625,0.1,0.1,0\n"
	       "1,2,6,0,,0,bob,0,0,,,,\n"
	       "1500000,,5,0,77,1,ann,2,9,0.0624,0.1,0.1,0\n"
	       "1600000,,6,0,77,1,bob,0,0,,,,\n"
	       "1700000,,7,0,77,1,bob,0,0,0.5,,,\n"
	       "2000000,,5,0,77,2,ann,2,9,0.0624,0.1,0.1,0\n"
	       "2000000,,5,0,77,0,ann,2,0,0,0.1,0.1,0\n"
	       "2000001,,5,0,78,1,ann,2,0,0,0.1,0.1,0\n"
	       "2100000,,6,0,77,4,bob,0,0,,,,\n"
	       "2100000,,7,0,77,4,bob,0,0,0.5,,,\n"
	       "2200000,,8,0,,0,bob,0,0,0.5,,,\n"
	       "2200000,,5,1,,8,ann,2,9,0.0625,0.1,0.1,0\n"
	       "3000001,,5,0,78,4,ann,2,0,0,0.1,0.1,0\n"
	       "3000002,,5,1,,5,ann,2,9,0.0625,0.1,0.1,0\n"
	       "9223372036854775807,,8,0,,5,bob,0,0,0.5,,,\n");

	REQUIRE(n == 2 && s->info.records == 16);
	CHECK(j[0].id == 1 && j[0].submit_ns == 0 && j[0].logged_start_ns == 1500000000);
	CHECK(j[0].task.work_ns == 500000000 && j[0].task.cores == 63, "rounded up");
	CHECK(j[0].priority == 9 && j[0].queue == 3 && j[0].user == 1 && j[0].app == 1);
	CHECK(j[1].id == 5 && j[1].submit_ns == S(2) && j[1].task.work_ns == S(1));
	CHECK(j[1].task.cores == 1, "at least 1");
	CHECK(s->info.dropped[SJ_DROP_RUNTIME] == 2 && s->info.dropped[SJ_DROP_PROCS] == 1);
	CHECK(s->info.dropped[SJ_DROP_SUBMIT] == 1 && s->info.last_submit_ns == 3000002000);
	s->ops->free(s);
}

/* Tasks come and go in an order that makes the table of those alive shrink and wrap. */
/* Half of the largest machine's cores and a quarter of its memory, each rounded up. */
TEST(google_machine)
{
	static const char text[] = "0,,1,0,,0,u,0,0,0.5,0.25,0,0\n1000000,,1,0,9,1,u,0,0,0.5,0.25,0,0\n"
				   "5000000,,1,0,9,4,u,0,0,0.5,0.25,0,0\n";
	static const sj_reader_options told = { .args = "cores=7,memory=1000000001B" };
	static const sj_reader_options wrong = { .args = "memory=lots" };
	sj_job j[8];
	uint32_t n;
	sj_error err;
	sj_source *s = open_text("google2011", text, j, &n, &err);

	REQUIRE(s != NULL && n == 1, "%s", err.text);
	CHECK(j[0].task.cores == 500 && j[0].task.mem_bytes == 0 && j[0].task.work_ns == S(4));
	s->ops->free(s);
	s = open_bytes("google2011", text, strlen(text), &told, j, &n, &err);
	REQUIRE(s != NULL && n == 1, "%s", err.text);
	CHECK(j[0].task.cores == 4 && j[0].task.mem_bytes == 250000001);
	s->ops->free(s);
	s = open_bytes("google2011", text, strlen(text), &wrong, j, &n, &err);
	CHECK(s == NULL && err.code == SJ_EUSAGE && strstr(err.text, "memory") != NULL);
}

TEST(google_many_tasks)
{
	enum { TASKS = 3000 };
	static char text[TASKS * 3 * 64];
	static const sj_reader_options plain = { 0 };
	sj_job j[8];
	uint32_t n;
	sj_error err;
	size_t at = 0;
	uint64_t total = 0;
	sj_source *s;

	for (int round = 0; round < 3; round++)
		for (int i = 0; i < TASKS; i++) {
			int task = round == 2 ? (i * 1009) % TASKS : i;
			int time = round == 2 ? 100000 + i : round * TASKS + i;

			at += (size_t)sprintf(text + at, "%d,,%d,%d,,%d,u,0,0,0.5,,,\n", time,
					      task % 7, task, round == 2 ? 4 : round);
			if (round == 2)
				total += (uint64_t)(time - (TASKS + task));
		}
	s = open_bytes("google2011", text, at, &plain, j, &n, &err);
	REQUIRE(s != NULL, "%s", err.text);
	CHECK(s->info.kept == TASKS);
	s->ops->rewind(s, &err);
	while (s->ops->fill(s, j, 8, &n, &err) == SJ_OK)
		for (uint32_t i = 0; i < n; i++)
			total -= (uint64_t)j[i].task.work_ns / 1000;
	CHECK(total == 0, "%llu us of run time differ", (unsigned long long)total);
	s->ops->free(s);
}

TEST(machine_and_limit)
{
	static const char text[] = "job_id,num_gpu,submit_time,duration\n1,4,1,1\n2,8,2,1\n"
				   "3,1,3,1\n4,1,nonsense,1\n";
	sj_reader_options o = { .procs = 4, .limit = 2 };
	sj_job j[8];
	uint32_t n;
	sj_error err;
	sj_source *s = open_bytes("tiresias", text, strlen(text), &o, j, &n, &err);

	REQUIRE(s != NULL, "%s", err.text);
	CHECK(n == 2 && j[1].id == 3 && s->info.dropped[SJ_DROP_WIDE] == 1);
	s->ops->free(s);
}

#define T "job_id,num_gpu,submit_time,duration\n"
#define SACCT "JobID|Submit|Start|End|NCPUS|Timelimit\n"

TEST(complaints)
{
	static const struct {
		const char *format, *text, *says;
	} cases[] = {
		{ "tiresias", "", "mem: there is no job in it" },
		{ "tiresias", T, "mem: there is no job in it" },
		{ "tiresias", "job_id,submit_time,duration\n", "mem:1: column \"num_gpu\" is missing" },
		{ "tiresias", "job_id,job_id\n", "mem:1: column \"job_id\" is named twice" },
		{ "tiresias", T "1,1,1\n", "mem:2: the line has 3 fields, and the first line names 4" },
		{ "tiresias", T "1,1,1,1,1\n", "mem:2: the line has 5 fields" },
		{ "tiresias", T "\n1,1,nan,1\n", "mem:3: field 3 (submit_time): \"nan\" is not a "
		  "number of seconds" },
		{ "tiresias", T "1,1,0x10,1\n", "is not a number of seconds" },
		{ "tiresias", T "1,1,1,1e99\n", "field 4 (duration): \"1e99\" is out of range" },
		{ "tiresias", T "1,1,1,4000000001\n", "is out of range" },
		{ "tiresias", T "1,4294967296,1,1\n", "field 2 (num_gpu): \"4294967296\" is out of" },
		{ "tiresias", T "1,99999999999999999999999,1,1\n", "is out of range" },
		{ "tiresias", T "1,1.5,1,1\n", "field 2 (num_gpu): \"1.5\" is not a whole number" },
		{ "tiresias", T "1,\"1,1,1\n", "a quote does not close" },
		{ "tiresias", T "1,\"1\"x,1,1\n", "a quote does not close" },
		{ "tiresias", T "1,1,\x01\x1b[31m,1\n", "field 3 (submit_time): \"??[31m\" is not" },
		{ "pollux", "timestamp,duration,num_gpus\n2017-02-29 00:00:00,1,1\n",
		  "field 1 (timestamp): \"2017-02-29 00:00:00\" is not a date and time" },
		{ "pollux", "timestamp,duration,num_gpus\n2017-10-09,1,1\n", "is not a date" },
		{ "pollux", "timestamp,duration,num_gpus\n9999-10-09 00:00:00,1,1\n",
		  "is out of range" },
		{ "sacct", "JobID|Submit|Start|End\n1|||\n", "no column tells the processors" },
		{ "sacct", SACCT "abc|||||\n", "field 1 (JobID): \"abc\" is not the number of a job" },
		{ "sacct", SACCT "1||||1|12\n", "field 6 (Timelimit): \"12\" is not a span of time" },
		{ "sacct", SACCT "1||||1|99999999999-00:00:00\n", "is not a span of time" },
		{ "sacct", SACCT "1||||1|999999999-00:00:00\n", "is out of range" },
		{ "google2011", "0,,1,0,,9,u,0,0,0.5,,,\n", "field 6 (event type): \"9\" is not a type" },
		{ "google2011", "0,,1,0,,0,u,0,0,1.5,,,\n", "field 10 (CPU request): \"1.5\" is not" },
		{ "google2011", "0,,x,0,,0,u,0,0,0.5,,,\n", "field 3 (job ID): \"x\" is not" },
		{ "google2011", ",,1,0,,0,u,0,0,0.5,,,\n", "field 1 (time): \"\" is not" },
		{ "google2011", "0,,1,0\n", "mem:1: the line has 4 fields, and the format 13" },
		{ "openb", "name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time,"
		  "scheduled_time\np,1,1,1,1001,0,1,0\n", "field 5 (gpu_milli): \"1001\" is not a "
		  "share of one GPU" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_job j[8];
		uint32_t n;
		sj_error err;
		sj_source *s = open_text(cases[i].format, cases[i].text, j, &n, &err);

		CHECK(s == NULL && err.code == SJ_EPARSE, "case %zu", i);
		CHECK(strstr(err.text, cases[i].says) != NULL, "case %zu: %s", i, err.text);
		if (s != NULL)
			s->ops->free(s);
	}
}

TEST(binary)
{
	static const char text[] = T "1,1,\0,1\n";
	static const sj_reader_options plain = { 0 };
	sj_job j[8];
	uint32_t n;
	sj_error err;

	CHECK(open_bytes("tiresias", text, sizeof(text) - 1, &plain, j, &n, &err) == NULL);
	CHECK(strstr(err.text, "mem:2: there is a byte 0 in it") != NULL, "%s", err.text);
}

/* The first bytes of a file of each format: one reader is sure, the others are not. */
TEST(one_format_is_sure)
{
	static const struct {
		const char *format, *text;
	} cases[] = {
		{ "tiresias", "job_id,num_gpu,submit_time,iterations,model_name,duration,interval\n" },
		{ "muri", "job_id,num_gpu,submit_time,iterations,model_name,batch_size,duration,"
		  "interval,iteration_time,resource_time_0,priority\n" },
		{ "pollux", "timestamp,duration,num_gpus,gpu_time,cluster\r\n2017" },
		{ "mustang", "user_ID,group_ID,submit_time,start_time,end_time,wallclock_limit,"
		  "job_status,node_count,tasks_requested\n" },
		{ "sacct", "JobID|Submit|Start|End|NCPUS|State\n1|2" },
		{ "openb", "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,"
		  "creation_time,deletion_time,scheduled_time\n" },
		{ "google2011", "0,,3418314,0,3938719206,0,70s3v5qR=,3,9,0.125,0.07446,0.0004244,0\n0,2" },
		{ "batsim", "{\n \"command\": \"x\",\n \"jobs\": [" },
		{ "batsim", "{\"nb_res\": 4, \"jobs\": [" },
		{ "jsonl", "{\"submit_ns\":1,\"procs\":1,\"runtime_ns\":3}\n" },
		{ "jsonl", "{\"schema\":\"sojourn.jobs/1\"}\n{\"submit_ns\":1,\"jobs\":1}" },
		{ "swf", "; MaxProcs: 4\n1 0 -1 5 1 -1 -1 1 5 -1 1 1 1 1 1 1 -1 -1\n" },
		{ "gavel", "A (batch size 1)\tpython3 x\t-n\t1\t300\t4.5\t2\nA" },
		{ "gavel", "A\tc\tf\t-n\t1\t100\t1\tgns\t1\t-1.0\t66\t2\n" },
		{ "slurmsim", "-dt 1.5 -e submit_batch_job | -sim-walltime 9 -n 1 x.job\n" },
		{ NULL, "A\tcommand\t-n\tyes\t300\t4.5\t2\n" },
		{ NULL, "a,b,c\n1,2,3\n" },
		{ NULL, "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t k = 0; sj_readers[k] != NULL; k++) {
			const char *text = cases[i].text, *name = sj_readers[k]->name;
			int score = sj_readers[k]->sniff(text, strlen(text));
			bool own = cases[i].format != NULL && strcmp(name, cases[i].format) == 0;

			CHECK(own ? score >= 70 : score == 0 ||
			      (score <= 70 && strcmp(name, "jsonl") == 0 && text[0] == '{'),
			      "case %zu: %s says %d", i, name, score);
		}
}

TESTS(CASE(table_forms), CASE(muri_milliseconds), CASE(pollux_dates), CASE(mustang_rules),
      CASE(sacct_rules), CASE(openb_rules), CASE(google_attempts), CASE(google_many_tasks),
      CASE(google_machine),
      CASE(machine_and_limit), CASE(complaints),
      CASE(binary), CASE(one_format_is_sure))
