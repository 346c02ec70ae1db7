/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench.h - what each hot path costs, and how that compares with a minimal loop
 * ("yardstick") run in turn with it. Ratios are what to quote: machines differ
 * and are noisy, a ratio of two best-of-N taken in the same minute is not.
 */
#ifndef BENCH_H
#define BENCH_H

#include "run.h"

struct bench_config {
	const char *beside; /* folder of built yardsticks; NULL: none */
	const char *log;    /* a plain or packed SWF log for the log figures; NULL: made */
	const char *dir;    /* for temporary files */
	unsigned    reps;   /* of each measurement; the best counts */
};

struct bench_row {
	char   name[40];   /* "easy-1000" */
	char   what[64];   /* "EASY, queue depth 1,000" */
	char   unit[16];   /* "jobs/s", "ns/hold", "B/job" */
	double value;
	double yardstick;  /* NAN: none */
	double target;     /* least ratio to the yardstick, or NAN */
	double at_least;   /* least (jobs/s, rows/s) or greatest (ns, B) value, or NAN */
};

struct bench_rows {
	struct bench_row *row;
	size_t            count, cap;
};

/* Appends a row with NAN where nothing is known; NULL: out of memory. */
struct bench_row *bench_add(struct bench_rows *rows, const char *name, const char *what,
			    const char *unit, double value);

typedef int bench_fn(const struct bench_config *c, struct bench_rows *rows, sj_error *err);

struct bench {
	const char *name;
	bench_fn   *run;
	const char *summary;
};
extern const struct bench benches[]; /* ends with a NULL name */

bench_fn bench_pes, bench_fifo, bench_easy, bench_conservative, bench_swf, bench_store,
	bench_log, bench_gpus, bench_changes, bench_place, bench_flows,
	bench_dag, bench_heft, bench_locality, bench_steal, bench_programs, bench_arms;

/* More of a quantity per time is better: everything but "ns/...", "B/...", "s" and
 * exponents. */
bool bench_more_is_better(const struct bench_row *row);
/* value over yardstick, such that 1 is as good and more is better; NAN: none. */
double bench_ratio(const struct bench_row *row);

/*
 * Runs `DIR/command` and finds the number behind `key` in what it prints on the
 * line that contains `line` ("" for the first), best of c->reps: the `least` or the
 * greatest. NAN when it cannot.
 */
double bench_yardstick(const struct bench_config *c, const char *command,
		       const char *line, const char *key, bool least);

/* Jobs made beforehand, with a constant number of them waiting: whenever one
 * starts, another is submitted a second later. */
struct closed;
struct closed *closed_create(uint32_t procs, uint32_t jobs, uint32_t depth); /* or NULL */
sj_source     *closed_source(struct closed *c);
void           closed_free(struct closed *c);

/* Simulates; *ns is the wall time, best of c->reps. SJ_OK, or as from the run. */
int bench_simulate(const struct bench_config *c, const char *policy, uint32_t procs,
		   sj_source *source, sj_run_stats *stats, uint64_t *ns, sj_error *err);
/* The same on any machine. */
int bench_simulate_on(const struct bench_config *c, const char *policy,
		      const sj_cluster *cluster, sj_source *source, sj_run_stats *stats,
		      uint64_t *ns, sj_error *err);
/* With more of the configuration; its policy and seed are set here. */
int bench_simulate_config(const struct bench_config *c, const char *policy,
			  sj_run_config *config, sj_run_stats *stats, uint64_t *ns,
			  sj_error *err);

#endif
