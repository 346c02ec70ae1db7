/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.c - batching and the final form; see digest.h. */
#include "digest.h"

#include <string.h>

int sj_digest_init(sj_digest *d)
{
	memset(d, 0, sizeof(*d));
	d->state = XXH3_createState();
	if (d->state == NULL)
		return SJ_ENOMEM;
	XXH3_128bits_reset(d->state);
	return SJ_OK;
}

void sj_digest_fini(sj_digest *d)
{
	XXH3_freeState(d->state);
	d->state = NULL;
}

void sj_digest_flush(sj_digest *d)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	for (uint32_t i = 0; i < d->fill; i++)
		d->buf[i] = __builtin_bswap64(d->buf[i]);
#endif
	if (d->fill != 0)
		XXH3_128bits_update(d->state, d->buf, d->fill * sizeof(d->buf[0]));
	d->fill = 0;
}

void sj_digest_hex(sj_digest *d, char out[33])
{
	static const char hex[] = "0123456789abcdef";
	XXH128_canonical_t c;

	sj_digest_flush(d);
	XXH128_canonicalFromHash(&c, XXH3_128bits_digest(d->state));
	for (int i = 0; i < 16; i++) {
		out[2 * i] = hex[c.digest[i] >> 4];
		out[2 * i + 1] = hex[c.digest[i] & 15];
	}
	out[32] = '\0';
}
