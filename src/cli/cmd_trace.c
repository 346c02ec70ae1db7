/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_trace.c - `sojourn trace`: look at workload traces, check, convert, cut, shake, resample, make elastic. */
#include "cli/commands.h"
#include "cli/verbs.h"
#include "trace/trace.h"

static const struct command verbs[] = {
	{ "info", trace_info, "what a trace holds: machine, jobs, load, distributions" },
	{ "check", trace_check, "every defect with its line" },
	{ "convert", trace_convert, "write a trace in another format" },
	{ "cut", trace_cut, "a part of a trace, by time, number or count" },
	{ "shake", trace_shake, "the same jobs, submitted a little earlier or later" },
	{ "resample", trace_resample, "jobs drawn from a trace, until they ask for so much" },
	{ "elastic", trace_elastic, "jobs with bounds of size and a speed-up" },
	{ "draw", trace_draw, "the task graph of a job as a picture" },
	{ NULL, NULL, NULL },
};

int cmd_trace(int argc, char **argv)
{
	static const struct verb_set set = { "trace", "[flags] WORKLOAD", verbs, NULL };

	return verbs_run(&set, argc, argv);
}
