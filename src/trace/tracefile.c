/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tracefile.c - see tracefile.h; zstd is a layer over outstream.h, which has gzip. */
#include "trace/tracefile.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define LEVEL 9 /* logs are read more often than written */

struct zstd_layer {
	ZSTD_CStream *z;
	FILE         *below;
	size_t        cap;
	char          packed[];
};

/* Packs what is in `in`; `how` ends the frame or goes on. False on failure. */
static bool pack(struct zstd_layer *l, ZSTD_inBuffer in, ZSTD_EndDirective how)
{
	size_t left;

	do {
		ZSTD_outBuffer out = { l->packed, l->cap, 0 };

		left = ZSTD_compressStream2(l->z, &out, &in, how);
		if (ZSTD_isError(left) || fwrite(l->packed, 1, out.pos, l->below) != out.pos)
			return false;
	} while (how == ZSTD_e_end ? left != 0 : in.pos < in.size);
	return true;
}

static ssize_t layer_write(void *cookie, const char *bytes, size_t size)
{
	return pack(cookie, (ZSTD_inBuffer){ bytes, size, 0 }, ZSTD_e_continue) ?
	       (ssize_t)size : 0;
}

static int layer_close(void *cookie)
{
	struct zstd_layer *l = cookie;
	bool ok = pack(l, (ZSTD_inBuffer){ NULL, 0, 0 }, ZSTD_e_end);

	ZSTD_freeCStream(l->z);
	free(l);
	return ok ? 0 : EOF;
}

static int add_layer(struct tracefile *f, sj_error *err)
{
	static const cookie_io_functions_t io = { .write = layer_write,
						  .close = layer_close };
	size_t cap = ZSTD_CStreamOutSize();
	struct zstd_layer *l = malloc(sizeof(*l) + cap);

	if (l == NULL || (l->z = ZSTD_createCStream()) == NULL) {
		free(l);
		return sj_fail(err, SJ_ENOMEM, "no memory to pack the trace");
	}
	ZSTD_CCtx_setParameter(l->z, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(l->z, ZSTD_c_checksumFlag, 1);
	l->below = f->out.to;
	l->cap = cap;
	f->to = fopencookie(l, "w", io);
	if (f->to == NULL) {
		ZSTD_freeCStream(l->z);
		free(l);
		return sj_fail(err, SJ_ENOMEM, "no memory to pack the trace");
	}
	f->zstd = l;
	return SJ_OK;
}

int tracefile_open(struct tracefile *f, const char *path, sj_error *err)
{
	size_t n = path != NULL ? strlen(path) : 0;
	int rc = outstream_open(&f->out, path, err);

	f->zstd = NULL;
	f->to = f->out.to;
	if (rc != SJ_OK || n < 4 || strcmp(path + n - 4, ".zst") != 0)
		return rc;
	rc = add_layer(f, err);
	return rc == SJ_OK ? SJ_OK : outstream_close(&f->out, rc, err);
}

int tracefile_close(struct tracefile *f, int rc, sj_error *err)
{
	/* A failed write below is told by outstream_close(). */
	if (f->zstd != NULL && fclose(f->to) != 0 && rc == SJ_OK && !ferror(f->out.to))
		rc = sj_fail(err, SJ_EIO, "the trace could not be packed");
	return outstream_close(&f->out, rc, err);
}
