/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staging.c - see staging.h. */
#include "staging.h"

#include <stdlib.h>

#include "actions.h"
#include "critical.h"
#include "members.h"
#include "pace.h"
#include "place.h"
#include "staging_ways.h"

/* Nothing is done while data comes: longer than any of it takes. */
#define UNTIL_STAGED (SJ_TIME_MAX / 4)

/* ---- making ---------------------------------------------------------------------------- */

/* Whoever asks may have a copy of what a policy sees of the task. */
static double far_from_data(void *self, const sj_task *t, uint32_t node)
{
	const sj_ctx *cx = self;
	const struct task *own = t->id < cx->task_bound ? task_at(cx, t->id) : NULL;

	return own != NULL && own->pub.seq == t->seq && own->pub.index == t->index ?
	       sj_data_seconds(cx, &own->pub, node, false) : 0;
}

int staging_init(sj_ctx *cx)
{
	if (cx->network == NULL)
		return SJ_OK;
	cx->staging = calloc(1, sizeof(*cx->staging));
	if (cx->staging == NULL)
		return SJ_ENOMEM;
	cx->staging->free_wait = NO_WAIT;
	cx->staging->drops = cx->config.drop_copies;
	sj_place_set_far(&cx->ledger, far_from_data, cx);
	return SJ_OK;
}

void staging_fini(sj_ctx *cx)
{
	data_fini(cx);
	if (cx->staging == NULL)
		return;
	free(cx->staging->way);
	free(cx->staging->wait);
	free(cx->staging);
	cx->staging = NULL;
}

/* It holds its nodes and does nothing, until all of it is there. */
static int hold(sj_ctx *cx, struct task *t, sj_time since)
{
	int rc = pace_make(cx, t);

	if (rc != SJ_OK)
		return rc;
	t->pace->setup_ns += UNTIL_STAGED;
	t->pace->staged_ns = since;
	return SJ_OK;
}

int staging_begin(sj_ctx *cx, struct task *t, const struct task *original)
{
	struct job_rec *jr = original->job;
	struct job_data *d = jr != NULL ? jr->data : NULL;
	uint32_t planned = NOWHERE, to;
	int rc = SJ_OK;

	t->staged_out = false;
	if (d == NULL || t->held.count == 0)
		return SJ_OK;
	to = sj_held_grips(&t->held)->node;
	if (d->push != NULL && t == original) {
		planned = d->push->plan[t->pub.index];
		d->push->plan[t->pub.index] = NOWHERE;
	}
	if (planned != to)
		staging_give_up(cx, t);
	if (planned != to && t->done_ns == 0)
		rc = staging_fetch_all(cx, t, jr, to, t->pub.start_ns);
	return rc == SJ_OK && t->inputs != 0 ? hold(cx, t, t->pub.start_ns) : rc;
}

int staging_moved(sj_ctx *cx, struct task *t)
{
	int rc = SJ_OK;

	t->staged_out = false;
	if (t->done_ns == 0 && t->work_ns != 0)
		rc = staging_fetch_all(cx, t, t->job, sj_held_grips(&t->held)->node, cx->now);
	return rc == SJ_OK && t->inputs != 0 ? hold(cx, t, cx->now) : rc;
}

bool staging_writes(sj_ctx *cx, struct task *t)
{
	const struct job_rec *jr = is_copy(t) ? t->pace->copy_of->job : t->job;
	const struct job_files *f = jr != NULL && jr->data != NULL ? jr->data->files : NULL;
	uint32_t i = t->pub.index;
	int rc = SJ_OK;

	if (f == NULL || t->killed || t->staged_out)
		return false;
	t->staged_out = true;
	for (uint32_t k = f->made_first[i]; k < f->made_first[i + 1] && rc == SJ_OK; k++) {
		struct file *file = f->file[f->made[k]];
		struct way w = { .from = sj_held_grips(&t->held)->node, .to = f->to[f->made[k]],
				 .maker = i, .bytes = file->bytes, .file = file,
				 .write = true };

		if (w.to != NOWHERE && w.to != w.from && w.bytes != 0)
			rc = staging_send(cx, t, &w, cx->now, NULL);
	}
	if (rc == SJ_OK && t->inputs != 0) {
		rc = pace_make(cx, t);
		life_close_span(cx, t);
		t->done_ns = t->work_ns;
		if (rc == SJ_OK)
			rc = hold(cx, t, cx->now);
	}
	if (rc != SJ_OK)
		sj_fail(&cx->error, SJ_ENOMEM, "out of memory");
	return t->inputs != 0;
}

void staging_cancel(sj_ctx *cx, struct task *t)
{
	if (t->inputs != 0 && (t->pub.state == SJ_TASK_RUNNING || is_copy(t)))
		t->pace->setup_ns -= UNTIL_STAGED - (cx->now > t->pace->staged_ns ?
						     cx->now - t->pace->staged_ns : 0);
	staging_give_up(cx, t);
}

/* ---- ahead of the start ------------------------------------------------------------------------ */

/* Of a task that waits: what is there goes to its node. */
static int push_all(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t to)
{
	const struct job_data *d = jr->data;
	const struct job_files *f = d->files;
	uint32_t i = t->pub.index;
	int rc = SJ_OK;

	critical_refetch(jr, i);
	for (uint32_t k = d->first[i]; k < d->first[i + 1] && rc == SJ_OK; k++)
		if (member_gone(jr, d->from[k]))
			rc = staging_fetch_edge(cx, t, jr, k, to, cx->now);
	for (uint32_t k = f != NULL ? f->read_first[i] : 0;
	     f != NULL && k < f->read_first[i + 1] && rc == SJ_OK; k++) {
		uint32_t maker = f->maker[f->read[k]];

		if (maker == NOWHERE || member_gone(jr, maker))
			rc = staging_fetch_file(cx, t, jr, f->read[k], to, cx->now);
	}
	return rc;
}

int staging_submitted(sj_ctx *cx, struct job_rec *jr)
{
	const struct job_push *p = jr->data->push;
	int rc = SJ_OK;

	if (p == NULL || jr->data->files == NULL)
		return SJ_OK;
	for (uint32_t i = 0; i < jr->task_count && rc == SJ_OK; i++)
		if (p->plan[i] != NOWHERE)
			rc = push_all(cx, task_at(cx, jr->task_id[i]), jr, p->plan[i]);
	return rc;
}

void staging_left(const struct task *t)
{
	const struct task *own = is_copy(t) ? t->pace->copy_of : t;

	if (own->job != NULL && own->job->data != NULL && t->held.count != 0)
		own->job->data->where[t->pub.index] = sj_held_grips(&t->held)->node;
}

static int push_made(sj_ctx *cx, struct job_rec *jr, uint32_t file)
{
	const struct job_push *p = jr->data->push;
	int rc = SJ_OK;

	for (uint32_t k = p->reader_first[file]; k < p->reader_first[file + 1] && rc == SJ_OK;
	     k++) {
		uint32_t r = p->reader[k];

		if (p->plan[r] != NOWHERE && !member_gone(jr, r))
			rc = staging_fetch_file(cx, task_at(cx, jr->task_id[r]), jr, file,
						p->plan[r], cx->now);
	}
	return rc;
}

int staging_made(sj_ctx *cx, struct job_rec *jr, uint32_t index)
{
	const struct job_data *d = jr->data;
	const struct job_push *p = d->push;
	const struct job_files *f = d->files;
	int rc = SJ_OK;

	for (uint32_t k = p != NULL ? p->out_first[index] : 0;
	     p != NULL && k < p->out_first[index + 1] && rc == SJ_OK; k++) {
		uint32_t to = p->target[k];

		if (p->plan[to] != NOWHERE && !member_gone(jr, to))
			rc = staging_fetch_edge(cx, task_at(cx, jr->task_id[to]), jr, p->out[k],
						p->plan[to], cx->now);
	}
	for (uint32_t k = f != NULL ? f->made_first[index] : 0;
	     f != NULL && k < f->made_first[index + 1] && rc == SJ_OK; k++) {
		struct file *file = f->file[f->made[k]];
		uint32_t to = f->to[f->made[k]];

		/* Where nodes keep nothing, what a storage has is on the storage. */
		if (!cx->staging->drops || to == NOWHERE || data_copy(file, to) == NULL)
			rc = data_copy_set(file, d->where[index], IS_HERE);
		if (rc == SJ_OK && p != NULL)
			rc = push_made(cx, jr, f->made[k]);
	}
	return rc;
}

int sj_stage(sj_ctx *cx, const sj_task *task, uint32_t node)
{
	struct task *t = task_of(task);
	struct job_push *p = t->job != NULL && t->job->data != NULL ? t->job->data->push : NULL;
	int rc = action_count(cx, t, "stage");

	if (rc != SJ_OK)
		return rc;
	if (task->state != SJ_TASK_PENDING && task->state != SJ_TASK_READY)
		return action_misuse(cx, t, "stage", action_state(t));
	if (node >= cx->ledger.node_count)
		return action_misuse(cx, t, "stage", "there is no such node");
	if (task->node != 0 && task->node != node + 1)
		return action_misuse(cx, t, "stage", "it may only run on another node");
	if (p == NULL || p->plan[task->index] == node)
		return SJ_OK;
	decide(cx, t, SJ_D_STAGE, node);
	staging_cancel(cx, t);
	p->plan[task->index] = node;
	if (t->done_ns != 0)
		return SJ_OK; /* it brings its state along */
	rc = push_all(cx, t, t->job, node);
	return rc == SJ_ENOMEM ? action_no_memory(cx) : rc;
}

/* ---- time -------------------------------------------------------------------------------------- */

/* All that it waited for is there: what was left of restarts and writes begins now. */
static void go_on(sj_ctx *cx, struct task *t)
{
	sj_time waited = cx->now - t->pace->staged_ns;

	life_close_span(cx, t);
	t->pace->setup_ns -= UNTIL_STAGED - waited;
	cx->collect.staging += (uint64_t)waited;
	cx->driver->begun(cx, t);
}

int staging_arrived(sj_ctx *cx, uint32_t transfer)
{
	struct staging *s = cx->staging;
	struct way w = s->way[transfer];
	int rc = SJ_OK;

	s->arrived += w.bytes;
	if (cx->config.check)
		staging_check_sent(cx, s, transfer);
	if (w.file != NULL && (w.write || !s->drops))
		rc = data_copy_set(w.file, w.to, IS_HERE);
	/* A task's list is last in, first out; transfers that several wait for are few. */
	while (s->way[transfer].first != NO_WAIT) {
		struct task *t = task_at(cx, s->wait[s->way[transfer].first].task);

		staging_wait_remove(s, t, s->way[transfer].first);
		if (t->inputs == 0 && (t->pub.state == SJ_TASK_RUNNING || is_copy(t)))
			go_on(cx, t);
	}
	return rc;
}
