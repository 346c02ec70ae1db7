/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * export_wfformat.c - see export_wfformat.h. The run time of a task is the time that it
 * held its processors, waiting for its data included, as measured ones have it; makespan
 * is from its first start to its last end; machines are the nodes that it used.
 */
#include "cli/export_wfformat.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/outstream.h"
#include "run/lab.h"
#include "sojourn/param.h"
#include "store/recorded.h"
#include "trace/neighbours.h"
#include "trace/wf_document.h"

/* A job of the store. */
struct stored_job {
	int64_t number; /* in the run */
	int64_t id;     /* the trace's own */
	sj_time submit_ns;
};

static int db_fail(const struct wf_export *x, sj_error *err)
{
	return store_fail(x->store, err);
}

/* ---- which job ------------------------------------------------------------------------ */

static int find_job(const struct wf_export *x, struct stored_job *out, sj_error *err)
{
	sqlite3_stmt *s;
	int64_t id = 0;
	int rc = x->job == NULL ? SJ_OK : sj_parse_int("--job", x->job, &id, err), found = 0;

	if (rc != SJ_OK)
		return SJ_EUSAGE;
	if (sqlite3_prepare_v2(store_db(x->store), "SELECT id & 4294967295, coalesce(trace_id, (id & "
			       "4294967295) + 1) AS name, submit_ns FROM job WHERE id >= ?1 << 32 AND "
			       "id < (?1 + 1) << 32 AND (?2 IS NULL OR name = ?2) ORDER BY id LIMIT 2",
			       -1, &s, NULL) != SQLITE_OK)
		return db_fail(x, err);
	sqlite3_bind_int64(s, 1, x->run);
	if (x->job != NULL)
		sqlite3_bind_int64(s, 2, id);
	for (; sqlite3_step(s) == SQLITE_ROW; found++)
		if (found == 0)
			*out = (struct stored_job){ sqlite3_column_int64(s, 0),
						    sqlite3_column_int64(s, 1),
						    sqlite3_column_int64(s, 2) };
	if (sqlite3_finalize(s) != SQLITE_OK)
		return db_fail(x, err);
	if (found == 0)
		return x->job != NULL ?
		       sj_fail(err, SJ_EINVAL, "%s: no job %s in run %u", store_path(x->store),
			       x->job, x->run) :
		       sj_fail(err, SJ_EINVAL, "%s: no job in run %u", store_path(x->store), x->run);
	if (found > 1 && x->job == NULL)
		return sj_fail(err, SJ_EUSAGE, "%s: run %u has several jobs, and a document in "
			       "WfFormat holds one; choose with --job ID", store_path(x->store),
			       x->run);
	return SJ_OK;
}

/* ---- its graph ------------------------------------------------------------------------ */

/* The job of the workload; what it points to holds until the source goes on. */
static int read_graph(const struct wf_export *x, const struct stored_job *stored,
		      sj_source *source, sj_job *job, sj_error *err)
{
	uint32_t n;
	int rc = source->ops->rewind(source, err);

	while (rc == SJ_OK && (rc = source->ops->fill(source, job, 1, &n, err)) == SJ_OK)
		if (job->id == stored->id && job->submit_ns == stored->submit_ns)
			return SJ_OK;
	return rc != SJ_END ? rc :
	       sj_fail(err, SJ_EMISMATCH, "%s: job %" PRId64 " of run %u is not in the workload",
		       store_path(x->store), stored->id, x->run);
}

static int check_digest(struct lab *lab, const struct recorded_run *r, sj_error *err)
{
	uint64_t bytes;
	char hex[65] = "";
	int rc = workload_digest(lab->workload, &bytes, hex, err);

	if (rc == SJ_OK && strcmp(hex, r->input_sha256) != 0)
		return sj_fail(err, SJ_EMISMATCH, "the workload has changed: %s has SHA-256 %.12s..., "
			       "the run was made from %.12s...", lab->workload->spec, hex,
			       r->input_sha256);
	return rc;
}

/* ---- its schedule --------------------------------------------------------------------- */

struct schedule {
	struct wf_task    *task;
	uint32_t          *place; /* of all tasks */
	uint32_t           places, room;
	struct wf_machine *machine; /* by node, then those that were used */
	uint32_t           nodes, used;
	sj_time            first, last;
};

static int schedule_init(struct schedule *s, const sj_job *job, const struct cluster *c)
{
	uint32_t at = 0;

	s->nodes = c->node_count != 0 ? c->node_count : 1;
	s->first = SJ_NEVER;
	s->task = malloc(job->task_count * sizeof(*s->task));
	s->machine = calloc(s->nodes, sizeof(*s->machine));
	if (s->task == NULL || s->machine == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < job->task_count; i++)
		s->task[i] = (struct wf_task){ SJ_NEVER, 0, 0, 0 };
	s->machine[0].cores = c->model.procs;
	for (uint32_t k = 0; k < c->type_count; k++)
		for (uint32_t i = 0; i < c->specs[k].count; i++, at++)
			s->machine[at] = (struct wf_machine){ at, c->specs[k].cores,
							      c->specs[k].mem_bytes };
	return SJ_OK;
}

static int add_place(struct schedule *s, struct wf_task *t, uint32_t node)
{
	if (s->places == s->room) {
		uint32_t room = s->room != 0 ? 2 * s->room : 256;
		uint32_t *grown = realloc(s->place, room * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		s->place = grown;
		s->room = room;
	}
	s->place[s->places++] = node;
	t->places++;
	return SJ_OK;
}

/* What the rows so far have come to. */
struct reading {
	sj_time until, from; /* of the task: the end of its time, the begin of its last stretch */
	bool   *used;        /* by node */
};

/* Rows come by task and time; a task is said to have run where its last stretch was. */
static int add_alloc(struct schedule *s, sqlite3_stmt *row, struct reading *r)
{
	struct wf_task *t = &s->task[sqlite3_column_int64(row, 0)];
	sj_time from = sqlite3_column_int64(row, 1), to = sqlite3_column_int64(row, 2);
	uint32_t node = (uint32_t)sqlite3_column_int64(row, 3);

	s->first = from < s->first ? from : s->first;
	s->last = to > s->last ? to : s->last;
	r->used[node] = true;
	if (t->start_ns == SJ_NEVER) {
		r->until = t->start_ns = from;
		t->place = s->places;
	} else if (from != r->from) {
		s->places = t->place;
		t->places = 0;
	}
	r->from = from;
	if (to > r->until) {
		t->run_ns += to - (from > r->until ? from : r->until);
		r->until = to;
	}
	return add_place(s, t, node);
}

static int read_allocs(const struct wf_export *x, const struct stored_job *stored,
		       const sj_job *job, struct schedule *s, bool *used, sj_error *err)
{
	struct reading r = { .used = used };
	sqlite3_stmt *row;
	int rc = SJ_OK;

	if (sqlite3_prepare_v2(store_db(x->store), "SELECT task, from_ns, to_ns, coalesce(node, 0) "
			       "FROM alloc WHERE run = ? AND job = ? ORDER BY task, from_ns, rowid",
			       -1, &row, NULL) != SQLITE_OK)
		return db_fail(x, err);
	sqlite3_bind_int64(row, 1, x->run);
	sqlite3_bind_int64(row, 2, stored->number);
	while (rc == SJ_OK && sqlite3_step(row) == SQLITE_ROW)
		if (sqlite3_column_int64(row, 0) < job->task_count &&
		    sqlite3_column_int64(row, 3) < s->nodes)
			rc = add_alloc(s, row, &r);
	if (sqlite3_finalize(row) != SQLITE_OK && rc == SJ_OK)
		rc = db_fail(x, err);
	if (rc != SJ_OK)
		return rc;
	if (s->first == SJ_NEVER)
		return sj_fail(err, SJ_EINVAL, "%s: run %u kept no allocations of job %" PRId64 "; "
			       "`sojourn run --allocs` keeps when and where tasks ran",
			       store_path(x->store), x->run, stored->id);
	for (uint32_t i = 0; i < job->task_count; i++)
		if (s->task[i].start_ns == SJ_NEVER)
			return sj_fail(err, SJ_EINVAL, "%s: run %u: task %u of job %" PRId64 " never "
				       "ran", store_path(x->store), x->run, i, stored->id);
	return SJ_OK;
}

static int read_schedule(const struct wf_export *x, const struct stored_job *stored,
			 const sj_job *job, struct schedule *s, sj_error *err)
{
	bool *used = calloc(s->nodes, sizeof(*used));
	int rc = used == NULL ? SJ_ENOMEM : read_allocs(x, stored, job, s, used, err);

	for (uint32_t i = 0; rc == SJ_OK && i < s->nodes; i++)
		if (used[i])
			s->machine[s->used++] = s->machine[i];
	free(used);
	return rc;
}

/* ---- the document ---------------------------------------------------------------------- */

static int write_document(const struct wf_export *x, const struct recorded_run *r,
			  const struct lab *lab, const sj_job *job, const struct schedule *s,
			  sj_error *err)
{
	struct wf_document d = {
		.name = r->workload, .unix_start_ns = lab->workload->source->info.unix_start_ns,
		.executed_ns = s->first, .makespan_ns = s->last - s->first, .task = s->task,
		.place = s->place, .machine = s->machine, .machines = s->used,
	};
	struct outstream out;
	char *text;
	int rc;

	if (asprintf(&text, "job %" PRId64 ", simulated by sojourn: %s on %s", job->id, r->policy,
		     r->cluster) < 0)
		return SJ_ENOMEM;
	d.description = text;
	rc = outstream_open(&out, x->output, err);
	if (rc == SJ_OK)
		rc = outstream_close(&out, wf_document_write(out.to, &d, job, err), err);
	free(text);
	return rc;
}

static int export_run(const struct wf_export *x, const struct recorded_run *r, sj_error *err)
{
	const char *workload = x->workload != NULL ? x->workload : r->workload;
	struct lab lab = { .workload = NULL };
	struct schedule s = { 0 };
	struct stored_job stored = { 0 };
	sj_job job;
	int rc = find_job(x, &stored, err);

	if (rc == SJ_OK && strcmp(workload, "-") == 0)
		rc = sj_fail(err, SJ_EUSAGE, "the workload came from standard input; name the file "
			     "with -w");
	if (rc == SJ_OK)
		rc = lab_open(workload, r->cluster, r->seed, r->job_limit, &lab, err);
	if (rc == SJ_OK)
		rc = check_digest(&lab, r, err);
	if (rc == SJ_OK)
		rc = read_graph(x, &stored, lab.workload->source, &job, err);
	if (rc == SJ_OK)
		rc = schedule_init(&s, &job, &lab.cluster);
	if (rc == SJ_OK)
		rc = read_schedule(x, &stored, &job, &s, err);
	if (rc == SJ_OK)
		rc = write_document(x, r, &lab, &job, &s, err);
	free(s.task);
	free(s.place);
	free(s.machine);
	lab_close(&lab);
	return rc;
}

int export_wfformat(const struct wf_export *x, sj_error *err)
{
	struct recorded_run *runs;
	size_t count, i = 0;
	int rc = recorded_runs(x->store, &runs, &count, err);

	if (rc != SJ_OK)
		return rc;
	while (i < count && runs[i].id != x->run)
		i++;
	rc = i < count ? export_run(x, &runs[i], err) :
	     sj_fail(err, SJ_ENOENT, "%s: no run %u", store_path(x->store), x->run);
	recorded_free(runs, count);
	return rc;
}
