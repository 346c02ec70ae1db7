/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hash.c - SHA-256 of a file by a second thread.
 *
 * libmd hashes a few hundred MB/s and the parsers run at twice that, so hashing
 * in line would halve them. A thread of its own hides it behind parsing and
 * simulation; the price is that the file is read twice, from the page cache.
 */
#include "input/hash.h"

#include <errno.h>
#include <pthread.h>
#include <sha2.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK ((size_t)256 << 10)

struct file_hash {
	pthread_t   thread;
	int         fd;
	const char *name;
	atomic_bool cancel;
	int         error; /* errno of a failed read; 0 = none */
	uint64_t    bytes;
	SHA2_CTX    sha;
	uint8_t     block[BLOCK];
};

static void *hash_main(void *arg)
{
	struct file_hash *h = arg;

	while (!atomic_load_explicit(&h->cancel, memory_order_relaxed)) {
		ssize_t n = pread(h->fd, h->block, BLOCK, (off_t)h->bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			h->error = errno;
		if (n <= 0)
			break;
		SHA256Update(&h->sha, h->block, (size_t)n);
		h->bytes += (uint64_t)n;
	}
	return NULL;
}

struct file_hash *file_hash_start(int fd, const char *name)
{
	struct file_hash *h = malloc(sizeof(*h));

	if (h == NULL)
		return NULL;
	h->fd = fd;
	h->name = name;
	h->error = 0;
	h->bytes = 0;
	atomic_init(&h->cancel, false);
	SHA256Init(&h->sha);
	if (pthread_create(&h->thread, NULL, hash_main, h) != 0) {
		free(h);
		return NULL;
	}
	return h;
}

int file_hash_finish(struct file_hash *h, uint64_t *bytes, char hex[65],
		     sj_error *err)
{
	int rc = SJ_OK;

	pthread_join(h->thread, NULL);
	if (h->error != 0)
		rc = sj_fail(err, SJ_EIO, "%s: %s", h->name, strerror(h->error));
	*bytes = h->bytes;
	SHA256End(&h->sha, hex);
	free(h);
	return rc;
}

void file_hash_cancel(struct file_hash *h)
{
	if (h == NULL)
		return;
	atomic_store(&h->cancel, true);
	pthread_join(h->thread, NULL);
	free(h);
}
