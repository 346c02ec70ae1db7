/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranking.c - see ranking.h. */
#include "stats/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"
#include "sojourn/rng.h"
#include "stats/describe.h"
#include "stats/runset_sort.h"

/* ---- which policies, which instances ------------------------------------------------------- */

/* While it is being made: columns in order of first appearance. */
struct making {
	struct runset                *set;
	const struct ranking_options *o;
	struct ranking               *r;
	const struct configuration  **column; /* one of each policy */
	double                       *value;  /* [instance * policies + column] */
	double                       *rank;
	double                       *one;    /* room for a sample */
	size_t                       *order;
};

static size_t column_of(const struct making *m, const struct configuration *c)
{
	size_t i = 0;

	while (i < m->r->policies && !same_configuration(m->column[i]->run[0], c->run[0]))
		i++;
	return i;
}

static int find_columns(struct making *m)
{
	size_t most = 0;

	for (size_t g = 0; g < m->set->groups; g++)
		most += m->set->group[g].configs;
	m->column = malloc((most + 1) * sizeof(*m->column));
	if (m->column == NULL)
		return SJ_ENOMEM;
	for (size_t g = 0; g < m->set->groups; g++) {
		for (size_t c = 0; c < m->set->group[g].configs; c++) {
			const struct configuration *config = &m->set->group[g].config[c];

			if (column_of(m, config) == m->r->policies)
				m->column[m->r->policies++] = config;
		}
	}
	return SJ_OK;
}

static double mean_metric(const struct configuration *c, const char *metric)
{
	double sum = 0;

	for (size_t i = 0; i < c->runs; i++)
		sum += run_metric(c->run[i], metric);
	return sum / (double)c->runs;
}

/* The values of a group into v[]; a policy without one is NAN. */
static void group_values(const struct making *m, const struct run_group *g, const char *metric,
			 double *v)
{
	for (size_t i = 0; i < m->r->policies; i++)
		v[i] = NAN;
	for (size_t c = 0; c < g->configs; c++)
		v[column_of(m, &g->config[c])] = mean_metric(&g->config[c], metric);
}

static double best_of(const double *v, size_t n, int better)
{
	double best = v[0];

	for (size_t i = 1; i < n; i++)
		if (better < 0 ? v[i] < best : v[i] > best)
			best = v[i];
	return best;
}

/* Values become ratios; false: the instance has no reference. */
static bool refer(const struct making *m, const struct run_group *g, double *v)
{
	const size_t k = m->r->policies;
	const double best = best_of(v, k, m->o->better);

	if (m->o->reference != NULL)
		group_values(m, g, m->o->reference, m->one);
	for (size_t i = 0; i < k; i++) {
		double to = m->o->reference != NULL ? m->one[i] : best;

		if (!(to > 0))
			return false;
		v[i] /= to;
	}
	return true;
}

/* A note on a policy that is missing on some instance would be one a policy: one for all. */
static void note_left_out(const struct making *m, size_t incomplete, size_t unreferred)
{
	if (incomplete > 0)
		runset_note(m->set, "%zu of %zu workloads are left out: not every policy has a "
			    "value of %s on them", incomplete, m->set->groups, m->o->metric);
	if (unreferred > 0)
		runset_note(m->set, "%zu of %zu workloads are left out: they have no %s above 0",
			    unreferred, m->set->groups,
			    m->o->reference != NULL ? m->o->reference : m->o->metric);
}

static int find_instances(struct making *m, sj_error *err)
{
	const size_t k = m->r->policies, n = m->set->groups;
	size_t incomplete = 0, unreferred = 0;

	m->value = malloc((n * k + 1) * sizeof(*m->value));
	m->r->group = malloc((n + 1) * sizeof(*m->r->group));
	m->one = malloc((n + k) * sizeof(*m->one));
	m->order = malloc((k + 1) * sizeof(*m->order));
	if (m->value == NULL || m->r->group == NULL || m->one == NULL || m->order == NULL)
		return SJ_ENOMEM;
	for (size_t g = 0; g < n; g++) {
		double *v = &m->value[m->r->instances * k];
		bool whole = true;

		group_values(m, &m->set->group[g], m->o->metric, v);
		for (size_t i = 0; i < k; i++)
			whole = whole && !isnan(v[i]);
		if (!whole)
			incomplete++;
		else if (!refer(m, &m->set->group[g], v))
			unreferred++;
		else
			m->r->group[m->r->instances++] = &m->set->group[g];
	}
	note_left_out(m, incomplete, unreferred);
	if (m->r->instances > 0)
		return SJ_OK;
	return sj_fail(err, SJ_ENOENT, "no workload has a value of %s%s%s for each of the %zu "
		       "policies", m->o->metric, m->o->reference != NULL ? " and of " : "",
		       m->o->reference != NULL ? m->o->reference : "", k);
}

/* ---- rows -------------------------------------------------------------------------------- */

static int find_baseline(struct making *m, size_t *out, sj_error *err)
{
	const char *name = m->o->baseline, *near;
	const char **labels = malloc((m->r->policies + 1) * sizeof(*labels));
	size_t n = 0;

	*out = 0;
	if (labels == NULL)
		return SJ_ENOMEM;
	for (size_t g = 0; name != NULL && g < m->set->groups; g++) {
		const struct run_group *group = &m->set->group[g];
		size_t at = run_group_find(group, name);

		if (at < group->configs) {
			*out = column_of(m, &group->config[at]);
			free(labels);
			return SJ_OK;
		}
	}
	for (; n < m->r->policies; n++)
		labels[n] = m->column[n]->label;
	near = name != NULL ? sj_nearest(name, labels, n) : NULL;
	free(labels);
	if (name == NULL)
		return SJ_OK;
	return sj_fail(err, SJ_EUSAGE, "--baseline: no run of \"%s\"%s%s%s", name,
		       near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		       near != NULL ? "\"?" : "");
}

static void sample(const struct making *m, const double *matrix, size_t column)
{
	for (size_t i = 0; i < m->r->instances; i++)
		m->one[i] = matrix[i * m->r->policies + column];
}

/* Moments of column `c`; m->one is its ratios, sorted, behind it. */
static int fill_row(const struct making *m, size_t c, gsl_rng *rng, struct ranking_row *row)
{
	const size_t n = m->r->instances;
	int rc;

	*row = (struct ranking_row){ .label = m->column[c]->label,
				     .clairvoyant = m->column[c]->run[0]->clairvoyant };
	sample(m, m->rank, c);
	row->rank = stat_mean(m->one, n);
	rc = stat_bootstrap_mean(m->one, n, m->o->level, m->o->resamples, rng, &row->rank_ci);
	sample(m, m->value, c);
	row->mean = stat_mean(m->one, n);
	if (rc == SJ_OK)
		rc = stat_bootstrap_mean(m->one, n, m->o->level, m->o->resamples, rng,
					 &row->mean_ci);
	for (size_t i = 0; i < n; i++) {
		double best = best_of(&m->value[i * m->r->policies], m->r->policies, m->o->better);

		row->best += stat_tie(m->one[i], best);
		row->at += stat_tie(m->one[i], 1);
		row->below += m->one[i] < 1 && !stat_tie(m->one[i], 1);
	}
	stat_sort(m->one, n);
	row->median = stat_quantile_sorted(m->one, n, 0.5);
	row->p95 = stat_quantile_sorted(m->one, n, 0.95);
	row->max = m->one[n - 1];
	return rc;
}

static void against_baseline(const struct making *m, size_t c, size_t base,
			     struct ranking_row *row)
{
	const size_t k = m->r->policies, n = m->r->instances;

	for (size_t i = 0; i < n; i++) {
		double x = m->value[i * k + c], y = m->value[i * k + base];

		m->one[i] = stat_tie(x, y) ? 0 : x - y;
	}
	row->signs = stat_count_signs(m->one, n);
	row->p = c == base ? NAN : stat_wilcoxon(m->one, n);
}

static int rank_all(struct making *m)
{
	const size_t k = m->r->policies;

	m->rank = malloc(m->r->instances * k * sizeof(*m->rank));
	if (m->rank == NULL)
		return SJ_ENOMEM;
	for (size_t i = 0; i < m->r->instances; i++) {
		for (size_t c = 0; c < k; c++)
			m->one[c] = -m->o->better * m->value[i * k + c];
		stat_ranks(m->one, k, m->order, &m->rank[i * k]);
	}
	m->r->test = stat_friedman_test(m->rank, m->r->instances, k);
	m->r->critical = stat_nemenyi_difference(m->r->instances, k, m->o->level);
	return SJ_OK;
}

static int fill_rows(struct making *m, size_t base)
{
	struct ranking_row *row = malloc(m->r->policies * sizeof(*row));
	gsl_rng *rng = sj_rng_create(m->o->seed, "stats.ranking", 0);
	int rc = row == NULL || rng == NULL ? SJ_ENOMEM : SJ_OK;

	m->r->row = row;
	for (size_t c = 0; c < m->r->policies && rc == SJ_OK; c++) {
		/* the same instances for all policies */
		sj_rng_rekey(rng, m->o->seed, "stats.ranking", 0);
		rc = fill_row(m, c, rng, &row[c]);
		against_baseline(m, c, base, &row[c]);
	}
	if (rng != NULL)
		gsl_rng_free(rng);
	return rc;
}

/* ---- best first -------------------------------------------------------------------------- */

/* order[] becomes the columns by mean rank; ties as they were run. */
static void sort_rows(struct making *m)
{
	for (size_t i = 0; i < m->r->policies; i++) {
		size_t at = i;

		for (; at > 0 && m->r->row[m->order[at - 1]].rank > m->r->row[i].rank; at--)
			m->order[at] = m->order[at - 1];
		m->order[at] = i;
	}
}

static int arrange(struct making *m, size_t base)
{
	struct ranking *r = m->r;
	const size_t k = r->policies;
	struct ranking_row *sorted = malloc(k * sizeof(*sorted));

	r->ratio = malloc(r->instances * k * sizeof(*r->ratio));
	r->win = calloc(k * k, sizeof(*r->win));
	if (sorted == NULL || r->ratio == NULL || r->win == NULL) {
		free(sorted);
		return SJ_ENOMEM;
	}
	sort_rows(m);
	for (size_t c = 0; c < k; c++) {
		sorted[c] = r->row[m->order[c]];
		r->baseline = m->order[c] == base ? c : r->baseline;
		for (size_t i = 0; i < r->instances; i++)
			r->ratio[i * k + c] = m->value[i * k + m->order[c]];
	}
	free(r->row);
	r->row = sorted;
	for (size_t i = 0; i < r->instances; i++)
		for (size_t a = 0; a < k; a++)
			for (size_t b = 0; b < k; b++) {
				double x = r->ratio[i * k + a], y = r->ratio[i * k + b];

				r->win[a * k + b] += !stat_tie(x, y) && (x - y) * m->o->better > 0;
			}
	return SJ_OK;
}

int ranking_make(struct runset *set, const struct ranking_options *options, struct ranking *out,
		 sj_error *err)
{
	struct making m = { .set = set, .o = options, .r = out };
	size_t base = 0;
	int rc;

	*out = (struct ranking){ .policies = 0 };
	rc = find_columns(&m);
	if (rc == SJ_OK)
		rc = find_baseline(&m, &base, err);
	if (rc == SJ_OK)
		rc = find_instances(&m, err);
	if (rc == SJ_OK)
		rc = rank_all(&m);
	if (rc == SJ_OK)
		rc = fill_rows(&m, base);
	if (rc == SJ_OK)
		rc = arrange(&m, base);
	free(m.column);
	free(m.value);
	free(m.rank);
	free(m.one);
	free(m.order);
	return rc;
}

void ranking_free(struct ranking *r)
{
	free(r->row);
	free(r->ratio);
	free(r->group);
	free(r->win);
	*r = (struct ranking){ .policies = 0 };
}
