/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place_names.h - the nodes and storages that a workload names, on a machine. */
#ifndef PLACE_NAMES_H
#define PLACE_NAMES_H

#include "config/cluster.h"
#include "sojourn/workload.h"

/*
 * (*places)[n] is the endpoint of info->place[n]: a storage of this name, else the node of a
 * type that has this name and one node; UINT32_MAX: neither. NULL: nothing is named. From
 * malloc. SJ_OK or SJ_ENOMEM.
 */
int place_names_map(const sj_workload_info *info, const struct cluster *c, uint32_t **places);

#endif
