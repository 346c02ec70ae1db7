/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_param.c - parameter tables, specs and quantities, hostile text included. */
#include "test.h"

#include <locale.h>
#include <math.h>
#include <stddef.h>

#include "sojourn/param.h"
#include "units.h"

#define S SJ_NS_PER_S

struct object {
	const char *order;
	int64_t     depth;
	double      factor;
	bool        strict;
	sj_time     age;
	uint64_t    mem, bw;
	int         plan;
};

static const char *const plans[] = { "rebuild", "compress", NULL };
static const sj_param table[] = {
	{ .name = "order", .type = SJ_P_STRING, .offset = offsetof(struct object, order), .def = "fcfs" },
	{ .name = "depth", .type = SJ_P_INT, .offset = offsetof(struct object, depth), .def = "1",
	  .min = 1, .max = 1e6, .unit = "jobs" },
	{ .name = "factor", .type = SJ_P_DOUBLE, .offset = offsetof(struct object, factor), .def = "0.5" },
	{ .name = "strict", .type = SJ_P_BOOL, .offset = offsetof(struct object, strict), .def = "yes" },
	{ .name = "age", .type = SJ_P_TIME, .offset = offsetof(struct object, age), .def = "7d",
	  .min = 1, .max = 1e9 },
	{ .name = "mem", .type = SJ_P_BYTES, .offset = offsetof(struct object, mem), .def = "1GiB" },
	{ .name = "bw", .type = SJ_P_RATE, .offset = offsetof(struct object, bw), .def = "25Gbit/s" },
	{ .name = "plan", .type = SJ_P_ENUM, .offset = offsetof(struct object, plan), .def = "rebuild",
	  .choices = plans },
	{ .name = NULL },
};

/* Strings of one test at a time. */
struct pool {
	char   bytes[1 << 16];
	size_t used;
};
static struct pool pool;

static void *pool_alloc(void *ctx, size_t size)
{
	struct pool *p = ctx;
	void *at = p->bytes + p->used;

	if (size > sizeof(p->bytes) - p->used)
		abort();
	p->used += size;
	return at;
}

static int bind(const char *args, struct object *o, sj_error *err)
{
	pool.used = 0;
	memset(o, 0, sizeof(*o));
	memset(err, 0, sizeof(*err));
	return sj_params_bind("policy easy", table, args, o, pool_alloc, &pool, err);
}

TEST(times)
{
	static const struct { const char *text; sj_time ns; } good[] = {
		{ "30s", 30 * S }, { "1.5h", 5400 * S }, { "2us", 2000 }, { "0s", 0 },
		{ "0.000000001s", 1 }, { "1ns", 1 }, { "1.0000000000000000000000000ns", 1 },
		{ " 7 d ", 7 * 86400 * S }, { "1w", 7 * 86400 * S }, { "1h30min", 5400 * S },
		{ "1e3s", 1000 * S }, { "25e-1s", 2500000000 }, { "0001s", S }, { ".5s", S / 2 },
		{ "5.s", 5 * S }, { "4000000000s", SJ_TIME_MAX }, { "0e999999999ns", 0 },
		{ "1min1s1ms1us1ns", 61 * S + 1001001 }, { "-0s", -1 }, { "+3ms", 3000000 },
	};
	static const struct { const char *text, *say; } bad[] = {
		{ "", "is not a time" }, { "s", "is not a time" }, { "30", "needs a unit: ns us ms s min h d w (for example 30s)" },
		{ "30 sec", "\"sec\" is not a unit" }, { "30S", "is not a unit" },
		{ "nan", "is not a time" }, { "infs", "is not a time" }, { "0x10s", "is not a unit" },
		{ "-5s", "must not be negative" }, { "0.1ns", "is not whole nanoseconds" },
		{ "1e-10s", "is not whole nanoseconds" }, { "4000000001s", "is out of range" },
		{ "1e30s", "is out of range" }, { "99999999999999999999999999999999999999999s", "out of range" },
		{ "30min1h", "is not a unit" }, { "1h1h", "is not a unit" }, { "1h30", "needs a unit" },
		{ "1.2.3s", "is not a time" }, { "1,5h", "is not a time" }, { "1h-5s", "negative" },
		{ "1e99999999999999999999s", "out of range" }, { "1e-99999999999999999999s", "whole" },
	};
	sj_error err;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		sj_time t = -1;
		int rc = sj_parse_time("age", good[i].text, &t, &err);

		if (good[i].ns == -1)
			CHECK(rc == SJ_EUSAGE, "%s", good[i].text);
		else
			CHECK(rc == SJ_OK && t == good[i].ns, "%s: %lld %s", good[i].text,
			      (long long)t, rc == SJ_OK ? "" : err.text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		sj_time t = 77;
		int rc = sj_parse_time("age", bad[i].text, &t, &err);

		CHECK(rc == SJ_EUSAGE && t == 77, "%s", bad[i].text);
		CHECK(rc != SJ_OK && strstr(err.text, bad[i].say) != NULL && strncmp(err.text, "age: ", 5) == 0,
		      "%s: %s", bad[i].text, err.text);
	}
}

TEST(times_round_trip)
{
	static const struct { sj_time t; const char *text; } shown[] = {
		{ 90 * S, "90s" }, { 5400 * S, "90min" }, { 0, "0s" }, { 1, "1ns" },
		{ 86400 * S, "1d" }, { SJ_TIME_MAX, "4000000000s" }, { 1500000, "1500us" },
		{ SJ_NEVER, "never" }, { -S, "-1s" },
	};
	char buf[32], one[1];
	uint64_t x = 1;

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		sj_format_time(shown[i].t, buf, sizeof(buf));
		CHECK(strcmp(buf, shown[i].text) == 0, "%s, not %s", buf, shown[i].text);
	}
	for (int i = 0; i < 10000; i++) {
		sj_time t, u = -1;

		x = x * 6364136223846793005u + 1442695040888963407u;
		t = (sj_time)((x >> 2) % (uint64_t)SJ_TIME_MAX) >> (x % 60);
		sj_format_time(t, buf, sizeof(buf));
		CHECK(sj_parse_time("t", buf, &u, NULL) == SJ_OK && u == t, "%s", buf);
	}
	CHECK(sj_format_time(90 * S, one, sizeof(one)) == 3 && one[0] == '\0', "length like snprintf");
	CHECK(sj_format_time(-90 * S, one, sizeof(one)) == 4 && one[0] == '\0', "length like snprintf");
}

TEST(sizes_rates_numbers)
{
	static const struct { const char *text; uint64_t v; } sizes[] = {
		{ "1KiB", 1024 }, { "1.5KiB", 1536 }, { "1kB", 1000 }, { "256GiB", UINT64_C(256) << 30 },
		{ "2TB", 2000000000000 }, { "0.5MiB", 524288 },
	}, rates[] = {
		{ "25Gbit/s", 3125000000 }, { "8bit/s", 1 }, { "125MB/s", 125000000 },
		{ "1.5kbit/s", 0 }, { "1 GiB/s", UINT64_C(1) << 30 },
	}, ints[] = {
		{ "10k", 10000 }, { "1.5M", 1500000 }, { "2G", 2000000000 }, { "1e6", 1000000 },
		{ "-3", (uint64_t)-3 }, { "9223372036854775807", INT64_MAX },
	};
	static const char *const bad_int[] = { "", "1.5", "10K", "0x10", "nan", "1 2", "9223372036854775808", "1e19", "1_000", "--1" };
	static const char *const bad_double[] = { "", "nan", "inf", "0x1p3", "1,5", "1e999", "1 2", "1e", "e5", "abc", "." };
	uint64_t u;
	int64_t v;
	double d;
	sj_error err;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		CHECK(sj_parse_bytes("m", sizes[i].text, &u, &err) == SJ_OK && u == sizes[i].v, "%s", sizes[i].text);
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		int rc = sj_parse_rate("r", rates[i].text, &u, &err);

		/* 187.5 bytes per second is not a whole number. */
		CHECK(rates[i].v == 0 ? rc == SJ_EUSAGE : rc == SJ_OK && u == rates[i].v, "%s", rates[i].text);
	}
	for (size_t i = 0; i < sizeof(ints) / sizeof(ints[0]); i++)
		CHECK(sj_parse_int("n", ints[i].text, &v, &err) == SJ_OK && v == (int64_t)ints[i].v, "%s", ints[i].text);
	for (size_t i = 0; i < sizeof(bad_int) / sizeof(bad_int[0]); i++)
		CHECK(sj_parse_int("n", bad_int[i], &v, &err) == SJ_EUSAGE, "%s", bad_int[i]);
	for (size_t i = 0; i < sizeof(bad_double) / sizeof(bad_double[0]); i++)
		CHECK(sj_parse_double("x", bad_double[i], &d, &err) == SJ_EUSAGE, "%s", bad_double[i]);
	CHECK(sj_parse_double("x", "-2.5e-3", &d, &err) == SJ_OK && d == -2.5e-3, "double");
	CHECK(sj_parse_bytes("m", "5", &u, &err) == SJ_EUSAGE && strstr(err.text, "256GiB") != NULL, "%s", err.text);
	CHECK(sj_parse_bytes("m", "5GB/s", &u, &err) == SJ_EUSAGE && strstr(err.text, "not a unit of size; known are B kB") != NULL, "%s", err.text);
}

TEST(other_locale)
{
	char buf[64];
	double d;

	/* Whatever locale of the machine writes a comma. */
	if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "fr_FR.UTF-8") == NULL)
		fprintf(stderr, "skipped: no locale with a decimal comma installed\n");
	CHECK(sj_parse_double("x", "0.25", &d, NULL) == SJ_OK && d == 0.25, "%g", d);
	sj_format_double(0.1, buf, sizeof(buf));
	CHECK(strcmp(buf, "0.1") == 0, "%s", buf);
	sj_format_double(-1e300 / 3, buf, sizeof(buf));
	CHECK(sj_parse_double("x", buf, &d, NULL) == SJ_OK && d == -1e300 / 3, "%s", buf);
	setlocale(LC_ALL, "C");
}

TEST(binds_and_prints)
{
	static const struct { const char *args, *canonical; } cases[] = {
		{ NULL, "easy" }, { "", "easy" }, { "order=fcfs", "easy" },
		{ "order=sjf", "easy:order=sjf" }, { "sjf", "easy:order=sjf" },
		{ "order=(expr:max(wait,60)/estimate)", "easy:order=(expr:max(wait,60)/estimate)" },
		{ "max(wait,60)/estimate", "easy:order=(max(wait,60)/estimate)" },
		{ "(a)(b)", "easy:order=((a)(b))" }, { "((a))", "easy:order=((a))" },
		{ "order=()", "easy:order=()" }, { "order=a=b", "easy:order=a=b" },
		{ "order=(x>=1)", "easy:order=x>=1" },
		{ "depth=10k,factor=2", "easy:depth=10000,factor=2" },
		{ "plan=compress,depth=3", "easy:depth=3,plan=compress" },
		{ "strict=off,age=36h,mem=0.5GiB,bw=1GB/s",
		  "easy:strict=no,age=36h,mem=512MiB,bw=8Gbit/s" },
		{ "age=168h,strict=1,mem=1024MiB,bw=25000Mbit/s,factor=.5", "easy" },
	};
	struct object o, again;
	sj_error err;
	char buf[256], twice[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *args;
		char name[16];

		CHECK(bind(cases[i].args, &o, &err) == SJ_OK, "%s: %s", cases[i].args, err.text);
		sj_params_canonical("easy", table, &o, buf, sizeof(buf));
		CHECK(strcmp(buf, cases[i].canonical) == 0, "%s", buf);
		REQUIRE(sj_spec_split(buf, name, sizeof(name), &args, &err) == SJ_OK, "%s", err.text);
		REQUIRE(bind(args, &again, &err) == SJ_OK, "%s", err.text);
		sj_params_canonical("easy", table, &again, twice, sizeof(twice));
		CHECK(strcmp(buf, twice) == 0, "%s is not %s", twice, buf);
	}
	bind("depth=12345", &o, &err);
	memset(buf, 'x', sizeof(buf));
	CHECK(sj_params_canonical("easy", table, &o, buf, 7) == 16 && strcmp(buf, "easy:d") == 0, "%s", buf);
	CHECK(buf[7] == 'x', "beyond the end");
	CHECK(sj_params_canonical("easy", table, &o, NULL, 0) == 16, "length only");
}

TEST(refuses)
{
	static const struct { const char *args, *say; } cases[] = {
		{ "dpeth=3", "policy easy: no parameter \"dpeth\"; did you mean \"depth\"?" },
		{ "zzzzzzz=3", "known are order, depth," },
		{ "depth=3,depth=4", "policy easy: depth is given twice" },
		{ "depth=0", "policy easy: depth: 0 is outside 1 .. 1000000 jobs" },
		{ "depth=2M", "outside" }, { "depth=x", "is not an integer" }, { "depth=", "is not an integer" },
		{ "age=10", "needs a unit" }, { "age=0.5s", "outside 1 .. 1000000000 s" },
		{ "strict=maybe", "neither yes nor no" },
		{ "plan=compres", "did you mean \"compress\"" }, { "plan=x", "not one of rebuild, compress" },
		{ "sjf,depth=3", "\"sjf\" has no \"=\"" }, { "depth=3,sjf", "\"sjf\" has no \"=\"" },
		{ "order=(a", "unbalanced" }, { "order=a)", "unbalanced" }, { "order=)a(", "unbalanced" },
		{ ",", "empty parameter" }, { "depth=3,", "nothing follows" }, { "depth=3,,factor=1", "empty" },
		{ "=3", "no name before" }, { "wait>=3", "stands in parentheses" },
		{ "DEPTH=3", "did you mean \"depth\"" }, { "depth =3", "parentheses" },
	};
	static const sj_param needs[] = {
		{ .name = "file", .type = SJ_P_STRING, .help = "Where it is." }, { .name = NULL },
	};
	static const sj_param none[] = { { .name = NULL } };
	const char *file = NULL;
	struct object o;
	sj_error err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK(bind(cases[i].args, &o, &err) == SJ_EUSAGE, "%s", cases[i].args);
		CHECK(strstr(err.text, cases[i].say) != NULL, "%s: %s", cases[i].args, err.text);
	}
	CHECK(sj_params_bind("x", needs, "", &file, pool_alloc, &pool, &err) == SJ_EUSAGE &&
	      strstr(err.text, "x: parameter file must be given: Where it is.") != NULL, "%s", err.text);
	CHECK(sj_params_bind("x", needs, "abc", &file, pool_alloc, &pool, &err) == SJ_OK &&
	      strcmp(file, "abc") == 0, "%s", file);
	CHECK(sj_params_bind("x", none, "a=1", &file, pool_alloc, &pool, &err) == SJ_EUSAGE, "none");
	CHECK(sj_params_bind("x", NULL, "a", &file, pool_alloc, &pool, &err) == SJ_EUSAGE, "none");
	CHECK(sj_params_bind("x", NULL, NULL, &file, pool_alloc, &pool, &err) == SJ_OK, "none");
}

TEST(hostile)
{
	static char big[40000];
	struct object o;
	sj_error err;
	sj_time t;
	char name[16];
	const char *args;

	memset(big, '9', sizeof(big) - 1);
	CHECK(sj_parse_time("t", big, &t, &err) == SJ_EUSAGE && strlen(err.text) < 300, "digits");
	memset(big, '0', sizeof(big) - 1);
	memcpy(big, "1.", 2);
	big[sizeof(big) - 2] = 's';
	CHECK(sj_parse_time("t", big, &t, &err) == SJ_OK && t == S, "zeros: %s", err.text);
	memset(big, '(', sizeof(big) - 1);
	CHECK(bind(big, &o, &err) == SJ_EUSAGE, "open");
	CHECK(sj_spec_split(big, name, sizeof(name), &args, &err) == SJ_EUSAGE && strlen(err.text) < 300, "open");
	memset(big, ')', sizeof(big) / 2);
	CHECK(bind(big, &o, &err) == SJ_EUSAGE, "closed");
	memset(big, '(', sizeof(big) / 2);
	memset(big + sizeof(big) / 2, ')', sizeof(big) / 2 - 1);
	big[sizeof(big) - 2] = '\0';
	CHECK(bind(big, &o, &err) == SJ_EUSAGE, "one short");
	memset(big, 'a', sizeof(big) - 1);
	CHECK(bind(big, &o, &err) == SJ_OK && strlen(o.order) == sizeof(big) - 1, "long string");
	big[sizeof(big) / 2] = '=';
	CHECK(bind(big, &o, &err) == SJ_EUSAGE && strlen(err.text) < 400, "long key");
	CHECK(sj_spec_split(big, name, sizeof(name), &args, &err) == SJ_EUSAGE, "long name");
	memcpy(big, "depth=", 6);
	memset(big + 6, '1', sizeof(big) - 7);
	CHECK(bind(big, &o, &err) == SJ_EUSAGE && strstr(err.text, "too long") != NULL, "%s", err.text);
	memset(big, ',', sizeof(big) - 1);
	CHECK(bind(big, &o, &err) == SJ_EUSAGE, "commas");
	CHECK(bind("order=\x01\n\xff", &o, &err) == SJ_OK, "bytes");
	CHECK(bind("\x01\n=3", &o, &err) == SJ_EUSAGE && strchr(err.text, '\n') == NULL, "%s", err.text);
}

TEST(splits)
{
	static const struct { const char *spec, *name, *args; } good[] = {
		{ "easy", "easy", "" }, { "easy:", "easy", "" }, { "easy:order=(a:b)", "easy", "order=(a:b)" },
		{ "bandit:arms=(fifo|easy:order=sjf),algo=ucb1", "bandit", "arms=(fifo|easy:order=sjf),algo=ucb1" },
		{ "(a:b):c", "(a:b)", "c" },
	};
	static const char *const bad[] = { "", ":", ":x=1", "easy:(", "easy:)", "a)(b", "a-name-that-is-too-long:x" };
	char name[16];
	const char *args;
	sj_error err;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		CHECK(sj_spec_split(good[i].spec, name, sizeof(name), &args, &err) == SJ_OK, "%s", err.text);
		CHECK(strcmp(name, good[i].name) == 0 && strcmp(args, good[i].args) == 0, "%s %s", name, args);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(sj_spec_split(bad[i], name, sizeof(name), &args, &err) == SJ_EUSAGE, "%s", bad[i]);
}

TEST(nearest)
{
	static const char *const names[] = { "fifo", "sjf", "easy", "conservative", "firstfit", "f1", "f2" };
	static const struct { const char *word, *want; } cases[] = {
		{ "fiof", "fifo" }, { "FIFO", "fifo" }, { "esay", "easy" }, { "conservativ", "conservative" },
		{ "cons", "conservative" }, { "fisrtfit", "firstfit" }, { "quux", NULL }, { "", NULL },
		{ "x", NULL }, { "f3", "f1" }, { "sfj", "sjf" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = sj_nearest(cases[i].word, names, sizeof(names) / sizeof(names[0]));

		CHECK(cases[i].want == NULL ? got == NULL : got != NULL && strcmp(got, cases[i].want) == 0,
		      "%s: %s", cases[i].word, got != NULL ? got : "none");
	}
}

TESTS(CASE(times), CASE(times_round_trip), CASE(sizes_rates_numbers), CASE(other_locale),
      CASE(binds_and_prints), CASE(refuses), CASE(hostile), CASE(splits), CASE(nearest))
