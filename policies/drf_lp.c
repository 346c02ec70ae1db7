/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * drf-lp - dominant resource fairness by linear programs: how many tasks each user should
 * have if tasks could be cut, and who is furthest below that starts next. Ghodsi et al.,
 * "Dominant resource fairness: fair allocation of multiple resource types", NSDI 2011.
 *
 * At each pass y(u) more tasks like the first that waits are given to user u:
 *
 *   sum over u of demand(u, r) y(u) <= free(r) for cores, memory, GPUs; y(u) <= waiting(u)
 *   share(u) + gain(u) y(u) >= weight(u) z, with the largest z
 *
 * where share=dominant counts the largest of a user's parts of all cores, memory and GPUs, and
 * share=asset their sum (asset fairness, section 4 of the paper). Users who hold z down are
 * fixed at it, and the program is solved again for the others, until nobody is left: the
 * lexicographically fairest shares. Then tasks start, one at a time, of the user whose share is
 * furthest below the program's, by its weight; first those with a whole task due, then all
 * that fits, so that nothing idles. `drf` takes the least share instead and looks no further.
 *
 * What runs is not stopped. Tasks of a user go by arrival, and the first blocks the others. The
 * program sees sums of what is free. If the solver runs out of iterations, nobody is due
 * anything, and users go by their shares. In a pool there are only processors.
 *
 * A pass solves at most one program for each user, of users + 3 rows, from the last basis; a
 * start costs O(users).
 */
#include <math.h>
#include <string.h>

#include "sojourn/accounts.h"
#include "sojourn/lp.h"
#include "sojourn/queue.h"

#define NONE UINT32_MAX
#define Z    0u

enum share { SHARE_DOMINANT, SHARE_ASSET };
enum resource { CORES, MEMORY, GPUS, RESOURCES };

struct bundle {
	double of[RESOURCES]; /* cores, GB, GPUs */
};

struct user {
	sj_queue     *waiting;
	struct bundle used;
	double        due, given; /* tasks by the program; started of these in this pass */
	bool          open;       /* not fixed yet */
	bool          passed;     /* its first task does not fit, in this pass */
};

struct drf_lp {
	int           share;
	const char   *user_shares;
	int64_t       iterations;
	sj_accounts  *users;
	struct user  *user;
	uint32_t      count, cap;
	sj_queue     *family;
	struct bundle total, free;
	uint32_t     *charged, charged_cap; /* 1 + user, by id of a running task */
	uint64_t      stamps, stopped;
	bool          stale;
	sj_lp        *lp;
	sj_lp_result  found;
	double        least;      /* z of the first program */
	double        price[RESOURCES];
	uint32_t     *at;         /* scratch, by user */
	double       *value;
};

static uint32_t column(uint32_t user)
{
	return 1 + user;
}

static uint32_t fair_row(uint32_t user)
{
	return RESOURCES + user;
}

/* ---- shares ------------------------------------------------------------------------------- */

static struct bundle demand_of(const sj_task *t)
{
	return (struct bundle){ { t->procs, (double)t->ranks * (double)t->mem_bytes / 1e9,
				  (double)t->ranks * t->gpu_milli / 1000 } };
}

static void sum_machine(struct drf_lp *s, const sj_ctx *cx)
{
	bool memory = sj_node_count(cx) > 0;

	memset(&s->total, 0, sizeof(s->total));
	memset(&s->free, 0, sizeof(s->free));
	s->total.of[CORES] = sj_procs_total(cx);
	s->free.of[CORES] = sj_procs_free(cx);
	for (uint32_t n = 0; n < sj_node_count(cx); n++) {
		sj_node_kind k = sj_node_get_kind(cx, n);

		if (sj_node_get_state(cx, n) != SJ_NODE_UP)
			continue;
		memory &= k.mem_bytes > 0;
		s->total.of[MEMORY] += (double)k.mem_bytes / 1e9;
		s->free.of[MEMORY] += (double)sj_node_mem_free(cx, n) / 1e9;
		s->total.of[GPUS] += k.gpus;
		s->free.of[GPUS] += sj_node_gpu_milli_free(cx, n) / 1000.0;
	}
	if (!memory)
		s->total.of[MEMORY] = s->free.of[MEMORY] = INFINITY;
}

static double share_of(const struct drf_lp *s, const struct bundle *b)
{
	double sum = 0, most = 0;

	for (int r = 0; r < RESOURCES; r++) {
		double part = s->total.of[r] > 0 ? b->of[r] / s->total.of[r] : 0;

		sum += part;
		most = fmax(most, part);
	}
	return s->share == SHARE_DOMINANT ? most : sum;
}

static double weight(const struct drf_lp *s, uint32_t u)
{
	return sj_accounts_share(s->users, u);
}

/* ---- news ------------------------------------------------------------------------------------ */

static int init(void *self, sj_ctx *cx)
{
	struct drf_lp *s = self;
	uint32_t first;

	s->users = sj_accounts_create(cx, "policy drf-lp: user_shares", s->user_shares);
	if (s->users == NULL)
		return SJ_EUSAGE;
	s->family = sj_queue_create(cx);
	s->lp = sj_lp_create(SJ_LP_MAXIMISE);
	if (s->lp == NULL || sj_lp_add_rows(s->lp, RESOURCES, &first) != SJ_OK ||
	    sj_lp_add_cols(s->lp, 1, &first) != SJ_OK)
		return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
	return SJ_OK;
}

static void fini(void *self, sj_ctx *cx)
{
	(void)cx;
	sj_lp_free(((struct drf_lp *)self)->lp);
}

static int add_user(struct drf_lp *s, sj_ctx *cx)
{
	uint32_t first;

	if (s->count == s->cap) {
		uint32_t cap = s->cap > 0 ? 2 * s->cap : 16;

		s->user = sj_grow(cx, s->user, s->cap * sizeof(*s->user),
				  cap * sizeof(*s->user));
		s->at = sj_grow(cx, NULL, 0, cap * sizeof(*s->at));
		s->value = sj_grow(cx, NULL, 0, cap * sizeof(*s->value));
		s->cap = cap;
	}
	s->user[s->count++].waiting = sj_queue_create_beside(s->family);
	if (sj_lp_add_rows(s->lp, 1, &first) != SJ_OK || sj_lp_add_cols(s->lp, 1, &first) != SJ_OK)
		return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
	return SJ_OK;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct drf_lp *s = self;
	uint32_t u = sj_accounts_number(s->users, t->user);
	sj_queue_item it = { .seq = s->stamps++, .task = t, .width = t->procs };

	s->stale = true;
	while (s->count <= u) {
		int rc = add_user(s, cx);

		if (rc != SJ_OK)
			return rc;
	}
	if (!sj_queue_has(s->family, t))
		sj_queue_add(s->user[u].waiting, &it);
	return SJ_OK;
}

static void charge(struct drf_lp *s, const sj_task *t, uint32_t user, double sign)
{
	struct bundle d = demand_of(t);

	for (int r = 0; r < RESOURCES; r++)
		s->user[user].used.of[r] += sign * d.of[r];
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct drf_lp *s = self;

	(void)cx;
	(void)how;
	s->stale = true;
	if (sj_queue_has(s->family, t)) /* somebody else has started it, or it was cancelled */
		sj_queue_remove(s->user[sj_accounts_number(s->users, t->user)].waiting, t);
	if (t->id < s->charged_cap && s->charged[t->id] != 0) {
		charge(s, t, s->charged[t->id] - 1, -1);
		s->charged[t->id] = 0;
	}
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	(void)cx;
	(void)node;
	(void)up;
	((struct drf_lp *)self)->stale = true;
	return SJ_OK;
}

/* ---- the programs -------------------------------------------------------------------------------- */

static void edit(struct drf_lp *s)
{
	for (uint32_t r = 0; r < RESOURCES; r++)
		sj_lp_set_row(s->lp, r, -INFINITY, s->free.of[r]);
	for (uint32_t u = 0; u < s->count; u++) {
		struct user *w = &s->user[u];
		const sj_queue_item *it = sj_queue_first(w->waiting);
		uint32_t at[] = { CORES, MEMORY, GPUS, fair_row(u) };
		struct bundle d;

		w->due = w->given = 0;
		w->open = it != NULL;
		w->passed = it == NULL;
		sj_lp_set_col(s->lp, column(u), 0, sj_queue_count(w->waiting));
		sj_lp_set_row(s->lp, fair_row(u), w->open ? -share_of(s, &w->used) : -INFINITY,
			      INFINITY);
		if (it == NULL)
			continue;
		d = demand_of(it->task);
		sj_lp_fill_col(s->lp, column(u), 4, at,
			       (double[]){ d.of[CORES], d.of[MEMORY], d.of[GPUS],
					   share_of(s, &d) });
	}
}

/* z with those that are open; how many are. */
static uint32_t edit_z(struct drf_lp *s)
{
	uint32_t n = 0;

	for (uint32_t u = 0; u < s->count; u++)
		if (s->user[u].open) {
			s->at[n] = fair_row(u);
			s->value[n++] = -weight(s, u);
		}
	sj_lp_fill_col(s->lp, Z, n, s->at, s->value);
	sj_lp_set_col(s->lp, Z, 0, n > 0 ? INFINITY : 0);
	sj_lp_set_cost(s->lp, Z, 1);
	return n;
}

/* Those that hold z down are fixed there; in doubt all. */
static void fix(struct drf_lp *s)
{
	bool any = false;

	for (int turn = 0; turn < 2 && !any; turn++)
		for (uint32_t u = 0; u < s->count; u++) {
			struct user *w = &s->user[u];

			if (!w->open || (turn == 0 && fabs(sj_lp_dual(s->lp, fair_row(u))) < 1e-9))
				continue;
			any = true;
			w->open = false;
			w->due = sj_lp_value(s->lp, column(u));
			sj_lp_set_col(s->lp, column(u), w->due, w->due);
			sj_lp_set_row(s->lp, fair_row(u), -INFINITY, INFINITY);
		}
}

static void solve(struct drf_lp *s, sj_ctx *cx)
{
	const sj_lp_options how = { .iterations = (uint32_t)s->iterations };
	sj_lp_result r;
	bool first = true;

	edit(s);
	while (edit_z(s) > 0) {
		sj_lp_status status = sj_lp_decide(cx, s->lp, &how, &r);

		if (first) {
			s->found = r;
			s->least = r.objective;
			for (uint32_t i = 0; i < RESOURCES; i++)
				s->price[i] = sj_lp_dual(s->lp, i);
		}
		first = false;
		if (status != SJ_LP_OPTIMAL) {
			s->found.status = status;
			s->stopped++;
			for (uint32_t u = 0; u < s->count; u++)
				s->user[u].due = 0;
			return;
		}
		fix(s);
	}
}

/* ---- starts ------------------------------------------------------------------------------------------ */

static void explain(const struct drf_lp *s, sj_ctx *cx, uint32_t u, const sj_task *t)
{
	static const char *const name[] = { "processors", "memory", "GPUs" };
	const char *bound = "nothing";
	const struct user *w = &s->user[u];
	double most = 1e-12;

	if (s->found.status != SJ_LP_OPTIMAL) {
		sj_because(cx, t, "user %u has a share of %.10g; the solver has stopped (%llu times so "
			   "far)", t->user, share_of(s, &w->used), (unsigned long long)s->stopped);
		return;
	}
	for (int r = 0; r < RESOURCES; r++)
		if (s->price[r] * s->total.of[r] > most) {
			most = s->price[r] * s->total.of[r];
			bound = name[r];
		}
	sj_because(cx, t, "user %u: due %.10g more tasks, has started %.10g; a share of %.10g for a "
		   "weight of %.10g; the least share by weight could be %.10g, bound by %s; %s", t->user,
		   w->due, w->given, share_of(s, &w->used), weight(s, u), s->least, bound,
		   s->found.warm ? "warm" : "cold");
}

/* Share that is due and not given yet, by weight; nobody due anything: by the least share. */
static double behind(const struct drf_lp *s, uint32_t u, bool whole)
{
	const struct user *w = &s->user[u];
	struct bundle d = demand_of(sj_queue_first(w->waiting)->task);
	double left = w->due - w->given;

	if (whole && left < 1 - 1e-9)
		return -INFINITY;
	return (left * share_of(s, &d) - (s->found.status != SJ_LP_OPTIMAL ?
					  share_of(s, &w->used) : 0)) / weight(s, u);
}

static uint32_t next_user(const struct drf_lp *s, bool whole)
{
	uint32_t best = NONE;
	double most = -INFINITY;

	for (uint32_t u = 0; u < s->count; u++) {
		double b;

		if (s->user[u].passed || sj_queue_count(s->user[u].waiting) == 0)
			continue;
		b = behind(s, u, whole);
		if (b > most) {
			most = b;
			best = u;
		}
	}
	return best;
}

static void remember(struct drf_lp *s, sj_ctx *cx, const sj_task *t, uint32_t user)
{
	if (t->id >= s->charged_cap) {
		uint32_t cap = sj_task_bound(cx) > 2 * s->charged_cap ? sj_task_bound(cx) :
									 2 * s->charged_cap;

		s->charged = sj_grow(cx, s->charged, s->charged_cap * sizeof(*s->charged),
				     cap * sizeof(*s->charged));
		s->charged_cap = cap;
	}
	s->charged[t->id] = user + 1;
	charge(s, t, user, 1);
}

static int start_next(struct drf_lp *s, sj_ctx *cx, uint32_t u)
{
	struct user *w = &s->user[u];
	const sj_task *t = sj_queue_first(w->waiting)->task;
	int rc;

	if (t->state != SJ_TASK_READY) { /* somebody else has started it */
		sj_queue_remove(w->waiting, t);
		return SJ_OK;
	}
	w->passed = !sj_fits(cx, t);
	if (w->passed)
		return SJ_OK;
	if (sj_explaining(cx))
		explain(s, cx, u, t);
	rc = sj_start(cx, t, NULL);
	if (rc != SJ_OK) {
		w->passed = true;
		return rc == SJ_EFULL ? SJ_OK : rc;
	}
	sj_queue_remove(w->waiting, t);
	w->given++;
	remember(s, cx, t, u);
	return SJ_OK;
}

static bool somebody_fits(const struct drf_lp *s, const sj_ctx *cx)
{
	for (uint32_t u = 0; u < s->count; u++) {
		const sj_queue_item *it = sj_queue_first(s->user[u].waiting);

		if (it != NULL && sj_fits(cx, it->task))
			return true;
	}
	return false;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct drf_lp *s = self;
	int rc = SJ_OK;

	if (!s->stale)
		return SJ_OK;
	s->stale = false;
	if (!somebody_fits(s, cx))
		return SJ_OK;
	sum_machine(s, cx);
	solve(s, cx);
	for (int whole = 1; whole >= 0; whole--)
		for (uint32_t u = next_user(s, whole); u != NONE && rc == SJ_OK;
		     u = next_user(s, whole))
			rc = start_next(s, cx, u);
	return rc;
}

/* ---- tables --------------------------------------------------------------------------------------------- */

static const char *const share_names[] = { "dominant", "asset", NULL };

static const sj_param params[] = {
	{ .name = "share", .type = SJ_P_ENUM, .offset = offsetof(struct drf_lp, share),
	  .def = "dominant", .choices = share_names,
	  .help = "What is made equal: the largest part of a resource that a user has, or the sum." },
	{ .name = "user_shares", .type = SJ_P_STRING, .offset = offsetof(struct drf_lp, user_shares),
	  .def = "", .help = "Weights of users by number, as (7:3,9:2); all others have 1." },
	{ .name = "iterations", .type = SJ_P_INT, .offset = offsetof(struct drf_lp, iterations),
	  .def = "100000", .min = 1, .max = 1e9,
	  .help = "Of the simplex method for one program, at most; then users go by their shares." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "the user furthest below what the programs give it; a user's tasks by arrival",
	.blocking = "skip users whose first task does not fit; within one, the first blocks",
	.reservation = "none",
	.preemption = "none",
	.placement = "place= (first); free capacity is seen in sums",
	.tie = "the user who was seen first",
	.instants = "once per instant of news, when somebody's first task fits",
};

const sj_policy_ops sj_policy_drf_lp = {
	SJ_POLICY_HEAD,
	.name = "drf-lp",
	.summary = "users have the tasks that a linear program of dominant resource fairness gives them",
	.cite = "Ghodsi et al., Dominant resource fairness: fair allocation of multiple resource types, "
		"NSDI 2011",
	.semantics = &semantics,
	.state_size = sizeof(struct drf_lp),
	.params = params,
	.init = init,
	.fini = fini,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.schedule = schedule,
};
