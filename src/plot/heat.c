/* SPDX-License-Identifier: GPL-3.0-or-later */
/* heat.c - see heat.h. */
#include "plot/heat.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "plot/embedded.h"
#include "plot/query.h"

static const struct plot_run *run_of(const struct plot_runs *runs, size_t series)
{
	return &runs->run[runs->series[series].first];
}

/* ---- the machine ------------------------------------------------------------------ */

/* Cores, thousandths of GPUs or bytes of one node. */
static double capacity_of(const sj_node_type *t, enum heat_what what)
{
	return what == HEAT_CORES ? t->cores : what == HEAT_MEMORY ? (double)t->mem_bytes :
	       1000.0 * t->gpus;
}

static int last_end(const struct plot_runs *runs, const struct plot_run *run, const char *sql,
		    int column, sj_time *end, sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, sql, &q, err);

	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK)
		if (sqlite3_column_int64(q.st, column) > *end)
			*end = sqlite3_column_int64(q.st, column);
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

static int check_machine(const struct heat *h, const struct plot_run *run, const char *label,
			 enum heat_what what, sj_error *err)
{
	const struct cluster *c = &h->machine.cluster;
	double all = 0;

	if (c->type_count == 0)
		return sj_fail(err, SJ_EINVAL, "plot heatmap: %s ran on %s, which has no nodes",
			       label, c->text);
	for (uint32_t k = 0; k < c->type_count; k++)
		all += capacity_of(&c->specs[k], what);
	if (!(all > 0))
		return sj_fail(err, SJ_EINVAL, "plot heatmap: the machine of %s has no %s", label,
			       what == HEAT_GPUS ? "GPUs" : "memory stated");
	if (h->end == 0)
		return sj_fail(err, SJ_EINVAL, "plot heatmap: run %" PRId64 " (%s) kept no "
			       "timelines; run it again with --timelines", run->id, label);
	return SJ_OK;
}

int heat_open(const struct plot_runs *runs, size_t series, enum heat_what what,
	      struct heat *out, sj_error *err)
{
	const struct plot_run *run = run_of(runs, series);
	sj_time gpu_end = 0;
	int rc;

	*out = (struct heat){ 0 };
	rc = machine_open(&out->machine, run->facet[FACET_CLUSTER], err);
	if (rc == SJ_OK)
		rc = last_end(runs, run, plot_heatmap_sql, 3, &out->end, err);
	if (rc == SJ_OK && what == HEAT_GPUS)
		rc = last_end(runs, run, plot_heatmap_gpus_sql, 3, &gpu_end, err);
	if (rc == SJ_OK)
		rc = check_machine(out, run, runs->series[series].label, what, err);
	if (rc != SJ_OK)
		return rc;
	out->gpus = gpu_end > 0;
	out->things = out->gpus ? machine_gpus(&out->machine) : out->machine.cluster.node_count;
	return SJ_OK;
}

void heat_free(struct heat *h)
{
	machine_close(&h->machine);
	free(h->busy);
	free(h->down);
	free(h->capacity);
	*h = (struct heat){ 0 };
}

/* ---- cells ------------------------------------------------------------------------- */

/* Spreads an amount over the cells that lie in [from, to), evenly in time, and evenly
 * over the things first .. first + n - 1. */
static void spread(struct heat *h, double *cells, uint32_t first, uint32_t n, sj_time from,
		   sj_time to, double amount)
{
	const double wide = (double)(h->to - h->from) / h->cols;
	const sj_time left = from > h->from ? from : h->from, right = to < h->to ? to : h->to;
	uint32_t col;

	if (left >= right)
		return;
	amount /= (double)(to - from) * n;
	col = (uint32_t)((double)(left - h->from) / wide);
	for (; col < h->cols && (double)h->from + col * wide < (double)right; col++) {
		double begin = fmax((double)left, (double)h->from + col * wide);
		double stop = fmin((double)right, (double)h->from + (col + 1) * wide);

		for (uint32_t i = first; stop > begin && i < first + n && i < h->things; i++)
			cells[(size_t)(i / h->group) * h->cols + col] += amount * (stop - begin);
	}
}

static int read_nodes(const struct plot_runs *runs, const struct plot_run *run,
		      enum heat_what what, struct heat *h, sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, plot_heatmap_sql, &q, err);

	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK) {
		uint32_t node = (uint32_t)sqlite3_column_int64(q.st, 0), gpu;
		uint32_t n = (uint32_t)sqlite3_column_int64(q.st, 1);
		sj_time from = sqlite3_column_int64(q.st, 2), to = sqlite3_column_int64(q.st, 3);
		double down = sqlite3_column_double(q.st, 7);

		if (h->gpus) { /* of all GPUs of the node */
			uint32_t gpus = machine_node(&h->machine, node, &gpu)->gpus;

			if (gpus != 0)
				spread(h, h->down, gpu, gpus, from, to, down * gpus);
			continue;
		}
		spread(h, h->down, node, n, from, to, down);
		spread(h, h->busy, node, n, from, to, sqlite3_column_double(q.st,
		       what == HEAT_CORES ? 4 : what == HEAT_GPUS ? 5 : 6));
	}
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

static int read_gpus(const struct plot_runs *runs, const struct plot_run *run, struct heat *h,
		     sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, plot_heatmap_gpus_sql, &q, err);

	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK) {
		uint32_t first;

		machine_node(&h->machine, (uint32_t)sqlite3_column_int64(q.st, 0), &first);
		spread(h, h->busy, first + (uint32_t)sqlite3_column_int64(q.st, 1), 1,
		       sqlite3_column_int64(q.st, 2), sqlite3_column_int64(q.st, 3),
		       sqlite3_column_double(q.st, 4));
	}
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

static void fill_capacity(struct heat *h, enum heat_what what)
{
	uint32_t gpu;

	for (uint32_t i = 0; i < h->things; i++)
		h->capacity[i / h->group] += h->gpus ? 1000 :
			capacity_of(machine_node(&h->machine, i, &gpu), what);
}

int heat_read(const struct plot_runs *runs, size_t series, enum heat_what what, sj_time from,
	      sj_time to, uint32_t rows, uint32_t cols, struct heat *h, sj_error *err)
{
	const struct plot_run *run = run_of(runs, series);
	int rc;

	h->from = from;
	h->to = to;
	h->cols = cols;
	h->group = (h->things + rows - 1) / rows;
	h->rows = (h->things + h->group - 1) / h->group;
	h->busy = calloc((size_t)h->rows * cols, sizeof(*h->busy));
	h->down = calloc((size_t)h->rows * cols, sizeof(*h->down));
	h->capacity = calloc(h->rows, sizeof(*h->capacity));
	if (h->busy == NULL || h->down == NULL || h->capacity == NULL)
		return SJ_ENOMEM;
	fill_capacity(h, what);
	rc = read_nodes(runs, run, what, h, err);
	return rc == SJ_OK && h->gpus ? read_gpus(runs, run, h, err) : rc;
}

double heat_value(const struct heat *h, uint32_t row, uint32_t col)
{
	const size_t i = (size_t)row * h->cols + col;
	const double wide = (double)(h->to - h->from) / h->cols;
	const uint32_t last = (row + 1) * h->group < h->things ? (row + 1) * h->group : h->things;

	if (h->down[i] * 2 > wide * (last - row * h->group))
		return NAN;
	return h->capacity[row] > 0 ? h->busy[i] / (wide * h->capacity[row]) : 0;
}
