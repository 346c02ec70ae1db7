/* SPDX-License-Identifier: GPL-3.0-or-later */
/* greedy.h - for policies of tests: whatever fits is started, in order. */
#ifndef GREEDY_H
#define GREEDY_H

#include "sojourn/policy.h"

static int greedy(void *self, sj_ctx *cx)
{
	const sj_task *t, *next;

	(void)self;
	for (t = sj_ready_first(cx); t != NULL; t = next) {
		int rc;

		next = sj_ready_next(cx, t);
		rc = sj_start(cx, t, NULL);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

#endif
