/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doctor.h - checks of the installation, each ending in a line with a verdict. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "sojourn/types.h"

enum doctor_verdict { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };
extern const char *const doctor_verdict_names[]; /* "ok", "warn", "fail" */

#define DOCTOR_MAX 32

struct doctor_line {
	enum doctor_verdict verdict;
	char what[32];
	char text[512];
};

struct doctor {
	struct doctor_line line[DOCTOR_MAX];
	size_t             count;
};

void doctor_add(struct doctor *d, enum doctor_verdict v, const char *what, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));
enum doctor_verdict doctor_worst(const struct doctor *d);

void doctor_program(struct doctor *d);              /* this file */
void doctor_libraries(struct doctor *d);            /* libraries.c */
void doctor_system(struct doctor *d);               /* system.c: gnuplot, clock, results */
void doctor_selftest(struct doctor *d);             /* selftest.c */
void doctor_database(struct doctor *d, const char *path); /* database.c */

#endif
