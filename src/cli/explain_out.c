/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain_out.c - see explain_out.h. */
#include "cli/explain_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/explain_allocs.h"
#include "run/jobs_csv.h"
#include "run/report_text.h"

/* ---- quantities in words -------------------------------------------------------------- */

struct words {
	char text[64];
};

/* 93784 s as "1 d 02:03:04"; less than a minute as seconds. */
static struct words duration(sj_time ns)
{
	struct words w;
	int64_t s = ns / SJ_NS_PER_S;

	if (s < 60)
		*jobs_csv_seconds(w.text, ns) = '\0';
	else if (s < 86400)
		snprintf(w.text, sizeof(w.text), "%02" PRId64 ":%02" PRId64 ":%02" PRId64,
			 s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(w.text, sizeof(w.text), "%" PRId64 " d %02" PRId64 ":%02" PRId64
			 ":%02" PRId64, s / 86400, s / 3600 % 24, s / 60 % 60, s % 60);
	if (s < 60)
		strcat(w.text, " s");
	return w;
}

static struct words seconds(sj_time ns)
{
	struct words w;

	*jobs_csv_seconds(w.text, ns) = '\0';
	return w;
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static const char *outcome_words(uint32_t outcome)
{
	switch (outcome) {
	case SJ_COMPLETED:
		return "completed";
	case SJ_KILLED:
		return "killed at its estimate";
	case SJ_REJECTED:
		return "rejected";
	case SJ_FAILED:
		return "failed with its node";
	default:
		return "cancelled: another copy ended first";
	}
}

/* ---- text -------------------------------------------------------------------------------- */

static void print_at(sj_time at)
{
	printf("  %14s  ", seconds(at).text);
}

static void print_head(const struct recorded_run *r, const struct story_job *j)
{
	printf("job %" PRId64 " in run %u: %s on %s under %s%s\n", j->id, r->id, r->workload,
	       r->cluster, r->policy, r->clairvoyant ? " (knows true run times)" : "");
	printf("  %s of %s processors", report_count(j->procs).text,
	       report_count(r->procs).text);
	if (j->estimate_ns != SJ_NEVER)
		printf(", estimate %s", duration(j->estimate_ns).text);
	if (j->user != 0)
		printf(", user %u", j->user);
	if (j->group != 0)
		printf(", group %u", j->group);
	if (j->queue != 0)
		printf(", queue %u", j->queue);
	printf("\n\n  %14s\n", "time [s]");
}

static void print_submit(const struct recorded_run *r, const struct story *s)
{
	uint64_t free = s->running.procs < r->procs ? r->procs - s->running.procs : 0;

	print_at(s->job.submit_ns);
	printf("submitted: %s processor%s free (%s job%s running), ", report_count(free).text,
	       plural(free), report_count(s->running.count).text, plural(s->running.count));
	if (s->ahead.count == 0)
		printf("nobody waiting\n");
	else
		printf("%s job%s waiting ahead of it for %s processor%s\n",
		       report_count(s->ahead.count).text, plural(s->ahead.count),
		       report_count(s->ahead.procs).text, plural(s->ahead.procs));
}

/* A long wait has many decisions; the first and the last tell most. */
#define KEEP 8u

struct telling {
	const struct story_job *job;
	uint64_t total, at;
	bool     all;
	bool     start_told;
};

static void count_decision(void *self, const struct story_decision *d)
{
	(void)d;
	((struct telling *)self)->total++;
}

static void print_wait(const struct story_job *j)
{
	if (j->start_ns == j->submit_ns)
		printf("started at once");
	else
		printf("started after waiting %s", duration(j->start_ns - j->submit_ns).text);
}

static void print_decision(void *self, const struct story_decision *d)
{
	struct telling *t = self;
	uint64_t at = t->at++;

	if (!t->all && t->total > 2 * KEEP + 1 && at >= KEEP && at < t->total - KEEP) {
		if (at == KEEP)
			printf("  %14s  %" PRIu64 " more decisions; --all shows them\n", "...",
			       t->total - 2 * KEEP);
		return;
	}
	print_at(d->at_ns);
	if (strcmp(d->kind, "start") == 0 && d->at_ns == t->job->start_ns && !t->start_told) {
		print_wait(t->job);
		t->start_told = true;
	} else {
		printf("%s", d->kind);
	}
	if (d->task != 0)
		printf(" (task %u)", d->task);
	printf("%s%s\n", d->reason != NULL ? ": " : "", d->reason != NULL ? d->reason : "");
}

static void print_end(const struct story_job *j, bool start_told)
{
	if (j->start_ns == SJ_NEVER) {
		printf("  %14s  never started: %s\n", "",
		       j->outcome == SJ_REJECTED ? "rejected" : "still waiting when the run ended");
		return;
	}
	if (!start_told) {
		print_at(j->start_ns);
		print_wait(j);
		putchar('\n');
	}
	if (j->finish_ns == SJ_NEVER) {
		printf("  %14s  still running when the run ended\n", "");
		return;
	}
	print_at(j->finish_ns);
	printf("%s after %s\n", outcome_words(j->outcome),
	       duration(j->finish_ns - j->start_ns).text);
}

static void print_others(const char *what, const struct story_others *o)
{
	if (o->count == 0)
		return;
	printf("\n  %s: %s job%s, %s processor%s in all%s\n", what, report_count(o->count).text,
	       plural(o->count), report_count(o->procs).text, plural(o->procs),
	       o->count > o->shown ? "; the widest:" : "");
	for (uint32_t i = 0; i < o->shown; i++) {
		const struct story_job *j = &o->job[i];

		print_at(j->start_ns);
		printf("job %-8" PRId64 " %6s processor%s", j->id, report_count(j->procs).text,
		       plural(j->procs));
		if (j->estimate_ns != SJ_NEVER)
			printf(", estimate %s", duration(j->estimate_ns).text);
		if (j->finish_ns != SJ_NEVER)
			printf(", ran %s", duration(j->finish_ns - j->start_ns).text);
		putchar('\n');
	}
}

int explain_print(struct store *st, const struct recorded_run *r, const struct story *s,
		  bool all, sj_error *err)
{
	struct telling telling = { .job = &s->job, .all = all };
	bool waited = s->job.start_ns == SJ_NEVER || s->job.start_ns > s->job.submit_ns;
	int rc;

	print_head(r, &s->job);
	print_submit(r, s);
	rc = story_decisions(st, r->id, s->job.seq, count_decision, &telling, err);
	if (rc == SJ_OK)
		rc = story_decisions(st, r->id, s->job.seq, print_decision, &telling, err);
	if (rc != SJ_OK)
		return rc;
	print_end(&s->job, telling.start_told);
	rc = explain_allocs_print(st, r->id, s->job.seq, all, err);
	if (rc != SJ_OK)
		return rc;
	if (waited) {
		print_others("running when it came", &s->running);
		print_others("from ahead of it, started while it waited", &s->elders);
		print_others("submitted later but started before it", &s->overtook);
		if (s->overtook.count == 0 && s->job.start_ns != SJ_NEVER)
			printf("\n  nobody who came later started before it\n");
	}
	if (!r->has_decisions)
		printf("\n  The policy's own reasons are not stored for this run; this keeps them:\n"
		       "    %s --explain\n", r->command);
	return SJ_OK;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static json_t *time_json(sj_time ns)
{
	return ns == SJ_NEVER ? json_null() : json_real((double)ns / 1e9);
}

static json_t *job_json(const struct story_job *j)
{
	json_t *o = json_object();

	json_object_set_new(o, "job", json_integer(j->id));
	json_object_set_new(o, "procs", json_integer(j->procs));
	json_object_set_new(o, "user", json_integer(j->user));
	json_object_set_new(o, "group", json_integer(j->group));
	json_object_set_new(o, "queue", json_integer(j->queue));
	json_object_set_new(o, "outcome", json_string(outcome_words(j->outcome)));
	json_object_set_new(o, "submit_s", time_json(j->submit_ns));
	json_object_set_new(o, "start_s", time_json(j->start_ns));
	json_object_set_new(o, "finish_s", time_json(j->finish_ns));
	json_object_set_new(o, "estimate_s", time_json(j->estimate_ns));
	json_object_set_new(o, "wait_s", j->start_ns == SJ_NEVER
						 ? json_null()
						 : time_json(j->start_ns - j->submit_ns));
	return o;
}

static json_t *others_json(const struct story_others *o)
{
	json_t *j = json_object(), *list = json_array();

	for (uint32_t i = 0; i < o->shown; i++)
		json_array_append_new(list, job_json(&o->job[i]));
	json_object_set_new(j, "count", json_integer((json_int_t)o->count));
	json_object_set_new(j, "procs", json_integer((json_int_t)o->procs));
	json_object_set_new(j, "widest", list);
	return j;
}

static void decision_json(void *self, const struct story_decision *d)
{
	json_t *o = json_object();

	json_object_set_new(o, "at_s", time_json(d->at_ns));
	json_object_set_new(o, "task", json_integer(d->task));
	json_object_set_new(o, "kind", json_string(d->kind));
	json_object_set_new(o, "reason", d->reason != NULL ? json_string(d->reason)
							   : json_null());
	json_array_append_new(self, o);
}

int explain_json(struct store *st, const struct recorded_run *r, const struct story *s,
		 json_t **out, sj_error *err)
{
	json_t *o = job_json(&s->job), *decisions = json_array(), *allocs = json_array();
	int rc = story_decisions(st, r->id, s->job.seq, decision_json, decisions, err);

	if (rc == SJ_OK)
		rc = explain_allocs_json(st, r->id, s->job.seq, allocs, err);

	json_object_set_new(o, "run", json_integer(r->id));
	json_object_set_new(o, "policy", json_string(r->policy));
	json_object_set_new(o, "clairvoyant", json_boolean(r->clairvoyant));
	json_object_set_new(o, "running_at_submit", others_json(&s->running));
	json_object_set_new(o, "ahead_at_submit", others_json(&s->ahead));
	json_object_set_new(o, "started_meanwhile_submitted_before", others_json(&s->elders));
	json_object_set_new(o, "started_meanwhile_submitted_after", others_json(&s->overtook));
	json_object_set_new(o, "reasons_stored", json_boolean(r->has_decisions));
	json_object_set_new(o, "decisions", decisions);
	json_object_set_new(o, "allocations", allocs);
	*out = o;
	return rc;
}
