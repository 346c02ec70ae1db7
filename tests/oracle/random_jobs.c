/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random_jobs.c - small random instances for relations that hold for any input. */
#include "random_jobs.h"

#include <stdlib.h>

enum { JOBS = 60, PROCS = 24 };

uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int64_t between(uint64_t *state, int64_t low, int64_t high)
{
	return low + (int64_t)(random_next(state) % (uint64_t)(high - low + 1));
}

static int64_t width(uint64_t *state, const struct random_kind *kind)
{
	if (kind->narrow)
		return 1;
	if (kind->wide)
		return between(state, PROCS / 2 + 1, PROCS);
	/* Mostly narrow, now and then nearly the whole machine. */
	return between(state, 0, 4) == 0 ? between(state, PROCS / 2, PROCS)
					 : between(state, 1, PROCS / 3);
}

static int64_t request(uint64_t *state, int64_t run, const struct random_kind *kind)
{
	if (kind->exact)
		return run;
	if (between(state, 0, 19) == 0 && run > 1)
		return between(state, 1, run - 1); /* to be killed */
	return run * between(state, 1, 4) + between(state, 0, 5);
}

struct instance random_instance(uint64_t seed, const struct random_kind *kind)
{
	struct instance in = { .procs = PROCS, .count = JOBS };
	uint64_t state = seed * UINT64_C(0x2545f4914f6cdd1d);
	int64_t now = 0;

	in.job = calloc(JOBS, sizeof(*in.job));
	for (size_t i = 0; i < in.count; i++) {
		int64_t run = between(&state, kind->exact ? 1 : 0, 50);

		in.job[i] = (struct swf_job){
			.id = (int64_t)i + 1, .submit = now, .run = run, .wait = -1,
			.procs = kind->narrow ? 1 : width(&state, kind), .user = 1 };
		in.job[i].request = request(&state, run, kind);
		if (in.job[i].request <= 0)
			in.job[i].request = 1;
		now += between(&state, kind->distinct ? 1 : 0, kind->narrow ? 2 : 9);
	}
	return in;
}
