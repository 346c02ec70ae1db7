/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow_set.h - from a workload to coflows: a job is a coflow, an edge between two tasks that
 * have their nodes is a flow, a node is a port.
 */
#ifndef COFLOW_SET_H
#define COFLOW_SET_H

#include "coflow.h"
#include "sojourn/workload.h"

struct coflow_set {
	sj_coflow_case  c;      /* its arrays are those below; send and receive are `speed` */
	sj_coflow      *coflow;
	sj_coflow_flow *flow;
	double         *speed;
	uint32_t        coflow_cap, flow_cap;
	uint64_t        without_flows; /* jobs that were passed over */
	uint64_t        local;         /* flows from a port to itself */
	double          bytes;
};

/*
 * Reads the source to its end. `skip_local`: flows from a port to itself have no bytes to
 * move. SJ_OK, to be freed; SJ_EINVAL: a task without a node, or one that receives and sends;
 * SJ_ENOMEM; errors of the source.
 */
int  coflow_set_read(sj_source *source, const char *name, double bytes_per_s, bool skip_local,
		     struct coflow_set *out, sj_error *err);
void coflow_set_fini(struct coflow_set *s);

#endif
