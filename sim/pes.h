/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pes.h - the pending-event set: a 4-ary heap over (time, insertion number).
 *
 * Events are dense ids chosen by the caller (a task, a timer slot), at most one
 * pending event each, so that cancel and move need no search. The four children
 * are compared as a tournament of two rounds without branches: about twice as
 * fast as the usual loop for the least of four, whose chain is serial.
 */
#ifndef SJ_PES_H
#define SJ_PES_H

#include "sojourn/types.h"

#define SJ_PES_ID_BITS 28u /* 2.7e8 live ids; 36 bits count 6.9e10 insertions */

/* Time in the upper 64 bits, then insertion number, then id: one number to compare,
 * which stays in general registers on its way through the heap. */
typedef unsigned __int128 pes_entry;

typedef struct sj_pes {
	pes_entry        *heap; /* heap[0..count), behind 3 pads for alignment */
	void             *heap_base;
	uint32_t         *pos;  /* id -> index in heap + 1; 0 = not pending */
	uint32_t          count, cap;
	uint64_t          inserted;
} sj_pes;

void sj_pes_fini(sj_pes *p); /* a zero-filled sj_pes is empty and ready */

/* Makes room for ids below `ids`. SJ_OK or SJ_ENOMEM. */
int  sj_pes_reserve(sj_pes *p, uint32_t ids);

/* Adds id at `time`; it must not be pending, and reserve() must have covered it.
 * Events at equal times leave in the order of these calls. */
void sj_pes_add(sj_pes *p, uint32_t id, sj_time time);
/* Removes a pending id; does nothing when it is not pending. */
void sj_pes_cancel(sj_pes *p, uint32_t id);
/* cancel, if it is pending, and add in one. */
void sj_pes_move(sj_pes *p, uint32_t id, sj_time time);

static inline sj_time sj_pes_time(const sj_pes *p)
{
	return p->count != 0 ? (sj_time)(p->heap[0] >> 64) : SJ_NEVER;
}

/* Removes and returns the id of the first event; count must not be 0. */
uint32_t sj_pes_pop(sj_pes *p);

#endif
