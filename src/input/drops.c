/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drops.c - see drops.h. */
#include "input/drops.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/number_text.h"

const char *const drop_keys[SJ_DROP_COUNT] = {
	[SJ_DROP_RUNTIME] = "runtime", [SJ_DROP_PROCS] = "procs",
	[SJ_DROP_SUBMIT] = "submit",   [SJ_DROP_WIDE] = "wide",
	[SJ_DROP_ZERO] = "zero",       [SJ_DROP_BAD_LINE] = "bad_line",
	[SJ_DROP_STEP] = "step",       [SJ_DROP_REPLAY] = "replay",
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

/* "2 no processors, 1 wider than the machine" */
static void list_reasons(const uint64_t dropped[SJ_DROP_COUNT], char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (int i = 0; i < SJ_DROP_COUNT && used < size; i++)
		if (dropped[i] > 0)
			used += (size_t)snprintf(buf + used, size - used, "%s%" PRIu64 " %s",
						 used > 0 ? ", " : "", dropped[i],
						 drop_texts[i]);
}

char *drops_sentence(const char *who, const uint64_t dropped[SJ_DROP_COUNT],
		     const char *first)
{
	char reasons[400], plain[24], number[NUMBER_TEXT_MAX], *text;
	bool has_first = first[0] != '\0';
	uint64_t sum = 0;

	for (int i = 0; i < SJ_DROP_COUNT; i++)
		sum += dropped[i];
	if (sum == 0)
		return NULL;
	list_reasons(dropped, reasons, sizeof(reasons));
	snprintf(plain, sizeof(plain), "%" PRIu64, sum);
	number_group(plain, number);
	return asprintf(&text, "%s: dropped %s %s: %s%s%s%s", who, number,
			sum == 1 ? "job" : "jobs", reasons, has_first ? " (first: " : "",
			first, has_first ? ")" : "") < 0 ? NULL : text;
}
