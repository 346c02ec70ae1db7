/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_gen.c - `sojourn gen`: generated workloads as files, and laws to look at. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "input/workload.h"
#include "scenario/show.h"
#include "trace/laws.h"
#include "trace/writer.h"

struct gen {
	const char *output, *format, *law, *at, *downey, *params;
	uint64_t    seed, limit, n;
	bool        force, list, laws, scenarios, values, json;
};

static int parse(int argc, char **argv, struct gen *g, int *first)
{
	const struct opt opts[] = {
		{ 'o', "output", OPT_STRING, &g->output, "FILE",
		  "Where to (default: standard output); packed if it ends in .gz or .zst." },
		{ 0, "to", OPT_STRING, &g->format, "swf|jsonl",
		  "The format (default: by the name of FILE, else swf). SWF has whole "
		  "seconds: submits are rounded down, durations up; jsonl is exact." },
		{ 0, "seed", OPT_COUNT, &g->seed, "N", "Seed (default 1)." },
		{ 0, "limit", OPT_COUNT, &g->limit, "N", "At most N jobs." },
		{ 0, "force", OPT_FLAG, &g->force, NULL, "Replace FILE when it exists." },
		{ 0, "list", OPT_FLAG, &g->list, NULL, "List the models." },
		{ 0, "params", OPT_STRING, &g->params, "MODEL", "Parameters of a model." },
		{ 0, "scenarios", OPT_FLAG, &g->scenarios, NULL,
		  "List the canned scenarios, their runs and what comes out." },
		{ 0, "laws", OPT_FLAG, &g->laws, NULL, "List the laws of probability." },
		{ 0, "law", OPT_STRING, &g->law, "LAW[:k=v,...]",
		  "Show a law: exact moments, and with -n what is drawn from it." },
		{ 'n', "draws", OPT_COUNT, &g->n, "N", "Draws of --law." },
		{ 0, "at", OPT_STRING, &g->at, "X,Y,...",
		  "Points of the distribution function of --law, or processors of "
		  "--downey." },
		{ 0, "values", OPT_FLAG, &g->values, NULL, "Print the values drawn." },
		{ 0, "downey", OPT_STRING, &g->downey, "A=X,sigma=Y",
		  "Downey's speed-up at the points of --at." },
		{ 0, "json", OPT_FLAG, &g->json, NULL,
		  "Print one JSON document; of a workload, on what was written to FILE." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};

	return opts_parse(argc, argv, opts, "gen [flags] MODEL[:k=v,...]",
			  "Writes a generated workload. The same model, parameters and seed "
			  "give the same bytes. `run -w gen:MODEL` takes it without a file.",
			  first);
}

static int write_model(const struct gen *g, const char *model, sj_error *err)
{
	const struct trace_writer *writer;
	struct workload *w;
	char *spec = malloc(strlen(model) + 5), note[512];
	uint64_t written;
	int rc;

	if (spec == NULL)
		return sj_fail(err, SJ_ENOMEM, "no memory");
	strcpy(spec, "gen:");
	strcat(spec, strncmp(model, "gen:", 4) == 0 ? model + 4 : model);
	rc = trace_writer_find(g->format, g->output, &writer, err);
	if (rc == SJ_OK)
		rc = trace_may_write(g->output, g->force, g->json, err);
	if (rc == SJ_OK)
		rc = workload_open(spec, NULL, g->seed, &w, err);
	if (rc == SJ_OK) {
		snprintf(note, sizeof(note), "made by `sojourn gen '%.400s' --seed %" PRIu64 "`",
			 spec + 4, g->seed);
		rc = trace_write(g->output, g->force, writer, note, w->source, g->limit,
				 &written, err);
		workload_free(w);
	}
	if (rc == SJ_OK)
		rc = trace_tell_written("sojourn.gen/1", g->output, written, g->json, err);
	free(spec);
	return rc;
}

int cmd_gen(int argc, char **argv)
{
	struct gen g = { .seed = 1 };
	sj_error err = { 0 };
	int first, rc = parse(argc, argv, &g, &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (g.list)
		return generators_list(g.json);
	if (g.laws)
		return laws_list(g.json);
	if (g.scenarios)
		return scenarios_list(g.json);
	if (g.params != NULL)
		return generator_params(g.params, g.json);
	if (g.downey != NULL)
		return laws_downey(g.downey, g.at, g.json);
	if (g.law != NULL)
		return laws_show(&(struct law_request){ g.law, g.at, g.n, g.seed, g.values,
							g.json });
	if (argc - first != 1)
		return say_usage("gen: expected one model, as in `sojourn gen lublin:n=1000 -o "
				 "log.swf`; --list shows them");
	rc = write_model(&g, argv[first], &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
