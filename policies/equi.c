/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * equi - equipartition: processors are divided as evenly as the bounds of the tasks allow,
 * and divided again whenever one comes or goes.
 *
 * Malleable tasks are resized, moldable ones have their size from their start on, rigid
 * ones have what they ask for. Whoever is first in the queue starts as soon as the least
 * that all who run can do with leaves room for the least that it can do with. Tucker and
 * Gupta, "Process control and scheduling issues for multiprogrammed shared-memory
 * multiprocessors", SOSP 1989; Deng, Gu, Brecht and Lu, "Preemptive scheduling of parallel
 * jobs on multiprocessors", SODA 1996.
 */
#include <string.h>

#include "sojourn/policy.h"

struct member {
	const sj_task *task;
	bool           runs;
	uint32_t       least, most, next; /* ranks */
};

struct equi {
	int64_t        limit;
	bool           resize;
	sj_time        every;
	struct member *live;  /* in order of arrival */
	uint32_t       count, cap;
	bool           due;
	sj_time        open;  /* no pass before */
	bool           alarm; /* a timer is set for then */
};

static int equi_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct equi *s = self;

	if (s->count == s->cap) {
		uint32_t cap = s->cap != 0 ? 2 * s->cap : 16;

		s->live = sj_grow(cx, s->live, s->cap * sizeof(*s->live), cap * sizeof(*s->live));
		s->cap = cap;
	}
	s->live[s->count++] = (struct member){ .task = t };
	s->due = true;
	return SJ_OK;
}

static int equi_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct equi *s = self;

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

static int equi_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct equi *s = self;

	(void)cx;
	(void)node;
	(void)up;
	s->due = true;
	return SJ_OK;
}

static int equi_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	(void)cx;
	(void)token;
	((struct equi *)self)->alarm = false;
	return SJ_OK;
}

/* ---- a pass -------------------------------------------------------------------------- */

static void bounds(const struct equi *s, const sj_ctx *cx, struct member *m)
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

/* Ranks at a level of so many processors for each. */
static uint64_t at_level(const struct member *m, uint64_t level)
{
	uint32_t cores = m->task->cores != 0 ? m->task->cores : 1;
	uint64_t ranks = level / cores;

	return ranks < m->least ? m->least : ranks > m->most ? m->most : ranks;
}

static uint64_t sum_at(const struct equi *s, uint32_t n, uint64_t level)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += at_level(&s->live[i], level) * s->live[i].task->cores;
	return sum;
}

/* Who runs, and of who waits as many as can, from the first: these come to the front. */
static uint32_t admit(struct equi *s, sj_ctx *cx)
{
	uint64_t least = 0, all = sj_procs_total(cx);
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		bounds(s, cx, &s->live[i]);
		if (s->live[i].runs)
			least += (uint64_t)s->live[i].least * s->live[i].task->cores;
	}
	for (uint32_t i = 0; i < s->count; i++) {
		struct member m = s->live[i];

		if (!m.runs && s->limit > 0 && n >= s->limit)
			continue;
		if (!m.runs) {
			least += (uint64_t)m.least * m.task->cores;
			if (least > all) {
				all = 0; /* nobody overtakes it */
				continue;
			}
		}
		memmove(&s->live[n + 1], &s->live[n], (i - n) * sizeof(m));
		s->live[n++] = m;
	}
	return n;
}

/* The highest level that fits, and what it leaves, a rank each from the first. */
static void divide(struct equi *s, uint32_t n, uint64_t procs)
{
	uint64_t low = 0, high = procs, left;

	while (low < high) {
		uint64_t level = (low + high + 1) / 2;

		if (sum_at(s, n, level) <= procs)
			low = level;
		else
			high = level - 1;
	}
	left = sum_at(s, n, low);
	left = left < procs ? procs - left : 0;
	for (uint32_t i = 0; i < n; i++) {
		struct member *m = &s->live[i];

		m->next = (uint32_t)at_level(m, low);
		if (m->next < m->most && m->task->cores <= left) {
			left -= m->task->cores;
			m->next++;
		}
	}
}

/* On nodes what is free need not fit: then fewer ranks, down to `least`. */
static int apply(sj_ctx *cx, const struct member *m, uint32_t least)
{
	uint32_t ranks = m->next, step = 1;
	int rc;

	do {
		if (sj_explaining(cx))
			sj_because(cx, m->task, "an even part: %u of %u to %u ranks", ranks,
				   m->least, m->most);
		rc = m->runs ? sj_resize(cx, m->task, ranks) :
			       sj_start_sized(cx, m->task, ranks, NULL);
		if (rc != SJ_EFULL || ranks <= least)
			break;
		ranks = ranks - least > step ? ranks - step : least;
		step *= 2;
	} while (sj_node_count(cx) != 0);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static int apply_all(const struct equi *s, sj_ctx *cx, uint32_t n)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; i < n && rc == SJ_OK; i++)
		if (s->live[i].runs && s->live[i].next < sj_task_ranks(cx, s->live[i].task))
			rc = apply(cx, &s->live[i], s->live[i].next);
	for (uint32_t i = 0; i < n && rc == SJ_OK; i++)
		if (!s->live[i].runs)
			rc = apply(cx, &s->live[i], s->live[i].least);
	for (uint32_t i = 0; i < n && rc == SJ_OK; i++) {
		uint32_t now = sj_task_ranks(cx, s->live[i].task);

		if (s->live[i].runs && s->live[i].next > now)
			rc = apply(cx, &s->live[i], now + 1);
	}
	return rc;
}

static int equi_schedule(void *self, sj_ctx *cx)
{
	struct equi *s = self;
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
	n = admit(s, cx);
	divide(s, n, sj_procs_total(cx));
	return apply_all(s, cx, n);
}

static const sj_param equi_params[] = {
	{ .name = "limit", .type = SJ_P_INT, .offset = offsetof(struct equi, limit),
	  .def = "0", .min = 0, .max = 4e9, .unit = "tasks",
	  .help = "Most tasks that run at once; 0: as many as fit." },
	{ .name = "resize", .type = SJ_P_BOOL, .offset = offsetof(struct equi, resize),
	  .def = "yes",
	  .help = "Resize malleable tasks while they run; no: sizes are chosen at starts." },
	{ .name = "every", .type = SJ_P_TIME, .offset = offsetof(struct equi, every),
	  .def = "0s", .min = 0, .max = 1e9, .unit = "s",
	  .help = "Least time between two divisions; starts wait for the next one." },
	{ .name = NULL },
};

static const sj_semantics equi_semantics = {
	.order = "arrival",
	.blocking = "the head blocks until the least sizes of all leave room for its least",
	.reservation = "none",
	.preemption = "none: malleable tasks give and take processors as they run",
	.placement = "first fit",
	.tie = "arrival: the first have the ranks that cannot be divided",
	.instants = "arrivals, ends and changes of nodes, `every` apart",
};

const sj_policy_ops sj_policy_equi = {
	SJ_POLICY_HEAD,
	.name = "equi",
	.summary = "equipartition: even parts for moldable and malleable tasks",
	.cite = "Tucker and Gupta, \"Process control and scheduling issues for multiprogrammed "
		"shared-memory multiprocessors\", SOSP 1989",
	.semantics = &equi_semantics,
	.flags = SJ_PF_RESIZES,
	.state_size = sizeof(struct equi),
	.params = equi_params,
	.on_ready = equi_on_ready,
	.on_done = equi_on_done,
	.on_node = equi_on_node,
	.on_timer = equi_on_timer,
	.schedule = equi_schedule,
};
