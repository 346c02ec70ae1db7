/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * swim.c - reader of the MapReduce workloads of SWIM (Chen, Ganapathi, Griffith and Katz,
 * "The case for evaluating MapReduce performance using workload suites", MASCOTS 2011):
 * name, submit, gap [s], bytes of map input, shuffle and reduce output, between tabs.
 *
 * The log has no run times. They are made from bytes and stated rates:
 *
 *   maps     m = ceil(input / block), at least 1, at most `most`;
 *            each setup + input / m / map_rate
 *   shuffle  an edge from every map to every reduce; together they carry its bytes
 *   reduces  r = ceil(shuffle / reduce_block), at least 1, at most `most`;
 *            each setup + (shuffle + output) / r / reduce_rate
 *
 * Without shuffle there are no reduces, and the maps write the output: each setup +
 * (input + output) / m / map_rate. Stages cut at `most` are counted: their tasks are
 * longer, not more. Times are rounded up to the nanosecond. A task is one core. The tasks
 * of a job exist from when it is handed out until the next one is, so memory does not
 * grow with their number. Invents: rates, block, setup, the run time as the estimate.
 * Cannot know: users, where the input lies, what the 600 (2009) or 3,000 (2010) machines
 * of the log were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "names.h"
#include "sojourn/workload.h"
#include "timetext.h"

#define LINE_MAX_BYTES ((size_t)1 << 20)
#define FIELDS         6

struct settings {
	uint64_t block, map_rate, reduce_block, reduce_rate; /* bytes, bytes a second */
	sj_time  setup_ns;
	int64_t  most;
};

struct swim_job {
	int64_t  id;
	sj_time  submit_ns;
	uint64_t line;
	uint64_t input, shuffle, output; /* bytes */
};

struct shape {
	uint32_t maps, reduces; /* reduces 0: no shuffle */
	sj_time  map_ns, reduce_ns;
};

static const sj_param params[] = {
	{ .name = "block", .type = SJ_P_BYTES, .offset = offsetof(struct settings, block),
	  .def = "128MB", .min = 1, .max = 1e15, .help = "Input of a map." },
	{ .name = "map_rate", .type = SJ_P_RATE,
	  .offset = offsetof(struct settings, map_rate), .def = "50MB/s", .min = 1,
	  .max = 1e15, .help = "What a map works through, its input (and output without a "
			       "shuffle)." },
	{ .name = "reduce_block", .type = SJ_P_BYTES,
	  .offset = offsetof(struct settings, reduce_block), .def = "1GB", .min = 1,
	  .max = 1e15, .help = "Shuffled bytes of a reduce." },
	{ .name = "reduce_rate", .type = SJ_P_RATE,
	  .offset = offsetof(struct settings, reduce_rate), .def = "50MB/s", .min = 1,
	  .max = 1e15, .help = "What a reduce works through, shuffle and output." },
	{ .name = "setup", .type = SJ_P_TIME, .offset = offsetof(struct settings, setup_ns),
	  .def = "1s", .min = 0, .max = 86400, .help = "Start of a task, before any byte." },
	{ .name = "most", .type = SJ_P_INT, .offset = offsetof(struct settings, most),
	  .def = "100", .min = 1, .max = 1e6, .unit = "tasks",
	  .help = "Tasks of a stage at most; beyond, each is longer." },
	{ .name = NULL },
};

struct swim {
	sj_source            source; /* first */
	struct settings settings;
	struct swim_job     *job;
	size_t               count, cap, next;
	sj_task_spec        *task;   /* of the job handed out last */
	sj_edge             *edge;
	size_t               task_cap, edge_cap;
};

/* ---- tasks of a job ----------------------------------------------------------------- */

static uint64_t blocks(uint64_t bytes, uint64_t block)
{
	return bytes / block + (bytes % block != 0);
}

static uint32_t stage_size(uint64_t bytes, uint64_t block, int64_t most)
{
	uint64_t n = blocks(bytes, block);

	return n < 1 ? 1 : n > (uint64_t)most ? (uint32_t)most : (uint32_t)n;
}

static sj_time task_time(const struct settings *s, uint64_t bytes, uint32_t tasks,
			 uint64_t rate)
{
	unsigned __int128 below = (unsigned __int128)tasks * rate;
	unsigned __int128 ns = ((unsigned __int128)bytes * SJ_NS_PER_S + below - 1) / below;

	return ns < (unsigned __int128)(SJ_TIME_MAX - s->setup_ns) ?
	       s->setup_ns + (sj_time)ns : SJ_TIME_MAX;
}

static struct shape shape_of(const struct settings *s, const struct swim_job *j)
{
	struct shape shape = { .maps = stage_size(j->input, s->block, s->most) };

	if (j->shuffle == 0) {
		shape.map_ns = task_time(s, j->input + j->output, shape.maps, s->map_rate);
		return shape;
	}
	shape.reduces = stage_size(j->shuffle, s->reduce_block, s->most);
	shape.map_ns = task_time(s, j->input, shape.maps, s->map_rate);
	shape.reduce_ns = task_time(s, j->shuffle + j->output, shape.reduces, s->reduce_rate);
	return shape;
}

/* Edge k of n: rounding is spread, and all add up to the whole. */
static uint64_t part(uint64_t bytes, uint64_t k, uint64_t n)
{
	return (uint64_t)((unsigned __int128)bytes * (k + 1) / n) -
	       (uint64_t)((unsigned __int128)bytes * k / n);
}

static bool make_room(struct swim *s, size_t tasks, size_t edges)
{
	if (tasks > s->task_cap) {
		free(s->task);
		s->task = malloc(tasks * sizeof(*s->task));
		s->task_cap = s->task != NULL ? tasks : 0;
	}
	if (edges > s->edge_cap) {
		free(s->edge);
		s->edge = malloc(edges * sizeof(*s->edge));
		s->edge_cap = s->edge != NULL ? edges : 0;
	}
	return s->task_cap >= tasks && s->edge_cap >= edges;
}

static int make_job(struct swim *s, const struct swim_job *from, sj_job *job, sj_error *err)
{
	struct shape shape = shape_of(&s->settings, from);
	size_t tasks = (size_t)shape.maps + shape.reduces;
	size_t edges = (size_t)shape.maps * shape.reduces;

	if (edges > UINT32_MAX || !make_room(s, tasks, edges))
		return sj_fail(err, SJ_ENOMEM, "job %lld: no memory for %zu tasks and %zu edges",
			       (long long)from->id, tasks, edges);
	for (uint32_t i = 0; i < tasks; i++) {
		sj_time ns = i < shape.maps ? shape.map_ns : shape.reduce_ns;

		s->task[i] = (sj_task_spec){ .ranks = 1, .cores = 1, .work_ns = ns,
					     .estimate_ns = ns };
	}
	for (uint64_t k = 0; k < edges; k++)
		s->edge[k] = (sj_edge){ (uint32_t)(k / shape.reduces),
					shape.maps + (uint32_t)(k % shape.reduces),
					part(from->shuffle, k, edges) };
	sj_job_clear(job);
	job->id = from->id;
	job->submit_ns = from->submit_ns;
	job->task_count = (uint32_t)tasks;
	job->edge_count = (uint32_t)edges;
	job->task = s->task[0];
	if (tasks > 1) {
		job->tasks = s->task;
		job->edges = s->edge;
	}
	return SJ_OK;
}

/* ---- source ---------------------------------------------------------------------------- */

static int swim_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct swim *s = (struct swim *)self;
	int rc;

	(void)cap;
	*count = 0;
	if (s->next == s->count)
		return SJ_END;
	rc = make_job(s, &s->job[s->next], jobs, err);
	if (rc != SJ_OK)
		return rc;
	s->next++;
	*count = 1;
	return SJ_OK;
}

static int swim_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct swim *)self)->next = 0;
	return SJ_OK;
}

static void swim_free(sj_source *self)
{
	struct swim *s = (struct swim *)self;

	if (s == NULL)
		return;
	free(s->job);
	free(s->task);
	free(s->edge);
	free(s);
}

static const sj_source_ops swim_ops = {
	.fill = swim_fill, .rewind = swim_rewind, .free = swim_free };

/* ---- reading ----------------------------------------------------------------------------- */

struct reader {
	struct swim *swim;
	const char  *name;
	uint64_t     line;
	uint64_t     input, shuffle, output, cut;
	sj_time      last_ns;
	sj_error    *err;
};

static int wrong(const struct reader *r, int field, const char *what, const char *text,
		 const char *expected)
{
	char shown[44];

	lines_show(text, shown, sizeof(shown));
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: field %d (%s): \"%s\" is not %s", r->name,
		       (unsigned long long)r->line, field + 1, what, shown, expected);
}

static int add_job(struct reader *r, const struct swim_job *job)
{
	struct swim *s = r->swim;
	const struct settings *set = &s->settings;

	if (s->count == s->cap) {
		size_t cap = s->cap == 0 ? 1024 : s->cap * 2;
		struct swim_job *bigger = realloc(s->job, cap * sizeof(*bigger));

		if (bigger == NULL)
			return sj_fail(r->err, SJ_ENOMEM, "no memory for more than %zu jobs",
				       s->count);
		s->job = bigger;
		s->cap = cap;
	}
	s->job[s->count++] = *job;
	r->input += job->input;
	r->shuffle += job->shuffle;
	r->output += job->output;
	r->cut += blocks(job->input, set->block) > (uint64_t)set->most ||
		  blocks(job->shuffle, set->reduce_block) > (uint64_t)set->most;
	return SJ_OK;
}

/* Facts of the log, and its place in the order of submits. */
static void note(struct reader *r, const struct swim_job *job)
{
	sj_workload_info *info = &r->swim->source.info;

	if (info->records++ == 0)
		info->first_submit_ns = info->last_submit_ns = job->submit_ns;
	else
		info->unsorted += job->submit_ns < r->last_ns;
	if (job->submit_ns < info->first_submit_ns)
		info->first_submit_ns = job->submit_ns;
	if (job->submit_ns > info->last_submit_ns)
		info->last_submit_ns = job->submit_ns;
	r->last_ns = job->submit_ns;
}

static int read_fields(struct reader *r, char *const field[FIELDS])
{
	static const char *const names[] = {
		"name", "submit", "gap", "map input", "shuffle", "reduce output" };
	const char *digits = field[0] + strcspn(field[0], "0123456789");
	struct swim_job job = { .line = r->line };
	uint64_t *const bytes[] = { &job.input, &job.shuffle, &job.output };
	int64_t v;

	if (text_whole(digits, &job.id) != SJ_OK)
		return wrong(r, 0, names[0], field[0], "a name with a number, such as job17");
	for (int i = 1; i < 3; i++) {
		if (text_decimal(field[i], TIME_S, &v) != SJ_OK || v < 0)
			return wrong(r, i, names[i], field[i], "a number of seconds");
		job.submit_ns = i == 1 ? v : job.submit_ns;
	}
	for (int i = 3; i < FIELDS; i++) {
		if (text_whole(field[i], &v) != SJ_OK || v < 0)
			return wrong(r, i, names[i], field[i], "a whole number of bytes");
		*bytes[i - 3] = (uint64_t)v;
	}
	note(r, &job);
	return add_job(r, &job);
}

static int read_line(struct reader *r, char *text)
{
	char *field[FIELDS], *at = text;
	int n = 0;

	text[strcspn(text, "\r")] = '\0';
	if (text[strspn(text, " \t")] == '\0')
		return SJ_OK;
	for (; at != NULL && n < FIELDS; n++)
		field[n] = strsep(&at, "\t");
	if (n < FIELDS || at != NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: expected 6 fields between tabs: name, "
			       "submit, gap, map input, shuffle, reduce output", r->name,
			       (unsigned long long)r->line);
	return read_fields(r, field);
}

static int read_block(struct reader *r, const char *p, const char *to, uint64_t limit)
{
	int rc = SJ_OK;

	while (p < to && rc == SJ_OK && (limit == 0 || r->swim->count < limit)) {
		const char *eol = memchr(p, '\n', (size_t)(to - p));
		char *text = strndup(p, (size_t)(eol - p));

		r->line++;
		if (text == NULL)
			return sj_fail(r->err, SJ_ENOMEM, "%s: no memory", r->name);
		rc = strlen(text) != (size_t)(eol - p) ?
		     sj_fail(r->err, SJ_EPARSE, "%s:%llu: there is a byte 0 in it; the file is "
			     "not text", r->name, (unsigned long long)r->line) :
		     read_line(r, text);
		free(text);
		p = eol + 1;
	}
	return rc;
}

static int read_all(struct reader *r, sj_input *in, uint64_t limit)
{
	const char *p, *to;
	struct lines lines;
	int rc = lines_init(&lines, in, LINE_MAX_BYTES, r->err);

	while (rc == SJ_OK && (limit == 0 || r->swim->count < limit)) {
		rc = lines_next(&lines, r->line + 1, &p, &to, r->err);
		if (rc == SJ_OK)
			rc = read_block(r, p, to, limit);
	}
	lines_fini(&lines);
	if ((rc == SJ_OK || rc == SJ_END) && r->swim->count == 0)
		return sj_fail(r->err, SJ_EPARSE, "%s: there is no job in it; expected one line a "
			       "job: name, submit, gap, map input, shuffle, reduce output, "
			       "between tabs", r->name);
	return rc == SJ_END ? SJ_OK : rc;
}

/* Stable: the line decides. */
static int by_submit(const void *a, const void *b)
{
	const struct swim_job *x = a, *y = b;

	if (x->submit_ns != y->submit_ns)
		return x->submit_ns < y->submit_ns ? -1 : 1;
	return x->line < y->line ? -1 : 1;
}

static void close_source(const struct reader *r)
{
	sj_workload_info *info = &r->swim->source.info;
	const struct { const char *key; uint64_t value; } counts[] = {
		{ "map_input_bytes", r->input }, { "shuffle_bytes", r->shuffle },
		{ "reduce_output_bytes", r->output }, { "jobs_cut_at_most", r->cut } };

	snprintf(info->format, sizeof(info->format), "swim");
	info->unix_start_ns = SJ_NEVER;
	info->kept = r->swim->count;
	info->lines = r->line;
	info->has_facts = true;
	info->most_procs = 1;
	info->no_gpu = info->records;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		info->count[i].key = counts[i].key;
		info->count[i].value = counts[i].value;
	}
	info->count_count = sizeof(counts) / sizeof(counts[0]);
	if (info->unsorted != 0)
		qsort(r->swim->job, r->swim->count, sizeof(*r->swim->job), by_submit);
}

static int swim_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		     sj_error *err)
{
	struct swim *s = calloc(1, sizeof(*s));
	struct reader r = { .swim = s, .name = in->name, .err = err };
	int rc;

	if (s == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", in->name);
	s->source.ops = &swim_ops;
	rc = sj_params_bind("workload swim", params, options->args, &s->settings, NULL, NULL, err);
	if (rc == SJ_OK)
		rc = read_all(&r, in, options->limit);
	if (rc != SJ_OK) {
		swim_free(&s->source);
		return rc;
	}
	close_source(&r);
	*out = &s->source;
	return SJ_OK;
}

/* A name and five numbers between tabs. */
static int swim_sniff(const char *bytes, size_t size)
{
	char head[300], *at = head;
	int n = 0;

	snprintf(head, sizeof(head), "%.*s", (int)(size < 299 ? size : 299), bytes);
	if (strchr(head, '\n') == NULL)
		return 0;
	head[strcspn(head, "\r\n")] = '\0';
	for (char *field; (field = strsep(&at, "\t")) != NULL; n++)
		if (n == 0 ? strncmp(field, "job", 3) != 0 :
			     field[0] == '\0' || field[strspn(field, "0123456789")] != '\0')
			return 0;
	return n == FIELDS ? 90 : 0;
}

const sj_reader_ops sj_reader_swim = {
	.name = "swim",
	.summary = "MapReduce workloads of SWIM (Facebook 2009, 2010; tsv)",
	.suffixes = "",
	.sniff = swim_sniff,
	.open = swim_open,
	.params = params,
};
