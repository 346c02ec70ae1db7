/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * life.c - the life cycle: a job is submitted, its tasks become ready, run and
 * end; what that means for lists, capacity, metrics, records and the policy.
 */
#include <stdlib.h>
#include <string.h>

#include "bound.h"
#include "comm.h"
#include "critical.h"
#include "data.h"
#include "members.h"
#include "place.h"
#include "staging.h"

/* ---- submission -------------------------------------------------------- */

/* The machine's models that a constraint of the workload allows; those it does not have
 * are bits that no node has. */
static uint64_t gpu_mask(const sj_ctx *cx, uint32_t model)
{
	if (cx->config.gpu_mask == NULL)
		return UINT64_C(1) << (model <= SJ_GPU_MODELS_MAX ? model - 1 :
								   SJ_GPU_MODELS_MAX);
	return model <= cx->config.gpu_mask_count && cx->config.gpu_mask[model - 1] != 0 ?
	       cx->config.gpu_mask[model - 1] : UINT64_C(1) << SJ_GPU_MODELS_MAX;
}

/* A task does not go where its scaling says that it does not run. */
static void fill_scaling(const sj_ctx *cx, struct task *t, const sj_task_spec *spec)
{
	const sj_scaling *s = &cx->source->scalings[spec->scaling - 1];
	uint64_t barred = 0;

	t->scaling = s;
	if (t->pub.gpu_milli == 0)
		return;
	for (uint32_t m = 1; m <= SJ_GPU_MODELS_MAX; m++) {
		uint32_t number = cx->gpu_number[m];

		if (number != 0 && number <= s->model_count && s->model_rate[number - 1] <= 0)
			barred |= UINT64_C(1) << (m - 1);
	}
	if (barred == 0)
		return;
	if (t->pub.gpu_models == 0)
		t->pub.gpu_models = (UINT64_C(1) << SJ_GPU_MODELS_MAX) - 1;
	t->pub.gpu_models &= ~barred;
	if (t->pub.gpu_models == 0)
		t->pub.gpu_models = UINT64_C(1) << SJ_GPU_MODELS_MAX;
}

/* Field by field: a compound literal is built on the stack and copied, which is
 * dear at one a job. `held` is empty in every unused slot. */
static void fill_task(const sj_ctx *cx, struct task *t, const sj_job *job,
		      const sj_task_spec *spec, uint64_t seq, uint32_t index)
{
	sj_task *p = &t->pub;

	p->index = index;
	p->seq = seq;
	p->job = job->id;
	p->procs = spec->ranks * spec->cores;
	p->ranks = spec->ranks;
	p->cores = spec->cores;
	p->gpu_milli = spec->gpu_milli;
	p->gpu_models = spec->gpu_model != 0 ? gpu_mask(cx, spec->gpu_model) : 0;
	p->state = SJ_TASK_PENDING;
	p->mem_bytes = spec->mem_bytes;
	p->submit_ns = job->submit_ns;
	p->ready_ns = SJ_NEVER;
	p->start_ns = SJ_NEVER;
	p->estimate_ns = cx->config.estimates == SJ_EST_EXACT ? spec->work_ns :
								spec->estimate_ns;
	p->deadline_ns = job->deadline_ns;
	p->logged_start_ns = spec->logged_ns == 0 ? job->logged_start_ns :
			     job->submit_ns + spec->logged_ns - 1;
	p->weight = job->weight;
	p->priority = job->priority;
	p->user = job->user;
	p->group = job->group;
	p->queue = job->queue;
	p->app = job->app;
	p->ranks_min = spec->ranks_min;
	p->ranks_max = spec->ranks_max;
	p->job_flags = job->flags;
	p->node = spec->node;
	p->layout = spec->layout;
	p->spare_ranks = spec->spare_ranks;
	p->steps = spec->steps;
	t->work_ns = spec->work_ns;
	t->done_ns = 0;
	t->ran_ns = 0;
	t->more_area = 0;
	t->first_start_ns = SJ_NEVER;
	t->preemptions = 0;
	t->requeues = 0;
	t->starts = 0;
	t->killed = false;
	t->released = false;
	t->supposed = 0;
	t->job = NULL;
	t->pace = NULL;
	t->scaling = NULL;
	t->comm = spec->comm;
	if (spec->scaling != 0)
		fill_scaling(cx, t, spec);
	t->inputs = 0;
	t->wait_hash = 0;
}

static uint64_t wanted_ns(const sj_ctx *cx, sj_time work_ns, sj_time estimate_ns)
{
	return (uint64_t)(cx->config.overrun == SJ_OVERRUN_KILL && estimate_ns < work_ns ?
			  estimate_ns : work_ns);
}

static void count_offer(sj_ctx *cx, const sj_task_spec *s)
{
	uint64_t ns;

	if (s->comm != 0)
		comm_offer(cx, s);
	if (s->gpu_milli == 0 && s->mem_bytes == 0)
		return;
	ns = wanted_ns(cx, s->work_ns, s->estimate_ns);
	cx->offered_gpu += (unsigned __int128)ns * s->ranks * s->gpu_milli;
	cx->offered_mem += (unsigned __int128)ns * s->ranks * ((s->mem_bytes + 1023) / 1024);
}

static void record_fill(sj_job_record *r, const struct task *t)
{
	*r = (sj_job_record){
		.seq = t->pub.seq, .id = t->pub.job, .submit_ns = t->pub.submit_ns,
		.start_ns = t->first_start_ns, .finish_ns = SJ_NEVER,
		.estimate_ns = t->pub.estimate_ns, .work_ns = t->work_ns,
		.deadline_ns = t->pub.deadline_ns,
		.procs = t->pub.procs, .user = t->pub.user, .group = t->pub.group,
		.queue = t->pub.queue, .preemptions = t->preemptions,
		.requeues = t->requeues,
	};
}

static int make_ready(sj_ctx *cx, struct task *t)
{
	t->pub.state = SJ_TASK_READY;
	t->pub.ready_ns = cx->now;
	ready_insert(cx, t);
	cx->wanted_procs += t->pub.procs;
	cx->changed = true;
	if (cx->ops->on_ready == NULL)
		return SJ_OK;
	return policy_check(cx, "on_ready", cx->ops->on_ready(cx->self, cx, &t->pub));
}

/* A closed loop is told, so that its user goes on. */
static int job_refused(sj_ctx *cx, sj_job_record *r)
{
	r->outcome = SJ_REJECTED;
	cx->collect.rejected++;
	cx->jobs_done++;
	if (cx->source->ops->finished != NULL)
		cx->source->ops->finished(cx->source, r->id, cx->now);
	return sj_records_close(&cx->records, r, &cx->error);
}

/* Wider than the empty machine, by its own demand: it never blocks anybody. */
static int reject_impossible(sj_ctx *cx, struct task *t)
{
	sj_job_record r;

	decide(cx, t, SJ_D_REJECT, 0);
	record_fill(&r, t);
	cx->dropped[SJ_DROP_WIDE]++;
	task_free(cx, t);
	return job_refused(cx, &r);
}

static int tell_submit(sj_ctx *cx, const sj_task *tasks[], uint32_t n, const sj_job *job)
{
	sj_job graph;
	uint64_t begin;
	bool next, timed;
	int rc;

	if (!cx->tells_submit)
		return SJ_OK;
	graph = *job;
	graph.task.work_ns = 0;
	graph.tasks = NULL; /* the tasks array tells what a policy may know */
	next = sj_latency_next(&cx->latency);
	timed = cx->latency.ticks != NULL && (next || n > 1);
	begin = timed ? cx->latency.ticks() : 0;
	rc = policy_check(cx, "on_submit", cx->ops->on_submit(cx->self, cx, tasks, n, &graph));
	if (timed) {
		int64_t ns = (int64_t)(cx->latency.ticks() - begin);

		cx->latency.submits_ns += next ? ns : 0;
		if (ns > cx->latency.max_ns)
			cx->latency.max_ns = ns;
	}
	return rc;
}

/* The first job that is let in; with a tick clock it came before the tick. */
static void account_begin(sj_ctx *cx, sj_time submit)
{
	cx->account.due = false;
	cx->account.on = true;
	sj_account_add(&cx->account, &cx->ledger, cx->now - submit);
}

/* ---- jobs of several tasks ------------------------------------------------- */

/* A member becomes a task. NULL: no memory. */
static struct task *make_task(sj_ctx *cx, struct job_rec *jr, uint32_t index)
{
	struct task *t = task_slot(cx);

	if (t == NULL)
		return NULL;
	fill_task(cx, t, &jr->job, member_spec(jr, index), jr->seq, index);
	t->job = jr;
	return t;
}

static int make_member_ready(sj_ctx *cx, struct job_rec *jr, uint32_t index)
{
	struct task *t = jr->task_id != NULL ? task_at(cx, jr->task_id[index]) :
					       make_task(cx, jr, index);

	return t != NULL ? make_ready(cx, t) : SJ_ENOMEM;
}

/* Whoever wants all tasks of a job before they are ready gets them. */
static int make_all_tasks(sj_ctx *cx, struct job_rec *jr)
{
	if (!cx->tells_submit && (jr->data == NULL || jr->data->push == NULL))
		return SJ_OK;
	jr->task_id = malloc(jr->task_count * sizeof(*jr->task_id));
	if (jr->task_id == NULL)
		return SJ_ENOMEM;
	job_rec_count(cx, jr, jr->task_count * sizeof(*jr->task_id));
	for (uint32_t i = 0; i < jr->task_count; i++) {
		struct task *t = make_task(cx, jr, i);

		if (t == NULL)
			return SJ_ENOMEM;
		jr->task_id[i] = t->pub.id;
	}
	return SJ_OK;
}

/* What the tasks ask for in all. The record tells of the widest one only, the first of
 * equals, and who reads records counts the cores of that one. */
static void count_offers(sj_ctx *cx, const struct job_rec *jr, const sj_task_spec *spec)
{
	const sj_job_record *r = &jr->record;

	for (uint32_t i = 0; i < jr->task_count; i++)
		cx->offered_beyond += (__int128)wanted_ns(cx, spec[i].work_ns, spec[i].estimate_ns) *
				      spec[i].ranks * spec[i].cores;
	cx->offered_beyond -= (__int128)wanted_ns(cx, r->work_ns, r->estimate_ns) * r->procs;
}

/*
 * What its tasks ask of the machine, by kinds of them: the first that never fits
 * (UINT32_MAX: all do), and the record of the job, which is that of its widest task.
 */
static int look_at_members(sj_ctx *cx, struct job_rec *jr, const sj_task_spec *spec,
			   uint32_t *impossible)
{
	struct task *probe = task_slot(cx);
	uint32_t widest = 0;
	bool fits = false;

	if (probe == NULL)
		return SJ_ENOMEM;
	*impossible = UINT32_MAX;
	for (uint32_t i = 0; i < jr->task_count; i++) {
		count_offer(cx, &spec[i]);
		if (spec[i].ranks * spec[i].cores > spec[widest].ranks * spec[widest].cores)
			widest = i;
		if (i == 0 || (jr->kind_of != NULL && jr->kind_of[i] != jr->kind_of[i - 1])) {
			fill_task(cx, probe, &jr->job, &spec[i], jr->seq, i);
			fits = sj_ledger_fits_ever(&cx->ledger, &probe->pub);
		}
		if (!fits && *impossible == UINT32_MAX)
			*impossible = i;
		if (cx->ledger.place != NULL)
			sj_place_seen(&cx->ledger, &probe->pub);
	}
	fill_task(cx, probe, &jr->job, &spec[widest], jr->seq, widest);
	record_fill(&jr->record, probe);
	slot_free(cx, probe);
	return SJ_OK;
}

/* One task that never fits is enough: what follows it could never be ready. */
static int reject_impossible_many(sj_ctx *cx, struct job_rec *jr, uint32_t index)
{
	sj_job_record r = jr->record;
	struct task *t = task_slot(cx);

	if (t == NULL)
		return SJ_ENOMEM;
	fill_task(cx, t, &jr->job, member_spec(jr, index), jr->seq, index);
	decide(cx, t, SJ_D_REJECT, 0);
	slot_free(cx, t);
	cx->dropped[SJ_DROP_WIDE]++;
	cx->live -= jr->task_count;
	job_rec_free(cx, jr);
	return job_refused(cx, &r);
}

/* Of a job whose tasks are there before they are ready. */
static int tell_submit_many(sj_ctx *cx, struct job_rec *jr, const sj_job *job)
{
	const sj_task **list;

	if (!cx->tells_submit)
		return SJ_OK;
	list = sj_arena_alloc(&cx->scratch, jr->task_count * sizeof(*list));
	if (list == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < jr->task_count; i++)
		list[i] = &task_at(cx, jr->task_id[i])->pub;
	return tell_submit(cx, list, jr->task_count, job);
}

static int submit_many(sj_ctx *cx, const sj_job *job, uint64_t seq)
{
	const sj_task_spec *spec = job->task_count == 1 ? &job->task : job->tasks;
	struct job_rec *jr = job_rec_new(cx, job, seq);
	uint32_t impossible;
	int rc;

	if (jr == NULL)
		return cx->error.code != SJ_OK ? cx->error.code : SJ_ENOMEM;
	rc = data_job(cx, jr, job);
	if (rc == SJ_OK && job->task_count != 1)
		rc = critical_create(cx, jr);
	count_live(cx, job->task_count);
	jr->tasks_left = job->task_count;
	if (rc == SJ_OK)
		rc = look_at_members(cx, jr, spec, &impossible);
	if (rc != SJ_OK)
		return rc;
	if (impossible != UINT32_MAX)
		return reject_impossible_many(cx, jr, impossible);
	count_offers(cx, jr, spec);
	if (cx->account.due)
		account_begin(cx, job->submit_ns);
	rc = make_all_tasks(cx, jr);
	if (rc == SJ_OK && jr->data != NULL)
		rc = staging_submitted(cx, jr);
	if (rc == SJ_OK)
		rc = tell_submit_many(cx, jr, job);
	for (uint32_t i = 0; i < job->task_count && rc == SJ_OK; i++)
		if (jr->member[i].preds_left == 0)
			rc = make_member_ready(cx, jr, i);
	return rc;
}

int life_submit(sj_ctx *cx, const sj_job *job)
{
	uint64_t seq = cx->next_seq;
	const sj_task *list[1];
	struct task *t;
	int rc;

	if ((cx->flags & SJ_PF_DROPS_ZERO) && job->task_count == 1 &&
	    job->task.work_ns == 0 && job->task.comm == 0) {
		cx->dropped[SJ_DROP_ZERO]++;
		return SJ_OK;
	}
	rc = sj_records_open(&cx->records, seq);
	if (rc != SJ_OK)
		return rc;
	cx->next_seq++;
	cx->collect.came_as_graphs += job->task_count != 1;
	if (job->task_count != 1 || job->files != NULL)
		return submit_many(cx, job, seq);
	t = task_new(cx);
	if (t == NULL)
		return SJ_ENOMEM;
	fill_task(cx, t, job, &job->task, seq, 0);
	count_offer(cx, &job->task);
	if (!sj_ledger_fits_ever(&cx->ledger, &t->pub))
		return reject_impossible(cx, t);
	if (cx->ledger.place != NULL)
		sj_place_seen(&cx->ledger, &t->pub);
	if (cx->account.due)
		account_begin(cx, job->submit_ns);
	list[0] = &t->pub;
	rc = tell_submit(cx, list, 1, job);
	return rc != SJ_OK ? rc : make_ready(cx, t);
}

/* ---- work ---------------------------------------------------------------- */

sj_time life_attained(const sj_ctx *cx, const struct task *t)
{
	sj_time done;

	if (t->pub.state != SJ_TASK_RUNNING || cx->now <= t->span_ns)
		return t->done_ns;
	if (t->pace != NULL)
		return pace_attained(cx, t);
	done = t->done_ns + (cx->now - t->span_ns);
	return done < t->work_ns ? done : t->work_ns;
}

void life_close_span(sj_ctx *cx, struct task *t)
{
	if (t->pace != NULL) {
		pace_close_span(cx, t);
		return;
	}
	if (cx->now <= t->span_ns)
		return;
	t->done_ns = life_attained(cx, t);
	t->ran_ns += cx->now - t->span_ns;
	t->span_ns = cx->now;
}

unsigned __int128 life_area(const struct task *t)
{
	return (unsigned __int128)((__int128)t->ran_ns * t->pub.procs + t->more_area);
}

/* ---- the end ------------------------------------------------------------- */

static void hand_out_alloc(sj_ctx *cx, const sj_alloc_record *a)
{
	for (uint32_t s = 0; s < cx->config.sink_count; s++)
		if (cx->config.sinks[s].alloc != NULL && cx->error.code == SJ_OK)
			cx->config.sinks[s].alloc(cx->config.sinks[s].self, a, &cx->error);
}

/* What one grip of t is, as whoever reads the record counts it. */
static void grip_record(const sj_ctx *cx, const struct task *t, const sj_grip *g,
			sj_alloc_record *a)
{
	const sj_node_type *type = &cx->ledger.types[cx->ledger.node[g->node].type];
	uint32_t share = sj_gpu_share(type, &t->pub);

	a->node = g->node;
	a->ranks = g->ranks;
	a->cores = g->ranks * t->pub.cores;
	a->gpus = g->gpus;
	a->gpu_milli = g->gpus == 0 ? 0 : share == 0 ? SJ_GPU_WHOLE : share * g->ranks;
	a->mem_bytes = g->ranks * t->pub.mem_bytes;
}

static void hand_out_held(sj_ctx *cx, const struct task *t)
{
	/* Stopped before a charged start: it never ran on them. */
	sj_alloc_record a = { .seq = t->pub.seq, .job = t->pub.job, .task = t->pub.index,
			      .from_ns = t->held_ns < cx->now ? t->held_ns : cx->now,
			      .to_ns = cx->now, .node = UINT32_MAX };

	for (uint32_t i = 0; i < t->held.intervals; i++) {
		a.first = t->held.interval[i][0];
		a.last = t->held.interval[i][1];
		hand_out_alloc(cx, &a);
	}
	for (uint32_t i = 0; i < t->held.count; i++) {
		grip_record(cx, t, &sj_held_grips(&t->held)[i], &a);
		hand_out_alloc(cx, &a);
	}
}

void life_hand_out(sj_ctx *cx, struct task *t)
{
	if (cx->wants_allocs)
		hand_out_held(cx, t);
	t->held_ns = cx->now;
}

void life_release(sj_ctx *cx, struct task *t)
{
	life_close_span(cx, t);
	life_hand_out(cx, t);
	if (cx->staging != NULL) {
		staging_cancel(cx, t);
		staging_left(t);
	}
	if (cx->comms != NULL && t->pace != NULL && t->pace->comm != NULL &&
	    t->pace->comm->seat != NULL)
		comm_flow_halt(cx, t);
	if (cx->beside != NULL)
		interference_leave(cx, t);
	if (t->pace != NULL && t->pace->share_units != 0)
		share_give(cx, t);
	else
		sj_ledger_give(&cx->ledger, &t->pub, t->procs_now, &t->held);
	t->released = true;
	cx->changed = true;
}

static int successors_ready(sj_ctx *cx, struct job_rec *jr, uint32_t index)
{
	int rc = SJ_OK;

	for (uint32_t k = jr->member[index].succ; k < jr->member[index + 1].succ; k++)
		if (--jr->member[jr->succ[k]].preds_left == 0 && rc == SJ_OK)
			rc = make_member_ready(cx, jr, jr->succ[k]);
	return rc;
}

static inline void forget(sj_ctx *cx, struct task *t)
{
	if (t->pace != NULL)
		pace_free(cx, t);
	task_free(cx, t);
}

/* Never ready, never run: only a policy that asked for whole jobs knows of it. */
static int abandon(sj_ctx *cx, struct job_rec *jr, uint32_t index)
{
	struct task *t;
	int rc = SJ_OK;

	jr->member[index].preds_left |= MEMBER_GONE;
	jr->tasks_left--;
	if (jr->task_id == NULL) {
		cx->live--;
		return SJ_OK;
	}
	t = task_at(cx, jr->task_id[index]);
	if (cx->tells_submit && cx->ops->on_done != NULL)
		rc = policy_check(cx, "on_done", cx->ops->on_done(cx->self, cx, &t->pub,
								  SJ_CANCELLED));
	t->job = NULL;
	if (t->inputs != 0)
		staging_cancel(cx, t);
	forget(cx, t);
	return rc;
}

/* A task has failed: all that follow from it will never be ready. The others of its job
 * go on, as DAGMan has it: what can be done is done. */
static int abandon_successors(sj_ctx *cx, struct job_rec *jr, uint32_t failed)
{
	uint32_t *todo = malloc(jr->task_count * sizeof(*todo)), n = 0, next = failed;
	int rc = SJ_OK;

	if (todo == NULL)
		return sj_fail(&cx->error, SJ_ENOMEM, "out of memory");
	do {
		for (uint32_t k = jr->member[next].succ; k < jr->member[next + 1].succ; k++) {
			uint32_t s = jr->succ[k];

			if (member_gone(jr, s))
				continue; /* two ways lead to it */
			if (rc == SJ_OK)
				rc = abandon(cx, jr, s);
			todo[n++] = s;
		}
	} while (n != 0 && (next = todo[--n], true));
	free(todo);
	return rc;
}

static int job_ended(sj_ctx *cx, const sj_job_record *r, unsigned __int128 area)
{
	int rc = sj_collect_job(&cx->collect, r, area);

	cx->jobs_done++;
	cx->account.failed += r->outcome == SJ_FAILED;
	if (cx->source->ops->finished != NULL)
		cx->source->ops->finished(cx->source, r->id, cx->now);
	return rc != SJ_OK ? rc : sj_records_close(&cx->records, r, &cx->error);
}

/* Books the end of one task of several; the last one ends the job. */
static int task_of_many_ended(sj_ctx *cx, struct task *t, sj_outcome how)
{
	struct job_rec *jr = t->job;
	uint32_t index = t->pub.index;
	int rc;

	if (t->first_start_ns < jr->first_start_ns)
		jr->first_start_ns = t->first_start_ns;
	if (how > (sj_outcome)jr->outcome)
		jr->outcome = how;
	jr->preemptions += t->preemptions;
	jr->requeues += t->requeues;
	jr->area += life_area(t);
	if (t->ran_ns > jr->busy_ns)
		jr->busy_ns = t->ran_ns;
	jr->member[index].preds_left |= MEMBER_GONE;
	if (jr->critical != NULL)
		critical_ended(cx, jr, t);
	t->job = NULL;
	forget(cx, t);
	rc = how == SJ_FAILED ? abandon_successors(cx, jr, index) :
	     jr->data != NULL ? staging_made(cx, jr, index) : SJ_OK;
	if (rc == SJ_OK && how != SJ_FAILED)
		rc = successors_ready(cx, jr, index);
	if (--jr->tasks_left != 0 || rc != SJ_OK)
		return rc;
	jr->record.start_ns = jr->first_start_ns;
	jr->record.finish_ns = cx->now;
	jr->record.outcome = jr->outcome;
	jr->record.preemptions = (uint32_t)jr->preemptions;
	jr->record.requeues = (uint32_t)jr->requeues;
	jr->record.busy_ns = jr->busy_ns;
	if (jr->critical != NULL)
		critical_job(cx, jr);
	if (cx->bound != NULL)
		bound_weigh(cx, jr->job.weight, &jr->record);
	if (cx->bound != NULL && bound_job(cx, jr) != SJ_OK)
		return sj_fail(&cx->error, SJ_ENOMEM, "out of memory");
	rc = job_ended(cx, &jr->record, jr->area);
	job_rec_free(cx, jr);
	return rc;
}

static int tell_done(sj_ctx *cx, struct task *t, sj_outcome how)
{
	list_remove(&cx->running, t);
	t->pub.state = SJ_TASK_ENDED;
	if (cx->ops->on_done == NULL)
		return SJ_OK;
	return policy_check(cx, "on_done", cx->ops->on_done(cx->self, cx, &t->pub, how));
}

/* It has ended for good; the policy knows. */
static inline int close_task(sj_ctx *cx, struct task *t, sj_outcome how)
{
	sj_job_record r;
	int rc;

	/* What a failed job did is of use to nobody, checkpoints or not. */
	if (how == SJ_FAILED)
		cx->collect.waste += life_area(t);
	else if (t->pace != NULL)
		cx->collect.waste += pace_waste(t);
	if (cx->bound != NULL && how != SJ_FAILED && bound_ended(cx, t) != SJ_OK)
		return sj_fail(&cx->error, SJ_ENOMEM, "out of memory");
	if (t->job != NULL)
		return task_of_many_ended(cx, t, how);
	record_fill(&r, t);
	r.busy_ns = t->ran_ns;
	r.finish_ns = cx->now;
	r.outcome = how;
	if (cx->bound != NULL)
		bound_weigh(cx, t->pub.weight, &r);
	rc = job_ended(cx, &r, life_area(t));
	forget(cx, t);
	return rc;
}

int life_announce(sj_ctx *cx, struct task *t)
{
	sj_outcome how = t->killed ? SJ_KILLED : SJ_COMPLETED;
	int rc = tell_done(cx, t, how);

	return rc != SJ_OK ? rc : close_task(cx, t, how);
}

/* ---- a node died -------------------------------------------------------------- */

void life_lose(sj_ctx *cx, struct task *t)
{
	cx->driver->halted(cx, t);
	copies_cancel(cx, t);
	life_release(cx, t);
	if (checkpoint_roll_back(cx, t) != SJ_OK)
		sj_fail(&cx->error, SJ_ENOMEM, "out of memory");
	t->requeues++;
	cx->account.requeues++;
}

int life_requeue(sj_ctx *cx, struct task *t)
{
	uint32_t retries = cx->config.failures != NULL ? cx->config.failures->retries :
							 SJ_RETRIES_DEFAULT;
	bool failed = retries != SJ_RETRIES_UNLIMITED && t->requeues > retries;
	int rc = tell_done(cx, t, failed ? SJ_FAILED : SJ_REQUEUED);

	if (rc != SJ_OK)
		return rc;
	t->released = false;
	return failed ? close_task(cx, t, SJ_FAILED) : make_ready(cx, t);
}

void life_refuse(sj_ctx *cx, struct task *t)
{
	sj_job_record r;

	ready_remove(cx, t);
	cx->wanted_procs -= t->pub.procs;
	cx->changed = true;
	record_fill(&r, t);
	if (t->inputs != 0)
		staging_cancel(cx, t);
	if (t->job != NULL)
		job_rec_free(cx, t->job);
	t->job = NULL;
	forget(cx, t);
	if (job_refused(cx, &r) != SJ_OK)
		cx->fault = 1;
}
