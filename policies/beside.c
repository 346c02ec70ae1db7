/* SPDX-License-Identifier: GPL-3.0-or-later */
/* beside.c - see beside.h. */
#include "beside.h"

static void all_gone(sj_ctx *cx, const sj_task *const *others, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		sj_suppose_gone(cx, others[i]);
}

static void bring_back(sj_ctx *cx, const sj_task *t, const sj_task *const *others, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) /* but for those whose place is taken already */
		sj_suppose_back(cx, others[i]);
	if (sj_fits(cx, t))
		return;
	all_gone(cx, others, n);
	for (uint32_t i = 0; i < n; i++)
		if (sj_suppose_back(cx, others[i]) && !sj_fits(cx, t))
			sj_suppose_gone(cx, others[i]);
}

int beside_place(sj_ctx *cx, const sj_task *t, const sj_task *const *others, uint32_t n,
		 sj_placement *where)
{
	int rc;

	if (!sj_fits(cx, t))
		return SJ_EFULL;
	bring_back(cx, t, others, n);
	rc = sj_suppose_start(cx, t, where);
	all_gone(cx, others, n);
	return rc;
}
