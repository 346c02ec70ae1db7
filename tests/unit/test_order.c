/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_order.c - orders against their definitions: the keys in integers against
 * the formulas of the table, priorities and fair-share by hand.
 */
#include <math.h>
#include <stddef.h>

#include "expr.h"
#include "fairshare.h"
#include "order_key.h"
#include "sojourn/order.h"
#include "sojourn/queue.h"
#include "test.h"

#define S SJ_NS_PER_S

/* What orders ask of the core: time, machine, memory, a place for the fault. */
struct chunk {
	struct chunk *next;
	max_align_t   bytes[];
};
static struct chunk *chunks;
static sj_time clock_ns;
static sj_error fault;

sj_time sj_now(const sj_ctx *cx)
{
	(void)cx;
	return clock_ns;
}

uint32_t sj_procs_total(const sj_ctx *cx)
{
	(void)cx;
	return 100;
}

void *sj_alloc(sj_ctx *cx, size_t size)
{
	struct chunk *c = calloc(1, sizeof(*c) + size);

	(void)cx;
	if (c == NULL)
		abort();
	c->next = chunks;
	chunks = c;
	return c->bytes;
}

void *sj_grow(sj_ctx *cx, void *old, size_t old_size, size_t new_size)
{
	char *p = sj_alloc(cx, new_size);

	if (old_size > 0)
		memcpy(p, old, old_size);
	return p;
}

int sj_policy_fail(sj_ctx *cx, int code, const char *fmt, ...)
{
	va_list ap;

	(void)cx;
	va_start(ap, fmt);
	vsnprintf(fault.text, sizeof(fault.text), fmt, ap);
	va_end(ap);
	fault.code = code;
	return code;
}

static void *alloc_any(void *ctx, size_t size)
{
	return sj_alloc(ctx, size);
}

static uint64_t below(uint64_t *state, uint64_t n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (*state >> 33) % n;
}

static sj_task random_task(uint64_t *state, uint64_t seq)
{
	sj_task t = {
		.id = (uint32_t)seq, .seq = seq, .procs = 1 + (uint32_t)below(state, 100),
		.submit_ns = (sj_time)seq * 7 * S, .estimate_ns = (sj_time)below(state, 90) * S,
		.deadline_ns = below(state, 3) == 0 ? SJ_NEVER : (sj_time)below(state, 5000) * S,
		.priority = (int32_t)below(state, 7) - 3, .weight = 1,
	};

	t.ready_ns = t.submit_ns;
	return t;
}

/* ---- keys ------------------------------------------------------------------------------ */

/* Every row: its key orders tasks as its formula, larger value first, does. */
TEST(keys_follow_formulas)
{
	enum { TASKS = 60 };
	sj_task t[TASKS];
	uint64_t state = 5;

	for (int i = 0; i < TASKS; i++)
		t[i] = random_task(&state, (uint64_t)i);
	clock_ns = 10000 * S;
	for (const sj_order_info *info = sj_orders; info->name != NULL; info++) {
		sj_order *o;
		sj_expr *e;

		if (strcmp(info->name, "expr") == 0 || strcmp(info->name, "multifactor") == 0)
			continue;
		o = sj_order_create(NULL, info->name);
		REQUIRE(o != NULL, "%s: %s", info->name, fault.text);
		REQUIRE(sj_expr_compile(info->formula, &e, alloc_any, NULL, &fault) == SJ_OK, "%s", fault.text);
		CHECK(sj_order_dynamic(o) == info->dynamic, "%s", info->name);
		for (int i = 0; i < TASKS; i++) {
			for (int j = 0; j < TASKS; j++) {
				double a = sj_expr_value(e, &t[i], clock_ns), b = sj_expr_value(e, &t[j], clock_ns);

				CHECK((a > b) == (sj_order_key(o, NULL, &t[i]) < sj_order_key(o, NULL, &t[j])),
				      "%s: tasks %d and %d, values %g and %g", info->name, i, j, a, b);
			}
		}
	}
}

TEST(published_priorities)
{
	/* WFP3, UNICEF and F1..F4 as printed, smaller first. */
	sj_task t = { .procs = 8, .submit_ns = 1000 * S, .ready_ns = 1000 * S, .estimate_ns = 600 * S };
	const double w = 500, r = 600, p = 8, s = 1000;
	const struct { const char *name; double key; } want[] = {
		{ "wfp3", -(w / r) * (w / r) * (w / r) * p }, { "unicef", -w / (log2(p) * r) },
		{ "f1", log10(r) * p + 870 * log10(s) }, { "f2", sqrt(r) * p + 25600 * log10(s) },
		{ "f3", r * p + 6.86e6 * log10(s) }, { "f4", r * sqrt(p) + 5.3e5 * log10(s) },
	};

	clock_ns = 1500 * S;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		CHECK(sj_order_key(sj_order_create(NULL, want[i].name), NULL, &t) == sj_key_of_double(want[i].key),
		      "%s", want[i].name);
	t.procs = 1;
	CHECK(sj_order_key(sj_order_create(NULL, "unicef"), NULL, &t) == sj_key_of_double(-w / (1e-12 * r)), "log2(1)");
	t.submit_ns = 0;
	CHECK(sj_order_key(sj_order_create(NULL, "f1"), NULL, &t) ==
	      sj_key_of_double(log10(r) + 870 * log10(0.1)), "submitted at 0");
}

TEST(zero_estimates_go_first)
{
	static const char *const names[] = { "sjf", "saf", "wfp3", "unicef", "f1", "f2", "f3", "f4" };
	sj_task zero = { .procs = 2, .submit_ns = 5 * S, .ready_ns = 5 * S }, some = zero;

	some.estimate_ns = 10 * S;
	clock_ns = 9 * S;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		sj_order *o = sj_order_create(NULL, names[i]);

		CHECK(sj_order_key(o, NULL, &zero) < sj_order_key(o, NULL, &some), "%s", names[i]);
	}
	/* In a formula of one's own, x/0 is first and 0/0 last. */
	CHECK(sj_order_key(sj_order_create(NULL, "expr:wait/estimate"), NULL, &zero) ==
	      sj_key_of_double(-(double)INFINITY), "x/0");
	CHECK(sj_order_key(sj_order_create(NULL, "expr:0/estimate"), NULL, &zero) == INT64_MAX, "0/0");
}

TEST(areas_keep_their_order)
{
	uint64_t state = 3;

	for (int i = 0; i < 200000; i++) {
		uint32_t p = 1 + (uint32_t)below(&state, UINT32_MAX >> below(&state, 32));
		sj_time a = (sj_time)((below(&state, 1u << 31) << 31 | below(&state, 1u << 31)) % SJ_TIME_MAX) >> below(&state, 50);
		uint32_t q = below(&state, 2) == 0 ? p : p + 1;
		sj_time b = a + (sj_time)below(&state, 1000000) * (below(&state, 2) == 0 ? 1 : S);
		unsigned __int128 x = (unsigned __int128)(uint64_t)a * p, y = (unsigned __int128)(uint64_t)b * q;
		int64_t kx, ky;

		if (b > SJ_TIME_MAX || q == 0)
			continue;
		kx = sj_area_key(p, a);
		ky = sj_area_key(q, b);
		CHECK(kx >= 0 && (x == y ? kx == ky : x < y ? kx <= ky : kx >= ky), "monotone");
		if (x >> 62 == 0)
			CHECK(kx == (int64_t)x, "exact");
		/* Apart by more than 2^-56 of their size: told apart. */
		if (y > x && y - x > y >> 56)
			CHECK(kx < ky, "%g and %g", (double)x, (double)y);
	}
	CHECK(sj_area_key(UINT32_MAX, SJ_TIME_MAX) > sj_area_key(UINT32_MAX, SJ_TIME_MAX / 2), "largest");
}

/* ---- errors ------------------------------------------------------------------------------ */

TEST(refuses)
{
	static const struct { const char *spec, *say; } cases[] = {
		{ "sfj", "no order is called \"sfj\"; did you mean \"sjf\"?" }, { "", "a name is missing" },
		{ "qqqqqqq", "known are fcfs, lifo" }, { "sjf:depth=3", "order sjf has no parameters" },
		{ "expr:wait*", "formula \"wait*\", column 6" }, { "expr", "formula \"\", column 1" },
		{ "expr:(wait", "not closed" }, { "multifactor:aeg=3", "no parameter \"aeg\"; did you mean \"age\"?" },
		{ "multifactor:max_age=0s", "outside" }, { "multifactor:half_life=7", "needs a unit" },
		{ "multifactor:shares=(3-5)", "\"3-5\" is not account:number" },
		{ "multifactor:shares=(3:0)", "is not account:number" },
		{ "multifactor:damping=0", "outside" }, { "multifactor:by=uesr", "did you mean \"user\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fault.text[0] = '\0';
		CHECK(sj_order_create(NULL, cases[i].spec) == NULL, "%s", cases[i].spec);
		CHECK(strstr(fault.text, cases[i].say) != NULL && fault.code == SJ_EUSAGE, "%s: %s",
		      cases[i].spec, fault.text);
	}
	CHECK(sj_order_create(NULL, "fifo") != NULL, "another name of fcfs");
	CHECK(sj_order_create(NULL, "expr:(wait/estimate)^3*procs") != NULL, "%s", fault.text);
	CHECK(sj_order_create(NULL, "expr:wait>=60") != NULL, "%s", fault.text);
}

/* ---- fair-share ---------------------------------------------------------------------------- */

static bool close_to(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(b);
}

/* Usage grows by p per second and decays: the integral, in small steps. */
TEST(usage_is_an_integral)
{
	const double h = 3600;
	sj_fairshare *fs = sj_fairshare_create(NULL, h, 1, NULL);
	double u = 0, total = 0;
	const struct { int from, to, procs; } run[] = { { 0, 1000, 5 }, { 400, 9000, 3 }, { 7000, 7001, 50 } };

	for (int t = 0; t <= 12000; t++) {
		for (size_t i = 0; i < sizeof(run) / sizeof(run[0]); i++) {
			if (t == run[i].from)
				sj_fairshare_begin(fs, 7, (uint32_t)run[i].procs, t * S);
			if (t == run[i].to)
				sj_fairshare_end(fs, 7, (uint32_t)run[i].procs, t * S);
		}
		if (t % 1000 == 0)
			CHECK(t == 0 || fabs(sj_fairshare_usage(fs, 7, t * S) - u) < 1e-6 * u, "at %d s", t);
		/* Midpoint rule over one second. */
		for (size_t i = 0; i < sizeof(run) / sizeof(run[0]); i++)
			total += t >= run[i].from && t < run[i].to ? run[i].procs * exp2(-0.5 / h) : 0;
		u = u * exp2(-1 / h) + total;
		total = 0;
	}
	CHECK(close_to(sj_usage_decay(1000, 604800, 86400), 905.7236642639067), "half-life of a week");
	CHECK(sj_usage_decay(500, 3600, 7200) == 125, "two half-lives");
	CHECK(sj_usage_decay(500, 0, 7200) == 500, "no decay");
	CHECK(sj_fairshare_factor(0, 0.25, 1) == 1 && sj_fairshare_factor(0.25, 0.25, 1) == 0.5 &&
	      sj_fairshare_factor(0.5, 0.25, 1) == 0.25 && sj_fairshare_factor(0.5, 0.25, 2) == 0.5, "factor");
}

TEST(factor_of_accounts)
{
	sj_fairshare *fs = sj_fairshare_create(NULL, 0, 1, "2:3,9:5");

	/* Accounts 1 (1 share) and 2 (3 shares): S is 1/4 and 3/4. */
	CHECK(sj_fairshare_at(fs, 1, 0) == 1 && sj_fairshare_at(fs, 2, 0) == 1, "no usage yet");
	sj_fairshare_begin(fs, 1, 10, 0);
	sj_fairshare_begin(fs, 2, 30, 0);
	/* Used in proportion to the shares: 1/2 each. */
	CHECK(close_to(sj_fairshare_at(fs, 1, 10 * S), 0.5) && close_to(sj_fairshare_at(fs, 2, 10 * S), 0.5), "in balance");
	sj_fairshare_end(fs, 2, 30, 10 * S);
	/* 400 against 300 processor-seconds at 40 s. */
	CHECK(close_to(sj_fairshare_at(fs, 1, 40 * S), exp2(-(400.0 / 700) * 4)), "account 1");
	CHECK(close_to(sj_fairshare_at(fs, 2, 40 * S), exp2(-(300.0 / 700) * 4 / 3)), "account 2");
	/* A newcomer with 5 shares makes theirs smaller. */
	CHECK(sj_fairshare_at(fs, 9, 40 * S) == 1, "newcomer");
	CHECK(close_to(sj_fairshare_at(fs, 1, 40 * S), exp2(-(400.0 / 700) * 9)), "account 1 again");
}

TEST(multifactor_by_hand)
{
	sj_order *o = sj_order_create(NULL, "multifactor:age=2,size=4,fairshare=8,priority=1,queue=0.5,max_age=100s,half_life=0s");
	sj_task t = { .id = 3, .procs = 25, .ready_ns = 50 * S, .submit_ns = 50 * S, .priority = 6, .queue = 3, .user = 1 };
	sj_task other = { .id = 900, .procs = 10, .user = 2 };
	char text[256];

	REQUIRE(o != NULL, "%s", fault.text);
	clock_ns = 100 * S;
	sj_order_ended(o, NULL, &other); /* an end without a start books nothing */
	CHECK(sj_order_key(o, NULL, &t) == sj_key_of_double(-(2 * 0.5 + 4 * 0.25 + 8 * 1 + 6 + 1.5)), "waits 50 s");
	sj_order_started(o, NULL, &t);
	sj_order_started(o, NULL, &other);
	clock_ns = 200 * S;
	sj_order_ended(o, NULL, &other);
	sj_order_ended(o, NULL, &t);
	/* User 1 used 2500 of 3500 processor-seconds and has half of the shares. */
	CHECK(sj_order_key(o, NULL, &t) == sj_key_of_double(-(2 * 1 + 4 * 0.25 + 8 * exp2(-(2500.0 / 3500) / 0.5) + 6 + 1.5)),
	      "ran 100 s");
	sj_order_explain(o, NULL, &t, text, sizeof(text));
	CHECK(strstr(text, "age 2 x 1") != NULL && strstr(text, "size 4 x 0.25") != NULL, "%s", text);
	sj_order_explain(sj_order_create(NULL, "wfp3"), NULL, &t, text, sizeof(text));
	CHECK(strstr(text, "wait 150") != NULL && strstr(text, "procs 25") != NULL, "%s", text);
	for (size_t n = 0; n < 40; n++)
		sj_order_explain(o, NULL, &t, text, n);
}

TESTS(CASE(keys_follow_formulas), CASE(published_priorities), CASE(zero_estimates_go_first),
      CASE(areas_keep_their_order), CASE(refuses), CASE(usage_is_an_integral), CASE(factor_of_accounts),
      CASE(multifactor_by_hand))
