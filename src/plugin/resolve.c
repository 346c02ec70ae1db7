/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolve.c - from a policy spec as typed to a policy table and its arguments. */
#include <errno.h>
#include <limits.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plugin/load.h"
#include "plugin/plugin.h"

static bool names_file(const char *name)
{
	size_t n = strlen(name);

	return strchr(name, '/') != NULL ||
	       (n > 3 && strcmp(name + n - 3, ".so") == 0);
}

static const sj_policy_ops *built_in(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

static const char *alias_spec(const char *name)
{
	for (const sj_policy_alias *a = sj_policy_aliases; a->alias != NULL; a++)
		if (strcmp(a->alias, name) == 0)
			return a->spec;
	return NULL;
}

static int unknown(const char *name, sj_error *err)
{
	const char *near, **names;
	size_t n = 0, i;

	for (i = 0; sj_policies[i] != NULL; i++)
		n++;
	for (i = 0; sj_policy_aliases[i].alias != NULL; i++)
		n++;
	names = malloc((n + 1) * sizeof(*names));
	if (names == NULL)
		return SJ_ENOMEM;
	n = 0;
	for (i = 0; sj_policies[i] != NULL; i++)
		names[n++] = sj_policies[i]->name;
	for (i = 0; sj_policy_aliases[i].alias != NULL; i++)
		names[n++] = sj_policy_aliases[i].alias;
	near = sj_nearest(name, names, n);
	free(names);
	if (near != NULL)
		return sj_fail(err, SJ_EUSAGE, "no policy \"%s\"; did you mean "
			       "\"%s\"?", name, near);
	return sj_fail(err, SJ_EUSAGE, "no policy \"%s\"; `sojourn policy list` shows "
		       "them, and a shared object is given by its path "
		       "(./%s.so)", name, name);
}

static int describe_file(const char *path, struct policy_choice *out, sj_error *err)
{
	struct stat st;

	out->path = strdup(path);
	if (out->path == NULL)
		return SJ_ENOMEM;
	if (stat(path, &st) != 0 || SHA256File(path, out->sha256) == NULL)
		return sj_fail(err, SJ_EIO, "policy file %s: %s", path, strerror(errno));
	out->bytes = (uint64_t)st.st_size;
	return SJ_OK;
}

/* The arguments of an alias, then those typed behind it. */
static char *join_args(const char *first, const char *second)
{
	char *args;

	if (*first == '\0' || *second == '\0')
		return strdup(*first != '\0' ? first : second);
	return asprintf(&args, "%s,%s", first, second) < 0 ? NULL : args;
}

int policy_resolve(const char *spec, struct policy_choice *out, sj_error *err)
{
	struct policy_choice c = { 0 };
	char name[PATH_MAX], target[256];
	const char *args, *alias_args = "";
	int rc = sj_spec_split(spec, name, sizeof(name), &args, err);

	if (rc != SJ_OK)
		return rc;
	if (names_file(name)) {
		rc = plugin_load(name, &c.ops, err);
		if (rc == SJ_OK)
			rc = describe_file(name, &c, err);
	} else if ((c.ops = built_in(name)) == NULL) {
		const char *other = alias_spec(name);

		if (other == NULL)
			return unknown(name, err);
		rc = sj_spec_split(other, target, sizeof(target), &alias_args, err);
		if (rc == SJ_OK && (c.ops = built_in(target)) == NULL)
			rc = unknown(target, err);
	}
	if (rc == SJ_OK && (c.args = join_args(alias_args, args)) == NULL)
		rc = SJ_ENOMEM;
	if (rc != SJ_OK) {
		policy_choice_fini(&c);
		return rc;
	}
	*out = c;
	return SJ_OK;
}

void policy_choice_fini(struct policy_choice *choice)
{
	free(choice->args);
	free(choice->path);
	*choice = (struct policy_choice){ 0 };
}

const sj_policy_ops *policy_find(const char *name)
{
	const sj_policy_ops *ops = NULL;
	const char *spec;

	if (names_file(name))
		return plugin_load(name, &ops, NULL) == SJ_OK ? ops : NULL;
	ops = built_in(name);
	if (ops != NULL)
		return ops;
	/* An alias with arguments is more than a name: not found here. */
	spec = alias_spec(name);
	return spec != NULL ? built_in(spec) : NULL;
}
