/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trial.c - one run of the policy under test. */
#include "policycheck/trial.h"

#include <stdlib.h>
#include <string.h>

#include "plugin/plugin.h"
#include "policycheck/audit.h"

static int grow(void **array, uint64_t *cap, uint64_t need, size_t size, sj_error *err)
{
	uint64_t n = *cap == 0 ? 1024 : *cap;
	void *p;

	if (need <= *cap)
		return SJ_OK;
	while (n < need)
		n *= 2;
	p = realloc(*array, n * size);
	if (p == NULL)
		return sj_fail(err, SJ_ENOMEM, "out of memory for the records of a run");
	*array = p;
	*cap = n;
	return SJ_OK;
}

static int keep_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct outcome *out = self;
	void *array = out->record;
	int rc = grow(&array, &out->record_cap, out->records + n, sizeof(*r), err);

	out->record = array;
	if (rc != SJ_OK)
		return rc;
	memcpy(out->record + out->records, r, n * sizeof(*r));
	out->records += n;
	return SJ_OK;
}

static int keep_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct outcome *out = self;
	void *array = out->alloc;
	int rc = grow(&array, &out->alloc_cap, out->allocs + 1, sizeof(*a), err);

	out->alloc = array;
	if (rc == SJ_OK)
		out->alloc[out->allocs++] = *a;
	return rc;
}

static int count_reason(void *self, const sj_decision *d, sj_error *err)
{
	struct outcome *out = self;

	(void)err;
	out->reasons += d->reason != NULL;
	return SJ_OK;
}

int trial_begin(const struct trial *t, struct live_trial *live, struct outcome *out,
		sj_error *err)
{
	sj_run_config config = {
		.cluster = { .procs = t->procs, .type_count = t->type_count,
			     .types = t->types },
		.policy = t->subject->ops, .policy_args = t->subject->args,
		.find_policy = policy_find,
		.seed = t->subject->seed,
		.overrun = t->overrun, .estimates = t->estimates,
		.clock = t->clock, .clock_step_ns = t->clock_step,
		.clock_barrier = t->clock_barrier, .failures = t->failures,
		.check = true, .explain = t->explain,
		.sinks = &live->sink, .sink_count = 1,
	};
	int rc;

	*out = (struct outcome){ 0 };
	*live = (struct live_trial){ .source = joblist_source(t->jobs) };
	live->sink = (sj_sink){ .self = out, .jobs = keep_jobs, .alloc = keep_alloc,
				.decision = t->explain ? count_reason : NULL };
	if (live->source == NULL)
		return sj_fail(err, SJ_ENOMEM, "out of memory for a workload");
	config.source = live->source;
	rc = sj_run_create(&config, &live->run, err);
	if (rc != SJ_OK)
		trial_end(live);
	return rc;
}

int trial_step(struct live_trial *live, uint64_t events, struct outcome *out,
	       sj_error *err)
{
	int rc = sj_run_advance(live->run, events, err);

	if (rc != SJ_AGAIN)
		sj_run_get_stats(live->run, &out->stats);
	return rc;
}

void trial_end(struct live_trial *live)
{
	sj_run_free(live->run);
	if (live->source != NULL)
		live->source->ops->free(live->source);
	*live = (struct live_trial){ 0 };
}

int trial_run(const struct trial *t, struct outcome *out, sj_error *err)
{
	struct live_trial live;
	struct outcome mine;
	int rc;

	if (out == NULL) {
		rc = trial_run(t, &mine, err);
		outcome_fini(&mine);
		return rc;
	}
	rc = trial_begin(t, &live, out, err);
	if (rc != SJ_OK)
		return rc;
	rc = trial_step(&live, 0, out, err);
	trial_end(&live);
	return rc == SJ_OK ? audit(t, out, err) : rc;
}

void outcome_fini(struct outcome *out)
{
	free(out->record);
	free(out->alloc);
	*out = (struct outcome){ 0 };
}
