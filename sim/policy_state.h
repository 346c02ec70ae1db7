/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_state.h - a policy's object with its own and the common parameters; policy.c. */
#ifndef SJ_POLICY_STATE_H
#define SJ_POLICY_STATE_H

#include "core.h"

struct policy_state {
	void           *self;
	const sj_param *params;  /* all of them, for the canonical spec */
	uint32_t        place;   /* sj_place_strategy */
	const char     *typical; /* "": not given */
};

/* Binds args. `place`: NULL, or the strategy of the policy that this is a part of. SJ_OK,
 * or an error that is the run's. */
int  policy_state_make(sj_ctx *cx, const sj_policy_ops *ops, const char *args,
		       const char *place, struct policy_state *out);
/* What it says about placement holds for the run. */
int  policy_state_use(sj_ctx *cx, const struct policy_state *s);
/* The same, whenever this part of another policy acts. */
void policy_state_part(sj_ctx *cx, const sj_policy_ops *ops, const struct policy_state *s,
		       sj_subpolicy *sub);

/* The object of a part's own table, which sub->self may only lead to. */
void *policy_part_self(const sj_subpolicy *sub);

#endif
