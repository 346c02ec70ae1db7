/* SPDX-License-Identifier: GPL-3.0-or-later */
/* system.c - what the program needs around it: gnuplot, a place to write, a clock. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "doctor/doctor.h"
#include "run/wall.h"

#define GNUPLOT_NEEDED 5.0 /* dash types and cairolatex as figures use them */

static void check_gnuplot(struct doctor *d)
{
	char line[128] = "";
	double version = 0;
	FILE *p = popen("gnuplot --version 2>/dev/null", "r");

	if (p != NULL) {
		if (fgets(line, sizeof(line), p) == NULL)
			line[0] = '\0';
		pclose(p);
	}
	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "gnuplot %lf", &version) != 1)
		doctor_add(d, DOCTOR_WARN, "gnuplot", "not found: `sojourn plot` cannot draw; on "
			   "Debian: apt-get install gnuplot-nox");
	else if (version < GNUPLOT_NEEDED)
		doctor_add(d, DOCTOR_WARN, "gnuplot", "%s is older than %.1f; figures may look "
			   "wrong", line, GNUPLOT_NEEDED);
	else
		doctor_add(d, DOCTOR_OK, "gnuplot", "%s", line + strlen("gnuplot "));
}

static void check_results(struct doctor *d)
{
	struct stat sb;
	const char *dir = stat("results", &sb) == 0 && S_ISDIR(sb.st_mode) ? "results" : ".";
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "%s/.sojourn-XXXXXX", dir);
	fd = mkstemp(name);
	if (fd < 0) {
		doctor_add(d, DOCTOR_WARN, "results", "%s is not writable (%s): give `sojourn run` "
			   "another place with -o", strcmp(dir, ".") == 0
			   ? "the working directory" : "results/", strerror(errno));
		return;
	}
	close(fd);
	unlink(name);
	doctor_add(d, DOCTOR_OK, "results", strcmp(dir, ".") == 0
		   ? "results/ can be made in the working directory" : "results/ is writable");
}

static void check_clock(struct doctor *d)
{
	enum { READS = 20000 };
	struct timespec res = { 0 };
	uint64_t t0, t1;

	clock_getres(CLOCK_MONOTONIC, &res);
	t0 = wall_ns();
	for (int i = 0; i < READS; i++)
		wall_ns();
	t1 = wall_ns();
	doctor_add(d, t1 - t0 < (uint64_t)READS * 1000 && res.tv_sec == 0 && res.tv_nsec < 1000
		   ? DOCTOR_OK : DOCTOR_WARN, "clock", "resolution %ld ns, %.0f ns a reading%s",
		   res.tv_nsec, (double)(t1 - t0) / READS,
		   t1 - t0 < (uint64_t)READS * 1000 ? ""
		   : ": slow, so timed decisions look slower than they are");
}

void doctor_system(struct doctor *d)
{
	check_gnuplot(d);
	check_results(d);
	check_clock(d);
}
