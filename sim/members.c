/* SPDX-License-Identifier: GPL-3.0-or-later */
/* members.c - see members.h. */
#include "members.h"

#include <stdlib.h>
#include <string.h>

#include "bound.h"
#include "critical.h"
#include "data.h"

/* ---- what they ask for ------------------------------------------------------------------ */

/* So many kinds back a new one is looked for: tasks alternate, but seldom among more. */
#define KINDS_BACK 8u

/* All but the times, which every task has for itself. */
static bool same_kind(const sj_task_spec *a, const sj_task_spec *b)
{
	_Static_assert(offsetof(sj_task_spec, work_ns) ==
		      offsetof(sj_task_spec, estimate_ns) + sizeof(sj_time), "times are together");
	const size_t times = offsetof(sj_task_spec, estimate_ns);
	const size_t rest = offsetof(sj_task_spec, ranks_min);

	return memcmp(a, b, times) == 0 &&
	       memcmp((const char *)a + rest, (const char *)b + rest, sizeof(*a) - rest) == 0;
}

/* Its number; UINT32_MAX: no memory. */
static uint32_t kind_number(struct job_rec *jr, const sj_task_spec *spec)
{
	uint32_t least = jr->kinds > KINDS_BACK ? jr->kinds - KINDS_BACK : 0;

	for (uint32_t k = jr->kinds; k-- > least;)
		if (same_kind(&jr->kind[k], spec))
			return k;
	if (jr->kinds == jr->kind_cap) {
		uint32_t cap = jr->kind_cap != 0 ? 2 * jr->kind_cap : 1;
		sj_task_spec *grown = realloc(jr->kind, cap * sizeof(*grown));

		if (grown == NULL)
			return UINT32_MAX;
		jr->kind = grown;
		jr->kind_cap = cap;
	}
	jr->kind[jr->kinds] = *spec;
	return jr->kinds++;
}

/* The usual job has one kind, and no numbers of them. */
static int note_specs(struct job_rec *jr, const sj_job *job)
{
	const sj_task_spec *spec = job->task_count == 1 ? &job->task : job->tasks;
	uint32_t kind = 0;

	for (uint32_t i = 0; i < job->task_count; i++) {
		jr->member[i].work_ns = spec[i].work_ns;
		jr->member[i].estimate_ns = spec[i].estimate_ns;
		if (i == 0 || !same_kind(&jr->kind[kind], &spec[i]))
			kind = kind_number(jr, &spec[i]);
		if (kind == UINT32_MAX)
			return SJ_ENOMEM;
		if (kind != 0 && jr->kind_of == NULL)
			jr->kind_of = calloc(job->task_count, sizeof(*jr->kind_of));
		if (jr->kind_of != NULL)
			jr->kind_of[i] = kind;
		else if (kind != 0)
			return SJ_ENOMEM;
	}
	return SJ_OK;
}

const sj_task_spec *member_spec(struct job_rec *jr, uint32_t index)
{
	sj_task_spec *s = &jr->kind[jr->kind_of != NULL ? jr->kind_of[index] : 0];

	s->work_ns = jr->member[index].work_ns;
	s->estimate_ns = jr->member[index].estimate_ns;
	return s;
}

/* ---- who follows whom ------------------------------------------------------------------- */

/* The edges as offsets, so that an end finds its successors without a search. */
static int link_members(sj_ctx *cx, struct job_rec *jr, const sj_job *job)
{
	struct member *m = jr->member;

	for (uint32_t i = 0; i < job->edge_count; i++) {
		const sj_edge *e = &job->edges[i];

		if (e->from >= job->task_count || e->to >= job->task_count)
			return sj_fail(&cx->error, SJ_EINVAL,
				       "job %lld: edge %u -> %u, but its tasks are 0 to %u",
				       (long long)job->id, e->from, e->to, job->task_count - 1);
		m[e->to].preds_left++;
		m[e->from + 1].succ++;
	}
	for (uint32_t i = 0; i < job->task_count; i++)
		m[i + 1].succ += m[i].succ;
	/* Filling from the back leaves them as they must be. */
	for (uint32_t i = job->edge_count; i-- != 0;)
		jr->succ[--m[job->edges[i].from + 1].succ] = job->edges[i].to;
	for (uint32_t i = 0; i < job->task_count; i++)
		m[i].succ = m[i + 1].succ;
	m[job->task_count].succ = job->edge_count;
	return SJ_OK;
}

/* ---- jobs ------------------------------------------------------------------------------- */

/* One block: the record, its members, their successors. */
static struct job_rec *block_new(const sj_job *job)
{
	size_t n = job->task_count + (size_t)1, e = job->edge_count;
	struct job_rec *jr = calloc(1, sizeof(*jr) + n * sizeof(struct member) +
				    e * sizeof(uint32_t));

	if (jr == NULL)
		return NULL;
	jr->member = (struct member *)(void *)(jr + 1);
	jr->succ = (uint32_t *)(void *)(jr->member + n);
	return jr;
}

void job_rec_count(sj_ctx *cx, struct job_rec *jr, uint64_t bytes)
{
	jr->bytes += bytes;
	cx->job_bytes += bytes;
	if (cx->job_bytes > cx->peak_job_bytes)
		cx->peak_job_bytes = cx->job_bytes;
}

struct job_rec *job_rec_new(sj_ctx *cx, const sj_job *job, uint64_t seq)
{
	struct job_rec *jr = block_new(job);

	if (jr == NULL)
		return NULL;
	jr->seq = seq;
	jr->job = *job;
	jr->job.tasks = NULL; /* the source's own; they go */
	jr->job.edges = NULL;
	jr->job.files = NULL;
	jr->task_count = job->task_count;
	jr->first_start_ns = SJ_NEVER;
	jr->next = cx->jobs;
	if (jr->next != NULL)
		jr->next->prev = jr;
	cx->jobs = jr;
	if (link_members(cx, jr, job) != SJ_OK || note_specs(jr, job) != SJ_OK) {
		job_rec_free(cx, jr);
		return NULL;
	}
	job_rec_count(cx, jr, sizeof(*jr) + (job->task_count + UINT64_C(1)) * sizeof(*jr->member) +
		      job->edge_count * sizeof(*jr->succ) + jr->kind_cap * sizeof(*jr->kind) +
		      (jr->kind_of != NULL ? job->task_count * sizeof(*jr->kind_of) : 0));
	return jr;
}

void job_rec_free(sj_ctx *cx, struct job_rec *jr)
{
	if (jr->prev != NULL)
		jr->prev->next = jr->next;
	else
		cx->jobs = jr->next;
	if (jr->next != NULL)
		jr->next->prev = jr->prev;
	cx->job_bytes -= jr->bytes;
	data_forget(jr);
	critical_free(jr);
	bound_job_free(jr);
	free(jr->task_id);
	free(jr->kind);
	free(jr->kind_of);
	free(jr);
}
