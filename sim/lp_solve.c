/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lp_solve.c - one solution of a program: primal simplex from the last basis, branch and
 * bound for whole columns. See sojourn/lp.h.
 */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "lp_parts.h"

#define ITERATIONS 1000000
#define NODES      100000

/* Values that are whole but for rounding errors. */
static double tidy(double v)
{
	double whole = round(v);

	return fabs(v - whole) < 1e-9 ? whole + 0.0 : v;
}

/* ---- the relaxation ------------------------------------------------------------------------ */

static void begin_anew(sj_lp *lp)
{
	glp_adv_basis(lp->prob, 0);
	lp->basis = false;
}

/* Does not have to end at an optimum for this to be SJ_OK: glp_get_status() tells. */
static int simplex(sj_lp *lp, const glp_smcp *how, sj_lp_result *result)
{
	int before = glp_get_it_cnt(lp->prob), rc;

	if (lp->basis && lp->edited)
		lp->basis = lp_mend_basis(lp);
	lp->edited = false;
	result->warm = lp->basis;
	if (!lp->basis)
		begin_anew(lp);
	rc = glp_simplex(lp->prob, how);
	if (rc != 0 && rc != GLP_EITLIM && result->warm) {
		/* The basis is singular after the edits, or rounding errors have won. */
		result->warm = false;
		begin_anew(lp);
		rc = glp_simplex(lp->prob, how);
	}
	result->iterations += (uint64_t)(glp_get_it_cnt(lp->prob) - before);
	lp->basis = rc == 0;
	return rc;
}

static sj_lp_status status_of(const sj_lp *lp)
{
	switch (glp_get_status(lp->prob)) {
	case GLP_OPT:
		return SJ_LP_OPTIMAL;
	case GLP_NOFEAS:
		return SJ_LP_INFEASIBLE;
	case GLP_UNBND:
		return SJ_LP_UNBOUNDED;
	default:
		return SJ_LP_STOPPED;
	}
}

static void keep_values(sj_lp *lp)
{
	for (uint32_t i = 0; i < lp->rows; i++)
		lp->row[i].value = tidy(glp_get_row_prim(lp->prob, (int)i + 1));
	for (uint32_t i = 0; i < lp->cols; i++)
		lp->col[i].value = tidy(glp_get_col_prim(lp->prob, (int)i + 1));
}

static void keep_duals(sj_lp *lp)
{
	for (uint32_t i = 0; i < lp->rows; i++)
		lp->row[i].dual = glp_get_row_dual(lp->prob, (int)i + 1);
	for (uint32_t i = 0; i < lp->cols; i++)
		lp->col[i].dual = glp_get_col_dual(lp->prob, (int)i + 1);
}

static void relax(sj_lp *lp, const sj_lp_options *o, sj_lp_result *result)
{
	glp_smcp how;

	glp_init_smcp(&how);
	how.msg_lev = GLP_MSG_OFF;
	how.meth = GLP_PRIMAL;
	how.it_lim = o->iterations == 0 ? ITERATIONS :
		     o->iterations < INT_MAX ? (int)o->iterations : INT_MAX;
	result->status = simplex(lp, &how, result) == 0 ? status_of(lp) : SJ_LP_STOPPED;
	result->feasible = glp_get_prim_stat(lp->prob) == GLP_FEAS;
	result->objective = result->relaxed = glp_get_obj_val(lp->prob);
	if (result->status == SJ_LP_OPTIMAL) {
		keep_duals(lp);
		if (o->refine && lp->whole == 0 && !lp_refine(lp, &how, result))
			result->status = SJ_LP_STOPPED;
	}
	if (result->feasible)
		keep_values(lp);
}

/* ---- whole columns -------------------------------------------------------------------------- */

struct search {
	uint32_t most;
	int      seen; /* nodes */
	bool     stopped;
};

static void at_node(glp_tree *tree, void *info)
{
	struct search *s = info;

	glp_ios_tree_size(tree, NULL, NULL, &s->seen);
	if (s->seen >= 0 && (uint32_t)s->seen > s->most) {
		s->stopped = true;
		glp_ios_terminate(tree);
	}
}

static void branch(sj_lp *lp, const sj_lp_options *o, sj_lp_result *result)
{
	struct search s = { .most = o->nodes > 0 ? o->nodes : NODES };
	glp_iocp how;
	int rc;

	glp_init_iocp(&how);
	how.msg_lev = GLP_MSG_OFF;
	how.cb_func = at_node;
	how.cb_info = &s;
	rc = glp_intopt(lp->prob, &how);
	result->nodes = (uint64_t)s.seen;
	result->unique = false;
	result->feasible = false;
	switch (glp_mip_status(lp->prob)) {
	case GLP_OPT:
		result->feasible = true;
		break;
	case GLP_FEAS:
		result->feasible = true;
		result->status = SJ_LP_STOPPED;
		break;
	case GLP_NOFEAS:
		result->status = SJ_LP_INFEASIBLE;
		break;
	default:
		result->status = SJ_LP_STOPPED;
	}
	if (rc != 0 || s.stopped)
		result->status = SJ_LP_STOPPED;
	if (!result->feasible)
		return;
	result->objective = glp_mip_obj_val(lp->prob);
	for (uint32_t i = 0; i < lp->rows; i++)
		lp->row[i].value = tidy(glp_mip_row_val(lp->prob, (int)i + 1));
	for (uint32_t i = 0; i < lp->cols; i++)
		lp->col[i].value = tidy(glp_mip_col_val(lp->prob, (int)i + 1));
}

/* ---- both ------------------------------------------------------------------------------------ */

static void count(sj_lp_stats *s, const sj_lp_result *r)
{
	s->solved++;
	s->warm += r->warm;
	s->cold += !r->warm;
	s->stopped += r->status == SJ_LP_STOPPED;
	s->infeasible += r->status == SJ_LP_INFEASIBLE;
	s->unbounded += r->status == SJ_LP_UNBOUNDED;
	s->iterations += r->iterations;
	s->nodes += r->nodes;
}

sj_lp_status sj_lp_solve(sj_lp *lp, const sj_lp_options *options, sj_lp_result *result)
{
	static const sj_lp_options none;
	sj_lp_result own;

	if (options == NULL)
		options = &none;
	if (result == NULL)
		result = &own;
	memset(result, 0, sizeof(*result));
	for (uint32_t i = 0; i < lp->rows; i++)
		lp->row[i].value = lp->row[i].dual = 0;
	for (uint32_t i = 0; i < lp->cols; i++)
		lp->col[i].value = lp->col[i].dual = 0;
	relax(lp, options, result);
	if (result->status == SJ_LP_OPTIMAL && lp->whole > 0)
		branch(lp, options, result);
	count(&lp->stats, result);
	return result->status;
}
