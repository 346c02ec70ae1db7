/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_windows.c - published averages over windows of a log: each window starts
 * on an empty machine; all policies of a window are one command.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "kinds.h"
#include "logfile.h"
#include "policies.h"

enum { WINDOWS_MAX = 64 };

struct windows {
	struct swf         log;
	int64_t            procs;
	size_t             length;
	const json_t      *starts;
	struct policy_list policies;
	const char        *bank[POLICIES_MAX]; /* their names in the bank */
	double             bsld[POLICIES_MAX][WINDOWS_MAX];
};

static bool read_windows(struct check *k, struct windows *w)
{
	const char *path = logfile_find(k), *name;
	json_t *v;

	*w = (struct windows){ .procs = input_integer(k, "processors"),
			       .length = (size_t)input_integer(k, "window_length"),
			       .starts = input_array(k, "window_starts_0based") };
	if (path == NULL || k->r->failures > 0)
		return false;
	if (!swf_read(path, &w->log) || json_array_size(w->starts) > WINDOWS_MAX) {
		report_fail(k->r, "%s cannot be read, or too many windows", path);
		return false;
	}
	json_object_foreach(json_object_get(k->expected, "standard_semantics_per_window"),
			    name, v) {
		const char *spec = policy_spec(name);

		if (spec == NULL || w->policies.count == POLICIES_MAX)
			continue;
		w->bank[w->policies.count] = name;
		w->policies.spec[w->policies.count++] = spec;
	}
	return true;
}

static bool run_window(struct check *k, struct windows *w, size_t window)
{
	static struct outcome_list out[POLICIES_MAX];
	size_t first = (size_t)json_integer_value(json_array_get(w->starts, window));
	struct instance in = { .procs = w->procs, .count = w->length };

	if (first + w->length > w->log.count) {
		report_fail(k->r, "window %zu reaches beyond the log", window);
		return false;
	}
	in.job = w->log.job + first;
	if (!instance_run(k, &in, &w->policies, NULL, out))
		return false;
	for (size_t p = 0; p < w->policies.count; p++)
		w->bsld[p][window] = run_metric(k, out[p].metrics, "bsld_10s_mean");
	return true;
}

/* The published table prints two decimals. */
static void compare_published(struct check *k, double fcfs)
{
	struct check printed = *k;

	printed.rel = 0;
	printed.abs = 0.005;
	expect_number(&printed, "published_no_backfill/fcfs", fcfs);
}

void show_published_windows(struct check *k)
{
	static struct windows w;
	size_t n;

	if (!read_windows(k, &w))
		return;
	n = json_array_size(w.starts);
	for (size_t i = 0; i < n; i++)
		if (!run_window(k, &w, i))
			return;
	for (size_t p = 0; p < w.policies.count; p++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += w.bsld[p][i];
		expect_numbers(k, format("standard_semantics_per_window/%s", w.bank[p]),
			       w.bsld[p], n);
		expect_number(k, format("standard_semantics_mean_over_windows/%s",
					w.bank[p]), sum / (double)n);
		if (strcmp(w.bank[p], "fcfs") == 0)
			compare_published(k, sum / (double)n);
	}
}
