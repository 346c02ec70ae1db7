/* SPDX-License-Identifier: GPL-3.0-or-later */
/* critical.c - see critical.h. */
#include "critical.h"

#include <math.h>
#include <stdlib.h>

#include "members.h"
#include "pace.h"

/* By task. Longest ways are up to its beginning, and through it once it has ended; those
 * without data, and when it ran, are in its member. */
struct critical {
	uint32_t  ended;
	uint32_t *order;  /* of ends */
	sj_time  *data;   /* with transfers; NULL: no network */
	sj_time  *late;   /* of the data that it waited for */
};

int critical_create(sj_ctx *cx, struct job_rec *jr)
{
	bool data = jr->data != NULL;
	size_t n = jr->task_count;
	size_t size = sizeof(struct critical) + n * ((data ? 2 : 0) * sizeof(sj_time) +
						     sizeof(uint32_t));
	struct critical *c = calloc(1, size);

	jr->critical = c;
	if (c == NULL)
		return SJ_ENOMEM;
	job_rec_count(cx, jr, size);
	c->data = data ? (sj_time *)(void *)(c + 1) : NULL;
	c->late = data ? c->data + n : NULL;
	c->order = data ? (uint32_t *)(void *)(c->late + n) : (uint32_t *)(void *)(c + 1);
	return SJ_OK;
}

void critical_free(struct job_rec *jr)
{
	free(jr->critical);
	jr->critical = NULL;
}

static void raise_to(sj_time *x, sj_time at_least)
{
	if (*x < at_least)
		*x = at_least;
}

void critical_fetch(struct job_rec *jr, uint32_t task, uint32_t maker, sj_time alone_ns)
{
	struct critical *c = jr->critical;

	if (c != NULL && c->late != NULL)
		raise_to(&c->late[task], alone_ns + (maker != UINT32_MAX ? c->data[maker] : 0));
}

void critical_refetch(struct job_rec *jr, uint32_t task)
{
	if (jr->critical != NULL && jr->critical->late != NULL)
		jr->critical->late[task] = 0;
}

/* What it takes at least. */
static sj_time least_ns(const sj_ctx *cx, const struct task *t)
{
	double size;
	sj_time ns, limit;

	/* In a pool a rigid task takes what it takes. */
	if (cx->ledger.type_count == 0 && t->pub.ranks_max == 0)
		return cx->config.overrun == SJ_OVERRUN_KILL && t->pub.estimate_ns < t->work_ns ?
		       t->pub.estimate_ns : t->work_ns;
	size = rate_best_size(t);
	ns = rate_least_ns(t->work_ns, size * rate_best_place(cx, t));
	if (cx->config.overrun != SJ_OVERRUN_KILL)
		return ns;
	limit = rate_least_ns(t->pub.estimate_ns, size);
	return ns < limit ? ns : limit;
}

void critical_ended(sj_ctx *cx, struct job_rec *jr, const struct task *t)
{
	struct critical *c = jr->critical;
	uint32_t i = t->pub.index;
	struct member *m = &jr->member[i];
	sj_time least = least_ns(cx, t);

	c->order[c->ended++] = i;
	m->start_ns = t->pub.start_ns;
	m->finish_ns = cx->now;
	m->path_ns += least;
	for (uint32_t k = m->succ; k < m[1].succ; k++)
		raise_to(&jr->member[jr->succ[k]].path_ns, m->path_ns);
	if (c->data == NULL)
		return;
	raise_to(&c->data[i], c->late[i]);
	c->data[i] += least;
	for (uint32_t k = m->succ; k < m[1].succ; k++)
		raise_to(&c->data[jr->succ[k]], c->data[i]);
}

static sj_time longest(const struct job_rec *jr, const sj_time *data)
{
	sj_time most = 0;

	for (uint32_t i = 0; i < jr->task_count; i++)
		raise_to(&most, data != NULL ? data[i] : jr->member[i].path_ns);
	return most;
}

/* From the last end to the first: the latest end of each, in place of its longest way. */
static void add_slack(sj_collect *into, const struct job_rec *jr, const struct critical *c,
		      sj_time end)
{
	for (uint32_t n = c->ended; n-- != 0;) {
		struct member *m = &jr->member[c->order[n]];
		sj_time latest = end;

		for (uint32_t k = m->succ; k < m[1].succ; k++) {
			const struct member *s = &jr->member[jr->succ[k]];
			sj_time begin = s->path_ns - (s->finish_ns - s->start_ns);

			if (begin < latest)
				latest = begin;
		}
		m->path_ns = latest;
		into->slack += (uint64_t)(latest - m->finish_ns);
		into->slack_none += latest == m->finish_ns;
	}
	into->slack_tasks += c->ended;
}

static bool is_wanted(const sj_ctx *cx)
{
	for (uint32_t s = 0; s < cx->config.sink_count; s++)
		if (cx->config.sinks[s].graph != NULL)
			return true;
	return false;
}

/* Only for sinks the times are laid out one after the other. */
static void hand_out(sj_ctx *cx, const struct job_rec *jr, sj_time path, sj_time data)
{
	size_t n = jr->task_count;
	sj_time *times = malloc(3 * n * sizeof(*times));
	const sj_graph_record g = {
		.seq = jr->seq, .job = jr->record.id, .tasks = jr->task_count,
		.submit_ns = jr->record.submit_ns, .critical_ns = path, .critical_data_ns = data,
		.start_ns = times, .finish_ns = times + n, .slack_ns = times + 2 * n,
	};

	if (times == NULL) {
		sj_fail(&cx->error, SJ_ENOMEM, "out of memory");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		times[i] = jr->member[i].start_ns;
		times[n + i] = jr->member[i].finish_ns;
		times[2 * n + i] = jr->member[i].path_ns - jr->member[i].finish_ns;
	}
	for (uint32_t s = 0; s < cx->config.sink_count; s++)
		if (cx->config.sinks[s].graph != NULL && cx->error.code == SJ_OK)
			cx->config.sinks[s].graph(cx->config.sinks[s].self, &g, &cx->error);
	free(times);
}

void critical_job(sj_ctx *cx, struct job_rec *jr)
{
	struct critical *c = jr->critical;
	sj_collect *into = &cx->collect;
	sj_time path, data, response = jr->record.finish_ns - jr->record.submit_ns;

	if (c->ended != jr->task_count || jr->record.outcome == SJ_FAILED)
		return;
	path = longest(jr, NULL);
	data = c->data != NULL ? longest(jr, c->data) : path;
	into->graphs++;
	into->critical += (uint64_t)path;
	into->critical_data += (uint64_t)data;
	if (path > 0) {
		double stretch = (double)response / (double)path;

		into->stretches++;
		into->stretch += stretch;
		into->stretch_max = fmax(into->stretch_max, stretch);
	}
	add_slack(into, jr, c, jr->record.finish_ns);
	if (is_wanted(cx))
		hand_out(cx, jr, path, data);
}
