/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_nomem.c - memory runs out: allocation n fails, for n = 1, 2, ... until the
 * work is done without reaching it. Every time: SJ_ENOMEM with a sentence, or the
 * same result as ever; nothing is lost (run under the address sanitizer) and
 * nothing is half-written.
 *
 * The linker puts the functions below in the place of malloc and its kin (--wrap,
 * see the Makefile), in our objects only. SQLite is given an allocator of its own.
 */
#include <inttypes.h>
#include <unistd.h>

#include "coflow.h"
#include "config/platform.h"
#include "simrun.h"
#include "store/store.h"

/* ---- the allocation that fails -------------------------------------------- */

static uint64_t calls, fail_at; /* fail_at 0: none */

static bool refused(void)
{
	return ++calls == fail_at;
}

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__real_aligned_alloc(size_t, size_t);
char *__real_strdup(const char *);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
void *__wrap_aligned_alloc(size_t, size_t);
char *__wrap_strdup(const char *);

void *__wrap_malloc(size_t n)
{
	return refused() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return refused() ? NULL : __real_realloc(p, n);
}

void *__wrap_aligned_alloc(size_t align, size_t n)
{
	return refused() ? NULL : __real_aligned_alloc(align, n);
}

char *__wrap_strdup(const char *s)
{
	return refused() ? NULL : __real_strdup(s);
}

static sqlite3_mem_methods sqlite_real;

static void *sqlite_malloc(int n)
{
	return refused() ? NULL : sqlite_real.xMalloc(n);
}

static void *sqlite_realloc(void *p, int n)
{
	return refused() ? NULL : sqlite_real.xRealloc(p, n);
}

static void arm(uint64_t n)
{
	calls = 0;
	fail_at = n;
}

/* Was the n-th allocation reached? Disarms. */
static bool reached(void)
{
	bool did = calls >= fail_at;

	fail_at = 0;
	return did;
}

/* ---- the core and every policy ----------------------------------------------- */

enum { JOBS = 3000 };

static int take_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	(void)r;
	(void)err;
	*(uint64_t *)self += n;
	return SJ_OK;
}

static int take_decision(void *self, const sj_decision *d, sj_error *err)
{
	(void)self;
	(void)d;
	(void)err;
	return SJ_OK;
}

static int take_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	(void)self;
	(void)a;
	(void)err;
	return SJ_OK;
}

/* A queue that grows to hundreds, and gaps in the numbers of processors. */
static void make_jobs(struct sim_job *job, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		job[i] = (struct sim_job){ .submit = (int)i, .run = (int)(i * 7 % 31),
					   .estimate = (int)(i * 7 % 31 + i % 3),
					   .ranks = 1 + i * 5 % 8, .logged = (int)(40 * i + 1) };
}

static int simulate(const sj_policy_ops *ops, const char *args, const sj_cluster *cluster,
		    const struct sim_job *job, uint32_t n, bool details, char digest[33],
		    sj_error *err)
{
	static const sj_source_ops source_ops = { .fill = sim_fill, .rewind = sim_rewind,
						  .free = sim_free };
	struct sim_source source = { .base.ops = &source_ops, .job = job, .count = n,
				     .unit_ns = SJ_NS_PER_S };
	uint64_t seen = 0;
	sj_sink sink = { .self = &seen, .jobs = take_jobs, .decision = take_decision,
			 .alloc = take_alloc };
	sj_sink plain = { .self = &seen, .jobs = take_jobs };
	sj_run_config config = { .cluster = *cluster, .source = &source.base, .policy = ops,
				 .policy_args = args, .seed = 1, .explain = details,
				 .find_policy = sim_find, .sinks = details ? &sink : &plain,
				 .sink_count = 1 };
	sj_run_stats stats;
	sj_run *run = NULL;
	int rc = sj_run_create(&config, &run, err);

	if (rc != SJ_OK)
		return rc;
	rc = sj_run_advance(run, 0, err);
	sj_run_get_stats(run, &stats);
	memcpy(digest, stats.digest, sizeof(stats.digest));
	sj_run_free(run);
	return rc;
}

static void starve(const sj_policy_ops *ops, const char *args, const sj_cluster *cluster,
		   const struct sim_job *job, uint32_t n, bool details)
{
	char usual[33], digest[33];
	uint64_t k, failures = 0;
	sj_error err = { 0 };
	bool hit = true;
	int rc;

	arm(0);
	rc = simulate(ops, args, cluster, job, n, details, usual, &err);
	REQUIRE(rc == SJ_OK, "%s: %s", ops->name, err.text);
	for (k = 1; hit; k++) {
		err = (sj_error){ 0 };
		arm(k);
		rc = simulate(ops, args, cluster, job, n, details, digest, &err);
		hit = reached();
		failures += rc != SJ_OK;
		if (rc != SJ_OK)
			CHECK(rc == SJ_ENOMEM && err.code == SJ_ENOMEM && err.text[0] != '\0',
			      "%s, allocation %" PRIu64 ": %d, \"%s\"", ops->name, k, rc, err.text);
		else
			CHECK(strcmp(digest, usual) == 0, "%s, allocation %" PRIu64, ops->name, k);
	}
	CHECK(failures >= 10, "%s: %" PRIu64 " failures", ops->name, failures);
}

TEST(every_policy_without_memory)
{
	static const sj_cluster pool = { .procs = 8 };
	static struct sim_job job[96];

	make_jobs(job, 96);
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		starve(sj_policies[i],
		       strcmp(sj_policies[i]->name, "expr") == 0 ? "formula=wait" : NULL,
		       &pool, job, 96, true);
	starve(sim_find("conservative"), "plan=compress", &pool, job, 96, true);
	starve(sim_find("easy"), "order=(expr:(wait/estimate)^3*procs)", &pool, job, 96, true);
	starve(sim_find("easy"), "order=multifactor", &pool, job, 96, true);
}

/* Rings, heaps and lists of quantiles that have to grow while jobs wait. Without
 * details, which take memory with every job. */
TEST(a_long_queue_without_memory)
{
	static const sj_cluster pool = { .procs = 8 };
	static struct sim_job job[JOBS];

	make_jobs(job, JOBS);
	starve(sim_find("fifo"), NULL, &pool, job, JOBS, false);
	starve(sim_find("easy"), NULL, &pool, job, JOBS, false);
}

TEST(nodes_without_memory)
{
	static const sj_node_type nodes[] = { { .count = 1, .cores = 3, .speed = 1 }, { .count = 1, .cores = 5, .speed = 1 },
					      { .count = 1, .cores = 2, .speed = 0.5 } };
	static const sj_cluster cluster = { .type_count = 3, .types = nodes };
	static struct sim_job job[96];

	make_jobs(job, 96);
	starve(sim_find("easy"), NULL, &cluster, job, 96, true);
	starve(sim_find("conservative"), NULL, &cluster, job, 96, true);
}

/* A policy that uses what the registered ones do not: parts, streams, timers, and
 * memory in every callback. */
struct spender {
	const sj_subpolicy *part;
	void               *grown;
	size_t              size;
};

static int spender_init(void *self, sj_ctx *cx)
{
	struct spender *s = self;

	s->part = sj_policy_create(cx, "easy:order=sjf");
	if (s->part == NULL)
		return SJ_EPOLICY;
	sj_rng(cx, "coin");
	return SJ_OK;
}

static int spender_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct spender *s = self;

	return s->part->ops->on_ready != NULL ? s->part->ops->on_ready(s->part->self, cx, t) :
						SJ_OK;
}

static int spender_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct spender *s = self;

	s->grown = sj_grow(cx, s->grown, s->size, s->size + 4096);
	s->size += 4096;
	sj_scratch(cx, 70000);
	return s->part->ops->on_done != NULL ?
		       s->part->ops->on_done(s->part->self, cx, t, how) : SJ_OK;
}

static int spender_schedule(void *self, sj_ctx *cx)
{
	struct spender *s = self;

	if (sj_ready_first(cx) != NULL) {
		int rc = sj_timer(cx, sj_now(cx) + 1000 * SJ_NS_PER_S, 0);

		if (rc != SJ_OK)
			return rc;
	}
	return s->part->ops->schedule(s->part->self, cx);
}

TEST(parts_streams_and_timers_without_memory)
{
	static const sj_policy_ops spender = {
		SJ_POLICY_HEAD, .name = "spender", .state_size = sizeof(struct spender),
		.init = spender_init, .on_ready = spender_ready, .on_done = spender_done,
		.schedule = spender_schedule,
	};
	static const sj_cluster pool = { .procs = 8 };
	static struct sim_job job[96];

	make_jobs(job, 96);
	starve(&spender, NULL, &pool, job, 96, true);
}

/* ---- a job of several tasks, whose record is shared by them ----------------------- */

static void give_files(sj_job *job)
{
	static const sj_edge edges[] = { { 0, 1, 900 }, { 0, 2, 500 }, { 1, 3, 0 }, { 2, 3, 700 } };
	static const uint32_t at[] = { 0 };
	static const sj_file files[] = {
		{ .bytes = 2000, .name = 1, .shared = true, .to = SJ_FILE_STAYS, .at_count = 1 },
		{ .bytes = 300, .name = 2, .maker = 1, .to = 1 },
	};
	static const sj_read reads[] = { { 1, 0 }, { 1, 1 }, { 2, 1 }, { 3, 0 } };
	static const sj_job_files all = { 2, 4, 1, files, reads, at };

	for (uint32_t i = 0; i < 4; i++)
		((sj_task_spec *)(uintptr_t)(const void *)job->tasks)[i].node = 1 + i % 2;
	job->edges = edges;
	job->files = &all;
}

static int graph_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		      sj_error *err)
{
	static const sj_edge edges[] = { { 0, 1, 0 }, { 0, 2, 0 }, { 1, 3, 0 }, { 2, 3, 0 } };
	static sj_task_spec tasks[4];

	(void)cap;
	(void)err;
	*count = 0;
	if (self->info.kept == 5)
		return SJ_END;
	for (int i = 0; i < 4; i++)
		tasks[i] = (sj_task_spec){ .ranks = 1, .cores = 1, .work_ns = (i + 1) * SJ_NS_PER_S,
					   .estimate_ns = 9 * SJ_NS_PER_S };
	sj_job_clear(&jobs[0]);
	jobs[0].submit_ns = (sj_time)self->info.kept++ * SJ_NS_PER_S;
	jobs[0].task_count = 4;
	jobs[0].tasks = tasks;
	jobs[0].edge_count = 4;
	jobs[0].edges = edges;
	if (self->info.file_count != 0)
		give_files(&jobs[0]);
	*count = 1;
	return SJ_OK;
}

/* With data: on two nodes, some moved ahead, some written to the other one. */
static int run_graphs(const sj_policy_ops *ops, bool data, sj_error *err)
{
	static const sj_fabric_spec star = { .topology = { .kind = SJ_TOPOLOGY_STAR } };
	static const sj_node_type two = { .count = 2, .cores = 2, .nic_bytes_per_s = 1000 };
	static const char *const names[] = { "shared", "made" };
	static const sj_source_ops graph_ops = { .fill = graph_fill, .rewind = sim_rewind,
						 .free = sim_free };
	sj_source source = { .ops = &graph_ops };
	sj_run_config config = { .cluster = { .procs = 2 }, .source = &source, .policy = ops,
				 .bounds = true };
	sj_bounds bounds;
	sj_run *run = NULL;
	int rc;

	if (data) {
		config.cluster = (sj_cluster){ .type_count = 1, .types = &two };
		config.network = &star;
		config.staging = SJ_STAGING_PREFETCH;
		source.info.file_count = 2;
		source.info.file = names;
	}
	rc = sj_run_create(&config, &run, err);
	if (rc == SJ_OK)
		rc = sj_run_advance(run, 0, err);
	/* With pins the bounds are linear programs, which do without memory for a warm start. */
	if (rc == SJ_OK && !data && sj_run_get_bounds(run, &bounds) != SJ_OK)
		rc = sj_fail(err, SJ_ENOMEM, "out of memory");
	sj_run_free(run);
	return rc;
}

/* Memory in on_done, so that it can run out while an end is being told. */
static int hoard(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	(void)self;
	(void)t;
	(void)how;
	sj_alloc(cx, 50000);
	return SJ_OK;
}

static int greedy(void *self, sj_ctx *cx)
{
	const sj_task *t, *next;

	(void)self;
	for (t = sj_ready_first(cx); t != NULL; t = next) {
		next = sj_ready_next(cx, t);
		sj_start(cx, t, NULL); /* what does not fit waits */
	}
	return SJ_OK;
}

static void starve_graphs(bool data)
{
	static const sj_policy_ops ops = { SJ_POLICY_HEAD, .name = "hoard", .on_done = hoard,
					   .schedule = greedy };
	bool hit = true;

	for (uint64_t k = 1; hit; k++) {
		sj_error err = { 0 };
		int rc;

		arm(k);
		rc = run_graphs(&ops, data, &err);
		hit = reached();
		CHECK(hit ? rc == SJ_ENOMEM && err.text[0] != '\0' : rc == SJ_OK,
		      "data %d, allocation %" PRIu64 ": %d, %s", data, k, rc, err.text);
	}
}

TEST(graphs_without_memory)
{
	starve_graphs(false);
	starve_graphs(true);
}

/* ---- coflows ----------------------------------------------------------------------- */

TEST(coflows_without_memory)
{
	static const char *const specs[] = { "fair", "sebf", "aalo" };
	static const double speed[2] = { 1e6, 1e6 };
	sj_coflow_flow flow[40];
	sj_coflow coflow[10];
	sj_time finish[10];
	const sj_coflow_case c = { .ports = 2, .send = speed, .receive = speed, .coflow = coflow,
				   .count = 10, .flow = flow, .flows = 40 };

	for (uint32_t f = 0; f < 40; f++)
		flow[f] = (sj_coflow_flow){ f % 2, f / 2 % 2, 1000 + f };
	for (uint32_t i = 0; i < 10; i++)
		coflow[i] = (sj_coflow){ i, i, 4 * i, 4 };
	for (size_t s = 0; s < sizeof(specs) / sizeof(specs[0]); s++) {
		bool hit = true;

		for (uint64_t k = 1; hit; k++) {
			sj_coflow_result out = { .finish_ns = finish };
			sj_coflow_rule rule;
			int rc;

			CHECK(sj_coflow_rule_parse(specs[s], &rule, NULL) == SJ_OK);
			arm(k);
			rc = sj_coflow_run(&c, &rule, NULL, &out);
			hit = reached();
			CHECK(rc == (hit ? SJ_ENOMEM : SJ_OK), "%s: allocation %" PRIu64 ": %d",
			      specs[s], k, rc);
		}
	}
}

/* ---- the store --------------------------------------------------------------------- */

enum { ROWS = 300 }; /* each of another user */

static int write_rows(struct store *st, sj_error *err)
{
	const sj_sample sample = { .at_ns = 1, .procs_busy = 2 };
	const sj_decision decision = { .at_ns = 1, .reason = "because" };
	const sj_alloc_record alloc = { .from_ns = 1, .to_ns = 2, .first = 0, .last = 3 };
	int rc = SJ_OK;

	for (uint32_t i = 0; i < ROWS && rc == SJ_OK; i++) {
		sj_job_record r = { .seq = i, .id = 1000 - (int64_t)i, .submit_ns = i,
				    .start_ns = i + 1, .finish_ns = i + 2, .estimate_ns = 5,
				    .work_ns = 1, .procs = 1, .user = i };

		rc = store_jobs(st, &r, 1, err);
	}
	if (rc == SJ_OK)
		rc = store_sample(st, &sample, err);
	if (rc == SJ_OK)
		rc = store_decision(st, &decision, err);
	if (rc == SJ_OK)
		rc = store_alloc(st, &alloc, err);
	return rc != SJ_OK ? rc : store_warning(st, "a warning", err);
}

static int write_run(struct store *st, sj_error *err)
{
	static const struct store_param params[] = { { "key", "value" }, { NULL, NULL } };
	static const sj_run_stats stats = { .events = 6, .digest = "abc" };
	static const sj_metrics metrics;
	const struct store_run begin = {
		.workload = "w.swf", .cluster = "procs=8", .policy = "fifo", .clock = "event",
		.overrun = "kill", .estimates = "request", .command = "sojourn run",
		.procs = 8, .param = params,
	};
	const struct store_input in = { .role = "workload", .path = "w", .format = "swf",
					.sha256 = "", .dropped = "{}" };
	const struct store_result end = { .status = "complete", .error = "", .stats = &stats,
					  .metrics = &metrics };
	uint32_t run;
	int rc = store_run_begin(st, &begin, &run, err);

	if (rc == SJ_OK)
		rc = write_rows(st, err);
	if (rc == SJ_OK)
		rc = store_input(st, &in, err);
	return rc != SJ_OK ? rc : store_run_end(st, &end, err);
}

static int64_t number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

/* The first run stands whatever became of the second, of which all or nothing is
 * there. */
static void look(const char *path, uint64_t k, int second)
{
	struct store *st = NULL;
	sj_error err = { 0 };

	REQUIRE(store_open(path, &st, &err) == SJ_OK, "allocation %" PRIu64 ": %s", k, err.text);
	CHECK(number(store_db(st), "SELECT count(*) FROM job WHERE id >> 32 = 1") == ROWS);
	CHECK(number(store_db(st), "SELECT count(*) FROM job WHERE id >> 32 > 1") ==
	      (second == SJ_OK ? ROWS : 0), "allocation %" PRIu64, k);
	CHECK(number(store_db(st), "SELECT count(*) FROM run WHERE status = 'complete'") ==
	      (second == SJ_OK ? 2 : 1), "allocation %" PRIu64, k);
	store_close(st);
}

static int store_once(const char *path, sj_error *err)
{
	struct store *st = NULL;
	int rc = store_create(path, &st, err);

	if (rc == SJ_OK)
		rc = write_run(st, err);
	store_close(st);
	return rc;
}

TEST(store_without_memory)
{
	/* Hundreds of databases: in memory where that is possible. */
	char shm[] = "/dev/shm/sojourn-nomem-XXXXXX", tmp[] = "/tmp/sojourn-nomem-XXXXXX";
	char *dir = mkdtemp(shm) != NULL ? shm : mkdtemp(tmp), path[64], command[128];
	bool hit = true;

	REQUIRE(dir != NULL);
	snprintf(path, sizeof(path), "%s/r.db", dir);
	for (uint64_t k = 1; hit; k++) {
		sj_error err = { 0 };
		int rc;

		arm(0);
		unlink(path);
		REQUIRE(store_once(path, &err) == SJ_OK, "%s", err.text);
		arm(k);
		rc = store_once(path, &err);
		hit = reached();
		CHECK(rc == SJ_OK || (hit && rc == SJ_ENOMEM && err.text[0] != '\0'),
		      "allocation %" PRIu64 ": %d, %s", k, rc, err.text);
		look(path, k, rc);
	}
	snprintf(command, sizeof(command), "rm -r %s", dir);
	CHECK(system(command) == 0);
}

/* ---- cluster files --------------------------------------------------------------- */

TEST(a_cluster_file_without_memory)
{
	static const struct {
		const char *text;
		int         rc;
	} cases[] = {
		{ "gpu_models: [x, y]\nnodes:\n  - {type: a, count: 2, cores: 4, gpus: {count: 1, "
		  "model: y}}\n  - {type: b, count: 1, cores: 8, memory: 1GiB}\n", SJ_OK },
		{ "nodes: [{type: a, count: 2, cores: 4, gpus: {count: 1, model: y}}]", SJ_OK },
		{ "procs: 4", SJ_OK },
		{ "nodes:\n  - {type: a, count: 0, core: 4}\nnetwork: star\n", SJ_EPARSE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool hit = true;

		for (uint64_t n = 1; hit; n++) {
			const char *text = cases[i].text;
			struct cluster c;
			sj_error err = { 0 };
			int rc;

			arm(n);
			rc = platform_parse("f", text, strlen(text), &c, NULL, &err);
			hit = reached();
			REQUIRE(rc == (hit ? SJ_ENOMEM : cases[i].rc),
				"allocation %" PRIu64 " of case %zu: %d, %s", n, i, rc, err.text);
			CHECK(hit || n > 2);
			CHECK(rc == SJ_OK || (err.text[0] != '\0' && c.text == NULL));
			cluster_fini(&c);
		}
	}
}

/* SQLite's allocator can be replaced only before its first use. */
int main(void)
{
	static const struct test_case cases[] = {
		CASE(every_policy_without_memory), CASE(a_long_queue_without_memory),
		CASE(nodes_without_memory), CASE(parts_streams_and_timers_without_memory),
		CASE(graphs_without_memory), CASE(coflows_without_memory), CASE(store_without_memory),
		CASE(a_cluster_file_without_memory),
	};
	sqlite3_mem_methods ours;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_real);
	ours = sqlite_real;
	ours.xMalloc = sqlite_malloc;
	ours.xRealloc = sqlite_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK)
		return 1;
	return test_main(cases, sizeof(cases) / sizeof(cases[0]));
}
