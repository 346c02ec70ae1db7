/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocated.h - what a job had, as Batsim writes interval sets: "0-3 7". */
#ifndef ALLOCATED_H
#define ALLOCATED_H

#include "run/allocbook.h"

struct allocated {
	char     *text;
	size_t    used, cap;
	uint32_t *node;     /* scratch */
	size_t    nodes, node_cap;
};

/*
 * In a pool the processor numbers of each of the job's periods, one after the other; on
 * nodes the numbers of all nodes that it ever was on. Leaves the text in x->text, "" for
 * a job that had nothing. SJ_OK or SJ_ENOMEM; zero-filled is ready.
 */
int  allocated_text(struct allocated *x, struct allocbook *book, uint64_t seq);
void allocated_fini(struct allocated *x);

#endif
