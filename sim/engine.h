/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine.h - the simulated driver, as run.c sees it. */
#ifndef SJ_ENGINE_H
#define SJ_ENGINE_H

#include "sojourn/policy.h"

/* First arrivals are fetched. SJ_OK or the source's error, in cx->error. */
int engine_init(sj_ctx *cx);
/* When the next end, arrival, timer, change of a node or decision is; SJ_NEVER. */
sj_time engine_next(const sj_ctx *cx);
/* As sj_run_advance(). */
int engine_advance(sj_ctx *cx, uint64_t events);

#endif
