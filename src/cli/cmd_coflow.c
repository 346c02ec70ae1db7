/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_coflow.c - `sojourn coflow`: coflows under several orders on one switch. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/coflow_out.h"
#include "cli/commands.h"
#include "coflow/coflow_figure.h"
#include "input/workload.h"

#define RESAMPLES 2000

struct flags {
	struct opt_list orders;
	const char     *bandwidth, *csv, *plot, *style, *title;
	uint64_t        resamples, seed;
	bool            skip_local, list, json, wide;
};

static const char *const default_orders[] = { "fair", "fifo", "sebf", "aalo" };

static int parse(int argc, char **argv, struct flags *f, int *first)
{
	const struct opt opts[] = {
		{ 0, "order", OPT_LIST, &f->orders, "NAME[:K=V,...]",
		  "Which flows go first; give several to compare (default: fair, fifo, sebf, "
		  "aalo). The first is the baseline." },
		{ 0, "list", OPT_FLAG, &f->list, NULL, "List the orders and their parameters." },
		{ 0, "bw", OPT_STRING, &f->bandwidth, "RATE",
		  "Of each port, in and out (default 1Gbit/s)." },
		{ 0, "skip-local", OPT_FLAG, &f->skip_local, NULL,
		  "Flows from a port to itself take no time; otherwise they cross it." },
		{ 'o', "output", OPT_STRING, &f->csv, "FILE.csv",
		  "Every coflow under every order, as CSV." },
		{ 0, "plot", OPT_STRING, &f->plot, "FILE",
		  "The distribution of completion times, as .pdf, .svg, .png or .tex." },
		{ 0, "style", OPT_STRING, &f->style, "NAME", "Of the figure, as in `plot` (acm)." },
		{ 0, "wide", OPT_FLAG, &f->wide, NULL, "Across both columns." },
		{ 0, "title", OPT_STRING, &f->title, "TEXT", "Above the figure." },
		{ 0, "resamples", OPT_COUNT, &f->resamples, "N",
		  "Of the bootstrap behind the intervals (2000; 0: none)." },
		{ 0, "seed", OPT_COUNT, &f->seed, "N", "Seed of the bootstrap, and of gen: (1)." },
		{ 0, "json", OPT_FLAG, &f->json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};

	return opts_parse(argc, argv, opts, "coflow [flags] WORKLOAD",
			  "How long coflows take on one big switch, by the order in which they "
			  "are served: coflow completion times (CCT), against the first order. "
			  "WORKLOAD: a coflow-benchmark trace, gen:coflow, or jobs whose tasks "
			  "have their nodes (docs/NETWORK.md).", first);
}

static int list_orders(void)
{
	for (int i = 0; i < SJ_COFLOW_ORDERS; i++) {
		const sj_coflow_order_info *o = &sj_coflow_orders[i];

		printf("%-8s%s\n", o->name, o->summary);
		for (const sj_param *p = o->params; p != NULL && p->name != NULL; p++) {
			printf("        %s=%s", p->name, p->def);
			for (const char *const *c = p->choices; c != NULL && *c != NULL; c++)
				printf("%s%s", c == p->choices ? " (" : ", ", *c);
			printf("%s  %s\n", p->choices != NULL ? ")" : "", p->help);
		}
	}
	return 0;
}

/* Before the study, which may take long. */
static int look_of(const struct flags *f, struct plot_look *look, sj_error *err)
{
	int rc = plot_style_find(f->style, &look->style, err);

	look->wide = f->wide;
	look->title = f->title;
	if (rc != SJ_OK || f->plot == NULL)
		return rc;
	look->terminal = plot_terminal_of(f->plot);
	if (look->terminal == NULL || look->terminal->dumb)
		return sj_fail(err, SJ_EUSAGE, "coflow: a figure is .pdf, .svg, .png or .tex, which "
			       "\"%.60s\" is not", f->plot);
	return SJ_OK;
}

static int study(const struct flags *f, const char *spec, const struct coflow_set *set,
		 const struct plot_look *look, sj_error *err)
{
	const char *const *orders = f->orders.count != 0 ? f->orders.item : default_orders;
	size_t count = f->orders.count != 0 ? f->orders.count :
		       sizeof(default_orders) / sizeof(default_orders[0]);
	struct coflow_study s;
	int rc = coflow_study_make(set, orders, count, f->resamples, f->seed, &s, err);

	if (rc != SJ_OK)
		return rc;
	if (f->csv != NULL)
		rc = coflow_out_csv(&s, f->csv, err);
	if (rc == SJ_OK && f->plot != NULL)
		rc = coflow_figure(&s, look, f->plot, err);
	if (rc == SJ_OK)
		rc = f->json ? coflow_out_json(&s, spec, err) : coflow_out_text(&s, err);
	coflow_study_fini(&s);
	return rc;
}

static int run(const struct flags *f, const char *spec, sj_error *err)
{
	struct plot_look look = { .terminal = NULL };
	struct coflow_set set;
	struct workload *w;
	uint64_t bytes_per_s = 125000000;
	int rc = look_of(f, &look, err);

	if (rc == SJ_OK && f->bandwidth != NULL)
		rc = sj_parse_rate("--bw", f->bandwidth, &bytes_per_s, err);
	if (rc == SJ_OK && bytes_per_s == 0)
		rc = sj_fail(err, SJ_EUSAGE, "coflow: --bw must be above 0");
	if (rc == SJ_OK)
		rc = workload_open(spec, NULL, f->seed, &w, err);
	if (rc != SJ_OK)
		return rc;
	rc = coflow_set_read(w->source, spec, (double)bytes_per_s, f->skip_local, &set, err);
	workload_free(w);
	if (rc != SJ_OK)
		return rc;
	if (set.without_flows != 0)
		say("%s: %llu jobs have no edges and are not coflows", spec,
		    (unsigned long long)set.without_flows);
	rc = study(f, spec, &set, &look, err);
	coflow_set_fini(&set);
	return rc;
}

static int obey(const struct flags *f, char *const *word, int words)
{
	sj_error err = { 0 };
	int rc;

	if (f->list)
		return list_orders();
	if (words != 1)
		return say_usage("coflow: expected one workload, as in `sojourn coflow "
				 "FB2010-1Hr-150-0.txt`");
	rc = run(f, word[0], &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

int cmd_coflow(int argc, char **argv)
{
	struct flags f = { .resamples = RESAMPLES, .seed = 1, .style = "acm" };
	int first, rc = parse(argc, argv, &f, &first);

	if (rc == 0)
		rc = obey(&f, argv + first, argc - first);
	else
		rc = rc > 0 ? 0 : 2;
	free(f.orders.item);
	return rc;
}
