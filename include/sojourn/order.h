/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/order.h - queue orders as parts: "sjf", "wfp3", "expr:wait/estimate".
 *
 * Every queueing policy takes an order as a parameter, so that a new order is
 * one row of a table and serves all of them. An order maps a waiting task to a
 * key (smaller first); ties go by seq. Static orders give a task one key for
 * life; dynamic ones change with time or usage, and the queue is re-sorted
 * before a pass that can start something.
 */
#ifndef SJ_ORDER_H
#define SJ_ORDER_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_order sj_order;

/*
 * From a spec: fcfs, sjf, ljf, saf, laf, narrow, wide, wfp3, unicef, f1..f4,
 * lifo, priority, edf, expr:FORMULA (larger value first), multifactor:k=v,...
 * NULL after sj_policy_fail() with the nearest known name. Run's memory.
 */
sj_order *sj_order_create(sj_ctx *cx, const char *spec);

bool    sj_order_dynamic(const sj_order *o);
/* Key now; smaller goes first. */
int64_t sj_order_key(sj_order *o, sj_ctx *cx, const sj_task *t);
/* Usage-based orders learn from these; others ignore them. Every policy that
 * uses an order must forward them. */
void    sj_order_started(sj_order *o, sj_ctx *cx, const sj_task *t);
void    sj_order_ended(sj_order *o, sj_ctx *cx, const sj_task *t);
/* One line: what the key of t is made of now, for explain. */
void    sj_order_explain(sj_order *o, sj_ctx *cx, const sj_task *t,
			 char *buf, size_t size);

/* The table of orders, for help and docs; ends with a NULL name. */
typedef struct sj_order_info {
	const char *name, *formula, *summary, *cite;
	bool        dynamic;
} sj_order_info;
extern const sj_order_info sj_orders[];

/* Parameters of the order `multifactor`, so that a policy of that name can have
 * the same: they bind to this. */
typedef struct sj_multifactor_config {
	double      age, size, fairshare, priority, queue; /* weights */
	sj_time     max_age, half_life;
	double      damping;
	int         by;     /* 0: user, 1: group */
	const char *shares;
} sj_multifactor_config;
extern const sj_param sj_multifactor_params[];

#ifdef __cplusplus
}
#endif
#endif
