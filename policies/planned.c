/* SPDX-License-Identifier: GPL-3.0-or-later */
/* planned.c - see planned.h. */
#include "planned.h"

const sj_param planned_params[] = { PLANNED_MODE("static"), PLANNED_DURATIONS,
				    { .name = NULL } };

void planned_make(struct planned *s, sj_ctx *cx, const sj_plan_rule *rule)
{
	s->plan = sj_listplan_create(cx, rule, s, (sj_plan_mode)s->mode);
	sj_listplan_learn(s->plan, &(sj_durations_spec){
		.by = (sj_durations_by)s->durations, .kind = (sj_durations_kind)s->kind,
		.percentile = s->percentile, .prior_ns = s->prior });
}

int planned_on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		      const sj_job *graph)
{
	(void)cx;
	sj_listplan_submit(((struct planned *)self)->plan, tasks, count, graph);
	return SJ_OK;
}

int planned_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	(void)cx;
	sj_listplan_ready(((struct planned *)self)->plan, t);
	return SJ_OK;
}

int planned_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	(void)cx;
	sj_listplan_done(((struct planned *)self)->plan, t, how);
	return SJ_OK;
}

int planned_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	(void)cx;
	sj_listplan_node(((struct planned *)self)->plan, node, up);
	return SJ_OK;
}

int planned_on_room(void *self, sj_ctx *cx, uint32_t node)
{
	(void)self;
	(void)cx;
	(void)node;
	return SJ_OK;
}

int planned_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	(void)cx;
	sj_listplan_timer(((struct planned *)self)->plan, token);
	return SJ_OK;
}

int planned_schedule(void *self, sj_ctx *cx)
{
	(void)cx;
	return sj_listplan_schedule(((struct planned *)self)->plan);
}
