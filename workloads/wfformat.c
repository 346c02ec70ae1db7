/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wfformat.c - reader of workflows in WfFormat 1.5, the JSON of WfCommons (Coleman et al.,
 * "WfCommons: a framework for enabling scientific workflow research and development",
 * FGCS 128, 2022): what waits for what and reads which files (specification), and how
 * long each task took where (execution).
 *
 * A document is one job, submitted at 0, of the tasks of the specification. A task has
 * `coreCount` cores (1 when it says none) for `runtimeInSeconds`. Edges are the `parents`;
 * an edge carries the files that the parent lists as output and the child as input, with
 * `sizeInBytes`. The cores of `machines` are the machine, `makespanInSeconds` the makespan
 * stated. With place=recorded a task runs only where it ran: on the node whose number,
 * from 0, is the place in `machines` of the first machine it names; src/config/wfmachines.h
 * makes these nodes of the same document, which is the machine then. A task that names no
 * machine stays free.
 * Invents: the run time as the estimate; the run time is the measured one and has reading
 * and writing in it; files that no task makes are on a shared storage. Does not read:
 * commands, energy, memory (measured, not asked for), further machines of a task. Cannot know: users, waiting in
 * front of the tasks.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "timetext.h"
#include "uses.h"
#include "whole.h"

#define DOCUMENT_MAX ((size_t)1 << 30)

static const char *const place_names[] = { "any", "recorded", NULL };

struct settings {
	int place; /* of `place_names` */
};

static const sj_param params[] = {
	{ .name = "place", .type = SJ_P_ENUM, .choices = place_names, .def = "any",
	  .offset = offsetof(struct settings, place),
	  .help = "Where tasks may run: on any node, or on the machine on which each ran." },
	{ .name = NULL },
};

struct reader {
	const char      *name;
	struct settings  settings;
	struct names     machines; /* when places are recorded */
	struct deck     *deck;
	struct graph_job graph;
	struct names     files;
	uint64_t        *bytes; /* by file */
	struct uses      uses;
	sj_error        *err;
};

/* ---- values ------------------------------------------------------------------------- */

/* "where[index]" in messages. */
struct place {
	const char *list;
	size_t      index;
};

static int wrong(const struct reader *r, struct place at, const char *key, const char *expected)
{
	return sj_fail(r->err, SJ_EPARSE, "%s: %s[%zu]: \"%s\": expected %s", r->name, at.list,
		       at.index, key, expected);
}

static const char *word(const json_t *o, const char *key)
{
	const char *v = json_string_value(json_object_get(o, key));

	return v != NULL && v[0] != '\0' ? v : NULL;
}

/* 15 digits of a decimal survive a double. */
static bool seconds(const json_t *v, sj_time *ns)
{
	char text[40];

	if (!json_is_number(v) || !isfinite(json_number_value(v)))
		return false;
	snprintf(text, sizeof(text), "%.15g", json_number_value(v));
	return text_decimal(text, TIME_S, ns) == SJ_OK && *ns >= 0;
}

static int list(const struct reader *r, const json_t *o, const char *key, bool must,
		const json_t **out)
{
	*out = json_object_get(o, key);
	if ((must && !json_is_array(*out)) || (*out != NULL && !json_is_array(*out)))
		return sj_fail(r->err, SJ_EPARSE, "%s: \"%s\": expected a list", r->name, key);
	return SJ_OK;
}

/* ---- files ------------------------------------------------------------------------------ */

static int read_files(struct reader *r, const json_t *files)
{
	size_t n = json_array_size(files);
	uint64_t all = 0;

	r->bytes = calloc(n + 1, sizeof(*r->bytes));
	if (r->bytes == NULL)
		return sj_fail(r->err, SJ_ENOMEM, "%s: no memory for %zu files", r->name, n);
	for (size_t i = 0; i < n; i++) {
		const json_t *file = json_array_get(files, i);
		const json_t *size = json_object_get(file, "sizeInBytes");
		const char *id = word(file, "id");
		uint32_t number;
		int rc;

		if (id == NULL)
			return wrong(r, (struct place){ "files", i }, "id", "a name");
		if (!json_is_integer(size) || json_integer_value(size) < 0)
			return wrong(r, (struct place){ "files", i }, "sizeInBytes",
				     "a whole number of bytes");
		rc = names_number(&r->files, id, &number, r->err);
		if (rc != SJ_OK)
			return rc;
		r->bytes[number - 1] = (uint64_t)json_integer_value(size);
		all += r->bytes[number - 1];
	}
	deck_count(r->deck, "files", n);
	deck_count(r->deck, "file_bytes", all);
	return SJ_OK;
}

/* Names of files that are not in the list have no size. */
static int read_uses(struct reader *r, const json_t *task, struct place at, const char *key,
		     uint32_t number)
{
	const json_t *names = json_object_get(task, key);
	uint32_t known = r->files.count;

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		struct use use = { .task = number, .output = key[0] == 'o' };
		int rc;

		if (name == NULL || name[0] == '\0')
			return wrong(r, at, key, "names of files");
		rc = names_number(&r->files, name, &use.file, r->err);
		if (rc != SJ_OK)
			return rc;
		if (use.file > known)
			return wrong(r, at, key, "names of files in \"files\"");
		use.bytes = r->bytes[use.file - 1];
		rc = uses_add(&r->uses, use, r->err);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

/* ---- tasks ------------------------------------------------------------------------------- */

/* Before any parent is, so that tasks are numbered in the order of the document. */
static int number_tasks(struct reader *r, const json_t *tasks)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < json_array_size(tasks) && rc == SJ_OK; i++) {
		const char *id = word(json_array_get(tasks, i), "id");
		uint32_t number;

		if (id == NULL)
			return wrong(r, (struct place){ "specification.tasks", i }, "id",
				     "a name");
		rc = graph_job_task(&r->graph, id, &number, r->err);
	}
	return rc;
}

static int read_specification(struct reader *r, const json_t *tasks)
{
	int rc = number_tasks(r, tasks);

	for (size_t i = 0; i < json_array_size(tasks) && rc == SJ_OK; i++) {
		const json_t *task = json_array_get(tasks, i), *parents;
		const struct place at = { "specification.tasks", i };
		uint32_t number, parent;

		rc = graph_job_task(&r->graph, word(task, "id"), &number, r->err);
		if (rc == SJ_OK)
			rc = list(r, task, "parents", true, &parents);
		for (size_t k = 0; rc == SJ_OK && k < json_array_size(parents); k++) {
			const char *name = json_string_value(json_array_get(parents, k));

			if (name == NULL || name[0] == '\0')
				return wrong(r, at, "parents", "names of tasks");
			rc = graph_job_task(&r->graph, name, &parent, r->err);
			if (rc == SJ_OK)
				rc = graph_job_edge(&r->graph, parent, number, 0, r->err);
		}
		if (rc == SJ_OK)
			rc = read_uses(r, task, at, "inputFiles", number);
		if (rc == SJ_OK)
			rc = read_uses(r, task, at, "outputFiles", number);
	}
	return rc;
}

/* All of them before any task is; names are numbered from 1. */
static int read_machine_names(struct reader *r, const json_t *machines)
{
	for (size_t i = 0; i < json_array_size(machines); i++) {
		const char *name = word(json_array_get(machines, i), "nodeName");
		uint32_t number;
		int rc;

		if (name == NULL)
			return wrong(r, (struct place){ "execution.machines", i }, "nodeName",
				     "a name");
		rc = names_number(&r->machines, name, &number, r->err);
		if (rc != SJ_OK)
			return rc;
		if (number != i + 1)
			return wrong(r, (struct place){ "execution.machines", i }, "nodeName",
				     "a name that no other machine has");
	}
	return SJ_OK;
}

static int read_place(struct reader *r, const json_t *task, struct place at, uint32_t number)
{
	const json_t *list = json_object_get(task, "machines");
	const char *name = json_string_value(json_array_get(list, 0));
	uint32_t known = r->machines.count, machine;
	int rc;

	if (list == NULL || (json_is_array(list) && json_array_size(list) == 0))
		return SJ_OK;
	if (name == NULL || name[0] == '\0')
		return wrong(r, at, "machines", "names of machines");
	rc = names_number(&r->machines, name, &machine, r->err);
	if (rc == SJ_OK && machine > known)
		rc = wrong(r, at, "machines", "names of execution.machines");
	if (rc == SJ_OK)
		r->graph.task[number - 1].node = machine;
	return rc;
}

static int read_execution(struct reader *r, const json_t *tasks)
{
	uint32_t known = r->graph.names.count;

	for (size_t i = 0; i < json_array_size(tasks); i++) {
		const json_t *task = json_array_get(tasks, i);
		const json_t *cores = json_object_get(task, "coreCount");
		const struct place at = { "execution.tasks", i };
		const char *id = word(task, "id");
		uint32_t number;
		char who[300];
		sj_time ns;
		int rc;

		if (id == NULL)
			return wrong(r, at, "id", "a name");
		if (!seconds(json_object_get(task, "runtimeInSeconds"), &ns))
			return wrong(r, at, "runtimeInSeconds", "a number of seconds");
		if (cores != NULL && (!json_is_number(cores) || json_number_value(cores) < 0 ||
				      json_number_value(cores) > 1e6))
			return wrong(r, at, "coreCount", "a number of cores");
		rc = graph_job_task(&r->graph, id, &number, r->err);
		if (rc == SJ_OK && number > known)
			return wrong(r, at, "id", "a task of the specification");
		snprintf(who, sizeof(who), "%.250s: execution.tasks[%zu]", r->name, i);
		if (rc == SJ_OK)
			rc = graph_job_work(&r->graph, who, number,
					    json_number_value(cores) >= 1 ?
					    (uint32_t)ceil(json_number_value(cores)) : 1, ns,
					    r->err);
		if (rc == SJ_OK && r->settings.place == 1)
			rc = read_place(r, task, at, number);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

static void read_machines(struct reader *r, const json_t *machines)
{
	sj_workload_info *info = &r->deck->source.info;
	double cores = 0;

	deck_count(r->deck, "machines", json_array_size(machines));
	for (size_t i = 0; i < json_array_size(machines); i++) {
		const json_t *cpu = json_object_get(json_array_get(machines, i), "cpu");

		cores += json_number_value(json_object_get(cpu, "coreCount"));
	}
	if (cores >= 1 && cores <= UINT32_MAX)
		info->max_procs = (uint32_t)cores;
	/* Places are nodes, which no number of processors has. */
	if (r->machines.count != 0)
		snprintf(info->cluster, sizeof(info->cluster), "%.199s", r->name);
}

static int read_document(struct reader *r, const json_t *root)
{
	const json_t *workflow = json_object_get(root, "workflow");
	const json_t *spec = json_object_get(workflow, "specification");
	const json_t *execution = json_object_get(workflow, "execution");
	const json_t *tasks, *runs, *files;
	sj_time makespan;
	int rc;

	if (!json_is_object(spec) || !json_is_object(execution))
		return sj_fail(r->err, SJ_EPARSE, "%s: expected WfFormat 1.5, with "
			       "workflow.specification and workflow.execution", r->name);
	rc = list(r, spec, "tasks", true, &tasks);
	if (rc == SJ_OK)
		rc = list(r, execution, "tasks", true, &runs);
	if (rc == SJ_OK)
		rc = list(r, spec, "files", false, &files);
	if (rc == SJ_OK)
		rc = read_files(r, files);
	if (rc == SJ_OK)
		rc = read_specification(r, tasks);
	if (rc == SJ_OK && r->settings.place == 1)
		rc = read_machine_names(r, json_object_get(execution, "machines"));
	if (rc == SJ_OK)
		rc = read_execution(r, runs);
	if (rc != SJ_OK)
		return rc;
	read_machines(r, json_object_get(execution, "machines"));
	if (seconds(json_object_get(execution, "makespanInSeconds"), &makespan))
		r->deck->source.info.stated_makespan_ns = makespan;
	return uses_close(&r->uses, &r->graph, &r->files, r->deck, r->err);
}

static int read_text(struct reader *r, const struct whole *w)
{
	json_error_t e;
	json_t *root = json_loadb(w->text, w->size, JSON_REJECT_DUPLICATES, &e);
	int rc;

	if (root == NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s:%d: column %d: not JSON: %.100s", r->name,
			       e.line, e.column, e.text);
	rc = read_document(r, root);
	json_decref(root);
	return rc;
}

static int wfformat_open(sj_input *in, const sj_reader_options *options, sj_source **out,
			 sj_error *err)
{
	struct reader r = { .name = in->name, .err = err };
	struct whole w;
	int rc = sj_params_bind("workload wfformat", params, options->args, &r.settings, NULL,
				NULL, err);

	if (rc == SJ_OK)
		rc = whole_read(in, DOCUMENT_MAX, &w, err);
	if (rc != SJ_OK)
		return rc;
	rc = deck_create(&r.deck, err);
	if (rc == SJ_OK)
		rc = graph_job_source(&r.graph, r.name, "wfformat", w.lines, r.deck,
				      read_text(&r, &w), out, err);
	names_fini(&r.files);
	names_fini(&r.machines);
	free(r.bytes);
	uses_fini(&r.uses);
	whole_free(&w);
	return rc;
}

static int wfformat_sniff(const char *bytes, size_t size)
{
	char head[2048];

	snprintf(head, sizeof(head), "%.*s", (int)(size < 2047 ? size : 2047), bytes);
	return head[strspn(head, " \t\r\n")] == '{' &&
	       (strstr(head, "\"schemaVersion\"") != NULL || strstr(head, "\"workflow\"") != NULL) ?
	       90 : 0;
}

const sj_reader_ops sj_reader_wfformat = {
	.name = "wfformat",
	.summary = "workflows of WfCommons (WfFormat 1.5, JSON)",
	.suffixes = "",
	.sniff = wfformat_sniff,
	.open = wfformat_open,
	.params = params,
};
