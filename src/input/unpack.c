/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unpack.c - gzip and zstd as streams; plain files pass through without a copy.
 *
 * Like gzip(1), several members in a row are one text, and zero bytes may pad
 * the end. Anything else behind the last member is an error, and so is an end
 * in the middle of one: half a log must never look like a whole one.
 */
#include "input/unpack.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define RAW_SIZE ((size_t)256 << 10)

struct unpack {
	input_packing packing;
	const char   *name;
	struct stored from;
	uint8_t      *raw;           /* stored bytes not yet unpacked: [at, end) */
	size_t        at, end;
	bool          stored_end;    /* the file has no more bytes */
	bool          inside;        /* in the middle of a member or frame */
	bool          done;
	z_stream      z;
	ZSTD_DStream *zstd;
};

input_packing unpack_detect(const uint8_t *head, size_t size)
{
	static const uint8_t gzip[] = { 0x1f, 0x8b };
	static const uint8_t zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };

	if (size >= sizeof(gzip) && memcmp(head, gzip, sizeof(gzip)) == 0)
		return INPUT_GZIP;
	if (size >= sizeof(zstd) && memcmp(head, zstd, sizeof(zstd)) == 0)
		return INPUT_ZSTD;
	return INPUT_PLAIN;
}

static int start_decoder(struct unpack *u, sj_error *err)
{
	if (u->packing == INPUT_GZIP && inflateInit2(&u->z, 15 + 16) != Z_OK)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to unpack it", u->name);
	if (u->packing == INPUT_ZSTD) {
		u->zstd = ZSTD_createDStream();
		if (u->zstd == NULL)
			return sj_fail(err, SJ_ENOMEM, "%s: no memory to unpack it",
				       u->name);
	}
	return SJ_OK;
}

int unpack_create(input_packing packing, const char *name, struct stored from,
		  const uint8_t *head, size_t head_size, struct unpack **out,
		  sj_error *err)
{
	struct unpack *u = calloc(1, sizeof(*u));
	int rc;

	if (u == NULL || (u->raw = malloc(RAW_SIZE)) == NULL) {
		free(u);
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", name);
	}
	u->name = name;
	u->from = from;
	memcpy(u->raw, head, head_size);
	u->end = head_size;
	u->packing = packing;
	rc = start_decoder(u, err);
	if (rc != SJ_OK) {
		u->packing = INPUT_PLAIN;
		unpack_free(u);
		return rc;
	}
	*out = u;
	return SJ_OK;
}

void unpack_free(struct unpack *u)
{
	if (u == NULL)
		return;
	if (u->packing == INPUT_GZIP)
		inflateEnd(&u->z);
	ZSTD_freeDStream(u->zstd);
	free(u->raw);
	free(u);
}

/* Makes at least one stored byte available, unless the file has ended. */
static int refill(struct unpack *u, sj_error *err)
{
	ptrdiff_t got;

	if (u->at < u->end || u->stored_end)
		return SJ_OK;
	got = u->from.read(u->from.ctx, u->raw, RAW_SIZE, err);
	if (got < 0)
		return (int)got;
	u->at = 0;
	u->end = (size_t)got;
	u->stored_end = got == 0;
	return SJ_OK;
}

static ptrdiff_t read_plain(struct unpack *u, void *buf, size_t size, sj_error *err)
{
	size_t n = u->end - u->at;

	if (n == 0)
		return u->from.read(u->from.ctx, buf, size, err);
	if (n > size)
		n = size;
	memcpy(buf, u->raw + u->at, n);
	u->at += n;
	return (ptrdiff_t)n;
}

/* Between two members: is there another one? Zero padding is eaten. */
static int next_member(struct unpack *u, const char *kind, sj_error *err)
{
	for (;;) {
		int rc = refill(u, err);

		if (rc != SJ_OK)
			return rc;
		while (u->at < u->end && u->raw[u->at] == 0)
			u->at++;
		if (u->at < u->end)
			break;
		if (u->stored_end) {
			u->done = true;
			return SJ_OK;
		}
	}
	if (u->packing == INPUT_GZIP && u->raw[u->at] != 0x1f)
		return sj_fail(err, SJ_EPARSE,
			       "%s: there are other bytes behind the end of the %s data",
			       u->name, kind);
	if (u->packing == INPUT_GZIP)
		inflateReset(&u->z);
	u->inside = true;
	return SJ_OK;
}

static int truncated(const struct unpack *u, const char *kind, sj_error *err)
{
	return sj_fail(err, SJ_EPARSE,
		       "%s: the file ends in the middle of the %s data; it is "
		       "incomplete, fetch or pack it again", u->name, kind);
}

static ptrdiff_t read_gzip(struct unpack *u, void *buf, size_t size, sj_error *err)
{
	u->z.next_out = buf;
	u->z.avail_out = (uInt)size;
	while (u->z.avail_out == size && !u->done) {
		int rc = u->inside ? refill(u, err) : next_member(u, "gzip", err);

		if (rc != SJ_OK)
			return rc;
		if (u->done)
			break;
		if (u->stored_end && u->at == u->end)
			return truncated(u, "gzip", err);
		u->z.next_in = u->raw + u->at;
		u->z.avail_in = (uInt)(u->end - u->at);
		rc = inflate(&u->z, Z_NO_FLUSH);
		u->at = u->end - u->z.avail_in;
		if (rc == Z_STREAM_END)
			u->inside = false;
		else if (rc == Z_MEM_ERROR)
			return sj_fail(err, SJ_ENOMEM, "%s: no memory to unpack it",
				       u->name);
		else if (rc != Z_OK && rc != Z_BUF_ERROR)
			return sj_fail(err, SJ_EPARSE,
				       "%s: the gzip data are damaged (%s)", u->name,
				       u->z.msg != NULL ? u->z.msg : "bad stream");
	}
	return (ptrdiff_t)(size - u->z.avail_out);
}

static ptrdiff_t read_zstd(struct unpack *u, void *buf, size_t size, sj_error *err)
{
	ZSTD_outBuffer out = { buf, size, 0 };

	while (out.pos == 0 && !u->done) {
		int rc = u->inside ? refill(u, err) : next_member(u, "zstd", err);
		ZSTD_inBuffer in;
		size_t left;

		if (rc != SJ_OK)
			return rc;
		if (u->done)
			break;
		in = (ZSTD_inBuffer){ u->raw + u->at, u->end - u->at, 0 };
		left = ZSTD_decompressStream(u->zstd, &out, &in);
		if (ZSTD_isError(left))
			return sj_fail(err, SJ_EPARSE,
				       "%s: the zstd data are damaged (%s)", u->name,
				       ZSTD_getErrorName(left));
		u->at += in.pos;
		u->inside = left != 0;
		if (left != 0 && out.pos == 0 && in.pos == 0 && u->stored_end)
			return truncated(u, "zstd", err);
	}
	return (ptrdiff_t)out.pos;
}

ptrdiff_t unpack_read(struct unpack *u, void *buf, size_t size, sj_error *err)
{
	if (size > RAW_SIZE * 64)
		size = RAW_SIZE * 64; /* fits zlib's 32-bit counters */
	switch (u->packing) {
	case INPUT_GZIP:
		return read_gzip(u, buf, size, err);
	case INPUT_ZSTD:
		return read_zstd(u, buf, size, err);
	default:
		return read_plain(u, buf, size, err);
	}
}
