/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file_list.h - private to workloads/: the files of a job while a reader finds them, and
 * then as one block of memory that goes with the job.
 */
#ifndef FILE_LIST_H
#define FILE_LIST_H

#include "sojourn/job.h"

struct file_list {
	sj_file  *file;
	sj_read  *read;
	uint32_t *at;
	uint32_t  files, reads, ats;
	uint32_t  file_cap, read_cap, at_cap;
};

/* Each: SJ_OK or SJ_ENOMEM. The places of a file are added right behind it. */
int  file_list_add(struct file_list *l, sj_file f, sj_error *err);
int  file_list_at(struct file_list *l, uint32_t place, sj_error *err);
int  file_list_read(struct file_list *l, uint32_t task, uint32_t file, sj_error *err);
/*
 * A task that reads what another writes follows it: appends edges without bytes where none
 * is between the two. `edges` is from malloc or NULL. SJ_OK or SJ_ENOMEM.
 */
int  file_list_edges(const struct file_list *l, sj_edge **edges, uint32_t *count,
		     sj_error *err);
/* All of it in one block from malloc; the list is empty afterwards. *out is NULL when there
 * was nothing. SJ_OK or SJ_ENOMEM. */
int  file_list_pack(struct file_list *l, const sj_job_files **out, sj_error *err);
void file_list_fini(struct file_list *l);

#endif
