/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kinds.h - how each kind of case is shown through the program's own interface.
 *
 * A new kind is one function in a kind_*.c and one line in kinds.c.
 */
#ifndef KINDS_H
#define KINDS_H

#include "check.h"

typedef void kind_fn(struct check *k);

struct kind {
	const char *name;   /* the case's "kind" */
	kind_fn    *show;   /* NULL: not offered yet */
	const char *absent; /* then: what would show it */
};

const struct kind *kind_find(const char *name);

kind_fn show_mmc, show_mgc, show_gim1, show_mxm1, show_mginf, show_mg1_size_based,
	show_kingman_bound, show_closed_repairman;              /* kind_queueing.c */
kind_fn show_mg1_priority, show_mmc_priority, show_msj_saturation; /* kind_classes.c */
kind_fn show_lpt, show_graham_bound, show_p_cmax;               /* kind_list.c */
kind_fn show_fork_join, show_layered_barrier, show_pipeline;    /* kind_graph.c */
kind_fn show_graham_list, show_p_prec_cmax, show_real_exec_list, show_stg, show_hu_intree,
	show_johnson_flowshop;                                  /* kind_list_graph.c */
kind_fn show_heft, show_cpop, show_peft, show_r_cmax;                        /* kind_plan.c */
kind_fn show_gavel_maxmin;                                      /* kind_gavel.c */
kind_fn show_transport;                                         /* kind_transport.c */
kind_fn show_bin_packing;                                       /* kind_packing.c */
kind_fn show_drf_and_lp, show_drf_alternatives;                 /* kind_drf_lp.c */
kind_fn show_admission;                                         /* kind_admission.c */
kind_fn show_assignment;                                        /* kind_assignment.c */
kind_fn show_dag_optimum;                                       /* kind_machines.c */
kind_fn show_work_stealing;                                     /* kind_steal.c */
kind_fn show_work_span_bounds;                                  /* kind_span.c */
bool hold_brent(struct check *k, uint64_t seed); /* on a random graph; kind_span.c */
kind_fn show_divisible_static, show_divisible_load_star;        /* kind_divisible.c */
kind_fn show_collectives, show_sharded_ps;                      /* kind_collective.c */
kind_fn show_data_parallel;                                     /* kind_training.c */
kind_fn show_max_min_network, show_flow_completion;             /* kind_network.c */
kind_fn show_rigid_jobs;                                        /* kind_rigid.c */
kind_fn show_single_machine;                                    /* kind_single.c */
/* Numbers of jobs, from 1, in the order in which one processor starts them. */
double *single_machine_order(struct check *k, const json_t *runs, const json_t *weights,
			     const char *policy);
kind_fn show_gpu_preemptive, show_round_robin,
	show_srpt_optimal;                                      /* kind_preemptive.c */
kind_fn show_stride, show_lottery, show_drr, show_wfq, show_max_min_single,
	show_hierarchical_share, show_fairshare_factor, show_usage_decay, show_drf;                              /* kind_shares.c */
kind_fn show_power_of_d, show_round_robin_split;                                         /* kind_balance.c */
kind_fn show_delay_scheduling, show_delay_scheduling_d;         /* kind_delay.c */
kind_fn show_late_speculation, show_replication_min;                                  /* kind_stragglers.c */
kind_fn show_gittins_index;                                     /* kind_gittins.c */
kind_fn show_bandit_trace, show_linucb_trace, show_bandit_stat,
	show_bandit_bounds;                                     /* kind_bandit.c */
kind_fn show_processor_sharing, show_mg1_ps_conditional, show_speedup_laws,
	show_sync_straggler, show_backup_workers,
	show_checkpoint_interval;                               /* kind_pace.c */
kind_fn show_job_metrics;                                       /* kind_metrics.c */
kind_fn show_fairness_index, show_confidence_interval, show_paired_difference,
	show_batch_means, show_finish_time_fairness, show_gpu_fragmentation,
	show_gpu_fragmentation_expected, show_ks_statistic,
	show_ks_asymptotic;                                     /* kind_statistics.c */
kind_fn show_distribution, show_zipf, show_poisson_counts, show_diurnal_nhpp,
	show_lublin_feitelson, show_hyper_erlang,
	show_downey_speedup;                                    /* kind_workload.c */
kind_fn show_full_trace, show_published_full_trace,
	show_arm_rotation;                                                 /* kind_trace.c */
kind_fn show_published_windows;                                 /* kind_windows.c */
kind_fn show_invariant;                                         /* kind_invariant.c */

#endif
