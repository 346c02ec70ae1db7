/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * selftest.c - a small log through reader, core and EASY backfilling, against a
 * schedule worked out by hand and the digest it gave on the reference machine.
 *
 * Four processors. Job 1 (3 wide) runs 0..10. Job 2 (4 wide) must wait for it and is
 * reserved at 10. Job 3 (1 wide, 5 s) fits beside job 1 and ends before 10: started at
 * 2. Job 4 (1 wide, 9 s) would end at 12 > 10 and may not delay job 2: it waits
 * until job 2 ends at 15. Waits 0, 9, 0, 12.
 */
#include <math.h>
#include <string.h>

#include "doctor/doctor.h"
#include "input/workload.h"
#include "plugin/plugin.h"
#include "run.h"

static const char log_text[] =
	"; MaxProcs: 4\n"
	"1 0 -1 10 3 -1 -1 3 10 -1 1 1 1 -1 -1 -1 -1 -1\n"
	"2 1 -1 5 4 -1 -1 4 5 -1 1 1 1 -1 -1 -1 -1 -1\n"
	"3 2 -1 5 1 -1 -1 1 5 -1 1 1 1 -1 -1 -1 -1 -1\n"
	"4 3 -1 9 1 -1 -1 1 9 -1 1 1 1 -1 -1 -1 -1 -1\n";

#define WAIT_SUM_S 21.0
#define MAKESPAN_S 24.0
#define DIGEST     "cfee62e95d29830d89a1e63635e4445f"

struct text_input {
	sj_input base;
	size_t   at;
};

static ptrdiff_t read_text(sj_input *self, void *buf, size_t size, sj_error *err)
{
	struct text_input *t = (struct text_input *)self;
	size_t left = strlen(log_text) - t->at, n = left < size ? left : size;

	(void)err;
	memcpy(buf, log_text + t->at, n);
	t->at += n;
	return (ptrdiff_t)n;
}

static int simulate(sj_source *source, sj_run_stats *stats, sj_metrics *metrics, sj_error *err)
{
	struct policy_choice easy = { 0 };
	sj_run *run = NULL;
	int rc = policy_resolve("easy", &easy, err);
	sj_run_config config = {
		.cluster = { .procs = 4 }, .source = source, .policy = easy.ops,
		.policy_args = easy.args, .find_policy = policy_find, .seed = 1,
		.check = true,
	};

	if (rc == SJ_OK)
		rc = sj_run_create(&config, &run, err);
	if (rc == SJ_OK)
		rc = sj_run_advance(run, 0, err);
	if (rc == SJ_OK) {
		sj_run_get_stats(run, stats);
		sj_run_get_metrics(run, metrics);
	}
	sj_run_free(run);
	policy_choice_fini(&easy);
	return rc;
}

static void judge(struct doctor *d, const sj_run_stats *stats, const sj_metrics *m)
{
	double waits = m->value[SJ_M_WAIT_SUM], makespan = m->value[SJ_M_MAKESPAN];

	if (waits != WAIT_SUM_S || makespan != MAKESPAN_S)
		doctor_add(d, DOCTOR_FAIL, "self-test", "EASY on four jobs: waits add up to %g s "
			   "(%g expected), makespan %g s (%g expected)", waits, WAIT_SUM_S,
			   makespan, MAKESPAN_S);
	else if (strcmp(stats->digest, DIGEST) != 0)
		doctor_add(d, DOCTOR_FAIL, "self-test", "the schedule is right, but its digest is "
			   "%s and not %s: results of this build cannot be compared by digest",
			   stats->digest, DIGEST);
	else
		doctor_add(d, DOCTOR_OK, "self-test", "EASY on four jobs: the schedule is as by "
			   "hand, digest %s", stats->digest);
}

void doctor_selftest(struct doctor *d)
{
	struct text_input text = { .base = { "self-test", read_text } };
	const sj_reader_ops *swf = workload_reader("swf");
	const sj_reader_options options = { .strict = true };
	sj_source *source = NULL;
	sj_run_stats stats;
	sj_metrics metrics;
	sj_error err = { 0 };
	int rc = swf == NULL ? sj_fail(&err, SJ_ENOENT, "no SWF reader is built in")
			     : swf->open(&text.base, &options, &source, &err);

	if (rc == SJ_OK)
		rc = simulate(source, &stats, &metrics, &err);
	if (rc == SJ_OK)
		judge(d, &stats, &metrics);
	else
		doctor_add(d, DOCTOR_FAIL, "self-test", "%.500s", err.text);
	if (source != NULL)
		source->ops->free(source);
}
