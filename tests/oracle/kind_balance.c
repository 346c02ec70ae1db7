/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind_balance.c - queues at the nodes, and tasks that wait for theirs. */
#include "harness/text.h"
#include "kinds.h"
#include "queue.h"

/*
 * The limit of many servers, which 500 are near to. Random splitting makes each server a
 * queue of its own, whatever their number: few of them leave the empty start behind in
 * fewer jobs.
 */
void show_power_of_d(struct check *k)
{
	static const struct {
		int         servers;
		const char *policy;
		struct shown_as shown[2];
	} way[] = {
		{ 10, "balance:to=random", { { "random", "avg(response)" }, { NULL, NULL } } },
		{ 500, "balance:to=jsq,d=2",
		  { { "power_of_2", "avg(response)" }, { NULL, NULL } } },
		{ 500, "balance:to=jsq,d=3",
		  { { "power_of_3", "avg(response)" }, { NULL, NULL } } },
	};
	double load = input_number(k, "lambda_per_server");

	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		struct queue q = {
			.generator = format("rate=%.12g,service=(exp:mean=1)",
					    load * way[i].servers),
			.nodes = way[i].servers, .policy = way[i].policy, .warm_up = 0.2,
			/* With a choice, queues are short, and alike from one run to another. */
			.load = i == 0 ? load : 0.3, .scv = 1 };

		queue_compare(k, &q, way[i].shown);
	}
}

/* Every server gets each n-th arrival of a Poisson stream; sigma: who arrives waits. */
void show_round_robin_split(struct check *k)
{
	static const struct shown_as turns[] = { { "W_round_robin", "avg(response)" },
						 { "sigma", "avg(wait > 0)" }, { NULL, NULL } };
	static const struct shown_as drawn[] = { { "W_random_split", "avg(response)" },
						 { NULL, NULL } };
	double load = input_number(k, "lambda_per_server");
	int64_t n = input_integer(k, "n");
	struct queue q = { .generator = format("rate=%.12g,service=(exp:mean=1)", load * (double)n),
			   .nodes = n, .policy = "balance:to=roundrobin", .warm_up = 0.1,
			   .load = load, .scv = 1 };

	queue_compare(k, &q, turns);
	q.policy = "balance:to=random";
	queue_compare(k, &q, drawn);
}
