/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decide.c - what happens to every decision: digest, reason, sinks. */
#include <stdio.h>
#include <string.h>

#include "core.h"

const char *const sj_decision_names[] = { "start", "stop", "resize", "reject",
					  "timer", "wait", "migrate", "copy", "share",
					  "stage" };

static void hand_out(sj_ctx *cx, const sj_decision *d)
{
	for (uint32_t i = 0; i < cx->config.sink_count; i++)
		if (cx->config.sinks[i].decision != NULL && cx->error.code == SJ_OK)
			cx->config.sinks[i].decision(cx->config.sinks[i].self, d, &cx->error);
}

void decide_hand_out(sj_ctx *cx, struct task *t, sj_decision_kind kind)
{
	sj_decision d = { cx->now, t->pub.seq, t->pub.job, t->pub.index, kind, NULL };

	if (cx->because_task == t)
		d.reason = cx->because_text;
	hand_out(cx, &d);
	cx->because_task = NULL;
}

bool sj_explaining(const sj_ctx *cx)
{
	return cx->config.explain;
}

/* A reason to wait is handed out when it is new for the task: policies may give
 * it in every pass. */
static void waited(sj_ctx *cx, struct task *t, const char *text)
{
	uint64_t hash = XXH3_64bits(text, strlen(text)) | 1;
	sj_decision d = { cx->now, t->pub.seq, t->pub.job, t->pub.index, SJ_D_WAIT, text };

	if (hash == t->wait_hash)
		return;
	t->wait_hash = hash;
	hand_out(cx, &d);
}

void decide_settle(sj_ctx *cx)
{
	if (cx->because_task != NULL && cx->because_task->pub.state == SJ_TASK_READY)
		waited(cx, cx->because_task, cx->because_text);
	cx->because_task = NULL;
}

/*
 * The reason is kept until the next action or reason. If the next action is on
 * the same task it was a reason for that; otherwise the task waits.
 */
void sj_because(sj_ctx *cx, const sj_task *task, const char *fmt, ...)
{
	char text[768], *copy;
	size_t used = 0;
	va_list ap;
	int n;

	if (!cx->config.explain || !cx->wants_decisions)
		return;
	decide_settle(cx);
	if (cx->because_of != NULL)
		used = (size_t)snprintf(text, sizeof(text), "%s: ", cx->because_of);
	used = used < sizeof(text) ? used : sizeof(text) - 1;
	va_start(ap, fmt);
	n = vsnprintf(text + used, sizeof(text) - used, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	copy = sj_arena_alloc(&cx->scratch, strlen(text) + 1);
	if (copy == NULL)
		return;
	strcpy(copy, text);
	cx->because_task = task_of(task);
	cx->because_text = copy;
}
