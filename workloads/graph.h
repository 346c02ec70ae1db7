/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph.h - private to workloads/: checks on the task graph of a job. */
#ifndef GRAPH_H
#define GRAPH_H

#include "sojourn/job.h"

/* SJ_OK: no circle among tasks 0 .. n-1. SJ_EINVAL: there is one, and *circle, from malloc,
 * has `*length` tasks that wait for each other, each for the one before it and the first for
 * the last; the smallest number first. SJ_ENOMEM. */
int graph_circle(uint32_t n, const sj_edge *edges, uint32_t edge_count, uint32_t **circle,
		 uint32_t *length);

/* "a -> b -> a" into text[0..size), of numbers when `name` is NULL; a long one is cut. */
void graph_circle_text(const uint32_t *circle, uint32_t length, char *const *name, char *text,
		       size_t size);

#endif
