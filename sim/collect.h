/* SPDX-License-Identifier: GPL-3.0-or-later */
/* collect.h - sums behind the metrics, one call per ended job. */
#ifndef SJ_COLLECT_H
#define SJ_COLLECT_H

#include "metrics.h"
#include "quantile.h"
#include "run.h"

typedef struct sj_collect {
	uint64_t          transfers, bytes_moved, bytes_ignored, bytes_anywhere;
	uint64_t          graphs, stretches;      /* jobs of several tasks; with work */
	uint64_t          slack_tasks, slack_none; /* their tasks; those without slack */
	unsigned __int128 critical, critical_data, slack; /* ns */
	double            stretch, stretch_max;
	double            comm_ignored, comm_bytes; /* the latter: between nodes */
	unsigned __int128 comm;                   /* ns in which tasks only communicated */
	uint64_t          programs, programs_cold, programs_stopped; /* solved; lp.h */
	unsigned __int128 staging;                /* ns that tasks waited for their inputs */
	uint64_t          came_as_graphs; /* jobs of several tasks, when they came */
	uint64_t          finished, killed, rejected, preemptions, zero_wait;
	uint64_t          slowdowns;   /* jobs whose slowdown is defined */
	uint64_t          deadlines, missed; /* jobs with one; those not complete by then */
	unsigned __int128 wait, response;         /* ns */
	unsigned __int128 area;                   /* processors x ns */
	unsigned __int128 waste;                  /* part of area; of all tasks that ended */
	unsigned __int128 idle_area;              /* while somebody waited */
	double            bsld, bsld_squares, bsld_pp, bsld_max, slowdown;
	double            area_response, area_wait; /* area x ns */
	sj_time           first_submit, last_finish;
	sj_time           wait_max, response_max, tardiness_max;
	unsigned __int128 tardiness;   /* ns */
	sj_quantile       waits, responses;
} sj_collect;

void sj_collect_init(sj_collect *c);
void sj_collect_fini(sj_collect *c);

/* A job ended, which had `area` processor-ns. SJ_OK or SJ_ENOMEM. */
int  sj_collect_job(sj_collect *c, const sj_job_record *r, unsigned __int128 area);
/* `usable`: processors x ns that there were; 0: `procs` all the time. */
void sj_collect_result(sj_collect *c, uint32_t procs, unsigned __int128 usable,
		       uint64_t unfinished, sj_metrics *out);

#endif
