/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * peft - predict earliest finish time: a table says for each task and node how long the
 * longest way behind the task takes at best if the task runs there; tasks by its mean, each
 * where its end plus the value of the table is least, gaps included. Arabnejad and Barbosa,
 * "List scheduling algorithm for heterogeneous systems by an optimistic cost table", IEEE
 * TPDS 25(3), 2014.
 *
 * O(arcs x nodes) time and tasks x nodes memory for a job, and for each place as heft.
 * Without graphs all values are 0: each job goes where it ends first.
 */
#include <math.h>
#include <stdio.h>

#include "planned.h"

#define TOLD 6u /* nodes whose costs are told; each takes 24 bytes of text at most */

/*
 * OCT(i, p) = max over successors s of min over nodes q of
 *             OCT(s, q) + run(s, q) + (q != p ? mean data(i, s) : 0)
 * The inner minimum is that of q = p or the least of the others: two of them are known.
 */
static void add_arc(const sj_listplan *p, sj_plan_job *job, uint32_t i, const sj_plan_arc *a,
		    double *way)
{
	uint32_t n = sj_listplan_nodes(p), first = 0;
	double *row = &job->table[(size_t)i * n], second = INFINITY;
	const sj_task *t = job->task[a->task].task;

	for (uint32_t q = 0; q < n; q++) {
		sj_time run = job->task[a->task].state == SJ_PLAN_WIDE ?
			      sj_listplan_length(p, t) : sj_listplan_run_ns(p, t, q);

		way[q] = run == SJ_NEVER ? INFINITY :
			 job->table[(size_t)a->task * n + q] + (double)run;
		if (q != 0 && way[q] < way[first]) {
			second = way[first];
			first = q;
		} else if (q != first && way[q] < second) {
			second = way[q];
		}
	}
	for (uint32_t q = 0; q < n; q++) {
		double other = (q == first ? second : way[first]) + (double)a->mean_ns;
		double least = way[q] < other ? way[q] : other;

		if (least > row[q])
			row[q] = least;
	}
}

static void rank(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	uint32_t n = sj_listplan_nodes(p);
	double *way = sj_scratch(cx, n * sizeof(*way));

	(void)self;
	for (uint32_t at = job->count; at-- > 0;) {
		uint32_t i = job->order[at];

		for (uint32_t k = job->succ_first[i]; k < job->succ_first[i + 1]; k++)
			add_arc(p, job, i, &job->succ[k], way);
		job->task[i].priority = 0;
		for (uint32_t q = 0; q < n; q++)
			job->task[i].priority += job->table[(size_t)i * n + q];
	}
}

static sj_time score(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		     uint32_t node, sj_time end_ns)
{
	double oct = job->table[(size_t)task * sj_listplan_nodes(p) + node];

	(void)self;
	return oct < (double)(SJ_TIME_MAX - end_ns) ? end_ns + (sj_time)oct : SJ_TIME_MAX;
}

static void explain(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		    char *text, size_t size)
{
	uint32_t n = sj_listplan_nodes(p);
	const sj_plan_task *t = &job->task[task];
	int used;

	(void)self;
	used = snprintf(text, size, "mean optimistic cost %.12g s (from this node %.12g s; by node:",
			t->priority / 1e9 / n, job->table[(size_t)task * n + t->node] / 1e9);
	for (uint32_t q = 0; q < n && q < TOLD; q++)
		used += snprintf(text + used, size - (size_t)used, " %.12g",
				 job->table[(size_t)task * n + q] / 1e9);
	snprintf(text + used, size - (size_t)used, n > TOLD ? " ...)" : ")");
}

static const sj_plan_rule rule = { .tabled = true, .rank = rank, .score = score,
				   .explain = explain };

static int peft_init(void *self, sj_ctx *cx)
{
	planned_make(self, cx, &rule);
	return SJ_OK;
}

static const sj_semantics semantics = {
	.order = "mean of the optimistic costs of a task, larger first, of those whose "
		 "predecessors are placed; without graphs all are 0",
	PLANNED_SEMANTICS,
	.placement = "where its end + the optimistic cost of what follows from there is least",
	.tie = "lower number in the job; lower node",
};

const sj_policy_ops sj_policy_peft = {
	SJ_POLICY_HEAD,
	.name = "peft",
	.summary = "task graphs planned by an optimistic table of what is still to come",
	.cite = "Arabnejad and Barbosa, List scheduling algorithm for heterogeneous systems by "
		"an optimistic cost table, IEEE TPDS 25(3), 2014",
	.semantics = &semantics,
	.state_size = sizeof(struct planned),
	.params = planned_params,
	.init = peft_init,
	PLANNED_CALLBACKS(SJ_PF_GRAPHS),
};
