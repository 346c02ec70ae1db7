/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jobset.c - the finished jobs of a run as columns, and the same jobs of two runs. */
#include "stats/jobset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TAU_S = 10; /* of bounded slowdown, as in the metric's name */

/* ---- loading ------------------------------------------------------------------------- */

static int reserve(struct jobset *j, size_t cap)
{
	size_t n = cap == 0 ? 1 : cap;

	j->trace_id = malloc(n * sizeof(*j->trace_id));
	j->submit_ns = malloc(n * sizeof(*j->submit_ns));
	j->wait_ns = malloc(n * sizeof(*j->wait_ns));
	j->run_ns = malloc(n * sizeof(*j->run_ns));
	j->busy_ns = malloc(n * sizeof(*j->busy_ns));
	j->procs = malloc(n * sizeof(*j->procs));
	if (j->trace_id == NULL || j->submit_ns == NULL || j->wait_ns == NULL ||
	    j->run_ns == NULL || j->busy_ns == NULL || j->procs == NULL)
		return SJ_ENOMEM;
	return SJ_OK;
}

void jobset_free(struct jobset *j)
{
	free(j->trace_id);
	free(j->submit_ns);
	free(j->wait_ns);
	free(j->run_ns);
	free(j->busy_ns);
	free(j->procs);
	*j = (struct jobset){ .n = 0 };
}

static sqlite3_stmt *statement(const struct run_info *run, const char *sql)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(run->db, sql, -1, &s, NULL) != SQLITE_OK)
		return NULL;
	sqlite3_bind_int64(s, 1, (int64_t)run->id << 32);
	sqlite3_bind_int64(s, 2, ((int64_t)run->id + 1) << 32);
	return s;
}

/* How many rows there are at most: job numbers are dense. */
static size_t rows(const struct run_info *run)
{
	sqlite3_stmt *s = statement(run, "SELECT max(id) - ?1 + 1 FROM job "
					 "WHERE id >= ?1 AND id < ?2");
	size_t n = 0;

	if (s != NULL && sqlite3_step(s) == SQLITE_ROW)
		n = (size_t)sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

static void read_row(sqlite3_stmt *s, struct jobset *j)
{
	size_t i = j->n++;

	j->trace_id[i] = sqlite3_column_type(s, 1) == SQLITE_NULL ?
		(sqlite3_column_int64(s, 0) & UINT32_MAX) + 1 : sqlite3_column_int64(s, 1);
	j->submit_ns[i] = sqlite3_column_int64(s, 2);
	j->wait_ns[i] = sqlite3_column_int64(s, 3);
	j->run_ns[i] = sqlite3_column_int64(s, 4);
	j->procs[i] = (uint32_t)sqlite3_column_int64(s, 5);
	j->busy_ns[i] = sqlite3_column_int64(s, 6);
}

int jobset_load(const struct run_info *run, struct jobset *out, sj_error *err)
{
	size_t cap = rows(run);
	sqlite3_stmt *s;
	int rc;

	*out = (struct jobset){ .n = 0 };
	rc = reserve(out, cap);
	if (rc != SJ_OK)
		return rc;
	s = statement(run, "SELECT id, trace_id, submit_ns, wait_ns, run_ns, procs, busy_ns "
			   "FROM v_job_ns WHERE id >= ?1 AND id < ?2 ORDER BY id");
	while (s != NULL && out->n < cap && sqlite3_step(s) == SQLITE_ROW)
		if (sqlite3_column_type(s, 3) != SQLITE_NULL &&
		    sqlite3_column_type(s, 4) != SQLITE_NULL)
			read_row(s, out);
	if (s == NULL || sqlite3_finalize(s) != SQLITE_OK)
		return sj_fail(err, SJ_EIO, "%s: jobs of run %u: %s", run->path, run->id,
			       sqlite3_errmsg(run->db));
	return SJ_OK;
}

/* ---- pairing --------------------------------------------------------------------------- */

static bool equal_lists(const struct jobset *a, const struct jobset *b)
{
	return a->n == b->n &&
	       (a->n == 0 ||
		(memcmp(a->trace_id, b->trace_id, a->n * sizeof(*a->trace_id)) == 0 &&
		 memcmp(a->submit_ns, b->submit_ns, a->n * sizeof(*a->submit_ns)) == 0));
}

struct key {
	int64_t  trace_id, submit_ns;
	uint32_t index;
};

/* Same id and submit twice in a log: then they go by their order. */
static int by_job(const void *p, const void *q)
{
	const struct key *a = p, *b = q;

	if (a->trace_id != b->trace_id)
		return a->trace_id < b->trace_id ? -1 : 1;
	if (a->submit_ns != b->submit_ns)
		return a->submit_ns < b->submit_ns ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

static struct key *sorted_keys(const struct jobset *j)
{
	struct key *k = malloc((j->n + 1) * sizeof(*k));

	if (k == NULL)
		return NULL;
	for (size_t i = 0; i < j->n; i++)
		k[i] = (struct key){ j->trace_id[i], j->submit_ns[i], (uint32_t)i };
	qsort(k, j->n, sizeof(*k), by_job);
	return k;
}

/* partner[i] becomes the index in b of job i of a, or UINT32_MAX. */
static void join(const struct key *a, size_t na, const struct key *b, size_t nb,
		 uint32_t *partner)
{
	size_t i = 0, j = 0;

	while (i < na && j < nb) {
		if (a[i].trace_id == b[j].trace_id && a[i].submit_ns == b[j].submit_ns)
			partner[a[i++].index] = b[j++].index;
		else if (a[i].trace_id != b[j].trace_id ? a[i].trace_id < b[j].trace_id :
							  a[i].submit_ns < b[j].submit_ns)
			i++;
		else
			j++;
	}
}

int job_pairs_match(const struct jobset *a, const struct jobset *b, struct job_pairs *out)
{
	struct key *ka, *kb;

	*out = (struct job_pairs){ .n = a->n };
	if (equal_lists(a, b))
		return SJ_OK;
	out->n = 0;
	out->a = malloc((a->n + 1) * sizeof(*out->a));
	out->b = malloc((a->n + 1) * sizeof(*out->b));
	ka = sorted_keys(a);
	kb = sorted_keys(b);
	if (out->a == NULL || out->b == NULL || ka == NULL || kb == NULL) {
		free(ka);
		free(kb);
		return SJ_ENOMEM;
	}
	memset(out->b, 0xff, a->n * sizeof(*out->b));
	join(ka, a->n, kb, b->n, out->b);
	for (uint32_t i = 0; i < a->n; i++) {
		if (out->b[i] == UINT32_MAX)
			continue;
		out->a[out->n] = i;
		out->b[out->n++] = out->b[i];
	}
	free(ka);
	free(kb);
	return SJ_OK;
}

void job_pairs_free(struct job_pairs *p)
{
	free(p->a);
	free(p->b);
	*p = (struct job_pairs){ .n = 0 };
}

/* ---- values ------------------------------------------------------------------------------ */

enum job_metric job_metric_of(const char *name)
{
	static const struct {
		const char     *name;
		enum job_metric metric;
	} known[] = {
		{ "wait_mean_s", JOB_WAIT },
		{ "response_mean_s", JOB_RESPONSE },
		{ "bsld_10s_mean", JOB_BSLD },
		{ "pp_bsld_10s_mean", JOB_PP_BSLD },
		{ "slowdown_mean", JOB_SLOWDOWN },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].metric;
	return JOB_NONE;
}

static double value(enum job_metric m, const struct jobset *j, size_t i)
{
	double response = (double)(j->wait_ns[i] + j->run_ns[i]) / 1e9;
	double busy = (double)j->busy_ns[i] / 1e9;

	switch (m) {
	case JOB_WAIT:     return (double)j->wait_ns[i] / 1e9;
	case JOB_RESPONSE: return response;
	case JOB_BSLD:     return fmax(1, response / fmax(busy, TAU_S));
	case JOB_PP_BSLD:  return fmax(1, response / (fmax(busy, TAU_S) * j->procs[i]));
	case JOB_SLOWDOWN: return busy > 0 ? response / busy : NAN;
	case JOB_NONE:     break;
	}
	return NAN;
}

size_t job_pair_values(enum job_metric m, const struct jobset *a, const struct jobset *b,
		       const struct job_pairs *p, double *x, double *y)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		x[n] = value(m, a, p->a == NULL ? i : p->a[i]);
		y[n] = value(m, b, p->b == NULL ? i : p->b[i]);
		if (!isnan(x[n]) && !isnan(y[n]))
			n++;
	}
	return n;
}
