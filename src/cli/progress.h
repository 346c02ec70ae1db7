/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * progress.h - one line on the terminal that says how far long work has come,
 * how fast it goes and when it will end.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "sojourn/types.h"

struct progress {
	bool        on;
	bool        shown;    /* a line stands on the terminal */
	const char *unit;     /* "jobs" */
	char        label[64];
	uint64_t    total;    /* 0 = unknown */
	uint64_t    begun_ns, shown_ns;
};

/* `when`: NULL or "auto" (stderr is a terminal), "always", "never".
 * SJ_OK or SJ_EUSAGE. */
int  progress_init(struct progress *p, const char *when, const char *unit, sj_error *err);
/* Starts a new line of work. */
void progress_begin(struct progress *p, const char *label, uint64_t total);
/* Cheap to call often: redraws ten times a second. */
void progress_update(struct progress *p, uint64_t done);
/* Takes the line away. */
void progress_end(struct progress *p);

#endif
