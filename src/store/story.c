/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * story.c - see story.h. Everything here is derived from job rows alone, so that it
 * also works on runs that stored no decisions.
 */
#include "store/story.h"

#include <inttypes.h>

/* The jobs of run ?1, in columns that read_job() expects. */
#define JOBS                                                                            \
	"SELECT coalesce(j.trace_id, (j.id & 4294967295) + 1) AS trace,"                \
	" j.id & 4294967295 AS seq, j.procs AS procs, coalesce(w.user_id, 0) AS user,"  \
	" coalesce(w.group_id, 0) AS grp, coalesce(w.queue, 0) AS queue, j.outcome,"    \
	" j.submit_ns AS submit, j.submit_ns + j.wait_ns AS start,"                     \
	" j.submit_ns + j.wait_ns + j.run_ns AS finish,"                                \
	" coalesce(j.estimate_ns, j.run_ns) AS estimate"                                \
	" FROM job j LEFT JOIN who w ON w.id = j.who"                                   \
	" WHERE j.id >= ?1 << 32 AND j.id < (?1 + 1) << 32"

/* ?2 seq, ?3 submit, ?4 start (a large number: never). */
static const char sql_running[] =
	"SELECT *, count(*) OVER (), sum(procs) OVER () FROM (" JOBS ")"
	" WHERE start < ?3 AND (finish > ?3 OR finish IS NULL) AND seq <> ?2 AND ?4 >= 0"
	" ORDER BY procs DESC, seq LIMIT 5";
static const char sql_ahead[] =
	"SELECT *, count(*) OVER (), sum(procs) OVER () FROM (" JOBS ")"
	" WHERE seq < ?2 AND (start >= ?3 OR start IS NULL) AND outcome <> 2 AND ?4 >= 0"
	" ORDER BY procs DESC, seq LIMIT 5";
static const char sql_elders[] =
	"SELECT *, count(*) OVER (), sum(procs) OVER () FROM (" JOBS ")"
	" WHERE seq < ?2 AND start >= ?3 AND start < ?4"
	" ORDER BY procs DESC, seq LIMIT 5";
static const char sql_overtook[] =
	"SELECT *, count(*) OVER (), sum(procs) OVER () FROM (" JOBS ")"
	" WHERE seq > ?2 AND start >= ?3 AND start < ?4"
	" ORDER BY procs DESC, seq LIMIT 5";

static sj_time time_or_never(sqlite3_stmt *s, int at)
{
	return sqlite3_column_type(s, at) == SQLITE_NULL ? SJ_NEVER
							 : sqlite3_column_int64(s, at);
}

static void read_job(sqlite3_stmt *s, struct story_job *j)
{
	*j = (struct story_job){
		.id = sqlite3_column_int64(s, 0),
		.seq = (uint64_t)sqlite3_column_int64(s, 1),
		.procs = (uint32_t)sqlite3_column_int64(s, 2),
		.user = (uint32_t)sqlite3_column_int64(s, 3),
		.group = (uint32_t)sqlite3_column_int64(s, 4),
		.queue = (uint32_t)sqlite3_column_int64(s, 5),
		.outcome = (uint32_t)sqlite3_column_int64(s, 6),
		.submit_ns = sqlite3_column_int64(s, 7),
		.start_ns = time_or_never(s, 8),
		.finish_ns = time_or_never(s, 9),
		.estimate_ns = time_or_never(s, 10),
	};
}

static int read_others(struct store *st, const char *sql, uint32_t run,
		       const struct story_job *j, struct story_others *out, sj_error *err)
{
	sqlite3_stmt *s = NULL;
	int step;

	*out = (struct story_others){ 0 };
	if (sqlite3_prepare_v2(store_db(st), sql, -1, &s, NULL) != SQLITE_OK)
		return store_fail(st, err);
	sqlite3_bind_int64(s, 1, run);
	sqlite3_bind_int64(s, 2, (int64_t)j->seq);
	sqlite3_bind_int64(s, 3, j->submit_ns);
	sqlite3_bind_int64(s, 4, j->start_ns);
	while ((step = sqlite3_step(s)) == SQLITE_ROW && out->shown < STORY_OTHERS) {
		read_job(s, &out->job[out->shown++]);
		out->count = (uint64_t)sqlite3_column_int64(s, 11);
		out->procs = (uint64_t)sqlite3_column_int64(s, 12);
	}
	sqlite3_finalize(s);
	return step == SQLITE_DONE || step == SQLITE_ROW ? SJ_OK : store_fail(st, err);
}

static int find_job(struct store *st, uint32_t run, int64_t trace_id, struct story_job *out,
		    sj_error *err)
{
	sqlite3_stmt *s = NULL;
	int step;

	/* A trace may use an id twice; the first is told. */
	if (sqlite3_prepare_v2(store_db(st), "SELECT * FROM (" JOBS ") WHERE trace = ?2"
			       " ORDER BY seq LIMIT 1", -1, &s, NULL) != SQLITE_OK)
		return store_fail(st, err);
	sqlite3_bind_int64(s, 1, run);
	sqlite3_bind_int64(s, 2, trace_id);
	step = sqlite3_step(s);
	if (step == SQLITE_ROW)
		read_job(s, out);
	sqlite3_finalize(s);
	if (step == SQLITE_ROW)
		return SJ_OK;
	if (step != SQLITE_DONE)
		return store_fail(st, err);
	return sj_fail(err, SJ_ENOENT, "%s: run %u has no job %" PRId64 " (dropped jobs are "
		       "not part of a run)", store_path(st), run, trace_id);
}

int story_read(struct store *st, uint32_t run, int64_t trace_id, struct story *out,
	       sj_error *err)
{
	int rc = find_job(st, run, trace_id, &out->job, err);

	if (rc == SJ_OK)
		rc = read_others(st, sql_running, run, &out->job, &out->running, err);
	if (rc == SJ_OK)
		rc = read_others(st, sql_ahead, run, &out->job, &out->ahead, err);
	if (rc == SJ_OK)
		rc = read_others(st, sql_elders, run, &out->job, &out->elders, err);
	if (rc == SJ_OK)
		rc = read_others(st, sql_overtook, run, &out->job, &out->overtook, err);
	return rc;
}

int story_decisions(struct store *st, uint32_t run, uint64_t seq, story_fn *fn, void *self,
		    sj_error *err)
{
	sqlite3_stmt *s = NULL;
	int step;

	if (sqlite3_prepare_v2(store_db(st), "SELECT at_ns, task, kind, reason FROM decision"
			       " WHERE run = ? AND job = ? ORDER BY at_ns, rowid", -1, &s,
			       NULL) != SQLITE_OK)
		return store_fail(st, err);
	sqlite3_bind_int64(s, 1, run);
	sqlite3_bind_int64(s, 2, (int64_t)seq);
	while ((step = sqlite3_step(s)) == SQLITE_ROW)
		fn(self, &(struct story_decision){
			.at_ns = sqlite3_column_int64(s, 0),
			.task = (uint32_t)sqlite3_column_int64(s, 1),
			.kind = (const char *)sqlite3_column_text(s, 2),
			.reason = (const char *)sqlite3_column_text(s, 3) });
	sqlite3_finalize(s);
	return step == SQLITE_DONE ? SJ_OK : store_fail(st, err);
}

int story_allocs(struct store *st, uint32_t run, uint64_t seq, story_alloc_fn *fn, void *self,
		 sj_error *err)
{
	sqlite3_stmt *s = NULL;
	int step;

	if (sqlite3_prepare_v2(store_db(st), "SELECT from_ns, to_ns, task, first, last,"
			       " coalesce(node, 4294967295), ranks, cores, gpu_milli, gpus, mem_bytes"
			       " FROM alloc WHERE run = ? AND job = ?"
			       " ORDER BY from_ns, task, node, first, rowid", -1, &s, NULL) != SQLITE_OK)
		return store_fail(st, err);
	sqlite3_bind_int64(s, 1, run);
	sqlite3_bind_int64(s, 2, (int64_t)seq);
	while ((step = sqlite3_step(s)) == SQLITE_ROW)
		fn(self, &(struct story_alloc){
			.from_ns = sqlite3_column_int64(s, 0),
			.to_ns = sqlite3_column_int64(s, 1),
			.task = (uint32_t)sqlite3_column_int64(s, 2),
			.first = (uint32_t)sqlite3_column_int64(s, 3),
			.last = (uint32_t)sqlite3_column_int64(s, 4),
			.node = (uint32_t)sqlite3_column_int64(s, 5),
			.ranks = (uint32_t)sqlite3_column_int64(s, 6),
			.cores = (uint32_t)sqlite3_column_int64(s, 7),
			.gpu_milli = (uint32_t)sqlite3_column_int64(s, 8),
			.gpus = (uint64_t)sqlite3_column_int64(s, 9),
			.mem_bytes = (uint64_t)sqlite3_column_int64(s, 10) });
	sqlite3_finalize(s);
	return step == SQLITE_DONE ? SJ_OK : store_fail(st, err);
}
