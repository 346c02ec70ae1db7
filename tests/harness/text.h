/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.h - strings that grow, for the runners.
 *
 * Every case runs in a process of its own, so nothing here is freed piecemeal:
 * memory goes back when the case has ended.
 */
#ifndef HARNESS_TEXT_H
#define HARNESS_TEXT_H

#include <stddef.h>

struct text {
	char  *s; /* always terminated once something was added */
	size_t len, cap;
};

void text_add(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void text_append(struct text *t, const void *bytes, size_t n);
/* The string so far; "" when nothing was added. */
const char *text_string(const struct text *t);

/* A new string; lives as long as the process. */
char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
