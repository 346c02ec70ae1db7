/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * drr - deficit round robin: users (or groups, queues) take turns, each with a quantum of
 * service in proportion to its share.
 *
 * When its turn comes an account is given its quantum on top of what it has left over, its
 * deficit, and its tasks start in order of arrival as long as the deficit pays for them;
 * then it is the next one's turn. One without waiting tasks keeps nothing. A task costs
 * its area, estimate x processors, or with by=time its estimate. On one processor this is
 * the packet scheduler of Shreedhar and Varghese.
 *
 * Turns in which nobody can pay are passed over at once, so that a decision costs
 * O(log n), and O(accounts) when it is the next one's turn, however small the quantum.
 */
#include <math.h>

#include "sojourn/accounts.h"
#include "sojourn/queue.h"

enum { BY_AREA, BY_TIME };

#define NONE UINT32_MAX

struct flow {
	sj_queue *waiting; /* in order of arrival */
	double    deficit; /* ns, of a processor or of time */
	uint32_t  next;    /* whose turn is next; NONE: the last */
	bool      active;  /* it has a turn */
};

struct drr {
	sj_time      quantum;
	int          of, by;
	const char  *shares;
	sj_accounts *accounts;
	struct flow *flow;   /* by number of the account */
	uint32_t     count, cap;
	uint32_t     first, last, active; /* those that have turns, in their order */
	bool         paid;   /* the first one has its quantum of this turn */
	sj_queue    *family; /* an empty queue that knows all tasks */
	uint64_t     arrivals;
};

static int drr_init(void *self, sj_ctx *cx)
{
	struct drr *s = self;

	s->family = sj_queue_create(cx);
	s->first = s->last = NONE;
	s->accounts = sj_accounts_create(cx, "policy drr: shares", s->shares);
	return s->accounts != NULL ? SJ_OK : SJ_EUSAGE;
}

/* ---- turns ------------------------------------------------------------------------- */

static uint32_t flow_of(struct drr *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t f = sj_accounts_number(s->accounts, sj_account_id(t, s->of));

	if (f >= s->cap) {
		uint32_t cap = s->cap != 0 ? 2 * s->cap : 16;

		s->flow = sj_grow(cx, s->flow, s->cap * sizeof(*s->flow), cap * sizeof(*s->flow));
		s->cap = cap;
	}
	if (f >= s->count) {
		s->count = f + 1;
		s->flow[f].waiting = sj_queue_create_beside(s->family);
	}
	return f;
}

static void append(struct drr *s, uint32_t f)
{
	s->active++;
	s->flow[f].active = true;
	s->flow[f].next = NONE;
	if (s->first == NONE)
		s->first = f;
	else
		s->flow[s->last].next = f;
	s->last = f;
}

static void end_turn(struct drr *s)
{
	uint32_t f = s->first;

	s->first = s->flow[f].next;
	s->flow[f].active = s->paid = false;
	s->active--;
	if (s->first == NONE)
		s->last = NONE;
	if (sj_queue_count(s->flow[f].waiting) > 0)
		append(s, f);
	else
		s->flow[f].deficit = 0;
}

static double quantum_of(const struct drr *s, uint32_t f)
{
	return (double)s->quantum * sj_accounts_share(s->accounts, f);
}

static double cost(const struct drr *s, const sj_task *t)
{
	return (double)t->estimate_ns * (s->by == BY_AREA ? t->procs : 1);
}

/* Turns that `f` needs until it can pay for its first task, this one included. */
static double turns_to_pay(const struct drr *s, uint32_t f)
{
	const struct flow *flow = &s->flow[f];
	const sj_queue_item *head = sj_queue_first(flow->waiting);

	return head != NULL ? ceil((cost(s, head->task) - flow->deficit) / quantum_of(s, f)) :
			      INFINITY;
}

/* Nobody can pay within one round: those in which that is so are over. */
static void skip_rounds(struct drr *s)
{
	double fewest = INFINITY;

	for (uint32_t f = s->first; f != NONE; f = s->flow[f].next)
		fewest = fmin(fewest, turns_to_pay(s, f));
	for (uint32_t f = s->first; f != NONE && isfinite(fewest); f = s->flow[f].next)
		s->flow[f].deficit += fmax(fewest - 1, 0) * quantum_of(s, f);
}

/* The task whose turn it is, or NULL. */
static const sj_task *next_task(struct drr *s)
{
	uint32_t passed = 0;

	while (s->first != NONE) {
		struct flow *flow = &s->flow[s->first];
		const sj_queue_item *head = sj_queue_first(flow->waiting);

		if (head != NULL && !s->paid) {
			flow->deficit += quantum_of(s, s->first);
			s->paid = true;
		}
		if (head != NULL && cost(s, head->task) <= flow->deficit)
			return head->task;
		end_turn(s);
		if (++passed > s->active) {
			skip_rounds(s);
			passed = 0;
		}
	}
	return NULL;
}

/* ---- news -------------------------------------------------------------------------- */

static int drr_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct drr *s = self;
	uint32_t f = flow_of(s, cx, t);
	sj_queue_item item = { .seq = s->arrivals++, .task = t, .width = t->procs };

	if (sj_queue_has(s->family, t))
		return SJ_OK;
	if (!s->flow[f].active)
		append(s, f);
	sj_queue_add(s->flow[f].waiting, &item);
	return SJ_OK;
}

static void take(struct drr *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t f = flow_of(s, cx, t);

	sj_queue_remove(s->flow[f].waiting, t);
}

static int drr_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct drr *s = self;

	(void)how;
	if (sj_queue_has(s->family, t)) /* somebody else has started it */
		take(s, cx, t);
	return SJ_OK;
}

/* ---- a pass ------------------------------------------------------------------------ */

static void say_why(const struct drr *s, sj_ctx *cx, const sj_task *t)
{
	char cost_text[32], deficit[32];

	sj_format_time((sj_time)fmin(cost(s, t), (double)SJ_TIME_MAX), cost_text,
		       sizeof(cost_text));
	sj_format_time((sj_time)fmin(s->flow[s->first].deficit, (double)SJ_TIME_MAX), deficit,
		       sizeof(deficit));
	sj_because(cx, t, "turn of %s %u with a deficit of %s, it costs %s: needs %u processors, "
		   "%u free", sj_account_names[s->of], sj_accounts_id(s->accounts, s->first),
		   deficit, cost_text, t->procs, sj_procs_free(cx));
}

static int drr_schedule(void *self, sj_ctx *cx)
{
	struct drr *s = self;
	const sj_task *t;

	while ((t = next_task(s)) != NULL) {
		int rc = SJ_OK;

		if (t->state == SJ_TASK_READY) {
			if (sj_explaining(cx))
				say_why(s, cx, t);
			rc = sj_start(cx, t, NULL);
		}
		if (rc != SJ_OK)
			return rc;
		s->flow[s->first].deficit -= cost(s, t);
		take(s, cx, t);
	}
	return SJ_OK;
}

static const char *const by_choices[] = { "area", "time", NULL };

#define AT(member) .offset = offsetof(struct drr, member)
static const sj_param drr_params[] = {
	{ .name = "quantum", .type = SJ_P_TIME, AT(quantum), .def = "1h", .min = 1e-9, .max = 1e12,
	  .unit = "s", .help = "Service that a turn is worth to a share of 1: processor time, or "
			       "time." },
	{ .name = "of", .type = SJ_P_ENUM, AT(of), .def = "user", .choices = sj_account_names,
	  .help = "Who takes turns." },
	{ .name = "by", .type = SJ_P_ENUM, AT(by), .def = "area", .choices = by_choices,
	  .help = "A task costs estimate x processors (area), or its estimate (time)." },
	{ .name = "shares", .type = SJ_P_STRING, AT(shares), .def = "",
	  .help = "Shares by number, as (7:3,9:2); everybody else has 1." },
	{ .name = NULL },
};
#undef AT

static const sj_semantics drr_semantics = {
	.order = "accounts in turn; of one account in order of arrival, while its deficit pays",
	.blocking = "the task whose turn it is blocks",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "accounts in the order in which they began to wait",
	.instants = "once per instant of news",
};

const sj_policy_ops sj_policy_drr = {
	SJ_POLICY_HEAD,
	.name = "drr",
	.summary = "deficit round robin: users take turns of a quantum of service",
	.cite = "Shreedhar and Varghese, Efficient fair queueing using deficit round robin, "
		"IEEE/ACM ToN 4, 1996",
	.semantics = &drr_semantics,
	.state_size = sizeof(struct drr),
	.params = drr_params,
	.init = drr_init,
	.on_ready = drr_on_ready,
	.on_done = drr_on_done,
	.schedule = drr_schedule,
};
