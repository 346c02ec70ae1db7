/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outstream.h - a FILE over run/outfile.h: printf into a file that appears whole,
 * compressed if so named, or not at all; or into stdout.
 */
#ifndef OUTSTREAM_H
#define OUTSTREAM_H

#include <stdio.h>

#include "sojourn/types.h"

struct outstream {
	FILE           *to;   /* write here */
	struct outfile *file; /* NULL: stdout */
};

/* `path` NULL or "-": stdout. SJ_OK, SJ_EIO or SJ_ENOMEM. */
int outstream_open(struct outstream *s, const char *path, sj_error *err);
/* `rc` is how the writing went; unless SJ_OK the file is dropped. Returns rc, or
 * SJ_EIO. stdout is flushed, not closed. */
int outstream_close(struct outstream *s, int rc, sj_error *err);

#endif
