/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sink.h - a run's records into the store: job rows always, the rest as asked. */
#ifndef STORE_SINK_H
#define STORE_SINK_H

#include "run/learning.h"
#include "run/runspec.h"
#include "run/samples.h"
#include "run/timelines.h"
#include "run/writer.h"
#include "store/store.h"

struct store_sink {
	struct store  *store;
	struct writer *writer;  /* NULL: rows are written at once */
	struct samples samples; /* thinned until the end */
	bool           all_samples, allocs;
	bool           nodes;   /* they may come and go: their changes are kept */
	struct timelines *timelines; /* NULL: not wanted */
	struct learning learning; /* until the end */
	const struct link_use *links; /* at the end; NULL: not wanted; borrowed */
};

/* s->store is set. SJ_OK and *out, or SJ_ENOMEM. */
int     store_sink_init(struct store_sink *s, const struct runspec *spec,
			const sj_cluster *cluster, sj_sink *out);
/* After store_run_begin(): from now on a second thread writes the job rows, unless
 * the store has to take other records in between. */
int     store_sink_start(struct store_sink *s, const struct runspec *spec, sj_error *err);
/* All job rows and what was held back for thinning; then the store is free again. */
int     store_sink_finish(struct store_sink *s, sj_error *err);
/* Frees the store without finishing, and what was held back. */
void    store_sink_abandon(struct store_sink *s);

#endif
