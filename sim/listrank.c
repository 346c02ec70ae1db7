/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listrank.c - lengths of ways through a graph of tasks; see sojourn/listplan.h. */
#include "listplan_parts.h"

static void up(const sj_listplan *p, const sj_plan_job *job, double data, double *out)
{
	for (uint32_t at = job->count; at-- > 0;) {
		uint32_t i = job->order[at];
		double most = 0;

		for (uint32_t k = job->succ_first[i]; k < job->succ_first[i + 1]; k++) {
			const sj_plan_arc *a = &job->succ[k];
			double way = out[a->task] + data * (double)a->mean_ns;

			most = way > most ? way : most;
		}
		out[i] = most + sj_listplan_run_sum(p, job->task[i].task);
	}
}

void sj_plan_rank_up(const sj_listplan *p, const sj_plan_job *job, double *out)
{
	up(p, job, p->nodes, out);
}

void sj_plan_level(const sj_listplan *p, const sj_plan_job *job, double *out)
{
	up(p, job, 0, out);
}

void sj_plan_rank_down(const sj_listplan *p, const sj_plan_job *job, double *out)
{
	for (uint32_t i = 0; i < job->count; i++)
		out[i] = 0;
	for (uint32_t at = 0; at < job->count; at++) {
		uint32_t i = job->order[at];
		double end = out[i] + sj_listplan_run_sum(p, job->task[i].task);

		for (uint32_t k = job->succ_first[i]; k < job->succ_first[i + 1]; k++) {
			const sj_plan_arc *a = &job->succ[k];
			double way = end + (double)p->nodes * (double)a->mean_ns;

			if (way > out[a->task])
				out[a->task] = way;
		}
	}
}

void sj_plan_depth(const sj_plan_job *job, double *out)
{
	for (uint32_t at = job->count; at-- > 0;) {
		uint32_t i = job->order[at];
		double most = 0;

		for (uint32_t k = job->succ_first[i]; k < job->succ_first[i + 1]; k++)
			if (out[job->succ[k].task] > most)
				most = out[job->succ[k].task];
		out[i] = most + 1;
	}
}
