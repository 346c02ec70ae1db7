/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine.h - nodes and GPUs of a run's machine, by number. */
#ifndef PLOT_MACHINE_H
#define PLOT_MACHINE_H

#include "config/cluster.h"

struct machine {
	struct cluster cluster;
	uint32_t      *gpu_first; /* by node type, and one more: number of its first GPU */
};

/* From the text that the store keeps. machine_close() also after a failure. */
int  machine_open(struct machine *m, const char *text, sj_error *err);
void machine_close(struct machine *m);

/* The type of a node; *gpu is the number of its first GPU among all GPUs. */
const sj_node_type *machine_node(const struct machine *m, uint32_t node, uint32_t *gpu);
uint32_t            machine_gpus(const struct machine *m);

#endif
