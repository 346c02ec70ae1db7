/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_input.c - files plain and packed, whole and broken, and their hashes. */
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "input/input.h"
#include "test.h"

/* SHA-256 of "abc", from FIPS 180-4's example. */
#define SHA_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static char path[64];

static void put_file(const void *bytes, size_t size)
{
	int fd;

	strcpy(path, "/tmp/sojourn-test-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	close(fd);
}

static size_t gzip(const void *bytes, size_t size, uint8_t *out, size_t cap)
{
	z_stream z = { .next_in = (void *)(uintptr_t)bytes, .avail_in = (uInt)size,
		       .next_out = out, .avail_out = (uInt)cap };

	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	return cap - z.avail_out;
}

/* Text that does not pack to nothing. */
static void fill_text(char *text, size_t size)
{
	uint32_t x = 1;

	for (size_t i = 0; i < size; i++) {
		x = x * 1664525 + 1013904223;
		text[i] = (char)('a' + (x >> 24) % 16);
	}
}

/* Reads all; returns the size or a negative error. */
static ptrdiff_t read_all(sj_input *in, char *buf, size_t cap, size_t piece, sj_error *err)
{
	size_t n = 0;

	while (n < cap) {
		size_t want = cap - n < piece ? cap - n : piece;
		ptrdiff_t got = in->read(in, buf + n, want, err);

		if (got <= 0)
			return got < 0 ? got : (ptrdiff_t)n;
		n += (size_t)got;
	}
	return (ptrdiff_t)n;
}

TEST(plain_file_and_hash)
{
	sj_input *in;
	sj_error err;
	const char *peek;
	char buf[16], hex[65];
	size_t size;
	uint64_t stored;

	put_file("abc", 3);
	REQUIRE(input_open(path, INPUT_HASH, &in, &err) == SJ_OK, "%s", err.text);
	CHECK(input_peek(in, &peek, &size, &err) == SJ_OK && size == 3);
	CHECK(memcmp(peek, "abc", 3) == 0);
	CHECK(read_all(in, buf, sizeof(buf), 2, &err) == 3 && memcmp(buf, "abc", 3) == 0);
	CHECK(input_packed(in) == INPUT_PLAIN && input_unpacked_bytes(in) == 3);
	for (int again = 0; again < 2; again++) {
		CHECK(input_digest(in, &stored, hex, &err) == SJ_OK && stored == 3);
		CHECK(strcmp(hex, SHA_ABC) == 0, "%s", hex);
	}
	input_close(in);
	unlink(path);
}

TEST(a_changed_file_is_noticed)
{
	sj_input *in;
	sj_error err;
	char hex[65];
	uint64_t stored;

	put_file("abc", 3);
	REQUIRE(input_open(path, INPUT_HASH, &in, &err) == SJ_OK);
	CHECK(truncate(path, 1) == 0);
	CHECK(input_digest(in, &stored, hex, &err) == SJ_EIO);
	CHECK(strstr(err.text, "was changed") != NULL, "%s", err.text);
	input_close(in);
	unlink(path);
}

enum { TEXT = 700000 };

/* Two members or frames, with padding, in small pieces. */
TEST(packed_files)
{
	static char text[TEXT], back[2 * TEXT + 10];
	static uint8_t packed[4 * TEXT];

	fill_text(text, TEXT);
	for (int kind = 0; kind < 2; kind++) {
		size_t n = kind == 0 ? gzip(text, TEXT, packed, sizeof(packed)) :
			ZSTD_compress(packed, sizeof(packed), text, TEXT, 3);
		sj_input *in;
		sj_error err;
		ptrdiff_t got;

		memcpy(packed + n, packed, n);
		memset(packed + 2 * n, 0, 100);
		put_file(packed, 2 * n + (kind == 0 ? 100 : 0));
		REQUIRE(input_open(path, 0, &in, &err) == SJ_OK, "%s", err.text);
		CHECK(input_packed(in) == (kind == 0 ? INPUT_GZIP : INPUT_ZSTD));
		got = read_all(in, back, sizeof(back), 65537, &err);
		CHECK(got == 2 * TEXT, "kind %d: %td %s", kind, got, got < 0 ? err.text : "");
		CHECK(memcmp(back, text, TEXT) == 0 && memcmp(back + TEXT, text, TEXT) == 0);
		CHECK(input_unpacked_bytes(in) == 2 * TEXT);
		input_close(in);
		unlink(path);
	}
}

/* Cut anywhere, a packed file must not look like a shorter one. */
TEST(truncated_files)
{
	static char text[3000], back[4000];
	static uint8_t packed[6000];

	fill_text(text, sizeof(text));
	for (int kind = 0; kind < 2; kind++) {
		size_t n = kind == 0 ? gzip(text, sizeof(text), packed, sizeof(packed)) :
			ZSTD_compress(packed, sizeof(packed), text, sizeof(text), 3);

		for (size_t cut = 4; cut < n; cut += 37) {
			sj_input *in;
			sj_error err;

			put_file(packed, cut);
			REQUIRE(input_open(path, 0, &in, &err) == SJ_OK);
			CHECK(read_all(in, back, sizeof(back), 512, &err) == SJ_EPARSE,
			      "kind %d cut at %zu", kind, cut);
			CHECK(strstr(err.text, "in the middle of the") != NULL, "%s", err.text);
			input_close(in);
			unlink(path);
		}
	}
}

TEST(damage_and_trailing_bytes)
{
	static char text[3000], back[4000];
	static uint8_t packed[6000];
	size_t n;
	sj_input *in;
	sj_error err;

	fill_text(text, sizeof(text));
	n = gzip(text, sizeof(text), packed, sizeof(packed) - 4);
	memcpy(packed + n, "junk", 4);
	put_file(packed, n + 4);
	REQUIRE(input_open(path, 0, &in, &err) == SJ_OK);
	CHECK(read_all(in, back, sizeof(back), 512, &err) == SJ_EPARSE);
	CHECK(strstr(err.text, "behind the end") != NULL, "%s", err.text);
	input_close(in);
	unlink(path);
	packed[n / 2] ^= 0x55;
	put_file(packed, n);
	REQUIRE(input_open(path, 0, &in, &err) == SJ_OK);
	CHECK(read_all(in, back, sizeof(back), 512, &err) == SJ_EPARSE);
	input_close(in);
	unlink(path);
}

TEST(what_cannot_be_opened)
{
	sj_input *in;
	sj_error err;

	CHECK(input_open("/nonexistent/x", 0, &in, &err) == SJ_ENOENT);
	CHECK(strcmp(err.text, "/nonexistent/x: no such file") == 0, "%s", err.text);
	CHECK(input_open("/tmp", 0, &in, &err) == SJ_EIO);
	CHECK(strstr(err.text, "is a directory") != NULL, "%s", err.text);
	input_close(NULL);
}

TESTS(CASE(plain_file_and_hash), CASE(a_changed_file_is_noticed), CASE(packed_files),
      CASE(truncated_files), CASE(damage_and_trailing_bytes), CASE(what_cannot_be_opened))
