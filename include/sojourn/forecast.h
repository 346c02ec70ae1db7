/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/forecast.h - on a machine with nodes: the machine as it will be when running
 * tasks have ended as expected, for the reservation of a blocked head.
 *
 * In a pool the answer is two numbers, a time and how many processors are left over
 * (sojourn/backfill.h). On nodes it is a time and a machine: every node with its cores,
 * GPUs and memory at that time. A task that runs past it is harmless if the head still
 * has a place there with that task where it would be put now; nothing coarser is exact,
 * as free GPUs may be free on the wrong nodes.
 *
 * The forecast is kept from pass to pass. It is made anew when the head is another one
 * or may have a place earlier than it was promised: O(log n) for each task that is
 * expected to end before the head's time. Everything else costs O(nodes of the task).
 */
#ifndef SJ_FORECAST_H
#define SJ_FORECAST_H

#include "sojourn/backfill.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_forecast sj_forecast;

/* In the run's memory. NULL in a pool of processors. Not for a pass per event
 * (SJ_PASS_EVENT), in which tasks give back before their end is told. */
sj_forecast *sj_forecast_create(sj_ctx *cx);

/* News, at once: t has been started, and is expected to end after its estimate; t runs
 * no more. The second is nothing for a task that is not known. */
void sj_forecast_started(sj_forecast *f, const sj_task *t);
void sj_forecast_ended(sj_forecast *f, const sj_task *t);
/* The machine itself has changed; resp. everything has, and no task is known. */
void sj_forecast_void(sj_forecast *f);
void sj_forecast_clear(sj_forecast *f);

/*
 * The first time at which `head`, which does not fit now, fits if every running task lasts
 * exactly to its expected end; a task past it counts as ending now. SJ_NEVER: not even
 * then. `ends` holds the running tasks. The machine of that time counts every task that
 * is expected to end by then, or with all = false only as many, in the order of `ends`,
 * as it takes.
 */
sj_time sj_forecast_shadow(sj_forecast *f, const sj_ends *ends, const sj_task *head,
			   bool all);

typedef enum sj_spare { SJ_SPARE_YES, SJ_SPARE_NO, SJ_SPARE_FULL } sj_spare;
/*
 * May t be started now although it runs past that time? FULL: it has no place now. NO: it
 * would take the head's. YES: it takes none, and *where is the place that was meant, for
 * sj_start(); valid until the next call.
 */
sj_spare sj_forecast_spare(sj_forecast *f, const sj_task *t, sj_placement *where);

#ifdef __cplusplus
}
#endif
#endif
