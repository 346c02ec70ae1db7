/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.c - see progress.h. */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "run/wall.h"

#define REDRAW_NS    UINT64_C(100000000)
#define PATIENCE_NS  UINT64_C(300000000) /* shorter work shows nothing */
#define BAR          20

int progress_init(struct progress *p, const char *when, const char *unit, sj_error *err)
{
	*p = (struct progress){ .unit = unit };
	if (when == NULL || strcmp(when, "auto") == 0)
		p->on = isatty(STDERR_FILENO) == 1;
	else if (strcmp(when, "always") == 0)
		p->on = true;
	else if (strcmp(when, "never") != 0)
		return sj_fail(err, SJ_EUSAGE, "--progress: \"%s\" is not known; expected "
			       "auto, always or never", when);
	return SJ_OK;
}

void progress_begin(struct progress *p, const char *label, uint64_t total)
{
	snprintf(p->label, sizeof(p->label), "%s", label);
	p->total = total;
	p->begun_ns = wall_ns();
	p->shown_ns = p->begun_ns + PATIENCE_NS - REDRAW_NS;
}

/* 1234567 per s as "1.23 M". */
static void print_rate(double per_s, const char *unit)
{
	if (per_s >= 1e6)
		fprintf(stderr, "  %.2f M %s/s", per_s / 1e6, unit);
	else if (per_s >= 1e4)
		fprintf(stderr, "  %.0f k %s/s", per_s / 1e3, unit);
	else
		fprintf(stderr, "  %.0f %s/s", per_s, unit);
}

static void print_bar(double share)
{
	char bar[BAR + 1];
	int full = (int)(share * BAR);

	for (int i = 0; i < BAR; i++)
		bar[i] = i < full ? '=' : i == full ? '>' : ' ';
	bar[BAR] = '\0';
	fprintf(stderr, " [%s] %3.0f %%", bar, share * 100);
}

static void print_eta(double seconds)
{
	uint64_t s = (uint64_t)(seconds + 0.5);

	if (s >= 3600)
		fprintf(stderr, "  %" PRIu64 ":%02" PRIu64 ":%02" PRIu64 " left", s / 3600,
			s / 60 % 60, s % 60);
	else
		fprintf(stderr, "  %" PRIu64 ":%02" PRIu64 " left", s / 60, s % 60);
}

void progress_update(struct progress *p, uint64_t done)
{
	uint64_t now;
	double rate, share;

	if (!p->on)
		return;
	now = wall_ns();
	if (now < p->shown_ns + REDRAW_NS)
		return;
	p->shown_ns = now;
	p->shown = true;
	rate = (double)done / ((double)(now - p->begun_ns) / 1e9);
	fprintf(stderr, "\r\033[K%s", p->label);
	if (p->total > 0) {
		share = done < p->total ? (double)done / (double)p->total : 1;
		print_bar(share);
	} else {
		fprintf(stderr, "  %" PRIu64 " %s", done, p->unit);
	}
	print_rate(rate, p->unit);
	if (p->total > done && rate > 0)
		print_eta((double)(p->total - done) / rate);
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
