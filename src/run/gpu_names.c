/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gpu_names.c - see gpu_names.h. */
#include "run/gpu_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAMED_MAX 400 /* bytes of names in the sentence */

static bool is_name(const char *have, const char *word, size_t n, bool exact)
{
	return strlen(have) == n && (exact ? strncmp(have, word, n) : strncasecmp(have, word, n)) == 0;
}

/* The bit of one name, or 0. The exact spelling goes first. */
static uint64_t bit_of(const struct cluster *c, const char *word, size_t n)
{
	for (int exact = 1; exact >= 0; exact--)
		for (uint32_t i = 0; i < c->gpu_count; i++)
			if (is_name(c->gpu_names[i], word, n, exact == 1))
				return UINT64_C(1) << i;
	return 0;
}

static uint64_t mask_of(const struct cluster *c, const char *names)
{
	uint64_t mask = 0;

	for (const char *p = names;; p++) {
		size_t n = strcspn(p, "|");

		if (n > 0)
			mask |= bit_of(c, p, n);
		p += n;
		if (*p == '\0')
			return mask;
	}
}

/* A name that some task asks for; others only tell how fast tasks are there. */
static bool is_missing(const sj_workload_info *info, const uint64_t *mask, uint32_t i)
{
	return mask[i] == 0 && (info->gpu_model_tasks == NULL || info->gpu_model_tasks[i] > 0);
}

static char *sentence(const sj_workload_info *info, const struct cluster *c,
		      const uint64_t *mask)
{
	char names[NAMED_MAX + 64] = "", *text = NULL;
	size_t used = 0, left = 0;

	for (uint32_t i = 0; i < info->gpu_model_count; i++) {
		if (!is_missing(info, mask, i))
			continue;
		if (used + strlen(info->gpu_model[i]) + 4 > NAMED_MAX)
			left++;
		else
			used += (size_t)sprintf(names + used, "%s\"%s\"", used > 0 ? ", " : "",
						info->gpu_model[i]);
	}
	if (left > 0)
		sprintf(names + used, " and %zu more", left);
	if (asprintf(&text, "no GPU of the machine is of the model %s; what needs it is "
		     "rejected and counted%s", names, c->gpu_count == 0 ?
		     " (the machine names no models; say gpu=MODEL)" : "") < 0)
		return NULL;
	return text;
}

int gpu_names_map(const sj_workload_info *info, const struct cluster *c, uint64_t **mask,
		  char **missing)
{
	bool all = true;

	*mask = NULL;
	*missing = NULL;
	if (info->gpu_model_count == 0)
		return SJ_OK;
	*mask = calloc(info->gpu_model_count, sizeof(**mask));
	if (*mask == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < info->gpu_model_count; i++) {
		(*mask)[i] = mask_of(c, info->gpu_model[i]);
		all = all && !is_missing(info, *mask, i);
	}
	if (!all)
		*missing = sentence(info, c, *mask);
	return all || *missing != NULL ? SJ_OK : SJ_ENOMEM;
}
