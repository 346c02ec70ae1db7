/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wfinstances.c - measured workflows of WfCommons on the machines on which they ran, each
 * task on its own machine for its measured run time, beside the measured makespan. A family
 * is a case; its line tells the table.
 *
 * What must hold: all tasks end; the makespan is at least the longest path of run times, and
 * on every machine at least its work over its cores. Whenever nothing of some path runs, the
 * machine of its next task is full, so it is at most the longest path and these quotients of
 * all machines together (as Graham argued for one list). How far the
 * measured makespan is above is told, not judged: it has the workflow system in it, which
 * the documents do not tell apart. The table is of firstfit; fifo is judged too.
 */
#include <glob.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conformance.h"
#include "harness/product.h"

struct family {
	const char *archive;
};

/* ---- bounds, from the document alone ------------------------------------------------------ */

struct graph {
	const json_t *spec;  /* tasks of the specification */
	json_t       *run;   /* seconds by id */
	json_t       *path;  /* longest path up to and with a task, by id */
	json_t       *index; /* of a task in `spec`, by id */
};

static double longest(struct graph *g, const char *id)
{
	const json_t *known = json_object_get(g->path, id), *parents, *v;
	double before = 0;
	size_t i;

	if (known != NULL)
		return json_number_value(known);
	parents = json_object_get(json_array_get(g->spec, (size_t)json_integer_value(
				  json_object_get(g->index, id))), "parents");
	json_array_foreach(parents, i, v)
		before = fmax(before, longest(g, json_string_value(v)));
	before += json_number_value(json_object_get(g->run, id));
	json_object_set_new(g->path, id, json_real(before));
	return before;
}

static double critical_path(const json_t *workflow, double *work)
{
	struct graph g = { json_object_get(json_object_get(workflow, "specification"), "tasks"),
			   json_object(), json_object(), json_object() };
	const json_t *tasks = json_object_get(json_object_get(workflow, "execution"), "tasks"), *v;
	double most = 0;
	size_t i;

	*work = 0;
	json_array_foreach(tasks, i, v) {
		double s = json_number_value(json_object_get(v, "runtimeInSeconds"));

		json_object_set_new(g.run, json_string_value(json_object_get(v, "id")),
				    json_real(s));
		*work += s;
	}
	json_array_foreach(g.spec, i, v)
		json_object_set_new(g.index, json_string_value(json_object_get(v, "id")),
				    json_integer((json_int_t)i));
	json_array_foreach(g.spec, i, v)
		most = fmax(most, longest(&g, json_string_value(json_object_get(v, "id"))));
	return most;
}

/* What machines have to compute over their cores: of the fullest, and of all of them one after
 * the other, tasks without a machine included. All tasks here have one core. */
static double machine_times(const json_t *execution, double *sum)
{
	const json_t *machines = json_object_get(execution, "machines");
	const json_t *tasks = json_object_get(execution, "tasks"), *m, *t;
	double most = 0;
	size_t i, k;

	*sum = 0;
	json_array_foreach(tasks, k, t)
		if (json_array_size(json_object_get(t, "machines")) == 0)
			*sum += json_number_value(json_object_get(t, "runtimeInSeconds"));
	json_array_foreach(machines, i, m) {
		const char *name = json_string_value(json_object_get(m, "nodeName"));
		double work = 0, cores = json_number_value(json_object_get(
				json_object_get(m, "cpu"), "coreCount"));

		json_array_foreach(tasks, k, t) {
			const char *at = json_string_value(json_array_get(
						json_object_get(t, "machines"), 0));

			if (at != NULL && strcmp(at, name) == 0)
				work += json_number_value(json_object_get(t, "runtimeInSeconds"));
		}
		most = fmax(most, work / cores);
		*sum += work / cores;
	}
	return most;
}

/* ---- one instance ----------------------------------------------------------------------------- */

/* Under fifo a machine may idle while the head of the queue waits for another. */
static void judge(struct report *r, const char *path, const json_t *metrics, bool greedy)
{
	json_t *doc = json_load_file(path, 0, NULL);
	const json_t *workflow = json_object_get(doc, "workflow");
	const json_t *execution = json_object_get(workflow, "execution");
	double work, busy, length = critical_path(workflow, &work);
	double least = fmax(length, machine_times(execution, &busy));
	double makespan = json_number_value(json_object_get(metrics, "makespan_s"));
	double stated = json_number_value(json_object_get(execution, "makespanInSeconds"));
	/* Sums of doubles here, whole nanoseconds there. */
	const double slack = 1e-9 * work;

	report_number(r, format("%s: finished", path),
		      json_number_value(json_object_get(metrics, "finished")), 1, 0, 0);
	report_number(r, "stated_makespan_s", json_number_value(json_object_get(metrics,
		      "stated_makespan_s")), stated, 1e-12, 0);
	report_number(r, "makespan_to_stated", json_number_value(json_object_get(metrics,
		      "makespan_to_stated")), makespan / stated, 1e-12, 0);
	r->checked++;
	if (!(makespan >= least - slack &&
	      makespan <= (greedy ? length + busy : work) + slack))
		report_fail(r, "%s: makespan %.9g is not in %.9g..%.9g", path, makespan, least,
			    greedy ? length + busy : work);
	json_decref(doc);
}

static bool replay(struct report *r, const char *path, const char *db)
{
	struct args a = { 0 };
	json_t *doc;

	args_add(&a, "run");
	args_add(&a, "-wwfformat:%s,place=recorded", path);
	args_add(&a, "-c%s", path);
	args_add(&a, "-pfirstfit");
	args_add(&a, "-pfifo");
	args_add(&a, "--check");
	args_add(&a, "-o%s", db);
	doc = product_json(r, &a);
	if (doc == NULL)
		return false;
	for (size_t i = 0; i < 2; i++)
		judge(r, path, json_object_get(json_array_get(json_object_get(doc, "runs"), i),
					       "metrics"), i == 0);
	json_decref(doc);
	return true;
}

/* ---- a family --------------------------------------------------------------------------------- */

static void tell(struct report *r, const char *db)
{
	const json_t *rows = product_query(r, db,
		"SELECT count(*), median(value), boot_median_ci(value), min(value), max(value) "
		"FROM metric JOIN run ON run.id = metric.run WHERE name = 'makespan_to_stated' "
		"AND policy = 'firstfit'");
	const json_t *row = json_array_get(rows, 0);
	const char *ci = json_string_value(json_array_get(row, 2));
	json_t *interval = ci != NULL ? json_loads(ci, 0, NULL) : NULL;

	report_note(r, "%d instances, simulated over measured: median %.3f (95 %%: %.3f..%.3f), "
		    "least %.3f, most %.3f", (int)json_integer_value(json_array_get(row, 0)),
		    json_number_value(json_array_get(row, 1)),
		    json_number_value(json_array_get(interval, 0)),
		    json_number_value(json_array_get(interval, 1)),
		    json_number_value(json_array_get(row, 3)),
		    json_number_value(json_array_get(row, 4)));
	json_decref(interval);
}

static void show(const void *arg, struct report *r)
{
	static const char *const depth[] = { "*", "*/*", "*/*/*" };
	const struct family *f = arg;
	const char *folder = archive_folder(f->archive, r);
	const char *db = format("%s/family.db", r->scratch);
	glob_t found = { 0 };

	if (folder == NULL)
		return;
	for (size_t i = 0; i < 3; i++)
		glob(format("%s/%s.json", folder, depth[i]), i > 0 ? GLOB_APPEND : 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (!replay(r, found.gl_pathv[i], db))
			return;
	if (found.gl_pathc == 0)
		report_fail(r, "%s has no instance", f->archive);
	else
		tell(r, db);
	globfree(&found);
}

void wfinstances_items(struct item_list *l, const struct place *at)
{
	glob_t found = { 0 };

	if (glob(format("%s/workflow/wfinstances-*.tar.gz", at->traces), 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct family *f = malloc(sizeof(*f));
		const char *name = strrchr(found.gl_pathv[i], '/') + strlen("/wfinstances-");

		f->archive = format("%s", found.gl_pathv[i]);
		item_add(l, format("wfinstances/%.*s", (int)strcspn(name, "."), name), show, f);
	}
	globfree(&found);
}
