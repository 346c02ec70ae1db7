/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speculate_test.c - who is slow, by how= late and naive; the rules are in speculate.c. */
#include <math.h>
#include <stdlib.h>

#include "speculate.h"

static int by_place(const sj_task *x, const sj_task *y)
{
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static int by_stage_and_rate(const void *a, const void *b)
{
	const struct measured *x = a, *y = b;

	if (x->stage != y->stage)
		return x->stage < y->stage ? -1 : 1;
	if (x->rate != y->rate)
		return x->rate < y->rate ? -1 : 1;
	return by_place(x->task, y->task);
}

static int by_left(const void *a, const void *b)
{
	const struct suspect *x = a, *y = b;

	if (x->m.left != y->m.left)
		return x->m.left > y->m.left ? -1 : 1;
	return by_place(x->m.task, y->m.task);
}

static int by_start(const void *a, const void *b)
{
	const struct suspect *x = a, *y = b;

	if (x->m.task->start_ns != y->m.task->start_ns)
		return x->m.task->start_ns < y->m.task->start_ns ? -1 : 1;
	return by_place(x->m.task, y->m.task);
}

bool speculate_is_old(const struct speculate *s, const struct measured *m)
{
	return m->ran >= s->min_run && m->ran > 0;
}

static void suspect(struct suspects *to, const struct measured *m, double limit, uint32_t of)
{
	to->list[to->count++] = (struct suspect){ *m, limit, of };
}

/* m[0 .. n): one stage, slowest first. */
static void test_late(const struct speculate *s, const sj_ctx *cx, const struct measured *m,
		      uint32_t n, struct suspects *to)
{
	const struct measured *old = m;
	uint32_t of = 0, k;
	double limit = 0;

	for (uint32_t i = 0; i < n; i++)
		of += speculate_is_old(s, &m[i]);
	k = (uint32_t)ceil(s->slow_task * of);
	if (of < 2 || k == 0)
		return;
	for (uint32_t i = 0; k != 0; i++, old++)
		if (speculate_is_old(s, &m[i]) && --k == 0)
			limit = old->rate;
	for (uint32_t i = 0; i < n && m[i].rate <= limit; i++)
		if (speculate_is_old(s, &m[i]) && speculate_may_copy(cx, m[i].task))
			suspect(to, &m[i], limit, of);
}

static void test_naive(const struct speculate *s, const sj_ctx *cx, const struct measured *m,
		       uint32_t n, struct suspects *to)
{
	uint32_t ended = scores_ended(&s->scores, m->stage);
	double sum = ended;

	for (uint32_t i = 0; i < n; i++)
		sum += m[i].score;
	sum /= (double)n + ended;
	for (uint32_t i = 0; i < n; i++)
		if (speculate_is_old(s, &m[i]) && m[i].score < sum - s->gap &&
		    speculate_may_copy(cx, m[i].task))
			suspect(to, &m[i], sum, n + ended);
}

struct suspects speculate_test(struct speculate *s, sj_ctx *cx, struct measured *m, uint32_t n)
{
	struct suspects to = { sj_scratch(cx, (n + 1) * sizeof(*to.list)), 0 };

	qsort(m, n, sizeof(*m), by_stage_and_rate);
	for (uint32_t from = 0, end = 0; from < n; from = end) {
		while (end < n && m[end].stage == m[from].stage)
			end++;
		(s->how == LATE ? test_late : test_naive)(s, cx, &m[from], end - from, &to);
	}
	qsort(to.list, to.count, sizeof(*to.list), s->how == LATE ? by_left : by_start);
	return to;
}

void speculate_explain(const struct speculate *s, sj_ctx *cx, const struct suspects *to,
		       uint32_t rank, uint32_t copies)
{
	const struct suspect *c = &to->list[rank];
	double ran = (double)c->m.ran / 1e9;

	if (s->how == NAIVE)
		sj_because(cx, c->m.task, "naive: score %.10g after %.10g s is below the mean "
			   "%.10g of %u tasks - %.10g", c->m.score, ran, c->limit, c->of, s->gap);
	else
		sj_because(cx, c->m.task, "late: score %.10g after %.10g s, rate %.10g/s is at "
			   "most %.10g/s of %u tasks; %.10g s left, rank %u of %u; copy %u of %.10g",
			   c->m.score, ran, c->m.rate, c->limit, c->of, c->m.left, rank + 1,
			   to->count, copies + 1, speculate_cap(s, cx));
}
