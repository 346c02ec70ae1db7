/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outfile.c - buffered writing, plain or gzip, that leaves no half-written file. */
#include "run/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define BUFFER 65536u

struct outfile {
	char  *path;     /* as the user calls it */
	char  *part;     /* what is written to; NULL: directly */
	gzFile gz;       /* NULL: plain */
	int    fd;       /* -1 once given to gz */
	int    error;    /* errno of the first failure */
	size_t used;
	char   buf[BUFFER];
};

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), k = strlen(tail);

	return n >= k && strcmp(text + n - k, tail) == 0;
}

/* What must not be renamed over: devices, pipes. */
static bool is_special(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 && !S_ISREG(sb.st_mode) && !S_ISDIR(sb.st_mode);
}

static int open_target(struct outfile *f, sj_error *err)
{
	struct stat sb;

	if (strcmp(f->path, "-") == 0) {
		f->fd = dup(STDOUT_FILENO);
	} else if (stat(f->path, &sb) == 0 && S_ISDIR(sb.st_mode)) {
		return sj_fail(err, SJ_EIO, "%s: is a directory", f->path);
	} else if (is_special(f->path)) {
		f->fd = open(f->path, O_WRONLY | O_CLOEXEC);
	} else {
		if (asprintf(&f->part, "%s.part", f->path) < 0) {
			f->part = NULL;
			return SJ_ENOMEM;
		}
		f->fd = open(f->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	}
	if (f->fd < 0) {
		int e = errno;

		free(f->part); /* not created, so not to be removed */
		f->part = NULL;
		return sj_fail(err, SJ_EIO, "%s: cannot be written: %s", f->path,
			       e == ENOENT ? "its directory does not exist" : strerror(e));
	}
	return SJ_OK;
}

int outfile_open(const char *path, struct outfile **out, sj_error *err)
{
	struct outfile *f = malloc(sizeof(*f));
	int rc;

	if (f == NULL)
		return SJ_ENOMEM;
	f->part = NULL;
	f->gz = NULL;
	f->fd = -1;
	f->error = 0;
	f->used = 0;
	f->path = strdup(path);
	rc = f->path == NULL ? SJ_ENOMEM : open_target(f, err);
	if (rc == SJ_OK && ends_with(path, ".gz")) {
		f->gz = gzdopen(f->fd, "wb6");
		if (f->gz == NULL)
			rc = SJ_ENOMEM;
		else
			f->fd = -1;
	}
	if (rc != SJ_OK) {
		outfile_close(f, false, NULL);
		return rc;
	}
	*out = f;
	return SJ_OK;
}

static void write_plain(struct outfile *f)
{
	for (size_t at = 0; at < f->used && f->error == 0;) {
		ssize_t n = write(f->fd, f->buf + at, f->used - at);

		if (n > 0)
			at += (size_t)n;
		else if (n < 0 && errno != EINTR)
			f->error = errno;
	}
}

static void flush(struct outfile *f)
{
	if (f->used == 0 || f->error != 0)
		return;
	if (f->gz == NULL) {
		write_plain(f);
	} else if (gzwrite(f->gz, f->buf, (unsigned)f->used) != (int)f->used) {
		f->error = errno != 0 ? errno : EIO;
	}
	f->used = 0;
}

char *outfile_room(struct outfile *f, size_t size)
{
	if (f->used + size > BUFFER)
		flush(f);
	return f->error == 0 ? f->buf + f->used : NULL;
}

void outfile_advance(struct outfile *f, size_t used)
{
	f->used += used;
}

void outfile_write(struct outfile *f, const char *bytes, size_t n)
{
	while (n > 0 && f->error == 0) {
		size_t k = n < OUTFILE_ROOM ? n : OUTFILE_ROOM;
		char *to = outfile_room(f, k);

		if (to == NULL)
			return;
		memcpy(to, bytes, k);
		outfile_advance(f, k);
		bytes += k;
		n -= k;
	}
}

void outfile_puts(struct outfile *f, const char *text)
{
	outfile_write(f, text, strlen(text));
}

void outfile_printf(struct outfile *f, const char *fmt, ...)
{
	char *to = outfile_room(f, OUTFILE_ROOM);
	va_list ap;
	int n;

	if (to == NULL)
		return;
	va_start(ap, fmt);
	n = vsnprintf(to, OUTFILE_ROOM, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= OUTFILE_ROOM)
		f->error = EOVERFLOW;
	else
		outfile_advance(f, (size_t)n);
}

bool outfile_failed(const struct outfile *f)
{
	return f->error != 0;
}

int outfile_error(const struct outfile *f, sj_error *err)
{
	if (f->error == 0)
		return SJ_OK;
	return sj_fail(err, SJ_EIO, "%s: cannot be written: %s",
		       strcmp(f->path, "-") == 0 ? "standard output" : f->path,
		       strerror(f->error));
}

static void close_target(struct outfile *f)
{
	if (f->gz != NULL && gzclose(f->gz) != Z_OK && f->error == 0)
		f->error = errno != 0 ? errno : EIO;
	if (f->fd >= 0 && close(f->fd) != 0 && f->error == 0)
		f->error = errno;
}

int outfile_close(struct outfile *f, bool keep, sj_error *err)
{
	int rc = SJ_OK;

	if (f == NULL)
		return SJ_OK;
	if (keep)
		flush(f);
	close_target(f);
	if (keep && f->error == 0 && f->part != NULL && rename(f->part, f->path) != 0)
		f->error = errno;
	if (f->part != NULL && (!keep || f->error != 0))
		unlink(f->part);
	if (keep)
		rc = outfile_error(f, err);
	free(f->part);
	free(f->path);
	free(f);
	return rc;
}
