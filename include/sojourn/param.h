/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/param.h - parameters as a table, and the spec notation that sets them.
 *
 * A spec is `name[:key=value[,key=value...]]`. A value that contains commas or
 * colons stands in parentheses, which may nest and are stripped once:
 * `easy:order=(expr:max(wait,60)/estimate)`. An item without `=` outside
 * parentheses sets the table's first parameter (`expr:wait*procs`); it must be
 * the only item. From one table come parsing, range checks, help, docs and the
 * canonical spec that is stored with every result.
 */
#ifndef SJ_PARAM_H
#define SJ_PARAM_H

#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sj_param_type {
	SJ_P_INT,      /* int64_t; an SI suffix k, M, G is understood */
	SJ_P_DOUBLE,   /* double */
	SJ_P_BOOL,     /* bool; yes/no, true/false, on/off, 1/0 */
	SJ_P_TIME,     /* sj_time; needs a unit: ns us ms s min h d w ("30s", "1.5h") */
	SJ_P_BYTES,    /* uint64_t; needs a unit: B kB MB GB TB KiB MiB GiB TiB */
	SJ_P_RATE,     /* uint64_t bytes per s; bit/s kbit/s Mbit/s Gbit/s B/s ... */
	SJ_P_ENUM,     /* int; index into `choices` */
	SJ_P_STRING    /* const char *; lives as long as the object it was bound to */
} sj_param_type;

/* A table ends with a NULL name. */
typedef struct sj_param {
	const char        *name;
	sj_param_type      type;
	size_t             offset;   /* of the field in the object, offsetof() */
	const char        *def;      /* in the user's notation; NULL: must be given */
	double             min, max; /* both 0: unbounded; in base units (s for times) */
	const char        *unit;     /* shown in help: "jobs", "s" */
	const char *const *choices;  /* SJ_P_ENUM: names, ends with NULL */
	const char        *help;     /* one sentence */
	bool               live;     /* a number that is looked at anew for each decision, so
	                              * that it may change during a run: sj_part_set() */
} sj_param;

/*
 * Sets every parameter of `table` in `object`, first to its default, then from
 * `args` (the part of a spec behind the first colon; NULL or "" for none).
 * Strings are taken from `alloc(alloc_ctx, size)`, which must not fail.
 * `who` names the owner in messages ("policy easy").
 *
 * SJ_OK      everything is set
 * SJ_EUSAGE  unknown key (with the nearest known one), a key given twice,
 *            wrong type, missing unit, out of range; *err says which
 */
typedef void *sj_alloc_fn(void *ctx, size_t size);
int sj_params_bind(const char *who, const sj_param *table, const char *args,
		   void *object, sj_alloc_fn *alloc, void *alloc_ctx,
		   sj_error *err);

/* Bytes that a parameter of this type takes in the object; 0: no such type. */
size_t sj_param_size(sj_param_type type);

/*
 * Writes the canonical spec: `name` and those parameters whose value differs
 * from the default, in table order, into buf (always terminated). Returns the
 * length it needs, like snprintf.
 */
size_t sj_params_canonical(const char *name, const sj_param *table,
			   const void *object, char *buf, size_t size);

/*
 * Splits `spec` at the first colon outside parentheses. *name gets at most
 * size-1 bytes. *args points into spec behind the colon, or at its end.
 * SJ_OK, or SJ_EUSAGE: empty name, name too long, unbalanced parentheses.
 */
int sj_spec_split(const char *spec, char *name, size_t size,
		  const char **args, sj_error *err);

/* Text to value; `what` names the thing in messages. SJ_OK or SJ_EUSAGE. */
int sj_parse_time(const char *what, const char *text, sj_time *out, sj_error *);
int sj_parse_bytes(const char *what, const char *text, uint64_t *out, sj_error *);
int sj_parse_rate(const char *what, const char *text, uint64_t *out, sj_error *);
int sj_parse_int(const char *what, const char *text, int64_t *out, sj_error *);
int sj_parse_double(const char *what, const char *text, double *out, sj_error *);

/* Value to shortest text that parses back to it: "90s", "1h30min" is "90min". */
size_t sj_format_time(sj_time t, char *buf, size_t size);

/*
 * The entry of names[0..n) nearest to `word` by edit distance, or NULL when
 * none is near enough to be what the user meant.
 */
const char *sj_nearest(const char *word, const char *const *names, size_t n);

#ifdef __cplusplus
}
#endif
#endif
