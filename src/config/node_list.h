/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * node_list.h - a machine as a table of its nodes, one line a node, as published with
 * traces: openb's (sn, cpu_milli, memory_mib, gpu, model) and Alibaba's of 2026 (gpu_model,
 * gpu_capacity_num, cpu_num). Columns are found by name; others may stand between.
 *
 * Nodes that are alike become one type; types come in the order of their first node, so the
 * nodes of the machine are numbered type after type and not as in the list. Thousandths of a
 * core that make no whole one are left out. Memory that the list does not state is not
 * modelled; a model that is empty has no name.
 */
#ifndef NODE_LIST_H
#define NODE_LIST_H

#include "config/cluster.h"

/* Does the name end in .csv, packed or not? */
bool node_list_is(const char *path);
/* SJ_OK, and *out is for cluster_fini(); SJ_EPARSE with file:line: field; SJ_ENOENT,
 * SJ_EIO, SJ_ENOMEM. */
int  node_list_read(const char *path, struct cluster *out, sj_error *err);
/* The same of a text, which is cut up. */
int  node_list_parse(const char *name, char *text, struct cluster *out, sj_error *err);

#endif
