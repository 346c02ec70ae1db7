/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ps - processor sharing: everybody runs at once, each at a share of its processors.
 *
 * Generalized processor sharing on a pool: a task of weight w has processors in proportion
 * to w, but no more than its width; what that leaves over goes to the others in the same
 * proportion. With equal weights and tasks of one processor this is the egalitarian
 * processor sharing of queueing theory; with limit=D it is limited processor sharing,
 * where all but the D first to arrive wait. Parekh and Gallager, "A generalized processor
 * sharing approach to flow control", IEEE/ACM ToN 1, 1993; Kleinrock, "Queueing Systems",
 * volume 2, 1976, section 4.4.
 */
#include <string.h>

#include "sojourn/policy.h"

/* Weights at and below 0 would wait for ever. */
#define LEAST_WEIGHT 1e-9

enum weigh { WEIGH_EQUAL, WEIGH_JOB, WEIGH_PROCS };

struct sharer {
	const sj_task *task;
	double         weight;
	double         share; /* that it has; 0: it waits */
	double         next;  /* that it is to have; below 0 while that is open */
};

struct ps {
	int            weigh;
	int64_t        limit;
	struct sharer *live;  /* in order of arrival */
	uint32_t       count, cap;
	bool           due;
};

static double weight_of(const struct ps *s, const sj_task *t)
{
	double w = s->weigh == WEIGH_EQUAL ? 1 : s->weigh == WEIGH_PROCS ? t->procs : t->weight;

	return w > LEAST_WEIGHT ? w : LEAST_WEIGHT;
}

static int ps_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct ps *s = self;

	if (s->count == s->cap) {
		uint32_t cap = s->cap != 0 ? 2 * s->cap : 16;

		s->live = sj_grow(cx, s->live, s->cap * sizeof(*s->live), cap * sizeof(*s->live));
		s->cap = cap;
	}
	s->live[s->count++] = (struct sharer){ .task = t, .weight = weight_of(s, t) };
	s->due = true;
	return SJ_OK;
}

static int ps_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct ps *s = self;

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

/* ---- a pass ------------------------------------------------------------------------ */

static double open_weight(const struct ps *s, uint32_t served)
{
	double sum = 0;

	for (uint32_t i = 0; i < served; i++)
		if (s->live[i].next < 0)
			sum += s->live[i].weight;
	return sum;
}

/*
 * Whoever would have more than its width has its width, which leaves more for the others,
 * so that it stays so; until there is nobody left like that.
 */
static void divide(struct ps *s, uint32_t served, double left)
{
	bool again = true;
	double weight = 0;

	for (uint32_t i = 0; i < s->count; i++)
		s->live[i].next = i < served ? -1 : 0;
	while (again) {
		again = false;
		weight = open_weight(s, served);
		for (uint32_t i = 0; i < served; i++) {
			struct sharer *x = &s->live[i];

			if (x->next >= 0 || x->weight * left < x->task->procs * weight)
				continue;
			x->next = 1;
			left -= x->task->procs;
			weight -= x->weight;
			again = true;
		}
	}
	for (uint32_t i = 0; i < served; i++)
		if (s->live[i].next < 0)
			s->live[i].next = left * s->live[i].weight /
					  (weight * s->live[i].task->procs);
}

static int give(sj_ctx *cx, struct sharer *x)
{
	int rc;

	if (sj_explaining(cx))
		sj_because(cx, x->task, "%.4g of its %u processors", x->next, x->task->procs);
	rc = sj_share(cx, x->task, x->next);
	if (rc == SJ_OK)
		x->share = x->next;
	return rc == SJ_EFULL ? SJ_OK : rc; /* it has ended; on_done() will tell */
}

static int ps_schedule(void *self, sj_ctx *cx)
{
	struct ps *s = self;
	uint32_t served = s->count;
	int rc = SJ_OK;

	if (!s->due)
		return SJ_OK;
	s->due = false;
	if (s->limit > 0 && served > s->limit)
		served = (uint32_t)s->limit;
	divide(s, served, sj_procs_total(cx));
	/* Who gives goes first. */
	for (uint32_t i = 0; i < served && rc == SJ_OK; i++)
		if (s->live[i].next < s->live[i].share)
			rc = give(cx, &s->live[i]);
	for (uint32_t i = 0; i < served && rc == SJ_OK; i++)
		if (s->live[i].next > s->live[i].share)
			rc = give(cx, &s->live[i]);
	return rc;
}

static const char *const weighs[] = { "equal", "job", "procs", NULL };
static const sj_param ps_params[] = {
	{ .name = "weight", .type = SJ_P_ENUM, .offset = offsetof(struct ps, weigh),
	  .def = "equal", .choices = weighs,
	  .help = "A task's weight: the same for all, the job's own, or its processors." },
	{ .name = "limit", .type = SJ_P_INT, .offset = offsetof(struct ps, limit),
	  .def = "0", .min = 0, .max = 4e9, .unit = "tasks",
	  .help = "Most tasks served at once, the others wait in order of arrival; 0: all." },
	{ .name = NULL },
};

static const sj_semantics ps_semantics = {
	.order = "none: all run at once; with limit, arrival",
	.blocking = "nobody waits but for a limit",
	.reservation = "none needed",
	.preemption = "none: shares change at arrivals and ends",
	.placement = "one pool of processors, shared in time; not on nodes",
	.tie = "arrival",
	.instants = "arrivals and ends",
};

const sj_policy_ops sj_policy_ps = {
	SJ_POLICY_HEAD,
	.name = "ps",
	.summary = "processor sharing: all run at once, each at a (weighted) share",
	.cite = "Parekh and Gallager, \"A generalized processor sharing approach to flow "
		"control in integrated services networks\", IEEE/ACM ToN 1(3), 1993",
	.semantics = &ps_semantics,
	.flags = SJ_PF_SHARES,
	.state_size = sizeof(struct ps),
	.params = ps_params,
	.on_ready = ps_on_ready,
	.on_done = ps_on_done,
	.schedule = ps_schedule,
};
