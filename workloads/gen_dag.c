/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_dag.c - jobs that are graphs of tasks: a shape, a law of run times, and bytes on
 * the edges that make a stated ratio of communication to computation, on machines that
 * may be unrelated.
 *
 * The run time of a task is its weight in the shape, scaled to a mean of 1, times a draw
 * of `work`. The bytes of all edges together take ccr times as long on `bw` as all the
 * work: ccr = (mean edge / bw) (edges / tasks) / mean run time. So for the same ccr a graph
 * of many edges has thinner ones. With ccr_of=edge it is the mean edge over the mean run
 * time, as Topcuoglu, Hariri and Wu 2002 define it.
 *
 * With `machines` task i takes, on machine j, its run time times a factor drawn uniformly
 * from 1 - beta / 2 to 1 + beta / 2 (theirs, too). Factors belong to the place of a task in
 * its job, so that all jobs of a run share them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "dag.h"
#include "demand.h"

#define RATES_MAX ((size_t)1 << 28) /* tasks x machines */

struct dag_params {
	struct demand_params demand;
	int         shape;
	int64_t     size, width, layers, machines;
	double      degree, alpha, ccr, beta;
	int         ccr_of;
	uint64_t    bw;
	const char *work, *gap;
};

struct dag_source {
	sj_source             source; /* first */
	struct dag_params     p;
	struct demand_strings strings;
	struct demand         demand;
	uint64_t              seed;
	sj_law               *work, *gap;
	gsl_rng              *work_rng, *gap_rng, *shape_rng;
	sj_time               at;
	struct dag            dag;
	sj_task_spec         *task; /* of the job that was handed out */
	sj_edge              *edge;
	uint32_t              task_cap, edge_cap;
	uint32_t              user; /* of that job */
	sj_scaling           *scaling; /* by place of a task; NULL: machines are alike */
	double               *rate;    /* theirs */
};

static const char *const ccr_names[] = { "graph", "edge", NULL };

static struct dag_size size_of(const struct dag_params *p)
{
	return (struct dag_size){ (uint32_t)p->size, (uint32_t)p->width, (uint32_t)p->layers,
				  p->degree, p->alpha };
}

static int make_room(struct dag_source *g, sj_error *err)
{
	if (g->dag.tasks > g->task_cap) {
		free(g->task);
		g->task_cap = g->dag.tasks;
		g->task = malloc(g->task_cap * sizeof(*g->task));
	}
	if (g->dag.edges > g->edge_cap) {
		free(g->edge);
		g->edge_cap = g->dag.edges;
		g->edge = malloc(g->edge_cap * sizeof(*g->edge));
	}
	if (g->dag.failed || g->task == NULL || (g->edge == NULL && g->dag.edges != 0))
		return sj_fail(err, SJ_ENOMEM, "generator dag: no memory for %u tasks and %u "
			       "edges", g->dag.tasks, g->dag.edges);
	return SJ_OK;
}

/* The estimate holds on the slowest machine, or tasks would be killed there. */
static void on_machines(struct dag_source *g, uint32_t task)
{
	const sj_scaling *s = &g->scaling[task];
	double slowest = 1;

	for (uint32_t m = 0; m < s->node_count; m++)
		slowest = fmin(slowest, s->node_rate[m]);
	g->task[task].scaling = task + 1;
	g->task[task].estimate_ns = (sj_time)ceil((double)g->task[task].estimate_ns / slowest);
}

/* Work first: edges are scaled to all of it. */
static void fill_graph(struct dag_source *g)
{
	const struct dag *d = &g->dag;
	double weight = 0, size = 0, seconds = 0, bytes;

	for (uint32_t i = 0; i < d->tasks; i++)
		weight += d->work[i];
	for (uint32_t i = 0; i < d->tasks; i++) {
		sj_job one;
		double s = d->work[i] * d->tasks / weight * sj_law_draw(g->work, g->work_rng);

		demand_make(&g->demand, &one, g->at, 1, demand_ns(s));
		g->task[i] = one.task;
		if (g->scaling != NULL)
			on_machines(g, i);
		if (i == 0)
			g->user = one.user;
		seconds += (double)one.task.work_ns / 1e9;
	}
	for (uint32_t i = 0; i < d->edges; i++)
		size += d->edge[i].size;
	bytes = size > 0 ? g->p.ccr * seconds * (double)g->p.bw / size : 0;
	if (g->p.ccr_of == 1)
		bytes *= (double)d->edges / d->tasks;
	for (uint32_t i = 0; i < d->edges; i++)
		g->edge[i] = (sj_edge){ d->edge[i].from, d->edge[i].to,
					(uint64_t)(d->edge[i].size * bytes + 0.5) };
}

/* The last job has been taken over: a large one is not kept beside who runs it. */
static void forget_graph(struct dag_source *g)
{
	dag_fini(&g->dag);
	free(g->task);
	free(g->edge);
	g->task = NULL;
	g->edge = NULL;
	g->task_cap = g->edge_cap = 0;
}

static int dag_fill(sj_source *s, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct dag_source *g = (struct dag_source *)s;
	const struct dag_size size = size_of(&g->p);
	uint64_t made = s->info.records;
	int rc;

	(void)cap;
	*count = 0;
	if (g->p.demand.jobs != 0 && made == (uint64_t)g->p.demand.jobs) {
		forget_graph(g);
		return SJ_END;
	}
	dag_clear(&g->dag);
	dag_shapes[g->p.shape].make(&g->dag, &size, g->shape_rng);
	rc = make_room(g, err);
	if (rc != SJ_OK)
		return rc;
	if (made != 0)
		g->at += demand_ns(sj_law_draw(g->gap, g->gap_rng));
	fill_graph(g);
	sj_job_clear(jobs);
	jobs->id = (int64_t)made + 1;
	jobs->submit_ns = g->at;
	jobs->user = g->user;
	jobs->task_count = g->dag.tasks;
	jobs->edge_count = g->dag.edges;
	jobs->task = g->task[0];
	jobs->tasks = g->task;
	jobs->edges = g->edge;
	s->info.records = s->info.kept = made + 1;
	*count = 1;
	return SJ_OK;
}

static int dag_rewind(sj_source *s, sj_error *err)
{
	struct dag_source *g = (struct dag_source *)s;

	(void)err;
	g->at = 0;
	s->info.records = s->info.kept = 0;
	demand_rewind(&g->demand, g->seed);
	sj_rng_rekey(g->work_rng, g->seed, "workload.service", 0);
	sj_rng_rekey(g->gap_rng, g->seed, "workload.arrivals", 0);
	sj_rng_rekey(g->shape_rng, g->seed, "workload.shape", 0);
	return SJ_OK;
}

static void dag_free(sj_source *s)
{
	struct dag_source *g = (struct dag_source *)s;

	if (g == NULL)
		return;
	if (g->work_rng != NULL)
		gsl_rng_free(g->work_rng);
	if (g->gap_rng != NULL)
		gsl_rng_free(g->gap_rng);
	if (g->shape_rng != NULL)
		gsl_rng_free(g->shape_rng);
	sj_law_free(g->work);
	sj_law_free(g->gap);
	forget_graph(g);
	free(g->scaling);
	free(g->rate);
	demand_fini(&g->demand);
	demand_strings_free(&g->strings);
	free(g);
}

static const sj_source_ops dag_ops = {
	.fill = dag_fill,
	.rewind = dag_rewind,
	.free = dag_free,
};

#define AT(field) .offset = offsetof(struct dag_params, field)
static const sj_param dag_param_table[] = {
	{ .name = "shape", .type = SJ_P_ENUM, AT(shape), .def = "layered",
	  .choices = dag_shape_names,
	  .help = "layered: `size` tasks in `layers` layers; random: in about sqrt(`size`) / "
		  "`alpha` layers; forkjoin: `size` stages of `width` "
		  "tasks; intree: `layers` levels of `width` children; split: a loop over `size` "
		  "items, shared out by halves; lu, cholesky: `size` x "
		  "`size` tiles; fft: `size` points; gauss: `size` columns; montage: `size` x "
		  "`size` images; mapreduce: `size` maps, `width` reduces; pipeline: `size` "
		  "items, `width` stages." },
	DEMAND_PARAMS(struct dag_params, demand, "1", "16"),
	{ .name = "size", .type = SJ_P_INT, AT(size), .def = "100", .min = 1, .max = 5e7,
	  .help = "See shape." },
	{ .name = "width", .type = SJ_P_INT, AT(width), .def = "8", .min = 1, .max = 5e7,
	  .help = "See shape." },
	{ .name = "layers", .type = SJ_P_INT, AT(layers), .def = "10", .min = 1, .max = 1e6,
	  .help = "See shape." },
	{ .name = "degree", .type = SJ_P_DOUBLE, AT(degree), .def = "2", .min = 1, .max = 1e6,
	  .help = "layered: mean predecessors of a task that has any; random: successors." },
	{ .name = "alpha", .type = SJ_P_DOUBLE, AT(alpha), .def = "1", .min = 0.001, .max = 1000,
	  .help = "random: mean width over the square root of `size`; above 1 more parallel." },
	{ .name = "machines", .type = SJ_P_INT, AT(machines), .def = "0", .min = 0, .max = 4096,
	  .help = "Nodes 0, 1, ... on which run times differ by `beta`; 0: alike." },
	{ .name = "beta", .type = SJ_P_DOUBLE, AT(beta), .def = "1", .min = 0, .max = 1.99,
	  .help = "Run times on `machines` are 1 - beta / 2 to 1 + beta / 2 of the mean." },
	{ .name = "ccr", .type = SJ_P_DOUBLE, AT(ccr), .def = "0", .min = 0, .max = 1e6,
	  .help = "Communication to computation: time of all bytes on `bw` over all work." },
	{ .name = "ccr_of", .type = SJ_P_ENUM, AT(ccr_of), .def = "graph", .choices = ccr_names,
	  .help = "What ccr is of: the whole graph, or the mean edge to the mean task." },
	{ .name = "bw", .type = SJ_P_RATE, AT(bw), .def = "10Gbit/s",
	  .help = "Bandwidth that ccr is meant for." },
	{ .name = "work", .type = SJ_P_STRING, AT(work), .def = "uniform:low=50,high=150",
	  .help = "Law of the run time in seconds of a task of mean weight." },
	{ .name = "gap", .type = SJ_P_STRING, AT(gap), .def = "exponential:mean=3600",
	  .help = "Law of the time in seconds from job to job." },
	{ .name = NULL },
};

/* A first graph, which is thrown away, tells how many tasks a job has. */
static int draw_rates(struct dag_source *g, sj_error *err)
{
	const struct dag_size size = size_of(&g->p);
	const size_t machines = (size_t)g->p.machines;
	gsl_rng *rng = sj_rng_create(g->seed, "workload.machines", 0);
	size_t tasks;

	dag_shapes[g->p.shape].make(&g->dag, &size, g->shape_rng);
	sj_rng_rekey(g->shape_rng, g->seed, "workload.shape", 0);
	tasks = g->dag.tasks;
	if (!g->dag.failed && tasks <= RATES_MAX / machines) {
		g->scaling = calloc(tasks, sizeof(*g->scaling));
		g->rate = malloc(tasks * machines * sizeof(*g->rate));
	}
	if (rng == NULL || g->scaling == NULL || g->rate == NULL) {
		if (rng != NULL)
			gsl_rng_free(rng);
		return sj_fail(err, SJ_ENOMEM, "generator dag: no memory for the times of %zu "
			       "tasks on %zu machines", tasks, machines);
	}
	for (size_t i = 0; i < tasks * machines; i++)
		g->rate[i] = 1 / (1 + g->p.beta * (gsl_rng_uniform(rng) - 0.5));
	for (size_t t = 0; t < tasks; t++)
		g->scaling[t] = (sj_scaling){ .node_count = (uint32_t)machines,
					      .node_rate = g->rate + t * machines };
	gsl_rng_free(rng);
	g->source.scalings = g->scaling;
	g->source.scaling_count = (uint32_t)tasks;
	return SJ_OK;
}

static int prepare(struct dag_source *g, sj_error *err)
{
	const struct dag_size size = size_of(&g->p);
	const struct dag_shape *shape = &dag_shapes[g->p.shape];
	const char *wrong = shape->check(&size);
	int rc;

	if (wrong != NULL)
		return sj_fail(err, SJ_EUSAGE, "generator dag: shape %s: %s", shape->name, wrong);
	rc = sj_law_create("generator dag: work", g->p.work, &g->work, err);
	if (rc == SJ_OK)
		rc = sj_law_create("generator dag: gap", g->p.gap, &g->gap, err);
	if (rc != SJ_OK)
		return rc;
	g->work_rng = sj_rng_create(g->seed, "workload.service", 0);
	g->gap_rng = sj_rng_create(g->seed, "workload.arrivals", 0);
	g->shape_rng = sj_rng_create(g->seed, "workload.shape", 0);
	if (g->work_rng == NULL || g->gap_rng == NULL || g->shape_rng == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator dag: no memory");
	return g->p.machines > 0 ? draw_rates(g, err) : SJ_OK;
}

static int dag_open(const char *args, uint64_t seed, sj_source **out, sj_error *err)
{
	struct dag_source *g = calloc(1, sizeof(*g));
	int rc;

	if (g == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator dag: no memory");
	g->source.ops = &dag_ops;
	g->seed = seed;
	rc = sj_params_bind("generator dag", dag_param_table, args, &g->p, demand_alloc,
			    &g->strings, err);
	if (rc == SJ_OK)
		rc = demand_init(&g->demand, &g->p.demand, "dag", seed, err);
	if (rc == SJ_OK)
		rc = prepare(g, err);
	if (rc != SJ_OK) {
		dag_free(&g->source);
		return rc;
	}
	snprintf(g->source.info.format, sizeof(g->source.info.format), "gen:dag");
	g->source.info.max_procs = (uint32_t)g->p.demand.procs;
	g->source.info.unix_start_ns = SJ_NEVER;
	if (g->p.machines > 0)
		snprintf(g->source.info.cluster, sizeof(g->source.info.cluster),
			 "nodes=%lld,cores=1", (long long)g->p.machines);
	*out = &g->source;
	return SJ_OK;
}

const sj_generator_ops sj_generator_dag = {
	.name = "dag",
	.summary = "graphs of tasks by shape, with bytes on their edges",
	.cite = "Topcuoglu, Hariri and Wu, IEEE TPDS 13(3), 2002; Juve et al., FGCS 29(3), 2013",
	.params = dag_param_table,
	.open = dag_open,
};
