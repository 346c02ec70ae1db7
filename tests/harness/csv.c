/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv.c - reads comma-separated text with a header, by name of column. */
#include "harness/csv.h"

#include <string.h>
#include <zlib.h>

#include "harness/text.h"

/* Takes one field off *at, removing quotes in place; true: the row goes on. */
static bool take(char **at, const char **field)
{
	char *from = *at, *to = *at;
	bool quoted = *from == '"';

	*field = to;
	if (quoted)
		from++;
	while (*from != '\0') {
		if (quoted && from[0] == '"' && from[1] == '"') {
			from++;
		} else if (quoted && *from == '"') {
			quoted = false;
			from++;
			continue;
		} else if (!quoted && (*from == ',' || *from == '\n')) {
			break;
		}
		*to++ = *from++;
	}
	quoted = *from == ',';
	*at = *from == '\0' ? from : from + 1;
	if (to > *field && to[-1] == '\r')
		to--;
	*to = '\0';
	return quoted;
}

static bool row(struct csv *c, const char **fields, int *count)
{
	const char *extra;
	bool more = true;

	*count = 0;
	if (*c->at == '\0')
		return false;
	while (more)
		if (*count < CSV_COLUMNS)
			more = take(&c->at, &fields[(*count)++]);
		else
			more = take(&c->at, &extra);
	return true;
}

bool csv_open(struct csv *c, char *text)
{
	*c = (struct csv){ .at = text };
	return row(c, c->name, &c->columns);
}

bool csv_next(struct csv *c)
{
	int n;

	if (!row(c, c->field, &n))
		return false;
	for (; n < CSV_COLUMNS; n++)
		c->field[n] = "";
	return true;
}

int csv_column(const struct csv *c, const char *name)
{
	for (int i = 0; i < c->columns; i++)
		if (strcmp(c->name[i], name) == 0)
			return i;
	return -1;
}

const char *csv_field(const struct csv *c, const char *name)
{
	int i = csv_column(c, name);

	return i < 0 ? "" : c->field[i];
}

char *file_read(const char *path, size_t *size)
{
	static char bytes[1 << 16];
	struct text t = { 0 };
	gzFile f = gzopen(path, "rb");
	int n;

	if (f == NULL)
		return NULL;
	text_append(&t, "", 0);
	while ((n = gzread(f, bytes, sizeof(bytes))) > 0)
		text_append(&t, bytes, (size_t)n);
	gzclose(f);
	if (n < 0)
		return NULL;
	if (size != NULL)
		*size = t.len;
	return t.s;
}
