/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simgrid_names.c - which hosts, routers, links and zones a platform has, and whether what
 * routes refer to is among them. A cluster makes names of its own: prefix, number and
 * suffix are a host, prefix, id "_router" and suffix its router, and its links begin with
 * its id.
 */
#include "config/simgrid_parts.h"

#include <stdlib.h>
#include <string.h>

#include "units.h"

struct name {
	char            *text;
	struct text_mark at;
	enum simgrid_name kind;
};

struct list {
	struct name *name;
	size_t       count, room;
};

struct simgrid_names {
	struct list            given, wanted;
	struct simgrid_family *family;
	size_t                 families, room;
};

struct simgrid_names *simgrid_names_create(void)
{
	return calloc(1, sizeof(struct simgrid_names));
}

static void list_free(struct list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->name[i].text);
	free(l->name);
}

void simgrid_names_free(struct simgrid_names *n)
{
	if (n == NULL)
		return;
	list_free(&n->given);
	list_free(&n->wanted);
	for (size_t i = 0; i < n->families; i++) {
		free(n->family[i].id);
		free(n->family[i].prefix);
		free(n->family[i].suffix);
		free(n->family[i].router);
		free(n->family[i].range);
	}
	free(n->family);
	free(n);
}

static bool add(struct list *l, enum simgrid_name kind, const char *text, struct text_mark at)
{
	char *copy;

	if (l->count == l->room) {
		size_t room = l->room > 0 ? 2 * l->room : 256;
		struct name *more = realloc(l->name, room * sizeof(*more));

		if (more == NULL)
			return false;
		l->name = more;
		l->room = room;
	}
	copy = strdup(text);
	if (copy == NULL)
		return false;
	l->name[l->count++] = (struct name){ copy, at, kind };
	return true;
}

bool simgrid_name(struct simgrid_names *n, enum simgrid_name kind, const char *name,
		  struct text_mark at)
{
	return add(&n->given, kind, name, at);
}

bool simgrid_refer(struct simgrid_names *n, enum simgrid_name kind, const char *name,
		   struct text_mark at)
{
	return add(&n->wanted, kind, name, at);
}

bool simgrid_family(struct simgrid_names *n, const struct simgrid_family *f)
{
	if (n->families == n->room) {
		size_t room = n->room > 0 ? 2 * n->room : 16;
		struct simgrid_family *more = realloc(n->family, room * sizeof(*more));

		if (more == NULL)
			return false;
		n->family = more;
		n->room = room;
	}
	n->family[n->families++] = *f;
	return true;
}

/* ---- order ---------------------------------------------------------------------------- */

static int by_text(const void *x, const void *y)
{
	const struct name *a = x, *b = y;
	int order = strcmp(a->text, b->text);

	return order != 0 ? order : a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : 0;
}

static int by_text_and_place(const void *x, const void *y)
{
	const struct name *a = x, *b = y;
	int order = by_text(a, b);

	if (order != 0)
		return order;
	if (a->at.line != b->at.line)
		return a->at.line < b->at.line ? -1 : 1;
	return a->at.col < b->at.col ? -1 : a->at.col > b->at.col;
}

static bool given(const struct simgrid_names *n, enum simgrid_name kind, const char *text,
		  size_t length)
{
	char buf[512];
	struct name key = { .text = buf, .kind = kind };

	if (length >= sizeof(buf) || n->given.count == 0)
		return false;
	memcpy(buf, text, length);
	buf[length] = '\0';
	return bsearch(&key, n->given.name, n->given.count, sizeof(key), by_text) != NULL;
}

/* ---- what clusters make ------------------------------------------------------------------ */

static bool in_ranges(const struct simgrid_family *f, const char *digits, size_t n)
{
	uint64_t v = 0;

	if (n == 0 || n > 10)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(digits[i] - '0');
	}
	for (size_t i = 0; i < f->ranges; i++)
		if (v >= f->range[i].first && v <= f->range[i].last)
			return true;
	return false;
}

static bool is_place(const struct simgrid_family *f, const char *text)
{
	size_t n = strlen(text), pre = strlen(f->prefix), post = strlen(f->suffix);
	size_t id = strlen(f->id);

	if (f->router != NULL && strcmp(f->router, text) == 0)
		return true;
	if (n < pre + post || strncmp(text, f->prefix, pre) != 0 ||
	    strcmp(text + n - post, f->suffix) != 0)
		return false;
	if (in_ranges(f, text + pre, n - pre - post))
		return true;
	return n - pre - post == id + strlen("_router") && strncmp(text + pre, f->id, id) == 0 &&
	       strncmp(text + pre + id, "_router", strlen("_router")) == 0;
}

static bool is_link(const struct simgrid_family *f, const char *text)
{
	size_t n = strlen(f->id);

	return strncmp(text, f->id, n) == 0 && text[n] == '_';
}

static bool made(const struct simgrid_names *n, const struct name *want)
{
	for (size_t i = 0; i < n->families; i++) {
		const struct simgrid_family *f = &n->family[i];

		if (want->kind == NAME_PLACE && is_place(f, want->text))
			return true;
		if (want->kind == NAME_LINK && is_link(f, want->text))
			return true;
		if (want->kind == NAME_ZONE && strcmp(f->id, want->text) == 0)
			return true;
	}
	return false;
}

/* Both directions of a link in two halves have names of their own. */
static bool is_half(const struct simgrid_names *n, const struct name *want)
{
	static const char *const tails[] = { "_UP", "_DOWN" };
	size_t length = strlen(want->text);

	for (size_t i = 0; i < 2 && want->kind == NAME_LINK; i++) {
		size_t k = strlen(tails[i]);

		if (length > k && strcmp(want->text + length - k, tails[i]) == 0 &&
		    given(n, NAME_LINK, want->text, length - k))
			return true;
	}
	return false;
}

void simgrid_names_check(struct simgrid_names *n, struct wrongs *w)
{
	static const char *const what[] = {
		[NAME_PLACE] = "host or router", [NAME_LINK] = "link", [NAME_ZONE] = "zone",
	};
	struct name *g = n->given.name;

	if (n->given.count > 0)
		qsort(g, n->given.count, sizeof(*g), by_text_and_place);
	for (size_t i = 1; i < n->given.count; i++)
		if (by_text(&g[i], &g[i - 1]) == 0)
			wrongs_add(w, g[i].at, "%s \"%s\" is there twice; already in line %u",
				   what[g[i].kind], sj_quote(g[i].text, strlen(g[i].text)).text,
				   g[i - 1].at.line);
	for (size_t i = 0; i < n->wanted.count && !wrongs_full(w); i++) {
		const struct name *want = &n->wanted.name[i];

		if (given(n, want->kind, want->text, strlen(want->text)) || made(n, want) ||
		    is_half(n, want))
			continue;
		wrongs_add(w, want->at, "there is no %s \"%s\"", what[want->kind],
			   sj_quote(want->text, strlen(want->text)).text);
	}
}
