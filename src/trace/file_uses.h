/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_uses.h - the files of a job, task by task, for those who write jobs. */
#ifndef FILE_USES_H
#define FILE_USES_H

#include "sojourn/workload.h"

/* Task t reads read[read_first[t]] .. read[read_first[t + 1] - 1], and likewise writes. */
struct file_uses {
	uint32_t *read_first, *read, *write_first, *write;
};

/* Of a job with files. SJ_OK, or SJ_ENOMEM and nothing to free. */
int  file_uses_init(struct file_uses *u, const sj_job *job);
void file_uses_fini(struct file_uses *u);

/* What a file is called; files without a name get one of their number. */
const char *file_uses_name(const sj_source *source, const sj_job *job, uint32_t file,
			   char buf[32]);

#endif
