/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/goodput.h - useful progress of synchronous data-parallel training on n workers,
 * when the batch size is chosen for them.
 *
 * Qiao et al., "Pollux: co-adaptive cluster scheduling for goodput-optimized deep
 * learning", OSDI 2021. An iteration with batch M takes
 *     T = (Tg^gamma + Ts^gamma)^(1/gamma),
 *     Tg = alpha_grad + beta_grad M/n,
 *     Ts = 0 for n = 1, else alpha_sync + beta_sync (n - 2);
 * an example counts (noise + batch) / (noise + M) of what it counts with the batch of one
 * worker, `batch`. Goodput is M/T times that, for the best M from `batch` to `batch_max`.
 */
#ifndef SJ_GOODPUT_H
#define SJ_GOODPUT_H

#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_goodput {
	double alpha_grad, beta_grad; /* s; s for each example; beta_grad > 0 */
	double alpha_sync, beta_sync; /* s; s for each worker from the third on; >= 0 */
	double gamma;                 /* >= 1: 1 adds, large values overlap */
	double batch, batch_max;      /* examples, 0 < batch <= batch_max */
	double noise;                 /* gradient noise scale in examples, > 0 */
} sj_goodput;

/* The best batch for n >= 1 workers; *goodput, if not NULL, in examples a second, as with
 * `batch`. Goodput has one maximum over M, which is looked for to 15 digits. */
double sj_goodput_best(const sj_goodput *g, uint32_t n, double *goodput);

#ifdef __cplusplus
}
#endif
#endif
