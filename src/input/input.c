/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input.c - see input.h. */
#include "input/input.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/hash.h"
#include "input/unpack.h"

#define PEEK_SIZE ((size_t)16 << 10)

struct input {
	sj_input          base;
	char             *name; /* for messages */
	int               fd;
	bool              regular;
	bool              hashed; /* wanted */
	struct stat       opened; /* to notice that the file changed */
	struct unpack    *unpack;
	input_packing     packing;
	struct file_hash *hash;   /* second thread, or NULL: hash as we read */
	SHA2_CTX          sha;
	char              hex[65]; /* once asked for */
	uint64_t          hex_bytes;
	uint64_t          stored, unpacked;
	char             *peek;   /* unpacked, not yet handed out: [at, end) */
	size_t            peek_at, peek_end;
	glob_t            parts;  /* of a pattern: the files, by name */
	size_t            part;   /* the one being read */
	char              last;   /* byte handed out by unpack */
};

/* ---- stored bytes ---------------------------------------------------------- */

static ptrdiff_t stored_read(void *ctx, void *buf, size_t size, sj_error *err)
{
	struct input *in = ctx;
	ssize_t n;

	do
		n = read(in->fd, buf, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return sj_fail(err, SJ_EIO, "%s: %s", in->name, strerror(errno));
	in->stored += (uint64_t)n;
	if (in->hashed && in->hash == NULL)
		SHA256Update(&in->sha, buf, (size_t)n);
	return n;
}

/* ---- several files ----------------------------------------------------------- */

static int by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* The files that a pattern names, in order of bytes: the same in every locale. */
static bool find_parts(struct input *in, const char *pattern)
{
	if (pattern[strcspn(pattern, "*?[")] == '\0' ||
	    glob(pattern, GLOB_NOSORT, NULL, &in->parts) != 0)
		return false;
	qsort(in->parts.gl_pathv, in->parts.gl_pathc, sizeof(char *), by_name);
	return in->parts.gl_pathc > 0;
}

static bool has_next_part(const struct input *in)
{
	return in->part + 1 < in->parts.gl_pathc;
}

static int open_fd(struct input *in, const char *path, sj_error *err);
static int start_unpacking(struct input *in, sj_error *err);

static int next_part(struct input *in, sj_error *err)
{
	int rc;

	unpack_free(in->unpack);
	in->unpack = NULL;
	close(in->fd);
	in->fd = -1;
	rc = open_fd(in, in->parts.gl_pathv[++in->part], err);
	return rc == SJ_OK ? start_unpacking(in, err) : rc;
}

/* ---- unpacked bytes --------------------------------------------------------- */

/* The bytes of one file after the other; each ends its last line. */
static ptrdiff_t unpack_parts(struct input *in, void *buf, size_t size, sj_error *err)
{
	for (;;) {
		ptrdiff_t got = unpack_read(in->unpack, buf, size, err);
		int rc;

		if (got > 0)
			in->last = ((char *)buf)[got - 1];
		if (got != 0 || size == 0 || !has_next_part(in))
			return got;
		rc = next_part(in, err);
		if (rc != SJ_OK)
			return rc;
		if (in->last != '\n') {
			*(char *)buf = in->last = '\n';
			return 1;
		}
	}
}

static ptrdiff_t input_read(sj_input *self, void *buf, size_t size, sj_error *err)
{
	struct input *in = (struct input *)self;
	size_t n = in->peek_end - in->peek_at;
	ptrdiff_t got;

	if (n > 0) {
		if (n > size)
			n = size;
		memcpy(buf, in->peek + in->peek_at, n);
		in->peek_at += n;
		return (ptrdiff_t)n;
	}
	got = unpack_parts(in, buf, size, err);
	if (got > 0)
		in->unpacked += (uint64_t)got;
	return got;
}

int input_peek(sj_input *self, const char **bytes, size_t *size, sj_error *err)
{
	struct input *in = (struct input *)self;

	while (in->peek_end < PEEK_SIZE) {
		ptrdiff_t got = unpack_parts(in, in->peek + in->peek_end,
					     PEEK_SIZE - in->peek_end, err);

		if (got < 0)
			return (int)got;
		if (got == 0)
			break;
		in->peek_end += (size_t)got;
		in->unpacked += (uint64_t)got;
	}
	*bytes = in->peek + in->peek_at;
	*size = in->peek_end - in->peek_at;
	return SJ_OK;
}

input_packing input_packed(const sj_input *self)
{
	return ((const struct input *)self)->packing;
}

uint64_t input_unpacked_bytes(const sj_input *self)
{
	return ((const struct input *)self)->unpacked;
}

/* ---- opening ----------------------------------------------------------------- */

static int open_fd(struct input *in, const char *path, sj_error *err)
{
	struct stat st;

	in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return sj_fail(err, errno == ENOENT ? SJ_ENOENT : SJ_EIO, "%s: %s", path,
			       errno == ENOENT ? "no such file" : strerror(errno));
	if (fstat(in->fd, &st) == 0 && S_ISDIR(st.st_mode))
		return sj_fail(err, SJ_EIO, "%s: is a directory; expected a file", path);
	return SJ_OK;
}

static int open_path(struct input *in, const char *path, sj_error *err)
{
	int rc;

	if (strcmp(path, "-") == 0) {
		in->fd = STDIN_FILENO;
		if (isatty(STDIN_FILENO))
			return sj_fail(err, SJ_EIO, "standard input is a terminal; "
				       "redirect a file into it or give a path");
	} else {
		rc = open_fd(in, path, err);
		if (rc == SJ_ENOENT && find_parts(in, path))
			rc = open_fd(in, in->parts.gl_pathv[0], err);
		if (rc != SJ_OK)
			return rc;
	}
	if (fstat(in->fd, &in->opened) != 0)
		return sj_fail(err, SJ_EIO, "%s: %s", in->name, strerror(errno));
	in->regular = S_ISREG(in->opened.st_mode) && in->fd != STDIN_FILENO &&
		      in->parts.gl_pathc == 0;
	return SJ_OK;
}

static int start_unpacking(struct input *in, sj_error *err)
{
	struct stored from = { in, stored_read };
	uint8_t head[4];
	size_t have = 0;

	while (have < sizeof(head)) {
		ptrdiff_t got = stored_read(in, head + have, sizeof(head) - have, err);

		if (got < 0)
			return (int)got;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	in->packing = unpack_detect(head, have);
	return unpack_create(in->packing, in->name, from, head, have, &in->unpack,
			     err);
}

int input_open(const char *path, unsigned flags, sj_input **out, sj_error *err)
{
	struct input *in = calloc(1, sizeof(*in));
	int rc = SJ_ENOMEM;

	if (in == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to open it", path);
	in->fd = -1;
	in->name = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
	in->peek = malloc(PEEK_SIZE);
	if (in->name == NULL || in->peek == NULL) {
		sj_fail(err, SJ_ENOMEM, "%s: no memory to open it", path);
		goto fail;
	}
	in->base.name = in->name;
	in->base.read = input_read;
	rc = open_path(in, path, err);
	if (rc != SJ_OK)
		goto fail;
	in->hashed = (flags & INPUT_HASH) != 0;
	SHA256Init(&in->sha);
	if (in->hashed && in->regular)
		in->hash = file_hash_start(in->fd, in->name);
	rc = start_unpacking(in, err);
	if (rc != SJ_OK)
		goto fail;
	*out = &in->base;
	return SJ_OK;
fail:
	input_close(&in->base);
	return rc;
}

void input_close(sj_input *self)
{
	struct input *in = (struct input *)self;

	if (in == NULL)
		return;
	file_hash_cancel(in->hash);
	unpack_free(in->unpack);
	if (in->fd > STDERR_FILENO)
		close(in->fd);
	globfree(&in->parts);
	free(in->peek);
	free(in->name);
	free(in);
}

/* ---- digest ------------------------------------------------------------------- */

static int digest_of_file(struct input *in, sj_error *err)
{
	struct stat now;
	int rc = file_hash_finish(in->hash, &in->hex_bytes, in->hex, err);

	in->hash = NULL;
	if (rc != SJ_OK)
		return rc;
	if (fstat(in->fd, &now) != 0)
		return sj_fail(err, SJ_EIO, "%s: %s", in->name, strerror(errno));
	if (now.st_size != in->opened.st_size ||
	    now.st_mtim.tv_sec != in->opened.st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != in->opened.st_mtim.tv_nsec)
		return sj_fail(err, SJ_EIO, "%s: the file was changed while it was "
			       "being read; run again", in->name);
	return SJ_OK;
}

/* A reader may have stopped early; the hash is of all that is stored. */
static int digest_of_pipe(struct input *in, sj_error *err)
{
	char rest[8192];
	ptrdiff_t got;

	for (;;) {
		while ((got = stored_read(in, rest, sizeof(rest), err)) > 0)
			;
		if (got == 0 && has_next_part(in))
			got = next_part(in, err);
		else if (got == 0)
			break;
		if (got < 0)
			return (int)got;
	}
	SHA256End(&in->sha, in->hex);
	in->hex_bytes = in->stored;
	return SJ_OK;
}

int input_digest(sj_input *self, uint64_t *stored_bytes, char hex[65], sj_error *err)
{
	struct input *in = (struct input *)self;

	if (in->hex[0] == '\0') {
		int rc = in->hash != NULL ? digest_of_file(in, err) :
					    digest_of_pipe(in, err);

		if (rc != SJ_OK)
			return rc;
	}
	memcpy(hex, in->hex, sizeof(in->hex));
	*stored_bytes = in->hex_bytes;
	return SJ_OK;
}
