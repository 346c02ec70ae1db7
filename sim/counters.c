/* SPDX-License-Identifier: GPL-3.0-or-later */
/* counters.c - what policies count, by name. */
#include <stdio.h>
#include <string.h>

#include "core.h"

static bool is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return n > 0 && n < SJ_COUNTER_NAME && name[n] == '\0' && strchr(name, '.') != NULL;
}

/* Each value has its own memory, so that pointers stay. */
uint64_t *sj_counter(sj_ctx *cx, const char *name)
{
	uint32_t n = cx->counter_count;
	struct counter *c;

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(cx->counter[i].name, name) == 0)
			return cx->counter[i].value;
	if (!is_name(name))
		sj_policy_fail(cx, SJ_EPOLICY, "policy %s: no counter can be called \"%.60s\"",
			       cx->ops->name, name);
	cx->counter = sj_grow(cx, cx->counter, n * sizeof(*c), (n + 1) * sizeof(*c));
	c = &cx->counter[n];
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->value = sj_alloc(cx, sizeof(*c->value));
	cx->counter_count++;
	return c->value;
}
