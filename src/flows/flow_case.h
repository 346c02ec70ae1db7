/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow_case.h - a network and transfers over it, from a file, without any job: for
 * questions about the network alone. docs/NETWORK.md describes the file.
 */
#ifndef FLOW_CASE_H
#define FLOW_CASE_H

#include "network.h"

struct flow_entry {
	char    *id;
	sj_time  start_ns, finish_ns; /* finish: SJ_NEVER until it is known */
	double   bytes;
	double   rate;                /* of flow_case_rates() */
	sj_transfer_wish wish;
	uint32_t hops;
	uint32_t link[SJ_ROUTE_MAX];
};

struct flow_case {
	sj_network        *network;
	uint32_t           links, count;
	char             **link_name;
	struct flow_entry *flow; /* in the order of the file */
};

/* SJ_OK, to be freed; SJ_ENOENT, SJ_EIO of the file; SJ_EPARSE; SJ_ENOMEM. */
int  flow_case_read(const char *path, struct flow_case *out, sj_error *err);
void flow_case_fini(struct flow_case *c);

/* Runs until all transfers are done, which sets finish_ns; one that cannot move keeps
 * SJ_NEVER. Once only. */
int  flow_case_run(struct flow_case *c, sj_error *err);
/* All at once, as if nothing ever ended: sets `rate`. Once only. */
int  flow_case_rates(struct flow_case *c, sj_error *err);

#endif
