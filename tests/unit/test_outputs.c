/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_outputs.c - what runs write besides the store: numbers, names, thinned samples. */
#include <unistd.h>

#include "run/allocbook.h"
#include "run/jobs_csv.h"
#include "run/outpath.h"
#include "run/runspec.h"
#include "run/samples.h"
#include "test.h"

TEST(seconds_are_exact)
{
	static const struct {
		sj_time ns;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 1, "0.000000001" }, { 1000000000, "1" }, { 1500000000, "1.5" },
		{ 60000000000, "60" }, { 123456789, "0.123456789" },
		{ 1010000000, "1.01" }, { SJ_TIME_MAX, "4000000000" },
		{ SJ_TIME_MAX - 1, "3999999999.999999999" }, { -1500000000, "-1.5" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[32];

		*jobs_csv_seconds(text, cases[i].ns) = '\0';
		CHECK(strcmp(text, cases[i].text) == 0, "%s instead of %s", text, cases[i].text);
	}
}

TEST(csv_fields_are_quoted)
{
	static const char *const cases[][2] = {
		{ "log.swf", "log.swf" }, { "gen:m:a=1,b=2", "\"gen:m:a=1,b=2\"" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"" }, { "", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *quoted = jobs_csv_quote(cases[i][0]);

		CHECK(strcmp(quoted, cases[i][1]) == 0, "%s", quoted);
		free(quoted);
	}
}

/* Runs a sink over two jobs into a file and gives its text. */
static void csv_text(bool allocs, char *text, size_t size)
{
	char name[] = "/tmp/sojourn-csv-XXXXXX";
	const sj_job_record r[2] = {
		{ .seq = 0, .id = 7, .submit_ns = 500000000, .start_ns = 2000000000,
		  .finish_ns = 5000000000, .estimate_ns = 9000000000, .procs = 3 },
		{ .seq = 1, .id = 8, .submit_ns = 1000000000, .start_ns = SJ_NEVER,
		  .finish_ns = SJ_NEVER, .estimate_ns = 1000000000, .procs = 1,
		  .outcome = SJ_REJECTED },
	};
	const sj_alloc_record a[2] = {
		{ .seq = 0, .from_ns = 2000000000, .to_ns = 5000000000, .node = UINT32_MAX,
		  .first = 0, .last = 1 },
		{ .seq = 0, .from_ns = 2000000000, .to_ns = 5000000000, .node = UINT32_MAX,
		  .first = 4, .last = 4 },
	};
	struct jobs_csv *csv = NULL;
	sj_error err = { 0 };
	sj_sink sink;
	FILE *f;

	close(mkstemp(name));
	text[0] = '\0';
	REQUIRE(jobs_csv_open(name, "w,1", allocs, &csv, &err) == SJ_OK, "%s", err.text);
	sink = jobs_csv_sink(csv);
	CHECK((sink.alloc != NULL) == allocs);
	for (int i = 0; allocs && i < 2; i++)
		CHECK(sink.alloc(sink.self, &a[i], &err) == SJ_OK);
	CHECK(sink.jobs(sink.self, r, 2, &err) == SJ_OK, "%s", err.text);
	CHECK(jobs_csv_close(csv, true, &err) == SJ_OK, "%s", err.text);
	f = fopen(name, "r");
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
	unlink(name);
}

TEST(job_rows)
{
	char text[2048], *rows;

	csv_text(true, text, sizeof(text));
	CHECK(strncmp(text, jobs_csv_header, strlen(jobs_csv_header)) == 0, "%s", text);
	rows = text + strlen(jobs_csv_header);
	CHECK(strcmp(rows, "7,\"w,1\",7,0.5,3,9,1,COMPLETED_SUCCESSFULLY,2,3,5,1.5,4.5,1.5,"
			   "0-1 4,,\n"
			   "8,\"w,1\",8,1,1,1,0,REJECTED,,,,,,,,,\n") == 0, "%s", rows);
	csv_text(false, text, sizeof(text));
	CHECK(strstr(text, ",4.5,1.5,,,\n") != NULL, "no numbers unless asked: %s", text);
}

TEST(a_dropped_file_leaves_nothing)
{
	char name[] = "/tmp/sojourn-out-XXXXXX", part[64];
	struct outfile *f = NULL;
	sj_error err = { 0 };

	close(mkstemp(name));
	unlink(name);
	snprintf(part, sizeof(part), "%s.part", name);
	REQUIRE(outfile_open(name, &f, &err) == SJ_OK, "%s", err.text);
	CHECK(access(part, F_OK) == 0 && access(name, F_OK) != 0);
	outfile_puts(f, "half");
	CHECK(outfile_close(f, false, &err) == SJ_OK);
	CHECK(access(part, F_OK) != 0 && access(name, F_OK) != 0);
	CHECK(outfile_open("/nowhere/x", &f, &err) == SJ_EIO);
	CHECK(strstr(err.text, "directory does not exist") != NULL, "%s", err.text);
}

/* ---- samples -------------------------------------------------------------------- */

struct kept {
	uint64_t count;
	sj_time  last_ns;
	uint32_t waiting, least, most;
	bool     ordered;
	sj_sample final;
};

static int keep(void *self, const sj_sample *p, sj_error *err)
{
	struct kept *k = self;

	(void)err;
	k->ordered &= k->count == 0 || p->at_ns > k->last_ns;
	k->count++;
	k->last_ns = p->at_ns;
	k->waiting = p->waiting > k->waiting ? p->waiting : k->waiting;
	k->most = p->procs_busy > k->most ? p->procs_busy : k->most;
	k->least = p->procs_busy < k->least ? p->procs_busy : k->least;
	k->final = *p;
	return SJ_OK;
}

TEST(few_samples_are_all_kept)
{
	static struct samples s;
	struct kept k = { .ordered = true, .least = UINT32_MAX };

	s = (struct samples){ 0 };
	for (int i = 0; i < 300; i++)
		samples_add(&s, &(sj_sample){ .at_ns = i * 60 * SJ_NS_PER_S,
			    .waiting = (uint32_t)i });
	samples_each(&s, keep, &k, NULL);
	CHECK(k.count == 300 && k.ordered, "%d", (int)k.count);
}

TEST(peaks_survive_thinning)
{
	static struct samples s;
	struct kept k = { .ordered = true, .least = UINT32_MAX };
	enum { N = 1000000 };
	uint64_t x = 1;

	s = (struct samples){ 0 };
	for (int i = 0; i < N; i++) {
		x = x * UINT64_C(6364136223846793005) + 1;
		samples_add(&s, &(sj_sample){ .at_ns = (sj_time)i * 1000000007,
			    .waiting = i == 777777 ? 5000 : (uint32_t)(x >> 33) % 1000,
			    .procs_busy = i == 333333 ? 1 : i == 555555 ? 900
					  : 100 + (uint32_t)(x >> 40) % 700 });
	}
	samples_each(&s, keep, &k, NULL);
	CHECK(k.ordered);
	CHECK(k.count > 1000 && k.count <= 5 * SAMPLES_BUCKETS, "%d", (int)k.count);
	CHECK(k.waiting == 5000 && k.least == 1 && k.most == 900);
	CHECK(k.final.at_ns == (sj_time)(N - 1) * 1000000007, "the end is the end");
}

TEST(allocations_wait_for_their_job)
{
	struct allocbook b = { 0 };
	const struct allocbook_entry *e;

	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < 2000; i++) {
			sj_alloc_record a = { .seq = 1999 - i, .first = i, .last = i };

			CHECK(allocbook_add(&b, &a) == SJ_OK);
			a.first = a.last = i + 5000;
			CHECK(allocbook_add(&b, &a) == SJ_OK);
		}
		for (uint64_t seq = 0; seq < 2000; seq++) {
			e = allocbook_first(&b, seq);
			REQUIRE(e != NULL && e->alloc.first == 1999 - seq);
			e = allocbook_next(&b, e);
			REQUIRE(e != NULL && e->alloc.first == 6999 - seq);
			CHECK(allocbook_next(&b, e) == NULL);
			allocbook_drop(&b, seq);
			CHECK(allocbook_first(&b, seq) == NULL);
		}
	}
	CHECK(b.used == 4000, "entries are used again: %u", b.used);
	CHECK(allocbook_first(&b, 999999) == NULL);
	allocbook_fini(&b);
}

/* ---- names and rules ----------------------------------------------------------------- */

TEST(names_of_results)
{
	static const char *const cases[][2] = {
		{ "/data/KTH-SP2.swf.gz", "/tmp/KTH-SP2.db" },
		{ "swf:/data/log.zst", "/tmp/log.db" },
		{ "swf:log", "/tmp/log.db" },
		{ "-", "/tmp/stdin.db" },
		{ "gen:lublin:n=5", "/tmp/gen_lublin_n_5.db" },
	};
	sj_error err = { 0 };
	char *out;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		REQUIRE(outpath_db("/tmp", cases[i][0], &out, &err) == SJ_OK, "%s", err.text);
		CHECK(strcmp(out, cases[i][1]) == 0, "%s gave %s", cases[i][0], out);
		free(out);
	}
	REQUIRE(outpath_db("a/b.db", "x", &out, &err) == SJ_OK);
	CHECK(strcmp(out, "a/b.db") == 0);
	free(out);
	CHECK(outpath_db("a.txt", "x", &out, &err) == SJ_EUSAGE);
	CHECK(outpath_db("/nowhere/", "x", &out, &err) == SJ_ENOENT);
	out = outpath_policy("jobs-{policy}.csv", "easy:order=(expr:a/b)");
	CHECK(strcmp(out, "jobs-easy_order__expr_a_b_.csv") == 0, "%s", out);
	free(out);
}

TEST(rules_go_to_text_and_back)
{
	static const char *const clocks[] = { "event", "tick:1s", "round:6min", "tick:20ms" };
	static const char *const bad[] = { "", "tick", "tick:", "tick:5", "tick:0s", "round:-1s",
					   "event:1s", "ticks:1s" };
	struct runspec s;
	sj_error err = { 0 };

	runspec_init(&s);
	CHECK(strcmp(runspec_clock_text(&s).text, "event") == 0 && s.seed == 1);
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		REQUIRE(runspec_clock(&s, clocks[i], &err) == SJ_OK, "%s", err.text);
		CHECK(strcmp(runspec_clock_text(&s).text, clocks[i]) == 0, "%s gave %s", clocks[i],
		      runspec_clock_text(&s).text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(runspec_clock(&s, bad[i], &err) == SJ_EUSAGE, "%s", bad[i]);
	CHECK(runspec_overrun(&s, "extend", &err) == SJ_OK &&
	      strcmp(runspec_overrun_text(&s), "extend") == 0);
	CHECK(runspec_overrun(&s, "extent", &err) == SJ_EUSAGE &&
	      strstr(err.text, "did you mean \"extend\"?") != NULL, "%s", err.text);
	CHECK(runspec_estimates(&s, "exact", &err) == SJ_OK &&
	      strcmp(runspec_estimates_text(&s), "exact") == 0);
}

TESTS(CASE(seconds_are_exact), CASE(csv_fields_are_quoted), CASE(job_rows),
      CASE(a_dropped_file_leaves_nothing), CASE(few_samples_are_all_kept),
      CASE(peaks_survive_thinning), CASE(allocations_wait_for_their_job),
      CASE(names_of_results), CASE(rules_go_to_text_and_back))
