/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paths.c - where this program and its headers are.
 *
 * Found from the running executable, so that a build tree, an installation under
 * any PREFIX and a copy in a container all work without a compiled-in path.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

#include "plugin/plugin.h"

int policy_program_path(char *buf, size_t size, sj_error *err)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n < 0 || (size_t)n >= size)
		return sj_fail(err, SJ_EIO, "cannot tell where this program is: "
			       "/proc/self/exe: %s",
			       n < 0 ? strerror(errno) : "the path is too long");
	path[n] = '\0';
	memcpy(buf, path, (size_t)n + 1);
	return SJ_OK;
}

/* The directory `dir`/`up`/include without "..", when the headers are there. */
static bool headers_at(const char *dir, const char *up, char *buf, size_t size)
{
	char path[PATH_MAX + 64], real[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/include/sojourn/policy.h", dir, up);
	if (access(path, R_OK) != 0)
		return false;
	snprintf(path, sizeof(path), "%s/%s/include", dir, up);
	if (realpath(path, real) == NULL || strlen(real) >= size)
		return false;
	memcpy(buf, real, strlen(real) + 1);
	return true;
}

int policy_include_dir(char *buf, size_t size, sj_error *err)
{
	char dir[PATH_MAX];
	int rc = policy_program_path(dir, sizeof(dir), err);

	if (rc != SJ_OK)
		return rc;
	*strrchr(dir, '/') = '\0';
	/* PREFIX/bin/sojourn, then build/TREE/sojourn. */
	if (headers_at(dir, "..", buf, size) || headers_at(dir, "../..", buf, size))
		return SJ_OK;
	return sj_fail(err, SJ_ENOENT, "no headers near this program: neither %s/../"
		       "include/sojourn nor %s/../../include/sojourn exists; "
		       "`make install` puts them there", dir, dir);
}
