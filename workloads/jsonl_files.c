/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jsonl_files.c - see jsonl_files.h. */
#include "jsonl_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int wrong(struct jsonl_wrong *w, const char *key, const char *expected)
{
	w->key = key;
	snprintf(w->expected, sizeof(w->expected), "%s", expected);
	return SJ_EPARSE;
}

static const char *text(const json_t *v)
{
	const char *s = json_string_value(v);

	return s != NULL && s[0] != '\0' ? s : NULL;
}

/* ---- places ------------------------------------------------------------------------------ */

/* A number of an endpoint, a name, or any shared storage. */
static int place_of(struct jsonl_files *f, const json_t *v, uint32_t *out, bool *ok,
		    sj_error *err)
{
	json_int_t n = json_is_integer(v) ? json_integer_value(v) : -1;
	const char *name = text(v);
	int rc;

	*ok = true;
	*out = (uint32_t)n;
	if (n >= 0 && n < SJ_AT_NAMED)
		return SJ_OK;
	if (name == NULL) {
		*ok = false;
		return SJ_OK;
	}
	*out = SJ_AT_STORAGE;
	if (strcmp(name, "storage") == 0)
		return SJ_OK;
	rc = names_number(&f->deck->place, name, out, err);
	*out += SJ_AT_NAMED - 1;
	return rc;
}

static const char place_text[] = "the number of a node or storage, its name, or \"storage\"";

static int read_at(struct jsonl_files *f, const json_t *at, struct jsonl_wrong *w, sj_error *err)
{
	if (at != NULL && !json_is_array(at))
		return wrong(w, "at", "a list");
	for (size_t i = 0; i < json_array_size(at); i++) {
		uint32_t place;
		bool ok;
		int rc = place_of(f, json_array_get(at, i), &place, &ok, err);

		if (rc == SJ_OK && !ok)
			return wrong(w, "at", place_text);
		if (rc == SJ_OK)
			rc = file_list_at(&f->list, place, err);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

/* ---- files ------------------------------------------------------------------------------- */

static int check_keys(const json_t *o, struct jsonl_wrong *w)
{
	static const char *const known[] = { "name", "bytes", "shared", "at", "to", NULL };
	const char *key;
	json_t *v;

	if (!json_is_object(o))
		return wrong(w, "files", "an object for each file");
	json_object_foreach((json_t *)(uintptr_t)(const void *)o, key, v) {
		size_t i = 0;

		while (known[i] != NULL && strcmp(known[i], key) != 0)
			i++;
		if (known[i] == NULL)
			return wrong(w, "files", "no keys but name, bytes, shared, at and to");
	}
	return SJ_OK;
}

/* The number of a name in the deck, and room for it in `index`. */
static int number_of(struct jsonl_files *f, const char *name, uint32_t *number, sj_error *err)
{
	int rc = names_number(&f->deck->file, name, number, err);

	if (rc == SJ_OK && *number >= f->index_cap) {
		uint32_t cap = *number < 64 ? 128 : *number * 2;
		uint32_t *grown = realloc(f->index, cap * sizeof(*grown));

		if (grown == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for %u names of files", *number);
		memset(grown + f->index_cap, 0, (cap - f->index_cap) * sizeof(*grown));
		f->index = grown;
		f->index_cap = cap;
	}
	return rc;
}

static int read_file(struct jsonl_files *f, const json_t *o, struct jsonl_wrong *w, sj_error *err)
{
	const json_t *bytes = json_object_get(o, "bytes"), *shared = json_object_get(o, "shared");
	const json_t *to = json_object_get(o, "to");
	const char *name = text(json_object_get(o, "name"));
	sj_file file = { .to = SJ_FILE_STAYS, .shared = json_is_true(shared) };
	bool ok = true;
	int rc = check_keys(o, w);

	if (rc != SJ_OK)
		return rc;
	if (name == NULL)
		return wrong(w, "name", "a name");
	if (!json_is_integer(bytes) || json_integer_value(bytes) < 0)
		return wrong(w, "bytes", "a whole number of bytes");
	if (shared != NULL && !json_is_boolean(shared))
		return wrong(w, "shared", "true or false");
	file.bytes = (uint64_t)json_integer_value(bytes);
	if (to != NULL)
		rc = place_of(f, to, &file.to, &ok, err);
	if (rc == SJ_OK && !ok)
		return wrong(w, "to", place_text);
	if (rc == SJ_OK)
		rc = number_of(f, name, &file.name, err);
	if (rc != SJ_OK)
		return rc;
	if (f->index[file.name] != 0)
		return wrong(w, "name", "another name for each file of a job");
	rc = file_list_add(&f->list, file, err);
	if (rc == SJ_OK)
		f->index[file.name] = f->list.files;
	return rc != SJ_OK ? rc : read_at(f, json_object_get(o, "at"), w, err);
}

/* ---- tasks ------------------------------------------------------------------------------- */

/* The file of this job; NULL after *w was filled, or err for want of memory. */
static int file_of(struct jsonl_files *f, const json_t *v, const char *key, uint32_t *file,
		   struct jsonl_wrong *w, sj_error *err)
{
	const char *name = text(v);
	uint32_t number = 0;
	int rc = name != NULL ? number_of(f, name, &number, err) : SJ_OK;

	if (rc != SJ_OK)
		return rc;
	if (number == 0 || f->index[number] == 0)
		return wrong(w, key, "names of files in the job's \"files\"");
	*file = f->index[number] - 1;
	return SJ_OK;
}

static int read_names(struct jsonl_files *f, const json_t *task, uint32_t number, bool writes,
		      uint32_t *last_reader, struct jsonl_wrong *w, sj_error *err)
{
	const char *key = writes ? "writes" : "reads";
	const json_t *names = json_object_get(task, key);
	int rc = SJ_OK;

	if (names != NULL && !json_is_array(names))
		return wrong(w, key, "a list");
	for (size_t i = 0; i < json_array_size(names) && rc == SJ_OK; i++) {
		uint32_t file;

		rc = file_of(f, json_array_get(names, i), key, &file, w, err);
		if (rc != SJ_OK)
			return rc;
		if (writes && f->list.file[file].maker != 0)
			return wrong(w, key, "a file that no other task writes");
		if (writes)
			f->list.file[file].maker = number + 1;
		else if (last_reader[file] != number + 1)
			rc = file_list_read(&f->list, number, file, err);
		if (!writes)
			last_reader[file] = number + 1;
	}
	return rc;
}

/* Writers first, so that readers know them. */
static int read_uses(struct jsonl_files *f, const json_t *tasks, uint32_t *last_reader,
		     struct jsonl_wrong *w, sj_error *err)
{
	bool list = json_is_array(tasks);
	size_t n = list ? json_array_size(tasks) : 1;
	int rc = SJ_OK;

	for (size_t i = 0; i < 2 * n && rc == SJ_OK; i++) {
		uint32_t t = (uint32_t)(i % n);

		w->where[0] = '\0';
		if (list)
			snprintf(w->where, sizeof(w->where), "task %u: ", t);
		rc = read_names(f, list ? json_array_get(tasks, t) : tasks, t, i < n, last_reader,
				w, err);
	}
	if (rc != SJ_OK)
		return rc;
	w->where[0] = '\0';
	for (uint32_t i = 0; i < f->list.reads && rc == SJ_OK; i++)
		if (f->list.file[f->list.read[i].file].maker == f->list.read[i].task + 1)
			return wrong(w, "reads", "files that the task does not write itself");
	for (uint32_t i = 0; i < f->list.files && rc == SJ_OK; i++)
		if (f->list.file[i].to != SJ_FILE_STAYS && f->list.file[i].maker == 0)
			return wrong(w, "to", "a task that writes the file");
	return rc;
}

static int read_all(struct jsonl_files *f, const json_t *files, const json_t *tasks,
		    struct jsonl_wrong *w, sj_error *err)
{
	uint32_t *last_reader = calloc(json_array_size(files) + 1, sizeof(*last_reader));
	int rc = last_reader != NULL ? SJ_OK : sj_fail(err, SJ_ENOMEM, "no memory for %zu files",
						       json_array_size(files));

	for (size_t i = 0; i < json_array_size(files) && rc == SJ_OK; i++) {
		snprintf(w->where, sizeof(w->where), "file %zu: ", i);
		rc = read_file(f, json_array_get(files, i), w, err);
	}
	if (rc == SJ_OK)
		rc = read_uses(f, tasks, last_reader, w, err);
	free(last_reader);
	return rc;
}

int jsonl_files_read(struct jsonl_files *f, const json_t *files, const json_t *tasks,
		     sj_job *job, struct jsonl_wrong *w, sj_error *err)
{
	sj_edge *edges = (sj_edge *)(uintptr_t)(const void *)job->edges;
	int rc = read_all(f, files, tasks, w, err);

	if (rc == SJ_OK) {
		rc = file_list_edges(&f->list, &edges, &job->edge_count, err);
		job->edges = edges;
	}
	for (uint32_t i = 0; i < f->list.files; i++)
		f->index[f->list.file[i].name] = 0;
	if (rc == SJ_OK)
		rc = file_list_pack(&f->list, &job->files, err);
	f->list.files = f->list.reads = f->list.ats = 0;
	return rc;
}

void jsonl_files_fini(struct jsonl_files *f)
{
	file_list_fini(&f->list);
	free(f->index);
	*f = (struct jsonl_files){ .deck = f->deck };
}
