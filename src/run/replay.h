/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay.h - a stored run played into a sink, as if it were run again: what was
 * written at the time can be written from the database, by the same code.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include <sqlite3.h>

#include "run.h"

/*
 * Hands the stored allocations, then the jobs in order, then the samples of `run`
 * to those members of `sink` that there are. When the run was stored without
 * allocations and `place` is set, processors are chosen: the lowest free ones at
 * each start.
 *
 * SJ_OK, SJ_EIO, SJ_ENOMEM, SJ_EINTR, the sink's own error, or
 * SJ_ERANGE  no processors can be chosen (preempted jobs, placement on nodes)
 */
int replay_run(sqlite3 *db, uint32_t run, bool place, const sj_sink *sink, sj_error *err);

#endif
