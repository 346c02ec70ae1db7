/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wfmachines.c - see wfmachines.h. */
#include "config/wfmachines.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/platform_keys.h"

#define CORES_MAX 1000000

struct reader {
	const char     *name; /* of the document */
	struct cluster *c;
	uint32_t        invented; /* machines without cores */
	sj_error       *err;
};

static int wrong(const struct reader *r, size_t at, const char *key, const char *expected)
{
	return sj_fail(r->err, SJ_EPARSE, "%s: execution.machines[%zu]: \"%s\": expected %s",
		       r->name, at, key, expected);
}

bool wfmachines_sniff(const char *bytes, size_t size)
{
	char head[2048];

	snprintf(head, sizeof(head), "%.*s", (int)(size < 2047 ? size : 2047),
		 bytes != NULL ? bytes : "");
	return head[strspn(head, " \t\r\n")] == '{' &&
	       (strstr(head, "\"schemaVersion\"") != NULL || strstr(head, "\"workflow\"") != NULL);
}

/* ---- one machine --------------------------------------------------------------------------- */

static const char *name_of(const json_t *machine)
{
	const char *s = json_string_value(json_object_get(machine, "nodeName"));

	return s != NULL ? s : "";
}

/* The most cores of a task whose first machine is this one; 1 without any. */
static uint32_t cores_used(const json_t *tasks, const char *machine)
{
	double most = 1;

	for (size_t i = 0; i < json_array_size(tasks); i++) {
		const json_t *task = json_array_get(tasks, i);
		const json_t *at = json_array_get(json_object_get(task, "machines"), 0);
		double cores = json_number_value(json_object_get(task, "coreCount"));

		if (json_is_string(at) && strcmp(json_string_value(at), machine) == 0 &&
		    cores > most && cores <= CORES_MAX)
			most = cores;
	}
	return (uint32_t)most;
}

static int read_spec(struct reader *r, const json_t *machine, size_t at, const json_t *tasks,
		     sj_node_type *node)
{
	const json_t *cores = json_object_get(json_object_get(machine, "cpu"), "coreCount");
	const json_t *memory = json_object_get(machine, "memoryInBytes");

	*node = (sj_node_type){ .count = 1, .speed = 1, .gpu_speed = 1, .gpu_grain = 1 };
	if (cores == NULL) {
		node->cores = cores_used(tasks, name_of(machine));
		r->invented++;
	} else if (json_is_number(cores) && json_number_value(cores) >= 1 &&
		   json_number_value(cores) <= CORES_MAX) {
		node->cores = (uint32_t)json_number_value(cores);
	} else {
		return wrong(r, at, "coreCount", "a number of cores from 1 to 1000000");
	}
	if (memory != NULL && (!json_is_integer(memory) || json_integer_value(memory) < 0))
		return wrong(r, at, "memoryInBytes", "a whole number of bytes");
	node->mem_bytes = (uint64_t)json_integer_value(memory);
	return SJ_OK;
}

static int read_machine(struct reader *r, const json_t *machine, size_t at,
			const json_t *tasks)
{
	struct node_type *t = &r->c->types[at];
	const char *name = name_of(machine);
	int rc;

	if (!platform_is_name(name))
		return wrong(r, at, "nodeName", "1 to 64 letters, digits, blanks and . _ + / : @ -");
	for (size_t i = 0; i < at; i++)
		if (strcmp(r->c->types[i].name, name) == 0)
			return wrong(r, at, "nodeName", "a name that no other machine has");
	*t = (struct node_type){ .name = strdup(name) };
	r->c->type_count++;
	rc = read_spec(r, machine, at, tasks, &t->spec);
	return rc == SJ_OK && t->name == NULL ? SJ_ENOMEM : rc;
}

/* ---- the document -------------------------------------------------------------------------- */

static int read_execution(struct reader *r, const json_t *execution)
{
	const json_t *machines = json_object_get(execution, "machines");
	const json_t *tasks = json_object_get(execution, "tasks");
	size_t n = json_array_size(machines);
	uint64_t cores = 0;
	int rc = SJ_OK;

	if (n == 0 || n > PLATFORM_TYPES_MAX)
		return sj_fail(r->err, SJ_EPARSE, "%s: expected workflow.execution.machines, a "
			       "list of 1 to %d machines", r->name, (int)PLATFORM_TYPES_MAX);
	r->c->types = calloc(n, sizeof(*r->c->types));
	if (r->c->types == NULL)
		return SJ_ENOMEM;
	for (size_t i = 0; i < n && rc == SJ_OK; i++) {
		rc = read_machine(r, json_array_get(machines, i), i, tasks);
		cores += r->c->types[i].spec.cores;
	}
	if (rc == SJ_OK && cores > CLUSTER_PROCS_MAX)
		rc = sj_fail(r->err, SJ_EPARSE, "%s: %" PRIu64 " cores in all; expected at most "
			     "%d", r->name, cores, CLUSTER_PROCS_MAX);
	return rc;
}

static int tell_invented(struct reader *r)
{
	char *note;

	if (r->invented == 0)
		return SJ_OK;
	r->c->notes = malloc(sizeof(*r->c->notes));
	if (r->c->notes == NULL ||
	    asprintf(&note, "%" PRIu32 " of %" PRIu32 " machines do not state their cores; they "
		     "have as many as the widest task that ran there", r->invented,
		     r->c->type_count) < 0)
		return SJ_ENOMEM;
	r->c->notes[0] = note;
	r->c->note_count = 1;
	return SJ_OK;
}

int wfmachines_parse(const char *name, const char *bytes, size_t size, struct cluster *out,
		     sj_error *err)
{
	struct reader r = { .name = name, .c = out, .err = err };
	json_error_t e;
	json_t *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &e);
	int rc;

	*out = (struct cluster){ .text = NULL };
	if (root == NULL)
		return sj_fail(err, SJ_EPARSE, "%s:%d: column %d: not JSON: %.100s", name, e.line,
			       e.column, e.text);
	rc = read_execution(&r, json_object_get(json_object_get(root, "workflow"), "execution"));
	json_decref(root);
	if (rc == SJ_OK)
		rc = tell_invented(&r);
	if (rc == SJ_OK)
		rc = cluster_complete(out);
	if (rc == SJ_ENOMEM)
		sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", name);
	if (rc != SJ_OK)
		cluster_fini(out);
	return rc;
}
