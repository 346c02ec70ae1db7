/* SPDX-License-Identifier: GPL-3.0-or-later */
/* swim.h - private to workloads/: from the bytes of a MapReduce job to its tasks. */
#ifndef SWIM_H
#define SWIM_H

#include "sojourn/workload.h"

struct swim_settings {
	uint64_t block, map_rate, reduce_block, reduce_rate; /* bytes, bytes a second */
	sj_time  setup_ns;
	int64_t  most;
};

struct swim_job {
	int64_t  id;
	sj_time  submit_ns;
	uint64_t line;
	uint64_t input, shuffle, output; /* bytes */
};

struct swim_shape {
	uint32_t maps, reduces; /* reduces 0: no shuffle */
	sj_time  map_ns, reduce_ns;
};

struct swim_shape swim_shape(const struct swim_settings *s, const struct swim_job *j);

#endif
