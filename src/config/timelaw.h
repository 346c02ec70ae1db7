/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timelaw.h - laws of durations as users write them, drawn in seconds.
 *
 *     30d                            exponential with that mean
 *     exponential:mean=30d           the same
 *     weibull:shape=0.7,scale=20d    a parameter may be a duration ...
 *     gamma:shape=2,scale=3600       ... or a number, of seconds where it is a time
 */
#ifndef TIMELAW_H
#define TIMELAW_H

#include "sojourn/law.h"

/*
 * SJ_OK: *out is to be freed by sj_law_free(), and *text by free(): it is the same law,
 * written in one way. SJ_EUSAGE, SJ_ENOMEM. `who` begins messages.
 */
int timelaw_create(const char *who, const char *spec, sj_law **out, char **text,
		   sj_error *err);

#endif
