/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * task.c - where tasks live: slots in chunks that never move, so that pointers
 * hold for a task's life, and dense ids that are reused last in, first out.
 */
#include <stdlib.h>
#include <string.h>

#include "members.h"
#include "pace.h"

int task_add_chunk(sj_ctx *cx)
{
	struct task *chunk;

	if (cx->chunks == cx->chunk_cap) {
		uint32_t cap = cx->chunk_cap != 0 ? cx->chunk_cap * 2 : 16;
		struct task **grown = realloc(cx->chunk, cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		cx->chunk = grown;
		cx->chunk_cap = cap;
	}
	if (sj_pes_reserve(&cx->ends, (cx->chunks + 1) * TASK_CHUNK) != SJ_OK)
		return SJ_ENOMEM;
	chunk = calloc(TASK_CHUNK, sizeof(*chunk));
	if (chunk == NULL)
		return SJ_ENOMEM;
	/* Unused slots are chained through pub.index, lowest id first. */
	for (uint32_t i = 0; i < TASK_CHUNK; i++) {
		chunk[i].pub.id = cx->chunks * TASK_CHUNK + i;
		chunk[i].pub.index = i + 1 < TASK_CHUNK ? chunk[i].pub.id + 1 : cx->free_ids;
		chunk[i].pub.state = SJ_TASK_ENDED;
	}
	cx->free_ids = cx->chunks * TASK_CHUNK;
	cx->chunk[cx->chunks++] = chunk;
	return SJ_OK;
}

/*
 * The search begins at the last task that was inserted so, since such tasks come in runs:
 * those of one job at an instant at which a later job was before it. Without one it comes
 * from both ends at once: what was stopped is mostly near the first.
 */
void ready_insert_before(sj_ctx *cx, struct task *t)
{
	struct task *after = cx->ready_finger, *front = cx->ready.first;

	if (after == NULL) {
		after = cx->ready.last;
		while (ready_before(t, after) && !ready_before(t, front)) {
			after = after->prev;
			front = front->next;
		}
		if (ready_before(t, front))
			after = front->prev;
	}
	while (after != NULL && ready_before(t, after))
		after = after->prev;
	while (after != NULL && !ready_before(t, after->next)) /* it is before the last */
		after = after->next;
	t->prev = after;
	t->next = after != NULL ? after->next : cx->ready.first;
	t->next->prev = t;
	if (after != NULL)
		after->next = t;
	else
		cx->ready.first = t;
	cx->ready.count++;
	cx->ready_finger = t;
}

void tasks_fini(sj_ctx *cx)
{
	for (uint32_t i = 0; i < cx->chunks; i++) {
		for (uint32_t k = 0; k < TASK_CHUNK; k++) {
			struct task *t = &cx->chunk[i][k];

			/* Whatever its state: a run may break off while the
			 * policy is being told of an end. */
			sj_held_drop(&t->held);
			if (t->pace != NULL)
				pace_free(cx, t);
		}
		free(cx->chunk[i]);
	}
	free(cx->chunk);
	while (cx->jobs != NULL)
		job_rec_free(cx, cx->jobs);
}

void task_as_job(const sj_task *t, sj_job *j)
{
	sj_job_clear(j);
	j->submit_ns = t->submit_ns;
	j->deadline_ns = t->deadline_ns;
	j->logged_start_ns = t->logged_start_ns;
	j->weight = t->weight;
	j->priority = t->priority;
	j->user = t->user;
	j->group = t->group;
	j->queue = t->queue;
	j->app = t->app;
	j->task.ranks = t->ranks;
	j->task.cores = t->cores;
}
