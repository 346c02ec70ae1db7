/* SPDX-License-Identifier: GPL-3.0-or-later */
/* info_out.h - how `trace info` writes: lines for people, JSON, and what it says of task
 * graphs and of what a reader counted besides. */
#ifndef INFO_OUT_H
#define INFO_OUT_H

#include <jansson.h>

#include "sojourn/workload.h"
#include "trace/graphs.h"

/* "what             text". */
void info_line(const char *what, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Whole seconds as a whole number: logs have those, and they are exact. */
json_t *info_seconds(__int128 ns);

/* Adds "graphs", null where no job has more than one task, and "counts". */
void info_graphs_json(json_t *o, const struct graph_facts *g, const sj_workload_info *info);
void info_graphs_text(const struct graph_facts *g, const sj_workload_info *info);

#endif
