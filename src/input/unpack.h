/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unpack.h - private to src/input: stored bytes to unpacked bytes, as a stream. */
#ifndef UNPACK_H
#define UNPACK_H

#include "input/input.h"

/* Where stored bytes come from; as sj_input.read. */
struct stored {
	void *ctx;
	ptrdiff_t (*read)(void *ctx, void *buf, size_t size, sj_error *err);
};

/* What the first bytes of a stored file are. */
input_packing unpack_detect(const uint8_t *head, size_t size);

struct unpack;

/*
 * Unpacks what `from` delivers; `head` (already read) comes first. `name` is
 * what messages call the file; both pointers outlive the unpacker.
 */
int  unpack_create(input_packing packing, const char *name, struct stored from,
		   const uint8_t *head, size_t head_size, struct unpack **out,
		   sj_error *err);
/* Up to `size` bytes; 0 at the end, or a negative sj_err. */
ptrdiff_t unpack_read(struct unpack *u, void *buf, size_t size, sj_error *err);
void      unpack_free(struct unpack *u); /* accepts NULL */

#endif
