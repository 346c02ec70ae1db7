/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lp_refine.c - of all optima of a program one that does not depend on how it was found.
 * See sojourn/lp.h.
 *
 * A row or column that is at a bound with a reduced cost other than 0 is there in every
 * optimum, so fixing all of those leaves exactly the optima. Minimising weights that are in
 * no relation to the coefficients leaves one of them; that it is the only one shows when
 * no reduced cost of what could still move is 0.
 */
#include <math.h>

#include "lp_parts.h"

#define LEVELS 4

/* The caller's own first; else in [1, 2), from a key: the finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
static double weight(const struct lp_line *col, uint32_t level)
{
	uint64_t z = col->key + (level + 1) * UINT64_C(0x9e3779b97f4a7c15);

	if (level == 0 && col->weight != 0)
		return col->weight;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return 1.0 + (double)(z >> 11) * 0x1p-53;
}

/* A free column at 0 with a reduced cost of 0 has no bound either, but may move. */
static bool may_move(int stat, double lower, double upper)
{
	return stat != GLP_BS && lower < upper;
}

/*
 * Holds at its bound what every optimum has there. Returns how many rows and columns that
 * are at a bound, or at 0 without one, could still move.
 */
static uint32_t hold(sj_lp *lp, double zero)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < lp->rows; i++) {
		struct lp_line *r = &lp->row[i];
		int stat = glp_get_row_stat(lp->prob, (int)i + 1);

		if (r->held || !may_move(stat, r->lower, r->upper))
			continue;
		if (fabs(glp_get_row_dual(lp->prob, (int)i + 1)) <= zero || stat == GLP_NF) {
			left++;
			continue;
		}
		r->held = true;
		r->stat = (uint8_t)stat;
		glp_set_row_bnds(lp->prob, (int)i + 1, GLP_FX,
				 stat == GLP_NU ? r->upper : r->lower, 0);
	}
	for (uint32_t i = 0; i < lp->cols; i++) {
		struct lp_line *c = &lp->col[i];
		int stat = glp_get_col_stat(lp->prob, (int)i + 1);

		if (c->held || !may_move(stat, c->lower, c->upper))
			continue;
		if (fabs(glp_get_col_dual(lp->prob, (int)i + 1)) <= zero || stat == GLP_NF) {
			left++;
			continue;
		}
		c->held = true;
		c->stat = (uint8_t)stat;
		glp_set_col_bnds(lp->prob, (int)i + 1, GLP_FX,
				 stat == GLP_NU ? c->upper : c->lower, 0);
	}
	return left;
}

/* Is there anything to refine? What hold() would leave, without holding it. */
static bool settled(const sj_lp *lp, double zero)
{
	for (uint32_t i = 0; i < lp->cols; i++)
		if (may_move(glp_get_col_stat(lp->prob, (int)i + 1), lp->col[i].lower,
			     lp->col[i].upper) && fabs(lp->col[i].dual) <= zero)
			return false;
	for (uint32_t i = 0; i < lp->rows; i++)
		if (may_move(glp_get_row_stat(lp->prob, (int)i + 1), lp->row[i].lower,
			     lp->row[i].upper) && fabs(lp->row[i].dual) <= zero)
			return false;
	return true;
}

static void release(sj_lp *lp)
{
	for (uint32_t i = 0; i < lp->rows; i++)
		if (lp->row[i].held) {
			lp_bound_row(lp, i);
			if (glp_get_row_stat(lp->prob, (int)i + 1) != GLP_BS)
				glp_set_row_stat(lp->prob, (int)i + 1, lp->row[i].stat);
			lp->row[i].held = false;
		}
	for (uint32_t i = 0; i < lp->cols; i++) {
		struct lp_line *c = &lp->col[i];

		if (c->held) {
			lp_bound_col(lp, i);
			if (glp_get_col_stat(lp->prob, (int)i + 1) != GLP_BS)
				glp_set_col_stat(lp->prob, (int)i + 1, c->stat);
			c->held = false;
		}
	}
}

/* Its own objective again, or weights to minimise. */
static void set_objective(sj_lp *lp, bool weights, uint32_t level)
{
	double sign = glp_get_obj_dir(lp->prob) == GLP_MIN ? 1 : -1;

	for (uint32_t i = 0; i < lp->cols; i++)
		glp_set_obj_coef(lp->prob, (int)i + 1,
				 weights ? sign * weight(&lp->col[i], level) :
					   lp->col[i].cost);
}

static bool optimise(sj_lp *lp, const glp_smcp *how, sj_lp_result *result)
{
	int before = glp_get_it_cnt(lp->prob);
	bool ok = glp_simplex(lp->prob, how) == 0 && glp_get_status(lp->prob) == GLP_OPT;

	result->iterations += (uint64_t)(glp_get_it_cnt(lp->prob) - before);
	return ok;
}

bool lp_refine(sj_lp *lp, const glp_smcp *how, sj_lp_result *result)
{
	double largest = 0;
	bool ok = true, other = false;
	uint32_t left;

	for (uint32_t i = 0; i < lp->cols; i++)
		largest = fmax(largest, fabs(lp->col[i].cost));
	result->unique = settled(lp, 1e-9 * largest);
	if (result->unique)
		return true;
	left = hold(lp, 1e-9 * largest);
	for (uint32_t level = 0; level < LEVELS && left > 0 && ok; level++) {
		other = true;
		set_objective(lp, true, level);
		ok = optimise(lp, how, result);
		if (ok)
			left = hold(lp, 1e-9);
	}
	result->unique = ok && left == 0;
	release(lp);
	if (other)
		set_objective(lp, false, 0);
	return ok || optimise(lp, how, result);
}
