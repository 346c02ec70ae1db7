/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tasks_csv.h - one line a task of each job of several, when the job has ended: when it
 * started and finished last, its slack, and the critical path of its job (docs/MODEL.md).
 * Seconds as exact decimals; jobs in the order of their ends.
 */
#ifndef TASKS_CSV_H
#define TASKS_CSV_H

#include "run.h"

struct tasks_csv;
/* As jobs_csv_open() and its like. */
int     tasks_csv_open(const char *path, struct tasks_csv **out, sj_error *err);
sj_sink tasks_csv_sink(struct tasks_csv *c);
int     tasks_csv_close(struct tasks_csv *c, bool keep, sj_error *err); /* NULL is fine */

#endif
