/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lines.h - private to workloads/: an input as blocks of whole lines.
 *
 * A block ends in '\n' (one is added when the file's last line has none), so a
 * parser can run without looking for the end of the buffer.
 */
#ifndef LINES_H
#define LINES_H

#include "sojourn/workload.h"

struct lines {
	sj_input *in;
	char     *buf;
	size_t    cap, max_line; /* a longer line is refused: memory stays bounded */
	size_t    begin, end;    /* unparsed bytes */
	bool      eof;
};

/* SJ_OK or SJ_ENOMEM. `in` is borrowed. */
int  lines_init(struct lines *l, sj_input *in, size_t max_line, sj_error *err);
void lines_fini(struct lines *l);

/*
 * The next block: *from .. *to, to[-1] is '\n'. It stays valid until the next
 * call. `line` is the number of its first line, for messages.
 * SJ_OK; SJ_END; SJ_EPARSE: line too long (reading cannot go on); input errors.
 */
int  lines_next(struct lines *l, uint64_t line, const char **from, const char **to,
		sj_error *err);

/* What the file says, as far as a message can show it: printable, and cut to `size`. */
void lines_show(const char *text, char *out, size_t size);

#endif
