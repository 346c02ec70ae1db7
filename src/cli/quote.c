/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quote.c - shell quoting: single quotes around whatever is not plainly safe. */
#include "cli/quote.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_plain(const char *word)
{
	if (*word == '\0')
		return false;
	for (; *word != '\0'; word++)
		if (!isalnum((unsigned char)*word) && strchr("_-./:=,+@%", *word) == NULL)
			return false;
	return true;
}

static char *put_word(char *to, const char *word)
{
	bool plain = is_plain(word);

	*to++ = ' ';
	if (!plain)
		*to++ = '\'';
	for (; *word != '\0'; word++) {
		if (*word == '\'') {
			memcpy(to, "'\\''", 4);
			to += 4;
		} else {
			*to++ = *word;
		}
	}
	if (!plain)
		*to++ = '\'';
	return to;
}

char *quote_command(int argc, char **argv)
{
	size_t need = sizeof("sojourn");
	char *text, *to;

	for (int i = 0; i < argc; i++)
		need += 4 * strlen(argv[i]) + 3;
	text = malloc(need);
	if (text == NULL)
		return NULL;
	strcpy(text, "sojourn");
	to = text + strlen(text);
	for (int i = 0; i < argc; i++)
		to = put_word(to, argv[i]);
	*to = '\0';
	return text;
}
