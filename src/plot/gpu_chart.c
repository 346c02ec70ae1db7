/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gpu_chart.c - see gpu_chart.h. */
#include "plot/gpu_chart.h"

#include <inttypes.h>
#include <stdlib.h>

#include "plot/embedded.h"
#include "plot/pack.h"
#include "plot/query.h"

/* Something between the edges of neighbouring lanes. */
#define MARGIN 0.06

/* Shares wait here until all of a GPU are known: where in the lane is for pack.h to say. */
struct share {
	struct gpu_piece piece;
	uint32_t         lane, milli;
	size_t           order;
};

struct shares {
	struct share *share;
	size_t        count, room;
};

uint32_t gpu_chart_lane(const struct gpu_chart *c, uint32_t node)
{
	uint32_t first, gpu;

	machine_node(&c->machine, c->first_node, &first);
	machine_node(&c->machine, node, &gpu);
	return gpu - first;
}

static int add_piece(struct gpu_chart *c, const struct gpu_piece *p)
{
	if (c->count == c->room) {
		size_t room = c->room * 2 + 256;
		struct gpu_piece *grown = realloc(c->piece, room * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		c->piece = grown;
		c->room = room;
	}
	c->piece[c->count++] = *p;
	return SJ_OK;
}

static int add_share(struct shares *s, const struct gpu_piece *p, uint32_t lane, uint32_t milli)
{
	if (s->count == s->room) {
		size_t room = s->room * 2 + 256;
		struct share *grown = realloc(s->share, room * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		s->share = grown;
		s->room = room;
	}
	s->share[s->count] = (struct share){ *p, lane, milli, s->count };
	s->share[s->count++].piece.share = true;
	return SJ_OK;
}

/* ---- reading ---------------------------------------------------------------------- */

/* GPUs that a task has to itself, those beside each other in one piece. */
static int add_whole(struct gpu_chart *c, struct gpu_piece p, uint32_t lane, uint64_t gpus)
{
	int rc = SJ_OK;

	for (uint32_t g = 0; gpus >> g != 0 && rc == SJ_OK && g < 64;) {
		uint32_t first = g;

		if (!(gpus >> g & 1)) {
			g++;
			continue;
		}
		while (g < 64 && gpus >> g & 1)
			g++;
		p.low = lane + first + MARGIN;
		p.high = lane + g - MARGIN;
		rc = add_piece(c, &p);
		if (g == 64)
			break;
	}
	return rc;
}

static int add_row(struct gpu_chart *c, struct shares *s, sqlite3_stmt *st)
{
	const struct gpu_piece p = {
		.number = sqlite3_column_int64(st, 0), .name = sqlite3_column_int64(st, 1),
		.user = (uint32_t)sqlite3_column_int64(st, 2),
		.from = sqlite3_column_int64(st, 4), .to = sqlite3_column_int64(st, 5),
	};
	uint32_t lane = gpu_chart_lane(c, (uint32_t)sqlite3_column_int64(st, 3));
	uint64_t gpus = (uint64_t)sqlite3_column_int64(st, 6);
	uint32_t milli = (uint32_t)sqlite3_column_int64(st, 7);
	int rc = SJ_OK;

	c->end = p.to > c->end ? p.to : c->end;
	if (milli >= 1000)
		return add_whole(c, p, lane, gpus);
	for (; gpus != 0 && rc == SJ_OK; gpus &= gpus - 1)
		rc = add_share(s, &p, lane + (uint32_t)__builtin_ctzll(gpus), milli);
	return rc;
}

static int read_rows(const struct plot_runs *runs, const struct plot_run *run,
		     const struct plot_options *o, struct gpu_chart *c, struct shares *s,
		     sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, plot_gpu_gantt_sql, &q, err);

	if (rc == SJ_OK) {
		plot_query_int(&q, ":node", c->first_node);
		plot_query_int(&q, ":last_node", c->last_node);
		plot_query_int(&q, ":from", o->to > 0 ? o->from : 0);
		plot_query_int(&q, ":to", o->to > 0 ? o->to : INT64_MAX);
		plot_query_int(&q, ":jobs", o->first > 0 && o->first < INT64_MAX ?
			       (int64_t)o->first : INT64_MAX);
	}
	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK) {
		if (c->count + s->count >= GPU_PIECES_MAX) {
			c->cut = true;
			c->next = sqlite3_column_int64(q.st, 4);
			rc = SJ_END;
			break;
		}
		rc = add_row(c, s, q.st);
	}
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

/* ---- shares ------------------------------------------------------------------------ */

static int by_lane(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	if (x->lane != y->lane)
		return x->lane < y->lane ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Those of one GPU, in order of start: each gets the lowest free part of its lane. */
static int place_shares(struct gpu_chart *c, const struct share *s, size_t n,
			const char *label, sj_error *err)
{
	struct pack_job *jobs = malloc(n * sizeof(*jobs));
	struct pack pack = { 0 };
	int rc = jobs == NULL ? SJ_ENOMEM : SJ_OK;

	for (size_t i = 0; i < n && rc == SJ_OK; i++)
		jobs[i] = (struct pack_job){ s[i].piece.from, s[i].piece.to, s[i].milli };
	if (rc == SJ_OK)
		rc = pack_jobs(jobs, n, 1000, &pack);
	if (rc == SJ_ERANGE)
		rc = sj_fail(err, SJ_EINVARIANT, "plot gpu-gantt: tasks of %s share more than "
			     "all of a GPU at one instant", label);
	for (size_t i = 0; i < pack.count && rc == SJ_OK; i++) {
		struct gpu_piece p = s[pack.piece[i].job].piece;

		p.low = s->lane + MARGIN + (1 - 2 * MARGIN) * pack.piece[i].first / 1000;
		p.high = s->lane + MARGIN + (1 - 2 * MARGIN) * (pack.piece[i].last + 1) / 1000;
		rc = add_piece(c, &p);
	}
	free(jobs);
	free(pack.piece);
	return rc;
}

static int place_all(struct gpu_chart *c, struct shares *s, const char *label, sj_error *err)
{
	int rc = SJ_OK;

	if (s->count > 1)
		qsort(s->share, s->count, sizeof(*s->share), by_lane);
	for (size_t i = 0, end; i < s->count && rc == SJ_OK; i = end) {
		for (end = i; end < s->count && s->share[end].lane == s->share[i].lane;)
			end++;
		rc = place_shares(c, s->share + i, end - i, label, err);
	}
	return rc;
}

/* ---- which nodes -------------------------------------------------------------------- */

/* As asked, or from the first node with GPUs as many as lanes allow. */
static int choose_nodes(struct gpu_chart *c, const struct plot_options *o, const char *label,
			sj_error *err)
{
	const uint32_t nodes = c->machine.cluster.node_count;
	uint32_t lanes = 0, gpu;

	c->first_node = o->nodes_given ? o->nodes_from : 0;
	c->last_node = o->nodes_given && o->nodes_to < nodes ? o->nodes_to : nodes - 1;
	if (nodes == 0 || machine_gpus(&c->machine) == 0)
		return sj_fail(err, SJ_EINVAL, "plot gpu-gantt: the machine of %s has no GPUs",
			       label);
	if (c->first_node >= nodes)
		return sj_fail(err, SJ_EINVAL, "plot gpu-gantt: --nodes: the nodes of %s are 0 to %u",
			       label, nodes - 1);
	while (c->first_node < c->last_node &&
	       machine_node(&c->machine, c->first_node, &gpu)->gpus == 0)
		c->first_node++;
	for (uint32_t i = c->first_node; i <= c->last_node; i++) {
		uint32_t gpus = machine_node(&c->machine, i, &gpu)->gpus;

		if (!o->nodes_given && lanes != 0 && lanes + gpus > GPU_LANES_MAX) {
			c->nodes_cut = true;
			c->last_node = i - 1;
			break;
		}
		lanes += gpus;
	}
	c->lanes = lanes;
	return lanes != 0 ? SJ_OK :
	       sj_fail(err, SJ_EINVAL, "plot gpu-gantt: --nodes: none of nodes %u to %u of %s has "
		       "GPUs", o->nodes_from, o->nodes_to, label);
}

int gpu_chart_read(const struct plot_runs *runs, size_t series, const struct plot_options *o,
		   struct gpu_chart *out, sj_error *err)
{
	const struct plot_run *run = &runs->run[runs->series[series].first];
	const char *label = runs->series[series].label;
	struct shares shares = { 0 };
	int rc;

	*out = (struct gpu_chart){ 0 };
	rc = machine_open(&out->machine, run->facet[FACET_CLUSTER], err);
	if (rc == SJ_OK)
		rc = choose_nodes(out, o, label, err);
	if (rc == SJ_OK)
		rc = read_rows(runs, run, o, out, &shares, err);
	if (rc == SJ_OK)
		rc = place_all(out, &shares, label, err);
	free(shares.share);
	return rc;
}

void gpu_chart_free(struct gpu_chart *c)
{
	machine_close(&c->machine);
	free(c->piece);
	*c = (struct gpu_chart){ 0 };
}
