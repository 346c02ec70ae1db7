/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bandit - a learner that chooses among other policies, or values of their parameters, by
 * what they achieved: online tuning as in Gaussier, Lelong, Reis and Trystram.
 *
 * The time is cut into rounds: epochs by the clock (epoch=1d: from 0 to 1 day, ...), or so
 * many completions (jobs=). At the first pass of a round the learner plays an arm, which
 * decides until the round is over; all arms hear the news. Nothing happens at the end of
 * an epoch itself: it is noticed at the next news, and an epoch without a pass is no round.
 *
 * What is known at the end gives the cost: the mean, over the tasks that have started in
 * the round and over those that wait at its end, of wait (start - ready) or bounded
 * slowdown (tau = 10 s). Who waits is charged with the wait so far. credit=start: a task
 * that runs on counts with its estimate as run time, and the reward is known at the end of
 * the round. credit=end: the arm that was playing when a task started is charged when it
 * ends, with its true run time; the reward is known when all of them have ended, and the
 * learner plays on without it. Tasks that start in the first warmup= of an epoch are not
 * scored: the queue that they stood in was another arm's. A round without a task to score
 * goes on through the next epoch.
 *
 * reward = exp(-cost/scale), or max(0, 1 - cost/scale); scale is a constant of the user's.
 * Rounds that are cut off at 0 are counted, and warned of.
 *
 * Learners are those of sojourn/bandit.h. linucb, and the trace of all, have a context:
 * (1, area that waits / (machine x epoch), part of wide tasks (above a quarter of the
 * machine), mean of ln(1 + request)/ln(1 + 7 d), hour of the day as sine and cosine), each
 * in [0, 1]. With one arm the schedule is that of the arm.
 *
 * feedback=full: at the end of a round it is played again under every other arm, from the same
 * beginning (sojourn/reenact.h), and the learner hears what each would have achieved; noisy:
 * likewise, with estimates in place of the run times that are known. In the trace such rows
 * have probability 0. Pools and jobs of one task only, and arms that stop nobody. It costs as
 * many runs of the round as there are other arms.
 *
 * See arms.h for who can be an arm, and for what becomes of one that fails; its rounds then
 * have reward 0. Clairvoyant arms make the whole clairvoyant. O(1) for each piece of news
 * above the arms' own, O(waiting + running + K) at the end of a round.
 */
#include "bandit.h"

static void *take(void *cx, size_t size)
{
	return sj_alloc(cx, size);
}

static int prepare_scene(struct bandit *b, sj_ctx *cx)
{
	if (b->credit == BANDIT_AT_END)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy bandit: feedback: with credit=end rewards "
				      "come when the round is long over; expected credit=start");
	if (b->arms.stops)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy bandit: feedback: rounds of arms that "
				      "stop tasks cannot be played again");
	b->scene = sj_scene_create(cx);
	return b->scene != NULL ? SJ_OK : SJ_EUSAGE;
}

static int bandit_init(void *self, sj_ctx *cx)
{
	struct bandit *b = self;
	sj_error err = { .code = SJ_OK };
	int rc;

	if (b->jobs != 0 && b->warmup > 0)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy bandit: warmup: a part of an epoch; "
				      "rounds by jobs= have none");
	if (b->scale <= 0)
		b->scale = b->reward == BANDIT_WAIT ? 4 * 3600.0 : 100;
	rc = arms_init(&b->arms, cx, "bandit");
	if (rc != SJ_OK)
		return rc;
	if (sj_learner_create("policy bandit", b->algo, b->arms.count, BANDIT_FEATURES, take, cx,
			      &b->learner, &err) != SJ_OK)
		return sj_policy_fail(cx, err.code, "%s", err.text);
	b->rng = sj_rng(cx, "bandit");
	rc = b->feedback != BANDIT_PLAYED ? prepare_scene(b, cx) : SJ_OK;
	if (rc != SJ_OK)
		return rc;
	return bandit_rounds_init(b, cx);
}

static int bandit_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct bandit *b = self;

	if (b->scene != NULL && t->index != 0)
		return sj_policy_fail(cx, SJ_EINVAL, "policy bandit: feedback: job %lld has several "
				      "tasks, and rounds with such jobs cannot be played again",
				      (long long)t->job);
	if (b->scene != NULL)
		sj_scene_ready(b->scene, cx, t);
	return arms_ready(&b->arms, cx, t);
}

static int bandit_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct bandit *b = self;

	bandit_rounds_pass(b, cx, t);
	bandit_rounds_done(b, cx, t, how);
	if (b->scene != NULL)
		sj_scene_ended(b->scene, cx, t);
	return arms_done(&b->arms, cx, t, how);
}

static int bandit_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct bandit *b = self;

	bandit_rounds_pass(b, cx, NULL);
	return arms_timer(&b->arms, cx, token);
}

static int bandit_schedule(void *self, sj_ctx *cx)
{
	struct bandit *b = self;

	bandit_rounds_pass(b, cx, NULL);
	return arms_schedule(&b->arms, cx, bandit_rounds_arm(b, cx), bandit_rounds_stopped, b);
}

static const char *const rewards[] = { "wait", "bsld", NULL };
static const char *const shapes[] = { "exp", "linear", NULL };
static const char *const feedbacks[] = { "bandit", "full", "noisy", NULL };
static const char *const credits[] = { "start", "end", NULL };

static const sj_param params[] = {
	ARMS_PARAM(struct bandit, arms),
	{ .name = "algo", .type = SJ_P_STRING, .offset = offsetof(struct bandit, algo),
	  .def = "ucb1", .help = "The learner, in parentheses with parameters, as "
	  "(swucb:tau=50,xi=0.6); `sojourn bandit --list` has them all." },
	{ .name = "epoch", .type = SJ_P_TIME, .offset = offsetof(struct bandit, epoch),
	  .def = "1d", .min = 1e-6, .max = 1e9, .unit = "s", .help = "Length of a round." },
	{ .name = "jobs", .type = SJ_P_INT, .offset = offsetof(struct bandit, jobs), .def = "0",
	  .max = 1e9, .unit = "tasks",
	  .help = "If not 0: a round lasts until so many tasks have ended in it." },
	{ .name = "reward", .type = SJ_P_ENUM, .offset = offsetof(struct bandit, reward),
	  .def = "wait", .choices = rewards,
	  .help = "Cost of a task: its wait in s, or its bounded slowdown." },
	{ .name = "shape", .type = SJ_P_ENUM, .offset = offsetof(struct bandit, shape),
	  .def = "exp", .choices = shapes,
	  .help = "Reward of a mean cost: exp(-cost/scale), or 1 - cost/scale, at least 0." },
	{ .name = "scale", .type = SJ_P_DOUBLE, .offset = offsetof(struct bandit, scale),
	  .def = "0", .max = 1e15,
	  .help = "The constant of shape=, to be fixed beforehand; 0: 4 h of wait, a slowdown "
	  "of 100." },
	{ .name = "warmup", .type = SJ_P_DOUBLE, .offset = offsetof(struct bandit, warmup),
	  .def = "0", .max = 0.999, .help = "Part of an epoch whose starts are not scored." },
	{ .name = "credit", .type = SJ_P_ENUM, .offset = offsetof(struct bandit, credit),
	  .def = "start", .choices = credits,
	  .help = "start: scored at the end of the round; end: when its tasks have ended." },
	{ .name = "feedback", .type = SJ_P_ENUM, .offset = offsetof(struct bandit, feedback),
	  .def = "bandit", .choices = feedbacks,
	  .help = "bandit: of the arm that was played; full: each round is played again under "
	  "every other arm, with the run times that it has shown; noisy: with estimates." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "of the arm that decides, which algo= plays for a round",
	.blocking = "of that arm",
	.reservation = "of that arm; those of the others are forgotten",
	.preemption = "of that arm",
	.placement = "of that arm, place= of its own or of this policy",
	.tie = "of that arm; among arms the lowest number",
	.instants = "of the arms, who must agree; an arm is chosen at the first pass of a round",
};

const sj_policy_ops sj_policy_bandit = {
	SJ_POLICY_HEAD,
	.name = "bandit",
	.summary = "a learner that chooses among other policies by what they achieved",
	.cite = "Gaussier, Lelong, Reis, Trystram, Online tuning of EASY-backfilling using queue "
		"reordering policies, TPDS 29(10), 2018; learners: see `sojourn bandit --list`",
	.semantics = &semantics,
	.params = params,
	.state_size = sizeof(struct bandit),
	.init = bandit_init,
	.on_submit = arms_on_submit,
	.on_ready = bandit_on_ready,
	.on_done = bandit_on_done,
	.on_timer = bandit_on_timer,
	.on_node = arms_on_node,
	.schedule = bandit_schedule,
};
