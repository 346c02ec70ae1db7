/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_export.c - stored runs in the formats of other programs. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/export_wfformat.h"
#include "cli/json_out.h"
#include "cli/outstream.h"
#include "cli/query_out.h"
#include "config/cluster.h"
#include "run/jobs_csv.h"
#include "run/replay.h"
#include "run/trace_events.h"
#include "sojourn/param.h"
#include "store/store.h"

enum { CSV_WRITER = 1 }; /* of query_formats */

/* What is exported. */
struct job {
	struct store *store;
	uint32_t      run;     /* 0: all */
	const char   *output;  /* "-": stdout */
	const char   *job, *source; /* of wfformat; may be NULL */
	char         *workload, *policy, *cluster;
};

static char *column_copy(sqlite3_stmt *s, int column)
{
	const char *text = (const char *)sqlite3_column_text(s, column);

	return strdup(text == NULL ? "" : text);
}

/* ---- formats ------------------------------------------------------------------------- */

static int has_allocs(const struct job *j, bool *out, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = SJ_OK;

	if (sqlite3_prepare_v2(store_db(j->store), "SELECT EXISTS (SELECT 1 FROM alloc "
			       "WHERE run = ?)", -1, &s, NULL) != SQLITE_OK)
		return store_fail(j->store, err);
	sqlite3_bind_int64(s, 1, j->run);
	if (sqlite3_step(s) == SQLITE_ROW)
		*out = sqlite3_column_int(s, 0) != 0;
	else
		rc = store_fail(j->store, err);
	sqlite3_finalize(s);
	return rc;
}

/* Byte for byte what `run --jobs-csv` wrote. */
static int export_batsim(const struct job *j, sj_error *err)
{
	struct jobs_csv *csv;
	bool allocs = false;
	sj_sink sink;
	int rc = has_allocs(j, &allocs, err);

	if (rc == SJ_OK)
		rc = jobs_csv_open(j->output, j->workload, allocs, &csv, err);
	if (rc != SJ_OK)
		return rc;
	sink = jobs_csv_sink(csv);
	rc = replay_run(store_db(j->store), j->run, false, &sink, err);
	if (rc == SJ_OK)
		return jobs_csv_close(csv, true, err);
	jobs_csv_close(csv, false, NULL);
	return rc;
}

static int put_link(void *self, const struct link_total *l, sj_error *err)
{
	(void)err;
	return trace_events_link(self, l);
}

static int put_stretch(void *self, const struct link_stretch *s, sj_error *err)
{
	(void)err;
	return trace_events_stretch(self, s);
}

static int export_perfetto(const struct job *j, sj_error *err)
{
	struct trace_events *events = NULL;
	struct cluster cluster = { 0 };
	char *title = NULL;
	sj_sink sink;
	int rc = cluster_parse(j->cluster, &cluster, err);

	if (rc == SJ_OK && asprintf(&title, "%s on %s", j->policy, j->cluster) < 0)
		rc = SJ_ENOMEM;
	if (rc == SJ_OK)
		rc = trace_events_open(j->output, title, &cluster, &events, err);
	free(title);
	if (rc == SJ_OK) {
		sink = trace_events_sink(events);
		rc = replay_run(store_db(j->store), j->run, true, &sink, err);
		if (rc == SJ_OK)
			rc = replay_links(store_db(j->store), j->run, put_link, put_stretch,
					  events, err);
		if (rc == SJ_OK)
			rc = trace_events_close(events, true, err);
		else
			trace_events_close(events, false, NULL);
	}
	cluster_fini(&cluster);
	return rc;
}

/* `sql` has the run as ?1; 0: all. */
static int write_rows(const struct job *j, const char *sql, FILE *to, sj_error *err)
{
	struct query_writer *w = query_writer_create(CSV_WRITER, to);
	sqlite3_stmt *s = NULL;
	int rc = w == NULL ? SJ_ENOMEM : SJ_OK;

	if (rc == SJ_OK && sqlite3_prepare_v2(store_db(j->store), sql, -1, &s, NULL) != SQLITE_OK)
		rc = store_fail(j->store, err);
	if (rc == SJ_OK) {
		sqlite3_bind_int64(s, 1, j->run);
		query_writer_begin(w, s);
		while (!interrupted && sqlite3_step(s) == SQLITE_ROW)
			query_writer_row(w, s);
		rc = query_writer_end(w);
	}
	if (sqlite3_finalize(s) != SQLITE_OK && rc == SJ_OK)
		rc = store_fail(j->store, err);
	if (interrupted && rc == SJ_OK)
		rc = sj_fail(err, SJ_EINTR, "interrupted");
	query_writer_free(w);
	return rc;
}

static int export_rows(const struct job *j, const char *sql, sj_error *err)
{
	struct outstream out;
	int rc = outstream_open(&out, j->output, err);

	if (rc != SJ_OK)
		return rc;
	rc = write_rows(j, sql, out.to, err);
	return outstream_close(&out, rc, err);
}

static int export_csv(const struct job *j, sj_error *err)
{
	/* Jobs are scanned by id, so rows come run by run in submit order. */
	return export_rows(j, "SELECT * FROM v_jobs WHERE run = ?1 OR ?1 = 0", err);
}

/* Is there anything of runs made with that flag? An empty table would look like an idle
 * machine. */
static int has_rows(const struct job *j, const char *table, const char *flag, const char *what,
		    sj_error *err)
{
	sqlite3_stmt *s;
	char sql[128];
	int rc = SJ_OK;

	snprintf(sql, sizeof(sql), "SELECT EXISTS (SELECT 1 FROM %s WHERE run = ?1 OR ?1 = 0)",
		 table);
	if (sqlite3_prepare_v2(store_db(j->store), sql, -1, &s, NULL) != SQLITE_OK)
		return store_fail(j->store, err);
	sqlite3_bind_int64(s, 1, j->run);
	if (sqlite3_step(s) != SQLITE_ROW)
		rc = store_fail(j->store, err);
	else if (sqlite3_column_int(s, 0) == 0)
		rc = sj_fail(err, SJ_EINVAL, "%s: no %s in it; `sojourn run %s` keeps %s",
			     store_path(j->store), table, flag, what);
	sqlite3_finalize(s);
	return rc;
}

static int export_nodes(const struct job *j, sj_error *err)
{
	int rc = has_rows(j, "sample_node", "--timelines", "what nodes and GPUs did", err);

	return rc != SJ_OK ? rc : export_rows(j,
		"SELECT run, node, nodes, from_ns / 1e9 AS from_s, to_ns / 1e9 AS to_s,"
		" 1.0 * core_ns / (to_ns - from_ns) AS cores,"
		" gpu_milli_ns / 1e3 / (to_ns - from_ns) AS gpus, mem_bytes,"
		" 1.0 * down_ns / (to_ns - from_ns) AS down"
		" FROM sample_node WHERE run = ?1 OR ?1 = 0 ORDER BY run, node, from_ns", err);
}

static int export_gpus(const struct job *j, sj_error *err)
{
	int rc = has_rows(j, "sample_gpu", "--timelines", "what nodes and GPUs did", err);

	return rc != SJ_OK ? rc : export_rows(j,
		"SELECT run, node, gpu, from_ns / 1e9 AS from_s, to_ns / 1e9 AS to_s,"
		" milli_ns / 1e3 / (to_ns - from_ns) AS busy"
		" FROM sample_gpu WHERE run = ?1 OR ?1 = 0 ORDER BY run, node, gpu, from_ns", err);
}

static int export_links(const struct job *j, sj_error *err)
{
	int rc = has_rows(j, "sample_link", "--links", "what links carried", err);

	return rc != SJ_OK ? rc : export_rows(j,
		"SELECT s.run, s.link, l.name, s.from_ns / 1e9 AS from_s, s.to_ns / 1e9 AS to_s,"
		" s.bytes, 1e9 * s.bytes / (s.to_ns - s.from_ns) / l.bytes_per_s AS utilization"
		" FROM sample_link s JOIN link l ON l.run = s.run AND l.link = s.link"
		" WHERE s.run = ?1 OR ?1 = 0 ORDER BY s.run, s.link, s.from_ns", err);
}

static int export_transfers(const struct job *j, sj_error *err)
{
	int rc = has_rows(j, "transfer", "--transfers", "each transfer", err);

	return rc != SJ_OK ? rc : export_rows(j,
		"SELECT t.run, coalesce(j.trace_id, t.job + 1) AS job_id, t.task, t.from_task,"
		" t.from_node, t.to_node, t.bytes, t.began_ns / 1e9 AS began_s,"
		" t.flowing_ns / 1e9 AS flowing_s, t.ended_ns / 1e9 AS ended_s, t.arrived"
		" FROM transfer t JOIN job j ON j.id = (t.run << 32) + t.job"
		" WHERE t.run = ?1 OR ?1 = 0 ORDER BY t.rowid", err);
}

static int export_workflow(const struct job *j, sj_error *err)
{
	return export_wfformat(&(struct wf_export){ .store = j->store, .run = j->run,
						    .output = j->output, .job = j->job,
						    .workload = j->source }, err);
}

static const struct format {
	const char *name;
	bool        one_run; /* cannot hold several */
	int       (*write)(const struct job *j, sj_error *err);
} formats[] = {
	{ "batsim", true, export_batsim },
	{ "csv", false, export_csv },
	{ "gpus", false, export_gpus },
	{ "links", false, export_links },
	{ "nodes", false, export_nodes },
	{ "perfetto", true, export_perfetto },
	{ "transfers", false, export_transfers },
	{ "wfformat", true, export_workflow },
};
enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

static const struct format *find_format(const char *name, sj_error *err)
{
	const char *names[FORMATS], *near;

	for (size_t i = 0; i < FORMATS; i++) {
		if (name != NULL && strcmp(formats[i].name, name) == 0)
			return &formats[i];
		names[i] = formats[i].name;
	}
	near = name == NULL ? NULL : sj_nearest(name, names, FORMATS);
	if (name == NULL)
		sj_fail(err, SJ_EUSAGE, "export: --format is missing; expected batsim, csv, gpus, "
			"links, nodes, perfetto, transfers or wfformat");
	else if (near != NULL)
		sj_fail(err, SJ_EUSAGE, "export: no format \"%s\"; did you mean \"%s\"?", name,
			near);
	else
		sj_fail(err, SJ_EUSAGE, "export: no format \"%s\"; there are batsim, csv, gpus, "
			"links, nodes, perfetto, transfers and wfformat", name);
	return NULL;
}

/* ---- which run ------------------------------------------------------------------------- */

/* "1 fifo, 2 easy, ..." of a database with several runs. */
static int ask_which(const struct job *j, const char *format, sqlite3_stmt *s, sj_error *err)
{
	char list[512] = "";
	size_t n = 0;

	sqlite3_reset(s);
	while (sqlite3_step(s) == SQLITE_ROW && n + 80 < sizeof(list))
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%lld %.60s",
				      n > 0 ? ", " : "", (long long)sqlite3_column_int64(s, 0),
				      (const char *)sqlite3_column_text(s, 2));
	return sj_fail(err, SJ_EUSAGE, "%s: has several runs, and %s holds one; choose with --run: "
		       "%s", store_path(j->store), format, list);
}

static int no_such_run(const struct job *j, uint64_t wanted, sj_error *err)
{
	if (wanted == 0)
		return sj_fail(err, SJ_ENOENT, "%s: no run in it", store_path(j->store));
	return sj_fail(err, SJ_ENOENT, "%s: no run %" PRIu64 "; `sojourn query 'SELECT id, policy "
		       "FROM run' %s` lists them", store_path(j->store), wanted,
		       store_path(j->store));
}

static int find_run(struct job *j, uint64_t wanted, const struct format *f, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = SJ_OK;

	if (sqlite3_prepare_v2(store_db(j->store), "SELECT id, workload, policy, cluster, status "
			       "FROM run WHERE id = ?1 OR ?1 = 0 ORDER BY id", -1, &s, NULL)
	    != SQLITE_OK)
		return store_fail(j->store, err);
	sqlite3_bind_int64(s, 1, (int64_t)wanted);
	if (sqlite3_step(s) != SQLITE_ROW) {
		rc = no_such_run(j, wanted, err);
	} else {
		j->run = (uint32_t)sqlite3_column_int64(s, 0);
		j->workload = column_copy(s, 1);
		j->policy = column_copy(s, 2);
		j->cluster = column_copy(s, 3);
		if (j->workload == NULL || j->policy == NULL || j->cluster == NULL)
			rc = SJ_ENOMEM;
		else if (strcmp((const char *)sqlite3_column_text(s, 4), "complete") != 0)
			say("note: run %u is %s; what it has is exported", j->run,
			    (const char *)sqlite3_column_text(s, 4));
		if (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW) {
			j->run = 0;
			rc = f->one_run ? ask_which(j, f->name, s, err) : SJ_OK;
		}
	}
	sqlite3_finalize(s);
	return rc;
}

static int tell(const struct job *j, const struct format *f, sj_error *err)
{
	json_t *run = j->run != 0 ? json_integer(j->run) : json_null();

	return json_out(json_pack("{s:s, s:s, s:s, s:o}", "schema", "sojourn.export/1", "output",
				  j->output, "format", f->name, "run", run), JSON_INDENT(1), err);
}

static int export_to(const char *db, const struct format *f, uint64_t run, struct job *j,
		     bool json, sj_error *err)
{
	int rc = store_open(db, &j->store, err);

	if (rc == SJ_OK)
		rc = find_run(j, run, f, err);
	if (rc == SJ_OK)
		rc = f->write(j, err);
	if (rc == SJ_OK && json)
		rc = tell(j, f, err);
	store_close(j->store);
	free(j->workload);
	free(j->policy);
	free(j->cluster);
	return rc;
}

int cmd_export(int argc, char **argv)
{
	struct job j = { .output = "-" };
	const char *name = NULL;
	uint64_t run = 0;
	bool json = false;
	const struct opt opts[] = {
		{ 'f', "format", OPT_STRING, &name, "FORMAT",
		  "batsim: one line a job, as `run --jobs-csv` writes; csv: all columns of the "
		  "view v_jobs; nodes, gpus: means over time of each (runs with --timelines), links: of each link (--links), "
		  "transfers: each of them (--transfers), as CSV; "
		  "perfetto: a trace for ui.perfetto.dev; wfformat: a job as a workflow of "
		  "WfCommons with its simulated schedule (runs with --allocs)" },
		{ 'r', "run", OPT_COUNT, &run, "N",
		  "This run; needed by batsim, perfetto and wfformat when the database has several." },
		{ 0, "job", OPT_STRING, &j.job, "ID", "wfformat: this job (default: the only one)." },
		{ 'w', "workload", OPT_STRING, &j.source, "FILE",
		  "wfformat: where the workload is now, from which the graph is read." },
		{ 'o', "output", OPT_STRING, &j.output, "FILE",
		  "Write there instead of stdout; .gz compresses." },
		{ 0, "json", OPT_FLAG, &json, NULL,
		  "Print one JSON document on what was written to FILE." },
		{ .name = NULL },
	};
	const struct format *f;
	sj_error err = { 0 };
	int first, rc;

	rc = opts_parse(argc, argv, opts, "export [flags] DB",
			"Writes stored runs in the formats of other programs.", &first);
	if (rc != 0)
		return rc > 0 ? 0 : sj_err_exit_status(SJ_EUSAGE);
	if (argc - first != 1)
		return say_usage("export: expected one database, for example sojourn export "
				 "results.db --format batsim");
	if (json && strcmp(j.output, "-") == 0)
		return say_usage("export: --json needs -o FILE, as both the document and the "
				 "export want standard output");
	f = find_format(name, &err);
	if (f == NULL)
		return say_error(SJ_EUSAGE, &err);
	if ((j.job != NULL || j.source != NULL) && f->write != export_workflow)
		return say_usage("export: --job and --workload are of --format wfformat");
	rc = export_to(argv[first], f, run, &j, json, &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
