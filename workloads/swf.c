/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * swf.c - reader of logs in Standard Workload Format: which records become jobs.
 *
 * Processors are field 8 if > 0, else field 5; the run time is field 4; the
 * estimate is field 9 if > 0, else the run time. Dropped and counted: run time
 * < 0, processors <= 0, submit < 0, wider than the machine. Run time 0 is kept.
 * Invented: nothing. Unknown to the format: memory and placement demands are not
 * read, so every job is `processors` equal ranks of one core.
 */
#include "sojourn/swf.h"

#include <stdlib.h>
#include <string.h>

#include "deck.h"

struct reader {
	sj_swf                  *swf;
	struct deck             *deck;
	const char              *name;
	const sj_reader_options *options;
	uint32_t                 machine; /* processors; 0 = unknown */
	sj_time                  last_submit_ns;
};

static int too_large(const struct reader *r, const sj_swf_record *rec, sj_swf_field f,
		     sj_error *err)
{
	return sj_fail(err, SJ_EPARSE,
		       "%s:%llu: field %d (%s): %lld is out of range (at most %lu)",
		       r->name, (unsigned long long)rec->line, (int)f + 1,
		       sj_swf_field_name(f), (long long)rec->value[f],
		       (unsigned long)UINT32_MAX);
}

/* -1 is how SWF says "unknown"; here that is 0. */
static int whole_number(const struct reader *r, const sj_swf_record *rec,
			sj_swf_field f, uint32_t *out, sj_error *err)
{
	if (rec->value[f] > UINT32_MAX)
		return too_large(r, rec, f, err);
	*out = rec->value[f] > 0 ? (uint32_t)rec->value[f] : 0;
	return SJ_OK;
}

static int read_people(const struct reader *r, const sj_swf_record *rec,
		       struct deck_job *job, sj_error *err)
{
	int64_t any = rec->value[SJ_SWF_USER] | rec->value[SJ_SWF_GROUP] |
		      rec->value[SJ_SWF_QUEUE] | rec->value[SJ_SWF_APP];
	int rc = SJ_OK;

	if ((any & ~INT64_C(0x7fffffff)) == 0) { /* all small and not negative */
		job->user = (uint32_t)rec->value[SJ_SWF_USER];
		job->group = (uint32_t)rec->value[SJ_SWF_GROUP];
		job->queue = (uint32_t)rec->value[SJ_SWF_QUEUE];
		job->app = (uint32_t)rec->value[SJ_SWF_APP];
		return SJ_OK;
	}
	rc = whole_number(r, rec, SJ_SWF_USER, &job->user, err);
	if (rc == SJ_OK)
		rc = whole_number(r, rec, SJ_SWF_GROUP, &job->group, err);
	if (rc == SJ_OK)
		rc = whole_number(r, rec, SJ_SWF_QUEUE, &job->queue, err);
	if (rc == SJ_OK)
		rc = whole_number(r, rec, SJ_SWF_APP, &job->app, err);
	return rc;
}

static int take(struct reader *r, const sj_swf_record *rec, sj_error *err)
{
	sj_time submit = sj_swf_ns(rec, SJ_SWF_SUBMIT), run = sj_swf_ns(rec, SJ_SWF_RUN);
	sj_time wait = sj_swf_ns(rec, SJ_SWF_WAIT);
	int64_t procs = sj_swf_procs(rec);
	struct deck_job job = { .id = rec->value[SJ_SWF_ID] };
	sj_drop why = sj_swf_judge(rec, r->machine);
	int rc;

	if (submit < r->last_submit_ns)
		r->deck->source.info.unsorted++;
	r->last_submit_ns = submit;
	if (why != SJ_DROP_COUNT) {
		deck_drop(r->deck, why, rec->line, run, procs, submit);
		return SJ_OK;
	}
	if (procs > UINT32_MAX)
		return too_large(r, rec, rec->value[SJ_SWF_REQ_PROCS] > 0 ?
				 SJ_SWF_REQ_PROCS : SJ_SWF_PROCS, err);
	job.procs = (uint32_t)procs;
	job.submit_ns = submit;
	job.work_ns = run;
	job.estimate_ns = sj_swf_estimate_ns(rec);
	job.logged_start_ns = wait >= 0 ? submit + wait : SJ_NEVER;
	rc = read_people(r, rec, &job, err);
	return rc == SJ_OK ? deck_add(r->deck, &job, err) : rc;
}

/* The header is complete when the first record has been read. */
static void take_header(struct reader *r)
{
	const sj_swf_facts *seen = sj_swf_seen(r->swf);
	sj_workload_info *info = &r->deck->source.info;

	info->max_procs = seen->max_procs;
	info->max_nodes = seen->max_nodes;
	if (seen->unix_start_s >= 0 && seen->unix_start_s <= SJ_TIME_MAX / SJ_NS_PER_S)
		info->unix_start_ns = seen->unix_start_s * SJ_NS_PER_S;
	r->machine = r->options->procs != 0 ? r->options->procs : seen->max_procs;
}

static int read_all(struct reader *r, sj_error *err)
{
	const sj_swf_record *rec;
	uint64_t limit = r->options->limit;
	int rc;

	r->last_submit_ns = -SJ_TIME_MAX;
	rc = sj_swf_next(r->swf, &rec, err);
	take_header(r);
	while (rc == SJ_OK) {
		rc = take(r, rec, err);
		if (rc != SJ_OK || (limit != 0 && r->deck->count == limit))
			break;
		rc = sj_swf_next(r->swf, &rec, err);
	}
	r->deck->source.info.records = sj_swf_seen(r->swf)->records;
	return rc == SJ_END ? SJ_OK : rc;
}

static int check_any(const struct reader *r, sj_error *err)
{
	const sj_swf_facts *seen = sj_swf_seen(r->swf);

	if (seen->records > 0)
		return SJ_OK;
	if (seen->lines == 0)
		return sj_fail(err, SJ_EPARSE, "%s: the file is empty; expected a log in "
			       "Standard Workload Format", r->name);
	return sj_fail(err, SJ_EPARSE, "%s:%llu: the log ends without a job; only "
		       "comments and blank lines were found", r->name,
		       (unsigned long long)seen->lines);
}

static int swf_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		    sj_error *err)
{
	struct reader r = { .name = in->name, .options = options };
	int rc = deck_create(&r.deck, err);

	if (rc != SJ_OK)
		return rc;
	strcpy(r.deck->source.info.format, "swf");
	rc = sj_swf_create(in, &r.swf, err);
	if (rc == SJ_OK)
		rc = read_all(&r, err);
	if (rc == SJ_OK)
		rc = check_any(&r, err);
	if (rc == SJ_OK)
		rc = deck_close(r.deck, err);
	sj_swf_free(r.swf);
	if (rc != SJ_OK) {
		deck_free(&r.deck->source);
		return rc;
	}
	*out = &r.deck->source;
	return SJ_OK;
}

/* ---- sniffing ----------------------------------------------------------------------- */

/* Length of the run of numbers and blanks that begins the line. */
static int numbers_on_line(const char *p, const char *end)
{
	int n = 0;

	while (p < end && *p != '\n') {
		const char *from;

		while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
			p++;
		from = p;
		while (p < end && ((*p >= '0' && *p <= '9') || *p == '-' || *p == '.'))
			p++;
		if (p == from)
			break;
		n++;
	}
	return n;
}

static int swf_sniff(const char *bytes, size_t size)
{
	const char *p = bytes, *end = bytes + size;
	int comments = 0;

	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const char *q = p;

		while (q < end && (*q == ' ' || *q == '\t' || *q == '\r'))
			q++;
		if (q < end && *q != ';' && *q != '\n') {
			int n = numbers_on_line(q, end);

			return n >= SJ_SWF_FIELDS ? 95 : n >= 4 ? 40 : comments ? 30 : 0;
		}
		comments += q < end && *q == ';';
		if (eol == NULL)
			break;
		p = eol + 1;
	}
	return comments > 0 ? 60 : 0;
}

const sj_reader_ops sj_reader_swf = {
	.name = "swf",
	.summary = "Standard Workload Format of the Parallel Workloads Archive",
	.suffixes = ".swf .txt",
	.sniff = swf_sniff,
	.open = swf_open,
};
