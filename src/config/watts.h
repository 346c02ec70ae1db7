/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watts.h - power as users write it: "90W", "1.2kW". */
#ifndef WATTS_H
#define WATTS_H

#include "sojourn/types.h"

#define WATTS_MAX 1e9

/* W, kW or MW, with the unit, 0 to WATTS_MAX. SJ_OK or SJ_EUSAGE; `what` begins the
 * message. */
int    watts_parse(const char *what, const char *text, double *out, sj_error *err);
/* Shortest text that parses back. */
size_t watts_format(double w, char *buf, size_t size);

#endif
