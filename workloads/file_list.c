/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_list.c - see file_list.h. */
#include "file_list.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(sj_error *err)
{
	return sj_fail(err, SJ_ENOMEM, "no memory for the files of a job");
}

/* Room for one more thing of this size. */
static int grow(void *array, uint32_t count, uint32_t *cap, size_t size, sj_error *err)
{
	void **at = array, *grown;
	uint32_t more = *cap == 0 ? 64 : *cap * 2;

	if (count < *cap)
		return SJ_OK;
	grown = *cap > UINT32_MAX / 4 ? NULL : realloc(*at, more * size);
	if (grown == NULL)
		return no_memory(err);
	*at = grown;
	*cap = more;
	return SJ_OK;
}

int file_list_add(struct file_list *l, sj_file f, sj_error *err)
{
	int rc = grow(&l->file, l->files, &l->file_cap, sizeof(f), err);

	if (rc != SJ_OK)
		return rc;
	f.at_first = l->ats;
	f.at_count = 0;
	l->file[l->files++] = f;
	return SJ_OK;
}

int file_list_at(struct file_list *l, uint32_t place, sj_error *err)
{
	int rc = grow(&l->at, l->ats, &l->at_cap, sizeof(place), err);

	if (rc != SJ_OK)
		return rc;
	l->at[l->ats++] = place;
	l->file[l->files - 1].at_count++;
	return SJ_OK;
}

int file_list_read(struct file_list *l, uint32_t task, uint32_t file, sj_error *err)
{
	int rc = grow(&l->read, l->reads, &l->read_cap, sizeof(*l->read), err);

	if (rc != SJ_OK)
		return rc;
	l->read[l->reads++] = (sj_read){ task, file };
	return SJ_OK;
}

/* ---- edges ---------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t pair(uint32_t from, uint32_t to)
{
	return (uint64_t)from << 32 | to;
}

/* Sorted pairs of maker and reader. */
static uint32_t wanted_pairs(const struct file_list *l, uint64_t *want)
{
	uint32_t n = 0, kept = 0;

	for (uint32_t i = 0; i < l->reads; i++)
		if (l->file[l->read[i].file].maker != 0)
			want[n++] = pair(l->file[l->read[i].file].maker - 1, l->read[i].task);
	if (n > 1)
		qsort(want, n, sizeof(*want), by_value);
	for (uint32_t i = 0; i < n; i++)
		if (kept == 0 || want[kept - 1] != want[i])
			want[kept++] = want[i];
	return kept;
}

int file_list_edges(const struct file_list *l, sj_edge **edges, uint32_t *count, sj_error *err)
{
	uint64_t *want = malloc(((size_t)l->reads + 1) * sizeof(*want));
	uint64_t *have = malloc(((size_t)*count + 1) * sizeof(*have));
	uint32_t n = want != NULL && have != NULL ? wanted_pairs(l, want) : 0, h = 0, had = *count;
	sj_edge *grown = NULL;

	if (want != NULL && have != NULL && n != 0)
		grown = realloc(*edges, ((size_t)*count + n) * sizeof(*grown));
	if (want == NULL || have == NULL || (n != 0 && grown == NULL)) {
		free(want);
		free(have);
		return no_memory(err);
	}
	if (n != 0)
		*edges = grown;
	for (uint32_t i = 0; n != 0 && i < had; i++)
		have[i] = pair(grown[i].from, grown[i].to);
	if (n != 0 && had > 1)
		qsort(have, had, sizeof(*have), by_value);
	for (uint32_t i = 0; i < n; i++) {
		while (h < had && have[h] < want[i])
			h++;
		if (h == had || have[h] != want[i])
			grown[(*count)++] = (sj_edge){ (uint32_t)(want[i] >> 32),
						       (uint32_t)want[i], 0 };
	}
	free(want);
	free(have);
	return SJ_OK;
}

/* ---- one block ------------------------------------------------------------------------- */

int file_list_pack(struct file_list *l, const sj_job_files **out, sj_error *err)
{
	size_t files = l->files * sizeof(*l->file), reads = l->reads * sizeof(*l->read);
	sj_job_files *g;
	char *p;

	*out = NULL;
	if (l->files == 0)
		return SJ_OK;
	g = malloc(sizeof(*g) + files + reads + l->ats * sizeof(*l->at));
	if (g == NULL)
		return no_memory(err);
	p = (char *)(g + 1);
	*g = (sj_job_files){ .file_count = l->files, .read_count = l->reads, .at_count = l->ats,
			     .files = (void *)p, .reads = (void *)(p + files),
			     .at = (void *)(p + files + reads) };
	memcpy(p, l->file, files);
	if (reads != 0)
		memcpy(p + files, l->read, reads);
	if (l->ats != 0)
		memcpy(p + files + reads, l->at, l->ats * sizeof(*l->at));
	l->files = l->reads = l->ats = 0;
	*out = g;
	return SJ_OK;
}

void file_list_fini(struct file_list *l)
{
	free(l->file);
	free(l->read);
	free(l->at);
	*l = (struct file_list){ 0 };
}
