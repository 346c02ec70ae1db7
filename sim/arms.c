/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arms.c - policies over others: whose turn it is, their faults, what a learner tells. */
#include "sojourn/arms.h"
#include "sojourn/suppose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

bool sj_arms_claim(sj_ctx *cx, uint32_t count)
{
	bool first = cx->arms == 0;

	cx->arms = count;
	return first;
}

void sj_part_enter(sj_ctx *cx, uint32_t part)
{
	cx->part = part;
}

uint32_t sj_timer_part(const sj_ctx *cx)
{
	return cx->timer_part;
}

void arms_stopped(sj_ctx *cx, const struct task *t)
{
	if (cx->stopped_count == cx->stopped_cap) {
		uint32_t cap = cx->stopped_cap != 0 ? 2 * cx->stopped_cap : 16;

		cx->stopped = sj_grow(cx, cx->stopped, cx->stopped_cap * sizeof(*cx->stopped),
				      cap * sizeof(*cx->stopped));
		cx->stopped_cap = cap;
	}
	cx->stopped[cx->stopped_count++] = t->pub.id;
}

uint32_t sj_part_stopped(sj_ctx *cx, const sj_task **out, uint32_t cap)
{
	uint32_t n = 0;

	while (n < cap && cx->stopped_count != 0) {
		const sj_task *t = sj_task_get(cx, cx->stopped[--cx->stopped_count]);

		if (t != NULL && t->state == SJ_TASK_READY)
			out[n++] = t;
	}
	return n;
}

unsigned sj_get_passes(const sj_ctx *cx)
{
	return cx->passes;
}

bool sj_part_forgive(sj_ctx *cx, int rc, char *why, size_t size)
{
	if (cx->half_done || (cx->fault && cx->error.code != SJ_EPOLICY) ||
	    (!cx->fault && cx->error.code != SJ_OK) || rc == SJ_ENOMEM)
		return false;
	if (cx->error.code == SJ_EPOLICY)
		snprintf(why, size, "%s", cx->error.text);
	else
		snprintf(why, size, "it returned %d at %.9g s", rc, (double)cx->now / 1e9);
	cx->fault = 0;
	if (suppose_active(cx))
		sj_suppose_end(cx);
	cx->error = (sj_error){ .code = SJ_OK };
	return true;
}

void sj_because_of(sj_ctx *cx, const char *text)
{
	char *copy = NULL;

	if (text != NULL) {
		copy = sj_alloc(cx, strlen(text) + 1);
		strcpy(copy, text);
	}
	cx->because_of = copy;
}

void sj_warn(sj_ctx *cx, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (cx->warnings == WARNINGS_MAX)
		return; /* whoever warns more often says the same again */
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	cx->warning[cx->warnings] = sj_alloc(cx, strlen(text) + 1);
	strcpy(cx->warning[cx->warnings++], text);
}

const char *sj_run_warning(const sj_run *run, uint32_t i)
{
	return i < run->cx.warnings ? run->cx.warning[i] : NULL;
}

/* ---- learners -------------------------------------------------------------------- */

/* What a sink returned. */
static void told(sj_ctx *cx, int rc)
{
	if (rc != SJ_OK && cx->error.code == SJ_OK)
		sj_policy_fail(cx, rc, "out of memory");
}

void sj_learning_begins(sj_ctx *cx, const sj_learning *l)
{
	for (uint32_t i = 0; i < cx->config.sink_count; i++)
		if (cx->config.sinks[i].learning != NULL && cx->error.code == SJ_OK)
			told(cx, cx->config.sinks[i].learning(cx->config.sinks[i].self, l,
							      &cx->error));
}

void sj_learned(sj_ctx *cx, const sj_round *r)
{
	for (uint32_t i = 0; i < cx->config.sink_count; i++)
		if (cx->config.sinks[i].round != NULL && cx->error.code == SJ_OK)
			told(cx, cx->config.sinks[i].round(cx->config.sinks[i].self, r,
							   &cx->error));
}

const sj_saved_learning *sj_saved_learning_get(const sj_ctx *cx, uint32_t i)
{
	return i < cx->config.saved_count ? &cx->config.saved[i] : NULL;
}

void sj_saved_learning_use(sj_ctx *cx, uint32_t i)
{
	cx->saved_used = &cx->config.saved[i];
}

const sj_saved_learning *sj_run_saved_learning(const sj_run *run)
{
	return run->cx.saved_used;
}
