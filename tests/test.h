/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test.h - the one small harness. A test file has functions `TEST(name) {...}`
 * and ends with `TESTS(name, name, ...)`. Each runs in this process; CHECK tells
 * the line and goes on, REQUIRE leaves the test. The closing line of a program is
 * "N passed, N failed".
 */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int test_failures;

#define TEST(name) static void name(void)
#define CHECK(cond, ...)                                              \
	do {                                                          \
		if (!(cond)) {                                        \
			test_failures++;                              \
			fprintf(stderr, "%s:%d: %s: ", __FILE__,      \
				__LINE__, #cond);                     \
			fprintf(stderr, " " __VA_ARGS__);             \
			fputc('\n', stderr);                          \
		}                                                     \
	} while (0)
#define REQUIRE(cond, ...)                                            \
	do {                                                          \
		int before_ = test_failures;                          \
		CHECK(cond, __VA_ARGS__);                             \
		if (test_failures != before_)                         \
			return;                                       \
	} while (0)

struct test_case {
	const char *name;
	void (*run)(void);
};

static inline int test_main(const struct test_case *t, size_t n)
{
	int passed = 0, failed = 0;

	for (size_t i = 0; i < n; i++) {
		test_failures = 0;
		t[i].run();
		if (test_failures == 0) {
			passed++;
		} else {
			failed++;
			printf("FAILED %s\n", t[i].name);
		}
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}

#define TESTS(...)                                                    \
	int main(void)                                                \
	{                                                             \
		const struct test_case cases[] = { __VA_ARGS__ };     \
		return test_main(cases, sizeof(cases) / sizeof(cases[0])); \
	}
#define CASE(fn) { #fn, fn }

#endif
