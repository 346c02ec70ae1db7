/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_audit.c - the audit of `policy check` finds what is wrong. The core never
 * hands such results out, so they are written here by hand: one sound result of
 * three jobs on four processors, then one thing changed at a time.
 */
#include "test.h"

#include "policycheck/audit.h"

#define SEC SJ_NS_PER_S

struct scene {
	sj_policy_ops   ops;
	struct subject  subject;
	struct joblist   jobs;
	struct trial    trial;
	sj_job_record   record[4];
	sj_alloc_record alloc[4];
	struct outcome  out;
};

/* Job 1 holds 0-2 for 10 s; job 2, killed at its estimate of 5 s, holds 0-3 from
 * 10 s on; job 3, of no length, comes and goes at 15 s. */
static void scene_init(struct scene *s)
{
	static const sj_job_record record[] = {
		{ .seq = 0, .id = 1, .start_ns = 0, .finish_ns = 10 * SEC,
		  .outcome = SJ_COMPLETED },
		{ .seq = 1, .id = 2, .submit_ns = SEC, .start_ns = 10 * SEC,
		  .finish_ns = 15 * SEC, .outcome = SJ_KILLED },
		{ .seq = 2, .id = 3, .submit_ns = 2 * SEC, .start_ns = 15 * SEC,
		  .finish_ns = 15 * SEC, .outcome = SJ_COMPLETED },
	};
	static const sj_alloc_record alloc[] = {
		{ .seq = 0, .to_ns = 10 * SEC, .last = 2 },
		{ .seq = 1, .from_ns = 10 * SEC, .to_ns = 15 * SEC, .last = 3 },
		{ .seq = 2, .from_ns = 15 * SEC, .to_ns = 15 * SEC },
	};

	memset(s, 0, sizeof(*s));
	joblist_add(&s->jobs, 0, 3, 10 * SEC, 20 * SEC);
	joblist_add(&s->jobs, SEC, 4, 8 * SEC, 5 * SEC);
	joblist_add(&s->jobs, 2 * SEC, 1, 0, 0);
	s->subject.ops = &s->ops;
	s->trial = (struct trial){ .subject = &s->subject, .jobs = &s->jobs, .procs = 4 };
	memcpy(s->record, record, sizeof(record));
	memcpy(s->alloc, alloc, sizeof(alloc));
	s->out = (struct outcome){ .record = s->record, .records = 3, .alloc = s->alloc,
				   .allocs = 3 };
}

/* Audits the scene and frees it. NULL expects no complaint. */
static void expect(struct scene *s, const char *complaint, int line)
{
	sj_error err = { 0 };
	int rc = audit(&s->trial, &s->out, &err);

	joblist_fini(&s->jobs);
	if (complaint == NULL)
		CHECK(rc == SJ_OK, "line %d: %s", line, err.text);
	else
		CHECK(rc == SJ_EINVARIANT && strstr(err.text, complaint) != NULL,
		      "line %d: got \"%s\", expected \"%s\"", line, err.text, complaint);
}

#define CHANGED(change, complaint)                       \
	do {                                             \
		struct scene s;                          \
		scene_init(&s);                          \
		change;                                  \
		expect(&s, complaint, __LINE__);         \
	} while (0)

TEST(sound)
{
	CHANGED((void)0, NULL);
	CHANGED(s.trial.overrun = SJ_OVERRUN_EXTEND, "job 2 finishes at 15 s; expected 18 s");
	CHANGED(s.trial.estimates = SJ_EST_EXACT, "job 2 finishes at 15 s; expected 18 s");
}

TEST(accounting)
{
	CHANGED(s.out.records = 2, "job 3 is not accounted for");
	CHANGED(s.jobs.count = 2, "3 jobs are recorded, but only 2");
	CHANGED(s.record[1].id = 1, "job 2 is not accounted for");
	CHANGED(s.record[1].seq = 0, "job 2 is not accounted for");
	CHANGED(s.record[1].submit_ns = 0, "job 2 is recorded as submitted");
	CHANGED(s.record[2].start_ns = SJ_NEVER, "job 3 never started");
	CHANGED(s.record[2].finish_ns = SJ_NEVER, "job 3 never finished");
	CHANGED(s.record[2].outcome = SJ_FAILED, "no node failed");
	CHANGED(s.record[2].outcome = SJ_REJECTED, "rejected after it started");
	CHANGED(s.ops.flags = SJ_PF_DROPS_ZERO, "3 jobs are recorded, but only 2");
}

TEST(times)
{
	CHANGED(s.record[1].start_ns = SEC / 2, "before its submit");
	CHANGED(s.record[0].finish_ns++, "job 1 finishes at");
	CHANGED(s.record[1].outcome = SJ_COMPLETED, "job 2 has the outcome 0");
	CHANGED(s.record[0].outcome = SJ_KILLED, "job 1 has the outcome 1");
	CHANGED((s.trial.clock = SJ_CLOCK_TICK, s.trial.clock_step = 6 * SEC),
		"job 1 finishes at 10 s; expected 12 s");
}

TEST(processors)
{
	CHANGED(s.alloc[1].from_ns = 9 * SEC, "capacity exceeded: processor 0 is held twice");
	CHANGED(s.alloc[0].last = 4, "processor 4 is used, but the machine has 0 to 3");
	CHANGED(s.alloc[0].last = 1, "job 1 asked for 3 processors");
	CHANGED(s.out.allocs = 1, "job 2 asked for 4 processors");
	CHANGED(s.alloc[1].to_ns = 14 * SEC, "job 2 asked for 4 processors");
	CHANGED(s.alloc[0].seq = 9, "an allocation of no job");
	CHANGED(s.alloc[1].to_ns = 9 * SEC, "ends before it begins");
}

TESTS(CASE(sound), CASE(accounting), CASE(times), CASE(processors))
