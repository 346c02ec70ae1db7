/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * schedule.h - the jobs of one run as --jobs-csv tells them, and the published
 * digests of whole schedules. Times are exact nanoseconds: the text is parsed as
 * decimals, never as doubles.
 */
#ifndef HARNESS_SCHEDULE_H
#define HARNESS_SCHEDULE_H

#include <stdint.h>

#include "harness/report.h"

#define NEVER_NS INT64_MIN /* an empty time: never started, never finished */
#define NS_PER_S INT64_C(1000000000)

struct job_row {
	int64_t     id, submit_ns, start_ns, finish_ns, procs;
	const char *state; /* final_state */
};

struct schedule {
	struct job_row *row; /* as printed: in submit order */
	struct job_row *by_id; /* sorted copy, made at first need */
	size_t          count;
};

/* Reads the text of a --jobs-csv file (which is cut up); false after a report. */
bool schedule_read(struct report *r, char *csv, struct schedule *s);
/* By job id; NULL: not in the schedule (dropped). */
const struct job_row *schedule_find(struct schedule *s, int64_t id);

/* SHA-256 over "id,submit,start,end,procs" lines in printed order, with header. */
char *schedule_digest_rows(const struct schedule *s);
/* SHA-256 over "id start\n" by increasing id; `ids` may hold dropped jobs (-1). */
char *schedule_digest_starts(struct schedule *s, int64_t *ids, size_t count);

/* Seconds as exact decimal text to nanoseconds; false: not such a number. */
bool parse_seconds(const char *text, int64_t *ns);
/* Hex SHA-256 of bytes. */
char *sha256_hex(const void *bytes, size_t size);

#endif
