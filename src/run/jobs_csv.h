/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jobs_csv.h - one line a job in Batsim's columns and order, so that scripts made
 * for Batsim work. Seconds as exact decimals.
 */
#ifndef JOBS_CSV_H
#define JOBS_CSV_H

#include "run.h"
#include "run/outfile.h"

extern const char jobs_csv_header[]; /* with its newline */

/* One row from outside a run, e.g. from the store; what is unknown is empty. */
struct jobs_csv_row {
	int64_t     id;
	const char *workload;   /* already quoted by jobs_csv_quote() */
	const char *allocated;  /* "0-3 7", or "" */
	sj_time     submit_ns, start_ns, finish_ns, estimate_ns; /* SJ_NEVER: unknown */
	uint32_t    procs, outcome;
};
void jobs_csv_write(struct outfile *to, const struct jobs_csv_row *row);

/* A CSV field: in double quotes when it must be (RFC 4180). malloc'd, or NULL. */
char *jobs_csv_quote(const char *text);
/* Exact seconds of `ns`, no trailing zeros, no exponent; returns the end. Needs
 * at most 24 bytes; not terminated. */
char *jobs_csv_seconds(char *to, sj_time ns);

/* ---- as a sink of a run -------------------------------------------------------- */

struct jobs_csv;
/* `allocs`: fill allocated_resources, with processor numbers or, on nodes, node numbers. */
int     jobs_csv_open(const char *path, const char *workload, bool allocs,
		      struct jobs_csv **out, sj_error *err);
sj_sink jobs_csv_sink(struct jobs_csv *c);
int     jobs_csv_close(struct jobs_csv *c, bool keep, sj_error *err); /* NULL is fine */

#endif
