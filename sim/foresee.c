/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * foresee.c - a copy of what can be seen as a run of its own; see sojourn/foresee.h.
 *
 * In the copy clocks show the same time. Tasks come at their own submits, and nothing is
 * decided until now; then what runs is started where it runs, and the policy in question
 * takes over. So waits, orders of arrival and deadlines are what they are.
 */
#include "sojourn/foresee.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "place.h"

#define TAU_NS (10 * (double)SJ_NS_PER_S)

/* Of one task: where it is, if it runs. */
struct held {
	uint32_t first, count; /* slots */
	uint32_t ranks;        /* 0: it waits */
	sj_time  estimate_ns;  /* whole */
};

struct picture {
	sj_source     base;   /* first */
	const char   *spec;
	sj_time       now;
	sj_job       *job;
	struct held  *held;   /* of the same number */
	sj_slot      *slot;
	uint32_t      count, at, slots, slot_cap;
	sj_node_event *gone;  /* nodes that are not up */
	uint32_t      gone_count;
	sj_policy_ops ops;
	double        response, bsld;
	sj_time       last;
};

/* ---- the policy of the copy ------------------------------------------------------------- */

struct observer {
	const sj_subpolicy *base;
	enum { PAST, NOW, FUTURE } phase;
};

static struct picture *picture_of(sj_ctx *cx)
{
	return (struct picture *)cx->config.source;
}

/* What runs is there again before nodes are drained, which lets nothing new start, and
 * before anything is decided: one ns later. These timers go before those of the base. */
static int observer_init(void *self, sj_ctx *cx)
{
	struct observer *s = self;
	int rc = sj_timer(cx, picture_of(cx)->now, 0);

	if (rc == SJ_OK)
		rc = sj_timer(cx, picture_of(cx)->now + 1, 0);
	if (rc != SJ_OK)
		return rc;
	s->base = sj_policy_create(cx, picture_of(cx)->spec);
	return s->base != NULL ? SJ_OK : SJ_EUSAGE;
}

static int observer_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct observer *s = self;
	sj_time next = picture_of(cx)->now + (s->phase == NOW);

	if (s->phase != FUTURE && sj_now(cx) == next && token == 0) {
		s->phase = s->phase == PAST ? NOW : FUTURE;
		return SJ_OK;
	}
	return s->base->ops->on_timer != NULL ?
	       s->base->ops->on_timer(s->base->self, cx, token) : SJ_OK;
}

static int observer_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
			   const sj_job *graph)
{
	struct observer *s = self;

	return s->base->ops->on_submit != NULL ?
	       s->base->ops->on_submit(s->base->self, cx, tasks, count, graph) : SJ_OK;
}

static int observer_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct observer *s = self;

	return s->base->ops->on_ready != NULL ?
	       s->base->ops->on_ready(s->base->self, cx, t) : SJ_OK;
}

static int observer_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct observer *s = self;

	return s->base->ops->on_done != NULL ?
	       s->base->ops->on_done(s->base->self, cx, t, how) : SJ_OK;
}

static int observer_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct observer *s = self;

	return s->base->ops->on_node != NULL ?
	       s->base->ops->on_node(s->base->self, cx, node, up) : SJ_OK;
}

/* What runs starts where it runs; elsewhere if other GPUs of its node were in use. */
static int restore(sj_ctx *cx, const struct picture *p, const sj_task *t)
{
	const struct held *h = &p->held[t->job];
	sj_placement where = { h->count, p->slot + h->first };
	bool sized = t->ranks_max != 0;
	int rc = sized ? sj_start_sized(cx, t, h->ranks, h->count != 0 ? &where : NULL)
		       : sj_start(cx, t, h->count != 0 ? &where : NULL);

	if (rc == SJ_EFULL)
		rc = sized ? sj_start_sized(cx, t, h->ranks, NULL) : sj_start(cx, t, NULL);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static int restore_all(sj_ctx *cx, const struct picture *p)
{
	const sj_task *t, *next;
	int rc = SJ_OK;

	for (t = sj_ready_first(cx); t != NULL && rc == SJ_OK; t = next) {
		next = sj_ready_next(cx, t);
		if (p->held[t->job].ranks != 0)
			rc = restore(cx, p, t);
	}
	return rc;
}

static int observer_schedule(void *self, sj_ctx *cx)
{
	struct observer *s = self;

	if (s->phase == NOW)
		return restore_all(cx, picture_of(cx));
	return s->phase == FUTURE ? s->base->ops->schedule(s->base->self, cx) : SJ_OK;
}

static const sj_policy_ops observer = {
	SJ_POLICY_HEAD,
	.name = "foresight",
	.state_size = sizeof(struct observer),
	.init = observer_init,
	.on_submit = observer_submit,
	.on_ready = observer_ready,
	.on_done = observer_done,
	.on_timer = observer_timer,
	.on_node = observer_node,
	.schedule = observer_schedule,
};

/* ---- the tasks of the copy ---------------------------------------------------------------- */

static int picture_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct picture *p = (struct picture *)self;

	(void)err;
	for (*count = 0; *count < cap && p->at < p->count; ++*count)
		jobs[*count] = p->job[p->at++];
	return *count > 0 ? SJ_OK : SJ_END;
}

static void picture_free(sj_source *self)
{
	(void)self; /* owned by sj_foresee() */
}

static const sj_source_ops picture_ops = { .fill = picture_fill, .free = picture_free };

/* The workload's number for the GPU models that a task may have; 0: any. */
static uint32_t model_number(const sj_ctx *cx, uint64_t models)
{
	const sj_run_config *c = &cx->config;

	if (models == 0)
		return 0;
	for (uint32_t n = 0; c->gpu_mask != NULL && n < c->gpu_mask_count; n++)
		if ((models & ~c->gpu_mask[n]) == 0)
			return n + 1;
	return c->gpu_mask == NULL ? (uint32_t)__builtin_ctzll(models) + 1 : 0;
}

static sj_time time_left(const sj_ctx *cx, const sj_task *t)
{
	sj_time left = t->estimate_ns - sj_task_attained(cx, t);

	return left > 0 ? left : t->estimate_ns > 0; /* late ones end at any moment */
}

static void describe(const sj_ctx *cx, const sj_task *t, sj_job *j)
{
	const struct task *own = (const struct task *)t;
	sj_task_spec *s = &j->task;

	task_as_job(t, j);
	j->flags = t->job_flags;
	s->gpu_milli = t->gpu_milli;
	s->gpu_model = model_number(cx, t->gpu_models);
	s->mem_bytes = t->mem_bytes;
	s->estimate_ns = s->work_ns = time_left(cx, t);
	s->ranks_min = t->ranks_min;
	s->ranks_max = t->ranks_max;
	s->scaling = own->scaling != NULL ? (uint32_t)(own->scaling - cx->source->scalings) + 1 : 0;
	s->node = t->node;
	s->layout = t->layout;
}

static int hold_places(sj_ctx *cx, struct picture *p, const sj_task *t, struct held *h)
{
	sj_placement where = sj_task_placement(cx, t);

	h->ranks = sj_task_ranks(cx, t);
	h->first = p->slots;
	h->count = where.count;
	if (p->slots + where.count > p->slot_cap) {
		uint32_t cap = 2 * (p->slots + where.count);
		sj_slot *grown = realloc(p->slot, cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		p->slot = grown;
		p->slot_cap = cap;
	}
	if (where.count != 0)
		memcpy(p->slot + p->slots, where.slots, where.count * sizeof(*where.slots));
	p->slots += where.count;
	return SJ_OK;
}

struct seen {
	const sj_task *task;
	uint64_t       place; /* in the order of arrival */
};

static int by_arrival(const void *pa, const void *pb)
{
	const struct seen *a = pa, *b = pb;

	if (a->task->submit_ns != b->task->submit_ns)
		return a->task->submit_ns < b->task->submit_ns ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

/* Running tasks and the first `most` that wait, in order of arrival. */
static struct seen *look(sj_ctx *cx, uint32_t most, uint32_t *count)
{
	uint32_t waiting = sj_ready_count(cx);
	struct seen *seen;
	const sj_task *t;

	if (most != 0 && waiting > most)
		waiting = most;
	seen = malloc(((size_t)sj_running_count(cx) + waiting + 1) * sizeof(*seen));
	*count = 0;
	if (seen == NULL)
		return NULL;
	for (t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		seen[(*count)++] = (struct seen){ t, t->seq };
	for (t = sj_ready_first(cx); t != NULL && waiting > 0; t = sj_ready_next(cx, t), waiting--)
		seen[(*count)++] = (struct seen){ t, t->seq };
	for (uint32_t i = 0; i < *count; i++)
		seen[i].place = seen[i].place << 24 | (seen[i].task->index & 0xffffff);
	qsort(seen, *count, sizeof(*seen), by_arrival);
	return seen;
}

static int draw_tasks(sj_ctx *cx, uint32_t most, struct picture *p)
{
	struct seen *seen = look(cx, most, &p->count);
	int rc = SJ_OK;

	p->job = seen != NULL ? malloc((p->count + 1) * sizeof(*p->job)) : NULL;
	p->held = seen != NULL ? calloc(p->count + 1, sizeof(*p->held)) : NULL;
	if (p->job == NULL || p->held == NULL)
		rc = SJ_ENOMEM;
	for (uint32_t i = 0; i < p->count && rc == SJ_OK; i++) {
		describe(cx, seen[i].task, &p->job[i]);
		p->job[i].id = i;
		p->held[i].estimate_ns = seen[i].task->estimate_ns;
		if (seen[i].task->state == SJ_TASK_RUNNING)
			rc = hold_places(cx, p, seen[i].task, &p->held[i]);
	}
	free(seen);
	return rc;
}

static int draw_nodes(const sj_ctx *cx, struct picture *p)
{
	uint32_t n = sj_node_count(cx);

	p->gone = malloc((n + 1) * sizeof(*p->gone));
	for (uint32_t i = 0; p->gone != NULL && i < n; i++)
		if (sj_node_get_state(cx, i) != SJ_NODE_UP)
			p->gone[p->gone_count++] = (sj_node_event){
				.at_ns = p->now + 1, .node = i,
				.change = sj_node_get_state(cx, i) == SJ_NODE_DRAINING ?
						  SJ_CHANGE_DRAIN : SJ_CHANGE_FAIL };
	return p->gone != NULL ? SJ_OK : SJ_ENOMEM;
}

/* ---- the copy ---------------------------------------------------------------------------- */

static int note_ends(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct picture *p = self;

	(void)err;
	for (uint32_t i = 0; i < n; i++) {
		double response = (double)r[i].finish_ns - (double)r[i].submit_ns;
		double run = (double)p->held[r[i].id].estimate_ns;

		if (r[i].finish_ns == SJ_NEVER)
			continue; /* refused */
		p->response += response;
		p->bsld += fmax(1, response / fmax(run, TAU_NS));
		if (r[i].finish_ns > p->last)
			p->last = r[i].finish_ns;
	}
	return SJ_OK;
}

/* No second run of a policy's own within this one: a policy that looks ahead would look
 * ahead in what it sees. */
static int open_picture(sj_ctx *cx, const char *spec, uint32_t most, struct picture *p, sj_error *err)
{
	const sj_policy_ops *base = NULL;
	const char *args;
	char name[64];
	int rc = sj_spec_split(spec, name, sizeof(name), &args, err);

	if (rc != SJ_OK)
		return rc;
	if (cx->config.find_policy != NULL)
		base = cx->config.find_policy(name);
	if (base == NULL)
		return sj_fail(err, SJ_EUSAGE, "no policy \"%s\" to look ahead with", name);
	if (cx->source->ops == &picture_ops)
		return sj_fail(err, SJ_EUSAGE, "%s: looks ahead within a look ahead", cx->ops->name);
	p->base.ops = &picture_ops;
	p->base.info = cx->source->info;
	p->base.scalings = cx->source->scalings;
	p->base.scaling_count = cx->source->scaling_count;
	p->spec = spec;
	p->now = p->last = cx->now;
	p->ops = observer;
	p->ops.flags = base->flags & ~(uint32_t)SJ_PF_PLACES;
	rc = draw_tasks(cx, most, p);
	return rc == SJ_OK ? draw_nodes(cx, p) : rc;
}

static int run_picture(sj_ctx *cx, struct picture *p, sj_foresight *out, sj_error *err)
{
	sj_sink sink = { .self = p, .jobs = note_ends };
	sj_failures gone = { p->gone, p->gone_count, SJ_RETRIES_UNLIMITED };
	sj_run_config c = {
		.cluster = cx->config.cluster, .source = &p->base, .policy = &p->ops,
		.find_policy = cx->config.find_policy, .seed = cx->config.seed,
		.overrun = SJ_OVERRUN_EXTEND, .gpu_mask = cx->config.gpu_mask,
		.gpu_mask_count = cx->config.gpu_mask_count, .checkpoint = cx->config.checkpoint,
		.failures = p->gone_count != 0 ? &gone : NULL, .sinks = &sink, .sink_count = 1,
	};
	char place[64];
	sj_run_stats stats;
	sj_run *run;
	int rc;

	if (cx->ledger.node_count != 0) {
		snprintf(place, sizeof(place), "place=%s",
			 sj_place_names[sj_place_used(&cx->ledger)]);
		c.policy_args = place;
	}
	rc = sj_run_create(&c, &run, err);
	if (rc != SJ_OK)
		return rc;
	rc = sj_run_advance(run, 0, err);
	sj_run_get_stats(run, &stats);
	*out = (sj_foresight){ .tasks = p->count, .response_s = p->response / p->count / 1e9,
			       .bsld = p->bsld / p->count,
			       .end_s = (double)(p->last - p->now) / 1e9, .events = stats.events };
	sj_run_free(run);
	return rc;
}

int sj_foresee(sj_ctx *cx, const char *spec, uint32_t most, sj_foresight *out, sj_error *err)
{
	struct picture p = { 0 };
	int rc = open_picture(cx, spec, most, &p, err);

	*out = (sj_foresight){ 0 };
	if (rc == SJ_OK && p.count != 0)
		rc = run_picture(cx, &p, out, err);
	else if (rc == SJ_ENOMEM)
		sj_fail(err, rc, "looking ahead: out of memory");
	free(p.job);
	free(p.held);
	free(p.slot);
	free(p.gone);
	return rc;
}
