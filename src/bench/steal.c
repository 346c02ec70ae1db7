/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steal.c - work stealing: a loop of ten million tasks, shared out by halves, by number of
 * workers.
 *
 * The graph is made beforehand, since the yardstick, which knows that it is a loop, needs
 * none. Both draw run times from an exponential law of mean 10 us, all thieves keep asking,
 * and an attempt takes 1 us: here 500 ns there and as much back.
 */
#include <math.h>
#include <stdio.h>

#include "bench/bench.h"
#include "input/workload.h"

#define TASKS 10000000u
#define LOOP  "gen:dag:shape=split,size=%u,n=1,procs=1000,work=(exponential:mean=0.00001)"
#define STEAL "steal:latency=500ns,idle=poll"

enum { SIZES = 3 };
static const uint32_t sizes[SIZES] = { 100, 1000, 10000 }; /* workers */

/* Hands out one job that stays where it is. */
struct one_job {
	sj_source source; /* first */
	sj_job    job;
	bool      done;
};

static int one_fill(sj_source *s, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct one_job *o = (struct one_job *)s;

	(void)cap, (void)err;
	*count = !o->done;
	if (o->done)
		return SJ_END;
	*jobs = o->job;
	o->done = true;
	return SJ_OK;
}

static int one_rewind(sj_source *s, sj_error *err)
{
	(void)err;
	((struct one_job *)s)->done = false;
	return SJ_OK;
}

static void one_free(sj_source *s)
{
	(void)s; /* who made it does */
}

static const sj_source_ops one_ops = { .fill = one_fill, .rewind = one_rewind, .free = one_free };

static int add_row(const struct bench_config *c, struct bench_rows *rows, uint32_t workers,
		   double ns, sj_error *err)
{
	char name[40], what[64], command[120];
	struct bench_row *r;

	snprintf(name, sizeof(name), "steal-%u", workers);
	snprintf(what, sizeof(what), "work stealing, %u workers, %u tasks", workers, TASKS);
	r = bench_add(rows, name, what, "tasks/s", 1e9 / ns);
	if (r == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	/* It writes the figure before its unit. */
	snprintf(command, sizeof(command),
		 "steal %u %u | sed 's,.* \\([0-9.]*\\) Mtasks/s.*,rate=\\1e6,'", TASKS, workers);
	r->yardstick = bench_yardstick(c, command, "", "rate=", false);
	r->target = 1.0 / 3;
	return SJ_OK;
}

/* Time a task ~ workers^x from the fewest to the most: x */
static int add_growth(struct bench_rows *rows, double low, double high, sj_error *err)
{
	double x = log(high / low) / log((double)sizes[SIZES - 1] / sizes[0]);

	return bench_add(rows, "steal-growth", "time a task as a power of workers", "exponent",
			 x) != NULL ? SJ_OK : sj_fail(err, SJ_ENOMEM, "bench: out of memory");
}

static int rows_of(const struct bench_config *c, struct bench_rows *rows, sj_source *loop,
		   sj_error *err)
{
	double ns[SIZES];
	int rc = SJ_OK;

	for (int i = 0; i < SIZES && rc == SJ_OK; i++) {
		sj_run_stats stats;
		uint64_t all;

		rc = bench_simulate(c, STEAL, sizes[i], loop, &stats, &all, err);
		ns[i] = (double)all / TASKS;
		if (rc == SJ_OK)
			rc = add_row(c, rows, sizes[i], ns[i], err);
	}
	return rc == SJ_OK ? add_growth(rows, ns[0], ns[SIZES - 1], err) : rc;
}

int bench_steal(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	struct one_job one = { .source.ops = &one_ops };
	struct workload *w = NULL;
	char spec[120];
	uint32_t count;
	int rc;

	snprintf(spec, sizeof(spec), LOOP, TASKS);
	rc = workload_open(spec, NULL, 1, &w, err);
	if (rc == SJ_OK)
		rc = w->source->ops->fill(w->source, &one.job, 1, &count, err);
	if (rc == SJ_OK)
		rc = rows_of(c, rows, &one.source, err);
	workload_free(w);
	return rc;
}
