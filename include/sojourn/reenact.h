/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/reenact.h - what another policy would have made of the same stretch of time.
 *
 * A scene is what was there when it began - tasks that wait, tasks that run, with what they
 * have left - and the tasks that came since. It is played again, in a run of its own, under
 * any policy: the same tasks come at the same times, and last as long as they did; one that
 * has not ended yet lasts as long as its estimate, and not less than it has run. True run
 * times that the run has not shown yet are not looked at.
 *
 * For pools of processors, jobs of one task, and policies that stop nobody; without node
 * failures, checkpoints or stragglers. Policies that remember more than the tasks of the
 * scene begin without it.
 */
#ifndef SJ_REENACT_H
#define SJ_REENACT_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_scene sj_scene;

/* In the run's memory: no free function. NULL: this run has what scenes have not; the
 * sentence was told to sj_policy_fail(). From init() only. */
sj_scene *sj_scene_create(sj_ctx *cx);

/* It begins now, before anybody is started at this instant. */
void sj_scene_begin(sj_scene *s, sj_ctx *cx);
/* A task has become ready; has ended. */
void sj_scene_ready(sj_scene *s, sj_ctx *cx, const sj_task *t);
void sj_scene_ended(sj_scene *s, sj_ctx *cx, const sj_task *t);

/* What became of a task in the scene that was played. */
typedef struct sj_scene_task {
	sj_time ready_ns;
	sj_time start_ns;    /* SJ_NEVER: not before the end */
	sj_time run_ns;      /* known, or supposed */
	sj_time estimate_ns;
	bool    ran_before;  /* it ran when the scene began */
} sj_scene_task;

/*
 * Plays it from its beginning to `end` under `spec`. `estimates`: every run time is supposed
 * to be the estimate, as nobody knew better then. *out lives until the next call. SJ_OK, or
 * an error of that run in *err; the run that goes on is not touched.
 */
int sj_scene_play(sj_scene *s, sj_ctx *cx, const char *spec, sj_time end, bool estimates,
		  const sj_scene_task **out, uint32_t *count, sj_error *err);

#ifdef __cplusplus
}
#endif
#endif
