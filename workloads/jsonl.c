/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jsonl.c - reader of the native format: JSON Lines, one job a line.
 *
 * docs/FORMATS.md describes it and docs/formats/jsonl.schema.json is its schema.
 * Complete: whatever sojourn/job.h can say can be written, and all times are whole
 * nanoseconds. Strict: an unknown key, a wrong type or a value out of range is an
 * error that names line and key. Nothing is invented but the stated defaults.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "deck.h"
#include "graph.h"
#include "jsonl_files.h"
#include "jsonl_terms.h"
#include "lines.h"

#define LINE_MAX_BYTES ((size_t)64 << 20) /* a job of a million tasks fits */
#define SCHEMA         "sojourn.jobs/1"
#define TASKS_MAX      10000000

/* ---- keys ------------------------------------------------------------------------- */

enum kind { KIND_U16, KIND_U32, KIND_I32, KIND_U64, KIND_I64, KIND_TIME, KIND_DOUBLE,
	    KIND_BOOL, KIND_LAYOUT, KIND_LIST, KIND_ANY };

struct key {
	const char *name;
	enum kind   kind;
	size_t      offset;
	int64_t     min;
};

/* A task as written: `procs` is short for that many ranks of one core. */
struct task_line {
	sj_task_spec spec;
	uint32_t     procs;
	json_t      *gpu_model, *scaling, *comm; /* numbers, or a name, an object, ... */
	json_t      *reads, *writes; /* names of files */
};

/* A job as written; the demand of its only task stands beside the rest. */
struct job_line {
	sj_job           job;
	struct task_line task;
	bool             moldable, malleable;
	json_t          *tasks, *edges, *files;
	bool             uses_files; /* a task reads or writes some */
};

struct header_line {
	uint32_t max_procs, max_nodes;
	sj_time  unix_start_ns;
	json_t  *gpu_models, *scalings, *comms;
};

#define TASK_KEYS(base)                                                           \
	{ "procs", KIND_U32, base + offsetof(struct task_line, procs), 1 },       \
	{ "ranks", KIND_U32, base + offsetof(struct task_line, spec.ranks), 1 },  \
	{ "cores", KIND_U32, base + offsetof(struct task_line, spec.cores), 0 },  \
	{ "gpu_milli", KIND_U32, base + offsetof(struct task_line, spec.gpu_milli), 0 }, \
	{ "gpu_model", KIND_ANY, base + offsetof(struct task_line, gpu_model), 0 }, \
	{ "mem_bytes", KIND_U64, base + offsetof(struct task_line, spec.mem_bytes), 0 }, \
	{ "runtime_ns", KIND_TIME, base + offsetof(struct task_line, spec.work_ns), 0 }, \
	{ "estimate_ns", KIND_TIME,                                               \
	  base + offsetof(struct task_line, spec.estimate_ns), 0 },               \
	{ "ranks_min", KIND_U32, base + offsetof(struct task_line, spec.ranks_min), 0 }, \
	{ "ranks_max", KIND_U32, base + offsetof(struct task_line, spec.ranks_max), 0 }, \
	{ "scaling", KIND_ANY, base + offsetof(struct task_line, scaling), 0 },  \
	{ "comm", KIND_ANY, base + offsetof(struct task_line, comm), 0 },        \
	{ "node", KIND_U32, base + offsetof(struct task_line, spec.node), 0 },    \
	{ "layout", KIND_LAYOUT, base + offsetof(struct task_line, spec.layout), 0 }, \
	{ "spare_ranks", KIND_U16, base + offsetof(struct task_line, spec.spare_ranks), 0 }, \
	{ "steps", KIND_U64, base + offsetof(struct task_line, spec.steps), 0 },  \
	{ "logged_ns", KIND_TIME, base + offsetof(struct task_line, spec.logged_ns), 0 }, \
	{ "reads", KIND_LIST, base + offsetof(struct task_line, reads), 0 },      \
	{ "writes", KIND_LIST, base + offsetof(struct task_line, writes), 0 }

static const struct key task_keys[] = {
	TASK_KEYS((size_t)0),
	{ NULL, KIND_ANY, 0, 0 },
};

static const struct key job_keys[] = {
	{ "id", KIND_I64, offsetof(struct job_line, job.id), INT64_MIN },
	{ "submit_ns", KIND_TIME, offsetof(struct job_line, job.submit_ns), 0 },
	TASK_KEYS(offsetof(struct job_line, task)),
	{ "logged_start_ns", KIND_TIME, offsetof(struct job_line, job.logged_start_ns), 0 },
	{ "deadline_ns", KIND_TIME, offsetof(struct job_line, job.deadline_ns), 0 },
	{ "weight", KIND_DOUBLE, offsetof(struct job_line, job.weight), 0 },
	{ "priority", KIND_I32, offsetof(struct job_line, job.priority), INT32_MIN },
	{ "user", KIND_U32, offsetof(struct job_line, job.user), 0 },
	{ "group", KIND_U32, offsetof(struct job_line, job.group), 0 },
	{ "queue", KIND_U32, offsetof(struct job_line, job.queue), 0 },
	{ "app", KIND_U32, offsetof(struct job_line, job.app), 0 },
	{ "moldable", KIND_BOOL, offsetof(struct job_line, moldable), 0 },
	{ "malleable", KIND_BOOL, offsetof(struct job_line, malleable), 0 },
	{ "tasks", KIND_LIST, offsetof(struct job_line, tasks), 0 },
	{ "edges", KIND_LIST, offsetof(struct job_line, edges), 0 },
	{ "files", KIND_LIST, offsetof(struct job_line, files), 0 },
	{ NULL, KIND_ANY, 0, 0 },
};

static const struct key edge_keys[] = {
	{ "from", KIND_U32, offsetof(sj_edge, from), 0 },
	{ "to", KIND_U32, offsetof(sj_edge, to), 0 },
	{ "bytes", KIND_U64, offsetof(sj_edge, bytes), 0 },
	{ NULL, KIND_ANY, 0, 0 },
};

static const struct key header_keys[] = {
	{ "max_procs", KIND_U32, offsetof(struct header_line, max_procs), 1 },
	{ "max_nodes", KIND_U32, offsetof(struct header_line, max_nodes), 1 },
	{ "unix_start_ns", KIND_TIME, offsetof(struct header_line, unix_start_ns), 0 },
	{ "gpu_models", KIND_LIST, offsetof(struct header_line, gpu_models), 0 },
	{ "scalings", KIND_LIST, offsetof(struct header_line, scalings), 0 },
	{ "comms", KIND_LIST, offsetof(struct header_line, comms), 0 },
	{ NULL, KIND_ANY, 0, 0 },
};

/* ---- values -------------------------------------------------------------------------- */

struct reader {
	struct lines             lines;
	struct deck             *deck;
	const sj_reader_options *options;
	uint32_t                 machine;
	uint64_t                 line;
	sj_time                  last_submit_ns;
	struct jsonl_terms       terms;
	struct jsonl_files       files;
	sj_error                *err;
};

static int fail_at(const struct reader *r, const char *where, const char *key,
		   const char *expected)
{
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %s\"%s\": expected %s",
		       r->lines.in->name, (unsigned long long)r->line, where, key, expected);
}

static int read_integer(const struct reader *r, const struct key *k, const json_t *v,
			const char *where, void *field)
{
	int64_t max = k->kind == KIND_U16 ? UINT16_MAX : k->kind == KIND_U32 ? UINT32_MAX : k->kind == KIND_I32 ? INT32_MAX :
		      k->kind == KIND_TIME ? SJ_TIME_MAX : INT64_MAX;
	int64_t x;
	char expected[96];

	x = json_is_integer(v) ? json_integer_value(v) : 0;
	if (!json_is_integer(v) || x < k->min || x > max) {
		snprintf(expected, sizeof(expected), "a whole number%s from %lld to %lld",
			 k->kind == KIND_TIME ? " of nanoseconds" : "", (long long)k->min,
			 (long long)max);
		return fail_at(r, where, k->name, expected);
	}
	if (k->kind == KIND_U16)
		*(uint16_t *)field = (uint16_t)x;
	else if (k->kind == KIND_U32)
		*(uint32_t *)field = (uint32_t)x;
	else if (k->kind == KIND_I32)
		*(int32_t *)field = (int32_t)x;
	else if (k->kind == KIND_U64)
		*(uint64_t *)field = (uint64_t)x;
	else
		*(int64_t *)field = x;
	return SJ_OK;
}

static int read_layout(const struct reader *r, const struct key *k, const json_t *v,
		       const char *where, uint16_t *layout)
{
	for (uint16_t i = 0; jsonl_layouts[i] != NULL && json_is_string(v); i++)
		if (strcmp(json_string_value(v), jsonl_layouts[i]) == 0) {
			*layout = i;
			return SJ_OK;
		}
	return fail_at(r, where, k->name, "\"any\", \"consolidated\" or \"spread\"");
}

static int read_value(const struct reader *r, const struct key *k, json_t *v,
		      const char *where, void *object)
{
	void *field = (char *)object + k->offset;

	switch (k->kind) {
	case KIND_DOUBLE:
		if (!json_is_number(v) || json_number_value(v) < 0)
			return fail_at(r, where, k->name, "a number >= 0");
		*(double *)field = json_number_value(v);
		return SJ_OK;
	case KIND_BOOL:
		if (!json_is_boolean(v))
			return fail_at(r, where, k->name, "true or false");
		*(bool *)field = json_is_true(v);
		return SJ_OK;
	case KIND_LAYOUT:
		return read_layout(r, k, v, where, field);
	case KIND_LIST:
		if (!json_is_array(v))
			return fail_at(r, where, k->name, "a list");
		*(json_t **)field = v;
		return SJ_OK;
	case KIND_ANY:
		*(json_t **)field = v;
		return SJ_OK;
	default:
		return read_integer(r, k, v, where, field);
	}
}

/* What the file says goes into a sentence of one line. */
static void one_line(const char *from, char *to, size_t size)
{
	size_t n = 0;

	for (; from[n] != '\0' && n + 1 < size; n++)
		to[n] = (unsigned char)from[n] < 0x20 || from[n] == 0x7f ? '?' : from[n];
	to[n] = '\0';
}

static int unknown_key(const struct reader *r, const struct key *keys, const char *name,
		       const char *where)
{
	const char *names[64], *near;
	char shown[41];
	size_t n = 0;

	for (; keys[n].name != NULL && n < sizeof(names) / sizeof(names[0]); n++)
		names[n] = keys[n].name;
	near = sj_nearest(name, names, n);
	one_line(name, shown, sizeof(shown));
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %s\"%s\" is not a key of the format%s%s%s",
		       r->lines.in->name, (unsigned long long)r->line, where, shown,
		       near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		       near != NULL ? "\"?" : "");
}

/* Reads all keys of `o` into `object`; *seen gets a bit for each key found. */
static int read_object(const struct reader *r, const struct key *keys, json_t *o,
		       const char *where, void *object, uint64_t *seen)
{
	const char *name;
	json_t *v;

	*seen = 0;
	if (!json_is_object(o))
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %sexpected an object",
			       r->lines.in->name, (unsigned long long)r->line, where);
	json_object_foreach(o, name, v) {
		size_t i = 0;
		int rc;

		while (keys[i].name != NULL && strcmp(keys[i].name, name) != 0)
			i++;
		if (keys[i].name == NULL)
			return unknown_key(r, keys, name, where);
		rc = read_value(r, &keys[i], v, where, object);
		if (rc != SJ_OK)
			return rc;
		*seen |= UINT64_C(1) << i;
	}
	return SJ_OK;
}

static bool has(const struct key *keys, uint64_t seen, const char *name)
{
	for (size_t i = 0; keys[i].name != NULL; i++)
		if (strcmp(keys[i].name, name) == 0)
			return (seen >> i & 1) != 0;
	return false;
}

/* ---- tasks ------------------------------------------------------------------------------ */

static int finish_comm(struct reader *r, const char *where, struct task_line *t)
{
	const sj_source *source = &r->deck->source;
	const sj_task_spec *s = &t->spec;
	char why[200];

	if (jsonl_comm(&r->terms, t->comm, &t->spec.comm, why, sizeof(why)) != SJ_OK)
		return fail_at(r, where, "comm", why);
	if (s->comm != 0) {
		const char *wrong = sj_comm_wrong(&source->comms[s->comm - 1], s->ranks,
						  s->ranks_min, s->ranks_max);

		if (wrong != NULL) {
			snprintf(why, sizeof(why), "one for %u ranks: %s", s->ranks, wrong);
			return fail_at(r, where, "comm", why);
		}
	}
	return SJ_OK;
}

/* Fills in what is not written, and checks what belongs together. */
static int finish_task(struct reader *r, const struct key *keys, uint64_t seen,
		       const char *where, struct task_line *t)
{
	char why[200];
	int rc = SJ_OK;

	if (!has(keys, seen, "runtime_ns"))
		return fail_at(r, where, "runtime_ns", "the run time; the key is missing");
	if (!has(keys, seen, "estimate_ns"))
		t->spec.estimate_ns = t->spec.work_ns;
	if (has(keys, seen, "procs")) {
		if (has(keys, seen, "ranks") || has(keys, seen, "cores"))
			return fail_at(r, where, "procs", "either procs, or ranks and cores");
		t->spec.ranks = t->procs;
	}
	if ((uint64_t)t->spec.ranks * t->spec.cores > UINT32_MAX)
		return fail_at(r, where, "ranks", "ranks times cores below 2^32");
	if (t->spec.ranks_min > t->spec.ranks_max)
		return fail_at(r, where, "ranks_max", "a number not below ranks_min");
	if (t->spec.spare_ranks >= t->spec.ranks)
		return fail_at(r, where, "spare_ranks", "fewer than there are ranks");
	if (t->gpu_model != NULL)
		rc = jsonl_gpu_model(&r->terms, t->gpu_model, &t->spec.gpu_model, why,
				     sizeof(why));
	if (rc != SJ_OK)
		return fail_at(r, where, "gpu_model", why);
	if (t->scaling != NULL)
		rc = jsonl_scaling(&r->terms, t->scaling, &t->spec.scaling, why, sizeof(why));
	if (rc != SJ_OK)
		return fail_at(r, where, "scaling", why);
	return t->comm != NULL ? finish_comm(r, where, t) : SJ_OK;
}

static void clear_task(struct task_line *t)
{
	*t = (struct task_line){ .spec = { .ranks = 1, .cores = 1 } };
}

static int read_tasks(struct reader *r, struct job_line *l)
{
	size_t n = json_array_size(l->tasks);
	sj_task_spec *tasks;
	int rc = SJ_OK;

	if (n == 0 || n > TASKS_MAX)
		return fail_at(r, "", "tasks", "1 to 10000000 tasks");
	tasks = calloc(n, sizeof(*tasks));
	if (tasks == NULL)
		return sj_fail(r->err, SJ_ENOMEM, "no memory for %zu tasks", n);
	l->job.tasks = tasks;
	l->job.task_count = (uint32_t)n;
	for (size_t i = 0; i < n && rc == SJ_OK; i++) {
		struct task_line t;
		uint64_t seen;
		char where[32];

		snprintf(where, sizeof(where), "task %zu: ", i);
		clear_task(&t);
		rc = read_object(r, task_keys, json_array_get(l->tasks, i), where, &t, &seen);
		if (rc == SJ_OK)
			rc = finish_task(r, task_keys, seen, where, &t);
		tasks[i] = t.spec;
		l->uses_files |= t.reads != NULL || t.writes != NULL;
	}
	return rc;
}

static int read_edges(const struct reader *r, struct job_line *l)
{
	size_t n = json_array_size(l->edges);
	sj_edge *edges = calloc(n + 1, sizeof(*edges));
	int rc = SJ_OK;

	if (edges == NULL)
		return sj_fail(r->err, SJ_ENOMEM, "no memory for %zu edges", n);
	l->job.edges = edges;
	l->job.edge_count = (uint32_t)n;
	for (size_t i = 0; i < n && rc == SJ_OK; i++) {
		uint64_t seen;
		char where[32];

		snprintf(where, sizeof(where), "edge %zu: ", i);
		rc = read_object(r, edge_keys, json_array_get(l->edges, i), where, &edges[i],
				 &seen);
		if (rc == SJ_OK && (!has(edge_keys, seen, "from") || !has(edge_keys, seen, "to")))
			rc = fail_at(r, where, "from", "both ends, from and to");
		if (rc == SJ_OK && (edges[i].from >= l->job.task_count ||
				    edges[i].to >= l->job.task_count ||
				    edges[i].from == edges[i].to))
			rc = fail_at(r, where, "to", "two different tasks of this job, "
				     "numbered from 0");
	}
	return rc;
}

/* ---- jobs -------------------------------------------------------------------------------- */

static int check_graph(const struct reader *r, const sj_job *job)
{
	uint32_t *circle = NULL, length = 0;
	char expected[480], text[400];
	int rc = graph_circle(job->task_count, job->edges, job->edge_count, &circle, &length);

	if (rc == SJ_EINVAL) {
		graph_circle_text(circle, length, NULL, text, sizeof(text));
		snprintf(expected, sizeof(expected), "no circle of tasks that wait for each "
			 "other: %s", text);
		rc = fail_at(r, "", "edges", expected);
	} else if (rc != SJ_OK) {
		rc = sj_fail(r->err, SJ_ENOMEM, "no memory to check %u tasks", job->task_count);
	}
	free(circle);
	return rc;
}

static bool is_wide(const struct reader *r, const sj_job *job)
{
	const sj_task_spec *t = job->task_count > 1 ? job->tasks : &job->task;

	for (uint32_t i = 0; i < job->task_count; i++)
		if (r->machine > 0 && (uint64_t)t[i].ranks * t[i].cores > r->machine)
			return true;
	return false;
}

static int read_files(struct reader *r, struct job_line *l, const json_t *o)
{
	struct jsonl_wrong w = { .where = "" };
	int rc;

	if (l->files == NULL && !l->uses_files)
		return SJ_OK;
	rc = jsonl_files_read(&r->files, l->files, l->tasks != NULL ? l->tasks : o, &l->job, &w,
			      r->err);
	return rc == SJ_EPARSE ? fail_at(r, w.where, w.key, w.expected) : rc;
}

static int read_parts(struct reader *r, struct job_line *l, const json_t *o, uint64_t seen)
{
	int rc = SJ_OK;

	if (l->tasks == NULL && l->edges != NULL)
		return fail_at(r, "", "edges", "tasks as well");
	if (l->tasks == NULL) {
		rc = finish_task(r, job_keys, seen, "", &l->task);
		l->job.task = l->task.spec;
		l->uses_files = l->task.reads != NULL || l->task.writes != NULL;
		return rc != SJ_OK ? rc : read_files(r, l, o);
	}
	for (size_t i = 0; task_keys[i].name != NULL; i++)
		if (has(job_keys, seen, task_keys[i].name))
			return fail_at(r, "", task_keys[i].name, "this in the tasks only");
	rc = read_tasks(r, l);
	if (rc == SJ_OK && l->edges != NULL)
		rc = read_edges(r, l);
	if (rc == SJ_OK)
		rc = read_files(r, l, o);
	if (rc == SJ_OK)
		rc = check_graph(r, &l->job);
	if (rc == SJ_OK && l->job.task_count == 1) { /* a list of one is no list */
		l->job.task = l->job.tasks[0];
		free((void *)l->job.tasks);
		l->job.tasks = NULL;
	}
	return rc;
}

static int read_job(struct reader *r, json_t *o)
{
	struct job_line l = { 0 };
	uint64_t seen;
	int rc;

	sj_job_clear(&l.job);
	clear_task(&l.task);
	rc = read_object(r, job_keys, o, "", &l, &seen);
	if (rc == SJ_OK && !has(job_keys, seen, "submit_ns"))
		rc = fail_at(r, "", "submit_ns", "the submit time; the key is missing");
	if (!has(job_keys, seen, "id"))
		l.job.id = (int64_t)r->deck->source.info.records;
	l.job.flags = (l.moldable ? SJ_JOB_MOLDABLE : 0) |
		      (l.malleable ? SJ_JOB_MALLEABLE : 0);
	if (rc == SJ_OK)
		rc = read_parts(r, &l, o, seen);
	if (rc == SJ_OK) {
		r->deck->source.info.unsorted += l.job.submit_ns < r->last_submit_ns;
		r->last_submit_ns = l.job.submit_ns;
		if (!is_wide(r, &l.job)) {
			rc = deck_add_job(r->deck, &l.job, r->err);
			if (rc == SJ_OK)
				return SJ_OK;
		} else {
			deck_drop(r->deck, SJ_DROP_WIDE, r->line, 0,
				  (int64_t)l.job.task.ranks * l.job.task.cores, 0);
		}
	}
	free((void *)l.job.tasks);
	free((void *)l.job.edges);
	free((void *)(uintptr_t)(const void *)l.job.files);
	return rc;
}

/* ---- lines -------------------------------------------------------------------------------- */

static int read_header(struct reader *r, json_t *o)
{
	struct header_line h = { .unix_start_ns = SJ_NEVER };
	sj_workload_info *info = &r->deck->source.info;
	json_t *schema = json_object_get(o, "schema");
	uint64_t seen;
	char why[200];
	int rc;

	if (schema != NULL && (!json_is_string(schema) ||
			       strcmp(json_string_value(schema), SCHEMA) != 0))
		return fail_at(r, "", "schema", "\"" SCHEMA "\"");
	json_object_del(o, "schema");
	rc = read_object(r, header_keys, o, "", &h, &seen);
	info->max_procs = h.max_procs;
	info->max_nodes = h.max_nodes;
	info->unix_start_ns = h.unix_start_ns;
	if (rc == SJ_OK && h.gpu_models != NULL &&
	    jsonl_gpu_models(&r->terms, h.gpu_models, why, sizeof(why)) != SJ_OK)
		rc = fail_at(r, "", "gpu_models", why);
	if (rc == SJ_OK && h.scalings != NULL &&
	    jsonl_scalings(&r->terms, h.scalings, why, sizeof(why)) != SJ_OK)
		rc = fail_at(r, "", "scalings", why);
	if (rc == SJ_OK && h.comms != NULL &&
	    jsonl_comms(&r->terms, h.comms, why, sizeof(why)) != SJ_OK)
		rc = fail_at(r, "", "comms", why);
	return rc;
}

/* The first line may describe the log. */
static bool is_header(const struct reader *r, const json_t *o)
{
	return r->deck->source.info.records == 0 && json_object_get(o, "submit_ns") == NULL &&
	       (json_object_get(o, "schema") != NULL || json_object_get(o, "scalings") != NULL ||
		json_object_get(o, "comms") != NULL ||
		json_object_get(o, "gpu_models") != NULL);
}

static int read_line(struct reader *r, const char *p, size_t size)
{
	json_error_t e;
	json_t *o = json_loadb(p, size, JSON_REJECT_DUPLICATES, &e);
	char why[JSON_ERROR_TEXT_LENGTH];
	int rc;

	if (o == NULL) {
		one_line(e.text, why, sizeof(why));
		return sj_fail(r->err, SJ_EPARSE, "%s:%llu: column %d: not JSON: %s",
			       r->lines.in->name, (unsigned long long)r->line, e.column, why);
	}
	if (is_header(r, o)) {
		rc = read_header(r, o);
		r->machine = r->options->procs != 0 ? r->options->procs :
						      r->deck->source.info.max_procs;
	} else {
		r->deck->source.info.records++;
		rc = read_job(r, o);
	}
	json_decref(o);
	return rc;
}

static int read_all(struct reader *r)
{
	const char *p, *to;
	uint64_t limit = r->options->limit;
	int rc;

	while ((rc = lines_next(&r->lines, r->line + 1, &p, &to, r->err)) == SJ_OK) {
		while (p < to) {
			const char *eol = memchr(p, '\n', (size_t)(to - p));
			const char *q = p;

			r->line++;
			while (*q == ' ' || *q == '\t' || *q == '\r')
				q++;
			if (q < eol)
				rc = read_line(r, q, (size_t)(eol - q));
			if (rc != SJ_OK || (limit != 0 && r->deck->count == limit))
				return rc;
			p = eol + 1;
		}
	}
	return rc == SJ_END ? SJ_OK : rc;
}

static int jsonl_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		      sj_error *err)
{
	struct reader r = { .options = options, .machine = options->procs, .err = err,
			    .last_submit_ns = -1 };
	int rc = deck_create(&r.deck, err);

	if (rc != SJ_OK)
		return rc;
	strcpy(r.deck->source.info.format, "jsonl");
	r.terms.deck = r.files.deck = r.deck;
	rc = lines_init(&r.lines, in, LINE_MAX_BYTES, err);
	if (rc == SJ_OK)
		rc = read_all(&r);
	if (rc == SJ_OK && r.deck->source.info.records == 0)
		rc = sj_fail(err, SJ_EPARSE, "%s: there is no job in it; expected one JSON "
			     "object a line", in->name);
	if (rc == SJ_OK)
		rc = deck_close(r.deck, err);
	lines_fini(&r.lines);
	jsonl_terms_fini(&r.terms);
	jsonl_files_fini(&r.files);
	if (rc != SJ_OK) {
		deck_free(&r.deck->source);
		return rc;
	}
	*out = &r.deck->source;
	return SJ_OK;
}

static int jsonl_sniff(const char *bytes, size_t size)
{
	size_t i = 0;

	while (i < size && strchr(" \t\r\n", bytes[i]) != NULL && bytes[i] != '\0')
		i++;
	if (i == size || bytes[i] != '{')
		return 0;
	/* An object that goes over many lines is some other JSON. */
	for (i++; i < size && strchr(" \t\r", bytes[i]) != NULL && bytes[i] != '\0'; i++)
		;
	return i < size && bytes[i] == '"' ? 70 : 20;
}

const sj_reader_ops sj_reader_jsonl = {
	.name = "jsonl",
	.summary = "the native format: JSON Lines, one job a line, times in nanoseconds",
	.suffixes = ".jsonl .ndjson",
	.sniff = jsonl_sniff,
	.open = jsonl_open,
};
