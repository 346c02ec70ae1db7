/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link_events.h - lines of a file of events that are about links; node_events.c reads it. */
#ifndef LINK_EVENTS_H
#define LINK_EVENTS_H

#include "config/cluster.h"

/* Links of one machine by name. */
struct link_names;

/* NULL: nothing yet. The first call makes it. SJ_OK, or as from sj_fabric_init(). */
int  link_names_make(struct link_names **names, const struct cluster *c, sj_error *err);
void link_names_free(struct link_names *names); /* accepts NULL */

struct link_events {
	sj_link_event *event;
	uint32_t       count, room;
};

/*
 * Adds what happens at `at` to the link, or cable, of that name, or to all that a pattern
 * with * or ? means. `change` is fail, up, or a bandwidth.
 * SJ_OK; SJ_EPARSE: *field is what is wrong, and `expected` what it should be; SJ_ENOMEM.
 */
int  link_events_add(struct link_events *to, const struct link_names *names, sj_time at,
		     const char *link, const char *change, const char **field,
		     char *expected, size_t size);

#endif
