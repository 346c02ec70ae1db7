/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session.c - see session.h. The order of things: outputs are opened before the
 * simulation starts, so that a missing directory is known before an hour of work. */
#include "run/session.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "input/drops.h"
#include "input/input.h"
#include "plugin/plugin.h"
#include "run/fanout.h"
#include "run/jobs_csv.h"
#include "run/link_use.h"
#include "run/report_bound.h"
#include "run/store_sink.h"
#include "run/tasks_csv.h"
#include "run/trace_events.h"
#include "run/wall.h"

#define STRIDE 20000u /* events between two looks at the interrupt flag */

struct session {
	const struct session_config *config;
	struct session_result       *result;
	struct policy_choice         choice;
	sj_run                      *run;
	struct fanout                fanout;
	struct store_sink            store;
	struct jobs_csv             *csv;
	struct tasks_csv            *tasks;
	struct trace_events         *events;
	struct link_use             *links; /* NULL: nobody asks */
	sj_sink                      sink;
	bool                         begun; /* in the store */
};

sj_collectives session_collectives(const struct lab *lab, const struct runspec *spec)
{
	if (lab->workload->source->comm_count == 0 || lab->cluster.network == NULL)
		return SJ_COLLECTIVES_NONE;
	return spec->collectives_chosen ? spec->collectives : SJ_COLLECTIVES_ALPHA_BETA;
}

/* ---- outputs ---------------------------------------------------------------------- */

/* Links are watched for the store, for the summary and for counters of trace events. */
static int open_links(struct session *s)
{
	const struct session_config *c = s->config;
	int rc;

	if (c->lab->cluster.network == NULL || (!c->spec->links && c->events == NULL))
		return SJ_OK;
	rc = link_use_create(&s->links);
	if (rc == SJ_OK)
		fanout_add(&s->fanout, link_use_sink(s->links));
	return rc;
}

static int open_outputs(struct session *s, sj_error *err)
{
	const struct session_config *c = s->config;
	char *title = NULL;
	sj_sink sink;
	int rc = SJ_OK;

	s->fanout.kills = c->spec->overrun == SJ_OVERRUN_KILL;
	if (c->store != NULL) {
		s->store.store = c->store;
		s->store.nodes = lab_nodes_change(c->lab);
		rc = store_sink_init(&s->store, c->spec, &c->lab->cluster.model, &sink);
		if (rc != SJ_OK)
			return rc;
		fanout_add(&s->fanout, sink);
	}
	if (c->jobs_csv != NULL) {
		rc = jobs_csv_open(c->jobs_csv, c->lab->workload->spec, c->spec->allocs, &s->csv,
				   err);
		if (rc != SJ_OK)
			return rc;
		fanout_add(&s->fanout, jobs_csv_sink(s->csv));
	}
	if (c->tasks_csv != NULL) {
		rc = tasks_csv_open(c->tasks_csv, &s->tasks, err);
		if (rc != SJ_OK)
			return rc;
		fanout_add(&s->fanout, tasks_csv_sink(s->tasks));
	}
	if (c->events != NULL) {
		if (asprintf(&title, "%s on %s", c->policy, c->lab->cluster.text) < 0)
			return SJ_ENOMEM;
		rc = trace_events_open(c->events, title, &c->lab->cluster, &s->events, err);
		free(title);
		if (rc != SJ_OK)
			return rc;
		fanout_add(&s->fanout, trace_events_sink(s->events));
	}
	return open_links(s);
}

static int put_link_event(void *self, const struct link_total *l, sj_error *err)
{
	(void)err;
	return trace_events_link(self, l);
}

static int put_stretch_event(void *self, const struct link_stretch *l, sj_error *err)
{
	(void)err;
	return trace_events_stretch(self, l);
}

/* What is known of links once the run has ended. */
static int tell_links(struct session *s)
{
	int rc = SJ_OK;

	if (s->links != NULL && s->config->spec->links)
		rc = link_summary_make(s->links, s->run, s->result->metrics.value[SJ_M_MAKESPAN],
				       &s->result->links);
	/* All links, then what they did: the busiest are to be found first. */
	if (rc == SJ_OK && s->links != NULL && s->events != NULL)
		rc = link_use_each(s->links, put_link_event, NULL, s->events, NULL);
	if (rc == SJ_OK && s->links != NULL && s->events != NULL)
		rc = link_use_each(s->links, NULL, put_stretch_event, s->events, NULL);
	return rc;
}

static int close_outputs(struct session *s, bool keep, sj_error *err)
{
	int rc = jobs_csv_close(s->csv, keep, err);
	/* The first sentence stands. */
	int tasks = tasks_csv_close(s->tasks, keep, rc == SJ_OK ? err : NULL), events;

	rc = rc != SJ_OK ? rc : tasks;
	events = trace_events_close(s->events, keep, rc == SJ_OK ? err : NULL);
	s->csv = NULL;
	s->tasks = NULL;
	s->events = NULL;
	return rc != SJ_OK ? rc : events;
}

/* ---- the store --------------------------------------------------------------------- */

/* "FILE#RUN", or "". */
static void learner_text(const struct session *s, char *text, size_t size)
{
	const sj_saved_learning *saved = sj_run_saved_learning(s->run);

	if (saved != NULL)
		snprintf(text, size, "%s#%u", s->config->lab->learn_from, saved->run);
}

static int store_begin(struct session *s, sj_error *err)
{
	const struct session_config *c = s->config;
	const struct runspec *spec = c->spec;
	struct runspec_text clock = runspec_clock_text(spec);
	char learner[PATH_MAX + 16] = "";
	const struct store_param params[] = {
		{ "policy_as_typed", c->policy },
		{ "check", spec->check ? "1" : "0" },
		{ "explain", spec->explain ? "1" : "0" },
		{ "allocs", spec->allocs ? "1" : "0" },
		{ "timelines", spec->timelines ? "1" : "0" },
		{ "links", spec->links ? "1" : "0" },
		{ "transfers", spec->transfers ? "1" : "0" },
		{ "bound", spec->bounds ? "1" : "0" },
		{ "links_watched", s->links != NULL ? "1" : "0" },
		{ "samples", spec->all_samples ? "all" : "thinned" },
		{ "failures", c->lab->failures.text != NULL ? c->lab->failures.text : "" },
		{ "checkpoint", spec->checkpoint_text != NULL ? spec->checkpoint_text : "" },
		{ "staging", runspec_staging_text(spec) },
		{ "collectives",
		  runspec_collectives_text(session_collectives(c->lab, spec)) },
		{ "learn_from", learner },
		{ "stragglers", spec->stragglers_text != NULL ? spec->stragglers_text : "" },
		{ NULL, NULL },
	};
	const struct store_run r = {
		.workload = c->lab->workload->spec, .cluster = c->lab->cluster.text,
		.policy = s->result->canonical, .clock = clock.text,
		.overrun = runspec_overrun_text(spec),
		.estimates = runspec_estimates_text(spec), .command = c->command,
		.seed = spec->seed, .job_limit = spec->limit,
		.procs = c->lab->cluster.model.procs,
		.clairvoyant = s->result->stats.clairvoyant, .param = params,
	};
	int rc;

	learner_text(s, learner, sizeof(learner));
	rc = c->store == NULL ? SJ_OK : store_run_begin(c->store, &r, &s->result->run, err);
	s->begun = rc == SJ_OK && c->store != NULL;
	return s->begun ? store_sink_start(&s->store, spec, err) : rc;
}

/* Another file of the workload: its role is the option that named it. */
static int store_other(struct session *s, const struct workload_file *f, sj_error *err)
{
	char hex[65] = "";
	struct store_input in = { .role = f->option, .path = f->path, .format = "",
				  .sha256 = hex, .dropped = "{}" };
	int rc = input_digest(f->input, &in.bytes, hex, err);

	return rc != SJ_OK ? rc : store_input(s->config->store, &in, err);
}

static int store_failures(struct session *s, sj_error *err)
{
	const struct failures *f = &s->config->lab->failures;

	return store_input(s->config->store,
			   &(struct store_input){ .role = "failures", .path = f->path,
				.format = "node events", .sha256 = f->trace.sha256,
				.dropped = "{}", .bytes = f->trace.bytes }, err);
}

/* The learner that the policy began with: what it had seen, whatever its file is now. */
static int store_learner(struct session *s, sj_error *err)
{
	const sj_saved_learning *saved = sj_run_saved_learning(s->run);
	char hex[65];

	saved_learning_digest(saved, hex);
	return store_input(s->config->store,
			   &(struct store_input){ .role = "learner",
				.path = s->config->lab->learn_from, .format = "learner",
				.sha256 = hex, .dropped = "{}" }, err);
}

static int store_inputs(struct session *s, sj_error *err)
{
	struct workload *w = s->config->lab->workload;
	const sj_workload_info *info = &w->source->info;
	char hex[65] = "";
	struct store_input in = { .role = "workload", .path = w->path, .format = w->format,
				  .sha256 = hex, .jobs = info->kept };
	char *dropped = drops_json(info->dropped);
	int rc = dropped == NULL ? SJ_ENOMEM : workload_digest(w, &in.bytes, hex, err);

	in.dropped = dropped;
	if (rc == SJ_OK)
		rc = store_input(s->config->store, &in, err);
	free(dropped);
	for (uint32_t i = 0; rc == SJ_OK && i < w->file_count; i++)
		rc = store_other(s, &w->file[i], err);
	if (rc == SJ_OK && s->config->lab->failures.path != NULL)
		rc = store_failures(s, err);
	if (rc == SJ_OK && sj_run_saved_learning(s->run) != NULL)
		rc = store_learner(s, err);
	if (rc == SJ_OK && s->choice.path != NULL)
		rc = store_input(s->config->store,
				 &(struct store_input){ .role = "policy",
					.path = s->choice.path, .format = "so",
					.sha256 = s->choice.sha256, .dropped = "{}",
					.bytes = s->choice.bytes }, err);
	return rc;
}

static int store_dropped(struct session *s, const char *who,
			 const uint64_t dropped[SJ_DROP_COUNT], const char *first,
			 sj_error *err)
{
	char *text = drops_sentence(who, dropped, first);
	int rc = text == NULL ? SJ_OK : store_warning(s->config->store, text, err);

	free(text);
	return rc;
}

/* What whoever reads the results should know: jobs that are not in them. */
static int store_warnings(struct session *s, sj_error *err)
{
	const struct workload *w = s->config->lab->workload;
	const sj_workload_info *info = &w->source->info;
	char limits[256] = "";
	int rc = store_dropped(s, w->spec, info->dropped, info->first_drop, err);

	if (s->store.timelines != NULL)
		timelines_limits(s->store.timelines, limits, sizeof(limits));
	if (rc == SJ_OK && limits[0] != '\0') {
		say("%s", limits);
		rc = store_warning(s->config->store, limits, err);
	}
	for (uint32_t i = 0; rc == SJ_OK && sj_run_warning(s->run, i) != NULL; i++)
		rc = store_warning(s->config->store, sj_run_warning(s->run, i), err);
	if (rc == SJ_OK && s->config->lab->missing != NULL)
		rc = store_warning(s->config->store, s->config->lab->missing, err);
	return rc != SJ_OK ? rc : store_dropped(s, s->result->canonical,
						s->result->stats.dropped, "", err);
}

/* Which bounds the metrics are about; why there is none. */
static int store_bounds(struct session *s, sj_error *err)
{
	const sj_bounds *b = &s->result->bounds;
	const struct store_param params[] = {
		{ "bound_makespan_by", report_bound_by(b, SJ_BOUND_MAKESPAN) },
		{ "bound_response_mean_by", report_bound_by(b, SJ_BOUND_RESPONSE) },
		{ "bound_weighted_response_by", report_bound_by(b, SJ_BOUND_WEIGHTED) },
		{ "bound_none", b->none != NULL ? b->none : "" },
		{ NULL, NULL },
	};

	return store_params(s->config->store, params, err);
}

/* What the run itself ended with, `code`, decides the status. */
static int store_end(struct session *s, int code, const sj_error *why, sj_error *err)
{
	const struct session_result *r = s->result;
	struct store_result end = {
		.status = code == SJ_OK ? "complete" : "failed",
		.error = code == SJ_OK ? "" : why->text,
		.stats = &r->stats, .metrics = &r->metrics, .counts = r->counts,
		.count_count = r->count_count, .wall_ns = r->wall_ns,
		.parse_ns = s->config->lab->workload->parse_ns,
		.peak_rss_bytes = r->peak_rss_bytes,
	};
	uint64_t t0 = wall_ns();
	int rc;

	if (!s->begun)
		return SJ_OK;
	s->store.links = s->config->spec->links ? s->links : NULL;
	rc = store_sink_finish(&s->store, err);
	if (rc == SJ_OK && s->config->spec->bounds)
		rc = store_bounds(s, err);
	if (rc == SJ_OK)
		rc = store_inputs(s, err);
	if (rc == SJ_OK)
		rc = store_warnings(s, err);
	if (rc == SJ_OK)
		rc = store_run_end(s->config->store, &end, err);
	s->result->output_ns += wall_ns() - t0;
	return rc;
}

/* ---- the run -------------------------------------------------------------------------- */

static int create(const struct lab *lab, const struct runspec *spec,
		  const struct policy_choice *choice, const sj_sink *sink, sj_run **run,
		  sj_error *err)
{
	const sj_run_config rc = {
		.cluster = lab->cluster.model,
		.interference = lab->cluster.interference,
		.network = lab->cluster.network,
		.source = lab->workload->source,
		.policy = choice->ops,
		.policy_args = choice->args,
		.find_policy = policy_find,
		.seed = spec->seed,
		.overrun = spec->overrun,
		.estimates = spec->estimates,
		.clock = spec->clock,
		.clock_step_ns = spec->clock_step_ns,
		.clock_barrier = spec->clock_barrier,
		.failures = lab->failures.text != NULL ? &lab->failures.model : NULL,
		.link_events = lab->failures.trace.links.event,
		.link_event_count = lab->failures.trace.links.count,
		.gpu_mask = lab->gpu_mask,
		.gpu_mask_count = lab->gpu_mask == NULL ? 0 :
				  lab->workload->source->info.gpu_model_count,
		.checkpoint = spec->checkpoint,
		.stragglers = spec->stragglers,
		.places = lab->places,
		.place_count = lab->places != NULL ? lab->workload->source->info.place_count : 0,
		.staging = spec->staging,
		.collectives = session_collectives(lab, spec),
		.drop_copies = spec->drop_copies,
		.check = spec->check,
		.explain = spec->explain,
		.fragmentation = spec->timelines,
		.bounds = spec->bounds,
		.saved = lab->learners.saved,
		.saved_count = lab->learners.count,
		.sinks = sink,
		.sink_count = sink != NULL,
		.ticks = wall_ns,
	};

	return sj_run_create(&rc, run, err);
}

int session_check(struct lab *lab, const struct runspec *spec, const char *policy,
		  char **canonical, sj_error *err)
{
	struct policy_choice choice = { 0 };
	sj_run *run = NULL;
	int rc = policy_resolve(policy, &choice, err);

	if (rc == SJ_OK)
		rc = create(lab, spec, &choice, NULL, &run, err);
	if (rc == SJ_OK) {
		lab->learners_used |= sj_run_saved_learning(run) != NULL;
		*canonical = strdup(sj_run_canonical(run));
		rc = *canonical != NULL ? SJ_OK : SJ_ENOMEM;
	}
	sj_run_free(run);
	policy_choice_fini(&choice);
	return rc;
}

static int drive(struct session *s, sj_error *err)
{
	const struct session_config *c = s->config;
	sj_run_stats stats;
	int rc;

	while ((rc = sj_run_advance(s->run, STRIDE, err)) == SJ_AGAIN) {
		if (interrupted)
			return sj_fail(err, SJ_EINTR, "interrupted");
		if (c->progress != NULL) {
			sj_run_get_stats(s->run, &stats);
			c->progress(c->progress_self, stats.jobs_done);
		}
	}
	if (rc == SJ_OK && interrupted)
		return sj_fail(err, SJ_EINTR, "interrupted");
	return rc;
}

static char *dump(const sj_run *run)
{
	size_t n = sj_run_dump(run, NULL, 0);
	char *text = malloc(n + 1);

	if (text != NULL)
		sj_run_dump(run, text, n + 1);
	return text;
}

/* Did the run itself go wrong, rather than its input or an output? */
static bool is_fault(int code)
{
	return code == SJ_EPOLICY || code == SJ_ESTALL || code == SJ_EINVARIANT;
}

static struct loads offered(const struct session *s, const sj_run_stats *stats)
{
	const struct fanout *f = &s->fanout;
	struct capacity c = capacity_of(&s->config->lab->cluster, 0);

	return loads_of((double)f->area / 1e9 + stats->offered_beyond_s, stats->offered_gpu_s,
			stats->offered_mem_byte_s, fanout_span_s(f), &c);
}

/* How long that takes is told as the time of outputs. */
static int tell_bounds(struct session *s, sj_error *err)
{
	struct session_result *r = s->result;
	uint64_t t0 = wall_ns();
	int rc = sj_run_get_bounds(s->run, &r->bounds);

	if (rc != SJ_OK)
		rc = sj_fail(err, rc, "out of memory");
	if (rc == SJ_OK)
		sj_bounds_to_metrics(&r->bounds, &r->metrics);
	if (rc == SJ_OK)
		rc = sj_bounds_check(&r->bounds, err);
	r->output_ns += wall_ns() - t0;
	return rc;
}

static int take_counts(const sj_run *run, struct session_result *r)
{
	uint32_t n = sj_run_counters(run);

	r->counts = calloc(n + 1, sizeof(*r->counts));
	if (r->counts == NULL)
		return SJ_ENOMEM;
	for (r->count_count = 0; r->count_count < n; r->count_count++)
		sj_run_counter(run, r->count_count, &r->counts[r->count_count]);
	return SJ_OK;
}

static int simulate(struct session *s, sj_error *err)
{
	struct session_result *r = s->result;
	uint64_t t0 = wall_ns(), total;
	sj_error flush = { 0 };
	int rc = drive(s, err), flushed;

	total = wall_ns() - t0;
	r->wall_ns = total - (s->fanout.busy_ns < total ? s->fanout.busy_ns : total);
	flushed = rc == SJ_OK || is_fault(rc) ? fanout_flush(&s->fanout, &flush) : SJ_OK;
	r->output_ns += s->fanout.busy_ns;
	r->peak_rss_bytes = wall_peak_rss_bytes();
	sj_run_get_stats(s->run, &r->stats);
	r->offered = offered(s, &r->stats);
	sj_run_get_metrics(s->run, &r->metrics);
	if (take_counts(s->run, r) != SJ_OK)
		return SJ_ENOMEM;
	if (rc == SJ_OK && flushed == SJ_OK)
		flushed = tell_links(s);
	if (s->config->spec->bounds && flushed == SJ_OK && (rc == SJ_OK || is_fault(rc)))
		flushed = tell_bounds(s, &flush);
	for (uint32_t i = 0; sj_run_warning(s->run, i) != NULL; i++)
		say("%s", sj_run_warning(s->run, i));
	if (is_fault(rc))
		r->dump = dump(s->run);
	if (rc == SJ_OK && flushed != SJ_OK) {
		*err = flush;
		rc = flushed;
	}
	return rc;
}

static int prepare(struct session *s, sj_error *err)
{
	sj_source *source = s->config->lab->workload->source;
	int rc = policy_resolve(s->config->policy, &s->choice, err);

	if (rc == SJ_OK)
		rc = source->ops->rewind(source, err);
	if (rc == SJ_OK)
		rc = open_outputs(s, err);
	s->sink = fanout_sink(&s->fanout);
	if (rc == SJ_OK)
		rc = create(s->config->lab, s->config->spec, &s->choice, &s->sink, &s->run,
			    err);
	if (rc != SJ_OK)
		return rc;
	free(s->result->canonical);
	s->result->canonical = strdup(sj_run_canonical(s->run));
	if (s->result->canonical == NULL)
		return SJ_ENOMEM;
	sj_run_get_stats(s->run, &s->result->stats);
	if (s->links != NULL && link_use_start(s->links, s->run) != SJ_OK)
		return SJ_ENOMEM;
	return store_begin(s, err);
}

int session_run(const struct session_config *config, struct session_result *out,
		sj_error *err)
{
	struct session *s = calloc(1, sizeof(*s));
	int rc, stored, closed;
	sj_error late = { 0 };

	*out = (struct session_result){ .canonical = strdup(config->policy),
					.offered = { { NAN, NAN, NAN } } };
	if (s == NULL || out->canonical == NULL) {
		free(s);
		return SJ_ENOMEM;
	}
	s->config = config;
	s->result = out;
	rc = prepare(s, err);
	if (rc == SJ_OK)
		rc = simulate(s, err);
	stored = rc == SJ_OK || is_fault(rc) ? store_end(s, rc, err, &late) : SJ_OK;
	store_sink_abandon(&s->store);
	if (s->begun)
		store_run_abandon(config->store); /* nothing, when it ended well */
	closed = close_outputs(s, rc == SJ_OK && stored == SJ_OK,
			       stored == SJ_OK ? &late : NULL);
	if (rc == SJ_OK && (stored != SJ_OK || closed != SJ_OK)) {
		*err = late;
		rc = stored != SJ_OK ? stored : closed;
	}
	link_use_free(s->links);
	sj_run_free(s->run);
	policy_choice_fini(&s->choice);
	free(s);
	return rc;
}

void session_result_fini(struct session_result *r)
{
	free(r->canonical);
	free(r->dump);
	free(r->counts);
	*r = (struct session_result){ 0 };
}
