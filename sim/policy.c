/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy.c - making, calling and composing policies; faults; their memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "place.h"
#include "policy_state.h"

/* ---- faults ------------------------------------------------------------- */

int sj_policy_fail(sj_ctx *cx, int code, const char *fmt, ...)
{
	va_list ap;

	cx->fault = 1;
	if (cx->error.code != SJ_OK)
		return cx->error.code; /* the first one is the cause */
	cx->error.code = code;
	va_start(ap, fmt);
	vsnprintf(cx->error.text, sizeof(cx->error.text), fmt, ap);
	va_end(ap);
	return code;
}

int policy_check(sj_ctx *cx, const char *callback, int rc)
{
	cx->charged = 0; /* thinking delays what is started in the same call */
	if (cx->fault || cx->error.code != SJ_OK)
		return cx->error.code != SJ_OK ? cx->error.code : SJ_EPOLICY;
	if (rc == SJ_OK || rc == SJ_EFULL)
		return SJ_OK;
	return sj_policy_fail(cx, SJ_EPOLICY, "policy %s: %s returned %d at %.9g s",
			      cx->ops->name, callback, rc, (double)cx->now / 1e9);
}

int policy_schedule(sj_ctx *cx)
{
	bool timed = sj_latency_due(&cx->latency);
	uint64_t begin = timed ? cx->latency.ticks() : 0;
	int rc;

	cx->rounds++;
	rc = policy_check(cx, "schedule", cx->ops->schedule(cx->self, cx));
	if (timed) {
		int64_t ns = (int64_t)(cx->latency.ticks() - begin) + cx->latency.submits_ns;

		cx->latency.submits_ns = 0;
		if (ns > cx->latency.max_ns)
			cx->latency.max_ns = ns;
		if (sj_quantile_add(&cx->latency.ns, ns) != SJ_OK)
			return SJ_ENOMEM;
	}
	if (cx->scratch.used != 0 || cx->because_task != NULL) {
		decide_settle(cx); /* before its text goes */
		sj_arena_reset(&cx->scratch);
	}
	return rc;
}

/* ---- memory ------------------------------------------------------------- */

static void no_memory(sj_ctx *cx, size_t size)
{
	sj_policy_fail(cx, SJ_ENOMEM, "policy %s: out of memory (%zu bytes more)",
		       cx->ops->name, size);
	longjmp(cx->no_memory, 1);
}

void *sj_alloc(sj_ctx *cx, size_t size)
{
	void *p = sj_arena_alloc(&cx->arena, size);

	if (p == NULL)
		no_memory(cx, size);
	return p;
}

void *sj_scratch(sj_ctx *cx, size_t size)
{
	void *p = sj_arena_alloc(&cx->scratch, size);

	if (p == NULL)
		no_memory(cx, size);
	return p;
}

void *sj_grow(sj_ctx *cx, void *old, size_t old_size, size_t new_size)
{
	void *p = sj_alloc(cx, new_size);

	if (old_size != 0)
		memcpy(p, old, old_size < new_size ? old_size : new_size);
	return p;
}

/* ---- randomness ----------------------------------------------------------- */

gsl_rng *sj_rng(sj_ctx *cx, const char *purpose)
{
	struct named_rng *named = cx->rng;
	char full[64];

	if (cx->part > 1)
		snprintf(full, sizeof(full), "policy.%u.%s", cx->part, purpose);
	else
		snprintf(full, sizeof(full), "policy.%s", purpose);
	for (uint32_t i = 0; i < cx->rng_count; i++)
		if (strcmp(named[i].purpose, full) == 0)
			return named[i].rng;
	named = realloc(named, (cx->rng_count + 1) * sizeof(*named));
	if (named == NULL)
		no_memory(cx, sizeof(*named));
	cx->rng = named;
	named += cx->rng_count;
	strcpy(named->purpose, full);
	named->rng = sj_rng_create(cx->config.seed, full, 0);
	if (named->rng == NULL)
		no_memory(cx, sj_rng_philox->size);
	cx->rng_count++;
	return named->rng;
}

/* ---- making and composing ---------------------------------------------------- */

int policy_init(sj_ctx *cx)
{
	const sj_policy_ops *ops = cx->ops;
	struct policy_state state;
	size_t need;

	if (ops->magic != SJ_POLICY_MAGIC || ops->abi != SJ_POLICY_ABI ||
	    ops->ops_size != sizeof(*ops) || ops->schedule == NULL || ops->name == NULL)
		return sj_fail(&cx->error, SJ_EABI,
			       "policy table: not one of interface version %u, or without schedule()",
			       SJ_POLICY_ABI);
	if (setjmp(cx->no_memory) != 0)
		return cx->error.code;
	if (policy_state_make(cx, ops, cx->config.policy_args, NULL, &state) != SJ_OK ||
	    policy_state_use(cx, &state) != SJ_OK)
		return cx->error.code;
	cx->self = state.self;
	need = sj_params_canonical(ops->name, state.params, cx->self, NULL, 0);
	cx->canonical = sj_alloc(cx, need + 1);
	sj_params_canonical(ops->name, state.params, cx->self, cx->canonical, need + 1);
	cx->tells_submit = cx->ops->on_submit != NULL;
	if (ops->init == NULL)
		return SJ_OK;
	return policy_check(cx, "init", ops->init(cx->self, cx));
}

const sj_subpolicy *sj_policy_create(sj_ctx *cx, const char *spec)
{
	const sj_policy_ops *ops = NULL;
	sj_subpolicy *sub, **grown;
	struct policy_state state;
	const char *args, *place = sj_place_names[SJ_PLACE_FIRST];
	char name[64];

	if (sj_spec_split(spec, name, sizeof(name), &args, &cx->error) != SJ_OK) {
		cx->fault = 1;
		return NULL;
	}
	if (cx->config.find_policy != NULL)
		ops = cx->config.find_policy(name);
	if (ops == NULL) {
		sj_policy_fail(cx, SJ_EUSAGE, "policy %s: no policy \"%s\" to use as a part",
			       cx->ops->name, name);
		return NULL;
	}
	cx->flags |= ops->flags;
	sub = sj_alloc(cx, sizeof(*sub));
	if (cx->ledger.node_count != 0)
		place = sj_place_names[sj_place_used(&cx->ledger)];
	if (policy_state_make(cx, ops, args, place, &state) != SJ_OK)
		return NULL;
	policy_state_part(cx, ops, &state, sub);
	ops = sub->ops;
	grown = realloc(cx->sub, (cx->sub_count + 1) * sizeof(*grown));
	if (grown == NULL)
		no_memory(cx, sizeof(*grown));
	cx->sub = grown;
	cx->sub[cx->sub_count++] = sub;
	cx->making_parts++;
	if (ops->init != NULL && policy_check(cx, "init", ops->init(sub->self, cx)) != SJ_OK)
		return NULL;
	cx->making_parts--;
	return sub;
}

void policy_fini(sj_ctx *cx)
{
	struct named_rng *named = cx->rng;

	for (uint32_t i = cx->sub_count; i-- != 0;)
		if (cx->sub[i]->ops->fini != NULL)
			cx->sub[i]->ops->fini(cx->sub[i]->self, cx);
	if (cx->self != NULL && cx->ops->fini != NULL)
		cx->ops->fini(cx->self, cx);
	for (uint32_t i = 0; i < cx->rng_count; i++)
		gsl_rng_free(named[i].rng);
	free(named);
	free(cx->sub);
}
