/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain_allocs.h - where a job ran and on what, for `sojourn explain`. */
#ifndef EXPLAIN_ALLOCS_H
#define EXPLAIN_ALLOCS_H

#include <jansson.h>

#include "store/story.h"

/* Nothing when the run kept no allocations. `all`: every one, however many. */
int explain_allocs_print(struct store *st, uint32_t run, uint64_t seq, bool all, sj_error *err);
/* Appends to `list`. */
int explain_allocs_json(struct store *st, uint32_t run, uint64_t seq, json_t *list,
			sj_error *err);

#endif
