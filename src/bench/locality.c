/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * locality.c - tasks that read a file of which three nodes have a copy, on a star: launches
 * per second where nodes are idle (85 % busy) and where jobs wait (120 %), FIFO beside delay
 * scheduling. Each job is one task; a backlog is most of the jobs.
 */
#include <stdio.h>

#include "bench/bench.h"
#include "config/cluster.h"

enum { BATCH = 64, COPIES = 3, LENGTH_S = 60 };

struct readers {
	sj_source    base;
	uint32_t     count, at, nodes;
	sj_time      gap_ns;
	sj_job_files files[BATCH];
	uint32_t     place[BATCH][COPIES];
};

/* Weyl's sequence: places and lengths that are spread alike. */
static uint32_t mixed(uint32_t i)
{
	return (uint32_t)((i + UINT64_C(1)) * UINT64_C(2654435769));
}

static void fill_one(struct readers *s, uint32_t k, sj_job *j)
{
	static const sj_file file = { .bytes = 1, .at_count = COPIES };
	static const sj_read read = { 0, 0 };
	uint32_t first = (uint32_t)((uint64_t)mixed(s->at) * s->nodes >> 32);

	for (uint32_t c = 0; c < COPIES; c++)
		s->place[k][c] = (first + c * (s->nodes / COPIES)) % s->nodes;
	s->files[k] = (sj_job_files){ 1, 1, COPIES, &file, &read, s->place[k] };
	sj_job_clear(j);
	j->id = s->at + 1;
	j->submit_ns = s->at * s->gap_ns;
	j->task.work_ns = j->task.estimate_ns =
		SJ_NS_PER_S + mixed(s->at * 7) % (2 * LENGTH_S) * SJ_NS_PER_S;
	j->files = &s->files[k];
	s->at++;
}

static int readers_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
			sj_error *err)
{
	struct readers *s = (struct readers *)self;

	(void)err;
	for (*count = 0; *count < cap && *count < BATCH && s->at < s->count; ++*count)
		fill_one(s, *count, &jobs[*count]);
	return *count != 0 ? SJ_OK : SJ_END;
}

static int readers_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct readers *)self)->at = 0;
	return SJ_OK;
}

static void readers_free(sj_source *self)
{
	(void)self;
}

static const sj_source_ops readers_ops = { .fill = readers_fill, .rewind = readers_rewind,
					   .free = readers_free };

static const struct load {
	uint32_t nodes, jobs, percent;
} loads[] = { { 100, 100000, 85 }, { 1000, 100000, 85 }, { 10000, 100000, 85 },
	      { 100, 20000, 120 }, { 100, 100000, 120 } };

static int add_row(const struct bench_config *c, struct bench_rows *rows, const char *policy,
		   const struct load *l, sj_error *err)
{
	struct readers s = { .base.ops = &readers_ops, .count = l->jobs, .nodes = l->nodes };
	char name[40], what[64], spec[80];
	sj_run_config config = { .source = &s.base };
	struct cluster machine;
	sj_run_stats stats;
	uint64_t ns;
	int rc;

	s.gap_ns = (LENGTH_S + 1) * SJ_NS_PER_S / l->nodes * 100 / l->percent;
	snprintf(spec, sizeof(spec), "nodes=%u,cores=1,bw=10Gbit/s,lat=2us,topology=star", l->nodes);
	rc = cluster_parse(spec, &machine, err);
	if (rc != SJ_OK)
		return rc;
	config.cluster = machine.model;
	config.network = machine.network;
	rc = bench_simulate_config(c, policy, &config, &stats, &ns, err);
	cluster_fini(&machine);
	snprintf(name, sizeof(name), "locality-%s-%u-%u-%u", policy, l->nodes, l->percent, l->jobs);
	snprintf(what, sizeof(what), "%s, %u nodes, %u %% busy, %u jobs", policy, l->nodes,
		 l->percent, l->jobs);
	if (rc == SJ_OK && bench_add(rows, name, what, "jobs/s", l->jobs * 1e9 / (double)ns) == NULL)
		rc = sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	return rc;
}

int bench_locality(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]) && rc == SJ_OK; i++) {
		rc = add_row(c, rows, "fifo", &loads[i], err);
		if (rc == SJ_OK)
			rc = add_row(c, rows, "delay", &loads[i], err);
	}
	return rc;
}
