/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bandit_rounds.c - rounds of `bandit`: when they begin and end, what they cost, who pays. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bandit.h"

#define TAU_S       10.0     /* of bounded slowdown */
#define REQUEST_TOP 604800.0 /* a request of a week has context 1 */
#define WIDE_PART   4u       /* wide: more than this part of the machine */

/* ---- cost of a task ------------------------------------------------------------- */

static double seconds(sj_time t)
{
	return (double)t / (double)SJ_NS_PER_S;
}

/* As sums have it: in ns, when it is a wait. */
static double cost_of(const struct bandit *b, sj_time wait, sj_time run)
{
	double w = seconds(wait), r = seconds(run);

	if (b->reward == BANDIT_WAIT)
		return (double)wait;
	w = (w + r) / (r > TAU_S ? r : TAU_S);
	return w > 1 ? w : 1;
}

/* t has run, or runs; its latest wait is meant. */
static double cost_started(const struct bandit *b, const sj_task *t, sj_time run)
{
	return cost_of(b, t->start_ns - t->ready_ns, run);
}

/* ---- rewards ------------------------------------------------------------- */

/* After the reward `latest` of an arm has been added to its mean. */
static double regret_of(const struct bandit *b, double latest)
{
	double best = 0;

	for (uint32_t k = 0; k < b->arms.count; k++)
		if (b->seen[k] != 0)
			best = fmax(best, b->total[k] / b->seen[k]);
	return best - latest;
}

/* What arm `arm` achieved in round r, or would have. */
struct achieved {
	uint32_t arm;
	double   cost, reward;
	uint32_t counted, waiting;
	bool     clipped, played;
};

static void tell(struct bandit *b, sj_ctx *cx, const struct bandit_round *r,
		 const struct achieved *a)
{
	const sj_round out = {
		.round = r->number, .arm = a->arm, .begin_ns = r->begin, .end_ns = r->end,
		.cost = a->cost, .reward = a->reward, .regret = regret_of(b, a->reward),
		.probability = a->played ? r->play.probability : 0, .counted = a->counted,
		.waiting = a->waiting, .clipped = a->clipped, .arms = b->arms.count,
		.features = BANDIT_FEATURES, .score = r->score, .context = r->context,
	};

	sj_learned(cx, &out);
}

/* Cost and reward of a sum of costs over those counted. */
static void value(const struct bandit *b, double sum, struct achieved *a)
{
	a->cost = sum / (b->reward == BANDIT_WAIT ? 1e9 : 1) / ((double)a->counted + a->waiting);
	a->clipped = b->shape == BANDIT_LINEAR && a->cost > b->scale;
	a->reward = b->shape == BANDIT_EXP ? exp(-a->cost / b->scale)
					   : 1 - (a->clipped ? 1 : a->cost / b->scale);
	if (b->arms.arm[a->arm].retired)
		a->reward = 0; /* another decided in its place */
}

static void learn(struct bandit *b, sj_ctx *cx, const struct bandit_round *r,
		  const struct achieved *a)
{
	sj_play play = { a->arm, a->played ? r->play.probability : 1 };

	sj_learner_observe(b->learner, play, r->context, a->reward);
	b->total[a->arm] += a->reward;
	b->seen[a->arm]++;
	tell(b, cx, r, a);
}

/* By the rules of a round that was played: count_all(). */
static bool value_of_play(const struct bandit *b, const struct bandit_round *r,
			  const sj_scene_task *t, uint32_t count, struct achieved *a)
{
	double sum = 0;

	for (uint32_t i = 0; i < count; i++, t++) {
		bool ended = t->start_ns != SJ_NEVER && t->run_ns < r->end - t->start_ns;

		if (t->ran_before || t->ready_ns >= r->end ||
		    (t->start_ns != SJ_NEVER && t->start_ns < r->from))
			continue;
		if (t->start_ns == SJ_NEVER)
			sum += cost_of(b, r->end - t->ready_ns, t->estimate_ns);
		else
			sum += cost_of(b, t->start_ns - t->ready_ns,
				       ended ? t->run_ns : t->estimate_ns);
		a->waiting += t->start_ns == SJ_NEVER;
		a->counted += t->start_ns != SJ_NEVER;
	}
	if (a->counted + a->waiting == 0)
		return false;
	value(b, sum, a);
	return true;
}

/* What the other arms would have achieved. */
static void learn_others(struct bandit *b, sj_ctx *cx, const struct bandit_round *r)
{
	for (uint32_t k = 0; k < b->arms.count; k++) {
		struct achieved a = { .arm = k };
		const sj_scene_task *t;
		uint32_t count;
		sj_error err;

		if (k == r->play.arm || b->arms.arm[k].retired)
			continue;
		if (sj_scene_play(b->scene, cx, b->arms.arm[k].spec, r->end,
				  b->feedback == BANDIT_NOISY, &t, &count, &err) != SJ_OK)
			sj_warn(cx, "policy bandit: round %u cannot be played again by arm %u, %s: "
				"%s", r->number + 1, k + 1, b->arms.arm[k].spec, err.text);
		else if (value_of_play(b, r, t, count, &a))
			learn(b, cx, r, &a);
	}
}

/* All is known of round r. */
static void score(struct bandit *b, sj_ctx *cx, const struct bandit_round *r)
{
	struct achieved a = { .arm = r->play.arm, .counted = r->counted, .waiting = r->waiting,
			      .played = true };

	value(b, r->sum, &a);
	learn(b, cx, r, &a);
	b->known++;
	b->clipped += a.clipped;
	if (a.clipped && b->clipped == 1)
		sj_warn(cx, "policy bandit: the cost %.6g of round %u is above scale=%.6g: such "
			"rounds have reward 0", a.cost, r->number + 1, b->scale);
	if (b->scene != NULL)
		learn_others(b, cx, r);
}

/* ---- rounds that wait for their tasks ------------------------------------------------------------- */

static void put_late(struct bandit *b, sj_ctx *cx)
{
	if (b->late_count == b->late_cap) {
		uint32_t cap = b->late_cap != 0 ? 2 * b->late_cap : 8;

		b->late = sj_grow(cx, b->late, b->late_cap * sizeof(*b->late),
				  cap * sizeof(*b->late));
		b->late_cap = cap;
	}
	b->late[b->late_count++] = b->now;
	b->now.score = sj_alloc(cx, b->arms.count * sizeof(double));
}

/* The late round in which a task was started that is scored; UINT32_MAX: none. */
static uint32_t find_late(const struct bandit *b, sj_time start)
{
	for (uint32_t i = 0; i < b->late_count; i++)
		if (b->late[i].from <= start && start < b->late[i].end)
			return i;
	return UINT32_MAX;
}

static void one_less(struct bandit *b, sj_ctx *cx, uint32_t i)
{
	if (--b->late[i].outstanding != 0)
		return;
	if (cx != NULL && b->late[i].counted + b->late[i].waiting != 0)
		score(b, cx, &b->late[i]);
	memmove(&b->late[i], &b->late[i + 1], (--b->late_count - i) * sizeof(*b->late));
}

/* ---- the end of a round ------------------------------------------------------------- */

static void count_running(struct bandit *b, const sj_task *t, sj_time end)
{
	struct bandit_round *r = &b->now;

	if (t->start_ns < r->from || t->start_ns >= end)
		return;
	if (b->credit == BANDIT_AT_END) {
		r->outstanding++;
		return;
	}
	r->sum += cost_started(b, t, t->estimate_ns);
	r->counted++;
}

static void count_all(struct bandit *b, sj_ctx *cx, const sj_task *done, sj_time end)
{
	struct bandit_round *r = &b->now;

	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		if (t != done)
			count_running(b, t, end);
	if (done != NULL && done->start_ns != SJ_NEVER)
		count_running(b, done, end);
	for (const sj_task *t = sj_ready_first(cx); t != NULL && t->ready_ns < end;
	     t = sj_ready_next(cx, t)) {
		r->sum += cost_of(b, end - t->ready_ns, t->estimate_ns);
		r->waiting++;
	}
}

static sj_time epoch_end(const struct bandit *b, sj_time t)
{
	sj_time from = t / b->epoch * b->epoch;

	return from < SJ_NEVER - b->epoch ? from + b->epoch : SJ_NEVER;
}

static void close_round(struct bandit *b, sj_ctx *cx, const sj_task *done, sj_time end)
{
	struct bandit_round *r = &b->now;

	count_all(b, cx, done, end);
	if (r->counted + r->waiting + r->outstanding == 0) {
		/* Nothing happened that tells anything: the same play goes on. */
		b->ended = 0;
		if (b->jobs == 0)
			r->end = epoch_end(b, sj_now(cx));
		return;
	}
	r->end = end;
	b->open = false;
	if (r->outstanding != 0)
		put_late(b, cx);
	else
		score(b, cx, r);
}

void bandit_rounds_close(struct bandit *b, sj_ctx *cx, const sj_task *done)
{
	sj_time now = sj_now(cx);

	if (now >= b->now.end)
		close_round(b, cx, done, b->now.end);
	else if (now > b->now.begin)
		close_round(b, cx, done, now);
}

void bandit_rounds_book(struct bandit *b, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	bool ran = how != SJ_REJECTED && how != SJ_CANCELLED && t->start_ns != SJ_NEVER,
	     ended = ran && how != SJ_REQUEUED;
	uint32_t late;

	b->ended += ended;
	if (!ran)
		return;
	if (b->open && t->start_ns >= b->now.from) {
		if (ended) {
			b->now.sum += cost_started(b, t, sj_now(cx) - t->start_ns);
			b->now.counted++;
		}
		return;
	}
	late = b->late_count != 0 ? find_late(b, t->start_ns) : UINT32_MAX;
	if (late == UINT32_MAX)
		return;
	if (ended) {
		b->late[late].sum += cost_started(b, t, sj_now(cx) - t->start_ns);
		b->late[late].counted++;
	}
	one_less(b, cx, late);
}

void bandit_rounds_stopped(void *self, sj_ctx *cx, const sj_task *t)
{
	struct bandit *b = self;
	uint32_t late = b->late_count != 0 ? find_late(b, t->start_ns) : UINT32_MAX;

	if (late != UINT32_MAX)
		one_less(b, cx, late);
}

/* ---- the beginning of a round ------------------------------------------------------------- */

static double unit(double x)
{
	return x < 0 ? 0 : x > 1 ? 1 : x;
}

/* What is known at the beginning, each in [0, 1]: 1; area asked for by those that wait, over
 * what the machine can do in a round; the part of them that is wide; their mean log request;
 * the hour of the day on a circle. */
static void look_around(const struct bandit *b, sj_ctx *cx, double x[BANDIT_FEATURES])
{
	double procs = fmax(1, sj_procs_total(cx)), day = fmod(seconds(sj_now(cx)), 86400) / 86400,
	       area = 0, wide = 0, log_request = 0, n = 0,
	       length = b->jobs != 0 ? 86400 : seconds(b->epoch);

	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = sj_ready_next(cx, t)) {
		area += t->procs * seconds(t->estimate_ns);
		wide += t->procs > procs / WIDE_PART;
		log_request += log1p(seconds(t->estimate_ns)) / log1p(REQUEST_TOP);
		n++;
	}
	x[0] = 1;
	x[1] = unit(area / (procs * length));
	x[2] = n > 0 ? wide / n : 0;
	x[3] = n > 0 ? unit(log_request / n) : 0;
	x[4] = (1 + sin(2 * M_PI * day)) / 2;
	x[5] = (1 + cos(2 * M_PI * day)) / 2;
}

static void say_why(const struct bandit *b, sj_ctx *cx)
{
	uint32_t arm = b->now.play.arm;
	const double *score = b->now.score;
	char why[160], name[64];

	sj_learner_canonical(b->learner, name, sizeof(name));
	if (b->arms.arm[arm].retired)
		snprintf(why, sizeof(why), "in place of arm %u, which is retired", arm + 1);
	else if (b->seen[arm] == 0)
		snprintf(why, sizeof(why), "%s: nothing is known of it yet", name);
	else if (isnan(score[arm]))
		snprintf(why, sizeof(why), "%s: mean reward %.4g of %u rounds", name,
			 b->total[arm] / b->seen[arm], b->seen[arm]);
	else
		snprintf(why, sizeof(why), "%s: score %.4g, mean reward %.4g of %u rounds", name,
			 score[arm], b->total[arm] / b->seen[arm], b->seen[arm]);
	arms_because(&b->arms, cx, arm, why);
}

void bandit_rounds_begin(struct bandit *b, sj_ctx *cx)
{
	struct bandit_round *r = &b->now;
	double *scores = r->score;
	sj_time now = sj_now(cx);

	*r = (struct bandit_round){ .number = b->rounds++, .score = scores, .begin = now,
				    .from = now, .end = SJ_NEVER };
	if (b->jobs == 0) {
		r->begin = now / b->epoch * b->epoch;
		r->end = epoch_end(b, now);
		r->from = r->begin + (sj_time)(b->warmup * (double)b->epoch);
	}
	b->ended = 0;
	look_around(b, cx, r->context);
	r->play = sj_learner_choose(b->learner, r->context, b->rng);
	if (b->scene != NULL) {
		r->play.probability = 1; /* all arms are seen, however they were drawn */
		sj_scene_begin(b->scene, cx);
	}
	memcpy(scores, sj_learner_scores(b->learner), b->arms.count * sizeof(*scores));
	b->open = true;
	if (sj_explaining(cx) && b->arms.count > 1)
		say_why(b, cx);
}

/* ---- what an earlier learner knew ------------------------------------------------------------- */

static bool same_arms(const struct bandit *b, const sj_learning *l)
{
	if (l->arms != b->arms.count)
		return false;
	for (uint32_t k = 0; k < l->arms; k++)
		if (strcmp(l->arm[k], b->arms.arm[k].spec) != 0)
			return false;
	return true;
}

/* Of exp3 a play is worth what its probability says, and others draw without saying it. */
static bool same_kind(const struct bandit *b, const sj_learning *l)
{
	return (strncmp(l->learner, "exp3", 4) == 0) == (strncmp(b->algo, "exp3", 4) == 0);
}

static void recall_round(struct bandit *b, sj_ctx *cx, const sj_round *r)
{
	sj_round again = *r;

	again.begin_ns = again.end_ns = SJ_NEVER;
	b->rounds = r->round >= b->rounds ? r->round + 1 : b->rounds;
	if (isnan(r->reward))
		return;
	if (r->probability > 0)
		sj_learner_recall(b->learner, (sj_play){ r->arm, r->probability }, r->context,
				  r->reward);
	else /* it was not played */
		sj_learner_observe(b->learner, (sj_play){ r->arm, 1 }, r->context, r->reward);
	b->total[r->arm] += r->reward;
	b->seen[r->arm]++;
	sj_learned(cx, &again);
}

static int refuse_saved(const struct bandit *b, sj_ctx *cx, const sj_saved_learning *latest)
{
	char text[200];
	size_t used = 0;

	for (uint32_t k = 0; k < latest->what.arms && used < sizeof(text); k++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", k > 0 ? "|" : "",
					 latest->what.arm[k]);
	return sj_policy_fail(cx, SJ_EUSAGE, "policy bandit: the saved learner of run %u is %s over "
			      "the arms %s; expected %s over %s", latest->run,
			      latest->what.learner, text, b->algo, b->arms.list);
}

/* The latest run of those at hand that has the same arms. */
static int recall(struct bandit *b, sj_ctx *cx)
{
	const sj_saved_learning *s, *latest = NULL, *found = NULL;

	for (uint32_t i = 0; (s = sj_saved_learning_get(cx, i)) != NULL; i++) {
		latest = s;
		if (!same_arms(b, &s->what) || !same_kind(b, &s->what))
			continue;
		found = s;
		sj_saved_learning_use(cx, i);
	}
	if (found == NULL)
		return latest == NULL ? SJ_OK : refuse_saved(b, cx, latest);
	for (uint32_t i = 0; i < found->rounds; i++)
		recall_round(b, cx, &found->round[i]);
	return SJ_OK;
}

int bandit_rounds_init(struct bandit *b, sj_ctx *cx)
{
	const char **specs = sj_alloc(cx, b->arms.count * sizeof(*specs));
	char *name;
	size_t size = 1 + sj_learner_canonical(b->learner, NULL, 0);

	b->now.score = sj_alloc(cx, b->arms.count * sizeof(double));
	b->total = sj_alloc(cx, b->arms.count * sizeof(*b->total));
	b->seen = sj_alloc(cx, b->arms.count * sizeof(*b->seen));
	name = sj_alloc(cx, size);
	sj_learner_canonical(b->learner, name, size);
	for (uint32_t k = 0; k < b->arms.count; k++)
		specs[k] = b->arms.arm[k].spec;
	sj_learning_begins(cx, &(sj_learning){ name, b->arms.count, specs });
	return recall(b, cx);
}
