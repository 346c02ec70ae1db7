/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue.c - a queueing system in steady state, by replications. */
#include "queue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/product.h"
#include "instance.h"

enum { REPLICATIONS_MAX = 24, ENTRIES_MAX = 32, JOBS_DEFAULT = 500000 };

static const json_t *tolerance(const struct check *k, const char *key)
{
	return json_object_get(json_object_get(k->doc, "tolerance"), key);
}

static int64_t jobs_of(const struct check *k)
{
	const json_t *n = tolerance(k, "min_jobs");

	return n != NULL ? (int64_t)json_number_value(n) : JOBS_DEFAULT;
}

/*
 * The mean of n successive responses of a queue in load r has a relative variance
 * of about 4 r (1 + scv) / ((1 - r)^2 n) (Whitt, "Planning queueing simulations",
 * Management Science 35, 1989, and a margin). A sample variance of exponential
 * responses has 8/4 of the squared coefficient and more of the correlation; a
 * share p comes from bursts of about 1 / (1 - r)^2 jobs, 1 in 1/p. Two and a half
 * standard errors are to fit into the tolerance; a case that misses all the same
 * may try three new seeds.
 */
static int replications(const struct check *k, const struct queue *q,
			const struct shown_as *table)
{
	double idle = 1 - q->load, factor = 4 * q->load * (1 + q->scv), need;

	if (idle <= 0 || k->type != TOLERANCE_STATISTICAL)
		return 1;
	for (; table->key != NULL; table++) {
		double p = json_number_value(json_object_get(k->expected, table->key));

		if (strcmp(table->key, "var_response") == 0)
			factor = fmax(factor, 20);
		if (strncmp(table->key, "P_", 2) == 0 && p > 0)
			factor = fmax(factor, 2 / p);
	}
	need = ceil(6.25 * factor / (idle * idle * (double)jobs_of(k) * k->rel * k->rel));
	return need < 1 ? 1 : need > REPLICATIONS_MAX ? REPLICATIONS_MAX : (int)need;
}

static const json_t *simulate(struct check *k, const struct queue *q, int replication,
			      const char *db)
{
	struct args a = { 0 };
	const json_t *doc;

	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "gen:%s:n=%lld,%s", q->model != NULL ? q->model : "poisson",
		 (long long)jobs_of(k), q->generator);
	if (q->nodes != 0)
		args_add(&a, "-cnodes=%lld,cores=1", (long long)q->nodes);
	else
		args_add(&a, "-cprocs=%lld", (long long)q->servers);
	args_add(&a, "-p%s", q->policy);
	args_add(&a, "--seed=%llu", (unsigned long long)k->seed * 1000 + (unsigned)replication);
	args_add(&a, "-o%s", db);
	doc = product_json(k->r, &a);
	return json_object_get(json_array_get(json_object_get(doc, "runs"), 0), "metrics");
}

static const char *behind(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0 ? s + strlen(prefix) : NULL;
}

static long long warm_up(const struct check *k, double otherwise)
{
	const json_t *stated = tolerance(k, "warmup_frac");
	double share = stated != NULL ? json_number_value(stated) : otherwise;

	return (long long)(share * (double)jobs_of(k));
}

/* Jobs behind the warm-up, in seconds; their class only where there are some. */
static const char *jobs_table(const struct check *k, const struct queue *q)
{
	return format("(SELECT wait_ns / 1e9 AS wait, run_ns / 1e9 AS service, "
		      "(wait_ns + run_ns) / 1e9 AS response%s "
		      "WHERE (j.id & 4294967295) >= %lld)",
		      q->classes ? ", w.queue AS class FROM job j JOIN who w ON w.id = j.who"
				 : " FROM job j", warm_up(k, q->warm_up));
}

const char *queue_found_at_least(const struct check *k, int64_t count)
{
	return format("sample:SELECT avg(earlier > submit_ns) FROM (SELECT id, submit_ns, "
		      "lag(submit_ns + wait_ns + run_ns, %lld) OVER (ORDER BY id) AS earlier "
		      "FROM job) WHERE (id & 4294967295) >= %lld", (long long)count,
		      warm_up(k, 0));
}

static bool add_values(struct check *k, const struct queue *q, const char *db,
		       const json_t *metrics, const struct shown_as *table, double *sum)
{
	struct text sql = { 0 };
	const json_t *rows;
	int columns = 0;

	text_add(&sql, "SELECT ");
	for (int i = 0; table[i].key != NULL; i++) {
		const char *own = behind(table[i].sql, "sample:");

		if (behind(table[i].sql, "metric:") != NULL)
			sum[i] += run_metric(k, metrics, table[i].sql + 7);
		else
			text_add(&sql, own != NULL ? "%s(%s)" : "%s%s",
				 columns++ > 0 ? ", " : "",
				 own != NULL ? own : table[i].sql);
	}
	text_add(&sql, " FROM %s", jobs_table(k, q));
	rows = columns > 0 ? product_query(k->r, db, sql.s) : NULL;
	if (rows == NULL)
		return columns == 0;
	columns = 0;
	for (int i = 0; table[i].key != NULL; i++)
		if (behind(table[i].sql, "metric:") == NULL)
			sum[i] += json_number_value(json_array_get(
				json_array_get(rows, 0), (size_t)columns++));
	return true;
}

bool queue_means(struct check *k, const struct queue *q,
		 const struct shown_as *table, double *mean)
{
	const char *db = format("%s/queue.db", k->r->scratch);
	int n = replications(k, q, table);

	if (k->r->failures > 0)
		return false;
	for (int i = 0; table[i].key != NULL; i++)
		mean[i] = 0;
	for (int i = 0; i < n; i++) {
		const json_t *metrics = simulate(k, q, i, db);

		if (metrics == NULL || !add_values(k, q, db, metrics, table, mean))
			return false;
		unlink(db);
	}
	for (int i = 0; table[i].key != NULL; i++)
		mean[i] /= n;
	return true;
}

void queue_compare(struct check *k, const struct queue *q,
		   const struct shown_as *table)
{
	struct shown_as wanted[ENTRIES_MAX] = { { NULL, NULL } };
	double mean[ENTRIES_MAX];
	int n = 0;

	/* Only what the case expects is asked for. */
	for (; table->key != NULL && n < ENTRIES_MAX - 1; table++)
		if (expects(k, table->key))
			wanted[n++] = *table;
	if (n == 0 || !queue_means(k, q, wanted, mean))
		return;
	for (int i = 0; i < n; i++)
		expect_number(k, wanted[i].key, mean[i]);
}
