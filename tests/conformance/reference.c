/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reference.c - logs that another simulator has already scheduled: every single
 * wait (column 3) of every file must be equal under pyss-easy. All files are one
 * item, because what is claimed is the total. The files are in the order of that
 * simulator's events; what it read was in (submit, id) order, so that is simulated.
 */
#include "conformance.h"

#include <glob.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"
#include "harness/swf.h"

struct count {
	size_t equal, total;
};

/* "; MaxProcs: N" of the log's header. */
static char *max_procs(const char *path)
{
	char *text = file_read(path, NULL);
	const char *at = text != NULL ? strstr(text, "MaxProcs:") : NULL;

	return at != NULL ? format("%ld", strtol(at + 9, NULL, 10)) : NULL;
}

static void compare(struct report *r, const char *path, struct schedule *s,
		    const struct swf *log, struct count *c)
{
	const char *name = strrchr(path, '/') + 1;

	for (size_t i = 0; i < log->count; i++) {
		const struct swf_job *want = &log->job[i];
		const struct job_row *got = schedule_find(s, want->id);
		int64_t wait = got != NULL ? got->start_ns - got->submit_ns : -1;

		c->total++;
		r->checked++;
		if (wait == want->wait * NS_PER_S)
			c->equal++;
		else
			report_fail(r, "%s: wait of job %" PRId64 " got %.9g expected %"
				       PRId64, name, want->id, (double)wait / 1e9, want->wait);
	}
}

static void show_one(struct report *r, const char *path, struct count *c)
{
	char *sorted = format("%s/sorted.swf", r->scratch);
	struct log_run what = { .log = sorted, .procs = max_procs(path),
				.policy = "pyss-easy" };
	struct schedule jobs;
	struct swf log;
	json_t *doc;

	if (what.procs == NULL || !swf_read(path, &log)) {
		report_fail(r, "%s: cannot be read", path);
		return;
	}
	swf_sort(log.job, log.count);
	if (!swf_write(sorted, log.job, log.count)) {
		report_fail(r, "%s: cannot be written", sorted);
		return;
	}
	if (!log_simulate(r, &what, &doc, &jobs))
		return;
	if (jobs.count != log.count)
		report_fail(r, "%s: %zu jobs got, %zu expected", path, jobs.count, log.count);
	compare(r, path, &jobs, &log, c);
}

static void show(const void *arg, struct report *r)
{
	const char *pattern = format("%s/reference/*.pyss-easy.swf.gz", (const char *)arg);
	struct count c = { 0 };
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0) {
		report_skip(r, "no %s", pattern);
		return;
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		show_one(r, found.gl_pathv[i], &c);
	report_note(r, "%zu of %zu waits equal in %zu logs", c.equal, c.total,
		    (size_t)found.gl_pathc);
	if (r->failures > 0)
		report_fail(r, "%zu of %zu waits equal", c.equal, c.total);
	globfree(&found);
}

void reference_items(struct item_list *l, const struct place *at)
{
	item_add(l, "reference/pyss-easy", show, at->traces);
}
