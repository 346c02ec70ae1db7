/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fragmentation.c - free GPUs that a request cannot use. */
#include "stats/fragmentation.h"

#include <math.h>

double stat_fragmented(const double *free_gpus, size_t nodes, double request)
{
	double lost = 0;

	for (size_t i = 0; i < nodes; i++)
		lost += free_gpus[i] < request ? free_gpus[i] : 0;
	return lost;
}

double stat_fragmentation_rate(const double *free_gpus, size_t nodes, double request)
{
	double all = 0;

	for (size_t i = 0; i < nodes; i++)
		all += free_gpus[i];
	return all > 0 ? stat_fragmented(free_gpus, nodes, request) / all : NAN;
}

double stat_fragmented_expected(const double *free_gpus, size_t nodes,
				const double *size, const double *share, size_t sizes)
{
	double sum = 0;

	for (size_t i = 0; i < sizes; i++)
		sum += share[i] * stat_fragmented(free_gpus, nodes, size[i]);
	return sum;
}
