/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.c - see draw.h. */
#include "plot/draw.h"

#include <string.h>

#include "cli/cli.h"
#include "plot/emit.h"
#include "sojourn/param.h"

int plot_kind_find(const char *name, const struct plot_kind **out, sj_error *err)
{
	const char *names[32], *near;
	size_t n = 0;

	for (const struct plot_kind *k = plot_kinds; k->name != NULL; k++) {
		names[n++] = k->name;
		if (strcmp(k->name, name) == 0) {
			*out = k;
			return SJ_OK;
		}
	}
	near = sj_nearest(name, names, n);
	return sj_fail(err, SJ_EUSAGE, near == NULL ?
		       "no kind of figure \"%s\"; `sojourn plot --list` tells them%s" :
		       "no kind of figure \"%s\"; did you mean \"%s\"?", name,
		       near == NULL ? "" : near);
}

int plot_draw(const struct plot_kind *kind, const struct plot_look *look,
	      const struct plot_runs *runs, const struct plot_options *o,
	      const char *path, struct plot_report *report, sj_error *err)
{
	size_t count = runs->count < kind->most ? runs->count : kind->most;
	struct figure f;
	int rc = figure_init(&f, look, kind->name, kind->gp);

	if (count < runs->count)
		say("plot %s: %zu series; the first %zu are drawn, more would not be "
		    "told apart (choose with --policy or --run)", kind->name,
		    runs->count, count);
	if (rc == SJ_OK) {
		figure_series(&f, runs, count);
		rc = kind->make(&f, runs, count, o, err);
	}
	if (rc == SJ_OK)
		rc = figure_emit(&f, runs, count, path, err);
	*report = (struct plot_report){ count, f.points };
	figure_fini(&f);
	return rc;
}
