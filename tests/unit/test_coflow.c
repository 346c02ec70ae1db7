/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_coflow.c - coflows worked out by hand. Ports do 1 B/s, so that bytes are seconds. */
#include "coflow.h"

#include "test.h"

#define SEC SJ_NS_PER_S
#define MOST 8

struct flow_row {
	uint32_t coflow, src, dst;
	double   bytes;
};

struct example {
	uint32_t ports, coflows;
	double   arrival_s[MOST];
	struct flow_row flow[MOST]; /* by coflow; ends with bytes 0 */
};

/* Runs it; finish in seconds. */
static bool run_example(const struct example *x, const char *spec, double *finish_s)
{
	static const double speed[MOST] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	sj_coflow coflow[MOST] = { { 0 } };
	sj_coflow_flow flow[MOST];
	sj_time finish[MOST];
	sj_coflow_case c = { .ports = x->ports, .send = speed, .receive = speed,
			     .coflow = coflow, .count = x->coflows, .flow = flow };
	sj_coflow_result out = { .finish_ns = finish };
	sj_coflow_rule rule;
	sj_error err;

	for (uint32_t i = 0; i < x->coflows; i++) {
		coflow[i] = (sj_coflow){ i + 1, (sj_time)(x->arrival_s[i] * SEC), c.flows, 0 };
		while (c.flows < MOST && x->flow[c.flows].bytes > 0 &&
		       x->flow[c.flows].coflow == i) {
			const struct flow_row *r = &x->flow[c.flows];

			flow[c.flows++] = (sj_coflow_flow){ r->src, r->dst, r->bytes };
			coflow[i].flows++;
		}
	}
	CHECK(sj_coflow_rule_parse(spec, &rule, &err) == SJ_OK, "%s", err.text);
	if (sj_coflow_run(&c, &rule, NULL, &out) != SJ_OK)
		return false;
	for (uint32_t i = 0; i < x->coflows; i++)
		finish_s[i] = (double)finish[i] / SEC;
	return true;
}

static bool near(double a, double b)
{
	return a - b < 3e-9 && b - a < 3e-9;
}

#define EXPECT(example, spec, ...)                                                         \
	do {                                                                               \
		const double want_[] = { __VA_ARGS__ };                                    \
		double got_[MOST] = { 0 };                                                 \
		CHECK(run_example(example, spec, got_), "%s", spec);                       \
		for (uint32_t i_ = 0; i_ < (example)->coflows; i_++)                       \
			CHECK(near(got_[i_], want_[i_]), "%s: coflow %u ends at %.9f, not " \
			      "%.9f", spec, i_ + 1, got_[i_], want_[i_]);                  \
	} while (0)

/*
 * The example with which Varys was presented: two links, coflow 1 with 3 on the first, coflow
 * 2 with 2 on the first and 6 on the second. Fair sharing ends them at 5 and 6, although 3
 * and 6 can be had.
 */
static const struct example two_links = {
	.ports = 4, .coflows = 2,
	.flow = { { 0, 0, 2, 3 }, { 1, 0, 3, 2 }, { 1, 1, 3, 6 } },
};

TEST(two_coflows_on_two_links)
{
	/* The ports that are entered do not bind here. */
	struct example x = two_links;

	x.flow[1].dst = 3;
	x.flow[2].dst = 1;
	EXPECT(&x, "fair", 5, 6);
	EXPECT(&x, "shares", 5, 6);
	EXPECT(&x, "sebf", 3, 6);
	EXPECT(&x, "fifo", 3, 6);
	EXPECT(&x, "scf", 3, 6);
	EXPECT(&x, "ncf", 3, 6);
	EXPECT(&x, "lcf", 3, 6);
	/* Without backfilling coflow 2 waits for all of coflow 1. */
	EXPECT(&x, "sebf:backfill=none", 3, 9);
	EXPECT(&x, "fifo:backfill=none", 3, 9);
}

/* Coflow 2 first: MADD gives it 1/3 of the first link, the rest is coflow 1's. */
TEST(madd_takes_no_more_than_it_needs)
{
	const struct example x = {
		.ports = 4, .coflows = 2,
		.flow = { { 0, 0, 3, 2 }, { 0, 1, 1, 6 }, { 1, 0, 2, 3 } },
	};

	EXPECT(&x, "fifo", 6, 4.5);
	EXPECT(&x, "fifo:backfill=none", 6, 4.5);
	EXPECT(&x, "sebf", 6, 3);
}

/* One port, coflows of one flow: 5 at 0, 2 at 1, 1 at 2. */
static const struct example queue = {
	.ports = 2, .coflows = 3, .arrival_s = { 0, 1, 2 },
	.flow = { { 0, 0, 1, 5 }, { 1, 0, 1, 2 }, { 2, 0, 1, 1 } },
};

TEST(one_port_is_one_server)
{
	EXPECT(&queue, "fifo", 5, 7, 8);
	/* Shortest remaining: 2 preempts 4, its last 1 goes on before 1 that came later. */
	EXPECT(&queue, "sebf", 8, 3, 4);
	EXPECT(&queue, "lcf", 8, 3, 4);
	EXPECT(&queue, "scf:key=arrival", 8, 4, 3);
	/* Processor sharing: 4, 2 from 1; 3.5, 1.5, 1 from 2; the last leaves at 5. */
	EXPECT(&queue, "fair", 8, 6, 5);
	EXPECT(&queue, "shares", 8, 6, 5);
}

/* All of 1 at once by queue: what has sent 2 gives way to what has not. */
TEST(aalo_by_hand)
{
	const struct example x = {
		.ports = 2, .coflows = 2, .arrival_s = { 0, 4 },
		.flow = { { 0, 0, 1, 10 }, { 1, 0, 1, 2 } },
	};

	EXPECT(&x, "aalo:first=5B", 12, 7);
	EXPECT(&x, "aalo:first=3B", 12, 6);
	EXPECT(&x, "aalo:first=3B,queues=1", 10, 12);
	/* At 5 coflow 2 goes to the second queue, but coflow 1 is in the third by then. */
	EXPECT(&x, "aalo:first=1B,factor=4", 12, 6);
}

/* A coflow is fair within: 3 flows, two of them out of one port. */
TEST(aalo_shares_within_a_coflow)
{
	const struct example x = {
		.ports = 5, .coflows = 1,
		.flow = { { 0, 0, 2, 1 }, { 0, 0, 3, 2 }, { 0, 1, 4, 1 } },
	};

	EXPECT(&x, "aalo:delay=0s", 3);
	EXPECT(&x, "aalo:when=coflow", 4); /* what ended at 2 leaves its half unused */
	EXPECT(&x, "aalo:delay=500ms", 3.25);
}

/* Width, bytes, length and bottleneck each prefer another coflow. All leave port 0. */
TEST(orders_differ)
{
	const struct example x = {
		.ports = 8, .coflows = 2,
		.flow = { { 0, 0, 1, 4 }, { 1, 0, 2, 3 }, { 1, 0, 3, 2 } },
	};
	const struct example y = {
		.ports = 8, .coflows = 2,
		.flow = { { 0, 0, 1, 4 }, { 1, 0, 2, 3 }, { 1, 4, 5, 3 } },
	};

	EXPECT(&x, "scf", 9, 5); /* 4 against 3 */
	EXPECT(&x, "ncf", 4, 9);
	EXPECT(&x, "sebf", 4, 9);
	EXPECT(&x, "lcf", 4, 9);
	EXPECT(&y, "sebf", 7, 3); /* 6 bytes, but 3 at a port */
	EXPECT(&y, "lcf", 4, 7);
	EXPECT(&y, "fifo", 4, 7);
}

/* A flow from a port to itself crosses both its sides. */
TEST(local_flows_cross_their_port)
{
	const struct example x = {
		.ports = 2, .coflows = 1, .flow = { { 0, 0, 0, 1 }, { 0, 0, 1, 1 } },
	};

	EXPECT(&x, "fair", 2);
	EXPECT(&x, "sebf", 2);
}

/* What one port cannot use: max-min fair sharing gives it away, equal shares do not. */
TEST(shares_are_not_max_min)
{
	/* Into port 3: a from 0, b from 1. Out of 0 also c: a gets 1/2, b could have 1/2. With
	 * a second flow d out of 0, a gets 1/3 and b 2/3 when that is given away. */
	const struct example x = {
		.ports = 6, .coflows = 4,
		.flow = { { 0, 0, 3, 3 }, { 1, 1, 3, 2 }, { 2, 0, 4, 3 }, { 3, 0, 5, 3 } },
	};

	EXPECT(&x, "fair", 9, 3, 9, 9);
	EXPECT(&x, "shares", 9, 4, 9, 9);
}

TEST(rules_are_written_and_read)
{
	sj_coflow_rule r;
	char text[120];
	sj_error err;

	REQUIRE(sj_coflow_rule_parse("sebf:backfill=none,key=arrival", &r, &err) == SJ_OK);
	sj_coflow_rule_text(&r, text, sizeof(text));
	CHECK(strcmp(text, "sebf:backfill=none,key=arrival") == 0, "%s", text);
	REQUIRE(sj_coflow_rule_parse("fair", &r, &err) == SJ_OK);
	sj_coflow_rule_text(&r, text, sizeof(text));
	CHECK(strcmp(text, "fair") == 0, "%s", text);
	CHECK(sj_coflow_rule_parse("sefb", &r, &err) == SJ_EUSAGE &&
	      strstr(err.text, "did you mean \"sebf\"") != NULL, "%s", err.text);
	CHECK(sj_coflow_rule_parse("fair:x=1", &r, &err) == SJ_EUSAGE);
	CHECK(sj_coflow_rule_parse("sebf:backfil=none", &r, &err) == SJ_EUSAGE);
	CHECK(sj_coflow_rule_parse("aalo:factor=1", &r, &err) == SJ_EUSAGE);
}

TESTS(CASE(two_coflows_on_two_links), CASE(madd_takes_no_more_than_it_needs),
      CASE(one_port_is_one_server), CASE(aalo_by_hand), CASE(aalo_shares_within_a_coflow),
      CASE(orders_differ), CASE(local_flows_cross_their_port), CASE(shares_are_not_max_min),
      CASE(rules_are_written_and_read))
