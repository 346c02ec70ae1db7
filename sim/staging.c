/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staging.c - see staging.h. */
#include "staging.h"

#include <stdlib.h>
#include <string.h>

#include "pace.h"
#include "traffic.h"
#include "transfers.h"

/* Nothing is done while inputs come: longer than any of them takes. */
#define UNTIL_STAGED (SJ_TIME_MAX / 4)
#define NOWHERE      UINT32_MAX

/* Edges by their target, for those that carry bytes. */
struct job_data {
	uint32_t *where;   /* by task index: node on which it ended, or NOWHERE */
	uint32_t *first;   /* by task index, one more: into `from` and `bytes` */
	uint32_t *from;
	uint64_t *bytes;
};

/* A transfer and the task that waits for it. */
struct input {
	uint32_t task;
	uint32_t prev, next; /* of the same task; NOWHERE ends the chain */
	uint64_t bytes;
};

struct staging {
	struct input *input; /* by transfer */
	uint32_t      room;
};

/* ---- making ---------------------------------------------------------------------------- */

int staging_init(sj_ctx *cx)
{
	if (cx->network == NULL)
		return SJ_OK;
	cx->staging = calloc(1, sizeof(*cx->staging));
	return cx->staging == NULL ? SJ_ENOMEM : SJ_OK;
}

void staging_fini(sj_ctx *cx)
{
	if (cx->staging == NULL)
		return;
	free(cx->staging->input);
	free(cx->staging);
	cx->staging = NULL;
}

/* ---- jobs --------------------------------------------------------------------------------- */

static struct job_data *data_new(const sj_job *job, uint32_t edges)
{
	size_t n = job->task_count;
	struct job_data *d = malloc(sizeof(*d) + edges * sizeof(uint64_t) +
				    (2 * n + 1 + edges) * sizeof(uint32_t));

	if (d == NULL)
		return NULL;
	d->bytes = (uint64_t *)(void *)(d + 1);
	d->where = (uint32_t *)(void *)(d->bytes + edges);
	d->first = d->where + n;
	d->from = d->first + n + 1;
	memset(d->where, 0xff, n * sizeof(*d->where));
	memset(d->first, 0, (n + 1) * sizeof(*d->first));
	return d;
}

int staging_job(sj_ctx *cx, struct job_rec *jr, const sj_job *job)
{
	uint32_t carrying = 0;
	uint64_t bytes = 0;
	struct job_data *d;

	for (uint32_t i = 0; i < job->edge_count; i++) {
		carrying += job->edges[i].bytes != 0;
		bytes += job->edges[i].bytes;
	}
	if (cx->staging == NULL)
		cx->collect.bytes_ignored += bytes;
	if (cx->staging == NULL || carrying == 0)
		return SJ_OK;
	d = jr->data = data_new(job, carrying);
	if (d == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < job->edge_count; i++)
		d->first[job->edges[i].to] += job->edges[i].bytes != 0;
	for (uint32_t i = 1; i <= job->task_count; i++)
		d->first[i] += d->first[i - 1];
	/* Filling from the back leaves `first` as it must be. */
	for (uint32_t i = job->edge_count; i-- != 0;) {
		const sj_edge *e = &job->edges[i];

		if (e->bytes == 0)
			continue;
		d->from[--d->first[e->to]] = e->from;
		d->bytes[d->first[e->to]] = e->bytes;
	}
	return SJ_OK;
}

void staging_forget(struct job_rec *jr)
{
	free(jr->data);
	jr->data = NULL;
}

void staging_left(const struct task *t)
{
	const struct task *own = is_copy(t) ? t->pace->copy_of : t;

	if (own->job != NULL && own->job->data != NULL && t->held.count != 0)
		own->job->data->where[t->pub.index] = sj_held_grips(&t->held)->node;
}

/* ---- transfers ------------------------------------------------------------------------------ */

static int make_room(struct staging *s, uint32_t transfer)
{
	uint32_t room = s->room != 0 ? s->room : 256;
	struct input *grown;

	if (transfer < s->room)
		return SJ_OK;
	while (room <= transfer)
		room *= 2;
	grown = realloc(s->input, room * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	s->input = grown;
	s->room = room;
	return SJ_OK;
}

static void chain(struct staging *s, struct task *t, uint32_t transfer, uint64_t bytes)
{
	s->input[transfer] = (struct input){ t->pub.id, NOWHERE, t->first_input, bytes };
	if (t->first_input != NOWHERE)
		s->input[t->first_input].prev = transfer;
	t->first_input = transfer;
	t->inputs++;
}

static void unchain(struct staging *s, struct task *t, uint32_t transfer)
{
	const struct input *in = &s->input[transfer];

	if (in->prev != NOWHERE)
		s->input[in->prev].next = in->next;
	else
		t->first_input = in->next;
	if (in->next != NOWHERE)
		s->input[in->next].prev = in->prev;
	t->inputs--;
}

static int fetch(sj_ctx *cx, struct task *t, uint32_t maker, uint32_t from, uint32_t to,
		 uint64_t bytes)
{
	const sj_transfer_wish plain = { 0 };
	uint32_t transfer;

	if (transfers_send(cx, TRANSFER_STAGING, from, to, (double)bytes, plain, t->pub.start_ns,
			   &transfer) != SJ_OK ||
	    make_room(cx->staging, transfer) != SJ_OK)
		return SJ_ENOMEM;
	if (cx->traffic != NULL &&
	    traffic_begin(cx, transfer, t, maker, from, to, bytes, t->pub.start_ns) != SJ_OK)
		return SJ_ENOMEM;
	chain(cx->staging, t, transfer, bytes);
	cx->collect.transfers++;
	cx->collect.bytes_moved += bytes;
	return SJ_OK;
}

int staging_begin(sj_ctx *cx, struct task *t, const struct task *original)
{
	const struct job_data *d = original->job != NULL ? original->job->data : NULL;
	uint32_t index = t->pub.index, to;
	int rc = SJ_OK;

	t->inputs = 0;
	t->first_input = NOWHERE;
	if (d == NULL || t->held.count == 0 || t->done_ns != 0)
		return SJ_OK;
	to = sj_held_grips(&t->held)->node;
	for (uint32_t k = d->first[index]; k < d->first[index + 1] && rc == SJ_OK; k++)
		if (d->where[d->from[k]] != NOWHERE && d->where[d->from[k]] != to)
			rc = fetch(cx, t, d->from[k], d->where[d->from[k]], to, d->bytes[k]);
	if (rc == SJ_OK && t->inputs != 0)
		rc = pace_make(cx, t);
	if (rc == SJ_OK && t->inputs != 0)
		t->pace->setup_ns += UNTIL_STAGED;
	return rc;
}

void staging_cancel(sj_ctx *cx, struct task *t)
{
	while (t->inputs != 0) {
		uint32_t transfer = t->first_input;

		unchain(cx->staging, t, transfer);
		if (cx->traffic != NULL)
			traffic_end(cx, transfer, false);
		sj_network_cancel(cx->network, transfer, cx->now);
	}
}

/* ---- time -------------------------------------------------------------------------------------- */

/* All that it needs is there: what was left of restarts and writes begins now. */
static void compute(sj_ctx *cx, struct task *t)
{
	life_close_span(cx, t);
	t->pace->setup_ns -= UNTIL_STAGED - (cx->now - t->pub.start_ns);
	cx->collect.staging += (uint64_t)(cx->now - t->pub.start_ns);
	cx->driver->begun(cx, t);
}

void staging_arrived(sj_ctx *cx, uint32_t transfer)
{
	struct task *t = task_at(cx, cx->staging->input[transfer].task);

	unchain(cx->staging, t, transfer);
	if (t->inputs == 0)
		compute(cx, t);
}
