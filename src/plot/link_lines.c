/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link_lines.c - see link_lines.h. */
#include "plot/link_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "plot/embedded.h"
#include "plot/query.h"

static int add_line(struct link_lines *l, sqlite3_stmt *st)
{
	const char *name = (const char *)sqlite3_column_text(st, 1);

	if (l->lines == l->line_room) {
		size_t room = l->line_room * 2 + 64;
		struct link_line *grown = realloc(l->line, room * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		l->line = grown;
		l->line_room = room;
	}
	l->line[l->lines] = (struct link_line){
		.link = (uint32_t)sqlite3_column_int64(st, 0), .name = strdup(name),
		.bytes_per_s = sqlite3_column_double(st, 2), .first = l->pieces,
	};
	return l->line[l->lines++].name != NULL ? SJ_OK : SJ_ENOMEM;
}

static int add_row(struct link_lines *l, sqlite3_stmt *st)
{
	uint32_t link = (uint32_t)sqlite3_column_int64(st, 0);
	int rc = l->lines == 0 || l->line[l->lines - 1].link != link ? add_line(l, st) : SJ_OK;
	struct link_piece *p;

	if (rc != SJ_OK)
		return rc;
	if (l->pieces == l->piece_room) {
		size_t room = l->piece_room * 2 + 1024;
		struct link_piece *grown = realloc(l->piece, room * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		l->piece = grown;
		l->piece_room = room;
	}
	p = &l->piece[l->pieces++];
	*p = (struct link_piece){ sqlite3_column_int64(st, 3), sqlite3_column_int64(st, 4),
				  sqlite3_column_double(st, 5) };
	l->line[l->lines - 1].count++;
	l->line[l->lines - 1].bytes += p->bytes;
	l->end = p->to > l->end ? p->to : l->end;
	return SJ_OK;
}

int link_lines_read(const struct plot_runs *runs, size_t series, struct link_lines *out,
		    sj_error *err)
{
	const struct plot_run *run = &runs->run[runs->series[series].first];
	struct plot_query q;
	int rc;

	*out = (struct link_lines){ 0 };
	rc = plot_query_open(runs, run, plot_link_utilization_sql, &q, err);
	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK)
		rc = add_row(out, q.st);
	plot_query_close(&q);
	if (rc == SJ_END && out->lines == 0)
		return sj_fail(err, SJ_EINVAL, "plot link-utilization: run %" PRId64 " (%s) kept "
			       "nothing of links, or nothing crossed one; run it again with --links",
			       run->id, runs->series[series].label);
	return rc == SJ_END ? SJ_OK : rc;
}

void link_lines_free(struct link_lines *l)
{
	for (size_t i = 0; i < l->lines; i++)
		free(l->line[i].name);
	free(l->line);
	free(l->piece);
	*l = (struct link_lines){ 0 };
}

double link_line_load(const struct link_line *l)
{
	return l->bytes / l->bytes_per_s;
}

static int by_load(const void *x, const void *y)
{
	const struct link_line *a = x, *b = y;

	if (link_line_load(a) != link_line_load(b))
		return link_line_load(a) > link_line_load(b) ? -1 : 1;
	return a->link < b->link ? -1 : 1;
}

void link_lines_rank(struct link_lines *l)
{
	if (l->lines > 1)
		qsort(l->line, l->lines, sizeof(*l->line), by_load);
}

/* ---- names ------------------------------------------------------------------------- */

/* Takes `what` of the text where it is, puts `by` there. */
static void replace(char *text, size_t size, const char *what, const char *by)
{
	char *at = strstr(text, what);
	char rest[128];

	if (at == NULL)
		return;
	snprintf(rest, sizeof(rest), "%s", at + strlen(what));
	snprintf(at, size - (size_t)(at - text), "%s%s", by, rest);
}

char *link_short_name(const char *name, char buf[LINK_SHORT])
{
	char text[128];

	snprintf(text, sizeof(text), "%s", name);
	replace(text, sizeof(text), "aggregation", "agg.");
	if (strncmp(text, "agg.", 4) == 0)
		replace(text + 4, sizeof(text) - 4, "aggregation", "agg.");
	replace(text, sizeof(text), " to router", " to");
	replace(text, sizeof(text), " to node", " to");
	replace(text, sizeof(text), " to group", " to");
	if (strlen(text) >= LINK_SHORT)
		strcpy(text + LINK_SHORT - 4, "...");
	return memcpy(buf, text, LINK_SHORT);
}
