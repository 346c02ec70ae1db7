/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.c - strings that grow, for the runners. */
#include "harness/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nothing is freed piecemeal here, see text.h; every other check of the sanitizer
 * stays on. Found by name, never called by us. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void reserve(struct text *t, size_t more)
{
	size_t cap = t->cap > 0 ? t->cap : 64;

	while (cap < t->len + more + 1)
		cap *= 2;
	if (cap == t->cap)
		return;
	t->s = realloc(t->s, cap);
	if (t->s == NULL) {
		perror("realloc");
		exit(1);
	}
	t->cap = cap;
}

void text_append(struct text *t, const void *bytes, size_t n)
{
	reserve(t, n);
	if (n > 0)
		memcpy(t->s + t->len, bytes, n);
	t->len += n;
	t->s[t->len] = '\0';
}

static void add_list(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		reserve(t, (size_t)n);
		vsnprintf(t->s + t->len, (size_t)n + 1, fmt, again);
		t->len += (size_t)n;
	}
	va_end(again);
}

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_list(t, fmt, ap);
	va_end(ap);
}

const char *text_string(const struct text *t)
{
	return t->s != NULL ? t->s : "";
}

char *format(const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	text_append(&t, "", 0);
	va_start(ap, fmt);
	add_list(&t, fmt, ap);
	va_end(ap);
	return t.s;
}
