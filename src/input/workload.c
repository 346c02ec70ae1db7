/* SPDX-License-Identifier: GPL-3.0-or-later */
/* workload.c - see workload.h. */
#include "input/workload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/input.h"
#include "run/wall.h"

#define NAME_MAX_SIZE 64

const sj_reader_ops *workload_reader(const char *name)
{
	for (size_t i = 0; sj_readers[i] != NULL; i++)
		if (strcmp(sj_readers[i]->name, name) == 0)
			return sj_readers[i];
	return NULL;
}

const sj_generator_ops *workload_generator(const char *name)
{
	for (size_t i = 0; sj_generators[i] != NULL; i++)
		if (strcmp(sj_generators[i]->name, name) == 0)
			return sj_generators[i];
	return NULL;
}

/* ---- generators ---------------------------------------------------------------- */

static int unknown_generator(const char *name, sj_error *err)
{
	const char *names[32];
	const char *near;
	size_t n = 0;

	while (sj_generators[n] != NULL && n < sizeof(names) / sizeof(names[0])) {
		names[n] = sj_generators[n]->name;
		n++;
	}
	near = sj_nearest(name, names, n);
	if (near != NULL)
		return sj_fail(err, SJ_EUSAGE, "workload gen:%s: there is no generator \"%s\"; "
			       "did you mean \"%s\"?", name, name, near);
	return sj_fail(err, SJ_EUSAGE, "workload gen:%s: there is no generator \"%s\"; "
		       "`sojourn gen --list` shows all", name, name);
}

/* Is `key=` given in `args`, outside parentheses? */
static bool is_given(const char *args, const char *key)
{
	size_t n = strlen(key);
	int depth = 0;

	for (const char *p = args; *p != '\0'; p++) {
		bool begins = p == args || p[-1] == ',';

		depth += (*p == '(') - (*p == ')');
		if (depth == 0 && begins && strncmp(p, key, n) == 0 && p[n] == '=')
			return true;
	}
	return false;
}

/* A model whose machine is not given is made for the machine it will run on, so that
 * load=0.7 means 0.7 there. malloc'd; NULL: no memory. */
static char *args_for_machine(const sj_generator_ops *gen, const char *args, uint32_t procs)
{
	bool takes = false;
	char *full = malloc(strlen(args) + 32);

	for (const sj_param *p = gen->params; p != NULL && p->name != NULL; p++)
		takes |= strcmp(p->name, "procs") == 0;
	if (full == NULL)
		return NULL;
	if (takes && procs != 0 && !is_given(args, "procs"))
		sprintf(full, "%s%sprocs=%" PRIu32, args, *args != '\0' ? "," : "", procs);
	else
		strcpy(full, args);
	return full;
}

static int open_generator(struct workload *w, const char *model, uint32_t procs,
			  uint64_t seed, sj_error *err)
{
	char name[NAME_MAX_SIZE];
	const sj_generator_ops *gen;
	const char *args;
	char *full;
	int rc = sj_spec_split(model, name, sizeof(name), &args, err);

	if (rc != SJ_OK)
		return rc;
	gen = workload_generator(name);
	if (gen == NULL)
		return unknown_generator(name, err);
	w->generated = true;
	snprintf(w->format, sizeof(w->format), "gen:%.27s", gen->name);
	full = args_for_machine(gen, args, procs);
	if (full == NULL)
		return sj_fail(err, SJ_ENOMEM, "workload gen:%s: no memory", model);
	rc = gen->open(full, seed, &w->source, err);
	free(full);
	return rc;
}

/* ---- options behind a path ----------------------------------------------------------- */

static bool has_word(const char *name, const char *word, size_t n)
{
	return strlen(name) == n && strncmp(name, word, n) == 0;
}

/* The place of a key among the reader's files, or -1. */
static int find_file_key(const sj_reader_ops *r, const char *word, size_t n)
{
	for (int k = 0; r->files != NULL && r->files[k] != NULL; k++)
		if (has_word(r->files[k], word, n))
			return k;
	return -1;
}

static bool takes_key(const sj_reader_ops *r, const char *word, size_t n)
{
	for (const sj_param *p = r->params; p != NULL && p->name != NULL; p++)
		if (has_word(p->name, word, n))
			return true;
	return find_file_key(r, word, n) >= 0;
}

/* Of the format, or (NULL) of any. */
static bool is_key(const sj_reader_ops *only, const char *word, size_t n)
{
	if (only != NULL)
		return takes_key(only, word, n);
	for (size_t i = 0; sj_readers[i] != NULL; i++)
		if (takes_key(sj_readers[i], word, n))
			return true;
	return false;
}

/* Where the options of "PATH,key=value" begin: behind the first comma that a key of the
 * format follows; paths may have other commas. NULL: none. */
static const char *find_options(const char *path, const sj_reader_ops *only)
{
	for (const char *p = strchr(path, ','); p != NULL; p = strchr(p + 1, ',')) {
		size_t n = strcspn(p + 1, "=,");

		if (p[1 + n] == '=' && is_key(only, p + 1, n))
			return p + 1;
	}
	return NULL;
}

/* Length of the item at p: up to a comma outside parentheses. */
static size_t item_length(const char *p)
{
	size_t n = 0;

	for (int depth = 0; p[n] != '\0' && (p[n] != ',' || depth > 0); n++)
		depth += (p[n] == '(') - (p[n] == ')');
	return n;
}

static int open_other(struct workload *w, const sj_reader_ops *r, int key, const char *value,
		      size_t n, sj_input **files, sj_error *err)
{
	struct workload_file *f = &w->file[w->file_count];

	if (files[key] != NULL)
		return sj_fail(err, SJ_EUSAGE, "workload %s: %s is given twice", w->spec,
			       r->files[key]);
	if (n >= 2 && value[0] == '(' && value[n - 1] == ')') {
		value++;
		n -= 2;
	}
	f->option = r->files[key];
	f->path = strndup(value, n);
	if (f->path == NULL)
		return sj_fail(err, SJ_ENOMEM, "workload %s: no memory", w->spec);
	w->file_count++;
	if (strcmp(f->path, "-") == 0)
		return sj_fail(err, SJ_EUSAGE, "workload %s: %s cannot be standard input",
			       w->spec, f->option);
	files[key] = NULL;
	if (input_open(f->path, INPUT_HASH, &f->input, err) != SJ_OK)
		return err != NULL ? err->code : SJ_EIO;
	files[key] = f->input;
	return SJ_OK;
}

/* Files are opened; the rest is left for the reader in `args`, which is long enough. */
static int take_options(struct workload *w, const sj_reader_ops *r, const char *text,
			sj_input **files, char *args, sj_error *err)
{
	int rc = SJ_OK;

	args[0] = '\0';
	while (rc == SJ_OK && *text != '\0') {
		size_t n = item_length(text), k = strcspn(text, "=,");
		int key = text[k] == '=' ? find_file_key(r, text, k) : -1;

		if (key >= 0)
			rc = open_other(w, r, key, text + k + 1, n - k - 1, files, err);
		else
			sprintf(args + strlen(args), "%s%.*s", args[0] != '\0' ? "," : "",
				(int)n, text);
		text += n + (text[n] == ',');
	}
	if (rc == SJ_OK && args[0] != '\0' && r->params == NULL)
		return sj_fail(err, SJ_EUSAGE, "workload %s: format %s does not know \"%s\"",
			       w->spec, r->name, args);
	return rc;
}

static int open_reader(struct workload *w, const sj_reader_ops *r, const char *text,
		       const sj_reader_options *plain, sj_error *err)
{
	sj_input *files[SJ_READER_FILES] = { NULL };
	sj_reader_options options = *plain;
	char *args = malloc(strlen(text) + 1);
	int rc;

	if (args == NULL)
		return sj_fail(err, SJ_ENOMEM, "workload %s: no memory", w->spec);
	rc = take_options(w, r, text, files, args, err);
	options.args = args;
	options.files = files;
	if (rc == SJ_OK)
		rc = r->open(w->input, &options, &w->source, err);
	free(args);
	return rc;
}

/* ---- files ----------------------------------------------------------------------- */

/* "swf:FILE" names a format only if there is one of that name; "C:FILE" or
 * "2024:log" without one is a path, unless it looks like a misspelt format. */
static const sj_reader_ops *forced_format(const char *spec, const char **path)
{
	const char *colon = strchr(spec, ':');
	char name[NAME_MAX_SIZE];
	const sj_reader_ops *r;

	*path = spec;
	if (colon == NULL || (size_t)(colon - spec) >= sizeof(name))
		return NULL;
	memcpy(name, spec, (size_t)(colon - spec));
	name[colon - spec] = '\0';
	r = workload_reader(name);
	if (r != NULL)
		*path = colon + 1;
	return r;
}

bool workload_has_suffix(const char *path, const char *suffixes)
{
	size_t n = strlen(path);

	if (n > 3 && strcmp(path + n - 3, ".gz") == 0)
		n -= 3;
	else if (n > 4 && strcmp(path + n - 4, ".zst") == 0)
		n -= 4;
	while (*suffixes != '\0') {
		size_t k = strcspn(suffixes, " ");

		if (n > k && memcmp(path + n - k, suffixes, k) == 0)
			return true;
		suffixes += k + (suffixes[k] == ' ');
	}
	return false;
}

const sj_reader_ops *workload_sniff(const char *path, const char *bytes, size_t size)
{
	const sj_reader_ops *best = NULL;
	int best_score = 0;

	for (size_t i = 0; sj_readers[i] != NULL; i++) {
		int score = sj_readers[i]->sniff(bytes, size);

		if (workload_has_suffix(path, sj_readers[i]->suffixes))
			score += 35; /* content decides, the name breaks ties */
		if (score > best_score) {
			best_score = score;
			best = sj_readers[i];
		}
	}
	return best_score >= 35 ? best : NULL;
}

static int unknown_format(const char *name, const char *bytes, size_t size,
			  sj_error *err)
{
	if (size == 0)
		return sj_fail(err, SJ_EPARSE, "%s: the file is empty; expected a workload",
			       name);
	if (memchr(bytes, '\0', size) != NULL)
		return sj_fail(err, SJ_EPARSE, "%s: this is a binary file; expected a "
			       "workload as text, or packed with gzip or zstd", name);
	return sj_fail(err, SJ_EPARSE, "%s: the format of the workload is not clear from "
		       "its first lines; name it before the path, as in "
		       "swf:FILE", name);
}

/* "gavel:log,troughputs=x": the path seems to end in an option that nobody knows. */
static int explain_option(const char *spec, const sj_reader_ops *reader, sj_error *err)
{
	const char *names[32], *near, *comma = strrchr(spec, ',');
	size_t n = 0, k = comma != NULL ? strcspn(comma + 1, "=/") : 0;
	char word[NAME_MAX_SIZE];

	if (comma == NULL || comma[1 + k] != '=' || k >= sizeof(word))
		return SJ_ENOENT;
	for (const sj_param *p = reader->params; p != NULL && p->name != NULL && n < 28; p++)
		names[n++] = p->name;
	for (size_t i = 0; reader->files != NULL && reader->files[i] != NULL; i++)
		names[n++] = reader->files[i];
	memcpy(word, comma + 1, k);
	word[k] = '\0';
	near = sj_nearest(word, names, n);
	return sj_fail(err, SJ_EUSAGE, "workload %s: there is no such file, and format %s has "
		       "no option \"%s\"%s%s%s", spec, reader->name, word,
		       near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		       near != NULL ? "\"?" : "");
}

/* "swff:log" that is not a file: a misspelt format rather than a missing file. */
static int explain_missing(const char *spec, const sj_reader_ops *reader, int rc,
			   sj_error *err)
{
	const char *colon = strchr(spec, ':');
	const char *names[32], *near;
	char name[NAME_MAX_SIZE];
	size_t n = 0;

	if (rc == SJ_ENOENT && reader != NULL)
		return explain_option(spec, reader, err);

	if (rc != SJ_ENOENT || colon == NULL || (size_t)(colon - spec) >= sizeof(name))
		return rc;
	memcpy(name, spec, (size_t)(colon - spec));
	name[colon - spec] = '\0';
	for (; sj_readers[n] != NULL && n + 1 < sizeof(names) / sizeof(names[0]); n++)
		names[n] = sj_readers[n]->name;
	names[n++] = "gen";
	near = sj_nearest(name, names, n);
	if (near == NULL)
		return rc;
	return sj_fail(err, SJ_EUSAGE, "workload %s: there is no such file and no format "
		       "\"%s\"; did you mean \"%s:\"?", spec, name, near);
}

static int open_file(struct workload *w, const char *spec,
		     const sj_reader_options *options, sj_error *err)
{
	const char *path, *bytes, *extra;
	const sj_reader_ops *reader = forced_format(spec, &path);
	size_t size;
	int rc;

	extra = find_options(path, reader);
	w->path = extra != NULL ? strndup(path, (size_t)(extra - path) - 1) : strdup(path);
	if (w->path == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to open it", path);
	path = w->path;
	rc = input_open(path, INPUT_HASH, &w->input, err);
	if (rc != SJ_OK)
		return explain_missing(spec, reader, rc, err);
	if (reader == NULL) {
		rc = input_peek(w->input, &bytes, &size, err);
		if (rc != SJ_OK)
			return rc;
		reader = workload_sniff(path, bytes, size);
		if (reader == NULL)
			return unknown_format(w->input->name, bytes, size, err);
	}
	snprintf(w->format, sizeof(w->format), "%s", reader->name);
	return open_reader(w, reader, extra != NULL ? extra : "", options, err);
}

/* ---- both -------------------------------------------------------------------------- */

bool workload_is_read(const char *spec)
{
	const char *path;
	const sj_reader_ops *r = forced_format(spec, &path);

	return strncmp(spec, "gen:", 4) == 0 || (r != NULL && strcmp(r->name, "swf") != 0) ||
	       find_options(path, r) != NULL;
}

int workload_open(const char *spec, const sj_reader_options *options, uint64_t seed,
		  struct workload **out, sj_error *err)
{
	static const sj_reader_options plain = { 0 };
	struct workload *w = calloc(1, sizeof(*w));
	uint64_t begin = wall_ns();
	int rc;

	if (options == NULL)
		options = &plain;
	if (w == NULL || (w->spec = strdup(spec)) == NULL) {
		free(w);
		return sj_fail(err, SJ_ENOMEM, "workload %s: no memory to open it", spec);
	}
	if (strncmp(spec, "gen:", 4) == 0) {
		rc = open_generator(w, spec + 4, options->procs, seed, err);
		w->path = rc == SJ_OK ? strdup("") : NULL;
		if (rc == SJ_OK && w->path == NULL)
			rc = sj_fail(err, SJ_ENOMEM, "workload %s: no memory", spec);
	} else {
		rc = open_file(w, spec, options, err);
	}
	w->parse_ns = wall_ns() - begin;
	if (rc != SJ_OK) {
		workload_free(w);
		return rc;
	}
	*out = w;
	return SJ_OK;
}

void workload_free(struct workload *w)
{
	if (w == NULL)
		return;
	if (w->source != NULL)
		w->source->ops->free(w->source);
	input_close(w->input);
	for (uint32_t i = 0; i < w->file_count; i++) {
		input_close(w->file[i].input);
		free(w->file[i].path);
	}
	free(w->path);
	free(w->spec);
	free(w);
}

int workload_digest(struct workload *w, uint64_t *stored_bytes, char hex[65],
		    sj_error *err)
{
	if (w->input == NULL) {
		*stored_bytes = 0;
		hex[0] = '\0';
		return SJ_OK;
	}
	return input_digest(w->input, stored_bytes, hex, err);
}
