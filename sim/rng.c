/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rng.c - Philox4x32-10 as a gsl_rng_type. The key is a hash of (seed, purpose,
 * id), the counter starts at 0: a stream of 2^128 blocks of four 32-bit words.
 */
#include <Random123/philox.h>
#include <string.h>
#include <xxhash.h>

#include "sojourn/rng.h"

struct philox {
	philox4x32_key_t key;
	philox4x32_ctr_t counter;
	philox4x32_ctr_t block; /* of the previous counter */
	uint32_t         left;  /* words of block not yet given out */
};

static uint32_t philox_next(struct philox *p)
{
	if (p->left == 0) {
		p->block = philox4x32(p->counter, p->key);
		p->left = 4;
		for (int i = 0; i < 4 && ++p->counter.v[i] == 0; i++)
			;
	}
	return p->block.v[4 - p->left--];
}

static void philox_key(struct philox *p, uint64_t key)
{
	memset(p, 0, sizeof(*p));
	p->key.v[0] = (uint32_t)key;
	p->key.v[1] = (uint32_t)(key >> 32);
}

static void philox_set(void *state, unsigned long seed)
{
	philox_key(state, seed);
}

static unsigned long philox_get(void *state)
{
	return philox_next(state);
}

/* 53 random bits in [0, 1). */
static double philox_get_double(void *state)
{
	uint64_t hi = philox_next(state) >> 5, lo = philox_next(state) >> 6;

	return (double)(hi << 26 | lo) * 0x1p-53;
}

static const gsl_rng_type philox_type = {
	.name = "philox4x32-10",
	.max = 0xffffffffUL,
	.min = 0,
	.size = sizeof(struct philox),
	.set = philox_set,
	.get = philox_get,
	.get_double = philox_get_double,
};

const gsl_rng_type *const sj_rng_philox = &philox_type;

void sj_rng_rekey(gsl_rng *rng, uint64_t seed, const char *purpose, uint64_t id)
{
	uint64_t key[3] = { seed, XXH3_64bits(purpose, strlen(purpose)), id };
	unsigned char bytes[sizeof(key)];

	/* Little-endian by hand: the same stream on every machine. */
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(key[i / 8] >> (i % 8 * 8));
	philox_key(rng->state, XXH3_64bits(bytes, sizeof(bytes)));
}

gsl_rng *sj_rng_create(uint64_t seed, const char *purpose, uint64_t id)
{
	gsl_rng *rng = gsl_rng_alloc(sj_rng_philox);

	if (rng != NULL)
		sj_rng_rekey(rng, seed, purpose, id);
	return rng;
}
