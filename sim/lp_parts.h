/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lp_parts.h - what the files of the LP tool share; see sojourn/lp.h. */
#ifndef SJ_LP_PARTS_H
#define SJ_LP_PARTS_H

#include <glpk.h>

#include "sojourn/lp.h"

/* A row or a column. */
struct lp_line {
	double   lower, upper;
	double   cost;          /* columns */
	double   weight;        /* of refining, columns; 0: from the key */
	uint64_t key;           /* columns */
	double   value, dual;   /* of the last solution */
	uint8_t  stat;          /* at the optimum, while refining */
	bool     held;          /* fixed at its bound by refining */
	bool     whole;         /* columns */
};

struct sj_lp {
	glp_prob       *prob;
	struct lp_line *row, *col;
	uint32_t        rows, cols, row_cap, col_cap, whole; /* whole: such columns */
	bool            basis;  /* that of a solution */
	bool            edited; /* coefficients of it have been, since */
	int            *at;     /* scratch for coefficients, from 1 */
	double         *coef;
	uint32_t        scratch;
	sj_lp_stats     stats;
};

/* Their bounds, as the user gave them, to the solver. */
void lp_bound_row(sj_lp *lp, uint32_t row);
void lp_bound_col(sj_lp *lp, uint32_t col);

/* Makes the basis one whose rows and columns can be paired; false: no memory. */
bool lp_mend_basis(sj_lp *lp);

/* From the optimum that was just found on to the only one, and tells in *result whether it is;
 * lp_refine.c. Where that does not end (out of iterations, or no end to the face of optima)
 * any optimum is found again. False: not even that. */
bool lp_refine(sj_lp *lp, const glp_smcp *how, sj_lp_result *result);

#endif
