/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/unrelated.h - tasks assigned to unrelated machines for a short makespan, within
 * twice the optimum: Lenstra, Shmoys and Tardos, "Approximation algorithms for scheduling
 * unrelated parallel machines", Mathematical Programming 46, 1990.
 *
 *   minimise C   sum over machines of x(i, k) = 1 for each task i
 *                load(k) + sum over tasks of share(i, k) time(i, k) x(i, k) <= C
 *                x(i, k) = 0 where time(i, k) > T
 *
 * f(T) is that minimum. T* is the least T with f(T) <= T: no schedule is shorter, as the
 * optimal one is a solution for T equal to its own makespan. In an optimum at a corner the
 * tasks that are cut, and the machines that have parts of them, make trees and circles, so
 * that these tasks can be matched to different machines among them: each machine gets at most
 * one, of at most T*, and ends by 2 T*.
 */
#ifndef SJ_UNRELATED_H
#define SJ_UNRELATED_H

#include "sojourn/lp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Row after row of tasks, a column for each machine. */
typedef struct sj_unrelated {
	uint32_t      tasks, machines;
	const double *time;  /* tasks x machines, s; INFINITY: not there. Each task has one */
	const double *share; /* likewise: part of the machine that it keeps busy, (0, 1]; NULL: 1 */
	const double *load;  /* by machine, s: what it has to do before; NULL: nothing */
} sj_unrelated;

typedef struct sj_unrelated_result {
	double   relaxed;    /* f without a limit: a lower bound of the makespan */
	double   threshold;  /* T*: another */
	double   makespan;   /* of the assignment: the largest load */
	uint32_t cut;        /* tasks that were cut, and matched */
	uint32_t solved;     /* programs */
	uint64_t iterations;
} sj_unrelated_result;

/*
 * The machine of each task into machine[tasks]; part[tasks] (NULL: not wanted) tells how much
 * of the task the program had there; price[machines] (likewise) by how much f(T*) would grow
 * with a second of load there. `lp` is one that the caller keeps for this and nothing else; a
 * run's `cx` counts the programs, NULL: nobody does.
 *
 * SJ_OK; SJ_EFULL: the solver has stopped after `iterations`, nothing is assigned; SJ_EINVAL:
 * a task has no machine; SJ_ENOMEM.
 */
int sj_unrelated_assign(struct sj_ctx *cx, sj_lp *lp, const sj_unrelated *u,
			uint32_t iterations, uint32_t *machine, double *part, double *price,
			sj_unrelated_result *result);

#ifdef __cplusplus
}
#endif
#endif
