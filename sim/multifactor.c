/* SPDX-License-Identifier: GPL-3.0-or-later */
/* multifactor.c - see multifactor.h; usage and shares are fairshare.c. */
#include "multifactor.h"

#include <stdio.h>

#include "fairshare.h"
#include "units.h"

enum by { BY_USER, BY_GROUP };
static const char *const by_names[] = { "user", "group", NULL };

/* What is booked for a running task; an end without a start books nothing. */
struct charge {
	uint32_t account, procs;
};

struct sj_multifactor {
	sj_multifactor_config c; /* first: parameters bind to it */
	sj_fairshare *usage;
	struct charge *charged; /* by task id */
	uint32_t      charged_cap;
};

/* What the value of a task is made of. */
struct factors {
	double age, size, fairshare, priority, queue;
};

#define AT(member) .offset = offsetof(sj_multifactor_config, member)
const sj_param sj_multifactor_params[] = {
	{ .name = "age", .type = SJ_P_DOUBLE, AT(age), .def = "1",
	  .help = "Weight of min(1, wait / max_age)." },
	{ .name = "size", .type = SJ_P_DOUBLE, AT(size), .def = "1",
	  .help = "Weight of procs / machine; negative favours narrow tasks." },
	{ .name = "fairshare", .type = SJ_P_DOUBLE, AT(fairshare), .def = "1",
	  .help = "Weight of 2^(-(U/S)/damping)." },
	{ .name = "priority", .type = SJ_P_DOUBLE, AT(priority), .def = "0",
	  .help = "Weight of the job's own priority." },
	{ .name = "queue", .type = SJ_P_DOUBLE, AT(queue), .def = "0",
	  .help = "Weight of the number of the job's queue." },
	{ .name = "max_age", .type = SJ_P_TIME, AT(max_age), .def = "7d", .min = 1e-9, .max = 4e9,
	  .unit = "s", .help = "Wait at which the age factor is 1." },
	{ .name = "half_life", .type = SJ_P_TIME, AT(half_life), .def = "7d", .min = 0, .max = 4e9,
	  .unit = "s", .help = "After it, usage counts half; 0s: it never fades." },
	{ .name = "damping", .type = SJ_P_DOUBLE, AT(damping), .def = "1", .min = 1e-9, .max = 1e9,
	  .help = "Larger makes the fair-share factor less steep." },
	{ .name = "by", .type = SJ_P_ENUM, AT(by), .def = "user", .choices = by_names,
	  .help = "Whose usage counts." },
	{ .name = "shares", .type = SJ_P_STRING, AT(shares), .def = "",
	  .help = "Shares by number, as (7:3,9:2); everybody else has 1." },
	{ .name = NULL },
};
#undef AT

static void *run_memory(void *cx, size_t size)
{
	return sj_alloc(cx, size);
}

sj_multifactor *sj_multifactor_create(sj_ctx *cx, const char *args)
{
	sj_multifactor *m = sj_alloc(cx, sizeof(*m));
	sj_error err;
	int rc = sj_params_bind("order multifactor", sj_multifactor_params, args, &m->c, run_memory,
				cx, &err);

	if (rc != SJ_OK) {
		sj_policy_fail(cx, rc, "%s", err.text);
		return NULL;
	}
	m->usage = sj_fairshare_create(cx, (double)m->c.half_life / (double)SJ_NS_PER_S, m->c.damping,
				       m->c.shares);
	return m->usage != NULL ? m : NULL;
}

static uint32_t account(const sj_multifactor *m, const sj_task *t)
{
	return m->c.by == BY_GROUP ? t->group : t->user;
}

static struct factors factors(sj_multifactor *m, sj_ctx *cx, const sj_task *t)
{
	sj_time now = sj_now(cx), wait = t->ready_ns < now ? now - t->ready_ns : 0;
	uint32_t machine = sj_procs_total(cx);

	return (struct factors){
		.age = wait >= m->c.max_age ? 1.0 : (double)wait / (double)m->c.max_age,
		.size = machine > 0 ? (double)t->procs / machine : 0.0,
		.fairshare = m->c.fairshare != 0 ? sj_fairshare_at(m->usage, account(m, t), now) : 0,
		.priority = t->priority,
		.queue = t->queue,
	};
}

double sj_multifactor_value(sj_multifactor *m, sj_ctx *cx, const sj_task *t)
{
	struct factors f = factors(m, cx, t);

	return m->c.age * f.age + m->c.size * f.size + m->c.fairshare * f.fairshare +
	       m->c.priority * f.priority + m->c.queue * f.queue;
}

void sj_multifactor_started(sj_multifactor *m, sj_ctx *cx, const sj_task *t)
{
	sj_multifactor_ended(m, cx, t); /* nothing, unless an end was not forwarded */
	m->charged = sj_grow_to(cx, m->charged, &m->charged_cap, t->id, sizeof(*m->charged));
	m->charged[t->id] = (struct charge){ account(m, t), t->procs };
	sj_fairshare_begin(m->usage, account(m, t), t->procs, sj_now(cx));
}

void sj_multifactor_ended(sj_multifactor *m, sj_ctx *cx, const sj_task *t)
{
	struct charge *c = t->id < m->charged_cap ? &m->charged[t->id] : NULL;

	if (c == NULL || c->procs == 0)
		return;
	sj_fairshare_end(m->usage, c->account, c->procs, sj_now(cx));
	c->procs = 0;
}

void sj_multifactor_explain(sj_multifactor *m, sj_ctx *cx, const sj_task *t, char *buf,
			    size_t size)
{
	struct factors f = factors(m, cx, t);
	const struct { const char *name; double weight, factor; } part[] = {
		{ "age", m->c.age, f.age },
		{ "size", m->c.size, f.size },
		{ "fair-share", m->c.fairshare, f.fairshare },
		{ "priority", m->c.priority, f.priority },
		{ "queue", m->c.queue, f.queue },
	};
	char number[2][32];
	const char *before = ":";
	size_t used;

	sj_format_digits(sj_multifactor_value(m, cx, t), 6, number[0], sizeof(number[0]));
	used = (size_t)snprintf(buf, size, "value %s", number[0]);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]) && used < size; i++) {
		if (part[i].weight == 0)
			continue;
		sj_format_digits(part[i].weight, 6, number[0], sizeof(number[0]));
		sj_format_digits(part[i].factor, 10, number[1], sizeof(number[1]));
		used += (size_t)snprintf(buf + used, size - used, "%s %s %s x %s",
					 before, part[i].name, number[0], number[1]);
		before = " +";
	}
	if (m->c.fairshare != 0 && used < size)
		snprintf(buf + used, size - used, ", usage %.10gs",
			 sj_fairshare_usage(m->usage, account(m, t), sj_now(cx)));
}
