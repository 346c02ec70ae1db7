/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drops.h - jobs that were left out of a run, by reason, in words and as JSON. */
#ifndef DROPS_H
#define DROPS_H

#include "sojourn/workload.h"

extern const char *const drop_keys[SJ_DROP_COUNT];  /* "procs", as in JSON */
extern const char *const drop_texts[SJ_DROP_COUNT]; /* "no processors" */

/* {"runtime":0,"procs":2,...}, malloc'd; NULL when out of memory. */
char *drops_json(const uint64_t dropped[SJ_DROP_COUNT]);
/* "log.swf: dropped 3 jobs: 2 no processors, 1 wider than the machine (first: line 9:
 * ...)"; `first` may be "". malloc'd; NULL when nothing was dropped. */
char *drops_sentence(const char *who, const uint64_t dropped[SJ_DROP_COUNT],
		     const char *first);

#endif
