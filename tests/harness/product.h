/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * product.h - the program under test, through its own command line.
 *
 * Everything the runners compare comes from here: what `sojourn` printed. A
 * command that fails is reported once, with its last line of complaint.
 */
#ifndef HARNESS_PRODUCT_H
#define HARNESS_PRODUCT_H

#include <jansson.h>
#include <stdbool.h>

#include "harness/child.h"
#include "harness/report.h"

enum { ARGS_MAX = 128 };

/* A command line under construction. */
struct args {
	const char *item[ARGS_MAX];
	int         count;
};

/* The program; set once, before the first case. */
void product_use(const char *path);
const char *product_path(void);
/* Does `sojourn help` list this command? */
bool product_has(const char *command);

void args_add(struct args *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Runs `sojourn ARGS`; *result may be read on success only. */
bool product_run(struct report *r, const struct args *a, struct child_result *result);
/* The same with --json added; NULL after a report. */
json_t *product_json(struct report *r, struct args *a);
/* `sojourn query SQL DB`: an array of rows, each an array; NULL after a report. */
json_t *product_query(struct report *r, const char *db, const char *sql);

#endif
