/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_cluster.c - `sojourn cluster`: look at machines, check their files, write one. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/commands.h"
#include "cli/verbs.h"
#include "cli/cluster_cmds.h"
#include "cli/json_out.h"
#include "cli/outstream.h"
#include "config/node_list.h"
#include "config/platform.h"
#include "sojourn/param.h"

static const struct command verbs[] = {
	{ "show", cluster_show, "node types, counts, totals" },
	{ "check", cluster_check, "everything that is wrong with a file" },
	{ "gen", cluster_gen, "write a commented file" },
	{ "failures", cluster_failures, "node events that the laws of a cluster give" },
	{ "route", cluster_route, "the links from one node, GPU or storage to another" },
	{ "convert", cluster_convert, "write a machine in any notation as such a file" },
	{ NULL, NULL, NULL },
};

/* ---- check ------------------------------------------------------------------------ */

/* Takes over what json_pack() makes; NULL is out of memory, told by json_out(). */
static int check_json(const char *path, const struct cluster *c, const char *const *sentence,
		      size_t kept, size_t all, sj_error *err)
{
	json_t *list = json_array(), *notes = json_array();

	for (size_t i = 0; i < kept; i++)
		json_array_append_new(list, json_string(sentence[i]));
	for (uint32_t i = 0; i < c->note_count; i++)
		json_array_append_new(notes, json_string(c->notes[i]));
	return json_out(json_pack("{s:s, s:s, s:b, s:s?, s:I, s:o, s:o}", "schema",
				  "sojourn.cluster-check/1", "file", path, "ok", all == 0, "spec",
				  c->text, "errors", (json_int_t)all, "sentences", list,
				  "notes", notes),
			JSON_INDENT(2), err);
}

static void check_text(const char *path, const struct cluster *c, const char *const *sentence,
		       size_t kept, size_t all)
{
	if (all == 0)
		printf("%s: nothing wrong: node types %u, nodes %u, processors %u\n", path,
		       c->type_count, c->node_count, c->model.procs);
	for (uint32_t i = 0; i < c->note_count; i++)
		printf("%s: note: %s\n", path, c->notes[i]);
	for (size_t i = 0; i < kept; i++)
		say("%s", sentence[i]);
	if (all > kept)
		say("%s: and %zu more", path, all - kept);
}

static int check_file(const char *path, bool json)
{
	struct wrongs *wrongs = NULL;
	const char *const *sentence = NULL;
	struct cluster c;
	sj_error err = { 0 };
	size_t kept = 0, all = 0;
	int rc = node_list_is(path) ? node_list_read(path, &c, &err) :
				      platform_read(path, &c, &wrongs, &err);
	int told = SJ_OK;

	if (wrongs != NULL) {
		all = wrongs_count(wrongs);
		sentence = wrongs_sentences(wrongs, &kept);
	}
	if (rc != SJ_OK && kept == 0) {
		wrongs_free(wrongs);
		return say_error(rc, &err);
	}
	if (json)
		told = check_json(path, &c, sentence, kept, all, &err);
	else
		check_text(path, &c, sentence, kept, all);
	cluster_fini(&c);
	wrongs_free(wrongs);
	return told != SJ_OK ? say_error(told, &err) : sj_err_exit_status(rc);
}

int cluster_check(int argc, char **argv)
{
	bool json = false;
	const struct opt opts[] = {
		{ 0, "json", OPT_FLAG, &json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	int first, rc = opts_parse(argc, argv, opts, "cluster check [--json] FILE",
				   "Tells everything that is wrong with a cluster file, each with "
				   "line and column. Exit status 3 when something is.", &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("cluster check: expected one file");
	return check_file(argv[first], json);
}

/* ---- gen ---------------------------------------------------------------------------- */

struct gen {
	const char *nodes, *cores, *speed, *mem, *gpus, *gpu, *output;
	bool        force;
};

/* The inline notation of the flags; malloc'd. */
static char *inline_of(const struct gen *g)
{
	const struct { const char *key, *value; } part[] = {
		{ "nodes", g->nodes }, { "cores", g->cores }, { "speed", g->speed },
		{ "mem", g->mem }, { "gpus", g->gpus }, { "gpu", g->gpu },
	};
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		if (part[i].value != NULL)
			fprintf(to, "%s%s=(%s)", ftell(to) > 0 ? "," : "", part[i].key,
				part[i].value);
	return fclose(to) == 0 ? text : NULL;
}

static int may_write(const struct gen *g, sj_error *err)
{
	struct stat st;

	if (g->output == NULL || strcmp(g->output, "-") == 0 || g->force ||
	    stat(g->output, &st) != 0 || !S_ISREG(st.st_mode))
		return SJ_OK;
	return sj_fail(err, SJ_EUSAGE, "%s exists; say --force to replace it", g->output);
}

static int gen_file(const struct gen *g, const char *spec, sj_error *err)
{
	struct outstream out;
	struct cluster c;
	int rc = cluster_parse(spec, &c, err);

	if (rc != SJ_OK)
		return rc;
	rc = platform_writable(&c, err);
	if (rc == SJ_OK)
		rc = may_write(g, err);
	if (rc == SJ_OK)
		rc = outstream_open(&out, g->output, err);
	if (rc == SJ_OK) {
		platform_write(out.to, &c);
		rc = outstream_close(&out, SJ_OK, err);
	}
	cluster_fini(&c);
	return rc;
}

int cluster_gen(int argc, char **argv)
{
	struct gen g = { .nodes = NULL };
	const struct opt opts[] = {
		{ 0, "nodes", OPT_STRING, &g.nodes, "N", "Nodes (default 16)." },
		{ 0, "cores", OPT_STRING, &g.cores, "N", "Cores of a node (default 1)." },
		{ 0, "speed", OPT_STRING, &g.speed, "X", "Speed of a core, relative (default 1)." },
		{ 0, "mem", OPT_STRING, &g.mem, "SIZE", "Memory of a node, as in 256GiB." },
		{ 0, "gpus", OPT_STRING, &g.gpus, "N", "GPUs of a node (default none)." },
		{ 0, "gpu", OPT_STRING, &g.gpu, "MODEL", "Model of the GPUs." },
		{ 'o', "output", OPT_STRING, &g.output, "FILE",
		  "Where to (default: standard output)." },
		{ 0, "force", OPT_FLAG, &g.force, NULL, "Replace FILE when it exists." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	int first, rc = opts_parse(argc, argv, opts, "cluster gen [flags] [CLUSTER]",
				   "Writes a commented cluster file to start from: of the flags, or "
				   "of a CLUSTER in any notation.", &first);
	bool flags = g.nodes || g.cores || g.speed || g.mem || g.gpus || g.gpu;
	sj_error err = { 0 };
	char *spec;

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first > 1 || (argc - first == 1 && flags))
		return say_usage("cluster gen: expected either flags that describe nodes or one "
				 "CLUSTER");
	if (g.nodes == NULL)
		g.nodes = "16";
	spec = argc - first == 1 ? strdup(argv[first]) : inline_of(&g);
	rc = spec != NULL ? gen_file(&g, spec, &err) : sj_fail(&err, SJ_ENOMEM, "no memory");
	free(spec);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

int cluster_convert(int argc, char **argv)
{
	struct gen g = { .nodes = NULL };
	const struct opt opts[] = {
		{ 'o', "output", OPT_STRING, &g.output, "FILE",
		  "Where to (default: standard output)." },
		{ 0, "force", OPT_FLAG, &g.force, NULL, "Replace FILE when it exists." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	int first, rc = opts_parse(argc, argv, opts, "cluster convert [flags] CLUSTER",
				   "Writes a machine in any notation, also a platform file of SimGrid or "
				   "Batsim (XML), as a commented cluster file.", &first);
	sj_error err = { 0 };

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("cluster convert: expected one cluster");
	rc = gen_file(&g, argv[first], &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

/* ---- the command ---------------------------------------------------------------------- */

int cmd_cluster(int argc, char **argv)
{
	static const struct verb_set set = { "cluster", "[flags] CLUSTER", verbs, NULL };

	return verbs_run(&set, argc, argv);
}
