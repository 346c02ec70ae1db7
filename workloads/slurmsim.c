/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slurmsim.c - reader of event files of the Slurm simulator of the University at Buffalo
 * (Simakov et al., "A Slurm simulator: implementation and parametric analysis", PMBS
 * 2017): one job a line, `-dt SECONDS -e submit_batch_job | -sim-walltime SECONDS` and
 * then what sbatch was told.
 *
 * Submit is -dt, the run time -sim-walltime (-1: the job waits for its limit and is killed
 * there), the estimate -t, which a number alone states in minutes. Nodes (-N) are ranks,
 * each on a node of its own, with as many cores as tasks a node (-n, times -c), --gres=gpu
 * or --gpus-per-node, and --mem; when the tasks do not divide by the nodes, a rank is a
 * task. Of an option given twice the last counts, as for sbatch. Drops: nothing but what
 * has no run time or no tasks. Invents: a core, a node and a task where none is stated;
 * the run time as the estimate where there is no limit; the id, which is the number at the
 * end of the job's name, or without one the place in the file, from 1. Does not read:
 * --exclusive (the cores of a node are not known here), --constraint, the quality of
 * service, dependencies, and options it does not know. Cannot know: the machine. The
 * partition becomes the queue, the account the group.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rows.h"

enum { EVENT };

static const struct rows_column columns[] = {
	[EVENT] = { "event", true },
	{ NULL, false },
};

enum option { AT, WHAT, WALLTIME, LIMIT, NODES, TASKS, CPUS, PER_NODE, GRES, GPUS, MEM,
	      MEM_CPU, USER, ACCOUNT, PARTITION, NAME, OPTIONS };

/* Long and short names; the first three are the simulator's. */
static const struct {
	const char *name;
	char        letter;
} options[OPTIONS] = {
	[AT] = { "-dt", 0 },             [WHAT] = { "-e", 0 },
	[WALLTIME] = { "-sim-walltime", 0 }, [LIMIT] = { "--time", 't' },
	[NODES] = { "--nodes", 'N' },    [TASKS] = { "--ntasks", 'n' },
	[CPUS] = { "--cpus-per-task", 'c' }, [PER_NODE] = { "--ntasks-per-node", 0 },
	[GRES] = { "--gres", 0 },        [GPUS] = { "--gpus-per-node", 0 },
	[MEM] = { "--mem", 0 },          [MEM_CPU] = { "--mem-per-cpu", 0 },
	[USER] = { "--uid", 0 },         [ACCOUNT] = { "--account", 'A' },
	[PARTITION] = { "--partition", 'p' }, [NAME] = { "--job-name", 'J' },
};

struct event {
	const char *value[OPTIONS]; /* NULL: not given */
};

/* ---- words of a line ----------------------------------------------------------------- */

static int refuse(const struct rows *r, const char *option, const char *value,
		  const char *expected)
{
	char name[24], shown[44];

	lines_show(option, name, sizeof(name));
	lines_show(value, shown, sizeof(shown));
	return sj_fail(r->err, SJ_EPARSE, "%s:%llu: %s: \"%s\" is not %s", r->lines.in->name,
		       (unsigned long long)r->line, name, shown, expected);
}

/* The option of this word, or -1; *value is what stands behind its name in the word. */
static int option_of(const char *word, const char **value)
{
	for (int k = 0; k < OPTIONS; k++) {
		size_t n = strlen(options[k].name);

		*value = word + n;
		if (strncmp(word, options[k].name, n) == 0 && (word[n] == '\0' || word[n] == '='))
			return k;
		*value = word + 2;
		if (word[0] == '-' && options[k].letter != 0 && word[1] == options[k].letter)
			return k;
	}
	return -1;
}

/* Cuts the line into words; of an option given twice the last value stands. */
static int read_words(struct rows *r, char *line, struct event *e)
{
	char *save = NULL;

	for (char *word = strtok_r(line, " \t", &save); word != NULL;
	     word = strtok_r(NULL, " \t", &save)) {
		const char *value;
		int k = option_of(word, &value);

		if (k < 0)
			continue;
		if (*value == '=')
			value++;
		else if (*value == '\0')
			value = strtok_r(NULL, " \t", &save);
		if (value == NULL)
			return refuse(r, word, "", "followed by a value");
		e->value[k] = value;
	}
	return SJ_OK;
}

/* ---- values -------------------------------------------------------------------------- */

static int read_count(const struct rows *r, const struct event *e, enum option k,
		      uint32_t none, uint32_t *out)
{
	int64_t v = none;

	if (e->value[k] != NULL && (text_whole(e->value[k], &v) != SJ_OK || v < 0 ||
				    v > UINT32_MAX))
		return refuse(r, options[k].name, e->value[k], "a whole number");
	*out = (uint32_t)v;
	return SJ_OK;
}

static int read_seconds(const struct rows *r, const struct event *e, enum option k,
			sj_time *out)
{
	if (e->value[k] == NULL)
		return refuse(r, options[k].name, "", "there; every job has it");
	if (text_decimal(e->value[k], TIME_S, out) != SJ_OK)
		return refuse(r, options[k].name, e->value[k], "a number of seconds");
	return SJ_OK;
}

/* "D-HH:MM:SS" and its short forms; a number alone is minutes. */
static int read_limit(const struct rows *r, const struct event *e, sj_time *out)
{
	const char *text = e->value[LIMIT];
	int64_t minutes;

	*out = 0;
	if (text == NULL || strcasecmp(text, "UNLIMITED") == 0 || strcasecmp(text, "INFINITE") == 0)
		return SJ_OK;
	if (text_whole(text, &minutes) == SJ_OK && minutes >= 0 &&
	    minutes <= SJ_TIME_MAX / (60 * SJ_NS_PER_S)) {
		*out = minutes * 60 * SJ_NS_PER_S;
		return SJ_OK;
	}
	if (text_span(text, out) != SJ_OK)
		return refuse(r, "-t", text, "a limit such as 1-12:30:00");
	return SJ_OK;
}

/* "187000M", "500G"; a number alone is MiB. */
static int read_memory(const struct rows *r, const struct event *e, enum option k,
		       uint64_t *out)
{
	static const char units[] = "KMGT";
	const char *text = e->value[k], *unit;
	char *end;
	unsigned long long v;
	int shift = 20;

	*out = 0;
	if (text == NULL)
		return SJ_OK;
	v = strtoull(text, &end, 10);
	unit = *end != '\0' ? strchr(units, *end & ~0x20) : NULL;
	if (unit != NULL) {
		shift = 10 * (int)(unit - units + 1);
		end++;
		end += *end == 'B' || *end == 'b';
	}
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || v > UINT64_MAX >> shift)
		return refuse(r, options[k].name, text, "an amount of memory such as 187000M");
	*out = (uint64_t)v << shift;
	return SJ_OK;
}

/* "gpu:2", "gpu:v100:2", "gpu"; also the value of --gpus-per-node, without "gpu". */
static int read_gpus(struct rows *r, const struct event *e, sj_task_spec *t)
{
	const char *text = e->value[GPUS] != NULL ? e->value[GPUS] : e->value[GRES], *last;
	char model[64];
	int64_t n = 1;

	if (text == NULL)
		return SJ_OK;
	if (e->value[GPUS] == NULL) {
		if (strncmp(text, "gpu", 3) != 0 || (text[3] != ':' && text[3] != '\0'))
			return SJ_OK; /* some other kind of resource */
		text += 3 + (text[3] == ':');
	}
	last = strrchr(text, ':') != NULL ? strrchr(text, ':') + 1 : text;
	if (*last != '\0' && (text_whole(last, &n) != SJ_OK || n < 0 || n > 1000))
		return refuse(r, "--gres", text, "a number of GPUs of a node");
	t->gpu_milli = (uint32_t)n * SJ_GPU_WHOLE;
	if (last == text || n == 0 || (size_t)(last - text) > sizeof(model))
		return SJ_OK;
	memcpy(model, text, (size_t)(last - text) - 1);
	model[last - text - 1] = '\0';
	return names_number(&r->deck->gpu_model, model, &t->gpu_model, r->err);
}

/* ---- jobs ---------------------------------------------------------------------------- */

/* Per rank: a node's part, or (when that is no whole number of tasks) a task. */
static int read_demand(struct rows *r, const struct event *e, sj_task_spec *t)
{
	uint32_t nodes = 0, tasks = 0, per_node = 0, cpus = 0;
	uint64_t mem = 0, mem_cpu = 0;
	int rc = read_count(r, e, NODES, 1, &nodes);

	if (rc == SJ_OK)
		rc = read_count(r, e, PER_NODE, 1, &per_node);
	if (rc == SJ_OK && (uint64_t)nodes * per_node > UINT32_MAX)
		return refuse(r, "-N", e->value[NODES], "a possible number of nodes");
	if (rc == SJ_OK)
		rc = read_count(r, e, TASKS, nodes * per_node, &tasks);
	if (rc == SJ_OK)
		rc = read_count(r, e, CPUS, 1, &cpus);
	if (rc == SJ_OK && ((uint64_t)tasks * cpus > UINT32_MAX))
		return refuse(r, "-n", e->value[TASKS], "a possible number of tasks");
	if (rc == SJ_OK)
		rc = read_memory(r, e, MEM, &mem);
	if (rc == SJ_OK)
		rc = read_memory(r, e, MEM_CPU, &mem_cpu);
	if (rc == SJ_OK)
		rc = read_gpus(r, e, t);
	if (rc != SJ_OK)
		return rc;
	t->ranks = nodes > 0 && tasks % nodes == 0 ? nodes : tasks;
	t->cores = t->ranks > 0 ? tasks / t->ranks * cpus : 0;
	t->layout = t->ranks == nodes ? SJ_LAYOUT_SPREAD : SJ_LAYOUT_ANY;
	t->mem_bytes = mem_cpu != 0 ? mem_cpu * t->cores : mem;
	if (t->ranks == nodes || nodes == 0)
		return SJ_OK;
	/* So that all nodes' parts together are asked for. */
	t->gpu_milli = (uint32_t)(((uint64_t)t->gpu_milli * nodes + tasks - 1) / tasks);
	if (mem_cpu == 0)
		t->mem_bytes = mem / tasks * nodes;
	return SJ_OK;
}

static int read_who(struct rows *r, const struct event *e, sj_job *job)
{
	const char *none = "";
	int rc = names_number(&r->user, e->value[USER] != NULL ? e->value[USER] : none,
			      &job->user, r->err);

	if (rc == SJ_OK)
		rc = names_number(&r->group, e->value[ACCOUNT] != NULL ? e->value[ACCOUNT] :
				  none, &job->group, r->err);
	if (rc == SJ_OK)
		rc = names_number(&r->queue, e->value[PARTITION] != NULL ?
				  e->value[PARTITION] : none, &job->queue, r->err);
	return rc;
}

static int row(struct rows *r)
{
	struct event e = { { NULL } };
	sj_job job;
	int rc = read_words(r, (char *)r->field[EVENT], &e);

	sj_job_clear(&job);
	if (rc == SJ_OK && (e.value[WHAT] == NULL || strcmp(e.value[WHAT], "submit_batch_job") != 0))
		rc = refuse(r, "-e", e.value[WHAT] != NULL ? e.value[WHAT] : "",
			    "submit_batch_job, the only event that is read");
	if (rc == SJ_OK)
		rc = read_seconds(r, &e, AT, &job.submit_ns);
	if (rc == SJ_OK)
		rc = read_seconds(r, &e, WALLTIME, &job.task.work_ns);
	if (rc == SJ_OK)
		rc = read_limit(r, &e, &job.task.estimate_ns);
	if (rc == SJ_OK)
		rc = read_demand(r, &e, &job.task);
	if (rc == SJ_OK)
		rc = read_who(r, &e, &job);
	if (rc != SJ_OK)
		return rc;
	job.id = e.value[NAME] != NULL ? rows_number_at_end(e.value[NAME]) : -1;
	if (job.id < 0)
		job.id = (int64_t)r->deck->source.info.records;
	if (job.task.work_ns < 0 && job.task.estimate_ns > 0)
		job.task.work_ns = job.task.estimate_ns;
	return rows_add(r, &job);
}

static const struct rows_format format = {
	.name = "slurmsim",
	.separator = '\n', /* never there: the line is one field */
	.columns = columns,
	.unix_start_ns = SJ_NEVER,
	.headerless = true,
	.row = row,
};

static int slurmsim_open(sj_input *in, const sj_reader_options *o, sj_source **out,
			 sj_error *err)
{
	return rows_open(&format, in, o, out, err);
}

static int slurmsim_sniff(const char *bytes, size_t size)
{
	const char *eol = memchr(bytes, '\n', size);
	size_t n = eol != NULL ? (size_t)(eol - bytes) : size;

	return size > 4 && memcmp(bytes, "-dt ", 4) == 0 &&
	       memmem(bytes, n, " -e submit_batch_job", 20) != NULL ? 95 : 0;
}

const sj_reader_ops sj_reader_slurmsim = {
	.name = "slurmsim",
	.summary = "events of the Slurm simulator (-dt, -sim-walltime, options of sbatch)",
	.suffixes = ".events",
	.sniff = slurmsim_sniff,
	.open = slurmsim_open,
};
