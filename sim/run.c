/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c - the outside of a run: making, advancing, asking, freeing; see run.h. */
#include "run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bound.h"
#include "comm.h"
#include "engine.h"
#include "staging.h"
#include "traffic.h"
#include "transfers.h"
#include "pace.h"
#include "place.h"

static int check_config(const sj_run_config *c, sj_error *err)
{
	const sj_checkpoint *p = &c->checkpoint;

	if (c->clock != SJ_CLOCK_EVENT && c->clock_step_ns <= 0)
		return sj_fail(err, SJ_EINVAL, "clock: the step must be above 0");
	if (c->clock_barrier && c->clock != SJ_CLOCK_ROUND)
		return sj_fail(err, SJ_EINVAL, "clock: only rounds have a barrier");
	if (c->source == NULL || c->policy == NULL)
		return sj_fail(err, SJ_EINVAL, "run: a source and a policy are needed");
	if (p->modelled && (p->interval_ns < 0 || p->cost_ns < 0 || p->restart_ns < 0 ||
			    p->interval_ns > SJ_TIME_MAX || p->cost_ns > SJ_TIME_MAX ||
			    p->restart_ns > SJ_TIME_MAX))
		return sj_fail(err, SJ_EINVAL, "checkpoint: a time is negative or too long");
	if ((c->policy->flags & SJ_PF_SHARES) != 0 && c->cluster.type_count != 0)
		return sj_fail(err, SJ_EUSAGE, "policy %s: shares processors in time, which needs "
			       "one pool of them (procs=N), not nodes", c->policy->name);
	if (c->interference != NULL && c->cluster.type_count == 0)
		return sj_fail(err, SJ_EINVAL, "interference: needs a cluster of nodes, not one "
			       "pool of processors");
	return SJ_OK;
}

static void note_wishes(sj_ctx *cx)
{
	for (uint32_t i = 0; i < cx->config.sink_count; i++) {
		cx->wants_samples |= cx->config.sinks[i].sample != NULL;
		cx->wants_decisions |= cx->config.sinks[i].decision != NULL;
		cx->wants_allocs |= cx->config.sinks[i].alloc != NULL;
	}
}

int sj_run_create(const sj_run_config *config, sj_run **out, sj_error *err)
{
	int rc = check_config(config, err);
	struct sj_run *run;
	sj_ctx *cx;

	if (rc != SJ_OK)
		return rc;
	run = calloc(1, sizeof(*run));
	if (run == NULL)
		return sj_fail(err, SJ_ENOMEM, "run: out of memory");
	cx = &run->cx;
	cx->config = *config;
	if (!config->checkpoint.modelled)
		cx->config.checkpoint = (sj_checkpoint){ 0 };
	cx->ops = config->policy;
	cx->flags = config->policy->flags;
	cx->source = config->source;
	cx->free_ids = cx->timer_free = UINT32_MAX;
	cx->latency.ticks = config->ticks;
	cx->node_next = cx->round_end = SJ_NEVER;
	note_wishes(cx);
	sj_collect_init(&cx->collect);
	rc = sj_digest_init(&cx->digest);
	if (rc == SJ_OK)
		rc = sj_records_init(&cx->records, config->sinks, config->sink_count);
	if (rc == SJ_OK)
		rc = sj_ledger_init(&cx->ledger, &config->cluster, cx->wants_allocs,
				    config->seed, &cx->error);
	if (rc == SJ_OK && config->fragmentation && cx->ledger.node_count != 0)
		sj_place_count_demands(&cx->ledger);
	if (rc == SJ_OK)
		rc = nodes_init(cx);
	if (rc == SJ_OK)
		rc = rate_init(cx);
	if (rc == SJ_OK)
		rc = interference_init(cx);
	if (rc == SJ_OK)
		rc = transfers_init(cx);
	if (rc == SJ_OK)
		rc = traffic_init(cx);
	if (rc == SJ_OK)
		rc = staging_init(cx);
	if (rc == SJ_OK)
		rc = comm_init(cx);
	if (rc == SJ_OK)
		rc = policy_init(cx);
	if (rc == SJ_OK)
		rc = bound_init(cx);
	if (rc == SJ_OK)
		rc = engine_init(cx);
	if (rc != SJ_OK) {
		if (err != NULL && cx->error.code != SJ_OK)
			*err = cx->error;
		else
			sj_fail(err, rc, "run: cannot be set up (out of memory)");
		sj_run_free(run);
		return rc;
	}
	*out = run;
	return SJ_OK;
}

void sj_run_free(sj_run *run)
{
	sj_ctx *cx;

	if (run == NULL)
		return;
	cx = &run->cx;
	policy_fini(cx);
	tasks_fini(cx);
	bound_fini(cx);
	comm_fini(cx);
	staging_fini(cx);
	traffic_fini(cx);
	transfers_fini(cx);
	nodes_fini(cx);
	paces_fini(cx);
	rate_fini(cx);
	interference_fini(cx);
	sj_ledger_fini(&cx->ledger);
	sj_pes_fini(&cx->ends);
	sj_pes_fini(&cx->timers);
	sj_digest_fini(&cx->digest);
	sj_collect_fini(&cx->collect);
	sj_records_fini(&cx->records);
	sj_quantile_fini(&cx->latency.ns);
	sj_arena_free(&cx->arena);
	sj_arena_free(&cx->scratch);
	free(cx->timer);
	free(cx->ended);
	free(run);
}

int sj_run_advance(sj_run *run, uint64_t events, sj_error *err)
{
	sj_ctx *cx = &run->cx;
	int rc = engine_advance(cx, events);

	if (rc == SJ_OK || rc == SJ_AGAIN)
		return rc;
	if (cx->error.code == SJ_OK)
		sj_fail(&cx->error, rc, "%s", rc == SJ_ENOMEM ? "out of memory" :
							       "the run failed");
	if (err != NULL)
		*err = cx->error;
	return rc;
}

static uint64_t core_bytes(const sj_ctx *cx)
{
	return (uint64_t)cx->chunks * TASK_CHUNK * sizeof(struct task) + cx->arena.bytes +
	       cx->scratch.bytes + cx->peak_job_bytes + cx->records.cap * (sizeof(sj_job_record) + 1) +
	       (cx->collect.waits.cap + cx->collect.responses.cap) * sizeof(double) +
	       (uint64_t)cx->ends.cap * (sizeof(pes_entry) + sizeof(uint32_t));
}

void sj_run_get_stats(sj_run *run, sj_run_stats *out)
{
	sj_ctx *cx = &run->cx;

	*out = (sj_run_stats){
		.events = cx->events, .rounds = cx->rounds,
		.jobs_submitted = cx->next_seq,
		.jobs_done = cx->collect.finished + cx->collect.rejected,
		.now_ns = cx->now, .live_tasks = cx->live,
		.peak_live_tasks = cx->peak_live, .peak_bytes = core_bytes(cx),
		.decision_samples = cx->latency.ns.count,
		.decision_every = LATENCY_EVERY,
		.decision_p50_ns = sj_quantile_get(&cx->latency.ns, 0.5),
		.decision_p99_ns = sj_quantile_get(&cx->latency.ns, 0.99),
		.decision_max_ns = (double)cx->latency.max_ns,
		.offered_beyond_s = (double)cx->offered_beyond / 1e9,
		.offered_gpu_s = (double)cx->offered_gpu / (1e9 * SJ_GPU_WHOLE),
		.offered_mem_byte_s = (double)cx->offered_mem / 1e9 * 1024,
		.graphless = (cx->flags & SJ_PF_GRAPHS) != 0 && cx->collect.came_as_graphs == 0,
		.bytes_ignored = cx->collect.bytes_ignored,
		.bytes_anywhere = cx->network != NULL ? cx->collect.bytes_anywhere : 0,
		.comm_ignored = cx->collect.comm_ignored,
		.clairvoyant = (cx->flags & SJ_PF_CLAIRVOYANT) != 0,
	};
	memcpy(out->dropped, cx->dropped, sizeof(out->dropped));
	sj_digest_hex(&cx->digest, out->digest);
}

void sj_run_get_metrics(sj_run *run, sj_metrics *out)
{
	sj_ctx *cx = &run->cx;
	uint64_t done = cx->collect.finished + cx->collect.rejected;

	bool changed = cx->node_changes != 0 || cx->account.absent != 0;

	sj_collect_result(&cx->collect, cx->ledger.procs_all,
			  changed ? cx->account.usable : 0, cx->next_seq - done, out);
	sj_account_result(&cx->account, &cx->ledger, cx->collect.area,
			  cx->collect.waste, out);
	if (cx->source->info.stated_makespan_ns > 0) {
		double *v = out->value;

		v[SJ_M_STATED] = (double)cx->source->info.stated_makespan_ns / 1e9;
		v[SJ_M_STATED_RATIO] = v[SJ_M_MAKESPAN] / v[SJ_M_STATED];
	}
}

uint32_t sj_run_counters(const sj_run *run)
{
	return run->cx.counter_count;
}

void sj_run_counter(const sj_run *run, uint32_t counter, sj_count *out)
{
	const struct counter *c = &run->cx.counter[counter];

	memcpy(out->name, c->name, sizeof(out->name));
	out->value = *c->value;
}

uint32_t sj_run_links(const sj_run *run)
{
	return run->cx.network != NULL ? sj_network_fabric(run->cx.network)->links : 0;
}

void sj_run_link(const sj_run *run, uint32_t link, sj_link_info *out)
{
	const sj_fabric *f = sj_network_fabric(run->cx.network);

	sj_fabric_link_name(f, link, out->name);
	out->bytes_per_s = f->bytes_per_s[link];
	out->latency_ns = f->latency_ns[link];
}

const char *sj_run_canonical(const sj_run *run)
{
	return run->cx.canonical;
}
