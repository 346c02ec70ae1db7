/* SPDX-License-Identifier: GPL-3.0-or-later */
/* learning.c - see learning.h. */
#include "run/learning.h"

#include <stdlib.h>
#include <string.h>

int learning_begin(struct learning *l, const sj_learning *what)
{
	const char **arm = calloc(what->arms, sizeof(*arm));

	learning_fini(l);
	l->what.learner = strdup(what->learner);
	l->what.arm = arm;
	if (arm == NULL || l->what.learner == NULL)
		return SJ_ENOMEM;
	for (; l->what.arms < what->arms; l->what.arms++) {
		arm[l->what.arms] = strdup(what->arm[l->what.arms]);
		if (arm[l->what.arms] == NULL)
			return SJ_ENOMEM;
	}
	return SJ_OK;
}

int learning_add(struct learning *l, const sj_round *r)
{
	double *numbers;

	if (l->count == l->cap) {
		uint32_t cap = l->cap != 0 ? 2 * l->cap : 64;
		sj_round *grown = realloc(l->round, cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		l->round = grown;
		l->cap = cap;
	}
	numbers = calloc((size_t)r->arms + r->features + 1, sizeof(*numbers));
	if (numbers == NULL)
		return SJ_ENOMEM;
	memcpy(numbers, r->score, r->arms * sizeof(*numbers));
	if (r->features != 0)
		memcpy(numbers + r->arms, r->context, r->features * sizeof(*numbers));
	l->round[l->count] = *r;
	l->round[l->count].score = numbers;
	l->round[l->count++].context = numbers + r->arms;
	return SJ_OK;
}

void learning_fini(struct learning *l)
{
	for (uint32_t i = 0; i < l->count; i++)
		free((double *)(uintptr_t)(const void *)l->round[i].score);
	for (uint32_t k = 0; k < l->what.arms; k++)
		free((char *)(uintptr_t)(const void *)l->what.arm[k]);
	free((void *)(uintptr_t)(const void *)l->what.arm);
	free((char *)(uintptr_t)(const void *)l->what.learner);
	free(l->round);
	*l = (struct learning){ .count = 0 };
}
