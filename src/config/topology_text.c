/* SPDX-License-Identifier: GPL-3.0-or-later */
/* topology_text.c - see topology_text.h. */
#include "config/topology_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"

/* In the order of sj_topology_kind. */
static const char *const names[] = { "star", "tree", "fat-tree", "torus", "dragonfly",
				     "links" };
enum { KINDS = sizeof(names) / sizeof(names[0]) };

static int unknown(const char *what, const char *text, const char *word, sj_error *err)
{
	const char *near = sj_nearest(word, names, KINDS);

	return sj_fail(err, SJ_EUSAGE, "%s: \"%.60s\" is no topology; expected " TOPOLOGY_NOTATION
		       "%s%s%s", what, text, near != NULL ? "; did you mean \"" : "",
		       near != NULL ? near : "", near != NULL ? "\"?" : "");
}

static int read_sizes(const char *what, const char *text, const char *sizes,
		      sj_topology_spec *out, sj_error *err)
{
	for (const char *at = sizes;;) {
		char *end;
		unsigned long long v = strtoull(at, &end, 10);

		if (*at < '0' || *at > '9' || (*end != 'x' && *end != '\0') || v == 0 ||
		    v > 65536 || out->levels == SJ_TOPOLOGY_LEVELS)
			return sj_fail(err, SJ_EUSAGE, "%s: \"%.60s\": expected at most %u sizes "
				       "from 1 to 65536 with x between, as in " TOPOLOGY_NOTATION,
				       what, text, SJ_TOPOLOGY_LEVELS);
		out->size[out->levels++] = (uint32_t)v;
		if (*end == '\0')
			return SJ_OK;
		at = end + 1;
	}
}

int topology_parse(const char *what, const char *text, sj_topology_spec *out, sj_error *err)
{
	const char *colon = strchr(text, ':');
	size_t n = colon != NULL ? (size_t)(colon - text) : strlen(text);
	char word[16];
	int kind = 0;

	snprintf(word, sizeof(word), "%.*s", (int)(n < 15 ? n : 15), text);
	while (kind < KINDS && strcmp(names[kind], word) != 0)
		kind++;
	if (kind == KINDS || strlen(word) != n)
		return unknown(what, text, word, err);
	*out = (sj_topology_spec){ .kind = (sj_topology_kind)kind, .oversubscription = 1 };
	if (colon != NULL && kind == SJ_TOPOLOGY_LINKS)
		return sj_fail(err, SJ_EUSAGE, "%s: links has no sizes", what);
	if (colon != NULL)
		return read_sizes(what, text, colon + 1, out, err);
	return kind == SJ_TOPOLOGY_STAR || kind == SJ_TOPOLOGY_LINKS ? SJ_OK :
	       sj_fail(err, SJ_EUSAGE, "%s: %s without sizes; expected " TOPOLOGY_NOTATION, what,
		       word);
}

void topology_format(const sj_topology_spec *s, char text[TOPOLOGY_TEXT_MAX])
{
	size_t used = (size_t)snprintf(text, TOPOLOGY_TEXT_MAX, "%s", names[s->kind]);

	for (uint32_t k = 0; k < s->levels; k++)
		used += (size_t)snprintf(text + used, TOPOLOGY_TEXT_MAX - used, "%c%u",
					 k == 0 ? ':' : 'x', s->size[k]);
}
