/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_compare.c - policies against a baseline, over the runs of results databases. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/compare_out.h"
#include "cli/json_out.h"
#include "cli/metric_text.h"
#include "cli/rank_out.h"
#include "sojourn/param.h"
#include "stats/compare.h"

enum { RESAMPLES = 2000, RESAMPLES_MAX = 1000000, LABELS_MAX = 256 };

struct settings {
	struct opt_list metrics;
	const char     *baseline, *level, *reference;
	uint64_t        resamples, seed;
	bool            json, rank, matrix;
};

/* The baseline of each group; a group without it is compared with its first. */
static int find_baselines(struct runset *set, const char *name, size_t *index, sj_error *err)
{
	const char *labels[LABELS_MAX], *near;
	size_t found = 0, n = 0;

	for (size_t g = 0; g < set->groups; g++) {
		const struct run_group *group = &set->group[g];

		index[g] = name == NULL ? 0 : run_group_find(group, name);
		if (index[g] < group->configs) {
			found++;
			continue;
		}
		index[g] = 0;
		for (size_t c = 0; c < group->configs && n < LABELS_MAX; c++)
			labels[n++] = group->config[c].label;
	}
	if (found == 0) {
		near = sj_nearest(name, labels, n);
		return sj_fail(err, SJ_EUSAGE, "--baseline: no run of \"%s\"; %s\"%s\"%s", name,
			       near != NULL ? "did you mean " : "there is, for example, ",
			       near != NULL ? near : labels[0], near != NULL ? "?" : "");
	}
	for (size_t g = 0; name != NULL && g < set->groups; g++)
		if (run_group_find(&set->group[g], name) == set->group[g].configs)
			runset_note(set, "%s on %s has no run of %s; its baseline is %s",
				    set->group[g].workload, set->group[g].cluster, name,
				    set->group[g].config[0].label);
	return SJ_OK;
}

/* ---- output --------------------------------------------------------------------------- */

static int print_json(const struct runset *set, const struct comparison *c,
		      const struct compare_options *o, sj_error *err)
{
	json_t *groups = json_array(), *notes = json_array();

	for (size_t i = 0; i < set->groups; i++)
		json_array_append_new(groups, compare_json(&c[i], o));
	for (size_t i = 0; i < set->notes; i++)
		json_array_append_new(notes, json_string(set->note[i]));
	return json_out(json_pack("{s:s, s:f, s:I, s:o, s:o}", "schema", "sojourn.compare/1",
				  "confidence", o->level, "resamples",
				  (json_int_t)o->resamples, "groups", groups, "notes", notes),
			JSON_INDENT(1), err);
}

static int print_text(const struct runset *set, const struct comparison *c,
		      const struct compare_options *o)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < set->groups && rc == SJ_OK; i++)
		rc = compare_print(&c[i], o, stdout);
	if (rc == SJ_OK)
		compare_print_footnotes(c, set->groups, o, stdout);
	return rc == SJ_OK && (fflush(stdout) != 0 || ferror(stdout)) ? SJ_EIO : rc;
}

/* ---- work ------------------------------------------------------------------------------- */

static int compare_groups(struct runset *set, const struct settings *s,
			  const struct compare_options *o, sj_error *err)
{
	struct comparison *c = NULL;
	size_t *baseline = calloc(set->groups, sizeof(*baseline));
	int rc = baseline == NULL ? SJ_ENOMEM :
		find_baselines(set, s->baseline, baseline, err);

	if (rc == SJ_OK)
		rc = comparisons_make(set, baseline, o, &c, err);
	if (rc == SJ_OK)
		rc = s->json ? print_json(set, c, o, err) : print_text(set, c, o);
	if (rc == SJ_OK && !s->json)
		compare_say_notes(set);
	comparisons_free(c, set->groups);
	free(baseline);
	return rc;
}

/* ---- over workloads --------------------------------------------------------------------- */

static int rank_metric(struct runset *set, const struct settings *s,
		       const struct ranking_options *o, json_t *list, sj_error *err)
{
	struct ranking r;
	int rc = o->better != 0 ? ranking_make(set, o, &r, err) :
		sj_fail(err, SJ_EUSAGE, "--rank: neither smaller nor larger is better in %s",
			o->metric);

	if (o->better == 0)
		return rc;
	if (rc == SJ_OK && s->json)
		json_array_append_new(list, rank_json(&r, o));
	else if (rc == SJ_OK)
		rc = rank_print(&r, o, s->matrix, stdout);
	ranking_free(&r);
	return rc;
}

static int rank_print_json(const struct runset *set, const struct compare_options *o,
			   json_t *list, sj_error *err)
{
	json_t *notes = json_array();

	for (size_t i = 0; i < set->notes; i++)
		json_array_append_new(notes, json_string(set->note[i]));
	return json_out(json_pack("{s:s, s:f, s:I, s:O, s:o}", "schema", "sojourn.ranking/1",
				  "confidence", o->level, "resamples", (json_int_t)o->resamples,
				  "metrics", list, "notes", notes),
			JSON_INDENT(1), err);
}

static int rank(struct runset *set, const struct settings *s, const struct compare_options *o,
		sj_error *err)
{
	json_t *list = json_array();
	const char **reference = NULL;
	struct opt_list given = { (const char **)&s->reference, 1 };
	size_t count;
	int rc = SJ_OK;

	if (s->reference != NULL && strcmp(s->reference, "best") != 0)
		rc = metric_names_choose(set, &given, &reference, &count, err);
	for (size_t m = 0; m < o->metrics && rc == SJ_OK; m++)
		rc = rank_metric(set, s, &(struct ranking_options){
			.metric = o->metric[m], .better = metric_better(o->metric[m]),
			.reference = reference != NULL ? reference[0] : NULL,
			.baseline = s->baseline, .level = o->level, .resamples = o->resamples,
			.seed = o->seed }, list, err);
	if (rc == SJ_OK && s->json)
		rc = rank_print_json(set, o, list, err);
	if (rc == SJ_OK && !s->json)
		compare_say_notes(set);
	json_decref(list);
	free(reference);
	return rc;
}

/* ---- all ------------------------------------------------------------------------------- */

static int compare(const struct settings *s, const char *const *paths, size_t count,
		   sj_error *err)
{
	struct compare_options o = { .resamples = s->resamples, .seed = s->seed };
	struct runset set;
	const char **names = NULL;
	int rc = compare_level(s->level, &o.level, err);

	if (rc != SJ_OK)
		return rc;
	rc = runset_open(&set, paths, count, err);
	if (rc == SJ_OK)
		rc = metric_names_choose(&set, &s->metrics, &names, &o.metrics, err);
	o.metric = names;
	if (rc == SJ_OK && s->rank)
		rc = rank(&set, s, &o, err);
	else if (rc == SJ_OK)
		rc = compare_groups(&set, s, &o, err);
	else
		compare_say_notes(&set);
	runset_free(&set);
	free(names);
	return rc;
}

int cmd_compare(int argc, char **argv)
{
	struct settings s = { .resamples = RESAMPLES, .seed = 1 };
	const struct opt opts[] = {
		{ 'm', "metric", OPT_LIST, &s.metrics, "M",
		  "A metric, as stored (wait_p99_s) or in short (wait, bsld); may be repeated." },
		{ 'b', "baseline", OPT_STRING, &s.baseline, "POLICY",
		  "Compare with this one; default: the first that was run." },
		{ 0, "ci", OPT_STRING, &s.level, "PERCENT", "Confidence of intervals (95)." },
		{ 0, "resamples", OPT_COUNT, &s.resamples, "N", "Draws of the bootstrap (2000)." },
		{ 0, "seed", OPT_COUNT, &s.seed, "N", "Seed of the bootstrap (1)." },
		{ 0, "rank", OPT_FLAG, &s.rank, NULL,
		  "Rank the policies over all workloads, each of which counts once." },
		{ 0, "reference", OPT_STRING, &s.reference, "best|METRIC",
		  "Of --rank: what values are divided by, the best on the workload (default) or "
		  "a stored metric, such as stated_makespan_s." },
		{ 0, "matrix", OPT_FLAG, &s.matrix, NULL,
		  "Of --rank: how often each policy beats each other." },
		{ 0, "json", OPT_FLAG, &s.json, NULL,
		  "Exact numbers, sojourn.compare/1 or sojourn.ranking/1." },
		{ .name = NULL },
	};
	sj_error err = { 0 };
	int first, rc;

	rc = opts_parse(argc, argv, opts, "compare [flags] DB...",
			"Compares policies on each workload and cluster, metric by metric, with "
			"confidence intervals from paired jobs or paired seeds; with --rank, on all "
			"of them together.", &first);
	if (rc == 0 && first == argc)
		rc = say_usage("compare: expected one or more databases, for example sojourn "
			       "compare results.db");
	else if (rc == 0 && (s.resamples < 100 || s.resamples > RESAMPLES_MAX))
		rc = say_usage("compare: --resamples: %llu is out of range; expected 100 to %d",
			       (unsigned long long)s.resamples, RESAMPLES_MAX);
	else if (rc == 0 && !s.rank && (s.reference != NULL || s.matrix))
		rc = say_usage("compare: %s is for --rank", s.matrix ? "--matrix" : "--reference");
	else if (rc == 0) {
		rc = compare(&s, (const char *const *)(argv + first), (size_t)(argc - first),
			     &err);
		rc = rc == SJ_OK ? 0 : say_error(rc, &err);
	} else {
		rc = rc > 0 ? 0 : sj_err_exit_status(SJ_EUSAGE);
	}
	free(s.metrics.item);
	return rc;
}
