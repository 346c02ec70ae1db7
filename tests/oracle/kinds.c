/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kinds.c - the table of kinds: one line each, in the order of the bank. */
#include "kinds.h"

#include <string.h>

#define PREEMPTIVE "preemptive and time-shared policies"
#define GRAPHS     "jobs that are graphs of tasks, and list policies for them"
#define PLANNING   "LP and assignment policies"
#define LEARNERS   "bandit learners"
#define NETWORK    "the network, collectives and training models"
#define STEALING   "work stealing, locality and speculation"
#define MACHINE    "nodes, GPUs and placement"
#define REAL       "real execution (`sojourn real`)"

static const struct kind kinds[] = {
	/* 01 queueing */
	{ "mm1", NULL, "" },
	/* 02 graphs and lists */
	{ "lpt", show_lpt, NULL },
	{ "graham_bound_tight", show_graham_bound, NULL },
	{ "p_cmax", show_p_cmax, NULL },
	{ "heft", NULL, GRAPHS },
	{ "cpop", NULL, GRAPHS },
	{ "peft", NULL, GRAPHS },
	{ "dag_optimum", NULL, GRAPHS },
	{ "graham_list", NULL, GRAPHS },
	{ "fork_join", NULL, GRAPHS },
	{ "layered_barrier", NULL, GRAPHS },
	{ "pipeline", NULL, GRAPHS },
	{ "hu_intree", NULL, GRAPHS },
	{ "p_prec_cmax", NULL, GRAPHS },
	{ "stg", NULL, GRAPHS },
	{ "work_span_bounds", NULL, STEALING },
	{ "work_stealing_unit_tasks", NULL, STEALING },
	/* 03 rigid jobs */
	{ "rigid_jobs", show_rigid_jobs, NULL },
	/* 04 optimisation */
	{ "admission_lp", NULL, PLANNING },
	{ "assignment", NULL, PLANNING },
	{ "r_cmax", NULL, PLANNING },
	{ "drf", NULL, PLANNING },
	{ "drf_alternatives", NULL, PLANNING },
	{ "gavel_maxmin", NULL, PLANNING },
	{ "bin_packing", NULL, PLANNING },
	{ "transport", NULL, PLANNING },
	{ "divisible_static", NULL, PLANNING },
	{ "divisible_load_star", NULL, PLANNING },
};

const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}
