/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain_out.h - the story of a job in words, and as JSON. */
#ifndef EXPLAIN_OUT_H
#define EXPLAIN_OUT_H

#include <jansson.h>

#include "store/recorded.h"
#include "store/story.h"

/* `all`: every decision, however many. SJ_OK, or an error of the database. */
int explain_print(struct store *st, const struct recorded_run *r, const struct story *s,
		  bool all, sj_error *err);
int explain_json(struct store *st, const struct recorded_run *r, const struct story *s,
		 json_t **out, sj_error *err);

#endif
