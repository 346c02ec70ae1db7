/* SPDX-License-Identifier: GPL-3.0-or-later */
/* traffic.c - see traffic.h. */
#include "traffic.h"

#include <stdlib.h>

struct traffic {
	bool                wants_transfers;
	sj_flow_watch       watch;
	sj_transfer_record *open; /* by transfer; began_ns SJ_NEVER: not begun here */
	uint32_t            room;
};

/* The first error ends the run at the end of the instant. */
static void note_failure(sj_ctx *cx, int rc)
{
	if (rc != SJ_OK && cx->error.code == SJ_OK)
		sj_fail(&cx->error, rc, "out of memory");
}

/* ---- flows ------------------------------------------------------------------------ */

static void on_change(void *self, uint32_t flow, double rate, double next, double sent,
		      sj_time since, sj_time now)
{
	sj_ctx *cx = self;
	const sj_flows *n = sj_network_flows(cx->network);
	const sj_hop *path = &n->hop[(size_t)flow * n->hop_stride];
	uint32_t link[SJ_ROUTE_MAX], hops = n->hops[flow];
	const sj_flow_record r = { link, hops, since, now, sent, rate, next };

	for (uint32_t k = 0; k < hops; k++)
		link[k] = path[k].link;
	for (uint32_t i = 0; i < cx->config.sink_count; i++) {
		const sj_sink *s = &cx->config.sinks[i];

		if (s->flow != NULL && cx->error.code == SJ_OK)
			note_failure(cx, s->flow(s->self, &r, &cx->error));
	}
}

void traffic_finish(sj_ctx *cx)
{
	const sj_flows *n;

	if (cx->traffic == NULL)
		return;
	n = sj_network_flows(cx->network);
	for (uint32_t i = 0; i < n->live; i++)
		sj_flow_tell(n, n->alive[i], 0, sj_flows_left(n, n->alive[i], cx->now), cx->now);
}

/* ---- transfers -------------------------------------------------------------------- */

static int make_room(struct traffic *t, uint32_t transfer)
{
	uint32_t room = t->room != 0 ? t->room : 256;
	sj_transfer_record *grown;

	if (transfer < t->room)
		return SJ_OK;
	while (room <= transfer)
		room *= 2;
	grown = realloc(t->open, room * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = t->room; i < room; i++)
		grown[i].began_ns = SJ_NEVER;
	t->open = grown;
	t->room = room;
	return SJ_OK;
}

int traffic_begin(sj_ctx *cx, uint32_t transfer, const struct task *t, uint32_t from_task,
		  uint32_t from, uint32_t to, uint64_t bytes, sj_time began)
{
	struct traffic *own = cx->traffic;

	if (!own->wants_transfers)
		return SJ_OK;
	if (make_room(own, transfer) != SJ_OK)
		return SJ_ENOMEM;
	own->open[transfer] = (sj_transfer_record){
		.seq = t->pub.seq, .job = t->pub.job, .task = t->pub.index,
		.from_task = from_task, .from = from, .to = to, .bytes = bytes,
		.began_ns = began,
		.flowing_ns = sj_network_latent_until(cx->network, transfer),
	};
	return SJ_OK;
}

void traffic_end(sj_ctx *cx, uint32_t transfer, bool arrived)
{
	struct traffic *own = cx->traffic;
	sj_transfer_record *r;

	if (transfer >= own->room || own->open[transfer].began_ns == SJ_NEVER)
		return;
	r = &own->open[transfer];
	r->ended_ns = cx->now;
	r->arrived = arrived;
	if (r->flowing_ns > cx->now)
		r->flowing_ns = SJ_NEVER;
	for (uint32_t i = 0; i < cx->config.sink_count; i++) {
		const sj_sink *s = &cx->config.sinks[i];

		if (s->transfer != NULL && cx->error.code == SJ_OK)
			note_failure(cx, s->transfer(s->self, r, &cx->error));
	}
	r->began_ns = SJ_NEVER;
}

/* ---- making ----------------------------------------------------------------------- */

int traffic_init(sj_ctx *cx)
{
	bool transfers = false, flows = false;

	for (uint32_t i = 0; i < cx->config.sink_count; i++) {
		transfers |= cx->config.sinks[i].transfer != NULL;
		flows |= cx->config.sinks[i].flow != NULL;
	}
	if (cx->network == NULL || (!transfers && !flows))
		return SJ_OK;
	cx->traffic = calloc(1, sizeof(*cx->traffic));
	if (cx->traffic == NULL)
		return SJ_ENOMEM;
	cx->traffic->wants_transfers = transfers;
	cx->traffic->watch = (sj_flow_watch){ cx, on_change };
	if (flows)
		sj_network_flows(cx->network)->watch = &cx->traffic->watch;
	return SJ_OK;
}

bool traffic_watches_flows(const sj_ctx *cx)
{
	return cx->traffic != NULL && sj_network_flows(cx->network)->watch != NULL;
}

void traffic_fini(sj_ctx *cx)
{
	if (cx->traffic != NULL)
		free(cx->traffic->open);
	free(cx->traffic);
	cx->traffic = NULL;
}
