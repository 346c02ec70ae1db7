/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_events.h - a run as a Chrome trace-event file, which Perfetto
 * (ui.perfetto.dev) opens. In a pool a slice for each stretch that a job ran, on the track
 * of its first processor. On nodes a process for each node that was used, in it a track
 * for each GPU and as many for tasks without GPUs as ran there at once: a task has a
 * slice on each node, resp. on each of its GPUs. Counters of waiting jobs, busy processors
 * and GPUs; changes of nodes as instants. Of a network a process with a bar for each
 * transfer and a counter for each busy link; arrows from task to task where data went.
 */
#ifndef TRACE_EVENTS_H
#define TRACE_EVENTS_H

#include "config/cluster.h"
#include "run/link_use.h"

struct trace_events;
/* `title` names the machine in the viewer: "easy on procs=100". `cluster` is borrowed. */
int     trace_events_open(const char *path, const char *title, const struct cluster *cluster,
			  struct trace_events **out, sj_error *err);
sj_sink trace_events_sink(struct trace_events *t);
/* When the run has ended: all its links that carried something, then what they carried, as
 * link_use_each() gives them. The busiest get counters. SJ_OK or SJ_ENOMEM. */
int     trace_events_link(struct trace_events *t, const struct link_total *l);
int     trace_events_stretch(struct trace_events *t, const struct link_stretch *s);
/* NULL is fine. keep: writes the counters and the end; otherwise removes. */
int     trace_events_close(struct trace_events *t, bool keep, sj_error *err);

#endif
