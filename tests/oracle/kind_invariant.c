/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_invariant.c - relations that hold for every input, tried on random
 * instances: changes of units and names that must change nothing else, policies
 * that must agree, and laws of every schedule.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/product.h"
#include "kinds.h"
#include "policies.h"
#include "random_jobs.h"

enum { SEEDS = 20 };

/* All rigid-job policies of the bank whose keys do not use absolute times. */
static struct policy_list all_policies(void)
{
	static const char *const bank[] = {
		"fcfs", "sjf", "ljf", "saf", "firstfit", "easy", "easy_sjbf",
		"easy_ljbf", "easy_sjf", "easy_saf", "cons", "cons_compress" };
	struct policy_list l = { 0 };

	for (size_t i = 0; i < sizeof(bank) / sizeof(bank[0]); i++)
		l.spec[l.count++] = policy_spec(bank[i]);
	return l;
}

static double run_of(const struct swf_job *j)
{
	return (double)(j->run < j->request ? j->run : j->request);
}

/* ---- two runs that must agree ----------------------------------------------- */

/* a*start + b of the first must be the start of the second, under all policies. */
static bool same_starts(struct check *k, const struct instance *x,
			const struct instance *y, double a, double b)
{
	static struct outcome_list first[POLICIES_MAX], second[POLICIES_MAX];
	struct policy_list l = all_policies();

	if (!instance_run(k, x, &l, NULL, first) || !instance_run(k, y, &l, NULL, second))
		return false;
	for (size_t p = 0; p < l.count; p++)
		for (size_t i = 0; i < x->count; i++)
			if (!report_number(k->r, format("%s: start of job %zu", l.spec[p], i + 1),
					   second[p].start_s[i],
					   a * first[p].start_s[i] + b, 0, 0))
				return false;
	return true;
}

static struct instance copy_of(const struct instance *in)
{
	struct instance c = *in;

	c.job = calloc(in->count, sizeof(*c.job));
	memcpy(c.job, in->job, in->count * sizeof(*c.job));
	return c;
}

static bool time_scale(struct check *k, uint64_t seed)
{
	struct instance x = random_instance(seed, &(struct random_kind){ 0 });
	struct instance y = copy_of(&x);

	for (size_t i = 0; i < y.count; i++) {
		y.job[i].submit *= 7;
		y.job[i].run *= 7;
		y.job[i].request *= 7;
	}
	return same_starts(k, &x, &y, 7, 0);
}

static bool time_shift(struct check *k, uint64_t seed)
{
	struct instance x = random_instance(seed, &(struct random_kind){ 0 });
	struct instance y = copy_of(&x);

	for (size_t i = 0; i < y.count; i++)
		y.job[i].submit += 1000003;
	return same_starts(k, &x, &y, 1, 1000003);
}

static bool width_scale(struct check *k, uint64_t seed)
{
	struct instance x = random_instance(seed, &(struct random_kind){ 0 });
	struct instance y = copy_of(&x);

	y.procs *= 5;
	for (size_t i = 0; i < y.count; i++)
		y.job[i].procs *= 5;
	return same_starts(k, &x, &y, 1, 0);
}

static bool id_permutation(struct check *k, uint64_t seed)
{
	struct instance x = random_instance(seed, &(struct random_kind){ 0 });
	struct instance y = copy_of(&x);

	for (size_t i = 0; i < y.count; i++)
		y.job[i].id = 100 + 13 * (int64_t)i;
	return same_starts(k, &x, &y, 1, 0);
}

static bool input_order(struct check *k, uint64_t seed)
{
	const struct random_kind kind = { .distinct = true };
	struct instance x = random_instance(seed, &kind), y = copy_of(&x);
	static struct outcome_list a[POLICIES_MAX], b[POLICIES_MAX];
	struct policy_list l = all_policies();
	uint64_t state = seed;

	y.shuffled = true;
	for (size_t i = y.count; i > 1; i--) {
		size_t j = (size_t)(random_next(&state) % i);
		struct swf_job swap = y.job[j];

		y.job[j] = y.job[i - 1];
		y.job[i - 1] = swap;
	}
	if (!instance_run(k, &x, &l, NULL, a) || !instance_run(k, &y, &l, NULL, b))
		return false;
	for (size_t p = 0; p < l.count; p++)
		for (size_t i = 0; i < y.count; i++) {
			size_t at = (size_t)y.job[i].id - 1;

			if (!report_number(k->r, format("%s: start of job %zu", l.spec[p], at + 1),
					   b[p].start_s[i], a[p].start_s[at], 0, 0))
				return false;
		}
	return true;
}

/* ---- policies that must agree -------------------------------------------------- */

static bool all_agree(struct check *k, const struct instance *in,
		      const char *const *bank, struct outcome_list *out)
{
	struct policy_list l = { 0 };

	for (; bank[l.count] != NULL; l.count++)
		l.spec[l.count] = policy_spec(bank[l.count]);
	if (!instance_run(k, in, &l, NULL, out))
		return false;
	for (size_t p = 1; p < l.count; p++)
		for (size_t i = 0; i < in->count; i++)
			if (!report_number(k->r, format("%s against %s: start of job %zu",
							bank[p], bank[0], i + 1),
					   out[p].start_s[i], out[0].start_s[i], 0, 0))
				return false;
	return true;
}

static bool serial(struct check *k, uint64_t seed)
{
	static const char *const bank[] = { "fcfs", "easy", "cons", "firstfit", NULL };
	const struct random_kind kind = { .exact = true, .wide = true };
	struct instance in = random_instance(seed, &kind);
	struct outcome_list out[4];

	return all_agree(k, &in, bank, out);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Kiefer and Wolfowitz (1955): a job takes the server that is free first. */
static bool many_servers(struct check *k, const struct instance *in, const double *start)
{
	double *free_at = calloc((size_t)in->procs, sizeof(*free_at));

	for (size_t i = 0; i < in->count; i++) {
		double submit = (double)in->job[i].submit;
		double begin = free_at[0] > submit ? free_at[0] : submit;

		if (!report_number(k->r, format("start of job %zu", i + 1), start[i],
				   begin, 0, 0))
			return false;
		free_at[0] = begin + run_of(&in->job[i]);
		qsort(free_at, (size_t)in->procs, sizeof(*free_at), ascending);
	}
	free(free_at);
	return true;
}

static bool narrow_jobs(struct check *k, uint64_t seed)
{
	static const char *const bank[] = { "fcfs", "easy", "cons", "firstfit", NULL };
	const struct random_kind kind = { .narrow = true };
	struct instance in = random_instance(seed, &kind);
	struct outcome_list out[4];

	in.procs = 4;
	return all_agree(k, &in, bank, out) && many_servers(k, &in, out[0].start_s);
}

/* ---- laws of every schedule ------------------------------------------------------ */

/* Processors in use at t, jobs that start at t included. */
static double busy_at(const struct instance *in, const struct outcome_list *o, double t)
{
	double sum = 0;

	for (size_t i = 0; i < in->count; i++)
		if (o->start_s[i] <= t && t < o->end_s[i])
			sum += (double)in->job[i].procs;
	return sum;
}

/* No more than m in use at any start; each runs once, as long as it should. */
static bool law_capacity(struct check *k, const struct instance *in,
			 const struct outcome_list *o)
{
	for (size_t i = 0; i < in->count; i++) {
		const struct swf_job *j = &in->job[i];
		double busy = busy_at(in, o, o->start_s[i]);

		k->r->checked++;
		if (!(busy <= (double)in->procs))
			report_fail(k->r, "%g of %lld processors in use at %g", busy,
				    (long long)in->procs, o->start_s[i]);
		else if (!(o->start_s[i] >= (double)j->submit))
			report_fail(k->r, "job %lld starts at %g, before its submit",
				    (long long)j->id, o->start_s[i]);
		else if (!(o->end_s[i] - o->start_s[i] == run_of(j)))
			report_fail(k->r, "job %lld ran for %g s instead of %g",
				    (long long)j->id, o->end_s[i] - o->start_s[i], run_of(j));
		else
			continue;
		return false;
	}
	return true;
}

/* After all news of an instant, nothing that waits fits. */
static bool law_no_idling(struct check *k, const struct instance *in,
			  const struct outcome_list *o, double t)
{
	double idle = (double)in->procs - busy_at(in, o, t);

	for (size_t i = 0; i < in->count; i++) {
		const struct swf_job *j = &in->job[i];

		k->r->checked++;
		if ((double)j->submit <= t && t < o->start_s[i] && (double)j->procs <= idle) {
			report_fail(k->r, "job %lld waits at %g though %g processors are idle",
				    (long long)j->id, t, idle);
			return false;
		}
	}
	return true;
}

static double area(const struct instance *in, const struct outcome_list *o)
{
	double sum = 0;

	for (size_t i = 0; i < in->count; i++)
		sum += (double)in->job[i].procs * (o->end_s[i] - o->start_s[i]);
	return sum;
}

static bool law_lower_bound(struct check *k, const struct instance *in,
			    const struct outcome_list *o)
{
	double makespan = run_metric(k, o->metrics, "makespan_s"), longest = 0;
	double first = (double)in->job[0].submit;

	for (size_t i = 0; i < in->count; i++) {
		double end = (double)in->job[i].submit + run_of(&in->job[i]) - first;

		longest = end > longest ? end : longest;
	}
	k->r->checked++;
	if (makespan >= longest && makespan >= area(in, o) / (double)in->procs)
		return true;
	report_fail(k->r, "makespan %g is below what any schedule needs", makespan);
	return false;
}

static bool under_all(struct check *k, uint64_t seed,
		      bool (*law)(struct check *, const struct instance *,
				  const struct outcome_list *))
{
	struct instance in = random_instance(seed, &(struct random_kind){ 0 });
	static struct outcome_list out[POLICIES_MAX];
	struct policy_list l = all_policies();

	if (!instance_run(k, &in, &l, NULL, out))
		return false;
	for (size_t p = 0; p < l.count; p++)
		if (!law(k, &in, &out[p])) {
			report_fail(k->r, "(under %s, seed %d)", l.spec[p], (int)seed);
			return false;
		}
	return true;
}

static bool capacity(struct check *k, uint64_t seed)
{
	return under_all(k, seed, law_capacity);
}

static bool lower_bounds(struct check *k, uint64_t seed)
{
	return under_all(k, seed, law_lower_bound);
}

static bool work_conservation(struct check *k, uint64_t seed)
{
	struct instance in = random_instance(seed, &(struct random_kind){ 0 });
	static struct outcome_list out[POLICIES_MAX];
	struct policy_list l = all_policies();

	if (!instance_run(k, &in, &l, NULL, out))
		return false;
	for (size_t p = 1; p < l.count; p++)
		if (!report_number(k->r, format("work under %s", l.spec[p]),
				   area(&in, &out[p]), area(&in, &out[0]), 0, 0))
			return false;
	return true;
}

static bool firstfit_work_conserving(struct check *k, uint64_t seed)
{
	const struct policy_list l = { .spec = { policy_spec("firstfit") }, .count = 1 };
	struct instance in = random_instance(seed, &(struct random_kind){ 0 });
	struct outcome_list out;

	if (!instance_run(k, &in, &l, NULL, &out))
		return false;
	for (size_t i = 0; i < in.count; i++)
		if (!law_no_idling(k, &in, &out, (double)in.job[i].submit) ||
		    !law_no_idling(k, &in, &out, out.end_s[i]))
			return false;
	return true;
}

/* ---- promises, as the stored reasons tell them --------------------------------------- */

/* The first promise of each job that waited, against its start: "reserved at T s". */
static bool promises_kept(struct check *k, const char *what)
{
	static const char sql[] =
		"SELECT d.job, min(d.at_ns), d.reason, j.submit_ns + j.wait_ns "
		"FROM decision d JOIN job j ON (j.id & 4294967295) = d.job "
		"WHERE d.kind = 'wait' AND d.reason LIKE '%reserved at %' GROUP BY d.job";
	const json_t *rows = product_query(k->r, instance_db(), sql), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *reason = json_string_value(json_array_get(row, 2));
		const char *at = reason != NULL ? strstr(reason, "reserved at ") : NULL;
		double start = json_number_value(json_array_get(row, 3)) / 1e9;
		char *unit;
		double promised = at != NULL ? strtod(at + 12, &unit) : NAN;

		k->r->checked++;
		if (at != NULL && strncmp(unit, " s", 2) == 0 && start <= promised)
			continue;
		report_fail(k->r, "%s: job %lld starts at %g; first told: %s", what,
			    (long long)json_integer_value(json_array_get(row, 0)) + 1,
			    start, reason != NULL ? reason : "nothing");
		return false;
	}
	if (json_array_size(rows) == 0)
		report_fail(k->r, "%s: no promise was stored", what);
	return json_array_size(rows) > 0;
}

static bool explained(struct check *k, const struct instance *in, const char *policy)
{
	static const char *const flags[] = { "--explain", NULL };
	const struct policy_list l = { .spec = { policy }, .count = 1 };
	struct outcome_list out;

	return instance_run(k, in, &l, flags, &out) && promises_kept(k, policy);
}

static bool exact_conservative(struct check *k, uint64_t seed)
{
	static const char *const bank[] = { "cons", "cons_compress", NULL };
	struct instance in = random_instance(seed, &(struct random_kind){ .exact = true });
	struct outcome_list out[2];

	return all_agree(k, &in, bank, out) && explained(k, &in, policy_spec("cons"));
}

/* Requests that are never below the run time. */
static bool easy_head_promise(struct check *k, uint64_t seed)
{
	struct instance in = random_instance(seed, &(struct random_kind){ 0 });

	for (size_t i = 0; i < in.count; i++)
		if (in.job[i].request < in.job[i].run)
			in.job[i].request = in.job[i].run;
	return explained(k, &in, policy_spec("easy"));
}

/* ---- integrals over time --------------------------------------------------------------- */

/* Integral of the number that waits = sum of waits; of all = sum of responses. */
static bool little(struct check *k, uint64_t seed)
{
	static const char sql[] =
		"WITH step AS (SELECT run, waiting, waiting + running AS present, lead(at_ns) "
		"OVER (PARTITION BY run ORDER BY at_ns, rowid) - at_ns AS length FROM sample), "
		"area AS (SELECT run, sum(waiting * length) AS waiting, sum(present * length) AS "
		"present FROM step GROUP BY run), spent AS (SELECT id >> 32 AS run, "
		"sum(wait_ns) AS wait, sum(wait_ns + run_ns) AS response FROM job GROUP BY 1) "
		"SELECT a.waiting, s.wait, a.present, s.response FROM area a JOIN spent s "
		"ON s.run = a.run ORDER BY a.run";
	static const char *const flags[] = { "--all-samples", NULL };
	struct instance in = random_instance(seed, &(struct random_kind){ 0 });
	static struct outcome_list out[POLICIES_MAX];
	struct policy_list l = all_policies();
	const json_t *rows, *row;
	size_t i;

	if (!instance_run(k, &in, &l, flags, out))
		return false;
	rows = product_query(k->r, instance_db(), sql);
	json_array_foreach(rows, i, row) {
		double v[4];

		for (size_t c = 0; c < 4; c++)
			v[c] = json_number_value(json_array_get(row, c));
		if (!report_number(k->r, format("%s: integral of the queue length", l.spec[i]),
				   v[0], v[1], 0, 0) ||
		    !report_number(k->r, format("%s: integral of the jobs in system", l.spec[i]),
				   v[2], v[3], 0, 0))
			return false;
	}
	if (json_array_size(rows) != l.count)
		report_fail(k->r, "samples of %zu runs instead of %zu", json_array_size(rows),
			    l.count);
	return k->r->failures == 0;
}

/* ---- the same again --------------------------------------------------------------------- */

/* Runs in `folder` under another locale and time zone; NULL after a report. */
static const char *content(struct check *k, uint64_t seed, const char *folder,
			   const char *locale, const char *zone, const char *db)
{
	static const char *const sql[] = {
		"SELECT policy, seed, jobs, events, digest FROM run ORDER BY id",
		"SELECT * FROM job ORDER BY id", "SELECT * FROM sample ORDER BY run, at_ns, rowid",
		"SELECT * FROM metric ORDER BY run, name", "SELECT * FROM decision ORDER BY rowid" };
	const char *const argv[] = {
		"/usr/bin/env", "-C", folder, format("LC_ALL=%s", locale), format("TZ=%s", zone),
		product_path(), "run", "-wgen:lublin:n=120,procs=64,estimate=users,users=9",
		format("--seed=%d", (int)seed), "-cprocs=64", "-pfifo", "-peasy",
		"-pconservative", "-peasy:order=multifactor", "--explain", "--all-samples",
		format("-o%s", db), NULL };
	struct child_result said;
	struct text all = { 0 };

	child_run(argv, &said);
	if (said.status != 0) {
		report_fail(k->r, "exit %d: %s", said.status, child_complaint(&said));
		return NULL;
	}
	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++)
		text_add(&all, "%s\n", json_dumps(product_query(k->r, db, sql[i]),
						   JSON_REAL_PRECISION(17)));
	return all.s;
}

static bool seed_replay(struct check *k, uint64_t seed)
{
	const char *a = content(k, seed, k->r->scratch, "C", "UTC",
				format("%s/a%d.db", k->r->scratch, (int)seed));
	const char *b = content(k, seed, "/", "de_DE.UTF-8", "Asia/Tokyo",
				format("%s/b%d.db", k->r->scratch, (int)seed));

	if (a == NULL || b == NULL)
		return false;
	k->r->checked++;
	if (strcmp(a, b) == 0)
		return true;
	report_fail(k->r, "seed %d: the contents of two databases differ", (int)seed);
	return false;
}

/* ---- the table ----------------------------------------------------------------------- */

static const struct {
	const char *title;
	bool      (*hold)(struct check *k, uint64_t seed);
} relations[] = {
	{ "time_scale", time_scale },
	{ "time_shift", time_shift },
	{ "width_scale", width_scale },
	{ "id_permutation", id_permutation },
	{ "input_order", input_order },
	{ "easy_equals_fcfs_serial", serial },
	{ "narrow_jobs", narrow_jobs },
	{ "exact_conservative", exact_conservative },
	{ "easy_head_promise", easy_head_promise },
	{ "firstfit_work_conserving", firstfit_work_conserving },
	{ "little", little },
	{ "work_conservation", work_conservation },
	{ "capacity", capacity },
	{ "lower_bounds", lower_bounds },
	{ "brent", hold_brent },
	{ "seed_replay", seed_replay },
};

void show_invariant(struct check *k)
{
	const char *title = json_string_value(json_object_get(k->doc, "title"));

	expected_take(k, "must_hold");
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
		if (title == NULL || strcmp(title, relations[i].title) != 0)
			continue;
		for (uint64_t seed = 1; seed <= SEEDS; seed++)
			if (!relations[i].hold(k, seed))
				return;
		return;
	}
	report_skip(k->r, "relation %s has no way to be shown yet",
		    title != NULL ? title : "");
}
