/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfers.c - see transfers.h. */
#include "transfers.h"

#include <stdio.h>
#include <stdlib.h>

#include "comm.h"
#include "staging.h"
#include "traffic.h"

/* ---- making ---------------------------------------------------------------------------- */

int transfers_init(sj_ctx *cx)
{
	const sj_ledger *l = &cx->ledger;

	int rc;

	if (cx->config.network == NULL)
		return cx->config.link_event_count == 0 ? SJ_OK :
		       sj_fail(&cx->error, SJ_EINVAL, "failures: events of links, and there is no "
			       "network");
	rc = sj_network_create(cx->config.network, l->types, l->type_count, &cx->network,
			       &cx->error);
	return rc != SJ_OK ? rc :
	       sj_network_follow(cx->network, cx->config.link_events,
				 cx->config.link_event_count, cx->config.seed, &cx->error);
}

void transfers_fini(sj_ctx *cx)
{
	sj_network_free(cx->network);
	free(cx->transfer_owner);
	cx->network = NULL;
	cx->transfer_owner = NULL;
}

/* ---- sending --------------------------------------------------------------------------- */

static int note_owner(sj_ctx *cx, uint32_t transfer, enum transfer_owner owner)
{
	uint32_t room = cx->transfer_room != 0 ? cx->transfer_room : 256;

	while (room <= transfer)
		room *= 2;
	if (room != cx->transfer_room) {
		uint8_t *grown = realloc(cx->transfer_owner, room);

		if (grown == NULL)
			return SJ_ENOMEM;
		cx->transfer_owner = grown;
		cx->transfer_room = room;
	}
	cx->transfer_owner[transfer] = (uint8_t)owner;
	return SJ_OK;
}

int transfers_send(sj_ctx *cx, enum transfer_owner owner, uint32_t from, uint32_t to,
		   double bytes, sj_transfer_wish wish, sj_time now, uint32_t *id)
{
	return transfers_send_between(cx, owner, (sj_endpoint){ from, SJ_HOST },
				      (sj_endpoint){ to, SJ_HOST }, bytes, wish, now, id);
}

int transfers_send_between(sj_ctx *cx, enum transfer_owner owner, sj_endpoint from,
			   sj_endpoint to, double bytes, sj_transfer_wish wish, sj_time now,
			   uint32_t *id)
{
	int rc = sj_network_send_between(cx->network, from, to, bytes, wish, now, id);

	return rc != SJ_OK ? rc : note_owner(cx, *id, owner);
}

/* ---- time ------------------------------------------------------------------------------- */

/* Like changes of nodes they matter while there is a job or will be one. */
sj_time transfers_link_news(const sj_ctx *cx)
{
	sj_time news;

	if (cx->network == NULL || (cx->live == 0 && cx->batch_at == cx->batch_count))
		return SJ_NEVER;
	news = sj_network_news(cx->network);
	return news <= SJ_TIME_MAX ? news : SJ_NEVER;
}

bool transfers_hopeless(const sj_ctx *cx)
{
	return cx->network != NULL && sj_network_hopeless(cx->network) &&
	       (cx->comms == NULL || sj_pes_time(&cx->comms->due) == SJ_NEVER);
}

/* For whom a transfer is; NULL: nobody waits for it. */
static const struct task *waits_for(const sj_ctx *cx, uint32_t transfer)
{
	if (cx->transfer_owner[transfer] == TRANSFER_COMM)
		return task_at(cx, cx->comms->sent[transfer].task);
	return staging_waits_for(cx, transfer);
}

void transfers_say_standing(const sj_ctx *cx, char *buf, size_t size)
{
	char name[SJ_LINK_NAME];
	const struct task *t;
	uint32_t id, link;

	buf[0] = '\0';
	if (cx->network == NULL || !sj_network_standing(cx->network, &id, &link))
		return;
	sj_fabric_link_name(sj_network_fabric(cx->network), link, name);
	t = waits_for(cx, id);
	if (t != NULL)
		snprintf(buf, size, ": data for task %u of job %lld stands still at link \"%s\", which "
			 "does not come back", t->pub.index, (long long)t->pub.job, name);
	else
		snprintf(buf, size, ": data stands still at link \"%s\", which does not come back",
			 name);
}

sj_time transfers_next(const sj_ctx *cx)
{
	sj_time next, due, news;

	if (cx->network == NULL)
		return SJ_NEVER;
	if (sj_network_unsettled(cx->network))
		return cx->now;
	next = sj_network_next(cx->network);
	news = transfers_link_news(cx);
	next = news < next ? news : next;
	due = cx->comms != NULL ? sj_pes_time(&cx->comms->due) : SJ_NEVER;
	return due < next ? due : next;
}

static int arrived(sj_ctx *cx, uint32_t transfer)
{
	if (cx->traffic != NULL)
		traffic_end(cx, transfer, true);
	switch ((enum transfer_owner)cx->transfer_owner[transfer]) {
	case TRANSFER_COMM:
		return comm_flow_arrived(cx, transfer);
	default:
		return staging_arrived(cx, transfer);
	}
}

/* Who sends now does so before rates are shared anew. */
int transfers_news(sj_ctx *cx)
{
	uint32_t transfer;
	int rc = SJ_OK;

	if (cx->config.check)
		staging_sum(cx);
	while (rc == SJ_OK) {
		cx->events++;
		if (cx->comms != NULL && sj_pes_time(&cx->comms->due) <= cx->now) {
			rc = comm_flow_due(cx);
			continue;
		}
		rc = sj_network_advance(cx->network, cx->now, &transfer);
		if (rc == SJ_OK)
			rc = arrived(cx, transfer);
	}
	cx->events--;
	return rc == SJ_END ? SJ_OK : rc;
}
