/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fragmentation.h - free GPUs that a request cannot use, because too few are free
 * on one node. The expected form is that of Weng et al., "Beware of fragmentation",
 * USENIX ATC 2023, for whole GPUs.
 */
#ifndef FRAGMENTATION_H
#define FRAGMENTATION_H

#include <stddef.h>

/* Free GPUs on nodes with fewer than `request` free. */
double stat_fragmented(const double *free_gpus, size_t nodes, double request);
/* The same over all free GPUs; NAN when none is free. */
double stat_fragmentation_rate(const double *free_gpus, size_t nodes, double request);
/* Mean of stat_fragmented over requests size[i], which come with probability share[i]. */
double stat_fragmented_expected(const double *free_gpus, size_t nodes,
				const double *size, const double *share, size_t sizes);

#endif
