/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drops.c - see drops.h. */
#include "input/drops.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *const drop_keys[SJ_DROP_COUNT] = {
	[SJ_DROP_RUNTIME] = "runtime", [SJ_DROP_PROCS] = "procs",
	[SJ_DROP_SUBMIT] = "submit",   [SJ_DROP_WIDE] = "wide",
	[SJ_DROP_ZERO] = "zero",       [SJ_DROP_BAD_LINE] = "bad_line",
};

const char *const drop_texts[SJ_DROP_COUNT] = {
#define X(id, text) [id] = text,
	SJ_DROP_LIST(X)
#undef X
};

char *drops_json(const uint64_t dropped[SJ_DROP_COUNT])
{
	char buf[64 * SJ_DROP_COUNT + 8] = "{", *to = buf + 1;

	for (int i = 0; i < SJ_DROP_COUNT; i++)
		to += snprintf(to, 64, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", drop_keys[i],
			       dropped[i]);
	strcpy(to, "}");
	return strdup(buf);
}

void drops_text(const uint64_t dropped[SJ_DROP_COUNT], char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (int i = 0; i < SJ_DROP_COUNT && used < size; i++)
		if (dropped[i] > 0)
			used += (size_t)snprintf(buf + used, size - used, "%s%" PRIu64 " %s",
						 used > 0 ? ", " : "", dropped[i],
						 drop_texts[i]);
}
