/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * batsim.c - reader of workloads of the Batsim simulator: one JSON document of jobs
 * and the profiles they run.
 *
 * A job is `res` processors from `subtime` on; its estimate is `walltime`, or the run
 * time when there is none. What runs is a profile:
 *
 *   delay (DelayProfile)         `delay` seconds
 *   msg_par_hg, parallel_homogeneous, ptask_homogeneous (ParallelTaskHomogeneousProfile)
 *                                `cpu` operations on each processor, at the speed that
 *                                `-cs` in the document's `command` says they were
 *                                computed with; without it, or with data to send, the
 *                                run time would depend on a platform
 *
 * A profile of any other kind needs a platform or other files and is refused by name,
 * if a job uses it. Drops: jobs of no processors, and jobs wider than nb_res or than the
 * machine given. Invents: ids, when not all are whole numbers (also as text, also behind
 * "workload!"): then they are places in the list, from 0. Does not read: any other key.
 * Cannot know: users, queues, dependencies. The document is read as a whole, at most
 * 1 GiB; positions in it are those of the list of jobs.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deck.h"
#include "timetext.h"

#define DOCUMENT_MAX ((size_t)1 << 30)

struct reader {
	struct deck             *deck;
	const sj_reader_options *options;
	const char              *name;
	sj_error                *err;
	char                    *text;
	size_t                   size, cap;
	json_t                  *document, *profiles;
	double                   speed;   /* operations a second; 0 = not said */
	uint32_t                 machine;
	bool                     own_ids; /* all ids are numbers */
	size_t                   at;      /* of the job */
};

/* ---- messages ---------------------------------------------------------------------- */

/* What the file says goes into a sentence of one line. */
static const char *one_line(const char *from, char *to, size_t size)
{
	size_t n = 0;

	for (; from[n] != '\0' && n + 1 < size; n++) {
		unsigned char c = (unsigned char)from[n];

		to[n] = c < 0x20 || c > 0x7e ? '?' : (char)c;
	}
	to[n] = '\0';
	return to;
}

static int bad_key(const struct reader *r, const char *key, const char *expected)
{
	return sj_fail(r->err, SJ_EPARSE, "%s: jobs[%zu]: \"%s\": expected %s", r->name, r->at,
		       key, expected);
}

static int bad_profile(const struct reader *r, const char *profile, const char *fmt,
		       const char *word)
{
	char shown[41], what[200], kind[41];

	snprintf(what, sizeof(what), fmt, one_line(word, kind, sizeof(kind)));
	return sj_fail(r->err, SJ_EPARSE, "%s: jobs[%zu]: profile \"%s\" %s", r->name, r->at,
		       one_line(profile, shown, sizeof(shown)), what);
}

/* ---- values ---------------------------------------------------------------------------- */

/* Seconds to nanoseconds as the document wrote them: 15 digits of a decimal survive a
 * double, and 28763768.1 s is meant to be that. False: below 0 or out of range. */
static bool seconds(double s, sj_time *ns)
{
	char text[40];

	snprintf(text, sizeof(text), "%.15g", s);
	return isfinite(s) && s >= 0 && text_decimal(text, TIME_S, ns) == SJ_OK;
}

static int read_seconds(const struct reader *r, const json_t *o, const char *key,
			sj_time *ns)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_number(v) || !seconds(json_number_value(v), ns))
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

/* ---- profiles ------------------------------------------------------------------------------ */

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static const char *const delays[] = { "delay", "DelayProfile", NULL };
static const char *const computations[] = { "msg_par_hg", "parallel_homogeneous",
	"ptask_homogeneous", "ParallelTaskHomogeneousProfile", NULL };

/* The same operations on each processor, and nothing to send. */
static int compute_time(const struct reader *r, const char *name, const json_t *profile,
			sj_time *ns)
{
	const json_t *cpu = json_object_get(profile, "cpu");
	const json_t *com = json_object_get(profile, "com");

	if (json_object_get(profile, "generation_strategy") != NULL)
		return bad_profile(r, name, "has a \"%s\", which is not supported",
				   "generation_strategy");
	if (com != NULL && !(json_is_number(com) && json_number_value(com) == 0))
		return bad_profile(r, name, "sends data (\"%s\"); its run time depends on a "
				   "network", "com");
	if (!json_is_number(cpu))
		return bad_profile(r, name, "has no number of operations \"%s\"", "cpu");
	if (!(r->speed > 0))
		return bad_profile(r, name, "counts operations (\"%s\"), and the document "
				   "does not say at which speed: no -cs in its \"command\"",
				   "cpu");
	if (!seconds(json_number_value(cpu) / r->speed, ns))
		return bad_profile(r, name, "has a run time out of range (\"%s\")", "cpu");
	return SJ_OK;
}

static int profile_time(const struct reader *r, const char *name, sj_time *ns)
{
	const json_t *profile = json_object_get(r->profiles, name);
	const json_t *type = json_object_get(profile, "type");
	const json_t *delay = json_object_get(profile, "delay");

	if (profile == NULL)
		return bad_profile(r, name, "is not among the \"%s\"", "profiles");
	if (!json_is_string(type))
		return bad_profile(r, name, "has no \"%s\" that is a word", "type");
	if (is_one_of(json_string_value(type), computations))
		return compute_time(r, name, profile, ns);
	if (!is_one_of(json_string_value(type), delays))
		return bad_profile(r, name, "is of type \"%s\"; only delays and computations "
				   "without data to send can be read", json_string_value(type));
	if (!json_is_number(delay) || !seconds(json_number_value(delay), ns))
		return bad_profile(r, name, "has no \"%s\" from 0 to 4000000000 seconds",
				   "delay");
	return SJ_OK;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static void drop(struct reader *r, uint32_t procs)
{
	sj_workload_info *info = &r->deck->source.info;

	info->dropped[procs == 0 ? SJ_DROP_PROCS : SJ_DROP_WIDE]++;
	if (info->first_drop[0] == '\0')
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
	if (rc == SJ_OK)
		rc = profile_time(r, json_string_value(profile), &job.task.work_ns);
	if (rc != SJ_OK)
		return rc;
	if (job.task.estimate_ns <= 0)
		job.task.estimate_ns = job.task.work_ns;
	job.task.ranks = (uint32_t)json_integer_value(res);
	deck_note(r->deck, &job);
	if (job.task.ranks == 0 || (r->machine != 0 && job.task.ranks > r->machine)) {
		drop(r, job.task.ranks);
		return SJ_OK;
	}
	return deck_add_job(r->deck, &job, r->err);
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

static int read_text(struct reader *r, sj_input *in)
{
	ptrdiff_t got;

	do {
		if (r->size == r->cap) {
			size_t cap = r->cap == 0 ? (size_t)256 << 10 : r->cap * 2;
			char *bigger = cap <= DOCUMENT_MAX ? realloc(r->text, cap) : NULL;

			if (bigger == NULL)
				return sj_fail(r->err, SJ_ENOMEM, "%s: no memory for a document "
					       "of more than %zu bytes", r->name, r->size);
			r->text = bigger;
			r->cap = cap;
		}
		got = in->read(in, r->text + r->size, r->cap - r->size, r->err);
		if (got < 0)
			return (int)got;
		for (ptrdiff_t i = 0; i < got; i++)
			r->deck->source.info.lines += r->text[r->size + (size_t)i] == '\n';
		r->size += (size_t)got;
	} while (got > 0);
	return SJ_OK;
}

static int parse(struct reader *r)
{
	json_error_t e;
	char why[JSON_ERROR_TEXT_LENGTH];

	if (r->size == 0)
		return sj_fail(r->err, SJ_EPARSE, "%s: the file is empty; expected a Batsim "
			       "workload in JSON", r->name);
	r->document = json_loadb(r->text, r->size, JSON_REJECT_DUPLICATES, &e);
	if (r->document == NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s:%d: column %d: not JSON: %s", r->name,
			       e.line, e.column, one_line(e.text, why, sizeof(why)));
	free(r->text);
	r->text = NULL;
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
	r->profiles = json_object_get(r->document, "profiles");
	if (!json_is_object(r->profiles))
		return sj_fail(r->err, SJ_EPARSE, "%s: \"profiles\": expected an object of "
			       "profiles by name", r->name);
	if (nb_res != NULL && (!json_is_integer(nb_res) || json_integer_value(nb_res) < 1 ||
			       json_integer_value(nb_res) > UINT32_MAX))
		return sj_fail(r->err, SJ_EPARSE, "%s: \"nb_res\": expected a whole number of "
			       "processors from 1 to 4294967295", r->name);
	info->max_procs = (uint32_t)json_integer_value(nb_res);
	r->machine = r->options->procs != 0 ? r->options->procs : info->max_procs;
	r->speed = speed_of(json_object_get(r->document, "command"));
	return read_jobs(r, jobs);
}

static int batsim_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		       sj_error *err)
{
	struct reader r = { .options = options, .name = in->name, .err = err };
	sj_workload_info *info;
	int rc = deck_create(&r.deck, err);

	if (rc != SJ_OK)
		return rc;
	info = &r.deck->source.info;
	strcpy(info->format, "batsim");
	info->has_facts = true;
	rc = read_text(&r, in);
	if (rc == SJ_OK)
		rc = parse(&r);
	if (rc == SJ_OK)
		rc = read_document(&r);
	if (rc == SJ_OK)
		rc = deck_close(r.deck, err);
	json_decref(r.document);
	free(r.text);
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
	.summary = "workloads of the Batsim simulator (JSON, delay profiles)",
	.suffixes = "",
	.sniff = batsim_sniff,
	.open = batsim_open,
};
