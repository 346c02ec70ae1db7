/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jsonl_files.h - private to workloads/: the files of a job in the native format: "files" of
 * the job, "reads" and "writes" of its tasks.
 */
#ifndef JSONL_FILES_H
#define JSONL_FILES_H

#include <jansson.h>

#include "deck.h"
#include "file_list.h"

struct jsonl_files {
	struct deck     *deck;
	struct file_list list;
	uint32_t        *index; /* by number of a name: 1 + its file in this job; 0: none */
	uint32_t         index_cap;
};

/* What is wrong, for the caller's sentence. */
struct jsonl_wrong {
	char        where[48];
	const char *key;
	char        expected[200];
};

/*
 * `files` is the job's list or NULL; `tasks` its tasks, or the job itself when it is one
 * task. job->files is set, and edges are added (file_list_edges). SJ_OK; SJ_EPARSE: *w says
 * what is wrong; SJ_ENOMEM.
 */
int  jsonl_files_read(struct jsonl_files *f, const json_t *files, const json_t *tasks,
		      sj_job *job, struct jsonl_wrong *w, sj_error *err);
void jsonl_files_fini(struct jsonl_files *f);

#endif
