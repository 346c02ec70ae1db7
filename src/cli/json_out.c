/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_out.c - see json_out.h. */
#include "cli/json_out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int json_out(json_t *doc, size_t flags, sj_error *err)
{
	int bad;

	if (doc == NULL)
		return SJ_ENOMEM;
	bad = json_dumpf(doc, stdout, flags);
	if (putchar('\n') == EOF || fflush(stdout) != 0)
		bad = -1;
	if (bad != 0)
		sj_fail(err, SJ_EIO, "standard output: %s", strerror(errno));
	json_decref(doc);
	return bad == 0 ? SJ_OK : SJ_EIO;
}
