/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outpath.h - names of the files that a run writes. */
#ifndef OUTPATH_H
#define OUTPATH_H

#include "sojourn/types.h"

/*
 * Where results go: `given` is a directory, a file that ends in .db, or NULL for
 * results/ below the working directory, which is made. In a directory the file is
 * named after the workload: log.swf.gz gives log.db. malloc'd.
 * SJ_OK; SJ_ENOENT or SJ_EUSAGE for a name that is neither.
 */
int outpath_db(const char *given, const char *workload, char **out, sj_error *err);

/* `name` with "{policy}" replaced by the spec, other than letters, digits, dot and
 * dash as '_'. malloc'd; NULL when out of memory. */
char *outpath_policy(const char *name, const char *policy);
bool  outpath_has_policy(const char *name);

#endif
