/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * equi - equipartition: processors are divided as evenly as the bounds of the tasks allow,
 * and divided again whenever one comes or goes (sizes.h).
 *
 * Tucker and Gupta, "Process control and scheduling issues for multiprogrammed
 * shared-memory multiprocessors", SOSP 1989; Deng, Gu, Brecht and Lu, "Preemptive
 * scheduling of parallel jobs on multiprocessors", SODA 1996.
 */
#include <stdio.h>

#include "sizes.h"

struct equi {
	struct sizes sizes;
};

/* Ranks at a level of so many processors for each. */
static uint64_t at_level(const struct sized *m, uint64_t level)
{
	uint32_t cores = m->task->cores != 0 ? m->task->cores : 1;
	uint64_t ranks = level / cores;

	return ranks < m->least ? m->least : ranks > m->most ? m->most : ranks;
}

static uint64_t sum_at(const struct sizes *s, uint32_t n, uint64_t level)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += at_level(&s->live[i], level) * s->live[i].task->cores;
	return sum;
}

/* The highest level that fits, and what it leaves, a rank each from the first. */
static void divide(struct sizes *s, sj_ctx *cx, uint32_t n)
{
	uint64_t procs = s->all.procs, low = 0, high = procs, left;

	(void)cx;
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
		struct sized *m = &s->live[i];

		m->next = (uint32_t)at_level(m, low);
		if (m->next < m->most && m->task->cores <= left) {
			left -= m->task->cores;
			m->next++;
		}
	}
}

static void explain(struct sizes *s, sj_ctx *cx, const struct sized *m, uint32_t ranks, char *buf,
		    size_t size)
{
	(void)s;
	(void)cx;
	(void)m;
	(void)ranks;
	snprintf(buf, size, "an even part");
}

static int equi_init(void *self, sj_ctx *cx)
{
	struct equi *s = self;

	s->sizes.resizes = sj_counter(cx, "equi.resizes");
	s->sizes.divide = divide;
	s->sizes.explain = explain;
	return SJ_OK;
}

static const sj_param equi_params[] = {
	SIZES_PARAMS(struct equi, "0s"),
	{ .name = NULL },
};

static const sj_semantics equi_semantics = {
	SIZES_SEMANTICS,
	.tie = "arrival: the first have the ranks that cannot be divided",
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
	.init = equi_init,
	SIZES_CALLBACKS,
};
