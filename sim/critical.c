/* SPDX-License-Identifier: GPL-3.0-or-later */
/* critical.c - see critical.h. */
#include "critical.h"

#include <math.h>
#include <stdlib.h>

#include "pace.h"

/* By task. Longest ways are up to its beginning, and through it once it has ended. */
struct critical {
	uint32_t  ended;
	uint32_t *order;  /* of ends */
	sj_time  *path;
	sj_time  *data;   /* with transfers; NULL: no network */
	sj_time  *late;   /* of the data that it waited for */
	sj_time  *start, *finish;
};

int critical_create(struct job_rec *jr, bool data)
{
	size_t n = jr->task_count;
	struct critical *c = calloc(1, sizeof(*c) + n * ((data ? 5 : 3) * sizeof(sj_time) +
							 sizeof(uint32_t)));

	jr->critical = c;
	if (c == NULL)
		return SJ_ENOMEM;
	c->path = (sj_time *)(void *)(c + 1);
	c->start = c->path + n;
	c->finish = c->start + n;
	c->data = data ? c->finish + n : NULL;
	c->late = data ? c->data + n : NULL;
	c->order = (uint32_t *)(void *)(c->finish + (data ? 3 : 1) * n);
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
	double size = rate_best_size(t);
	sj_time ns = rate_least_ns(t->work_ns, size * rate_best_place(cx, t)), limit;

	if (cx->config.overrun != SJ_OVERRUN_KILL)
		return ns;
	limit = rate_least_ns(t->pub.estimate_ns, size);
	return ns < limit ? ns : limit;
}

void critical_ended(sj_ctx *cx, struct job_rec *jr, const struct task *t)
{
	struct critical *c = jr->critical;
	uint32_t i = t->pub.index;
	sj_time least = least_ns(cx, t);

	c->order[c->ended++] = i;
	c->start[i] = t->pub.start_ns;
	c->finish[i] = cx->now;
	c->path[i] += least;
	if (c->data != NULL) {
		raise_to(&c->data[i], c->late[i]);
		c->data[i] += least;
	}
	for (uint32_t k = jr->succ_start[i]; k < jr->succ_start[i + 1]; k++) {
		raise_to(&c->path[jr->succ[k]], c->path[i]);
		if (c->data != NULL)
			raise_to(&c->data[jr->succ[k]], c->data[i]);
	}
}

static sj_time longest(const sj_time *path, uint32_t n)
{
	sj_time most = 0;

	for (uint32_t i = 0; i < n; i++)
		raise_to(&most, path[i]);
	return most;
}

/* From the last end to the first; `path` becomes the latest end of each, then its slack. */
static void add_slack(sj_collect *into, const struct job_rec *jr, struct critical *c,
		      sj_time end)
{
	for (uint32_t n = c->ended; n-- != 0;) {
		uint32_t i = c->order[n];
		sj_time latest = end;

		for (uint32_t k = jr->succ_start[i]; k < jr->succ_start[i + 1]; k++) {
			uint32_t s = jr->succ[k];
			sj_time begin = c->path[s] - (c->finish[s] - c->start[s]);

			if (begin < latest)
				latest = begin;
		}
		c->path[i] = latest;
		into->slack += (uint64_t)(latest - c->finish[i]);
		into->slack_none += latest == c->finish[i];
	}
	into->slack_tasks += c->ended;
	for (uint32_t i = 0; i < jr->task_count; i++)
		c->path[i] -= c->finish[i];
}

static void hand_out(sj_ctx *cx, const struct job_rec *jr, const struct critical *c,
		     sj_time path, sj_time data)
{
	const sj_graph_record g = {
		.seq = jr->seq, .job = jr->record.id, .tasks = jr->task_count,
		.submit_ns = jr->record.submit_ns, .critical_ns = path, .critical_data_ns = data,
		.start_ns = c->start, .finish_ns = c->finish, .slack_ns = c->path,
	};

	for (uint32_t s = 0; s < cx->config.sink_count; s++)
		if (cx->config.sinks[s].graph != NULL && cx->error.code == SJ_OK)
			cx->config.sinks[s].graph(cx->config.sinks[s].self, &g, &cx->error);
}

void critical_job(sj_ctx *cx, struct job_rec *jr)
{
	struct critical *c = jr->critical;
	sj_collect *into = &cx->collect;
	sj_time path, data, response = jr->record.finish_ns - jr->record.submit_ns;

	if (c->ended != jr->task_count || jr->record.outcome == SJ_FAILED)
		return;
	path = longest(c->path, jr->task_count);
	data = c->data != NULL ? longest(c->data, jr->task_count) : path;
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
	hand_out(cx, jr, c, path, data);
}
