/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_new.c - `sojourn policy new`: a directory with a small policy to start from. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/json_out.h"
#include "cli/policy_cmds.h"
#include "plugin/plugin.h"

enum { NAME_MAX_LEN = 32, FILES_MAX = 8 };

struct new_policy {
	const char *name;
	char        ident[NAME_MAX_LEN + 1];  /* name as a C identifier */
	char        sojourn[2 * PATH_MAX];    /* this program, as make reads it */
	const char *dir;
	bool        made_dir;
	char       *path[FILES_MAX];          /* written so far */
	size_t      written;
};

static int check_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	static const char all[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t n = strlen(name);

	if (n == 0 || n > NAME_MAX_LEN || strspn(name, all) != n ||
	    strspn(name, letters) == 0 || name[n - 1] == '-')
		return say_usage("policy new: \"%s\" is not a name for a policy; "
				 "expected up to %d small letters, digits and '-', "
				 "beginning with a letter", name, (int)NAME_MAX_LEN);
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return say_usage("policy new: \"%s\" is a policy of this "
					 "program; choose another name", name);
	for (const sj_policy_alias *a = sj_policy_aliases; a->alias != NULL; a++)
		if (strcmp(a->alias, name) == 0)
			return say_usage("policy new: \"%s\" is another name of the "
					 "policy %s; choose another name", name,
					 a->spec);
	return 0;
}

/* Is the program that PATH finds under the name "sojourn" this one? */
static bool on_path(const char *self)
{
	const char *dirs = getenv("PATH");
	char file[PATH_MAX], real[PATH_MAX];

	while (dirs != NULL && *dirs != '\0') {
		int n = (int)strcspn(dirs, ":");

		snprintf(file, sizeof(file), "%.*s/sojourn", n, dirs);
		if (access(file, X_OK) == 0)
			return realpath(file, real) != NULL && strcmp(real, self) == 0;
		dirs += n + (dirs[n] == ':');
	}
	return false;
}

static int name_program(struct new_policy *np, sj_error *err)
{
	char self[PATH_MAX], *to = np->sojourn;
	int rc = policy_program_path(self, sizeof(self), err);

	if (rc != SJ_OK)
		return rc;
	if (on_path(self)) {
		strcpy(np->sojourn, "sojourn");
		return SJ_OK;
	}
	for (const char *from = self; *from != '\0'; from++) {
		if (*from == '$' || *from == '#') /* what make would expand or cut */
			*to++ = *from == '$' ? '$' : '\\';
		*to++ = *from;
	}
	*to = '\0';
	return SJ_OK;
}

/* Writes text with its @WORDS@ replaced. */
static void put_template(const struct new_policy *np, const char *text, FILE *to)
{
	const struct {
		const char *word, *value;
	} words[] = {
		{ "@NAME@", np->name }, { "@IDENT@", np->ident },
		{ "@SOJOURN@", np->sojourn },
	};

	while (*text != '\0') {
		size_t i, n = strcspn(text, "@");

		fwrite(text, 1, n, to);
		text += n;
		if (*text == '\0')
			break;
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strncmp(text, words[i].word, strlen(words[i].word)) == 0)
				break;
		if (i < sizeof(words) / sizeof(words[0])) {
			fputs(words[i].value, to);
			text += strlen(words[i].word);
		} else {
			fputc(*text++, to);
		}
	}
}

static char *file_path(const struct new_policy *np, const char *pattern)
{
	char *path = NULL;
	size_t size;
	FILE *f = open_memstream(&path, &size);

	if (f == NULL)
		return NULL;
	fprintf(f, "%s/", np->dir);
	put_template(np, pattern, f);
	if (fclose(f) != 0) {
		free(path);
		return NULL;
	}
	return path;
}

static int write_file(struct new_policy *np, const struct policy_file *file,
		      sj_error *err)
{
	char *path = file_path(np, file->name);
	bool failed;
	FILE *f;
	int fd;

	if (path == NULL)
		return SJ_ENOMEM;
	/* O_EXCL: never over a file that is there, nor through a link. */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		  file->executable ? 0777 : 0666);
	f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (f == NULL) {
		int rc = sj_fail(err, SJ_EIO, errno == EEXIST
				 ? "%s: %s; nothing was written" : "%s: %s",
				 path, strerror(errno));
		free(path);
		return rc;
	}
	np->path[np->written++] = path;
	put_template(np, file->text, f);
	failed = ferror(f);
	/* A full disk shows here at the latest. */
	if (fclose(f) != 0)
		failed = true;
	if (failed)
		sj_fail(err, SJ_EIO, "%s: %s", path, strerror(errno));
	return failed ? SJ_EIO : SJ_OK;
}

static int write_all(struct new_policy *np, sj_error *err)
{
	int rc = name_program(np, err);

	if (rc != SJ_OK)
		return rc;
	np->made_dir = mkdir(np->dir, 0777) == 0;
	if (!np->made_dir && errno != EEXIST)
		return sj_fail(err, SJ_EIO, "%s: %s", np->dir, strerror(errno));
	for (const struct policy_file *f = policy_template; f->name != NULL; f++) {
		rc = write_file(np, f, err);
		if (rc != SJ_OK)
			break;
	}
	if (rc == SJ_OK)
		return SJ_OK;
	for (size_t i = 0; i < np->written; i++)
		unlink(np->path[i]);
	if (np->made_dir)
		rmdir(np->dir);
	return rc;
}

static int report_text(const struct new_policy *np)
{
	for (size_t i = 0; i < np->written; i++)
		puts(np->path[i]);
	say("now: make -C %s test", np->dir);
	return SJ_OK;
}

static int report_json(const struct new_policy *np, sj_error *err)
{
	json_t *files = json_array(), *all;

	for (size_t i = 0; i < np->written; i++)
		json_array_append_new(files, json_string(np->path[i]));
	all = json_pack("{s:s, s:s, s:s, s:o}", "schema", "sojourn.policy-new/1",
			"name", np->name, "directory", np->dir, "files", files);
	return json_out(all, JSON_INDENT(2), err);
}

int policy_new_cmd(int argc, char **argv)
{
	struct new_policy np = { 0 };
	bool json = false;
	sj_error err = { 0 };
	int first, rc;
	const struct opt opts[] = {
		{ 'o', "output", OPT_STRING, &np.dir, "DIR",
		  "Where to write; made when missing. Default: ./NAME" },
		{ 0, "json", OPT_FLAG, &json, NULL, "Print one JSON document." },
		{ .name = NULL },
	};
	int done = opts_parse(argc, argv, opts, "policy new NAME [-o DIR] [--json]",
			      "Writes a policy of 30 lines, a Makefile that builds "
			      "NAME.so and a test. Overwrites nothing.", &first);

	if (done != 0)
		return done > 0 ? 0 : 2;
	if (first + 1 != argc)
		return say_usage("policy new: expected one NAME");
	np.name = argv[first];
	rc = check_name(np.name);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i <= strlen(np.name); i++)
		np.ident[i] = (char)(np.name[i] == '-' ? '_' : np.name[i]);
	if (np.dir == NULL)
		np.dir = np.name;
	rc = write_all(&np, &err);
	if (rc == SJ_OK)
		rc = json ? report_json(&np, &err) : report_text(&np);
	for (size_t i = 0; i < np.written; i++)
		free(np.path[i]);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
