/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delay_say.c - why a task is launched where it is, and what the others wait for. */
#include <stdio.h>

#include "delay.h"

void delay_say_start(const struct delay *s, sj_ctx *cx, const struct delay_set *j,
		     const sj_task *t, uint32_t node, uint32_t level)
{
	long long job = (long long)j->job;
	char wait[32];

	sj_format_time(sj_now(cx) - t->ready_ns, wait, sizeof(wait));
	if (level == DELAY_NODE)
		sj_because(cx, t, "local: node %u has its data", node);
	else if (level == DELAY_FREE)
		sj_because(cx, t, "prefers no node: node %u has room", node);
	else if (level == DELAY_RACK)
		sj_because(cx, t, "rack-local, after %s: no local node had room while job %lld "
			   "waited", wait, job);
	else if (delay_by_skips(s))
		sj_because(cx, t, "on any node, after %s: job %lld has let %.0f slots pass, "
			   "%.10g are enough", wait, job, j->skipped, j->enough);
	else
		sj_because(cx, t, "on any node, after %s: job %lld has waited long enough for "
			   "nodes%s", wait, job,
			   j->racks.count != 0 && s->rack_wait != 0 ? " and racks" : "");
}

/* The same paper's estimate: of N slots one gets free every (length of a task) / N. */
static double seconds_of_skips(const struct delay *s, sj_ctx *cx, const struct delay_set *j)
{
	double slots = sj_procs_total(cx);

	if (s->slots != 0)
		slots = (double)s->slots * (sj_node_count(cx) != 0 ? sj_node_count(cx) : 1);
	return slots > 0 ? j->enough * j->estimate_ns / 1e9 / slots : 0;
}

static bool is_ready(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	(void)cx;
	(void)node;
	return t->state == SJ_TASK_READY;
}

static void say_wait(struct delay *s, sj_ctx *cx, struct delay_set *j)
{
	const sj_task *t = delay_first(&s->s, cx, &j->all, UINT64_MAX, 0, is_ready);
	char left[32], all[32], since[32], until[32];
	sj_time wait;

	if (t == NULL)
		return;
	if (s->room.count == 0 || !delay_level_waits(s, j)) {
		sj_because(cx, t, "no node has room for it");
		return;
	}
	if (delay_by_skips(s)) {
		sj_because(cx, t, "waits for a node with its data: %.0f of %.10g slots let pass, "
			   "about %.10g s in all; %u nodes have room", j->skipped, j->enough,
			   seconds_of_skips(s, cx, j), s->room.count);
		return;
	}
	wait = delay_wait_at(s, j, j->level);
	sj_format_time(j->since + wait - sj_now(cx), left, sizeof(left));
	sj_format_time(wait, all, sizeof(all));
	sj_format_time(j->since, since, sizeof(since));
	sj_format_time(j->since + wait, until, sizeof(until));
	sj_because(cx, t, "waits for a %s with its data, %s of %s remain; %u nodes have room; "
		   "since %s, until %s", j->level == DELAY_NODE ? "node" : "rack", left, all,
		   s->room.count, since, until);
}

/* The first task of each job that waits. */
void delay_say_waits(struct delay *s, sj_ctx *cx)
{
	for (uint32_t k = s->s.first; k != DELAY_NONE; k = s->s.set[k].next)
		if (s->s.set[k].waiting != 0)
			say_wait(s, cx, &s->s.set[k]);
}
