/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * host.c - see host.h. hwloc (https://www.open-mpi.org/projects/hwloc) is optional:
 * the Makefile says -DSJ_HWLOC where pkg-config finds it.
 */
#include "config/host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef SJ_HWLOC

#include <hwloc.h>

/* What the GPUs of this machine have in common. */
struct gpus {
	unsigned    count;
	const char *model;     /* NULL: not told, or not one */
	uint64_t    mem_bytes; /* 0: likewise */
	bool        mixed;
};

/* hwloc shows a GPU once for each library that knows it; these are told apart from
 * display adapters. */
static bool computes(hwloc_obj_t dev)
{
	static const char *const kinds[] = { "CUDA", "NVML", "RSMI", "LevelZero" };

	for (size_t i = 0; dev->subtype != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(dev->subtype, kinds[i]) == 0)
			return true;
	return false;
}

/* The first device of a PCI function stands for the GPU. */
static bool is_first(hwloc_obj_t dev)
{
	for (hwloc_obj_t d = dev->prev_sibling; d != NULL; d = d->prev_sibling)
		if (d->type == HWLOC_OBJ_OS_DEVICE && computes(d))
			return false;
	return true;
}

static const char *sibling_info(hwloc_obj_t dev, const char *name)
{
	const char *v = NULL;

	for (hwloc_obj_t d = dev; d != NULL && v == NULL; d = d->next_sibling)
		if (d->type == HWLOC_OBJ_OS_DEVICE && computes(d))
			v = hwloc_obj_get_info_by_name(d, name);
	return v;
}

static void look_for_gpus(hwloc_topology_t topology, struct gpus *g)
{
	for (hwloc_obj_t dev = NULL; (dev = hwloc_get_next_osdev(topology, dev)) != NULL;) {
		const char *model, *kib;
		uint64_t bytes;

		if (!computes(dev) || !is_first(dev))
			continue;
		model = sibling_info(dev, "GPUModel");
		kib = sibling_info(dev, "CUDAGlobalMemorySize");
		bytes = kib != NULL ? strtoull(kib, NULL, 10) * 1024 : 0;
		if (g->count++ == 0) {
			g->model = model;
			g->mem_bytes = bytes;
			continue;
		}
		g->mixed = g->mixed || (model == NULL) != (g->model == NULL) ||
			   (model != NULL && strcmp(model, g->model) != 0);
		if (bytes != g->mem_bytes)
			g->mem_bytes = 0;
	}
}

static int describe(hwloc_topology_t topology, char *buf, size_t size, struct gpus *g,
		    sj_error *err)
{
	int cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
	uint64_t memory = hwloc_get_root_obj(topology)->total_memory;
	size_t n;

	if (cores <= 0) /* some virtual machines show threads only */
		cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	if (cores <= 0)
		return sj_fail(err, SJ_EIO, "hwloc finds no cores on this machine");
	look_for_gpus(topology, g);
	n = (size_t)snprintf(buf, size, "nodes=1,cores=%d,mem=%" PRIu64 "B", cores, memory);
	if (g->count > SJ_NODE_GPUS_MAX)
		return sj_fail(err, SJ_EIO, "hwloc finds %u GPUs on this machine; at most %u",
			       g->count, SJ_NODE_GPUS_MAX);
	if (g->count > 0)
		n += (size_t)snprintf(buf + n, size - n, ",gpus=%u", g->count);
	if (g->model != NULL && !g->mixed && strpbrk(g->model, "()") == NULL)
		n += (size_t)snprintf(buf + n, size - n, ",gpu=(%.80s)", g->model);
	if (g->mem_bytes != 0)
		snprintf(buf + n, size - n, ",gpu_mem=%" PRIu64 "B", g->mem_bytes);
	return SJ_OK;
}

/* One more sentence; a lack of memory loses it. */
static void note(struct cluster *c, const char *fmt, unsigned n)
{
	char **more = realloc(c->notes, (c->note_count + 1) * sizeof(*more));

	if (more == NULL)
		return;
	c->notes = more;
	if (asprintf(&c->notes[c->note_count], fmt, n) >= 0)
		c->note_count++;
}

int cluster_from_host(struct cluster *out, sj_error *err)
{
	struct gpus gpus = { .count = 0 };
	hwloc_topology_t topology;
	unsigned numa = 0;
	char text[320];
	int rc;

	*out = (struct cluster){ .text = NULL };
	if (hwloc_topology_init(&topology) != 0)
		return sj_fail(err, SJ_ENOMEM, "no memory to look at this machine");
	hwloc_topology_set_io_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_IMPORTANT);
	if (hwloc_topology_load(topology) == 0) {
		rc = describe(topology, text, sizeof(text), &gpus, err);
		numa = (unsigned)hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
	} else {
		rc = sj_fail(err, SJ_EIO, "hwloc cannot look at this machine");
	}
	hwloc_topology_destroy(topology);
	if (rc == SJ_OK)
		rc = cluster_parse(text, out, err);
	if (rc == SJ_OK && numa > 1)
		note(out, "its memory is that of %u NUMA nodes, which are not told apart", numa);
	if (rc == SJ_OK && gpus.mixed)
		note(out, "its %u GPUs are of several models, so none is named", gpus.count);
	return rc;
}

#else

int cluster_from_host(struct cluster *out, sj_error *err)
{
	*out = (struct cluster){ .text = NULL };
	return sj_fail(err, SJ_EUSAGE, "this program was built without hwloc; install "
		       "libhwloc-dev and build it again, or describe the machine, as in "
		       "nodes=1,cores=8");
}

#endif
