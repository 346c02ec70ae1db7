/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listplan_follow.c - plans that somebody else carries out; see sojourn/listplan.h. */
#include "listplan_parts.h"

#include <stdio.h>

/* Of a node that has been there from the start the lanes are in a row. */
static uint32_t core_of(const struct node_lanes *n, uint32_t lane)
{
	uint32_t core = lane - n->lane[0];

	if (core < n->count && n->lane[core] == lane)
		return core;
	for (core = 0; n->lane[core] != lane; core++)
		;
	return core;
}

bool sj_listplan_place(const sj_listplan *p, uint32_t id, sj_plan_place *out)
{
	const sj_plan_task *own = plan_find(p, id);

	if (own == NULL || own->state != SJ_PLAN_PLACED || own->slot == NO_SLOT)
		return false;
	*out = (sj_plan_place){ own->node, core_of(&p->node[own->node],
						   p->lanes.slot[own->slot].lane),
				own->start_ns, own->end_ns };
	return true;
}

void sj_listplan_tell(const sj_listplan *p, const sj_task *t, char *text, size_t size)
{
	const sj_plan_task *own = plan_find(p, t->id);
	const sj_plan_job *job;

	if (size != 0)
		text[0] = '\0';
	if (own == NULL)
		return;
	job = p->known[t->id].job;
	if (p->rule->explain != NULL)
		p->rule->explain(p->self, p, job, t->index, text, size);
	else
		snprintf(text, size, "priority %.9g s", own->priority / 1e9 / p->nodes);
}

void sj_listplan_started(sj_listplan *p, const sj_task *t, uint32_t node)
{
	sj_plan_task *own = plan_find(p, t->id);
	sj_time run;

	p->due.count = 0; /* of no use to those who do not ask for starts */
	if (own == NULL)
		return;
	own->start_ns = sj_now(p->cx);
	if (own->state == SJ_PLAN_WIDE) {
		own->end_ns = plan_sum(own->start_ns, plan_expect(p, own));
		return;
	}
	if (own->state == SJ_PLAN_PLACED)
		plan_take_back(p, own);
	run = sj_listplan_run_ns(p, t, node);
	if (run == SJ_NEVER)
		run = plan_expect(p, own);
	own->node = node;
	own->end_ns = plan_sum(own->start_ns,
			       plan_sum(run, plan_fetch_ns(p, p->known[t->id].job, t->index,
							   node)));
	own->state = SJ_PLAN_RUNS;
}

/* Its slot is out of the lane, as are those of all that run. */
void sj_listplan_occupies(sj_listplan *p, const sj_task *t, uint32_t core)
{
	sj_plan_task *own = plan_find(p, t->id);
	uint32_t lane;

	if (own == NULL || own->state != SJ_PLAN_RUNS || core >= p->node[own->node].count)
		return;
	lane = p->node[own->node].lane[core];
	own->slot = lanes_promise(&p->lanes, lane, own->start_ns, own->end_ns, ++p->placed, t->id,
				  own->slot);
	lanes_take(&p->lanes, own->slot);
	p->lanes.lane[lane].busy = true;
	p->lanes.lane[lane].busy_until = own->end_ns;
}

bool sj_listplan_renew(sj_listplan *p)
{
	bool again = p->again;

	if (again)
		plan_again(p);
	p->due.count = 0;
	return again;
}
