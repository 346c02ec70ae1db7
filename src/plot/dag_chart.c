/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dag_chart.c - see dag_chart.h. */
#include "plot/dag_chart.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "plot/embedded.h"
#include "plot/query.h"
#include "sojourn/param.h"

/* ---- which job ------------------------------------------------------------------------ */

static int find_job(const struct plot_runs *runs, const struct plot_run *run, const char *label,
		    const char *job, struct dag_chart *c, sj_error *err)
{
	struct plot_query q;
	int64_t name = 0;
	int rc = job != NULL ? sj_parse_int("--job", job, &name, err) : SJ_OK;

	if (rc != SJ_OK)
		return SJ_EUSAGE;
	rc = plot_query_open(runs, run, plot_dag_job_sql, &q, err);
	if (rc == SJ_OK && job != NULL)
		plot_query_int(&q, ":name", name);
	if (rc == SJ_OK)
		rc = plot_query_next(&q, err);
	if (rc == SJ_OK) {
		c->number = sqlite3_column_int64(q.st, 0);
		c->name = sqlite3_column_int64(q.st, 1);
		c->tasks = (uint64_t)sqlite3_column_int64(q.st, 3);
	}
	plot_query_close(&q);
	if (rc == SJ_END)
		return sj_fail(err, SJ_EINVAL, "plot dag-gantt: no job %s in run %" PRId64 " (%s)",
			       job != NULL ? job : "", run->id, label);
	if (rc == SJ_OK && c->tasks == 0)
		return sj_fail(err, SJ_EINVAL, "plot dag-gantt: run %" PRId64 " (%s) kept no "
			       "allocations of job %" PRId64 "; run it again with --allocs "
			       "--transfers", run->id, label, c->name);
	return rc;
}

/* ---- bars and their lanes --------------------------------------------------------------- */

static int add_bar(struct dag_chart *c, const struct dag_bar *bar)
{
	if (c->bars == c->bar_room) {
		size_t room = c->bar_room * 2 + 256;
		struct dag_bar *grown = realloc(c->bar, room * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		c->bar = grown;
		c->bar_room = room;
	}
	c->bar[c->bars++] = *bar;
	return SJ_OK;
}

static int read_bars(const struct plot_runs *runs, const struct plot_run *run,
		     struct dag_chart *c, sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, plot_dag_gantt_sql, &q, err);

	if (rc == SJ_OK)
		plot_query_int(&q, ":job", c->number);
	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK) {
		const struct dag_bar b = {
			.task = (uint32_t)sqlite3_column_int64(q.st, 0),
			.node = (uint32_t)sqlite3_column_int64(q.st, 1),
			.from = sqlite3_column_int64(q.st, 2),
			.ready = sqlite3_column_int64(q.st, 2),
			.to = sqlite3_column_int64(q.st, 3),
		};

		c->pool = c->pool || sqlite3_column_int(q.st, 4) != 0;
		if (c->bars == DAG_BARS_MAX) {
			c->cut = true;
			rc = SJ_END;
			break;
		}
		c->end = b.to > c->end ? b.to : c->end;
		rc = add_bar(c, &b);
	}
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

static int by_node(const void *x, const void *y)
{
	const struct dag_bar *a = *(const struct dag_bar *const *)x;
	const struct dag_bar *b = *(const struct dag_bar *const *)y;

	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return a < b ? -1 : a > b; /* one array: by start */
}

/* The bars of one node, by start: each gets the first lane that is free. */
static uint32_t stack(struct dag_bar **bar, size_t n, uint32_t first, sj_time *free_at)
{
	uint32_t lanes = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t lane = 0;

		while (lane < lanes && free_at[lane] > bar[i]->from)
			lane++;
		lanes += lane == lanes;
		free_at[lane] = bar[i]->to;
		bar[i]->lane = first + lane;
	}
	return lanes;
}

static int place_bars(struct dag_chart *c)
{
	struct dag_bar **order = malloc((c->bars + 1) * sizeof(*order));
	sj_time *free_at = malloc((c->bars + 1) * sizeof(*free_at));
	size_t begin, end;

	c->node = malloc((c->bars + 1) * sizeof(*c->node));
	if (order == NULL || free_at == NULL || c->node == NULL) {
		free(order);
		free(free_at);
		return SJ_ENOMEM;
	}
	for (size_t i = 0; i < c->bars; i++)
		order[i] = &c->bar[i];
	qsort(order, c->bars, sizeof(*order), by_node);
	for (begin = 0; begin < c->bars; begin = end) {
		struct dag_node *n = &c->node[c->nodes++];

		for (end = begin; end < c->bars && order[end]->node == order[begin]->node;)
			end++;
		*n = (struct dag_node){ order[begin]->node, c->lanes, 0 };
		n->lanes = stack(order + begin, end - begin, c->lanes, free_at);
		c->lanes += n->lanes;
	}
	free(order);
	free(free_at);
	return SJ_OK;
}

/* ---- transfers ------------------------------------------------------------------------- */

static int by_task(const void *x, const void *y)
{
	const struct dag_bar *a = *(const struct dag_bar *const *)x;
	const struct dag_bar *b = *(const struct dag_bar *const *)y;

	if (a->task != b->task)
		return a->task < b->task ? -1 : 1;
	return a < b ? -1 : a > b;
}

struct tasks {
	struct dag_bar **bar;
	size_t           count;
};

static size_t first_of(const struct tasks *t, int64_t task)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->bar[middle]->task < task)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of the task on this node: the bar within which something happened at `at`, or, with
 * `before`, the last one that had ended. */
static struct dag_bar *find(const struct tasks *t, int64_t task, uint32_t node, sj_time at,
			    bool before)
{
	struct dag_bar *found = NULL;

	for (size_t i = first_of(t, task); i < t->count && t->bar[i]->task == task; i++) {
		struct dag_bar *b = t->bar[i];

		if (b->node == node && (before ? b->to <= at : b->from <= at && at <= b->to))
			found = b;
	}
	return found;
}

static void add_transfer(struct dag_chart *c, const struct tasks *t, sqlite3_stmt *st,
			 const struct plot_options *o)
{
	int64_t maker = sqlite3_column_int64(st, 1);
	sj_time from = sqlite3_column_int64(st, 5), to = sqlite3_column_int64(st, 6);
	struct dag_bar *target = find(t, sqlite3_column_int64(st, 0),
				      (uint32_t)sqlite3_column_int64(st, 3), to, false);
	struct dag_bar *source = maker < 0 ? NULL :
				 find(t, maker, (uint32_t)sqlite3_column_int64(st, 2), from, true);

	if (target != NULL && to > target->ready)
		target->ready = to;
	if (target == NULL || source == NULL || (o->to > 0 && (from > o->to || to < o->from)))
		return;
	c->most = fmax(c->most, sqlite3_column_double(st, 4));
	if (c->moves++ < DAG_LINES_MAX)
		c->line[c->lines++] = (struct dag_line){ from, to, source->lane, target->lane,
							 sqlite3_column_double(st, 4) };
}

static int read_transfers(const struct plot_runs *runs, const struct plot_run *run,
			  const struct plot_options *o, struct dag_chart *c, sj_error *err)
{
	struct tasks t = { malloc((c->bars + 1) * sizeof(*t.bar)), c->bars };
	struct plot_query q = { 0 };
	int rc = SJ_ENOMEM;

	c->line = malloc(DAG_LINES_MAX * sizeof(*c->line));
	if (t.bar != NULL && c->line != NULL) {
		for (size_t i = 0; i < c->bars; i++)
			t.bar[i] = &c->bar[i];
		qsort(t.bar, t.count, sizeof(*t.bar), by_task);
		rc = plot_query_open(runs, run, plot_dag_transfers_sql, &q, err);
		if (rc == SJ_OK)
			plot_query_int(&q, ":job", c->number);
	}
	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK)
		add_transfer(c, &t, q.st, o);
	if (c->moves > c->lines)
		c->lines = 0;
	plot_query_close(&q);
	free(t.bar);
	return rc == SJ_END ? SJ_OK : rc;
}

int dag_chart_read(const struct plot_runs *runs, size_t series, const struct plot_options *o,
		   struct dag_chart *out, sj_error *err)
{
	const struct plot_run *run = &runs->run[runs->series[series].first];
	int rc;

	*out = (struct dag_chart){ 0 };
	rc = find_job(runs, run, runs->series[series].label, o->job, out, err);
	if (rc == SJ_OK)
		rc = read_bars(runs, run, out, err);
	if (rc == SJ_OK)
		rc = place_bars(out);
	if (rc == SJ_OK)
		rc = read_transfers(runs, run, o, out, err);
	return rc;
}

void dag_chart_free(struct dag_chart *c)
{
	free(c->bar);
	free(c->line);
	free(c->node);
	*c = (struct dag_chart){ 0 };
}
