/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_failures.c - `sojourn cluster failures`: the events of nodes and links that laws give. */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cluster_cmds.h"
#include "cli/commands.h"
#include "cli/outstream.h"
#include "node_news.h"
#include "run/failures.h"
#include "units.h"

struct wish {
	const char *failures, *until, *output;
	uint64_t    seed;
	bool        force;
	sj_time     until_ns;
};

static int check(const struct wish *w, const struct cluster *c, sj_error *err)
{
	if (c->node_count == 0)
		return sj_fail(err, SJ_EUSAGE, "cluster failures: a pool of processors has no "
			       "nodes that could fail");
	for (uint32_t k = 0; k < c->model.type_count; k++)
		if (c->model.types[k].mtbf != NULL)
			return SJ_OK;
	if (c->network != NULL && c->network->fault_count != 0)
		return SJ_OK;
	return w->failures != NULL ? SJ_OK : sj_fail(err, SJ_EUSAGE, "cluster failures: no node "
		"type or link says how often it fails; give laws with --failures "
		"mtbf=LAW,mttr=LAW");
}

/* Links and what is known of them; nothing without a network. */
struct links {
	sj_fabric      fabric;
	sj_fabric_spec spec; /* without background, which is no failure */
	sj_link_news  *news; /* NULL: none changes */
	bool          *down;
};

static int links_init(struct links *l, const struct wish *w, const struct cluster *c,
		      const struct failures *f, sj_error *err)
{
	int rc;

	if (c->network == NULL)
		return SJ_OK;
	l->spec = *c->network;
	l->spec.background_count = 0;
	rc = sj_fabric_init(&l->fabric, &l->spec, c->specs, c->type_count, err);
	if (rc == SJ_OK)
		rc = sj_link_news_create(&l->fabric, f->trace.links.event, f->trace.links.count,
					 w->seed, &l->news, err);
	if (rc != SJ_OK)
		return rc;
	l->down = calloc(l->fabric.links + 1u, sizeof(*l->down));
	return l->down != NULL ? SJ_OK : sj_fail(err, SJ_ENOMEM, "no memory for the links");
}

static void links_fini(struct links *l)
{
	free(l->down);
	sj_link_news_free(l->news);
	sj_fabric_fini(&l->fabric);
}

static sj_time links_time(const struct links *l)
{
	return l->news != NULL ? sj_link_news_time(l->news) : SJ_NEVER;
}

/* A line for each direction of a cable. */
static void put_link_event(struct links *l, FILE *to, uint64_t *count)
{
	char at[40], name[SJ_LINK_NAME], rate[64];
	uint32_t link, n;

	sj_format_time(sj_link_news_time(l->news), at, sizeof(at));
	sj_link_news_pop(l->news, &link, &n);
	for (uint32_t i = link; i < link + n; i++, ++*count) {
		bool down = sj_link_news_is_down(l->news, i);

		sj_format_rate((uint64_t)sj_link_news_bandwidth(l->news, i), rate, sizeof(rate));
		fprintf(to, "%s,link %s,%s\n", at, sj_fabric_link_name(&l->fabric, i, name),
			down ? "fail" : l->down[i] ? "up" : rate);
		l->down[i] = down;
	}
}

/* Exactly the times that a run with this seed has. */
static int put_events(const struct wish *w, const struct cluster *c, const struct failures *f,
		      FILE *to, uint64_t *count, sj_error *err)
{
	struct links links = { .news = NULL };
	sj_node_news news = { 0 };
	int rc = sj_node_news_init(&news, &c->model, &f->model, w->seed, err);

	if (rc == SJ_OK)
		rc = links_init(&links, w, c, f, err);
	fputs("time,node,change\n", to);
	while (rc == SJ_OK) {
		sj_time node = sj_node_news_time(&news), link = links_time(&links);
		sj_node_event e;
		char at[40];

		if ((node < link ? node : link) > w->until_ns)
			break;
		if (link < node) {
			put_link_event(&links, to, count);
			continue;
		}
		e = sj_node_news_pop(&news);
		sj_format_time(e.at_ns, at, sizeof(at));
		fprintf(to, "%s,%u,%s\n", at, e.node, sj_node_change_names[e.change]);
		(*count)++;
	}
	links_fini(&links);
	sj_node_news_fini(&news);
	return rc;
}

static int write_events(const struct wish *w, const char *spec, uint64_t *count, sj_error *err)
{
	struct failures f = { .text = NULL };
	struct outstream out;
	struct cluster c;
	int rc = cluster_parse(spec, &c, err);

	if (rc != SJ_OK)
		return rc;
	if (w->failures != NULL)
		rc = failures_parse(w->failures, &c, &f, err);
	if (rc == SJ_OK)
		rc = check(w, &c, err);
	if (rc == SJ_OK && w->output != NULL && !w->force && access(w->output, F_OK) == 0)
		rc = sj_fail(err, SJ_EUSAGE, "%s exists; give --force to replace it", w->output);
	if (rc == SJ_OK)
		rc = outstream_open(&out, w->output, err);
	if (rc == SJ_OK)
		rc = outstream_close(&out, put_events(w, &c, &f, out.to, count, err), err);
	failures_fini(&f);
	cluster_fini(&c);
	return rc;
}

int cluster_failures(int argc, char **argv)
{
	struct wish w = { .seed = 1 };
	const struct opt opts[] = {
		{ 0, "until", OPT_STRING, &w.until, "DURATION", "How long, as in 365d." },
		{ 0, "failures", OPT_STRING, &w.failures, "SPEC",
		  "Laws, as for `run --failures` (default: those of the cluster)." },
		{ 0, "seed", OPT_COUNT, &w.seed, "N", "Seed (default 1)." },
		{ 'o', "output", OPT_STRING, &w.output, "FILE",
		  "Where to (default: standard output)." },
		{ 0, "force", OPT_FLAG, &w.force, NULL, "Replace FILE when it exists." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	int first, parsed = opts_parse(argc, argv, opts, "cluster failures [flags] CLUSTER",
		"Writes the events of nodes and links that the laws of a cluster give: what a run with the "
		"same seed would meet, as a file for `run --failures`.", &first);
	sj_error err = { 0 };
	uint64_t count = 0;
	int rc;

	if (parsed != 0)
		return parsed > 0 ? 0 : 2;
	if (argc - first != 1 || w.until == NULL)
		return say_usage("cluster failures: expected a cluster and --until, as in "
				 "`sojourn cluster failures nodes=16,cores=8 --until 365d "
				 "--failures mtbf=30d,mttr=4h`");
	rc = sj_parse_time("--until", w.until, &w.until_ns, &err);
	if (rc == SJ_OK)
		rc = write_events(&w, argv[first], &count, &err);
	if (rc != SJ_OK)
		return say_error(rc, &err);
	if (w.output != NULL)
		say("%s: %" PRIu64 " events", w.output, count);
	return 0;
}
