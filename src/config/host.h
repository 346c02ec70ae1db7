/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host.h - the machine this program runs on, as a cluster of one node. */
#ifndef HOST_H
#define HOST_H

#include "config/cluster.h"

/*
 * Cores (not hardware threads) and memory, of which this process may use, and GPUs, as
 * hwloc tells them: it finds a GPU when it was built for the library of its maker. SJ_OK; SJ_EUSAGE: built without hwloc; SJ_EIO;
 * SJ_ENOMEM.
 */
int cluster_from_host(struct cluster *out, sj_error *err);

#endif
