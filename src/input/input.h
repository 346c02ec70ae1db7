/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * input.h - a path, or "-" for standard input, as a stream of unpacked bytes.
 *
 * Plain, gzip (any number of members) and zstd (any number of frames), told
 * apart by their first bytes and not by name. A pattern such as "part-*.gz" that is no
 * file itself is all files it matches, in order of their names, as one text. Not here:
 * what the bytes mean.
 */
#ifndef INPUT_H
#define INPUT_H

#include "sojourn/workload.h"

typedef enum input_packing { INPUT_PLAIN, INPUT_GZIP, INPUT_ZSTD } input_packing;

/* SHA-256 of the stored bytes is wanted. Files are hashed by a second thread,
 * which costs the reader nothing; pipes are hashed as they are read. */
#define INPUT_HASH 1u

/*
 * SJ_OK      *out reads the unpacked bytes; `path` is copied
 * SJ_ENOENT  no such file
 * SJ_EIO     a directory, no permission, or any other failure to open
 */
int  input_open(const char *path, unsigned flags, sj_input **out, sj_error *err);
void input_close(sj_input *in); /* accepts NULL */

/* The first unpacked bytes, up to a few KiB, without consuming them; shorter
 * only when the input is. Only before the first read(). */
int  input_peek(sj_input *in, const char **bytes, size_t *size, sj_error *err);

input_packing input_packed(const sj_input *in);
uint64_t      input_unpacked_bytes(const sj_input *in); /* read so far */

/*
 * Size and SHA-256 (lower-case hex) of the file as stored, of several as if they were
 * one (`cat part-*.gz | sha256sum`). Needs INPUT_HASH;
 * bytes not yet read are read. Waits for the second thread, so ask late.
 * SJ_EIO when the file has changed since it was opened.
 */
int  input_digest(sj_input *in, uint64_t *stored_bytes, char hex[65], sj_error *err);

#endif
