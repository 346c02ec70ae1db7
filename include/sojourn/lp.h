/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/lp.h - linear and mixed integer programs that change little from one decision to
 * the next: a tool for policies and bounds, on GLPK.
 *
 *   optimise  sum of cost(c) x(c)    lower(r) <= sum of value(r, c) x(c) <= upper(r),
 *                                    lower(c) <= x(c) <= upper(c)
 *
 * Rows and columns are numbered from 0 in the order in which they were added, stay, and are
 * edited in place; one that is of no use any more is fixed to 0 and used again. Each solution
 * starts from the basis of the last one (primal simplex), and it is told when it could not.
 *
 * Limits are iterations and nodes of the search, never seconds, so that a decision does not
 * depend on the machine. A program may have many optima, and then which one is found depends
 * on where the search began. With `refine` it does not: among the optima, the face that is
 * given by the reduced costs, a second objective with a weight for each column is minimised,
 * and if that is not enough a third with other weights, until one point is left.
 *
 * Dantzig 1963 for the simplex method; the face of optima by reduced costs is strict
 * complementarity (Goldman and Tucker, in Linear Inequalities and Related Systems, 1956).
 */
#ifndef SJ_LP_H
#define SJ_LP_H

#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_lp sj_lp;
struct sj_ctx;

typedef enum sj_lp_sense { SJ_LP_MINIMISE, SJ_LP_MAXIMISE } sj_lp_sense;

typedef enum sj_lp_status {
	SJ_LP_OPTIMAL,
	SJ_LP_INFEASIBLE,
	SJ_LP_UNBOUNDED,
	SJ_LP_STOPPED, /* out of iterations or nodes, or lost in rounding errors */
} sj_lp_status;

typedef struct sj_lp_options {
	uint32_t iterations; /* at most, for each objective; 0: 1,000,000 */
	uint32_t nodes;      /* of branch and bound, at most; 0: 100,000 */
	bool     refine;     /* to one optimum; not for whole columns */
} sj_lp_options;

typedef struct sj_lp_result {
	sj_lp_status status;
	bool     warm;       /* began at the last basis, and got there */
	bool     unique;     /* the optimum is the only one, or refined to one */
	bool     feasible;   /* values are feasible; with SJ_LP_STOPPED perhaps not the best */
	double   objective;
	double   relaxed;    /* objective of the relaxation */
	uint64_t iterations; /* refining included */
	uint64_t nodes;
} sj_lp_result;

/* Over the life of a program: solutions by how they began and how they ended. */
typedef struct sj_lp_stats {
	uint64_t solved, warm, cold, stopped, infeasible, unbounded, iterations, nodes;
} sj_lp_stats;

/* The caller frees it; a policy in its fini(). NULL: no memory. GLPK itself ends the
 * program when it gets no memory. */
sj_lp *sj_lp_create(sj_lp_sense sense);
void   sj_lp_free(sj_lp *lp); /* accepts NULL */

/*
 * Adds `count` rows or columns, without coefficients, free rows and columns fixed to 0; the
 * number of the first goes into *first. SJ_OK, SJ_ENOMEM.
 */
int sj_lp_add_rows(sj_lp *lp, uint32_t count, uint32_t *first);
int sj_lp_add_cols(sj_lp *lp, uint32_t count, uint32_t *first);
uint32_t sj_lp_rows(const sj_lp *lp);
uint32_t sj_lp_cols(const sj_lp *lp);

/* Bounds; -INFINITY and INFINITY: none. lower <= upper. */
void sj_lp_set_row(sj_lp *lp, uint32_t row, double lower, double upper);
void sj_lp_set_col(sj_lp *lp, uint32_t col, double lower, double upper);
void sj_lp_set_cost(sj_lp *lp, uint32_t col, double cost);
/* All coefficients of a row or a column anew; `at` are distinct columns or rows, values are
 * finite, zeros are left out. */
void sj_lp_fill_row(sj_lp *lp, uint32_t row, uint32_t count, const uint32_t *at,
		    const double *value);
void sj_lp_fill_col(sj_lp *lp, uint32_t col, uint32_t count, const uint32_t *at,
		    const double *value);
/* The column takes whole numbers only, or any. */
void sj_lp_set_whole(sj_lp *lp, uint32_t col, bool whole);
/* What refining minimises is the sum of weights times values. `weight` (of the order of 1; below
 * 0 the column is kept large) comes first; 0: one in [1, 2) that is made from `key`, as all
 * later ones are. Without this call the weight is 0 and the key the column's number. */
void sj_lp_set_rank(sj_lp *lp, uint32_t col, double weight, uint64_t key);

/* The next solution begins from nothing. */
void sj_lp_forget(sj_lp *lp);

/* `options` NULL: all zeros. The values of the last solution are lost. */
sj_lp_status sj_lp_solve(sj_lp *lp, const sj_lp_options *options, sj_lp_result *result);
/* The same for a decision of a policy: counted in the run's metrics programs_solved,
 * programs_cold and programs_stopped. */
sj_lp_status sj_lp_decide(struct sj_ctx *cx, sj_lp *lp, const sj_lp_options *options,
			  sj_lp_result *result);

/*
 * Of the last solution, valid until the next, edits do not change them. Values that are
 * within 1e-9 of a whole number are that number. Duals and reduced costs are those of the
 * objective (not of refining, and for whole columns those of the relaxation): what one unit
 * more of the right-hand side, or of the column, would add to it. With several optimal duals
 * these are some of them.
 */
double sj_lp_value(const sj_lp *lp, uint32_t col);
double sj_lp_activity(const sj_lp *lp, uint32_t row);
double sj_lp_dual(const sj_lp *lp, uint32_t row);
double sj_lp_reduced(const sj_lp *lp, uint32_t col);

void sj_lp_get_stats(const sj_lp *lp, sj_lp_stats *out);
const char *sj_lp_status_name(sj_lp_status status); /* "optimal", ... */

#ifdef __cplusplus
}
#endif
#endif
