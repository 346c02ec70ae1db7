/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow.c - reader of traces of coflow-benchmark (Chowdhury, Zhong and Stoica 2014): line 1
 * has the ports of the fabric and the coflows; then a line a coflow,
 *
 *     id  arrival[ms]  mappers  port ...  reducers  port:MB ...
 *
 * where MB, of 10^6 bytes, is what a reducer gets from all mappers together. coflow_job.h has
 * the job that a coflow becomes. Cannot know: how long maps and reduces take, users.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coflow_job.h"
#include "deck.h"
#include "timetext.h"
#include "whole.h"

#define FILE_MAX_BYTES ((size_t)1 << 30)
#define PORTS_MAX      1000000u
#define EDGES_MAX      100000000u /* of one coflow */
#define MB_SHIFT       6
#define FIELD_MAX      64

struct reader {
	const char  *name;
	const char  *at;
	uint64_t     line;
	struct deck *deck;
	sj_error    *err;
	uint32_t     ports, coflows;
	uint64_t     limit; /* 0: none */
	/* of the line that is read */
	uint32_t    *mapper, mapper_cap;
	uint32_t    *reducer, reducer_cap;
	uint64_t    *bytes;
};

static int wrong(const struct reader *r, const char *what, const char *text,
		 const char *expected)
{
	char shown[48];
	size_t i = 0;

	for (; text[i] != '\0' && i < sizeof(shown) - 1; i++)
		shown[i] = isprint((unsigned char)text[i]) ? text[i] : '?';
	shown[i] = '\0';
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %s: \"%s\"; expected %s", r->name,
		       (unsigned long long)r->line, what, shown, expected);
}

/* The next field of the line; false and "": there is none. One that is cut is no number. */
static bool field(struct reader *r, char text[FIELD_MAX])
{
	size_t length;

	r->at += strspn(r->at, " \t\r");
	length = strcspn(r->at, " \t\r\n");
	snprintf(text, FIELD_MAX, "%.*s", (int)(length < FIELD_MAX ? length : FIELD_MAX), r->at);
	if (length >= FIELD_MAX)
		text[FIELD_MAX - 2] = '~';
	r->at += length;
	return length != 0;
}

static int whole(struct reader *r, const char *what, uint32_t least, uint32_t most,
		 uint32_t *out)
{
	char text[FIELD_MAX], expected[80];
	int64_t v;

	snprintf(expected, sizeof(expected), "a whole number from %u to %u", least, most);
	if (!field(r, text))
		return wrong(r, what, text, "it before the line ends");
	if (text_whole(text, &v) != SJ_OK || v < least || v > most)
		return wrong(r, what, text, expected);
	*out = (uint32_t)v;
	return SJ_OK;
}

static int end_of_line(struct reader *r)
{
	char text[FIELD_MAX];

	if (field(r, text))
		return wrong(r, "behind the last field", text, "the end of the line");
	r->at += *r->at == '\n';
	r->line++;
	return SJ_OK;
}

/* Past lines without a field; false: the text is over. */
static bool next_line(struct reader *r)
{
	for (;;) {
		r->at += strspn(r->at, " \t\r");
		if (*r->at != '\n')
			return *r->at != '\0';
		r->at++;
		r->line++;
	}
}

static int room(struct reader *r, uint32_t count, uint32_t *cap, uint32_t **a, uint64_t **b)
{
	uint32_t *more_a;
	uint64_t *more_b = NULL;

	if (count <= *cap)
		return SJ_OK;
	more_a = realloc(*a, count * sizeof(**a));
	if (more_a != NULL)
		*a = more_a;
	if (b != NULL) {
		more_b = realloc(*b, count * sizeof(**b));
		if (more_b != NULL)
			*b = more_b;
	}
	if (more_a == NULL || (b != NULL && more_b == NULL))
		return sj_fail(r->err, SJ_ENOMEM, "%s: no memory for %u ports", r->name, count);
	*cap = count;
	return SJ_OK;
}

static int read_mappers(struct reader *r, uint32_t *count)
{
	int rc = whole(r, "mappers", 1, EDGES_MAX, count);

	/* A number that the text cannot hold is not believed, only read up to its end. */
	for (uint32_t i = 0; i < *count && rc == SJ_OK; i++) {
		if (i >= r->mapper_cap)
			rc = room(r, i < 64 ? 64 : i * 2, &r->mapper_cap, &r->mapper, NULL);
		if (rc == SJ_OK)
			rc = whole(r, "port of a mapper", 0, r->ports - 1, &r->mapper[i]);
	}
	return rc;
}

static int read_reducer(struct reader *r, uint32_t i)
{
	char text[FIELD_MAX], expected[80], *colon;
	int64_t port, bytes;

	if (!field(r, text))
		return wrong(r, "reducer", text, "port:MB before the line ends");
	colon = strchr(text, ':');
	if (colon == NULL)
		return wrong(r, "reducer", text, "port:MB");
	*colon = '\0';
	snprintf(expected, sizeof(expected), "a whole number from 0 to %u", r->ports - 1);
	if (text_whole(text, &port) != SJ_OK || port < 0 || port >= r->ports)
		return wrong(r, "port of a reducer", text, expected);
	if (text_decimal(colon + 1, MB_SHIFT, &bytes) != SJ_OK || bytes < 0)
		return wrong(r, "MB of a reducer", colon + 1, "a number from 0");
	r->reducer[i] = (uint32_t)port;
	r->bytes[i] = (uint64_t)bytes;
	return SJ_OK;
}

static int read_reducers(struct reader *r, uint32_t *count)
{
	int rc = whole(r, "reducers", 1, EDGES_MAX, count);

	for (uint32_t i = 0; i < *count && rc == SJ_OK; i++) {
		if (i >= r->reducer_cap)
			rc = room(r, i < 64 ? 64 : i * 2, &r->reducer_cap, &r->reducer,
				  &r->bytes);
		if (rc == SJ_OK)
			rc = read_reducer(r, i);
	}
	return rc;
}

static int add_job(struct reader *r, int64_t id, sj_time arrival, uint32_t mappers,
		   uint32_t reducers)
{
	const struct coflow_shape shape = { r->mapper, mappers, r->reducer, r->bytes, reducers };
	sj_task_spec *task = malloc((mappers + reducers) * sizeof(*task));
	sj_edge *edge = malloc(mappers * reducers * sizeof(*edge));
	sj_job job;
	int rc;

	if (task == NULL || edge == NULL) {
		rc = sj_fail(r->err, SJ_ENOMEM, "%s: no memory for a coflow of %u flows", r->name,
			     mappers * reducers);
	} else {
		coflow_job(&shape, id, arrival, task, edge, &job);
		rc = deck_add_whole(r->deck, &job, r->err);
	}
	if (rc != SJ_OK) {
		free(task);
		free(edge);
	}
	return rc;
}

/* The facts of a coflow; it states no run time. */
static void note(struct reader *r, sj_time arrival, uint32_t mappers, uint32_t reducers)
{
	struct deck *d = r->deck;
	sj_workload_info *info = &d->source.info;

	info->unsorted += info->records != 0 && arrival < d->noted_submit_ns;
	if (info->records == 0 || arrival < info->first_submit_ns)
		info->first_submit_ns = arrival;
	if (info->records == 0 || arrival > info->last_submit_ns)
		info->last_submit_ns = arrival;
	d->noted_submit_ns = arrival;
	info->records++;
	info->kept++;
	info->no_run++;
	deck_count(d, "flows", (uint64_t)mappers * reducers);
	for (uint32_t i = 0; i < reducers; i++)
		deck_count(d, "shuffle_bytes", r->bytes[i]);
}

static int read_coflow(struct reader *r)
{
	uint32_t mappers = 0, reducers = 0;
	char text[FIELD_MAX];
	int64_t id, arrival;
	int rc;

	if (!field(r, text) || text_whole(text, &id) != SJ_OK)
		return wrong(r, "coflow id", text, "a whole number");
	if (!field(r, text))
		return wrong(r, "arrival", text, "it before the line ends");
	if (text_decimal(text, TIME_MS, &arrival) != SJ_OK || arrival < 0)
		return wrong(r, "arrival", text, "a number of milliseconds from 0");
	rc = read_mappers(r, &mappers);
	if (rc == SJ_OK)
		rc = read_reducers(r, &reducers);
	if (rc == SJ_OK && reducers > EDGES_MAX / mappers)
		rc = sj_fail(r->err, SJ_EPARSE, "%s:%llu: %u mappers x %u reducers; expected at "
			     "most %u flows", r->name, (unsigned long long)r->line, mappers,
			     reducers, EDGES_MAX);
	if (rc == SJ_OK)
		rc = add_job(r, id, arrival, mappers, reducers);
	if (rc != SJ_OK)
		return rc;
	note(r, arrival, mappers, reducers);
	return end_of_line(r);
}

static int read_trace(struct reader *r)
{
	int rc;

	if (!next_line(r))
		return sj_fail(r->err, SJ_EPARSE, "%s: empty; expected ports and coflows in its "
			       "first line", r->name);
	rc = whole(r, "ports", 1, PORTS_MAX, &r->ports);
	if (rc == SJ_OK)
		rc = whole(r, "coflows", 0, UINT32_MAX, &r->coflows);
	if (rc == SJ_OK)
		rc = end_of_line(r);
	for (uint32_t i = 0; i < r->coflows && rc == SJ_OK; i++) {
		if (i == r->limit && i != 0)
			return SJ_OK;
		if (!next_line(r))
			return sj_fail(r->err, SJ_EPARSE, "%s: ends after %u of the %u coflows "
				       "that its first line states", r->name, i, r->coflows);
		rc = read_coflow(r);
	}
	if (rc == SJ_OK && next_line(r))
		rc = sj_fail(r->err, SJ_EPARSE, "%s:%llu: more coflows than the %u that the "
			     "first line states", r->name, (unsigned long long)r->line,
			     r->coflows);
	return rc;
}

static int coflow_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		       sj_error *err)
{
	struct reader r = { .name = in->name, .line = 1, .err = err };
	struct whole w;
	uint64_t lines;
	int rc = whole_read(in, FILE_MAX_BYTES, &w, err);

	if (rc != SJ_OK)
		return rc;
	r.limit = options->limit;
	r.at = w.text;
	if (memchr(w.text, '\0', w.size) != NULL)
		rc = sj_fail(err, SJ_EPARSE, "%s: not a text", in->name);
	if (rc == SJ_OK)
		rc = deck_create(&r.deck, err);
	if (rc == SJ_OK)
		rc = read_trace(&r);
	if (rc == SJ_OK)
		rc = deck_close(r.deck, err);
	lines = w.lines;
	free(r.mapper);
	free(r.reducer);
	free(r.bytes);
	whole_free(&w);
	if (rc != SJ_OK) {
		deck_free(r.deck != NULL ? &r.deck->source : NULL);
		return rc;
	}
	snprintf(r.deck->source.info.format, sizeof(r.deck->source.info.format), "coflow");
	r.deck->source.info.max_nodes = r.ports;
	r.deck->source.info.has_facts = true;
	r.deck->source.info.lines = lines;
	*out = &r.deck->source;
	return SJ_OK;
}

/* Two numbers; then four or more, of which the third says how many come before the number
 * of reducers. Its last field has a colon, which no other format has there. */
static int coflow_sniff(const char *bytes, size_t size)
{
	const char *line = memchr(bytes, '\n', size), *end;
	unsigned ports, coflows, mappers;
	char head[64], first[64];
	int used = 0;

	if (line == NULL || line - bytes >= (ptrdiff_t)sizeof(head))
		return 0;
	snprintf(head, sizeof(head), "%.*s", (int)(line - bytes), bytes);
	if (sscanf(head, "%u %u %n", &ports, &coflows, &used) != 2 || head[used] != '\0')
		return 0;
	line++;
	end = memchr(line, '\n', size - (size_t)(line - bytes));
	if (end == NULL)
		end = bytes + size;
	snprintf(first, sizeof(first), "%.*s", (int)(end - line < 63 ? end - line : 63), line);
	if (sscanf(first, "%*u %*u %u", &mappers) != 1)
		return 0;
	return memchr(line, ':', (size_t)(end - line)) != NULL ? 90 : 20;
}

const sj_reader_ops sj_reader_coflow = {
	.name = "coflow",
	.summary = "coflow-benchmark: shuffles between ports of one switch",
	.suffixes = ".txt",
	.sniff = coflow_sniff,
	.open = coflow_open,
};
