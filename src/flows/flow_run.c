/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow_run.c - when transfers end, or what rates they get; see flow_case.h. */
#include <math.h>
#include <stdlib.h>

#include "flows/flow_case.h"

struct begin {
	sj_time  at;
	uint32_t flow;
};

/* By start, then by place in the file. */
static int by_start(const void *a, const void *b)
{
	const struct begin *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->flow < y->flow ? -1 : 1;
}

struct run {
	struct flow_case *c;
	struct begin     *order;
	uint32_t          next;
	uint32_t         *flow_of; /* by transfer */
	uint32_t          room;
};

static int send_due(struct run *r, sj_time now)
{
	while (r->next < r->c->count && r->order[r->next].at <= now) {
		const struct flow_entry *f = &r->c->flow[r->order[r->next].flow];
		uint32_t id;

		bool stays = f->hops == 0 && !(f->wish.cap > 0);

		if (sj_network_send_over(r->c->network, f->link, f->hops, stays ? 0 : f->bytes,
					 f->wish, now, &id) != SJ_OK)
			return SJ_ENOMEM;
		if (id >= r->room) {
			uint32_t room = r->room != 0 ? r->room * 2 : 1024;
			uint32_t *grown = realloc(r->flow_of, room * sizeof(*grown));

			if (grown == NULL)
				return SJ_ENOMEM;
			r->flow_of = grown;
			r->room = room;
		}
		r->flow_of[id] = r->order[r->next++].flow;
	}
	return SJ_OK;
}

static int step(struct run *r, sj_time now)
{
	uint32_t id;
	int rc = send_due(r, now);

	while (rc == SJ_OK && (rc = sj_network_advance(r->c->network, now, &id)) == SJ_OK)
		r->c->flow[r->flow_of[id]].finish_ns = now;
	return rc == SJ_END ? SJ_OK : rc;
}

int flow_case_run(struct flow_case *c, sj_error *err)
{
	struct run r = { .c = c, .order = malloc(c->count * sizeof(*r.order)) };
	int rc = r.order != NULL ? SJ_OK : SJ_ENOMEM;

	for (uint32_t i = 0; i < c->count && rc == SJ_OK; i++)
		r.order[i] = (struct begin){ c->flow[i].start_ns, i };
	if (rc == SJ_OK)
		qsort(r.order, c->count, sizeof(*r.order), by_start);
	while (rc == SJ_OK) {
		sj_time now = sj_network_next(c->network);

		if (r.next < c->count && r.order[r.next].at < now)
			now = r.order[r.next].at;
		if (now > SJ_TIME_MAX)
			break;
		rc = step(&r, now);
	}
	free(r.order);
	free(r.flow_of);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "no memory for %u flows", c->count);
}

int flow_case_rates(struct flow_case *c, sj_error *err)
{
	sj_flows *n = sj_network_flows(c->network);
	uint32_t *id = malloc(c->count * sizeof(*id));
	int rc = id != NULL ? SJ_OK : SJ_ENOMEM;

	for (uint32_t i = 0; i < c->count && rc == SJ_OK; i++) {
		const struct flow_entry *f = &c->flow[i];

		rc = sj_flows_add(n, f->link, f->hops, 1, f->wish.weight,
				  f->wish.cap > 0 ? f->wish.cap : INFINITY, 0, &id[i]);
	}
	if (rc == SJ_OK)
		rc = sj_flows_settle(n, 0);
	for (uint32_t i = 0; i < c->count && rc == SJ_OK; i++)
		c->flow[i].rate = n->flow[id[i]].rate;
	free(id);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "no memory for %u flows", c->count);
}
