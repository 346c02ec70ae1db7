/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.c - the error sentence and the exit status that belongs to a code. */
#include <stdio.h>

#include "sojourn/types.h"

int sj_fail(sj_error *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return code;
	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	/* What a file says stands in it, and may be anything: it stays one line. */
	for (char *p = err->text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	return code;
}

int sj_err_exit_status(int code)
{
	switch (code) {
#define X(name, value, status, text) \
	case value:                  \
		return status;
		SJ_ERR_LIST(X)
#undef X
	default:
		return 1;
	}
}
