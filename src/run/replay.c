/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c - a stored run played into a sink. */
#include "run/replay.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/pack.h"

enum { BATCH = 1024 };

struct replay {
	sqlite3       *db;
	uint32_t       run;
	const sj_sink *sink;
	sj_error      *err;
};

static int fail(struct replay *r)
{
	return sj_fail(r->err, SJ_EIO, "run %u: %s", r->run, sqlite3_errmsg(r->db));
}

/* ?1 is the run, ?2 and ?3 the ends of its job ids. */
static int prepare(struct replay *r, const char *sql, sqlite3_stmt **out)
{
	if (sqlite3_prepare_v2(r->db, sql, -1, out, NULL) != SQLITE_OK)
		return fail(r);
	if (sqlite3_bind_parameter_count(*out) == 1) {
		sqlite3_bind_int64(*out, 1, r->run);
	} else {
		sqlite3_bind_int64(*out, 1, (int64_t)r->run << 32);
		sqlite3_bind_int64(*out, 2, ((int64_t)r->run + 1) << 32);
	}
	return SJ_OK;
}

static int finish(struct replay *r, sqlite3_stmt *s, int rc)
{
	if (sqlite3_finalize(s) != SQLITE_OK && rc == SJ_OK)
		return fail(r);
	return rc;
}

static bool is_null(sqlite3_stmt *s, int column)
{
	return sqlite3_column_type(s, column) == SQLITE_NULL;
}

/* ---- allocations ----------------------------------------------------------------------- */

static int play_allocs(struct replay *r, uint64_t *count)
{
	sqlite3_stmt *s;
	int rc = prepare(r, "SELECT job, task, from_ns, to_ns, first, last, node, ranks, "
			    "cores, gpus, gpu_milli, mem_bytes FROM alloc WHERE run = ? ORDER BY rowid", &s);

	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW) {
		const sj_alloc_record a = {
			.seq = (uint64_t)sqlite3_column_int64(s, 0),
			.task = (uint32_t)sqlite3_column_int64(s, 1),
			.from_ns = sqlite3_column_int64(s, 2),
			.to_ns = sqlite3_column_int64(s, 3),
			.first = (uint32_t)sqlite3_column_int64(s, 4),
			.last = (uint32_t)sqlite3_column_int64(s, 5),
			.node = is_null(s, 6) ? UINT32_MAX :
						(uint32_t)sqlite3_column_int64(s, 6),
			.ranks = (uint32_t)sqlite3_column_int64(s, 7),
			.cores = (uint32_t)sqlite3_column_int64(s, 8),
			.gpus = (uint64_t)sqlite3_column_int64(s, 9),
			.gpu_milli = (uint32_t)sqlite3_column_int64(s, 10),
			.mem_bytes = (uint64_t)sqlite3_column_int64(s, 11),
		};

		rc = r->sink->alloc(r->sink->self, &a, r->err);
		(*count)++;
	}
	return finish(r, s, rc);
}

/* Jobs that ran, by start, and which ones they are. */
struct started {
	struct pack_job *job;
	uint64_t        *seq;
	size_t           n, cap;
};

static int add_started(struct started *x, const struct pack_job *job, uint64_t seq)
{
	if (x->n == x->cap) {
		size_t cap = x->cap == 0 ? 1024 : 2 * x->cap;
		struct pack_job *j = realloc(x->job, cap * sizeof(*j));
		uint64_t *q;

		if (j == NULL)
			return SJ_ENOMEM;
		x->job = j;
		q = realloc(x->seq, cap * sizeof(*q));
		if (q == NULL)
			return SJ_ENOMEM;
		x->seq = q;
		x->cap = cap;
	}
	x->job[x->n] = *job;
	x->seq[x->n++] = seq;
	return SJ_OK;
}

/* Jobs of length 0 first: before the others of their instant they surely fit. */
static int read_started(struct replay *r, struct started *x)
{
	sqlite3_stmt *s;
	int rc = prepare(r, "SELECT id & 4294967295, submit_ns + wait_ns AS start, run_ns, procs "
			    "FROM job WHERE id >= ? AND id < ? AND wait_ns IS NOT NULL "
			    "AND run_ns IS NOT NULL ORDER BY start, run_ns > 0, id", &s);

	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW) {
		sj_time start = sqlite3_column_int64(s, 1);
		const struct pack_job job = { start, start + sqlite3_column_int64(s, 2),
					      (uint32_t)sqlite3_column_int64(s, 3) };

		rc = add_started(x, &job, (uint64_t)sqlite3_column_int64(s, 0));
	}
	return finish(r, s, rc);
}

static uint32_t machine(struct replay *r)
{
	sqlite3_stmt *s;
	uint32_t procs = 0;

	if (prepare(r, "SELECT procs FROM run WHERE id = ?", &s) != SJ_OK)
		return 0;
	if (sqlite3_step(s) == SQLITE_ROW)
		procs = (uint32_t)sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return procs;
}

static int choose_allocs(struct replay *r)
{
	struct started x = { .n = 0 };
	struct pack pack = { .count = 0 };
	int rc = read_started(r, &x);

	if (rc == SJ_OK)
		rc = pack_jobs(x.job, x.n, machine(r), &pack);
	if (rc == SJ_ERANGE)
		rc = sj_fail(r->err, rc, "run %u: the stored times do not fit onto its processors "
			     "(were jobs preempted?); run it again with --allocs", r->run);
	for (size_t i = 0; i < pack.count && rc == SJ_OK; i++) {
		const struct pack_piece *p = &pack.piece[i];
		const sj_alloc_record a = {
			.seq = x.seq[p->job], .from_ns = x.job[p->job].start,
			.to_ns = x.job[p->job].finish, .first = p->first, .last = p->last,
			.node = UINT32_MAX,
		};

		rc = r->sink->alloc(r->sink->self, &a, r->err);
	}
	free(pack.piece);
	free(x.job);
	free(x.seq);
	return rc;
}

/* ---- jobs and samples -------------------------------------------------------------------- */

/* What the schema leaves out because it is equal to something else comes back. */
static void read_job(sqlite3_stmt *s, sj_job_record *j)
{
	int64_t run_ns = sqlite3_column_int64(s, 4);

	j->seq = (uint64_t)sqlite3_column_int64(s, 0);
	j->id = is_null(s, 1) ? (int64_t)j->seq + 1 : sqlite3_column_int64(s, 1);
	j->submit_ns = sqlite3_column_int64(s, 2);
	j->start_ns = is_null(s, 3) ? SJ_NEVER : j->submit_ns + sqlite3_column_int64(s, 3);
	j->finish_ns = is_null(s, 4) || is_null(s, 3) ? SJ_NEVER : j->start_ns + run_ns;
	j->estimate_ns = is_null(s, 5) ? run_ns : sqlite3_column_int64(s, 5);
	j->work_ns = run_ns;
	j->deadline_ns = SJ_NEVER; /* not stored */
	j->procs = (uint32_t)sqlite3_column_int64(s, 6);
	j->outcome = (uint32_t)sqlite3_column_int64(s, 7);
	j->user = (uint32_t)sqlite3_column_int64(s, 8); /* 0 for NULL: unknown */
	j->group = (uint32_t)sqlite3_column_int64(s, 9);
	j->queue = (uint32_t)sqlite3_column_int64(s, 10);
	j->preemptions = 0;
}

static int play_jobs(struct replay *r)
{
	sj_job_record *batch = malloc(BATCH * sizeof(*batch));
	sqlite3_stmt *s = NULL;
	uint32_t n = 0;
	int rc = batch == NULL ? SJ_ENOMEM :
		prepare(r, "SELECT j.id & 4294967295, trace_id, submit_ns, wait_ns, run_ns, "
			   "estimate_ns, procs, outcome, user_id, group_id, queue "
			   "FROM job j LEFT JOIN who w ON w.id = j.who "
			   "WHERE j.id >= ? AND j.id < ? ORDER BY j.id", &s);

	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW) {
		read_job(s, &batch[n++]);
		if (n < BATCH)
			continue;
		rc = interrupted ? sj_fail(r->err, SJ_EINTR, "interrupted") :
				   r->sink->jobs(r->sink->self, batch, n, r->err);
		n = 0;
	}
	if (rc == SJ_OK && n > 0)
		rc = r->sink->jobs(r->sink->self, batch, n, r->err);
	free(batch);
	return finish(r, s, rc);
}

static int play_samples(struct replay *r)
{
	sqlite3_stmt *s;
	int rc = prepare(r, "SELECT at_ns, busy, running, waiting, wanted, procs_up, "
			    "gpu_milli_busy, gpu_milli_up, gpu_milli_frag FROM sample WHERE run = ? ORDER BY at_ns, rowid", &s);

	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW) {
		const sj_sample p = {
			.at_ns = sqlite3_column_int64(s, 0),
			.procs_busy = (uint32_t)sqlite3_column_int64(s, 1),
			.running = (uint32_t)sqlite3_column_int64(s, 2),
			.waiting = (uint32_t)sqlite3_column_int64(s, 3),
			.procs_wanted = (uint64_t)sqlite3_column_int64(s, 4),
			.procs_up = (uint32_t)sqlite3_column_int64(s, 5),
			.gpu_milli_busy = (uint64_t)sqlite3_column_int64(s, 6),
			.gpu_milli_up = (uint64_t)sqlite3_column_int64(s, 7),
			.gpu_milli_frag = is_null(s, 8) ? UINT64_MAX :
						(uint64_t)sqlite3_column_int64(s, 8),
		};

		rc = r->sink->sample(r->sink->self, &p, r->err);
	}
	return finish(r, s, rc);
}

static int play_nodes(struct replay *r)
{
	sqlite3_stmt *s;
	int rc = prepare(r, "SELECT at_ns, node, change, killed FROM node_event WHERE run = ? "
			    "ORDER BY rowid", &s);

	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW) {
		const char *change = (const char *)sqlite3_column_text(s, 2);
		sj_node_record n = { .at_ns = sqlite3_column_int64(s, 0),
				     .node = (uint32_t)sqlite3_column_int64(s, 1),
				     .killed = (uint32_t)sqlite3_column_int64(s, 3) };

		for (int i = 0; i < 4; i++)
			if (strcmp(change, sj_node_change_names[i]) == 0)
				n.change = (sj_node_change)i;
		rc = r->sink->node(r->sink->self, &n, r->err);
	}
	return finish(r, s, rc);
}

static int play_transfers(struct replay *r)
{
	sqlite3_stmt *s;
	int rc = prepare(r, "SELECT job, task, from_task, from_node, to_node, bytes, began_ns, "
			    "flowing_ns, ended_ns, arrived FROM transfer WHERE run = ? "
			    "ORDER BY rowid", &s);

	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW) {
		const sj_transfer_record t = {
			.seq = (uint64_t)sqlite3_column_int64(s, 0),
			.task = (uint32_t)sqlite3_column_int64(s, 1),
			.from_task = is_null(s, 2) ? UINT32_MAX :
						     (uint32_t)sqlite3_column_int64(s, 2),
			.from = (uint32_t)sqlite3_column_int64(s, 3),
			.to = (uint32_t)sqlite3_column_int64(s, 4),
			.bytes = (uint64_t)sqlite3_column_int64(s, 5),
			.began_ns = sqlite3_column_int64(s, 6),
			.flowing_ns = is_null(s, 7) ? SJ_NEVER : sqlite3_column_int64(s, 7),
			.ended_ns = sqlite3_column_int64(s, 8),
			.arrived = sqlite3_column_int(s, 9) != 0,
		};

		rc = r->sink->transfer(r->sink->self, &t, r->err);
	}
	return finish(r, s, rc);
}

static int play_totals(struct replay *r, link_total_fn *total, void *self)
{
	sqlite3_stmt *s;
	int rc = prepare(r, "SELECT link, name, bytes_per_s, latency_ns, bytes, busy_ns, "
			    "peak_bytes_per_s FROM link WHERE run = ? ORDER BY link", &s);

	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW) {
		struct link_total l = {
			.link = (uint32_t)sqlite3_column_int64(s, 0),
			.info = { .bytes_per_s = sqlite3_column_double(s, 2),
				  .latency_ns = sqlite3_column_int64(s, 3) },
			.bytes = (uint64_t)sqlite3_column_int64(s, 4),
			.busy_ns = sqlite3_column_int64(s, 5),
			.peak_bytes_per_s = sqlite3_column_double(s, 6),
		};

		snprintf(l.info.name, sizeof(l.info.name), "%s",
			 (const char *)sqlite3_column_text(s, 1));
		rc = total(self, &l, r->err);
	}
	return finish(r, s, rc);
}

int replay_links(sqlite3 *db, uint32_t run, link_total_fn *total, link_stretch_fn *stretch,
		 void *self, sj_error *err)
{
	struct replay r = { db, run, NULL, err };
	sqlite3_stmt *s;
	int rc = play_totals(&r, total, self);

	if (rc == SJ_OK)
		rc = prepare(&r, "SELECT link, from_ns, to_ns, bytes FROM sample_link "
				 "WHERE run = ? ORDER BY link, from_ns", &s);
	if (rc != SJ_OK)
		return rc;
	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW)
		rc = stretch(self, &(struct link_stretch){
			.link = (uint32_t)sqlite3_column_int64(s, 0),
			.from_ns = sqlite3_column_int64(s, 1),
			.to_ns = sqlite3_column_int64(s, 2),
			.bytes = (uint64_t)sqlite3_column_int64(s, 3) }, err);
	return finish(&r, s, rc);
}

int replay_run(sqlite3 *db, uint32_t run, bool place, const sj_sink *sink, sj_error *err)
{
	struct replay r = { db, run, sink, err };
	uint64_t allocs = 0;
	int rc = SJ_OK;

	if (sink->alloc != NULL)
		rc = play_allocs(&r, &allocs);
	if (rc == SJ_OK && sink->alloc != NULL && allocs == 0 && place)
		rc = choose_allocs(&r);
	if (rc == SJ_OK && sink->node != NULL)
		rc = play_nodes(&r);
	if (rc == SJ_OK && sink->transfer != NULL)
		rc = play_transfers(&r);
	if (rc == SJ_OK && sink->jobs != NULL)
		rc = play_jobs(&r);
	if (rc == SJ_OK && sink->sample != NULL)
		rc = play_samples(&r);
	return rc;
}
