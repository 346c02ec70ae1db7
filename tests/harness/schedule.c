/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule.c - the jobs of one run as --jobs-csv tells them. */
#include "harness/schedule.h"

#include <inttypes.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"

char *sha256_hex(const void *bytes, size_t size)
{
	char hex[SHA256_DIGEST_STRING_LENGTH];

	SHA256Data(bytes, size, hex);
	return format("%s", hex);
}

bool parse_seconds(const char *text, int64_t *ns)
{
	char *end;
	int64_t whole, part = 0, unit = NS_PER_S;

	if (text[0] == '\0') {
		*ns = NEVER_NS;
		return true;
	}
	whole = strtoll(text, &end, 10);
	if (end == text)
		return false;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9' && unit > 1; end++) {
			unit /= 10;
			part += (*end - '0') * unit;
		}
	*ns = whole * NS_PER_S + (text[0] == '-' ? -part : part);
	return *end == '\0';
}

static bool read_row(const struct csv *c, const int column[6], struct job_row *row)
{
	char *end;

	row->id = strtoll(c->field[column[0]], &end, 10);
	row->procs = strtoll(c->field[column[4]], NULL, 10);
	row->state = c->field[column[5]];
	return *end == '\0' && parse_seconds(c->field[column[1]], &row->submit_ns) &&
	       parse_seconds(c->field[column[2]], &row->start_ns) &&
	       parse_seconds(c->field[column[3]], &row->finish_ns);
}

bool schedule_read(struct report *r, char *csv, struct schedule *s)
{
	static const char *const names[6] = {
		"job_id", "submission_time", "starting_time", "finish_time",
		"requested_number_of_resources", "final_state" };
	int column[6];
	struct csv c;
	size_t cap = 0;

	*s = (struct schedule){ 0 };
	if (csv == NULL || !csv_open(&c, csv)) {
		report_fail(r, "--jobs-csv wrote nothing");
		return false;
	}
	for (int i = 0; i < 6; i++) {
		column[i] = csv_column(&c, names[i]);
		if (column[i] < 0) {
			report_fail(r, "--jobs-csv has no column %s", names[i]);
			return false;
		}
	}
	while (csv_next(&c)) {
		if (s->count == cap) {
			cap = cap > 0 ? cap * 2 : 1024;
			s->row = realloc(s->row, cap * sizeof(*s->row));
		}
		if (!read_row(&c, column, &s->row[s->count])) {
			report_fail(r, "--jobs-csv line %zu is malformed", s->count + 2);
			return false;
		}
		s->count++;
	}
	return true;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int row_by_id(const void *a, const void *b)
{
	return by_id(&((const struct job_row *)a)->id, &((const struct job_row *)b)->id);
}

const struct job_row *schedule_find(struct schedule *s, int64_t id)
{
	const struct job_row key = { .id = id };

	if (s->count == 0)
		return NULL;
	if (s->by_id == NULL) {
		s->by_id = malloc(s->count * sizeof(*s->by_id));
		if (s->by_id == NULL)
			return NULL;
		memcpy(s->by_id, s->row, s->count * sizeof(*s->by_id));
		qsort(s->by_id, s->count, sizeof(*s->by_id), row_by_id);
	}
	return bsearch(&key, s->by_id, s->count, sizeof(*s->by_id), row_by_id);
}

/* Whole seconds, as the digests want them; a fraction would show as itself. */
static void add_time(struct text *t, int64_t ns)
{
	if (ns == NEVER_NS)
		text_append(t, "-1", 2);
	else if (ns % NS_PER_S == 0)
		text_add(t, "%" PRId64, ns / NS_PER_S);
	else
		text_add(t, "%.9f", (double)ns / 1e9);
}

char *schedule_digest_rows(const struct schedule *s)
{
	struct text t = { 0 };

	text_add(&t, "job_id,submit,start,end,procs\n");
	for (size_t i = 0; i < s->count; i++) {
		const struct job_row *j = &s->row[i];

		text_add(&t, "%" PRId64 ",", j->id);
		add_time(&t, j->submit_ns);
		text_append(&t, ",", 1);
		add_time(&t, j->start_ns);
		text_append(&t, ",", 1);
		add_time(&t, j->finish_ns);
		text_add(&t, ",%" PRId64 "\n", j->procs);
	}
	return sha256_hex(t.s, t.len);
}

char *schedule_digest_starts(struct schedule *s, int64_t *ids, size_t count)
{
	struct text t = { 0 };

	qsort(ids, count, sizeof(*ids), by_id);
	for (size_t i = 0; i < count; i++) {
		const struct job_row *j = schedule_find(s, ids[i]);

		text_add(&t, "%" PRId64 " ", ids[i]);
		add_time(&t, j != NULL ? j->start_ns : NEVER_NS);
		text_append(&t, "\n", 1);
	}
	return sha256_hex(t.s, t.len);
}
