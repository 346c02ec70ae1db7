/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arms.c - see arms.h. */
#include "arms.h"

#include <stdio.h>
#include <string.h>

#define STOPPED_BATCH 32u

/* ---- making ------------------------------------------------------------------------ */

/* Length of the spec at `s`: up to a bar outside parentheses. */
static size_t spec_length(const char *s)
{
	size_t i, depth = 0;

	for (i = 0; s[i] != '\0' && (s[i] != '|' || depth != 0); i++)
		depth += (s[i] == '(') - (s[i] == ')' && depth != 0);
	return i;
}

static uint32_t count_arms(const char *s)
{
	uint32_t n = 1;

	while (s[spec_length(s)] != '\0') {
		s += spec_length(s) + 1;
		n++;
	}
	return n;
}

/* What several arms cannot have. */
static const char *misfit(const sj_policy_ops *ops)
{
	static const struct {
		uint32_t    flag;
		const char *does;
	} refused[] = {
		{ SJ_PF_SHARES, "shares processors in time" },
		{ SJ_PF_PLACES, "keeps books of its nodes, and would miss what other arms start" },
		{ SJ_PF_COPIES, "makes second copies, of which other arms know nothing" },
		{ SJ_PF_DROPS_ZERO, "drops jobs of length zero" },
	};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if ((ops->flags & refused[i].flag) != 0)
			return refused[i].does;
	return NULL;
}

static int check_arm(struct arms *a, sj_ctx *cx, const struct arm *arm, unsigned *passes)
{
	const sj_policy_ops *ops = arm->part->ops;
	const char *does = a->count > 1 ? misfit(ops) : NULL;

	/* Only this is tested where the run is made, before there are parts. */
	if ((ops->flags & SJ_PF_SHARES) != 0)
		does = "shares processors in time";
	if (does != NULL)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: arms: %s %s", a->who, arm->spec,
				      does);
	if (arm != a->arm && sj_get_passes(cx) != *passes)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: arms: %s and %s make their "
				      "passes at different news; expected arms that agree on "
				      "pass=", a->who, a->arm[0].spec, arm->spec);
	*passes = sj_get_passes(cx);
	return SJ_OK;
}

/* The name of a spec is `name`? */
static bool is_named(const char *spec, const char *name)
{
	size_t n = strlen(name);

	return strncmp(spec, name, n) == 0 && (spec[n] == '\0' || spec[n] == ':');
}

static int make_arm(struct arms *a, sj_ctx *cx, uint32_t i, const char *s, size_t n,
		    unsigned *passes)
{
	struct arm *arm = &a->arm[i];
	char *spec = sj_alloc(cx, n + 1);

	memcpy(spec, s, n);
	arm->spec = spec;
	if (n == 0)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: arms: arm %u is empty; expected "
				      "specs between bars, as in easy|easy:order=sjf", a->who,
				      i + 1);
	if (is_named(spec, "bandit") || is_named(spec, "rotate"))
		return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: arms: %s has arms itself; "
				      "expected a policy without", a->who, spec);
	sj_set_passes(cx, SJ_PASS_INSTANT);
	sj_part_enter(cx, i + 1);
	arm->part = sj_policy_create(cx, spec);
	sj_part_enter(cx, 0);
	return arm->part == NULL ? SJ_EUSAGE : check_arm(a, cx, arm, passes);
}

static void make_hearers(struct arms *a, sj_ctx *cx);

int arms_init(struct arms *a, sj_ctx *cx, const char *who)
{
	const char *s = a->list;
	unsigned passes = 0;
	int rc = SJ_OK;

	a->who = who;
	a->count = a->living = count_arms(s);
	if (a->count > ARMS_MAX)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: arms: %u of them; expected at "
				      "most %u", who, a->count, ARMS_MAX);
	if (!sj_arms_claim(cx, a->count))
		return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: a part of an arm has arms itself; "
				      "expected policies without", who);
	a->arm = sj_alloc(cx, a->count * sizeof(*a->arm));
	for (uint32_t i = 0; i < a->count && rc == SJ_OK; i++) {
		size_t n = spec_length(s);

		rc = make_arm(a, cx, i, s, n, &passes);
		s += n + (s[n] != '\0');
	}
	if (rc == SJ_OK)
		make_hearers(a, cx);
	return rc;
}

/* ---- who hears what ------------------------------------------------------------------ */

static void hear(struct hearers *list, const struct arms *a, uint32_t i, bool has)
{
	const struct arm *arm = &a->arm[i];

	if (has && !arm->retired)
		list->of[list->count++] = (struct hearer){ arm->part->ops, arm->part->self, i,
							   arm->timed };
	list->of[list->count].ops = NULL;
	list->timed |= has && arm->timed != 0;
	list->alone = a->count == 1 && list->count == 1 && !list->timed;
}

static void find_hearers(struct arms *a)
{
	a->submit.count = a->ready.count = a->done.count = a->node.count = 0;
	for (uint32_t i = 0; i < a->count; i++) {
		const sj_policy_ops *ops = a->arm[i].part->ops;

		hear(&a->submit, a, i, ops->on_submit != NULL);
		hear(&a->ready, a, i, ops->on_ready != NULL);
		hear(&a->done, a, i, ops->on_done != NULL);
		hear(&a->node, a, i, ops->on_node != NULL);
	}
}

static void make_hearers(struct arms *a, sj_ctx *cx)
{
	size_t each = (size_t)a->count + 1;
	struct hearer *room = sj_alloc(cx, 4 * each * sizeof(*room));

	a->submit.of = room;
	a->ready.of = room + each;
	a->done.of = room + 2 * each;
	a->node.of = room + 3 * each;
	for (uint32_t i = 0; i < a->count; i++) {
		const sj_policy_ops *ops = a->arm[i].part->ops;

		a->arm[i].timed = ops->on_timer != NULL ? i + 1 : 0;
		a->stops |= (ops->flags & SJ_PF_PREEMPTS) != 0;
	}
	for (uint32_t i = 0; i < a->count; i++)
		a->arm[i].plain = a->arm[i].timed == 0 && !a->stops;
	find_hearers(a);
	if (a->submit.count == 0)
		sj_skip_submit(cx);
}

/* ---- faults ------------------------------------------------------------------------ */

/* Arm i returned an error from a callback: SJ_OK when the run can go on. */
static int judge(struct arms *a, sj_ctx *cx, uint32_t i, int rc)
{
	char why[256];

	sj_part_enter(cx, 0);
	/* An arm alone fails as it would without an arm around it. */
	if (a->living == 1 || !sj_part_forgive(cx, rc, why, sizeof(why)))
		return rc;
	a->arm[i].retired = true;
	a->arm[i].plain = false;
	a->living--;
	find_hearers(a);
	sj_warn(cx, "policy %s: arm %u, %s, is retired: %s", a->who, i + 1, a->arm[i].spec, why);
	return SJ_OK;
}

static inline void enter(sj_ctx *cx, uint32_t timed)
{
	if (timed != 0)
		sj_part_enter(cx, timed);
}

static inline int leave(struct arms *a, sj_ctx *cx, uint32_t timed, uint32_t i, int rc)
{
	if (timed != 0)
		sj_part_enter(cx, 0);
	if (__builtin_expect(rc == SJ_OK, 1))
		return SJ_OK;
	return rc == SJ_EFULL ? SJ_OK : judge(a, cx, i, rc);
}

/* The careful half of FOR_ALL: from *h on, which has returned `rc`. */
static const struct hearer *leave_hearer(struct arms *a, sj_ctx *cx, const struct hearer *h,
					 int *rc)
{
	uint32_t arm = h->arm;

	*rc = leave(a, cx, h->timed, arm, *rc);
	return a->arm[arm].retired ? h - 1 : h; /* the list is shorter: the next has its place */
}

/* Calls a callback of those who have it. The loop is what news costs beyond the arms' own
 * work. */
#define FOR_ALL(a, cx, list, callback, ...)                                                \
	do {                                                                               \
		const bool timed_ = (list)->timed;                                         \
		if ((list)->alone)                                                         \
			return (list)->of->ops->callback((list)->of->self, cx, __VA_ARGS__); \
		int rc_ = SJ_OK;                                                           \
		for (const struct hearer *h_ = (list)->of; h_->ops != NULL; h_++) {        \
			if (__builtin_expect(timed_, 0))                            \
				enter(cx, h_->timed);                                      \
			rc_ = h_->ops->callback(h_->self, cx, __VA_ARGS__);                \
			if (__builtin_expect(rc_ != SJ_OK || timed_, 0)) {                 \
				h_ = leave_hearer(a, cx, h_, &rc_);                        \
				if (rc_ != SJ_OK)                                          \
					return rc_;                                        \
			}                                                                  \
		}                                                                          \
		return SJ_OK;                                                              \
	} while (0)

/* ---- news -------------------------------------------------------------------------- */

int arms_submit(struct arms *a, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		const sj_job *graph)
{
	FOR_ALL(a, cx, &a->submit, on_submit, tasks, count, graph);
}

int arms_ready(struct arms *a, sj_ctx *cx, const sj_task *t)
{
	FOR_ALL(a, cx, &a->ready, on_ready, t);
}

/* A cancelled task is known to those only who heard of it when it was submitted. */
static int cancelled(struct arms *a, sj_ctx *cx, const sj_task *t)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; i < a->count && rc == SJ_OK; i++) {
		const sj_subpolicy *p = a->arm[i].part;

		if (p->ops->on_done == NULL || p->ops->on_submit == NULL || a->arm[i].retired)
			continue;
		enter(cx, a->arm[i].timed);
		rc = leave(a, cx, a->arm[i].timed, i,
			   p->ops->on_done(p->self, cx, t, SJ_CANCELLED));
	}
	return rc;
}

int arms_done(struct arms *a, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	if (how == SJ_CANCELLED)
		return cancelled(a, cx, t);
	FOR_ALL(a, cx, &a->done, on_done, t, how);
}

int arms_timer(struct arms *a, sj_ctx *cx, uint64_t token)
{
	uint32_t part = sj_timer_part(cx);
	const struct arm *arm;

	if (part == 0 || part > a->count)
		return SJ_OK;
	arm = &a->arm[part - 1];
	if (arm->retired || arm->part->ops->on_timer == NULL)
		return SJ_OK;
	enter(cx, arm->timed);
	return leave(a, cx, arm->timed, part - 1,
		     arm->part->ops->on_timer(arm->part->self, cx, token));
}

int arms_node(struct arms *a, sj_ctx *cx, uint32_t node, bool up)
{
	FOR_ALL(a, cx, &a->node, on_node, node, up);
}

/* ---- passes ------------------------------------------------------------------------ */

uint32_t arms_acting(const struct arms *a, uint32_t arm)
{
	while (a->arm[arm].retired)
		arm = (arm + 1) % a->count;
	return arm;
}

void arms_because(const struct arms *a, sj_ctx *cx, uint32_t arm, const char *why)
{
	char text[256];

	arm = arms_acting(a, arm);
	snprintf(text, sizeof(text), "arm %u of %u, %s (%s)", arm + 1, a->count,
		 a->arm[arm].spec, why);
	sj_because_of(cx, text);
}

/* To arms other than `by` it looks as if its node had died: it does not run any more, and it
 * is ready with its old seq. */
static int tell_requeued(struct arms *a, sj_ctx *cx, uint32_t by, const sj_task *t)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; i < a->count && rc == SJ_OK; i++) {
		const sj_subpolicy *p = a->arm[i].part;

		if (i == by || a->arm[i].retired)
			continue;
		enter(cx, a->arm[i].timed);
		if (p->ops->on_done != NULL)
			rc = p->ops->on_done(p->self, cx, t, SJ_REQUEUED);
		if (rc == SJ_OK && p->ops->on_ready != NULL)
			rc = p->ops->on_ready(p->self, cx, t);
		rc = leave(a, cx, a->arm[i].timed, i, rc);
	}
	return rc;
}

/* What arm `by` has stopped and left is news for the others. */
static int tell_stopped(struct arms *a, sj_ctx *cx, uint32_t by,
			arms_stopped_fn *stopped, void *self)
{
	const sj_task *batch[STOPPED_BATCH];
	uint32_t n;
	int rc = SJ_OK;

	while (rc == SJ_OK && (n = sj_part_stopped(cx, batch, STOPPED_BATCH)) != 0)
		for (uint32_t i = 0; i < n && rc == SJ_OK; i++) {
			if (stopped != NULL)
				stopped(self, cx, batch[i]);
			rc = tell_requeued(a, cx, by, batch[i]);
		}
	return rc;
}

int arms_schedule_more(struct arms *a, sj_ctx *cx, uint32_t arm, arms_stopped_fn *stopped,
		       void *self)
{
	for (;;) {
		const struct arm *acting = &a->arm[arm = arms_acting(a, arm)];
		int rc;

		enter(cx, acting->timed);
		rc = leave(a, cx, acting->timed, arm,
			   acting->part->ops->schedule(acting->part->self, cx));
		if (rc == SJ_OK && a->stops)
			rc = tell_stopped(a, cx, arm, stopped, self);
		if (rc != SJ_OK || !acting->retired)
			return rc;
	}
}

int arms_schedule_failed(struct arms *a, sj_ctx *cx, uint32_t arm, int rc,
			 arms_stopped_fn *stopped, void *self)
{
	rc = judge(a, cx, arm, rc);
	return rc == SJ_OK ? arms_schedule_more(a, cx, arm, stopped, self) : rc;
}

/* ---- news, as callbacks ------------------------------------------------------------- */

int arms_on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		   const sj_job *graph)
{
	return arms_submit(self, cx, tasks, count, graph);
}

int arms_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	return arms_ready(self, cx, t);
}

int arms_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	return arms_done(self, cx, t, how);
}

int arms_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	return arms_timer(self, cx, token);
}

int arms_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	return arms_node(self, cx, node, up);
}
