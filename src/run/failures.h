/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * failures.h - what goes wrong with nodes, as the user writes it:
 * "FILE" or "trace=FILE,mtbf=LAW,mttr=LAW,retries=N" (each of them optional).
 */
#ifndef FAILURES_H
#define FAILURES_H

#include "config/cluster.h"
#include "input/node_events.h"

struct failures {
	char              *text;  /* as given; NULL: nothing was */
	sj_failures        model; /* for the core */
	char              *path;  /* of the trace; NULL: none */
	struct node_events trace;
	sj_law            *mtbf, *mttr; /* NULL: as the cluster says */
};

/* Laws that are given replace those of all node types of `c`, which then borrows them.
 * SJ_OK; SJ_EUSAGE: unknown key, a law without the other, a pool of processors; of the
 * trace as from node_events_read(). */
int  failures_parse(const char *text, struct cluster *c, struct failures *out, sj_error *err);
void failures_fini(struct failures *f);

#endif
