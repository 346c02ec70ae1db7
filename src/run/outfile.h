/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outfile.h - a text file being written: all of it or nothing.
 *
 * Goes to NAME.part and is renamed at the end; "-" is standard output; a name
 * that ends in .gz is compressed; devices and pipes are written directly.
 */
#ifndef OUTFILE_H
#define OUTFILE_H

#include "sojourn/types.h"

struct outfile;

/* SJ_OK, SJ_EIO (directory missing, not permitted), SJ_ENOMEM. */
int  outfile_open(const char *path, struct outfile **out, sj_error *err);
/* Room for `size` bytes (at most OUTFILE_ROOM) to write into; outfile_advance()
 * says how many were. NULL after a failure, which outfile_close() reports. */
#define OUTFILE_ROOM 8192u
char *outfile_room(struct outfile *f, size_t size);
void outfile_advance(struct outfile *f, size_t used);
void outfile_write(struct outfile *f, const char *bytes, size_t n);
void outfile_puts(struct outfile *f, const char *text);
void outfile_printf(struct outfile *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* True after a failed write: no use in going on. */
bool outfile_failed(const struct outfile *f);
/* The write error so far, or SJ_OK. */
int  outfile_error(const struct outfile *f, sj_error *err);
/* keep: flushes and renames; otherwise removes. Frees f (NULL is fine). */
int  outfile_close(struct outfile *f, bool keep, sj_error *err);

#endif
