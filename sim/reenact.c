/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reenact.c - a stretch of time again under another policy; see sojourn/reenact.h.
 *
 * In the run that is played clocks show the same time. Tasks come at their own submits, and
 * nothing is decided until the scene begins; in the pass at which it does, what ran is
 * started first, with the estimate it has left, and then the policy in question decides.
 */
#include "sojourn/reenact.h"

#include <stdlib.h>
#include <string.h>

#include "core.h"

#define STRIDE 64u /* events between two looks at the clock */

struct entry {
	sj_job  job;       /* id: its number in the scene */
	sj_time estimate_ns, began_ns; /* whole; when it started, or SJ_NEVER */
	sj_time run_ns;    /* in all; SJ_NEVER: it has not ended */
	bool    ran_before;
};

struct sj_scene {
	sj_time       begin;
	struct entry *entry;
	uint32_t      count, cap;
	uint32_t     *number;  /* by id of a live task: 1 + its entry */
	uint32_t      numbers;
	sj_scene_task *out;
	uint32_t      out_cap;
};

/* ---- what is in it -------------------------------------------------------------------- */

sj_scene *sj_scene_create(sj_ctx *cx)
{
	if (cx->ledger.node_count == 0 && cx->plain && cx->network == NULL)
		return sj_alloc(cx, sizeof(sj_scene));
	sj_policy_fail(cx, SJ_EUSAGE, "policy %s: playing a stretch of time again needs a pool of "
		       "processors (procs=N), without checkpoints or stragglers", cx->ops->name);
	return NULL;
}

static void set_number(sj_scene *s, sj_ctx *cx, uint32_t id, uint32_t number)
{
	s->number = sj_grow_to(cx, s->number, &s->numbers, id, sizeof(*s->number));
	s->number[id] = number;
}

static void add(sj_scene *s, sj_ctx *cx, const sj_task *t)
{
	struct entry *e;

	if (s->count == s->cap) {
		uint32_t cap = s->cap != 0 ? 2 * s->cap : 256;

		s->entry = sj_grow(cx, s->entry, s->cap * sizeof(*s->entry),
				   cap * sizeof(*s->entry));
		s->cap = cap;
	}
	e = &s->entry[s->count];
	*e = (struct entry){ .estimate_ns = t->estimate_ns, .began_ns = SJ_NEVER,
			     .run_ns = SJ_NEVER };
	task_as_job(t, &e->job);
	e->job.id = s->count++;
	if (t->state == SJ_TASK_RUNNING) {
		e->ran_before = true;
		e->began_ns = t->start_ns;
	}
	set_number(s, cx, t->id, s->count);
}

static int by_arrival(const void *a, const void *b)
{
	const sj_task *x = *(const sj_task *const *)a, *y = *(const sj_task *const *)b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

void sj_scene_begin(sj_scene *s, sj_ctx *cx)
{
	const sj_task **seen = sj_scratch(cx, ((size_t)sj_running_count(cx) +
					       sj_ready_count(cx) + 1) * sizeof(*seen)), *t;
	uint32_t n = 0;

	for (t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		seen[n++] = t;
	for (t = sj_ready_first(cx); t != NULL; t = sj_ready_next(cx, t))
		seen[n++] = t;
	qsort(seen, n, sizeof(*seen), by_arrival);
	if (s->numbers != 0)
		memset(s->number, 0, s->numbers * sizeof(*s->number));
	s->begin = sj_now(cx);
	s->count = 0;
	for (uint32_t i = 0; i < n; i++)
		add(s, cx, seen[i]);
}

void sj_scene_ready(sj_scene *s, sj_ctx *cx, const sj_task *t)
{
	add(s, cx, t);
}

void sj_scene_ended(sj_scene *s, sj_ctx *cx, const sj_task *t)
{
	struct entry *e;

	if (t->id >= s->numbers || s->number[t->id] == 0)
		return;
	e = &s->entry[s->number[t->id] - 1];
	e->began_ns = t->start_ns;
	if (t->start_ns != SJ_NEVER)
		e->run_ns = sj_now(cx) - t->start_ns;
	s->number[t->id] = 0;
}

/* ---- the policy of the play --------------------------------------------------------------- */

struct play {
	sj_source   base; /* first */
	sj_scene   *scene;
	const char *spec;
	uint32_t    at;
};

struct director {
	const sj_subpolicy *part;
	bool                on; /* the scene has begun */
};

static struct play *play_of(sj_ctx *cx)
{
	return (struct play *)cx->config.source;
}

static int director_init(void *self, sj_ctx *cx)
{
	struct director *d = self;
	int rc = sj_timer(cx, play_of(cx)->scene->begin, 0);

	if (rc != SJ_OK)
		return rc;
	sj_part_enter(cx, 1);
	d->part = sj_policy_create(cx, play_of(cx)->spec);
	sj_part_enter(cx, 0);
	return d->part != NULL ? SJ_OK : SJ_EUSAGE;
}

static int director_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	const sj_subpolicy *p = ((struct director *)self)->part;

	return p->ops->on_ready != NULL ? p->ops->on_ready(p->self, cx, t) : SJ_OK;
}

static int director_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	const sj_subpolicy *p = ((struct director *)self)->part;

	return p->ops->on_done != NULL ? p->ops->on_done(p->self, cx, t, how) : SJ_OK;
}

static int director_timer(void *self, sj_ctx *cx, uint64_t token)
{
	const sj_subpolicy *p = ((struct director *)self)->part;
	int rc = SJ_OK;

	if (sj_timer_part(cx) == 0 || p->ops->on_timer == NULL)
		return SJ_OK;
	sj_part_enter(cx, 1);
	rc = p->ops->on_timer(p->self, cx, token);
	sj_part_enter(cx, 0);
	return rc;
}

static int start_those_before(sj_ctx *cx)
{
	const sj_scene *s = play_of(cx)->scene;
	const sj_task *t, *next;
	int rc = SJ_OK;

	for (t = sj_ready_first(cx); t != NULL && rc == SJ_OK; t = next) {
		next = sj_ready_next(cx, t);
		if (s->entry[t->job].ran_before)
			rc = sj_start(cx, t, NULL);
	}
	return rc;
}

static int director_schedule(void *self, sj_ctx *cx)
{
	struct director *d = self;
	int rc = SJ_OK;

	if (sj_now(cx) < play_of(cx)->scene->begin)
		return SJ_OK;
	if (!d->on)
		rc = start_those_before(cx);
	d->on = true;
	if (rc != SJ_OK)
		return rc;
	sj_part_enter(cx, 1);
	rc = d->part->ops->schedule(d->part->self, cx);
	sj_part_enter(cx, 0);
	return rc;
}

static const sj_policy_ops director = {
	SJ_POLICY_HEAD,
	.name = "reenacting",
	.state_size = sizeof(struct director),
	.init = director_init,
	.on_ready = director_ready,
	.on_done = director_done,
	.on_timer = director_timer,
	.schedule = director_schedule,
};

/* ---- the play -------------------------------------------------------------------------------- */

static int play_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct play *p = (struct play *)self;

	(void)err;
	for (*count = 0; *count < cap && p->at < p->scene->count; ++*count)
		jobs[*count] = p->scene->entry[p->at++].job;
	return *count > 0 ? SJ_OK : SJ_END;
}

static void play_free(sj_source *self)
{
	(void)self; /* on the stack of sj_scene_play() */
}

static const sj_source_ops play_ops = { .fill = play_fill, .free = play_free };

/* How long a task lasts in all. */
static sj_time whole_run(const struct entry *e, sj_time end, bool estimates)
{
	sj_time least = 0;

	if (!estimates && e->run_ns != SJ_NEVER)
		return e->run_ns;
	/* It runs at the end, past its estimate. */
	if (!estimates && e->began_ns != SJ_NEVER && e->began_ns < end)
		least = end - e->began_ns + 1;
	return e->estimate_ns > least ? e->estimate_ns : least;
}

/* Of what ran before only the rest is played. */
static void set_lengths(sj_scene *s, sj_time end, bool estimates)
{
	for (uint32_t i = 0; i < s->count; i++) {
		struct entry *e = &s->entry[i];
		sj_time gone = e->ran_before ? s->begin - e->began_ns : 0,
			run = whole_run(e, end, estimates) - gone,
			left = e->estimate_ns - gone;

		e->job.task.work_ns = run > 0 ? run : 0;
		e->job.task.estimate_ns = left > 0 ? left : 0;
	}
}

static int note_start(void *self, const sj_decision *d, sj_error *err)
{
	sj_scene *s = self;

	(void)err;
	if (d->kind == SJ_D_START)
		s->out[d->job].start_ns = d->at_ns;
	return SJ_OK;
}

static int run_play(sj_ctx *cx, struct play *p, sj_time end, sj_error *err)
{
	sj_sink sink = { .self = p->scene, .decision = note_start };
	sj_run_config c = {
		.cluster = cx->config.cluster, .source = &p->base, .policy = &director,
		.find_policy = cx->config.find_policy, .seed = cx->config.seed,
		.overrun = SJ_OVERRUN_EXTEND, .clock = cx->config.clock,
		.clock_step_ns = cx->config.clock_step_ns, .sinks = &sink, .sink_count = 1,
	};
	sj_run_stats stats = { .now_ns = 0 };
	sj_run *run;
	int rc = sj_run_create(&c, &run, err);

	if (rc != SJ_OK)
		return rc;
	while ((rc = sj_run_advance(run, STRIDE, err)) == SJ_AGAIN && stats.now_ns < end)
		sj_run_get_stats(run, &stats);
	sj_run_free(run);
	return rc == SJ_AGAIN ? SJ_OK : rc;
}

int sj_scene_play(sj_scene *s, sj_ctx *cx, const char *spec, sj_time end, bool estimates,
		  const sj_scene_task **out, uint32_t *count, sj_error *err)
{
	struct play p = { .base.ops = &play_ops, .base.info = cx->source->info, .scene = s,
			  .spec = spec };
	int rc;

	if (s->cap > s->out_cap) {
		s->out = sj_grow(cx, s->out, s->out_cap * sizeof(*s->out),
				 s->cap * sizeof(*s->out));
		s->out_cap = s->cap;
	}
	set_lengths(s, end, estimates);
	for (uint32_t i = 0; i < s->count; i++)
		s->out[i] = (sj_scene_task){
			.ready_ns = s->entry[i].job.submit_ns, .start_ns = SJ_NEVER,
			.run_ns = s->entry[i].job.task.work_ns,
			.estimate_ns = s->entry[i].estimate_ns,
			.ran_before = s->entry[i].ran_before };
	rc = s->count != 0 ? run_play(cx, &p, end, err) : SJ_OK;
	for (uint32_t i = 0; i < s->count; i++)
		if (s->out[i].start_ns >= end)
			s->out[i].start_ns = SJ_NEVER;
	*out = s->out;
	*count = s->count;
	return rc;
}
