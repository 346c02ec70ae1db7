/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dump.c - a picture of a run's state in words, for reports of stalls and faults. */
#include <inttypes.h>
#include <stdio.h>

#include "pace.h"
#include "run.h"

#define LIST_MAX 10u /* tasks shown of each list */

struct text {
	char  *buf;
	size_t size, need;
};

static void put(struct text *x, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct text *x, const char *fmt, ...)
{
	size_t at = x->need < x->size ? x->need : x->size;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(x->buf + at, x->size - at, fmt, ap);
	va_end(ap);
	if (n > 0)
		x->need += (size_t)n;
}

static void put_running(struct text *x, const struct task *t)
{
	put(x, ", started %.9g s", (double)t->pub.start_ns / 1e9);
	if (t->ranks_now != t->pub.ranks)
		put(x, ", on %u of %u ranks", t->ranks_now, t->pub.ranks);
	if (t->pace != NULL && t->pace->share_units != 0)
		put(x, ", %.4g of its processors", t->pace->share);
	if (t->pace != NULL && t->pace->rate != 1.0)
		put(x, ", rate %.4g", t->pace->rate);
	if (has_copy(t))
		put(x, ", with a copy");
}

static void put_list(struct text *x, const sj_ctx *cx, const char *name,
		     const struct task_list *l)
{
	uint32_t shown = 0;

	put(x, "  %s tasks: %u\n", name, l->count);
	for (const struct task *t = l->first; t != NULL && shown < LIST_MAX; t = t->next) {
		put(x, "    job %" PRId64 " task %u: %u procs, estimate %.9g s, submitted %.9g s",
		    t->pub.job, t->pub.index, t->pub.procs,
		    (double)t->pub.estimate_ns / 1e9, (double)t->pub.submit_ns / 1e9);
		if (t->pub.state == SJ_TASK_RUNNING)
			put_running(x, t);
		else
			put(x, ", %s now", sj_fits(cx, &t->pub) ? "fits" : "does not fit");
		put(x, "\n");
		shown++;
	}
	if (l->count > shown)
		put(x, "    ... and %u more\n", l->count - shown);
}

static void put_next(struct text *x, const sj_ctx *cx)
{
	if (cx->ends.count != 0)
		put(x, "  next end: %.9g s\n", (double)sj_pes_time(&cx->ends) / 1e9);
	if (cx->timers.count != 0)
		put(x, "  next timer: %.9g s\n", (double)sj_pes_time(&cx->timers) / 1e9);
	if (cx->batch_at < cx->batch_count)
		put(x, "  next arrival: %.9g s, job %" PRId64 "\n",
		    (double)cx->batch[cx->batch_at].submit_ns / 1e9,
		    cx->batch[cx->batch_at].id);
}

size_t sj_run_dump(const sj_run *run, char *buf, size_t size)
{
	const sj_ctx *cx = &run->cx;
	struct text x = { buf, size, 0 };

	put(&x, "state at %.9g s (%" PRId64 " ns), policy %s\n", (double)cx->now / 1e9,
	    cx->now, cx->canonical != NULL ? cx->canonical : cx->ops->name);
	put(&x, "  processors: %u free of %u", cx->ledger.procs_free, cx->ledger.procs_total);
	if (cx->ledger.node_count != 0)
		put(&x, " on %u nodes", cx->ledger.node_count);
	put(&x, "\n  jobs: %" PRIu64 " submitted, %" PRIu64 " finished, %" PRIu64
	    " rejected; %u tasks live\n", cx->next_seq, cx->collect.finished,
	    cx->collect.rejected, cx->live);
	put(&x, "  events: %" PRIu64 ", decisions logged: %" PRIu64 "\n", cx->events,
	    cx->digest.records);
	put_next(&x, cx);
	put_list(&x, cx, "running", &cx->running);
	put_list(&x, cx, "ready", &cx->ready);
	return x.need;
}
