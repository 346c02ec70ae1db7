/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.c - `sojourn trace check`: every defect of an SWF log with its line.
 *
 * Malformed lines are errors: no reader takes the log. The rest are oddities, which
 * the rules of the format deal with (jobs dropped, order restored) and a user should
 * know of. Other formats are read strictly, so there the first error is all.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_out.h"
#include "input/input.h"
#include "input/workload.h"
#include "sojourn/swf.h"
#include "trace/trace.h"

/* X(identifier, key in JSON, what it is) */
#define DEFECT_LIST(X)                                                           \
	X(D_MALFORMED, "malformed", "malformed line")                            \
	X(D_DUPLICATE, "duplicate_id", "job id seen before")                     \
	X(D_UNSORTED, "unsorted", "submit before that of the line above")        \
	X(D_RUNTIME, "missing_runtime", "run time unknown or negative: dropped") \
	X(D_PROCS, "missing_procs", "no processors: dropped")                    \
	X(D_SUBMIT, "missing_submit", "submit time negative: dropped")           \
	X(D_WIDE, "wider_than_machine", "wider than the machine: dropped")       \
	X(D_ZERO, "zero_runtime", "run time 0")                                  \
	X(D_OVERRUN, "over_estimate", "runs longer than the estimate")           \
	X(D_NO_MACHINE, "no_machine", "the header does not state MaxProcs")

enum defect {
#define X(id, key, text) id,
	DEFECT_LIST(X)
#undef X
	DEFECTS
};

static const char *const keys[] = {
#define X(id, key, text) key,
	DEFECT_LIST(X)
#undef X
};
static const char *const texts[] = {
#define X(id, key, text) text,
	DEFECT_LIST(X)
#undef X
};

struct check {
	const char *spec;
	uint64_t    show;            /* at most so many of a kind */
	uint64_t    count[DEFECTS];
	uint64_t    records;
	json_t     *list;            /* of what is shown */
	int64_t    *id;              /* pairs: id, line */
	size_t      ids, cap;
};

/* `text` NULL: the standing text and the job's id. */
static void found(struct check *c, enum defect d, uint64_t line, int64_t id,
		  const char *text)
{
	json_t *o;

	if (++c->count[d] > c->show)
		return;
	o = json_object();
	json_object_set_new(o, "line", json_integer((json_int_t)line));
	json_object_set_new(o, "kind", json_string(keys[d]));
	if (text == NULL)
		json_object_set_new(o, "job", json_integer(id));
	json_object_set_new(o, "text", json_string(text != NULL ? text : texts[d]));
	json_array_append_new(c->list, o);
}

/* ---- duplicates ------------------------------------------------------------------- */

static int remember(struct check *c, const sj_swf_record *rec, sj_error *err)
{
	if (c->ids == c->cap) {
		size_t cap = c->cap == 0 ? 4096 : c->cap * 2;
		int64_t *id = realloc(c->id, cap * 2 * sizeof(*id));

		if (id == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for %zu job ids", cap);
		c->id = id;
		c->cap = cap;
	}
	c->id[2 * c->ids] = rec->value[SJ_SWF_ID];
	c->id[2 * c->ids++ + 1] = (int64_t)rec->line;
	return SJ_OK;
}

static int by_id_and_line(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	if (a[0] != b[0])
		return a[0] < b[0] ? -1 : 1;
	return a[1] < b[1] ? -1 : 1;
}

static void find_duplicates(struct check *c)
{
	if (c->ids < 2)
		return;
	qsort(c->id, c->ids, 2 * sizeof(*c->id), by_id_and_line);
	for (size_t i = 1; i < c->ids; i++)
		if (c->id[2 * i] == c->id[2 * i - 2])
			found(c, D_DUPLICATE, (uint64_t)c->id[2 * i + 1], c->id[2 * i], NULL);
}

/* ---- records ---------------------------------------------------------------------------- */

static void look_at(struct check *c, const sj_swf_record *rec, uint32_t machine,
		    sj_time last_submit)
{
	static const enum defect of_drop[] = {
		[SJ_DROP_RUNTIME] = D_RUNTIME, [SJ_DROP_PROCS] = D_PROCS,
		[SJ_DROP_SUBMIT] = D_SUBMIT, [SJ_DROP_WIDE] = D_WIDE,
	};
	sj_drop why = sj_swf_judge(rec, machine);
	sj_time run = sj_swf_ns(rec, SJ_SWF_RUN);
	int64_t id = rec->value[SJ_SWF_ID];

	if (sj_swf_ns(rec, SJ_SWF_SUBMIT) < last_submit)
		found(c, D_UNSORTED, rec->line, id, NULL);
	if (why != SJ_DROP_COUNT) {
		found(c, of_drop[why], rec->line, id, NULL);
		return;
	}
	if (run == 0)
		found(c, D_ZERO, rec->line, id, NULL);
	if (run > sj_swf_estimate_ns(rec))
		found(c, D_OVERRUN, rec->line, id, NULL);
}

static int check_lines(struct check *c, sj_swf *swf, uint32_t procs, sj_error *err)
{
	sj_time last_submit = -SJ_TIME_MAX;
	int rc;

	for (;;) {
		const sj_swf_record *rec = NULL;

		rc = sj_swf_next(swf, &rec, err);
		if (rc == SJ_EPARSE && rec != NULL) {
			found(c, D_MALFORMED, rec->line, 0, err->text);
			continue;
		}
		if (rc != SJ_OK)
			break;
		look_at(c, rec, procs != 0 ? procs : sj_swf_seen(swf)->max_procs,
			last_submit);
		last_submit = sj_swf_ns(rec, SJ_SWF_SUBMIT);
		rc = remember(c, rec, err);
		if (rc != SJ_OK)
			return rc;
	}
	find_duplicates(c);
	c->records = sj_swf_seen(swf)->records;
	if (procs == 0 && sj_swf_seen(swf)->max_procs == 0)
		found(c, D_NO_MACHINE, 0, 0, texts[D_NO_MACHINE]);
	return rc == SJ_END ? SJ_OK : rc;
}

static int check_swf(struct check *c, sj_input *in, uint32_t procs, sj_error *err)
{
	sj_swf *swf;
	int rc = sj_swf_create(in, &swf, err);

	if (rc != SJ_OK)
		return rc;
	rc = check_lines(c, swf, procs, err);
	if (rc == SJ_OK && c->records == 0)
		rc = sj_fail(err, SJ_EPARSE, "%s: there is no job in it", in->name);
	sj_swf_free(swf);
	return rc;
}

/* Reads it as a run would; the first error is the only one. */
static int check_other(struct check *c, uint32_t procs, sj_error *err)
{
	sj_reader_options options = { .procs = procs, .strict = true };
	struct workload *w;
	int rc = workload_open(c->spec, &options, 1, &w, err);

	if (rc != SJ_OK)
		return rc;
	c->records = w->source->info.records;
	c->count[D_WIDE] = w->source->info.dropped[SJ_DROP_WIDE];
	c->count[D_UNSORTED] = w->source->info.unsorted;
	c->count[D_NO_MACHINE] = procs == 0 && w->source->info.max_procs == 0;
	workload_free(w);
	return SJ_OK;
}

static int check(struct check *c, uint32_t procs, sj_error *err)
{
	const char *path = strncmp(c->spec, "swf:", 4) == 0 ? c->spec + 4 : c->spec, *bytes;
	const sj_reader_ops *other;
	sj_input *in;
	size_t size;
	int rc;

	if (workload_is_read(c->spec))
		return check_other(c, procs, err);
	rc = input_open(path, 0, &in, err);
	if (rc != SJ_OK)
		return rc;
	rc = input_peek(in, &bytes, &size, err);
	other = rc == SJ_OK ? workload_sniff(path, bytes, size) : NULL;
	if (path == c->spec && strcmp(path, "-") != 0 && other != NULL &&
	    other != workload_reader("swf")) {
		input_close(in);
		return check_other(c, procs, err);
	}
	if (rc == SJ_OK)
		rc = check_swf(c, in, procs, err);
	input_close(in);
	return rc;
}

/* ---- output ---------------------------------------------------------------------------------- */

static int print_json(const struct check *c, sj_error *err)
{
	json_t *o = json_object(), *counts = json_object();

	for (int d = 0; d < DEFECTS; d++)
		if (c->count[d] > 0)
			json_object_set_new(counts, keys[d],
					    json_integer((json_int_t)c->count[d]));
	json_object_set_new(o, "schema", json_string("sojourn.trace_check/1"));
	json_object_set_new(o, "workload", json_string(c->spec));
	json_object_set_new(o, "ok", json_boolean(c->count[D_MALFORMED] == 0));
	json_object_set_new(o, "records", json_integer((json_int_t)c->records));
	json_object_set_new(o, "counts", counts);
	json_object_set(o, "defects", c->list);
	return json_out(o, JSON_INDENT(1), err);
}

static void print_text(const struct check *c)
{
	size_t i;
	json_t *o;

	json_array_foreach(c->list, i, o) {
		const char *text = json_string_value(json_object_get(o, "text"));
		json_int_t line = json_integer_value(json_object_get(o, "line"));

		if (json_object_get(o, "job") == NULL)
			printf("%s\n", text);
		else
			printf("%s:%" JSON_INTEGER_FORMAT ": job %" JSON_INTEGER_FORMAT
			       ": %s\n", c->spec, line,
			       json_integer_value(json_object_get(o, "job")), text);
	}
	for (int d = 0; d < DEFECTS; d++)
		if (c->count[d] > c->show)
			printf("... %s: %" PRIu64 " in all, %" PRIu64 " shown\n", texts[d],
			       c->count[d], c->show);
	printf("%s: %" PRIu64 " records, %" PRIu64 " malformed\n", c->spec, c->records,
	       c->count[D_MALFORMED]);
}

int trace_check(int argc, char **argv)
{
	uint64_t procs = 0;
	struct check c = { .show = 10 };
	bool json = false;
	const struct opt opts[] = {
		{ 0, "procs", OPT_COUNT, &procs, "N",
		  "The machine's processors (default: as the log states)." },
		{ 0, "show", OPT_COUNT, &c.show, "N",
		  "Show at most N defects of a kind (default 10)." },
		{ 0, "json", OPT_FLAG, &json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	int first, rc = opts_parse(argc, argv, opts, "trace check [flags] WORKLOAD",
				   "Lists the defects of a trace with their lines. Ends with "
				   "status 3 when a line is malformed.", &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("trace check: expected one workload, as in `sojourn trace "
				 "check log.swf`");
	if (procs > UINT32_MAX)
		return say_usage("trace check: --procs is out of range");
	c.spec = argv[first];
	c.list = json_array();
	rc = check(&c, (uint32_t)procs, &err);
	if (rc == SJ_OK && json)
		rc = print_json(&c, &err);
	else if (rc == SJ_OK)
		print_text(&c);
	if (rc != SJ_OK)
		rc = say_error(rc, &err);
	else
		rc = c.count[D_MALFORMED] > 0 ? 3 : 0;
	json_decref(c.list);
	free(c.id);
	return rc;
}
