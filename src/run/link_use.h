/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * link_use.h - what each link of the network carried over time, in bounded memory:
 * bytes in all, its highest rate, how long it was in use, and bytes over equal bins.
 *
 * A link has memory once something crossed it: at most LINK_BINS bins, fewer where there
 * are many links, so that all have about LINK_CELLS bins, but LINK_LEAST each.
 */
#ifndef LINK_USE_H
#define LINK_USE_H

#include "run.h"

#define LINK_CELLS (1u << 20)
#define LINK_BINS  512u
#define LINK_LEAST 16u

struct link_use;

/* A link that carried something. */
struct link_total {
	uint32_t     link;
	sj_link_info info;
	uint64_t     bytes;   /* the sum of its stretches, exactly */
	sj_time      busy_ns; /* with a flow that moved */
	double       peak_bytes_per_s; /* of all flows together, at any instant */
};

/* In which as much was carried in each bin: the means are equal. */
struct link_stretch {
	uint32_t link;
	sj_time  from_ns, to_ns;
	uint64_t bytes;
};

int     link_use_create(struct link_use **out); /* SJ_OK or SJ_ENOMEM */
void    link_use_free(struct link_use *u); /* accepts NULL */
/* Before the run is advanced; `run` is asked about its links until link_use_each() has
 * returned. A run without a network has none. SJ_OK or SJ_ENOMEM. */
int     link_use_start(struct link_use *u, const sj_run *run);
/* The members that it has: sample and flow. */
sj_sink link_use_sink(struct link_use *u);

/* When the run has ended: links that carried something, by number; each before its
 * stretches, which come by time, without those in which nothing was carried. Either may
 * be NULL. Stops at the first error. */
typedef int link_total_fn(void *self, const struct link_total *l, sj_error *err);
typedef int link_stretch_fn(void *self, const struct link_stretch *s, sj_error *err);
int     link_use_each(const struct link_use *u, link_total_fn *total,
		      link_stretch_fn *stretch, void *self, sj_error *err);
uint32_t link_use_links(const struct link_use *u); /* of the network */

#endif
