/* SPDX-License-Identifier: GPL-3.0-or-later */
/* escape_text.c - a text or number as one field of CSV, Markdown, LaTeX or JSON. */
#include "cli/escape_text.h"

#include <math.h>
#include <string.h>

#include "cli/number_text.h"

void escape_csv(FILE *to, const char *s)
{
	if (strpbrk(s, ",\"\r\n") == NULL) {
		fputs(s, to);
		return;
	}
	fputc('"', to);
	for (; *s != '\0'; s++) {
		if (*s == '"')
			fputc('"', to);
		fputc(*s, to);
	}
	fputc('"', to);
}

void escape_markdown(FILE *to, const char *s)
{
	for (; *s != '\0'; s++) {
		if (strchr("|*_`<>\\", *s) != NULL)
			fputc('\\', to);
		fputc(*s == '\n' || *s == '\r' ? ' ' : *s, to);
	}
}

static const char *latex_of(char c)
{
	switch (c) {
	case '\\': return "\\textbackslash{}";
	case '~': return "\\textasciitilde{}";
	case '^': return "\\textasciicircum{}";
	case '<': return "\\textless{}";
	case '>': return "\\textgreater{}";
	case '|': return "\\textbar{}";
	case '&': return "\\&";
	case '%': return "\\%";
	case '$': return "\\$";
	case '#': return "\\#";
	case '_': return "\\_";
	case '{': return "\\{";
	case '}': return "\\}";
	case '\n': return " ";
	default: return NULL;
	}
}

void escape_latex(FILE *to, const char *s)
{
	for (; *s != '\0'; s++) {
		const char *as = latex_of(*s);

		if (as != NULL)
			fputs(as, to);
		else
			fputc(*s, to);
	}
}

/* Length of the valid UTF-8 sequence at s, or 0. */
static int sequence(const unsigned char *s)
{
	int more = s[0] < 0x80 ? 0 : s[0] >= 0xc2 && s[0] < 0xe0 ? 1 :
		   s[0] >= 0xe0 && s[0] < 0xf0 ? 2 : s[0] >= 0xf0 && s[0] < 0xf5 ? 3 : -1;

	for (int i = 1; i <= more; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates, beyond U+10FFFF */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return more + 1;
}

void escape_json(FILE *to, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	fputc('"', to);
	while (*s != '\0') {
		int n = sequence(s);

		if (*s == '"' || *s == '\\')
			fprintf(to, "\\%c", *s);
		else if (*s == '\n')
			fputs("\\n", to);
		else if (*s < 0x20)
			fprintf(to, "\\u%04x", *s);
		else if (n == 0)
			fputs("\xef\xbf\xbd", to);
		else
			fwrite(s, 1, (size_t)n, to);
		s += n == 0 ? 1 : n;
	}
	fputc('"', to);
}

void escape_json_number(FILE *to, double v)
{
	char text[NUMBER_TEXT_MAX];

	number_exact(v, text);
	fputs(isfinite(v) ? text : "null", to);
}
