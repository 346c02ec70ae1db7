/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lp.c - a program and its edits; see sojourn/lp.h. Solutions are in lp_solve.c. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "lp_parts.h"

sj_lp *sj_lp_create(sj_lp_sense sense)
{
	sj_lp *lp = calloc(1, sizeof(*lp));

	if (lp == NULL)
		return NULL;
	glp_term_out(GLP_OFF);
	lp->prob = glp_create_prob();
	glp_set_obj_dir(lp->prob, sense == SJ_LP_MAXIMISE ? GLP_MAX : GLP_MIN);
	return lp;
}

void sj_lp_free(sj_lp *lp)
{
	if (lp == NULL)
		return;
	glp_delete_prob(lp->prob);
	free(lp->row);
	free(lp->col);
	free(lp->at);
	free(lp->coef);
	free(lp);
}

/* ---- size ------------------------------------------------------------------------------ */

/* Room for `count` lines; the same for coefficients across them. */
static int make_room(struct lp_line **line, uint32_t *cap, uint32_t count)
{
	uint32_t want = *cap > 0 ? *cap : 16;
	struct lp_line *more;

	while (want < count)
		want *= 2;
	if (want == *cap)
		return SJ_OK;
	more = realloc(*line, want * sizeof(**line));
	if (more == NULL)
		return SJ_ENOMEM;
	*line = more;
	*cap = want;
	return SJ_OK;
}

static int make_scratch(sj_lp *lp, uint32_t count)
{
	int *at;
	double *coef;

	if (count <= lp->scratch)
		return SJ_OK;
	at = realloc(lp->at, (1 + (size_t)count) * sizeof(*at));
	if (at != NULL)
		lp->at = at;
	coef = realloc(lp->coef, (1 + (size_t)count) * sizeof(*coef));
	if (coef != NULL)
		lp->coef = coef;
	if (at == NULL || coef == NULL)
		return SJ_ENOMEM;
	lp->scratch = count;
	return SJ_OK;
}

int sj_lp_add_rows(sj_lp *lp, uint32_t count, uint32_t *first)
{
	int rc = make_room(&lp->row, &lp->row_cap, lp->rows + count);

	if (rc == SJ_OK)
		rc = make_scratch(lp, lp->row_cap);
	if (rc != SJ_OK)
		return rc;
	*first = lp->rows;
	if (count > 0)
		glp_add_rows(lp->prob, (int)count);
	for (uint32_t i = 0; i < count; i++)
		lp->row[lp->rows++] = (struct lp_line){ .lower = -INFINITY, .upper = INFINITY };
	return SJ_OK;
}

int sj_lp_add_cols(sj_lp *lp, uint32_t count, uint32_t *first)
{
	int rc = make_room(&lp->col, &lp->col_cap, lp->cols + count);

	if (rc == SJ_OK)
		rc = make_scratch(lp, lp->col_cap);
	if (rc != SJ_OK)
		return rc;
	*first = lp->cols;
	if (count > 0)
		glp_add_cols(lp->prob, (int)count);
	for (uint32_t i = 0; i < count; i++, lp->cols++)
		lp->col[lp->cols] = (struct lp_line){ .key = lp->cols };
	return SJ_OK;
}

uint32_t sj_lp_rows(const sj_lp *lp)
{
	return lp->rows;
}

uint32_t sj_lp_cols(const sj_lp *lp)
{
	return lp->cols;
}

/* ---- edits ----------------------------------------------------------------------------- */

static int kind_of(const struct lp_line *line)
{
	if (line->lower == line->upper)
		return GLP_FX;
	if (isinf(line->lower))
		return isinf(line->upper) ? GLP_FR : GLP_UP;
	return isinf(line->upper) ? GLP_LO : GLP_DB;
}

/* GLPK wants 0 where there is no bound. */
static double finite_or_0(double bound)
{
	return isinf(bound) ? 0 : bound;
}

void lp_bound_row(sj_lp *lp, uint32_t row)
{
	const struct lp_line *r = &lp->row[row];

	glp_set_row_bnds(lp->prob, (int)row + 1, kind_of(r), finite_or_0(r->lower),
			 finite_or_0(r->upper));
}

void lp_bound_col(sj_lp *lp, uint32_t col)
{
	const struct lp_line *c = &lp->col[col];

	glp_set_col_bnds(lp->prob, (int)col + 1, kind_of(c), finite_or_0(c->lower),
			 finite_or_0(c->upper));
}

void sj_lp_set_row(sj_lp *lp, uint32_t row, double lower, double upper)
{
	assert(row < lp->rows && lower <= upper);
	if (lp->row[row].lower == lower && lp->row[row].upper == upper)
		return;
	lp->row[row].lower = lower;
	lp->row[row].upper = upper;
	lp_bound_row(lp, row);
}

void sj_lp_set_col(sj_lp *lp, uint32_t col, double lower, double upper)
{
	assert(col < lp->cols && lower <= upper);
	if (lp->col[col].lower == lower && lp->col[col].upper == upper)
		return;
	lp->col[col].lower = lower;
	lp->col[col].upper = upper;
	lp_bound_col(lp, col);
}

void sj_lp_set_cost(sj_lp *lp, uint32_t col, double cost)
{
	assert(col < lp->cols && isfinite(cost));
	lp->col[col].cost = cost;
	glp_set_obj_coef(lp->prob, (int)col + 1, cost);
}

/* As GLPK wants them: from 1, without zeros. */
static int gather(sj_lp *lp, uint32_t count, const uint32_t *at, const double *value)
{
	int n = 0;

	assert(count <= lp->scratch);
	for (uint32_t i = 0; i < count; i++) {
		assert(isfinite(value[i]));
		if (value[i] == 0)
			continue;
		n++;
		lp->at[n] = (int)at[i] + 1;
		lp->coef[n] = value[i];
	}
	return n;
}

void sj_lp_fill_row(sj_lp *lp, uint32_t row, uint32_t count, const uint32_t *at,
		    const double *value)
{
	int n = gather(lp, count, at, value);

	assert(row < lp->rows);
	lp->edited = true;
	glp_set_mat_row(lp->prob, (int)row + 1, n, lp->at, lp->coef);
}

void sj_lp_fill_col(sj_lp *lp, uint32_t col, uint32_t count, const uint32_t *at,
		    const double *value)
{
	int n = gather(lp, count, at, value);

	assert(col < lp->cols);
	lp->edited |= glp_get_col_stat(lp->prob, (int)col + 1) == GLP_BS;
	glp_set_mat_col(lp->prob, (int)col + 1, n, lp->at, lp->coef);
}

void sj_lp_set_whole(sj_lp *lp, uint32_t col, bool whole)
{
	struct lp_line *c = &lp->col[col];

	assert(col < lp->cols);
	if (c->whole == whole)
		return;
	c->whole = whole;
	lp->whole += whole ? 1 : UINT32_MAX;
	glp_set_col_kind(lp->prob, (int)col + 1, whole ? GLP_IV : GLP_CV);
}

void sj_lp_set_rank(sj_lp *lp, uint32_t col, double weight, uint64_t key)
{
	assert(col < lp->cols && isfinite(weight));
	lp->col[col].weight = weight;
	lp->col[col].key = key;
}

void sj_lp_forget(sj_lp *lp)
{
	lp->basis = false;
}

/* ---- the last solution --------------------------------------------------------------------- */

double sj_lp_value(const sj_lp *lp, uint32_t col)
{
	return lp->col[col].value;
}

double sj_lp_activity(const sj_lp *lp, uint32_t row)
{
	return lp->row[row].value;
}

double sj_lp_dual(const sj_lp *lp, uint32_t row)
{
	return lp->row[row].dual;
}

double sj_lp_reduced(const sj_lp *lp, uint32_t col)
{
	return lp->col[col].dual;
}

void sj_lp_get_stats(const sj_lp *lp, sj_lp_stats *out)
{
	*out = lp->stats;
}

const char *sj_lp_status_name(sj_lp_status status)
{
	static const char *const name[] = { "optimal", "infeasible", "unbounded", "stopped" };

	return name[status];
}
