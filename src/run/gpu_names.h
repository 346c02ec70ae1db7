/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gpu_names.h - which GPUs of the machine a workload's names of models mean.
 */
#ifndef GPU_NAMES_H
#define GPU_NAMES_H

#include "config/cluster.h"
#include "sojourn/workload.h"

/*
 * For each of info->gpu_model, the machine's models that it allows: one name, or several
 * with "|" between them; upper and lower case are one unless the machine tells them
 * apart. 0: the machine has none of these. *mask is malloc'd; NULL when the workload has
 * no names, whose numbers are the machine's own then.
 *
 * *missing is malloc'd too: one sentence on the names that tasks ask for and the machine
 * does not have, or NULL when it has them all. SJ_OK or SJ_ENOMEM.
 */
int gpu_names_map(const sj_workload_info *info, const struct cluster *c, uint64_t **mask,
		  char **missing);

#endif
