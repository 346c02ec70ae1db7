/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * drf - dominant resource fairness: the next task is one of the user (or group) that has
 * least of the resource of which it has most.
 *
 * An account's dominant share is the largest of its parts of all cores, GPUs and memory
 * (GPUs and memory on nodes only). The account with the smallest one, divided by its share,
 * starts its first task; one whose first task does not fit is passed over until something
 * ends. With tasks of one kind an account this is Ghodsi's algorithm; what is left when
 * nobody's task fits stays idle.
 *
 * among=groups+users: groups share the machine, and users what their group has. What
 * counts of a group is the sum of what its users have, where those who could start more
 * are scaled down to the least dominant share among them, so that nobody is punished for
 * a user of its group with other needs; and resources that are used up do not count, so
 * that what is left is shared by those who want that (H-DRF of Bhattacharya et al.). Used
 * up, in a pass, is what a task that did not fit wants more of than is free.
 *
 * A decision costs O(accounts), a start O(log n). In a pool there are only processors.
 */
#include <math.h>
#include <string.h>

#include "sojourn/accounts.h"
#include "sojourn/queue.h"

enum among { AMONG_USERS, AMONG_GROUPS, AMONG_GROUPS_USERS };

enum { CORES, GPUS, MEMORY, RESOURCES };

struct demand {
	double of[RESOURCES];
};

#define NONE UINT32_MAX

/* Who has tasks: a user, a group, or a user of a group. */
struct holder {
	sj_queue     *waiting; /* in order of arrival */
	struct demand used;
	uint32_t      user, group; /* numbers of accounts; 0: does not matter */
	uint32_t      next;    /* of its group; NONE: the last */
	double        share;   /* dominant, divided by its declared one */
	bool          passed;  /* its first task has not fitted, in this pass */
};

struct drf {
	int            among;
	const char    *group_shares, *user_shares;
	sj_accounts   *users, *groups;
	struct holder *holder;
	uint32_t       count, cap;
	uint32_t      *first;     /* holder of each group, by number */
	uint32_t       group_cap;
	struct demand  total;     /* of nodes that are up */
	struct demand  used;      /* by all holders */
	bool           used_up[RESOURCES]; /* in this pass */
	bool          *counted;   /* by node: it is in `total` */
	uint32_t      *charged;   /* by task id: 1 + the holder that has it; 0: it does not run */
	uint32_t       tasks;
	sj_queue      *family;    /* an empty queue that knows all tasks */
	uint64_t       arrivals;
};

/* ---- the machine -------------------------------------------------------------------- */

static struct demand of_node(sj_ctx *cx, uint32_t node)
{
	sj_node_size has = sj_node_get_size(cx, node);

	return (struct demand){ { has.cores, has.gpu_milli, (double)has.mem_bytes } };
}

static struct demand of_task(const sj_task *t)
{
	return (struct demand){ { t->procs, (double)t->ranks * t->gpu_milli,
				  (double)t->ranks * (double)t->mem_bytes } };
}

static void add(struct demand *sum, const struct demand *x, double times)
{
	for (int r = 0; r < RESOURCES; r++)
		sum->of[r] += x->of[r] * times;
}

static int drf_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct drf *s = self;
	struct demand has = of_node(cx, node);

	if (up != s->counted[node])
		add(&s->total, &has, up ? 1 : -1);
	s->counted[node] = up;
	return SJ_OK;
}

static int drf_init(void *self, sj_ctx *cx)
{
	struct drf *s = self;
	uint32_t nodes = sj_node_count(cx);

	s->family = sj_queue_create(cx);
	s->users = sj_accounts_create(cx, "policy drf: user_shares", s->user_shares);
	s->groups = sj_accounts_create(cx, "policy drf: group_shares", s->group_shares);
	if (s->users == NULL || s->groups == NULL)
		return SJ_EUSAGE;
	s->counted = sj_alloc(cx, (nodes + 1) * sizeof(*s->counted));
	for (uint32_t i = 0; i < nodes; i++)
		drf_on_node(s, cx, i, sj_node_get_state(cx, i) == SJ_NODE_UP);
	return SJ_OK;
}

/* Part of the resource of which it is the largest, but for those that are ignored. */
static double dominant(const struct drf *s, const struct demand *used, const bool *ignored)
{
	double largest = 0;

	for (int r = 0; r < RESOURCES; r++)
		if (s->total.of[r] > 0 && (ignored == NULL || !ignored[r]))
			largest = fmax(largest, used->of[r] / s->total.of[r]);
	return largest;
}

/* ---- holders ------------------------------------------------------------------------- */

static uint32_t group_number(struct drf *s, sj_ctx *cx, uint32_t id)
{
	uint32_t g = sj_accounts_number(s->groups, id), cap = s->group_cap;

	if (g >= cap) {
		s->group_cap = cap != 0 ? 2 * cap : 16;
		s->first = sj_grow(cx, s->first, cap * sizeof(*s->first),
				   s->group_cap * sizeof(*s->first));
		for (uint32_t i = cap; i < s->group_cap; i++)
			s->first[i] = NONE;
	}
	return g;
}

static uint32_t new_holder(struct drf *s, sj_ctx *cx, uint32_t user, uint32_t group)
{
	uint32_t h = s->count++;

	if (h == s->cap) {
		s->cap = h != 0 ? 2 * h : 16;
		s->holder = sj_grow(cx, s->holder, h * sizeof(*s->holder),
				    s->cap * sizeof(*s->holder));
	}
	s->holder[h] = (struct holder){ .waiting = sj_queue_create_beside(s->family),
					.user = user, .group = group, .next = s->first[group] };
	s->first[group] = h;
	return h;
}

static uint32_t holder_of(struct drf *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t g = group_number(s, cx, s->among == AMONG_USERS ? 0 : t->group);
	uint32_t u = sj_accounts_number(s->users, s->among == AMONG_GROUPS ? 0 : t->user);
	uint32_t h = s->first[g];

	while (h != NONE && s->holder[h].user != u)
		h = s->holder[h].next;
	return h != NONE ? h : new_holder(s, cx, u, g);
}

/* ---- news ---------------------------------------------------------------------------- */

static int drf_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct drf *s = self;
	sj_queue_item item = { .seq = s->arrivals++, .task = t, .width = t->procs };
	uint32_t h = holder_of(s, cx, t);

	if (sj_queue_has(s->family, t))
		return SJ_OK;
	s->charged = sj_grow_to(cx, s->charged, &s->tasks, t->id, sizeof(*s->charged));
	sj_queue_add(s->holder[h].waiting, &item);
	return SJ_OK;
}

static void charge(struct drf *s, const sj_task *t, uint32_t h)
{
	struct demand d = of_task(t);

	s->charged[t->id] = 1 + h;
	add(&s->holder[h].used, &d, 1);
	add(&s->used, &d, 1);
}

static int drf_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct drf *s = self;
	struct demand d = of_task(t);
	uint32_t h = holder_of(s, cx, t);

	(void)how;
	if (sj_queue_has(s->family, t)) /* somebody else has started it */
		sj_queue_remove(s->holder[h].waiting, t);
	h = t->id < s->tasks ? s->charged[t->id] : 0;
	if (h != 0) {
		add(&s->holder[h - 1].used, &d, -1);
		add(&s->used, &d, -1);
		s->charged[t->id] = 0;
	}
	return SJ_OK;
}

/* ---- a pass -------------------------------------------------------------------------- */

static bool wants(const struct drf *s, uint32_t h)
{
	return !s->holder[h].passed && sj_queue_count(s->holder[h].waiting) > 0;
}

static double share_of(const struct drf *s, const struct holder *h)
{
	return dominant(s, &h->used, NULL) / sj_accounts_share(s->users, h->user);
}

/* Who of a group has least, and wants more; NONE: nobody. Of equals the one seen first. */
static uint32_t least_in(struct drf *s, uint32_t g)
{
	uint32_t least = NONE;

	for (uint32_t h = s->first[g]; h != NONE; h = s->holder[h].next) {
		s->holder[h].share = share_of(s, &s->holder[h]);
		if (wants(s, h) && (least == NONE || s->holder[h].share <= s->holder[least].share))
			least = h;
	}
	return least;
}

/* What a group has, its holders who want more scaled down to `least`. */
static double group_share(struct drf *s, uint32_t g, uint32_t least)
{
	struct demand sum = { { 0 } };

	for (uint32_t h = s->first[g]; h != NONE; h = s->holder[h].next) {
		const struct holder *x = &s->holder[h];

		add(&sum, &x->used,
		    wants(s, h) && x->share > 0 ? s->holder[least].share / x->share : 1);
	}
	return dominant(s, &sum, s->used_up) / sj_accounts_share(s->groups, g);
}

/* Whose turn it is; NONE: nobody wants more, or nothing of it fits. */
static uint32_t next_holder(struct drf *s)
{
	uint32_t next = NONE;
	double smallest = INFINITY;

	for (uint32_t g = 0; g < sj_accounts_count(s->groups); g++) {
		uint32_t h = least_in(s, g);
		double share;

		if (h == NONE)
			continue;
		share = group_share(s, g, h);
		if (share < smallest) {
			smallest = share;
			next = h;
		}
	}
	return next;
}

static void say_why(const struct drf *s, sj_ctx *cx, const struct holder *h, const sj_task *t)
{
	sj_because(cx, t, "dominant share %.4g of %s %u is the least: needs %u processors, %u free",
		   h->share, s->among == AMONG_GROUPS ? "group" : "user",
		   s->among == AMONG_GROUPS ? t->group : t->user, t->procs, sj_procs_free(cx));
}

static void pass_over(struct drf *s, struct holder *h, const sj_task *t)
{
	struct demand d = of_task(t);

	h->passed = true;
	for (int r = 0; r < RESOURCES; r++)
		if (d.of[r] > s->total.of[r] - s->used.of[r])
			s->used_up[r] = true;
}

static void begin_pass(struct drf *s, sj_ctx *cx)
{
	if (sj_node_count(cx) == 0)
		s->total.of[CORES] = sj_procs_total(cx);
	for (uint32_t h = 0; h < s->count; h++)
		s->holder[h].passed = false;
	memset(s->used_up, 0, sizeof(s->used_up));
}

static int drf_schedule(void *self, sj_ctx *cx)
{
	struct drf *s = self;
	uint32_t h;

	begin_pass(s, cx);
	while ((h = next_holder(s)) != NONE) {
		const sj_task *t = sj_queue_first(s->holder[h].waiting)->task;
		int rc = SJ_OK;

		if (t->state == SJ_TASK_READY) {
			if (sj_explaining(cx))
				say_why(s, cx, &s->holder[h], t);
			rc = sj_start(cx, t, NULL);
		}
		if (rc == SJ_OK) {
			sj_queue_remove(s->holder[h].waiting, t);
			charge(s, t, h);
		} else if (rc == SJ_EFULL) {
			pass_over(s, &s->holder[h], t);
		} else {
			return rc;
		}
	}
	return SJ_OK;
}

static const char *const amongs[] = { "users", "groups", "groups+users", NULL };

#define AT(member) .offset = offsetof(struct drf, member)
static const sj_param drf_params[] = {
	{ .name = "among", .type = SJ_P_ENUM, AT(among), .def = "users", .choices = amongs,
	  .help = "Who has dominant shares." },
	{ .name = "group_shares", .type = SJ_P_STRING, AT(group_shares), .def = "",
	  .help = "Shares of groups by number, as (7:3,9:2); all others have 1." },
	{ .name = "user_shares", .type = SJ_P_STRING, AT(user_shares), .def = "",
	  .help = "Shares of users by number, likewise." },
	{ .name = NULL },
};
#undef AT

static const sj_semantics drf_semantics = {
	.order = "least dominant share / declared share; of one account in order of arrival",
	.blocking = "skip accounts whose first task does not fit; within one, the first blocks",
	.reservation = "none; wide tasks may starve",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "the account that was seen first (of users of a group too)",
	.instants = "once per instant of news",
};

const sj_policy_ops sj_policy_drf = {
	SJ_POLICY_HEAD,
	.name = "drf",
	.summary = "dominant resource fairness: next is who has least of what it has most of",
	.cite = "Ghodsi et al., Dominant resource fairness, NSDI 2011; Bhattacharya et al., "
		"Hierarchical scheduling for diverse datacenter workloads, SoCC 2013",
	.semantics = &drf_semantics,
	.state_size = sizeof(struct drf),
	.params = drf_params,
	.init = drf_init,
	.on_ready = drf_on_ready,
	.on_done = drf_on_done,
	.on_node = drf_on_node,
	.schedule = drf_schedule,
};
