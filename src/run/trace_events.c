/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_events.c - the JSON of Google's "Trace Event Format", written as a stream.
 *
 * A processor runs one task at a time, so slices on the track of a task's first
 * processor never overlap, which the format forbids.
 */
#include "run/trace_events.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "run/allocbook.h"
#include "run/jobs_csv.h"
#include "run/outfile.h"
#include "run/samples.h"

struct trace_events {
	struct outfile  *out;
	struct allocbook book;
	struct samples   samples;
};

/* Nanoseconds as the format's microseconds, exactly. */
struct us {
	char text[32];
};

static struct us us_of(sj_time ns)
{
	struct us u;

	snprintf(u.text, sizeof(u.text), "%" PRId64 ".%03" PRId64, ns / 1000, ns % 1000);
	return u;
}

struct seconds {
	char text[32];
};

static struct seconds seconds_of(sj_time ns)
{
	struct seconds s;

	*jobs_csv_seconds(s.text, ns) = '\0';
	return s;
}

static const char *color(uint32_t outcome)
{
	return outcome == SJ_COMPLETED ? "" : ",\"cname\":\"terrible\"";
}

/* One stretch of running: `procs` processors, the first of them numbered `lane`. */
static void put_slice(struct trace_events *t, const sj_job_record *r,
		      const sj_alloc_record *a, uint64_t procs)
{
	outfile_printf(t->out,
		",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%u,\"name\":\"job %" PRId64 "\","
		"\"cat\":\"job\",\"ts\":%s,\"dur\":%s%s,\"args\":{\"processors\":%" PRIu64
		",\"task\":%u,\"submit_s\":%s,\"wait_s\":%s,\"estimate_s\":%s,\"user\":%u}}",
		a->first, r->id, us_of(a->from_ns).text, us_of(a->to_ns - a->from_ns).text,
		color(r->outcome), procs, a->task, seconds_of(r->submit_ns).text,
		seconds_of(r->start_ns - r->submit_ns).text,
		seconds_of(r->estimate_ns).text, r->user);
}

static void put_job(struct trace_events *t, const sj_job_record *r)
{
	const struct allocbook_entry *e = allocbook_first(&t->book, r->seq);

	while (e != NULL) {
		const sj_alloc_record *a = &e->alloc;
		uint64_t procs = 0;

		/* The intervals of one stretch follow each other. */
		for (; e != NULL && e->alloc.task == a->task &&
		       e->alloc.from_ns == a->from_ns && e->alloc.to_ns == a->to_ns;
		     e = allocbook_next(&t->book, e))
			procs += (uint64_t)e->alloc.last - e->alloc.first + 1;
		put_slice(t, r, a, procs);
	}
	allocbook_drop(&t->book, r->seq);
}

static int on_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct trace_events *t = self;

	for (uint32_t i = 0; i < n; i++)
		put_job(t, &r[i]);
	return outfile_error(t->out, err);
}

static int on_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct trace_events *t = self;

	(void)err;
	return allocbook_add(&t->book, a);
}

static int on_sample(void *self, const sj_sample *s, sj_error *err)
{
	struct trace_events *t = self;

	(void)err;
	samples_add(&t->samples, s);
	return SJ_OK;
}

static int put_counters(void *self, const sj_sample *s, sj_error *err)
{
	struct trace_events *t = self;
	struct us ts = us_of(s->at_ns);

	outfile_printf(t->out,
		",\n{\"ph\":\"C\",\"pid\":1,\"name\":\"queue\",\"ts\":%s,"
		"\"args\":{\"waiting\":%u}}"
		",\n{\"ph\":\"C\",\"pid\":1,\"name\":\"processors\",\"ts\":%s,"
		"\"args\":{\"busy\":%u}}",
		ts.text, s->waiting, ts.text, s->procs_busy);
	return outfile_error(t->out, err);
}

static int put_head(struct trace_events *t, const char *title)
{
	json_t *text = json_string(title);
	char *quoted = text != NULL ? json_dumps(text, JSON_ENCODE_ANY) : NULL;

	json_decref(text);
	if (quoted == NULL)
		return SJ_ENOMEM;
	outfile_puts(t->out, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
			     "{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":");
	outfile_puts(t->out, quoted);
	outfile_puts(t->out, "}}");
	free(quoted);
	return SJ_OK;
}

int trace_events_open(const char *path, const char *title, struct trace_events **out,
		      sj_error *err)
{
	struct trace_events *t = calloc(1, sizeof(*t));
	int rc;

	if (t == NULL)
		return SJ_ENOMEM;
	rc = outfile_open(path, &t->out, err);
	if (rc == SJ_OK)
		rc = put_head(t, title);
	if (rc != SJ_OK) {
		trace_events_close(t, false, NULL);
		return rc;
	}
	*out = t;
	return SJ_OK;
}

sj_sink trace_events_sink(struct trace_events *t)
{
	return (sj_sink){ .self = t, .jobs = on_jobs, .sample = on_sample,
			  .alloc = on_alloc };
}

int trace_events_close(struct trace_events *t, bool keep, sj_error *err)
{
	int rc;

	if (t == NULL)
		return SJ_OK;
	if (keep) {
		samples_each(&t->samples, put_counters, t, NULL);
		outfile_puts(t->out, "\n]}\n");
	}
	rc = outfile_close(t->out, keep, err);
	allocbook_fini(&t->book);
	free(t);
	return rc;
}
