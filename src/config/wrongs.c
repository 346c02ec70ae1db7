/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wrongs.c - see wrongs.h. */
#include "config/wrongs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_MAX 512

struct wrong {
	struct text_mark at;
	uint32_t         order;
	char            *text; /* first what is wrong, later the sentence */
};

struct wrongs {
	char        *name;
	bool         no_memory, told;
	size_t       count;
	struct wrong wrong[WRONGS_MAX];
	const char  *sentence[WRONGS_MAX];
};

struct wrongs *wrongs_create(const char *name)
{
	struct wrongs *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->name = strdup(name);
	if (w->name != NULL)
		return w;
	free(w);
	return NULL;
}

static size_t kept_of(const struct wrongs *w)
{
	return w->count < WRONGS_MAX ? w->count : WRONGS_MAX;
}

void wrongs_free(struct wrongs *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < kept_of(w); i++)
		free(w->wrong[i].text);
	free(w->name);
	free(w);
}

bool wrongs_full(const struct wrongs *w)
{
	return w->count >= WRONGS_MAX;
}

size_t wrongs_count(const struct wrongs *w)
{
	return w->count;
}

void wrongs_addv(struct wrongs *w, struct text_mark at, const char *fmt, va_list args)
{
	char text[SENTENCE_MAX];

	if (!wrongs_full(w)) {
		vsnprintf(text, sizeof(text), fmt, args);
		w->wrong[w->count] = (struct wrong){ at, (uint32_t)w->count, strdup(text) };
		w->no_memory = w->no_memory || w->wrong[w->count].text == NULL;
	}
	w->count++;
}

void wrongs_add(struct wrongs *w, struct text_mark at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	wrongs_addv(w, at, fmt, args);
	va_end(args);
}

static int by_position(const void *x, const void *y)
{
	const struct wrong *a = x, *b = y;

	if (a->at.line != b->at.line)
		return a->at.line < b->at.line ? -1 : 1;
	if (a->at.col != b->at.col)
		return a->at.col < b->at.col ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* "what" becomes "name:line:col: what". */
static bool tell(struct wrongs *w, struct wrong *one)
{
	char text[SENTENCE_MAX + 256], *full;

	snprintf(text, sizeof(text), "%.200s:%u:%u: %s", w->name, one->at.line, one->at.col,
		 one->text);
	full = strdup(text);
	if (full == NULL)
		return false;
	free(one->text);
	one->text = full;
	return true;
}

const char *const *wrongs_sentences(struct wrongs *w, size_t *kept)
{
	size_t n = kept_of(w);

	*kept = 0;
	if (w->no_memory || n == 0)
		return NULL;
	if (!w->told)
		qsort(w->wrong, n, sizeof(w->wrong[0]), by_position);
	for (size_t i = 0; i < n && !w->told; i++) {
		w->no_memory = w->no_memory || !tell(w, &w->wrong[i]);
		w->sentence[i] = w->wrong[i].text;
	}
	w->told = true;
	if (w->no_memory)
		return NULL;
	*kept = n;
	return w->sentence;
}

int wrongs_error(struct wrongs *w, sj_error *err)
{
	size_t kept;
	const char *const *text = wrongs_sentences(w, &kept);

	if (text == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", w->name);
	if (w->count == 1)
		return sj_fail(err, SJ_EPARSE, "%s", text[0]);
	return sj_fail(err, SJ_EPARSE, "%s (and %zu more: `sojourn cluster check` lists all)",
		       text[0], w->count - 1);
}
