/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link_summary.c - see link_summary.h. */
#include "run/link_summary.h"

#include <math.h>

double link_utilization(const struct link_total *l, double span_s)
{
	return span_s > 0 ? (double)l->bytes / l->info.bytes_per_s / span_s : NAN;
}

static double share(const struct link_total *l)
{
	return (double)l->bytes / l->info.bytes_per_s;
}

/* Keeps the busiest in order; of equals the one of the lower number. */
static void rank(struct link_summary *s, const struct link_total *l)
{
	uint32_t i = s->count;

	while (i > 0 && share(&s->busiest[i - 1]) < share(l)) {
		if (i < LINK_SUMMARY_BUSIEST)
			s->busiest[i] = s->busiest[i - 1];
		i--;
	}
	if (i == LINK_SUMMARY_BUSIEST)
		return;
	s->busiest[i] = *l;
	s->count += s->count < LINK_SUMMARY_BUSIEST;
}

static int add(void *self, const struct link_total *l, sj_error *err)
{
	struct link_summary *s = self;

	(void)err;
	s->used++;
	s->bytes += l->bytes;
	rank(s, l);
	return SJ_OK;
}

int link_summary_make(const struct link_use *u, const sj_run *run, double span_s,
		      struct link_summary *out)
{
	double capacity = 0;
	int rc;

	*out = (struct link_summary){ .asked = true, .links = link_use_links(u) };
	for (uint32_t i = 0; i < out->links; i++) {
		sj_link_info info;

		sj_run_link(run, i, &info);
		capacity += info.bytes_per_s;
	}
	rc = link_use_each(u, add, NULL, out, NULL);
	out->mean = capacity > 0 && span_s > 0 ? (double)out->bytes / capacity / span_s : NAN;
	return rc;
}
