/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logfile.c - the log a case speaks of: by path below the bank, or by SHA-256. */
#include "logfile.h"

#include <glob.h>
#include <string.h>
#include <unistd.h>

#include "harness/csv.h"
#include "harness/schedule.h"

static char *digest_of(const char *path)
{
	size_t size;
	char *bytes = file_read(path, &size);

	return bytes != NULL ? sha256_hex(bytes, size) : format("unreadable");
}

/* Lines "HEX  PATH" of raw.sha256; PATH without .gz, below the traces. */
static const char *listed(const char *traces, const char *sha)
{
	char *text = file_read(format("%s/raw.sha256", traces), NULL), *save = NULL;

	if (text == NULL)
		return NULL;
	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *name = line + strcspn(line, " ");

		if (strncmp(line, sha, strlen(sha)) != 0)
			continue;
		name = format("%s/%s", traces, name + strspn(name, " *"));
		if (access(name, R_OK) == 0)
			return name;
		name = format("%s.gz", name);
		return access(name, R_OK) == 0 ? name : NULL;
	}
	return NULL;
}

static const char *beside_bank(const char *folder, const char *sha)
{
	const char *found = NULL;
	glob_t all;

	if (glob(format("%s/data/*.swf*", folder), 0, NULL, &all) != 0)
		return NULL;
	for (size_t i = 0; i < all.gl_pathc && found == NULL; i++)
		if (strcmp(digest_of(all.gl_pathv[i]), sha) == 0)
			found = format("%s", all.gl_pathv[i]);
	globfree(&all);
	return found;
}

const char *logfile_find(struct check *k)
{
	static const char *const path_keys[] = { "file", "input_file" };
	const char *sha, *found;

	for (int i = 0; i < 2; i++) {
		if (!input_has(k, path_keys[i]))
			continue;
		found = format("%s/%s", k->folder, input_string(k, path_keys[i]));
		if (access(found, R_OK) == 0)
			return found;
		report_skip(k->r, "%s is not there", found);
		return NULL;
	}
	sha = input_string(k, "trace_sha256_uncompressed");
	if (sha[0] == '\0')
		return NULL;
	found = beside_bank(k->folder, sha);
	if (found == NULL)
		found = listed(k->traces, sha);
	if (found == NULL)
		report_skip(k->r, "no log with SHA-256 %.12s... is here", sha);
	return found;
}
