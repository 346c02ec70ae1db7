/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transfers.h - the network of a run, shared by all who send over it: each transfer has
 * an owner, who is told when it is done.
 */
#ifndef TRANSFERS_H
#define TRANSFERS_H

#include "core.h"
#include "network.h"

enum transfer_owner { TRANSFER_STAGING, TRANSFER_COMM };

/* What the machine's nodes are connected by; nothing without a network. SJ_OK, SJ_EINVAL (a
 * network that does not fit the machine), SJ_ENOMEM. */
int  transfers_init(sj_ctx *cx);
void transfers_fini(sj_ctx *cx);

/* As sj_network_send(), for `owner`. SJ_OK or SJ_ENOMEM. */
int  transfers_send(sj_ctx *cx, enum transfer_owner owner, uint32_t from, uint32_t to,
		    double bytes, sj_transfer_wish wish, sj_time now, uint32_t *id);

/* As sj_network_send_between(). */
int  transfers_send_between(sj_ctx *cx, enum transfer_owner owner, sj_endpoint from,
			    sj_endpoint to, double bytes, sj_transfer_wish wish, sj_time now,
			    uint32_t *id);

/* When a link next changes; SJ_NEVER: none does, or it matters to nobody. */
sj_time transfers_link_news(const sj_ctx *cx);
/* Nothing more comes over the network by itself: nothing is under way, or it stands still for
 * ever. */
bool    transfers_hopeless(const sj_ctx *cx);
/* ": data for task 3 of job 7 stands still at link ...", or "". */
void    transfers_say_standing(const sj_ctx *cx, char *buf, size_t size);

/* When the network next has something to say, or a task that communicates to do, and
 * letting it: the owners are told. */
sj_time transfers_next(const sj_ctx *cx);
int     transfers_news(sj_ctx *cx);

#endif
