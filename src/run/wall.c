/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wall.c - what a run costs: time passed and memory used. */
#include "run/wall.h"

#include <sys/resource.h>
#include <time.h>

uint64_t wall_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint64_t wall_peak_rss_bytes(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)usage.ru_maxrss * 1024; /* Linux counts in KiB */
}
