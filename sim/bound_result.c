/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound_result.c - all bounds of a run beside what it achieved. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bound.h"

const char *const sj_bound_goal_names[SJ_BOUND_GOALS] = {
	[SJ_BOUND_MAKESPAN] = "makespan", [SJ_BOUND_RESPONSE] = "response_mean",
	[SJ_BOUND_WEIGHTED] = "weighted_response",
};

/* As the metrics do it, so that equal times are equal seconds. */
static double seconds(unsigned __int128 ns)
{
	return (double)(uint64_t)(ns / SJ_NS_PER_S) +
	       (double)(uint64_t)(ns % SJ_NS_PER_S) / 1e9;
}

void bound_put(sj_bound_list *out, const char *name, const char *of, unsigned __int128 ns,
	       double per)
{
	sj_bound new = { .s = seconds(ns) / per };
	uint32_t at = out->count;

	snprintf(new.name, sizeof(new.name), "%s%s%s", name, of[0] != '\0' ? " " : "", of);
	if (out->count == SJ_BOUND_MAX && !(new.s > out->bound[at - 1].s))
		return;
	at = out->count < SJ_BOUND_MAX ? out->count++ : at - 1;
	for (; at > 0 && out->bound[at - 1].s < new.s; at--)
		out->bound[at] = out->bound[at - 1];
	out->bound[at] = new;
}

static void judge(sj_bound_list *l)
{
	l->above = l->count != 0 && l->bound[0].s > 0 ? l->achieved_s / l->bound[0].s - 1 : NAN;
}

int sj_run_get_bounds(sj_run *run, sj_bounds *out)
{
	const struct bound *b = run->cx.bound;
	const sj_collect *c = &run->cx.collect;
	int rc = SJ_OK;

	memset(out, 0, sizeof(*out));
	out->jobs = b->jobs;
	out->tasks = b->n;
	out->none = b->n == 0 ? "no job was completed" : b->none;
	for (int g = 0; g < SJ_BOUND_GOALS; g++)
		out->goal[g].achieved_s = NAN;
	if (c->finished != 0) {
		out->goal[SJ_BOUND_MAKESPAN].achieved_s =
			seconds((uint64_t)(c->last_finish - c->first_submit));
		out->goal[SJ_BOUND_RESPONSE].achieved_s = seconds(c->response) /
							  (double)c->finished;
	}
	if (b->weights > 0)
		out->goal[SJ_BOUND_WEIGHTED].achieved_s = b->weighted_ns / b->weights / 1e9;
	if (out->none == NULL)
		rc = bound_makespan(b, c->first_submit, &out->goal[SJ_BOUND_MAKESPAN]);
	if (out->none == NULL && rc == SJ_OK)
		rc = bound_responses(b, c->finished, &out->goal[SJ_BOUND_RESPONSE],
				     &out->goal[SJ_BOUND_WEIGHTED]);
	for (int g = 0; g < SJ_BOUND_GOALS; g++)
		judge(&out->goal[g]);
	return rc;
}

int sj_bounds_check(const sj_bounds *b, sj_error *err)
{
	for (int g = 0; g < SJ_BOUND_GOALS; g++) {
		const sj_bound_list *l = &b->goal[g];

		/* Sums of doubles may differ in their last digits; the makespan is exact. */
		double most = l->achieved_s * (g == SJ_BOUND_WEIGHTED ? 1 + 1e-9 : 1);

		if (l->count != 0 && !(l->bound[0].s <= most))
			return sj_fail(err, SJ_EINVARIANT, "%s: %.17g s were achieved, below the "
				       "bound of %.17g s (%s)", sj_bound_goal_names[g],
				       l->achieved_s, l->bound[0].s, l->bound[0].name);
	}
	return SJ_OK;
}

void sj_bounds_to_metrics(const sj_bounds *b, sj_metrics *m)
{
	static const struct {
		sj_metric bound, above;
	} to[SJ_BOUND_GOALS] = {
		[SJ_BOUND_MAKESPAN] = { SJ_M_BOUND_MAKESPAN, SJ_M_ABOVE_MAKESPAN },
		[SJ_BOUND_RESPONSE] = { SJ_M_BOUND_RESPONSE, SJ_M_ABOVE_RESPONSE },
		[SJ_BOUND_WEIGHTED] = { SJ_M_BOUND_WEIGHTED, SJ_M_ABOVE_WEIGHTED },
	};

	for (int g = 0; g < SJ_BOUND_GOALS; g++) {
		m->value[to[g].bound] = b->goal[g].count != 0 ? b->goal[g].bound[0].s : NAN;
		m->value[to[g].above] = b->goal[g].above;
	}
	m->value[SJ_M_WEIGHTED] = b->goal[SJ_BOUND_WEIGHTED].achieved_s;
}
