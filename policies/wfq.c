/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wfq - weighted fair queueing: tasks start in the order in which they would end if all
 * users (or groups, queues) shared the machine at once, in proportion to their shares.
 *
 * The reference is generalized processor sharing: a fluid of the machine's whole capacity,
 * divided among the accounts that have something left there. Its virtual time grows by
 * capacity / their shares. A task that comes ends there at
 *     F = max(virtual time, F of the account's task before) + area / share,
 * with area = estimate x processors, and F is its place in the queue. On one processor no
 * task ends later than in the fluid by more than the longest task.
 *
 * An arrival costs O(log n), and O(accounts in the fluid) for each that has left it.
 */
#include <math.h>

#include "sojourn/accounts.h"
#include "sojourn/queue.h"

/* What an account has in the fluid. */
struct flow {
	double last;   /* F of its latest task */
	bool   active; /* last is ahead of virtual time */
};

struct wfq {
	int          of;
	const char  *shares;
	sj_accounts *accounts;
	struct flow *flow;    /* by number of the account */
	uint32_t     cap;
	uint32_t    *active;  /* numbers of those in the fluid */
	uint32_t     count;
	double       share;   /* theirs together */
	double       virtual; /* ns of capacity for a share of 1, at `at` */
	sj_time      at;
	sj_queue    *waiting; /* key: F */
	uint64_t     arrivals;
	double      *finish;  /* F, by task id: for reasons */
	uint32_t     finishes;
};

static int wfq_init(void *self, sj_ctx *cx)
{
	struct wfq *s = self;

	s->waiting = sj_queue_create(cx);
	s->accounts = sj_accounts_create(cx, "policy wfq: shares", s->shares);
	return s->accounts != NULL ? SJ_OK : SJ_EUSAGE;
}

/* ---- the fluid --------------------------------------------------------------------- */

static double sum_of_shares(const struct wfq *s)
{
	double sum = 0;

	for (uint32_t i = 0; i < s->count; i++)
		sum += sj_accounts_share(s->accounts, s->active[i]);
	return sum;
}

/* Those with nothing left at this virtual time. */
static void leave(struct wfq *s)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		struct flow *f = &s->flow[s->active[i]];

		f->active = f->last > s->virtual;
		if (f->active)
			s->active[kept++] = s->active[i];
	}
	s->count = kept;
	s->share = sum_of_shares(s);
}

static double first_to_leave(const struct wfq *s)
{
	double first = INFINITY;

	for (uint32_t i = 0; i < s->count; i++)
		first = fmin(first, s->flow[s->active[i]].last);
	return first;
}

static void advance(struct wfq *s, sj_ctx *cx)
{
	double left = (double)(sj_now(cx) - s->at) * sj_procs_total(cx);

	s->at = sj_now(cx);
	while (s->count > 0 && left > 0) {
		double next = first_to_leave(s), needs = (next - s->virtual) * s->share;

		if (needs > left) {
			s->virtual += left / s->share;
			return;
		}
		left -= needs;
		s->virtual = next;
		leave(s);
	}
}

static void grow(struct wfq *s, sj_ctx *cx)
{
	uint32_t cap = s->cap != 0 ? 2 * s->cap : 16;

	s->flow = sj_grow(cx, s->flow, s->cap * sizeof(*s->flow), cap * sizeof(*s->flow));
	s->active = sj_grow(cx, s->active, s->cap * sizeof(*s->active), cap * sizeof(*s->active));
	s->cap = cap;
}

/* F of a task that comes now. */
static double join(struct wfq *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t n = sj_accounts_number(s->accounts, sj_account_id(t, s->of));
	double area = (double)t->estimate_ns * t->procs;
	struct flow *f;

	if (n >= s->cap)
		grow(s, cx);
	advance(s, cx);
	f = &s->flow[n];
	f->last = fmax(f->last, s->virtual) + area / sj_accounts_share(s->accounts, n);
	if (!f->active && area > 0) {
		f->active = true;
		s->active[s->count++] = n;
		s->share = sum_of_shares(s);
	}
	return f->last;
}

/* ---- news -------------------------------------------------------------------------- */

static int wfq_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct wfq *s = self;
	sj_queue_item item = { .seq = s->arrivals++, .task = t, .width = t->procs };

	if (sj_queue_has(s->waiting, t))
		return SJ_OK;
	s->finish = sj_grow_to(cx, s->finish, &s->finishes, t->id, sizeof(*s->finish));
	s->finish[t->id] = join(s, cx, t);
	item.key = sj_key_of_double(s->finish[t->id]);
	sj_queue_add(s->waiting, &item);
	return SJ_OK;
}

static int wfq_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct wfq *s = self;

	(void)cx;
	(void)how;
	if (sj_queue_has(s->waiting, t)) /* somebody else has started it */
		sj_queue_remove(s->waiting, t);
	return SJ_OK;
}

/* ---- a pass ------------------------------------------------------------------------ */

static void say_why(const struct wfq *s, sj_ctx *cx, const sj_task *t)
{
	sj_because(cx, t, "virtual finish %.10gs of %s %u: needs %u processors, %u free",
		   s->finish[t->id] / SJ_NS_PER_S, sj_account_names[s->of],
		   sj_account_id(t, s->of), t->procs, sj_procs_free(cx));
}

static int wfq_schedule(void *self, sj_ctx *cx)
{
	struct wfq *s = self;
	const sj_queue_item *head;

	while ((head = sj_queue_first(s->waiting)) != NULL) {
		const sj_task *t = head->task;
		int rc = SJ_OK;

		if (t->state == SJ_TASK_READY) {
			if (sj_explaining(cx))
				say_why(s, cx, t);
			rc = sj_start(cx, t, NULL);
		}
		if (rc != SJ_OK)
			return rc;
		sj_queue_remove(s->waiting, t);
	}
	return SJ_OK;
}

static const sj_param wfq_params[] = {
	{ .name = "of", .type = SJ_P_ENUM, .offset = offsetof(struct wfq, of), .def = "user",
	  .choices = sj_account_names, .help = "Who has shares." },
	{ .name = "shares", .type = SJ_P_STRING, .offset = offsetof(struct wfq, shares), .def = "",
	  .help = "Shares by number, as (7:3,9:2); everybody else has 1." },
	{ .name = NULL },
};

static const sj_semantics wfq_semantics = {
	.order = "end in the fluid in which all accounts share the machine (virtual finish)",
	.blocking = "the head blocks",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "arrival",
	.instants = "once per instant of news",
};

const sj_policy_ops sj_policy_wfq = {
	SJ_POLICY_HEAD,
	.name = "wfq",
	.summary = "weighted fair queueing: by when a task would end if all users shared the machine",
	.cite = "Demers, Keshav and Shenker, Analysis and simulation of a fair queueing algorithm, "
		"SIGCOMM 1989; Parekh and Gallager, IEEE/ACM ToN 1, 1993",
	.semantics = &wfq_semantics,
	.state_size = sizeof(struct wfq),
	.params = wfq_params,
	.init = wfq_init,
	.on_ready = wfq_on_ready,
	.on_done = wfq_on_done,
	.schedule = wfq_schedule,
};
