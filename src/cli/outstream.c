/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outstream.c - a FILE over run/outfile.h, by fopencookie. */
#include "cli/outstream.h"

#include <string.h>

#include "run/outfile.h"

static ssize_t on_write(void *cookie, const char *bytes, size_t size)
{
	struct outfile *f = cookie;

	outfile_write(f, bytes, size);
	return outfile_failed(f) ? 0 : (ssize_t)size;
}

int outstream_open(struct outstream *s, const char *path, sj_error *err)
{
	const cookie_io_functions_t io = { .write = on_write };
	int rc;

	*s = (struct outstream){ .to = stdout };
	if (path == NULL || strcmp(path, "-") == 0)
		return SJ_OK;
	rc = outfile_open(path, &s->file, err);
	if (rc != SJ_OK)
		return rc;
	s->to = fopencookie(s->file, "w", io);
	if (s->to == NULL) {
		outfile_close(s->file, false, NULL);
		s->file = NULL;
		return SJ_ENOMEM;
	}
	return SJ_OK;
}

int outstream_close(struct outstream *s, int rc, sj_error *err)
{
	/* Writers that look at ferror() know that it failed, not why. */
	bool unexplained = rc == SJ_EIO && err->code == SJ_OK;
	int end;

	if (s->file == NULL) {
		if ((fflush(s->to) != 0 || ferror(s->to)) && (rc == SJ_OK || unexplained))
			rc = sj_fail(err, SJ_EIO, "standard output cannot be written");
		return rc;
	}
	fclose(s->to); /* a failed write is remembered by the file */
	end = outfile_close(s->file, rc == SJ_OK || (unexplained && outfile_failed(s->file)), err);
	return rc == SJ_OK ? end : rc;
}
