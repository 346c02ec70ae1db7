/* SPDX-License-Identifier: GPL-3.0-or-later */
/* instance.c - a handful of rigid jobs, simulated under several policies. */
#include "instance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/product.h"

struct place {
	int64_t id;
	size_t  index;
};

static int by_id(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;

	return (a->id > b->id) - (a->id < b->id);
}

/* Where each id stands in the case, for reading rows back. */
static struct place *places(const struct instance *in)
{
	struct place *p = calloc(in->count + 1, sizeof(*p));

	for (size_t i = 0; i < in->count; i++)
		p[i] = (struct place){ in->job[i].id, i };
	qsort(p, in->count, sizeof(*p), by_id);
	return p;
}

static void outcome_clear(struct outcome_list *o, size_t n)
{
	o->start_s = calloc(n + 1, sizeof(double));
	o->end_s = calloc(n + 1, sizeof(double));
	o->state = calloc(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++)
		o->start_s[i] = o->end_s[i] = NAN;
}

static double seconds_of(const json_t *v)
{
	return json_is_number(v) ? json_number_value(v) : NAN;
}

/* Rows of v_jobs, runs in the order of the policies. */
static bool read_rows(struct check *k, const struct instance *in,
		      const json_t *rows, size_t policies, struct outcome_list *out)
{
	struct place *p = places(in);
	json_int_t run = -1;
	size_t at = 0, i;
	const json_t *row;

	json_array_foreach(rows, i, row) {
		struct place key = { json_integer_value(json_array_get(row, 1)), 0 };
		const struct place *found = bsearch(&key, p, in->count, sizeof(*p), by_id);

		if (json_integer_value(json_array_get(row, 0)) != run) {
			at += run >= 0;
			run = json_integer_value(json_array_get(row, 0));
		}
		if (found == NULL || at >= policies) {
			report_fail(k->r, "v_jobs has a row of job %lld in run %lld",
				    (long long)key.id, (long long)run);
			return false;
		}
		out[at].start_s[found->index] = seconds_of(json_array_get(row, 2));
		out[at].end_s[found->index] = seconds_of(json_array_get(row, 3));
		out[at].state[found->index] = json_string_value(json_array_get(row, 4));
	}
	return true;
}

static char *write_jobs(struct check *k, const struct instance *in)
{
	struct swf_job *sorted = calloc(in->count + 1, sizeof(*sorted));
	char *path = format("%s/case.swf", k->r->scratch);

	memcpy(sorted, in->job, in->count * sizeof(*sorted));
	if (!in->shuffled)
		swf_sort(sorted, in->count);
	if (!swf_write(path, sorted, in->count))
		report_fail(k->r, "%s cannot be written", path);
	free(sorted);
	return path;
}

static bool take_runs(struct check *k, const json_t *doc, size_t policies,
		      struct outcome_list *out)
{
	const json_t *runs = json_object_get(doc, "runs");

	if (json_array_size(runs) != policies) {
		report_fail(k->r, "`run --json` tells of %zu runs instead of %zu",
			    json_array_size(runs), policies);
		return false;
	}
	for (size_t i = 0; i < policies; i++)
		out[i].metrics = json_object_get(json_array_get(runs, i), "metrics");
	return true;
}

static const char *latest_db; /* one process per case */

const char *instance_db(void)
{
	return latest_db;
}

bool instance_run(struct check *k, const struct instance *in,
		  const struct policy_list *policies, const char *const *flags,
		  struct outcome_list *out)
{
	static unsigned serial; /* databases get a number */
	const char *db = latest_db = format("%s/%u.db", k->r->scratch, ++serial);
	struct args a = { 0 };
	const json_t *doc;

	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "%s", in->workload != NULL ? in->workload
						: format("swf:%s", write_jobs(k, in)));
	args_add(&a, "-c");
	args_add(&a, "%s", in->cluster != NULL ? in->cluster :
			   format("procs=%lld", (long long)in->procs));
	for (size_t i = 0; i < policies->count; i++) {
		args_add(&a, "-p");
		args_add(&a, "%s", policies->spec[i]);
		outcome_clear(&out[i], in->count);
	}
	for (; flags != NULL && *flags != NULL; flags++)
		args_add(&a, "%s", *flags);
	args_add(&a, "-o");
	args_add(&a, "%s", db);
	doc = product_json(k->r, &a);
	if (doc == NULL || !take_runs(k, doc, policies->count, out))
		return false;
	doc = product_query(k->r, db,
			    "SELECT run, job_id, starting_time, finish_time, "
			    "final_state FROM v_jobs ORDER BY run");
	return doc != NULL && read_rows(k, in, doc, policies->count, out);
}

double run_metric(struct check *k, const json_t *metrics, const char *name)
{
	const json_t *v = json_object_get(metrics, name);

	if (v == NULL)
		report_fail(k->r, "`run --json` has no metric %s", name);
	return seconds_of(v);
}

size_t instance_slices(struct check *k, double quantum, double *id, size_t most)
{
	const json_t *row, *rows = product_query(k->r, instance_db(),
		"SELECT coalesce(j.trace_id, a.job + 1), (a.to_ns - a.from_ns) / 1e9 "
		"FROM alloc a JOIN job j ON j.id = (a.run << 32) + a.job "
		"ORDER BY a.from_ns");
	size_t i, n = 0;

	json_array_foreach(rows, i, row) {
		double held = json_number_value(json_array_get(row, 1));

		for (double at = 0; at < held && n < most; at += quantum)
			id[n++] = json_number_value(json_array_get(row, 0));
	}
	return n;
}
