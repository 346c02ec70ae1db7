/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * task.c - where tasks live: slots in chunks that never move, so that pointers
 * hold for a task's life, and dense ids that are reused last in, first out.
 */
#include <stdlib.h>
#include <string.h>

#include "core.h"

static int add_chunk(sj_ctx *cx)
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

struct task *task_new(sj_ctx *cx)
{
	struct task *t;

	if (cx->free_ids == UINT32_MAX && add_chunk(cx) != SJ_OK)
		return NULL;
	t = task_at(cx, cx->free_ids);
	cx->free_ids = t->pub.index;
	if (t->pub.id >= cx->task_bound)
		cx->task_bound = t->pub.id + 1;
	if (++cx->live > cx->peak_live)
		cx->peak_live = cx->live;
	return t;
}

void task_free(sj_ctx *cx, struct task *t)
{
	t->pub.state = SJ_TASK_ENDED;
	t->pub.index = cx->free_ids;
	cx->free_ids = t->pub.id;
	cx->live--;
}

void tasks_fini(sj_ctx *cx)
{
	for (uint32_t i = 0; i < cx->chunks; i++) {
		for (uint32_t k = 0; k < TASK_CHUNK; k++) {
			struct task *t = &cx->chunk[i][k];

			if (t->pub.state == SJ_TASK_ENDED)
				continue;
			free(t->held.slots);
			free(t->held.interval);
			if (t->job != NULL && --t->job->tasks_left == 0)
				free(t->job);
		}
		free(cx->chunk[i]);
	}
	free(cx->chunk);
}

void list_append(struct task_list *l, struct task *t)
{
	t->prev = l->last;
	t->next = NULL;
	if (l->last != NULL)
		l->last->next = t;
	else
		l->first = t;
	l->last = t;
	l->count++;
}

void list_insert_ready(struct task_list *l, struct task *t)
{
	struct task *after = l->last;

	while (after != NULL && (after->pub.ready_ns > t->pub.ready_ns ||
				 (after->pub.ready_ns == t->pub.ready_ns &&
				  after->pub.seq > t->pub.seq)))
		after = after->prev;
	if (after == l->last) {
		list_append(l, t);
		return;
	}
	t->prev = after;
	t->next = after != NULL ? after->next : l->first;
	t->next->prev = t;
	if (after != NULL)
		after->next = t;
	else
		l->first = t;
	l->count++;
}

void list_remove(struct task_list *l, struct task *t)
{
	if (t->prev != NULL)
		t->prev->next = t->next;
	else
		l->first = t->next;
	if (t->next != NULL)
		t->next->prev = t->prev;
	else
		l->last = t->prev;
	l->count--;
}
