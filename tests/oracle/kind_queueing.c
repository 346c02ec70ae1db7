/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_queueing.c - single stations of queueing theory: M/M/c, M/G/1 (also with
 * preemption), M/D/c, GI/M/1, batches, many servers.
 */
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "laws.h"
#include "queue.h"

enum {
	MANY = 1000000, /* servers that are never all in use */
	STATION_MAX = 24
};

static double expected_or(const struct check *k, const char *key, double otherwise)
{
	const json_t *v = json_object_get(k->expected, key);

	return json_is_number(v) ? json_number_value(v) : otherwise;
}

/* What the stored jobs and the run's own metrics say of any station. */
static const struct shown_as station[] = {
	{ "Wq", "avg(wait)" },
	{ "W", "avg(response)" },
	{ "P_wait", "avg(wait > 0)" },
	{ "sigma", "avg(wait > 0)" },
	{ "P_N_ge_c", "avg(wait > 0)" }, /* what a Poisson arrival finds */
	{ "Lq", "metric:queue_length_mean" },
	{ "L", "metric:jobs_in_system_mean" },
	{ "rho", "metric:utilization" },
	{ "p95_response", "quantile(response, 0.95)" },
	{ "var_response", "variance(response)" },
	{ "ES", "avg(service)" },
	{ "ES2", "avg(service * service)" },
	{ "scv", "cov(service) * cov(service)" },
	{ NULL, NULL } };

/* The table, and entries for keys with a number in them: P_T_gt_X is P(response >
 * X), P_N_ge_X of a single server what arrivals find. */
static void compare_station(struct check *k, const struct queue *q)
{
	struct shown_as table[STATION_MAX];
	const char *key;
	json_t *v;
	size_t n = 0;

	for (size_t i = 0; station[i].key != NULL; i++)
		table[n++] = station[i];
	json_object_foreach((json_t *)k->expected, key, v) {
		const char *number = key + 7, *sql = NULL;

		if (strncmp(key, "P_T_gt_", 7) == 0)
			sql = format("avg(response > %.12g)", strtod(number, NULL));
		else if (strncmp(key, "P_N_ge_", 7) == 0 && q->servers == 1 && atoi(number) > 0)
			sql = queue_found_at_least(k, atoi(number));
		if (sql != NULL && n < STATION_MAX - 1)
			table[n++] = (struct shown_as){ key, sql };
	}
	table[n] = (struct shown_as){ NULL, NULL };
	queue_compare(k, q, table);
}

/* A law that has no counterpart skips the case. */
static const char *or_no_law(struct check *k, const char *law)
{
	if (law != NULL)
		return law;
	report_skip(k->r, "a law that `gen` does not offer");
	return "none";
}

static bool no_law(const struct check *k)
{
	return k->r->skipped.len > 0;
}

void show_mmc(struct check *k)
{
	double lambda = input_number(k, "lambda"), mu = input_number(k, "mu");
	int64_t c = input_has(k, "c") ? input_integer(k, "c") : 1;
	struct queue q = {
		.generator = format("rate=%.12g,service=(exp:mean=%.12g)", lambda, 1 / mu),
		.servers = c, .policy = "fifo",
		.load = lambda / mu / (double)c, .scv = 1 };

	compare_station(k, &q);
}

void show_mgc(struct check *k)
{
	double lambda = input_number(k, "lambda");
	const char *law = or_no_law(k, law_of(json_object_get(k->inputs, "service")));
	static const struct shown_as lcfs[] = {
		{ "Wq_LCFS_nonpreemptive", "avg(wait)" }, { NULL, NULL } };
	static const struct shown_as ps[] = {
		{ "W_PS", "avg(response)" }, { "L_PS", "metric:jobs_in_system_mean" },
		{ NULL, NULL } };
	static const struct shown_as lcfs_pr[] = {
		{ "W_LCFS_PR", "avg(response)" }, { NULL, NULL } };
	struct queue q = {
		.generator = format("rate=%.12g,service=(%s)", lambda, law),
		.servers = input_integer(k, "c"), .policy = "fifo",
		.load = expected_or(k, "rho", 0.9), .scv = expected_or(k, "scv", 1) };

	if (no_law(k))
		return;
	compare_station(k, &q);
	q.policy = "lifo";
	queue_compare(k, &q, lcfs);
	q.policy = "preempt:order=lifo";
	queue_compare(k, &q, lcfs_pr);
	q.policy = "ps";
	queue_compare(k, &q, ps);
}

void show_gim1(struct check *k)
{
	double lambda = input_number(k, "lambda"), mu = input_number(k, "mu");
	const char *gaps = or_no_law(k, law_of_arrivals(input_string(k, "interarrival")));
	struct queue q = {
		.generator = format("rate=%.12g,arrivals=(%s),service=(exp:mean=%.12g)",
				    lambda, gaps, 1 / mu),
		.servers = 1, .policy = "fifo", .load = lambda / mu, .scv = 4 };

	if (!no_law(k))
		compare_station(k, &q);
}

void show_mxm1(struct check *k)
{
	double rate = input_number(k, "batch_rate"), mu = input_number(k, "mu");
	int64_t batch = input_integer(k, "batch");
	struct queue q = {
		.generator = format("rate=%.12g,batch=%lld,service=(exp:mean=%.12g)",
				    rate * (double)batch, (long long)batch, 1 / mu),
		.servers = 1, .policy = "fifo",
		.load = rate * (double)batch / mu, .scv = 1 + (double)batch };

	compare_station(k, &q);
}

void show_mginf(struct check *k)
{
	static const struct shown_as table[] = {
		{ "L", "metric:jobs_in_system_mean" }, { NULL, NULL } };
	const json_t *law = json_pack("[s, f]", input_string(k, "law"),
				      input_number(k, "ES"));
	struct queue q = {
		.generator = format("rate=%.12g,service=(%s)", input_number(k, "lambda"),
				    or_no_law(k, law_of(law))),
		.servers = MANY, .policy = "fifo" };

	if (!no_law(k))
		queue_compare(k, &q, table);
}

void show_mg1_size_based(struct check *k)
{
	static const struct shown_as fifo[] = {
		{ "W_FCFS", "avg(response)" }, { "ES", "avg(service)" },
		{ "rho", "metric:utilization" }, { NULL, NULL } };
	static const struct shown_as sjf[] = {
		{ "W_SJF", "avg(response)" }, { NULL, NULL } };
	static const struct {
		const char     *policy;
		struct shown_as shown[2];
	} preemptive[] = {
		{ "ps", { { "W_PS", "avg(response)" }, { NULL, NULL } } },
		{ "srtf", { { "W_SRPT", "avg(response)" }, { NULL, NULL } } },
		{ "preempt:order=sjf", { { "W_PSJF", "avg(response)" }, { NULL, NULL } } },
		/* A quantum small beside the mean service, which is 1 s. */
		{ "las:queues=20ms|...", { { "W_LAS", "avg(response)" }, { NULL, NULL } } },
	};
	const char *law = or_no_law(k, law_of(json_object_get(k->inputs, "service")));
	double lambda = input_number(k, "lambda");
	bool h2 = strncmp(law, "h2", 2) == 0;
	struct queue q = {
		.generator = format("rate=%.12g,service=(%s)", lambda, law),
		.servers = input_integer(k, "c"), .policy = "fifo",
		.load = expected_or(k, "rho", 0.9), .scv = h2 ? 6 : 1 };

	if (no_law(k))
		return;
	queue_compare(k, &q, fifo);
	q.policy = "sjf";
	queue_compare(k, &q, sjf);
	for (size_t i = 0; i < sizeof(preemptive) / sizeof(preemptive[0]); i++) {
		q.policy = preemptive[i].policy;
		queue_compare(k, &q, preemptive[i].shown);
	}
}

/* Users who think, submit and wait for the end: the finite source. */
void show_closed_repairman(struct check *k)
{
	static const struct shown_as table[] = {
		{ "L", "metric:jobs_in_system_mean" }, { "Lq", "metric:queue_length_mean" },
		{ "throughput", "metric:throughput_per_s" }, { "util", "metric:utilization" },
		{ "W", "avg(response)" }, { "Wq", "avg(wait)" }, { NULL, NULL } };
	double think = 1 / input_number(k, "think_rate"), mean = 1 / input_number(k, "mu");
	struct queue q = {
		.model = "users", .servers = input_integer(k, "c"), .policy = "fifo",
		.generator = format("users=%lld,think=(exp:mean=%.12g),service=(exp:mean=%.12g)",
				    (long long)input_integer(k, "N"), think, mean),
		.load = 0.5, .scv = 1 };

	queue_compare(k, &q, table);
}

void show_kingman_bound(struct check *k)
{
	double lambda = input_number(k, "lambda"), mean = 1 / input_number(k, "mu");
	static const struct shown_as table[] = {
		{ "Wq_upper_bound", "avg(wait)" }, { NULL, NULL } };
	double ca2 = input_number(k, "ca2"), cs2 = input_number(k, "cs2"), wait;
	struct queue q = {
		.generator = format("rate=%.12g,arrivals=(%s),service=(%s)", lambda,
				    law_of_moments(1, 1 + ca2),
				    law_of_moments(mean, (1 + cs2) * mean * mean)),
		.servers = 1, .policy = "fifo", .load = lambda * mean };

	if (queue_means(k, &q, table, &wait))
		expect_at_most(k, "Wq_upper_bound", wait);
}
