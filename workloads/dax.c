/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dax.c - reader of abstract workflows of Pegasus (DAX, Deelman et al. 2015): an XML
 * document of jobs with run times and files, and which job waits for which.
 *
 * A document is one job of as many tasks, one core each, submitted at 0. The edges are
 * those of <child><parent/></child>; an edge carries the files that the parent lists as
 * output and the child as input, with the size that the child states. Counts run times
 * and sizes below 0, which published documents have, and takes them as 0. Invents: the
 * run time as the estimate; files that nobody in the document makes are on a shared
 * storage. Does not read: namespaces, arguments, profiles. Cannot know: users.
 */
#include <stdio.h>
#include <string.h>

#include "timetext.h"
#include "uses.h"
#include "xml.h"

struct reader {
	struct deck     *deck;
	struct graph_job graph;
	struct names     files;
	struct uses      uses;
	uint32_t         task, child; /* the element we are in; 0 = none */
	bool             any;
};

static const char *must(struct xml *x, const char **attributes, const char *element,
			const char *name)
{
	const char *v = xml_attribute(attributes, name);

	if (v == NULL || v[0] == '\0')
		xml_fail(x, "<%s> has no %s", element, name);
	return v != NULL && v[0] != '\0' ? v : NULL;
}

static int begin_job(struct xml *x, struct reader *r, const char **attributes)
{
	const char *id = must(x, attributes, "job", "id");
	const char *runtime = must(x, attributes, "job", "runtime");
	sj_time ns;
	int rc;

	if (id == NULL || runtime == NULL)
		return SJ_EPARSE;
	if (text_decimal(runtime, TIME_S, &ns) != SJ_OK)
		return xml_fail(x, "job \"%.60s\": runtime \"%.40s\" is not a number of seconds",
				id, runtime);
	if (ns < 0) { /* Pegasus' generator draws from normal laws, sizes below too */
		deck_count(r->deck, "run_times_below_0", 1);
		ns = 0;
	}
	rc = graph_job_task(&r->graph, id, &r->task, x->err);
	return rc != SJ_OK ? rc : graph_job_work(&r->graph, x->name, r->task, 1, ns, x->err);
}

/* Older documents say file, newer ones name. */
static int begin_uses(struct xml *x, struct reader *r, const char **attributes)
{
	const char *file = xml_attribute(attributes, "file"), *link, *size;
	struct use use = { .task = r->task };
	int64_t bytes = 0;
	int rc;

	if (file == NULL)
		file = must(x, attributes, "uses", "name");
	link = must(x, attributes, "uses", "link");
	if (file == NULL || link == NULL)
		return SJ_EPARSE;
	size = xml_attribute(attributes, "size");
	if (size != NULL && text_decimal(size, 0, &bytes) != SJ_OK)
		return xml_fail(x, "file \"%.60s\": size \"%.40s\" is not a number of bytes",
				file, size);
	if (bytes < 0) {
		deck_count(r->deck, "sizes_below_0", 1);
		bytes = 0;
	}
	use.output = strcmp(link, "output") == 0;
	use.bytes = (uint64_t)bytes;
	rc = names_number(&r->files, file, &use.file, x->err);
	return rc != SJ_OK ? rc : uses_add(&r->uses, use, x->err);
}

static int begin_ref(struct xml *x, struct reader *r, const char *element,
		     const char **attributes)
{
	const char *ref = must(x, attributes, element, "ref");
	uint32_t parent;
	int rc;

	if (ref == NULL)
		return SJ_EPARSE;
	if (strcmp(element, "child") == 0)
		return graph_job_task(&r->graph, ref, &r->child, x->err);
	rc = graph_job_task(&r->graph, ref, &parent, x->err);
	return rc != SJ_OK ? rc : graph_job_edge(&r->graph, parent, r->child, 0, x->err);
}

static int begin(struct xml *x, void *self, const char *element, const char **attributes)
{
	struct reader *r = self;

	r->graph.line = x->line;
	if (!r->any && strcmp(element, "adag") != 0)
		return xml_fail(x, "the document is <%.40s>; expected <adag>", element);
	r->any = true;
	if (strcmp(element, "job") == 0)
		return begin_job(x, r, attributes);
	if (strcmp(element, "uses") == 0 && r->task != 0)
		return begin_uses(x, r, attributes);
	if (strcmp(element, "child") == 0 || (strcmp(element, "parent") == 0 && r->child != 0))
		return begin_ref(x, r, element, attributes);
	return SJ_OK;
}

static int end(struct xml *x, void *self, const char *element, const char *text)
{
	struct reader *r = self;

	(void)x;
	(void)text;
	if (strcmp(element, "job") == 0)
		r->task = 0;
	else if (strcmp(element, "child") == 0)
		r->child = 0;
	return SJ_OK;
}

static int dax_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		    sj_error *err)
{
	static const struct xml_handler handler = { begin, end };
	struct reader r = { 0 };
	uint64_t lines = 0;
	int rc = deck_create(&r.deck, err);

	(void)options;
	if (rc != SJ_OK)
		return rc;
	rc = xml_read(in, &handler, &r, &lines, err);
	if (rc == SJ_OK)
		rc = uses_close(&r.uses, &r.graph, &r.files, r.deck, err);
	names_fini(&r.files);
	uses_fini(&r.uses);
	return graph_job_source(&r.graph, in->name, "dax", lines, r.deck, rc, out, err);
}

static int dax_sniff(const char *bytes, size_t size)
{
	return xml_sniff(bytes, size, "adag");
}

const sj_reader_ops sj_reader_dax = {
	.name = "dax",
	.summary = "abstract workflows of Pegasus (XML)",
	.suffixes = ".dax .xml",
	.sniff = dax_sniff,
	.open = dax_open,
};
