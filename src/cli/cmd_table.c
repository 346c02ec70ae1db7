/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_table.c - policies by metrics as a table, for a paper or for a program. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/compare_out.h"
#include "cli/outstream.h"
#include "cli/paper_table.h"

enum { RESAMPLES = 2000, BOX = 4 };

struct settings {
	struct opt_list metrics;
	const char     *format, *output, *caption, *label, *level;
	bool            json;
};

static int format_index(const struct settings *s, sj_error *err)
{
	const char *name = s->json ? "json" : s->format;

	if (name == NULL)
		return BOX;
	for (int i = 0; paper_formats[i] != NULL; i++)
		if (strcmp(paper_formats[i], name) == 0)
			return i;
	return sj_fail(err, SJ_EUSAGE, "table: -T: no format \"%s\"; there are booktabs, md, "
		       "csv, json and box", name);
}

static int write_table(const struct settings *s, struct paper_table *t, int format,
		       sj_error *err)
{
	struct outstream out;
	int rc = paper_table_init(t);

	if (rc == SJ_OK) {
		rc = outstream_open(&out, s->output, err);
		if (rc == SJ_OK) {
			rc = paper_table_write(t, format, out.to);
			rc = outstream_close(&out, rc, err);
		}
	}
	paper_table_fini(t);
	return rc;
}

static int make_table(struct runset *set, const struct settings *s,
		      const struct compare_options *o, int format, sj_error *err)
{
	struct comparison *c = NULL;
	int rc = comparisons_make(set, NULL, o, &c, err);
	struct paper_table t = { .group = c, .groups = set->groups, .options = o,
				 .with_ci = s->level != NULL, .caption = s->caption,
				 .label = s->label };

	if (rc == SJ_OK)
		rc = write_table(s, &t, format, err);
	comparisons_free(c, set->groups);
	return rc;
}

static int table(const struct settings *s, const char *const *paths, size_t count,
		 sj_error *err)
{
	/* Without intervals there is no need to read a job. */
	struct compare_options o = { .resamples = s->level == NULL ? 0 : RESAMPLES, .seed = 1 };
	int format = format_index(s, err), rc = compare_level(s->level, &o.level, err);
	const char **names = NULL;
	struct runset set;

	if (format < 0)
		return format;
	if (rc != SJ_OK)
		return rc;
	rc = runset_open(&set, paths, count, err);
	if (rc == SJ_OK)
		rc = metric_names_choose(&set, &s->metrics, &names, &o.metrics, err);
	o.metric = names;
	if (rc == SJ_OK)
		rc = make_table(&set, s, &o, format, err);
	compare_say_notes(&set);
	runset_free(&set);
	free(names);
	return rc;
}

int cmd_table(int argc, char **argv)
{
	struct settings s = { .format = NULL };
	const struct opt opts[] = {
		{ 'T', "format", OPT_STRING, &s.format, "FORMAT",
		  "box (the default), booktabs, md, csv or json" },
		{ 'm', "metric", OPT_LIST, &s.metrics, "M",
		  "A metric, as stored (wait_p99_s) or in short (wait, bsld); may be repeated." },
		{ 0, "ci", OPT_STRING, &s.level, "PERCENT",
		  "Add confidence intervals, made as `compare` does." },
		{ 'o', "output", OPT_STRING, &s.output, "FILE", "Write there instead of stdout." },
		{ 0, "caption", OPT_STRING, &s.caption, "TEXT", "With booktabs: as LaTeX." },
		{ 0, "label", OPT_STRING, &s.label, "NAME", "With booktabs: for \\ref." },
		{ 0, "json", OPT_FLAG, &s.json, NULL, "The same as -T json." },
		{ .name = NULL },
	};
	sj_error err = { 0 };
	int first, rc;

	rc = opts_parse(argc, argv, opts, "table [flags] DB...",
			"Policies by metrics, means over seeds. Text formats choose units and "
			"digits, and mark the best value; csv and json are exact.", &first);
	if (rc == 0 && first == argc) {
		rc = say_usage("table: expected one or more databases, for example sojourn "
			       "table results.db");
	} else if (rc == 0) {
		rc = table(&s, (const char *const *)(argv + first), (size_t)(argc - first), &err);
		rc = rc == SJ_OK ? 0 : say_error(rc, &err);
	} else {
		rc = rc > 0 ? 0 : sj_err_exit_status(SJ_EUSAGE);
	}
	free(s.metrics.item);
	return rc;
}
