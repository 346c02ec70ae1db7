/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metrics.h - what a run is judged by, computed as jobs end.
 *
 * Definitions, with their sources, are in docs/MODEL.md. Integer sums are exact
 * (128 bits); sums of doubles go in order of finish, which is deterministic.
 * Executed time counts (a killed job ran until its kill); rejected and
 * unfinished jobs are not in any mean.
 */
#ifndef SJ_METRICS_H
#define SJ_METRICS_H

#include "sojourn/types.h"

/* X(identifier, column name, unit, good direction: -1 smaller, +1 larger, 0 neither) */
#define SJ_METRIC_LIST(X)                                   \
	X(SJ_M_MAKESPAN, "makespan_s", "s", -1)             \
	X(SJ_M_UTILIZATION, "utilization", "", 1)           \
	X(SJ_M_WAIT_MEAN, "wait_mean_s", "s", -1)           \
	X(SJ_M_WAIT_P50, "wait_p50_s", "s", -1)             \
	X(SJ_M_WAIT_P95, "wait_p95_s", "s", -1)             \
	X(SJ_M_WAIT_P99, "wait_p99_s", "s", -1)             \
	X(SJ_M_WAIT_MAX, "wait_max_s", "s", -1)             \
	X(SJ_M_WAIT_SUM, "wait_sum_s", "s", -1)             \
	X(SJ_M_WAIT_ZERO, "wait_zero", "jobs", 1)           \
	X(SJ_M_RESPONSE_MEAN, "response_mean_s", "s", -1)   \
	X(SJ_M_RESPONSE_P50, "response_p50_s", "s", -1)     \
	X(SJ_M_RESPONSE_P95, "response_p95_s", "s", -1)     \
	X(SJ_M_RESPONSE_P99, "response_p99_s", "s", -1)     \
	X(SJ_M_RESPONSE_MAX, "response_max_s", "s", -1)     \
	X(SJ_M_BSLD, "bsld_10s_mean", "", -1)               \
	X(SJ_M_BSLD_PP, "pp_bsld_10s_mean", "", -1)         \
	X(SJ_M_BSLD_MAX, "bsld_10s_max", "", -1)            \
	X(SJ_M_SLOWDOWN, "slowdown_mean", "", -1)           \
	X(SJ_M_JAIN, "jain", "", 1)                         \
	X(SJ_M_THROUGHPUT, "throughput_per_s", "1/s", 1)    \
	X(SJ_M_QUEUE_MEAN, "queue_length_mean", "jobs", -1) \
	X(SJ_M_SYSTEM_MEAN, "jobs_in_system_mean", "jobs", -1) \
	X(SJ_M_AWR, "area_weighted_response_s", "s", -1)    \
	X(SJ_M_AWW, "area_weighted_wait_s", "s", -1)        \
	X(SJ_M_LOSS, "loss_of_capacity", "", -1)            \
	X(SJ_M_FINISHED, "finished", "jobs", 1)             \
	X(SJ_M_UNFINISHED, "unfinished", "jobs", -1)        \
	X(SJ_M_KILLED, "killed", "jobs", -1)                \
	X(SJ_M_REJECTED, "rejected", "jobs", -1)            \
	X(SJ_M_PREEMPTIONS, "preemptions", "", -1)          \
	X(SJ_M_DEADLINE_MISSED, "deadline_missed", "jobs", -1) \
	X(SJ_M_TARDINESS_MEAN, "tardiness_mean_s", "s", -1) \
	X(SJ_M_TARDINESS_MAX, "tardiness_max_s", "s", -1) \
	X(SJ_M_NODE_FAILURES, "node_failures", "", 0)       \
	X(SJ_M_REQUEUES, "task_kills", "", -1)              \
	X(SJ_M_FAILED, "failed", "jobs", -1)                \
	X(SJ_M_LOST, "lost_work_s", "processor s", -1)      \
	X(SJ_M_GOODPUT, "goodput", "", 1)                   \
	X(SJ_M_AVAILABILITY, "availability", "", 1)         \
	X(SJ_M_GPU_UTILIZATION, "gpu_utilization", "", 1)   \
	X(SJ_M_ENERGY, "energy_j", "J", -1)                 \
	X(SJ_M_POWER, "power_mean_w", "W", -1) \
	X(SJ_M_WASTE, "wasted_procs_s", "s", -1)            \
	X(SJ_M_BYTES, "bytes_moved", "B", -1)               \
	X(SJ_M_STAGING, "staging_s", "s", -1)               \
	X(SJ_M_STATED, "stated_makespan_s", "s", 0)         \
	X(SJ_M_STATED_RATIO, "makespan_to_stated", "", 0) \
	X(SJ_M_CRITICAL, "critical_path_mean_s", "s", 0)    \
	X(SJ_M_CRITICAL_DATA, "critical_path_data_mean_s", "s", -1) \
	X(SJ_M_STRETCH, "critical_stretch_mean", "", -1)    \
	X(SJ_M_STRETCH_MAX, "critical_stretch_max", "", -1) \
	X(SJ_M_SLACK, "slack_mean_s", "s", 0)               \
	X(SJ_M_NO_SLACK, "slack_none", "", 0)             \
	X(SJ_M_COMM, "comm_s", "s", -1)                     \
	X(SJ_M_WEIGHTED, "weighted_response_s", "s", -1)    \
	X(SJ_M_BOUND_MAKESPAN, "bound_makespan_s", "s", 0)  \
	X(SJ_M_BOUND_RESPONSE, "bound_response_mean_s", "s", 0) \
	X(SJ_M_BOUND_WEIGHTED, "bound_weighted_response_s", "s", 0) \
	X(SJ_M_ABOVE_MAKESPAN, "above_bound_makespan", "", -1) \
	X(SJ_M_ABOVE_RESPONSE, "above_bound_response", "", -1) \
	X(SJ_M_ABOVE_WEIGHTED, "above_bound_weighted_response", "", -1) \
	X(SJ_M_PROGRAMS, "programs_solved", "", 0)          \
	X(SJ_M_PROGRAMS_COLD, "programs_cold", "", 0)       \
	X(SJ_M_PROGRAMS_STOPPED, "programs_stopped", "", -1)

typedef enum sj_metric {
#define X(id, name, unit, better) id,
	SJ_METRIC_LIST(X)
#undef X
	SJ_METRIC_COUNT
} sj_metric;

/* NAN where undefined (a mean over no job). */
typedef struct sj_metrics {
	double value[SJ_METRIC_COUNT];
} sj_metrics;

typedef struct sj_metric_info {
	const char *name, *unit;
	int         better;
} sj_metric_info;
extern const sj_metric_info sj_metric_infos[SJ_METRIC_COUNT];
/* The entry with this name, or NULL. */
const sj_metric_info *sj_metric_find(const char *name);

#endif
