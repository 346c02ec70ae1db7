/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_delay.c - delay scheduling by counted skips (Zaharia et al. 2010). Slots of one-core
 * nodes get free one after another, node k's at k + 1 s, and a task of one node asks for
 * data there: its first local slot is the (k + 1)-th. When a part p of the slots is local,
 * each alike, that has probability p (1 - p)^k; what the policy does in each of these cases
 * makes the mean, exactly. A slot that is let pass does not ask again, as if others had it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/product.h"
#include "harness/text.h"
#include "kinds.h"

/* Jobs 1 .. nodes keep node k - 1 for k s; behind them, those of the nodes from .. to wait
 * for their data, the last first: job 1 + nodes + k for node k. */
static const char *write_jobs(struct check *k, long nodes, long from, long to)
{
	const char *path = format("%s/slots.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	for (long i = 1; i <= nodes; i++)
		fprintf(f, "{\"id\":%ld,\"submit_ns\":0,\"runtime_ns\":%ld000000000,\"procs\":1,"
			   "\"node\":%ld}\n", i, i, i);
	for (long i = to; i >= from; i--)
		fprintf(f, "{\"id\":%ld,\"submit_ns\":0,\"tasks\":[{\"runtime_ns\":1000000000000000,"
			   "\"reads\":[\"f\"]}],\"files\":[{\"name\":\"f\",\"bytes\":1,\"at\":[%ld]}]}\n",
			1 + nodes + i, i);
	fclose(f);
	return format("jsonl:%s", path);
}

/* [job, seconds of its start, reason] of those that waited. */
static const json_t *starts(struct check *k, long nodes, long from, long to, double skips)
{
	const char *jobs = write_jobs(k, nodes, from, to);
	const char *db = format("%s/delay.db", k->r->scratch);
	struct child_result said;
	struct args a = { 0 };
	const json_t *rows;

	args_add(&a, "run");
	args_add(&a, "-w%s", jobs != NULL ? jobs : "");
	args_add(&a, "-cnodes=%ld,cores=1,bw=10GB/s,lat=0s,topology=star", nodes);
	args_add(&a, "-pdelay:skips=%.0f,heartbeat=1000000s", skips);
	args_add(&a, "--explain");
	args_add(&a, "--check");
	args_add(&a, "-o%s", db);
	if (jobs == NULL || !product_run(k->r, &a, &said))
		return NULL;
	rows = product_query(k->r, db, format("SELECT coalesce(j.trace_id, d.job + 1) - %ld, d.at_ns / 1e9, d.reason "
			     "FROM decision d JOIN job j ON j.id = (d.run << 32) + d.job "
			     "WHERE d.kind = 'start' AND coalesce(j.trace_id, d.job + 1) > %ld ORDER BY d.rowid",
			     1 + nodes, nodes));
	unlink(db);
	return rows;
}

/* The slots that were free until its own, or NAN: it was not launched where its data is. */
static double local_slot(const json_t *row)
{
	const char *reason = json_string_value(json_array_get(row, 2));
	unsigned node;

	if (reason == NULL || sscanf(reason, "local: node %u has its data", &node) != 1)
		return NAN;
	return json_number_value(json_array_get(row, 1));
}

/* That one of the first D slots is local and is the one taken. */
static double local_within(struct check *k, double p, long most)
{
	double sum = 0;

	for (long first = 0; first <= most + 1 && k->r->failures == 0; first++) {
		const json_t *rows = starts(k, most + 2, first, first, (double)most);
		const json_t *row = json_array_get(rows, 0);

		if (json_array_size(rows) != 1)
			report_fail(k->r, "%zu starts of one job", json_array_size(rows));
		else if (local_slot(row) <= (double)most)
			sum += p * pow(1 - p, (double)first);
	}
	return sum;
}

/* The mean number of the slot that a job which never gives up takes. */
static double slots_until_local(struct check *k, double p)
{
	long count = (long)ceil(log(1e-14) / log(1 - p));
	const json_t *rows = starts(k, count, 0, count - 1, 1e9), *row;
	double sum = 0;
	size_t i;

	json_array_foreach(rows, i, row)
		sum += local_slot(row) *
		       p * pow(1 - p, json_number_value(json_array_get(row, 0)));
	return rows != NULL ? sum : NAN;
}

void show_delay_scheduling(struct check *k)
{
	double p = input_number(k, "p_local");
	long most = (long)input_integer(k, "D");

	if (k->r->failures != 0)
		return;
	expect_number(k, "p_locality", local_within(k, p, most));
	expect_number(k, "expected_skips_until_local", slots_until_local(k, p));
}

/* ---- how many skips are enough ----------------------------------------------------------- */

/* All slots are taken but one, which a job would use if its data were there. */
static const char *write_crowd(struct check *k, long nodes, long slots)
{
	const char *path = format("%s/crowd.jsonl", k->r->scratch);
	long tasks = (long)input_integer(k, "tasks_in_job"), copies = (long)input_integer(k, "replicas");
	double length = input_number(k, "task_length") * 1e9;
	FILE *f = k->r->failures == 0 ? fopen(path, "w") : NULL;

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	for (long i = 0; i < nodes * slots - 1; i++)
		fprintf(f, "{\"id\":%ld,\"submit_ns\":0,\"runtime_ns\":1000000000000,\"procs\":1,"
			   "\"node\":%ld}\n", i + 1, 1 + i / slots);
	fprintf(f, "{\"id\":1000000,\"submit_ns\":1000000000,\"files\":[{\"name\":\"f\",\"bytes\":1,\"at\":[");
	for (long i = 0; i < copies; i++)
		fprintf(f, "%s%ld", i != 0 ? "," : "", i);
	fprintf(f, "]}],\"tasks\":[");
	for (long i = 0; i < tasks; i++)
		fprintf(f, "%s{\"runtime_ns\":%.0f,\"reads\":[\"f\"]}", i != 0 ? "," : "", length);
	fprintf(f, "]}\n");
	fclose(f);
	return format("jsonl:%s", path);
}

void show_delay_scheduling_d(struct check *k)
{
	long nodes = (long)input_integer(k, "nodes"), slots = (long)input_integer(k, "slots_per_node");
	const char *jobs = write_crowd(k, nodes, slots), *reason;
	const char *db = format("%s/crowd.db", k->r->scratch);
	double enough = NAN, seconds = NAN;
	struct child_result said;
	struct args a = { 0 };
	const json_t *rows;

	args_add(&a, "run");
	args_add(&a, "-w%s", jobs != NULL ? jobs : "");
	args_add(&a, "-cnodes=%ld,cores=%ld,bw=10GB/s,lat=0s,topology=star", nodes, slots);
	args_add(&a, "-pdelay:slots=%ld,locality=%.12g", slots, input_number(k, "lambda"));
	args_add(&a, "--explain");
	args_add(&a, "-o%s", db);
	if (jobs == NULL || !product_run(k->r, &a, &said))
		return;
	rows = product_query(k->r, db, "SELECT d.reason FROM decision d JOIN job j ON j.id = "
			     "(d.run << 32) + d.job WHERE d.kind = 'wait' AND "
			     "j.trace_id = 1000000 ORDER BY d.rowid LIMIT 1");
	unlink(db);
	reason = json_string_value(json_array_get(json_array_get(rows, 0), 0));
	if (reason == NULL || sscanf(reason, "waits for a node with its data: %*f of %lf slots let "
				     "pass, about %lf s", &enough, &seconds) != 2)
		report_fail(k->r, "no word of skips: %s", reason != NULL ? reason : "");
	expect_number(k, "D", enough);
	expect_number(k, "wait_seconds", seconds);
}
