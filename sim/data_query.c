/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data_query.c - what a policy may ask about data; see sojourn/policy.h. */
#include <math.h>

#include "data.h"
#include "members.h"
#include "staging.h"

bool sj_has_network(const sj_ctx *cx)
{
	return cx->network != NULL;
}

uint32_t sj_storage_count(const sj_ctx *cx)
{
	return data_storages(cx);
}

bool sj_stages_ahead(const sj_ctx *cx)
{
	return cx->network != NULL && cx->config.staging == SJ_STAGING_PREFETCH;
}

static bool known(const sj_ctx *cx, uint32_t from, uint32_t to)
{
	return cx->network != NULL && from < sj_network_endpoints(cx->network) &&
	       to < sj_network_endpoints(cx->network);
}

double sj_transfer_alone(const sj_ctx *cx, uint32_t from, uint32_t to, uint64_t bytes)
{
	return known(cx, from, to) ? sj_network_alone(cx->network, from, to, (double)bytes) : 0;
}

double sj_bandwidth_alone(const sj_ctx *cx, uint32_t from, uint32_t to)
{
	return known(cx, from, to) ? sj_network_narrowest(cx->network, from, to) : INFINITY;
}

static const struct job_data *data_of(const sj_task *t)
{
	const struct job_rec *jr = task_of(t)->job;

	return jr != NULL ? jr->data : NULL;
}

static uint32_t edges_of(const struct job_data *d, uint32_t i)
{
	return d->first[i + 1] - d->first[i];
}

uint32_t sj_need_count(const sj_ctx *cx, const sj_task *t)
{
	const struct job_data *d = data_of(t);
	uint32_t n;

	(void)cx;
	if (d == NULL)
		return 0;
	n = edges_of(d, t->index);
	return d->files == NULL ? n :
	       n + d->files->read_first[t->index + 1] - d->files->read_first[t->index];
}

/* Number of the i-th file that a task reads. */
static uint32_t read_of(const struct job_data *d, uint32_t index, uint32_t i)
{
	return d->files->read[d->files->read_first[index] + i];
}

static const struct file *file_of(const struct job_data *d, uint32_t index, uint32_t i)
{
	return d->files->file[read_of(d, index, i)];
}

/* A maker that was stopped has left, but has not made anything. */
static bool has_ended(const sj_task *t, uint32_t index)
{
	return member_gone(task_of(t)->job, index);
}

static uint32_t first_copy(const struct file *f)
{
	for (uint32_t i = 0; i < f->copies; i++)
		if (f->copy[i].transfer == IS_HERE)
			return f->copy[i].at;
	return NOWHERE;
}

static sj_need need_of_file(const struct job_files *jf, uint32_t number)
{
	const struct file *f = jf->file[number];
	sj_need n = { f->bytes, jf->maker[number], first_copy(f), f->anywhere };

	n.ready |= n.at != NOWHERE;
	return n;
}

sj_need sj_need_get(const sj_ctx *cx, const sj_task *t, uint32_t i)
{
	const struct job_data *d = data_of(t);
	uint32_t edges = d != NULL ? edges_of(d, t->index) : 0, k;
	sj_need n = { 0, NOWHERE, NOWHERE, false };

	if (i >= sj_need_count(cx, t))
		return n;
	if (i >= edges)
		return need_of_file(d->files, read_of(d, t->index, i - edges));
	k = d->first[t->index] + i;
	n.bytes = d->bytes[k];
	n.task = d->from[k];
	n.ready = has_ended(t, n.task);
	n.at = n.ready ? d->where[n.task] : NOWHERE;
	return n;
}

uint32_t sj_need_places(const sj_ctx *cx, const sj_task *t, uint32_t i, uint32_t *at,
			uint32_t cap)
{
	const struct job_data *d = data_of(t);
	uint32_t edges = d != NULL ? edges_of(d, t->index) : 0, n = 0;
	const struct file *f;
	sj_need need;

	if (i >= sj_need_count(cx, t))
		return 0;
	if (i < edges) {
		need = sj_need_get(cx, t, i);
		if (need.at != NOWHERE && cap != 0)
			at[0] = need.at;
		return need.at != NOWHERE;
	}
	f = file_of(d, t->index, i - edges);
	for (uint32_t c = 0; !f->anywhere && c < f->copies; c++)
		if (f->copy[c].transfer == IS_HERE) {
			if (n < cap)
				at[n] = f->copy[c].at;
			n++;
		}
	return n;
}

uint32_t sj_ran_on(const sj_ctx *cx, const sj_task *t, uint32_t index)
{
	const struct job_data *d = data_of(t);

	(void)cx;
	return d != NULL && index < d->tasks && has_ended(t, index) ? d->where[index] : NOWHERE;
}

/* It has been brought to this node ahead of its start: only what is under way is missing. */
static bool is_planned(const struct job_data *d, const sj_task *t, uint32_t node)
{
	return d->push != NULL && d->push->plan[t->index] == node;
}

uint64_t sj_data_bytes(const sj_ctx *cx, const sj_task *t)
{
	uint64_t sum = 0;

	for (uint32_t n = sj_need_count(cx, t), i = 0; i < n; i++)
		sum += sj_need_get(cx, t, i).bytes;
	return sum;
}

static bool file_on(const struct file *f, uint32_t node)
{
	const struct file_copy *c = f->anywhere ? NULL : data_copy(f, node);

	return f->anywhere || (c != NULL && c->transfer == IS_HERE);
}

uint64_t sj_data_bytes_on(const sj_ctx *cx, const sj_task *t, uint32_t node)
{
	const struct job_data *d = data_of(t);
	uint32_t edges = d != NULL ? edges_of(d, t->index) : 0;
	uint64_t sum = 0, coming = 0;
	bool planned = d != NULL && is_planned(d, t, node);
	double alone;

	for (uint32_t n = sj_need_count(cx, t), i = 0; i < n; i++) {
		sj_need need = sj_need_get(cx, t, i);
		bool here = i < edges ? need.at == node :
			    file_on(file_of(d, t->index, i - edges), node);

		if (here || (planned && need.ready))
			sum += need.bytes;
	}
	if (planned)
		staging_coming(cx, task_of(t), &coming, &alone);
	return sum - (coming < sum ? coming : sum);
}

/* Of one thing; 0: it is there, or not made yet. */
static double seconds_of(const sj_ctx *cx, const struct job_data *d, const sj_task *t,
			 uint32_t i, uint32_t node, bool crowded, uint64_t *bytes)
{
	sj_need need = sj_need_get(cx, t, i);
	uint32_t edges = edges_of(d, t->index);
	double alone = 0;

	*bytes = 0;
	if (!need.ready || need.at == NOWHERE || need.at == node)
		return 0;
	if (i >= edges) {
		const struct file *f = file_of(d, t->index, i - edges);

		if (file_on(f, node))
			return 0;
		need.at = data_nearest(cx, f, node, &alone);
	}
	*bytes = need.bytes;
	if (crowded)
		return sj_network_crowded(cx->network, need.at, node, (double)need.bytes);
	return i >= edges ? alone : sj_network_alone(cx->network, need.at, node,
						     (double)need.bytes);
}

double sj_data_seconds(const sj_ctx *cx, const sj_task *t, uint32_t node, bool crowded)
{
	const struct job_data *d = data_of(t);
	double longest = 0, link;
	uint64_t sum = 0;

	if (d == NULL || node >= cx->ledger.node_count)
		return 0;
	link = (double)cx->ledger.types[cx->ledger.node[node].type].nic_bytes_per_s;
	if (is_planned(d, t, node)) {
		staging_coming(cx, task_of(t), &sum, &longest);
	} else {
		for (uint32_t n = sj_need_count(cx, t), i = 0; i < n; i++) {
			uint64_t bytes;

			longest = fmax(longest, seconds_of(cx, d, t, i, node, crowded, &bytes));
			sum += bytes;
		}
	}
	return link > 0 ? fmax(longest, (double)sum / link) : longest;
}
