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

/* Two nodes of 8 cores and 2 GPUs, one of 4 cores with memory: job 1 has 4 cores and 0.6 of
 * GPU 1 of node 0 for 10 s, job 2 the same GPU's other 0.4 and from 10 s on two ranks, job
 * 3 is of no length. */
static void on_nodes(struct scene *s)
{
	static const sj_node_type types[] = { { .count = 2, .cores = 8, .gpus = 2 },
					      { .count = 1, .cores = 4, .mem_bytes = 1000 } };
	static const sj_alloc_record alloc[] = {
		{ .seq = 0, .job = 1, .to_ns = 10 * SEC, .node = 0, .ranks = 3, .cores = 3,
		  .gpus = 2, .gpu_milli = 600 },
		{ .seq = 1, .job = 2, .from_ns = 10 * SEC, .to_ns = 15 * SEC, .node = 0,
		  .ranks = 2, .cores = 2, .gpus = 3, .gpu_milli = 1000 },
		{ .seq = 1, .job = 2, .from_ns = 10 * SEC, .to_ns = 15 * SEC, .node = 2,
		  .ranks = 2, .cores = 2, .mem_bytes = 1000 },
		{ .seq = 2, .job = 3, .from_ns = 15 * SEC, .to_ns = 15 * SEC, .node = 1,
		  .ranks = 1, .cores = 9 },
	};

	scene_init(s);
	memcpy(s->alloc, alloc, sizeof(alloc));
	s->out.allocs = 4;
	s->trial.types = types;
	s->trial.type_count = 2;
}

#define CHANGED_ON_NODES(change, complaint)              \
	do {                                             \
		struct scene s;                          \
		on_nodes(&s);                            \
		change;                                  \
		expect(&s, complaint, __LINE__);         \
	} while (0)

TEST(nodes_and_gpus)
{
	CHANGED_ON_NODES((void)0, NULL);
	CHANGED_ON_NODES((s.alloc[1].from_ns = 9 * SEC, s.alloc[2].from_ns = 11 * SEC),
			 "1600 thousandths of GPU 1 of node 0 are held at 9 s");
	CHANGED_ON_NODES(s.alloc[0].cores = 9, "9 of 8 cores of node 0 are held at 0 s");
	CHANGED_ON_NODES(s.alloc[2].cores = 5, "5 of 4 cores of node 2");
	CHANGED_ON_NODES(s.alloc[2].mem_bytes++, "more than its memory of node 2");
	CHANGED_ON_NODES(s.alloc[2].gpus = 1, "GPUs that are not there");
	CHANGED_ON_NODES(s.alloc[1].gpus = 4, "GPUs that are not there");
	CHANGED_ON_NODES(s.alloc[1].gpu_milli = 1001, "GPUs that are not there");
	CHANGED_ON_NODES(s.alloc[1].ranks = 0, "has no ranks on node 0");
	CHANGED_ON_NODES(s.alloc[2].node = 3, "node 3, which is not there");
	CHANGED_ON_NODES(s.alloc[0].cores = 2, "job 1 asked for 3 cores");
	CHANGED_ON_NODES(s.alloc[2].to_ns = 14 * SEC, "job 2 asked for 4 cores");
	CHANGED_ON_NODES(s.alloc[0].seq = 9, "an allocation of no job");
}

TESTS(CASE(sound), CASE(accounting), CASE(times), CASE(processors),
      CASE(nodes_and_gpus))
