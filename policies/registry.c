/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * registry.c - the policies built into the program, and their other names.
 *
 * Adding a policy: its declaration, its row in the table, both in the order in
 * which `policy list` shows them. Nothing else knows the list.
 */
#include "sojourn/policy.h"

/* One line per policy; each is defined in the file of its name or family. */
extern const sj_policy_ops sj_policy_fifo;
extern const sj_policy_ops sj_policy_sjf;
extern const sj_policy_ops sj_policy_ljf;
extern const sj_policy_ops sj_policy_saf;
extern const sj_policy_ops sj_policy_laf;
extern const sj_policy_ops sj_policy_narrow;
extern const sj_policy_ops sj_policy_wide;
extern const sj_policy_ops sj_policy_lifo;
extern const sj_policy_ops sj_policy_edf;
extern const sj_policy_ops sj_policy_llf;
extern const sj_policy_ops sj_policy_moore;
extern const sj_policy_ops sj_policy_priority;
extern const sj_policy_ops sj_policy_wfp3;
extern const sj_policy_ops sj_policy_unicef;
extern const sj_policy_ops sj_policy_f1;
extern const sj_policy_ops sj_policy_f2;
extern const sj_policy_ops sj_policy_f3;
extern const sj_policy_ops sj_policy_f4;
extern const sj_policy_ops sj_policy_expr;
extern const sj_policy_ops sj_policy_multifactor;
extern const sj_policy_ops sj_policy_firstfit;
extern const sj_policy_ops sj_policy_easy;
extern const sj_policy_ops sj_policy_conservative;
extern const sj_policy_ops sj_policy_preempt;
extern const sj_policy_ops sj_policy_srtf;
extern const sj_policy_ops sj_policy_srsf;
extern const sj_policy_ops sj_policy_srtf_est;
extern const sj_policy_ops sj_policy_srsf_est;
extern const sj_policy_ops sj_policy_las;
extern const sj_policy_ops sj_policy_gittins;
extern const sj_policy_ops sj_policy_rr;
extern const sj_policy_ops sj_policy_reserve;
extern const sj_policy_ops sj_policy_partition;
extern const sj_policy_ops sj_policy_quota;
extern const sj_policy_ops sj_policy_drf;
extern const sj_policy_ops sj_policy_drr;
extern const sj_policy_ops sj_policy_wfq;
extern const sj_policy_ops sj_policy_stride;
extern const sj_policy_ops sj_policy_lottery;
extern const sj_policy_ops sj_policy_themis;
extern const sj_policy_ops sj_policy_ps;
extern const sj_policy_ops sj_policy_equi;
extern const sj_policy_ops sj_policy_elastic;
extern const sj_policy_ops sj_policy_goodput;
extern const sj_policy_ops sj_policy_balance;
extern const sj_policy_ops sj_policy_delay;
extern const sj_policy_ops sj_policy_migrate;
extern const sj_policy_ops sj_policy_speculate;
extern const sj_policy_ops sj_policy_replicate;
extern const sj_policy_ops sj_policy_steal;
extern const sj_policy_ops sj_policy_bandit;
extern const sj_policy_ops sj_policy_rotate;
extern const sj_policy_ops sj_policy_foresight;
extern const sj_policy_ops sj_policy_tune;
extern const sj_policy_ops sj_policy_pyss_fcfs;
extern const sj_policy_ops sj_policy_pyss_easy;
extern const sj_policy_ops sj_policy_cqsim_easy;
extern const sj_policy_ops sj_policy_accasim_easy;
extern const sj_policy_ops sj_policy_batsched_easy_fast;
extern const sj_policy_ops sj_policy_tiresias_shortest;
extern const sj_policy_ops sj_policy_tiresias_shortest_gpu;
extern const sj_policy_ops sj_policy_tiresias_dlas;
extern const sj_policy_ops sj_policy_tiresias_dlas_gpu;
extern const sj_policy_ops sj_policy_gavel;
extern const sj_policy_ops sj_policy_gavel_fifo;
extern const sj_policy_ops sj_policy_helios_sjf;
extern const sj_policy_ops sj_policy_pai_sjf;
extern const sj_policy_ops sj_policy_list;
extern const sj_policy_ops sj_policy_hlfet;
extern const sj_policy_ops sj_policy_hu;
extern const sj_policy_ops sj_policy_lpt;
extern const sj_policy_ops sj_policy_multifit;
extern const sj_policy_ops sj_policy_min_min;
extern const sj_policy_ops sj_policy_max_min;
extern const sj_policy_ops sj_policy_sufferage;
extern const sj_policy_ops sj_policy_met;
extern const sj_policy_ops sj_policy_ect;
extern const sj_policy_ops sj_policy_lp_admission;
extern const sj_policy_ops sj_policy_lst;
extern const sj_policy_ops sj_policy_transport;
extern const sj_policy_ops sj_policy_drf_lp;
extern const sj_policy_ops sj_policy_hungarian;
extern const sj_policy_ops sj_policy_heft;
extern const sj_policy_ops sj_policy_cpop;
extern const sj_policy_ops sj_policy_peft;
extern const sj_policy_ops sj_policy_dls;
extern const sj_policy_ops sj_policy_lookahead;
extern const sj_policy_ops sj_policy_replay;

const sj_policy_ops *const sj_policies[] = {
	&sj_policy_fifo,
	&sj_policy_sjf,
	&sj_policy_ljf,
	&sj_policy_saf,
	&sj_policy_laf,
	&sj_policy_narrow,
	&sj_policy_wide,
	&sj_policy_lifo,
	&sj_policy_edf,
	&sj_policy_llf,
	&sj_policy_moore,
	&sj_policy_priority,
	&sj_policy_wfp3,
	&sj_policy_unicef,
	&sj_policy_f1,
	&sj_policy_f2,
	&sj_policy_f3,
	&sj_policy_f4,
	&sj_policy_expr,
	&sj_policy_multifactor,
	&sj_policy_firstfit,
	&sj_policy_easy,
	&sj_policy_conservative,
	&sj_policy_preempt,
	&sj_policy_srtf,
	&sj_policy_srsf,
	&sj_policy_srtf_est,
	&sj_policy_srsf_est,
	&sj_policy_las,
	&sj_policy_gittins,
	&sj_policy_rr,
	&sj_policy_reserve,
	&sj_policy_partition,
	&sj_policy_quota,
	&sj_policy_drf,
	&sj_policy_drr,
	&sj_policy_wfq,
	&sj_policy_stride,
	&sj_policy_lottery,
	&sj_policy_themis,
	&sj_policy_ps,
	&sj_policy_equi,
	&sj_policy_elastic,
	&sj_policy_goodput,
	&sj_policy_balance,
	&sj_policy_delay,
	&sj_policy_migrate,
	&sj_policy_speculate,
	&sj_policy_replicate,
	&sj_policy_steal,
	&sj_policy_bandit,
	&sj_policy_rotate,
	&sj_policy_foresight,
	&sj_policy_tune,
	&sj_policy_pyss_fcfs,
	&sj_policy_pyss_easy,
	&sj_policy_cqsim_easy,
	&sj_policy_accasim_easy,
	&sj_policy_batsched_easy_fast,
	&sj_policy_tiresias_shortest,
	&sj_policy_tiresias_shortest_gpu,
	&sj_policy_tiresias_dlas,
	&sj_policy_tiresias_dlas_gpu,
	&sj_policy_gavel_fifo,
	&sj_policy_helios_sjf,
	&sj_policy_pai_sjf,
	&sj_policy_list,
	&sj_policy_hlfet,
	&sj_policy_hu,
	&sj_policy_lpt,
	&sj_policy_multifit,
	&sj_policy_min_min,
	&sj_policy_max_min,
	&sj_policy_sufferage,
	&sj_policy_met,
	&sj_policy_ect,
	&sj_policy_lp_admission,
	&sj_policy_lst,
	&sj_policy_gavel,
	&sj_policy_transport,
	&sj_policy_drf_lp,
	&sj_policy_hungarian,
	&sj_policy_heft,
	&sj_policy_cpop,
	&sj_policy_peft,
	&sj_policy_dls,
	&sj_policy_lookahead,
	&sj_policy_replay,
	NULL,
};

/* Names that stand for a spec. An alias may not hide a policy. */
const sj_policy_alias sj_policy_aliases[] = {
	{ "fcfs", "fifo" },
	{ "mct", "ect" },
	{ "mip-admission", "lp-admission:exact=yes" },
	{ "hetero-maxmin", "gavel" },
	{ "srpt", "srtf" },
	{ "psjf", "preempt:order=sjf" },
	{ "gps", "ps:weight=job" },
	{ "lcfs-pr", "preempt:order=lifo" },
	{ "tiresias-fifo", "fifo" },
	{ "tiresias-fjf", "firstfit" },
	{ "helios-fifo", "fifo" },
	{ "pai-fifo", "firstfit" },
	{ NULL, NULL },
};
