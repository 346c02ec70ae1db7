/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_users.c - a closed interactive system: each of `users` thinks, submits a job,
 * waits for its end, and thinks again (the machine repairman of queueing theory).
 *
 * Jobs must be handed out in order of submit, while any end may bring an arrival
 * sooner than one already known. So an arrival is handed out only when no job can
 * end before it. The ends of running jobs are known from starts and run times; a
 * waiting job cannot start before something else happens; a job just handed out may
 * start at its submit. This is exact for policies that decide at arrivals and ends
 * and leave running jobs alone; under others (round clocks, preemption) an arrival
 * can be late, and is then submitted at the first instant at which it can be.
 */
#include <stdio.h>
#include <stdlib.h>

#include "demand.h"

#define USERS_MAX 10000 /* each step looks at all of them */

struct users_params {
	struct demand_params demand; /* users: how many there are */
	const char *think, *service, *width;
};

/* A user thinks until `at`, or waits (at = SJ_NEVER) for the end of a job. */
struct user {
	sj_time  at;      /* submits then; SJ_NEVER: has a job in the system */
	sj_time  ends;    /* foreseen end of that job; SJ_NEVER: not running */
	sj_time  work;
	int64_t  job;
};

struct users {
	sj_source             source; /* first */
	struct users_params   p;
	struct demand_strings strings;
	uint64_t              seed;
	struct demand         demand;
	sj_law               *think, *service, *width;
	gsl_rng              *think_rng, *service_rng, *width_rng;
	struct user          *user;
	size_t                count;
	sj_time               now;   /* latest news, or submit handed out */
	struct user          *fresh; /* of the job handed out last, not yet decided */
};

/* ---- source ------------------------------------------------------------------------- */

static void begin_thinking(struct users *g, struct user *u, sj_time now)
{
	sj_time think = demand_ns(sj_law_draw(g->think, g->think_rng));

	u->at = think < SJ_TIME_MAX - now ? now + think : SJ_TIME_MAX;
	u->ends = SJ_NEVER;
	u->job = 0;
}

/* The user who submits next (ties: the first of them), or NULL; *end gets the
 * first foreseen end. */
static struct user *next_user(struct users *g, sj_time *end)
{
	struct user *first = NULL;

	*end = SJ_NEVER;
	for (size_t i = 0; i < g->count; i++) {
		struct user *u = &g->user[i];

		if (u->at != SJ_NEVER && (first == NULL || u->at < first->at))
			first = u;
		if (u->ends < *end)
			*end = u->ends;
	}
	return first;
}

static int users_fill(sj_source *s, sj_job *jobs, uint32_t cap, uint32_t *count,
		      sj_error *err)
{
	struct users *g = (struct users *)s;
	struct user *u;
	sj_time end;

	(void)cap;
	(void)err;
	*count = 0;
	if (demand_done(&g->demand))
		return SJ_END;
	/* The core asks a closed loop again only after the policy has been called: a
	 * job that has not started by then is waiting. */
	if (g->fresh != NULL) {
		g->fresh->ends = SJ_NEVER;
		g->fresh = NULL;
	}
	u = next_user(g, &end);
	/* One at a time: the job handed out may itself end before the next. */
	if (u == NULL || u->at > end)
		return SJ_AGAIN;
	if (u->at < g->now)
		u->at = g->now;
	u->work = demand_ns(sj_law_draw(g->service, g->service_rng));
	demand_make(&g->demand, &jobs[0], u->at,
		    demand_width(sj_law_draw(g->width, g->width_rng), g->p.demand.procs),
		    u->work);
	jobs[0].user = (uint32_t)(u - g->user) + 1;
	if (jobs[0].task.estimate_ns < u->work)
		jobs[0].task.estimate_ns = u->work; /* never killed: the loop would break */
	u->job = jobs[0].id;
	u->ends = u->at + u->work; /* at the earliest */
	g->now = u->at;
	u->at = SJ_NEVER;
	g->fresh = u;
	*count = 1;
	s->info.records = s->info.kept = g->demand.made;
	return SJ_OK;
}

static struct user *user_of(struct users *g, int64_t id)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->user[i].job == id)
			return &g->user[i];
	return NULL;
}

static void users_started(sj_source *s, int64_t id, sj_time now)
{
	struct users *g = (struct users *)s;
	struct user *u = user_of(g, id);

	if (now > g->now)
		g->now = now;
	if (u == NULL)
		return;
	u->ends = now + u->work;
	if (u == g->fresh)
		g->fresh = NULL;
}

static void users_finished(sj_source *s, int64_t id, sj_time now)
{
	struct users *g = (struct users *)s;
	struct user *u = user_of(g, id);

	if (now > g->now)
		g->now = now;
	if (u == NULL)
		return;
	begin_thinking(g, u, now);
	if (u == g->fresh)
		g->fresh = NULL;
}

static void all_think(struct users *g)
{
	g->now = 0;
	g->fresh = NULL;
	for (size_t i = 0; i < g->count; i++)
		begin_thinking(g, &g->user[i], 0);
}

static int users_rewind(sj_source *s, sj_error *err)
{
	struct users *g = (struct users *)s;

	(void)err;
	demand_rewind(&g->demand, g->seed);
	sj_rng_rekey(g->think_rng, g->seed, "workload.think", 0);
	sj_rng_rekey(g->service_rng, g->seed, "workload.service", 0);
	sj_rng_rekey(g->width_rng, g->seed, "workload.width", 0);
	all_think(g);
	return SJ_OK;
}

static void users_free(sj_source *s)
{
	struct users *g = (struct users *)s;

	if (g == NULL)
		return;
	if (g->think_rng != NULL)
		gsl_rng_free(g->think_rng);
	if (g->service_rng != NULL)
		gsl_rng_free(g->service_rng);
	if (g->width_rng != NULL)
		gsl_rng_free(g->width_rng);
	sj_law_free(g->think);
	sj_law_free(g->service);
	sj_law_free(g->width);
	free(g->user);
	demand_fini(&g->demand);
	demand_strings_free(&g->strings);
	free(g);
}

static const sj_source_ops users_ops = {
	.fill = users_fill,
	.started = users_started,
	.finished = users_finished,
	.rewind = users_rewind,
	.free = users_free,
};

/* ---- opening --------------------------------------------------------------------------- */

static const sj_param users_param_table[] = {
	DEMAND_PARAMS(struct users_params, demand, "10000", "1"),
	{ .name = "think", .type = SJ_P_STRING, .offset = offsetof(struct users_params, think),
	  .def = "exp:10", .help = "Law of the think time in seconds." },
	{ .name = "service", .type = SJ_P_STRING,
	  .offset = offsetof(struct users_params, service), .def = "exp:1",
	  .help = "Law of the run time in seconds." },
	{ .name = "width", .type = SJ_P_STRING,
	  .offset = offsetof(struct users_params, width), .def = "det",
	  .help = "Law of the processors of a job." },
	{ .name = NULL },
};

static int prepare(struct users *g, sj_error *err)
{
	int rc = sj_law_create("generator users: think", g->p.think, &g->think, err);

	if (rc == SJ_OK)
		rc = sj_law_create("generator users: service", g->p.service, &g->service,
				   err);
	if (rc == SJ_OK)
		rc = sj_law_create("generator users: width", g->p.width, &g->width, err);
	if (rc != SJ_OK)
		return rc;
	if (g->p.demand.users > USERS_MAX)
		return sj_fail(err, SJ_EUSAGE, "generator users: users=%lld is out of range "
			       "(at most %d)", (long long)g->p.demand.users, USERS_MAX);
	g->count = g->p.demand.users > 0 ? (size_t)g->p.demand.users : 1;
	g->user = calloc(g->count, sizeof(*g->user));
	g->think_rng = sj_rng_create(g->seed, "workload.think", 0);
	g->service_rng = sj_rng_create(g->seed, "workload.service", 0);
	g->width_rng = sj_rng_create(g->seed, "workload.width", 0);
	if (g->user == NULL || g->think_rng == NULL || g->service_rng == NULL ||
	    g->width_rng == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator users: no memory");
	all_think(g);
	return SJ_OK;
}

static int users_open(const char *args, uint64_t seed, sj_source **out, sj_error *err)
{
	struct users *g = calloc(1, sizeof(*g));
	int rc;

	if (g == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator users: no memory");
	g->source.ops = &users_ops;
	g->seed = seed;
	rc = sj_params_bind("generator users", users_param_table, args, &g->p,
			    demand_alloc, &g->strings, err);
	if (rc == SJ_OK)
		rc = demand_init(&g->demand, &g->p.demand, "users", seed, err);
	if (rc == SJ_OK)
		rc = prepare(g, err);
	if (rc != SJ_OK) {
		users_free(&g->source);
		return rc;
	}
	snprintf(g->source.info.format, sizeof(g->source.info.format), "gen:users");
	g->source.info.max_procs = (uint32_t)g->p.demand.procs;
	g->source.info.unix_start_ns = SJ_NEVER;
	*out = &g->source;
	return SJ_OK;
}

const sj_generator_ops sj_generator_users = {
	.name = "users",
	.summary = "closed loop: users think, submit, wait for the end, think again",
	.cite = "Kleinrock, Queueing Systems I, 1975, sec. 3.8 (finite population)",
	.params = users_param_table,
	.open = users_open,
};
