/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_bench.c - sojourn bench: the cost of each hot path, beside yardsticks if given. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/json_out.h"
#include "cli/table_text.h"
#include "sojourn/param.h"

static const struct bench *find(const char *name)
{
	for (const struct bench *b = benches; b->name != NULL; b++)
		if (strcmp(b->name, name) == 0)
			return b;
	return NULL;
}

static int unknown(const char *name)
{
	const char *names[32];
	size_t n = 0;
	const char *near;

	while (n < 32 && benches[n].name != NULL) {
		names[n] = benches[n].name;
		n++;
	}
	near = sj_nearest(name, names, n);
	return near != NULL ?
		       say_usage("no benchmark \"%s\"; did you mean \"%s\"?", name, near) :
		       say_usage("no benchmark \"%s\"; `sojourn bench --list` lists them", name);
}

static const char *verdict(const struct bench_row *r)
{
	double ratio = bench_ratio(r);

	if (!isnan(r->target) && !isnan(ratio))
		return ratio >= r->target ? "met" : "missed";
	if (isnan(r->at_least))
		return "";
	return (bench_more_is_better(r) && strncmp(r->unit, "ns", 2) != 0 ?
			r->value >= r->at_least : r->value <= r->at_least) ? "met" : "missed";
}

static int print_table(const struct bench_rows *rows)
{
	struct table_text *t = table_text_create();
	int rc;

	table_text_row(t, "name", "what", "figure", "unit", "yardstick", "ratio", "target", "",
		       NULL);
	table_text_rule(t);
	for (size_t i = 0; i < rows->count; i++) {
		const struct bench_row *r = &rows->row[i];
		double ratio = bench_ratio(r);

		table_text_cell(t, r->name);
		table_text_cell(t, r->what);
		table_text_cellf(t, "%.4g", r->value);
		table_text_cell(t, r->unit);
		isnan(r->yardstick) ? table_text_cell(t, "-") :
				      table_text_cellf(t, "%.4g", r->yardstick);
		isnan(ratio) ? table_text_cell(t, "-") : table_text_cellf(t, "%.2f", ratio);
		if (!isnan(r->target))
			table_text_cellf(t, "ratio %.2f", r->target);
		else
			isnan(r->at_least) ? table_text_cell(t, "") :
					     table_text_cellf(t, "%.3g", r->at_least);
		table_text_cell(t, verdict(r));
		table_text_end_row(t);
	}
	rc = table_text_print(t, stdout, table_text_unicode(stdout));
	table_text_free(t);
	return rc;
}

static json_t *number(double x)
{
	return isnan(x) ? json_null() : json_real(x);
}

static int print_json(const struct bench_rows *rows, sj_error *err)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rows->count; i++) {
		const struct bench_row *r = &rows->row[i];

		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:s}", "name", r->name,
			"what", r->what, "unit", r->unit, "value", number(r->value),
			"yardstick", number(r->yardstick), "ratio", number(bench_ratio(r)),
			"target_ratio", number(r->target), "target", number(r->at_least),
			"verdict", verdict(r)));
	}
	return json_out(json_pack("{s:s, s:o}", "schema", "sojourn.bench/1", "rows", list),
			JSON_INDENT(1), err);
}

/* Removes what the benchmarks left, and the folder. */
static void remove_dir(const char *dir)
{
	static const char *const made[] = { "made.swf", "made.swf.gz", "plain.swf",
					    "plain.swf.gz", "yard.db", "rows.db", "whole.db" };
	char path[512];

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, made[i]);
		unlink(path);
	}
	rmdir(dir);
}

static int measure(const struct bench_config *c, char **names, int count,
		   struct bench_rows *rows, sj_error *err)
{
	int rc = SJ_OK;

	for (const struct bench *b = benches; b->name != NULL && rc == SJ_OK; b++) {
		bool wanted = count == 0;

		for (int i = 0; i < count; i++)
			wanted |= strcmp(names[i], b->name) == 0;
		if (!wanted || interrupted)
			continue;
		say("measuring %s: %s", b->name, b->summary);
		rc = b->run(c, rows, err);
	}
	return interrupted ? sj_fail(err, SJ_EINTR, "interrupted") : rc;
}

static int print_list(bool json)
{
	json_t *list = json_array();
	sj_error err = { 0 };
	int rc = SJ_OK;

	for (const struct bench *b = benches; b->name != NULL; b++) {
		json_array_append_new(list, json_pack("{s:s, s:s}", "name", b->name, "summary",
						      b->summary));
		if (!json)
			printf("%-14s %s\n", b->name, b->summary);
	}
	if (json)
		rc = json_out(json_pack("{s:s, s:O}", "schema", "sojourn.bench-list/1",
					"benchmarks", list), JSON_INDENT(1), &err);
	json_decref(list);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

int cmd_bench(int argc, char **argv)
{
	bool json = false, list = false;
	uint64_t reps = 3;
	char dir[] = "/tmp/sojourn-bench-XXXXXX";
	struct bench_config c = { .reps = 3 };
	struct bench_rows rows = { 0 };
	sj_error err = { 0 };
	int first, rc;
	const struct opt opts[] = {
		{ 0, "beside", OPT_STRING, &c.beside, "DIR", "folder of built yardsticks to run in turn" },
		{ 'w', "log", OPT_STRING, &c.log, "FILE", "SWF log for the figures on logs (default: one is made)" },
		{ 0, "reps", OPT_COUNT, &reps, "N", "measurements of each figure; the best counts (default 3)" },
		{ 0, "list", OPT_FLAG, &list, NULL, "list the benchmarks" },
		{ 0, "json", OPT_FLAG, &json, NULL, "one JSON document" },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};

	rc = opts_parse(argc, argv, opts, "bench [flags] [NAME]...",
			"Measures the hot paths of this program on this machine.", &first);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	if (list)
		return print_list(json);
	for (int i = first; i < argc; i++)
		if (find(argv[i]) == NULL)
			return unknown(argv[i]);
	if (reps == 0 || reps > 100)
		return say_usage("--reps: %llu is not between 1 and 100", (unsigned long long)reps);
	c.reps = (unsigned)reps;
	c.dir = mkdtemp(dir);
	if (c.dir == NULL)
		return say_error(sj_fail(&err, SJ_EIO, "%s: %s", dir, strerror(errno)), &err);
	rc = measure(&c, argv + first, argc - first, &rows, &err);
	remove_dir(dir);
	if (rc == SJ_OK)
		rc = json ? print_json(&rows, &err) : print_table(&rows);
	free(rows.row);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
