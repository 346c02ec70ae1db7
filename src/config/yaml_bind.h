/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * yaml_bind.h - from a tree of YAML or JSON to a struct, by a table, strictly.
 *
 * An unknown or repeated key, a value of the wrong type, without its unit or out of
 * range, a missing key: each becomes a sentence with line and column in the tree, and
 * the binding goes on, so that a user sees all of them at once.
 *
 *     struct host { struct text_mark at; struct yaml_int cores; struct yaml_bytes memory; };
 *
 *     static const struct yaml_key host_keys[] = {
 *             { .name = "cores", .type = YAML_INT, .offset = offsetof(struct host, cores),
 *               .must = true, .min = 1, .max = 1e6, .help = "cores of a host" },
 *             ...
 *             { .name = NULL },
 *     };
 *     yaml_bind(tree, yaml_tree_root(tree), host_keys, &host);
 */
#ifndef YAML_BIND_H
#define YAML_BIND_H

#include "config/yaml_tree.h"

/* Fields know where they were given; at.line 0: they were not, and hold what the
 * caller put there. Each begins with its mark. */
struct yaml_int   { struct text_mark at; int64_t v; };
struct yaml_number { struct text_mark at; double v; };
struct yaml_bytes { struct text_mark at; uint64_t v; }; /* also bytes per second */
struct yaml_time  { struct text_mark at; sj_time v; };
struct yaml_text  { struct text_mark at; const char *v; }; /* lives as long as the tree */
struct yaml_list  { struct text_mark at; size_t count; void *items; }; /* likewise */

enum yaml_type {
	YAML_INT,    /* struct yaml_int: a whole number, not in quotes */
	YAML_NUMBER, /* struct yaml_number: not in quotes */
	YAML_BYTES,  /* struct yaml_bytes: a size; needs a unit */
	YAML_RATE,   /* struct yaml_bytes: bytes per second; needs a unit */
	YAML_TIME,   /* struct yaml_time: a duration; needs a unit */
	YAML_WORD,   /* struct yaml_text */
	YAML_READ,   /* by `read`, into a struct that begins with a mark */
	YAML_ONE,    /* a mapping: a struct that begins with a mark, by `inner` */
	YAML_MANY,   /* a list of mappings: struct yaml_list of structs of `size` that begin
	              * with a mark, zeroed and bound by `inner`; zeros for what is none */
	YAML_WORDS,  /* a list of texts: struct yaml_list of struct yaml_text */
	YAML_TAKE    /* of any kind, by `take`, into a struct that begins with a mark */
};

/* A table ends with a NULL name. */
struct yaml_key {
	const char            *name;
	enum yaml_type         type;
	size_t                 offset;   /* of the field in the object */
	bool                   must;     /* be given */
	double                 min, max; /* of what is a number, in base units (s for
	                                  * times); both 0: unbounded */
	const struct yaml_key *inner;    /* YAML_ONE, YAML_MANY */
	size_t                 size;     /* YAML_MANY: of one struct */
	int                  (*read)(const char *what, const struct yaml_value *v, void *field,
				     sj_error *err); /* YAML_READ; of a text */
	void                 (*take)(struct yaml_tree *t, const struct yaml_value *v,
				     void *object); /* YAML_TAKE; tells errors to the tree */
	const char            *help;     /* a few words: what it is */
};

/* Sets the fields of `object` from the mapping `v` (NULL: nothing to do). What is
 * wrong is told to the tree. */
void yaml_bind(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *table,
	       void *object);

/* One value as the key says, for what can be of several types. */
void yaml_bind_value(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		     void *object);
/* "what: a list; expected a whole number" and so on. */
void yaml_bind_wrong(struct yaml_tree *t, const struct yaml_value *v, const char *what,
		     const char *expected);

#endif
