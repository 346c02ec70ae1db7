/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order_key.h - orders whose key is computed in integers, between order_table.c
 * and order.c. */
#ifndef SJ_ORDER_KEY_H
#define SJ_ORDER_KEY_H

#include "sojourn/order.h"

/* Smaller goes first. */
typedef int64_t sj_order_key_fn(const sj_task *t);

/* NULL: the order is what its formula in the table says. */
sj_order_key_fn *sj_order_key_find(const char *name);

/* procs x ns as an order-preserving key: exact below 2^62 (4.6e9 processor-
 * seconds), to 57 bits above. */
int64_t sj_area_key(uint32_t procs, sj_time length);

#endif
