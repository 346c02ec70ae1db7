/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * openb.c - reader of the pod lists of Alibaba's openb trace (Weng et al., "Beware of
 * fragmentation: scheduling GPU-sharing workloads with fragmentation gradient descent",
 * USENIX ATC 2023): comma-separated, times in seconds of the trace's own clock.
 *
 * A pod is one rank. Its cores are cpu_milli / 1000, rounded up, because cores are whole
 * here; its GPU demand is num_gpu x gpu_milli, in thousandths of a GPU (of one GPU, or of
 * as many whole ones); its memory is memory_mib. Submit is creation_time, the run time is
 * deletion_time - scheduled_time, and the log's start is scheduled_time. Drops: pods that
 * were never scheduled. Invents: the run time as the estimate; the id, which is the number
 * at the end of the name, or without one the place in the file, from 1. gpu_spec is the
 * GPU models that will do, with "|" between several; empty, or of a pod without GPUs: any.
 * Does not read: pod_phase: pods that still ran when the trace was taken end there. Cannot
 * know: users. The class of service becomes the queue, in order of appearance. Pods
 * without GPUs stay.
 */
#include "rows.h"

enum { NAME, CPU, MEMORY, GPUS, SHARE, SPEC, QOS, CREATED, DELETED, SCHEDULED };

static const struct rows_column columns[] = {
	[NAME] = { "name", true },
	[CPU] = { "cpu_milli", true },
	[MEMORY] = { "memory_mib", true },
	[GPUS] = { "num_gpu", true },
	[SHARE] = { "gpu_milli", true },
	[SPEC] = { "gpu_spec", false },
	[QOS] = { "qos", false },
	[CREATED] = { "creation_time", true },
	[DELETED] = { "deletion_time", true },
	[SCHEDULED] = { "scheduled_time", true },
	{ NULL, false },
};

#define CORE_MILLI 1000u

static int read_demand(struct rows *r, sj_task_spec *t)
{
	uint32_t cpu_milli = 0, memory_mib = 0, gpus = 0, share = 0;
	int rc = rows_number(r, CPU, &cpu_milli);

	if (rc == SJ_OK)
		rc = rows_number(r, MEMORY, &memory_mib);
	if (rc == SJ_OK)
		rc = rows_number(r, GPUS, &gpus);
	if (rc == SJ_OK)
		rc = rows_number(r, SHARE, &share);
	if (rc == SJ_OK && share > SJ_GPU_WHOLE)
		rc = rows_refuse(r, SHARE, "a share of one GPU, at most 1000");
	if (rc == SJ_OK && gpus > UINT32_MAX / SJ_GPU_WHOLE)
		rc = rows_refuse(r, GPUS, "a possible number of GPUs");
	t->cores = cpu_milli / CORE_MILLI + (cpu_milli % CORE_MILLI != 0);
	t->mem_bytes = (uint64_t)memory_mib << 20;
	t->gpu_milli = gpus * share;
	if (rc == SJ_OK && t->gpu_milli > 0)
		rc = rows_name(r, SPEC, &r->deck->gpu_model, &t->gpu_model);
	return rc;
}

static int row(struct rows *r)
{
	sj_time scheduled = -1, deleted = -1;
	sj_job job;
	int rc;

	sj_job_clear(&job);
	job.id = rows_number_at_end(r->field[NAME]);
	if (job.id < 0)
		job.id = (int64_t)r->deck->source.info.records;
	rc = read_demand(r, &job.task);
	if (rc == SJ_OK)
		rc = rows_time(r, CREATED, TIME_S, &job.submit_ns);
	if (rc == SJ_OK)
		rc = rows_time(r, SCHEDULED, TIME_S, &scheduled);
	if (rc == SJ_OK)
		rc = rows_time(r, DELETED, TIME_S, &deleted);
	if (rc == SJ_OK)
		rc = rows_name(r, QOS, &r->queue, &job.queue);
	if (rc != SJ_OK)
		return rc;
	job.task.work_ns = scheduled >= 0 && deleted >= 0 ? deleted - scheduled : -1;
	job.logged_start_ns = scheduled >= 0 ? scheduled : SJ_NEVER;
	return rows_add(r, &job);
}

static const struct rows_format format = {
	.name = "openb",
	.separator = ',',
	.columns = columns,
	.unix_start_ns = SJ_NEVER,
	.row = row,
};

ROWS_OPEN_AND_SNIFF(openb)

const sj_reader_ops sj_reader_openb = {
	.name = "openb",
	.summary = "pods of Alibaba's openb trace (csv)",
	.suffixes = "",
	.sniff = openb_sniff,
	.open = openb_open,
};
