/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound_job.c - what bounds learn when tasks and jobs end.
 *
 * In a job of several tasks a task has a head, the longest way to it, and a tail, the
 * longest way from its end to that of the job, each task on the way taking its least
 * time. Data that moves costs nothing on the way: it might not have to.
 */
#include <stdlib.h>

#include "bound.h"
#include "members.h"

/* Of a job of several tasks: those that have ended, in the order of their ends, so that
 * none comes before one that it follows from. */
struct bound_tasks {
	uint32_t ended;
	uint32_t *order;
	struct bound_item item[]; /* by task */
};

void bound_job_free(struct job_rec *jr)
{
	free(jr->bound);
	jr->bound = NULL;
}

static struct bound_tasks *tasks_of(struct job_rec *jr, uint32_t classes)
{
	size_t n = jr->task_count;
	struct bound_tasks *l = jr->bound;
	double *time;

	if (l != NULL)
		return l;
	l = calloc(1, sizeof(*l) + n * (sizeof(l->item[0]) + sizeof(uint32_t) +
					classes * sizeof(*time)));
	jr->bound = l;
	if (l == NULL)
		return NULL;
	time = (double *)(void *)(l->item + n);
	l->order = (uint32_t *)(void *)(time + n * classes);
	for (size_t i = 0; i < n && classes != 0; i++)
		l->item[i].time = time + i * classes;
	return l;
}

int bound_ended(sj_ctx *cx, const struct task *t)
{
	double time[BOUND_CLASSES];
	struct bound_item one = { .time = time };
	struct bound_tasks *l;

	if (!cx->bound->classed)
		bound_classes(cx, cx->bound, t);
	if (t->job == NULL || t->job->task_count == 1) {
		bound_measure(cx, cx->bound, t, &one);
		one.release = t->pub.submit_ns;
		cx->bound->jobs++;
		return bound_add(cx->bound, &one, 0);
	}
	l = tasks_of(t->job, cx->bound->classes);
	if (l == NULL)
		return SJ_ENOMEM;
	bound_measure(cx, cx->bound, t, &l->item[t->pub.index]);
	l->order[l->ended++] = t->pub.index;
	return SJ_OK;
}

static void raise_to(sj_time *x, sj_time at_least)
{
	if (*x < at_least)
		*x = at_least;
}

static void heads(const struct job_rec *jr, struct bound_tasks *l)
{
	for (uint32_t n = 0; n < l->ended; n++) {
		const struct member *m = &jr->member[l->order[n]];
		struct bound_item *t = &l->item[l->order[n]];

		raise_to(&t->release, jr->record.submit_ns);
		for (uint32_t k = m->succ; k < m[1].succ; k++)
			raise_to(&l->item[jr->succ[k]].release, t->release + t->span);
	}
}

static void tails(const struct job_rec *jr, struct bound_tasks *l)
{
	for (uint32_t n = l->ended; n-- != 0;) {
		const struct member *m = &jr->member[l->order[n]];
		struct bound_item *t = &l->item[l->order[n]];

		for (uint32_t k = m->succ; k < m[1].succ; k++) {
			const struct bound_item *s = &l->item[jr->succ[k]];

			raise_to(&t->tail, s->span + s->tail);
		}
	}
}

int bound_job(sj_ctx *cx, struct job_rec *jr)
{
	struct bound_tasks *l = jr->bound;
	sj_time with_data = 0;
	size_t first;
	int rc = SJ_OK;

	if (l == NULL || jr->outcome == SJ_FAILED || l->ended != jr->task_count)
		return SJ_OK;
	heads(jr, l);
	tails(jr, l);
	first = cx->bound->n;
	for (uint32_t n = 0; n < l->ended && rc == SJ_OK; n++)
		rc = bound_add(cx->bound, &l->item[l->order[n]], l->ended - n - 1);
	if (rc == SJ_OK)
		rc = bound_with_data(cx->bound, jr, l->item, l->order, &with_data);
	if (rc == SJ_OK && with_data != 0)
		rc = bound_set_with_data(cx->bound, first, with_data);
	cx->bound->jobs++;
	return rc;
}

void bound_weigh(sj_ctx *cx, double weight, const sj_job_record *r)
{
	cx->bound->weights += weight;
	cx->bound->weighted_ns += weight * (double)(r->finish_ns - r->submit_ns);
}
