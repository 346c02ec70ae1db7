/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gavel.c - reader of the traces of Gavel (Narayanan et al., "Heterogeneity-aware cluster
 * scheduling policies for deep learning workloads", OSDI 2020) and of Shockwave (Zheng et
 * al., NSDI 2023), which has two columns more: separated by tabs, no line of names,
 * seconds of the trace's own clock.
 *
 * A job is as many ranks of one GPU as its scale factor, which start together. The trace
 * states steps; how long they take says the artefact's table of throughputs, another file:
 * gavel:TRACE,throughputs=TABLE. Run time = total steps / steps per second on the
 * reference GPU, rounded up to the nanosecond; the job's scaling tells the rate on other
 * GPUs, on other numbers of them, and on nodes apart. Without the table the run time is
 * the duration that Shockwave states; Gavel's jobs are dropped then.
 * Drops: jobs whose run time is not known because their type was not measured on so many
 * GPUs (unmeasured=linear: as fast, for each GPU, as on the next smaller number), or does
 * not fit on the reference. Invents: one core beside each GPU; the run time as the
 * estimate; the id, which is the place in the file from 0, as Gavel counts. A service
 * level above 0 becomes the deadline, so many run times behind the arrival; the priority
 * is the weight. Does not read: the command, Shockwave's mode (how batch sizes change),
 * throughputs of two jobs on one GPU. Cannot know: users, memory, the machine. The type of
 * job becomes the number of the application, in order of appearance.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gavel_rates.h"
#include "rows.h"

enum { TYPE, COMMAND, FOLDER, OPTION, DATA, STEPS, ARRIVAL, GPUS, WEIGHT, LEVEL, MODE,
       DURATION };

static const struct rows_column columns[] = {
	[TYPE] = { "job type", true },
	[COMMAND] = { "command", false },
	[FOLDER] = { "working directory", false },
	[OPTION] = { "option of steps", false },
	[DATA] = { "needs data directory", false },
	[STEPS] = { "total steps", true },
	[ARRIVAL] = { "arrival time", true },
	[GPUS] = { "scale factor", true },
	[WEIGHT] = { "priority weight", false },
	[LEVEL] = { "SLO", false },
	[MODE] = { "mode", false },
	[DURATION] = { "duration", false },
	{ NULL, false },
};

static const struct rows_order orders[] = {
	{ 7, { TYPE, COMMAND, OPTION, DATA, STEPS, ARRIVAL, GPUS } },
	{ 9, { TYPE, COMMAND, OPTION, DATA, STEPS, GPUS, WEIGHT, LEVEL, ARRIVAL } },
	{ 10, { TYPE, COMMAND, FOLDER, OPTION, DATA, STEPS, GPUS, WEIGHT, LEVEL, ARRIVAL } },
	{ 12, { TYPE, COMMAND, FOLDER, OPTION, DATA, STEPS, GPUS, MODE, WEIGHT, LEVEL,
		DURATION, ARRIVAL } },
	{ 0, { 0 } },
};

static const char *const beyond[] = { "drop", "linear", NULL };

struct settings {
	const char *reference;
	int         unmeasured; /* of `beyond` */
};

static const sj_param params[] = {
	{ .name = "reference", .type = SJ_P_STRING, .def = "v100",
	  .offset = offsetof(struct settings, reference),
	  .help = "GPUs of the table on which run times are those of the workload." },
	{ .name = "unmeasured", .type = SJ_P_ENUM, .choices = beyond, .def = "drop",
	  .offset = offsetof(struct settings, unmeasured),
	  .help = "A number of GPUs that the table lacks: drop the job, or scale the next "
	  "smaller number." },
	{ .name = NULL },
};

static const char *const files[] = { "throughputs", NULL };

struct state {
	struct gavel_rates *rates; /* NULL: no table */
	struct settings     settings;
	char                strings[256];
	size_t              used;
};

/* ---- the table --------------------------------------------------------------------------- */

static void *take(void *self, size_t size)
{
	struct state *s = self;
	char *at = s->strings + s->used;

	s->used += size;
	return at;
}

static int start(struct rows *r)
{
	const sj_reader_options *o = r->options;
	const char *args = o->args != NULL ? o->args : "";
	struct state *s = r->state;
	int rc;

	if (strlen(args) > sizeof(s->strings) / 2)
		return sj_fail(r->err, SJ_EUSAGE, "%s: what follows the path is too long",
			       r->lines.in->name);
	rc = sj_params_bind("workload gavel", params, args, &s->settings, take, s, r->err);
	if (rc == SJ_OK && o->files != NULL && o->files[0] != NULL)
		rc = gavel_rates_read(o->files[0], s->settings.reference,
				      s->settings.unmeasured == 1, &s->rates, r->err);
	if (rc == SJ_OK && s->rates != NULL)
		rc = gavel_rates_models(s->rates, r->deck, r->err);
	return rc;
}

/* ---- rows -------------------------------------------------------------------------------- */

static int read_real(struct rows *r, int column, double *out)
{
	int64_t nano = 0;

	*out = -1;
	if (r->field[column] == NULL || r->field[column][0] == '\0')
		return SJ_OK;
	if (text_decimal(r->field[column], 9, &nano) != SJ_OK)
		return rows_refuse(r, column, "a number");
	*out = (double)nano / 1e9;
	return SJ_OK;
}

static int read_work(struct rows *r, uint32_t gpus, int64_t steps, sj_task_spec *t)
{
	struct state *s = r->state;
	double per_s, ns;
	int rc;

	if (s->rates == NULL)
		return rows_time(r, DURATION, TIME_S, &t->work_ns);
	rc = gavel_rates_find(s->rates, r->deck, r->field[TYPE], gpus, &per_s, &t->scaling,
			      r->err);
	t->work_ns = -1;
	if (rc != SJ_OK || !(per_s > 0))
		return rc;
	ns = ceil((double)steps / per_s * 1e9);
	if (ns > (double)SJ_TIME_MAX)
		return rows_refuse(r, STEPS, "a number of steps that ends within 126 years");
	t->work_ns = (sj_time)ns;
	return SJ_OK;
}

/* Why a run time is unknown, for the first job without one. */
static void explain(const struct rows *r, uint32_t gpus)
{
	const struct state *s = r->state;
	sj_workload_info *info = &r->deck->source.info;
	char type[64];

	if (info->first_drop[0] != '\0')
		return;
	lines_show(r->field[TYPE], type, sizeof(type));
	if (s->rates == NULL)
		snprintf(info->first_drop, sizeof(info->first_drop),
			 "line %llu states steps and no time; add ,throughputs=FILE behind the "
			 "path", (unsigned long long)r->line);
	else
		snprintf(info->first_drop, sizeof(info->first_drop), "line %llu: no throughput "
			 "of %s on %u %.20s", (unsigned long long)r->line, type,
			 gpus, s->settings.reference);
}

static int read_terms(struct rows *r, sj_job *job)
{
	double weight, level;
	int rc = read_real(r, WEIGHT, &weight);

	if (rc == SJ_OK)
		rc = read_real(r, LEVEL, &level);
	if (rc != SJ_OK)
		return rc;
	if (weight >= 0)
		job->weight = weight;
	if (level > 0 && job->task.work_ns >= 0 && job->submit_ns >= 0 &&
	    level * (double)job->task.work_ns < (double)SJ_TIME_MAX / 2)
		job->deadline_ns = job->submit_ns +
				   (sj_time)(level * (double)job->task.work_ns);
	return SJ_OK;
}

static int row(struct rows *r)
{
	int64_t steps = 0;
	uint32_t gpus = 0;
	sj_job job;
	int rc = SJ_OK;

	sj_job_clear(&job);
	job.id = (int64_t)r->deck->source.info.records - 1;
	if (text_whole(r->field[STEPS], &steps) != SJ_OK || steps < 0)
		rc = rows_refuse(r, STEPS, "a whole number of steps");
	if (rc == SJ_OK)
		rc = rows_number(r, GPUS, &gpus);
	if (rc == SJ_OK)
		rc = rows_time(r, ARRIVAL, TIME_S, &job.submit_ns);
	if (rc == SJ_OK)
		rc = read_work(r, gpus, steps, &job.task);
	if (rc == SJ_OK)
		rc = rows_name(r, TYPE, &r->app, &job.app);
	if (rc == SJ_OK)
		rc = read_terms(r, &job);
	if (rc != SJ_OK)
		return rc;
	rows_gpu_ranks(&job, gpus);
	job.task.steps = (uint64_t)steps;
	if (job.task.work_ns < 0)
		explain(r, gpus);
	return rows_add(r, &job);
}

static void fini(struct rows *r)
{
	gavel_rates_free(((struct state *)r->state)->rates);
}

static const struct rows_format format = {
	.name = "gavel",
	.separator = '\t',
	.columns = columns,
	.orders = orders,
	.unix_start_ns = SJ_NEVER,
	.headerless = true,
	.state_size = sizeof(struct state),
	.start = start,
	.row = row,
	.fini = fini,
};

ROWS_OPEN(gavel)

static bool is_number(const char *p, size_t n)
{
	size_t k = 0;

	while (k < n && ((p[k] >= '0' && p[k] <= '9') || p[k] == '.'))
		k++;
	return k > 0 && k == n;
}

/* The first line has as many fields as one of the orders, and numbers where that has. */
static int gavel_sniff(const char *bytes, size_t size)
{
	const char *eol = memchr(bytes, '\n', size), *p = bytes, *from[13], *to[13];
	const struct rows_order *o = orders;
	unsigned n = 0;

	while (eol != NULL && p <= eol && n < 13) {
		const char *tab = memchr(p, '\t', (size_t)(eol - p));

		from[n] = p;
		to[n] = tab != NULL ? tab : eol > bytes && eol[-1] == '\r' ? eol - 1 : eol;
		p = (tab != NULL ? tab : eol) + 1;
		n++;
	}
	while (o->count > 0 && o->count != n)
		o++;
	if (o->count == 0)
		return 0;
	for (unsigned k = 0; k < n; k++)
		if ((o->column[k] == STEPS || o->column[k] == ARRIVAL || o->column[k] == GPUS ||
		     o->column[k] == DATA) && !is_number(from[k], (size_t)(to[k] - from[k])))
			return 0;
	return 90;
}

const sj_reader_ops sj_reader_gavel = {
	.name = "gavel",
	.summary = "jobs of Gavel and Shockwave (tabs), with ,throughputs=FILE behind the path",
	.suffixes = "",
	.sniff = gavel_sniff,
	.open = gavel_open,
	.params = params,
	.files = files,
};
