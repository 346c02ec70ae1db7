/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_stragglers.c - which running tasks LATE copies, and what the first of several copies
 * takes. A task of progress p after e seconds is a job that came e before the test and needs
 * e / p in all. What the policy gives as its reasons is compared; all times left are seen when
 * every task may be copied.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/product.h"
#include "harness/text.h"
#include "kinds.h"

struct watched {
	size_t number; /* in the case, from 1 */
	double progress, elapsed;
};

struct tasks {
	struct watched *list;
	size_t          count;
	double          at; /* the test */
};

static int earliest_first(const void *a, const void *b)
{
	const struct watched *x = a, *y = b;

	if (x->elapsed != y->elapsed)
		return x->elapsed > y->elapsed ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static struct tasks read_tasks(struct check *k)
{
	const json_t *rows = input_array(k, "tasks_progress_elapsed"), *row;
	struct tasks t = { .count = json_array_size(rows) };
	size_t i;

	t.list = calloc(t.count + 1, sizeof(*t.list));
	json_array_foreach(rows, i, row) {
		t.list[i] = (struct watched){
			i + 1, json_number_value(json_array_get(row, 0)),
			json_number_value(json_array_get(row, 1)) };
		t.at = fmax(t.at, t.list[i].elapsed + 1);
	}
	qsort(t.list, t.count, sizeof(*t.list), earliest_first);
	return t;
}

static const char *write_jobs(struct check *k, const struct tasks *t)
{
	const char *path = format("%s/watched.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	for (size_t i = 0; i < t->count; i++) {
		const struct watched *w = &t->list[i];
		double needs = w->elapsed / w->progress * 1e9;

		fprintf(f, "{\"id\":%zu,\"submit_ns\":%.0f,\"runtime_ns\":%.0f,"
			   "\"estimate_ns\":%.0f,\"procs\":1}\n", w->number,
			(t->at - w->elapsed) * 1e9, needs, needs);
	}
	fclose(f);
	return format("jsonl:%s", path);
}

/* Copies made at the test, in order: [job, reason]. */
static const json_t *copies(struct check *k, const struct tasks *t, double part, double cap)
{
	const char *path = write_jobs(k, t), *db = format("%s/late.db", k->r->scratch);
	struct child_result said;
	struct args a = { 0 };
	const json_t *rows;

	args_add(&a, "run");
	args_add(&a, "-w%s", path != NULL ? path : "");
	args_add(&a, "-cprocs=%zu", 2 * t->count);
	args_add(&a, "-pspeculate:among=all,min_run=0s,every=%.12gs,slow_task=%.12g,cap=%.12g",
		 t->at, part, cap);
	args_add(&a, "--explain");
	args_add(&a, "--check");
	args_add(&a, "-o%s", db);
	if (path == NULL || !product_run(k->r, &a, &said))
		return NULL;
	rows = product_query(k->r, db, format("SELECT coalesce(j.trace_id, d.job + 1), d.reason "
			     "FROM decision d JOIN job j ON j.id = (d.run << 32) + d.job "
			     "WHERE d.kind = 'copy' AND d.at_ns = %.0f ORDER BY d.rowid",
			     t->at * 1e9));
	unlink(db);
	return rows;
}

/* "late: score S after E s, rate R/s is at most LIMIT/s of N tasks; LEFT s left, ...". */
static bool read_reason(struct check *k, const json_t *row, double *limit, double *left)
{
	const char *reason = json_string_value(json_array_get(row, 1));

	if (reason != NULL && sscanf(reason, "late: score %*f after %*f s, rate %*f/s is at most "
				     "%lf/s of %*u tasks; %lf s left", limit, left) == 2)
		return true;
	report_fail(k->r, "a copy without the reason of late: %s", reason != NULL ? reason : "");
	return false;
}

void show_late_speculation(struct check *k)
{
	double part = input_number(k, "slow_task_percentile"), limit = NAN, none;
	double cap = input_number(k, "speculative_cap") - input_number(k, "already_speculating");
	struct tasks t = read_tasks(k);
	double *left = calloc(t.count + 1, sizeof(*left)), *chosen = calloc(t.count + 1, sizeof(*left));
	const json_t *rows, *row;
	size_t i, n = 0;

	rows = k->r->failures > 0 ? NULL : copies(k, &t, part, cap);
	json_array_foreach(rows, i, row)
		if (n < t.count && read_reason(k, row, &limit, &none))
			chosen[n++] = json_number_value(json_array_get(row, 0));
	expect_number(k, "rate_threshold", limit);
	expect_numbers(k, "speculate_task_in_order", chosen, n);
	rows = k->r->failures > 0 ? NULL : copies(k, &t, 1, (double)t.count);
	json_array_foreach(rows, i, row) {
		size_t number = (size_t)json_number_value(json_array_get(row, 0));

		if (number >= 1 && number <= t.count)
			read_reason(k, row, &none, &left[number - 1]);
	}
	expect_numbers(k, "estimated_time_left", left, t.count);
	free(left);
	free(chosen);
	free(t.list);
}

/* ---- the first of several copies --------------------------------------------------------- */

enum { COPIES_MAX = 8, UNIT_S = 1000, GAP_S = 1000000 };

/*
 * Order statistics of k exponentials are E1 / k, E1 / k + E2 / (k - 1), ... for independent
 * exponentials E (Renyi 1953). A mean of what is linear in them is exact by Gauss and
 * Laguerre's rule of two points for each E: 2^k jobs, each with its k run times as rates of k
 * nodes, of which another one is the fastest from one job to the next.
 */
static double weight_of(uint32_t job, uint32_t k, double rate, double *time)
{
	double weight = 1, t = 0;

	for (uint32_t i = 0; i < k; i++) {
		bool high = (job >> i & 1) != 0;

		t += (high ? 2 + sqrt(2) : 2 - sqrt(2)) / (k - i) / rate;
		weight *= high ? (2 - sqrt(2)) / 4 : (2 + sqrt(2)) / 4;
		time[(job + i) % k] = t;
	}
	return weight;
}

/* Job `number` of a thousand units of work, on any node or (from 1) on one. */
static void write_copied(FILE *f, uint32_t number, uint32_t job, uint32_t k, double rate,
			 uint32_t node)
{
	double time[COPIES_MAX];

	weight_of(job, k, rate, time);
	fprintf(f, "{\"id\":%u,\"submit_ns\":%llu,\"runtime_ns\":%llu,\"procs\":1,\"node\":%u,"
		   "\"scaling\":{\"node_rate\":[", number + 1,
		(unsigned long long)number * GAP_S * 1000000000ULL, UNIT_S * 1000000000ULL, node);
	for (uint32_t i = 0; i < k; i++)
		fprintf(f, "%s%.17g", i != 0 ? "," : "", 1 / time[i]);
	fprintf(f, "]}}\n");
}

/* Means over the jobs: of the time under `policy`; when pinned, each job runs on each node. */
static double mean_time(struct check *k, uint32_t copies, double rate, const char *policy,
			bool pinned)
{
	const char *path = format("%s/copied.jsonl", k->r->scratch);
	const char *db = format("%s/copied.db", k->r->scratch);
	uint32_t jobs = 1u << copies, each = pinned ? copies : 1;
	double sum = 0, time[COPIES_MAX];
	FILE *f = fopen(path, "w");
	struct child_result said;
	struct args a = { 0 };
	const json_t *rows, *row;
	size_t i;

	for (uint32_t n = 0; f != NULL && n < jobs * each; n++)
		write_copied(f, n, n / each, copies, rate, pinned ? 1 + n % each : 0);
	if (f != NULL)
		fclose(f);
	args_add(&a, "run");
	args_add(&a, "-wjsonl:%s", path);
	args_add(&a, "-cnodes=%u,cores=1", copies);
	args_add(&a, "-p%s", policy);
	args_add(&a, "--overrun=extend");
	args_add(&a, "--check");
	args_add(&a, "-o%s", db);
	if (f == NULL || !product_run(k->r, &a, &said))
		return NAN;
	rows = product_query(k->r, db, "SELECT id & 4294967295, wait_ns + run_ns FROM job");
	json_array_foreach(rows, i, row)
		sum += weight_of((uint32_t)json_number_value(json_array_get(row, 0)) / each, copies,
				 rate, time) *
		       json_number_value(json_array_get(row, 1)) / 1e9 / UNIT_S / each;
	unlink(db);
	return json_array_size(rows) == (size_t)jobs * each ? sum : NAN;
}

void show_replication_min(struct check *k)
{
	uint32_t copies = (uint32_t)input_integer(k, "copies");
	double rate = input_number(k, "rate");

	if (k->r->failures != 0)
		return;
	if (copies < 1 || copies > COPIES_MAX) {
		report_skip(k->r, "%u copies", copies);
		return;
	}
	expect_number(k, "mean_min", mean_time(k, copies, rate, format("replicate:copies=%u", copies),
					       false));
	expect_number(k, "mean_single", mean_time(k, copies, rate, "fifo", true));
}
