/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sink.h - a run's records into the store: job rows always, the rest as asked. */
#ifndef STORE_SINK_H
#define STORE_SINK_H

#include "run/runspec.h"
#include "run/samples.h"
#include "store/store.h"

struct store_sink {
	struct store  *store;
	struct samples samples; /* thinned until the end */
};

sj_sink store_sink(struct store_sink *s, const struct runspec *spec);
/* Writes what was held back for thinning. */
int     store_sink_finish(struct store_sink *s, sj_error *err);

#endif
