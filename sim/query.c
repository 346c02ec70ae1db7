/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query.c - what a policy may ask; see sojourn/policy.h. */
#include "pace.h"

sj_time sj_now(const sj_ctx *cx)
{
	return cx->now;
}

uint32_t sj_procs_total(const sj_ctx *cx)
{
	return cx->ledger.procs_total;
}

uint32_t sj_procs_free(const sj_ctx *cx)
{
	return cx->ledger.procs_free;
}

uint32_t sj_node_count(const sj_ctx *cx)
{
	return cx->ledger.node_count;
}

uint32_t sj_node_cores_free(const sj_ctx *cx, uint32_t node)
{
	return cx->ledger.node[node].cores;
}

uint32_t sj_node_gpu_milli_free(const sj_ctx *cx, uint32_t node)
{
	return cx->ledger.node[node].gpu_milli;
}

uint64_t sj_node_mem_free(const sj_ctx *cx, uint32_t node)
{
	return cx->ledger.node[node].mem_bytes;
}

sj_node_size sj_node_get_size(const sj_ctx *cx, uint32_t node)
{
	const sj_node_type *type = &cx->ledger.types[cx->ledger.node[node].type];

	return (sj_node_size){ type->cores, type->gpus * SJ_GPU_WHOLE, type->mem_bytes };
}

sj_node_state sj_node_get_state(const sj_ctx *cx, uint32_t node)
{
	return (sj_node_state)cx->ledger.node[node].state;
}

sj_node_kind sj_node_get_kind(const sj_ctx *cx, uint32_t node)
{
	uint32_t k = cx->ledger.node[node].type;
	const sj_node_type *type = &cx->ledger.types[k];

	return (sj_node_kind){ .type = k, .cores = type->cores, .gpus = type->gpus,
			       .gpu_model = type->gpu_model, .mem_bytes = type->mem_bytes };
}

uint32_t sj_node_room(const sj_ctx *cx, uint32_t node, const sj_task *t)
{
	return t->node != 0 && t->node != node + 1 ? 0 : sj_ledger_room(&cx->ledger, node, t);
}

/* Nodes of a type are spread over its racks evenly, in order: the first racks get one more
 * where they do not divide. */
uint32_t sj_node_rack(const sj_ctx *cx, uint32_t node)
{
	uint32_t k = cx->ledger.node[node].type;
	const sj_node_type *type = &cx->ledger.types[k];
	uint64_t i = node - cx->ledger.type_first[k];

	return type->racks == 0 ? UINT32_MAX :
				  type->rack + (uint32_t)(i * type->racks / type->count);
}

static const sj_task *public(const struct task *t)
{
	return t != NULL ? &t->pub : NULL;
}

const sj_task *sj_ready_first(const sj_ctx *cx)
{
	return public(cx->ready.first);
}

const sj_task *sj_ready_next(const sj_ctx *cx, const sj_task *t)
{
	(void)cx;
	return public(task_of(t)->next);
}

uint32_t sj_ready_count(const sj_ctx *cx)
{
	return cx->ready.count;
}

const sj_task *sj_running_first(const sj_ctx *cx)
{
	return public(cx->running.first);
}

const sj_task *sj_running_next(const sj_ctx *cx, const sj_task *t)
{
	(void)cx;
	return public(task_of(t)->next);
}

uint32_t sj_running_count(const sj_ctx *cx)
{
	return cx->running.count;
}

const sj_task *sj_task_get(const sj_ctx *cx, uint32_t id)
{
	if (id >= cx->task_bound || task_at(cx, id)->pub.state == SJ_TASK_ENDED ||
	    is_copy(task_at(cx, id)))
		return NULL;
	return &task_at(cx, id)->pub;
}

uint32_t sj_task_bound(const sj_ctx *cx)
{
	return cx->task_bound;
}

bool sj_fits(const sj_ctx *cx, const sj_task *t)
{
	return sj_ledger_fits(&cx->ledger, t, t->ranks);
}

bool sj_fits_ever(const sj_ctx *cx, const sj_task *t)
{
	return sj_ledger_fits_ever(&cx->ledger, t);
}

sj_time sj_task_runtime(sj_ctx *cx, const sj_task *t)
{
	if (cx->flags & SJ_PF_CLAIRVOYANT)
		return task_of(t)->work_ns;
	sj_policy_fail(cx, SJ_EPOLICY,
		       "policy %s: asks for true run times without declaring itself clairvoyant",
		       cx->ops->name);
	return SJ_NEVER;
}

sj_time sj_task_attained(const sj_ctx *cx, const sj_task *t)
{
	return life_attained(cx, task_of(t));
}

uint32_t sj_task_ranks(const sj_ctx *cx, const sj_task *t)
{
	(void)cx;
	return t->state == SJ_TASK_RUNNING ? task_of(t)->ranks_now : t->ranks;
}

/* Grips on one node are one slot. */
sj_placement sj_task_placement(const sj_ctx *cx, const sj_task *task)
{
	const struct task *t = task_of(task);
	const sj_grip *grips = sj_held_grips(&t->held);
	sj_ctx *own = (sj_ctx *)(uintptr_t)(const void *)cx; /* for its scratch memory */
	sj_placement p = { 0, NULL };
	sj_slot *slot;

	if (task->state != SJ_TASK_RUNNING || t->held.count == 0)
		return p;
	p.slots = slot = sj_scratch(own, t->held.count * sizeof(*slot));
	for (uint32_t i = 0; i < t->held.count; i++) {
		if (i != 0 && grips[i].node == grips[i - 1].node)
			slot[p.count - 1].ranks += grips[i].ranks;
		else
			slot[p.count++] = (sj_slot){ grips[i].node, grips[i].ranks };
	}
	return p;
}
