/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bank.c - all cases of a folder of oracle files. */
#include "bank.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/text.h"

static bool add_case(struct bank *b, const char *path, const json_t *doc)
{
	struct bank_case c = {
		.id = json_string_value(json_object_get(doc, "id")),
		.kind = json_string_value(json_object_get(doc, "kind")),
		.doc = doc };

	if (c.id == NULL || c.kind == NULL) {
		fprintf(stderr, "%s: a case without \"id\" or \"kind\"\n", path);
		return false;
	}
	b->item = realloc(b->item, (b->count + 1) * sizeof(*b->item));
	if (b->item == NULL)
		return false;
	b->item[b->count++] = c;
	return true;
}

static bool add_file(struct bank *b, const char *path)
{
	json_error_t err;
	json_t *doc = json_load_file(path, 0, &err);
	const json_t *cases = json_object_get(doc, "cases"), *c;
	size_t i;

	if (doc == NULL) {
		fprintf(stderr, "%s:%d: %s\n", path, err.line, err.text);
		return false;
	}
	json_array_foreach(cases, i, c)
		if (!add_case(b, path, c))
			return false;
	return true;
}

bool bank_load(const char *folder, struct bank *out)
{
	bool ok = true;
	glob_t found;

	*out = (struct bank){ 0 };
	if (glob(format("%s/*.json", folder), 0, NULL, &found) != 0) {
		fprintf(stderr, "%s: no *.json there\n", folder);
		return false;
	}
	for (size_t i = 0; i < found.gl_pathc && ok; i++)
		ok = add_file(out, found.gl_pathv[i]);
	globfree(&found);
	return ok;
}
