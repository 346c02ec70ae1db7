/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_dot.c - jobs as graphs in the language of Graphviz, for looking at: a box for each
 * job, in it a node for each task with its run time and an arrow for each edge with its
 * bytes. Files are notes between those who make and who read them. Darker nodes work
 * longer, thicker arrows carry more. Not read back.
 */
#include <inttypes.h>
#include <math.h>

#include "cli/number_text.h"
#include "trace/neighbours.h"
#include "trace/writer.h"

static void dot_header(FILE *to, const sj_source *source, const char *note)
{
	(void)source;
	/* A comment ends with its line. */
	fputs("// ", to);
	for (; *note != '\0'; note++)
		fputc((unsigned char)*note < 0x20 ? '?' : *note, to);
	fputs("\ndigraph jobs {\n\trankdir=TB;\n\tgraph [fontname=\"Helvetica\", fontsize=10];\n"
	      "\tnode [shape=box, style=filled, fontname=\"Helvetica\", fontsize=9, margin=\"0.05,0.03\"];\n"
	      "\tedge [fontname=\"Helvetica\", fontsize=8, arrowsize=0.6];\n", to);
}

/* 3 digits and a unit that fits. */
static void put_scaled(FILE *to, double v, const char *const *units, double step)
{
	char number[NUMBER_TEXT_MAX];

	while (v >= step && units[1] != NULL) {
		v /= step;
		units++;
	}
	number_human(v, 3, number);
	fprintf(to, "%s %s", number, units[0]);
}

static void put_time(FILE *to, sj_time ns)
{
	static const char *const small[] = { "ns", "us", "ms", "s", NULL };
	static const char *const large[] = { "s", "min", "h", NULL };

	if (ns >= 60 * SJ_NS_PER_S)
		put_scaled(to, (double)ns / 1e9, large, 60);
	else
		put_scaled(to, (double)ns, small, 1000);
}

static void put_bytes(FILE *to, uint64_t bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB", NULL };

	put_scaled(to, (double)bytes, units, 1000);
}

static void put_task(FILE *to, const sj_job *job, uint32_t i, sj_time longest)
{
	const sj_task_spec *t = &job_tasks(job)[i];
	double share = longest > 0 ? (double)t->work_ns / (double)longest : 0;
	uint64_t cores = (uint64_t)t->ranks * t->cores;

	fprintf(to, "\t\t\"%" PRId64 ".%" PRIu32 "\" [label=\"%" PRIu32 "\\n", job->id, i, i);
	if (cores != 1)
		fprintf(to, "%" PRIu64 " x ", cores);
	put_time(to, t->work_ns);
	fprintf(to, "\", fillcolor=\"0.58 %.3f 1.0\"];\n", 0.05 + 0.45 * share);
}

static void put_edge(FILE *to, const sj_job *job, const sj_edge *e, uint64_t most)
{
	fprintf(to, "\t\t\"%" PRId64 ".%" PRIu32 "\" -> \"%" PRId64 ".%" PRIu32 "\"", job->id,
		e->from, job->id, e->to);
	if (e->bytes != 0) {
		fprintf(to, " [penwidth=%.2f, label=\"",
			0.5 + 3.5 * sqrt((double)e->bytes / (double)most));
		put_bytes(to, e->bytes);
		fputs("\"]", to);
	} else {
		fputs(" [style=dashed]", to);
	}
	fputs(";\n", to);
}

static void put_files(FILE *to, const sj_job *job)
{
	const sj_job_files *f = job->files;

	for (uint32_t i = 0; f != NULL && i < f->file_count; i++) {
		fprintf(to, "\t\t\"%" PRId64 ".f%" PRIu32 "\" [shape=note, fillcolor=white, label=\"",
			job->id, i);
		put_bytes(to, f->files[i].bytes);
		fputs("\"];\n", to);
		if (f->files[i].maker != 0)
			fprintf(to, "\t\t\"%" PRId64 ".%" PRIu32 "\" -> \"%" PRId64 ".f%" PRIu32 "\";\n",
				job->id, f->files[i].maker - 1, job->id, i);
	}
	for (uint32_t i = 0; f != NULL && i < f->read_count; i++)
		fprintf(to, "\t\t\"%" PRId64 ".f%" PRIu32 "\" -> \"%" PRId64 ".%" PRIu32 "\";\n", job->id,
			f->reads[i].file, job->id, f->reads[i].task);
}

static int dot_job(FILE *to, const sj_source *source, const sj_job *job, sj_error *err)
{
	const sj_task_spec *t = job_tasks(job);
	sj_time longest = 0;
	uint64_t most = 0;

	(void)source, (void)err;
	for (uint32_t i = 0; i < job->task_count; i++)
		longest = t[i].work_ns > longest ? t[i].work_ns : longest;
	for (uint32_t i = 0; i < job->edge_count; i++)
		most = job->edges[i].bytes > most ? job->edges[i].bytes : most;
	fprintf(to, "\tsubgraph \"cluster_%" PRId64 "\" {\n\t\tlabel=\"job %" PRId64 "\";\n", job->id,
		job->id);
	for (uint32_t i = 0; i < job->task_count; i++)
		put_task(to, job, i, longest);
	for (uint32_t i = 0; i < job->edge_count; i++)
		put_edge(to, job, &job->edges[i], most);
	put_files(to, job);
	fputs("\t}\n", to);
	return SJ_OK;
}

static void dot_end(FILE *to)
{
	fputs("}\n", to);
}

const struct trace_writer trace_writer_dot = {
	.name = "dot",
	.suffix = ".dot",
	.header = dot_header,
	.job = dot_job,
	.end = dot_end,
};
