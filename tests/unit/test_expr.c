/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_expr.c - formulas: values by hand, errors by column, hostile text. */
#include <math.h>

#include "expr.h"
#include "test.h"

static char pool[1 << 16];
static size_t pool_used;

static void *pool_alloc(void *ctx, size_t size)
{
	void *at = pool + pool_used;

	(void)ctx;
	pool_used += (size + 15) & ~(size_t)15;
	if (pool_used > sizeof(pool))
		abort();
	return at;
}

/* procs 4, estimate 50 s, submitted and ready at 100 s; the time is 300 s. */
static const sj_task task = {
	.procs = 4, .ranks = 2, .cores = 2, .gpu_milli = 500, .mem_bytes = 1000,
	.submit_ns = 100 * SJ_NS_PER_S, .ready_ns = 100 * SJ_NS_PER_S,
	.estimate_ns = 50 * SJ_NS_PER_S, .deadline_ns = SJ_NEVER, .weight = 1.5,
	.priority = -7, .user = 11, .group = 12, .queue = 13, .app = 14,
};
static const sj_time now = 300 * SJ_NS_PER_S;

static double value(const char *text)
{
	sj_expr *e;
	sj_error err = { .text = "" };

	pool_used = 0;
	if (sj_expr_compile(text, &e, pool_alloc, NULL, &err) != SJ_OK) {
		CHECK(false, "%s: %s", text, err.text);
		return -12345;
	}
	return sj_expr_value(e, &task, now);
}

TEST(values)
{
	static const struct { const char *text; double v; } cases[] = {
		{ "1", 1 }, { " .5e1 ", 5 }, { "1+2*3", 7 }, { "(1+2)*3", 9 }, { "10-3-2", 5 },
		{ "100/10/5", 2 }, { "2^3^2", 512 }, { "-2^2", -4 }, { "2^-1", 0.5 }, { "--3", 3 },
		{ "+3", 3 }, { "2*-3", -6 }, { "wait", 200 }, { "now", 300 }, { "submit", 100 },
		{ "estimate", 50 }, { "procs", 4 }, { "area", 200 }, { "deadline", (double)INFINITY },
		{ "weight", 1.5 }, { "priority", -7 }, { "ranks", 2 }, { "cores", 2 }, { "gpus", 1 },
		{ "mem", 2000 }, { "user", 11 }, { "group", 12 }, { "queue", 13 }, { "app", 14 },
		{ "(wait/estimate)^3*procs", 256 }, { "min(3,1,2)", 1 }, { "max(3,1,2)", 3 },
		{ "max(7)", 7 }, { "if(procs>3,10,20)", 10 }, { "if(procs>4,10,20)", 20 },
		{ "log2(8)", 3 }, { "log10(1000)", 3 }, { "log(exp(2))", 2 }, { "sqrt(9)", 3 },
		{ "abs(-2)", 2 }, { "floor(-1.5)", -2 }, { "ceil(-1.5)", -1 }, { "pow(2,10)", 1024 },
		{ "pow(9,0.5)", 3 }, { "4^0.5", 2 }, { "1<2", 1 }, { "2<=1", 0 }, { "1+1==2", 1 },
		{ "1!=1", 0 }, { "2>=2", 1 }, { "(1<2)+(3>2)", 2 }, { "1/0", (double)INFINITY },
		{ "-1/0", -(double)INFINITY }, { "2^17", 131072 }, { "1.5^2", 2.25 }, { "0^0", 1 },
		{ "log2(0)", -(double)INFINITY },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double v = value(cases[i].text);

		CHECK(v == cases[i].v, "%s is %.17g", cases[i].text, v);
	}
	CHECK(isnan(value("0/0")) && isnan(value("sqrt(-1)")) && isnan(value("max(0/0,1)")) &&
	      isnan(value("min(1,0/0)")), "not a number stays one");
}

TEST(errors)
{
	static const struct { const char *text, *say; } cases[] = {
		{ "", "column 1: expected a number, a variable, a function or \"(\", found the end" },
		{ "wait/", "column 6: expected a number, a variable, a function or \"(\", found the end" },
		{ "wait wait", "column 6: expected an operator or the end, found \"w\"" },
		{ "(wait", "column 6: expected an operator or \")\", found the end" },
		{ "wait)", "column 5: expected an operator or the end, found \")\"" },
		{ "wiat*2", "column 1: nothing is called \"wiat\"; did you mean \"wait\"?" },
		{ "3*zzzz", "column 3: nothing is called \"zzzz\"; known are wait" },
		{ "max(1,", "column 7: expected" }, { "max", "column 4: expected \"(\" behind the function max" },
		{ "max()", "column 5: expected" }, { "sqrt(1,2)", "sqrt takes 1 argument" },
		{ "if(1,2)", "if takes 3 arguments" }, { "pow(1)", "pow takes 2 arguments" },
		{ "1<2<3", "column 4: expected an operator or the end" }, { "2**3", "column 3: expected" },
		{ "1.2.3", "column 1: not a number" }, { "1e999", "column 1: not a number, or one out of range" },
		{ "wait%2", "column 5" }, { "a=1", "column 1: nothing" }, { "1=1", "found \"=\"" },
		{ "wait\n*2", "column 5: expected an operator or the end, found \"?\"" }, { "\xc3\xa4", "column 1" },
		{ ".", "column 1: not a number" }, { "max(1 2)", "column 7: expected \",\" or \")\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_expr *e = NULL;
		sj_error err = { .text = "" };

		pool_used = 0;
		CHECK(sj_expr_compile(cases[i].text, &e, pool_alloc, NULL, &err) == SJ_EUSAGE && e == NULL,
		      "%s", cases[i].text);
		CHECK(strstr(err.text, cases[i].say) != NULL, "%s: %s", cases[i].text, err.text);
	}
}

TEST(knows_what_changes_with_time)
{
	static const struct { const char *text; bool dynamic; } cases[] = {
		{ "wait", true }, { "procs+now", true }, { "submit*procs/estimate", false }, { "1", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_expr *e;

		pool_used = 0;
		REQUIRE(sj_expr_compile(cases[i].text, &e, pool_alloc, NULL, NULL) == SJ_OK, "%s", cases[i].text);
		CHECK(sj_expr_dynamic(e) == cases[i].dynamic, "%s", cases[i].text);
	}
}

static int compile(const char *text)
{
	sj_expr *e;
	sj_error err;

	pool_used = 0;
	return sj_expr_compile(text, &e, pool_alloc, NULL, &err);
}

TEST(hostile)
{
	static char big[100001];
	static const char *const unit[] = { "(", "-", "1+", "1+(", "2^", "max(", "if(1,", "9", "1,", "max(1,1)+", "a", " " };

	for (size_t u = 0; u < sizeof(unit) / sizeof(unit[0]); u++) {
		size_t n = strlen(unit[u]);

		for (size_t i = 0; i + 1 < sizeof(big); i++)
			big[i] = unit[u][i % n];
		CHECK(compile(big) == SJ_EUSAGE, "%s...", unit[u]);
	}
	/* As deep and as long as allowed, and one more. */
	for (int depth = 90; depth <= 110; depth++) {
		memset(big, '(', (size_t)depth);
		big[depth] = '1';
		memset(big + depth + 1, ')', (size_t)depth);
		big[2 * depth + 1] = '\0';
		CHECK((compile(big) == SJ_OK) == (depth < 100), "depth %d", depth);
	}
	for (int values = 60; values <= 70; values++) {
		size_t n = 0;

		for (int i = 1; i < values; i++)
			n += (size_t)sprintf(big + n, "1+(");
		n += (size_t)sprintf(big + n, "1");
		for (int i = 1; i < values; i++)
			n += (size_t)sprintf(big + n, ")");
		CHECK((compile(big) == SJ_OK) == (values <= SJ_EXPR_STACK), "%d values", values);
		CHECK(values > SJ_EXPR_STACK || value(big) == values, "%d values", values);
	}
}

/* Random strings of the alphabet: never a crash, and what compiles evaluates. */
TEST(random_text)
{
	static const char *const token[] = { "wait", "procs", "1", "0", "2.5", "(", ")", "+", "-", "*", "/", "^",
					     ",", "max(", "min(", "if(", "log2(", "<", ">=", "==", " ", "1e3", "estimate", "foo" };
	uint64_t x = 42;
	int good = 0;

	for (int round = 0; round < 100000; round++) {
		char text[256] = "";
		sj_expr *e;
		size_t n;

		x = x * 6364136223846793005u + 1442695040888963407u;
		n = 1 + (x >> 40) % 9;
		for (size_t i = 0; i < n; i++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			strcat(text, token[(x >> 33) % (sizeof(token) / sizeof(token[0]))]);
		}
		pool_used = 0;
		if (sj_expr_compile(text, &e, pool_alloc, NULL, NULL) != SJ_OK)
			continue;
		good++;
		(void)sj_expr_value(e, &task, now);
	}
	CHECK(good > 1000, "%d of the random formulas are formulas", good);
}

TESTS(CASE(values), CASE(errors), CASE(knows_what_changes_with_time), CASE(hostile), CASE(random_text))
