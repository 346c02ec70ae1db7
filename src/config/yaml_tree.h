/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * yaml_tree.h - a YAML or JSON text as a tree whose values know line and column,
 * and the list of everything that is wrong with it.
 *
 * A deliberately small YAML 1.1: one document of mappings, lists and texts in
 * UTF-8 (a byte order mark is skipped). Anchors, aliases and tags are refused, so
 * nothing expands; size, depth and number of values are bounded. JSON is a subset.
 * What a text means (number, quantity, name) is decided by who reads it, so `no`
 * and `1e3` are never turned into something else on the way.
 */
#ifndef YAML_TREE_H
#define YAML_TREE_H

#include "sojourn/types.h"

enum {
	YAML_TREE_BYTES_MAX  = 4 << 20,
	YAML_TREE_VALUES_MAX = 200000,
	YAML_TREE_DEPTH_MAX  = 32,
	YAML_TREE_WRONGS_MAX = 100 /* kept; the rest is counted */
};

/* Counted from 1, columns in characters. Line 0: nowhere, that is, not given. */
struct yaml_mark {
	uint32_t line, col;
};

enum yaml_kind {
	YAML_TEXT,
	YAML_LIST,
	YAML_MAP,
	YAML_BROKEN /* complained about already; say nothing more */
};

struct yaml_value {
	enum yaml_kind     kind;
	bool               quoted; /* a text in quotes, or a block of lines */
	struct yaml_mark   at;
	const char        *text;   /* YAML_TEXT; no NUL inside */
	struct yaml_value *first;  /* of a list; of a mapping: key, value, key, value ... */
	struct yaml_value *next;   /* beside this one */
	uint32_t           count;  /* children: a mapping has twice its keys */
};

struct yaml_tree;

/*
 * SJ_OK: *out is to be freed by yaml_tree_free(), and lives off nothing else;
 * a malformed text is SJ_OK too, with its errors inside. SJ_ENOMEM.
 */
int  yaml_tree_parse(const char *name, const char *bytes, size_t size,
		     struct yaml_tree **out, sj_error *err);
void yaml_tree_free(struct yaml_tree *t); /* accepts NULL */

/* NULL when the text is malformed. */
const struct yaml_value *yaml_tree_root(const struct yaml_tree *t);

/* Memory that lives as long as the tree, zeroed and aligned; NULL when there is none,
 * which yaml_tree_state() remembers. */
void *yaml_tree_take(struct yaml_tree *t, size_t size);
/* SJ_OK or SJ_ENOMEM. */
int   yaml_tree_state(const struct yaml_tree *t);

/* One more sentence about what is wrong at `at`. */
void  yaml_tree_wrong(struct yaml_tree *t, struct yaml_mark at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Further ones are only counted: no use in looking for suggestions. */
bool  yaml_tree_full(const struct yaml_tree *t);
/* How many were found, also beyond those kept. */
size_t yaml_tree_wrongs(const struct yaml_tree *t);
/* Sorts by position. NULL: out of memory or none; else `*kept` sentences
 * "name:line:col: what", which live as long as the tree. */
const char *const *yaml_tree_sentences(struct yaml_tree *t, size_t *kept);

#endif
