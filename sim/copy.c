/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * copy.c - more copies of a running task, against stragglers: the first of all to end ends
 * the task, and the time of the others was for nothing.
 *
 * A copy is a task of its own to whoever counts and predicts, but in neither list and
 * unknown to the policy.
 */
#include "actions.h"
#include "staging.h"

bool sj_has_copy(const sj_ctx *cx, const sj_task *t)
{
	(void)cx;
	return has_copy(task_of(t));
}

uint32_t sj_copy_count(const sj_ctx *cx, const sj_task *task)
{
	const struct task *t = task_of(task);
	uint32_t n = 0;

	(void)cx;
	for (const struct task *c = has_copy(t) ? t->pace->copy : NULL; c != NULL;
	     c = c->pace->copy_older)
		n++;
	return n;
}

static void fill_copy(const sj_ctx *cx, struct task *c, struct task *t)
{
	uint32_t id = c->pub.id;

	c->pub = t->pub;
	c->pub.id = id;
	c->pub.start_ns = c->first_start_ns = c->span_ns = c->held_ns = cx->now + cx->charged;
	c->work_ns = t->work_ns;
	c->done_ns = c->ran_ns = 0;
	c->more_area = 0;
	c->ranks_now = t->ranks_now;
	c->procs_now = t->procs_now;
	c->preemptions = 0;
	c->starts = ++t->starts;
	c->killed = c->released = false;
	c->job = NULL;
	c->pace = NULL;
	c->scaling = t->scaling;
	c->comm = t->comm;
	c->inputs = 0;
	c->wait_hash = 0;
}

static int begin(sj_ctx *cx, struct task *t, struct task *c)
{
	if (pace_make(cx, t) != SJ_OK || pace_make(cx, c) != SJ_OK)
		return action_no_memory(cx);
	c->pace->copy_of = t;
	c->pace->copy_older = t->pace->copy;
	if (rate_begin(cx, c) != SJ_OK)
		return action_no_memory(cx);
	if (c->pace->speed <= 0)
		return action_misuse(cx, t, "copy", "it cannot run there: its rate is 0");
	if (cx->beside != NULL && interference_enter(cx, c) != SJ_OK)
		return action_no_memory(cx);
	t->pace->copy = c;
	list_append(&cx->copies, c);
	cx->changed = true;
	decide(cx, t, SJ_D_COPY, c->held.count != 0 ? sj_held_grips(&c->held)->node : 0);
	if (cx->staging != NULL) {
		int rc = staging_begin(cx, c, t);

		if (rc != SJ_OK)
			return rc == SJ_ENOMEM ? action_no_memory(cx) : rc;
	}
	if (c->inputs == 0)
		cx->driver->begun(cx, c);
	return SJ_OK;
}

int sj_copy(sj_ctx *cx, const sj_task *task, const sj_placement *where)
{
	struct task *t = task_of(task), *c;
	int rc = action_count(cx, t, "copy");

	if (rc != SJ_OK)
		return rc;
	if (t->pub.state != SJ_TASK_RUNNING)
		return action_misuse(cx, t, "copy", action_state(t));
	if (t->pace != NULL && t->pace->share_units != 0)
		return action_misuse(cx, t, "copy", "it shares its processors in time");
	if (t->released)
		return SJ_EFULL; /* it has ended; the policy will be told */
	c = task_new(cx);
	if (c == NULL)
		return action_no_memory(cx);
	fill_copy(cx, c, t);
	rc = sj_ledger_take(&cx->ledger, &c->pub, c->ranks_now, where, &c->held);
	if (rc != SJ_OK) {
		task_free(cx, c);
		return action_taken(cx, t, "copy", rc);
	}
	return begin(cx, t, c);
}

static void part(sj_ctx *cx, struct task *t, struct task *c)
{
	struct task **at = &t->pace->copy;

	while (*at != c)
		at = &(*at)->pace->copy_older;
	*at = c->pace->copy_older;
	t->more_area += (__int128)life_area(c);
	list_remove(&cx->copies, c);
	pace_free(cx, c);
	task_free(cx, c);
}

void copy_cancel(sj_ctx *cx, struct task *c)
{
	cx->driver->halted(cx, c);
	life_release(cx, c);
	part(cx, c->pace->copy_of, c);
}

void copies_cancel(sj_ctx *cx, struct task *t)
{
	while (has_copy(t))
		copy_cancel(cx, t->pace->copy);
}

struct task *copy_won(sj_ctx *cx, struct task *c)
{
	struct task *t = c->pace->copy_of;

	cx->driver->halted(cx, t);
	life_release(cx, t);
	life_release(cx, c);
	t->killed = c->killed;
	t->pace->kept_area = life_area(c) - pace_waste(c);
	if (!c->killed)
		t->done_ns = t->work_ns;
	part(cx, t, c);
	copies_cancel(cx, t);
	return t;
}
