/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_totals.h - sums over a machine, and its description as JSON. */
#ifndef CLUSTER_TOTALS_H
#define CLUSTER_TOTALS_H

#include "config/cluster.h"

struct cluster_totals {
	uint64_t nodes, cores, gpus;
	uint64_t mem_bytes, gpu_mem_bytes; /* 0: not stated by all, or past 2^63 */
	double   idle_w, busy_w;           /* GPUs included; 0: not stated by all */
};
struct cluster_totals cluster_totals(const struct cluster *c);

/* One document, schema sojourn.cluster/1. SJ_OK, SJ_ENOMEM or SJ_EIO. */
int cluster_show_json(const struct cluster *c, sj_error *err);

#endif
