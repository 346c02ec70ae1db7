/* SPDX-License-Identifier: GPL-3.0-or-later */
/* messages.c - sentences for people, on stderr, and the exit status they mean. */
#include <stdio.h>

#include "cli/cli.h"

static void say_v(const char *fmt, va_list ap)
{
	/* Rows already written come first when both streams reach one file. */
	fflush(stdout);
	fputs("sojourn: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_v(fmt, ap);
	va_end(ap);
}

static const char *meaning(int code)
{
	switch (code) {
#define X(id, value, status, text) \
	case id:                   \
		return text;
		SJ_ERR_LIST(X)
#undef X
	default:
		return "unknown error";
	}
}

int say_error(int code, const sj_error *err)
{
	if (err != NULL && err->text[0] != '\0')
		say("%s", err->text);
	else if (code == SJ_EIO && ferror(stdout))
		say("standard output cannot be written");
	else
		say("%s", meaning(code));
	return sj_err_exit_status(code);
}

int say_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_v(fmt, ap);
	va_end(ap);
	return sj_err_exit_status(SJ_EUSAGE);
}
