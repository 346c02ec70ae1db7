/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay.h - a stored run played into a sink, as if it were run again: what was
 * written at the time can be written from the database, by the same code.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include <sqlite3.h>

#include "run/link_use.h"

/*
 * Hands the stored allocations and transfers, then the jobs in order, then the samples of `run`
 * to those members of `sink` that there are. When the run was stored without
 * allocations and `place` is set, processors are chosen: the lowest free ones at
 * each start.
 *
 * SJ_OK, SJ_EIO, SJ_ENOMEM, SJ_EINTR, the sink's own error, or
 * SJ_ERANGE  no processors can be chosen (preempted jobs, placement on nodes)
 */
int replay_run(sqlite3 *db, uint32_t run, bool place, const sj_sink *sink, sj_error *err);

/* What its links carried, as link_use_each() told it: all links, then all stretches. SJ_OK,
 * SJ_EIO, or the error of a callee. */
int replay_links(sqlite3 *db, uint32_t run, link_total_fn *total, link_stretch_fn *stretch,
		 void *self, sj_error *err);

#endif
