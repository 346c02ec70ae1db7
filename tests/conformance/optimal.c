/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * optimal.c - task graphs whose shortest schedule is known (380 of the University of
 * Auckland, on 2, 4 or 8 processors), under four policies on nodes that hang on one switch.
 *
 * An edge takes its weight in seconds between two nodes, more when transfers share a cable,
 * and nothing within a node. So whatever happens is also possible in the model in which the
 * optimum was proven, where no two transfers share anything: no makespan may be shorter. How
 * much longer they are is told.
 */
#include <glob.h>
#include <stdlib.h>

#include "conformance.h"
#include "harness/product.h"

struct set {
	const char *archive;
	int         procs;
};

static bool run(struct report *r, const char *path, int procs, const char *db)
{
	static const char *const policy[] = { "fifo", "firstfit", "sjf", "ljf" };
	struct args a = { 0 };
	struct child_result done;

	args_add(&a, "run");
	args_add(&a, "-w%s", path);
	args_add(&a, "-cnodes=%d,cores=1,bw=1GB/s,lat=0s,topology=star", procs);
	for (size_t i = 0; i < sizeof(policy) / sizeof(policy[0]); i++)
		args_add(&a, "-p%s", policy[i]);
	args_add(&a, "--check");
	args_add(&a, "-o%s", db);
	return product_run(r, &a, &done);
}

static void judge(struct report *r, const char *db, size_t graphs)
{
	const json_t *rows = product_query(r, db,
		"SELECT count(*), count(DISTINCT workload), min(value), median(value), max(value), "
		"sum(value < 1 + 1e-9) FROM metric JOIN run ON run.id = metric.run "
		"WHERE name = 'makespan_to_stated' AND status = 'complete'");
	const json_t *row = json_array_get(rows, 0);
	double least = json_number_value(json_array_get(row, 2));

	report_number(r, "runs", json_number_value(json_array_get(row, 0)), 4.0 * (double)graphs, 0,
		      0);
	report_number(r, "graphs", json_number_value(json_array_get(row, 1)), (double)graphs, 0, 0);
	r->checked++;
	if (!(least >= 1 - 1e-12))
		report_fail(r, "a makespan is %.12g of the shortest there is", least);
	report_note(r, "%zu graphs, four policies: %.0f of %.0f runs shortest, median %.3f of it, most "
		    "%.3f", graphs, json_number_value(json_array_get(row, 5)),
		    json_number_value(json_array_get(row, 0)),
		    json_number_value(json_array_get(row, 3)),
		    json_number_value(json_array_get(row, 4)));
}

/* Nor is any lower bound of a run (`run --bound`) above the optimum; how near they are. */
static void judge_bounds(struct report *r, const char *db)
{
	const json_t *rows = product_query(r, db,
		"SELECT max(b.value / s.value), avg(s.value / b.value), median(s.value / b.value), "
		"max(s.value / b.value), avg(s.value / b.value < 1 + 1e-9) "
		"FROM metric b JOIN metric s ON s.run = b.run AND s.name = 'stated_makespan_s' "
		"WHERE b.name = 'bound_makespan_s'");
	const json_t *row = json_array_get(rows, 0);
	double most = json_number_value(json_array_get(row, 0));

	r->checked++;
	if (!(most > 0 && most <= 1 + 1e-12))
		report_fail(r, "a lower bound is %.12g of the shortest there is", most);
	report_note(r, "shortest / lower bound: mean %.3f, median %.3f, most %.3f, met by %.0f %%",
		    json_number_value(json_array_get(row, 1)),
		    json_number_value(json_array_get(row, 2)),
		    json_number_value(json_array_get(row, 3)),
		    100 * json_number_value(json_array_get(row, 4)));
}

static void show(const void *arg, struct report *r)
{
	const struct set *s = arg;
	const char *folder = archive_folder(s->archive, r);
	const char *db = format("%s/all.db", r->scratch);
	glob_t found = { 0 };

	if (folder == NULL)
		return;
	glob(format("%s/*/*/%dp_*.gxl", folder, s->procs), 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (!run(r, found.gl_pathv[i], s->procs, db))
			return;
	if (found.gl_pathc == 0)
		report_fail(r, "no graph for %d processors in %s", s->procs, s->archive);
	else
		judge(r, db, found.gl_pathc);
	if (found.gl_pathc != 0)
		judge_bounds(r, db);
	globfree(&found);
}

void optimal_items(struct item_list *l, const struct place *at)
{
	const char *archive = log_find(format("%s/dag", at->traces), "optimal-gxl.tar.gz");

	for (int procs = 2; archive != NULL && procs <= 8; procs *= 2) {
		struct set *s = malloc(sizeof(*s));

		*s = (struct set){ archive, procs };
		item_add(l, format("optimal/%d-processors", procs), show, s);
	}
}
