/* SPDX-License-Identifier: BSD-2-Clause */
/* sojourn/types.h - time, error codes and the error sentence: what every contract uses. */
#ifndef SJ_TYPES_H
#define SJ_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Nanoseconds since the zero of the workload's own clock. Durations use the
 * same type. Values lie in [0, SJ_TIME_MAX]; SJ_NEVER means "no such time". */
typedef int64_t sj_time;

#define SJ_NS_PER_S  INT64_C(1000000000)
#define SJ_TIME_MAX  INT64_C(4000000000000000000) /* 126 years; sums of two fit */
#define SJ_NEVER     INT64_MAX

/* One list, so that codes, names and exit statuses cannot drift apart.
 * X(code, value, exit status of the program, meaning) */
#define SJ_ERR_LIST(X)                                                     \
	X(SJ_OK, 0, 0, "ok")                                               \
	X(SJ_EFULL, -1, 4, "does not fit now")                             \
	X(SJ_END, -2, 0, "no more items")                                  \
	X(SJ_AGAIN, -3, 0, "nothing yet, ask again later")                 \
	X(SJ_EINVAL, -4, 3, "invalid value")                               \
	X(SJ_EPARSE, -5, 3, "malformed input")                             \
	X(SJ_ENOENT, -6, 3, "no such thing")                               \
	X(SJ_EIO, -7, 3, "input or output failed")                         \
	X(SJ_ENOMEM, -8, 1, "out of memory")                               \
	X(SJ_ERANGE, -9, 3, "out of range")                                \
	X(SJ_EUSAGE, -10, 2, "wrong usage")                                \
	X(SJ_EPOLICY, -11, 4, "the policy broke its contract")             \
	X(SJ_ESTALL, -12, 4, "work is left and nothing will ever happen")  \
	X(SJ_EINVARIANT, -13, 5, "an invariant of the model is violated")  \
	X(SJ_EMISMATCH, -14, 5, "a reproduction differs from its record")  \
	X(SJ_EINTR, -15, 130, "interrupted")                               \
	X(SJ_EABI, -16, 3, "built for another version of the interface")   \
	X(SJ_EFAIL, -17, 1, "failed")

typedef enum sj_err {
#define X(code, value, status, text) code = value,
	SJ_ERR_LIST(X)
#undef X
} sj_err;

/* The exit status of the program that ends with `code`. */
int sj_err_exit_status(int code);

#define SJ_ERROR_MAX 1024

/* One sentence that a user can act on: where, what, what was expected. */
typedef struct sj_error {
	int  code;
	char text[SJ_ERROR_MAX];
} sj_error;

/*
 * Fills *err (which may be NULL) and returns `code`, so that a failing function
 * can `return sj_fail(err, SJ_EPARSE, "%s:%u: ...", ...)`.
 */
int sj_fail(sj_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#ifdef __cplusplus
}
#endif
#endif
