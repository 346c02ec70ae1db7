/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lp_basis.c - a basis that edits have made singular is mended, as GLPK (5.0) ends the program
 * when it is told to factorise one whose rows and columns cannot even be paired.
 *
 * The columns of a basis are paired with the rows in which they have a coefficient, as many
 * as possible, along alternating paths (Kuhn 1955). Columns that remain leave the basis, and
 * the slacks of the rows that remain enter it. Where numbers alone make it singular, GLPK says
 * so, and the solution begins anew.
 */
#include <stdlib.h>

#include "lp_parts.h"

#define NONE UINT32_MAX

struct pairing {
	sj_lp    *lp;
	uint32_t *first, *at;  /* rows of basic column i: at[first[i] .. first[i + 1]) */
	uint32_t *col;         /* of the program, by basic column */
	uint32_t *of_row;      /* basic column that has it; NONE */
	uint32_t *seen;        /* by row: 1 + the column that last looked for one */
	uint32_t *stack, *next; /* the path: columns, and where each stands */
	uint32_t  count;
};

static void pairing_free(struct pairing *p)
{
	free(p->first);
	free(p->at);
	free(p->of_row);
}

/* Rows whose own slack is in the basis are nobody else's. */
static bool gather(struct pairing *p)
{
	sj_lp *lp = p->lp;
	size_t entries = 0, rows = lp->rows, cols = 0;

	for (uint32_t c = 0; c < lp->cols; c++)
		if (glp_get_col_stat(lp->prob, (int)c + 1) == GLP_BS) {
			entries += (size_t)glp_get_mat_col(lp->prob, (int)c + 1, NULL, NULL);
			cols++;
		}
	p->first = malloc((4 * cols + 2) * sizeof(*p->first));
	p->at = malloc((entries + 1) * sizeof(*p->at));
	p->of_row = malloc((2 * rows + 1) * sizeof(*p->of_row));
	if (p->first == NULL || p->at == NULL || p->of_row == NULL)
		return false;
	p->col = p->first + cols + 1;
	p->stack = p->col + cols;
	p->next = p->stack + cols;
	p->seen = p->of_row + rows;
	for (uint32_t r = 0; r < rows; r++) {
		p->of_row[r] = NONE;
		p->seen[r] = 0;
	}
	entries = 0;
	for (uint32_t c = 0; c < lp->cols; c++) {
		int n;

		if (glp_get_col_stat(lp->prob, (int)c + 1) != GLP_BS)
			continue;
		n = glp_get_mat_col(lp->prob, (int)c + 1, lp->at, lp->coef);
		p->col[p->count] = c;
		p->first[p->count++] = (uint32_t)entries;
		for (int i = 1; i <= n; i++)
			if (glp_get_row_stat(lp->prob, lp->at[i]) != GLP_BS)
				p->at[entries++] = (uint32_t)lp->at[i] - 1;
	}
	p->first[p->count] = (uint32_t)entries;
	return true;
}

/* A row for column i, whose owners move on; false: there is none. */
static bool pair(struct pairing *p, uint32_t i)
{
	uint32_t depth = 0;

	p->stack[0] = i;
	p->next[0] = p->first[i];
	for (;;) {
		uint32_t c = p->stack[depth], r;

		if (p->next[depth] == p->first[c + 1]) {
			if (depth-- == 0)
				return false;
			continue;
		}
		r = p->at[p->next[depth]++];
		if (p->seen[r] == i + 1)
			continue;
		p->seen[r] = i + 1;
		if (p->of_row[r] != NONE) {
			p->stack[++depth] = p->of_row[r];
			p->next[depth] = p->first[p->of_row[r]];
			continue;
		}
		for (uint32_t d = depth + 1; d-- > 0;) /* each takes the row it stands at */
			p->of_row[p->at[p->next[d] - 1]] = p->stack[d];
		return true;
	}
}

bool lp_mend_basis(sj_lp *lp)
{
	struct pairing p = { .lp = lp };
	bool ok = gather(&p);

	for (uint32_t i = 0; ok && i < p.count; i++)
		if (!pair(&p, i))
			glp_set_col_stat(lp->prob, (int)p.col[i] + 1, GLP_NL);
	for (uint32_t r = 0; ok && r < lp->rows; r++)
		if (p.of_row[r] == NONE && glp_get_row_stat(lp->prob, (int)r + 1) != GLP_BS)
			glp_set_row_stat(lp->prob, (int)r + 1, GLP_BS);
	pairing_free(&p);
	return ok;
}
