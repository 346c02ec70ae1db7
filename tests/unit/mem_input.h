/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem_input.h - text in memory as an sj_input that hands out small pieces. */
#ifndef MEM_INPUT_H
#define MEM_INPUT_H

#include <string.h>

#include "sojourn/workload.h"

struct mem_input {
	sj_input    in; /* first */
	const char *text;
	size_t      size, at, piece; /* at most `piece` bytes a read; 0 = all */
};

static inline ptrdiff_t mem_read(sj_input *self, void *buf, size_t size, sj_error *err)
{
	struct mem_input *m = (struct mem_input *)self;
	size_t n = m->size - m->at;

	(void)err;
	if (n > size)
		n = size;
	if (m->piece != 0 && n > m->piece)
		n = m->piece;
	memcpy(buf, m->text + m->at, n);
	m->at += n;
	return (ptrdiff_t)n;
}

static inline void mem_init(struct mem_input *m, const char *text, size_t piece)
{
	*m = (struct mem_input){ { "mem", mem_read }, text, strlen(text), 0, piece };
}

#endif
