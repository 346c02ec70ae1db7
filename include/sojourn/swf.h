/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/swf.h - a log in Standard Workload Format as lines and fields, raw.
 *
 * For tools that look at the log itself (statistics, cutting, checking). Which
 * of its records become jobs is the reader's business (workload.h). Format:
 * Chapin, Cirne, Feitelson et al., "Benchmarks and standards for the evaluation
 * of parallel job schedulers", JSSPP 1999, and the Parallel Workloads Archive.
 */
#ifndef SJ_SWF_H
#define SJ_SWF_H

#include "sojourn/workload.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(identifier, name as in messages); numbered from 1 in messages. */
#define SJ_SWF_FIELD_LIST(X)                     \
	X(SJ_SWF_ID, "job id")                   \
	X(SJ_SWF_SUBMIT, "submit time")          \
	X(SJ_SWF_WAIT, "wait time")              \
	X(SJ_SWF_RUN, "run time")                \
	X(SJ_SWF_PROCS, "allocated processors")  \
	X(SJ_SWF_CPU, "average CPU time")        \
	X(SJ_SWF_MEM, "used memory")             \
	X(SJ_SWF_REQ_PROCS, "requested processors") \
	X(SJ_SWF_REQ_TIME, "requested time")     \
	X(SJ_SWF_REQ_MEM, "requested memory")    \
	X(SJ_SWF_STATUS, "status")               \
	X(SJ_SWF_USER, "user")                   \
	X(SJ_SWF_GROUP, "group")                 \
	X(SJ_SWF_APP, "executable")              \
	X(SJ_SWF_QUEUE, "queue")                 \
	X(SJ_SWF_PARTITION, "partition")         \
	X(SJ_SWF_PRECEDING, "preceding job")     \
	X(SJ_SWF_THINK, "think time")

typedef enum sj_swf_field {
#define X(id, name) id,
	SJ_SWF_FIELD_LIST(X)
#undef X
	SJ_SWF_FIELDS
} sj_swf_field;

/* Kept to the nanosecond: fields 2, 3, 4 and 9. */
#define SJ_SWF_IS_TIME(f) \
	((1u << SJ_SWF_SUBMIT | 1u << SJ_SWF_WAIT | 1u << SJ_SWF_RUN | \
	  1u << SJ_SWF_REQ_TIME) >> (f) & 1u)

typedef struct sj_swf_record {
	uint64_t    line;    /* 1, 2, 3 ... */
	const char *text;    /* the line, without its end; valid until the next call */
	size_t      size;
	int64_t     value[SJ_SWF_FIELDS]; /* whole part, towards zero */
	uint32_t    fraction; /* bit f: field f has a fraction ... */
	int32_t     nano[SJ_SWF_FIELDS]; /* ... and this is it, with the sign of
	                                  * the field; else undefined */
} sj_swf_record;

/* Field f in nanoseconds. */
static inline sj_time sj_swf_ns(const sj_swf_record *r, sj_swf_field f)
{
	sj_time t = r->value[f] * SJ_NS_PER_S;

	return (r->fraction >> f & 1u) != 0 ? t + r->nano[f] : t;
}

/* ---- which records become jobs, and what of them ------------------------- */

/* Processors: field 8 if > 0, else field 5. */
static inline int64_t sj_swf_procs(const sj_swf_record *r)
{
	return r->value[SJ_SWF_REQ_PROCS] > 0 ? r->value[SJ_SWF_REQ_PROCS] :
						r->value[SJ_SWF_PROCS];
}

/* Estimate: field 9 if > 0, else the run time. */
static inline sj_time sj_swf_estimate_ns(const sj_swf_record *r)
{
	sj_time t = sj_swf_ns(r, SJ_SWF_REQ_TIME);

	return t > 0 ? t : sj_swf_ns(r, SJ_SWF_RUN);
}

/* Why the record is not simulated, or SJ_DROP_COUNT when it is. `machine` 0:
 * unknown, nothing is too wide. */
static inline sj_drop sj_swf_judge(const sj_swf_record *r, uint32_t machine)
{
	int64_t procs = sj_swf_procs(r);

	if (sj_swf_ns(r, SJ_SWF_RUN) < 0)
		return SJ_DROP_RUNTIME;
	if (procs <= 0)
		return SJ_DROP_PROCS;
	if (sj_swf_ns(r, SJ_SWF_SUBMIT) < 0)
		return SJ_DROP_SUBMIT;
	return machine > 0 && procs > machine ? SJ_DROP_WIDE : SJ_DROP_COUNT;
}

/* ---- reading ---------------------------------------------------------------- */

typedef struct sj_swf sj_swf;

/* `in` is borrowed. SJ_OK or SJ_ENOMEM. */
int  sj_swf_create(sj_input *in, sj_swf **out, sj_error *err);
void sj_swf_free(sj_swf *swf); /* accepts NULL */

/*
 * The next record; comments and blank lines are passed over.
 *
 * SJ_OK      *out is the record, owned by swf, valid until the next call
 * SJ_END     no more
 * SJ_EPARSE  malformed line; *err has name:line: field. The line is passed over
 *            and the next call goes on behind it.
 * others     the input failed; give up
 */
int  sj_swf_next(sj_swf *swf, const sj_swf_record **out, sj_error *err);

/* What was seen so far; facts of the header are those before the first record. */
typedef struct sj_swf_facts {
	uint64_t lines, comments, blanks, records, bad;
	uint64_t header_lines;  /* lines before the first record */
	uint32_t max_procs, max_nodes; /* 0 = not stated */
	int64_t  unix_start_s;  /* -1 = not stated */
} sj_swf_facts;
const sj_swf_facts *sj_swf_seen(const sj_swf *swf);

/* Called with each comment line (without its end) as it is passed over. */
void sj_swf_on_comment(sj_swf *swf, void (*fn)(void *ctx, const char *text, size_t size),
		       void *ctx);

/* "job id" ... of a field. */
const char *sj_swf_field_name(sj_swf_field f);

#ifdef __cplusplus
}
#endif
#endif
