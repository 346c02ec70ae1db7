/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gxl_schedule.h - private to workloads/: the schedule that a GXL document states for its
 * graph, and whether it is one.
 */
#ifndef GXL_SCHEDULE_H
#define GXL_SCHEDULE_H

#include "graph_job.h"

/* Of one task; -1 and UINT32_MAX: not stated. */
struct gxl_slot {
	sj_time  start_ns, finish_ns;
	uint32_t processor;
};
#define GXL_NO_SLOT ((struct gxl_slot){ -1, -1, UINT32_MAX })

struct gxl_schedule {
	struct gxl_slot *slot; /* by number of the task - 1 */
	uint32_t         count, cap;
};

/* SJ_OK or SJ_ENOMEM. */
int  gxl_schedule_add(struct gxl_schedule *s, uint32_t task, struct gxl_slot slot, sj_error *err);
/*
 * Counts "schedule_valid", 1 or 0, in the deck, unless no task has a slot. Valid: each task
 * has one as long as its weight, no two overlap on a processor, there are no more
 * processors than stated, nothing starts before what it waits for has ended and, from
 * another processor, has been sent; and the last end is the length stated.
 */
int  gxl_schedule_judge(const struct gxl_schedule *s, struct graph_job *g, struct deck *d,
			sj_error *err);
/* Every task stays on its processor (from node 0 on, in order of the processors' numbers)
 * and has its start. SJ_OK; SJ_EPARSE: a task has no place in the schedule; SJ_ENOMEM. */
int  gxl_schedule_keep(const struct gxl_schedule *s, struct graph_job *g, const char *file,
		       sj_error *err);
void gxl_schedule_fini(struct gxl_schedule *s);

#endif
