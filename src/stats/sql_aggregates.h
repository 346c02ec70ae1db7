/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sql_aggregates.h - the table of aggregates between SQL and the statistics. */
#ifndef SQL_AGGREGATES_H
#define SQL_AGGREGATES_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

struct sample {
	double *v;
	size_t  n, cap;
};

/* What an aggregate has seen when its last row is in. Zero-filled at first. */
struct collected {
	struct sample s[2];
	double        param[2];  /* the arguments behind the samples, of the last row */
	unsigned      params;
	char         *text;      /* when the parameter is a text; of the first row */
	bool          no_memory;
};

struct sql_aggregate {
	const char *name;
	unsigned    samples;     /* 1 or 2 leading arguments are collected */
	unsigned    params_min, params_max; /* numbers behind them */
	bool        paired;      /* two samples go together: skip a row with a NULL */
	bool        text_param;
	/* May reorder the samples; sets the result of cx. */
	void      (*finish)(sqlite3_context *cx, struct collected *c);
};
extern const struct sql_aggregate sql_aggregates[]; /* ends with a NULL name */

#endif
