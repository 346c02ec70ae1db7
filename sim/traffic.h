/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * traffic.h - what goes over the network, for the sinks that ask: a record of each
 * transfer, and of each stretch in which a flow had one rate.
 *
 * cx->traffic is NULL unless a sink asks; whoever begins and ends transfers tests that.
 */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include "core.h"
#include "network.h"

#define TRAFFIC_NO_TASK UINT32_MAX

/* After the network was made; without one nothing. SJ_OK or SJ_ENOMEM. */
int  traffic_init(sj_ctx *cx);
void traffic_fini(sj_ctx *cx);

/* Does a sink want every change of a rate? */
bool traffic_watches_flows(const sj_ctx *cx);

/* A transfer for task t began at `began`, and the network has not moved since.
 * `from_task`: the task of its job that made the data, or TRAFFIC_NO_TASK. SJ_OK or
 * SJ_ENOMEM. */
int  traffic_begin(sj_ctx *cx, uint32_t transfer, const struct task *t, uint32_t from_task,
		   uint32_t from, uint32_t to, uint64_t bytes, sj_time began);
/* It has arrived, or was given up. A number that was not begun here is nothing. */
void traffic_end(sj_ctx *cx, uint32_t transfer, bool arrived);

/* The run is over: what still flows has sent what it has sent. */
void traffic_finish(sj_ctx *cx);

#endif
