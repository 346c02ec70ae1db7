/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_json.c - see report_json.h. What is undefined is null, never left out. */
#include "run/report_json.h"

#include <math.h>

#include "input/drops.h"
#include "run/report_bound.h"

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *count(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *dropped(const uint64_t n[SJ_DROP_COUNT])
{
	json_t *o = json_object();

	for (int i = 0; i < SJ_DROP_COUNT; i++)
		json_object_set_new(o, drop_keys[i], count(n[i]));
	return o;
}

static void set_counts(json_t *o, const sj_workload_info *info)
{
	json_object_set_new(o, "records", count(info->records));
	json_object_set_new(o, "jobs", count(info->kept));
	json_object_set_new(o, "dropped", dropped(info->dropped));
	json_object_set_new(o, "unsorted", count(info->unsorted));
}

static json_t *workload(struct workload *w)
{
	const sj_workload_info *info = &w->source->info;
	json_t *o = json_object();
	uint64_t bytes = 0;
	char hex[65] = "";

	/* A file that changed meanwhile has no digest; the store complains itself. */
	if (workload_digest(w, &bytes, hex, NULL) != SJ_OK)
		hex[0] = '\0';
	json_object_set_new(o, "spec", json_string(w->spec));
	json_object_set_new(o, "format", json_string(w->format));
	json_object_set_new(o, "sha256", hex[0] != '\0' ? json_string(hex) : json_null());
	json_object_set_new(o, "bytes", count(bytes));
	set_counts(o, info);
	json_object_set_new(o, "offered_load", json_null());
	json_object_set_new(o, "parse_s", number((double)w->parse_ns / 1e9));
	return o;
}

static json_t *cluster(const struct cluster *c)
{
	json_t *o = json_object();

	json_object_set_new(o, "spec", json_string(c->text));
	json_object_set_new(o, "procs", count(c->model.procs));
	json_object_set_new(o, "nodes", count(c->node_count));
	return o;
}

static json_t *checkpoint(const struct runspec *s)
{
	const sj_checkpoint *c = &s->checkpoint;
	json_t *o;

	if (!c->modelled)
		return json_null();
	o = json_object();
	json_object_set_new(o, "spec", json_string(s->checkpoint_text));
	json_object_set_new(o, "interval_s", c->interval_ns == 0 ? json_null() :
			    number((double)c->interval_ns / 1e9));
	json_object_set_new(o, "cost_s", number((double)c->cost_ns / 1e9));
	json_object_set_new(o, "restart_s", number((double)c->restart_ns / 1e9));
	json_object_set_new(o, "expected_waste", number(runspec_checkpoint_waste(s)));
	return o;
}

json_t *report_json_begin(struct lab *lab, const struct runspec *spec)
{
	struct runspec_text clock = runspec_clock_text(spec);
	json_t *doc = json_object();

	json_object_set_new(doc, "schema", json_string("sojourn.run/1"));
	json_object_set_new(doc, "workload", workload(lab->workload));
	json_object_set_new(doc, "cluster", cluster(&lab->cluster));
	json_object_set_new(doc, "overrun", json_string(runspec_overrun_text(spec)));
	json_object_set_new(doc, "estimates", json_string(runspec_estimates_text(spec)));
	json_object_set_new(doc, "clock", json_string(clock.text));
	json_object_set_new(doc, "checkpoint", checkpoint(spec));
	json_object_set_new(doc, "staging", json_string(runspec_staging_text(spec)));
	json_object_set_new(doc, "collectives", json_string(runspec_collectives_text(
				session_collectives(lab, spec))));
	json_object_set_new(doc, "stragglers", spec->stragglers_text != NULL ?
			    json_string(spec->stragglers_text) : json_null());
	json_object_set_new(doc, "failures", lab->failures.text != NULL ?
			    json_string(lab->failures.text) : json_null());
	json_object_set_new(doc, "limit", count(spec->limit));
	json_object_set_new(doc, "runs", json_array());
	return doc;
}

static bool is_count(int metric)
{
	switch (metric) {
	case SJ_M_WAIT_ZERO:
	case SJ_M_FINISHED:
	case SJ_M_UNFINISHED:
	case SJ_M_KILLED:
	case SJ_M_REJECTED:
	case SJ_M_PREEMPTIONS:
	case SJ_M_DEADLINE_MISSED:
	case SJ_M_NODE_FAILURES:
	case SJ_M_REQUEUES:
	case SJ_M_FAILED:
		return true;
	default:
		return false;
	}
}

json_t *report_json_load_of(const struct loads *l)
{
	json_t *o = json_object();

	for (int k = 0; k < LOADS; k++)
		json_object_set_new(o, load_names[k], number(l->of[k]));
	return o;
}

void report_json_loads(json_t *doc, const struct loads *l)
{
	json_t *w = json_object_get(doc, "workload");

	json_object_set_new(w, "offered_load", number(l->of[LOAD_CORES]));
	json_object_set_new(w, "offered_load_of", report_json_load_of(l));
}

void report_json_counts(json_t *doc, const struct lab *lab)
{
	set_counts(json_object_get(doc, "workload"), &lab->workload->source->info);
}

json_t *report_json_metrics(const sj_metrics *m)
{
	json_t *o = json_object();

	for (int i = 0; i < SJ_METRIC_COUNT; i++) {
		double x = m->value[i];

		json_object_set_new(o, sj_metric_infos[i].name,
				    is_count(i) && isfinite(x) ? json_integer((json_int_t)x)
							       : number(x));
	}
	return o;
}

static json_t *decisions(const sj_run_stats *s)
{
	bool timed = s->decision_samples > 0;
	json_t *o = json_object();

	json_object_set_new(o, "p50", timed ? number(s->decision_p50_ns) : json_null());
	json_object_set_new(o, "p99", timed ? number(s->decision_p99_ns) : json_null());
	json_object_set_new(o, "max", timed ? number(s->decision_max_ns) : json_null());
	json_object_set_new(o, "samples", count(s->decision_samples));
	return o;
}

static json_t *busiest(const struct link_summary *l, double span_s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < l->count; i++) {
		const struct link_total *t = &l->busiest[i];
		json_t *o = json_object();

		json_object_set_new(o, "link", count(t->link));
		json_object_set_new(o, "name", json_string(t->info.name));
		json_object_set_new(o, "bytes_per_s", number(t->info.bytes_per_s));
		json_object_set_new(o, "bytes", count(t->bytes));
		json_object_set_new(o, "utilization_mean", number(link_utilization(t, span_s)));
		json_object_set_new(o, "utilization_peak",
				    number(t->peak_bytes_per_s / t->info.bytes_per_s));
		json_object_set_new(o, "busy_s", number((double)t->busy_ns / 1e9));
		json_array_append_new(list, o);
	}
	return list;
}

/* With `run --links`; else null. */
static json_t *links(const struct session_result *r)
{
	json_t *o;

	if (!r->links.asked)
		return json_null();
	o = json_object();
	json_object_set_new(o, "links", count(r->links.links));
	json_object_set_new(o, "used", count(r->links.used));
	json_object_set_new(o, "bytes", count(r->links.bytes));
	json_object_set_new(o, "utilization_mean", number(r->links.mean));
	json_object_set_new(o, "busiest", busiest(&r->links,
						  r->metrics.value[SJ_M_MAKESPAN]));
	return o;
}

static json_t *counters(const struct session_result *r)
{
	json_t *o = json_object();

	for (uint32_t i = 0; i < r->count_count; i++)
		json_object_set_new(o, r->counts[i].name, count(r->counts[i].value));
	return o;
}

json_t *report_json_run(const struct lab *lab, const struct runspec *spec,
			const struct session_result *r, const char *db, int code,
			const char *error)
{
	const sj_run_stats *s = &r->stats;
	double wall_s = (double)r->wall_ns / 1e9;
	json_t *o = json_object();

	json_object_set_new(o, "policy", json_string(r->canonical));
	json_object_set_new(o, "seed", count(spec->seed));
	json_object_set_new(o, "status", json_string(code == SJ_OK ? "complete" : "failed"));
	json_object_set_new(o, "error", code == SJ_OK ? json_null() : json_string(error));
	json_object_set_new(o, "clairvoyant", json_boolean(s->clairvoyant));
	json_object_set_new(o, "digest", json_string(s->digest));
	json_object_set_new(o, "jobs", count(s->jobs_done));
	json_object_set_new(o, "events", count(s->events));
	json_object_set_new(o, "rounds", count(s->rounds));
	json_object_set_new(o, "dropped", dropped(s->dropped));
	json_object_set_new(o, "wall_s", number(wall_s));
	json_object_set_new(o, "parse_s",
			    number((double)lab->workload->parse_ns / 1e9));
	json_object_set_new(o, "store_s", number((double)r->output_ns / 1e9));
	json_object_set_new(o, "events_per_s", number((double)s->events / wall_s));
	json_object_set_new(o, "jobs_per_s", number((double)s->jobs_done / wall_s));
	json_object_set_new(o, "peak_rss_bytes", count(r->peak_rss_bytes));
	json_object_set_new(o, "peak_live_tasks", count(s->peak_live_tasks));
	json_object_set_new(o, "decision_ns", decisions(s));
	json_object_set_new(o, "db", db != NULL && r->run != 0 ? json_string(db) : json_null());
	json_object_set_new(o, "run", r->run != 0 ? count(r->run) : json_null());
	json_object_set_new(o, "links", links(r));
	json_object_set_new(o, "bound", report_bound_json(r, spec->bounds));
	json_object_set_new(o, "metrics", report_json_metrics(&r->metrics));
	if (r->count_count != 0)
		json_object_set_new(o, "counters", counters(r));
	return o;
}
