/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart.c - see chart.h. */
#include "plot/chart.h"

#include <inttypes.h>
#include <stdlib.h>

#include "plot/embedded.h"
#include "plot/pack.h"
#include "plot/query.h"

#define JOBS_SHOWN 100 /* when neither a window nor a number was asked for */

/* ---- reading ------------------------------------------------------------------ */

static int add_piece(struct chart *c, const struct piece *p)
{
	if (c->count == c->room) {
		size_t room = c->room * 2 + 256;
		struct piece *q = realloc(c->piece, room * sizeof(*q));

		if (q == NULL)
			return SJ_ENOMEM;
		c->piece = q;
		c->room = room;
	}
	c->piece[c->count++] = *p;
	return SJ_OK;
}

/* Whether the row begins behind what this chart shows. */
static bool is_beyond(const struct chart *c, const struct plot_options *o, size_t jobs,
		      bool new_job)
{
	if (c->count >= PIECES_MAX)
		return new_job;
	return o->to == 0 && o->first == 0 && new_job && jobs == JOBS_SHOWN;
}

static int read_rows(struct plot_query *q, struct chart *c, const struct plot_options *o,
		     sj_error *err)
{
	size_t jobs = 0;
	int64_t last = -1;
	int rc;

	while ((rc = plot_query_next(q, err)) == SJ_OK) {
		struct piece p = {
			.number = sqlite3_column_int64(q->st, 0),
			.name = sqlite3_column_int64(q->st, 1),
			.from = sqlite3_column_int64(q->st, 2),
			.to = sqlite3_column_int64(q->st, 3),
			.last = (uint32_t)sqlite3_column_int64(q->st, 4) - 1,
		};

		if (is_beyond(c, o, jobs, p.number != last)) {
			c->cut = true;
			c->next = p.from;
			return SJ_OK;
		}
		if (sqlite3_column_type(q->st, 5) == SQLITE_NULL) {
			c->packed = true;
		} else {
			p.first = (uint32_t)sqlite3_column_int64(q->st, 5);
			p.last = (uint32_t)sqlite3_column_int64(q->st, 6);
		}
		jobs += p.number != last;
		last = p.number;
		c->end = p.to > c->end ? p.to : c->end;
		rc = add_piece(c, &p);
		if (rc != SJ_OK)
			return rc;
	}
	return rc == SJ_END ? SJ_OK : rc;
}

static int read_rows_of(const struct plot_runs *runs, size_t series, struct chart *c,
		      const struct plot_options *o, sj_error *err)
{
	const struct plot_run *run = &runs->run[runs->series[series].first];
	struct plot_query q;
	int rc = plot_query_open(runs, run, plot_gantt_sql, &q, err);

	*c = (struct chart){ .procs = run->procs };
	if (rc == SJ_OK) {
		plot_query_int(&q, ":from", o->to > 0 ? o->from : 0);
		plot_query_int(&q, ":to", o->to > 0 ? o->to : INT64_MAX);
		plot_query_int(&q, ":jobs", o->first > 0 && o->first < INT64_MAX ?
			       (int64_t)o->first : INT64_MAX);
		rc = read_rows(&q, c, o, err);
	}
	plot_query_close(&q);
	return rc;
}

/* ---- placement ---------------------------------------------------------------- */

/* Replaces whole jobs by the processors they would get in order of start. */
static int pack_chart(struct chart *c, const char *label, sj_error *err)
{
	struct pack_job *jobs = malloc(c->count * sizeof(*jobs));
	struct chart placed = { 0 };
	struct pack pack = { 0 };
	int rc = jobs == NULL ? SJ_ENOMEM : SJ_OK;

	for (size_t i = 0; i < c->count && rc == SJ_OK; i++)
		jobs[i] = (struct pack_job){ c->piece[i].from, c->piece[i].to,
					     c->piece[i].last + 1 };
	if (rc == SJ_OK)
		rc = pack_jobs(jobs, c->count, (uint32_t)c->procs, &pack);
	if (rc == SJ_ERANGE)
		rc = sj_fail(err, SJ_EINVARIANT, "plot gantt: jobs of %s need more than its "
			     "%" PRId64 " processors at one instant", label, c->procs);
	for (size_t i = 0; i < pack.count && rc == SJ_OK; i++) {
		struct piece p = c->piece[pack.piece[i].job];

		p.first = pack.piece[i].first;
		p.last = pack.piece[i].last;
		rc = add_piece(&placed, &p);
	}
	free(jobs);
	free(pack.piece);
	if (rc != SJ_OK) {
		free(placed.piece);
		return rc;
	}
	free(c->piece);
	c->piece = placed.piece;
	c->count = placed.count;
	c->room = placed.room;
	return SJ_OK;
}

/* A packed job may come in many pieces; keeps whole jobs, as many as can be drawn. */
static void limit_pieces(struct chart *c)
{
	size_t keep = PIECES_MAX;

	if (c->count <= PIECES_MAX)
		return;
	while (keep > 1 && c->piece[keep].number == c->piece[keep - 1].number)
		keep--;
	c->cut = true;
	c->next = c->piece[keep].from;
	c->count = keep;
}

/* The tallest piece of each job carries its number; pieces of a job are neighbours. */
static void mark_widest(struct chart *c)
{
	for (size_t i = 0, end; i < c->count; i = end) {
		size_t best = i;

		for (end = i; end < c->count && c->piece[end].number == c->piece[i].number;
		     end++)
			if (c->piece[end].last - c->piece[end].first >
			    c->piece[best].last - c->piece[best].first)
				best = end;
		c->piece[best].widest = true;
	}
}

int chart_read(const struct plot_runs *runs, size_t series, struct chart *out,
	       const struct plot_options *o, sj_error *err)
{
	int rc = read_rows_of(runs, series, out, o, err);

	if (rc == SJ_OK && out->packed)
		rc = pack_chart(out, runs->series[series].label, err);
	if (rc == SJ_OK) {
		limit_pieces(out);
		mark_widest(out);
	}
	return rc;
}
