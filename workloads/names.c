/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.c - see names.h. Numbers come from the order of the file, never of the table. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits, folded. */
static uint32_t hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (uint32_t)(h ^ h >> 32);
}

static uint32_t *find(const struct names *n, const char *text)
{
	uint32_t i = hash(text) & (n->cap - 1);

	while (n->slot[i] != 0 && strcmp(n->name[n->slot[i] - 1], text) != 0)
		i = (i + 1) & (n->cap - 1);
	return &n->slot[i];
}

/* At most half of the slots are taken. */
static int grow(struct names *n)
{
	uint32_t cap = n->cap == 0 ? 64 : n->cap * 2;
	char **name = realloc(n->name, cap / 2 * sizeof(*name));
	uint32_t *slot = calloc(cap, sizeof(*slot));

	if (name != NULL)
		n->name = name;
	if (name == NULL || slot == NULL) {
		free(slot);
		return SJ_ENOMEM;
	}
	free(n->slot);
	n->slot = slot;
	n->cap = cap;
	for (uint32_t i = 0; i < n->count; i++)
		*find(n, n->name[i]) = i + 1;
	return SJ_OK;
}

int names_number(struct names *n, const char *text, uint32_t *out, sj_error *err)
{
	uint32_t *slot;
	char *copy;

	*out = 0;
	if (*text == '\0')
		return SJ_OK;
	if (n->count == n->cap / 2 && grow(n) != SJ_OK)
		return sj_fail(err, SJ_ENOMEM, "no memory for more than %u names", n->count);
	slot = find(n, text);
	if (*slot == 0) {
		copy = strdup(text);
		if (copy == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for more than %u names",
				       n->count);
		n->name[n->count] = copy;
		*slot = ++n->count;
	}
	*out = *slot;
	return SJ_OK;
}

void names_fini(struct names *n)
{
	for (uint32_t i = 0; i < n->count; i++)
		free(n->name[i]);
	free(n->name);
	free(n->slot);
	*n = (struct names){ 0 };
}
