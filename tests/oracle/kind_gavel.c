/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_gavel.c - jobs with a rate on each of several types of nodes: the values of the
 * programs of gavel as its reasons tell them. A type is a node with as many cores as the case
 * has workers.
 */
#include <math.h>

#include "harness/text.h"
#include "kind_lp.h"
#include "kinds.h"

static const char *write_jobs(struct check *k)
{
	const json_t *rates = input_array(k, "throughput"), *scale = input_array(k, "scale_factor");
	const json_t *weights = input_array(k, "weights"), *row;
	const char *path = format("%s/jobs.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");
	size_t i;

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	json_array_foreach(rates, i, row) {
		char *list = json_dumps(row, 0);

		fprintf(f, "{\"id\":%zu,\"submit_ns\":0,\"runtime_ns\":1000000000000,\"ranks\":1,"
			"\"cores\":%lld,\"weight\":%.12g,\"scaling\":{\"speedup\":\"linear\","
			"\"node_rate\":%s}}\n", i + 1,
			(long long)json_integer_value(json_array_get(scale, i)),
			json_number_value(json_array_get(weights, i)), list);
	}
	fclose(f);
	return path;
}

static const char *machine(struct check *k)
{
	const json_t *workers = input_array(k, "workers"), *v;
	struct text t = { 0 };
	size_t i;

	json_array_foreach(workers, i, v)
		text_add(&t, "%s{type: t%zu, count: 1, cores: %lld}", i > 0 ? ", " : "{nodes: [", i,
			 (long long)json_integer_value(v));
	text_add(&t, "]}");
	return text_string(&t);
}

static double told(struct check *k, const char *jobs, const char *policy, const char *what)
{
	const json_t *rows = lp_starts(k, jobs, machine(k), policy);

	return lp_number(json_string_value(json_array_get(json_array_get(rows, 0), 3)), what);
}

void show_gavel_maxmin(struct check *k)
{
	const char *jobs = write_jobs(k);
	double fair, plain;
	json_t *agnostic;

	if (jobs == NULL)
		return;
	fair = told(k, jobs, "gavel", "normalised rates are at least ");
	plain = told(k, jobs, "gavel:objective=cost", "work for the money ");
	expect_number(k, "max_min_normalised_throughput", fair);
	expect_number(k, "max_sum_throughput", plain);
	agnostic = expected_take(k, "heterogeneity_agnostic_value");
	k->r->checked++;
	if (!(fair >= json_number_value(agnostic) - 1e-9))
		report_fail(k->r, "%g is worse than equal shares", fair);
	json_decref(agnostic);
}
