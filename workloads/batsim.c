/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * batsim.c - reader of workloads of the Batsim simulator: one JSON document of jobs
 * and the profiles they run.
 *
 * A job is `res` processors from `subtime` on; its estimate is `walltime`, or the run
 * time when there is none. What runs is a profile: batsim_profile.c has their kinds.
 * Operations take the time that they take at the speed of the reader's parameter, or that
 * `-cs` in the document's `command` says they were computed with.
 *
 * Drops: jobs of no processors, jobs wider than nb_res or than the machine given, and jobs
 * that replay a trace, which lies in other files. Invents: ids, when not all are whole
 * numbers (also as text, also behind "workload!"): then they are places in the list, from
 * 0. Does not read: any other key; what a processor sends to itself. Cannot know: users,
 * queues, dependencies. The document is read as a whole, at most 1 GiB; positions in it are
 * those of the list of jobs.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batsim_profile.h"
#include "timetext.h"
#include "whole.h"

#define DOCUMENT_MAX ((size_t)1 << 30)

struct reader {
	struct deck             *deck;
	const sj_reader_options *options;
	const char              *name;
	sj_error                *err;
	json_t                  *document;
	struct batsim_profiles   profiles;
	uint32_t                 machine;
	bool                     own_ids; /* all ids are numbers */
	size_t                   at;      /* of the job */
};

/* ---- messages ---------------------------------------------------------------------- */

static int bad_key(const struct reader *r, const char *key, const char *expected)
{
	return sj_fail(r->err, SJ_EPARSE, "%s: jobs[%zu]: \"%s\": expected %s", r->name, r->at,
		       key, expected);
}

/* ---- values ---------------------------------------------------------------------------- */

static int read_seconds(const struct reader *r, const json_t *o, const char *key,
			sj_time *ns)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_number(v) || !batsim_seconds(json_number_value(v), ns))
		return bad_key(r, key, "a number of seconds from 0 to 4000000000");
	return SJ_OK;
}

/* Absent or -1: the user claimed nothing. */
static int read_walltime(const struct reader *r, const json_t *job, sj_time *ns)
{
	const json_t *v = json_object_get(job, "walltime");

	*ns = -1;
	if (v == NULL || (json_is_number(v) && json_number_value(v) == -1))
		return SJ_OK;
	return read_seconds(r, job, "walltime", ns);
}

static bool id_of(const json_t *v, int64_t *id)
{
	const char *text, *mark;

	if (json_is_integer(v)) {
		*id = json_integer_value(v);
		return true;
	}
	if (!json_is_string(v))
		return false;
	text = json_string_value(v);
	mark = strchr(text, '!');
	return text_whole(mark != NULL ? mark + 1 : text, id) == SJ_OK;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static void drop(struct reader *r, sj_drop why, uint32_t procs)
{
	sj_workload_info *info = &r->deck->source.info;

	info->dropped[why]++;
	if (info->first_drop[0] != '\0')
		return;
	if (why == SJ_DROP_REPLAY)
		snprintf(info->first_drop, sizeof(info->first_drop), "jobs[%zu]", r->at);
	else
		snprintf(info->first_drop, sizeof(info->first_drop),
			 "jobs[%zu]: processors %u", r->at, procs);
}

static int read_job(struct reader *r, const json_t *o)
{
	const json_t *res = json_object_get(o, "res"), *profile = json_object_get(o, "profile");
	sj_job job;
	int rc;

	if (!json_is_object(o))
		return sj_fail(r->err, SJ_EPARSE, "%s: jobs[%zu]: expected an object", r->name,
			       r->at);
	sj_job_clear(&job);
	job.id = (int64_t)r->at;
	if (r->own_ids)
		id_of(json_object_get(o, "id"), &job.id);
	if (!json_is_integer(res) || json_integer_value(res) < 0 ||
	    json_integer_value(res) > UINT32_MAX)
		return bad_key(r, "res", "a whole number of processors, at most 4294967295");
	if (!json_is_string(profile))
		return bad_key(r, "profile", "the name of a profile");
	rc = read_seconds(r, o, "subtime", &job.submit_ns);
	if (rc == SJ_OK)
		rc = read_walltime(r, o, &job.task.estimate_ns);
	job.task.ranks = (uint32_t)json_integer_value(res);
	r->profiles.job = r->at;
	if (rc == SJ_OK)
		rc = batsim_profile(&r->profiles, json_string_value(profile), &job.task);
	if (rc != SJ_OK && rc != SJ_END)
		return rc;
	if (job.task.estimate_ns <= 0)
		job.task.estimate_ns = job.task.work_ns;
	deck_note(r->deck, &job);
	if (rc == SJ_END)
		drop(r, SJ_DROP_REPLAY, 0);
	else if (job.task.ranks == 0)
		drop(r, SJ_DROP_PROCS, 0);
	else if (r->machine != 0 && job.task.ranks > r->machine)
		drop(r, SJ_DROP_WIDE, job.task.ranks);
	else
		return deck_add_job(r->deck, &job, r->err);
	return SJ_OK;
}

static int read_jobs(struct reader *r, const json_t *jobs)
{
	uint64_t limit = r->options->limit;
	size_t n = json_array_size(jobs);
	int64_t id;
	int rc = SJ_OK;

	r->own_ids = true;
	for (size_t i = 0; i < n && r->own_ids; i++)
		r->own_ids = id_of(json_object_get(json_array_get(jobs, i), "id"), &id);
	for (r->at = 0; r->at < n && rc == SJ_OK; r->at++) {
		if (limit != 0 && r->deck->count == limit)
			break;
		r->deck->source.info.records++;
		rc = read_job(r, json_array_get(jobs, r->at));
	}
	return rc;
}

/* ---- document ------------------------------------------------------------------------------------ */

static int parse(struct reader *r, const struct whole *w)
{
	json_error_t e;
	char why[JSON_ERROR_TEXT_LENGTH];

	if (w->size == 0)
		return sj_fail(r->err, SJ_EPARSE, "%s: the file is empty; expected a Batsim "
			       "workload in JSON", r->name);
	r->document = json_loadb(w->text, w->size, JSON_REJECT_DUPLICATES, &e);
	if (r->document == NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s:%d: column %d: not JSON: %s", r->name,
			       e.line, e.column, batsim_one_line(e.text, why, sizeof(why)));
	return SJ_OK;
}

/* " -cs 100e6 " in the command that made the document. */
static double speed_of(const json_t *command)
{
	const char *text = json_is_string(command) ? json_string_value(command) : "";
	const char *flag = strstr(text, " -cs ");
	char *end;
	double v;

	if (flag == NULL)
		return 0;
	v = strtod(flag + 5, &end);
	return isfinite(v) && v > 0 && (*end == ' ' || *end == '\0') ? v : 0;
}

static int read_document(struct reader *r)
{
	const json_t *jobs = json_object_get(r->document, "jobs");
	const json_t *nb_res = json_object_get(r->document, "nb_res");
	sj_workload_info *info = &r->deck->source.info;

	if (!json_is_array(jobs))
		return sj_fail(r->err, SJ_EPARSE, "%s: \"jobs\": expected a list of jobs",
			       r->name);
	if (json_array_size(jobs) == 0)
		return sj_fail(r->err, SJ_EPARSE, "%s: there is no job in it", r->name);
	r->profiles.all = json_object_get(r->document, "profiles");
	if (!json_is_object(r->profiles.all))
		return sj_fail(r->err, SJ_EPARSE, "%s: \"profiles\": expected an object of "
			       "profiles by name", r->name);
	if (nb_res != NULL && (!json_is_integer(nb_res) || json_integer_value(nb_res) < 1 ||
			       json_integer_value(nb_res) > UINT32_MAX))
		return sj_fail(r->err, SJ_EPARSE, "%s: \"nb_res\": expected a whole number of "
			       "processors from 1 to 4294967295", r->name);
	info->max_procs = (uint32_t)json_integer_value(nb_res);
	r->machine = r->options->procs != 0 ? r->options->procs : info->max_procs;
	if (!(r->profiles.speed > 0))
		r->profiles.speed = speed_of(json_object_get(r->document, "command"));
	return read_jobs(r, jobs);
}

struct settings {
	double speed;
};

static const sj_param params[] = {
	{ .name = "speed", .type = SJ_P_DOUBLE, .def = "0", .min = 0, .max = 1e30,
	  .offset = offsetof(struct settings, speed), .unit = "1/s",
	  .help = "Operations a second of a processor (0: what the file says)." },
	{ .name = NULL },
};

static int batsim_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		       sj_error *err)
{
	struct reader r = { .options = options, .name = in->name, .err = err };
	struct settings settings;
	sj_workload_info *info;
	struct whole w;
	int rc = sj_params_bind("workload batsim", params, options->args, &settings, NULL, NULL,
				err);

	if (rc == SJ_OK)
		rc = deck_create(&r.deck, err);
	if (rc != SJ_OK)
		return rc;
	r.profiles = (struct batsim_profiles){ .deck = r.deck, .file = in->name, .err = err,
					       .speed = settings.speed };
	info = &r.deck->source.info;
	strcpy(info->format, "batsim");
	info->has_facts = true;
	rc = whole_read(in, DOCUMENT_MAX, &w, err);
	info->lines = w.lines;
	if (rc == SJ_OK)
		rc = parse(&r, &w);
	whole_free(&w);
	if (rc == SJ_OK)
		rc = read_document(&r);
	if (rc == SJ_OK)
		rc = deck_close(r.deck, err);
	batsim_profiles_fini(&r.profiles);
	json_decref(r.document);
	if (rc != SJ_OK) {
		deck_free(&r.deck->source);
		return rc;
	}
	*out = &r.deck->source;
	return SJ_OK;
}

/* A key of the document, and none of the native format's, in its first bytes. */
static int batsim_sniff(const char *bytes, size_t size)
{
	static const char *const keys[] = { "\"nb_res\"", "\"jobs\"", "\"profiles\"" };
	size_t i = 0;

	while (i < size && strchr(" \t\r\n", bytes[i]) != NULL && bytes[i] != '\0')
		i++;
	if (i == size || bytes[i] != '{' || memmem(bytes, size, "\"submit_ns\"", 11) != NULL)
		return 0;
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		if (memmem(bytes, size, keys[k], strlen(keys[k])) != NULL)
			return 90;
	return 0;
}

const sj_reader_ops sj_reader_batsim = {
	.name = "batsim",
	.summary = "workloads of the Batsim simulator (JSON: delays, parallel tasks, sequences)",
	.suffixes = "",
	.sniff = batsim_sniff,
	.open = batsim_open,
	.params = params,
};
