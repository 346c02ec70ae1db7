/* SPDX-License-Identifier: GPL-3.0-or-later */
/* whole.h - private to workloads/: an input read into memory at once, for documents. */
#ifndef WHOLE_H
#define WHOLE_H

#include "sojourn/workload.h"

struct whole {
	char    *text; /* ends with a NUL that does not count */
	size_t   size;
	uint64_t lines; /* '\n' in it */
};

/* SJ_OK, to be freed; SJ_ENOMEM: more than `max` bytes, or no memory; input errors. */
int  whole_read(sj_input *in, size_t max, struct whole *out, sj_error *err);
void whole_free(struct whole *w);

#endif
