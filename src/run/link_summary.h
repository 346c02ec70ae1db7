/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link_summary.h - how busy the links of a network were in a run, in a few numbers. */
#ifndef LINK_SUMMARY_H
#define LINK_SUMMARY_H

#include "run/link_use.h"

#define LINK_SUMMARY_BUSIEST 10u

struct link_summary {
	bool     asked;  /* false: nothing below is known */
	uint32_t links;  /* of the network */
	uint32_t used;   /* that carried something */
	uint64_t bytes;  /* over all links: a transfer counts on each that it crosses */
	double   mean;   /* utilization over all links and the span; NAN: no links or time */
	uint32_t count;  /* of `busiest` */
	struct link_total busiest[LINK_SUMMARY_BUSIEST]; /* by utilization, then by number */
};

/* Utilization of one link over `span_s` seconds; NAN: no time. */
double link_utilization(const struct link_total *l, double span_s);

/* `span_s`: what means are over. SJ_OK or SJ_ENOMEM. */
int  link_summary_make(const struct link_use *u, const sj_run *run, double span_s,
		       struct link_summary *out);

#endif
