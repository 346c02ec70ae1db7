/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wf_document.h - one job as a document in WfFormat 1.5, the JSON of WfCommons (Coleman et
 * al. 2022): its graph (specification) and how long each task took where (execution).
 *
 * An edge with bytes is a file that its first task writes and its second one reads, "d" and
 * its place among the edges; files of the job are "f" and their number, copies and places
 * left out. Task t is "t" and its number, a machine "node" and its number. What the format
 * has no words for is an error: GPUs, ranks that communicate.
 */
#ifndef WF_DOCUMENT_H
#define WF_DOCUMENT_H

#include <stdio.h>

#include "sojourn/job.h"

struct wf_task {
	sj_time  start_ns; /* SJ_NEVER: not known */
	sj_time  run_ns;
	uint32_t place, places; /* machines where it ran: place[place] ... of the document */
};

struct wf_machine {
	uint32_t number;
	uint64_t cores;     /* 0: not known */
	uint64_t mem_bytes; /* likewise */
};

struct wf_document {
	const char *name, *description;
	sj_time     unix_start_ns; /* zero of all times; SJ_NEVER: 1970 */
	sj_time     executed_ns;   /* when it began */
	sj_time     makespan_ns;   /* 0: not known */
	const struct wf_task    *task; /* by task of the job */
	const uint32_t          *place; /* numbers of machines */
	const struct wf_machine *machine;
	uint32_t                 machines;
};

/* SJ_OK; SJ_EINVAL: the format cannot say this; SJ_ENOMEM. */
int wf_document_write(FILE *to, const struct wf_document *d, const sj_job *job, sj_error *err);

#endif
