/* SPDX-License-Identifier: GPL-3.0-or-later */
/* platform_vertices.h - what links of one's own can end at, by name; for platform_links.c. */
#ifndef PLATFORM_VERTICES_H
#define PLATFORM_VERTICES_H

#include "config/platform_keys.h"

/* A type stands for all its nodes. */
struct vertex {
	const char      *name;
	const char      *kind; /* "type", "storage", "switch" */
	struct text_mark at;
	sj_graph_end     is;
	uint32_t         index;
};

struct vertices {
	struct vertex *sorted;
	const char   **name; /* in the same order, for suggestions */
	size_t         count;
	uint32_t       nodes, storages, switches;
};

/* Collects all; tells names that are given twice. false: no memory. */
bool vertices_name(struct yaml_tree *t, const struct file *f, struct vertices *v);
/* TYPE, TYPE:N, TYPE:N-M, a storage or a switch; false: told. `what` begins the sentence. */
bool vertices_find(struct yaml_tree *t, const char *what, const struct vertices *v,
		   const struct yaml_text *text, sj_graph_end *out);
/* "0" or "0-15", below `count`. */
bool vertices_range(const char *text, uint32_t count, sj_graph_end *out);

/* "TYPE:N", or a name. */
struct vertex_text {
	char text[96];
};
struct vertex_text vertices_text(const struct vertices *v, uint32_t vertex);

#endif
