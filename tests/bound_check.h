/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound_check.h - no lower bound of a run is above what the run achieved. */
#ifndef BOUND_CHECK_H
#define BOUND_CHECK_H

#include "bounds.h"
#include "test.h"

/* Of a run with config.bounds that has come to its end; `what` names it. */
static inline void bound_check(sj_run *run, const char *what)
{
	sj_bounds b;
	sj_error err = { 0 };

	REQUIRE(sj_run_get_bounds(run, &b) == SJ_OK, "%s", what);
	CHECK(sj_bounds_check(&b, &err) == SJ_OK, "%s: %s", what, err.text);
}

#endif
