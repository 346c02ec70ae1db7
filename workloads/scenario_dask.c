/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario_dask.c - where the rule by which Dask's workers steal goes wrong.
 *
 * A task of estimate d may go from victim to thief if
 *     occupancy of the thief + (1 + ratio) d <= occupancy of the victim - d / 2,
 * with ratio the time to move its data over d, as a power of 2 from 2^-5 to 2^8, and never if
 * that is more (policy steal, rule=dask). A prefix of tasks that was not seen before counts
 * as 0.5 s. The cases are those of the project's own discussions (github.com/dask/distributed,
 * issues 1851, 4471, 5564, 6573, pull request 7022), brought down to the rule. All tasks are at worker 0 first; its own
 * deque is newest first, so the last task is the first to run. Answers take no time and an
 * attempt that fails is followed by a pause of 1 s. Worked out by hand:
 *
 * dask-unknown-durations: 60 s of known work wait behind 100 s that count as 0.5 s, beside an
 * idle worker. 0 + 60 <= 60.5 - 30 is false: they wait until 100 s, and end at 160 s. Known,
 * 60 <= 160 - 30: all ends at 100 s.
 *
 * dask-elastic-workers: four tasks of 100 s, each with 1 GB of its own on node 0, which 1 GB/s
 * leave; three workers join at 1 s. Counted as 0.5 s a task has ratio 2: 1.5 <= 2 - 0.25 lets
 * one go, 1.5 <= 1.5 - 0.25 no other, and two workers stay idle. Node 0 runs three one after
 * the other: 300 s. Known, the ratio is 1 / 100, counted as 1 / 32: 103.125 <= occupancy - 50
 * holds for occupancies of 400, 300 and 200 s. Three transfers share the link: 3 s. All ends
 * at 1 + 3 + 100 s.
 *
 * dask-one-worker: a task of 1 s makes 1 GB, which 99 tasks of 1 s read. What is thought to
 * take no time is not worth any transfer: all 100 run on one worker. Known, the first that is
 * stolen has ratio 1: 2 <= 99 - 0.5. Its data comes from 1 to 2 s; then it is there, and of
 * two workers, from 1 s and from 2 s on, each ends a task a second: (51 - 1) + (51 - 2) = 99.
 *
 * dask-opportunity-cost: 1,000 tasks of 1 s read the same 400 GB on node 0; 400 s away, beyond
 * 2^8 times (nearest power: 2^9). No single task is worth that, so one worker does it all:
 * 1,000 s. A thief that does not mind has the data at 400 s, and two do a task a second each
 * from then on: 700 + (700 - 400) = 1,000.
 */
#include "scenario.h"

#define S(x) ((sj_time)(x) * SJ_NS_PER_S)

enum { DURATION_UNKNOWN_MS = 500 };

static uint32_t task_of(struct scenario_draft *d, sj_time work, sj_time thought)
{
	uint32_t t = scenario_task(d, work);

	if (d->change)
		scenario_spec(d, t)->estimate_ns = thought;
	return t;
}

/* A file of the job: made by a task (1 + its number), or on node 0 with 0. */
static uint32_t file_of(struct scenario_draft *d, uint64_t bytes, uint32_t maker)
{
	const sj_file f = { .bytes = bytes, .maker = maker, .to = SJ_FILE_STAYS };

	if (d->rc == SJ_OK)
		d->rc = file_list_add(&d->files, f, d->err);
	if (d->rc == SJ_OK && maker == 0)
		d->rc = file_list_at(&d->files, 0, d->err);
	return d->files.files - 1;
}

static void reads(struct scenario_draft *d, uint32_t task, uint32_t file)
{
	if (d->rc == SJ_OK)
		d->rc = file_list_read(&d->files, task, file, d->err);
}

static void build_unknown(struct scenario_draft *d)
{
	scenario_job(d, 0);
	scenario_task(d, S(60));
	task_of(d, S(100), DURATION_UNKNOWN_MS * (SJ_NS_PER_S / 1000));
}

static void build_elastic(struct scenario_draft *d)
{
	scenario_job(d, 0);
	for (int i = 0; i < 4; i++) {
		uint32_t t = task_of(d, S(100), DURATION_UNKNOWN_MS * (SJ_NS_PER_S / 1000));

		reads(d, t, file_of(d, UINT64_C(1000000000), 0));
	}
}

static void build_one_worker(struct scenario_draft *d)
{
	uint32_t root, file;

	scenario_job(d, 0);
	root = scenario_task(d, S(1));
	file = file_of(d, UINT64_C(1000000000), 1 + root);
	for (int i = 0; i < 99; i++)
		reads(d, task_of(d, S(1), 0), file);
}

static void build_opportunity(struct scenario_draft *d)
{
	uint32_t file;

	scenario_job(d, 0);
	file = file_of(d, UINT64_C(400000000000), 0);
	for (int i = 0; i < 1000; i++)
		reads(d, scenario_task(d, S(1)), file);
}

/* ---- the table ------------------------------------------------------------------------- */

#define DASK    "steal:seed=first,latency=0s,backoff=1s,rule=dask"
#define ALWAYS  "steal:seed=first,latency=0s"
#define NODES(n) "nodes=" #n ",cores=1,bw=1GB/s,lat=0s,topology=star"
#define EXTEND  "--overrun extend"
#define JOIN    " --failures events=(1s,1,join;1s,2,join;1s,3,join)"

static const sj_scenario_run unknown_runs[] = {
	{ "change=no", "procs=2", DASK, EXTEND, "all known", { { "makespan_s", 100 } } },
	{ "", "procs=2", DASK, EXTEND, "the long one is thought to take 0.5 s",
	  { { "makespan_s", 160 } } },
	{ "", "procs=2", ALWAYS, EXTEND, "and thieves who do not mind", { { "makespan_s", 100 } } },
	{ .policy = NULL },
};
static const sj_scenario_run elastic_runs[] = {
	{ "change=no", NODES(4), DASK, EXTEND JOIN, "all known", { { "makespan_s", 104 } } },
	{ "", NODES(4), DASK, EXTEND JOIN, "each is thought to take 0.5 s",
	  { { "makespan_s", 300 } } },
	{ "", NODES(4), ALWAYS, EXTEND JOIN, "and thieves who do not mind",
	  { { "makespan_s", 104 } } },
	{ .policy = NULL },
};
static const sj_scenario_run one_worker_runs[] = {
	{ "change=no", NODES(2), DASK, EXTEND, "all known", { { "makespan_s", 51 } } },
	{ "", NODES(2), DASK, EXTEND, "thought to take no time", { { "makespan_s", 100 } } },
	{ "", NODES(2), ALWAYS, EXTEND, "and a thief who does not mind", { { "makespan_s", 51 } } },
	{ .policy = NULL },
};
static const sj_scenario_run opportunity_runs[] = {
	{ "", NODES(2), DASK, "", "each task on its own is not worth its transfer",
	  { { "makespan_s", 1000 } } },
	{ "", NODES(2), ALWAYS, "", "a thief who does not mind", { { "makespan_s", 700 } } },
	{ .policy = NULL },
};

#define CITE "github.com/dask/distributed, "

const sj_scenario scenario_dask_unknown_durations = {
	.name = "dask-unknown-durations",
	.summary = "A task waits for 100 s that nobody knows of, beside an idle worker.",
	.cite = CITE "issues 5564, 4471",
	.runs = unknown_runs, .build = build_unknown };
const sj_scenario scenario_dask_elastic_workers = {
	.name = "dask-elastic-workers",
	.summary = "Workers that come later do not get long tasks that are thought to be short.",
	.cite = CITE "issue 1851",
	.runs = elastic_runs, .build = build_elastic };
const sj_scenario scenario_dask_one_worker = {
	.name = "dask-one-worker",
	.summary = "Tasks that are thought to take no time all stay where their data was made.",
	.cite = CITE "issue 6573, pull request 7022",
	.runs = one_worker_runs, .build = build_one_worker };
const sj_scenario scenario_dask_opportunity_cost = {
	.name = "dask-opportunity-cost",
	.summary = "Data that a thousand tasks share is too dear to be moved for any of them.",
	.cite = CITE "issue 4471",
	.runs = opportunity_runs, .build = build_opportunity };
