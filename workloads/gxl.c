/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gxl.c - reader of task graphs with an optimal schedule in the Graph eXchange Language,
 * as the University of Auckland's parallel computing group publishes them (Sinnen 2007).
 *
 * A node is a task of `Weight` seconds on one core; an edge carries `Weight` x 10^9 bytes,
 * which take that many seconds over a link of 1 GB/s and no latency, as in the schedule,
 * where a transfer between processors takes the weight and one within a processor
 * nothing. The document is one job, submitted at 0. `Number of processors` is the
 * machine and `Total schedule length` the makespan stated. The schedule in it (`Start
 * time`, `Finish time`, `Processor` of each node) is checked, and counted as valid or not
 * (gxl_schedule.c); with schedule=yes each task is bound to its processor and has its start
 * as that of the log. States a cluster of one-core nodes with 1 GB/s between any two, which
 * transfers do not share, as the schedules assume. Invents: the run time as the estimate. Cannot know: users.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gxl_schedule.h"
#include "timetext.h"
#include "xml.h"

#define BYTES_A_SECOND 1000000000

#define NODES_MAX      100000u

struct settings {
	bool schedule;
};

struct reader {
	struct deck     *deck;
	struct graph_job graph;
	char             attribute[64]; /* <attr name="..."> we are in */
	uint32_t         task, from, to; /* <node> or <edge> we are in; 0 = none */
	bool             any, weighed;
	struct gxl_schedule schedule;
	struct gxl_slot  slot; /* of the <node> we are in */
};

static int begin_node(struct xml *x, struct reader *r, const char **attributes)
{
	const char *id = xml_attribute(attributes, "id");

	if (id == NULL || id[0] == '\0')
		return xml_fail(x, "<node> has no id");
	r->weighed = false;
	r->slot = GXL_NO_SLOT;
	return graph_job_task(&r->graph, id, &r->task, x->err);
}

static int begin_edge(struct xml *x, struct reader *r, const char **attributes)
{
	const char *from = xml_attribute(attributes, "from");
	const char *to = xml_attribute(attributes, "to");
	int rc;

	if (from == NULL || to == NULL || from[0] == '\0' || to[0] == '\0')
		return xml_fail(x, "<edge> has no from or no to");
	r->weighed = false;
	rc = graph_job_task(&r->graph, from, &r->from, x->err);
	return rc != SJ_OK ? rc : graph_job_task(&r->graph, to, &r->to, x->err);
}

static int begin(struct xml *x, void *self, const char *element, const char **attributes)
{
	struct reader *r = self;
	const char *name;

	r->graph.line = x->line;
	if (!r->any && strcmp(element, "gxl") != 0)
		return xml_fail(x, "the document is <%.40s>; expected <gxl>", element);
	r->any = true;
	if (strcmp(element, "node") == 0)
		return begin_node(x, r, attributes);
	if (strcmp(element, "edge") == 0)
		return begin_edge(x, r, attributes);
	if (strcmp(element, "attr") == 0) {
		name = xml_attribute(attributes, "name");
		snprintf(r->attribute, sizeof(r->attribute), "%s", name != NULL ? name : "");
	}
	return SJ_OK;
}

static int weigh(struct xml *x, struct reader *r, const char *text)
{
	int64_t v;

	r->weighed = true;
	if (r->task != 0) {
		if (text_decimal(text, TIME_S, &v) != SJ_OK || v < 0)
			return xml_fail(x, "Weight: \"%.40s\" is not a number of seconds", text);
		return graph_job_work(&r->graph, x->name, r->task, 1, v, x->err);
	}
	if (text_decimal(text, 9, &v) != SJ_OK || v < 0)
		return xml_fail(x, "Weight: \"%.40s\" is not a number from 0 on", text);
	return graph_job_edge(&r->graph, r->from, r->to,
			      (uint64_t)v / SJ_NS_PER_S * BYTES_A_SECOND +
			      (uint64_t)v % SJ_NS_PER_S, x->err);
}

static int graph_attribute(struct xml *x, struct reader *r, const char *text)
{
	sj_workload_info *info = &r->deck->source.info;
	int64_t v;

	if (strcmp(r->attribute, "Number of processors") == 0) {
		if (text_whole(text, &v) != SJ_OK || v < 1 || v > UINT32_MAX)
			return xml_fail(x, "Number of processors: \"%.40s\" is not a number of "
					"processors", text);
		info->max_procs = (uint32_t)v;
	} else if (strcmp(r->attribute, "Total schedule length") == 0) {
		if (text_decimal(text, TIME_S, &v) != SJ_OK || v < 0)
			return xml_fail(x, "Total schedule length: \"%.40s\" is not a number of "
					"seconds", text);
		info->stated_makespan_ns = v;
	}
	return SJ_OK;
}

/* Where and when the schedule has the node. */
static int place(struct xml *x, struct reader *r, const char *text)
{
	static const char *const names[] = { "Start time", "Finish time", "Processor" };
	sj_time *const fields[] = { &r->slot.start_ns, &r->slot.finish_ns };
	int64_t v;

	for (int i = 0; i < 3; i++) {
		if (strcmp(r->attribute, names[i]) != 0)
			continue;
		if (text_decimal(text, i < 2 ? TIME_S : 0, &v) != SJ_OK || v < 0 ||
		    (i == 2 && v >= UINT32_MAX))
			return xml_fail(x, "%s: \"%.40s\" is not a number from 0 on", names[i],
					text);
		if (i < 2)
			*fields[i] = v;
		else
			r->slot.processor = (uint32_t)v;
	}
	return SJ_OK;
}

static int end_value(struct xml *x, struct reader *r, const char *text)
{
	if (r->task == 0 && r->from == 0)
		return graph_attribute(x, r, text);
	if (strcmp(r->attribute, "Weight") == 0)
		return weigh(x, r, text);
	return r->task != 0 ? place(x, r, text) : SJ_OK;
}

static int end(struct xml *x, void *self, const char *element, const char *text)
{
	struct reader *r = self;
	bool node = strcmp(element, "node") == 0, edge = strcmp(element, "edge") == 0;
	int rc = SJ_OK;

	if (strcmp(element, "int") == 0 || strcmp(element, "float") == 0)
		return end_value(x, r, text);
	if (node && !r->weighed)
		return xml_fail(x, "the node has no Weight");
	if (node)
		rc = gxl_schedule_add(&r->schedule, r->task, r->slot, x->err);
	if (edge && !r->weighed)
		rc = graph_job_edge(&r->graph, r->from, r->to, 0, x->err);
	if (node || edge)
		r->task = r->from = r->to = 0;
	return rc;
}

static const sj_param params[] = {
	{ .name = "schedule", .type = SJ_P_BOOL, .offset = offsetof(struct settings, schedule),
	  .def = "no", .help = "Each task keeps the processor and the start of the schedule." },
	{ .name = NULL },
};

/* One core a node; transfers as the schedule has them, which do not slow each other. */
static void state_machine(sj_workload_info *info)
{
	if (info->max_procs != 0 && info->max_procs <= NODES_MAX)
		snprintf(info->cluster, sizeof(info->cluster), "nodes=%u,cores=1,bw=1GB/s,"
			 "topology=star,duplex=fatpipe", info->max_procs);
}

static int gxl_open(sj_input *in, const sj_reader_options *options, sj_source **out,
		    sj_error *err)
{
	static const struct xml_handler handler = { begin, end };
	struct reader r = { 0 };
	struct settings settings;
	uint64_t lines = 0;
	int rc = deck_create(&r.deck, err);

	if (rc != SJ_OK)
		return rc;
	rc = sj_params_bind("workload gxl", params, options->args, &settings, NULL, NULL, err);
	if (rc == SJ_OK)
		rc = xml_read(in, &handler, &r, &lines, err);
	if (rc == SJ_OK)
		rc = gxl_schedule_judge(&r.schedule, &r.graph, r.deck, err);
	if (rc == SJ_OK && settings.schedule)
		rc = gxl_schedule_keep(&r.schedule, &r.graph, in->name, err);
	state_machine(&r.deck->source.info);
	gxl_schedule_fini(&r.schedule);
	return graph_job_source(&r.graph, in->name, "gxl", lines, r.deck, rc, out, err);
}

static int gxl_sniff(const char *bytes, size_t size)
{
	return xml_sniff(bytes, size, "gxl");
}

const sj_reader_ops sj_reader_gxl = {
	.name = "gxl",
	.summary = "task graphs with optimal schedules (GXL, XML)",
	.suffixes = ".gxl",
	.sniff = gxl_sniff,
	.open = gxl_open,
	.params = params,
};
