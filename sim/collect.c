/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * collect.c - the metrics of a run (definitions: docs/MODEL.md).
 *
 * Feitelson and Rudolph 1998, Feitelson 2001 (bounded slowdown); Zotkin and
 * Keleher 1999 (per-processor bounded slowdown); Jain, Chiu and Hawe 1984
 * (fairness index); Leung, Sabin and Sadayappan 2010 (loss of capacity).
 */
#include "collect.h"

#include <math.h>
#include <string.h>

#define TAU_NS (10 * SJ_NS_PER_S) /* of bounded slowdown */

const sj_metric_info sj_metric_infos[SJ_METRIC_COUNT] = {
#define X(id, name, unit, better) { name, unit, better },
	SJ_METRIC_LIST(X)
#undef X
};

const sj_metric_info *sj_metric_find(const char *name)
{
	for (size_t i = 0; i < SJ_METRIC_COUNT; i++)
		if (strcmp(sj_metric_infos[i].name, name) == 0)
			return &sj_metric_infos[i];
	return NULL;
}

void sj_collect_init(sj_collect *c)
{
	memset(c, 0, sizeof(*c));
	c->first_submit = SJ_NEVER;
}

void sj_collect_fini(sj_collect *c)
{
	sj_quantile_fini(&c->waits);
	sj_quantile_fini(&c->responses);
}

/* Exact when the sum is a whole number of seconds below 2^53. */
static double seconds(unsigned __int128 ns)
{
	return (double)(uint64_t)(ns / SJ_NS_PER_S) +
	       (double)(uint64_t)(ns % SJ_NS_PER_S) / 1e9;
}

static double at_least_1(double x)
{
	return x > 1.0 ? x : 1.0;
}

/* A job that was killed has not met its deadline; how late it is, is counted to its end. */
static void collect_deadline(sj_collect *c, const sj_job_record *r)
{
	sj_time late = r->finish_ns > r->deadline_ns ? r->finish_ns - r->deadline_ns : 0;

	c->deadlines++;
	c->missed += late > 0 || r->outcome != SJ_COMPLETED;
	c->tardiness += (uint64_t)late;
	if (late > c->tardiness_max)
		c->tardiness_max = late;
}

/* Ratios are taken of integers of nanoseconds, so that no rounding of seconds
 * comes between; products of doubles stay in ns until the end. */
int sj_collect_job(sj_collect *c, const sj_job_record *r, unsigned __int128 area)
{
	sj_time busy = r->busy_ns;
	sj_time wait = r->start_ns - r->submit_ns;
	sj_time response = r->finish_ns - r->submit_ns;
	double area_ns = area >> 63 == 0 ? (double)(int64_t)area : (double)area;
	double bsld = (double)response / (double)(busy > TAU_NS ? busy : TAU_NS);
	int rc;

	c->finished++;
	c->killed += r->outcome == SJ_KILLED;
	c->preemptions += r->preemptions;
	c->zero_wait += wait == 0;
	c->wait += (uint64_t)wait;
	c->response += (uint64_t)response;
	c->area += area;
	if (busy > 0) {
		c->slowdown += busy >= TAU_NS ? bsld : (double)response / (double)busy;
		c->slowdowns++;
	}
	c->bsld_pp += at_least_1(bsld / r->procs);
	bsld = at_least_1(bsld);
	c->bsld += bsld;
	c->bsld_squares += bsld * bsld;
	if (bsld > c->bsld_max)
		c->bsld_max = bsld;
	c->area_response += area_ns * (double)response;
	c->area_wait += area_ns * (double)wait;
	if (r->submit_ns < c->first_submit)
		c->first_submit = r->submit_ns;
	if (r->finish_ns > c->last_finish)
		c->last_finish = r->finish_ns;
	if (wait > c->wait_max)
		c->wait_max = wait;
	if (response > c->response_max)
		c->response_max = response;
	if (r->deadline_ns != SJ_NEVER)
		collect_deadline(c, r);
	rc = sj_quantile_add(&c->waits, wait);
	return rc != SJ_OK ? rc : sj_quantile_add(&c->responses, response);
}

static void quantiles(sj_quantile *q, double *p50, double *p95, double *p99)
{
	*p50 = sj_quantile_get(q, 0.50) / 1e9;
	*p95 = sj_quantile_get(q, 0.95) / 1e9;
	*p99 = sj_quantile_get(q, 0.99) / 1e9;
}

/* Of jobs of several tasks, all of whose tasks ran. */
static void graph_metrics(const sj_collect *c, double *v)
{
	if (c->graphs == 0)
		return;
	v[SJ_M_CRITICAL] = seconds(c->critical) / (double)c->graphs;
	v[SJ_M_CRITICAL_DATA] = seconds(c->critical_data) / (double)c->graphs;
	v[SJ_M_SLACK] = seconds(c->slack) / (double)c->slack_tasks;
	v[SJ_M_NO_SLACK] = (double)c->slack_none / (double)c->slack_tasks;
	if (c->stretches == 0)
		return;
	v[SJ_M_STRETCH] = c->stretch / (double)c->stretches;
	v[SJ_M_STRETCH_MAX] = c->stretch_max;
}

void sj_collect_result(sj_collect *c, uint32_t procs, unsigned __int128 usable,
		       uint64_t unfinished, sj_metrics *out)
{
	double *v = out->value;
	double n = (double)c->finished;
	double span = c->finished != 0 ? seconds((uint64_t)(c->last_finish - c->first_submit)) : NAN;
	double area = seconds(c->area);
	double all = usable != 0 ? seconds(usable) : procs * span;

	for (int i = 0; i < SJ_METRIC_COUNT; i++)
		v[i] = NAN;
	v[SJ_M_FINISHED] = n;
	v[SJ_M_UNFINISHED] = (double)unfinished;
	v[SJ_M_KILLED] = (double)c->killed;
	v[SJ_M_REJECTED] = (double)c->rejected;
	v[SJ_M_PREEMPTIONS] = (double)c->preemptions;
	v[SJ_M_BYTES] = (double)c->bytes_moved + c->comm_bytes;
	v[SJ_M_STAGING] = seconds(c->staging);
	graph_metrics(c, v);
	v[SJ_M_COMM] = seconds(c->comm);
	if (c->programs != 0) {
		v[SJ_M_PROGRAMS] = (double)c->programs;
		v[SJ_M_PROGRAMS_COLD] = (double)c->programs_cold;
		v[SJ_M_PROGRAMS_STOPPED] = (double)c->programs_stopped;
	}
	v[SJ_M_WAIT_SUM] = seconds(c->wait);
	v[SJ_M_WAIT_ZERO] = (double)c->zero_wait;
	v[SJ_M_DEADLINE_MISSED] = (double)c->missed;
	v[SJ_M_WASTE] = seconds(c->waste);
	if (c->finished == 0)
		return;
	if (c->deadlines != 0) {
		v[SJ_M_TARDINESS_MEAN] = seconds(c->tardiness) / (double)c->deadlines;
		v[SJ_M_TARDINESS_MAX] = (double)c->tardiness_max / 1e9;
	}
	v[SJ_M_MAKESPAN] = span;
	v[SJ_M_WAIT_MEAN] = seconds(c->wait) / n;
	v[SJ_M_WAIT_MAX] = (double)c->wait_max / 1e9;
	v[SJ_M_RESPONSE_MEAN] = seconds(c->response) / n;
	v[SJ_M_RESPONSE_MAX] = (double)c->response_max / 1e9;
	quantiles(&c->waits, &v[SJ_M_WAIT_P50], &v[SJ_M_WAIT_P95], &v[SJ_M_WAIT_P99]);
	quantiles(&c->responses, &v[SJ_M_RESPONSE_P50], &v[SJ_M_RESPONSE_P95],
		  &v[SJ_M_RESPONSE_P99]);
	v[SJ_M_BSLD] = c->bsld / n;
	v[SJ_M_BSLD_PP] = c->bsld_pp / n;
	v[SJ_M_BSLD_MAX] = c->bsld_max;
	if (c->slowdowns != 0)
		v[SJ_M_SLOWDOWN] = c->slowdown / (double)c->slowdowns;
	v[SJ_M_JAIN] = c->bsld * c->bsld / (n * c->bsld_squares);
	if (area > 0) {
		v[SJ_M_AWR] = c->area_response / ((double)c->area * 1e9);
		v[SJ_M_AWW] = c->area_wait / ((double)c->area * 1e9);
	}
	if (!(span > 0))
		return;
	v[SJ_M_UTILIZATION] = area / all;
	v[SJ_M_THROUGHPUT] = n / span;
	v[SJ_M_QUEUE_MEAN] = seconds(c->wait) / span;
	v[SJ_M_SYSTEM_MEAN] = seconds(c->response) / span;
	v[SJ_M_LOSS] = seconds(c->idle_area) / all;
}
