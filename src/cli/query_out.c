/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * query_out.c - the rows of a SELECT as a box, CSV, Markdown or JSON, as they come.
 *
 * Numbers are exact in every format: the shortest decimal that reads back. NULL is
 * "-" in a box, an empty field in CSV and Markdown, null in JSON.
 */
#include "cli/query_out.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/escape_text.h"
#include "cli/number_text.h"
#include "cli/table_text.h"
#include "sojourn/types.h"

const char *const query_formats[] = { "box", "csv", "md", "json", NULL };
enum { BOX, CSV, MARKDOWN, JSON };

struct query_writer {
	int                format;
	FILE              *to;
	struct table_text *table; /* BOX only */
	uint64_t           rows;
};

struct query_writer *query_writer_create(int format, FILE *to)
{
	struct query_writer *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	*w = (struct query_writer){ .format = format, .to = to };
	if (format == BOX && (w->table = table_text_create()) == NULL) {
		free(w);
		return NULL;
	}
	return w;
}

void query_writer_free(struct query_writer *w)
{
	if (w == NULL)
		return;
	table_text_free(w->table);
	free(w);
}

/* A value as text; `number` has room for it when it is no text. */
static const char *value_text(sqlite3_stmt *stmt, int c, char number[NUMBER_TEXT_MAX])
{
	switch (sqlite3_column_type(stmt, c)) {
	case SQLITE_NULL:
		return NULL;
	case SQLITE_FLOAT:
		number_exact(sqlite3_column_double(stmt, c), number);
		return number;
	case SQLITE_BLOB:
		snprintf(number, NUMBER_TEXT_MAX, "(%d bytes)", sqlite3_column_bytes(stmt, c));
		return number;
	default:
		return (const char *)sqlite3_column_text(stmt, c);
	}
}

/* Line breaks would tear the box, escapes would talk to the terminal. */
static void box_cell(struct table_text *t, const char *s)
{
	char *clean = s == NULL ? NULL : strdup(s);

	for (char *p = clean; p != NULL && *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	table_text_cell(t, s == NULL ? "-" : clean);
	free(clean);
}

static void markdown_rule(FILE *to, int columns)
{
	fputs("|", to);
	for (int c = 0; c < columns; c++)
		fputs(" --- |", to);
	fputc('\n', to);
}

void query_writer_begin(struct query_writer *w, sqlite3_stmt *stmt)
{
	int columns = sqlite3_column_count(stmt);

	if (w->format == JSON)
		fputs("{\"schema\":\"sojourn.query/1\",\"columns\":[", w->to);
	else if (w->format == MARKDOWN)
		fputs("| ", w->to);
	for (int c = 0; c < columns; c++) {
		const char *name = sqlite3_column_name(stmt, c);

		if (w->format == BOX) {
			box_cell(w->table, name);
		} else if (w->format == CSV) {
			fputs(c > 0 ? "," : "", w->to);
			escape_csv(w->to, name);
		} else if (w->format == MARKDOWN) {
			escape_markdown(w->to, name);
			fputs(c + 1 < columns ? " | " : " |", w->to);
		} else {
			fputs(c > 0 ? "," : "", w->to);
			escape_json(w->to, name);
		}
	}
	if (w->format == BOX) {
		table_text_end_row(w->table);
		table_text_rule(w->table);
	} else {
		fputs(w->format == JSON ? "],\"rows\":[" : "\n", w->to);
	}
	if (w->format == MARKDOWN)
		markdown_rule(w->to, columns);
}

static void json_value(FILE *to, sqlite3_stmt *stmt, int c)
{
	const unsigned char *bytes;

	switch (sqlite3_column_type(stmt, c)) {
	case SQLITE_NULL:
		fputs("null", to);
		break;
	case SQLITE_INTEGER:
		fprintf(to, "%lld", (long long)sqlite3_column_int64(stmt, c));
		break;
	case SQLITE_FLOAT:
		escape_json_number(to, sqlite3_column_double(stmt, c));
		break;
	case SQLITE_BLOB: /* as SQL writes it, hexadecimal */
		bytes = sqlite3_column_blob(stmt, c);
		fputc('"', to);
		for (int i = 0; i < sqlite3_column_bytes(stmt, c); i++)
			fprintf(to, "%02x", bytes[i]);
		fputc('"', to);
		break;
	default:
		escape_json(to, (const char *)sqlite3_column_text(stmt, c));
	}
}

static void json_row(struct query_writer *w, sqlite3_stmt *stmt)
{
	fputs(w->rows == 0 ? "\n{" : ",\n{", w->to);
	for (int c = 0; c < sqlite3_column_count(stmt); c++) {
		fputs(c > 0 ? "," : "", w->to);
		escape_json(w->to, sqlite3_column_name(stmt, c));
		fputc(':', w->to);
		json_value(w->to, stmt, c);
	}
	fputc('}', w->to);
}

void query_writer_row(struct query_writer *w, sqlite3_stmt *stmt)
{
	int columns = sqlite3_column_count(stmt);
	char number[NUMBER_TEXT_MAX];

	if (w->format == JSON)
		json_row(w, stmt);
	else if (w->format == MARKDOWN)
		fputs("| ", w->to);
	for (int c = 0; c < columns && w->format != JSON; c++) {
		const char *s = value_text(stmt, c, number);

		if (w->format == BOX) {
			box_cell(w->table, s);
		} else if (w->format == CSV) {
			fputs(c > 0 ? "," : "", w->to);
			escape_csv(w->to, s == NULL ? "" : s);
		} else {
			escape_markdown(w->to, s == NULL ? "" : s);
			fputs(c + 1 < columns ? " | " : " |", w->to);
		}
	}
	if (w->format == BOX)
		table_text_end_row(w->table);
	else if (w->format != JSON)
		fputc('\n', w->to);
	w->rows++;
}

int query_writer_end(struct query_writer *w)
{
	if (w->format == BOX)
		return table_text_print(w->table, w->to, table_text_unicode(w->to));
	if (w->format == JSON)
		fputs("\n]}\n", w->to);
	return ferror(w->to) ? SJ_EIO : SJ_OK;
}
