/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.h - what this binary is; stored with every run. */
#ifndef VERSION_H
#define VERSION_H

extern const char version_number[];   /* "0.1.0" */
extern const char version_commit[];   /* commit id, "-dirty" when changed, or "unknown" */
extern const char version_compiler[]; /* "gcc 12.2.0" */
extern const char version_cflags[];   /* "-O2 -g" */

#endif
