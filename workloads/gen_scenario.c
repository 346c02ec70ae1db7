/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_scenario.c - canned scenarios by name: small workloads whose runs have outcomes that
 * are known exactly. Each is in a file of its family, scenario_*.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demand.h"
#include "scenario.h"

const sj_scenario *const sj_scenarios[] = {
	&scenario_graham_processors,
	&scenario_graham_order,
	&scenario_graham_relaxed_edges,
	&scenario_graham_shorter,
	&scenario_order_sensitivity,
	&scenario_list_worst,
	&scenario_lpt_worst,
	&scenario_multifit_worst,
	&scenario_easy_overtakes,
	&scenario_dask_unknown_durations,
	&scenario_dask_elastic_workers,
	&scenario_dask_one_worker,
	&scenario_dask_opportunity_cost,
	&scenario_delay_starvation,
	NULL,
};

#define NAMES_MAX 64

struct params {
	const char *name;
	bool        change;
	int64_t     m;
};

static const sj_param param_table[] = {
	{ .name = "name", .type = SJ_P_STRING, .offset = offsetof(struct params, name),
	  .help = "Which scenario; `sojourn gen --scenarios` lists them." },
	{ .name = "change", .type = SJ_P_BOOL, .offset = offsetof(struct params, change),
	  .def = "yes", .help = "With the change that the scenario is about, or as before it." },
	{ .name = "m", .type = SJ_P_INT, .offset = offsetof(struct params, m), .def = "4",
	  .min = 2, .max = 1000,
	  .help = "Processors, in the scenarios that are for any number of them." },
	{ .name = NULL },
};

int sj_scenario_find(const char *name, const sj_scenario **out, sj_error *err)
{
	const char *names[NAMES_MAX], *near;
	size_t n = 0;

	for (; sj_scenarios[n] != NULL && n < NAMES_MAX; n++) {
		names[n] = sj_scenarios[n]->name;
		if (strcmp(names[n], name) == 0) {
			*out = sj_scenarios[n];
			return SJ_OK;
		}
	}
	near = sj_nearest(name, names, n);
	return sj_fail(err, SJ_EUSAGE, "there is no scenario \"%s\"%s%s%s", name,
		       near != NULL ? "; did you mean \"" : "; `sojourn gen --scenarios` lists them",
		       near != NULL ? near : "", near != NULL ? "\"?" : "");
}

/* Without -c it runs where its first run does. */
static int make(const sj_scenario *s, const struct params *p, struct deck *deck, sj_error *err)
{
	struct scenario_draft d = {
		.change = p->change, .m = (uint32_t)p->m, .deck = deck, .err = err };
	sj_workload_info *info = &deck->source.info;
	int rc;

	s->build(&d);
	rc = scenario_end(&d);
	scenario_fini(&d);
	if (rc == SJ_OK)
		rc = deck_close(deck, err);
	snprintf(info->format, sizeof(info->format), "gen:scenario");
	snprintf(info->cluster, sizeof(info->cluster), "%s", s->runs[0].cluster);
	info->records = info->kept = deck->count;
	return rc;
}

static int scenario_open(const char *args, uint64_t seed, sj_source **out, sj_error *err)
{
	struct demand_strings strings = { 0 };
	const sj_scenario *s = NULL;
	struct deck *deck = NULL;
	struct params p;
	int rc;

	(void)seed;
	rc = sj_params_bind("generator scenario", param_table, args, &p, demand_alloc, &strings,
			    err);
	if (rc == SJ_OK)
		rc = sj_scenario_find(p.name, &s, err);
	if (rc == SJ_OK)
		rc = deck_create(&deck, err);
	if (rc == SJ_OK)
		rc = make(s, &p, deck, err);
	demand_strings_free(&strings);
	if (rc == SJ_OK)
		*out = &deck->source;
	else if (deck != NULL)
		deck_free(&deck->source);
	return rc;
}

const sj_generator_ops sj_generator_scenario = {
	.name = "scenario",
	.summary = "canned scenarios with a known outcome; --scenarios lists them",
	.params = param_table,
	.open = scenario_open,
};
