/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * around.h - a policy around another: the base decides who starts, and hears all news; the
 * policy around it adds decisions of its own. The base may neither stop, resize nor share
 * what runs, nor read true run times, so that the outer table's flags are the whole truth.
 * If it chooses nodes it must have an on_room(): it looks for room where its own tasks end.
 */
#ifndef AROUND_H
#define AROUND_H

#include "sojourn/policy.h"

struct around {
	const char         *spec; /* of the base; a parameter of the outer policy */
	const sj_subpolicy *base;
};

#define AROUND_PARAM(object, member)                                                       \
	{ .name = "base", .type = SJ_P_STRING, .offset = offsetof(object, member.spec),    \
	  .def = "fifo", .help = "The policy that starts tasks, as a spec." }

/* Makes the base. `who` is the outer policy, which cannot be its own base. SJ_OK, or an
 * error of sj_policy_fail(). */
int around_init(struct around *a, sj_ctx *cx, const char *who);

/* News and passes of the base; nothing where it has no such callback. */
int around_submit(struct around *a, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		  const sj_job *graph);
int around_ready(struct around *a, sj_ctx *cx, const sj_task *t);
int around_done(struct around *a, sj_ctx *cx, const sj_task *t, sj_outcome how);
int around_timer(struct around *a, sj_ctx *cx, uint64_t token);
int around_node(struct around *a, sj_ctx *cx, uint32_t node, bool up);
int around_room(struct around *a, sj_ctx *cx, uint32_t node);
int around_schedule(struct around *a, sj_ctx *cx);

#endif
