/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preempt.c - see preempt.h. */
#include "preempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beside.h"

#define MIDDLE (UINT64_C(1) << 63) /* of the seqs that a rule may draw */

/* ---- service -------------------------------------------------------------------- */

uint64_t preempt_milli(const sj_task *t)
{
	uint64_t milli = t->gpu_milli != 0 ? (uint64_t)t->ranks * t->gpu_milli :
					     (uint64_t)t->procs * SJ_GPU_WHOLE;

	return milli != 0 ? milli : 1;
}

int64_t preempt_service(sj_time length, uint64_t milli)
{
	unsigned __int128 service = (unsigned __int128)(uint64_t)length * milli / SJ_GPU_WHOLE;

	return service < INT64_MAX ? (int64_t)service : INT64_MAX;
}

sj_time preempt_time_for(int64_t service, uint64_t milli)
{
	unsigned __int128 need = (unsigned __int128)(uint64_t)service * SJ_GPU_WHOLE;
	unsigned __int128 time = service > 0 ? (need + milli - 1) / milli : 1;

	/* At other rates than 1 a limit is met in steps. */
	return time < 1 ? 1 : time < SJ_TIME_MAX ? (sj_time)time : SJ_TIME_MAX;
}

/* ---- the list --------------------------------------------------------------------- */

int preempt_init(struct preempt *p, sj_ctx *cx, const struct preempt_rule *rule)
{
	p->rule = rule;
	p->waiting = sj_queue_create(cx);
	p->lanes = sj_lanes_create(cx);
	p->alarm = SJ_NEVER;
	p->latest = SJ_NEVER;
	p->first = p->last = MIDDLE;
	return SJ_OK;
}

const sj_queue_item *preempt_first_waiting(const struct preempt *p)
{
	return sj_queue_first(p->waiting);
}

void preempt_rekey(struct preempt *p, sj_queue_key_fn *key, void *arg)
{
	sj_queue_rekey(p->waiting, key, arg);
	if (p->lanes != NULL)
		sj_lanes_rekey(p->lanes, key, arg);
}

static void wait_add(struct preempt *p, const sj_queue_item *item)
{
	sj_queue_add(p->waiting, item);
	if (p->lanes != NULL)
		sj_lanes_add(p->lanes, item);
}

void preempt_forget(struct preempt *p, const sj_task *t)
{
	sj_queue_remove(p->waiting, t);
	if (p->lanes != NULL)
		sj_lanes_remove(p->lanes, t);
}

/* ---- news ------------------------------------------------------------------- */

int preempt_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct preempt *p = self;

	sj_queue_item item = { .task = t, .width = t->procs, .seq = p->last++ };

	p->rule->place(p, cx, &item);
	wait_add(p, &item);
	p->due = true;
	return SJ_OK;
}

static void runner_drop(struct preempt *p, uint32_t i)
{
	p->count--;
	memmove(&p->run[i], &p->run[i + 1], (p->count - i) * sizeof(*p->run));
}

int preempt_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct preempt *p = self;

	(void)how;
	if (sj_queue_has(p->waiting, t)) /* somebody else has started it */
		preempt_forget(p, t);
	for (uint32_t i = 0; i < p->count; i++)
		if (p->run[i].item.task == t) {
			runner_drop(p, i);
			break;
		}
	if (p->rule->halted != NULL)
		p->rule->halted(p, cx, t);
	p->due = true;
	return SJ_OK;
}

int preempt_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct preempt *p = self;

	(void)cx;
	(void)node;
	(void)up;
	p->due = true;
	return SJ_OK;
}

int preempt_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct preempt *p = self;

	(void)cx;
	if (p->alarm == SJ_NEVER || token != p->token)
		return SJ_OK; /* out of date */
	p->alarm = SJ_NEVER;
	p->due = true;
	return SJ_OK;
}

/* ---- a pass ------------------------------------------------------------------- */

static void runner_add(struct preempt *p, sj_ctx *cx, const sj_queue_item *item)
{
	if (p->count == p->cap) {
		uint32_t cap = p->cap != 0 ? 2 * p->cap : 16;

		p->run = sj_grow(cx, p->run, p->cap * sizeof(*p->run), cap * sizeof(*p->run));
		p->cap = cap;
	}
	p->run[p->count++] = (struct preempt_runner){ .item = *item };
}

/* What runs is what the core says: as an arm of a learner others act as well. */
static void agree_with_core(struct preempt *p, sj_ctx *cx)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < p->count; i++) {
		sj_queue_item item = p->run[i].item;

		if (item.task->state == SJ_TASK_RUNNING) {
			p->run[kept++] = p->run[i];
		} else {
			p->rule->place(p, cx, &item);
			wait_add(p, &item);
		}
	}
	p->count = kept;
	if (p->count == sj_running_count(cx))
		return;
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		if (sj_queue_has(p->waiting, t)) {
			runner_add(p, cx, sj_queue_find(p->waiting, t));
			preempt_forget(p, t);
		}
}

static void replace_all(struct preempt *p, sj_ctx *cx)
{
	if (p->rule->replace != NULL) {
		p->rule->replace(p, cx);
		return;
	}
	for (uint32_t i = 0; i < p->count; i++)
		p->rule->place(p, cx, &p->run[i].item);
}

static bool before(const sj_queue_item *a, const sj_queue_item *b)
{
	return a->key != b->key ? a->key < b->key : a->seq < b->seq;
}

static int by_place(const void *pa, const void *pb)
{
	const struct preempt_runner *a = pa, *b = pb;

	return before(&a->item, &b->item) ? -1 : before(&b->item, &a->item);
}

/* Puts run[at] among those before it, which are in order. */
static void insert_runner(struct preempt *p, uint32_t at)
{
	struct preempt_runner moving = p->run[at];
	uint32_t lo = 0, hi = at;

	while (lo < hi) {
		uint32_t middle = lo + (hi - lo) / 2;

		if (before(&moving.item, &p->run[middle].item))
			hi = middle;
		else
			lo = middle + 1;
	}
	memmove(&p->run[lo + 1], &p->run[lo], (at - lo) * sizeof(*p->run));
	p->run[lo] = moving;
}

/* From pass to pass few change their place. */
static void sort_runners(struct preempt *p)
{
	uint32_t moved = 0;

	for (uint32_t i = 1; i < p->count; i++) {
		if (!before(&p->run[i].item, &p->run[i - 1].item))
			continue;
		if (++moved > 16) {
			qsort(p->run, p->count, sizeof(*p->run), by_place);
			return;
		}
		insert_runner(p, i);
	}
}

static const sj_queue_item *next_fit(const struct preempt *p, int64_t key, uint64_t seq,
				     int64_t left)
{
	return sj_queue_next_fit(p->waiting, key, seq, left, INT64_MAX, -1);
}

static void choose(struct preempt *p, sj_ctx *cx, const sj_queue_item *item,
		   sj_placement where)
{
	if (p->chosen_count == p->chosen_cap) {
		uint32_t cap = p->chosen_cap != 0 ? 2 * p->chosen_cap : 16;

		p->chosen = sj_grow(cx, p->chosen, p->chosen_cap * sizeof(*p->chosen),
				    cap * sizeof(*p->chosen));
		p->chosen_cap = cap;
	}
	p->chosen[p->chosen_count++] = (struct preempt_chosen){ *item, where };
}

static void mark(struct preempt *p, struct preempt_runner *r)
{
	r->stop = true;
	r->rival = p->chosen_count != 0 ? p->chosen[p->chosen_count - 1].item.task : NULL;
}

/* The greedy fill from empty, both lists in one order. Marks runners that are not
 * reached; those to start are the chosen ones. */
static void fill_pool(struct preempt *p, sj_ctx *cx)
{
	int64_t left = sj_procs_total(cx);
	const sj_queue_item *w = next_fit(p, INT64_MIN, 0, left);
	uint32_t i = 0;

	while (i < p->count || w != NULL) {
		struct preempt_runner *r = i < p->count ? &p->run[i] : NULL;

		if (w != NULL && w->width > left) {
			w = next_fit(p, w->key, w->seq, left);
		} else if (w != NULL && (r == NULL || before(w, &r->item))) {
			choose(p, cx, w, (sj_placement){ 0 });
			left -= w->width;
			w = next_fit(p, w->key, w->seq, left);
		} else {
			if (r->item.width > left)
				mark(p, r);
			else
				left -= r->item.width;
			i++;
		}
	}
}

/* ---- the fill on nodes --------------------------------------------------------- */

/* The walk; `task` are the runners' in the same order, gone from `i` on. */
struct fill {
	struct preempt *p;
	sj_ctx         *cx;
	const sj_task **task;
	uint32_t        i; /* of the next runner */
};

/* A task that waits, or whose place has been taken, is reached. */
static int seat(struct fill *f, const sj_queue_item *item)
{
	struct preempt *p = f->p;
	sj_placement where;
	int rc = beside_place(f->cx, item->task, f->task + f->i, p->count - f->i, &where);

	if (rc == SJ_OK)
		choose(p, f->cx, item, where);
	return rc;
}

/* What runs is reached. */
static int reach(struct fill *f)
{
	struct preempt_runner *r = &f->p->run[f->i++];
	int rc;

	if (sj_suppose_back(f->cx, r->item.task))
		return SJ_OK;
	mark(f->p, r);
	rc = seat(f, &r->item);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static int walk(struct fill *f)
{
	struct preempt *p = f->p;
	const sj_queue_item *w;
	int rc = SJ_OK;

	sj_lanes_begin(p->lanes, INT64_MIN, 0);
	w = sj_lanes_next(p->lanes, sj_procs_free(f->cx), INT64_MAX);
	while ((f->i < p->count || w != NULL) && rc == SJ_OK) {
		if (w == NULL || (f->i < p->count && before(&p->run[f->i].item, w))) {
			rc = reach(f);
			continue;
		}
		rc = seat(f, w);
		if (rc == SJ_EFULL) {
			sj_lanes_refused(p->lanes, w->task);
			rc = SJ_OK;
		}
		w = sj_lanes_next(p->lanes, sj_procs_free(f->cx), INT64_MAX);
	}
	return rc;
}

/* Runners before all that waits are not touched. */
static int fill_nodes(struct preempt *p, sj_ctx *cx)
{
	const sj_queue_item *w = sj_queue_first(p->waiting);
	struct fill f = { .p = p, .cx = cx };
	int rc;

	if (w == NULL)
		return SJ_OK;
	while (f.i < p->count && before(&p->run[f.i].item, w))
		f.i++;
	f.task = sj_scratch(cx, (p->count + 1) * sizeof(*f.task));
	sj_suppose_begin(cx);
	for (uint32_t i = f.i; i < p->count; i++) {
		f.task[i] = p->run[i].item.task;
		sj_suppose_gone(cx, f.task[i]);
	}
	rc = walk(&f);
	sj_suppose_end(cx);
	return rc;
}

/* ---- saying why ------------------------------------------------------------------ */

static void demand_text(sj_ctx *cx, const sj_task *t, char *buf, size_t size)
{
	if (sj_node_count(cx) == 0)
		snprintf(buf, size, "needs %u processors, %u free", t->procs,
			 sj_procs_free(cx));
	else if (t->gpu_milli == 0)
		snprintf(buf, size, "needs %u x %u cores, %u free", t->ranks, t->cores,
			 sj_procs_free(cx));
	else
		snprintf(buf, size, "needs %u x (%u cores, %.3g GPUs), %u cores free", t->ranks,
			 t->cores, t->gpu_milli / 1e3, sj_procs_free(cx));
}

static void place_text(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
		       size_t size)
{
	*buf = '\0';
	if (p->rule->explain != NULL)
		p->rule->explain(p, cx, item, buf, size);
}

void preempt_say(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, const char *what,
		 const sj_queue_item *rival)
{
	char own[160], demand[96], other[200] = "";

	place_text(p, cx, item, own, sizeof(own));
	demand_text(cx, item->task, demand, sizeof(demand));
	if (rival != NULL) {
		char its[160];

		place_text(p, cx, rival, its, sizeof(its));
		snprintf(other, sizeof(other), " job %lld (%s)", (long long)rival->task->job,
			 its);
	}
	sj_because(cx, item->task, "%s%s%s%s: %s", what, other, *own != '\0' ? ", " : "", own,
		   demand);
}

static void say_stop(struct preempt *p, sj_ctx *cx, const struct preempt_runner *r)
{
	const sj_queue_item *rival = NULL;

	for (uint32_t i = 0; i < p->chosen_count; i++)
		if (p->chosen[i].item.task == r->rival)
			rival = &p->chosen[i].item;
	preempt_say(p, cx, &r->item, rival != NULL ? "gives way to" : "others go first", rival);
}

/* A task that has no place in the fill waits; one of them hears why: the last that runs
 * before it, and both their places. */
static void say_who_waits(struct preempt *p, sj_ctx *cx)
{
	const sj_queue_item *w = sj_queue_first(p->waiting), *ahead = NULL;

	if (w == NULL)
		return;
	for (uint32_t i = 0; i < p->count && before(&p->run[i].item, w); i++)
		ahead = &p->run[i].item;
	preempt_say(p, cx, w, ahead != NULL ? "behind" : "no place", ahead);
}

/* ---- acting -------------------------------------------------------------------- */

/* Stops what is marked; the others close up. */
static int stop_marked(struct preempt *p, sj_ctx *cx)
{
	uint32_t kept = 0, i = 0;
	int rc = SJ_OK;

	for (; i < p->count && rc == SJ_OK; i++) {
		sj_queue_item item = p->run[i].item;

		if (!p->run[i].stop) {
			p->run[kept++] = p->run[i];
			continue;
		}
		if (sj_explaining(cx))
			say_stop(p, cx, &p->run[i]);
		rc = sj_stop(cx, item.task, SJ_STOP_KEEP);
		if (rc == SJ_OK) {
			wait_add(p, &item);
			if (p->rule->halted != NULL)
				p->rule->halted(p, cx, item.task);
		} else if (rc == SJ_EFULL) {
			rc = SJ_OK; /* it has ended; on_done() will tell */
		}
	}
	p->count = kept;
	return rc;
}

static int start(struct preempt *p, sj_ctx *cx, const struct preempt_chosen *c)
{
	int rc;

	if (sj_explaining(cx))
		preempt_say(p, cx, &c->item, "its turn", NULL);
	rc = sj_start(cx, c->item.task, c->where.count != 0 ? &c->where : NULL);
	if (rc != SJ_OK)
		return rc;
	preempt_forget(p, c->item.task);
	runner_add(p, cx, &c->item);
	if (p->rule->started != NULL)
		p->rule->started(p, cx, c->item.task);
	return SJ_OK;
}

/* Shares of GPUs may come to lie otherwise than was supposed, so that the last one has
 * no place after all. It waits for the next pass. */
static int start_chosen(struct preempt *p, sj_ctx *cx)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; i < p->chosen_count && (rc == SJ_OK || rc == SJ_EFULL); i++)
		rc = start(p, cx, &p->chosen[i]);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static int set_alarm(struct preempt *p, sj_ctx *cx)
{
	sj_time at = p->rule->alarm != NULL ? p->rule->alarm(p, cx) : SJ_NEVER;

	if (at > SJ_TIME_MAX)
		at = SJ_NEVER;
	if (at == p->alarm)
		return SJ_OK;
	p->alarm = at;
	p->token++;
	return at != SJ_NEVER ? sj_timer(cx, at, p->token) : SJ_OK;
}

/* On nodes: as long as the first in the order fits beside all that runs, that is its
 * place, and nothing need be supposed. */
static int start_beside_all(struct preempt *p, sj_ctx *cx)
{
	const sj_queue_item *w = sj_queue_first(p->waiting);
	uint32_t count = p->count;
	int rc = SJ_OK;

	while (w != NULL && rc == SJ_OK && sj_fits(cx, w->task)) {
		struct preempt_chosen c = { .item = *w };

		rc = start(p, cx, &c);
		w = sj_queue_first(p->waiting);
	}
	if (p->count != count)
		sort_runners(p);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

int preempt_schedule(void *self, sj_ctx *cx)
{
	struct preempt *p = self;
	int rc = SJ_OK;

	if (!p->due)
		return SJ_OK;
	p->due = false;
	agree_with_core(p, cx);
	replace_all(p, cx);
	sort_runners(p);
	p->chosen_count = 0;
	if (p->lanes != NULL)
		rc = start_beside_all(p, cx);
	if (rc == SJ_OK && p->lanes != NULL)
		rc = fill_nodes(p, cx);
	else if (p->lanes == NULL)
		fill_pool(p, cx);
	if (rc == SJ_OK)
		rc = stop_marked(p, cx);
	if (rc == SJ_OK)
		rc = start_chosen(p, cx);
	sort_runners(p); /* what was started stands at its place */
	p->latest = sj_now(cx);
	if (sj_explaining(cx))
		say_who_waits(p, cx);
	return rc == SJ_OK ? set_alarm(p, cx) : rc;
}
