/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash.h - private to src/input: SHA-256 of a file by a second thread. */
#ifndef HASH_H
#define HASH_H

#include "sojourn/types.h"

struct file_hash;

/*
 * Starts hashing the regular file `fd` with pread(), so that the file offset
 * stays the reader's. `name` and `fd` outlive the hash. NULL when there is no
 * memory or no thread to be had.
 */
struct file_hash *file_hash_start(int fd, const char *name);

/* Waits for the thread and frees it: the size and hash, or SJ_EIO. */
int  file_hash_finish(struct file_hash *h, uint64_t *bytes, char hex[65],
		      sj_error *err);
/* Stops and frees it; accepts NULL. */
void file_hash_cancel(struct file_hash *h);

#endif
