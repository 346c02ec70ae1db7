/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comm.c - tasks that communicate, in a run and in alpha-beta form; see comm.h. */
#include "comm.h"

#include <math.h>
#include <stdlib.h>

#include "network.h"

#define NOWHERE UINT32_MAX

/* ---- making -------------------------------------------------------------------------- */

static uint32_t link_count(const sj_ctx *cx)
{
	return sj_network_fabric(cx->network)->links;
}

int comm_init(sj_ctx *cx)
{
	struct comms *m;

	if (cx->network == NULL || cx->config.collectives == SJ_COLLECTIVES_NONE)
		return SJ_OK;
	m = cx->comms = calloc(1, sizeof(*m));
	if (m == NULL)
		return SJ_ENOMEM;
	m->how = cx->config.collectives;
	m->steady = sj_network_news(cx->network) == SJ_NEVER;
	m->load = calloc(link_count(cx) + 1u, sizeof(*m->load));
	m->touched = malloc((link_count(cx) + 1u) * sizeof(*m->touched));
	m->users = calloc(link_count(cx) + 1u, sizeof(*m->users));
	return m->load != NULL && m->touched != NULL && m->users != NULL ? SJ_OK : SJ_ENOMEM;
}

void comm_fini(sj_ctx *cx)
{
	struct comms *m = cx->comms;

	if (m == NULL)
		return;
	free(m->load);
	free(m->touched);
	free(m->round);
	free(m->seat);
	free(m->sent);
	free(m->users);
	sj_pes_fini(&m->due);
	sj_pes_fini(&m->bound);
	free(m);
	cx->comms = NULL;
}

/* Does it name a storage that is not there, though others are? */
static bool no_place(const sj_ctx *cx, const sj_comm_phase *h)
{
	if (h->op != SJ_COMM_PAIRS || sj_network_fabric(cx->network)->storages == 0)
		return false;
	for (uint32_t i = 0; i < h->pair_count; i++)
		if (((h->pairs[i].from & SJ_COMM_PLACE) &&
		     comm_endpoint(cx, h->pairs[i].from) == NOWHERE) ||
		    ((h->pairs[i].to & SJ_COMM_PLACE) &&
		     comm_endpoint(cx, h->pairs[i].to) == NOWHERE))
			return true;
	return false;
}

const char *comm_wrong(const sj_ctx *cx, const sj_task_spec *s)
{
	const sj_comm *c = &cx->source->comms[s->comm - 1];
	const char *wrong = sj_comm_wrong(c, s->ranks, s->ranks_min, s->ranks_max);

	for (uint32_t i = 0; wrong == NULL && cx->comms != NULL && i < c->phase_count; i++)
		if (no_place(cx, &c->phases[i]))
			wrong = "it reads or writes at a place that no storage or node of the "
				"machine is named after";
	return wrong;
}

static double bytes_at_places(const sj_comm_phase *h)
{
	double sum = 0;

	for (uint32_t i = 0; h->op == SJ_COMM_PAIRS && i < h->pair_count; i++)
		if ((h->pairs[i].from | h->pairs[i].to) & SJ_COMM_PLACE)
			sum += h->pairs[i].bytes;
	return sum;
}

void comm_offer(sj_ctx *cx, const sj_task_spec *s)
{
	const sj_comm *c = &cx->source->comms[s->comm - 1];
	double steps = (double)(s->steps != 0 ? s->steps : 1);

	for (uint32_t i = 0; i < c->phase_count; i++)
		if (cx->comms == NULL)
			cx->collect.comm_ignored += steps * comm_phase_bytes(&c->phases[i], s->ranks);
		else if (sj_network_fabric(cx->network)->storages == 0)
			cx->collect.bytes_anywhere += (uint64_t)fmin(steps *
								      bytes_at_places(&c->phases[i]),
								      0x1p62);
}

void comm_free(struct comm *c)
{
	if (c == NULL)
		return;
	free(c->seat);
	free(c->link);
	free(c);
}

/* ---- tasks -------------------------------------------------------------------------------- */

/* An estimate that is the run time itself is about computing, as nobody could know what the
 * network adds: it is no limit. Any other is a claim about all the time that the task has. */
static struct comm *comm_new(const sj_ctx *cx, const struct task *t)
{
	const sj_comm *spec = &cx->source->comms[t->comm - 1];
	struct comm *c = calloc(1, sizeof(*c) + spec->phase_count * sizeof(c->phase[0]));

	if (c == NULL)
		return NULL;
	c->spec = spec;
	c->steps = t->pub.steps != 0 ? t->pub.steps : 1;
	c->nominal = t->work_ns <= 1; /* 1: it has been placed before */
	c->limited = t->pub.estimate_ns != t->work_ns && (!c->nominal || t->pub.estimate_ns > 1);
	c->step_ns = (double)(c->nominal ? 1 : t->work_ns) / (double)c->steps;
	return c;
}

int comm_place(sj_ctx *cx, struct task *t)
{
	struct comm *c = t->pace->comm;

	if (c == NULL && (c = t->pace->comm = comm_new(cx, t)) == NULL)
		return SJ_ENOMEM;
	if (c->nominal) /* a nanosecond, to be done when all has been sent */
		t->work_ns = 1;
	if (comm_seats_of_held(cx, t) != SJ_OK || comm_set_phases(cx, c, t->ranks_now) != SJ_OK)
		return SJ_ENOMEM;
	return cx->comms->how == SJ_COLLECTIVES_FLOW ? comm_flow_place(cx, t) : SJ_OK;
}

/* A phase that computes with `speed`, and communicates for so long. */
static double phase_length(const struct comm *c, uint32_t i, double speed, double comm_ns)
{
	double compute = c->phase[i].work / speed, overlap = c->spec->phases[i].overlap;

	return (1 - overlap) * compute + fmax(overlap * compute, comm_ns);
}

static double step_alone(const struct comm *c, double speed)
{
	double ns = 0;

	for (uint32_t i = 0; i < c->spec->phase_count; i++)
		ns += phase_length(c, i, speed, c->phase[i].alone_ns);
	return ns > 0 ? ns : c->step_ns / speed;
}

double comm_step_least(const struct comm *c, double speed)
{
	double ns = 0;

	for (uint32_t i = 0; i < c->spec->phase_count; i++)
		ns += phase_length(c, i, speed, c->phase[i].least_ns);
	return ns;
}

void comm_rate(struct pace *p)
{
	const struct comm *c = p->comm;

	if (c->seat == NULL)
		p->rate = p->speed > 0 ? c->step_ns / step_alone(c, p->speed) : 0;
	else if (c->open && !c->flow.computing)
		p->rate = 0;
	if (!c->limited)
		p->used_rate = 0;
}

/* Bytes of the flow form are counted as they are sent. */
void comm_spent(sj_ctx *cx, struct task *t, sj_time span)
{
	const struct pace *p = t->pace;
	struct comm *c = p->comm;

	if (c->seat != NULL) {
		c->flow.left = fmax(c->flow.left - (double)span * p->rate, 0);
		if (p->rate == 0) {
			cx->collect.comm += (uint64_t)span;
			c->flow.exposed_ns += (uint64_t)span;
		}
		return;
	}
	cx->collect.comm += (uint64_t)llround((double)span * (1 - p->rate / p->speed));
	cx->collect.comm_bytes += (double)span * p->rate / c->step_ns * c->bytes;
}

double comm_rate_at(const sj_ctx *cx, const struct task *t, uint32_t ranks,
		    const sj_placement *where, double speed)
{
	struct comm *c;
	double rate = 0;

	if (!(speed > 0) || (c = comm_new(cx, t)) == NULL)
		return 0;
	if (comm_seats_of_slots(cx, t, ranks, where) == SJ_OK && comm_set_phases(cx, c, ranks) == SJ_OK)
		rate = c->step_ns / step_alone(c, speed);
	comm_free(c);
	return rate;
}
