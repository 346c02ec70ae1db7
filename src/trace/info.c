/* SPDX-License-Identifier: GPL-3.0-or-later */
/* info.c - `sojourn trace info`: what a trace holds, for people and as JSON. */
#include <math.h>
#include <string.h>

#include "cli/json_out.h"
#include "cli/number_text.h"
#include "cli/table_text.h"
#include "input/drops.h"
#include "input/input.h"
#include "input/workload.h"
#include "run/report_json.h"
#include "stats/describe.h"
#include "trace/facts.h"
#include "trace/info_out.h"
#include "trace/trace.h"

struct info {
	const char      *spec;
	struct workload *w;       /* NULL for SWF, which is read raw */
	sj_input        *in;
	const char      *format;
	struct facts     facts;
	uint64_t         stored_bytes, raw_bytes;
	char             sha256[65];
	uint32_t         machine;  /* as the log states; 0 = not */
	const char      *cluster_spec; /* NULL: not given */
	struct cluster   cluster;
	struct loads     loads;
};

/* ---- reading ---------------------------------------------------------------------- */

/* SWF is read raw, so that malformed lines are counted instead of ending it. */
static int read_raw(struct info *i, const char *path, uint32_t procs, sj_error *err)
{
	int rc = facts_of_swf(i->in, procs, &i->facts, err);

	i->format = "swf";
	if (rc == SJ_OK && i->facts.raw.records == 0)
		rc = sj_fail(err, SJ_EPARSE, "%s: there is no job in it; expected a log in "
			     "Standard Workload Format", path);
	i->machine = procs != 0 ? procs : i->facts.jobs.machine;
	return rc;
}

static int read_source(struct info *i, uint32_t procs, uint64_t seed, sj_error *err)
{
	sj_reader_options options = { .procs = procs };
	int rc = workload_open(i->spec, &options, seed, &i->w, err);

	if (rc != SJ_OK)
		return rc;
	i->in = i->w->input;
	i->format = i->w->format;
	rc = facts_of_source(i->w->source, procs, &i->facts, err);
	i->machine = i->facts.jobs.machine;
	return rc;
}

static const char *path_of(const char *spec)
{
	return strncmp(spec, "swf:", 4) == 0 ? spec + 4 : spec;
}

static int open_info(struct info *i, uint32_t procs, uint64_t seed, sj_error *err)
{
	const char *bytes;
	size_t size;
	bool swf;
	int rc;

	if (workload_is_read(i->spec))
		return read_source(i, procs, seed, err);
	rc = input_open(path_of(i->spec), INPUT_HASH, &i->in, err);
	if (rc != SJ_OK)
		return rc;
	rc = input_peek(i->in, &bytes, &size, err);
	if (rc != SJ_OK)
		return rc;
	swf = path_of(i->spec) != i->spec ||
	      workload_sniff(i->spec, bytes, size) == workload_reader("swf");
	if (swf)
		return read_raw(i, path_of(i->spec), procs, err);
	if (strcmp(i->spec, "-") == 0)
		return sj_fail(err, SJ_EUSAGE, "trace info: this does not look like SWF; "
			       "name the format of standard input, as in jsonl:-");
	input_close(i->in);
	i->in = NULL;
	return read_source(i, procs, seed, err);
}

static int finish_info(struct info *i, sj_error *err)
{
	if (i->in == NULL)
		return SJ_OK;
	i->raw_bytes = input_unpacked_bytes(i->in);
	return input_digest(i->in, &i->stored_bytes, i->sha256, err);
}

/* More than the machine can do: waits grow as long as jobs come. */
static void warn(const struct info *i)
{
	char above[100];

	loads_text(&i->loads, 0, true, above, sizeof(above));
	if (above[0] != '\0')
		say("%s: offered load above capacity: %s; queues grow as long as jobs come",
		    i->spec, above);
}

static void close_info(struct info *i)
{
	cluster_fini(&i->cluster);
	facts_fini(&i->facts);
	if (i->w == NULL)
		input_close(i->in);
	workload_free(i->w);
}

/* ---- JSON ---------------------------------------------------------------------------- */

static json_t *json_number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static void put(json_t *o, const char *key, uint64_t v)
{
	json_object_set_new(o, key, json_integer((json_int_t)v));
}

static json_t *json_status(const struct raw_facts *r)
{
	json_t *o = json_object();
	char key[16];

	for (int s = 0; s < STATUS_OTHER; s++) {
		if (r->status[s] == 0)
			continue;
		snprintf(key, sizeof(key), "%d", s - 1);
		put(o, key, r->status[s]);
	}
	if (r->status[STATUS_OTHER] > 0)
		put(o, "other", r->status[STATUS_OTHER]);
	return o;
}

static void put_raw(json_t *o, const struct info *i)
{
	const struct raw_facts *r = &i->facts.raw;

	put(o, "lines", i->facts.lines);
	put(o, "records", r->records);
	put(o, "bad_lines", r->bad_lines);
	put(o, "comment_lines", i->facts.comments);
	put(o, "blank_lines", i->facts.blanks);
	json_object_set_new(o, "first_submit", info_seconds(r->first_submit_ns));
	json_object_set_new(o, "last_submit", info_seconds(r->last_submit_ns));
	json_object_set_new(o, "last_end", info_seconds(r->last_end_ns));
	json_object_set_new(o, "time_unit", json_string("s"));
	put(o, "missing_runtime", r->missing_run);
	put(o, "zero_runtime", r->zero_run);
	put(o, "missing_procs", r->missing_procs);
	put(o, "missing_reqtime", r->missing_request);
	put(o, "missing_wait", r->missing_wait);
	put(o, "unsorted", r->unsorted);
	put(o, "duplicate_ids", r->duplicate_ids);
	json_object_set_new(o, "max_procs", json_integer(r->max_procs));
	json_object_set_new(o, "max_requested", json_integer(r->max_requested));
	json_object_set_new(o, "resource", json_string("core-seconds"));
	json_object_set_new(o, "total_resource_seconds", info_seconds((__int128)r->area));
	json_object_set_new(o, "sum_wait", info_seconds((__int128)r->wait_ns));
	json_object_set_new(o, "status", json_status(r));
}

/* The log's own facts, of a format whose reader tells them. Where most jobs ask for GPUs
 * these are the resource that is counted. */
static void put_log(json_t *o, const struct info *i)
{
	const sj_workload_info *w = &i->w->source->info;
	const struct job_facts *j = &i->facts.jobs;
	uint64_t gpu_milli = w->most_gpu_milli > j->gpu_milli_max ? w->most_gpu_milli :
								    j->gpu_milli_max;
	uint64_t procs = w->most_procs > (uint64_t)j->widest ? w->most_procs :
							       (uint64_t)j->widest;
	bool gpus = gpu_milli > 0 && w->no_gpu <= w->records / 2;

	put(o, "lines", w->lines);
	put(o, "records", w->records);
	put(o, "bad_lines", w->dropped[SJ_DROP_BAD_LINE]);
	json_object_set_new(o, "first_submit", w->first_submit_ns == SJ_NEVER ?
			    json_null() : info_seconds(w->first_submit_ns));
	json_object_set_new(o, "last_submit", w->last_submit_ns == SJ_NEVER ?
			    json_null() : info_seconds(w->last_submit_ns));
	json_object_set_new(o, "time_unit", json_string("s"));
	put(o, "missing_runtime", w->no_run);
	put(o, "zero_runtime", w->zero_run);
	put(o, "missing_procs", gpus ? w->no_gpu : w->no_procs);
	put(o, "unsorted", w->unsorted);
	put(o, "duplicate_ids", i->facts.raw.duplicate_ids); /* of those kept */
	put(o, "max_procs", gpus ? (gpu_milli + SJ_GPU_WHOLE - 1) / SJ_GPU_WHOLE : procs);
	json_object_set_new(o, "resource", json_string(gpus ? "GPU-seconds" : "core-seconds"));
	json_object_set_new(o, "total_resource_seconds", gpus ?
		json_real((double)j->gpu_held / (1e9 * SJ_GPU_WHOLE)) :
		info_seconds((__int128)j->held));
}

static const double quantiles[] = { 0, 0.25, 0.5, 0.75, 0.95, 0.99, 1 };
static const char *const quantile_keys[] = { "min", "p25", "p50", "p75", "p95", "p99", "max" };
#define QUANTILES (sizeof(quantiles) / sizeof(quantiles[0]))

static json_t *json_sample(const struct sample *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "mean", json_number(stat_mean(s->x, s->count)));
	for (size_t q = 0; q < QUANTILES; q++)
		json_object_set_new(o, quantile_keys[q],
			json_number(stat_quantile_sorted(s->x, s->count, quantiles[q])));
	return o;
}

static json_t *json_jobs(const struct job_facts *j, const struct loads *loads)
{
	json_t *o = json_object(), *dropped = json_object();

	put(o, "kept", j->kept);
	for (int d = 0; d < SJ_DROP_COUNT; d++)
		if (j->dropped[d] > 0)
			put(dropped, drop_keys[d], j->dropped[d]);
	json_object_set_new(o, "dropped", dropped);
	json_object_set_new(o, "offered_load", json_number(loads->of[LOAD_CORES]));
	json_object_set_new(o, "offered_load_of", report_json_load_of(loads));
	json_object_set_new(o, "span_s", j->kept > 0 ?
			    info_seconds(j->last_submit_ns - j->first_submit_ns) :
			    json_null());
	json_object_set_new(o, "procs_max", json_integer(j->widest));
	put(o, "over_estimate", j->overruns);
	put(o, "users", j->users);
	put(o, "groups", j->groups);
	put(o, "queues", j->queues);
	json_object_set_new(o, "procs", json_sample(&j->width));
	json_object_set_new(o, "run_s", json_sample(&j->run_s));
	json_object_set_new(o, "estimate_s", json_sample(&j->estimate_s));
	json_object_set_new(o, "gap_s", json_sample(&j->gap_s));
	return o;
}

static int print_json(const struct info *i, sj_error *err)
{
	static const char *const packings[] = { "none", "gzip", "zstd" };
	json_t *o = json_object();

	json_object_set_new(o, "schema", json_string("sojourn.trace_info/1"));
	json_object_set_new(o, "workload", json_string(i->spec));
	json_object_set_new(o, "format", json_string(i->format));
	if (i->in != NULL) {
		json_object_set_new(o, "packing", json_string(packings[input_packed(i->in)]));
		put(o, "stored_bytes", i->stored_bytes);
		json_object_set_new(o, "sha256", json_string(i->sha256));
		put(o, "raw_bytes", i->raw_bytes);
	}
	if (i->facts.has_raw)
		put_raw(o, i);
	else if (i->w != NULL && i->w->source->info.has_facts)
		put_log(o, i);
	json_object_set_new(o, "machine_size",
			    i->machine > 0 ? json_integer(i->machine) : json_null());
	json_object_set_new(o, "jobs", json_jobs(&i->facts.jobs, &i->loads));
	if (i->w != NULL)
		info_graphs_json(o, &i->facts.graphs, &i->w->source->info);
	return json_out(o, JSON_INDENT(1) | JSON_REAL_PRECISION(15), err);
}

/* ---- text ------------------------------------------------------------------------------ */

static const char *human(double v, int digits, char buf[NUMBER_TEXT_MAX])
{
	number_human(v, digits, buf);
	return buf;
}

static void print_file(const struct info *i)
{
	static const char *const packings[] = { "", ", packed with gzip", ", packed with zstd" };
	char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX];

	info_line("workload", "%s", i->spec);
	info_line("format", "%s", i->format);
	if (i->in == NULL)
		return;
	info_line("size", "%s bytes of text%s", human((double)i->raw_bytes, 3, a),
	     packings[input_packed(i->in)]);
	info_line("sha256", "%s", i->sha256);
	if (!i->facts.has_raw)
		return;
	info_line("lines", "%s, of which %s are comments or blank",
	     human((double)i->facts.lines, 3, a),
	     human((double)(i->facts.comments + i->facts.blanks), 3, b));
	if (i->facts.raw.bad_lines > 0)
		info_line("MALFORMED", "%s lines; see `sojourn trace check`",
		     human((double)i->facts.raw.bad_lines, 3, a));
}

static void print_drops(const struct job_facts *j)
{
	char a[NUMBER_TEXT_MAX];

	for (int d = 0; d < SJ_DROP_COUNT; d++)
		if (j->dropped[d] > 0)
			info_line("  dropped", "%s: %s", human((double)j->dropped[d], 3, a),
			     drop_texts[d]);
}

static void print_oddities(const struct raw_facts *r)
{
	char a[NUMBER_TEXT_MAX];

	if (r->zero_run > 0)
		info_line("  run time 0", "%s", human((double)r->zero_run, 3, a));
	if (r->missing_request > 0)
		info_line("  no request", "%s have no requested time; the run time stands in",
		     human((double)r->missing_request, 3, a));
	if (r->unsorted > 0)
		info_line("  unsorted", "%s lines are out of order of submit",
		     human((double)r->unsorted, 3, a));
	if (r->duplicate_ids > 0)
		info_line("  duplicate ids", "%s", human((double)r->duplicate_ids, 3, a));
}

static void print_jobs(const struct info *i)
{
	const struct job_facts *j = &i->facts.jobs;
	char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX], loads[100];

	info_line("jobs", "%s", human((double)j->kept, 3, a));
	print_drops(j);
	if (i->facts.has_raw)
		print_oddities(&i->facts.raw);
	if (j->overruns > 0)
		info_line("  over estimate", "%s run longer than claimed",
		     human((double)j->overruns, 3, a));
	if (j->users > 0)
		info_line("users", "%s in %s groups", human((double)j->users, 3, a),
		     human((double)j->groups, 3, b));
	if (i->machine > 0)
		info_line("machine", "%s processors", human(i->machine, 3, a));
	else
		info_line("machine", "not stated; give -c procs=N when you run it");
	if (i->w != NULL)
		info_graphs_text(&i->facts.graphs, &i->w->source->info);
	if (j->kept > 0)
		info_line("submits over", "%s days",
		     human((double)(j->last_submit_ns - j->first_submit_ns) / 86400e9, 4, a));
	loads_text(&i->loads, 0, false, loads, sizeof(loads));
	if (loads[0] != '\0')
		info_line("offered load", "%s", loads);
}

static void row(struct table_text *t, const char *name, const struct sample *s)
{
	char a[NUMBER_TEXT_MAX];

	table_text_cell(t, name);
	table_text_cell(t, human(stat_mean(s->x, s->count), 4, a));
	for (size_t q = 0; q < QUANTILES; q++)
		table_text_cell(t, human(stat_quantile_sorted(s->x, s->count, quantiles[q]),
					 4, a));
	table_text_end_row(t);
}

static int print_text(const struct info *i)
{
	const struct job_facts *j = &i->facts.jobs;
	struct table_text *t = table_text_create();
	int rc;

	print_file(i);
	print_jobs(i);
	table_text_row(t, "of a job", "mean", "min", "p25", "median", "p75", "p95", "p99",
		       "max", NULL);
	table_text_rule(t);
	row(t, "processors", &j->width);
	row(t, "run time [s]", &j->run_s);
	row(t, "estimate [s]", &j->estimate_s);
	row(t, "gap [s]", &j->gap_s);
	rc = table_text_print(t, stdout, table_text_unicode(stdout));
	table_text_free(t);
	return rc;
}

/* ---- command ----------------------------------------------------------------------------- */

static int look(struct info *i, uint32_t procs, uint64_t seed, sj_error *err)
{
	int rc = SJ_OK;

	if (i->cluster_spec != NULL) {
		rc = cluster_parse(i->cluster_spec, &i->cluster, err);
		procs = i->cluster.model.procs;
	}
	if (rc == SJ_OK)
		rc = open_info(i, procs, seed, err);
	if (rc == SJ_OK)
		rc = finish_info(i, err);
	if (rc == SJ_OK)
		i->loads = facts_loads(&i->facts.jobs, capacity_of(i->cluster_spec != NULL ?
				       &i->cluster : NULL, procs));
	return rc;
}

int trace_info(int argc, char **argv)
{
	uint64_t procs = 0, seed = 1;
	bool json = false;
	struct info i = { .loads = { { NAN, NAN, NAN } } };
	const struct opt opts[] = {
		{ 0, "json", OPT_FLAG, &json, NULL, "Print one JSON document." },
		{ 'c', "cluster", OPT_STRING, &i.cluster_spec, "CLUSTER",
		  "The machine, for the load of each resource (default: as the log states)." },
		{ 0, "procs", OPT_COUNT, &procs, "N", "Short for -c procs=N." },
		{ 0, "seed", OPT_COUNT, &seed, "N", "For generators (default 1)." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	int first, rc = opts_parse(argc, argv, opts, "trace info [flags] WORKLOAD",
				   "Tells what a trace holds: machine, jobs, what would be "
				   "dropped, load, and how jobs are distributed.", &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("trace info: expected one workload, as in `sojourn trace "
				 "info log.swf`");
	if (procs > UINT32_MAX)
		return say_usage("trace info: --procs is out of range");
	i.spec = argv[first];
	if (procs != 0 && i.cluster_spec != NULL)
		return say_usage("trace info: --procs and -c both state the machine");
	rc = look(&i, (uint32_t)procs, seed, &err);
	if (rc == SJ_OK)
		warn(&i);
	if (rc == SJ_OK)
		rc = json ? print_json(&i, &err) : print_text(&i);
	close_info(&i);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
