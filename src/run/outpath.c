/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outpath.c - see outpath.h. */
#include "run/outpath.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULT_DIR "results"
#define PLACE       "{policy}"

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), k = strlen(tail);

	return n > k && strcmp(text + n - k, tail) == 0;
}

static void sanitize(char *text)
{
	for (; *text != '\0'; text++)
		if (!isalnum((unsigned char)*text) && strchr(".-", *text) == NULL)
			*text = '_';
}

/* "swf:dir/log.swf.gz" is "log", "gen:lublin:n=5" is "gen_lublin_n_5", "-" "stdin". */
static char *stem(const char *workload)
{
	static const char *const tails[] = { ".gz", ".zst", ".swf", ".jsonl", ".json", ".txt" };
	const char *slash = strrchr(workload, '/');
	const char *base = slash != NULL ? slash + 1 : workload;
	const char *colon = strchr(base, ':');
	char *name;

	if (slash == NULL && colon != NULL && strncmp(base, "gen:", 4) != 0)
		base = colon + 1;
	name = strdup(strcmp(base, "-") == 0 ? "stdin" : base);
	if (name == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (ends_with(name, tails[i]))
			name[strlen(name) - strlen(tails[i])] = '\0';
	sanitize(name);
	if (strlen(name) > 100)
		name[100] = '\0';
	return name;
}

static int in_directory(const char *dir, const char *workload, char **out)
{
	char *name = stem(workload);
	int n = name == NULL ? -1 : asprintf(out, "%s%s%s.db", dir,
					    ends_with(dir, "/") ? "" : "/", name);

	free(name);
	return n < 0 ? SJ_ENOMEM : SJ_OK;
}

int outpath_db(const char *given, const char *workload, char **out, sj_error *err)
{
	struct stat sb;

	if (given == NULL) {
		if (mkdir(DEFAULT_DIR, 0777) != 0 && errno != EEXIST)
			return sj_fail(err, SJ_EIO, "the directory " DEFAULT_DIR "/ cannot be "
				       "made here: %s; choose a place with -o", strerror(errno));
		return in_directory(DEFAULT_DIR, workload, out);
	}
	if (stat(given, &sb) == 0 && S_ISDIR(sb.st_mode))
		return in_directory(given, workload, out);
	if (ends_with(given, ".db")) {
		*out = strdup(given);
		return *out != NULL ? SJ_OK : SJ_ENOMEM;
	}
	if (ends_with(given, "/"))
		return sj_fail(err, SJ_ENOENT, "-o %s: there is no such directory", given);
	return sj_fail(err, SJ_EUSAGE, "-o %s: expected an existing directory or a file that "
		       "ends in .db", given);
}

bool outpath_has_policy(const char *name)
{
	return strstr(name, PLACE) != NULL;
}

char *outpath_policy(const char *name, const char *policy)
{
	const char *at = strstr(name, PLACE);
	char *spec = strdup(policy), *out = NULL;

	if (spec == NULL)
		return NULL;
	sanitize(spec);
	if (at == NULL)
		out = strdup(name);
	else if (asprintf(&out, "%.*s%s%s", (int)(at - name), name, spec,
			  at + strlen(PLACE)) < 0)
		out = NULL;
	free(spec);
	return out;
}
