/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.h - private to workloads/: logs that are tables of separated values.
 *
 * A format is a list of columns and a function that makes a job of a row. The
 * first line names the columns, in any order; others may stand between them. A
 * field may be "quoted", with "" for a quote, but stays on one line. CRLF, a byte
 * order mark and blank lines are accepted.
 */
#ifndef ROWS_H
#define ROWS_H

#include "deck.h"
#include "lines.h"
#include "names.h"
#include "timetext.h"

#define ROWS_COLUMNS 16  /* of a format */

struct rows_column {
	const char *name;
	bool        required;
};

/* Columns of a format as one kind of its files has them. */
struct rows_order {
	unsigned    count;
	signed char column[ROWS_COLUMNS];
};

struct rows;
struct rows_format {
	const char *name;        /* of the reader */
	char        separator;
	const struct rows_column *columns; /* at most ROWS_COLUMNS; ends with NULL */
	const char *alien;       /* a column that this format never has, or NULL */
	sj_time     unix_start_ns; /* 0: times are Unix times; SJ_NEVER: unknown */
	bool        headerless;  /* all columns, in their order, and no line of names; or
	                          * those of the order that has as many as the line */
	const struct rows_order *orders; /* NULL, or a list that ends with count 0 */
	bool        maybe_named; /* with headerless: a line of names may still be the first */
	bool        padded;      /* blanks around fields and names do not count */
	size_t      state_size;  /* of r->state, zeroed; 0: none */
	int       (*start)(struct rows *r); /* before the first row; may be NULL */
	/* The row is in r->field. SJ_OK, or an error from the functions below. */
	int       (*row)(struct rows *r);
	int       (*finish)(struct rows *r); /* behind the last row; may be NULL */
	void      (*fini)(struct rows *r);   /* frees what r->state holds; may be NULL */
};

struct rows {
	struct lines             lines;
	struct deck             *deck;
	const struct rows_format *format;
	const sj_reader_options *options;
	sj_error                *err;
	uint64_t                 line;
	const char              *field[ROWS_COLUMNS]; /* NULL: no such column */
	void                    *state;
	struct names             user, group, queue, app;
	/* private */
	int                      place[ROWS_COLUMNS]; /* in the file; -1: absent */
	unsigned                 width;   /* columns of the file */
	char                    *names;   /* the line that named the columns */
	char                    *text;    /* of the row */
	size_t                   text_cap;
	bool                     has_header;
};

/* As sj_reader_ops.open and .sniff. */
int rows_open(const struct rows_format *format, sj_input *in,
	      const sj_reader_options *options, sj_source **out, sj_error *err);
int rows_sniff(const struct rows_format *format, const char *bytes, size_t size);

/* reader_open() and reader_sniff() of a file whose table is `format`; ROWS_OPEN alone where
 * the columns do not tell the format. */
#define ROWS_OPEN(reader)                                                          \
	static int reader##_open(sj_input *in, const sj_reader_options *options,   \
				 sj_source **out, sj_error *err)                   \
	{                                                                          \
		return rows_open(&format, in, options, out, err);                  \
	}
#define ROWS_OPEN_AND_SNIFF(reader)                                                \
	ROWS_OPEN(reader)                                                          \
	static int reader##_sniff(const char *bytes, size_t size)                  \
	{                                                                          \
		return rows_sniff(&format, bytes, size);                           \
	}

/* "FILE:LINE: field N (NAME): "TEXT" is not WHAT"; returns SJ_EPARSE. */
int rows_refuse(struct rows *r, int column, const char *what);

/* The field of `column` as a time, in units of 10^(shift - 9) s; a date; a span. An
 * empty or absent field becomes -1, "unknown". SJ_OK or SJ_EPARSE. */
int rows_time(struct rows *r, int column, int shift, sj_time *out);
int rows_date(struct rows *r, int column, sj_time *out);
int rows_span(struct rows *r, int column, sj_time *out);
/* A whole number up to 2^32 - 1; empty, absent or negative become 0. */
int rows_number(struct rows *r, int column, uint32_t *out);
/* A name as a number; empty or absent become 0. */
int rows_name(struct rows *r, int column, struct names *names, uint32_t *out);

/* The number at the end of a name such as "openb-pod-0017", or -1. */
int64_t rows_number_at_end(const char *name);

/*
 * The job of this row: kept, or dropped and counted when its run time, submit (both
 * below 0) or processors (neither cores nor GPUs) are unknown, or when it is wider
 * than the machine. An estimate of 0 or less becomes the run time.
 */
int rows_add(struct rows *r, sj_job *job);
/* The same without counting the facts of the record. */
int rows_keep(struct rows *r, sj_job *job);
/* The row is no job. */
void rows_drop(struct rows *r, sj_drop why);

/* `gpus` ranks of one GPU each, with one core beside it. */
static inline void rows_gpu_ranks(sj_job *job, uint32_t gpus)
{
	job->task.ranks = gpus;
	job->task.cores = 1;
	job->task.gpu_milli = SJ_GPU_WHOLE;
}

#endif
