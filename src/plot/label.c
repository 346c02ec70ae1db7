/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label.c - see label.h. */
#include "plot/label.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

size_t plot_label_length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool facet_differs(const struct plot_runs *runs, int facet)
{
	for (size_t s = 1; s < runs->count; s++)
		if (strcmp(runs->run[runs->series[s].first].facet[facet],
			   runs->run[runs->series[0].first].facet[facet]) != 0)
			return true;
	return false;
}

/* "logs/KTH-SP2-1996-2.swf.gz" is KTH-SP2-1996-2; "gen:lublin:n=9" stays. */
static void put_file(const char *path, FILE *to)
{
	static const char *const suffixes[] = { ".gz", ".zst", ".swf", ".jsonl",
						".db", ".yaml" };
	const char *base = strrchr(path, '/');
	size_t n;

	base = base == NULL || strncmp(path, "gen:", 4) == 0 ? path : base + 1;
	n = strlen(base);
	for (size_t k = 0; k < sizeof(suffixes) / sizeof(suffixes[0]); k++) {
		size_t len = strlen(suffixes[k]);

		if (n > len && strncmp(base + n - len, suffixes[k], len) == 0)
			n -= len;
	}
	fwrite(base, 1, n, to);
}

char *plot_label_file(const char *path)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return NULL;
	put_file(path, to);
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

/* At most LABEL_MAX characters, the last an ellipsis if it was cut. */
static void put_cut(const char *s, FILE *to)
{
	bool cut = plot_label_length(s) > LABEL_MAX;

	for (size_t n = 0; *s != '\0'; s++) {
		n += ((unsigned char)*s & 0xc0) != 0x80;
		if (cut && n == LABEL_MAX)
			break;
		fputc(*s, to);
	}
	if (cut)
		fputs("\u2026", to);
}

static char *label_of(const struct plot_runs *runs, size_t s, const bool *differs,
		      bool with_origin)
{
	static const char *const before[FACET_COUNT] = {
		"", "", "", "clock ", "overrun ", "estimates ", "limit "
	};
	const struct plot_run *r = &runs->run[runs->series[s].first];
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return NULL;
	put_cut(r->facet[FACET_POLICY], to);
	for (int f = FACET_POLICY + 1; f < FACET_COUNT; f++) {
		if (!differs[f])
			continue;
		fprintf(to, ", %s", before[f]);
		if (f == FACET_WORKLOAD)
			put_file(r->facet[f], to);
		else
			put_cut(r->facet[f], to);
	}
	if (with_origin && runs->dbs > 1) {
		fputs(", ", to);
		put_file(store_path(runs->db[r->db]), to);
	}
	if (with_origin)
		fprintf(to, ", run %" PRId64, r->id);
	if (r->clairvoyant)
		fputs(" (clairvoyant)", to);
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int is_any_shared(const struct plot_runs *runs, bool *shared)
{
	const char **label = malloc((runs->count + 1) * sizeof(*label));

	if (label == NULL)
		return SJ_ENOMEM;
	for (size_t s = 0; s < runs->count; s++)
		label[s] = runs->series[s].label;
	qsort(label, runs->count, sizeof(*label), by_text);
	*shared = false;
	for (size_t s = 1; s < runs->count; s++)
		*shared = *shared || strcmp(label[s - 1], label[s]) == 0;
	free(label);
	return SJ_OK;
}

int plot_labels_make(struct plot_runs *runs)
{
	bool differs[FACET_COUNT], shared = false;
	int rc;

	for (int f = 0; f < FACET_COUNT; f++)
		differs[f] = facet_differs(runs, f);
	for (size_t s = 0; s < runs->count; s++)
		if ((runs->series[s].label = label_of(runs, s, differs, false)) == NULL)
			return SJ_ENOMEM;
	rc = is_any_shared(runs, &shared);
	for (size_t s = 0; s < runs->count && rc == SJ_OK && shared; s++) {
		free(runs->series[s].label);
		if ((runs->series[s].label = label_of(runs, s, differs, true)) == NULL)
			return SJ_ENOMEM;
	}
	return rc;
}
