/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arrows.h - transfers of jobs in trace events: each is a bar of the network, and an arrow
 * from the end of the task that made the data to the task that has received it.
 *
 * Transfers are told when they end, slices of a job when its record comes; what is between
 * is kept here.
 */
#ifndef ARROWS_H
#define ARROWS_H

#include "run/allocbook.h"
#include "run/outfile.h"

struct arrow {
	sj_transfer_record transfer;
	uint32_t           next; /* index + 1; 0 ends the list of one job */
};

struct arrows {
	struct arrow *arrow;
	uint32_t      cap, free_head, used;
	uint32_t     *head; /* by seq: index + 1 of the latest; 0 = none */
	uint64_t      head_cap;
	uint64_t      ids;  /* given so far */
};

void arrows_fini(struct arrows *a); /* zero-filled is empty and ready */
int  arrows_add(struct arrows *a, const sj_transfer_record *t); /* SJ_OK, SJ_ENOMEM */
/* Writes those of one job, whose slices are the list `first` of `book`, each with its
 * track in alloc.first. SJ_OK or SJ_ENOMEM. */
int  arrows_put(struct arrows *a, const sj_job_record *r, const struct allocbook *book,
		const struct allocbook_entry *first, uint32_t network_pid,
		struct outfile *out);

#endif
