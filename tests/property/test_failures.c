/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_failures.c - what holds for every policy on machines that change: random nodes
 * with GPUs and memory, random jobs, failures, drains and joins. Looked at from outside,
 * in what was handed out; the core checks itself as well.
 */
#include <math.h>

#include "bound_check.h"
#include "run.h"
#include "test.h"

#define S SJ_NS_PER_S

enum { SEEDS = 250, JOBS = 48, TYPES = 3, NODES = 12, EVENTS = 48, HELD = 4096, TASKS = 4 };

/* What the numbers of an instance are multiplied by or added to. */
struct change {
	int64_t  time, shift_s;
	uint32_t width;
	int64_t  id, id_add;
};
static const struct change as_is = { 1, 0, 1, 1, 0 };

struct instance {
	sj_job        job[JOBS];
	uint32_t      jobs;
	sj_node_type  type[TYPES];
	uint32_t      types, nodes;
	sj_node_event event[EVENTS];
	sj_failures   failures;
	sj_overrun    overrun;
	/* Only for graphs: */
	sj_task_spec  task[JOBS][TASKS];
	sj_checkpoint checkpoint;
	const sj_law *stragglers;
};

struct held {
	int64_t  job, from_ns, to_ns;
	uint32_t node, cores, gpus;
	uint64_t mem;
};

struct seen {
	int           rc;
	sj_error      err;
	sj_job_record job[JOBS];
	uint32_t      jobs;
	struct held   held[HELD];
	uint32_t      count;
	sj_node_record change[4 * EVENTS];
	uint32_t      changes;
	__int128      in_system; /* tasks x ns */
	sj_time       sampled_ns;
	uint32_t      sampled;
	uint32_t      copies;
	char          digest[33];
	sj_metrics    metrics;
};

struct source {
	sj_source     base;
	const sj_job *job;
	uint32_t      count, at;
};

static int source_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		       sj_error *err)
{
	struct source *s = (struct source *)self;

	(void)err;
	for (*count = 0; *count < cap && s->at < s->count;)
		jobs[(*count)++] = s->job[s->at++];
	return *count != 0 ? SJ_OK : SJ_END;
}

static int see_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	for (uint32_t i = 0; i < n && s->jobs < JOBS; i++)
		s->job[s->jobs++] = r[i];
	return SJ_OK;
}

static int see_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	if (s->count++ < HELD)
		s->held[s->count - 1] = (struct held){
		a->job, a->from_ns, a->to_ns, a->node, a->cores,
		a->gpu_milli * (uint32_t)__builtin_popcountll(a->gpus), a->mem_bytes };
	return SJ_OK;
}

static int see_sample(void *self, const sj_sample *p, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	s->in_system += (__int128)(p->at_ns - s->sampled_ns) * s->sampled;
	s->sampled_ns = p->at_ns;
	s->sampled = p->running + p->waiting;
	return SJ_OK;
}

static int see_decision(void *self, const sj_decision *d, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	s->copies += d->kind == SJ_D_COPY;
	return SJ_OK;
}

static int see_node(void *self, const sj_node_record *r, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	if (s->changes < sizeof(s->change) / sizeof(s->change[0])) /* a trace has no more */
		s->change[s->changes] = *r;
	s->changes++;
	return SJ_OK;
}

static const sj_policy_ops *find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

static void change_instance(struct instance *in, const struct change *c)
{
	for (uint32_t i = 0; i < in->jobs; i++) {
		sj_job *j = &in->job[i];

		j->submit_ns = j->submit_ns * c->time + c->shift_s * S;
		j->task.work_ns *= c->time;
		j->task.estimate_ns *= c->time;
		j->task.cores *= c->width;
		j->task.mem_bytes *= c->width;
		j->id = j->id * c->id + c->id_add;
	}
	for (uint32_t k = 0; k < in->types; k++) {
		in->type[k].cores *= c->width;
		in->type[k].mem_bytes *= c->width;
	}
	for (uint32_t i = 0; i < in->failures.event_count; i++)
		if (in->event[i].at_ns != 0 || in->event[i].change != SJ_CHANGE_FAIL)
			in->event[i].at_ns = in->event[i].at_ns * c->time + c->shift_s * S;
}

static void run_with(const sj_policy_ops *ops, const char *args, const struct instance *from,
		     const struct change *c, struct seen *out)
{
	static const sj_source_ops source_ops = { .fill = source_fill };
	static struct instance in;
	struct source source = { .base.ops = &source_ops, .job = in.job, .count = from->jobs };
	sj_sink sink = { .self = out, .jobs = see_jobs, .sample = see_sample,
			 .decision = see_decision, .alloc = see_alloc, .node = see_node };
	sj_run_config config = { .source = &source.base, .policy = ops, .policy_args = args,
				 .find_policy = find, .seed = 7, .overrun = from->overrun,
				 .check = true, .sinks = &sink, .sink_count = 1,
				 .failures = &in.failures,
				 .checkpoint = from->checkpoint,
				 .stragglers = from->stragglers, .bounds = true };
	sj_run_stats stats;
	sj_run *run = NULL;

	in = *from;
	in.failures.events = in.event;
	for (uint32_t i = 0; i < in.jobs; i++)
		in.job[i].tasks = in.task[i];
	change_instance(&in, c);
	config.cluster = (sj_cluster){ .type_count = in.types, .types = in.type };
	memset(out, 0, sizeof(*out));
	out->rc = sj_run_create(&config, &run, &out->err);
	if (out->rc == SJ_OK)
		out->rc = sj_run_advance(run, 0, &out->err);
	if (run != NULL) {
		sj_run_get_stats(run, &stats);
		memcpy(out->digest, stats.digest, sizeof(out->digest));
		sj_run_get_metrics(run, &out->metrics);
		bound_check(run, ops->name);
	}
	sj_run_free(run);
}

/* ---- instances ----------------------------------------------------------------- */

static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*state >> 33) % below);
}

static void make_nodes(uint64_t *state, struct instance *in, bool gpus, bool memory)
{
	in->types = 1 + draw(state, TYPES);
	for (uint32_t k = 0; k < in->types; k++) {
		in->type[k] = (sj_node_type){
			.count = 1 + draw(state, NODES / TYPES), .cores = 2 + draw(state, 7),
			.gpus = gpus ? draw(state, 5) : 0, .idle_w = 50, .busy_w = 200,
			.mem_bytes = memory ? 64 + draw(state, 64) : 0,
		};
		in->nodes += in->type[k].count;
	}
}

static void make_jobs(uint64_t *state, struct instance *in, bool gpus, bool memory)
{
	int64_t at = 1;

	in->jobs = JOBS - draw(state, JOBS / 2);
	for (uint32_t i = 0; i < in->jobs; i++) {
		sj_job *j = &in->job[i];

		sj_job_clear(j);
		j->id = 100 + i;
		at += draw(state, 3) != 0 ? draw(state, 25) : 0;
		j->submit_ns = at * S;
		j->logged_start_ns = (at + draw(state, 40)) * S;
		j->deadline_ns = draw(state, 2) != 0 ? SJ_NEVER : (at + draw(state, 200)) * S;
		j->task.work_ns = (draw(state, 8) != 0 ? draw(state, 60) : 0) * S;
		j->task.estimate_ns = j->task.work_ns + (draw(state, 30) + 1) * S;
		if (in->overrun == SJ_OVERRUN_EXTEND && draw(state, 4) == 0)
			j->task.estimate_ns = j->task.work_ns / 2 + S;
		j->task.ranks = 1 + draw(state, 3);
		j->task.cores = 1 + draw(state, 4);
		if (gpus && draw(state, 2) != 0)
			j->task.gpu_milli = draw(state, 3) != 0 ? 1000 * (1 + draw(state, 2)) :
								  100 * (1 + draw(state, 9));
		j->task.mem_bytes = memory && draw(state, 2) != 0 ? 1 + draw(state, 60) : 0;
		j->user = 1 + draw(state, 3);
	}
}

/* Each node changes now and then, some join; in the end all are up. */
static void make_events(uint64_t *state, struct instance *in)
{
	static const uint32_t retries[] = { 0, 2, SJ_RETRIES_DEFAULT, SJ_RETRIES_UNLIMITED };
	bool named[TYPES * NODES] = { false };
	uint32_t n = 0, random = EVENTS - in->nodes;
	int64_t at = 0;

	for (; n < random; n++) {
		sj_node_event *e = &in->event[n];

		at += draw(state, 40);
		e->at_ns = at * S;
		e->node = draw(state, in->nodes);
		e->change = (sj_node_change)draw(state, 3); /* fail, up, drain */
		if (!named[e->node] && draw(state, 4) == 0)
			e->change = SJ_CHANGE_JOIN;
		named[e->node] = true;
	}
	for (uint32_t i = 0; i < in->nodes; i++)
		in->event[n++] = (sj_node_event){ (at + 1) * S, i, SJ_CHANGE_UP };
	in->failures = (sj_failures){ in->event, n, retries[draw(state, 4)] };
}

static void make_instance(uint64_t seed, struct instance *in)
{
	uint64_t state = seed * 2 + 1;
	bool gpus = seed % 2 == 0, memory = seed % 3 == 0;

	memset(in, 0, sizeof(*in));
	in->overrun = seed % 5 < 3 ? SJ_OVERRUN_KILL : SJ_OVERRUN_EXTEND;
	make_nodes(&state, in, gpus, memory);
	make_jobs(&state, in, gpus, memory);
	make_events(&state, in);
}

/* ---- what holds ----------------------------------------------------------------- */

/* From the changes that were handed out alone: was the node down within (from, to)? */
static bool was_down(const struct instance *in, const struct seen *s, uint32_t node,
		     int64_t from, int64_t to)
{
	bool down = false;
	int64_t since = 0;

	for (uint32_t i = 0; i < in->failures.event_count; i++)
		if (in->event[i].node == node) {
			down = in->event[i].change == SJ_CHANGE_JOIN;
			break;
		}
	for (uint32_t i = 0; i < s->changes; i++) {
		const sj_node_record *r = &s->change[i];

		if (r->node != node)
			continue;
		if (down && since < to && r->at_ns > from)
			return true;
		down = r->change == SJ_CHANGE_FAIL;
		since = r->at_ns;
	}
	return down && since < to;
}

static const sj_node_type *type_of(const struct instance *in, uint32_t node)
{
	uint32_t k = 0;

	while (node >= in->type[k].count)
		node -= in->type[k++].count;
	return &in->type[k];
}

/* Nobody holds more of a node than it has, or anything of a node that is down. */
static void look_at_nodes(const struct instance *in, const struct seen *s, const char *who)
{
	for (uint32_t i = 0; i < s->count; i++) {
		const struct held *h = &s->held[i];
		const sj_node_type *t = type_of(in, h->node);
		uint64_t cores = 0, gpus = 0, mem = 0;

		if (h->from_ns == h->to_ns)
			continue;
		REQUIRE(!was_down(in, s, h->node, h->from_ns, h->to_ns),
			"%s: job %lld ran on node %u, which was down", who, (long long)h->job,
			h->node);
		for (uint32_t k = 0; k < s->count; k++)
			if (s->held[k].node == h->node && s->held[k].from_ns <= h->from_ns &&
			    s->held[k].to_ns > h->from_ns) {
				cores += s->held[k].cores;
				gpus += s->held[k].gpus;
				mem += s->held[k].mem;
			}
		REQUIRE(cores <= t->cores && gpus <= t->gpus * 1000 &&
				(t->mem_bytes == 0 || mem <= t->mem_bytes),
			"%s: node %u gives more than it has at %.9g s", who, h->node,
			(double)h->from_ns / 1e9);
	}
}

static void look_at_jobs(const struct instance *in, const struct seen *s, const char *who,
			 const sj_policy_ops *ops)
{
	__int128 responses = 0, area = 0, records = 0, needed = 0;
	uint32_t requeues = 0, killed = 0;

	for (uint32_t i = 0; i < s->count; i++)
		records += (__int128)(s->held[i].to_ns - s->held[i].from_ns) * s->held[i].cores;
	for (uint32_t i = 0; i < s->changes; i++)
		killed += s->change[i].killed;
	for (uint32_t i = 0; i < s->jobs; i++) {
		const sj_job_record *r = &s->job[i];
		const sj_job *j = &in->job[r->id - 100];

		requeues += r->requeues;
		if (r->outcome == SJ_REJECTED)
			continue;
		REQUIRE(r->start_ns >= j->submit_ns && r->finish_ns >= r->start_ns,
			"%s: job %lld", who, (long long)r->id);
		responses += r->finish_ns - r->submit_ns;
		area += (__int128)r->busy_ns * r->procs;
		if (r->outcome == SJ_COMPLETED)
			REQUIRE(r->busy_ns >= j->task.work_ns, "%s: job %lld did less than it has",
				who, (long long)r->id);
		if (r->outcome == SJ_COMPLETED && r->requeues == 0 && r->preemptions == 0)
			REQUIRE(r->finish_ns - r->start_ns == j->task.work_ns,
				"%s: job %lld took another time than it needs", who,
				(long long)r->id);
		if (r->outcome != SJ_FAILED)
			needed += (__int128)(r->outcome == SJ_KILLED ? j->task.estimate_ns :
					     j->task.work_ns) * r->procs;
		if (r->outcome == SJ_FAILED)
			REQUIRE(r->requeues == in->failures.retries + 1, "%s: job %lld failed",
				who, (long long)r->id);
	}
	/* Jobs that a policy drops never come to be. */
	CHECK(s->jobs == in->jobs || (ops->flags & SJ_PF_DROPS_ZERO), "%s: %u of %u jobs", who,
	      s->jobs, in->jobs);
	CHECK(requeues == killed && (double)killed == s->metrics.value[SJ_M_REQUEUES],
	      "%s: %u requeues, %u killed", who, requeues, killed);
	/* The records of jobs leave out what second copies had; the waste does not. */
	CHECK(s->copies == 0 ? area == records : area <= records,
	      "%s: what jobs had is not what nodes gave", who);
	CHECK(fabs((double)(records - needed) / 1e9 - s->metrics.value[SJ_M_WASTE]) < 1e-5,
	      "%s: what nodes gave was neither needed nor wasted", who);
	CHECK(s->in_system == responses, "%s: Little's law", who);
}

static void try_policy(const struct instance *in, const sj_policy_ops *ops, const char *args,
		       uint64_t seed)
{
	static struct seen once, again;
	char who[96];

	snprintf(who, sizeof(who), "seed %u, %s%s%s", (unsigned)seed, ops->name,
		 args != NULL ? ":" : "", args != NULL ? args : "");
	run_with(ops, args, in, &as_is, &once);
	REQUIRE(once.rc == SJ_OK && once.count <= HELD, "%s: %s", who, once.err.text);
	look_at_nodes(in, &once, who);
	look_at_jobs(in, &once, who, ops);
	run_with(ops, args, in, &as_is, &again);
	CHECK(strcmp(once.digest, again.digest) == 0, "%s: two digests", who);
}

TEST(every_policy_survives)
{
	static const struct {
		const char *name, *args;
	} more[] = {
		{ "easy", "order=sjf" }, { "easy", "candidates=saf" }, { "easy", "width=weak" },
		{ "easy", "pass=event" }, { "conservative", "plan=compress" },
		{ "conservative", "order=wfp3" }, { "firstfit", "order=multifactor" },
		{ "easy", "place=best" }, { "easy", "place=frag" }, { "firstfit", "place=worst" },
		{ "firstfit", "place=pack" }, { "conservative", "place=spread" },
		{ "srtf", "place=dotprod" }, { "sjf", "place=random" },
	};
	static struct instance in;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		make_instance(seed, &in);
		for (size_t p = 0; sj_policies[p] != NULL; p++) {
			bool formula = strcmp(sj_policies[p]->name, "expr") == 0;

			if ((sj_policies[p]->flags & SJ_PF_SHARES) != 0)
				continue; /* a pool is shared, nodes are not */
			try_policy(&in, sj_policies[p], formula ? "formula=wait-procs" : NULL,
				   seed);
		}
		for (size_t p = 0; p < sizeof(more) / sizeof(more[0]); p++)
			try_policy(&in, find(more[p].name), more[p].args, seed);
	}
}

/* Laws instead of a trace: the machine fails for ever, and every run ends. */
TEST(every_policy_survives_laws)
{
	static struct instance in;
	static struct seen s;
	sj_law *up = NULL, *down = NULL;
	sj_error err = { 0 };

	REQUIRE(sj_law_create("mtbf", "weibull:shape=0.7,scale=150", &up, &err) == SJ_OK, "%s",
		err.text);
	REQUIRE(sj_law_create("mttr", "exponential:mean=10", &down, &err) == SJ_OK, "%s",
		err.text);
	for (uint64_t seed = 1; seed <= 20 && test_failures == 0; seed++) {
		make_instance(seed, &in);
		in.failures = (sj_failures){ .retries = 3 };
		for (uint32_t k = 0; k < in.types; k++) {
			in.type[k].mtbf = up;
			in.type[k].mttr = down;
		}
		for (size_t p = 0; sj_policies[p] != NULL; p++) {
			bool formula = strcmp(sj_policies[p]->name, "expr") == 0;

			if ((sj_policies[p]->flags & SJ_PF_SHARES) != 0)
				continue; /* a pool is shared, nodes are not */
			run_with(sj_policies[p], formula ? "formula=wait-procs" : NULL, &in,
				 &as_is, &s);
			CHECK(s.rc == SJ_OK, "seed %u, %s: %s", (unsigned)seed,
			      sj_policies[p]->name, s.err.text);
		}
	}
	sj_law_free(up);
	sj_law_free(down);
}

/* Half of the jobs become graphs of up to TASKS tasks; an edge leads to a later task. */
static void make_graphs(uint64_t seed, struct instance *in, sj_edge edges[JOBS][TASKS])
{
	uint64_t state = seed * 2 + 7;

	for (uint32_t i = 0; i < in->jobs; i += 2) {
		sj_job *j = &in->job[i];

		j->task_count = 2 + draw(&state, TASKS - 1);
		for (uint32_t k = 0; k < j->task_count; k++) {
			in->task[i][k] = j->task;
			in->task[i][k].ranks = 1 + draw(&state, 3);
			if (k == 0 || draw(&state, 3) == 0)
				continue;
			edges[i][j->edge_count++] = (sj_edge){ .from = draw(&state, k), .to = k };
		}
		j->edges = edges[i];
	}
}

/* Graphs of tasks, stragglers, and saving now and then on top. */
TEST(every_policy_survives_graphs)
{
	static struct instance in;
	static struct seen s;
	static sj_edge edges[JOBS][TASKS];
	sj_law *slow = NULL;
	sj_error err = { 0 };
	char who[64];

	REQUIRE(sj_law_create("stragglers", "uniform:low=0.8,high=1.5", &slow, &err) == SJ_OK,
		"%s", err.text);
	for (uint64_t seed = 1; seed <= 60 && test_failures == 0; seed++) {
		make_instance(seed, &in);
		make_graphs(seed, &in, edges);
		if (seed % 2 != 0)
			in.checkpoint = (sj_checkpoint){ 7 * S, 1 * S, 2 * S, true };
		if (seed % 3 != 0)
			in.stragglers = slow;
		for (size_t p = 0; sj_policies[p] != NULL; p++) {
			bool formula = strcmp(sj_policies[p]->name, "expr") == 0;

			if (sj_policies[p]->flags & SJ_PF_SHARES)
				continue; /* for one pool only */
			run_with(sj_policies[p], formula ? "formula=wait-procs" : NULL, &in,
				 &as_is, &s);
			snprintf(who, sizeof(who), "seed %u, %s", (unsigned)seed,
				 sj_policies[p]->name);
			CHECK(s.rc == SJ_OK, "%s: %s", who, s.err.text);
			if (s.rc == SJ_OK && s.count <= HELD)
				look_at_nodes(&in, &s, who);
		}
	}
	sj_law_free(slow);
}

/* Those whose rules have no time and no number of their own. */
static const char *const free_of_scale[] = {
	"fifo", "sjf", "ljf", "saf", "laf", "narrow", "wide", "lifo", "firstfit", "easy",
	"conservative", "srtf",
};

static void compare_starts(const struct seen *a, const struct seen *b,
			   const struct change *c, const char *who)
{
	REQUIRE(a->rc == SJ_OK && b->rc == SJ_OK && a->jobs == b->jobs, "%s: %s%s", who,
		a->err.text, b->err.text);
	for (uint32_t i = 0; i < a->jobs; i++) {
		const sj_job_record *x = &a->job[i], *y = &b->job[i];

		REQUIRE(x->outcome == y->outcome && x->requeues == y->requeues, "%s: job %u",
			who, i);
		if (x->outcome == SJ_REJECTED)
			continue;
		REQUIRE(y->start_ns == x->start_ns * c->time + c->shift_s * S &&
				y->finish_ns == x->finish_ns * c->time + c->shift_s * S,
			"%s: job %u at %.9g s, not %.9g s", who, i, (double)y->start_ns / 1e9,
			(double)(x->start_ns * c->time + c->shift_s * S) / 1e9);
	}
}

/* X-INV-01 to 04 of the oracle bank, with failures that change likewise. */
TEST(relations)
{
	static const struct {
		const char   *what;
		struct change c;
	} relation[] = {
		{ "time x 7", { 7, 0, 1, 1, 0 } },
		{ "shifted", { 1, 100000, 1, 1, 0 } },
		{ "width x 3", { 1, 0, 3, 1, 0 } },
		{ "renumbered", { 1, 0, 1, 5, 17 } },
	};
	static struct instance in;
	static struct seen a, b;
	char who[96];

	for (uint64_t seed = 1; seed <= 60 && test_failures == 0; seed++) {
		make_instance(seed, &in);
		for (size_t p = 0; p < sizeof(free_of_scale) / sizeof(free_of_scale[0]); p++) {
			const sj_policy_ops *ops = find(free_of_scale[p]);

			run_with(ops, NULL, &in, &as_is, &a);
			for (size_t k = 0; k < sizeof(relation) / sizeof(relation[0]); k++) {
				snprintf(who, sizeof(who), "seed %u, %s, %s", (unsigned)seed,
					 ops->name, relation[k].what);
				run_with(ops, NULL, &in, &relation[k].c, &b);
				compare_starts(&a, &b, &relation[k].c, who);
			}
		}
	}
}

/* X-INV-10: under firstfit nothing that fits is left waiting at any instant. */
static int firstfit_schedule(void *self, sj_ctx *cx)
{
	int rc = find("firstfit")->schedule(self, cx);

	for (const sj_task *t = sj_ready_first(cx); rc == SJ_OK && t != NULL;
	     t = sj_ready_next(cx, t))
		if (sj_fits(cx, t))
			return sj_policy_fail(cx, SJ_EPOLICY, "job %lld fits and waits",
					      (long long)t->job);
	return rc;
}

TEST(firstfit_leaves_nothing_that_fits)
{
	static struct instance in;
	static struct seen s;
	sj_policy_ops ops = *find("firstfit");

	ops.schedule = firstfit_schedule;
	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		make_instance(seed, &in);
		run_with(&ops, NULL, &in, &as_is, &s);
		CHECK(s.rc == SJ_OK, "seed %u: %s", (unsigned)seed, s.err.text);
	}
}

TESTS(CASE(every_policy_survives), CASE(every_policy_survives_laws),
      CASE(every_policy_survives_graphs), CASE(relations),
      CASE(firstfit_leaves_nothing_that_fits))
