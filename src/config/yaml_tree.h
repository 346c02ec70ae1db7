/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * yaml_tree.h - a YAML or JSON text as a tree whose values know line and column.
 *
 * A deliberately small YAML 1.1: one document of mappings, lists and texts in
 * UTF-8 (a byte order mark is skipped). Anchors, aliases and tags are refused, so
 * nothing expands; size, depth and number of values are bounded. JSON is a subset.
 * What a text means (number, quantity, name) is decided by who reads it, so `no`
 * and `1e3` are never turned into something else on the way.
 */
#ifndef YAML_TREE_H
#define YAML_TREE_H

#include "config/wrongs.h"

enum {
	YAML_TREE_BYTES_MAX  = 4 << 20,
	YAML_TREE_VALUES_MAX = 200000,
	YAML_TREE_DEPTH_MAX  = 32
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
	struct text_mark   at;
	const char        *text;   /* YAML_TEXT; no NUL inside */
	struct yaml_value *first;  /* of a list; of a mapping: key, value, key, value ... */
	struct yaml_value *next;   /* beside this one */
	uint32_t           count;  /* children: a mapping has twice its keys */
};

struct yaml_tree;

/*
 * What is wrong with the text goes to `wrongs`, which the tree borrows.
 * SJ_OK: *out is to be freed by yaml_tree_free(), and lives off nothing else;
 * a malformed text is SJ_OK too. SJ_ENOMEM.
 */
int  yaml_tree_parse(struct wrongs *wrongs, const char *bytes, size_t size,
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
void  yaml_tree_wrong(struct yaml_tree *t, struct text_mark at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Further ones are only counted: no use in looking for suggestions. */
bool  yaml_tree_full(const struct yaml_tree *t);

#endif
