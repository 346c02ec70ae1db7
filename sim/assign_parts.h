/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assign_parts.h - what the files of the assignment tool share; see sojourn/assign.h. */
#ifndef SJ_ASSIGN_PARTS_H
#define SJ_ASSIGN_PARTS_H

#include "sojourn/assign.h"

#define NONE SJ_ASSIGN_NONE

/*
 * n <= m. Potentials u, v have u[i] + v[j] <= cost[i * m + j], with equality for pairs, and
 * v[j] <= 0, with equality for columns without a row, if n < m.
 */
struct assign {
	uint32_t n, m;
	int64_t *cost;
	int64_t *u, *v;
	uint32_t *col, *row;   /* of a row, of a column; NONE */
	/* scratch, by column; from and list have one more */
	int64_t  *far;
	uint32_t *from, *list;
	uint32_t *free_row;    /* by row */
};

/* Among all optima the one of sojourn/assign.h; `turned`: its rows are our columns. In
 * assign_first.c. */
void assign_first(struct assign *a, bool turned);

#endif
