/* SPDX-License-Identifier: GPL-3.0-or-later */
/* balance_bind.c - tasks join queues, one by one or in batches. */
#include <stdio.h>
#include <stdlib.h>

#include "balance.h"

/* "3: 2 tasks" or "3: 12.5s a core". */
static size_t say_load(const struct balance *s, sj_ctx *cx, uint32_t node, char *buf,
		       size_t size)
{
	const struct balance_node *n = &s->q.node[node];
	double work;

	if (s->load == LOAD_QUEUE)
		return (size_t)snprintf(buf, size, "%u: %u", node, n->length);
	work = (double)balance_work(&s->q, cx, node) / 1e9;
	return (size_t)snprintf(buf, size, "%u: %.9gs a core", node, work / n->cores);
}

static void say_bound(const struct balance *s, sj_ctx *cx, const sj_task *t, uint32_t node)
{
	static const char *const how[] = { "drawn at random", "the next in turn",
					   "the least load of all", NULL };
	char text[256];
	size_t at = 0;

	if (s->to != TO_JSQ) {
		say_load(s, cx, node, text, sizeof(text));
		sj_because(cx, t, "joins the queue of node %u, %s (load of %s)", node,
			   how[s->to], text);
		return;
	}
	for (uint32_t i = 0; i < s->drawn_count && at < sizeof(text) - 32; i++) {
		if (i != 0)
			at += (size_t)snprintf(text + at, sizeof(text) - at, ", ");
		at += say_load(s, cx, s->drawn[i], text + at, sizeof(text) - at);
	}
	if (s->late)
		sj_because(cx, t, "probes %u nodes (load of %s)", s->drawn_count, text);
	else
		sj_because(cx, t, "joins the queue of node %u, the shortest of %u drawn (load "
			   "of %s)", node, s->drawn_count, text);
}

static void set_aside(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	bool wide = !balance_is_narrow(s, cx, t);
	sj_queue_item item = { .seq = s->q.task[t->id].stamp, .task = t, .width = t->procs };

	sj_queue_add(wide ? s->wide : s->parked, &item);
	if (sj_explaining(cx))
		sj_because(cx, t, wide ? "no node can hold it alone: waits for several"
				       : "every node that can hold it is down");
}

void balance_bind(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t node;

	balance_enter(&s->q, cx, t);
	node = balance_choose(s, cx, t);
	if (node == BALANCE_NOWHERE) {
		set_aside(s, cx, t);
		return;
	}
	if (sj_explaining(cx))
		say_bound(s, cx, t, node);
	if (!s->late) {
		balance_add(&s->q, cx, node, t);
		balance_play(s, node);
	}
	for (uint32_t i = 0; s->late && i < s->drawn_count; i++)
		balance_add(&s->q, cx, s->drawn[i], t);
}

/* ---- batches --------------------------------------------------------------------- */

struct fresh {
	const sj_task *t;
	uint32_t       place; /* in the order of readiness */
};

#define COMPARE(x, y, field) \
	if ((x)->field != (y)->field) \
	return (x)->field < (y)->field ? -1 : 1

/* Of one job, and asking for the same? */
static int compare(const sj_task *a, const sj_task *b)
{
	COMPARE(a, b, seq);
	COMPARE(a, b, ranks);
	COMPARE(a, b, cores);
	COMPARE(a, b, gpu_milli);
	COMPARE(a, b, gpu_models);
	COMPARE(a, b, mem_bytes);
	COMPARE(a, b, node);
	return 0;
}

static int by_batch(const void *a, const void *b)
{
	const struct fresh *x = a, *y = b;
	int order = compare(x->t, y->t);

	return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

/* One task to each of the least loaded, round by round where nodes are few. */
static void bind_batch(struct balance *s, sj_ctx *cx, const sj_task *const *tasks, uint32_t m)
{
	for (uint32_t done = 0; done < m;) {
		balance_sort_drawn(s, cx);
		for (uint32_t i = 0; i < s->drawn_count && done < m; i++, done++) {
			if (sj_explaining(cx))
				sj_because(cx, tasks[done], "joins the queue of node %u, number %u "
					   "by load of %u drawn for %u tasks", s->drawn[i], i + 1,
					   s->drawn_count, m);
			balance_add(&s->q, cx, s->drawn[i], tasks[done]);
		}
	}
}

static void probe_batch(struct balance *s, sj_ctx *cx, const sj_task *const *tasks, uint32_t m)
{
	uint32_t batch = balance_batch_make(&s->q, cx, tasks, m);
	uint64_t probes = (uint64_t)s->d * m;

	for (uint64_t i = 0; i < probes; i++)
		balance_probe(&s->q, cx, s->drawn[i % s->drawn_count], batch);
	for (uint32_t i = 0; i < m && sj_explaining(cx); i++)
		sj_because(cx, tasks[i], "%llu probes at %u nodes for %u tasks",
			   (unsigned long long)probes, s->drawn_count, m);
}

static void bind_alike(struct balance *s, sj_ctx *cx, const sj_task *const *tasks, uint32_t m)
{
	uint64_t want = (uint64_t)s->d * m;

	for (uint32_t i = 0; i < m; i++)
		balance_enter(&s->q, cx, tasks[i]);
	balance_draw(s, cx, tasks[0], want < s->q.nodes ? (uint32_t)want : s->q.nodes);
	if (s->drawn_count == 0)
		for (uint32_t i = 0; i < m; i++)
			set_aside(s, cx, tasks[i]);
	else if (s->late)
		probe_batch(s, cx, tasks, m);
	else
		bind_batch(s, cx, tasks, m);
}

void balance_bind_fresh(struct balance *s, sj_ctx *cx)
{
	struct fresh *list = sj_scratch(cx, (s->fresh_count + 1) * sizeof(*list));
	const sj_task **some = sj_scratch(cx, (s->fresh_count + 1) * sizeof(*some));
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->fresh_count; i++)
		if (s->fresh[i] != NULL)
			list[n++] = (struct fresh){ s->fresh[i], i };
	s->fresh_count = 0;
	qsort(list, n, sizeof(*list), by_batch);
	for (uint32_t i = 0, m; i < n; i += m) {
		for (m = 0; i + m < n && compare(list[i].t, list[i + m].t) == 0; m++)
			some[m] = list[i + m].t;
		bind_alike(s, cx, some, m);
	}
}
