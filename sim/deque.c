/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deque.c - deques of tasks as lists linked by their ids; see sojourn/deque.h. */
#include "sojourn/deque.h"

#define NONE SJ_DEQUE_NONE

struct link {
	uint32_t newer, older;
	uint32_t deque; /* 1 + the one it is in; 0: none */
};

struct ends {
	uint32_t newest, oldest, count;
};

struct sj_deques {
	sj_ctx      *cx;
	struct link *link; /* by id of the task */
	uint32_t     bound;
	struct ends  ends[];
};

sj_deques *sj_deques_create(sj_ctx *cx, uint32_t count)
{
	sj_deques *d = sj_alloc(cx, sizeof(*d) + count * sizeof(d->ends[0]));

	d->cx = cx;
	for (uint32_t i = 0; i < count; i++)
		d->ends[i].newest = d->ends[i].oldest = NONE;
	return d;
}

static void make_room(sj_deques *d, uint32_t task)
{
	uint32_t bound = d->bound != 0 ? d->bound : 64;

	while (bound <= task)
		bound = bound > UINT32_MAX / 2 ? UINT32_MAX : 2 * bound;
	d->link = sj_grow(d->cx, d->link, d->bound * sizeof(d->link[0]),
			  bound * sizeof(d->link[0]));
	d->bound = bound;
}

void sj_deques_insert(sj_deques *d, uint32_t deque, uint32_t task, uint32_t newer)
{
	struct ends *e = &d->ends[deque];
	uint32_t older;

	if (newer == NONE) {
		sj_deques_push(d, deque, task);
		return;
	}
	if (task >= d->bound)
		make_room(d, task);
	older = d->link[newer].older;
	d->link[task] = (struct link){ newer, older, deque + 1 };
	d->link[newer].older = task;
	if (older != NONE)
		d->link[older].newer = task;
	else
		e->oldest = task;
	e->count++;
}

void sj_deques_push(sj_deques *d, uint32_t deque, uint32_t task)
{
	struct ends *e = &d->ends[deque];

	if (task >= d->bound)
		make_room(d, task);
	d->link[task] = (struct link){ NONE, e->newest, deque + 1 };
	if (e->newest != NONE)
		d->link[e->newest].newer = task;
	else
		e->oldest = task;
	e->newest = task;
	e->count++;
}

void sj_deques_remove(sj_deques *d, uint32_t task)
{
	struct link *l = &d->link[task];
	struct ends *e = &d->ends[l->deque - 1];

	if (l->newer != NONE)
		d->link[l->newer].older = l->older;
	else
		e->newest = l->older;
	if (l->older != NONE)
		d->link[l->older].newer = l->newer;
	else
		e->oldest = l->newer;
	l->deque = 0;
	e->count--;
}

uint32_t sj_deques_pop(sj_deques *d, uint32_t deque)
{
	uint32_t task = d->ends[deque].newest;

	if (task != NONE)
		sj_deques_remove(d, task);
	return task;
}

uint32_t sj_deques_take(sj_deques *d, uint32_t deque)
{
	uint32_t task = d->ends[deque].oldest;

	if (task != NONE)
		sj_deques_remove(d, task);
	return task;
}

uint32_t sj_deques_oldest(const sj_deques *d, uint32_t deque)
{
	return d->ends[deque].oldest;
}

uint32_t sj_deques_newer(const sj_deques *d, uint32_t task)
{
	return d->link[task].newer;
}

uint32_t sj_deques_of(const sj_deques *d, uint32_t task)
{
	return task < d->bound ? d->link[task].deque - 1 : NONE;
}

uint32_t sj_deques_count(const sj_deques *d, uint32_t deque)
{
	return d->ends[deque].count;
}
