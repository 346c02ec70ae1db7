/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * load.c - opens a shared object and finds the policy in it.
 *
 * The file is looked at before the dynamic linker sees it, so that "this is a
 * text file" is said in our words and not in the linker's.
 */
#include "plugin/load.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plugin/plugin.h"

static int look_at(const char *path, sj_error *err)
{
	unsigned char mark[EI_NIDENT];
	struct stat st;
	size_t n;
	FILE *f;

	if (stat(path, &st) != 0)
		return sj_fail(err, errno == ENOENT ? SJ_ENOENT : SJ_EIO,
			       "policy file %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return sj_fail(err, SJ_EINVAL, "policy file %s: not a regular "
			       "file; expected a shared object", path);
	f = fopen(path, "rb");
	if (f == NULL)
		return sj_fail(err, SJ_EIO, "policy file %s: %s", path,
			       strerror(errno));
	n = fread(mark, 1, sizeof(mark), f);
	fclose(f);
	if (n < sizeof(mark) || memcmp(mark, ELFMAG, SELFMAG) != 0)
		return sj_fail(err, SJ_EINVAL, "policy file %s: not a shared "
			       "object (no ELF header); expected what `cc -shared "
			       "-fPIC` makes of a policy", path);
	return SJ_OK;
}

/* dlerror() begins with the path, which our sentence already has. */
static const char *linker_says(const char *path)
{
	const char *text = dlerror();
	size_t n = strlen(path);

	if (text == NULL)
		return "the dynamic linker gives no reason";
	if (strncmp(text, path, n) == 0 && text[n] == ':')
		text += n + 1 + strspn(text + n + 1, " ");
	return text;
}

static void *open_object(const char *path)
{
	/* Without a '/' the linker would search its own directories. */
	char *here;
	void *handle;

	if (strchr(path, '/') != NULL)
		return dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (asprintf(&here, "./%s", path) < 0)
		return NULL;
	handle = dlopen(here, RTLD_NOW | RTLD_LOCAL);
	free(here);
	return handle;
}

int plugin_load(const char *path, const sj_policy_ops **out, sj_error *err)
{
	/* ISO C has no cast from void * to a function; POSIX promises the bits. */
	union {
		void *symbol;
		const sj_policy_ops *(*call)(void);
	} entry;
	char who[SJ_ERROR_MAX / 2];
	const sj_policy_ops *ops;
	void *handle;
	int rc = look_at(path, err);

	if (rc != SJ_OK)
		return rc;
	handle = open_object(path);
	if (handle == NULL)
		return sj_fail(err, SJ_EINVAL, "policy file %s: cannot be loaded: %s",
			       path, linker_says(path));
	entry.symbol = dlsym(handle, SJ_POLICY_ENTRY);
	if (entry.symbol == NULL) {
		dlclose(handle);
		return sj_fail(err, SJ_EINVAL, "policy file %s: no entry point; "
			       "expected a function `const sj_policy_ops *"
			       SJ_POLICY_ENTRY "(void)`", path);
	}
	ops = entry.call();
	snprintf(who, sizeof(who), "policy file %s", path);
	rc = policy_ops_check(who, ops, err);
	if (rc == SJ_OK)
		*out = ops;
	else
		dlclose(handle);
	return rc;
}
