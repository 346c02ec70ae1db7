/* SPDX-License-Identifier: GPL-3.0-or-later */
/* play.c - see play.h. */
#include "scenario/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/session.h"

char *scenario_workload(const sj_scenario *s, const sj_scenario_run *run)
{
	char *text;

	if (asprintf(&text, "gen:scenario:name=%s%s%s", s->name, run->args[0] != '\0' ? "," : "",
		     run->args) < 0)
		return NULL;
	return text;
}

/* In quotes when a shell would see more than a word. */
static void put_word(FILE *to, const char *before, const char *word)
{
	const char *quote = strpbrk(word, "()|&;<>*?[]{}$ ") != NULL ? "'" : "";

	fprintf(to, "%s%s%s%s", before, quote, word, quote);
}

char *scenario_command(const sj_scenario *s, const sj_scenario_run *run)
{
	char *workload = scenario_workload(s, run), *flags = strdup(run->flags), *rest, *word;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to != NULL && workload != NULL && flags != NULL) {
		put_word(to, "sojourn run -w ", workload);
		put_word(to, " -c ", run->cluster);
		put_word(to, " -p ", run->policy);
		for (word = strtok_r(flags, " ", &rest); word != NULL;
		     word = strtok_r(NULL, " ", &rest))
			put_word(to, " ", word);
	}
	if (to == NULL || fclose(to) != 0 || workload == NULL || flags == NULL) {
		free(text);
		text = NULL;
	}
	free(workload);
	free(flags);
	return text;
}

uint32_t scenario_values(const sj_scenario_run *run)
{
	uint32_t n = 0;

	while (n < SJ_SCENARIO_VALUES && run->expect[n].metric != NULL)
		n++;
	return n;
}

/* ---- a run --------------------------------------------------------------------------- */

/* The flags of `sojourn run` that change what comes out. */
static const struct {
	const char *name;
	int (*set)(struct runspec *s, const char *text, sj_error *err);
} rules[] = {
	{ "--overrun", runspec_overrun },
	{ "--estimates", runspec_estimates },
	{ "--clock", runspec_clock },
	{ "--collectives", runspec_collectives },
	{ "--staging", runspec_staging },
	{ "--checkpoint", runspec_checkpoint },
	{ "--stragglers", runspec_stragglers },
};

static int take_flag(struct lab *lab, struct runspec *spec, const char *name, const char *value,
		     sj_error *err)
{
	if (value == NULL)
		return sj_fail(err, SJ_EUSAGE, "%s without a value", name);
	if (strcmp(name, "--failures") == 0)
		return lab_failures(lab, value, err);
	if (strcmp(name, "--seed") == 0) {
		spec->seed = strtoull(value, NULL, 10);
		return SJ_OK;
	}
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].name, name) == 0)
			return rules[i].set(spec, value, err);
	return sj_fail(err, SJ_EUSAGE, "%s is not a flag that a scenario may have", name);
}

static int take_flags(struct lab *lab, struct runspec *spec, const char *text, sj_error *err)
{
	char *flags = strdup(text), *rest, *name;
	int rc = flags == NULL ? SJ_ENOMEM : SJ_OK;

	if (flags != NULL)
		for (name = strtok_r(flags, " ", &rest); name != NULL && rc == SJ_OK;
		     name = strtok_r(NULL, " ", &rest))
			rc = take_flag(lab, spec, name, strtok_r(NULL, " ", &rest), err);
	free(flags);
	return rc;
}

static int carry_out(const struct lab *lab, const struct runspec *spec, const sj_scenario_run *run,
		     double *seen, sj_error *err)
{
	const struct session_config config = {
		.lab = lab, .spec = spec, .policy = run->policy, .command = "" };
	struct session_result result;
	int rc = session_run(&config, &result, err);

	for (uint32_t i = 0; rc == SJ_OK && i < scenario_values(run); i++) {
		const sj_metric_info *m = sj_metric_find(run->expect[i].metric);

		if (m == NULL)
			rc = sj_fail(err, SJ_EUSAGE, "there is no metric %s",
				     run->expect[i].metric);
		else
			seen[i] = result.metrics.value[m - sj_metric_infos];
	}
	session_result_fini(&result);
	return rc;
}

int scenario_play(const sj_scenario *s, const sj_scenario_run *run,
		  double seen[SJ_SCENARIO_VALUES], sj_error *err)
{
	char *workload = scenario_workload(s, run);
	struct runspec spec;
	struct lab lab;
	int rc;

	if (workload == NULL)
		return SJ_ENOMEM;
	runspec_init(&spec);
	spec.check = true;
	rc = lab_open(workload, run->cluster, spec.seed, 0, &lab, err);
	if (rc == SJ_OK) {
		rc = take_flags(&lab, &spec, run->flags, err);
		if (rc == SJ_OK)
			rc = carry_out(&lab, &spec, run, seen, err);
		lab_close(&lab);
	}
	runspec_fini(&spec);
	free(workload);
	return rc;
}
