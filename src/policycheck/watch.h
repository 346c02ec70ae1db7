/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watch.h - calls a function in a child process and survives whatever it does. */
#ifndef POLICYCHECK_WATCH_H
#define POLICYCHECK_WATCH_H

#include "policycheck/check.h"

typedef int watch_fn(void *arg, sj_error *err);

enum watch_end {
	WATCH_ANSWERED, /* the function returned: *rc and *err are its own */
	WATCH_DIED,     /* crash, exit, too much memory: *err is our sentence */
	WATCH_LATE,     /* out of time: likewise */
	WATCH_STOPPED,  /* we were interrupted */
	WATCH_BROKEN    /* no child could be made: *err says why */
};

/* err->text is "" when the function returned without a sentence. */
enum watch_end watch_call(watch_fn *fn, void *arg, const struct check_limits *limits,
			  int *rc, sj_error *err);

#endif
