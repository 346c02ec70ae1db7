/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_shares.c - proportional shares: turns by tickets, service of flows, capacity
 * divided among those who want it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/product.h"
#include "harness/text.h"
#include "instance.h"
#include "kinds.h"

/* ---- a workload line by line ----------------------------------------------------- */

struct jobs {
	struct check   *k;
	struct instance in;
	FILE           *file;
	const char     *path;
};

static bool jobs_open(struct jobs *j, struct check *k, int64_t procs, size_t most)
{
	*j = (struct jobs){ .k = k, .in = { .procs = procs, .shuffled = true } };
	j->path = format("%s/jobs.jsonl", k->r->scratch);
	j->in.job = calloc(most + 1, sizeof(*j->in.job));
	j->file = fopen(j->path, "w");
	if (j->file == NULL || j->in.job == NULL)
		report_fail(k->r, "%s cannot be written", j->path);
	return j->file != NULL && j->in.job != NULL;
}

/* `rest`: other members of the line, each with a comma before it. */
static void jobs_add(struct jobs *j, double at, double size, const char *rest)
{
	int64_t id = (int64_t)j->in.count + 1;

	j->in.job[j->in.count++] = (struct swf_job){ .id = id, .submit = (int64_t)at };
	fprintf(j->file, "{\"id\":%lld,\"submit_ns\":%.0f,\"runtime_ns\":%.0f%s}\n",
		(long long)id, at * 1e9, size * 1e9, rest);
}

static bool jobs_run(struct jobs *j, const char *policy, const char *const *flags,
		     struct outcome_list *out)
{
	struct policy_list one = { .spec = { policy }, .count = 1 };

	fclose(j->file);
	j->in.workload = format("jsonl:%s", j->path);
	return instance_run(j->k, &j->in, &one, flags, out);
}

/* ---- turns ------------------------------------------------------------------------ */

/* Clients with the bank's tickets that would run for ever: so many quanta of one
 * processor, of 1 s each. */
static double *turns(struct check *k, const char *policy, size_t *quanta, size_t *clients)
{
	const char *const flags[] = { "--allocs", format("--seed=%llu", (unsigned long long)k->seed),
				      NULL };
	const json_t *tickets = input_array(k, "tickets"), *v;
	double *slice;
	struct outcome_list out;
	struct jobs j;
	size_t i;

	*quanta = (size_t)input_integer(k, "quanta");
	*clients = json_array_size(tickets);
	slice = calloc(*quanta + 1, sizeof(*slice));
	if (slice == NULL || !jobs_open(&j, k, 1, *clients))
		return NULL;
	json_array_foreach(tickets, i, v)
		jobs_add(&j, 0, (double)*quanta,
			 format(",\"weight\":%.12g", json_number_value(v)));
	if (!jobs_run(&j, policy, flags, &out))
		return NULL;
	if (instance_slices(k, 1, slice, *quanta) != *quanta)
		report_fail(k->r, "fewer than %zu quanta were had", *quanta);
	return slice;
}

static void count(const double *slice, size_t quanta, double *counts)
{
	for (size_t i = 0; i < quanta; i++)
		counts[(size_t)slice[i] - 1]++;
}

void show_stride(struct check *k)
{
	double counts[16] = { 0 };
	size_t quanta, clients;
	double *slice = turns(k, "stride:1s", &quanta, &clients);

	if (slice == NULL)
		return;
	count(slice, quanta, counts);
	expect_numbers(k, "order", slice, quanta);
	expect_numbers(k, "counts", counts, clients);
}

/* Quanta from one turn of a client to its next: the mean over all but the first. */
static double mean_gap(const double *slice, size_t quanta, size_t client)
{
	size_t last = 0, turns = 0;

	for (size_t i = 0; i < quanta; i++)
		if ((size_t)slice[i] == client + 1) {
			last = i + 1;
			turns++;
		}
	return turns > 0 ? (double)last / (double)turns : INFINITY;
}

/* Within so many standard deviations of what it must be on average. */
static void expect_within(struct check *k, const char *key, size_t i, double got, double mean,
			  double sd)
{
	double sigma = json_number_value(json_object_get(json_object_get(k->doc, "tolerance"),
							 "sigma"));

	report_number(k->r, format("%s[%zu]", key, i), got, mean, 0, sigma * sd);
}

/*
 * The bank gives the deviations of the binomial counts. Quanta until a win are geometric:
 * the mean over n wins has the deviation sqrt((1 - p) / n) / p.
 */
void show_lottery(struct check *k)
{
	const json_t *mean = expected_take(k, "expected_counts");
	const json_t *sd = expected_take(k, "sd_counts");
	const json_t *wait = expected_take(k, "expected_wait_quanta_until_first_win");
	double counts[16] = { 0 };
	size_t quanta, clients;
	double *slice = turns(k, "lottery:1s", &quanta, &clients);

	if (slice == NULL)
		return;
	count(slice, quanta, counts);
	for (size_t i = 0; i < clients; i++) {
		double gap = json_number_value(json_array_get(wait, i)), p = 1 / gap;

		expect_within(k, "expected_counts", i, counts[i],
			      json_number_value(json_array_get(mean, i)),
			      json_number_value(json_array_get(sd, i)));
		expect_within(k, "expected_wait_quanta_until_first_win", i,
			      mean_gap(slice, quanta, i), gap,
			      sqrt((1 - p) / ((double)quanta * p)) / p);
	}
}

/* ---- flows ------------------------------------------------------------------------ */

/* Numbers of jobs, from 0, in order of their starts. */
static void by_start(const struct outcome_list *o, size_t count, size_t *order)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = i;

		for (; at > 0 && o->start_s[order[at - 1]] > o->start_s[i]; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

/* Flow f is user f + 1; its packets wait from the beginning on, and its quantum is its
 * share of one of 1 s. */
void show_drr(struct check *k)
{
	enum { MOST = 64 };
	const json_t *flows = input_array(k, "flows"), *quanta = input_array(k, "quantum"), *flow, *v;
	struct text spec = { 0 };
	size_t order[MOST], count = 0, owner[MOST], i, n;
	double size[MOST];
	struct outcome_list out;
	json_t *want = expected_take(k, "order_flow_size");
	struct jobs j;

	if (!jobs_open(&j, k, 1, MOST))
		return;
	text_add(&spec, "drr:quantum=1s,shares=(");
	json_array_foreach(flows, i, flow) {
		text_add(&spec, "%s%zu:%.12g", i > 0 ? "," : "", i + 1,
			 json_number_value(json_array_get(quanta, i)));
		json_array_foreach(flow, n, v) {
			owner[count] = i + 1;
			size[count] = json_number_value(v);
			jobs_add(&j, 0, size[count], format(",\"user\":%zu", i + 1));
			count++;
		}
	}
	text_add(&spec, ")");
	if (!jobs_run(&j, text_string(&spec), NULL, &out))
		return;
	by_start(&out, count, order);
	for (i = 0; i < count; i++) {
		json_t *row = json_array_get(want, i);

		report_number(k->r, format("order_flow_size[%zu]/flow", i), (double)owner[order[i]],
			      json_number_value(json_array_get(row, 0)), 0, 0);
		report_number(k->r, format("order_flow_size[%zu]/size", i), size[order[i]],
			      json_number_value(json_array_get(row, 1)), 0, 0);
	}
	report_number(k->r, "packets served", (double)count, (double)json_array_size(want), 0, 0);
}

/* "1:4,2:1" from the bank's weights. */
static const char *shares(const json_t *weights)
{
	struct text t = { 0 };
	const char *id;
	const json_t *w;

	json_object_foreach((json_t *)weights, id, w)
		text_add(&t, "%s%s:%.12g", text_string(&t)[0] != '\0' ? "," : "", id,
			 json_number_value(w));
	return text_string(&t);
}

/* The number behind `before` in the reason for which job `id` started. */
static double told(struct check *k, size_t id, const char *before)
{
	const json_t *rows = product_query(k->r, instance_db(), format(
		"SELECT reason FROM decision WHERE job = %zu AND reason LIKE '%s%%' ORDER BY at_ns",
		id - 1, before));
	const char *reason = json_string_value(json_array_get(json_array_get(rows, 0), 0));

	return reason != NULL ? strtod(reason + strlen(before), NULL) : NAN;
}

void show_wfq(struct check *k)
{
	static const char *const flags[] = { "--explain", NULL };
	const json_t *items = input_array(k, "items_id_flow_arrival_size"), *row;
	size_t i, n = json_array_size(items), *order = calloc(n + 1, sizeof(*order));
	double *served = calloc(n + 1, sizeof(*served));
	struct outcome_list out;
	struct jobs j;

	if (order == NULL || served == NULL || !jobs_open(&j, k, 1, n))
		return;
	json_array_foreach(items, i, row)
		jobs_add(&j, json_number_value(json_array_get(row, 2)),
			 json_number_value(json_array_get(row, 3)),
			 format(",\"user\":%lld", (long long)json_integer_value(
							json_array_get(row, 1))));
	if (!jobs_run(&j, format("wfq:shares=(%s)", shares(json_object_get(k->inputs, "weight"))),
		      flags, &out))
		return;
	by_start(&out, n, order);
	for (i = 0; i < n; i++) {
		served[i] = (double)order[i] + 1;
		expect_number(k, format("departure/%zu", i + 1), out.end_s[i]);
		expect_number(k, format("virtual_finish/%zu", i + 1),
			      told(k, i + 1, "virtual finish "));
	}
	expect_numbers(k, "service_order", served, n);
}

/* ---- capacity divided -------------------------------------------------------------- */

/* Processors that a job has at first, of `width`: as the policy tells it. */
static double had(struct check *k, size_t id, double width)
{
	const json_t *rows = product_query(k->r, instance_db(), format(
		"SELECT reason FROM decision WHERE job = %zu AND reason LIKE '%%processors' "
		"ORDER BY at_ns", id - 1));
	const char *reason = json_string_value(json_array_get(json_array_get(rows, 0), 0));

	return reason != NULL ? strtod(reason, NULL) * width : NAN;
}

/* Demands are jobs as wide, on processors so small that all numbers are whole. */
void show_max_min_single(struct check *k)
{
	enum { MOST = 16, SMALL = 10 };
	static const char *const flags[] = { "--explain", NULL };
	const json_t *demand = input_array(k, "demand"), *v;
	const json_t *weight = json_object_get(k->inputs, "weight");
	double got[MOST];
	struct outcome_list out;
	struct jobs j;
	size_t i;

	if (!jobs_open(&j, k, input_integer(k, "capacity") * SMALL, MOST))
		return;
	json_array_foreach(demand, i, v)
		jobs_add(&j, 0, 100, format(
			",\"procs\":%.0f,\"weight\":%.12g", json_number_value(v) * SMALL,
			json_is_array(weight) ? json_number_value(json_array_get(weight, i)) : 1));
	if (!jobs_run(&j, "ps:weight=job", flags, &out))
		return;
	json_array_foreach(demand, i, v)
		got[i] = had(k, i + 1, json_number_value(v));
	expect_numbers(k, "allocation", got, json_array_size(demand));
}

/* A leaf is a user with a job as wide as the machine; what is above it, its group. */
void show_hierarchical_share(struct check *k)
{
	static const char *const flags[] = { "--explain", NULL };
	json_t *tree = json_object_get(k->inputs, "tree"), *node, *share;
	int64_t capacity = input_integer(k, "capacity");
	struct text groups = { 0 }, users = { 0 };
	const char *name, *leaf;
	size_t group = 0, user = 0;
	struct outcome_list out;
	struct jobs j;

	if (!jobs_open(&j, k, capacity, 64))
		return;
	json_object_foreach(tree, name, node) {
		text_add(&groups, "%s%zu:%.12g", group > 0 ? "," : "", group + 1,
			 json_number_value(json_array_get(node, 0)));
		group++;
		json_object_foreach(json_array_get(node, 1), leaf, share) {
			text_add(&users, "%s%zu:%.12g", user > 0 ? "," : "", user + 1,
				 json_number_value(share));
			user++;
			jobs_add(&j, 0, 100, format(",\"procs\":%lld,\"group\":%zu,\"user\":%zu",
						    (long long)capacity, group, user));
		}
	}
	if (!jobs_run(&j, format("ps:among=groups+users,group_shares=(%s),user_shares=(%s)",
				 text_string(&groups), text_string(&users)), flags, &out))
		return;
	user = 0;
	json_object_foreach(tree, name, node)
		json_object_foreach(json_array_get(node, 1), leaf, share)
			expect_number(k, format("allocation/%s", leaf),
				      had(k, ++user, (double)capacity));
}

/* ---- usage ------------------------------------------------------------------------- */

/* The number behind `before` in what is said of the latest job. */
static double last_said(struct check *k, const struct jobs *j, const char *before)
{
	const json_t *rows = product_query(k->r, instance_db(), format(
		"SELECT reason FROM decision WHERE job = %zu AND reason IS NOT NULL", j->in.count - 1));
	const char *reason = json_string_value(json_array_get(json_array_get(rows, 0), 0));
	const char *at = reason != NULL ? strstr(reason, before) : NULL;

	return at != NULL ? strtod(at + strlen(before), NULL) : NAN;
}

/* 1 / share users of equal shares; the first one has had its part of all usage. */
void show_fairshare_factor(struct check *k)
{
	enum { PROCS = 1200 };
	static const char *const flags[] = { "--explain", NULL };
	double share = input_number(k, "share_norm"), usage = input_number(k, "usage_norm");
	size_t users = (size_t)lround(1 / share);
	struct outcome_list out;
	struct jobs j;

	if (!jobs_open(&j, k, PROCS, users + 1))
		return;
	for (size_t u = 0; u < users; u++) {
		double part = u == 0 ? usage : (1 - usage) / ((double)users - 1);

		if (part > 0)
			jobs_add(&j, 0, 100, format(",\"procs\":%.0f,\"user\":%zu", part * PROCS,
						    u + 1));
	}
	jobs_add(&j, 100, 1, ",\"procs\":1,\"user\":1");
	if (jobs_run(&j, format("multifactor:age=0,size=0,half_life=0s,damping=%.12g",
				input_number(k, "damping")), flags, &out))
		expect_number(k, "factor", last_said(k, &j, "fair-share 1 x "));
}

/* So many processors for 1 us: usage hardly decays while it is made. */
void show_usage_decay(struct check *k)
{
	static const char *const flags[] = { "--explain", NULL };
	double made = 1e-6, usage = input_number(k, "usage");
	double elapsed = input_number(k, "elapsed");
	struct outcome_list out;
	struct jobs j;

	if (!jobs_open(&j, k, (int64_t)lround(usage / made), 2))
		return;
	jobs_add(&j, 0, made, format(",\"procs\":%.0f", usage / made));
	jobs_add(&j, made + elapsed, 1, ",\"procs\":1");
	if (jobs_run(&j, format("multifactor:half_life=%.12gs", input_number(k, "half_life")),
		     flags, &out))
		expect_number(k, "usage_after", last_said(k, &j, "usage "));
}

/* ---- dominant shares ----------------------------------------------------------------- */

enum { EACH = 64 }; /* tasks of a user */

/* A node with the bank's resources: cores, memory in GiB, GPUs. Every user has more tasks
 * than fit; who starts at once, in which order, is the allocation. */
static bool drf_run(struct check *k, const json_t *demand, const json_t *weight, const json_t **rows)
{
	const json_t *capacity = input_array(k, "capacity"), *d;
	struct text shares_text = { 0 };
	struct outcome_list out;
	struct jobs j;
	static const char *const flags[] = { "--explain", NULL };
	size_t i;

	if (!jobs_open(&j, k, 0, EACH * json_array_size(demand)))
		return false;
	j.in.cluster = format("nodes=1,cores=%lld,mem=%lldGiB,gpus=%lld",
			  (long long)json_integer_value(json_array_get(capacity, 0)),
			  (long long)json_integer_value(json_array_get(capacity, 1)),
			  (long long)json_integer_value(json_array_get(capacity, 2)));
	json_array_foreach(demand, i, d) {
		text_add(&shares_text, "%s%zu:%.12g", i > 0 ? "," : "", i + 1,
			 json_number_value(json_array_get(weight, i)));
		for (int n = 0; n < EACH; n++)
			jobs_add(&j, 0, 100, format(
				",\"user\":%zu,\"cores\":%lld,\"mem_bytes\":%lld,\"gpu_milli\":%lld",
				i + 1, (long long)json_integer_value(json_array_get(d, 0)),
				(long long)json_integer_value(json_array_get(d, 1)) << 30,
				(long long)json_integer_value(json_array_get(d, 2)) * 1000));
	}
	if (!jobs_run(&j, format("drf:user_shares=(%s)", text_string(&shares_text)), flags, &out))
		return false;
	*rows = product_query(k->r, instance_db(),
			      "SELECT job FROM decision WHERE kind = 'start' AND at_ns = 0 "
			      "ORDER BY rowid");
	return *rows != NULL;
}

void show_drf(struct check *k)
{
	enum { MOST = 256, FEW = 8 };
	const json_t *capacity = input_array(k, "capacity"), *rows, *row;
	const json_t *demand = input_array(k, "demand_per_task"), *d;
	double order[MOST], tasks[FEW] = { 0 }, used[FEW] = { 0 }, share[FEW] = { 0 };
	size_t i, r, n = json_array_size(capacity);

	if (!drf_run(k, demand, json_object_get(k->inputs, "weight"), &rows))
		return;
	json_array_foreach(rows, i, row) {
		order[i] = (double)(1 + json_integer_value(json_array_get(row, 0)) / EACH);
		tasks[(size_t)order[i] - 1]++;
	}
	json_array_foreach(demand, i, d)
		for (r = 0; r < n; r++) {
			double has = tasks[i] * json_number_value(json_array_get(d, r));

			used[r] += has;
			share[i] = fmax(share[i], has / json_number_value(json_array_get(capacity, r)));
		}
	expect_numbers(k, "discrete_order", order, json_array_size(rows));
	expect_numbers(k, "tasks_discrete", tasks, json_array_size(demand));
	expect_numbers(k, "dominant_share_discrete", share, json_array_size(demand));
	expect_numbers(k, "used_discrete", used, n);
}
