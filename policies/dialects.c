/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dialects - EASY as two published simulators mean it: pyss (and its plain FCFS)
 * and CQSim. Each is `easy` with its rules set; so a reader of an older paper can
 * reproduce it and see what the difference is worth.
 *
 * pyss: a pass after each event, arrivals before ends, ends in start order; a
 * processor is free when its task's end was told or its expected end has come; an
 * arrival that does not fit causes no pass; jobs of run time 0 are dropped.
 * CQSim: a pass after each event, ends before arrivals; whether a waiting task
 * may be backfilled is judged by its true run time, the shadow by requests.
 */
#include "easy.h"

static int pyss_easy_init(void *self, sj_ctx *cx)
{
	struct easy *s = self;

	s->order = "fcfs";
	s->candidates = "same";
	s->pass = EASY_EVENT;
	s->backfills = true;
	return easy_init(s, cx);
}

static const sj_semantics pyss_easy_semantics = {
	.order = "arrival",
	.blocking = "the head blocks; later tasks may be backfilled",
	.reservation = "one, for the blocked head, by expected ends",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "after each event, arrivals first; not after an arrival that does not fit",
};

const sj_policy_ops sj_policy_pyss_easy = {
	SJ_POLICY_HEAD,
	.name = "pyss-easy",
	.summary = "EASY as in the simulator pyss: a pass after each event, arrivals first",
	.cite = "pyss, the Python scheduler simulator; schedules published with Gaussier "
		"et al., SC 2015",
	.semantics = &pyss_easy_semantics,
	.flags = SJ_PF_DROPS_ZERO,
	.init = pyss_easy_init,
	EASY_CALLBACKS,
};

static int pyss_fcfs_init(void *self, sj_ctx *cx)
{
	struct easy *s = self;

	s->order = "fcfs";
	s->candidates = "same";
	s->pass = EASY_EVENT;
	return easy_init(s, cx);
}

static const sj_semantics pyss_fcfs_semantics = {
	.order = "arrival",
	.blocking = "the head blocks",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "after each event, arrivals first; not after an arrival that does not fit",
};

const sj_policy_ops sj_policy_pyss_fcfs = {
	SJ_POLICY_HEAD,
	.name = "pyss-fcfs",
	.summary = "FCFS as in the simulator pyss: jobs of run time 0 are dropped",
	.cite = "pyss, the Python scheduler simulator",
	.semantics = &pyss_fcfs_semantics,
	.flags = SJ_PF_DROPS_ZERO,
	.init = pyss_fcfs_init,
	EASY_CALLBACKS,
};

static int cqsim_easy_init(void *self, sj_ctx *cx)
{
	struct easy *s = self;

	s->order = "fcfs";
	s->candidates = "same";
	s->pass = EASY_EVENT;
	s->backfills = true;
	s->ends_first = true;
	s->knows_runtime = true;
	return easy_init(s, cx);
}

static const sj_semantics cqsim_easy_semantics = {
	.order = "arrival",
	.blocking = "the head blocks; later tasks may be backfilled",
	.reservation = "one, for the blocked head, by expected ends; a waiting task is "
		       "judged by its true run time",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "after each event, ends first",
};

const sj_policy_ops sj_policy_cqsim_easy = {
	SJ_POLICY_HEAD,
	.name = "cqsim-easy",
	.summary = "EASY as in the simulator CQSim: true run times in the backfill test",
	.cite = "CQSim, the event-driven scheduling simulator of the SPEAR group",
	.semantics = &cqsim_easy_semantics,
	.flags = SJ_PF_CLAIRVOYANT,
	.init = cqsim_easy_init,
	EASY_CALLBACKS,
};
