/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kinds.c - the table of kinds: one line each, in the order of the bank. */
#include "kinds.h"

#include <string.h>

#define GRAPHS     "jobs that are graphs of tasks, and list policies for them"
#define PLANNING   "LP and assignment policies"
#define TRAINING   "models of training"
#define STATIONS   "several queues in one run"
#define FORMULA    "a value of a formula that no output of the program has"

static const struct kind kinds[] = {
	/* 01 queueing */
	{ "mm1", show_mmc, NULL },
	{ "mmc", show_mmc, NULL },
	{ "mmck", NULL, "a bounded waiting room that rejects" },
	{ "mg1", show_mgc, NULL },
	{ "mdc", show_mgc, NULL },
	{ "gim1", show_gim1, NULL },
	{ "mg1_ps_conditional", show_mg1_ps_conditional, NULL },
	{ "mg1_size_based", show_mg1_size_based, NULL },
	{ "mg1_priority", show_mg1_priority, NULL },
	{ "mmc_priority", show_mmc_priority, NULL },
	{ "jackson", NULL, STATIONS },
	{ "closed_mva", NULL, STATIONS },
	{ "closed_repairman", show_closed_repairman, NULL },
	{ "mxm1", show_mxm1, NULL },
	{ "forkjoin2", NULL, GRAPHS },
	{ "mginf", show_mginf, NULL },
	{ "msj_saturation_fcfs", show_msj_saturation, NULL },
	{ "little", NULL, FORMULA " (the relation itself is X-INV little)" },
	{ "ggm_approximation", NULL, FORMULA },
	{ "kingman_bound", show_kingman_bound, NULL },
	/* 02 graphs and lists */
	{ "heft", show_heft, NULL },
	{ "cpop", show_cpop, NULL },
	{ "peft", show_peft, NULL },
	{ "dag_optimum", show_dag_optimum, NULL },
	{ "graham_list", show_graham_list, NULL },
	{ "graham_bound_tight", show_graham_bound, NULL },
	{ "lpt", show_lpt, NULL },
	{ "p_cmax", show_p_cmax, NULL },
	{ "fork_join", show_fork_join, NULL },
	{ "layered_barrier", show_layered_barrier, NULL },
	{ "pipeline", show_pipeline, NULL },
	{ "hu_intree", show_hu_intree, NULL },
	{ "p_prec_cmax", show_p_prec_cmax, NULL },
	{ "stg", show_stg, NULL },
	{ "work_span_bounds", show_work_span_bounds, NULL },
	{ "work_stealing_unit_tasks", show_work_stealing, NULL },
	/* 03 rigid jobs */
	{ "rigid_jobs", show_rigid_jobs, NULL },
	/* 04 optimisation */
	{ "admission_lp", show_admission, NULL },
	{ "assignment", show_assignment, NULL },
	{ "r_cmax", show_r_cmax, NULL },
	{ "drf", show_drf_and_lp, NULL },
	{ "drf_alternatives", show_drf_alternatives, NULL },
	{ "gavel_maxmin", show_gavel_maxmin, NULL },
	{ "bin_packing", show_bin_packing, NULL },
	{ "transport", show_transport, NULL },
	{ "divisible_static", show_divisible_static, NULL },
	{ "divisible_load_star", show_divisible_load_star, NULL },
	/* 05 preemptive and fair-share policies */
	{ "gpu_preemptive", show_gpu_preemptive, NULL },
	{ "processor_sharing", show_processor_sharing, NULL },
	{ "round_robin", show_round_robin, NULL },
	{ "stride", show_stride, NULL },
	{ "lottery", show_lottery, NULL },
	{ "drr", show_drr, NULL },
	{ "wfq", show_wfq, NULL },
	{ "max_min_single", show_max_min_single, NULL },
	{ "hierarchical_share", show_hierarchical_share, NULL },
	{ "fairshare_factor", show_fairshare_factor, NULL },
	{ "usage_decay", show_usage_decay, NULL },
	{ "delay_scheduling", show_delay_scheduling, NULL },
	{ "delay_scheduling_D", show_delay_scheduling_d, NULL },
	{ "late_speculation", show_late_speculation, NULL },
	{ "replication_min", show_replication_min, NULL },
	{ "single_machine", show_single_machine, NULL },
	{ "srpt_optimal", show_srpt_optimal, NULL },
	{ "johnson_flowshop", show_johnson_flowshop, NULL },
	{ "power_of_d", show_power_of_d, NULL },
	{ "round_robin_split", show_round_robin_split, NULL },
	{ "gittins_index", show_gittins_index, NULL },
	/* 06 learners */
	{ "bandit_trace", show_bandit_trace, NULL },
	{ "linucb_trace", show_linucb_trace, NULL },
	{ "bandit_bounds", show_bandit_bounds, NULL },
	{ "bandit_stat", show_bandit_stat, NULL },
	/* 07 communication and training */
	{ "collectives", show_collectives, NULL },
	{ "sharded_ps", show_sharded_ps, NULL },
	{ "max_min_network", show_max_min_network, NULL },
	{ "flow_completion", show_flow_completion, NULL },
	{ "pipeline_parallel", NULL, TRAINING },
	{ "pipeline_uneven", NULL, TRAINING },
	{ "data_parallel", show_data_parallel, NULL },
	{ "speedup_laws", show_speedup_laws, NULL },
	{ "usl", NULL, TRAINING },
	{ "sync_straggler", show_sync_straggler, NULL },
	{ "backup_workers", show_backup_workers, NULL },
	{ "sync_vs_async", NULL, TRAINING },
	{ "ssp_invariant", NULL, TRAINING },
	{ "async_updates", NULL, TRAINING },
	{ "heterogeneous_batch", NULL, TRAINING },
	{ "checkpoint_interval", show_checkpoint_interval, NULL },
	{ "dynamic_weight_average", NULL, TRAINING },
	{ "mgda_two_tasks", NULL, TRAINING },
	{ "uncertainty_weighting", NULL, TRAINING },
	{ "model_bytes", NULL, TRAINING },
	/* 08 metrics */
	{ "job_metrics", show_job_metrics, NULL },
	{ "fairness_index", show_fairness_index, NULL },
	{ "finish_time_fairness", show_finish_time_fairness, NULL },
	{ "gpu_fragmentation", show_gpu_fragmentation, NULL },
	{ "gpu_fragmentation_expected", show_gpu_fragmentation_expected, NULL },
	{ "confidence_interval", show_confidence_interval, NULL },
	{ "paired_difference", show_paired_difference, NULL },
	{ "batch_means", show_batch_means, NULL },
	/* 09 workload models */
	{ "distribution", show_distribution, NULL },
	{ "downey_speedup", show_downey_speedup, NULL },
	{ "hyper_erlang", show_hyper_erlang, NULL },
	{ "lublin_feitelson", show_lublin_feitelson, NULL },
	{ "zipf_harmonic", show_zipf, NULL },
	{ "poisson_counts", show_poisson_counts, NULL },
	{ "diurnal_nhpp", show_diurnal_nhpp, NULL },
	{ "ks_statistic", show_ks_statistic, NULL },
	{ "ks_asymptotic", show_ks_asymptotic, NULL },
	/* 10 whole logs */
	{ "published_windows", show_published_windows, NULL },
	{ "published_full_trace", show_published_full_trace, NULL },
	{ "full_trace", show_full_trace, NULL },
	{ "arm_rotation", show_arm_rotation, NULL },
	/* 11 real execution and relations */
	{ "real_exec_list", show_real_exec_list, NULL },
	{ "invariant", show_invariant, NULL },
};

const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}
