/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_coflow.c - random coflows under every rule: what must hold for all of them, fair
 * sharing against the solver of flow.c flow by flow, and one port against queues.
 */
#include "coflow.h"

#include <math.h>

#include "flow.h"
#include "sojourn/rng.h"
#include "test.h"

#define SEEDS   250u
#define PORTS   6u
#define COFLOWS 12u
#define FLOWS   160u
#define NEAR    1e-8 /* relative */
#define CALLS   4000u

struct world {
	double         send[PORTS], receive[PORTS];
	sj_coflow      coflow[COFLOWS];
	sj_coflow_flow flow[FLOWS];
	sj_coflow_case c;
	uint64_t       seed;
};

static uint32_t pick(gsl_rng *r, uint32_t n)
{
	return (uint32_t)gsl_rng_uniform_int(r, n);
}

/* Some at the same instant, some sizes equal, some ports faster, now and then no bytes. */
static void make_world(struct world *w, uint64_t seed)
{
	gsl_rng *r = sj_rng_create(seed, "test.coflow", 0);
	uint32_t coflows = 1 + pick(r, COFLOWS);
	sj_time at = 0;

	*w = (struct world){ .seed = seed };
	w->c = (sj_coflow_case){ .ports = 1 + pick(r, PORTS), .send = w->send,
				 .receive = w->receive, .coflow = w->coflow, .count = coflows,
				 .flow = w->flow };
	for (uint32_t p = 0; p < w->c.ports; p++) {
		w->send[p] = pick(r, 3) != 0 ? 1e6 : 1e6 * (1 + gsl_rng_uniform(r));
		w->receive[p] = pick(r, 3) != 0 ? 1e6 : 1e6 * (1 + gsl_rng_uniform(r));
	}
	for (uint32_t i = 0; i < coflows; i++) {
		uint32_t flows = 1 + pick(r, pick(r, 4) == 0 ? 20 : 5);
		double even = 1e6 * gsl_rng_uniform_pos(r);

		at += pick(r, 3) == 0 ? 0 : (sj_time)(gsl_rng_uniform(r) * 3e9);
		w->coflow[i] = (sj_coflow){ i, at, w->c.flows, 0 };
		for (; w->coflow[i].flows < flows && w->c.flows < FLOWS; w->coflow[i].flows++) {
			double bytes = pick(r, 2) != 0 ? even : 2e6 * gsl_rng_uniform_pos(r);

			w->flow[w->c.flows++] = (sj_coflow_flow){
				pick(r, w->c.ports), pick(r, w->c.ports),
				pick(r, 30) == 0 ? 0 : bytes,
			};
		}
	}
	gsl_rng_free(r);
}

/* ---- what must hold whenever rates were computed ----------------------------------- */

struct checker {
	const struct world *w;
	const sj_coflow_rule *rule;
	const char *spec;
	double  left[FLOWS], rate[FLOWS];
	sj_time since;
	int     wrong;
	uint32_t calls;
};

/* All rates that were told, by call. */
static struct {
	sj_time at;
	double  rate[FLOWS];
} told[CALLS];

static double over_ends(const struct world *w, const double *rate, double *used)
{
	double worst = 0;

	memset(used, 0, 2 * PORTS * sizeof(*used));
	for (uint32_t f = 0; f < w->c.flows; f++) {
		used[w->flow[f].src] += rate[f];
		used[PORTS + w->flow[f].dst] += rate[f];
	}
	for (uint32_t p = 0; p < w->c.ports; p++) {
		worst = fmax(worst, used[p] / w->send[p]);
		worst = fmax(worst, used[PORTS + p] / w->receive[p]);
	}
	return worst;
}

static bool full(const struct world *w, const double *used, uint32_t end)
{
	double cap = end < PORTS ? w->send[end] : w->receive[end - PORTS];

	return used[end] >= cap * (1 - NEAR);
}

static bool arrived(const struct world *w, uint32_t flow, sj_time now)
{
	for (uint32_t i = 0; i < w->c.count; i++)
		if (flow < w->coflow[i].first + w->coflow[i].flows)
			return w->coflow[i].arrival_ns <= now;
	return false;
}

/* With a full end; under fair sharing also one on which it is among the largest. */
static bool is_bound(const struct checker *k, const double *rate, const double *used, uint32_t f)
{
	const uint32_t end[2] = { k->w->flow[f].src, PORTS + k->w->flow[f].dst };

	for (int side = 0; side < 2; side++) {
		double most = 0;

		for (uint32_t g = 0; g < k->w->c.flows; g++)
			if ((side == 0 ? k->w->flow[g].src : PORTS + k->w->flow[g].dst) == end[side])
				most = fmax(most, rate[g]);
		if (full(k->w, used, end[side]) &&
		    (k->rule->order != SJ_COFLOW_FAIR || rate[f] >= most * (1 - NEAR)))
			return true;
	}
	return false;
}

static void on_rates(void *self, sj_time now, const double *rate)
{
	struct checker *k = self;
	const struct world *w = k->w;
	double used[2 * PORTS];
	bool conserving = k->rule->order != SJ_COFLOW_SHARES &&
			  k->rule->backfill != SJ_BACKFILL_NONE;

	REQUIRE(k->calls < CALLS);
	told[k->calls].at = now;
	memcpy(told[k->calls++].rate, rate, w->c.flows * sizeof(*rate));
	k->wrong += over_ends(w, rate, used) > 1 + NEAR;
	for (uint32_t f = 0; f < w->c.flows; f++) {
		k->left[f] -= k->rate[f] * ((double)(now - k->since) * 1e-9);
		k->rate[f] = rate[f];
		k->wrong += rate[f] < 0 || (rate[f] > 0 && !arrived(w, f, now));
		if (conserving && arrived(w, f, now) && k->left[f] > 0.1)
			k->wrong += !is_bound(k, rate, used, f);
	}
	k->since = now;
}

/* Bytes are conserved: all rates times their time, up to the end of the flow. */
static void check_bytes(const struct checker *k, const sj_time *flow_finish)
{
	for (uint32_t f = 0; f < k->w->c.flows; f++) {
		double sent = 0;

		for (uint32_t i = 0; i < k->calls && told[i].at < flow_finish[f]; i++) {
			sj_time to = i + 1 < k->calls && told[i + 1].at < flow_finish[f] ?
				     told[i + 1].at : flow_finish[f];

			sent += told[i].rate[f] * ((double)(to - told[i].at) * 1e-9);
		}
		CHECK(fabs(sent - k->w->flow[f].bytes) < 0.5, "seed %llu, %s: flow %u sent %g of "
		      "%g bytes", (unsigned long long)k->w->seed, k->spec, f, sent,
		      k->w->flow[f].bytes);
	}
}

/* No coflow beats its slowest port, and no port all that crosses it. */
static void check_bounds(const struct world *w, const char *spec, const sj_time *finish)
{
	double scratch[2 * PORTS], total[2 * PORTS] = { 0 };
	sj_time last = 0;

	for (uint32_t i = 0; i < w->c.count; i++) {
		sj_time took = finish[i] - w->coflow[i].arrival_ns;

		CHECK(took >= sj_coflow_bottleneck(&w->c, i, scratch) - 2, "seed %llu, %s: "
		      "coflow %u", (unsigned long long)w->seed, spec, i);
		last = finish[i] > last ? finish[i] : last;
		for (uint32_t p = 0; p < w->c.ports; p++) {
			total[p] += scratch[p];
			total[PORTS + p] += scratch[w->c.ports + p];
		}
	}
	for (uint32_t p = 0; p < w->c.ports; p++) {
		CHECK((double)last >= total[p] / w->send[p] * 1e9 * (1 - 1e-12));
		CHECK((double)last >= total[PORTS + p] / w->receive[p] * 1e9 * (1 - 1e-12));
	}
}

static void run_rule(const struct world *w, const char *spec, sj_time *finish,
		     sj_time *flow_finish)
{
	struct checker k = { .w = w, .spec = spec };
	sj_coflow_watch watch = { on_rates, &k };
	sj_coflow_result out = { .finish_ns = finish, .flow_finish_ns = flow_finish };
	sj_coflow_rule rule;

	REQUIRE(sj_coflow_rule_parse(spec, &rule, NULL) == SJ_OK, "%s", spec);
	k.rule = &rule;
	for (uint32_t f = 0; f < w->c.flows; f++)
		k.left[f] = w->flow[f].bytes;
	REQUIRE(sj_coflow_run(&w->c, &rule, &watch, &out) == SJ_OK, "seed %llu, %s",
		(unsigned long long)w->seed, spec);
	CHECK(k.wrong == 0, "seed %llu, %s: %d rates are wrong", (unsigned long long)w->seed, spec,
	      k.wrong);
	for (uint32_t i = 0; i < w->c.count; i++) {
		sj_time last = w->coflow[i].arrival_ns;

		for (uint32_t f = 0; f < w->coflow[i].flows; f++)
			if (flow_finish[w->coflow[i].first + f] > last)
				last = flow_finish[w->coflow[i].first + f];
		CHECK(last == finish[i], "seed %llu, %s: coflow %u", (unsigned long long)w->seed,
		      spec, i);
	}
	check_bounds(w, spec, finish);
	check_bytes(&k, flow_finish);
}

static const char *const specs[] = {
	"fair", "shares", "fifo", "fifo:when=flow", "fifo:when=coflow", "fifo:backfill=none",
	"sebf", "sebf:when=flow", "sebf:when=coflow", "sebf:backfill=none", "sebf:backfill=arrival",
	"sebf:key=arrival", "scf", "ncf", "lcf", "lcf:when=flow,delay=100ms", "aalo:delay=0s",
	"aalo:when=coflow", "aalo:first=300kB,factor=2,delay=0s", "aalo:first=1MB,queues=2",
};

TEST(every_rule_keeps_to_the_ports)
{
	sj_time finish[COFLOWS], flow_finish[FLOWS];
	struct world w;

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		make_world(&w, seed);
		for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
			run_rule(&w, specs[i], finish, flow_finish);
	}
}

/* ---- fair sharing, flow by flow ---------------------------------------------------- */

/* The same with the general solver: links are ends of ports. */
static void run_flows(const struct world *w, sj_time *finish)
{
	double speed[2 * PORTS];
	uint32_t flow_of[FLOWS], came = 0;
	sj_flows n;

	memcpy(speed, w->send, sizeof(w->send));
	memcpy(speed + PORTS, w->receive, sizeof(w->receive));
	REQUIRE(sj_flows_init(&n, speed, 2 * PORTS, 2) == SJ_OK);
	for (;;) {
		sj_time now = sj_flows_next(&n);

		if (came < w->c.count && w->coflow[came].arrival_ns < now)
			now = w->coflow[came].arrival_ns;
		if (now == SJ_NEVER)
			break;
		while (sj_flows_next(&n) <= now) {
			uint32_t id = sj_flows_first(&n);

			finish[flow_of[id]] = now;
			sj_flows_remove(&n, id, now);
		}
		for (; came < w->c.count && w->coflow[came].arrival_ns == now; came++)
			for (uint32_t k = 0; k < w->coflow[came].flows; k++) {
				uint32_t f = w->coflow[came].first + k, id;
				uint32_t path[2] = { w->flow[f].src, PORTS + w->flow[f].dst };

				finish[f] = now;
				if (!(w->flow[f].bytes > 0))
					continue;
				REQUIRE(sj_flows_add(&n, path, 2, w->flow[f].bytes, 1, INFINITY,
						     now, &id) == SJ_OK);
				flow_of[id] = f;
			}
		REQUIRE(sj_flows_settle(&n, now) == SJ_OK);
	}
	sj_flows_fini(&n);
}

TEST(fair_is_what_single_flows_get)
{
	sj_time finish[COFLOWS], flow_finish[FLOWS], want[FLOWS];
	struct world w;

	for (uint64_t seed = 1; seed <= 2 * SEEDS; seed++) {
		make_world(&w, seed);
		run_rule(&w, "fair", finish, flow_finish);
		run_flows(&w, want);
		for (uint32_t f = 0; f < w.c.flows; f++) {
			double off = fabs((double)(flow_finish[f] - want[f]));

			CHECK(off <= 20 + 1e-9 * (double)want[f], "seed %llu: flow %u ends at "
			      "%lld, not %lld", (unsigned long long)seed, f,
			      (long long)flow_finish[f], (long long)want[f]);
		}
	}
}

/* ---- one port is a server ---------------------------------------------------------- */

/* Every coflow one flow through the same port; some arrive together. */
static void make_queue(struct world *w, uint64_t seed)
{
	gsl_rng *r = sj_rng_create(seed, "test.coflow", 1);
	sj_time at = 0;

	*w = (struct world){ .seed = seed, .send = { 1e6, 1e6 }, .receive = { 1e6, 1e6 } };
	w->c = (sj_coflow_case){ .ports = 2, .send = w->send, .receive = w->receive,
				 .coflow = w->coflow, .count = COFLOWS, .flow = w->flow,
				 .flows = COFLOWS };
	for (uint32_t i = 0; i < COFLOWS; i++) {
		at += (sj_time)pick(r, 1500) * 1000000;
		w->coflow[i] = (sj_coflow){ i, at, i, 1 };
		w->flow[i] = (sj_coflow_flow){ 0, 1, 1000.0 * (1 + pick(r, 2000)) };
	}
	gsl_rng_free(r);
}

/* One server in steps from event to event: `shared` for all equally, else for the one that
 * `remaining` (or arrival) puts first. Microseconds are bytes. */
static void serve(const struct world *w, bool shared, bool remaining, double *finish_us)
{
	double left[COFLOWS], now = 0;
	uint32_t done = 0;

	for (uint32_t i = 0; i < COFLOWS; i++)
		left[i] = w->flow[i].bytes;
	while (done < COFLOWS) {
		double next = INFINITY, share;
		uint32_t here = 0, first = UINT32_MAX;

		for (uint32_t i = 0; i < COFLOWS; i++) {
			double at = (double)w->coflow[i].arrival_ns / 1e3;

			if (at > now)
				next = fmin(next, at);
			else if (left[i] > 0 && ++here &&
				 (first == UINT32_MAX || (remaining && left[i] < left[first])))
				first = i;
		}
		share = shared ? 1.0 / here : 1;
		for (uint32_t i = 0; i < COFLOWS && here != 0; i++)
			if ((shared || i == first) && left[i] > 0 &&
			    (double)w->coflow[i].arrival_ns / 1e3 <= now)
				next = fmin(next, now + left[i] / share);
		for (uint32_t i = 0; i < COFLOWS && here != 0; i++) {
			if ((!shared && i != first) || !(left[i] > 0) ||
			    (double)w->coflow[i].arrival_ns / 1e3 > now)
				continue;
			left[i] -= (next - now) * share;
			if (left[i] < 1e-6) {
				left[i] = 0;
				finish_us[i] = next;
				done++;
			}
		}
		now = next;
	}
}

TEST(one_port_is_fifo_srpt_or_processor_sharing)
{
	static const struct {
		const char *spec;
		bool shared, remaining;
	} rules[] = {
		{ "fifo", false, false }, { "fifo:backfill=none", false, false },
		{ "aalo:queues=1", false, false }, { "sebf", false, true }, { "lcf", false, true },
		{ "scf", false, true }, { "fair", true, false }, { "shares", true, false },
	};
	sj_time finish[COFLOWS], flow_finish[FLOWS];
	double want[COFLOWS];
	struct world w;

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		make_queue(&w, seed);
		for (size_t k = 0; k < sizeof(rules) / sizeof(rules[0]); k++) {
			run_rule(&w, rules[k].spec, finish, flow_finish);
			serve(&w, rules[k].shared, rules[k].remaining, want);
			for (uint32_t i = 0; i < COFLOWS; i++)
				CHECK(fabs((double)finish[i] / 1e3 - want[i]) < 0.1, "seed %llu, "
				      "%s: coflow %u ends at %.4f us, not %.4f",
				      (unsigned long long)seed, rules[k].spec, i,
				      (double)finish[i] / 1e3, want[i]);
		}
	}
}

/* ---- units ------------------------------------------------------------------------- */

/* Everything twice as large and twice as late ends twice as late. */
TEST(twice_the_bytes_take_twice_as_long)
{
	sj_time finish[COFLOWS], twice[COFLOWS], flow_finish[FLOWS];
	static const char *const rules[] = { "fair", "fifo", "sebf", "ncf", "lcf:when=flow" };
	struct world w, v;

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		make_world(&w, seed);
		v = w;
		v.c.coflow = v.coflow;
		v.c.flow = v.flow;
		v.c.send = v.send;
		v.c.receive = v.receive;
		for (uint32_t i = 0; i < v.c.count; i++)
			v.coflow[i].arrival_ns *= 2;
		for (uint32_t f = 0; f < v.c.flows; f++)
			v.flow[f].bytes *= 2;
		for (size_t k = 0; k < sizeof(rules) / sizeof(rules[0]); k++) {
			run_rule(&w, rules[k], finish, flow_finish);
			run_rule(&v, rules[k], twice, flow_finish);
			for (uint32_t i = 0; i < w.c.count; i++)
				CHECK(llabs(twice[i] - 2 * finish[i]) <= 2000, "seed %llu, %s: "
				      "coflow %u", (unsigned long long)seed, rules[k], i);
		}
	}
}

TESTS(CASE(every_rule_keeps_to_the_ports), CASE(fair_is_what_single_flows_get),
      CASE(one_port_is_fifo_srpt_or_processor_sharing),
      CASE(twice_the_bytes_take_twice_as_long))
