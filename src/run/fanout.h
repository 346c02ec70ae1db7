/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fanout.h - one sink in front of all outputs of a run: collects job records into
 * batches, so that the time which outputs take can be told from the simulation's.
 */
#ifndef FANOUT_H
#define FANOUT_H

#include "run.h"

#define FANOUT_SINKS 6u
#define FANOUT_BATCH 1024u

struct fanout {
	sj_sink           to[FANOUT_SINKS];
	uint32_t          count;
	bool              kills;    /* jobs end at their estimate at the latest */
	uint64_t          busy_ns;  /* in the outputs */
	unsigned __int128 area;     /* processors x run time, as the jobs ask for it, ns */
	sj_time           first_submit_ns, last_submit_ns;
	uint64_t          jobs;
	uint32_t          batched;
	sj_job_record     batch[FANOUT_BATCH];
};

void    fanout_add(struct fanout *f, sj_sink sink);
/* Only with the members that some output has. */
sj_sink fanout_sink(struct fanout *f);
int     fanout_flush(struct fanout *f, sj_error *err);
/* Between first and last submit; 0 when there are not two. */
double  fanout_span_s(const struct fanout *f);

#endif
