/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lp_decide.c - programs that are part of a decision, counted; see sojourn/lp.h. */
#include "core.h"
#include "sojourn/lp.h"

sj_lp_status sj_lp_decide(struct sj_ctx *cx, sj_lp *lp, const sj_lp_options *options,
			  sj_lp_result *result)
{
	sj_lp_result own;
	sj_lp_status status;

	if (result == NULL)
		result = &own;
	status = sj_lp_solve(lp, options, result);
	cx->collect.programs++;
	cx->collect.programs_cold += !result->warm;
	cx->collect.programs_stopped += status == SJ_LP_STOPPED;
	return status;
}
