/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simgrid_routes.h - links and routes of a platform file as a network, when it is flat: every
 * two hosts that compute have a route of their own over links that are shared. Such links
 * have no ends: a route is any list of them.
 */
#ifndef SIMGRID_ROUTES_H
#define SIMGRID_ROUTES_H

#include "config/cluster.h"

enum { SIMGRID_FLAT_HOSTS_MAX = 1000 };

/* A link in two halves has both directions, NAME_UP and NAME_DOWN. */
enum simgrid_sharing { SIMGRID_SHARED, SIMGRID_HALVES, SIMGRID_OTHER };

struct simgrid_flat;

struct simgrid_flat *simgrid_flat_create(void);   /* NULL: no memory */
void simgrid_flat_free(struct simgrid_flat *f);   /* accepts NULL */
/* Of the rest, false: no memory. The next host that computes is the next node. */
bool simgrid_flat_host(struct simgrid_flat *f, const char *name);
bool simgrid_flat_link(struct simgrid_flat *f, const char *name, uint64_t bytes_per_s,
		       sj_time latency_ns, enum simgrid_sharing sharing);
bool simgrid_flat_route(struct simgrid_flat *f, const char *from, const char *to,
			bool symmetric);
/* The next link of the last route; `way` is "UP", "DOWN" or "NONE". */
bool simgrid_flat_hop(struct simgrid_flat *f, const char *link, const char *way);
/* There is more to the network than this. */
void simgrid_flat_spoil(struct simgrid_flat *f);

/* Gives the machine the network, when it is flat. SJ_OK, with or without, or SJ_ENOMEM. */
int  simgrid_flat_build(struct simgrid_flat *f, struct cluster *out);

#endif
