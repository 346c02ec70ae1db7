/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_trace.c - `sojourn trace`: look at workload traces, check, convert, cut, resample. */
#include <string.h>

#include "cli/commands.h"
#include "sojourn/param.h"
#include "trace/trace.h"

static const struct command verbs[] = {
	{ "info", trace_info, "what a trace holds: machine, jobs, load, distributions" },
	{ "check", trace_check, "every defect with its line" },
	{ "convert", trace_convert, "write a trace in another format" },
	{ "cut", trace_cut, "a part of a trace, by time, number or count" },
	{ "resample", trace_resample, "jobs drawn from a trace, until they ask for so much" },
	{ NULL, NULL, NULL },
};

static void print_verbs(FILE *to)
{
	fprintf(to, "usage: sojourn trace VERB [flags] WORKLOAD\n\n");
	for (size_t i = 0; verbs[i].name != NULL; i++)
		fprintf(to, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
	fprintf(to, "\n`sojourn trace VERB --help` tells more.\n");
}

static int unknown_verb(const char *name)
{
	const char *names[8], *near;
	size_t n = 0;

	for (; verbs[n].name != NULL; n++)
		names[n] = verbs[n].name;
	near = sj_nearest(name, names, n);
	if (near != NULL)
		return say_usage("trace: there is no \"%s\"; did you mean \"%s\"?", name, near);
	return say_usage("trace: there is no \"%s\"; expected info, check, convert, cut or resample",
			 name);
}

int cmd_trace(int argc, char **argv)
{
	if (argc < 2) {
		print_verbs(stderr);
		return 2;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_verbs(stdout);
		return 0;
	}
	for (size_t i = 0; verbs[i].name != NULL; i++)
		if (strcmp(verbs[i].name, argv[1]) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	return unknown_verb(argv[1]);
}
