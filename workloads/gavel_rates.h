/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gavel_rates.h - private to workloads/: the table of throughputs of the Gavel artefact
 * (Narayanan et al., "Heterogeneity-aware cluster scheduling policies for deep learning
 * workloads", OSDI 2020), in steps per second of a kind of job on a number of GPUs.
 *
 * {"v100": {"('ResNet-18 (batch size 16)', 2)": {"null": 100.1, ...}, ...},
 *  "v100_unconsolidated": ..., ...}: kinds of GPU, then jobs; "null" is the job alone, 0
 * where it does not fit. What two jobs do on one GPU stands there too and is not read.
 */
#ifndef GAVEL_RATES_H
#define GAVEL_RATES_H

#include "deck.h"
#include "lines.h"

struct gavel_rates;

/* Reads `in` to its end. `reference`: the GPUs on which rate is 1; `linear`: a number of
 * GPUs that was not measured is as fast, for each GPU, as the next smaller one that was.
 * SJ_OK, SJ_EPARSE with a sentence, SJ_ENOMEM, or what reading returned. */
int  gavel_rates_read(sj_input *in, const char *reference, bool linear,
		      struct gavel_rates **out, sj_error *err);
void gavel_rates_free(struct gavel_rates *g); /* accepts NULL */

/* The kinds of GPU, in the file's order, become the deck's names of models. */
int  gavel_rates_models(const struct gavel_rates *g, struct deck *d, sj_error *err);

/*
 * A job of this type on so many GPUs: its steps per second on the reference (0: unknown,
 * or it does not fit), and its scaling, made in the deck when it is new: speed-up over
 * numbers of GPUs, rate on each model, rate when the GPUs lie apart. SJ_OK or SJ_ENOMEM.
 */
int  gavel_rates_find(struct gavel_rates *g, struct deck *d, const char *type,
		      uint32_t gpus, double *steps_per_s, uint32_t *scaling, sj_error *err);

#endif
