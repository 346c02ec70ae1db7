/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - see rows.h. */
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES ((size_t)1 << 20)
#define WIDTH_MAX      512u /* columns of a file */

/* ---- messages ------------------------------------------------------------------------ */

static int refuse_line(struct rows *r, const char *what)
{
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %s", r->lines.in->name,
		       (unsigned long long)r->line, what);
}

static int refuse_field(struct rows *r, int column, const char *verb, const char *what)
{
	char shown[44];

	lines_show(r->field[column] != NULL ? r->field[column] : "", shown, sizeof(shown));
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: field %d (%s): \"%s\" %s%s",
		       r->lines.in->name, (unsigned long long)r->line,
		       r->place[column] + 1, r->format->columns[column].name, shown, verb,
		       what);
}

int rows_refuse(struct rows *r, int column, const char *what)
{
	return refuse_field(r, column, "is not ", what);
}

static int judge(struct rows *r, int column, int rc, const char *what)
{
	if (rc == SJ_ERANGE)
		return refuse_field(r, column, "is out of range", "");
	return rc == SJ_OK ? SJ_OK : rows_refuse(r, column, what);
}

/* ---- splitting --------------------------------------------------------------------------- */

/* One field at *p, unquoted in place; *p moves behind its separator, or becomes NULL
 * when the field was the last. NULL: the quotes are wrong. */
static char *next_field(char **p, char separator)
{
	char *from = *p, *to = *p, *q = *p;

	if (*q != '"') {
		q = strchr(q, separator);
		*p = q != NULL ? q + 1 : NULL;
		if (q != NULL)
			*q = '\0';
		return from;
	}
	for (q++; *q != '"' || q[1] == '"'; q++) {
		if (*q == '\0')
			return NULL;
		q += *q == '"';
		*to++ = *q;
	}
	q++;
	if (*q != separator && *q != '\0')
		return NULL;
	*p = *q != '\0' ? q + 1 : NULL;
	*to = '\0';
	return from;
}

static char *trimmed(char *field)
{
	char *end;

	if (field == NULL)
		return NULL;
	field += strspn(field, " \t");
	end = field + strlen(field);
	while (end > field && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	return field;
}

/* A copy of the line as a string, without its line end. */
static int copy_line(struct rows *r, const char *p, size_t size)
{
	if (size + 1 > r->text_cap) {
		char *bigger = realloc(r->text, size * 2 + 2);

		if (bigger == NULL)
			return sj_fail(r->err, SJ_ENOMEM, "%s:%llu: no memory for a line of "
				       "%zu bytes", r->lines.in->name,
				       (unsigned long long)r->line, size);
		r->text = bigger;
		r->text_cap = size * 2 + 2;
	}
	memcpy(r->text, p, size);
	while (size > 0 && r->text[size - 1] == '\r')
		size--;
	r->text[size] = '\0';
	if (strlen(r->text) != size)
		return refuse_line(r, "there is a byte 0 in it; the file is not text");
	return SJ_OK;
}

static bool is_blank(const char *s)
{
	return s[strspn(s, " \t")] == '\0';
}

/* ---- header ---------------------------------------------------------------------------------- */

static int find_column(const struct rows_format *f, const char *name)
{
	for (int k = 0; f->columns[k].name != NULL; k++)
		if (strcmp(f->columns[k].name, name) == 0)
			return k;
	return -1;
}

/* Where each column of the format is in the file. `text` is split in place.
 * SJ_OK; SJ_EPARSE with the sentence in `why`. */
static int read_names(const struct rows_format *f, char *text, int *place,
		      unsigned *width, char *why, size_t size)
{
	unsigned n = 0;

	for (int k = 0; k < ROWS_COLUMNS; k++)
		place[k] = -1;
	for (char *p = text; p != NULL; n++) {
		char *cut = next_field(&p, f->separator);
		char *name = f->padded ? trimmed(cut) : cut;
		int k = name != NULL ? find_column(f, name) : -1;

		if (name == NULL || n == WIDTH_MAX) {
			snprintf(why, size, "the line that names the columns has %s",
				 name == NULL ? "a quote that does not close" :
				 "more than 512 of them");
			return SJ_EPARSE;
		}
		if (k >= 0 && place[k] >= 0) {
			snprintf(why, size, "column \"%s\" is named twice", name);
			return SJ_EPARSE;
		}
		if (k >= 0)
			place[k] = (int)n;
	}
	*width = n;
	for (int k = 0; f->columns[k].name != NULL; k++)
		if (f->columns[k].required && place[k] < 0) {
			snprintf(why, size, "column \"%s\" is missing; the first line of a "
				 "log of format %s names its columns", f->columns[k].name,
				 f->name);
			return SJ_EPARSE;
		}
	return SJ_OK;
}

static unsigned count_fields(const struct rows *r)
{
	unsigned n = 1;

	for (const char *p = r->text; (p = strchr(p, r->format->separator)) != NULL; p++)
		n++;
	return n;
}

static int unknown_width(struct rows *r)
{
	char widths[64] = "";
	size_t used = 0;

	for (const struct rows_order *o = r->format->orders; o->count > 0 && used < 50; o++)
		used += (size_t)sprintf(widths + used, "%s%u", used == 0 ? "" :
					o[1].count == 0 ? " or " : ", ", o->count);
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: the line has %u fields; a log of format "
		       "%s has %s", r->lines.in->name, (unsigned long long)r->line,
		       count_fields(r), r->format->name, widths);
}

/* As if a line had named the columns in their order. */
static int take_order(struct rows *r)
{
	const struct rows_order *o = r->format->orders;

	for (int k = 0; k < ROWS_COLUMNS; k++)
		r->place[k] = -1;
	r->width = 0;
	if (o == NULL) {
		for (; r->format->columns[r->width].name != NULL; r->width++)
			r->place[r->width] = (int)r->width;
	} else {
		while (o->count > 0 && o->count != count_fields(r))
			o++;
		if (o->count == 0)
			return unknown_width(r);
		for (; r->width < o->count; r->width++)
			r->place[o->column[r->width]] = (int)r->width;
	}
	r->has_header = true;
	return SJ_OK;
}

/* Is this, where names are no must, a line of them? */
static bool names_columns(const struct rows_format *f, const char *text)
{
	size_t n = strlen(f->columns[0].name);

	text += strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	return f->maybe_named && strncmp(text, f->columns[0].name, n) == 0 &&
	       (text[n] == f->separator || text[n] == ' ');
}

static int read_header(struct rows *r)
{
	static const char mark[] = "\xef\xbb\xbf";
	char *text = r->text, why[160];

	if (strncmp(text, mark, 3) == 0)
		text += 3;
	r->has_header = true;
	r->names = strdup(text);
	if (r->names == NULL)
		return sj_fail(r->err, SJ_ENOMEM, "%s: no memory", r->lines.in->name);
	if (read_names(r->format, text, r->place, &r->width, why, sizeof(why)) != SJ_OK)
		return refuse_line(r, why);
	return SJ_OK;
}

int rows_sniff(const struct rows_format *format, const char *bytes, size_t size)
{
	struct rows_format f = *format;
	const char *eol = memchr(bytes, '\n', size);
	size_t n = eol != NULL ? (size_t)(eol - bytes) : size, skip = 0;
	char text[2048], copy[2048], why[160];
	int place[ROWS_COLUMNS];
	unsigned width;

	if (n >= sizeof(text) || n == 0 || memchr(bytes, '\0', n) != NULL)
		return 0;
	memcpy(text, bytes, n);
	text[n - (text[n - 1] == '\r')] = '\0';
	skip = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	strcpy(copy, text + skip);
	if (read_names(&f, text + skip, place, &width, why, sizeof(why)) != SJ_OK)
		return 0;
	for (char *p = copy; p != NULL && f.alien != NULL;) {
		const char *name = next_field(&p, f.separator);

		if (name != NULL && strcmp(name, f.alien) == 0)
			return 0;
	}
	return 95;
}

/* ---- values ------------------------------------------------------------------------------------ */

static bool is_empty(const struct rows *r, int column)
{
	return r->field[column] == NULL || r->field[column][0] == '\0';
}

int rows_time(struct rows *r, int column, int shift, sj_time *out)
{
	*out = -1;
	if (is_empty(r, column))
		return SJ_OK;
	return judge(r, column, text_decimal(r->field[column], shift, out),
		     shift == TIME_S ? "a number of seconds" :
		     shift == TIME_MS ? "a number of milliseconds" :
					"a number of microseconds");
}

int rows_date(struct rows *r, int column, sj_time *out)
{
	*out = -1;
	if (is_empty(r, column))
		return SJ_OK;
	return judge(r, column, text_date(r->field[column], out),
		     "a date and time such as 2015-08-06 00:04:29");
}

int rows_span(struct rows *r, int column, sj_time *out)
{
	*out = -1;
	if (is_empty(r, column))
		return SJ_OK;
	return judge(r, column, text_span(r->field[column], out),
		     "a span of time such as 1-12:30:00");
}

int rows_number(struct rows *r, int column, uint32_t *out)
{
	int64_t v = 0;
	int rc;

	*out = 0;
	if (is_empty(r, column))
		return SJ_OK;
	rc = text_whole(r->field[column], &v);
	if (rc == SJ_OK && v > UINT32_MAX)
		rc = SJ_ERANGE;
	rc = judge(r, column, rc, "a whole number");
	if (rc == SJ_OK && v > 0)
		*out = (uint32_t)v;
	return rc;
}

int rows_name(struct rows *r, int column, struct names *names, uint32_t *out)
{
	const char *text = r->field[column] != NULL ? r->field[column] : "";

	return names_number(names, text, out, r->err);
}

int64_t rows_number_at_end(const char *name)
{
	size_t k = strlen(name);
	int64_t v;

	while (k > 0 && name[k - 1] >= '0' && name[k - 1] <= '9')
		k--;
	return text_whole(name + k, &v) == SJ_OK ? v : -1;
}

/* ---- jobs ------------------------------------------------------------------------------------------ */

static sj_drop judge_job(const struct rows *r, const sj_job *job)
{
	const sj_task_spec *t = &job->task;
	uint64_t width = (uint64_t)t->ranks * t->cores;

	if (t->work_ns < 0)
		return SJ_DROP_RUNTIME;
	if (!deck_has_procs(t))
		return SJ_DROP_PROCS;
	if (job->submit_ns < 0)
		return SJ_DROP_SUBMIT;
	if (r->options->procs != 0 && width > r->options->procs)
		return SJ_DROP_WIDE;
	return SJ_DROP_COUNT;
}

int rows_add(struct rows *r, sj_job *job)
{
	deck_note(r->deck, job);
	return rows_keep(r, job);
}

int rows_keep(struct rows *r, sj_job *job)
{
	sj_task_spec *t = &job->task;
	sj_drop why = judge_job(r, job);

	if (why != SJ_DROP_COUNT) {
		deck_drop(r->deck, why, r->line, t->work_ns,
			  (int64_t)((uint64_t)t->ranks * t->cores), job->submit_ns);
		return SJ_OK;
	}
	if (t->estimate_ns <= 0)
		t->estimate_ns = t->work_ns;
	return deck_add_job(r->deck, job, r->err);
}

void rows_drop(struct rows *r, sj_drop why)
{
	r->deck->source.info.dropped[why]++;
}

/* ---- rows --------------------------------------------------------------------------------------------- */

static int read_row(struct rows *r)
{
	int column_of[WIDTH_MAX];
	unsigned n = 0;
	char *p = r->text;

	memset(column_of, -1, sizeof(int) * r->width);
	for (int k = 0; k < ROWS_COLUMNS; k++)
		if (r->place[k] >= 0)
			column_of[r->place[k]] = k;
	for (; p != NULL; n++) {
		char *cut = next_field(&p, r->format->separator);
		char *field = r->format->padded ? trimmed(cut) : cut;

		if (field == NULL)
			return refuse_line(r, "a quote does not close, or something "
					   "stands behind it");
		if (n < r->width && column_of[n] >= 0)
			r->field[column_of[n]] = field;
	}
	if (n != r->width)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: the line has %u field%s, and %s %u",
			       r->lines.in->name, (unsigned long long)r->line, n,
			       n == 1 ? "" : "s", r->format->headerless ?
			       "the format" : "the first line names", r->width);
	r->deck->source.info.records++;
	return r->format->row(r);
}

/* Files that were put one behind the other may each bring the line. */
static bool is_names_again(const struct rows *r)
{
	return r->names != NULL && r->text[0] == r->names[0] && strcmp(r->text, r->names) == 0;
}

static int read_line(struct rows *r, const char *p, size_t size)
{
	int rc = copy_line(r, p, size);

	if (rc != SJ_OK || is_blank(r->text))
		return rc;
	if (!r->has_header && r->format->headerless && !names_columns(r->format, r->text))
		rc = take_order(r);
	else if (!r->has_header)
		return read_header(r);
	else if (is_names_again(r))
		return SJ_OK;
	return rc == SJ_OK ? read_row(r) : rc;
}

static int read_all(struct rows *r)
{
	const char *p, *to;
	uint64_t limit = r->options->limit;
	int rc;

	while ((rc = lines_next(&r->lines, r->line + 1, &p, &to, r->err)) == SJ_OK) {
		while (p < to) {
			const char *eol = memchr(p, '\n', (size_t)(to - p));

			r->line++;
			rc = read_line(r, p, (size_t)(eol - p));
			if (rc != SJ_OK || (limit != 0 && r->deck->count == limit))
				return rc;
			p = eol + 1;
		}
	}
	return rc == SJ_END ? SJ_OK : rc;
}

static int check_any(struct rows *r)
{
	if (r->deck->source.info.records > 0)
		return SJ_OK;
	return sj_fail(r->err, SJ_EPARSE, "%s: there is no job in it; expected %sone "
		       "line a job", r->lines.in->name, r->format->headerless ? "" :
		       "a line that names the columns, and ");
}

static void rows_fini(struct rows *r)
{
	if (r->format->fini != NULL && r->state != NULL)
		r->format->fini(r);
	free(r->state);
	lines_fini(&r->lines);
	names_fini(&r->user);
	names_fini(&r->group);
	names_fini(&r->queue);
	names_fini(&r->app);
	free(r->names);
	free(r->text);
}

int rows_open(const struct rows_format *format, sj_input *in,
	      const sj_reader_options *options, sj_source **out, sj_error *err)
{
	struct rows r = { .format = format, .options = options, .err = err };
	sj_workload_info *info;
	int rc = deck_create(&r.deck, err);

	if (rc != SJ_OK)
		return rc;
	info = &r.deck->source.info;
	snprintf(info->format, sizeof(info->format), "%s", format->name);
	info->unix_start_ns = format->unix_start_ns;
	rc = lines_init(&r.lines, in, LINE_MAX_BYTES, err);
	if (rc == SJ_OK && format->state_size > 0) {
		r.state = calloc(1, format->state_size);
		rc = r.state != NULL ? SJ_OK : sj_fail(err, SJ_ENOMEM, "no memory for the jobs");
	}
	if (rc == SJ_OK && format->start != NULL)
		rc = format->start(&r);
	if (rc == SJ_OK)
		rc = read_all(&r);
	info->lines = r.line;
	if (rc == SJ_OK && format->finish != NULL)
		rc = format->finish(&r);
	if (rc == SJ_OK)
		rc = check_any(&r);
	if (rc == SJ_OK)
		rc = deck_close(r.deck, err);
	info->has_facts = true;
	rows_fini(&r);
	if (rc != SJ_OK) {
		deck_free(&r.deck->source);
		return rc;
	}
	*out = &r.deck->source;
	return SJ_OK;
}
