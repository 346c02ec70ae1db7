/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ps - processor sharing: everybody runs at once, each at a share of its processors.
 *
 * Generalized processor sharing on a pool: a task of weight w has processors in proportion
 * to w, but no more than its width; what that leaves over goes to the others in the same
 * proportion. With equal weights and tasks of one processor this is the egalitarian
 * processor sharing of queueing theory; with limit=D it is limited processor sharing,
 * where all but the D first to arrive wait.
 *
 * among= puts users or groups, or users within groups, before tasks: what an account has
 * in proportion to its share, and no more than its tasks could take, is divided among
 * those below it in the same way (hierarchical weighted max-min sharing). Parekh and Gallager, "A generalized processor
 * sharing approach to flow control", IEEE/ACM ToN 1, 1993; Kleinrock, "Queueing Systems",
 * volume 2, 1976, section 4.4.
 */
#include <string.h>

#include "sojourn/accounts.h"

/* Weights at and below 0 would wait for ever. */
#define LEAST_WEIGHT 1e-9

enum weigh { WEIGH_EQUAL, WEIGH_JOB, WEIGH_PROCS };
enum among { AMONG_TASKS, AMONG_USERS, AMONG_GROUPS, AMONG_GROUPS_USERS };

enum { LEVELS = 2 };

struct sharer {
	const sj_task *task;
	double         weight;
	double         share; /* that it has; 0: it waits */
	double         next;  /* that it is to have */
};

/* One of those that divide something among them: a task, or an account. */
struct part {
	double weight;
	double most;  /* processors that it could take */
	double share; /* of these, that it gets; below 0 while that is open */
};

struct ps {
	int            weigh;
	int64_t        limit;
	int            among;
	const char    *group_shares, *user_shares;
	sj_accounts   *accounts[LEVELS]; /* from above; NULL: there are only tasks below */
	sj_account_of  of[LEVELS];
	struct sharer *live;  /* in order of arrival */
	uint32_t       count, cap;
	bool           due;
};

static int add_level(struct ps *s, sj_ctx *cx, uint32_t level, sj_account_of of)
{
	bool users = of == SJ_OF_USER;

	s->of[level] = of;
	s->accounts[level] = sj_accounts_create(cx, users ? "policy ps: user_shares" :
							    "policy ps: group_shares",
						users ? s->user_shares : s->group_shares);
	return s->accounts[level] != NULL ? SJ_OK : SJ_EUSAGE;
}

static int ps_init(void *self, sj_ctx *cx)
{
	struct ps *s = self;
	uint32_t level = 0;
	int rc = SJ_OK;

	if (s->among == AMONG_GROUPS || s->among == AMONG_GROUPS_USERS)
		rc = add_level(s, cx, level++, SJ_OF_GROUP);
	if (rc == SJ_OK && (s->among == AMONG_USERS || s->among == AMONG_GROUPS_USERS))
		rc = add_level(s, cx, level, SJ_OF_USER);
	return rc;
}

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

static double open_weight(const struct part *part, uint32_t count)
{
	double sum = 0;

	for (uint32_t i = 0; i < count; i++)
		if (part[i].share < 0)
			sum += part[i].weight;
	return sum;
}

/*
 * Whoever would have more than its most has its most, which leaves more for the others,
 * so that it stays so; until there is nobody left like that.
 */
static void divide(struct part *part, uint32_t count, double left)
{
	bool again = true;
	double weight = 0;

	for (uint32_t i = 0; i < count; i++)
		part[i].share = -1;
	while (again) {
		again = false;
		weight = open_weight(part, count);
		for (uint32_t i = 0; i < count; i++) {
			struct part *x = &part[i];

			if (x->share >= 0 || x->weight * left < x->most * weight)
				continue;
			x->share = 1;
			left -= x->most;
			weight -= x->weight;
			again = true;
		}
	}
	for (uint32_t i = 0; i < count; i++)
		if (part[i].share < 0)
			part[i].share = left * part[i].weight / (weight * part[i].most);
}

static void divide_among_tasks(struct ps *s, sj_ctx *cx, const uint32_t *live, uint32_t count,
			       double left)
{
	struct part *part = sj_scratch(cx, (count + 1) * sizeof(*part));

	for (uint32_t i = 0; i < count; i++) {
		part[i].weight = s->live[live[i]].weight;
		part[i].most = s->live[live[i]].task->procs;
	}
	divide(part, count, left);
	for (uint32_t i = 0; i < count; i++)
		s->live[live[i]].next = part[i].share;
}

/* Their tasks, account by account: where those of each end, in `end`. Returns them. */
static uint32_t *by_account(sj_ctx *cx, const uint32_t *live, uint32_t count,
			    const uint32_t *account, uint32_t accounts, uint32_t *end)
{
	uint32_t *sorted = sj_scratch(cx, (count + 1) * sizeof(*sorted)), sum = 0;

	for (uint32_t i = 0; i < count; i++)
		end[account[i]]++;
	for (uint32_t a = 0; a < accounts; a++) {
		uint32_t n = end[a];

		end[a] = sum;
		sum += n;
	}
	for (uint32_t i = 0; i < count; i++)
		sorted[end[account[i]]++] = live[i];
	return sorted;
}

/* `left` processors among `count` of the live ones, from this level down. */
static void divide_level(struct ps *s, sj_ctx *cx, uint32_t level, const uint32_t *live,
			 uint32_t count, double left)
{
	sj_accounts *accounts = level < LEVELS ? s->accounts[level] : NULL;
	uint32_t *account, *end, *sorted, n;
	struct part *part;

	if (accounts == NULL) {
		divide_among_tasks(s, cx, live, count, left);
		return;
	}
	account = sj_scratch(cx, (count + 1) * sizeof(*account));
	for (uint32_t i = 0; i < count; i++)
		account[i] = sj_accounts_number(accounts, sj_account_id(
							s->live[live[i]].task, s->of[level]));
	n = sj_accounts_count(accounts);
	part = sj_scratch(cx, (n + 1) * sizeof(*part));
	end = sj_scratch(cx, (n + 1) * sizeof(*end));
	sorted = by_account(cx, live, count, account, n, end);
	for (uint32_t i = 0; i < count; i++) {
		part[account[i]].weight = sj_accounts_share(accounts, account[i]);
		part[account[i]].most += s->live[live[i]].task->procs;
	}
	divide(part, n, left);
	for (uint32_t a = 0, begin = 0; a < n; begin = end[a++])
		if (end[a] > begin)
			divide_level(s, cx, level + 1, sorted + begin, end[a] - begin,
				     part[a].share * part[a].most);
}

static int give(sj_ctx *cx, struct sharer *x)
{
	int rc;

	if (sj_explaining(cx))
		sj_because(cx, x->task, "%.10g of its %u processors", x->next, x->task->procs);
	rc = sj_share(cx, x->task, x->next);
	if (rc == SJ_OK)
		x->share = x->next;
	return rc == SJ_EFULL ? SJ_OK : rc; /* it has ended; on_done() will tell */
}

static int ps_schedule(void *self, sj_ctx *cx)
{
	struct ps *s = self;
	uint32_t served = s->count, *live;
	int rc = SJ_OK;

	if (!s->due)
		return SJ_OK;
	s->due = false;
	if (s->limit > 0 && served > s->limit)
		served = (uint32_t)s->limit;
	live = sj_scratch(cx, (s->count + 1) * sizeof(*live));
	for (uint32_t i = 0; i < s->count; i++) {
		live[i] = i;
		s->live[i].next = 0;
	}
	divide_level(s, cx, 0, live, served, sj_procs_total(cx));
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
static const char *const amongs[] = { "tasks", "users", "groups", "groups+users", NULL };
static const sj_param ps_params[] = {
	{ .name = "weight", .type = SJ_P_ENUM, .offset = offsetof(struct ps, weigh),
	  .def = "equal", .choices = weighs,
	  .help = "A task's weight: the same for all, the job's own, or its processors." },
	{ .name = "limit", .type = SJ_P_INT, .offset = offsetof(struct ps, limit),
	  .def = "0", .min = 0, .max = 4e9, .unit = "tasks",
	  .help = "Most tasks served at once, the others wait in order of arrival; 0: all." },
	{ .name = "among", .type = SJ_P_ENUM, .offset = offsetof(struct ps, among),
	  .def = "tasks", .choices = amongs,
	  .help = "Who has shares of the machine, before tasks have some of theirs." },
	{ .name = "group_shares", .type = SJ_P_STRING, .offset = offsetof(struct ps, group_shares),
	  .def = "", .help = "Shares of groups by number, as (7:3,9:2); all others have 1." },
	{ .name = "user_shares", .type = SJ_P_STRING, .offset = offsetof(struct ps, user_shares),
	  .def = "", .help = "Shares of users by number, likewise." },
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
	.init = ps_init,
	.on_ready = ps_on_ready,
	.on_done = ps_on_done,
	.schedule = ps_schedule,
};
