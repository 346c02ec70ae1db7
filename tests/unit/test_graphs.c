/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_graphs.c - readers of task graphs: what they make of small files, worked out by
 * hand, and what they say about bad ones. */
#include <math.h>

#include "mem_input.h"
#include "run.h"
#include "sojourn/rng.h"
#include "test.h"

extern const sj_reader_ops sj_reader_stg, sj_reader_dax, sj_reader_gxl, sj_reader_wfformat,
	sj_reader_hetdag, sj_reader_gwf, sj_reader_alibaba2017, sj_reader_alibaba2018,
	sj_reader_swim, sj_reader_tpch;

static int open_text(const sj_reader_ops *reader, const char *text, const char *args,
		     sj_source **s, sj_error *err)
{
	const sj_reader_options options = { .args = args };
	struct mem_input m;

	mem_init(&m, text, 7);
	*s = NULL;
	*err = (sj_error){ 0 };
	return reader->open(&m.in, &options, s, err);
}

/* The first job of a good file; the source is the caller's. */
static sj_source *first(const sj_reader_ops *reader, const char *text, const char *args,
			sj_job *job)
{
	sj_source *s;
	sj_error err;
	uint32_t n;

	if (open_text(reader, text, args, &s, &err) != SJ_OK ||
	    s->ops->fill(s, job, 1, &n, &err) != SJ_OK) {
		CHECK(false, "%s: %s", reader->name, err.text);
		exit(1);
	}
	return s;
}

static uint64_t counted(const sj_source *s, const char *key)
{
	for (uint32_t i = 0; i < s->info.count_count; i++)
		if (strcmp(s->info.count[i].key, key) == 0)
			return s->info.count[i].value;
	return UINT64_MAX;
}

static bool has_edge(const sj_job *j, uint32_t from, uint32_t to, uint64_t bytes)
{
	for (uint32_t i = 0; i < j->edge_count; i++)
		if (j->edges[i].from == from && j->edges[i].to == to)
			return j->edges[i].bytes == bytes;
	return false;
}

/* ---- unrelated machines ---------------------------------------------------------------- */

#define HET "#critical\r\n0.0\r\n#tasks\r\n 0: 4, 6 \r\n1: 15, 22.5 \r\n2: 9,3\r\n" \
	    "#edges\r\n0:  0,  1, 5\r\n1: 0, 2, 0.5\r\n#end\r\n"

TEST(hetdag_by_hand)
{
	sj_job j;
	sj_source *s = first(&sj_reader_hetdag, HET, NULL, &j);

	CHECK(j.task_count == 3 && j.edge_count == 2 && s->info.max_procs == 2);
	CHECK(j.tasks[1].work_ns == 15 * SJ_NS_PER_S && j.tasks[2].work_ns == 3 * SJ_NS_PER_S);
	CHECK(j.tasks[2].estimate_ns == 9 * SJ_NS_PER_S);
	CHECK(has_edge(&j, 0, 1, 5000000000) && has_edge(&j, 0, 2, 500000000));
	REQUIRE(s->scaling_count == 3);
	CHECK(s->scalings[2].node_rate[0] == 1.0 / 3 && s->scalings[2].node_rate[1] == 1);
	CHECK(strcmp(s->info.cluster, "nodes=2,cores=1,bw=1GB/s,topology=star,duplex=fatpipe") == 0,
	      "%s", s->info.cluster);
	s->ops->free(s);
}

enum { TASKS = 60, MACHINES = 5 };

/* Every task alone on every machine, one after the other. */
struct pinned {
	sj_source base;
	sj_job    graph;
	uint32_t  at;
};

static int pinned_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		       sj_error *err)
{
	struct pinned *p = (struct pinned *)self;

	(void)err;
	(void)cap;
	*count = p->at < TASKS * MACHINES;
	if (*count == 0)
		return SJ_END;
	sj_job_clear(jobs);
	jobs->id = p->at;
	jobs->task = p->graph.tasks[p->at / MACHINES];
	jobs->task.node = p->at % MACHINES + 1;
	p->at++;
	return SJ_OK;
}

static int take_length(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	sj_time *length = self;

	(void)err;
	for (uint32_t i = 0; i < n; i++)
		length[r[i].id] = r[i].finish_ns - r[i].start_ns;
	return SJ_OK;
}

static int unused_rewind(sj_source *self, sj_error *err)
{
	(void)self, (void)err;
	return SJ_OK;
}

static void unused_free(sj_source *self)
{
	(void)self;
}

/* Times of 1 ns to 11 days, with nine decimals: each is kept to the nanosecond. */
TEST(unrelated_machines_keep_their_times)
{
	static const sj_source_ops ops = { .fill = pinned_fill, .rewind = unused_rewind,
					   .free = unused_free };
	static const sj_node_type types[] = { { .count = MACHINES, .cores = 1 } };
	static char text[TASKS * MACHINES * 24 + 100];
	static sj_time told[TASKS][MACHINES], length[TASKS * MACHINES];
	gsl_rng *g = sj_rng_create(11, "test.graphs", 0);
	size_t used = (size_t)sprintf(text, "#tasks\n");
	struct pinned p = { .base.ops = &ops };
	sj_sink sink = { .self = length, .jobs = take_length };
	sj_run_config c = { .cluster = { .type_count = 1, .types = types },
			    .source = &p.base, .sinks = &sink, .sink_count = 1, .check = true };
	sj_run *run = NULL;
	sj_error err = { 0 };
	sj_source *s;

	for (int i = 0; i < TASKS; i++) {
		used += (size_t)sprintf(text + used, "%d:", i);
		for (int k = 0; k < MACHINES; k++) {
			told[i][k] = 1 + (sj_time)exp(gsl_rng_uniform(g) * log(1e15));
			used += (size_t)sprintf(text + used, "%s %lld.%09lld", k > 0 ? "," : "",
						(long long)(told[i][k] / SJ_NS_PER_S),
						(long long)(told[i][k] % SJ_NS_PER_S));
		}
		used += (size_t)sprintf(text + used, "\n");
	}
	sprintf(text + used, "#edges\n#end\n");
	gsl_rng_free(g);
	s = first(&sj_reader_hetdag, text, NULL, &p.graph);
	p.base.scalings = s->scalings;
	p.base.scaling_count = s->scaling_count;
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, "firstfit") == 0)
			c.policy = sj_policies[i];
	REQUIRE(sj_run_create(&c, &run, &err) == SJ_OK, "%s", err.text);
	CHECK(sj_run_advance(run, 0, &err) == SJ_OK, "%s", err.text);
	sj_run_free(run);
	for (int i = 0; i < TASKS; i++)
		for (int k = 0; k < MACHINES; k++)
			CHECK(length[i * MACHINES + k] == told[i][k], "task %d on %d: %lld, not "
			      "%lld", i, k, (long long)length[i * MACHINES + k],
			      (long long)told[i][k]);
	s->ops->free(s);
}

/* ---- schedules in GXL --------------------------------------------------------------------- */

#define ATTR(name, v) "<attr name=\"" name "\"><int>" v "</int></attr>"
#define NODE(id, at, weight, finish, proc) "<node id=\"" id "\">" ATTR("Start time", at) \
	ATTR("Weight", weight) ATTR("Finish time", finish) ATTR("Processor", proc) "</node>"
#define GXL(length, procs, nodes) "<gxl><graph>" ATTR("Number of processors", procs) \
	ATTR("Total schedule length", length) nodes "<edge from=\"a\" to=\"b\">" \
	ATTR("Weight", "3") "</edge><edge from=\"a\" to=\"c\">" ATTR("Weight", "9") \
	"</edge></graph></gxl>"

TEST(gxl_schedules)
{
	static const struct {
		const char *what, *text;
		uint64_t    valid;
	} cases[] = {
		{ "b waits for 3 s of data, c for none",
		  GXL("9", "2", NODE("a", "0", "4", "4", "0") NODE("b", "7", "2", "9", "1")
		      NODE("c", "4", "5", "9", "0")), 1 },
		{ "processors from 1",
		  GXL("9", "2", NODE("a", "0", "4", "4", "1") NODE("b", "7", "2", "9", "2")
		      NODE("c", "4", "5", "9", "1")), 1 },
		{ "b before its data",
		  GXL("9", "2", NODE("a", "0", "4", "4", "0") NODE("b", "6", "2", "8", "1")
		      NODE("c", "4", "5", "9", "0")), 0 },
		{ "b before a has ended",
		  GXL("9", "2", NODE("a", "0", "4", "4", "0") NODE("b", "3", "2", "5", "1")
		      NODE("c", "4", "5", "9", "0")), 0 },
		{ "two on one processor",
		  GXL("9", "2", NODE("a", "0", "4", "4", "0") NODE("b", "4", "2", "6", "0")
		      NODE("c", "4", "5", "9", "0")), 0 },
		{ "longer than its weight",
		  GXL("9", "2", NODE("a", "0", "4", "4", "0") NODE("b", "7", "1", "9", "1")
		      NODE("c", "4", "5", "9", "0")), 0 },
		{ "another length",
		  GXL("8", "2", NODE("a", "0", "4", "4", "0") NODE("b", "7", "2", "9", "1")
		      NODE("c", "4", "5", "9", "0")), 0 },
		{ "more processors than stated",
		  GXL("18", "2", NODE("a", "0", "4", "4", "0") NODE("b", "7", "2", "9", "1")
		      NODE("c", "13", "5", "18", "2")), 0 },
		{ "a task left out",
		  GXL("9", "2", NODE("a", "0", "4", "4", "0") NODE("b", "7", "2", "9", "1")
		      "<node id=\"c\">" ATTR("Weight", "5") "</node>"), 0 },
		{ "no schedule", GXL("9", "2", "<node id=\"a\">" ATTR("Weight", "5") "</node>"
		      "<node id=\"b\">" ATTR("Weight", "5") "</node><node id=\"c\">"
		      ATTR("Weight", "5") "</node>"), UINT64_MAX },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_job j;
		sj_source *s = first(&sj_reader_gxl, cases[i].text, NULL, &j);

		CHECK(counted(s, "schedule_valid") == cases[i].valid, "%s", cases[i].what);
		s->ops->free(s);
	}
}

TEST(gxl_schedule_as_a_log)
{
	sj_job j;
	sj_error err;
	sj_source *s = first(&sj_reader_gxl, GXL("9", "2", NODE("a", "0", "4", "4", "1")
			     NODE("b", "7", "2", "9", "5") NODE("c", "4", "5", "9", "1")),
			     "schedule=yes", &j);

	CHECK(j.tasks[0].node == 1 && j.tasks[1].node == 2 && j.tasks[2].node == 1);
	CHECK(j.tasks[0].logged_ns == 1 && j.tasks[1].logged_ns == 7 * SJ_NS_PER_S + 1);
	s->ops->free(s);
	s = first(&sj_reader_gxl, GXL("9", "2", NODE("a", "0", "4", "4", "1")
		  NODE("b", "7", "2", "9", "5") NODE("c", "4", "5", "9", "1")), NULL, &j);
	CHECK(j.tasks[0].node == 0 && j.tasks[1].logged_ns == 0);
	s->ops->free(s);
	CHECK(open_text(&sj_reader_gxl, GXL("9", "2", NODE("a", "0", "4", "4", "1")
	      NODE("b", "7", "2", "9", "5") "<node id=\"c\">" ATTR("Weight", "5") "</node>"),
	      "schedule=yes", &s, &err) == SJ_EPARSE);
	CHECK(strstr(err.text, "mem: schedule=yes: node \"c\" has no start") != NULL, "%s",
	      err.text);
}

/* ---- tables --------------------------------------------------------------------------------- */

#define GWF "WorkflowID, JobID     , SubmitTime, RunTime   , NProcs    , ReqNProcs , Dependencies\n"

TEST(gwf_workflows)
{
	sj_job j;
	sj_source *s = first(&sj_reader_gwf, GWF
			     "7         , 1         , 16        , 11        , 1         , 1  ,    \n"
			     "8,5,0,4,-1,3,-1\n"
			     "7         , 2         , 10        , 12.5      , 2         , 1  , 1  \n"
			     "7         , 3         , 40        , 0         , 1         , 1  , 1 2\n"
			     "9,1,3,-1,1,1,\n", NULL, &j);
	sj_error err;
	uint32_t n;

	/* Workflow 8 was submitted first; 9 has a task without a run time. */
	CHECK(j.id == 8 && j.submit_ns == 0 && j.task_count == 1 && j.task.ranks == 3 &&
	      j.task.work_ns == 4 * SJ_NS_PER_S);
	REQUIRE(s->ops->fill(s, &j, 1, &n, &err) == SJ_OK && j.id == 7);
	CHECK(j.submit_ns == 10 * SJ_NS_PER_S && j.task_count == 3 && j.edge_count == 3);
	CHECK(j.tasks[1].ranks == 2 && j.tasks[1].work_ns == 12500000000);
	CHECK(has_edge(&j, 0, 1, 0) && has_edge(&j, 0, 2, 0) && has_edge(&j, 1, 2, 0));
	CHECK(s->ops->fill(s, &j, 1, &n, &err) == SJ_END);
	CHECK(s->info.kept == 2 && s->info.records == 5 && s->info.unsorted == 2);
	CHECK(s->info.dropped[SJ_DROP_RUNTIME] == 1 && counted(s, "dependencies") == 3 &&
	      counted(s, "workflows") == 3);
	s->ops->free(s);
}

TEST(alibaba2018_names_say_the_order)
{
	sj_job j;
	sj_source *s = first(&sj_reader_alibaba2018, /* as published: without names */
			     "R3_1_2,4,j_9,1,Terminated,20,30,150,0.5\n"
			     "M1,10,j_9,1,Terminated,5,20,50,0.25\n"
			     "M2_1_Stg4,1,j_9,1,Failed,7,9,100,0.25\n"
			     "task_Nzg3_1,2,j_9,1,Terminated,6,8,100,0\n"
			     "M1,1,j_4,1,Running,5,,100,1\n", "memory=100GB,cut=2", &j);

	CHECK(j.id == 9 && j.submit_ns == 5 * SJ_NS_PER_S && j.task_count == 4 &&
	      j.edge_count == 3);
	/* In the order of the first mention: 3, 1, 2, the other. */
	CHECK(has_edge(&j, 1, 0, 0) && has_edge(&j, 2, 0, 0) && has_edge(&j, 1, 2, 0));
	CHECK(j.tasks[0].ranks == 4 && j.tasks[0].cores == 3 &&
	      j.tasks[0].mem_bytes == 500000000);
	CHECK(j.tasks[1].ranks == 10 && j.tasks[1].cores == 1 &&
	      j.tasks[1].work_ns == 15 * SJ_NS_PER_S);
	CHECK(s->info.kept == 1 && s->info.dropped[SJ_DROP_RUNTIME] == 1);
	CHECK(counted(s, "instances") == 18 && counted(s, "dependencies") == 3 &&
	      counted(s, "instance_seconds") == 4 * 10 + 10 * 15 + 2 + 2 * 2 &&
	      counted(s, "instance_seconds_terminated") == 4 * 10 + 10 * 15 + 2 * 2);
	s->ops->free(s);
}

#define ALI17 "100,160,3,4,20,Terminated,50,0.5\n" /* kept */                        \
	      "90,95,3,5,1,Failed,100,0.25\n"      /* kept, and first */             \
	      "90,95,3,6,1,Waiting,,\n"            /* no CPU */                      \
	      "90,95,4,7,1,Running,100,0.25\n"     /* its end is not one */          \
	      "90,80,4,8,1,Terminated,100,0.25\n"  /* ends before it begins */       \
	      "-5,80,4,9,1,Terminated,100,0.25\n"  /* before time 0 */

TEST(alibaba2017_drops_and_bags)
{
	sj_job j;
	sj_error err;
	uint32_t n;
	sj_source *s = first(&sj_reader_alibaba2017, ALI17, "memory=8GB", &j);

	CHECK(j.id == 5 && j.group == 3 && j.submit_ns == 90 * SJ_NS_PER_S);
	REQUIRE(s->ops->fill(s, &j, 1, &n, &err) == SJ_OK);
	CHECK(j.id == 4 && j.task_count == 1 && j.task.ranks == 20 && j.task.cores == 1 &&
	      j.task.mem_bytes == 4000000000 && j.task.work_ns == 60 * SJ_NS_PER_S);
	CHECK(s->info.kept == 2 && s->info.dropped[SJ_DROP_RUNTIME] == 3 &&
	      s->info.dropped[SJ_DROP_SUBMIT] == 1 && s->info.dropped[SJ_DROP_PROCS] == 0);
	CHECK(s->info.no_procs == 1 && s->info.no_run == 1 &&
	      s->info.first_submit_ns == -5 * SJ_NS_PER_S);
	/* 20 x 60, 5, -10 and 85. */
	CHECK(counted(s, "instance_seconds") == 1280);
	CHECK(counted(s, "jobs") == 2 && counted(s, "Terminated") == 3);
	s->ops->free(s);
	/* More than a signed number holds. */
	s = first(&sj_reader_alibaba2017, "0,4000000000,3,4,4000000000,Failed,100,\n", NULL, &j);
	CHECK(counted(s, "instance_seconds") == UINT64_C(16000000000000000000));
	s->ops->free(s);
	s = first(&sj_reader_alibaba2017, ALI17, "bag=yes", &j);
	REQUIRE(s->ops->fill(s, &j, 1, &n, &err) == SJ_OK);
	CHECK(j.task_count == 20 && j.edge_count == 0 && j.tasks[19].ranks == 1 &&
	      j.tasks[19].work_ns == 60 * SJ_NS_PER_S);
	s->ops->free(s);
}

/* ---- MapReduce ----------------------------------------------------------------------------- */

TEST(swim_makes_run_times_from_bytes)
{
	static const char args[] = "block=100B,map_rate=50B/s,reduce_block=1kB,reduce_rate=25B/s,"
				   "setup=1s,most=4";
	static const struct {
		const char *bytes;
		uint32_t    maps, reduces;
		double      map_s, reduce_s;
	} cases[] = {
		/* 3 maps of 83.3 bytes at 50 B/s; 2 reduces of (1200 + 300) / 2 at 25 B/s. */
		{ "250\t1200\t300", 3, 2, 1 + 1.666666667, 1 + 30 },
		/* Without shuffle the maps write. */
		{ "200\t0\t100", 2, 0, 1 + 3, 0 },
		{ "0\t0\t0", 1, 0, 1, 0 },
		/* 10 blocks on 4 maps. */
		{ "1000\t0\t0", 4, 0, 1 + 5, 0 },
		{ "0\t5000\t0", 1, 4, 1, 1 + 50 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[80];
		sj_job j;
		sj_source *s;
		const sj_task_spec *t;

		snprintf(text, sizeof(text), "job1\t0\t0\t%s\n", cases[i].bytes);
		s = first(&sj_reader_swim, text, args, &j);
		t = j.task_count > 1 ? j.tasks : &j.task;
		CHECK(j.task_count == cases[i].maps + cases[i].reduces, "case %zu: %u tasks", i,
		      j.task_count);
		CHECK(t[0].work_ns == (sj_time)(cases[i].map_s * 1e9 + 0.5), "case %zu: %lld", i,
		      (long long)t[0].work_ns);
		CHECK(cases[i].reduces == 0 || t[j.task_count - 1].work_ns ==
		      (sj_time)(cases[i].reduce_s * 1e9 + 0.5), "case %zu: %lld", i,
		      (long long)t[j.task_count - 1].work_ns);
		s->ops->free(s);
	}
}

TEST(swim_edges_carry_the_shuffle)
{
	uint64_t bytes = 0;
	sj_job j;
	sj_error err;
	uint32_t n;
	sj_source *s = first(&sj_reader_swim, "job7\t9\t9\t300\t1001\t5\njob8\t3\t0\t1\t0\t0\n",
			     "block=100B,reduce_block=500B", &j);

	CHECK(j.id == 8 && j.task_count == 1 && j.submit_ns == 3 * SJ_NS_PER_S);
	REQUIRE(s->ops->fill(s, &j, 1, &n, &err) == SJ_OK);
	CHECK(j.id == 7 && j.task_count == 6 && j.edge_count == 9);
	for (uint32_t i = 0; i < j.edge_count; i++) {
		CHECK(j.edges[i].from < 3 && j.edges[i].to >= 3 && j.edges[i].to < 6);
		CHECK(j.edges[i].bytes == 111 || j.edges[i].bytes == 112);
		bytes += j.edges[i].bytes;
	}
	CHECK(bytes == 1001 && s->info.unsorted == 1 && counted(s, "jobs_cut_at_most") == 0);
	s->ops->free(s);
	s = first(&sj_reader_swim, "job7\t9\t9\t301\t1000\t5\n",
		  "block=100B,reduce_block=500B,most=3", &j);
	CHECK(counted(s, "jobs_cut_at_most") == 1);
	s->ops->free(s);
}

/* ---- queries ------------------------------------------------------------------------------------ */

/* A stage of five tasks, then one of one task. */
#define QUERY "{\"size\":\"2g\",\"query\":3,\"stages\":2,\"edges\":[[0,1]],\"stage\":[" \
	"{\"first_wave\":{\"2\":[40,10],\"5\":[50,20,20,20,20]},"                      \
	"\"rest_wave\":{\"2\":[20,30,5],\"5\":[]},"                                    \
	"\"fresh_durations\":{\"2\":[40],\"5\":[]}},"                                  \
	"{\"first_wave\":{\"2\":[7]},\"rest_wave\":{\"2\":[]},\"fresh_durations\":{\"2\":[]}}]}\n"

TEST(tpch_stages)
{
	sj_job j;
	sj_source *s = first(&sj_reader_tpch, QUERY, "executors=2", &j);

	/* Two executors: 40 + 5 and 10 + 20 + 30. */
	CHECK(j.app == 3 && j.task_count == 2 && j.edge_count == 1 && has_edge(&j, 0, 1, 0));
	CHECK(j.tasks[0].ranks == 2 && j.tasks[0].work_ns == 60000000, "%lld",
	      (long long)j.tasks[0].work_ns);
	CHECK(j.tasks[0].ranks_max == 5 && (j.flags & SJ_JOB_MOLDABLE) != 0);
	CHECK(j.tasks[1].ranks == 1 && j.tasks[1].work_ns == 7000000 && j.tasks[1].scaling == 0);
	REQUIRE(s->scaling_count == 1 && j.tasks[0].scaling == 1);
	CHECK(sj_scaling_speedup(&s->scalings[0], 5) / sj_scaling_speedup(&s->scalings[0], 2) ==
	      60.0 / 50);
	CHECK(counted(s, "task_durations") == 12 && counted(s, "task_durations_ms") == 282);
	s->ops->free(s);
	s = first(&sj_reader_tpch, QUERY, "executors=100", &j);
	CHECK(j.tasks[0].ranks == 5 && j.tasks[0].work_ns == 50000000);
	s->ops->free(s);
	/* Five tasks and what ends them, then one. */
	s = first(&sj_reader_tpch, QUERY, "executors=2,stage=tasks", &j);
	CHECK(j.task_count == 7 && j.edge_count == 6);
	CHECK(j.tasks[0].work_ns == 40000000 && j.tasks[4].work_ns == 5000000 &&
	      j.tasks[5].work_ns == 0 && j.tasks[6].work_ns == 7000000);
	CHECK(has_edge(&j, 4, 5, 0) && has_edge(&j, 5, 6, 0) && !has_edge(&j, 4, 6, 0));
	s->ops->free(s);
	/* Mean of 20, 30, 5 rounded up; of the first wave, where there is no rest. */
	s = first(&sj_reader_tpch, QUERY, "executors=2,stage=tasks,durations=rest", &j);
	CHECK(j.tasks[0].work_ns == 18333334 && j.tasks[6].work_ns == 7000000);
	s->ops->free(s);
	s = first(&sj_reader_tpch, QUERY, "executors=2,stage=tasks,durations=fresh", &j);
	CHECK(j.tasks[0].work_ns == 40000000);
	s->ops->free(s);
}

/* Sums stop where time does; see SJ_TIME_MAX. */
TEST(tpch_beyond_time)
{
#define AGE "1000000000000"
	static const char stage[] = "{\"size\":\"2g\",\"query\":3,\"edges\":[],\"stage\":["
		"{\"first_wave\":{\"5\":["
		AGE "," AGE "," AGE "," AGE "," AGE "," AGE "," AGE "," AGE "," AGE "," AGE ","
		AGE "," AGE "," AGE "," AGE "," AGE "," AGE "," AGE "," AGE "," AGE "," AGE ","
		AGE "," AGE "," AGE "," AGE "," AGE "]},\"rest_wave\":{},"
		"\"fresh_durations\":{}}]}";
	sj_error err;
	sj_job j;
	sj_source *s = first(&sj_reader_tpch, stage, NULL, &j);

	CHECK(j.task.ranks == 5 && j.task.work_ns == SJ_TIME_MAX);
	s->ops->free(s);
	/* The fifth is submitted at 4e9 s, which is a time. */
	CHECK(open_text(&sj_reader_tpch, QUERY QUERY QUERY QUERY QUERY, "every=1e9s", &s, &err) ==
	      SJ_OK);
	s->ops->free(s);
	CHECK(open_text(&sj_reader_tpch, QUERY QUERY QUERY QUERY QUERY QUERY, "every=1e9s", &s,
			&err) == SJ_EPARSE && strstr(err.text, "mem:6: every: ") != NULL, "%s",
	      err.text);
	CHECK(open_text(&sj_reader_tpch, stage, "executors=2,stage=tasks", &s, &err) == SJ_EPARSE &&
	      strstr(err.text, "expected durations with at most 2 executors") != NULL, "%s",
	      err.text);
}

/* ---- bad files ------------------------------------------------------------------------------------ */

#define TASKS_OF(list) "{\"workflow\":{\"specification\":{\"tasks\":[" list "]},\"execution\":{\"tasks\":["
#define RUN(id, s) "{\"id\":\"" id "\",\"runtimeInSeconds\":" s "}"

static const struct {
	const sj_reader_ops *reader;
	const char *text, *says;
} bad[] = {
	/* Each format: a circle, a task that is not there, one twice, a time below 0. */
	{ &sj_reader_hetdag, "#tasks\n0: 1\n1: 1\n2: 1\n#edges\n0: 1, 2, 0\n1: 2, 1, 0\n#end\n",
	  "mem:3: tasks wait for each other in a circle: 1 -> 2 -> 1" },
	{ &sj_reader_hetdag, "#tasks\n0: 1\n#edges\n0: 0, 5, 0\n#end\n",
	  "mem:4: to: \"5\" is not a task; they are 0 to 0" },
	{ &sj_reader_hetdag, "#tasks\n0: 1\n0: 1\n#edges\n#end\n",
	  "mem:3: task: \"0\" is not 1, the next number" },
	{ &sj_reader_hetdag, "#tasks\n0: 1, -2\n#edges\n#end\n",
	  "mem:2: time on a machine: \"-2\" is not a number of seconds" },
	{ &sj_reader_hetdag, "#tasks\n0: 1, 2\n1: 3\n#edges\n#end\n",
	  "mem:3: times on 1 machines; the first task has 2" },
	{ &sj_reader_hetdag, "#tasks\n0: 0, 2\n#edges\n#end\n",
	  "mem:2: a task that takes no time on one machine" },
	{ &sj_reader_hetdag, "#tasks\n0: 1\n#edges\n0: 0, 0, -1\n#end\n",
	  "mem:4: cost: \"-1\" is not a number from 0 on" },
	{ &sj_reader_hetdag, "#tasks\n0: 1\n#edges\n0: 0, 0\n#end\n",
	  "mem:4: expected an edge as NUMBER: from, to, cost" },
	{ &sj_reader_hetdag, "#tasks\n0: 1\n#edges\n", "mem:3: it ends without #end" },
	{ &sj_reader_hetdag, "#tasks\n#edges\n#end\n", "mem: there is no task in it" },
	{ &sj_reader_hetdag, "#edges\n#tasks\n#end\n", "mem:2: section: \"#tasks\" is not" },
	{ &sj_reader_hetdag, "", "mem:1: it ends without #end" },
	{ &sj_reader_stg, "1\n0 0 0\n1 8 1 2\n2 5 1 1\n", "in a circle: 1 -> 2 -> 1" },
	{ &sj_reader_stg, "1\n0 0 0\n1 8 1 0\n1 5 1 1\n", "mem:4: task \"1\" is there twice" },
	{ &sj_reader_stg, "1\n0 0 0\n1 8 1 0\n", "mem:4: number of a task: \"\" is not" },
	{ &sj_reader_stg, "1\n0 0 0\n1 -8 1 0\n2 0 1 1\n", "mem:3: time: \"-8\" is not" },
	{ &sj_reader_stg, "1\n0 0 0\n1 8 1 9\n2 0 1 1\n", "mem:3: predecessor: \"9\" is not" },
	{ &sj_reader_dax, "<adag>\n<job id=\"a\" runtime=\"1\"/>\n<job id=\"b\" runtime=\"1\"/>\n"
	  "<child ref=\"a\"><parent ref=\"b\"/></child><child ref=\"b\"><parent ref=\"a\"/>"
	  "</child></adag>", "mem:2: tasks wait for each other in a circle: a -> b -> a" },
	{ &sj_reader_dax, "<adag>\n<job id=\"a\" runtime=\"1\"/>\n<child ref=\"a\">\n"
	  "<parent ref=\"z\"/></child></adag>", "mem:4: an edge names task \"z\"" },
	{ &sj_reader_dax, "<adag><job id=\"a\" runtime=\"1\"/>\n<job id=\"a\" runtime=\"1\"/></adag>",
	  "mem:2: task \"a\" is there twice" },
	{ &sj_reader_dax, "<adag>\n<job id=\"a\" runtime=\"long\"/></adag>",
	  "mem:2: job \"a\": runtime \"long\" is not a number of seconds" },
	{ &sj_reader_dax, "<adag><job id=\"a\" runtime=\"1\">", "mem:1: not well-formed XML" },
	{ &sj_reader_dax, "<gxl/>", "the document is <gxl>; expected <adag>" },
	{ &sj_reader_gxl, "<gxl><graph>\n<node id=\"a\">" ATTR("Weight", "-1") "</node></graph></gxl>",
	  "mem:2: Weight: \"-1\" is not a number of seconds" },
	{ &sj_reader_gxl, "<gxl>\n<node id=\"a\">" ATTR("Weight", "1") "</node>\n<edge from=\"a\" "
	  "to=\"b\"/></gxl>", "mem:3: an edge names task \"b\"" },
	{ &sj_reader_gxl, "<gxl><node id=\"a\">" ATTR("Weight", "1") "</node>\n<node id=\"a\">"
	  ATTR("Weight", "1") "</node></gxl>", "mem:2: task \"a\" is there twice" },
	{ &sj_reader_gxl, "<gxl><node id=\"a\">" ATTR("Weight", "1") "</node>\n<node id=\"b\">"
	  ATTR("Weight", "1") "</node><edge from=\"a\" to=\"b\"/><edge from=\"b\" to=\"a\"/></gxl>",
	  "in a circle: a -> b -> a" },
	{ &sj_reader_gxl, "<gxl><node id=\"a\"/></gxl>", "the node has no Weight" },
	{ &sj_reader_gxl, "<gxl><node id=\"a\"><attr name=\"Weight\"><int>5\n6</int></attr></node></gxl>",
	  "Weight: \"5?6\" is not" },
	{ &sj_reader_wfformat, TASKS_OF("{\"id\":\"a\\nb\",\"parents\":[\"a\\nb\"]}") RUN("a\\nb", "1") "]}}}",
	  "a?b" },
	{ &sj_reader_wfformat, TASKS_OF("{\"id\":\"a\",\"parents\":[\"b\"]},{\"id\":\"b\",\"parents\":[\"a\"]}")
	  RUN("a", "1") "," RUN("b", "1") "]}}}", "in a circle: a -> b -> a" },
	{ &sj_reader_wfformat, TASKS_OF("{\"id\":\"a\",\"parents\":[\"z\"]}") RUN("a", "1") "]}}}",
	  "\"z\"" },
	{ &sj_reader_wfformat, TASKS_OF("{\"id\":\"a\",\"parents\":[]}") RUN("a", "1") "," RUN("a", "1") "]}}}",
	  "task \"a\" is there twice" },
	{ &sj_reader_wfformat, TASKS_OF("{\"id\":\"a\",\"parents\":[]}") RUN("a", "-1") "]}}}",
	  "execution.tasks[0]: \"runtimeInSeconds\": expected a number of seconds" },
	{ &sj_reader_wfformat, "{\"workflow\":{", "mem:1: column 13: not JSON" },
	{ &sj_reader_gwf, GWF "1,1,0,5,1,1,2\n1,2,0,5,1,1,1\n",
	  "mem:2: tasks wait for each other in a circle: 1 -> 2 -> 1" },
	{ &sj_reader_gwf, GWF "1,1,0,5,1,1,\n1,2,0,5,1,1,1 7\n",
	  "mem:3: an edge names task \"7\", which is not there" },
	{ &sj_reader_gwf, GWF "1,1,0,5,1,1,\n1,1,0,5,1,1,\n", "mem:3: task \"1\" is there twice" },
	{ &sj_reader_gwf, GWF "1,1,0,5,1,1,x\n",
	  "mem:2: field 7 (Dependencies): \"x\" is not numbers of tasks between blanks" },
	{ &sj_reader_gwf, GWF "1,x,0,5,1,1,\n", "mem:2: field 2 (JobID): \"x\" is not" },
	{ &sj_reader_gwf, GWF "1,1,0,5,1\n", "mem:2: the line has 5 fields" },
	{ &sj_reader_gwf, "WorkflowID,JobID\n1,1\n", "mem:1: column \"SubmitTime\" is missing" },
	{ &sj_reader_alibaba2018, "M1_2,1,j,1,Terminated,1,2,100,1\nM2_1,1,j,1,Terminated,1,2,100,1\n",
	  "mem:1: tasks wait for each other in a circle: 1 -> 2 -> 1" },
	{ &sj_reader_alibaba2018, "M1_5,1,j,1,Terminated,1,2,100,1\n",
	  "mem:1: an edge names task \"5\", which is not there" },
	{ &sj_reader_alibaba2018, "M1,1,j,1,Terminated,1,2,100,1\nR1,1,j,1,Terminated,1,2,100,1\n",
	  "mem:2: task \"1\" is there twice" },
	{ &sj_reader_alibaba2018, "M1,1,j,1,Terminated,1,2,many,1\n",
	  "mem:1: field 8 (plan_cpu): \"many\" is not a number of hundredths of a core" },
	{ &sj_reader_alibaba2017, "1,2,3,x,5,Terminated,50,0.1\n",
	  "mem:1: field 4 (task_id): \"x\" is not the number of a task" },
	{ &sj_reader_alibaba2017, "1,,3,4,5,Terminated,50,0.1\n",
	  "mem:1: field 2 (task_end_time): \"\" is not a number of seconds" },
	{ &sj_reader_swim, "job1\t1\t1\t5\t6\n", "mem:1: expected 6 fields between tabs" },
	{ &sj_reader_swim, "job1\t1\t1\t5\t-6\t7\n",
	  "mem:1: field 5 (shuffle): \"-6\" is not a whole number of bytes" },
	{ &sj_reader_swim, "job\t1\t1\t5\t6\t7\n", "mem:1: field 1 (name): \"job\" is not a name" },
	{ &sj_reader_swim, "job1\t-1\t1\t5\t6\t7\n",
	  "mem:1: field 2 (submit): \"-1\" is not a number of seconds" },
	{ &sj_reader_swim, "\n", "mem: there is no job in it" },
	{ &sj_reader_tpch, "{\"size\":\"2g\",\"query\":3,\"edges\":[[0,1],[1,0]],\"stage\":["
	  "{\"first_wave\":{\"2\":[1]},\"rest_wave\":{},\"fresh_durations\":{}},"
	  "{\"first_wave\":{\"2\":[1]},\"rest_wave\":{},\"fresh_durations\":{}}]}",
	  "mem:1: tasks wait for each other in a circle: 0.0 -> 1.0 -> 0.0" },
	{ &sj_reader_tpch, "{\"size\":\"2g\",\"query\":3,\"edges\":[[0,1]],\"stage\":["
	  "{\"first_wave\":{\"2\":[1]},\"rest_wave\":{},\"fresh_durations\":{}}]}",
	  "mem:1: edges[0]: expected two stages from 0 to 0" },
	{ &sj_reader_tpch, "{\"size\":\"2g\",\"query\":3,\"edges\":[],\"stage\":["
	  "{\"first_wave\":{\"2\":[-1]},\"rest_wave\":{},\"fresh_durations\":{}}]}",
	  "mem:1: stage[0]: \"first_wave\": expected whole milliseconds" },
	{ &sj_reader_tpch, "{\"size\":\"2g\",\"query\":3,\"edges\":[],\"stage\":["
	  "{\"first_wave\":{\"3\":[1]},\"rest_wave\":{},\"fresh_durations\":{}}]}",
	  "mem:1: stage[0]: \"first_wave\": expected durations with 2, 5, 10" },
	{ &sj_reader_tpch, "{\"query\":3}", "mem:1: expected \"size\"" },
	{ &sj_reader_tpch, "{\"size\":", "mem:1: column 8: not JSON" },
};

TEST(bad_files_say_where)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		sj_source *s;
		sj_error err;
		int rc = open_text(bad[i].reader, bad[i].text, NULL, &s, &err);

		CHECK(rc == SJ_EPARSE && s == NULL && strstr(err.text, bad[i].says) != NULL,
		      "%s, %.60s...: %d, \"%s\", not \"%s\"", bad[i].reader->name, bad[i].text, rc,
		      err.text, bad[i].says);
		if (s != NULL)
			s->ops->free(s);
	}
}

/* Empty, binary, deep, and entities that grow: no reader takes them or takes long. */
TEST(hostile_files)
{
	static const sj_reader_ops *const readers[] = {
		&sj_reader_stg, &sj_reader_dax, &sj_reader_gxl, &sj_reader_wfformat,
		&sj_reader_hetdag, &sj_reader_gwf, &sj_reader_alibaba2017,
		&sj_reader_alibaba2018, &sj_reader_swim, &sj_reader_tpch };
	static char deep_json[400001], deep_xml[400001], wide[400001];
	static const char laughs[] = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">"
		"<!ENTITY c \"&b;&b;\">]><adag>&c;</adag>";
	static const char outside[] = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/hostname\">]>"
		"<gxl>&a;</gxl>";
	const char *const texts[] = { "", "\n", "\x7f" "ELF\x01\x02\x03\xff\xfe\n\x80", "{", "<",
				      deep_json, deep_xml, wide, laughs, outside };

	memset(deep_json, '[', sizeof(deep_json) - 1);
	memset(wide, '7', sizeof(wide) - 1);
	for (size_t i = 0; i + 3 < sizeof(deep_xml); i += 3)
		memcpy(deep_xml + i, "<a>", 3);
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
			sj_source *s;
			sj_error err;
			int rc = open_text(readers[i], texts[k], NULL, &s, &err);

			CHECK(rc == SJ_EPARSE && s == NULL && strncmp(err.text, "mem:", 4) == 0 &&
			      strchr(err.text, '\n') == NULL, "%s, text %zu: %d, \"%s\"",
			      readers[i]->name, k, rc, err.text);
		}
}

TESTS(CASE(hetdag_by_hand), CASE(unrelated_machines_keep_their_times), CASE(gxl_schedules), CASE(gxl_schedule_as_a_log),
      CASE(gwf_workflows), CASE(alibaba2018_names_say_the_order),
      CASE(alibaba2017_drops_and_bags), CASE(swim_makes_run_times_from_bytes),
      CASE(swim_edges_carry_the_shuffle), CASE(tpch_stages), CASE(tpch_beyond_time),
      CASE(bad_files_say_where),
      CASE(hostile_files))
