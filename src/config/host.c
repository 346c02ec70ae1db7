/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * host.c - see host.h. hwloc (https://www.open-mpi.org/projects/hwloc) is optional:
 * the Makefile says -DSJ_HWLOC where pkg-config finds it.
 */
#include "config/host.h"

#include <inttypes.h>
#include <stdio.h>

#ifdef SJ_HWLOC

#include <hwloc.h>

static int describe(hwloc_topology_t topology, char *buf, size_t size, sj_error *err)
{
	int cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
	uint64_t memory = hwloc_get_root_obj(topology)->total_memory;

	if (cores <= 0) /* some virtual machines show threads only */
		cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
	if (cores <= 0)
		return sj_fail(err, SJ_EIO, "hwloc finds no cores on this machine");
	snprintf(buf, size, "nodes=1,cores=%d,mem=%" PRIu64 "B", cores, memory);
	return SJ_OK;
}

int cluster_from_host(struct cluster *out, sj_error *err)
{
	hwloc_topology_t topology;
	char text[96];
	int rc;

	*out = (struct cluster){ .text = NULL };
	if (hwloc_topology_init(&topology) != 0)
		return sj_fail(err, SJ_ENOMEM, "no memory to look at this machine");
	if (hwloc_topology_load(topology) == 0)
		rc = describe(topology, text, sizeof(text), err);
	else
		rc = sj_fail(err, SJ_EIO, "hwloc cannot look at this machine");
	hwloc_topology_destroy(topology);
	return rc == SJ_OK ? cluster_parse(text, out, err) : rc;
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
