/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kinds.c - the table of kinds; see kinds.h. */
#include "plot/kinds.h"

#include <string.h>

#include "plot/embedded.h"
#include "sojourn/param.h"

int plot_metric_one(const struct plot_options *o, const char *kind,
		    const char *const *names, const char **out, sj_error *err)
{
	char list[256] = "";
	const char *near;
	size_t n = 0;

	*out = names[0];
	if (o->metrics == 0)
		return SJ_OK;
	if (o->metrics > 1)
		return sj_fail(err, SJ_EUSAGE, "plot %s draws one --metric, not %zu", kind,
			       o->metrics);
	for (; names[n] != NULL; n++) {
		if (strcmp(names[n], o->metric[0]) == 0) {
			*out = names[n];
			return SJ_OK;
		}
		strcat(strcat(list, n > 0 ? ", " : ""), names[n]);
	}
	near = sj_nearest(o->metric[0], names, n);
	return sj_fail(err, SJ_EUSAGE, "plot %s: --metric \"%s\"%s%s%s is not one of %s",
		       kind, o->metric[0], near ? " (did you mean \"" : "",
		       near ? near : "", near ? "\"?)" : "", list);
}

int plot_metric_find(const char *kind, const char *name, const sj_metric_info **out,
		     sj_error *err)
{
	const char *names[SJ_METRIC_COUNT], *near;

	*out = sj_metric_find(name);
	if (*out != NULL)
		return SJ_OK;
	for (int m = 0; m < SJ_METRIC_COUNT; m++)
		names[m] = sj_metric_infos[m].name;
	near = sj_nearest(name, names, SJ_METRIC_COUNT);
	return sj_fail(err, SJ_EUSAGE, near != NULL ?
		       "plot %s: no metric \"%s\"; did you mean \"%s\"?" :
		       "plot %s: no metric \"%s\"; there is, for one, \"%s\"", kind, name,
		       near != NULL ? near : names[SJ_M_WAIT_MEAN]);
}

const struct plot_kind plot_kinds[] = {
	{ "cdf", "distribution of wait, response or slowdown over jobs",
	  "wait, response, bsld, slowdown", NULL, plot_cdf_gp, 8, plot_make_cdf, false },
	{ "bsld-by-class", "mean bounded slowdown by width and length of jobs", NULL,
	  "--widths, --lengths", plot_bsld_by_class_gp, 8, plot_make_bsld, false },
	{ "utilization", "busy processors over time, averaged per bin", NULL, "--bins",
	  plot_utilization_gp, 8, plot_make_utilization, false },
	{ "queue", "waiting jobs and the processors they want, over time",
	  "jobs, procs", NULL, plot_queue_gp, 8, plot_make_queue, false },
	{ "gantt", "jobs as rectangles, processors by time", NULL, "--window, --first",
	  plot_gantt_gp, 4, plot_make_gantt, false },
	{ "gpu-gantt", "which job had which GPU when (run --allocs)", "job, user",
	  "--nodes, --window, --first", plot_gpu_gantt_gp, 4, plot_make_gpu_gantt, false },
	{ "heatmap", "how busy nodes or GPUs are over time (run --timelines)",
	  "cores, gpus, memory", "--window", plot_heatmap_gp, 4, plot_make_heatmap, false },
	{ "fragmentation", "GPUs allocated, and lost to fragmentation, over time",
	  "both, allocated, fragmented", "--window", plot_fragmentation_gp, 8,
	  plot_make_fragmentation, false },
	{ "link-utilization", "how busy the busiest links are over time (run --links)",
	  "curves, heat", "--window, --first", plot_link_utilization_gp, 4,
	  plot_make_link_utilization, false },
	{ "dag-gantt", "the tasks of a job by node, and its transfers (run --allocs --transfers)",
	  NULL, "--job, --window", plot_dag_gantt_gp, 4, plot_make_dag_gantt, false },
	{ "bars", "metrics by policy, with 95 % confidence intervals",
	  "any of the results, several", NULL, plot_bars_gp, 24, plot_make_bars, false },
	{ "scatter", "two metrics of each run against each other",
	  "any two of the results; stated_makespan_s, makespan_s", "--by", plot_scatter_gp, 16,
	  plot_make_scatter, true },
	{ "ratios", "a metric over many workloads, by policy, as boxes of ratios",
	  "any of the results, and what it is divided by (else the best); makespan_s", "--by",
	  plot_ratios_gp, 32, plot_make_ratios, true },
	{ "span", "makespans of graphs against work / P + c span, and tasks stolen", NULL, "--by",
	  plot_span_gp, 8, plot_make_span, true },
	{ "arms", "which arms a learner played over time (policy bandit)", NULL, "--window",
	  plot_arms_gp, 6, plot_make_arms, false },
	{ "regret", "reward that learners have missed against the best fixed arm", NULL, "--by",
	  plot_regret_gp, 8, plot_make_regret, true },
	{ NULL, NULL, NULL, NULL, NULL, 0, NULL, false },
};
