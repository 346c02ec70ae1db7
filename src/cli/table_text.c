/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table_text.c - tables for the eye. Cells are kept in one growing array, row by row. */
#include "cli/table_text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sojourn/types.h"

enum { MAX_COLUMNS = 256 };

struct row {
	size_t   first; /* index of its first cell */
	unsigned count;
	bool     rule_above;
};

struct table_text {
	char      **cell;
	size_t      cells, cells_cap;
	struct row *row;
	size_t      rows, rows_cap;
	bool        in_row, rule_pending, failed;
	char        side[MAX_COLUMNS]; /* 'l', 'r', or 0: by looks */
};

struct table_text *table_text_create(void)
{
	return calloc(1, sizeof(struct table_text));
}

void table_text_free(struct table_text *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->cells; i++)
		free(t->cell[i]);
	free(t->cell);
	free(t->row);
	free(t);
}

/* Room for one more element of `size` bytes behind `count`; false: no memory. */
static bool grow(void **array, size_t count, size_t *cap, size_t size)
{
	size_t want = *cap == 0 ? 32 : *cap * 2;
	void *bigger;

	if (count < *cap)
		return true;
	bigger = realloc(*array, want * size);
	if (bigger == NULL)
		return false;
	*array = bigger;
	*cap = want;
	return true;
}

static bool open_row(struct table_text *t)
{
	if (t->in_row)
		return true;
	if (!grow((void **)&t->row, t->rows, &t->rows_cap, sizeof(*t->row)))
		return false;
	t->row[t->rows++] = (struct row){ .first = t->cells,
					  .rule_above = t->rule_pending };
	t->rule_pending = false;
	t->in_row = true;
	return true;
}

/* Takes over `text`, which may be NULL after a failed allocation. */
static void put(struct table_text *t, char *text)
{
	if (text == NULL || t->failed || !open_row(t) ||
	    t->row[t->rows - 1].count == MAX_COLUMNS ||
	    !grow((void **)&t->cell, t->cells, &t->cells_cap, sizeof(*t->cell))) {
		t->failed = true;
		free(text);
		return;
	}
	t->cell[t->cells++] = text;
	t->row[t->rows - 1].count++;
}

void table_text_cell(struct table_text *t, const char *text)
{
	if (t != NULL)
		put(t, strdup(text == NULL ? "" : text));
}

void table_text_cellf(struct table_text *t, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	if (t == NULL)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	put(t, text);
}

void table_text_end_row(struct table_text *t)
{
	if (t == NULL)
		return;
	if (!t->failed && !open_row(t))
		t->failed = true;
	t->in_row = false;
}

void table_text_row(struct table_text *t, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, t);
	while ((text = va_arg(ap, const char *)) != NULL)
		table_text_cell(t, text);
	va_end(ap);
	table_text_end_row(t);
}

void table_text_rule(struct table_text *t)
{
	if (t != NULL)
		t->rule_pending = true;
}

void table_text_align(struct table_text *t, unsigned column, char side)
{
	if (t != NULL && column < MAX_COLUMNS)
		t->side[column] = side;
}

/* ---- width ------------------------------------------------------------------ */

static uint32_t next_code_point(const unsigned char **s)
{
	uint32_t c = *(*s)++;
	int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

	if (more > 0)
		c &= 0x3fu >> more;
	while (more-- > 0 && (**s & 0xc0) == 0x80)
		c = c << 6 | (*(*s)++ & 0x3fu);
	return c;
}

/* wcwidth() would ask the locale, which is C here. The blocks that matter. */
static unsigned code_point_width(uint32_t c)
{
	if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || c == 0xfe0f)
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
	    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

unsigned table_text_width(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned width = 0;

	while (*p != '\0')
		width += code_point_width(next_code_point(&p));
	return width;
}

/* ---- looks ------------------------------------------------------------------ */

static bool is_dash(const char *s)
{
	return strcmp(s, "-") == 0 || strcmp(s, "\xe2\x80\x93") == 0 ||
	       strcmp(s, "\xe2\x80\x94") == 0 || strcmp(s, "nan") == 0;
}

/* A number to the eye: it starts with a digit behind signs, and a space or a
 * unit may follow ("12.5 h", "3 %"); but not a name such as "2001-log". */
static bool looks_numeric(const char *s)
{
	size_t digits;

	if (*s == '\0' || is_dash(s))
		return true;
	s += strspn(s, "+-<>=~ ");
	if (strncmp(s, "\xe2\x88\x92", 3) == 0) /* minus sign */
		s += 3;
	digits = strspn(s, "0123456789,.");
	if (digits == 0 || *s == ',')
		return strcmp(s, "inf") == 0;
	s += digits;
	if ((*s == 'e' || *s == 'E') && strchr("+-0123456789", s[1]) != NULL)
		s += 1 + strspn(s + 1, "+-0123456789");
	return *s == '\0' || *s == ' ' || *s == '%';
}

static const char *cell_at(const struct table_text *t, const struct row *r,
			   unsigned column)
{
	return column < r->count ? t->cell[r->first + column] : "";
}

static char column_side(const struct table_text *t, unsigned column)
{
	bool any = false;

	if (t->side[column] != 0)
		return t->side[column];
	for (size_t i = 1; i < t->rows; i++) {
		const char *s = cell_at(t, &t->row[i], column);

		if (!looks_numeric(s))
			return 'l';
		any = any || *s != '\0';
	}
	return any ? 'r' : 'l';
}

bool table_text_unicode(FILE *to)
{
	const char *lang = getenv("LC_ALL");

	if (lang == NULL || *lang == '\0')
		lang = getenv("LC_CTYPE");
	if (lang == NULL || *lang == '\0')
		lang = getenv("LANG");
	return isatty(fileno(to)) && lang != NULL &&
	       (strcasestr(lang, "utf-8") != NULL || strcasestr(lang, "utf8") != NULL);
}

/* ---- drawing ---------------------------------------------------------------- */

struct lines {
	const char *flat, *bar;
	const char *left[3], *cross[3], *right[3]; /* top, middle, bottom */
};
static const struct lines ascii = {
	"-", "|", { "+", "+", "+" }, { "+", "+", "+" }, { "+", "+", "+" }
};
static const struct lines drawn = {
	"\xe2\x94\x80", "\xe2\x94\x82",
	{ "\xe2\x94\x8c", "\xe2\x94\x9c", "\xe2\x94\x94" },
	{ "\xe2\x94\xac", "\xe2\x94\xbc", "\xe2\x94\xb4" },
	{ "\xe2\x94\x90", "\xe2\x94\xa4", "\xe2\x94\x98" }
};

static void draw_rule(FILE *to, const struct lines *l, int level,
		      const unsigned *width, unsigned columns)
{
	fputs(l->left[level], to);
	for (unsigned c = 0; c < columns; c++) {
		if (c > 0)
			fputs(l->cross[level], to);
		for (unsigned i = 0; i < width[c] + 2; i++)
			fputs(l->flat, to);
	}
	fprintf(to, "%s\n", l->right[level]);
}

static void draw_row(const struct table_text *t, const struct row *r, FILE *to,
		     const struct lines *l, const unsigned *width,
		     const char *side, unsigned columns)
{
	for (unsigned c = 0; c < columns; c++) {
		const char *s = cell_at(t, r, c);
		int pad = (int)(width[c] - table_text_width(s));

		if (side[c] == 'r')
			fprintf(to, "%s %*s%s ", l->bar, pad, "", s);
		else
			fprintf(to, "%s %s%*s ", l->bar, s, pad, "");
	}
	fprintf(to, "%s\n", l->bar);
}

int table_text_print(const struct table_text *t, FILE *to, bool unicode)
{
	const struct lines *l = unicode ? &drawn : &ascii;
	unsigned width[MAX_COLUMNS] = { 0 }, columns = 0;
	char side[MAX_COLUMNS];

	if (t == NULL || t->failed)
		return SJ_ENOMEM;
	for (size_t i = 0; i < t->rows; i++) {
		for (unsigned c = 0; c < t->row[i].count; c++) {
			unsigned w = table_text_width(cell_at(t, &t->row[i], c));

			width[c] = w > width[c] ? w : width[c];
		}
		columns = t->row[i].count > columns ? t->row[i].count : columns;
	}
	if (columns == 0)
		return SJ_OK;
	for (unsigned c = 0; c < columns; c++)
		side[c] = column_side(t, c);
	draw_rule(to, l, 0, width, columns);
	for (size_t i = 0; i < t->rows; i++) {
		if (i > 0 && t->row[i].rule_above)
			draw_rule(to, l, 1, width, columns);
		draw_row(t, &t->row[i], to, l, width, side, columns);
	}
	draw_rule(to, l, 2, width, columns);
	return ferror(to) ? SJ_EIO : SJ_OK;
}
