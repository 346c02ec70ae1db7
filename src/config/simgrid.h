/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simgrid.h - machines from platform files of SimGrid 4 and 4.1 and of Batsim (XML):
 * hosts and clusters become node types. Links and routes are checked and counted; the
 * network between nodes is not modelled.
 */
#ifndef SIMGRID_H
#define SIMGRID_H

#include "config/cluster.h"
#include "config/wrongs.h"

enum {
	SIMGRID_BYTES_MAX = 64 << 20,
	SIMGRID_DEPTH_MAX = 64
};

/* Does a text begin like XML: "<", after blanks? */
bool simgrid_sniff(const char *bytes, size_t size);

/*
 * What is wrong with the text is added to `wrongs`. Nothing is loaded from elsewhere, and
 * entities are refused, so nothing expands.
 * SJ_OK      *out is filled, with notes on what was left out
 * SJ_EPARSE  *err has the first error and says how many more there are
 * SJ_ENOMEM
 */
int simgrid_parse(struct wrongs *wrongs, const char *bytes, size_t size, struct cluster *out,
		  sj_error *err);

#endif
