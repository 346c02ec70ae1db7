/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doctor.c - collects verdicts; the first of them is about the program itself. */
#include "doctor/doctor.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "config/version.h"

const char *const doctor_verdict_names[] = { "ok", "warn", "fail" };

void doctor_add(struct doctor *d, enum doctor_verdict v, const char *what, const char *fmt, ...)
{
	struct doctor_line *line;
	va_list ap;

	assert(d->count < DOCTOR_MAX);
	line = &d->line[d->count++];
	line->verdict = v;
	snprintf(line->what, sizeof(line->what), "%s", what);
	va_start(ap, fmt);
	vsnprintf(line->text, sizeof(line->text), fmt, ap);
	va_end(ap);
}

enum doctor_verdict doctor_worst(const struct doctor *d)
{
	enum doctor_verdict worst = DOCTOR_OK;

	for (size_t i = 0; i < d->count; i++)
		if (d->line[i].verdict > worst)
			worst = d->line[i].verdict;
	return worst;
}

void doctor_program(struct doctor *d)
{
	size_t n = strlen(version_commit);
	bool dirty = n > 6 && strcmp(version_commit + n - 6, "-dirty") == 0;

	doctor_add(d, DOCTOR_OK, "program", "sojourn %s, commit %s%s, built by %s with %s",
		   version_number, version_commit,
		   dirty ? " (uncommitted changes: results name a commit that is not "
			   "quite this program)" : "",
		   version_compiler, version_cflags);
}
