/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nearest.c - "did you mean": the known name closest to a mistyped one.
 *
 * Optimal string alignment distance: insertions, deletions, substitutions and
 * swaps of neighbours count one each (Damerau, "A technique for computer
 * detection and correction of spelling errors", CACM 1964). Case is ignored.
 */
#include <string.h>

#include "sojourn/param.h"

#define WORD_MAX 48

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Both words are at most WORD_MAX long. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[3][WORD_MAX + 1];
	size_t n = strlen(a), m = strlen(b);

	for (size_t j = 0; j <= m; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned *now = row[i % 3];
		const unsigned *up = row[(i + 2) % 3], *upup = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			int ca = lower(a[i - 1]), cb = lower(b[j - 1]);

			now[j] = min3(up[j] + 1, now[j - 1] + 1, up[j - 1] + (ca != cb));
			if (i > 1 && j > 1 && ca == lower(b[j - 2]) &&
			    cb == lower(a[i - 2]) && upup[j - 2] + 1 < now[j])
				now[j] = upup[j - 2] + 1;
		}
	}
	return row[n % 3][m];
}

const char *sj_nearest(const char *word, const char *const *names, size_t n)
{
	size_t length = strlen(word);
	unsigned best = length < 3 ? 2 : (unsigned)length / 3 + 2; /* must be below */
	const char *found = NULL;

	if (length == 0 || length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		unsigned d;

		if (names[i] == NULL || strlen(names[i]) > WORD_MAX)
			continue;
		d = distance(word, names[i]);
		/* The beginning of a long name is not far from it. */
		if (d > 1 && length >= 3 && strncmp(word, names[i], length) == 0)
			d = 1;
		/* A name of nothing but changes is not what was meant. */
		if (d < best && d < strlen(names[i])) {
			best = d;
			found = names[i];
		}
	}
	return found;
}
