/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input.c - see input.h. */
#include "input/input.h"

#include <errno.h>
#include <fcntl.h>
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

/* ---- unpacked bytes --------------------------------------------------------- */

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
	got = unpack_read(in->unpack, buf, size, err);
	if (got > 0)
		in->unpacked += (uint64_t)got;
	return got;
}

int input_peek(sj_input *self, const char **bytes, size_t *size, sj_error *err)
{
	struct input *in = (struct input *)self;

	while (in->peek_end < PEEK_SIZE) {
		ptrdiff_t got = unpack_read(in->unpack, in->peek + in->peek_end,
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

static int open_path(struct input *in, const char *path, sj_error *err)
{
	if (strcmp(path, "-") == 0) {
		in->fd = STDIN_FILENO;
		if (isatty(STDIN_FILENO))
			return sj_fail(err, SJ_EIO, "standard input is a terminal; "
				       "redirect a file into it or give a path");
	} else {
		in->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (in->fd < 0)
			return sj_fail(err, errno == ENOENT ? SJ_ENOENT : SJ_EIO,
				       "%s: %s", path,
				       errno == ENOENT ? "no such file" : strerror(errno));
	}
	if (fstat(in->fd, &in->opened) != 0)
		return sj_fail(err, SJ_EIO, "%s: %s", in->name, strerror(errno));
	if (S_ISDIR(in->opened.st_mode))
		return sj_fail(err, SJ_EIO, "%s: is a directory; expected a file",
			       in->name);
	in->regular = S_ISREG(in->opened.st_mode) && in->fd != STDIN_FILENO;
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

	while ((got = stored_read(in, rest, sizeof(rest), err)) > 0)
		;
	if (got < 0)
		return (int)got;
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
