/* SPDX-License-Identifier: GPL-3.0-or-later */
/* embedded.h - the files of plots/, compiled in, so that an installed program
 * needs none of them. One name a file: plots/cdf.gp is plot_cdf_gp. */
#ifndef PLOT_EMBEDDED_H
#define PLOT_EMBEDDED_H

extern const char plot_style_gp[];
extern const char plot_cluster_gp[];
extern const char plot_runs_sql[];
extern const char plot_cdf_sql[], plot_cdf_gp[];
extern const char plot_bsld_by_class_sql[], plot_bsld_by_class_gp[];
extern const char plot_utilization_sql[], plot_utilization_gp[];
extern const char plot_queue_sql[], plot_queue_gp[];
extern const char plot_gantt_sql[], plot_gantt_gp[];
extern const char plot_heatmap_sql[], plot_heatmap_gpus_sql[], plot_heatmap_gp[];
extern const char plot_gpu_gantt_sql[], plot_gpu_gantt_gp[];
extern const char plot_link_utilization_sql[], plot_link_utilization_gp[];
extern const char plot_dag_gp[];
extern const char plot_dag_gantt_sql[], plot_dag_job_sql[], plot_dag_transfers_sql[], plot_dag_gantt_gp[];
extern const char plot_fragmentation_sql[], plot_fragmentation_gp[];
extern const char plot_span_sql[], plot_span_gp[];
extern const char plot_scatter_gp[], plot_workload_path_sql[];
extern const char plot_ratios_gp[];
extern const char plot_arms_sql[], plot_arm_names_sql[], plot_arms_gp[];
extern const char plot_regret_sql[], plot_regret_gp[];
extern const char plot_bars_sql[], plot_bars_gp[], plot_metric_sql[];

#endif
