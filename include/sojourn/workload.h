/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/workload.h - where jobs come from: sources, trace readers, generators.
 *
 * A source hands out jobs in the order (submit, line). Readers take bytes, not
 * paths: the program opens and unpacks files, so that tests and fuzzers need none.
 */
#ifndef SJ_WORKLOAD_H
#define SJ_WORKLOAD_H

#include "sojourn/comm.h"
#include "sojourn/job.h"
#include "sojourn/param.h"
#include "sojourn/scaling.h"
#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- bytes ---------------------------------------------------------- */

/*
 * A stream of unpacked bytes. read() puts up to `size` bytes into buf and
 * returns how many; 0 is the end; a negative sj_err is a failure described in
 * *err. `name` is what messages call it ("trace.swf.gz", "standard input").
 */
typedef struct sj_input sj_input;
struct sj_input {
	const char *name;
	ptrdiff_t (*read)(sj_input *self, void *buf, size_t size, sj_error *err);
};

/* ---- what a source tells about itself --------------------------------- */

/* Why a job of the log is not simulated. X(identifier, text of the count) */
#define SJ_DROP_LIST(X)                                            \
	X(SJ_DROP_RUNTIME, "run time unknown or negative")         \
	X(SJ_DROP_PROCS, "no processors")                          \
	X(SJ_DROP_SUBMIT, "submit time unknown or negative")       \
	X(SJ_DROP_WIDE, "wider than the machine")                  \
	X(SJ_DROP_ZERO, "run time 0 (this policy's rules drop it)") \
	X(SJ_DROP_BAD_LINE, "malformed line")                      \
	X(SJ_DROP_STEP, "a step of a job, not a job")              \
	X(SJ_DROP_REPLAY, "replays a trace that is not read")

typedef enum sj_drop {
#define X(id, text) id,
	SJ_DROP_LIST(X)
#undef X
	SJ_DROP_COUNT
} sj_drop;

#define SJ_WORKLOAD_COUNTS 16

/* Complete once the source has returned SJ_END; header facts are there at once. */
typedef struct sj_workload_info {
	char     format[16];   /* "swf", "jsonl", "gen:lublin" */
	uint32_t max_procs;    /* the log's own machine size; 0 = not stated */
	uint32_t max_nodes;
	uint64_t records;      /* data lines seen */
	uint64_t dropped[SJ_DROP_COUNT];
	uint64_t kept;
	uint64_t unsorted;     /* lines whose submit is below that of the line before */
	sj_time  unix_start_ns; /* zero of the log's clock, or SJ_NEVER */
	char     first_drop[160]; /* "line 17: run time -1", for the message */
	/* Of all records, dropped ones too, when the reader tells them. */
	bool     has_facts;
	uint64_t lines;
	uint64_t no_run, zero_run, no_procs, no_gpu; /* no_gpu: asks for none */
	uint64_t most_procs, most_gpu_milli; /* of one record; 0: not told */
	sj_time  first_submit_ns, last_submit_ns; /* least and greatest, or SJ_NEVER */
	sj_time  stated_makespan_ns; /* as measured or proven; 0 = not stated */
	/* What this format has to count besides, by names that are constants. */
	uint32_t count_count;
	struct sj_workload_count {
		const char *key;
		uint64_t    value;
	} count[SJ_WORKLOAD_COUNTS];
	/* The machine that the log is about, as typed behind -c, where its processors alone
	 * do not say it; "": they do. */
	char     cluster[200];
	/* What gpu_model n of a task means: gpu_model[n - 1], one name, or several with
	 * "|" between them. Owned by the source. None: numbers are the machine's own. */
	uint32_t gpu_model_count;
	const char *const *gpu_model;
	const uint64_t    *gpu_model_tasks; /* so many ask for each; NULL: not counted */
	/* Names of files, and of places where files are: a node or a storage of the
	 * machine. Owned by the source. */
	uint32_t           file_count, place_count;
	const char *const *file, *const *place;
} sj_workload_info;

/* ---- sources -------------------------------------------------------- */

typedef struct sj_source sj_source;
typedef struct sj_source_ops {
	/*
	 * Writes 1..cap jobs in order of (submit, line) and sets *count.
	 *
	 * SJ_OK     *count >= 1
	 * SJ_END    no job is left; *count is 0
	 * SJ_AGAIN  none now, but a finish or start may release one (closed
	 *           loops: users who think, constant queue depth); *count is 0
	 * other     malformed input; *err has name:line: field: what was expected
	 */
	int (*fill)(sj_source *self, sj_job *jobs, uint32_t cap,
		    uint32_t *count, sj_error *err);
	/* Optional. Feedback for closed loops: job `id` started or finished at
	 * `now`. New jobs must have submit_ns >= now. */
	void (*started)(sj_source *self, int64_t id, sj_time now);
	void (*finished)(sj_source *self, int64_t id, sj_time now);
	/* Required. Back to the first job: same jobs again. SJ_OK, or an error
	 * when the bytes cannot be read twice. */
	int (*rewind)(sj_source *self, sj_error *err);
	/* Required. Frees the source; accepts NULL. */
	void (*free)(sj_source *self);
} sj_source_ops;

/* The first member of every source's own struct. */
struct sj_source {
	const sj_source_ops *ops;
	sj_workload_info     info;
	const sj_scaling    *scalings;      /* of its tasks; complete before the first */
	uint32_t             scaling_count; /* job is handed out, owned by the source */
	const sj_comm       *comms;         /* likewise */
	uint32_t             comm_count;
};

/* ---- readers -------------------------------------------------------- */

typedef struct sj_reader_options {
	uint32_t procs;  /* the machine's processors: wider jobs are dropped; 0 =
	                  * use the log's own MaxProcs, and drop none without it */
	uint64_t limit;  /* keep the first N kept jobs in file order; 0 = all */
	bool     strict; /* a malformed line is an error (else counted, default for
	                  * formats that have known defects); SWF is always strict */
	const char      *args;  /* for the reader's params, as typed behind the path;
	                         * NULL or "": none */
	sj_input *const *files; /* one for each of the reader's files, NULL if not given;
	                         * NULL: none at all */
} sj_reader_options;

/* One trace format. */
typedef struct sj_reader_ops {
	const char *name;       /* as typed before the path: "swf" in swf:file */
	const char *summary;
	const char *suffixes;   /* ".swf .txt", for sniffing */
	/* 0 = surely not, 100 = surely, from the first bytes of the file. */
	int (*sniff)(const char *bytes, size_t size);
	/*
	 * Reads `in` to its end and owns nothing of it afterwards. A log whose
	 * lines are out of order comes back sorted by (submit, line).
	 * SJ_OK, or an error whose sentence has file:line: field.
	 */
	int (*open)(sj_input *in, const sj_reader_options *options,
		    sj_source **out, sj_error *err);
	/* What may follow the path, as in FORMAT:PATH,key=value: parameters, and keys
	 * whose values are other files that the format needs. Both may be NULL. */
	const sj_param    *params;
	const char *const *files; /* ends with NULL; at most SJ_READER_FILES */
} sj_reader_ops;

#define SJ_READER_FILES 4

/* One generator of jobs: `gen:poisson:load=0.8,n=100000`. */
typedef struct sj_generator_ops {
	const char     *name;
	const char     *summary;
	const char     *cite;
	const sj_param *params;
	/* `args` is the spec behind the model's name. Same args and seed, same
	 * jobs. info.max_procs of the source is the machine it was made for. */
	int (*open)(const char *args, uint64_t seed, sj_source **out,
		    sj_error *err);
} sj_generator_ops;

/* The lists, in workloads/registry.c; both end with NULL. */
extern const sj_reader_ops *const sj_readers[];
extern const sj_generator_ops *const sj_generators[];

#ifdef __cplusplus
}
#endif
#endif
