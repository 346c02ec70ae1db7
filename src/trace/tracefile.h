/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tracefile.h - a trace being written: a FILE that appears whole or not at all,
 * packed with gzip or zstd when so named.
 */
#ifndef TRACEFILE_H
#define TRACEFILE_H

#include "cli/outstream.h"

struct zstd_layer;

struct tracefile {
	FILE              *to;   /* write here */
	struct outstream   out;
	struct zstd_layer *zstd; /* NULL: none */
};

/* `path` NULL or "-": stdout. SJ_OK, SJ_EIO or SJ_ENOMEM. */
int tracefile_open(struct tracefile *f, const char *path, sj_error *err);
/* As outstream_close(). */
int tracefile_close(struct tracefile *f, int rc, sj_error *err);

#endif
