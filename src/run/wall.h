/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wall.h - the wall clock, for measuring ourselves; never for decisions. */
#ifndef WALL_H
#define WALL_H

#include <stdint.h>

/* Monotone nanoseconds from some zero. */
uint64_t wall_ns(void);
/* Largest resident set of this process so far. */
uint64_t wall_peak_rss_bytes(void);

#endif
