/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * allocbook.h - processors of jobs that have ended, kept until their record comes.
 *
 * Allocations are told when a task stops, records of jobs in order of submission;
 * whoever writes both on one line looks the first up here.
 */
#ifndef ALLOCBOOK_H
#define ALLOCBOOK_H

#include "run.h"

struct allocbook_entry {
	sj_alloc_record alloc;
	uint32_t        next; /* index + 1; 0 ends the list of one job */
};

struct allocbook {
	struct allocbook_entry *entry;
	uint32_t                cap, free_head, used;
	uint32_t               *head; /* by seq: index + 1 of the latest; 0 = none */
	uint64_t                head_cap;
};

void allocbook_fini(struct allocbook *b); /* zero-filled is empty and ready */
int  allocbook_add(struct allocbook *b, const sj_alloc_record *a); /* SJ_OK, SJ_ENOMEM */
/* The job's allocations in the order they were added; call it once per job. The
 * entries hold until allocbook_drop(). */
const struct allocbook_entry *allocbook_first(struct allocbook *b, uint64_t seq);
const struct allocbook_entry *allocbook_next(const struct allocbook *b,
					     const struct allocbook_entry *e);
void allocbook_drop(struct allocbook *b, uint64_t seq);

#endif
