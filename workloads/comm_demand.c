/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comm_demand.c - see comm_demand.h. */
#include "comm_demand.h"

#include <string.h>

static int find(const char *generator, const char *key, const char *text,
		const char *const *names, size_t n, uint16_t *out, sj_error *err)
{
	const char *near;

	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], text) == 0) {
			*out = (uint16_t)i;
			return SJ_OK;
		}
	near = sj_nearest(text, names, n);
	return sj_fail(err, SJ_EUSAGE, "generator %s: %s=%.40s is not known%s%s%s", generator, key,
		       text, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		       near != NULL ? "\"?" : "");
}

int comm_demand_init(struct comm_demand *d, const struct comm_params *p, const char *generator,
		     sj_error *err)
{
	sj_comm_phase *h = d->phase;
	int rc;

	*d = (struct comm_demand){ .params = p };
	if (p->op[0] == '\0')
		return SJ_OK;
	rc = find(generator, "comm", p->op, sj_comm_op_names, SJ_COMM_SERVERS + 1, &h->op, err);
	if (rc == SJ_OK)
		rc = find(generator, "comm_way", p->way, sj_collective_way_names,
			  SJ_COLLECTIVE_WAYS, &h->way, err);
	if (rc != SJ_OK)
		return rc;
	h->share = 1;
	h->bytes = (double)p->bytes;
	h->overlap = p->overlap;
	if (h->op == SJ_COMM_SERVERS)
		h->servers = (uint32_t)p->servers;
	d->phase[1] = d->phase[0];
	d->phase[1].way = SJ_WAY_AUTO;
	d->comms = 2;
	for (uint32_t i = 0; i < d->comms; i++)
		d->comm[i] = (sj_comm){ 1, &d->phase[i] };
	return SJ_OK;
}

void comm_demand_make(const struct comm_demand *d, sj_task_spec *t)
{
	sj_time step;

	for (uint32_t i = 0; i < d->comms && t->comm == 0; i++)
		if (sj_comm_wrong(&d->comm[i], t->ranks, 0, 0) == NULL)
			t->comm = i + 1;
	if (t->comm == 0)
		return;
	step = d->params->step_ns;
	t->steps = t->work_ns > step ? (uint64_t)((t->work_ns + step / 2) / step) : 1;
}
