/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_regret.c - `plot regret`: reward that a learner has missed so far, against the best
 * fixed arm. What an arm alone achieves is known from a run of it with the same rounds,
 * `bandit:arms=(ARM)`; the best is the one with the largest sum of rewards over the rounds
 * that both played. Where the databases have no such runs, the best arm is the one with the
 * largest mean reward of the learner's own rounds: an estimate, and the axis says so.
 *
 * Runs of one series (seeds, workloads) are each compared with the best arm on the same
 * workload; the curve is their mean, with an interval by Student's t.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/embedded.h"
#include "plot/kinds.h"
#include "plot/learner_label.h"
#include "plot/rounds.h"
#include "plot/text.h"
#include "plot/timespan.h"
#include "stats/describe.h"
#include "stats/interval.h"

#define GRID  160
#define LEVEL 0.95
#define SERIES_MAX 8

struct contest {
	const struct plot_runs *runs;
	size_t         count;  /* series */
	struct rounds *of;     /* by run; also of runs that are no series of theirs */
	bool           estimated;
	struct timespan span;
	char         (*label)[LEARNER_LABEL_SIZE];
};

/* ---- rounds ------------------------------------------------------------------------------ */

static int read_all(struct contest *c, sj_error *err)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < c->runs->runs && rc == SJ_OK; i++) {
		rc = rounds_read_arms(c->runs, &c->runs->run[i], &c->of[i], err);
		if (rc == SJ_OK && c->of[i].arms != 0)
			rc = rounds_read_rewards(c->runs, &c->runs->run[i], &c->of[i], err);
	}
	return rc;
}

/* Did both face the same? */
static bool same_world(const struct plot_run *a, const struct plot_run *b)
{
	for (int k = FACET_POLICY + 1; k < FACET_COUNT; k++)
		if (strcmp(a->facet[k], b->facet[k]) != 0)
			return false;
	return a->seed == b->seed;
}

/* What r has more than the learner over the rounds that both played; -INFINITY: none. */
static double lead_of(const struct rounds *r, const struct rounds *learner)
{
	double sum = 0;
	bool any = false;

	for (size_t i = 0, k = 0; i < r->count && k < learner->count;) {
		if (r->round[i].from == learner->round[k].from) {
			sum += r->round[i++].reward - learner->round[k++].reward;
			any = true;
		} else if (r->round[i].from < learner->round[k].from) {
			i++;
		} else {
			k++;
		}
	}
	return any ? sum : -INFINITY;
}

/* The run of the best fixed arm beside run i; NULL: there is none. */
static const struct rounds *best_fixed(const struct contest *c, size_t i)
{
	const struct rounds *best = NULL;
	double most = -INFINITY;

	for (size_t k = 0; k < c->runs->runs; k++) {
		double lead;

		if (c->of[k].arms != 1 || !same_world(&c->runs->run[i], &c->runs->run[k]))
			continue;
		lead = lead_of(&c->of[k], &c->of[i]);
		if (lead > most) {
			most = lead;
			best = &c->of[k];
		}
	}
	return best;
}

/* ---- curves --------------------------------------------------------------------------------- */

/* Without fixed arms: the largest mean of the learner's own rewards. */
static double best_mean(const struct contest *c, size_t i, sj_error *err, int *rc)
{
	struct rounds r = { .count = 0 };
	double sum[ROUND_ARMS * 8] = { 0 }, best = 0;
	size_t n[ROUND_ARMS * 8] = { 0 };

	*rc = rounds_read_arms(c->runs, &c->runs->run[i], &r, err);
	if (*rc == SJ_OK)
		*rc = rounds_read_played(c->runs, &c->runs->run[i], &r, err);
	for (size_t k = 0; *rc == SJ_OK && k < r.count && k < c->of[i].count; k++) {
		sum[r.round[k].arm] += c->of[i].round[k].reward;
		n[r.round[k].arm]++;
	}
	for (size_t a = 0; a < r.arms; a++)
		if (n[a] != 0)
			best = fmax(best, sum[a] / (double)n[a]);
	rounds_free(&r);
	return best;
}

/* Regret of run i at the times of the grid, since its first round. */
static int curve(const struct contest *c, size_t i, double *out, sj_error *err)
{
	const struct rounds *r = &c->of[i], *best = c->estimated ? NULL : best_fixed(c, i);
	double sum = 0, mean = 0;
	size_t at = 0, k = 0;
	int rc = SJ_OK;

	if (best == NULL)
		mean = best_mean(c, i, err, &rc);
	for (size_t g = 0; g <= GRID && rc == SJ_OK; g++) {
		sj_time t = r->round[0].from + (sj_time)((double)c->span.to * (double)g / GRID);

		for (; at < r->count && r->round[at].to <= t; at++) {
			while (best != NULL && k < best->count &&
			       best->round[k].from < r->round[at].from)
				k++;
			if (best == NULL)
				sum += mean - r->round[at].reward;
			else if (k < best->count && best->round[k].from == r->round[at].from)
				sum += best->round[k].reward - r->round[at].reward;
		}
		out[g] = sum;
	}
	return rc;
}

/* The mean of a series, and its interval. `v`: by grid point, then run. */
static void write_curve(struct figure *f, const struct contest *c, const double *v, size_t runs,
			double range[2])
{
	for (size_t g = 0; g <= GRID; g++) {
		double mean = stat_mean(&v[g * runs], runs),
		       half = stat_t_half_width(&v[g * runs], runs, LEVEL),
		       off = isnan(half) ? 0 : half;

		fprintf(f->data, "%.9g %.9g %.9g %.9g\n", (double)c->span.to * (double)g / GRID /
			c->span.unit_ns, mean, mean - half, mean + half);
		range[0] = fmin(range[0], mean - off);
		range[1] = fmax(range[1], mean + off);
		f->points++;
	}
}

static int draw_series(struct figure *f, const struct contest *c, size_t series, double range[2],
		       sj_error *err)
{
	double *v = calloc((GRID + 1) * (c->runs->runs + 1), sizeof(*v)), one[GRID + 1];
	size_t runs = 0, n = 0;
	int rc = v == NULL ? SJ_ENOMEM : SJ_OK;

	for (size_t i = 0; i < c->runs->runs; i++)
		runs += c->runs->run[i].series == series && c->of[i].count != 0;
	for (size_t i = 0; i < c->runs->runs && rc == SJ_OK; i++) {
		if (c->runs->run[i].series != series || c->of[i].count == 0)
			continue;
		rc = curve(c, i, one, err);
		for (size_t g = 0; g <= GRID; g++)
			v[g * runs + n] = one[g];
		n++;
	}
	figure_block(f, c->label[series]);
	if (rc == SJ_OK && runs != 0) {
		double mean = stat_mean(&v[GRID * runs], runs),
		       half = stat_t_half_width(&v[GRID * runs], runs, LEVEL);

		write_curve(f, c, v, runs, range);
		if (isnan(half))
			say("%s: regret %.2f", c->label[series], mean);
		else
			say("%s: regret %.2f, 95 %% interval %.2f to %.2f over %zu runs",
			    c->label[series], mean, mean - half, mean + half, runs);
	} else {
		fputs("NaN NaN NaN NaN\n", f->data);
	}
	free(v);
	return rc;
}

static int draw(struct figure *f, const struct contest *c, sj_error *err)
{
	const char *text[SERIES_MAX];
	double range[2] = { 0, 0 };
	int rc = SJ_OK;

	for (size_t s = 0; s < c->count && rc == SJ_OK; s++)
		rc = draw_series(f, c, s, range, err);
	range[0] = range[0] < 0 ? range[0] * 1.04 : 0;
	range[1] = range[1] > 0 ? range[1] * 1.04 : 1;
	timespan_axis(f, &c->span);
	figure_num(f, "YLO", range[0]);
	figure_num(f, "YHI", range[1]);
	figure_yticks(f, "YTICKS", range[0], range[1], 6, 0);
	figure_text(f, "YLABEL", c->estimated ? "regret (estimated)" : "regret (reward)");
	f->body_in = 1.9;
	for (size_t s = 0; s < c->count; s++)
		text[s] = c->label[s];
	own_legend(f, text, c->count);
	return rc;
}

/* Arms of run i that also ran alone. */
static size_t arms_alone(const struct contest *c, size_t i)
{
	size_t n = 0;

	for (size_t a = 0; a < c->of[i].arms; a++) {
		bool found = false;

		for (size_t k = 0; k < c->runs->runs && !found; k++)
			found = c->of[k].arms == 1 && strcmp(c->of[k].arm[0], c->of[i].arm[a]) == 0 &&
				same_world(&c->runs->run[i], &c->runs->run[k]);
		n += found;
	}
	return n;
}

/* The longest run, and whether every learner has a fixed arm to be compared with. */
static int survey(struct contest *c, sj_error *err)
{
	bool any = false;
	size_t some = 0; /* 1 + a run of which not all arms ran alone */

	for (size_t i = 0; i < c->runs->runs; i++) {
		const struct rounds *r = &c->of[i];
		sj_time length;

		if (r->count == 0)
			continue;
		any = true;
		length = r->round[r->count - 1].to - r->round[0].from;
		c->span.to = length > c->span.to ? length : c->span.to;
		c->estimated |= r->arms > 1 && best_fixed(c, i) == NULL;
		if (r->arms > 1 && arms_alone(c, i) < r->arms && some == 0)
			some = i + 1;
	}
	if (!any)
		return sj_fail(err, SJ_EINVAL, "plot regret: no chosen run has learned anything; it "
			       "is about the policy bandit");
	if (c->estimated)
		say("plot regret: no runs of the arms alone, as bandit:arms=(ARM) with the same "
		    "rounds, are here; regret is estimated from the learner's own rewards");
	else if (some != 0)
		say("plot regret: only %zu of %zu arms of %s ran alone; the best of these counts",
		    arms_alone(c, some - 1), c->of[some - 1].arms,
		    c->runs->run[some - 1].facet[FACET_POLICY]);
	timespan_set_unit(&c->span);
	return SJ_OK;
}

int plot_make_regret(struct figure *f, const struct plot_runs *runs, size_t count,
		     const struct plot_options *o, sj_error *err)
{
	struct contest c = { .runs = runs, .count = count,
			     .of = calloc(runs->runs + 1, sizeof(*c.of)),
			     .label = calloc(count + 1, sizeof(*c.label)) };
	int rc = c.of == NULL || c.label == NULL ? SJ_ENOMEM : read_all(&c, err);

	(void)o;
	if (rc == SJ_OK)
		rc = survey(&c, err);
	if (rc == SJ_OK)
		learner_labels(runs, count, c.of, c.label);
	if (rc == SJ_OK)
		rc = draw(f, &c, err);
	for (size_t i = 0; i < runs->runs && c.of != NULL; i++)
		rounds_free(&c.of[i]);
	free(c.of);
	free(c.label);
	return rc;
}
