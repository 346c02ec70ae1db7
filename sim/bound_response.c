/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound_response.c - lower bounds of the sum of (weighted) response times.
 *
 * Jobs alone: each takes its longest way, or what its own area needs, if that is more.
 *
 * SRPT: the machine as one processor that may be given to any job, a job's work being its
 * resource-time / capacity; shortest remaining work first is best there (Schrage 1968).
 * The squashed area of Turek and others (1994), with release dates.
 *
 * Mean busy dates: on that one processor the sum of weight x (mean date at which the work
 * of a job is done) is least when it always does what has most weight per work (Goemans
 * 1997). A task that ends at C with q behind it, and runs for at least p, has its mean
 * busy date at C - q - p/2 at the latest. So a job ends no earlier than its mean busy date
 * + the mean of q + p/2 over its work: the bound of Eastman, Even and Isaacs (1964) with
 * release dates, as in Schulz and Skutella (2002).
 *
 * The last two leave the one processor idle at times. What lies between two such times
 * are jobs that do not disturb the others, so for each such busy period the largest of
 * the three counts.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bound.h"
#include "bound_heap.h"

typedef unsigned __int128 wide;

/* A sum of doubles whose error does not grow with their number (Kahan 1965). */
struct sum {
	double value, rest;
};

static void sum_add(struct sum *s, double x)
{
	double y = x - s->rest, t = s->value + y;

	s->rest = (t - s->value) - y;
	s->value = t;
}

/* One resource as one processor. Times are scaled by the capacity, so that work is area. */
struct machine {
	const struct bound *b;
	const sj_time  *alone;  /* how long each job takes at least, at its first */
	const uint64_t *demand;
	uint64_t  capacity;
	uint32_t *order; /* tasks by release; with SRPT of jobs of several only the first
	                  * of each job, which stands for all */
	size_t    n;
	uint32_t *first; /* of the job of each task */
	wide     *left;  /* area */
	wide     *area;  /* of jobs, at their first */
	double   *value; /* weight / area of the job */
	uint32_t *room;
	struct bound_heap heap;
	wide      waits;  /* scaled: sum of end - release of what has ended */
	struct sum busy;  /* sum of value x area done x (when - the job's submission), ns */
};

static double weight_of(const struct bound *b, size_t i)
{
	return b->weight != NULL ? b->weight[i] : 1;
}

static size_t more(const struct bound *b, size_t i)
{
	return b->more != NULL ? b->more[i] : 0;
}

/* Tasks of a job are in an order of ends: the first of them can begin at its submission. */
static sj_time submit_of(const struct machine *m, uint32_t i)
{
	return m->b->release[m->first[i]];
}

static wide area_of(const struct machine *m, size_t i)
{
	return (wide)m->demand[i] * (wide)m->b->span[i];
}

/* ---- one processor -------------------------------------------------------------------- */

static bool shorter(const void *machine, uint32_t a, uint32_t b)
{
	const struct machine *m = machine;

	return m->left[a] != m->left[b] ? m->left[a] < m->left[b] : a < b;
}

static bool dearer(const void *machine, uint32_t a, uint32_t b)
{
	const struct machine *m = machine;

	return m->value[a] != m->value[b] ? m->value[a] > m->value[b] : a < b;
}

static void do_work(struct machine *m, uint32_t i, wide now, wide run, sj_time origin)
{
	wide submit = (wide)(submit_of(m, i) - origin) * m->capacity;

	m->left[i] -= run;
	sum_add(&m->busy, m->value[i] * (double)run *
			  ((double)(now - submit) + (double)run / 2) / (double)m->capacity);
}

/* Does the work of tasks order[from] .. order[to - 1] by a rule. */
static void process(struct machine *m, size_t from, size_t to,
		    bool (*before)(const void *, uint32_t, uint32_t))
{
	struct bound_heap *h = &m->heap;
	sj_time origin = submit_of(m, m->order[from]);
	size_t next = from;
	wide now = 0;

	*h = (struct bound_heap){ .at = m->room, .before = before, .who = m };
	for (size_t k = from; k < to; k++)
		if (submit_of(m, m->order[k]) < origin)
			origin = submit_of(m, m->order[k]);
	while (next < to || h->n > 0) {
		wide head = 0, run;
		uint32_t top;

		if (next < to)
			head = (wide)(m->b->release[m->order[next]] - origin) * m->capacity;
		if (next < to && (h->n == 0 || head <= now)) {
			now = head > now ? head : now;
			bound_heap_push(h, m->order[next++]);
			continue;
		}
		top = h->at[0];
		run = next < to && head - now < m->left[top] ? head - now : m->left[top];
		do_work(m, top, now, run, origin);
		now += run;
		if (m->left[top] != 0)
			continue;
		m->waits += now - (wide)(m->b->release[top] - origin) * m->capacity;
		bound_heap_pop(h);
	}
}

/* ---- its tasks --------------------------------------------------------------------------- */

static void machine_fini(struct machine *m)
{
	free(m->order);
	free(m->first);
	free(m->left);
	free(m->value);
	free(m->room);
}

static int machine_init(struct machine *m, const struct bound *b, const sj_time *alone, int r)
{
	size_t n = b->n;

	*m = (struct machine){ .b = b, .alone = alone, .demand = b->demand[r], .capacity = b->capacity[r] };
	m->order = malloc(n * sizeof(*m->order));
	m->first = malloc(n * sizeof(*m->first));
	m->left = malloc(2 * n * sizeof(*m->left));
	m->value = malloc(n * sizeof(*m->value));
	m->room = malloc(n * sizeof(*m->room));
	if (m->order == NULL || m->first == NULL || m->left == NULL || m->value == NULL ||
	    m->room == NULL)
		return SJ_ENOMEM;
	m->area = m->left + n;
	for (size_t i = 0; i < n; i += 1 + more(b, i)) {
		m->area[i] = 0;
		for (size_t k = i; k <= i + more(b, i); k++) {
			m->first[k] = (uint32_t)i;
			m->area[i] += area_of(m, k);
		}
	}
	return SJ_OK;
}

/* Tasks with work, or jobs with work, by release. SJ_OK or SJ_ENOMEM. */
static int machine_order(struct machine *m, bool jobs)
{
	struct bound_instant *at = malloc(m->b->n * sizeof(*at));
	size_t n = 0;

	if (at == NULL)
		return SJ_ENOMEM;
	for (size_t i = 0; i < m->b->n; i += jobs ? 1 + more(m->b, i) : 1)
		if ((jobs ? m->area[i] : area_of(m, i)) != 0)
			at[n++] = (struct bound_instant){ m->b->release[i], (uint32_t)i };
	qsort(at, n, sizeof(*at), bound_by_instant);
	for (size_t k = 0; k < n; k++)
		m->order[k] = at[k].task;
	m->n = n;
	free(at);
	return SJ_OK;
}

/* ---- of tasks and jobs -------------------------------------------------------------------- */

/* Weight x part of the job's work x what comes behind the mean of the task's work. */
static double behind(const struct machine *m, uint32_t i)
{
	const struct bound *b = m->b;
	double tail = b->tail != NULL ? (double)b->tail[i] : 0;

	return m->value[i] * (double)area_of(m, i) * (tail + (double)b->span[i] / 2);
}

/* ---- SRPT, mean busy dates ------------------------------------------------------------------ */

/* Of tasks order[from] .. order[to - 1], which are jobs: scaled. */
static wide srpt(struct machine *m, size_t from, size_t to)
{
	for (size_t k = from; k < to; k++) {
		m->left[m->order[k]] = m->area[m->order[k]];
		m->value[m->order[k]] = 0;
	}
	m->waits = 0;
	process(m, from, to, shorter);
	return m->waits;
}

static double mean_busy(struct machine *m, size_t from, size_t to, bool weighted)
{
	struct sum of_ends = { 0, 0 };

	m->busy = (struct sum){ 0, 0 };
	for (size_t k = from; k < to; k++) {
		uint32_t i = m->order[k];

		m->left[i] = area_of(m, i);
		m->value[i] = (weighted ? weight_of(m->b, i) : 1) / (double)m->area[m->first[i]];
		sum_add(&of_ends, behind(m, i));
	}
	process(m, from, to, dearer);
	return m->busy.value + of_ends.value;
}

/* Behind order[from], the first task that finds the processor idle when it can begin. */
static size_t period_end(const struct machine *m, size_t from)
{
	sj_time origin = m->b->release[m->order[from]];
	wide end = 0;
	size_t k = from;

	do
		end += area_of(m, m->order[k++]);
	while (k < m->n && (wide)(m->b->release[m->order[k]] - origin) * m->capacity < end);
	return k;
}

/* For jobs of one task each: the sum over busy periods of the largest. */
static double periods(struct machine *m, bool weighted)
{
	struct sum all = { 0, 0 };

	for (size_t from = 0, to; from < m->n; from = to) {
		struct sum run = { 0, 0 };
		double most;

		to = period_end(m, from);
		for (size_t k = from; k < to; k++)
			sum_add(&run, (weighted ? weight_of(m->b, m->order[k]) : 1) *
				      (double)m->b->span[m->order[k]]);
		most = fmax(run.value, mean_busy(m, from, to, weighted));
		if (!weighted)
			most = fmax(most, (double)srpt(m, from, to) / (double)m->capacity);
		sum_add(&all, most);
	}
	return all.value;
}

/* ---- all of them -------------------------------------------------------------------------------- */

/* What rounding may have added is taken off; what is achieved without weights is a whole
 * number of ns. */
static void put(sj_bound_list *out, const char *name, const char *of, double ns, double per,
		bool weighted)
{
	ns *= 1 - 0x1p-40;
	bound_put(out, name, of, (wide)(weighted ? ns : ceil(ns)), per);
}

/* Jobs that take nothing of the resource count with how long they take alone. */
static wide rest(const struct machine *m)
{
	wide all = 0;

	for (size_t i = 0; i < m->b->n; i += 1 + more(m->b, i))
		if (m->area[i] == 0)
			all += (wide)m->alone[i];
	return all;
}

static double weighted_rest(const struct machine *m)
{
	struct sum all = { 0, 0 };

	for (size_t i = 0; i < m->b->n; i += 1 + more(m->b, i))
		if (m->area[i] == 0)
			sum_add(&all, weight_of(m->b, i) * (double)m->alone[i]);
	return all.value;
}

static int by_resource(struct machine *m, const char *of, bool weighted, double per,
		       sj_bound_list *out)
{
	double other = weighted ? weighted_rest(m) : (double)rest(m);
	int rc = SJ_OK;

	if (!weighted && (rc = machine_order(m, true)) == SJ_OK && m->n != 0)
		bound_put(out, "SRPT of", of, srpt(m, 0, m->n) / m->capacity + rest(m), per);
	if (rc == SJ_OK && (rc = machine_order(m, false)) == SJ_OK && m->n != 0) {
		put(out, "mean busy dates of", of, mean_busy(m, 0, m->n, weighted) + other, per,
		    weighted);
		if (m->b->more == NULL)
			put(out, "busy periods of", of, periods(m, weighted) + other, per,
			    weighted);
	}
	return rc;
}

static void put_alone(const struct bound *b, const sj_time *alone, uint64_t jobs, bool differ,
		      sj_bound_list *response, sj_bound_list *weighted)
{
	struct sum all = { 0, 0 };
	wide whole = 0;

	for (size_t i = 0; i < b->n; i += 1 + more(b, i)) {
		whole += (wide)alone[i];
		sum_add(&all, weight_of(b, i) * (double)alone[i]);
	}
	bound_put(response, "jobs alone", "", whole, (double)jobs);
	if (differ)
		put(weighted, "jobs alone", "", all.value, b->weights, true);
}

int bound_responses(const struct bound *b, uint64_t jobs, sj_bound_list *response,
		    sj_bound_list *weighted)
{
	/* With all weights 1 they are the same. */
	bool differ = b->weights > 0 && (b->weight != NULL || b->weights != (double)jobs);
	sj_time *alone = malloc((b->n + 1) * sizeof(*alone));
	int rc = alone == NULL ? SJ_ENOMEM : SJ_OK;

	for (size_t i = 0; i < b->n && rc == SJ_OK; i += 1 + more(b, i))
		rc = bound_alone(b, i, &alone[i]);
	if (rc == SJ_OK && b->n != 0)
		put_alone(b, alone, jobs, differ, response, weighted);
	for (int r = 0; r < BOUND_RESOURCES && rc == SJ_OK; r++) {
		struct machine m;

		if (b->demand[r] == NULL || (r == BOUND_NODES && b->shared))
			continue;
		rc = machine_init(&m, b, alone, r);
		if (rc == SJ_OK)
			rc = by_resource(&m, bound_resource_names[r], false, (double)jobs,
					 response);
		if (rc == SJ_OK && differ)
			rc = by_resource(&m, bound_resource_names[r], true, b->weights, weighted);
		machine_fini(&m);
	}
	free(alone);
	if (!differ && b->weights > 0) {
		memcpy(weighted->bound, response->bound, sizeof(response->bound));
		weighted->count = response->count;
	}
	return rc;
}
