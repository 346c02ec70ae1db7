/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fabric_parts.h - numbers of links that only fabric.c and fabric_name.c know. */
#ifndef FABRIC_PARTS_H
#define FABRIC_PARTS_H

#include "fabric.h"

#define FABRIC_NONE UINT32_MAX

/* Links inside the nodes of a type, two for each GPU. PCIe: to the GPU and from it;
 * NVLink: from it and to it. */
struct sj_inner {
	uint32_t first_node;
	uint32_t pcie, nvlink; /* of its first GPU; FABRIC_NONE: not stated */
};

/* Links of a storage, as seen from it; FABRIC_NONE: the disk is not stated. In half duplex
 * `out` and `in` are the same, and so are reads and writes of a disk that they share. */
struct sj_storage_links {
	uint32_t out, in, read, write;
};

#endif
