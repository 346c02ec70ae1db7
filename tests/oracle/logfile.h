/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logfile.h - the log a case speaks of: by path below the bank, or by SHA-256. */
#ifndef LOGFILE_H
#define LOGFILE_H

#include "check.h"

/*
 * inputs "file" or "input_file" (below the bank's folder), else the log whose
 * unpacked bytes have "trace_sha256_uncompressed", looked for in the bank's data
 * folder and in raw.sha256 of the traces. NULL: a report says why (skipped when
 * the log is not here).
 */
const char *logfile_find(struct check *k);

#endif
