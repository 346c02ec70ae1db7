/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * archive.c - archives of many members. The first case that needs one unpacks all of it,
 * beside the folders of the cases; it goes when the run ends.
 */
#include "conformance.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/child.h"

static bool unpack(const char *archive, const char *folder)
{
	const char *const argv[] = { "/bin/tar", "-xzf", archive, "-C", folder, NULL };
	const char *done = format("%s/.all", folder);
	struct child_result result = { .status = 0 };
	int fd;

	if (access(done, F_OK) == 0)
		return true;
	child_run(argv, &result);
	if (result.status != 0)
		return false;
	fd = open(done, O_CREAT | O_WRONLY, 0600);
	close(fd);
	return fd >= 0;
}

/* One case at a time unpacks. */
const char *archive_folder(const char *archive, struct report *r)
{
	const char *name = strrchr(archive, '/') + 1;
	char *folder = format("%s/../%s", r->scratch, name);
	int fd;
	bool ok;

	mkdir(folder, 0700);
	fd = open(folder, O_RDONLY | O_DIRECTORY);
	ok = fd >= 0 && flock(fd, LOCK_EX) == 0 && unpack(archive, folder);
	close(fd);
	if (ok)
		return folder;
	report_skip(r, "%s cannot be unpacked", archive);
	return NULL;
}
