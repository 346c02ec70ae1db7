/* SPDX-License-Identifier: GPL-3.0-or-later */
/* info_out.c - see info_out.h. */
#include "trace/info_out.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/number_text.h"

void info_line(const char *what, const char *fmt, ...)
{
	va_list ap;

	printf("%-16s", what);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

json_t *info_seconds(__int128 ns)
{
	if (ns % SJ_NS_PER_S == 0)
		return json_integer((json_int_t)(ns / SJ_NS_PER_S));
	return json_real((double)ns / 1e9);
}

/* ---- task graphs ---------------------------------------------------------------------- */

static void put(json_t *o, const char *key, uint64_t v)
{
	json_object_set_new(o, key, json_integer((json_int_t)v));
}

/* Beyond 2^63 as a real. */
static json_t *json_sum(unsigned __int128 v)
{
	return v <= INT64_MAX ? json_integer((json_int_t)v) : json_real((double)v);
}

static json_t *json_graphs(const struct graph_facts *g, const sj_workload_info *info)
{
	json_t *o = json_object();

	put(o, "jobs", g->jobs);
	put(o, "tasks", g->tasks);
	put(o, "edges", g->edges);
	put(o, "edges_with_bytes", g->carrying);
	json_object_set_new(o, "bytes", json_sum(g->bytes));
	json_object_set_new(o, "work_s", info_seconds((__int128)g->work_ns));
	json_object_set_new(o, "core_s", info_seconds((__int128)g->area_ns));
	json_object_set_new(o, "critical_path_s", info_seconds(g->path_ns));
	put(o, "levels", g->levels);
	put(o, "width", g->width);
	json_object_set_new(o, "stated_makespan_s", info->stated_makespan_ns != 0 ?
			    info_seconds(info->stated_makespan_ns) : json_null());
	return o;
}

void info_graphs_json(json_t *o, const struct graph_facts *g, const sj_workload_info *info)
{
	json_t *counts = json_object();

	json_object_set_new(o, "graphs", g->jobs != 0 ? json_graphs(g, info) : json_null());
	for (uint32_t i = 0; i < info->count_count; i++)
		put(counts, info->count[i].key, info->count[i].value);
	json_object_set_new(o, "counts", counts);
}

static const char *human(double v, int digits, char buf[NUMBER_TEXT_MAX])
{
	number_human(v, digits, buf);
	return buf;
}

void info_graphs_text(const struct graph_facts *g, const sj_workload_info *info)
{
	char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX];

	for (uint32_t i = 0; i < info->count_count; i++)
		info_line(i == 0 ? "counted" : "", "%s: %s", info->count[i].key,
			  human((double)info->count[i].value, 3, a));
	if (g->jobs == 0)
		return;
	info_line("tasks", "%s, in graphs: %s jobs", human((double)g->tasks, 3, a),
		  human((double)g->jobs, 3, b));
	info_line("edges", "%s, with %s bytes in all", human((double)g->edges, 3, a),
		  human((double)g->bytes, 3, b));
	info_line("work", "%s s of run times, %s core-s", human((double)g->work_ns / 1e9, 6, a),
		  human((double)g->area_ns / 1e9, 6, b));
	info_line("critical path", "%s s: the longest chain of run times, bytes left out",
		  human((double)g->path_ns / 1e9, 6, a));
	info_line("levels, width", "%s, %s", human(g->levels, 3, a), human(g->width, 3, b));
	if (info->stated_makespan_ns != 0)
		info_line("stated makespan", "%s s",
			  human((double)info->stated_makespan_ns / 1e9, 6, a));
}
