/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staging_fetch.c - what a task reads becomes transfers; see staging_ways.h. */
#include "staging_ways.h"

#include <math.h>
#include <stdlib.h>

#include "critical.h"
#include "traffic.h"
#include "transfers.h"

/* A task with more edges that carry bytes fetches those from one node as one transfer. */
#define EDGES_SINGLY 4096u

/* For t; *transfer may be NULL. */
int staging_send(sj_ctx *cx, struct task *t, const struct way *what, sj_time at,
		 uint32_t *transfer)
{
	const sj_transfer_wish wish = { .weight = what->weight };
	struct staging *s = cx->staging;
	uint32_t id;

	if (transfers_send(cx, TRANSFER_STAGING, what->from, what->to, (double)what->bytes, wish,
			   at, &id) != SJ_OK)
		return SJ_ENOMEM;
	if (cx->traffic != NULL &&
	    traffic_begin(cx, id, t, what->maker, what->from, what->to, what->bytes, at) != SJ_OK)
		return SJ_ENOMEM;
	if (id >= s->ways && staging_ways_reserve(s, id) != SJ_OK)
		return SJ_ENOMEM;
	s->way[id] = *what;
	s->way[id].first = NO_WAIT;
	s->way[id].sent = 0;
	cx->collect.transfers++;
	cx->collect.bytes_moved += what->bytes;
	s->asked += what->bytes;
	if (transfer != NULL)
		*transfer = id;
	return staging_wait_add(s, t, id);
}

/* A time that nothing of this run goes below: ends are rounded up to whole ns. */
static sj_time alone_ns(double seconds)
{
	double ns = seconds * 1e9;

	if (!isfinite(ns)) /* over a link that is down */
		return 0;
	ns = fabs(ns - nearbyint(ns)) <= ns * 0x1p-48 ? nearbyint(ns) : floor(ns);
	return ns < 0 ? 0 : ns < (double)SJ_TIME_MAX ? (sj_time)ns : SJ_TIME_MAX;
}

int staging_fetch_edge(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t edge,
		       uint32_t to, sj_time at)
{
	const struct job_data *d = jr->data;
	struct way w = { .from = d->where[d->from[edge]], .to = to, .maker = d->from[edge],
			 .bytes = d->bytes[edge] };

	if (w.from == NOWHERE || w.from == to)
		return SJ_OK;
	critical_fetch(jr, t->pub.index, d->from[edge],
		       alone_ns(sj_network_alone(cx->network, w.from, to,
						 (double)w.bytes)));
	return staging_send(cx, t, &w, at, NULL);
}

/* Nobody has it: it is read without a way from its maker to its reader. */
static int nobody_has(sj_ctx *cx, const struct task *t, const struct file *f)
{
	const sj_workload_info *info = &cx->source->info;

	return sj_fail(&cx->error, SJ_EINVAL, "job %lld: file \"%.80s\": task %u reads it before "
		       "any task has written it", (long long)t->pub.job,
		       f->name != 0 && f->name <= info->file_count ? info->file[f->name - 1] :
		       "without a name", t->pub.index);
}

int staging_fetch_file(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t file,
		       uint32_t to, sj_time at)
{
	struct staging *s = cx->staging;
	struct file *f = jr->data->files->file[file];
	const struct file_copy *here;
	struct way w = { .to = to, .maker = jr->data->files->maker[file], .bytes = f->bytes,
			 .file = f };
	uint32_t transfer;
	double alone;
	int rc;

	if (f->anywhere || f->bytes == 0)
		return SJ_OK;
	here = data_copy(f, to);
	if (here != NULL)
		return here->transfer == IS_HERE ? SJ_OK : staging_wait_add(s, t, here->transfer);
	w.from = data_nearest(cx, f, to, &alone);
	if (w.from == NOWHERE)
		return nobody_has(cx, t, f);
	critical_fetch(jr, t->pub.index, w.maker, alone_ns(alone));
	rc = staging_send(cx, t, &w, at, &transfer);
	return rc != SJ_OK || s->drops ? rc : data_copy_set(f, to, transfer);
}

/* As many as 10^7 edges lead to one task: those from one node become one transfer, which
 * counts as so many where links are shared. */
static int fetch_bundles(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t to, sj_time at)
{
	const struct job_data *d = jr->data;
	uint32_t nodes = cx->ledger.node_count, i = t->pub.index;
	struct way *from = calloc(nodes, sizeof(*from));
	int rc = SJ_OK;

	if (from == NULL)
		return SJ_ENOMEM;
	for (uint32_t k = d->first[i]; k < d->first[i + 1]; k++) {
		uint32_t node = d->where[d->from[k]];

		if (node == NOWHERE || node == to)
			continue;
		critical_fetch(jr, i, d->from[k],
			       alone_ns(sj_network_alone(cx->network, node, to,
							 (double)d->bytes[k])));
		from[node].bytes += d->bytes[k];
		from[node].weight++;
	}
	for (uint32_t n = 0; n < nodes && rc == SJ_OK; n++) {
		from[n].from = n;
		from[n].to = to;
		from[n].maker = NOWHERE;
		if (from[n].bytes != 0)
			rc = staging_send(cx, t, &from[n], at, NULL);
	}
	free(from);
	return rc;
}

static int fetch_edges(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t to, sj_time at)
{
	const struct job_data *d = jr->data;
	uint32_t i = t->pub.index;
	int rc = SJ_OK;

	if (d->first[i + 1] - d->first[i] > EDGES_SINGLY)
		return fetch_bundles(cx, t, jr, to, at);
	for (uint32_t k = d->first[i]; k < d->first[i + 1] && rc == SJ_OK; k++)
		rc = staging_fetch_edge(cx, t, jr, k, to, at);
	return rc;
}

int staging_fetch_all(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t to, sj_time at)
{
	const struct job_data *d = jr->data;
	uint32_t i = t->pub.index;
	int rc;

	critical_refetch(jr, i);
	rc = fetch_edges(cx, t, jr, to, at);
	for (uint32_t k = d->files != NULL ? d->files->read_first[i] : 0;
	     d->files != NULL && k < d->files->read_first[i + 1] && rc == SJ_OK; k++)
		rc = staging_fetch_file(cx, t, jr, d->files->read[k], to, at);
	return rc;
}

void staging_give_up(sj_ctx *cx, struct task *t)
{
	struct staging *s = cx->staging;

	if (t->inputs != 0 && cx->config.check)
		staging_sum(cx);
	while (t->inputs != 0) {
		uint32_t transfer = s->wait[t->first_input].transfer;
		struct way *w = &s->way[transfer];
		const struct file_copy *copy;

		staging_wait_remove(s, t, t->first_input);
		if (w->first != NO_WAIT)
			continue;
		s->given_up += w->bytes;
		copy = w->file != NULL ? data_copy(w->file, w->to) : NULL;
		if (copy != NULL && copy->transfer == transfer)
			data_copy_drop(w->file, w->to);
		if (cx->traffic != NULL)
			traffic_end(cx, transfer, false);
		sj_network_cancel(cx->network, transfer, cx->now);
	}
}
