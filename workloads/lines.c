/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.c - see lines.h. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

/* Half a second-level cache: parsed text should still be there when read. */
#define BLOCK ((size_t)256 << 10)

int lines_init(struct lines *l, sj_input *in, size_t max_line, sj_error *err)
{
	*l = (struct lines){ .in = in, .cap = BLOCK, .max_line = max_line };
	l->buf = malloc(l->cap + 1);
	if (l->buf == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", in->name);
	return SJ_OK;
}

void lines_fini(struct lines *l)
{
	free(l->buf);
	l->buf = NULL;
}

/* The block is full and has no line end: a longer line needs a larger block. */
static int grow(struct lines *l, uint64_t line, sj_error *err)
{
	size_t cap = l->cap * 2;
	char *buf;

	if (l->cap >= l->max_line)
		return sj_fail(err, SJ_EPARSE,
			       "%s:%llu: the line is longer than %zu bytes; this is "
			       "hardly a log of jobs", l->in->name,
			       (unsigned long long)line, l->max_line);
	buf = realloc(l->buf, cap + 1);
	if (buf == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s:%llu: no memory for a line of %zu bytes",
			       l->in->name, (unsigned long long)line, l->cap);
	l->buf = buf;
	l->cap = cap;
	return SJ_OK;
}

static int read_more(struct lines *l, sj_error *err)
{
	ptrdiff_t got = l->in->read(l->in, l->buf + l->end, l->cap - l->end, err);

	if (got < 0)
		return (int)got;
	l->eof = got == 0;
	l->end += (size_t)got;
	return SJ_OK;
}

int lines_next(struct lines *l, uint64_t line, const char **from, const char **to,
	       sj_error *err)
{
	size_t rest = l->end - l->begin;
	const char *last = NULL;

	memmove(l->buf, l->buf + l->begin, rest);
	l->begin = 0;
	l->end = rest;
	while (last == NULL && !l->eof) {
		size_t seen = l->end;
		int rc = l->end == l->cap ? grow(l, line, err) : SJ_OK;

		if (rc == SJ_OK)
			rc = read_more(l, err);
		if (rc != SJ_OK)
			return rc;
		/* Only what is new can hold the first line end. */
		last = memrchr(l->buf + seen, '\n', l->end - seen);
	}
	if (last == NULL) {
		if (l->end == 0)
			return SJ_END;
		l->buf[l->end++] = '\n';
		last = l->buf + l->end - 1;
	}
	*from = l->buf;
	*to = last + 1;
	l->begin = (size_t)(last + 1 - l->buf);
	return SJ_OK;
}

void lines_show(const char *text, char *out, size_t size)
{
	size_t n = 0;

	for (; text[n] != '\0' && n + 4 < size; n++) {
		unsigned char c = (unsigned char)text[n];

		out[n] = c < 0x20 || c > 0x7e ? '?' : (char)c;
	}
	if (text[n] != '\0') {
		memcpy(out + n, "...", 3);
		n += 3;
	}
	out[n] = '\0';
}
