/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli.h - what every subcommand shares: its signature, option tables, messages.
 *
 * Data goes to stdout, everything else to stderr. A command returns an exit
 * status (DESIGN: 0 ok, 1 failed, 2 usage, 3 bad input, 4 policy fault or stall,
 * 5 invariant, 130 interrupted).
 */
#ifndef CLI_H
#define CLI_H

#include <signal.h>
#include <stdio.h>

#include "sojourn/types.h"

/* argv[0] is the command's own name. */
typedef int command_fn(int argc, char **argv);

struct command {
	const char *name;
	command_fn *run;
	const char *summary; /* one line for `sojourn help` */
};
extern const struct command commands[]; /* commands.c; ends with a NULL name */

/* ---- options as a table (on getopt_long) ---------------------------------- */

enum opt_kind {
	OPT_FLAG,   /* bool */
	OPT_STRING, /* const char *: the last one given */
	OPT_LIST,   /* struct opt_list: every one given */
	OPT_COUNT   /* uint64_t: a number >= 0, SI suffix understood */
};
struct opt_list {
	const char **item;
	size_t       count;
};
struct opt {
	char          letter;   /* 0: long form only */
	const char   *name;
	enum opt_kind kind;
	void         *value;
	const char   *arg;      /* "FILE"; NULL for flags */
	const char   *help;
};

/*
 * Parses argv by `opts` (ends with a NULL name); `usage` is what stands behind
 * "sojourn ", e.g. "run [flags] ..."; `about` a sentence or two. Positional
 * arguments are left in argv[*first .. argc). --help prints and returns 1.
 * 0: go on; 1: done, exit 0; -1: wrong usage, already said on stderr (exit 2).
 * Unknown options get a suggestion; options and arguments may be mixed.
 */
int opts_parse(int argc, char **argv, const struct opt *opts, const char *usage,
	       const char *about, int *first);

/* ---- messages ------------------------------------------------------------- */

/* "sojourn: <sentence>" on stderr. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Prints err->text (when there is one) and returns the exit status of `code`. */
int  say_error(int code, const sj_error *err);
/* Says it and returns 2. */
int  say_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Set by SIGINT; long loops look at it between batches. */
extern volatile sig_atomic_t interrupted;

#endif
