/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * swf.h - the few columns of a Standard Workload Format log that the runners
 * compare against or write. Not a reader to learn from: it trusts its input.
 */
#ifndef HARNESS_SWF_H
#define HARNESS_SWF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct swf_job {
	int64_t id, submit, wait, run, procs, request;
	int64_t user;
};

struct swf {
	struct swf_job *job;
	size_t          count;
};

/* Plain or gzip; false: cannot read. Comments and blank lines are skipped. */
bool swf_read(const char *path, struct swf *out);
/* Writes jobs as they stand, without a header; false: cannot write. */
bool swf_write(const char *path, const struct swf_job *job, size_t count);
/* Orders by (submit, id), the tie rule of the oracle bank. */
void swf_sort(struct swf_job *job, size_t count);

#endif
