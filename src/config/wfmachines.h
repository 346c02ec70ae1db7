/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wfmachines.h - the machines on which a workflow ran, from its document in WfFormat 1.5
 * (WfCommons; workloads/wfformat.c reads the workflow itself).
 *
 * Node i is machine i of `workflow.execution.machines`, a type of its own under its name.
 * Cores are `cpu.coreCount`; where that is missing, the most that a task recorded there
 * asked for, at least one. Memory is `memoryInBytes`, not modelled when it is missing. All
 * cores run at speed 1, because the run times hold where they were measured: `speedInMHz`
 * is what a governor had chosen at the moment of asking and tells equal machines apart.
 * Not stated, and so not invented: a network.
 */
#ifndef WFMACHINES_H
#define WFMACHINES_H

#include "config/cluster.h"

enum { WFMACHINES_BYTES_MAX = 1 << 30 };

/* Does a text begin like such a document? */
bool wfmachines_sniff(const char *bytes, size_t size);

/* SJ_OK, and *out is for cluster_fini(), with notes on what was invented; SJ_EPARSE;
 * SJ_ENOMEM. */
int wfmachines_parse(const char *name, const char *bytes, size_t size, struct cluster *out,
		     sj_error *err);

#endif
