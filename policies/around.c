/* SPDX-License-Identifier: GPL-3.0-or-later */
/* around.c - see around.h. */
#include "around.h"

#include <string.h>

int around_init(struct around *a, sj_ctx *cx, const char *who)
{
	static const struct {
		uint32_t    flag;
		const char *does;
	} refused[] = {
		{ SJ_PF_PREEMPTS, "stops tasks" },
		{ SJ_PF_RESIZES, "resizes tasks" },
		{ SJ_PF_SHARES, "shares processors in time" },
		{ SJ_PF_CLAIRVOYANT, "reads true run times" },
		{ SJ_PF_DROPS_ZERO, "drops jobs of length zero" },
	};
	const sj_policy_ops *ops;

	a->base = sj_policy_create(cx, a->spec);
	if (a->base == NULL)
		return SJ_EUSAGE; /* the message is there */
	ops = a->base->ops;
	if (strcmp(ops->name, who) == 0)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: base: %s cannot be its own "
				      "base; expected another policy", who, who);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if ((ops->flags & refused[i].flag) != 0)
			return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: base: %s %s; expected "
					      "a policy that only starts tasks", who,
					      ops->name, refused[i].does);
	if ((ops->flags & SJ_PF_PLACES) != 0 && ops->on_room == NULL)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: base: %s chooses nodes and has no "
				      "on_room(), so that it would miss the end of a copy; "
				      "expected a policy that has", who, ops->name);
	return SJ_OK;
}

int around_submit(struct around *a, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		  const sj_job *graph)
{
	const sj_policy_ops *ops = a->base->ops;

	return ops->on_submit == NULL ? SJ_OK
				      : ops->on_submit(a->base->self, cx, tasks, count, graph);
}

int around_ready(struct around *a, sj_ctx *cx, const sj_task *t)
{
	const sj_policy_ops *ops = a->base->ops;

	return ops->on_ready == NULL ? SJ_OK : ops->on_ready(a->base->self, cx, t);
}

int around_done(struct around *a, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	const sj_policy_ops *ops = a->base->ops;

	if (ops->on_done == NULL || (how == SJ_CANCELLED && ops->on_submit == NULL))
		return SJ_OK; /* it does not know the task */
	return ops->on_done(a->base->self, cx, t, how);
}

int around_timer(struct around *a, sj_ctx *cx, uint64_t token)
{
	const sj_policy_ops *ops = a->base->ops;

	return ops->on_timer == NULL ? SJ_OK : ops->on_timer(a->base->self, cx, token);
}

int around_node(struct around *a, sj_ctx *cx, uint32_t node, bool up)
{
	const sj_policy_ops *ops = a->base->ops;

	return ops->on_node == NULL ? SJ_OK : ops->on_node(a->base->self, cx, node, up);
}

int around_room(struct around *a, sj_ctx *cx, uint32_t node)
{
	const sj_policy_ops *ops = a->base->ops;

	return ops->on_room == NULL ? SJ_OK : ops->on_room(a->base->self, cx, node);
}

int around_schedule(struct around *a, sj_ctx *cx)
{
	return a->base->ops->schedule(a->base->self, cx);
}
