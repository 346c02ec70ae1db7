/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit.c - job records and allocations against the workload. */
#include "policycheck/audit.h"
#include "policycheck/audit_nodes.h"

#include <stdlib.h>

#define S(ns) ((double)(ns) / 1e9) /* for sentences */

static bool dropped_by_rule(const struct trial *t, const sj_job *job)
{
	return job->task_count == 1 && job->task.work_ns == 0 &&
	       (t->subject->ops->flags & SJ_PF_DROPS_ZERO) != 0;
}

static bool shares(const struct trial *t)
{
	return (t->subject->ops->flags & SJ_PF_SHARES) != 0;
}

/* ---- one job ------------------------------------------------------------------ */

/* How long a rigid job that is never stopped occupies its processors. */
static sj_time expected_run(const struct trial *t, const sj_job *job)
{
	sj_time work = job->task.work_ns, estimate = job->task.estimate_ns;

	if (t->estimates == SJ_EST_EXACT || t->overrun == SJ_OVERRUN_EXTEND)
		return work;
	return work < estimate ? work : estimate;
}

/* With a tick clock an end is seen, and its processors are given back, at the
 * next multiple. */
static sj_time expected_finish(const struct trial *t, sj_time end)
{
	sj_time step = t->clock_step;

	return t->clock == SJ_CLOCK_TICK ? (end + step - 1) / step * step : end;
}

/* Who shares processors in time ends later, and has had no more than its length. */
static int audit_shared(const sj_job *job, const sj_job_record *r, sj_time run,
			sj_error *err)
{
	if (r->finish_ns < r->start_ns + run)
		return sj_fail(err, SJ_EINVARIANT, "job %lld finishes at %.9g s, after less "
			       "time than it needs alone", (long long)job->id,
			       S(r->finish_ns));
	/* Shares are counted in parts; ends are rounded up to a whole ns. */
	if (r->busy_ns < run - 1 || r->busy_ns > run + 1)
		return sj_fail(err, SJ_EINVARIANT, "job %lld has executed %.9g s; expected "
			       "%.9g s", (long long)job->id, S(r->busy_ns), S(run));
	return SJ_OK;
}

static int audit_finished(const struct trial *t, const sj_job *job,
			  const sj_job_record *r, sj_error *err)
{
	sj_time run = expected_run(t, job);
	bool resized = (t->subject->ops->flags & SJ_PF_RESIZES) != 0;
	uint32_t how = run < job->task.work_ns ? SJ_KILLED : SJ_COMPLETED;

	if (r->start_ns == SJ_NEVER || r->finish_ns == SJ_NEVER)
		return sj_fail(err, SJ_EINVARIANT, "job %lld never %s",
			       (long long)job->id,
			       r->start_ns == SJ_NEVER ? "started" : "finished");
	if (r->start_ns < job->submit_ns)
		return sj_fail(err, SJ_EINVARIANT, "job %lld starts at %.9g s, before "
			       "its submit at %.9g s", (long long)job->id,
			       S(r->start_ns), S(job->submit_ns));
	if (job->task_count != 1 || r->preemptions != 0 || r->requeues != 0 || resized)
		return SJ_OK;
	if (t->clock == SJ_CLOCK_TICK && shares(t))
		return SJ_OK; /* what ended keeps its processors, and its time, to the tick */
	if (shares(t))
		return audit_shared(job, r, run, err);
	if (r->finish_ns != expected_finish(t, r->start_ns + run))
		return sj_fail(err, SJ_EINVARIANT, "job %lld finishes at %.9g s; "
			       "expected %.9g s", (long long)job->id, S(r->finish_ns),
			       S(expected_finish(t, r->start_ns + run)));
	if (r->outcome != how)
		return sj_fail(err, SJ_EINVARIANT, "job %lld has the outcome %u; "
			       "expected %u", (long long)job->id, r->outcome, how);
	return SJ_OK;
}

static int audit_job(const struct trial *t, const sj_job *job,
		     const sj_job_record *r, sj_error *err)
{
	if (r->submit_ns != job->submit_ns)
		return sj_fail(err, SJ_EINVARIANT, "job %lld is recorded as submitted at "
			       "%.9g s; it was at %.9g s", (long long)job->id,
			       S(r->submit_ns), S(job->submit_ns));
	if (r->outcome == SJ_COMPLETED || r->outcome == SJ_KILLED)
		return audit_finished(t, job, r, err);
	if (r->outcome == SJ_FAILED && t->failures != NULL &&
	    r->requeues > t->failures->retries)
		return SJ_OK;
	if (r->outcome != SJ_REJECTED)
		return sj_fail(err, SJ_EINVARIANT, "job %lld has the outcome %u, but no "
			       "node failed", (long long)job->id, r->outcome);
	if (r->start_ns != SJ_NEVER)
		return sj_fail(err, SJ_EINVARIANT, "job %lld is rejected after it "
			       "started", (long long)job->id);
	return SJ_OK;
}

/* Both lists are in order of submission; jobs dropped by rule have no record. */
static int audit_jobs(const struct trial *t, const struct outcome *out, sj_error *err)
{
	uint64_t k = 0;

	for (uint32_t i = 0; i < t->jobs->count; i++) {
		const sj_job *job = &t->jobs->job[i];
		int rc;

		if (dropped_by_rule(t, job))
			continue;
		if (k == out->records || out->record[k].id != job->id ||
		    out->record[k].seq != k)
			return sj_fail(err, SJ_EINVARIANT, "job %lld is not accounted "
				       "for: neither completed, killed nor rejected",
				       (long long)job->id);
		rc = audit_job(t, job, &out->record[k], err);
		if (rc != SJ_OK)
			return rc;
		k++;
	}
	if (k != out->records)
		return sj_fail(err, SJ_EINVARIANT, "%llu jobs are recorded, but only "
			       "%llu were submitted", (unsigned long long)out->records,
			       (unsigned long long)k);
	return SJ_OK;
}

/* ---- processors ----------------------------------------------------------------- */

/* One processor held for a while. */
struct hold {
	uint32_t proc;
	sj_time  from, to;
	uint64_t seq;
};

static int by_proc_and_time(const void *a, const void *b)
{
	const struct hold *x = a, *y = b;

	if (x->proc != y->proc)
		return x->proc < y->proc ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int audit_holds(struct hold *h, uint64_t n, uint32_t procs, sj_error *err)
{
	qsort(h, n, sizeof(*h), by_proc_and_time);
	for (uint64_t i = 0; i < n; i++) {
		if (h[i].proc >= procs)
			return sj_fail(err, SJ_EINVARIANT, "processor %u is used, but "
				       "the machine has 0 to %u", h[i].proc, procs - 1);
		if (i > 0 && h[i].proc == h[i - 1].proc && h[i].from < h[i - 1].to)
			return sj_fail(err, SJ_EINVARIANT, "capacity exceeded: "
				       "processor %u is held twice at %.9g s", h[i].proc,
				       S(h[i].from));
	}
	return SJ_OK;
}

/* Each record's processor time, from the allocations. Jobs that were stopped,
 * resized or made of several tasks have no simple product to compare with; a second
 * copy adds no more than the first. */
static int audit_areas(const struct trial *t, const struct outcome *out,
		       const unsigned __int128 *area, sj_error *err)
{
	bool copies = (t->subject->ops->flags & SJ_PF_COPIES) != 0;
	unsigned __int128 span;

	if ((t->subject->ops->flags & SJ_PF_RESIZES) != 0)
		return SJ_OK;
	for (uint64_t k = 0; k < out->records; k++) {
		const sj_job_record *r = &out->record[k];
		const sj_job *job = &t->jobs->job[r->id - 1];

		if (r->outcome == SJ_REJECTED || r->preemptions != 0 ||
		    job->task_count != 1)
			continue;
		span = (unsigned __int128)(r->finish_ns - r->start_ns) * job->task.ranks;
		if (area[r->seq] < span || area[r->seq] > (copies ? 2 * span : span))
			return sj_fail(err, SJ_EINVARIANT, "job %lld asked for %u "
				       "processors and held another number",
				       (long long)r->id, job->task.ranks);
	}
	return SJ_OK;
}

static uint64_t count_holds(const struct outcome *out)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < out->allocs; i++)
		n += out->alloc[i].last - out->alloc[i].first + 1;
	return n;
}

static int audit_processors(const struct trial *t, const struct outcome *out,
			    sj_error *err)
{
	uint64_t n = 0;
	struct hold *h = malloc((count_holds(out) + 1) * sizeof(*h));
	unsigned __int128 *area = calloc(out->records + 1, sizeof(*area));
	int rc = SJ_OK;

	if (h == NULL || area == NULL)
		rc = sj_fail(err, SJ_ENOMEM, "out of memory for the audit");
	for (uint64_t i = 0; i < out->allocs && rc == SJ_OK; i++) {
		const sj_alloc_record *a = &out->alloc[i];

		if (a->seq >= out->records || a->to_ns < a->from_ns) {
			rc = sj_fail(err, SJ_EINVARIANT, "an allocation of no job, or "
				     "one that ends before it begins");
			break;
		}
		area[a->seq] += (unsigned __int128)(a->to_ns - a->from_ns) *
				(a->last - a->first + 1);
		if (a->from_ns == a->to_ns)
			continue; /* held for no time: in nobody's way */
		for (uint32_t p = a->first; p <= a->last; p++)
			h[n++] = (struct hold){ p, a->from_ns, a->to_ns, a->seq };
	}
	if (rc == SJ_OK)
		rc = audit_holds(h, n, t->procs, err);
	if (rc == SJ_OK)
		rc = audit_areas(t, out, area, err);
	free(h);
	free(area);
	return rc;
}

int audit(const struct trial *t, const struct outcome *out, sj_error *err)
{
	int rc = audit_jobs(t, out, err);

	if (rc != SJ_OK || shares(t)) /* shares have no processor numbers */
		return rc;
	return t->type_count != 0 ? audit_nodes(t, out, err) : audit_processors(t, out, err);
}
