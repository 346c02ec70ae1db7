/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rank_out.h - policies ranked over workloads, for the eye and as JSON. */
#ifndef RANK_OUT_H
#define RANK_OUT_H

#include <jansson.h>
#include <stdio.h>

#include "stats/ranking.h"

/* A table, one of who beats whom when `matrix`, and what they mean. SJ_OK, SJ_ENOMEM or
 * SJ_EIO. */
int rank_print(const struct ranking *r, const struct ranking_options *o, bool matrix, FILE *to);

/* One element of "metrics" in sojourn.ranking/1; NULL when out of memory. */
json_t *rank_json(const struct ranking *r, const struct ranking_options *o);

#endif
