/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack.c - see pack.h. Charts show a few thousand jobs, so plain lists do. */
#include "plot/pack.h"

#include <stdlib.h>
#include <string.h>

struct span {
	uint32_t first, last;
};

/* Free processors as ascending, disjoint spans that do not touch. */
struct free_list {
	struct span *span;
	size_t       count, room;
};

static int free_insert(struct free_list *f, size_t at, struct span s)
{
	if (f->count == f->room) {
		size_t room = f->room * 2 + 16;
		struct span *p = realloc(f->span, room * sizeof(*p));

		if (p == NULL)
			return SJ_ENOMEM;
		f->span = p;
		f->room = room;
	}
	memmove(f->span + at + 1, f->span + at, (f->count - at) * sizeof(*f->span));
	f->span[at] = s;
	f->count++;
	return SJ_OK;
}

static void free_erase(struct free_list *f, size_t at)
{
	f->count--;
	memmove(f->span + at, f->span + at + 1, (f->count - at) * sizeof(*f->span));
}

static int give_back(struct free_list *f, struct span s)
{
	size_t i = 0;
	bool below, above;

	while (i < f->count && f->span[i].first < s.first)
		i++;
	below = i > 0 && f->span[i - 1].last + 1 == s.first;
	above = i < f->count && s.last + 1 == f->span[i].first;
	if (below && above) {
		f->span[i - 1].last = f->span[i].last;
		free_erase(f, i);
	} else if (below) {
		f->span[i - 1].last = s.last;
	} else if (above) {
		f->span[i].first = s.first;
	} else {
		return free_insert(f, i, s);
	}
	return SJ_OK;
}

static int add_piece(struct pack *out, size_t job, uint32_t first, uint32_t last)
{
	if (out->count == out->room) {
		size_t room = out->room * 2 + 64;
		struct pack_piece *p = realloc(out->piece, room * sizeof(*p));

		if (p == NULL)
			return SJ_ENOMEM;
		out->piece = p;
		out->room = room;
	}
	out->piece[out->count++] = (struct pack_piece){ job, first, last };
	return SJ_OK;
}

static int take_lowest(struct free_list *f, size_t job, uint32_t procs,
		       struct pack *out)
{
	while (procs > 0) {
		struct span *s;
		uint32_t width;
		int rc;

		if (f->count == 0)
			return SJ_ERANGE;
		s = &f->span[0];
		width = s->last - s->first + 1;
		if (width > procs)
			width = procs;
		rc = add_piece(out, job, s->first, s->first + width - 1);
		if (rc != SJ_OK)
			return rc;
		if (s->first + width - 1 == s->last)
			free_erase(f, 0);
		else
			s->first += width;
		procs -= width;
	}
	return SJ_OK;
}

/* Gives back the pieces of jobs that have ended by `now`; live[] lists pieces. */
static int release(struct free_list *f, const struct pack *p,
		   const struct pack_job *jobs, size_t *live, size_t *lives,
		   sj_time now)
{
	size_t kept = 0;

	for (size_t i = 0; i < *lives; i++) {
		const struct pack_piece *e = &p->piece[live[i]];
		int rc;

		if (jobs[e->job].finish > now) {
			live[kept++] = live[i];
			continue;
		}
		rc = give_back(f, (struct span){ e->first, e->last });
		if (rc != SJ_OK)
			return rc;
	}
	*lives = kept;
	return SJ_OK;
}

int pack_jobs(const struct pack_job *jobs, size_t n, uint32_t total,
	      struct pack *out)
{
	struct free_list f = { 0 };
	size_t *live = NULL, lives = 0, room = 0;
	int rc = total == 0 ? SJ_OK : free_insert(&f, 0, (struct span){ 0, total - 1 });

	*out = (struct pack){ 0 };
	for (size_t j = 0; j < n && rc == SJ_OK; j++) {
		size_t before = out->count;

		rc = release(&f, out, jobs, live, &lives, jobs[j].start);
		if (rc == SJ_OK)
			rc = take_lowest(&f, j, jobs[j].procs, out);
		if (rc == SJ_OK && lives + out->count - before > room) {
			size_t *p;

			room = 2 * (lives + out->count - before);
			p = realloc(live, room * sizeof(*p));
			if (p == NULL)
				rc = SJ_ENOMEM;
			else
				live = p;
		}
		for (size_t i = before; i < out->count && rc == SJ_OK; i++)
			live[lives++] = i;
	}
	free(live);
	free(f.span);
	return rc;
}
