/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * listplan_greedy.c - list scheduling as Graham defined it: whenever there is room, the first
 * ready task of the list that fits takes it. Nothing is planned.
 */
#include "listplan_parts.h"

#define INDEX_BITS 24 /* of a task in its job: they share a seq */

void plan_greedy_ready(sj_listplan *p, const sj_task *t)
{
	const sj_plan_task *own = plan_find(p, t->id);

	if (!sj_queue_has(p->greedy, t))
		sj_queue_add(p->greedy, &(sj_queue_item){
			.key = sj_key_of_double(-own->priority),
			.seq = t->seq << INDEX_BITS | (t->index & ((1u << INDEX_BITS) - 1)),
			.task = t, .length = t->estimate_ns, .width = t->procs });
}

void plan_greedy_done(sj_listplan *p, const sj_task *t)
{
	if (sj_queue_has(p->greedy, t)) /* somebody else has started it */
		sj_queue_remove(p->greedy, t);
}

/* SJ_EFULL: no room for it. */
static int start(sj_listplan *p, const sj_task *t)
{
	int rc = SJ_OK;

	if (t->state == SJ_TASK_READY) {
		if (sj_explaining(p->cx))
			plan_say_why(p, p->known[t->id].job, plan_find(p, t->id));
		rc = sj_start(p->cx, t, NULL);
	}
	if (rc == SJ_OK)
		sj_queue_remove(p->greedy, t);
	return rc;
}

int plan_greedy_schedule(sj_listplan *p)
{
	const sj_queue_item *it = NULL;
	sj_queue_item at = { .key = INT64_MIN };

	while ((it = sj_queue_next_fit(p->greedy, at.key, at.seq, sj_procs_free(p->cx), INT64_MAX,
				       -1)) != NULL) {
		int rc;

		at = *it;
		rc = start(p, at.task);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}
