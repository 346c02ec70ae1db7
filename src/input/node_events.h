/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * node_events.h - a file of events of nodes and links: CSV with the columns time, node (or
 * "link NAME") and change, or JSON Lines with members of these names, or link instead of node
 * (docs/FORMATS.md). Packed or not.
 */
#ifndef NODE_EVENTS_H
#define NODE_EVENTS_H

#include "config/cluster.h"
#include "input/link_events.h"

struct node_events {
	sj_node_event *event; /* in order of time */
	uint32_t       count;
	struct link_events links;  /* in order of time */
	uint64_t       bytes;      /* of the file as stored */
	char           sha256[65];
};

/* SJ_OK and *out, which the caller frees with node_events_fini(); SJ_ENOENT, SJ_EIO of
 * the file; SJ_EPARSE with file:line: field; SJ_ENOMEM. */
int  node_events_read(const char *path, const struct cluster *c, struct node_events *out,
		      sj_error *err);
/* The same from a text with ";" between the lines; no bytes and no hash. `name` begins the
 * sentences. */
int  node_events_parse(const char *name, const char *events, const struct cluster *c,
		       struct node_events *out, sj_error *err);
void node_events_fini(struct node_events *e);

#endif
