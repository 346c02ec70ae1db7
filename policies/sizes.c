/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sizes.c - see sizes.h. */
#include "sizes.h"

#include <string.h>

int sizes_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct sizes *s = self;

	if (s->count == s->cap) {
		uint32_t cap = s->cap != 0 ? 2 * s->cap : 16;

		s->live = sj_grow(cx, s->live, s->cap * sizeof(*s->live), cap * sizeof(*s->live));
		s->cap = cap;
	}
	s->live[s->count++] = (struct sized){ .task = t };
	s->due = true;
	return SJ_OK;
}

int sizes_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct sizes *s = self;

	(void)cx;
	(void)how;
	for (uint32_t i = 0; i < s->count; i++)
		if (s->live[i].task == t) {
			s->count--;
			memmove(&s->live[i], &s->live[i + 1], (s->count - i) * sizeof(*s->live));
			break;
		}
	s->due = true;
	return SJ_OK;
}

int sizes_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct sizes *s = self;

	(void)cx;
	(void)node;
	(void)up;
	s->due = true;
	return SJ_OK;
}

int sizes_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	(void)cx;
	(void)token;
	((struct sizes *)self)->alarm = false;
	return SJ_OK;
}

/* ---- a pass -------------------------------------------------------------------------- */

static void bounds(const struct sizes *s, const sj_ctx *cx, struct sized *m)
{
	const sj_task *t = m->task;
	bool malleable = (t->job_flags & SJ_JOB_MALLEABLE) != 0;
	bool sized = malleable || (t->job_flags & SJ_JOB_MOLDABLE) != 0;

	m->runs = t->state == SJ_TASK_RUNNING;
	m->least = m->most = m->runs ? sj_task_ranks(cx, t) : t->ranks;
	if ((m->runs ? malleable && s->resize : sized) && t->ranks_max != 0) {
		m->least = t->ranks_min > 0 ? t->ranks_min : 1;
		m->most = t->ranks_max;
	}
}

struct sizes_room sizes_of_rank(const sj_task *t)
{
	return (struct sizes_room){ t->cores, t->gpu_milli };
}

static void take(struct sizes_room *sum, const sj_task *t, uint32_t ranks)
{
	sum->procs += (uint64_t)t->cores * ranks;
	sum->gpu_milli += (uint64_t)t->gpu_milli * ranks;
}

/* What is up. In a pool there are no GPUs to be counted. */
static void measure(struct sizes *s, sj_ctx *cx)
{
	s->all = (struct sizes_room){ sj_procs_total(cx), 0 };
	if (sj_node_count(cx) == 0)
		s->all.gpu_milli = UINT64_MAX;
	for (uint32_t i = 0; i < sj_node_count(cx); i++)
		if (sj_node_get_state(cx, i) == SJ_NODE_UP)
			s->all.gpu_milli += sj_node_get_size(cx, i).gpu_milli;
}

/* Who runs, and of who waits as many as can, from the first: these come to the front. */
static uint32_t admit(struct sizes *s, sj_ctx *cx)
{
	struct sizes_room least = { 0 };
	bool open = true;
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		bounds(s, cx, &s->live[i]);
		if (s->live[i].runs)
			take(&least, s->live[i].task, s->live[i].least);
	}
	for (uint32_t i = 0; i < s->count; i++) {
		struct sized m = s->live[i];

		if (!m.runs && s->limit > 0 && n >= s->limit)
			continue;
		if (!m.runs) {
			take(&least, m.task, m.least);
			open = open && least.procs <= s->all.procs &&
			       least.gpu_milli <= s->all.gpu_milli;
			if (!open)
				continue; /* nobody overtakes it */
		}
		memmove(&s->live[n + 1], &s->live[n], (i - n) * sizeof(m));
		s->live[n++] = m;
	}
	return n;
}

static void say_why(struct sizes *s, sj_ctx *cx, const struct sized *m, uint32_t ranks)
{
	char why[160] = "";

	s->explain(s, cx, m, ranks, why, sizeof(why));
	sj_because(cx, m->task, "%s: %u of %u to %u ranks", why, ranks, m->least, m->most);
}

/* On nodes what is free need not fit: then fewer ranks, down to `least`. */
static int apply(struct sizes *s, sj_ctx *cx, const struct sized *m, uint32_t least)
{
	uint32_t ranks = m->next, step = 1;
	int rc;

	do {
		if (sj_explaining(cx))
			say_why(s, cx, m, ranks);
		rc = m->runs ? sj_resize(cx, m->task, ranks) :
			       sj_start_sized(cx, m->task, ranks, NULL);
		*s->resizes += m->runs && rc == SJ_OK;
		if (rc != SJ_EFULL || ranks <= least)
			break;
		ranks = ranks - least > step ? ranks - step : least;
		step *= 2;
	} while (sj_node_count(cx) != 0);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static int apply_all(struct sizes *s, sj_ctx *cx, uint32_t n)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; i < n && rc == SJ_OK; i++)
		if (s->live[i].runs && s->live[i].next < sj_task_ranks(cx, s->live[i].task))
			rc = apply(s, cx, &s->live[i], s->live[i].next);
	for (uint32_t i = 0; i < n && rc == SJ_OK; i++)
		if (!s->live[i].runs)
			rc = apply(s, cx, &s->live[i], s->live[i].least);
	for (uint32_t i = 0; i < n && rc == SJ_OK; i++) {
		uint32_t now = sj_task_ranks(cx, s->live[i].task);

		if (s->live[i].runs && s->live[i].next > now)
			rc = apply(s, cx, &s->live[i], now + 1);
	}
	return rc;
}

int sizes_schedule(void *self, sj_ctx *cx)
{
	struct sizes *s = self;
	uint32_t n;

	if (!s->due)
		return SJ_OK;
	if (sj_now(cx) < s->open) {
		bool set = s->alarm;

		s->alarm = true;
		return set ? SJ_OK : sj_timer(cx, s->open, 0);
	}
	s->due = false;
	s->open = sj_now(cx) + s->every;
	measure(s, cx);
	n = admit(s, cx);
	s->divide(s, cx, n);
	return apply_all(s, cx, n);
}
