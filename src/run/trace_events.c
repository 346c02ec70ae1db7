/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trace_events.c - the JSON of Google's "Trace Event Format", written as a stream.
 *
 * Slices of one track must not overlap. In a pool a processor runs one task at a time,
 * so the track is a task's first processor; on nodes tracks.h finds one.
 */
#include "run/trace_events.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "run/allocbook.h"
#include "run/arrows.h"
#include "run/jobs_csv.h"
#include "run/link_events.h"
#include "run/outfile.h"
#include "run/samples.h"
#include "run/trace_us.h"
#include "run/tracks.h"

struct trace_events {
	struct outfile  *out;
	struct allocbook book;
	struct samples   samples;
	struct tracks    tracks;
	sj_node_record  *change; /* of nodes */
	size_t           changes, change_cap;
	const struct cluster *cluster;
	struct arrows      arrows;
	struct link_events links;
};

static uint32_t pid_of_machine(const struct trace_events *t)
{
	return t->cluster->node_count + 1;
}

static uint32_t pid_of_network(const struct trace_events *t)
{
	return t->cluster->node_count + 2;
}

struct seconds {
	char text[32];
};

static struct seconds seconds_of(sj_time ns)
{
	struct seconds s;

	*jobs_csv_seconds(s.text, ns) = '\0';
	return s;
}

static const char *color(uint32_t outcome)
{
	return outcome == SJ_COMPLETED ? "" : ",\"cname\":\"terrible\"";
}

/* ---- slices ---------------------------------------------------------------------- */

/* The head of a slice and what its job says of itself. */
static void put_slice(struct trace_events *t, const sj_job_record *r, const sj_alloc_record *a,
		      uint32_t pid, uint32_t tid)
{
	outfile_printf(t->out,
		",\n{\"ph\":\"X\",\"pid\":%u,\"tid\":%u,\"name\":\"job %" PRId64 "\","
		"\"cat\":\"job\",\"ts\":%s,\"dur\":%s%s,\"args\":{"
		"\"task\":%u,\"submit_s\":%s,\"wait_s\":%s,\"estimate_s\":%s,\"user\":%u",
		pid, tid, r->id, us_of(a->from_ns).text, us_of(a->to_ns - a->from_ns).text,
		color(r->outcome), a->task, seconds_of(r->submit_ns).text,
		seconds_of(r->start_ns - r->submit_ns).text,
		seconds_of(r->estimate_ns).text, r->user);
}

/* The intervals of one stretch follow each other; returns the entry behind them. */
static const struct allocbook_entry *put_stretch(struct trace_events *t,
						 const sj_job_record *r,
						 const struct allocbook_entry *e)
{
	const sj_alloc_record *a = &e->alloc;
	uint64_t procs = 0;

	for (; e != NULL && e->alloc.task == a->task && e->alloc.from_ns == a->from_ns &&
	       e->alloc.to_ns == a->to_ns;
	     e = allocbook_next(&t->book, e))
		procs += (uint64_t)e->alloc.last - e->alloc.first + 1;
	put_slice(t, r, a, pid_of_machine(t), a->first);
	outfile_printf(t->out, ",\"processors\":%" PRIu64 "}}", procs);
	return e;
}

/* On a node: `first` is the track, `last` how many GPUs of the node the task had. */
static void put_on_node(struct trace_events *t, const sj_job_record *r,
			const sj_alloc_record *a)
{
	put_slice(t, r, a, pid_of_node(a->node), a->first);
	outfile_printf(t->out, ",\"node\":%u,\"ranks\":%u,\"cores\":%u,\"gpus\":%u,"
		       "\"gpu_milli\":%u,\"mem_bytes\":%" PRIu64 ",\"job_procs\":%u}}", a->node,
		       a->ranks, a->cores, a->last, a->gpu_milli, a->mem_bytes, r->procs);
}

static int put_job(struct trace_events *t, const sj_job_record *r)
{
	const struct allocbook_entry *first = allocbook_first(&t->book, r->seq), *e = first;
	int rc;

	while (e != NULL) {
		if (e->alloc.node == UINT32_MAX) {
			e = put_stretch(t, r, e);
			continue;
		}
		put_on_node(t, r, &e->alloc);
		e = allocbook_next(&t->book, e);
	}
	rc = arrows_put(&t->arrows, r, &t->book, first, pid_of_network(t), t->out);
	allocbook_drop(&t->book, r->seq);
	return rc;
}

static int on_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct trace_events *t = self;

	int rc = SJ_OK;

	for (uint32_t i = 0; i < n && rc == SJ_OK; i++)
		rc = put_job(t, &r[i]);
	return rc != SJ_OK ? rc : outfile_error(t->out, err);
}

/* ---- nodes and their tracks ------------------------------------------------------- */

/* Type names hold no character that JSON would want escaped: see docs/CLUSTER.md. */
static const char *type_of_node(const struct cluster *c, uint32_t node)
{
	for (uint32_t i = 0; i < c->type_count; i++) {
		if (node < c->types[i].spec.count)
			return c->types[i].name;
		node -= c->types[i].spec.count;
	}
	return "node";
}

static void put_node_name(struct trace_events *t, uint32_t node)
{
	outfile_printf(t->out, ",\n{\"ph\":\"M\",\"pid\":%u,\"name\":\"process_name\","
		       "\"args\":{\"name\":\"%s %u\"}}"
		       ",\n{\"ph\":\"M\",\"pid\":%u,\"name\":\"process_sort_index\","
		       "\"args\":{\"sort_index\":%u}}", pid_of_node(node),
		       type_of_node(t->cluster, node), node, pid_of_node(node), pid_of_node(node));
}

static void put_track_name(struct trace_events *t, const struct track *k)
{
	char name[48];
	/* GPUs first, those that share one below it, then cores. */
	uint32_t order = k->gpu == TRACK_CORES ? 64u << 10 : k->gpu << 10;

	if (k->gpu == TRACK_CORES)
		snprintf(name, sizeof(name), "cores, lane %u", k->lane);
	else if (k->lane == 0)
		snprintf(name, sizeof(name), "GPU %u", k->gpu);
	else
		snprintf(name, sizeof(name), "GPU %u, shared %u", k->gpu, k->lane);
	outfile_printf(t->out, ",\n{\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"name\":\"thread_name\","
		       "\"args\":{\"name\":\"%s\"}}"
		       ",\n{\"ph\":\"M\",\"pid\":%u,\"tid\":%u,\"name\":\"thread_sort_index\","
		       "\"args\":{\"sort_index\":%u}}", pid_of_node(k->node), k->number, name,
		       pid_of_node(k->node), k->number, order + k->lane);
}

static int keep_on_track(struct trace_events *t, const sj_alloc_record *a, uint32_t gpu)
{
	const struct track *k = tracks_take(&t->tracks, a->node, gpu, a->from_ns, a->to_ns);
	sj_alloc_record own = *a;

	if (k == NULL)
		return SJ_ENOMEM;
	own.first = k->number;
	own.last = (uint32_t)__builtin_popcountll(a->gpus);
	return allocbook_add(&t->book, &own);
}

static int on_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct trace_events *t = self;
	int rc = SJ_OK;

	(void)err;
	if (a->node == UINT32_MAX)
		return allocbook_add(&t->book, a);
	if (a->gpus == 0)
		return keep_on_track(t, a, TRACK_CORES);
	for (uint64_t left = a->gpus; left != 0 && rc == SJ_OK; left &= left - 1)
		rc = keep_on_track(t, a, (uint32_t)__builtin_ctzll(left));
	return rc;
}

static int on_node(void *self, const sj_node_record *n, sj_error *err)
{
	struct trace_events *t = self;

	(void)err;
	if (t->changes == t->change_cap) {
		size_t cap = t->change_cap != 0 ? 2 * t->change_cap : 64;
		sj_node_record *grown = realloc(t->change, cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		t->change = grown;
		t->change_cap = cap;
	}
	t->change[t->changes++] = *n;
	return SJ_OK;
}

/* At the end, so that a file made from the store is the same as one made by the run,
 * where slices come as jobs end. */
static void put_nodes(struct trace_events *t)
{
	static const char *const what[] = { "fails", "is up", "is drained", "joins" };

	for (uint32_t i = 0; i < t->tracks.count; i++) {
		if (t->tracks.track[i].next == 0) /* the first of its node */
			put_node_name(t, t->tracks.track[i].node);
		put_track_name(t, &t->tracks.track[i]);
	}
	for (size_t i = 0; i < t->changes; i++) {
		const sj_node_record *n = &t->change[i];

		outfile_printf(t->out, ",\n{\"ph\":\"i\",\"s\":\"p\",\"pid\":%u,\"tid\":0,"
			       "\"name\":\"node %s\",\"ts\":%s,\"args\":{\"killed\":%u}}",
			       pid_of_node(n->node), what[n->change], us_of(n->at_ns).text,
			       n->killed);
	}
}

/* ---- counters ------------------------------------------------------------------------ */

static int on_sample(void *self, const sj_sample *s, sj_error *err)
{
	struct trace_events *t = self;

	(void)err;
	samples_add(&t->samples, s);
	return SJ_OK;
}

static int put_counters(void *self, const sj_sample *s, sj_error *err)
{
	struct trace_events *t = self;
	struct us ts = us_of(s->at_ns);

	outfile_printf(t->out,
		",\n{\"ph\":\"C\",\"pid\":%u,\"name\":\"queue\",\"ts\":%s,"
		"\"args\":{\"waiting\":%u}}"
		",\n{\"ph\":\"C\",\"pid\":%u,\"name\":\"processors\",\"ts\":%s,"
		"\"args\":{\"busy\":%u}}",
		pid_of_machine(t), ts.text, s->waiting, pid_of_machine(t), ts.text,
		s->procs_busy);
	if (s->gpu_milli_up != 0)
		outfile_printf(t->out,
			",\n{\"ph\":\"C\",\"pid\":%u,\"name\":\"GPUs\",\"ts\":%s,"
			"\"args\":{\"busy\":%" PRIu64 ".%03u}}", pid_of_machine(t), ts.text,
			s->gpu_milli_busy / 1000, (unsigned)(s->gpu_milli_busy % 1000));
	if (s->gpu_milli_up != 0 && s->gpu_milli_frag != UINT64_MAX)
		outfile_printf(t->out,
			",\n{\"ph\":\"C\",\"pid\":%u,\"name\":\"fragmented GPUs\",\"ts\":%s,"
			"\"args\":{\"expected\":%" PRIu64 ".%03u}}", pid_of_machine(t), ts.text,
			s->gpu_milli_frag / 1000, (unsigned)(s->gpu_milli_frag % 1000));
	return outfile_error(t->out, err);
}

/* ---- the network -------------------------------------------------------------------- */

static int on_transfer(void *self, const sj_transfer_record *r, sj_error *err)
{
	(void)err;
	return arrows_add(&((struct trace_events *)self)->arrows, r);
}

int trace_events_link(struct trace_events *t, const struct link_total *l)
{
	return link_events_link(&t->links, l);
}

int trace_events_stretch(struct trace_events *t, const struct link_stretch *s)
{
	return link_events_stretch(&t->links, s, pid_of_network(t), t->out);
}

static void put_network(struct trace_events *t)
{
	link_events_end(&t->links, pid_of_network(t), t->out);
	if (t->arrows.ids != 0 || t->links.count != 0)
		outfile_printf(t->out, ",\n{\"ph\":\"M\",\"pid\":%u,\"name\":\"process_name\","
			       "\"args\":{\"name\":\"network\"}}", pid_of_network(t));
}

static int put_head(struct trace_events *t, const char *title)
{
	json_t *text = json_string(title);
	char *quoted = text != NULL ? json_dumps(text, JSON_ENCODE_ANY) : NULL;

	json_decref(text);
	if (quoted == NULL)
		return SJ_ENOMEM;
	outfile_printf(t->out, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
		       "{\"ph\":\"M\",\"pid\":%u,\"name\":\"process_sort_index\","
		       "\"args\":{\"sort_index\":0}},\n"
		       "{\"ph\":\"M\",\"pid\":%u,\"name\":\"process_name\",\"args\":{\"name\":",
		       pid_of_machine(t), pid_of_machine(t));
	outfile_puts(t->out, quoted);
	outfile_puts(t->out, "}}");
	free(quoted);
	return SJ_OK;
}

int trace_events_open(const char *path, const char *title, const struct cluster *cluster,
		      struct trace_events **out, sj_error *err)
{
	struct trace_events *t = calloc(1, sizeof(*t));
	int rc;

	if (t == NULL)
		return SJ_ENOMEM;
	t->cluster = cluster;
	rc = outfile_open(path, &t->out, err);
	if (rc == SJ_OK)
		rc = put_head(t, title);
	if (rc != SJ_OK) {
		trace_events_close(t, false, NULL);
		return rc;
	}
	*out = t;
	return SJ_OK;
}

sj_sink trace_events_sink(struct trace_events *t)
{
	return (sj_sink){ .self = t, .jobs = on_jobs, .sample = on_sample,
			  .alloc = on_alloc, .node = on_node, .transfer = on_transfer };
}

int trace_events_close(struct trace_events *t, bool keep, sj_error *err)
{
	int rc;

	if (t == NULL)
		return SJ_OK;
	if (keep) {
		samples_each(&t->samples, put_counters, t, NULL);
		put_nodes(t);
		put_network(t);
		outfile_puts(t->out, "\n]}\n");
	}
	rc = outfile_close(t->out, keep, err);
	allocbook_fini(&t->book);
	tracks_fini(&t->tracks);
	arrows_fini(&t->arrows);
	link_events_fini(&t->links);
	free(t->change);
	free(t);
	return rc;
}
