/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jobs_csv.c - job rows as text, formatted by hand: several times faster than
 * printf and the same in every locale.
 */
#include "run/jobs_csv.h"

#include <stdlib.h>
#include <string.h>

#include "run/allocated.h"

const char jobs_csv_header[] =
	"job_id,workload_name,profile,submission_time,requested_number_of_resources,"
	"requested_time,success,final_state,starting_time,execution_time,finish_time,"
	"waiting_time,turnaround_time,stretch,allocated_resources,consumed_energy,metadata\n";

/* ---- numbers ------------------------------------------------------------------- */

static char *put_u64(char *to, uint64_t v)
{
	char digit[20];
	int n = 0;

	do {
		digit[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	while (n > 0)
		*to++ = digit[--n];
	return to;
}

static char *put_i64(char *to, int64_t v)
{
	if (v < 0)
		*to++ = '-';
	return put_u64(to, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* ".25" of part = 250 and one = 1000; nothing for 0. */
static char *put_fraction(char *to, uint64_t part, uint64_t one)
{
	if (part == 0)
		return to;
	*to++ = '.';
	while (part != 0) {
		part *= 10;
		*to++ = (char)('0' + part / one);
		part %= one;
	}
	return to;
}

char *jobs_csv_seconds(char *to, sj_time ns)
{
	uint64_t v = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

	if (ns < 0)
		*to++ = '-';
	to = put_u64(to, v / (uint64_t)SJ_NS_PER_S);
	return put_fraction(to, v % (uint64_t)SJ_NS_PER_S, (uint64_t)SJ_NS_PER_S);
}

/* a / b to six decimals, half up: the one column that is no exact decimal. */
static char *put_ratio(char *to, sj_time a, sj_time b)
{
	unsigned __int128 r = ((unsigned __int128)a * 1000000u + (unsigned __int128)b / 2) /
			      (unsigned __int128)b;

	if (r > UINT64_MAX)
		r = UINT64_MAX;
	to = put_u64(to, (uint64_t)r / 1000000u);
	return put_fraction(to, (uint64_t)r % 1000000u, 1000000u);
}

static char *put_text(char *to, const char *text)
{
	size_t n = strlen(text);

	memcpy(to, text, n);
	return to + n;
}

/* ---- a row ------------------------------------------------------------------------ */

static const char *final_state(uint32_t outcome)
{
	switch (outcome) {
	case SJ_COMPLETED:
		return "1,COMPLETED_SUCCESSFULLY";
	case SJ_KILLED:
		return "0,COMPLETED_WALLTIME_REACHED";
	case SJ_REJECTED:
		return "0,REJECTED";
	case SJ_FAILED:
		return "0,COMPLETED_FAILED";
	default:
		return "0,COMPLETED_KILLED";
	}
}

static char *put_known(char *to, bool known, sj_time ns)
{
	*to++ = ',';
	return known ? jobs_csv_seconds(to, ns) : to;
}

static char *put_times(char *to, const struct jobs_csv_row *r)
{
	bool started = r->start_ns != SJ_NEVER;
	bool ended = started && r->finish_ns != SJ_NEVER;
	sj_time run = ended ? r->finish_ns - r->start_ns : 0;
	sj_time turnaround = ended ? r->finish_ns - r->submit_ns : 0;

	to = put_known(to, started, r->start_ns);
	to = put_known(to, ended, run);
	to = put_known(to, ended, r->finish_ns);
	to = put_known(to, started, r->start_ns - (started ? r->submit_ns : 0));
	to = put_known(to, ended, turnaround);
	*to++ = ',';
	return ended && run > 0 ? put_ratio(to, turnaround, run) : to;
}

void jobs_csv_write(struct outfile *to, const struct jobs_csv_row *r)
{
	char *start = outfile_room(to, 512), *at = start;

	if (start == NULL)
		return;
	at = put_i64(at, r->id);
	*at++ = ',';
	outfile_advance(to, (size_t)(at - start));
	outfile_puts(to, r->workload);
	if ((start = at = outfile_room(to, 512)) == NULL)
		return;
	*at++ = ',';
	at = put_i64(at, r->id);
	at = put_known(at, true, r->submit_ns);
	*at++ = ',';
	at = put_u64(at, r->procs);
	at = put_known(at, r->estimate_ns != SJ_NEVER, r->estimate_ns);
	*at++ = ',';
	at = put_text(at, final_state(r->outcome));
	at = put_times(at, r);
	*at++ = ',';
	outfile_advance(to, (size_t)(at - start));
	outfile_puts(to, r->allocated);
	outfile_write(to, ",,\n", 3);
}

char *jobs_csv_quote(const char *text)
{
	bool plain = strpbrk(text, ",\"\r\n") == NULL;
	char *out = malloc(2 * strlen(text) + 3), *to = out;

	if (out == NULL)
		return NULL;
	if (!plain)
		*to++ = '"';
	for (; *text != '\0'; text++) {
		if (*text == '"')
			*to++ = '"';
		*to++ = *text;
	}
	if (!plain)
		*to++ = '"';
	*to = '\0';
	return out;
}

/* ---- sink --------------------------------------------------------------------------- */

struct jobs_csv {
	struct outfile  *out;
	char            *workload;
	bool             allocs;
	struct allocbook book;
	struct allocated allocated; /* of one job */
};

static int on_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct jobs_csv *c = self;

	for (uint32_t i = 0; i < n; i++) {
		if (c->allocs && allocated_text(&c->allocated, &c->book, r[i].seq) != SJ_OK)
			return SJ_ENOMEM;
		jobs_csv_write(c->out, &(struct jobs_csv_row){
			.id = r[i].id, .workload = c->workload,
			.allocated = c->allocs ? c->allocated.text : "",
			.submit_ns = r[i].submit_ns, .start_ns = r[i].start_ns,
			.finish_ns = r[i].finish_ns, .estimate_ns = r[i].estimate_ns,
			.procs = r[i].procs, .outcome = r[i].outcome,
		});
	}
	return outfile_error(c->out, err);
}

static int on_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct jobs_csv *c = self;

	(void)err;
	return allocbook_add(&c->book, a);
}

int jobs_csv_open(const char *path, const char *workload, bool allocs,
		  struct jobs_csv **out, sj_error *err)
{
	struct jobs_csv *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL)
		return SJ_ENOMEM;
	c->allocs = allocs;
	c->workload = jobs_csv_quote(workload);
	rc = c->workload == NULL ? SJ_ENOMEM : outfile_open(path, &c->out, err);
	if (rc != SJ_OK) {
		jobs_csv_close(c, false, NULL);
		return rc;
	}
	outfile_puts(c->out, jobs_csv_header);
	*out = c;
	return SJ_OK;
}

sj_sink jobs_csv_sink(struct jobs_csv *c)
{
	return (sj_sink){ .self = c, .jobs = on_jobs, .alloc = c->allocs ? on_alloc : NULL };
}

int jobs_csv_close(struct jobs_csv *c, bool keep, sj_error *err)
{
	int rc;

	if (c == NULL)
		return SJ_OK;
	rc = outfile_close(c->out, keep, err);
	allocbook_fini(&c->book);
	allocated_fini(&c->allocated);
	free(c->workload);
	free(c);
	return rc;
}
