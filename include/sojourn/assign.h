/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/assign.h - the assignment problem: each row (a task) gets at most one column (a
 * node), each column at most one row, as many as possible, at the least total cost.
 *
 * The Hungarian method (Kuhn, Naval Research Logistics Quarterly 2, 1955) by shortest
 * augmenting paths with potentials, behind a reduction of rows (Jonker and Volgenant,
 * Computing 38, 1987): O(n^2 m) for n the smaller and m the larger side.
 */
#ifndef SJ_ASSIGN_H
#define SJ_ASSIGN_H

#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SJ_ASSIGN_NEVER INT64_MAX  /* as a cost: this row must not get this column */
#define SJ_ASSIGN_NONE  UINT32_MAX /* as a column: the row has none */

/*
 * cost[r * cols + c] is what column c costs row r; a sum of min(rows, cols) of them must fit
 * in an int64_t. The column of each row goes into column[rows], the total of pairs that were
 * made into *total (NULL: not wanted).
 *
 * Of several optima the one where row 0 gets the lowest column that it can have in any, then
 * row 1, and so on; no column counts as the highest, and where pairs are forbidden a row that
 * ends without a column counts as on some forbidden one.
 *
 * Costs count in full while their range times the number of rows (with forbidden pairs: its
 * square) is below 2^61; above, the lowest bits are not seen, as few as will do.
 *
 * SJ_OK, SJ_ENOMEM (nothing written).
 */
int sj_assign(uint32_t rows, uint32_t cols, const int64_t *cost, uint32_t *column,
	      int64_t *total);

#ifdef __cplusplus
}
#endif
#endif
