/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/foresee.h - what a policy would make of what can be seen now.
 *
 * The ready and the running tasks, and nodes as they are, are copied into a run of their
 * own, in which nothing else comes, nodes neither fail nor come back, every task lasts as
 * long as its estimate has left, moving and communicating costs nothing, and the policy in
 * question decides from now on. True run times are not looked at.
 *
 * What the copy does not have: tasks that wait for others, attained service (a policy that
 * looks at it finds all tasks new), and which GPUs of a node are in use.
 */
#ifndef SJ_FORESEE_H
#define SJ_FORESEE_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_foresight {
	uint32_t tasks;      /* that are in the picture */
	double   response_s; /* mean time from submit to end */
	double   bsld;       /* mean bounded slowdown (10 s) */
	double   end_s;      /* from now until the last one has ended */
	uint64_t events;     /* that it took */
} sj_foresight;

/*
 * `most`: no more than so many waiting tasks, the first in order of arrival; 0: all. As
 * long as a run of the tasks in the picture; memory O(tasks). SJ_OK, also for no tasks; or
 * an error of that run (no such policy, a fault of it) in *err: the run that goes on is not
 * touched. Not from within a copy: SJ_EUSAGE.
 */
int sj_foresee(sj_ctx *cx, const char *spec, uint32_t most, sj_foresight *out, sj_error *err);

#ifdef __cplusplus
}
#endif
#endif
