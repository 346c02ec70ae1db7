/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_events.h - a run as a Chrome trace-event file, which Perfetto
 * (ui.perfetto.dev) opens: a slice for each stretch that a job ran, on the track
 * of its first processor; counters of waiting jobs and busy processors.
 */
#ifndef TRACE_EVENTS_H
#define TRACE_EVENTS_H

#include "run.h"

struct trace_events;
/* `title` names the process in the viewer: "easy on procs=100". */
int     trace_events_open(const char *path, const char *title,
			  struct trace_events **out, sj_error *err);
sj_sink trace_events_sink(struct trace_events *t);
/* NULL is fine. keep: writes the counters and the end; otherwise removes. */
int     trace_events_close(struct trace_events *t, bool keep, sj_error *err);

#endif
