/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conformance.h - whole logs against independent programs: exact schedules by
 * digest, dialects by their sums and by every wait, readers by their facts.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <jansson.h>

#include "harness/report.h"
#include "harness/schedule.h"

struct place {
	const char *oracles, *traces; /* folders */
};

/* Appends the items of one file of expected results. */
struct item_list {
	struct item *item;
	size_t       count;
};
void item_add(struct item_list *l, const char *id,
	      void (*run)(const void *, struct report *), const void *arg);

void textbook_items(struct item_list *l, const struct place *at);
void dialect_items(struct item_list *l, const struct place *at);
void reference_items(struct item_list *l, const struct place *at);
void facts_items(struct item_list *l, const struct place *at);
void gpu_items(struct item_list *l, const struct place *at);
void platform_items(struct item_list *l, const struct place *at);
void gavel_items(struct item_list *l, const struct place *at);
void batsim_items(struct item_list *l, const struct place *at);
void sets_items(struct item_list *l, const struct place *at);
void openb_items(struct item_list *l, const struct place *at);
void wfinstances_items(struct item_list *l, const struct place *at);
void optimal_items(struct item_list *l, const struct place *at);

/* One simulation of a whole log, without a database. */
struct log_run {
	const char *log;    /* path */
	const char *procs;  /* decimal */
	const char *policy;
	const char *overrun; /* NULL: default */
	const char *limit;   /* NULL: all */
};

/*
 * *doc is the JSON document, *jobs every job. False after a report; when the
 * log is not there, the report says skipped.
 */
bool log_simulate(struct report *r, const struct log_run *what, json_t **doc,
		  struct schedule *jobs);

/* Folder/file, with .gz when only that exists; NULL: neither. */
const char *log_find(const char *folder, const char *file);

/* The folder into which an archive (.tar.gz) is unpacked; NULL after a report. */
const char *archive_folder(const char *archive, struct report *r);

/* Compares a number printed with a fixed number of decimals (its text). */
void report_printed(struct report *r, const char *what, double got,
		    const char *expected);

/* A copy of a file's text, or an item that says why there is none. */
char *expected_file(struct item_list *l, const char *folder, const char *file);

#endif
