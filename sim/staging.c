/* SPDX-License-Identifier: GPL-3.0-or-later */
/* staging.c - see staging.h. */
#include "staging.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "critical.h"
#include "data.h"
#include "pace.h"
#include "place.h"
#include "traffic.h"
#include "transfers.h"

/* Nothing is done while data comes: longer than any of it takes. */
#define UNTIL_STAGED (SJ_TIME_MAX / 4)
#define NO_WAIT      UINT32_MAX
/* A task with more edges that carry bytes fetches those from one node as one transfer. */
#define EDGES_SINGLY 4096u

/* A transfer that goes on, by its number, and who waits for it. */
struct way {
	uint32_t     from, to;
	uint32_t     maker; /* task of the job that made it; NOWHERE */
	uint64_t     bytes;
	struct file *file;  /* NULL: bytes of an edge */
	uint32_t     first; /* wait; NO_WAIT: the number is not in use */
	bool         write; /* to a storage */
	double       weight; /* 0: 1 */
	double       sent;  /* with --check: rate x time */
};

/* A task that waits for a transfer; chained by task and by transfer. */
struct wait {
	uint32_t task, transfer;
	uint32_t prev, next;
	uint32_t prev_same, next_same;
};

struct staging {
	struct way  *way;
	uint32_t     ways;
	struct wait *wait;
	uint32_t     waits, free_wait;
	bool         drops; /* nodes keep no copies */
	/* Bytes of all transfers. */
	uint64_t     asked, arrived, given_up;
	sj_time      summed; /* with --check: `sent` is up to date at this time */
	const char  *unsound;
};

/* ---- making ---------------------------------------------------------------------------- */

/* Whoever asks may have a copy of what a policy sees of the task. */
static double far_from_data(void *self, const sj_task *t, uint32_t node)
{
	const sj_ctx *cx = self;
	const struct task *own = t->id < cx->task_bound ? task_at(cx, t->id) : NULL;

	return own != NULL && own->pub.seq == t->seq && own->pub.index == t->index ?
	       sj_data_seconds(cx, &own->pub, node, false) : 0;
}

int staging_init(sj_ctx *cx)
{
	if (cx->network == NULL)
		return SJ_OK;
	cx->staging = calloc(1, sizeof(*cx->staging));
	if (cx->staging == NULL)
		return SJ_ENOMEM;
	cx->staging->free_wait = NO_WAIT;
	cx->staging->drops = cx->config.drop_copies;
	sj_place_set_far(&cx->ledger, far_from_data, cx);
	return SJ_OK;
}

void staging_fini(sj_ctx *cx)
{
	data_fini(cx);
	if (cx->staging == NULL)
		return;
	free(cx->staging->way);
	free(cx->staging->wait);
	free(cx->staging);
	cx->staging = NULL;
}

/* ---- who waits for what ------------------------------------------------------------------ */

static int more_ways(struct staging *s, uint32_t transfer)
{
	uint32_t count = s->ways != 0 ? s->ways : 256;
	struct way *grown;

	while (count <= transfer)
		count *= 2;
	grown = realloc(s->way, count * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = s->ways; i < count; i++)
		grown[i].first = NO_WAIT;
	s->way = grown;
	s->ways = count;
	return SJ_OK;
}

static int more_waits(struct staging *s)
{
	uint32_t count = s->waits != 0 ? s->waits * 2 : 256;
	struct wait *grown = realloc(s->wait, count * sizeof(*grown));

	if (grown == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = count; i-- != s->waits;) {
		grown[i].next = s->free_wait;
		s->free_wait = i;
	}
	s->wait = grown;
	s->waits = count;
	return SJ_OK;
}

static int wait_add(struct staging *s, struct task *t, uint32_t transfer)
{
	struct way *w = &s->way[transfer];
	uint32_t i;

	if (s->free_wait == NO_WAIT && more_waits(s) != SJ_OK)
		return SJ_ENOMEM;
	i = s->free_wait;
	s->free_wait = s->wait[i].next;
	s->wait[i] = (struct wait){ t->pub.id, transfer, NO_WAIT,
				    t->inputs != 0 ? t->first_input : NO_WAIT, NO_WAIT,
				    w->first };
	if (t->inputs != 0)
		s->wait[t->first_input].prev = i;
	if (w->first != NO_WAIT)
		s->wait[w->first].prev_same = i;
	t->first_input = i;
	t->inputs++;
	w->first = i;
	return SJ_OK;
}

static void wait_remove(struct staging *s, struct task *t, uint32_t i)
{
	struct wait *x = &s->wait[i];

	if (x->prev != NO_WAIT)
		s->wait[x->prev].next = x->next;
	else
		t->first_input = x->next;
	if (x->next != NO_WAIT)
		s->wait[x->next].prev = x->prev;
	if (x->prev_same != NO_WAIT)
		s->wait[x->prev_same].next_same = x->next_same;
	else
		s->way[x->transfer].first = x->next_same;
	if (x->next_same != NO_WAIT)
		s->wait[x->next_same].prev_same = x->prev_same;
	x->next = s->free_wait;
	s->free_wait = i;
	t->inputs--;
}

/* ---- bytes that are sent are bytes that arrive ------------------------------------------- */

/* Rates are constant from one call of the network to the next. */
void staging_sum(sj_ctx *cx)
{
	struct staging *s = cx->staging;
	double seconds = (double)(cx->now - s->summed) / 1e9;

	s->summed = cx->now;
	for (uint32_t i = 0; i < s->ways && seconds > 0; i++)
		if (s->way[i].first != NO_WAIT)
			s->way[i].sent += sj_network_rate(cx->network, i) * seconds;
}

/* Ends are rounded up to a whole ns, and so is each change of a rate: at the fastest link
 * of the way that is `slack` bytes at most. */
static void check_sent(const sj_ctx *cx, struct staging *s, uint32_t transfer)
{
	const struct way *w = &s->way[transfer];
	double alone = sj_network_alone(cx->network, w->from, w->to, (double)w->bytes);
	double slack = 1e-9 * (double)w->bytes + 1e-6 + 16e-9 * (double)w->bytes / fmax(alone, 1e-9);

	if (cx->config.check && !(fabs(w->sent - (double)w->bytes) <= slack))
		s->unsound = "a transfer has not sent the bytes that it was to send";
}

const char *staging_unsound(const sj_ctx *cx, bool at_end)
{
	const struct staging *s = cx->staging;
	uint64_t under_way = 0;

	for (uint32_t i = 0; i < s->ways; i++)
		if (s->way[i].first != NO_WAIT)
			under_way += s->way[i].bytes;
	if (s->unsound != NULL)
		return s->unsound;
	if (s->asked != s->arrived + s->given_up + under_way)
		return "bytes asked for are not those that arrived, were given up or are under way";
	if (at_end && under_way != 0)
		return "bytes are under way after the end";
	return NULL;
}

/* ---- transfers ------------------------------------------------------------------------------ */

/* For t; *transfer may be NULL. */
static int send(sj_ctx *cx, struct task *t, const struct way *what, sj_time at,
		uint32_t *transfer)
{
	const sj_transfer_wish wish = { .weight = what->weight };
	struct staging *s = cx->staging;
	uint32_t id;

	if (transfers_send(cx, TRANSFER_STAGING, what->from, what->to, (double)what->bytes, wish,
			   at, &id) != SJ_OK)
		return SJ_ENOMEM;
	if (cx->traffic != NULL &&
	    traffic_begin(cx, id, t, what->maker, what->from, what->to, what->bytes, at) != SJ_OK)
		return SJ_ENOMEM;
	if (id >= s->ways && more_ways(s, id) != SJ_OK)
		return SJ_ENOMEM;
	s->way[id] = *what;
	s->way[id].first = NO_WAIT;
	s->way[id].sent = 0;
	cx->collect.transfers++;
	cx->collect.bytes_moved += what->bytes;
	s->asked += what->bytes;
	if (transfer != NULL)
		*transfer = id;
	return wait_add(s, t, id);
}

/* A time that nothing of this run goes below: ends are rounded up to whole ns. */
static sj_time alone_ns(double seconds)
{
	double ns = seconds * 1e9;

	if (!isfinite(ns)) /* over a link that is down */
		return 0;
	ns = fabs(ns - nearbyint(ns)) <= ns * 0x1p-48 ? nearbyint(ns) : floor(ns);
	return ns < 0 ? 0 : ns < (double)SJ_TIME_MAX ? (sj_time)ns : SJ_TIME_MAX;
}

static int fetch_edge(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t edge,
		      uint32_t to, sj_time at)
{
	const struct job_data *d = jr->data;
	struct way w = { .from = d->where[d->from[edge]], .to = to, .maker = d->from[edge],
			 .bytes = d->bytes[edge] };

	if (w.from == NOWHERE || w.from == to)
		return SJ_OK;
	critical_fetch(jr, t->pub.index, d->from[edge],
		       alone_ns(sj_network_alone(cx->network, w.from, to,
						 (double)w.bytes)));
	return send(cx, t, &w, at, NULL);
}

/* Nobody has it: it is read without a way from its maker to its reader. */
static int nobody_has(sj_ctx *cx, const struct task *t, const struct file *f)
{
	const sj_workload_info *info = &cx->source->info;

	return sj_fail(&cx->error, SJ_EINVAL, "job %lld: file \"%.80s\": task %u reads it before "
		       "any task has written it", (long long)t->pub.job,
		       f->name != 0 && f->name <= info->file_count ? info->file[f->name - 1] :
		       "without a name", t->pub.index);
}

static int fetch_file(sj_ctx *cx, struct task *t, struct job_rec *jr, struct file *f,
		      uint32_t to, sj_time at)
{
	struct staging *s = cx->staging;
	const struct file_copy *here;
	struct way w = { .to = to, .maker = f->maker, .bytes = f->bytes, .file = f };
	uint32_t transfer;
	double alone;
	int rc;

	if (f->anywhere || f->bytes == 0)
		return SJ_OK;
	here = data_copy(f, to);
	if (here != NULL)
		return here->transfer == IS_HERE ? SJ_OK : wait_add(s, t, here->transfer);
	w.from = data_nearest(cx, f, to, &alone);
	if (w.from == NOWHERE)
		return nobody_has(cx, t, f);
	critical_fetch(jr, t->pub.index, f->maker, alone_ns(alone));
	rc = send(cx, t, &w, at, &transfer);
	return rc != SJ_OK || s->drops ? rc : data_copy_set(f, to, transfer);
}

/* As many as 10^7 edges lead to one task: those from one node become one transfer, which
 * counts as so many where links are shared. */
static int fetch_bundles(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t to, sj_time at)
{
	const struct job_data *d = jr->data;
	uint32_t nodes = cx->ledger.node_count, i = t->pub.index;
	struct way *from = calloc(nodes, sizeof(*from));
	int rc = SJ_OK;

	if (from == NULL)
		return SJ_ENOMEM;
	for (uint32_t k = d->first[i]; k < d->first[i + 1]; k++) {
		uint32_t node = d->where[d->from[k]];

		if (node == NOWHERE || node == to)
			continue;
		critical_fetch(jr, i, d->from[k],
			       alone_ns(sj_network_alone(cx->network, node, to,
							 (double)d->bytes[k])));
		from[node].bytes += d->bytes[k];
		from[node].weight++;
	}
	for (uint32_t n = 0; n < nodes && rc == SJ_OK; n++) {
		from[n].from = n;
		from[n].to = to;
		from[n].maker = NOWHERE;
		if (from[n].bytes != 0)
			rc = send(cx, t, &from[n], at, NULL);
	}
	free(from);
	return rc;
}

static int fetch_edges(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t to, sj_time at)
{
	const struct job_data *d = jr->data;
	uint32_t i = t->pub.index;
	int rc = SJ_OK;

	if (d->first[i + 1] - d->first[i] > EDGES_SINGLY)
		return fetch_bundles(cx, t, jr, to, at);
	for (uint32_t k = d->first[i]; k < d->first[i + 1] && rc == SJ_OK; k++)
		rc = fetch_edge(cx, t, jr, k, to, at);
	return rc;
}

static int fetch_all(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t to, sj_time at)
{
	const struct job_data *d = jr->data;
	uint32_t i = t->pub.index;
	int rc;

	critical_refetch(jr, i);
	rc = fetch_edges(cx, t, jr, to, at);
	for (uint32_t k = d->files != NULL ? d->files->read_first[i] : 0;
	     d->files != NULL && k < d->files->read_first[i + 1] && rc == SJ_OK; k++)
		rc = fetch_file(cx, t, jr, d->files->file[d->files->read[k]], to, at);
	return rc;
}

static void give_up(sj_ctx *cx, struct task *t)
{
	struct staging *s = cx->staging;

	if (t->inputs != 0 && cx->config.check)
		staging_sum(cx);
	while (t->inputs != 0) {
		uint32_t transfer = s->wait[t->first_input].transfer;
		struct way *w = &s->way[transfer];

		wait_remove(s, t, t->first_input);
		if (w->first != NO_WAIT)
			continue;
		s->given_up += w->bytes;
		if (w->file != NULL && !w->write && !s->drops)
			data_copy_drop(w->file, w->to);
		if (cx->traffic != NULL)
			traffic_end(cx, transfer, false);
		sj_network_cancel(cx->network, transfer, cx->now);
	}
}

/* It holds its nodes and does nothing, until all of it is there. */
static int hold(sj_ctx *cx, struct task *t, sj_time since)
{
	int rc = pace_make(cx, t);

	if (rc != SJ_OK)
		return rc;
	t->pace->setup_ns += UNTIL_STAGED;
	t->pace->staged_ns = since;
	return SJ_OK;
}

int staging_begin(sj_ctx *cx, struct task *t, const struct task *original)
{
	struct job_rec *jr = original->job;
	struct job_data *d = jr != NULL ? jr->data : NULL;
	uint32_t planned = NOWHERE, to;
	int rc = SJ_OK;

	t->staged_out = false;
	if (d == NULL || t->held.count == 0)
		return SJ_OK;
	to = sj_held_grips(&t->held)->node;
	if (d->push != NULL && t == original) {
		planned = d->push->plan[t->pub.index];
		d->push->plan[t->pub.index] = NOWHERE;
	}
	if (planned != to)
		give_up(cx, t);
	if (planned != to && t->done_ns == 0)
		rc = fetch_all(cx, t, jr, to, t->pub.start_ns);
	return rc == SJ_OK && t->inputs != 0 ? hold(cx, t, t->pub.start_ns) : rc;
}

int staging_moved(sj_ctx *cx, struct task *t)
{
	int rc = SJ_OK;

	t->staged_out = false;
	if (t->done_ns == 0 && t->work_ns != 0)
		rc = fetch_all(cx, t, t->job, sj_held_grips(&t->held)->node, cx->now);
	return rc == SJ_OK && t->inputs != 0 ? hold(cx, t, cx->now) : rc;
}

bool staging_writes(sj_ctx *cx, struct task *t)
{
	const struct job_rec *jr = is_copy(t) ? t->pace->copy_of->job : t->job;
	const struct job_files *f = jr != NULL && jr->data != NULL ? jr->data->files : NULL;
	uint32_t i = t->pub.index;
	int rc = SJ_OK;

	if (f == NULL || t->killed || t->staged_out)
		return false;
	t->staged_out = true;
	for (uint32_t k = f->made_first[i]; k < f->made_first[i + 1] && rc == SJ_OK; k++) {
		struct file *file = f->file[f->made[k]];
		struct way w = { .from = sj_held_grips(&t->held)->node, .to = file->to,
				 .maker = i, .bytes = file->bytes, .file = file,
				 .write = true };

		if (w.to != NOWHERE && w.to != w.from && w.bytes != 0)
			rc = send(cx, t, &w, cx->now, NULL);
	}
	if (rc == SJ_OK && t->inputs != 0) {
		rc = pace_make(cx, t);
		life_close_span(cx, t);
		t->done_ns = t->work_ns;
		if (rc == SJ_OK)
			rc = hold(cx, t, cx->now);
	}
	if (rc != SJ_OK)
		sj_fail(&cx->error, SJ_ENOMEM, "out of memory");
	return t->inputs != 0;
}

void staging_cancel(sj_ctx *cx, struct task *t)
{
	if (t->inputs != 0 && (t->pub.state == SJ_TASK_RUNNING || is_copy(t)))
		t->pace->setup_ns -= UNTIL_STAGED - (cx->now > t->pace->staged_ns ?
						     cx->now - t->pace->staged_ns : 0);
	give_up(cx, t);
}

/* ---- ahead of the start ------------------------------------------------------------------------ */

/* Of a task that waits: what is there goes to its node. */
static int push_all(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t to)
{
	const struct job_data *d = jr->data;
	const struct job_files *f = d->files;
	uint32_t i = t->pub.index;
	int rc = SJ_OK;

	critical_refetch(jr, i);
	for (uint32_t k = d->first[i]; k < d->first[i + 1] && rc == SJ_OK; k++)
		if (jr->task_id[d->from[k]] == UINT32_MAX)
			rc = fetch_edge(cx, t, jr, k, to, cx->now);
	for (uint32_t k = f != NULL ? f->read_first[i] : 0;
	     f != NULL && k < f->read_first[i + 1] && rc == SJ_OK; k++) {
		struct file *file = f->file[f->read[k]];

		if (file->maker == NOWHERE || jr->task_id[file->maker] == UINT32_MAX)
			rc = fetch_file(cx, t, jr, file, to, cx->now);
	}
	return rc;
}

int staging_submitted(sj_ctx *cx, struct job_rec *jr)
{
	const struct job_push *p = jr->data->push;
	int rc = SJ_OK;

	if (p == NULL || jr->data->files == NULL)
		return SJ_OK;
	for (uint32_t i = 0; i < jr->task_count && rc == SJ_OK; i++)
		if (p->plan[i] != NOWHERE)
			rc = push_all(cx, task_at(cx, jr->task_id[i]), jr, p->plan[i]);
	return rc;
}

void staging_left(const struct task *t)
{
	const struct task *own = is_copy(t) ? t->pace->copy_of : t;

	if (own->job != NULL && own->job->data != NULL && t->held.count != 0)
		own->job->data->where[t->pub.index] = sj_held_grips(&t->held)->node;
}

static int push_made(sj_ctx *cx, struct job_rec *jr, uint32_t file)
{
	const struct job_push *p = jr->data->push;
	int rc = SJ_OK;

	for (uint32_t k = p->reader_first[file]; k < p->reader_first[file + 1] && rc == SJ_OK;
	     k++) {
		uint32_t r = p->reader[k];

		if (p->plan[r] != NOWHERE && jr->task_id[r] != UINT32_MAX)
			rc = fetch_file(cx, task_at(cx, jr->task_id[r]), jr,
					jr->data->files->file[file], p->plan[r], cx->now);
	}
	return rc;
}

int staging_made(sj_ctx *cx, struct job_rec *jr, uint32_t index)
{
	const struct job_data *d = jr->data;
	const struct job_push *p = d->push;
	const struct job_files *f = d->files;
	int rc = SJ_OK;

	for (uint32_t k = p != NULL ? p->out_first[index] : 0;
	     p != NULL && k < p->out_first[index + 1] && rc == SJ_OK; k++) {
		uint32_t to = p->target[k];

		if (p->plan[to] != NOWHERE && jr->task_id[to] != UINT32_MAX)
			rc = fetch_edge(cx, task_at(cx, jr->task_id[to]), jr, p->out[k],
					p->plan[to], cx->now);
	}
	for (uint32_t k = f != NULL ? f->made_first[index] : 0;
	     f != NULL && k < f->made_first[index + 1] && rc == SJ_OK; k++) {
		struct file *file = f->file[f->made[k]];

		/* Where nodes keep nothing, what a storage has is on the storage. */
		if (!cx->staging->drops || file->to == NOWHERE || data_copy(file, file->to) == NULL)
			rc = data_copy_set(file, d->where[index], IS_HERE);
		if (rc == SJ_OK && p != NULL)
			rc = push_made(cx, jr, f->made[k]);
	}
	return rc;
}

int sj_stage(sj_ctx *cx, const sj_task *task, uint32_t node)
{
	struct task *t = task_of(task);
	struct job_push *p = t->job != NULL && t->job->data != NULL ? t->job->data->push : NULL;
	int rc = action_count(cx, t, "stage");

	if (rc != SJ_OK)
		return rc;
	if (task->state != SJ_TASK_PENDING && task->state != SJ_TASK_READY)
		return action_misuse(cx, t, "stage", action_state(t));
	if (node >= cx->ledger.node_count)
		return action_misuse(cx, t, "stage", "there is no such node");
	if (task->node != 0 && task->node != node + 1)
		return action_misuse(cx, t, "stage", "it may only run on another node");
	if (p == NULL || p->plan[task->index] == node)
		return SJ_OK;
	decide(cx, t, SJ_D_STAGE, node);
	staging_cancel(cx, t);
	p->plan[task->index] = node;
	if (t->done_ns != 0)
		return SJ_OK; /* it brings its state along */
	rc = push_all(cx, t, t->job, node);
	return rc == SJ_ENOMEM ? action_no_memory(cx) : rc;
}

void staging_coming(const sj_ctx *cx, const struct task *t, uint64_t *bytes, double *alone_s)
{
	const struct staging *s = cx->staging;
	uint32_t i = t->inputs != 0 ? t->first_input : NO_WAIT;

	*bytes = 0;
	*alone_s = 0;
	for (; i != NO_WAIT; i = s->wait[i].next) {
		const struct way *w = &s->way[s->wait[i].transfer];

		*bytes += w->bytes;
		*alone_s = fmax(*alone_s, sj_network_alone(cx->network, w->from, w->to,
							   (double)w->bytes));
	}
}

/* ---- time -------------------------------------------------------------------------------------- */

/* All that it waited for is there: what was left of restarts and writes begins now. */
static void go_on(sj_ctx *cx, struct task *t)
{
	sj_time waited = cx->now - t->pace->staged_ns;

	life_close_span(cx, t);
	t->pace->setup_ns -= UNTIL_STAGED - waited;
	cx->collect.staging += (uint64_t)waited;
	cx->driver->begun(cx, t);
}

int staging_arrived(sj_ctx *cx, uint32_t transfer)
{
	struct staging *s = cx->staging;
	struct way w = s->way[transfer];
	int rc = SJ_OK;

	s->arrived += w.bytes;
	if (cx->config.check)
		check_sent(cx, s, transfer);
	if (w.file != NULL && (w.write || !s->drops))
		rc = data_copy_set(w.file, w.to, IS_HERE);
	/* A task's list is last in, first out; transfers that several wait for are few. */
	while (s->way[transfer].first != NO_WAIT) {
		struct task *t = task_at(cx, s->wait[s->way[transfer].first].task);

		wait_remove(s, t, s->way[transfer].first);
		if (t->inputs == 0 && (t->pub.state == SJ_TASK_RUNNING || is_copy(t)))
			go_on(cx, t);
	}
	return rc;
}

const struct task *staging_waits_for(const sj_ctx *cx, uint32_t transfer)
{
	const struct staging *s = cx->staging;

	return transfer < s->ways && s->way[transfer].first != NO_WAIT ?
	       task_at(cx, s->wait[s->way[transfer].first].task) : NULL;
}
