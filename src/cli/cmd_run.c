/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_run.c - `sojourn run`: one workload on one machine under one or more policies. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_out.h"
#include "cli/progress.h"
#include "cli/quote.h"
#include "cli/table_text.h"
#include "input/drops.h"
#include "run/outpath.h"
#include "run/report_bound.h"
#include "run/report_json.h"
#include "run/report_text.h"
#include "run/session.h"

static const char usage[] = "run -w WORKLOAD [-c CLUSTER] [-p POLICY]... [flags]";
static const char about[] =
	"Replays a workload against each policy, prints what became of it, and keeps jobs, "
	"metrics and a digest of all decisions in a results file.\n\n"
	"WORKLOAD is a log (SWF or JSON Lines, plain, .gz or .zst; - for standard input), "
	"FORMAT:PATH, or gen:MODEL[:k=v,...]. CLUSTER is " CLUSTER_NOTATION "; without it "
	"the log's own machine is used. POLICY is NAME[:k=v,...] or the path of a shared "
	"object; `sojourn policy list` shows the names.";

struct flags {
	const char     *workload, *cluster, *output, *jobs_csv, *tasks_csv, *events;
	const char     *overrun, *estimates, *clock, *progress, *failures, *learn_from,
			*checkpoint, *stragglers, *network, *staging, *collectives;
	struct opt_list policies;
	bool            no_store, json;
	struct runspec  spec;
};

struct command_run {
	struct flags       flags;
	char              *command;   /* as typed, shell-quoted */
	struct lab         lab;
	struct store      *store;
	char             **canonical; /* of each policy */
	struct progress    progress;
	uint64_t           generated; /* jobs that the generator made in the run before; 0: none */
	struct table_text *table, *bounds; /* bounds: with --bound */
	json_t            *doc;
	struct loads       offered;
	bool               clairvoyant;
	size_t             done;
};

static const char *const default_policies[] = { "fifo", "easy" };

/* ---- flags ------------------------------------------------------------------------ */

static int parse(int argc, char **argv, struct flags *f, int *first)
{
	const struct opt opts[] = {
		{ 'w', "workload", OPT_STRING, &f->workload, "WORKLOAD", "What to replay." },
		{ 'c', "cluster", OPT_STRING, &f->cluster, "CLUSTER",
		  "The machine (default: the log's own)." },
		{ 'p', "policy", OPT_LIST, &f->policies, "POLICY",
		  "May be given several times (default: fifo and easy)." },
		{ 0, "seed", OPT_COUNT, &f->spec.seed, "N",
		  "Seed of generators and randomised policies (default 1)." },
		{ 0, "limit", OPT_COUNT, &f->spec.limit, "N",
		  "Keep the first N jobs of the log, in file order." },
		{ 0, "overrun", OPT_STRING, &f->overrun, "kill|extend",
		  "Jobs longer than their estimate are killed (default) or run on." },
		{ 0, "estimates", OPT_STRING, &f->estimates, "request|exact",
		  "Policies see what users requested (default) or true run times." },
		{ 0, "clock", OPT_STRING, &f->clock, "MODE",
		  "event (default), tick:DURATION, or round:DURATION[,barrier]: with a barrier "
		  "the next round begins once all that ran in this one has ended." },
		{ 0, "failures", OPT_STRING, &f->failures, "FILE|SPEC",
		  "Nodes that fail, are drained and come back: a file of node events, or "
		  "mtbf=LAW,mttr=LAW[,retries=N|none|unlimited][,trace=FILE|,events=(...)], as in "
		  "mtbf=30d,mttr=(weibull:shape=0.7,mean=2h)." },
		{ 0, "learn-from", OPT_STRING, &f->learn_from, "DB[#RUN]",
		  "Policies that learn begin with what the latest run of DB with the same arms "
		  "has learned." },
		{ 0, "network", OPT_STRING, &f->network, "flow|none",
		  "Data on the edges of task graphs flows through the network of the cluster "
		  "(default, when it has one) or costs nothing." },
		{ 0, "collectives", OPT_STRING, &f->collectives, "none|alpha-beta|flow",
		  "What tasks send each other while they run costs nothing, what it takes alone "
		  "on the network (default, when the cluster has one), or goes over the network "
		  "beside all else." },
		{ 0, "staging", OPT_STRING, &f->staging, "hold|prefetch[,copies=drop]",
		  "A task fetches its data when it starts, holding what it has (default), or "
		  "the data moves as soon as the node is known; nodes keep copies of files or "
		  "drop them." },
		{ 0, "checkpoint", OPT_STRING, &f->checkpoint, "SPEC",
		  "interval=DURATION|none|young|daly[,cost=60s][,restart=30s][,mtbf=1d]: work "
		  "is saved, and stops and failures cost what that says (default: stops are "
		  "free, failures lose everything)." },
		{ 0, "stragglers", OPT_STRING, &f->stragglers, "LAW",
		  "Factor on the time of each rank, drawn at each start; the slowest paces its "
		  "task, as in lognormal:mu=0,sigma=0.3 (default: none)." },
		{ 'o', "output", OPT_STRING, &f->output, "DIR|FILE.db",
		  "Where results go (default: results/WORKLOAD.db); an existing file "
		  "gets more runs." },
		{ 0, "no-store", OPT_FLAG, &f->no_store, NULL, "Keep no results file." },
		{ 0, "jobs-csv", OPT_STRING, &f->jobs_csv, "FILE|-",
		  "One line a job in Batsim's columns. With several policies the name "
		  "must contain {policy}." },
		{ 0, "tasks-csv", OPT_STRING, &f->tasks_csv, "FILE|-",
		  "One line a task of each job of several: times, slack, and the job's critical "
		  "path; {policy} as above." },
		{ 0, "events", OPT_STRING, &f->events, "FILE.json[.gz]",
		  "Trace events for ui.perfetto.dev; {policy} as above." },
		{ 0, "allocs", OPT_FLAG, &f->spec.allocs, NULL,
		  "Store what each task had when (processor numbers, or nodes, cores and GPUs), "
		  "and fill allocated_resources of --jobs-csv." },
		{ 0, "all-samples", OPT_FLAG, &f->spec.all_samples, NULL,
		  "Store every change of state, not some thousand." },
		{ 0, "timelines", OPT_FLAG, &f->spec.timelines, NULL,
		  "Store what each node and GPU did over time, for `sojourn plot heatmap`." },
		{ 0, "links", OPT_FLAG, &f->spec.links, NULL,
		  "Keep what each link of the network carried over time, for `sojourn plot "
		  "link-utilization`, and tell the busiest." },
		{ 0, "transfers", OPT_FLAG, &f->spec.transfers, NULL,
		  "Store each transfer over the network, for `sojourn plot dag-gantt`." },
		{ 0, "bound", OPT_FLAG, &f->spec.bounds, NULL,
		  "Tell how far makespan and responses are above what any schedule needs at "
		  "least." },
		{ 0, "explain", OPT_FLAG, &f->spec.explain, NULL,
		  "Store every decision with its reason, for `sojourn explain`." },
		{ 0, "check", OPT_FLAG, &f->spec.check, NULL,
		  "Check all invariants after every instant (slow)." },
		{ 0, "json", OPT_FLAG, &f->json, NULL, "Print one JSON document." },
		{ 0, "progress", OPT_STRING, &f->progress, "auto|always|never",
		  "Progress bar (default: on a terminal)." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};

	return opts_parse(argc, argv, opts, usage, about, first);
}

static bool is_stdout(const char *name)
{
	return name != NULL && strcmp(name, "-") == 0;
}

static int check_names(const struct flags *f)
{
	size_t policies = f->policies.count;

	if (f->workload == NULL)
		return say_usage("run: no workload; name a log or a generator with -w");
	if (f->no_store && f->output != NULL)
		return say_usage("run: -o and --no-store exclude each other");
	if (f->no_store && f->spec.explain)
		return say_usage("run: --explain keeps reasons in the results file, which "
				 "--no-store forbids");
	if (f->no_store && f->spec.timelines)
		return say_usage("run: --timelines keeps what nodes did in the results file, "
				 "which --no-store forbids");
	if (f->no_store && f->spec.transfers)
		return say_usage("run: --transfers keeps them in the results file, which "
				 "--no-store forbids");
	if (policies > 1 && f->jobs_csv != NULL && !outpath_has_policy(f->jobs_csv))
		return say_usage("run: --jobs-csv with %zu policies needs a name with "
				 "{policy} in it, as in jobs-{policy}.csv", policies);
	if (policies > 1 && f->tasks_csv != NULL && !outpath_has_policy(f->tasks_csv))
		return say_usage("run: --tasks-csv with %zu policies needs a name with "
				 "{policy} in it, as in tasks-{policy}.csv", policies);
	if (policies > 1 && f->events != NULL && !outpath_has_policy(f->events))
		return say_usage("run: --events with %zu policies needs a name with "
				 "{policy} in it, as in events-{policy}.json", policies);
	if (f->json && is_stdout(f->jobs_csv))
		return say_usage("run: --json and --jobs-csv - both want standard output");
	if (is_stdout(f->tasks_csv) && (f->json || is_stdout(f->jobs_csv)))
		return say_usage("run: --tasks-csv - and %s both want standard output",
				 f->json ? "--json" : "--jobs-csv -");
	return 0;
}

static int parse_rules(struct command_run *c)
{
	struct flags *f = &c->flags;
	sj_error err = { 0 };
	int rc = SJ_OK;

	if (f->overrun != NULL)
		rc = runspec_overrun(&f->spec, f->overrun, &err);
	if (rc == SJ_OK && f->estimates != NULL)
		rc = runspec_estimates(&f->spec, f->estimates, &err);
	if (rc == SJ_OK && f->clock != NULL)
		rc = runspec_clock(&f->spec, f->clock, &err);
	if (rc == SJ_OK && f->collectives != NULL)
		rc = runspec_collectives(&f->spec, f->collectives, &err);
	if (rc == SJ_OK && f->staging != NULL)
		rc = runspec_staging(&f->spec, f->staging, &err);
	if (rc == SJ_OK && f->checkpoint != NULL)
		rc = runspec_checkpoint(&f->spec, f->checkpoint, &err);
	if (rc == SJ_OK && f->stragglers != NULL)
		rc = runspec_stragglers(&f->spec, f->stragglers, &err);
	if (rc == SJ_OK)
		rc = progress_init(&c->progress, f->progress, "jobs", &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

static int default_list(struct opt_list *list)
{
	if (list->count > 0)
		return 0;
	list->item = malloc(sizeof(default_policies));
	if (list->item == NULL)
		return say_error(SJ_ENOMEM, NULL);
	memcpy(list->item, default_policies, sizeof(default_policies));
	list->count = sizeof(default_policies) / sizeof(default_policies[0]);
	return 0;
}

/* ---- before the first run ----------------------------------------------------------- */

static void say_dropped(const char *who, const uint64_t dropped[SJ_DROP_COUNT],
			const char *first)
{
	char *text = drops_sentence(who, dropped, first);

	if (text != NULL)
		say("%s", text);
	free(text);
}

static int check_policies(struct command_run *c)
{
	const struct opt_list *list = &c->flags.policies;
	sj_error err = { 0 };

	c->canonical = calloc(list->count, sizeof(*c->canonical));
	if (c->canonical == NULL)
		return say_error(SJ_ENOMEM, NULL);
	for (size_t i = 0; i < list->count; i++) {
		int rc = session_check(&c->lab, &c->flags.spec, list->item[i],
				       &c->canonical[i], &err);
		if (rc != SJ_OK)
			return say_error(rc, &err);
	}
	return 0;
}

static int open_store(struct command_run *c)
{
	sj_error err = { 0 };
	char *path = NULL;
	int rc;

	if (c->flags.no_store)
		return 0;
	rc = outpath_db(c->flags.output, c->flags.workload, &path, &err);
	if (rc == SJ_OK)
		rc = store_create(path, &c->store, &err);
	free(path);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

static int open_reports(struct command_run *c)
{
	if (c->flags.json)
		c->doc = report_json_begin(&c->lab, &c->flags.spec);
	else
		c->table = report_text_begin();
	if (c->table != NULL && c->flags.spec.bounds)
		c->bounds = report_bound_begin();
	return c->doc != NULL || c->table != NULL ? 0 : say_error(SJ_ENOMEM, NULL);
}

static int choose_network(struct cluster *c, const char *how, sj_error *err)
{
	if (strcmp(how, "none") == 0)
		return cluster_drop_network(c);
	if (strcmp(how, "flow") != 0)
		return sj_fail(err, SJ_EUSAGE, "--network: \"%s\" is not known; expected flow or "
			       "none", how);
	return c->network != NULL ? SJ_OK :
	       sj_fail(err, SJ_EUSAGE, "--network flow: the cluster %s has no network; give "
		       "topology=star and bw=RATE, for one", c->text);
}

static int check_collectives(const struct command_run *c, sj_error *err)
{
	const struct cluster *cluster = &c->lab.cluster;

	if (!c->flags.spec.collectives_chosen ||
	    c->flags.spec.collectives == SJ_COLLECTIVES_NONE || cluster->network != NULL)
		return SJ_OK;
	return sj_fail(err, SJ_EUSAGE, "--collectives %s: the cluster %s has no network; give "
		       "topology=star and bw=RATE, for one", c->flags.collectives, cluster->text);
}

static int prepare(struct command_run *c)
{
	const struct flags *f = &c->flags;
	sj_error err = { 0 };
	int rc, status;

	rc = lab_open(f->workload, f->cluster, f->spec.seed, f->spec.limit, &c->lab, &err);
	if (rc != SJ_OK)
		return say_error(rc, &err);
	if (f->spec.timelines && c->lab.cluster.type_count == 0)
		return say_usage("run: --timelines is about nodes, and %s has none; give "
				 "-c nodes=N,cores=N or a file", c->lab.cluster.text);
	if (f->network != NULL)
		rc = choose_network(&c->lab.cluster, f->network, &err);
	if (rc == SJ_OK)
		rc = check_collectives(c, &err);
	if (rc == SJ_OK && (f->spec.links || f->spec.transfers) && c->lab.cluster.network == NULL)
		return say_usage("run: %s is about a network, and %s has none; give "
				 "topology=star and bw=RATE, for one",
				 f->spec.links ? "--links" : "--transfers", c->lab.cluster.text);
	if (rc == SJ_OK && f->failures != NULL)
		rc = lab_failures(&c->lab, f->failures, &err);
	if (rc == SJ_OK && f->learn_from != NULL)
		rc = lab_learn_from(&c->lab, f->learn_from, &err);
	if (rc != SJ_OK)
		return say_error(rc, &err);
	for (uint32_t i = 0; i < c->lab.cluster.note_count; i++)
		say("%s: %s", f->cluster != NULL ? f->cluster :
		    c->lab.workload->source->info.cluster, c->lab.cluster.notes[i]);
	say_dropped(f->workload, c->lab.workload->source->info.dropped,
		    c->lab.workload->source->info.first_drop);
	if (c->lab.missing != NULL)
		say("%s: %s", f->workload, c->lab.missing);
	status = check_policies(c);
	if (status == 0 && f->learn_from != NULL && !c->lab.learners_used)
		return say_usage("run: --learn-from: none of these policies learns");
	if (status == 0)
		status = open_store(c);
	return status != 0 ? status : open_reports(c);
}

/* ---- runs ------------------------------------------------------------------------------ */

static void on_progress(void *self, uint64_t jobs_done)
{
	progress_update(self, jobs_done);
}

static void say_interrupted(const struct command_run *c, uint32_t run)
{
	const struct opt_list *list = &c->flags.policies;

	if (c->store != NULL)
		say("interrupted: run %u is marked incomplete in %s; %zu of %zu policies are "
		    "done", run, store_path(c->store), c->done, list->count);
	else
		say("interrupted: nothing was stored");
	fprintf(stderr, "sojourn: to resume, give the same command with");
	for (size_t i = c->done; i < list->count; i++)
		fprintf(stderr, " -p '%s'", list->item[i]);
	fputc('\n', stderr);
}

/* What failures did, where the table has no column for it. */
static void say_failures(const struct session_result *r)
{
	const double *m = r->metrics.value;

	if (m[SJ_M_NODE_FAILURES] > 0)
		say("%s: %.0f node failures killed %.0f tasks, %.0f jobs failed; %.4g "
		    "processor-seconds of work were lost, availability %.4f", r->canonical,
		    m[SJ_M_NODE_FAILURES], m[SJ_M_REQUEUES], m[SJ_M_FAILED], m[SJ_M_LOST],
		    m[SJ_M_AVAILABILITY]);
}

/* The busiest links, where the table has no column for them. */
static void say_links(const struct session_result *r)
{
	const struct link_summary *l = &r->links;
	char list[512] = "";
	int n = 0;

	if (!l->asked)
		return;
	for (uint32_t i = 0; i < l->count && i < 3; i++)
		n += snprintf(list + n, sizeof(list) - (size_t)n, "%s%s %.1f %% (at most %.1f %%)",
			      i > 0 ? ", " : "; busiest: ", l->busiest[i].info.name,
			      100 * link_utilization(&l->busiest[i],
						     r->metrics.value[SJ_M_MAKESPAN]),
			      100 * l->busiest[i].peak_bytes_per_s /
			      l->busiest[i].info.bytes_per_s);
	say("%s: %" PRIu32 " of %" PRIu32 " links carried %" PRIu64 " bytes, %.2f %% of what all "
	    "links can%s", r->canonical, l->used, l->links, l->bytes, 100 * l->mean, list);
}

/* Once: with the first policy. */
static void say_communication(const struct command_run *c, const struct session_result *r)
{
	sj_collectives how = session_collectives(&c->lab, &c->flags.spec);

	if (c->done != 0 || c->lab.workload->source->comm_count == 0)
		return;
	if (how == SJ_COLLECTIVES_NONE)
		say("tasks communicate %.6g bytes while they run, which cost nothing%s",
		    r->stats.comm_ignored, c->flags.spec.collectives_chosen ? "" :
		    ": there is no network");
	else if (!c->flags.spec.collectives_chosen)
		say("tasks communicate while they run: each step takes what it takes alone on the "
		    "network (--collectives flow: beside all else)");
}

static void report(struct command_run *c, const struct session_result *r, int code,
		   const char *error)
{
	if (c->doc != NULL) {
		json_array_append_new(json_object_get(c->doc, "runs"),
				      report_json_run(&c->lab, &c->flags.spec, r,
						      c->store != NULL ? store_path(c->store)
								       : NULL,
						      code, error));
		report_json_counts(c->doc, &c->lab);
		report_json_loads(c->doc, &r->offered);
	} else {
		report_text_run(c->table, r, code != SJ_OK);
		if (c->bounds != NULL)
			report_bound_run(c->bounds, r);
		say_failures(r);
		say_links(r);
	}
	if (isnan(c->offered.of[LOAD_CORES]))
		c->offered = r->offered;
	c->clairvoyant |= r->stats.clairvoyant;
	say_dropped(r->canonical, r->stats.dropped, "");
	if (r->stats.graphless)
		say("no job has several tasks, and %.*s is for graphs of them: `sojourn policy help "
		    "%.*s` says what its order is without", (int)strcspn(r->canonical, ":"),
		    r->canonical, (int)strcspn(r->canonical, ":"), r->canonical);
	if (r->stats.bytes_ignored != 0 && c->done == 0)
		say("tasks read %" PRIu64 " bytes, and there is no network: they cost nothing",
		    r->stats.bytes_ignored);
	say_communication(c, r);
	if (r->stats.bytes_anywhere != 0 && c->done == 0)
		say("files of %" PRIu64 " bytes are on a shared storage, and the cluster has none: "
		    "reading them costs nothing", r->stats.bytes_anywhere);
}

static int tell(struct command_run *c, const struct session_result *r, int rc,
		const sj_error *err)
{
	int status = 0;

	progress_end(&c->progress);
	if (rc == SJ_OK || r->dump != NULL)
		report(c, r, rc, err->text);
	if (rc == SJ_EINTR) {
		say_interrupted(c, r->run);
		status = sj_err_exit_status(rc);
	} else if (rc != SJ_OK) {
		status = say_error(rc, err);
	} else {
		c->done++;
	}
	if (r->dump != NULL)
		fprintf(stderr, "%s\n", r->dump);
	return status;
}

static int run_one(struct command_run *c, size_t i)
{
	const struct flags *f = &c->flags;
	char *csv = f->jobs_csv != NULL ? outpath_policy(f->jobs_csv, c->canonical[i]) : NULL;
	char *tasks = f->tasks_csv != NULL ? outpath_policy(f->tasks_csv, c->canonical[i]) : NULL;
	char *events = f->events != NULL ? outpath_policy(f->events, c->canonical[i]) : NULL;
	const struct session_config config = {
		.lab = &c->lab, .spec = &f->spec, .policy = f->policies.item[i],
		.command = c->command, .store = c->store, .jobs_csv = csv,
		.tasks_csv = tasks, .events = events,
		.progress = c->progress.on ? on_progress : NULL,
		.progress_self = &c->progress,
	};
	const sj_workload_info *info = &c->lab.workload->source->info;
	struct session_result result;
	sj_error err = { 0 };
	int rc, status;

	if ((f->jobs_csv != NULL && csv == NULL) || (f->events != NULL && events == NULL) ||
	    (f->tasks_csv != NULL && tasks == NULL)) {
		free(csv);
		free(tasks);
		free(events);
		return say_error(SJ_ENOMEM, NULL);
	}
	progress_begin(&c->progress, c->canonical[i],
		       c->lab.workload->generated ? c->generated : info->kept);
	rc = session_run(&config, &result, &err);
	c->generated = info->kept;
	status = tell(c, &result, rc, &err);
	session_result_fini(&result);
	free(csv);
	free(tasks);
	free(events);
	return status;
}

static int print_reports(struct command_run *c)
{
	bool csv = is_stdout(c->flags.jobs_csv) || is_stdout(c->flags.tasks_csv);
	sj_error err = { 0 };
	int rc;

	if (c->doc != NULL)
		rc = json_out(json_incref(c->doc), JSON_INDENT(1) | JSON_REAL_PRECISION(15), &err);
	else
		rc = report_text_print(c->table, &c->lab, &c->offered, c->clairvoyant,
				       csv ? stderr : stdout);
	if (rc == SJ_OK && c->bounds != NULL)
		rc = table_text_print(c->bounds, csv ? stderr : stdout,
				      table_text_unicode(csv ? stderr : stdout));
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

static int run_all(struct command_run *c)
{
	int status = 0, printed = 0;

	for (size_t i = 0; status == 0 && i < c->flags.policies.count; i++)
		status = run_one(c, i);
	/* A faulty run is reported beside the good ones; other failures say it all. */
	if (status == 0 || status == 4 || status == 5)
		printed = print_reports(c);
	if (c->store != NULL && c->done > 0)
		say("stored %zu %s in %s", c->done, c->done == 1 ? "run" : "runs",
		    store_path(c->store));
	return status != 0 ? status : printed;
}

static void fini(struct command_run *c)
{
	for (size_t i = 0; c->canonical != NULL && i < c->flags.policies.count; i++)
		free(c->canonical[i]);
	free(c->canonical);
	json_decref(c->doc);
	table_text_free(c->table);
	table_text_free(c->bounds);
	store_close(c->store);
	lab_close(&c->lab);
	runspec_fini(&c->flags.spec);
	free(c->flags.policies.item);
	free(c->command);
}

int cmd_run(int argc, char **argv)
{
	struct command_run c = { .offered = { { NAN, NAN, NAN } } };
	int first = 0, status, parsed;

	runspec_init(&c.flags.spec);
	c.command = quote_command(argc, argv); /* before getopt reorders argv */
	parsed = parse(argc, argv, &c.flags, &first);
	if (parsed != 0) {
		free(c.command);
		return parsed > 0 ? 0 : 2;
	}
	if (first < argc)
		status = say_usage("run: \"%s\" is not expected here; a workload is given with "
				   "-w, a policy with -p", argv[first]);
	else if (c.command == NULL)
		status = say_error(SJ_ENOMEM, NULL);
	else
		status = default_list(&c.flags.policies);
	if (status == 0)
		status = check_names(&c.flags);
	if (status == 0)
		status = parse_rules(&c);
	if (status == 0)
		status = prepare(&c);
	if (status == 0)
		status = run_all(&c);
	fini(&c);
	return status;
}
