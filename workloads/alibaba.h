/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alibaba.h - private to workloads/: what the batch tasks of Alibaba's cluster traces of
 * 2017 and 2018 have in common: instances that ask for hundredths of a core.
 */
#ifndef ALIBABA_H
#define ALIBABA_H

#include "rows.h"

struct alibaba_settings {
	int64_t  cut;    /* parts of a core that are a core here */
	uint64_t memory; /* bytes of the largest machine; 0 = not modelled */
};

#define ALIBABA_PARAMS(type_, member_)                                                   \
	{ .name = "cut", .type = SJ_P_INT, .offset = offsetof(type_, member_.cut),       \
	  .def = "1", .min = 1, .max = 100, .unit = "parts",                             \
	  .help = "Into how many cores of this run a core of the log is cut; requests "  \
		  "are rounded up to whole ones." },                                     \
	{ .name = "memory", .type = SJ_P_BYTES, .offset = offsetof(type_, member_.memory), \
	  .def = "0B",                                                                   \
	  .help = "Memory of the largest machine, of which requests are fractions; 0B "  \
		  "is not modelled." }

/*
 * Cores and memory of an instance: `cpu` has hundredths of a core, `memory` a fraction of
 * the largest machine's, in units of `unit` (1, or 0.01 for percent). An empty CPU is 0
 * cores. SJ_OK or SJ_EPARSE.
 */
int  alibaba_demand(struct rows *r, const struct alibaba_settings *s, int cpu, int memory,
		    double unit, uint32_t *cores, uint64_t *bytes);
/* Counts the task under its status, its instances, and, when it has ended, its
 * instance-seconds (whole seconds, of any sign), those that ended well also apart. */
void alibaba_count(struct rows *r, int status, uint32_t instances, sj_time run_ns);

#endif
