/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pack.h - processors for jobs whose placement nobody recorded.
 *
 * In a pool of identical processors only the number matters to a schedule; a
 * Gantt chart needs numbers of processors. Jobs are taken in order of start, and
 * each gets the lowest processors that are free: deterministic, and a valid
 * placement whenever the schedule is.
 */
#ifndef PLOT_PACK_H
#define PLOT_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "sojourn/types.h"

struct pack_job {
	sj_time  start, finish;
	uint32_t procs;
};

/* Processors first..last belong to job `job`. */
struct pack_piece {
	size_t   job;
	uint32_t first, last;
};

struct pack {
	struct pack_piece *piece;
	size_t             count, room;
};

/*
 * jobs[0..n) ascend in start. SJ_OK, SJ_ENOMEM, or SJ_ERANGE: at some instant
 * they need more than `total` processors. The caller frees out->piece.
 */
int pack_jobs(const struct pack_job *jobs, size_t n, uint32_t total,
	      struct pack *out);

#endif
