/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * google2011.c - reader of the task events of Google's cluster trace of May 2011 (Reiss,
 * Wilkes, Hellerstein, "Google cluster-usage traces: format + schema", 2011): 13 fields
 * between commas, no line of names, times in microseconds. Parts that follow each other
 * may come as one stream: `zcat task_events-part-*.gz | sojourn run -w google2011:-`.
 *
 * Each SUBMIT (event 0) of a task is a job of one rank: submit is its time, the log's
 * start is the next SCHEDULE (1), the run time goes from there to the next EVICT, FAIL,
 * FINISH, KILL or LOST (2 to 6); a task that was evicted and submitted again is another
 * job. A core is a thousandth of the largest machine here: the CPU request (a fraction
 * of that machine) x 1000, rounded up, at least 1; cores=N behind the path cuts it into
 * another number. Memory is a fraction too, of an amount that was not published: with
 * memory=SIZE, which states it, that fraction of it; without, memory is not modelled.
 *
 * Drops: submissions that did not start or end within the log; tasks without a CPU
 * request; tasks that start without a SUBMIT. Invents: the run time as the estimate; the
 * id, the place among the submissions, from 1. Does not read: disk requests, updates of
 * requests (7, 8), machines, the constraint that tasks of a job be apart. Cannot know: what happened before time 0, so the tasks
 * that ran then seem to begin at 0. The job becomes the application, the scheduling
 * class + 1 the queue, the user the user; priority stays. What is held while reading is a
 * short record a submission, and a place in a table for each task alive.
 */
#include <stdlib.h>
#include <string.h>

#include "rows.h"

enum { TIME, MISSING, JOB, INDEX, MACHINE, EVENT, USER, CLASS, PRIORITY, CPU, MEMORY, DISK,
       APART };
enum { SUBMIT, SCHEDULE, EVICT, LOST = 6, UPDATE_RUNNING = 8 };

#define AFTER_THE_END "9223372036854775807"

static const struct rows_column columns[] = {
	[TIME] = { "time", true },            [MISSING] = { "missing info", true },
	[JOB] = { "job ID", true },           [INDEX] = { "task index", true },
	[MACHINE] = { "machine ID", true },   [EVENT] = { "event type", true },
	[USER] = { "user", true },            [CLASS] = { "scheduling class", true },
	[PRIORITY] = { "priority", true },    [CPU] = { "CPU request", true },
	[MEMORY] = { "memory request", true }, [DISK] = { "disk request", true },
	[APART] = { "different machines", true },
	{ NULL, false },
};

/* What the largest machine has. */
struct settings {
	int64_t  cores;
	uint64_t memory; /* bytes; 0 = not modelled */
};

static const sj_param params[] = {
	{ .name = "cores", .type = SJ_P_INT, .offset = offsetof(struct settings, cores),
	  .def = "1000", .min = 1, .max = 1e6, .unit = "cores",
	  .help = "Into how many cores the largest machine is cut." },
	{ .name = "memory", .type = SJ_P_BYTES, .offset = offsetof(struct settings, memory),
	  .def = "0B", .help = "Memory of the largest machine; 0B is not modelled." },
	{ .name = NULL },
};

struct attempt {
	sj_time  submit_ns, start_ns, run_ns; /* -1: unknown */
	uint64_t line;
	uint32_t cores, user, app;
	uint32_t memory; /* 10^-9 of the largest machine's */
	uint8_t  class, priority;
};

struct live { /* 0 as attempt: a free place */
	int64_t  job, index;
	uint32_t attempt; /* 1 + place in the list */
};

struct state {
	struct settings settings;
	struct attempt *attempt;
	uint32_t        count, cap;
	struct live    *table;
	uint32_t        live, places; /* a power of two */
	sj_time         last_ns;
};

/* ---- tasks alive ----------------------------------------------------------------------- */

static uint32_t home(const struct state *s, int64_t job, int64_t index)
{
	uint64_t h = ((uint64_t)job * UINT64_C(0x9e3779b97f4a7c15)) ^
		     ((uint64_t)index * UINT64_C(0xc2b2ae3d27d4eb4f));

	h ^= h >> 29;
	h *= UINT64_C(0xbf58476d1ce4e5b9);
	return (uint32_t)(h >> 32) & (s->places - 1);
}

/* The task's place, or the free one where it belongs. */
static struct live *find(const struct state *s, int64_t job, int64_t index)
{
	uint32_t i = home(s, job, index);

	while (s->table[i].attempt != 0 &&
	       (s->table[i].job != job || s->table[i].index != index))
		i = (i + 1) & (s->places - 1);
	return &s->table[i];
}

static int grow_table(struct state *s)
{
	struct state bigger = { .places = s->places == 0 ? 1024 : s->places * 2 };

	bigger.table = calloc(bigger.places, sizeof(*bigger.table));
	if (bigger.table == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < s->places; i++)
		if (s->table[i].attempt != 0)
			*find(&bigger, s->table[i].job, s->table[i].index) = s->table[i];
	free(s->table);
	s->table = bigger.table;
	s->places = bigger.places;
	return SJ_OK;
}

/* Frees a place and moves back those behind it that would not be found any more
 * (Knuth, The Art of Computer Programming, volume 3, 6.4, algorithm R). */
static void forget(struct state *s, struct live *gone)
{
	uint32_t mask = s->places - 1, hole = (uint32_t)(gone - s->table);

	for (uint32_t i = (hole + 1) & mask; s->table[i].attempt != 0; i = (i + 1) & mask) {
		uint32_t at = home(s, s->table[i].job, s->table[i].index);

		if (((i - at) & mask) >= ((i - hole) & mask)) {
			s->table[hole] = s->table[i];
			hole = i;
		}
	}
	s->table[hole].attempt = 0;
	s->live--;
}

/* ---- events -------------------------------------------------------------------------------- */

struct event {
	sj_time  time_ns;
	int64_t  job, index;
	uint32_t type;
};

static int new_attempt(struct rows *r, const struct event *e, struct attempt **out)
{
	struct state *s = r->state;

	if (s->count == s->cap) {
		uint32_t cap = s->cap == 0 ? 4096 : s->cap * 2;
		struct attempt *bigger = s->cap > UINT32_MAX / 4 ? NULL :
			realloc(s->attempt, cap * sizeof(*bigger));

		if (bigger == NULL)
			return sj_fail(r->err, SJ_ENOMEM, "no memory for more than %u tasks",
				       s->count);
		s->attempt = bigger;
		s->cap = cap;
	}
	if (s->live + 1 > s->places / 2 && grow_table(s) != SJ_OK)
		return sj_fail(r->err, SJ_ENOMEM, "no memory for more than %u tasks alive",
			       s->live);
	*out = &s->attempt[s->count++];
	**out = (struct attempt){ .submit_ns = -1, .start_ns = -1, .run_ns = -1,
				  .line = r->line };
	if (find(s, e->job, e->index)->attempt == 0)
		s->live++;
	*find(s, e->job, e->index) = (struct live){ e->job, e->index, s->count };
	return SJ_OK;
}

/* A fraction of the largest machine, in 10^-9; -1: empty. */
static int read_share(struct rows *r, int column, int64_t *nano)
{
	int rc;

	*nano = -1;
	if (r->field[column][0] == '\0')
		return SJ_OK;
	rc = text_decimal(r->field[column], 9, nano);
	if (rc != SJ_OK || *nano < 0 || *nano > SJ_NS_PER_S)
		return rows_refuse(r, column, "a fraction of a machine from 0 to 1");
	return SJ_OK;
}

static int read_demand(struct rows *r, struct attempt *a)
{
	const struct state *s = r->state;
	int64_t cpu, memory = -1;
	int rc = read_share(r, CPU, &cpu);

	if (rc == SJ_OK && s->settings.memory != 0)
		rc = read_share(r, MEMORY, &memory);
	if (rc != SJ_OK)
		return rc;
	a->memory = memory > 0 ? (uint32_t)memory : 0;
	if (cpu < 0)
		return SJ_OK;
	a->cores = (uint32_t)((cpu * s->settings.cores + SJ_NS_PER_S - 1) / SJ_NS_PER_S);
	a->cores += a->cores == 0;
	return SJ_OK;
}

static int small_number(struct rows *r, int column, uint8_t *out)
{
	uint32_t v = 0;
	int rc = rows_number(r, column, &v);

	if (rc == SJ_OK && v > 99)
		rc = rows_refuse(r, column, "a small number");
	*out = (uint8_t)v;
	return rc;
}

static int submit(struct rows *r, const struct event *e)
{
	struct attempt *a = NULL;
	int rc = new_attempt(r, e, &a);

	if (rc != SJ_OK)
		return rc;
	a->submit_ns = e->type == SUBMIT ? e->time_ns : -1;
	rc = read_demand(r, a);
	if (rc == SJ_OK)
		rc = small_number(r, CLASS, &a->class);
	if (rc == SJ_OK)
		rc = small_number(r, PRIORITY, &a->priority);
	if (rc == SJ_OK)
		rc = rows_name(r, USER, &r->user, &a->user);
	if (rc == SJ_OK)
		rc = rows_name(r, JOB, &r->app, &a->app);
	return rc;
}

static int happen(struct rows *r, const struct event *e)
{
	struct state *s = r->state;
	struct live *task = s->places != 0 ? find(s, e->job, e->index) : NULL;
	bool alive = task != NULL && task->attempt != 0;
	struct attempt *a;
	int rc;

	if (e->type == SUBMIT || (e->type == SCHEDULE && !alive)) {
		rc = submit(r, e);
		if (rc == SJ_OK && e->type == SCHEDULE)
			s->attempt[s->count - 1].start_ns = e->time_ns;
		return rc;
	}
	if (!alive || e->type > LOST)
		return SJ_OK;
	a = &s->attempt[task->attempt - 1];
	if (e->type == SCHEDULE) {
		a->start_ns = e->time_ns;
		return SJ_OK;
	}
	if (a->start_ns >= 0)
		a->run_ns = e->time_ns - a->start_ns;
	forget(s, task);
	return SJ_OK;
}

static int read_whole(struct rows *r, int column, int64_t *out)
{
	return text_whole(r->field[column], out) == SJ_OK && *out >= 0 ?
	       SJ_OK : rows_refuse(r, column, "a whole number");
}

static int row(struct rows *r)
{
	sj_workload_info *info = &r->deck->source.info;
	struct state *s = r->state;
	struct event e;
	int rc;

	if (strcmp(r->field[TIME], AFTER_THE_END) == 0)
		return SJ_OK;
	rc = rows_time(r, TIME, TIME_US, &e.time_ns);
	if (rc == SJ_OK && e.time_ns < 0)
		rc = rows_refuse(r, TIME, "a number of microseconds");
	if (rc == SJ_OK)
		rc = read_whole(r, JOB, &e.job);
	if (rc == SJ_OK)
		rc = read_whole(r, INDEX, &e.index);
	if (rc == SJ_OK)
		rc = rows_number(r, EVENT, &e.type);
	if (rc == SJ_OK && (r->field[EVENT][0] == '\0' || e.type > UPDATE_RUNNING))
		rc = rows_refuse(r, EVENT, "a type of event from 0 to 8");
	if (rc != SJ_OK)
		return rc;
	if (info->records == 1)
		info->first_submit_ns = info->last_submit_ns = s->last_ns = e.time_ns;
	if (info->first_submit_ns > e.time_ns)
		info->first_submit_ns = e.time_ns;
	if (info->last_submit_ns < e.time_ns || info->last_submit_ns == SJ_NEVER)
		info->last_submit_ns = e.time_ns;
	info->unsorted += e.time_ns < s->last_ns;
	s->last_ns = e.time_ns;
	info->no_procs += r->field[CPU][0] == '\0';
	return happen(r, &e);
}

/* The log has ended: submissions become jobs, in the order they were made. */
static int finish(struct rows *r)
{
	sj_workload_info *info = &r->deck->source.info;
	const struct state *s = r->state;
	int rc = SJ_OK;

	for (uint32_t i = 0; i < s->count && rc == SJ_OK; i++) {
		const struct attempt *a = &s->attempt[i];
		sj_job job;

		if (r->options->limit != 0 && r->deck->count == r->options->limit)
			break;
		sj_job_clear(&job);
		job.id = (int64_t)i + 1;
		job.submit_ns = a->submit_ns;
		job.logged_start_ns = a->start_ns >= 0 ? a->start_ns : SJ_NEVER;
		job.priority = a->priority;
		job.user = a->user;
		job.app = a->app;
		job.queue = a->class + 1u;
		job.task.cores = a->cores;
		job.task.mem_bytes = (uint64_t)(((unsigned __int128)a->memory *
			s->settings.memory + SJ_NS_PER_S - 1) / SJ_NS_PER_S);
		job.task.work_ns = a->run_ns < 0 ? -1 : a->run_ns;
		info->no_run += a->run_ns < 0;
		info->zero_run += a->run_ns == 0;
		r->line = a->line;
		rc = rows_keep(r, &job);
	}
	return rc;
}

static int start(struct rows *r)
{
	struct state *s = r->state;

	return sj_params_bind("workload google2011", params, r->options->args, &s->settings,
			      NULL, NULL, r->err);
}

static void fini(struct rows *r)
{
	struct state *s = r->state;

	free(s->attempt);
	free(s->table);
}

static const struct rows_format format = {
	.name = "google2011",
	.separator = ',',
	.columns = columns,
	.unix_start_ns = SJ_NEVER,
	.headerless = true,
	.state_size = sizeof(struct state),
	.start = start,
	.row = row,
	.finish = finish,
	.fini = fini,
};

ROWS_OPEN(google2011)

static bool is_number(const char *p, size_t n)
{
	size_t k = 0;

	while (k < n && p[k] >= '0' && p[k] <= '9')
		k++;
	return k > 0 && k == n;
}

/* The first line has 13 fields, and numbers where they must be. */
static int google2011_sniff(const char *bytes, size_t size)
{
	const char *eol = memchr(bytes, '\n', size), *p = bytes;
	int n = 0;

	while (eol != NULL && p <= eol) {
		const char *end = memchr(p, ',', (size_t)(eol - p));

		if (end == NULL)
			end = eol;
		if ((n == TIME || n == JOB || n == INDEX || n == EVENT) &&
		    !is_number(p, (size_t)(end - p)))
			return 0;
		n++;
		p = end + 1;
	}
	return n == APART + 1 ? 90 : 0;
}

const sj_reader_ops sj_reader_google2011 = {
	.name = "google2011",
	.summary = "task events of Google's cluster trace of 2011 (csv, microseconds)",
	.suffixes = "",
	.sniff = google2011_sniff,
	.open = google2011_open,
	.params = params,
};
