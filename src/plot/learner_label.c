/* SPDX-License-Identifier: GPL-3.0-or-later */
/* learner_label.c - see learner_label.h. */
#include "plot/learner_label.h"

#include <stdio.h>
#include <string.h>

#include "plot/label.h"

#define EM_A_CHARACTER 0.52
#define EM_AN_ENTRY    4.5

/* ---- items of a spec ------------------------------------------------------------------- */

/* The first item "key=value" at or behind *s, which moves behind it; its length, 0: none. */
static size_t next_item(const char **s, const char **item)
{
	size_t n = 0, depth = 0;

	for (*item = *s; (*item)[n] != '\0' && ((*item)[n] != ',' || depth != 0); n++)
		depth += ((*item)[n] == '(') - ((*item)[n] == ')' && depth != 0);
	*s = *item + n + ((*item)[n] == ',');
	return n;
}

static const char *items_of(const char *spec)
{
	const char *colon = strchr(spec, ':');

	return colon != NULL ? colon + 1 : spec + strlen(spec);
}

static bool has_item(const char *spec, const char *want, size_t size)
{
	const char *s = items_of(spec), *item;
	size_t n;

	while ((n = next_item(&s, &item)) != 0)
		if (n == size && strncmp(item, want, n) == 0)
			return true;
	return false;
}

static const struct plot_run *first_run(const struct plot_runs *runs, size_t series)
{
	return &runs->run[runs->series[series].first];
}

static bool is_common(const struct plot_runs *runs, size_t count, const struct rounds *of,
		      const char *item, size_t n)
{
	for (size_t s = 0; s < count; s++)
		if (of[runs->series[s].first].arms != 0 &&
		    !has_item(first_run(runs, s)->facet[FACET_POLICY], item, n))
			return false;
	return true;
}

/* ---- labels ---------------------------------------------------------------------------- */

static void label_one(const struct plot_runs *runs, size_t count, const struct rounds *of,
		      size_t series, char out[LEARNER_LABEL_SIZE])
{
	const struct rounds *r = &of[runs->series[series].first];
	const char *s = items_of(first_run(runs, series)->facet[FACET_POLICY]), *item;
	size_t n, used;

	out[0] = '\0';
	if (r->arms == 0)
		return;
	used = (size_t)snprintf(out, LEARNER_LABEL_SIZE, "%s",
				r->arms == 1 ? r->arm[0] : r->learner);
	while ((n = next_item(&s, &item)) != 0) {
		if (strncmp(item, "arms=", 5) == 0 || strncmp(item, "algo=", 5) == 0 ||
		    is_common(runs, count, of, item, n) || used >= LEARNER_LABEL_SIZE)
			continue;
		used += (size_t)snprintf(out + used, LEARNER_LABEL_SIZE - used, ", %.*s", (int)n,
					 item);
	}
}

void learner_labels(const struct plot_runs *runs, size_t count, const struct rounds *of,
		    char (*out)[LEARNER_LABEL_SIZE])
{
	for (size_t s = 0; s < count; s++)
		label_one(runs, count, of, s, out[s]);
	/* Those that differ in the workload, say, are told apart by what they are. */
	for (size_t s = 0; s < count; s++)
		for (size_t k = s + 1; k < count; k++)
			if (out[s][0] != '\0' && strcmp(out[s], out[k]) == 0) {
				snprintf(out[s], LEARNER_LABEL_SIZE, "%s", runs->series[s].label);
				snprintf(out[k], LEARNER_LABEL_SIZE, "%s", runs->series[k].label);
			}
}

void own_legend(struct figure *f, const char *const *text, size_t count)
{
	size_t longest = 1, columns, rows;
	double em = f->look->style->font_pt / 72;

	figure_num(f, "OWN", (double)count);
	figure_array(f, "OWNTEXT", count);
	for (size_t k = 0; k < count; k++) {
		size_t n = plot_label_length(text[k]);

		longest = n > longest ? n : longest;
		figure_array_text(f, "OWNTEXT", k + 1, text[k]);
	}
	columns = (size_t)(plot_look_width(f->look) /
			   (((double)longest * EM_A_CHARACTER + EM_AN_ENTRY) * em));
	columns = columns < 1 ? 1 : columns > count ? count : columns;
	rows = (count + columns - 1) / columns;
	figure_num(f, "OWNROWS", (double)rows);
	f->legend = "";
	f->body_in += ((double)rows * 1.15 + 0.4) * em;
}
