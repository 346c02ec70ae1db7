/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logs.c - reading logs, conservative backfilling on one, and a log from file to
 * database. Without a given log, one is made with our own generator. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "bench/bench.h"
#include "input/input.h"
#include "input/workload.h"
#include "plugin/plugin.h"
#include "run/outfile.h"
#include "run/wall.h"

#define MADE_JOBS 500000u

/* A log of MADE_JOBS jobs on 1,024 processors. */
static int make_log(const struct bench_config *c, char *path, size_t size, sj_error *err)
{
	struct closed *closed = closed_create(1024, MADE_JOBS, MADE_JOBS);
	struct outfile *out;
	sj_job job;
	uint32_t n, i = 0;
	int rc;

	snprintf(path, size, "%s/made.swf", c->dir);
	if (closed == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	rc = outfile_open(path, &out, err);
	if (rc != SJ_OK) {
		closed_free(closed);
		return rc;
	}
	outfile_puts(out, "; Version: 2.2\n; MaxProcs: 1024\n");
	closed_source(closed)->ops->rewind(closed_source(closed), err);
	while (closed_source(closed)->ops->fill(closed_source(closed), &job, 1, &n, err) == SJ_OK) {
		/* Load near 0.9: a job brings about 1.6e6 processor-seconds. */
		outfile_printf(out, "%6u %9u %6d %6lld %4u %6d %6d %4u %6lld %5d %d %3u %3d %4d %2d %2d %2d %2d\n",
			       i + 1, i * 450u, -1, (long long)(job.task.work_ns / SJ_NS_PER_S),
			       job.task.ranks, -1, -1, job.task.ranks,
			       (long long)(job.task.estimate_ns / SJ_NS_PER_S), -1, 1,
			       i % 50 + 1, 1, -1, 1, -1, -1, -1);
		i++;
	}
	closed_free(closed);
	return outfile_close(out, true, err);
}

/* Unpacks any log, because the yardsticks read plain text only. */
static int plain_copy(const struct bench_config *c, const char *from, char *path,
		      size_t size, sj_error *err)
{
	struct outfile *out = NULL;
	sj_input *in = NULL;
	int rc = input_open(from, 0, &in, err);
	ptrdiff_t n;

	snprintf(path, size, "%s/plain.swf", c->dir);
	if (rc == SJ_OK)
		rc = outfile_open(path, &out, err);
	while (rc == SJ_OK) {
		char *room = outfile_room(out, OUTFILE_ROOM);

		n = room != NULL ? in->read(in, room, OUTFILE_ROOM, err) : 0;
		if (n < 0)
			rc = (int)n;
		if (n <= 0)
			break;
		outfile_advance(out, (size_t)n);
	}
	input_close(in);
	if (out != NULL) {
		int closed = outfile_close(out, rc == SJ_OK, err);

		rc = rc != SJ_OK ? rc : closed;
	}
	return rc;
}

static int the_log(const struct bench_config *c, char *path, size_t size, sj_error *err)
{
	return c->log != NULL ? plain_copy(c, c->log, path, size, err) :
				make_log(c, path, size, err);
}

static int gzip_copy(const char *from, const char *to, sj_error *err)
{
	FILE *in = fopen(from, "rb");
	gzFile out = gzopen(to, "wb6");
	char buf[65536];
	size_t n;
	int rc = SJ_OK;

	if (in == NULL)
		rc = sj_fail(err, SJ_EIO, "%s: cannot be read", from);
	else if (out == NULL)
		rc = sj_fail(err, SJ_EIO, "%s: cannot be written", to);
	while (rc == SJ_OK && (n = fread(buf, 1, sizeof(buf), in)) != 0)
		if (gzwrite(out, buf, (unsigned)n) != (int)n)
			rc = sj_fail(err, SJ_EIO, "%s: cannot be written", to);
	if (rc == SJ_OK && ferror(in))
		rc = sj_fail(err, SJ_EIO, "%s: cannot be read", from);
	if (in != NULL)
		fclose(in);
	if (out != NULL && gzclose(out) != Z_OK && rc == SJ_OK)
		rc = sj_fail(err, SJ_EIO, "%s: cannot be written", to);
	return rc;
}

/* Best parse time of `path` in ns, and its jobs. */
static int parse(const struct bench_config *c, const char *path, uint64_t *ns,
		 uint64_t *jobs, uint32_t *procs, sj_error *err)
{
	*ns = UINT64_MAX;
	for (unsigned i = 0; i < c->reps; i++) {
		uint64_t begin = wall_ns();
		struct workload *w;
		int rc = workload_open(path, NULL, 1, &w, err);

		if (rc != SJ_OK)
			return rc;
		begin = wall_ns() - begin;
		if (begin < *ns)
			*ns = begin;
		*jobs = w->source->info.records;
		*procs = w->source->info.max_procs;
		workload_free(w);
	}
	return SJ_OK;
}

static int parse_row(const struct bench_config *c, struct bench_rows *rows, const char *path,
		     bool packed, sj_error *err)
{
	char command[600];
	struct bench_row *r;
	uint64_t ns, jobs = 0;
	uint32_t procs;
	int rc = parse(c, path, &ns, &jobs, &procs, err);

	if (rc != SJ_OK)
		return rc;
	r = bench_add(rows, packed ? "swf-gz" : "swf",
		      packed ? "SWF from .gz to jobs in memory" : "SWF text to jobs in memory",
		      "jobs/s", (double)jobs * 1e9 / (double)ns);
	if (r == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	snprintf(command, sizeof(command), "swf %s '%s'", packed ? "gzparse" : "hand", path);
	r->yardstick = bench_yardstick(c, command, "", "MB/s text", false) * 1e6;
	r->at_least = packed ? 3e6 : 5e6;
	return SJ_OK;
}

int bench_swf(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	char path[512], packed[520];
	int rc = the_log(c, path, sizeof(path), err);

	snprintf(packed, sizeof(packed), "%s.gz", path);
	if (rc == SJ_OK)
		rc = parse_row(c, rows, path, false, err);
	if (rc == SJ_OK)
		rc = gzip_copy(path, packed, err);
	if (rc == SJ_OK)
		rc = parse_row(c, rows, packed, true, err);
	return rc;
}

/* Simulation of a log by one policy beside the yardstick of that name. */
static int log_row(const struct bench_config *c, struct bench_rows *rows, const char *path,
		   const char *policy, const char *yard, const char *name, sj_error *err)
{
	char command[600];
	struct workload *w;
	struct bench_row *r;
	sj_run_stats stats;
	uint64_t ns;
	int rc = workload_open(path, NULL, 1, &w, err);

	if (rc != SJ_OK)
		return rc;
	rc = bench_simulate(c, policy, w->source->info.max_procs, w->source, &stats, &ns, err);
	workload_free(w);
	if (rc != SJ_OK)
		return rc;
	r = bench_add(rows, name, policy, "jobs/s", (double)stats.jobs_done * 1e9 / (double)ns);
	if (r == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	snprintf(command, sizeof(command), "sim %s swf 1 2000000 0 '%s'", yard, path);
	r->yardstick = bench_yardstick(c, command, "", "jobs/s=", false);
	r->target = 1.0 / 3;
	return SJ_OK;
}

int bench_conservative(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	char path[512];
	int rc = the_log(c, path, sizeof(path), err);

	if (rc == SJ_OK)
		rc = log_row(c, rows, path, "fifo", "fcfs", "fifo-log", err);
	if (rc == SJ_OK)
		rc = log_row(c, rows, path, "easy", "easy-seg", "easy-log", err);
	if (rc == SJ_OK)
		rc = log_row(c, rows, path, "conservative:plan=compress", "cons",
			     "compress-log", err);
	return rc;
}

/* ---- from file to database ------------------------------------------------------ */

static double whole_s(const struct bench_config *c, const char *path, const char *program)
{
	char shell[1400];
	double best = NAN;

	snprintf(shell, sizeof(shell), "'%s' run -w '%s' -p easy -o '%s/whole.db' >/dev/null 2>&1",
		 program, path, c->dir);
	for (unsigned i = 0; i < c->reps; i++) {
		char db[512];
		uint64_t begin = wall_ns();
		int status = system(shell);
		double s = (double)(wall_ns() - begin) / 1e9;

		snprintf(db, sizeof(db), "%s/whole.db", c->dir);
		unlink(db);
		if (status != 0)
			return NAN;
		best = isnan(best) || s < best ? s : best;
	}
	return best;
}

/* The sum of what parse, simulation and insertion cost the yardsticks. */
static double yard_sum_s(const struct bench_config *c, const char *packed, const char *plain,
			 double jobs)
{
	char gz[600], sim[600], sql[600];

	snprintf(gz, sizeof(gz), "swf gzparse '%s'", packed);
	snprintf(sim, sizeof(sim), "sim easy-seg swf 1 2000000 0 '%s'", plain);
	snprintf(sql, sizeof(sql), "sqlins '%s/yard.db' %.0f", c->dir, jobs);
	return jobs / (bench_yardstick(c, gz, "", "MB/s text", false) * 1e6) +
	       jobs / bench_yardstick(c, sim, "", "jobs/s=", false) +
	       jobs / bench_yardstick(c, sql, "16 rows/stmt", "full", false);
}

int bench_log(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	char path[512], packed[520], program[512];
	struct bench_row *r;
	uint64_t ns, jobs = 0;
	uint32_t procs;
	double s;
	int rc = policy_program_path(program, sizeof(program), err);

	if (rc == SJ_OK)
		rc = the_log(c, path, sizeof(path), err);
	if (rc != SJ_OK)
		return rc;
	snprintf(packed, sizeof(packed), "%s.gz", path);
	rc = gzip_copy(path, packed, err);
	if (rc == SJ_OK)
		rc = parse(c, packed, &ns, &jobs, &procs, err);
	if (rc != SJ_OK)
		return rc;
	s = whole_s(c, packed, program);
	if (isnan(s))
		return sj_fail(err, SJ_EFAIL, "bench: `sojourn run` failed on %s", packed);
	r = bench_add(rows, "log-easy-store", ".swf.gz through EASY to results.db", "s", s);
	if (r == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	if (c->beside != NULL)
		r->yardstick = yard_sum_s(c, packed, path, (double)jobs);
	r->target = 1.0 / 2;
	return SJ_OK;
}
