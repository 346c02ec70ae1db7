/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps.c - see steps.h. */
#include "plot/steps.h"

#include <stdlib.h>

static int push(struct steps *s, sj_time at, int64_t jobs, int64_t procs)
{
	if (s->count == s->room) {
		size_t room = s->room == 0 ? 1024 : s->room * 2;
		struct step *p = realloc(s->step, room * sizeof(*p));

		if (p == NULL)
			return SJ_ENOMEM;
		s->step = p;
		s->room = room;
	}
	s->step[s->count++] = (struct step){ at, jobs, procs };
	return SJ_OK;
}

int steps_add(struct steps *s, sj_time from, sj_time to, int64_t jobs,
	      int64_t procs)
{
	int rc;

	if (to <= from)
		return SJ_OK; /* no time passes: the curve does not show it */
	rc = push(s, from, jobs, procs);
	return rc == SJ_OK ? push(s, to, -jobs, -procs) : rc;
}

static int by_time(const void *a, const void *b)
{
	const struct step *p = a, *q = b;

	/* Steps of one instant are added up, so their order is immaterial. */
	return (p->at > q->at) - (p->at < q->at);
}

void steps_finish(struct steps *s)
{
	size_t n = 0;
	int64_t jobs = 0, procs = 0;

	if (s->count > 0)
		qsort(s->step, s->count, sizeof(*s->step), by_time);
	for (size_t i = 0; i < s->count; i++) {
		jobs += s->step[i].jobs;
		procs += s->step[i].procs;
		if (n == 0 || s->step[n - 1].at != s->step[i].at)
			n++;
		s->step[n - 1] = (struct step){ s->step[i].at, jobs, procs };
	}
	s->count = n;
}

void steps_free(struct steps *s)
{
	free(s->step);
	*s = (struct steps){ 0 };
}

size_t steps_bins(sj_time from, sj_time to, sj_time width)
{
	return to <= from ? 0 : (size_t)((to - from - 1) / width) + 1;
}

void steps_mean(const struct steps *s, sj_time from, sj_time to, sj_time width,
		double *out)
{
	const size_t bins = steps_bins(from, to, width);
	size_t i = 0; /* the next step; the value is that of i - 1 */

	while (i < s->count && s->step[i].at <= from)
		i++;
	for (size_t b = 0; b < bins; b++) {
		const sj_time begin = from + (sj_time)b * width;
		const sj_time end = b + 1 < bins ? begin + width : to;
		__int128 area = 0;

		for (sj_time t = begin; t < end;) {
			sj_time next = i < s->count && s->step[i].at < end ?
				       s->step[i].at : end;

			if (i > 0)
				area += (__int128)s->step[i - 1].procs * (next - t);
			if (i < s->count && s->step[i].at == next)
				i++;
			t = next;
		}
		out[b] = (double)area / (double)(end - begin);
	}
}
