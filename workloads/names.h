/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.h - private to workloads/: words to numbers 1, 2, ... in order of appearance. */
#ifndef NAMES_H
#define NAMES_H

#include "sojourn/types.h"

struct names {
	char    **name;  /* number - 1 to text */
	uint32_t *slot;  /* open addressing: a number, or 0 */
	uint32_t  count, cap; /* cap: slots, a power of two, or 0 */
};

/* The number of `text`; an empty text is 0, unknown. SJ_OK or SJ_ENOMEM. */
int  names_number(struct names *n, const char *text, uint32_t *out, sj_error *err);
void names_fini(struct names *n);

#endif
