/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.c - what this binary is. The Makefile passes commit and flags by -D. */
#include "config/version.h"

#ifndef SJ_COMMIT
#define SJ_COMMIT "unknown"
#endif
#ifndef SJ_CFLAGS
#define SJ_CFLAGS ""
#endif

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

const char version_number[] = "0.1.0";
const char version_commit[] = SJ_COMMIT;
#if defined(__clang__)
const char version_compiler[] = "clang " TEXT(__clang_major__) "." TEXT(
	__clang_minor__) "." TEXT(__clang_patchlevel__);
#elif defined(__GNUC__)
const char version_compiler[] = "gcc " TEXT(__GNUC__) "." TEXT(
	__GNUC_MINOR__) "." TEXT(__GNUC_PATCHLEVEL__);
#else
const char version_compiler[] = "unknown";
#endif
const char version_cflags[] = SJ_CFLAGS;
