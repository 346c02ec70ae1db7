/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_swf.c - the SWF reader: rules, oddities, complaints. */
#include "mem_input.h"
#include "sojourn/swf.h"
#include "test.h"

extern const sj_reader_ops sj_reader_swf;

#define S SJ_NS_PER_S
/* id submit wait run alloc - - req time ... user 7, group 8, app 9, queue 3 */
#define LINE(id, submit, wait, run, alloc, req, time) \
	id " " submit " " wait " " run " " alloc " -1 -1 " req " " time \
	" -1 1 7 8 9 3 -1 -1 -1\n"

static sj_source *open_text(const char *text, sj_reader_options o, size_t piece,
			    sj_error *err)
{
	struct mem_input m;
	sj_source *s = NULL;

	mem_init(&m, text, piece);
	err->text[0] = '\0';
	err->code = sj_reader_swf.open(&m.in, &o, &s, err);
	return err->code == SJ_OK ? s : NULL;
}

static uint32_t fill_all(sj_source *s, sj_job *jobs, uint32_t cap)
{
	uint32_t n = 0, total = 0;
	sj_error err;

	while (total < cap && s->ops->fill(s, jobs + total, cap - total, &n, &err) == SJ_OK)
		total += n;
	return total;
}

TEST(fields_become_a_job)
{
	sj_error err;
	sj_source *s = open_text("; MaxProcs: 64\n;MaxNodes:16\n; UnixStartTime: 100\n"
				 LINE("5", "10", "3", "20", "4", "8", "30"),
				 (sj_reader_options){ 0 }, 0, &err);
	sj_job j[2];

	REQUIRE(s != NULL, "%s", err.text);
	CHECK(s->info.max_procs == 64 && s->info.max_nodes == 16);
	CHECK(s->info.unix_start_ns == 100 * S);
	REQUIRE(fill_all(s, j, 2) == 1);
	CHECK(j[0].id == 5 && j[0].submit_ns == 10 * S && j[0].logged_start_ns == 13 * S);
	CHECK(j[0].task.ranks == 8 && j[0].task.cores == 1, "field 8 wins");
	CHECK(j[0].task.work_ns == 20 * S && j[0].task.estimate_ns == 30 * S);
	CHECK(j[0].user == 7 && j[0].group == 8 && j[0].app == 9 && j[0].queue == 3);
	CHECK(j[0].weight == 1.0 && j[0].deadline_ns == SJ_NEVER && j[0].task_count == 1);
	s->ops->free(s);
}

/* DESIGN, "SWF rules". */
TEST(rules)
{
	static const char text[] =
		"; MaxProcs: 10\n"
		LINE("1", "0", "-1", "5", "4", "-1", "-1")  /* procs from 5, estimate = run */
		LINE("2", "0", "-1", "-1", "4", "4", "9")   /* dropped: run time */
		LINE("3", "0", "-1", "5", "0", "-1", "9")   /* dropped: processors */
		LINE("4", "-2", "-1", "5", "1", "1", "9")   /* dropped: submit */
		LINE("5", "0", "-1", "5", "1", "11", "9")   /* dropped: wide */
		LINE("6", "0", "-1", "0", "1", "0", "0");   /* run time 0 is kept */
	sj_error err;
	sj_source *s = open_text(text, (sj_reader_options){ 0 }, 0, &err);
	sj_job j[6];

	REQUIRE(s != NULL, "%s", err.text);
	REQUIRE(fill_all(s, j, 6) == 2);
	CHECK(j[0].id == 1 && j[0].task.ranks == 4 && j[0].task.estimate_ns == 5 * S);
	CHECK(j[1].id == 6 && j[1].task.work_ns == 0 && j[1].task.estimate_ns == 0);
	CHECK(s->info.records == 6 && s->info.kept == 2);
	CHECK(s->info.dropped[SJ_DROP_RUNTIME] == 1 && s->info.dropped[SJ_DROP_PROCS] == 1);
	CHECK(s->info.dropped[SJ_DROP_SUBMIT] == 1 && s->info.dropped[SJ_DROP_WIDE] == 1);
	CHECK(strcmp(s->info.first_drop, "line 3: run time -1") == 0, "%s",
	      s->info.first_drop);
	s->ops->free(s);

	s = open_text(text, (sj_reader_options){ .procs = 11 }, 0, &err);
	REQUIRE(s != NULL);
	CHECK(fill_all(s, j, 6) == 3, "the machine given comes before the header");
	s->ops->free(s);
	s = open_text(text, (sj_reader_options){ .limit = 1 }, 0, &err);
	REQUIRE(s != NULL);
	CHECK(fill_all(s, j, 6) == 1 && j[0].id == 1);
	s->ops->free(s);
}

TEST(order_is_submit_then_line)
{
	sj_error err;
	sj_source *s = open_text(LINE("1", "9", "-1", "1", "1", "1", "1")
				 LINE("2", "5", "-1", "1", "1", "1", "1")
				 LINE("3", "9", "-1", "1", "1", "1", "1")
				 LINE("4", "5", "-1", "1", "1", "1", "1"),
				 (sj_reader_options){ .procs = 1 }, 0, &err);
	static const int64_t want[] = { 2, 4, 1, 3 };
	sj_job j[4];

	REQUIRE(s != NULL, "%s", err.text);
	for (int again = 0; again < 2; again++) {
		REQUIRE(fill_all(s, j, 4) == 4);
		for (int i = 0; i < 4; i++)
			CHECK(j[i].id == want[i], "place %d: job %lld", i, (long long)j[i].id);
		CHECK(s->ops->rewind(s, &err) == SJ_OK);
	}
	CHECK(s->info.unsorted == 2);
	s->ops->free(s);
}

/* Written oddly, meant well; in pieces of every size. */
TEST(oddities)
{
	static const char text[] =
		"\xef\xbb\xbf; maxprocs : 8\r\n"
		"\r\n"
		"  \t\n"
		"\t1 0.25 -1 10.5 1 0.333333333333333 1e12 1 1e1 -1 1 0 1 1 1 1 -1 -1\r\n"
		" ; a comment; with semicolons 1 2 3\n"
		"2 1.000000001 0.5 2.5e-1 +1 -1 -1 1 -1.5 -1 1 1 1 1 1 1 -1 -1 {1,2} a;b";

	for (size_t piece = 0; piece < 40; piece++) {
		sj_error err;
		sj_source *s = open_text(text, (sj_reader_options){ 0 }, piece, &err);
		sj_job j[3];

		REQUIRE(s != NULL, "piece %zu: %s", piece, err.text);
		CHECK(s->info.max_procs == 8);
		REQUIRE(fill_all(s, j, 3) == 2);
		CHECK(j[0].submit_ns == S / 4 && j[0].task.work_ns == 21 * S / 2);
		CHECK(j[0].task.estimate_ns == 10 * S && j[0].user == 0);
		CHECK(j[1].submit_ns == S + 1 && j[1].task.work_ns == S / 4);
		CHECK(j[1].logged_start_ns == S + 1 + S / 2);
		CHECK(j[1].task.estimate_ns == S / 4, "-1.5 is unknown");
		s->ops->free(s);
	}
}

TEST(complaints)
{
#define GOOD LINE("1", "0", "-1", "1", "1", "1", "1")
	static const struct {
		const char *text, *says;
		int         code;
	} cases[] = {
		{ "", "mem: the file is empty", SJ_EPARSE },
		{ "; x\n\n", "mem:2: the log ends without a job", SJ_EPARSE },
		{ GOOD LINE("2", "-", "1", "1", "1", "1", "1"),
		  "mem:2: field 2 (submit time): \"-\" is not a number", SJ_EPARSE },
		{ GOOD "\n" LINE("2", "1", "1", "nan", "1", "1", "1"),
		  "mem:3: field 4 (run time): \"nan\" is not a number", SJ_EPARSE },
		{ LINE("2", "1", "1", "inf", "1", "1", "1"), "\"inf\" is not a number",
		  SJ_EPARSE },
		{ LINE("2", "1", "1", "1e", "1", "1", "1"), "\"1e\" is not a number",
		  SJ_EPARSE },
		{ LINE("2", "1", "1", "1.2.3", "1", "1", "1"), "\"1.2.3\" is not a number",
		  SJ_EPARSE },
		{ LINE("2", "1", "1", "0x10", "1", "1", "1"), "\"0x10\" is not a number",
		  SJ_EPARSE },
		{ "1 2 3\n", "mem:1: the line has 3 fields, and SWF has 18; field 4 (run "
		  "time) is missing", SJ_EPARSE },
		{ LINE("1", "4000000001", "1", "1", "1", "1", "1"),
		  "field 2 (submit time): \"4000000001\" is out of range", SJ_EPARSE },
		{ LINE("1", "1", "1", "1e300", "1", "1", "1"), "\"1e300\" is out of range",
		  SJ_EPARSE },
		{ LINE("1", "1", "1", "1", "1", "4294967296", "1"),
		  "field 8 (requested processors): 4294967296 is out of range", SJ_EPARSE },
		{ LINE("1.5", "1", "1", "1", "1", "1", "1"),
		  "field 1 (job id): \"1.5\" is not a whole number", SJ_EPARSE },
		{ "1;2;3;4;5;6;7;8;9;10;11;12\n", "separated by ';'", SJ_EPARSE },
		{ "1,2,3,4,5,6,7,8,9,10,11,12\n", "separated by ','", SJ_EPARSE },
		{ GOOD "# x\n", "comments begin with ';'", SJ_EPARSE },
		{ "\x01\x02\x03\n", "the file is not text", SJ_EPARSE },
		{ "\xef\xbb", "is not a number", SJ_EPARSE }, /* half a byte order mark */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_error err;
		sj_source *s = open_text(cases[i].text, (sj_reader_options){ 0 }, 0, &err);

		CHECK(s == NULL && err.code == cases[i].code, "case %zu", i);
		CHECK(strstr(err.text, cases[i].says) != NULL, "case %zu: %s", i, err.text);
		if (s != NULL)
			s->ops->free(s);
	}
}

TEST(a_line_has_a_limit)
{
	size_t size = (size_t)3 << 20;
	char *text = malloc(size + 1);
	sj_error err;

	REQUIRE(text != NULL);
	memset(text, '1', size);
	text[size] = '\0';
	CHECK(open_text(text, (sj_reader_options){ 0 }, 0, &err) == NULL);
	CHECK(strstr(err.text, "mem:1: the line is longer than 1048576 bytes") != NULL,
	      "%s", err.text);
	free(text);
}

/* After a malformed line the raw reader goes on with the next. */
TEST(raw_lines)
{
	struct mem_input m;
	const sj_swf_record *r;
	sj_swf *swf;
	sj_error err;

	mem_init(&m, "; c\n" GOOD "bad\n" LINE("3", "7", "-1", "1", "1", "1", "1"), 5);
	REQUIRE(sj_swf_create(&m.in, &swf, &err) == SJ_OK);
	CHECK(sj_swf_next(swf, &r, &err) == SJ_OK && r->line == 2 && r->value[0] == 1);
	CHECK(sj_swf_next(swf, &r, &err) == SJ_EPARSE && r->line == 3);
	CHECK(r->size == 3 && memcmp(r->text, "bad", 3) == 0);
	CHECK(sj_swf_next(swf, &r, &err) == SJ_OK && r->line == 4);
	CHECK(sj_swf_ns(r, SJ_SWF_SUBMIT) == 7 * S);
	CHECK(sj_swf_next(swf, &r, &err) == SJ_END);
	CHECK(sj_swf_seen(swf)->records == 3 && sj_swf_seen(swf)->bad == 1);
	CHECK(sj_swf_seen(swf)->comments == 1 && sj_swf_seen(swf)->lines == 4);
	sj_swf_free(swf);
}

TESTS(CASE(fields_become_a_job), CASE(rules), CASE(order_is_submit_then_line),
      CASE(oddities), CASE(complaints), CASE(a_line_has_a_limit), CASE(raw_lines))
