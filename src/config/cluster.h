/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cluster.h - the machine as the user writes it: "procs=128" (one pool) or
 * "nodes=16,cores=8,gpus=4,gpu=V100,mem=256GiB".
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "run.h"

struct cluster {
	sj_cluster    model;    /* what the core is given; points into this struct */
	char         *text;     /* canonical, parses back to the same machine */
	sj_node_spec *nodes;    /* NULL for a pool */
	char         *gpu_name; /* of gpu_model 1; NULL = unnamed */
};

/* One line for help: the notation. */
#define CLUSTER_NOTATION "procs=N or nodes=N,cores=N[,gpus=N][,gpu=MODEL][,mem=SIZE]"

/*
 * SJ_OK      *out is filled; cluster_fini() frees it
 * SJ_EUSAGE  unknown key, wrong value, or keys that do not go together
 * SJ_ENOMEM
 */
int  cluster_parse(const char *text, struct cluster *out, sj_error *err);
/* A pool of `procs` > 0 processors: what a log says about its own machine. */
int  cluster_pool(uint32_t procs, struct cluster *out, sj_error *err);
void cluster_fini(struct cluster *c);

#endif
