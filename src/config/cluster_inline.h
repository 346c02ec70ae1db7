/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_inline.h - the inline notation: "procs=128", "nodes=16,cores=8,gpus=4". */
#ifndef CLUSTER_INLINE_H
#define CLUSTER_INLINE_H

#include "config/cluster.h"

/* SJ_OK, and *out is for cluster_fini(); SJ_EUSAGE, SJ_ENOMEM. */
int   cluster_inline_parse(const char *text, struct cluster *out, sj_error *err);
/* Can the notation state this machine: one kind of node, without names of racks? */
bool  cluster_inline_can(const struct cluster *c);
/* What differs from defaults, in one order; malloc'd. NULL: no memory. */
char *cluster_inline_text(const struct cluster *c);

#endif
