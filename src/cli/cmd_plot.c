/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_plot.c - `sojourn plot`: flags, names of files, one call a figure. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/json_out.h"
#include "cli/table_text.h"
#include "plot/draw.h"
#include "sojourn/param.h"

struct flags {
	const char     *terminal, *style, *title, *out, *window, *nodes, *job, *widths, *lengths;
	const char     *by;
	struct opt_list metric, run, policy;
	uint64_t        first, bins, seed;
	bool            wide, list, json;
};

/* ---- --list ---------------------------------------------------------------- */

static int list_json(void)
{
	json_t *kinds = json_array();
	sj_error err = { 0 };
	int rc;

	for (const struct plot_kind *k = plot_kinds; k->name != NULL; k++)
		json_array_append_new(kinds, json_pack("{s:s,s:s,s:s?,s:s?,s:I}",
			"kind", k->name, "summary", k->summary, "metrics", k->metrics,
			"options", k->options, "series_max", (json_int_t)k->most));
	rc = json_out(json_pack("{s:s,s:o}", "schema", "sojourn.plot-kinds/1", "kinds", kinds),
		      JSON_INDENT(2), &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

static int list_kinds(void)
{
	struct table_text *t = table_text_create();
	int rc;

	table_text_row(t, "kind", "shows", "--metric", "options", NULL);
	table_text_rule(t);
	for (const struct plot_kind *k = plot_kinds; k->name != NULL; k++)
		table_text_row(t, k->name, k->summary,
			       k->metrics == NULL ? "" : k->metrics,
			       k->options == NULL ? "" : k->options, NULL);
	table_text_row(t, "all", "each of these, into the folder of -o", "", "", NULL);
	rc = table_text_print(t, stdout, table_text_unicode(stdout));
	table_text_free(t);
	return rc == SJ_OK ? 0 : say_error(rc, NULL);
}

/* ---- lists of numbers on the command line ------------------------------------ */

/* The comma-separated items of `text`, each to parse(); at most `most`. */
static int split(const char *flag, const char *text, size_t most, size_t *count,
		 int (*parse)(const char *flag, const char *item, size_t i, void *to,
			      sj_error *err), void *to, sj_error *err)
{
	char item[64];

	for (*count = 0;; text++) {
		size_t n = strcspn(text, ",");

		if (n == 0 || n >= sizeof(item))
			return sj_fail(err, SJ_EUSAGE, "%s: a list such as 1,8,64 was "
				       "expected, without blanks", flag);
		if (*count == most)
			return sj_fail(err, SJ_EUSAGE, "%s: more than %zu items", flag, most);
		memcpy(item, text, n);
		item[n] = '\0';
		if (parse(flag, item, (*count)++, to, err) != SJ_OK)
			return SJ_EUSAGE;
		text += n;
		if (*text == '\0')
			return SJ_OK;
	}
}

static int parse_width(const char *flag, const char *item, size_t i, void *to,
		       sj_error *err)
{
	uint32_t *width = to;
	int64_t v;
	int rc = sj_parse_int(flag, item, &v, err);

	if (rc != SJ_OK)
		return rc;
	if (v < 1 || v > INT32_MAX || (i > 0 && v <= width[i - 1]))
		return sj_fail(err, SJ_EUSAGE, "%s: bounds of job classes are numbers of "
			       "processors that increase from at least 1", flag);
	width[i] = (uint32_t)v;
	return SJ_OK;
}

static int parse_length(const char *flag, const char *item, size_t i, void *to,
			sj_error *err)
{
	sj_time *length = to;
	int rc = sj_parse_time(flag, item, &length[i], err);

	if (rc == SJ_OK && (length[i] < 0 || (i > 0 && length[i] <= length[i - 1])))
		return sj_fail(err, SJ_EUSAGE, "%s: times must increase", flag);
	return rc;
}

static int parse_node(const char *flag, const char *item, size_t i, void *to, sj_error *err)
{
	uint32_t *node = to;
	int64_t v;
	int rc = sj_parse_int(flag, item, &v, err);

	if (rc != SJ_OK)
		return rc;
	if (v < 0 || v > INT32_MAX || (i > 0 && v < node[0]))
		return sj_fail(err, SJ_EUSAGE, "%s: numbers of nodes were expected, from 0, the first "
			       "before the last", flag);
	node[i] = (uint32_t)v;
	return SJ_OK;
}

/* Of "3,7", or of one node as "3". */
static int nodes_of(const char *text, struct plot_options *o, sj_error *err)
{
	uint32_t node[2];
	size_t n = 0;
	int rc = text != NULL ? split("--nodes", text, 2, &n, parse_node, node, err) : SJ_OK;

	if (rc != SJ_OK || n == 0)
		return rc;
	o->nodes_given = true;
	o->nodes_from = node[0];
	o->nodes_to = node[n - 1];
	return SJ_OK;
}

static int by_of(const char *name, enum plot_by *by, sj_error *err)
{
	for (int i = 0; plot_by_names[i] != NULL; i++)
		if (strcmp(plot_by_names[i], name) == 0) {
			*by = (enum plot_by)i;
			return SJ_OK;
		}
	return sj_fail(err, SJ_EUSAGE, "--by %s: expected policy, workload or folder", name);
}

static int options_of(const struct flags *f, struct plot_options *o, sj_error *err)
{
	sj_time window[2];
	size_t n = 0;
	int rc = SJ_OK;

	*o = (struct plot_options){
		.metric = f->metric.item, .metrics = f->metric.count,
		.job = f->job, .first = f->first, .bins = f->bins, .seed = f->seed,
		/* Sequential, and the bounds most papers use: 8 processors and 1 hour
		 * (Srinivasan et al. 2002) with one step to either side. */
		.width = { 1, 8, 64 }, .widths = 3,
		.length = { 600 * SJ_NS_PER_S, 3600 * SJ_NS_PER_S }, .lengths = 2,
	};
	if (f->window != NULL) {
		rc = split("--window", f->window, 2, &n, parse_length, window, err);
		if (rc == SJ_OK && n != 2)
			rc = sj_fail(err, SJ_EUSAGE, "--window: two times were expected, "
				     "as in 0s,2d");
		if (rc == SJ_OK) {
			o->from = window[0];
			o->to = window[1];
		}
	}
	if (rc == SJ_OK)
		rc = nodes_of(f->nodes, o, err);
	if (rc == SJ_OK && f->by != NULL)
		rc = by_of(f->by, &o->by, err);
	if (rc == SJ_OK && f->widths != NULL)
		rc = split("--widths", f->widths, CLASSES_MAX, &o->widths, parse_width,
			   o->width, err);
	if (rc == SJ_OK && f->lengths != NULL)
		rc = split("--lengths", f->lengths, CLASSES_MAX, &o->lengths,
			   parse_length, o->length, err);
	if (rc == SJ_OK && f->first > 0 && f->window != NULL)
		rc = sj_fail(err, SJ_EUSAGE, "--first and --window choose the same thing; "
			     "give one of them");
	if (rc == SJ_OK && f->bins > 4000)
		rc = sj_fail(err, SJ_EUSAGE, "--bins: at most 4000, more do not fit a page");
	return rc;
}

/* ---- where to --------------------------------------------------------------- */

static int look_of(const struct flags *f, bool all, struct plot_look *look,
		   sj_error *err)
{
	const char *name = f->terminal;
	int rc = plot_style_find(f->style == NULL ? "acm" : f->style, &look->style, err);

	look->wide = f->wide;
	look->title = f->title;
	if (rc != SJ_OK)
		return rc;
	if (name == NULL && f->out != NULL && !all) {
		look->terminal = plot_terminal_of(f->out);
		if (look->terminal == NULL)
			return sj_fail(err, SJ_EUSAGE, "-o %s: this suffix is no known "
				       "format; say it with -T", f->out);
		return SJ_OK;
	}
	return plot_terminal_find(name == NULL ? "pdf" : name, &look->terminal, err);
}

/* The file of one figure; NULL in *path: to the terminal. */
static int path_of(const struct flags *f, const struct plot_kind *kind, bool all,
		   const struct plot_terminal *t, char **path, sj_error *err)
{
	size_t n = f->out == NULL ? 0 : strlen(f->out), m = strlen(t->suffix);

	*path = NULL;
	if (f->out == NULL && t->dumb)
		return SJ_OK;
	if (all || f->out == NULL)
		return asprintf(path, "%s%s%s%s", f->out == NULL ? "" : f->out,
				f->out == NULL ? "" : "/", kind->name, t->suffix) < 0 ?
		       SJ_ENOMEM : SJ_OK;
	if (n <= m || strcmp(f->out + n - m, t->suffix) != 0 || f->out[n - m - 1] == '/')
		return sj_fail(err, SJ_EUSAGE, "-o %s: with -T %s a name that ends in %s "
			       "was expected", f->out, t->name, t->suffix);
	*path = strdup(f->out);
	return *path == NULL ? SJ_ENOMEM : SJ_OK;
}

/* ---- the command -------------------------------------------------------------- */

static json_t *report_json(const struct plot_kind *kind, const struct plot_look *look,
			   const struct plot_runs *runs, const char *path,
			   const struct plot_report *r)
{
	json_t *series = json_array();

	for (size_t s = 0; s < r->series; s++) {
		json_t *ids = json_array();

		for (size_t i = 0; i < runs->series[s].count; i++)
			json_array_append_new(ids,
				json_integer(runs->run[runs->series[s].first + i].id));
		json_array_append_new(series, json_pack("{s:s,s:o}", "label",
				      runs->series[s].label, "runs", ids));
	}
	return json_pack("{s:s,s:s,s:s?,s:I,s:o}", "kind", kind->name, "format",
			 look->terminal->name, "file", path, "points",
			 (json_int_t)r->points, "series", series);
}

/* One figure into `path`, or to the terminal. */
static int draw_kind(const struct flags *f, const struct plot_kind *k,
		     const struct plot_runs *runs, const struct plot_look *look,
		     const struct plot_options *o, const char *path, json_t *figures,
		     sj_error *err)
{
	struct plot_runs group = { 0 };
	const struct plot_runs *shown = k->groups ? &group : runs;
	struct plot_report report;
	int rc = k->groups ? plot_group(runs, o->by, &group, err) : SJ_OK;

	if (rc == SJ_OK)
		rc = plot_draw(k, look, shown, o, path, &report, err);
	if (rc == SJ_OK && f->json)
		json_array_append_new(figures, report_json(k, look, shown, path, &report));
	else if (rc == SJ_OK && path != NULL)
		say("%s", path);
	plot_group_free(&group);
	return rc;
}

static int draw_kinds(const struct flags *f, const struct plot_kind *only,
		      const struct plot_runs *runs, const struct plot_look *look,
		      const struct plot_options *o, json_t *figures, sj_error *err)
{
	const bool all = only == NULL;
	int rc = SJ_OK, missed = SJ_OK;

	for (const struct plot_kind *k = all ? plot_kinds : only;
	     k->name != NULL && rc == SJ_OK; k++) {
		char *path = NULL;

		rc = path_of(f, k, all, look->terminal, &path, err);
		if (rc == SJ_OK)
			rc = draw_kind(f, k, runs, look, o, path, figures, err);
		free(path);
		if (!all)
			break;
		/* Of all kinds, one may have nothing to show, and without gnuplot the
		 * scripts of the others are still wanted. */
		if (rc == SJ_EINVAL)
			say("%s", err->text);
		if (rc == SJ_ENOENT)
			missed = rc;
		if (rc == SJ_EINVAL || rc == SJ_ENOENT)
			rc = SJ_OK;
	}
	return rc == SJ_OK ? missed : rc;
}

static int plot(const struct flags *f, const char *kind_name, char **dbs, size_t n)
{
	const struct plot_filter filter = { f->run.item, f->run.count, f->policy.item,
					    f->policy.count };
	const bool all = strcmp(kind_name, "all") == 0;
	const struct plot_kind *kind = NULL;
	struct plot_options o;
	struct plot_look look;
	struct plot_runs runs = { 0 };
	json_t *figures = json_array();
	sj_error err = { 0 };
	int rc = all ? SJ_OK : plot_kind_find(kind_name, &kind, &err);

	if (rc == SJ_OK)
		rc = options_of(f, &o, &err);
	if (rc == SJ_OK)
		rc = look_of(f, all, &look, &err);
	if (rc == SJ_OK && all && f->metric.count > 0)
		rc = sj_fail(&err, SJ_EUSAGE, "plot all: --metric means another thing to "
			     "each kind; give it to one kind");
	if (rc == SJ_OK && all && f->out != NULL && mkdir(f->out, 0777) != 0 &&
	    access(f->out, F_OK) != 0)
		rc = sj_fail(&err, SJ_ENOENT, "-o %s: this folder cannot be made; does "
			     "the one above it exist?", f->out);
	if (rc == SJ_OK)
		rc = plot_runs_open((const char *const *)dbs, n, &filter, &runs, &err);
	if (rc == SJ_OK)
		rc = draw_kinds(f, kind, &runs, &look, &o, figures, &err);
	if (rc == SJ_OK && f->json)
		rc = json_out(json_pack("{s:s,s:O}", "schema", "sojourn.plot/1", "figures",
					figures), JSON_INDENT(2), &err);
	json_decref(figures);
	plot_runs_close(&runs);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

static int dispatch(const struct flags *f, int argc, char **argv)
{
	if (f->list)
		return f->json ? list_json() : list_kinds();
	if (argc < 2)
		return say_usage("plot: a KIND and at least one results database were "
				 "expected; `sojourn plot --list` tells the kinds");
	if (f->json && f->terminal != NULL && strcmp(f->terminal, "dumb") == 0 && !f->out)
		return say_usage("plot: --json and a figure on stdout exclude each other; "
				 "give -o");
	return plot(f, argv[0], argv + 1, (size_t)(argc - 1));
}

int cmd_plot(int argc, char **argv)
{
	struct flags f = { .seed = 1 };
	const struct opt opts[] = {
		{ 'T', "format", OPT_STRING, &f.terminal, "FORMAT",
		  "pdf (default), cairolatex, tikz, svg, png or dumb; else from -o" },
		{ 'o', "output", OPT_STRING, &f.out, "FILE",
		  "the picture; FILE's .gp and .dat go beside it (default: KIND.pdf)" },
		{ 0, "style", OPT_STRING, &f.style, "STYLE",
		  "column width and type of acm (default), ieee or usenix" },
		{ 0, "wide", OPT_FLAG, &f.wide, NULL, "across both columns" },
		{ 0, "title", OPT_STRING, &f.title, "TEXT", "a title inside the figure" },
		{ 'm', "metric", OPT_LIST, &f.metric, "METRIC",
		  "what to draw; see --list (repeat it for bars, twice for scatter)" },
		{ 0, "by", OPT_STRING, &f.by, "WHAT",
		  "scatter: a colour for each policy (default), workload or folder of workloads" },
		{ 'p', "policy", OPT_LIST, &f.policy, "POLICY",
		  "only runs of this policy: a name or a whole spec; repeatable" },
		{ 0, "run", OPT_LIST, &f.run, "N", "only run N; repeatable" },
		{ 0, "window", OPT_STRING, &f.window, "FROM,TO",
		  "time shown, since the first submit: 0s,2d" },
		{ 0, "first", OPT_COUNT, &f.first, "N",
		  "gantt, gpu-gantt: the first N jobs; link-utilization: the N busiest links" },
		{ 0, "job", OPT_STRING, &f.job, "ID",
		  "dag-gantt: this job (default: the first of those with most tasks)" },
		{ 0, "nodes", OPT_STRING, &f.nodes, "FROM,TO",
		  "gpu-gantt: only these nodes (default: as many as can be told apart)" },
		{ 0, "bins", OPT_COUNT, &f.bins, "N", "utilization: averaged over N bins" },
		{ 0, "widths", OPT_STRING, &f.widths, "N,N,...",
		  "upper bounds of width classes (default: 1,8,64)" },
		{ 0, "lengths", OPT_STRING, &f.lengths, "T,T,...",
		  "upper bounds of length classes (default: 10min,1h)" },
		{ 0, "seed", OPT_COUNT, &f.seed, "N", "of the bootstrap (default: 1)" },
		{ 0, "list", OPT_FLAG, &f.list, NULL, "tell the kinds and stop" },
		{ 0, "json", OPT_FLAG, &f.json, NULL, "say on stdout what was drawn" },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	int first;
	int rc = opts_parse(argc, argv, opts, "plot KIND DB... [flags]",
			    "Draws runs of results databases: one figure, its gnuplot "
			    "script and its data. Runs that differ in the seed alone are one "
			    "series. KIND all draws every kind into the folder of -o.", &first);

	if (rc == 0)
		rc = dispatch(&f, argc - first, argv + first);
	else
		rc = rc > 0 ? 0 : 2;
	free(f.metric.item);
	free(f.run.item);
	free(f.policy.item);
	return rc;
}
