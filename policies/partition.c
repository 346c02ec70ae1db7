/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * partition - the machine cut into parts, each with a queue of its own; quota - no user
 * (or group, queue) has more than so many processors or GPUs at once.
 *
 * partition: sizes=(1:64,2:32) gives queues (or users, groups) parts of the machine, and
 * all others what is left together. In each part the head of its order blocks, and nobody
 * else; parts are numbers, not places: on nodes a part may lie anywhere.
 *
 * quota: limits=(1:64) and limit= are the most that accounts may have. One order for all:
 * who is at its limit is passed over, and the first of the others blocks.
 *
 * A task that is wider than its part or limit can never run and is refused. A decision
 * costs O(parts), a start O(log n).
 */
#include <math.h>

#include "sojourn/accounts.h"
#include "sojourn/backfill.h"

enum { OF_PROCS, OF_GPUS };

struct part {
	sj_queue *waiting;
	uint64_t  most, used; /* thousandths of processors or GPUs */
};

struct limits {
	int          of, unit;
	const char  *sizes, *order;
	double       limit;    /* of quota, for those without one of their own */
	bool         shared;   /* quota: one order for all; partition: parts apart */
	sj_accounts *accounts;
	struct part *part;     /* quota: by number of the account; partition: the named ones,
	                        * then the others together */
	uint32_t     count, cap;
	sj_waiting   wait;     /* its queue stays empty, and knows all tasks */
	uint32_t    *charged;  /* by task id: 1 + the part that it runs in */
	uint32_t     tasks;
	uint64_t    *too_wide;
};

static uint64_t demand(const struct limits *s, const sj_task *t)
{
	return s->unit == OF_PROCS ? (uint64_t)t->procs * SJ_GPU_WHOLE
				   : (uint64_t)t->ranks * t->gpu_milli;
}

/* The whole machine, in thousandths. */
static uint64_t machine(const struct limits *s, sj_ctx *cx)
{
	uint64_t sum = 0;

	if (sj_node_count(cx) == 0)
		return s->unit == OF_PROCS ? (uint64_t)sj_procs_total(cx) * SJ_GPU_WHOLE : 0;
	for (uint32_t i = 0; i < sj_node_count(cx); i++) {
		sj_node_size has = sj_node_get_size(cx, i);

		sum += s->unit == OF_PROCS ? (uint64_t)has.cores * SJ_GPU_WHOLE : has.gpu_milli;
	}
	return sum;
}

/* ---- parts ------------------------------------------------------------------------ */

static struct part *add_part(struct limits *s, sj_ctx *cx, double most)
{
	if (s->count == s->cap) {
		uint32_t cap = s->cap != 0 ? 2 * s->cap : 16;

		s->part = sj_grow(cx, s->part, s->cap * sizeof(*s->part), cap * sizeof(*s->part));
		s->cap = cap;
	}
	s->part[s->count] = (struct part){
		.waiting = sj_queue_create_beside(s->wait.queue),
		.most = isfinite(most) ? (uint64_t)llround(most * SJ_GPU_WHOLE) : UINT64_MAX };
	return &s->part[s->count++];
}

/* Sizes and limits that the machine does not have are mistakes. */
static int check_sizes(struct limits *s, sj_ctx *cx, const char *who)
{
	const char *unit = s->unit == OF_PROCS ? "processors" : "GPUs";
	double has = (double)machine(s, cx) / SJ_GPU_WHOLE, sum = 0, size;
	uint32_t id;

	for (uint32_t i = 0; sj_accounts_named(s->accounts, i, &id, &size); i++) {
		sum += size;
		if (size > has || (!s->shared && sum > has))
			return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: %s %u: %g %s%s, the machine "
					      "has %g", who, sj_account_names[s->of], id,
					      size, unit, size > has ? "" : " more than are left", has);
		if (s->unit == OF_PROCS && size != floor(size))
			return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: %s %u: %g is not a whole "
					      "number of processors", who,
					      sj_account_names[s->of], id, size);
		if (!s->shared)
			add_part(s, cx, size);
	}
	if (!s->shared)
		add_part(s, cx, has - sum);
	return SJ_OK;
}

static int init(struct limits *s, sj_ctx *cx, const char *who, const char *what,
		const char *counter)
{
	int rc = sj_waiting_init(&s->wait, cx, s->order);

	if (rc != SJ_OK)
		return rc;
	if (s->wait.dynamic)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy %s: order: \"%s\" changes with time; "
				      "expected one that does not", who, s->order);
	s->accounts = sj_accounts_create(cx, what, s->sizes);
	s->too_wide = sj_counter(cx, counter);
	return s->accounts != NULL ? check_sizes(s, cx, who) : SJ_EUSAGE;
}

static double limit_of(const struct limits *s, uint32_t account)
{
	uint32_t id;
	double size;

	for (uint32_t i = 0; sj_accounts_named(s->accounts, i, &id, &size); i++)
		if (id == account)
			return size;
	return s->limit > 0 ? s->limit : INFINITY;
}

static uint32_t part_of(struct limits *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t account = sj_account_id(t, s->of), i, id;
	double size;

	if (s->shared) {
		i = sj_accounts_number(s->accounts, account);
		if (i == s->count)
			add_part(s, cx, limit_of(s, account));
		return i;
	}
	for (i = 0; sj_accounts_named(s->accounts, i, &id, &size); i++)
		if (id == account)
			break;
	return i;
}

/* ---- news -------------------------------------------------------------------------- */

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct limits *s = self;
	sj_queue_item item = sj_waiting_item(&s->wait, cx, t);
	uint32_t p = part_of(s, cx, t);

	s->charged = sj_grow_to(cx, s->charged, &s->tasks, t->id, sizeof(*s->charged));
	if (!sj_queue_has(s->wait.queue, t))
		sj_queue_add(s->part[p].waiting, &item);
	return SJ_OK;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct limits *s = self;
	uint32_t p = part_of(s, cx, t);

	(void)how;
	if (sj_queue_has(s->wait.queue, t)) /* somebody else has started it */
		sj_queue_remove(s->part[p].waiting, t);
	if (t->id < s->tasks && s->charged[t->id] != 0) {
		s->part[s->charged[t->id] - 1].used -= demand(s, t);
		s->charged[t->id] = 0;
	}
	sj_order_ended(s->wait.order, cx, t);
	return SJ_OK;
}

/* ---- a pass ------------------------------------------------------------------------ */

static bool within(const struct limits *s, const struct part *p, const sj_task *t)
{
	return demand(s, t) <= p->most - p->used;
}

static void say_why(const struct limits *s, sj_ctx *cx, const struct part *p, const sj_task *t)
{
	const char *what = s->shared ? "limit" : "part";

	if (p->most == UINT64_MAX)
		sj_because(cx, t, "no limit: needs %u processors, %u free", t->procs,
			   sj_procs_free(cx));
	else
		sj_because(cx, t, "%.6g of a %s of %.6g in use, it wants %.6g: needs %u processors, "
			   "%u free", (double)p->used / SJ_GPU_WHOLE, what,
			   (double)p->most / SJ_GPU_WHOLE, (double)demand(s, t) / SJ_GPU_WHOLE,
			   t->procs, sj_procs_free(cx));
}

/* Those at the head that can never run. */
static int refuse(struct limits *s, sj_ctx *cx, struct part *p)
{
	const sj_queue_item *head;
	int rc = SJ_OK;

	while (rc == SJ_OK && (head = sj_queue_first(p->waiting)) != NULL &&
	       demand(s, head->task) > p->most) {
		const sj_task *t = head->task;

		sj_queue_remove(p->waiting, t);
		if (t->state != SJ_TASK_READY)
			continue;
		++*s->too_wide;
		if (sj_explaining(cx))
			say_why(s, cx, p, t);
		rc = sj_reject(cx, t);
	}
	return rc;
}

/* Starts the head of a part; SJ_EFULL: it does not fit. */
static int start_head(struct limits *s, sj_ctx *cx, uint32_t number)
{
	struct part *p = &s->part[number];
	const sj_task *t = sj_queue_first(p->waiting)->task;
	int rc = SJ_OK;

	if (t->state == SJ_TASK_READY) {
		if (sj_explaining(cx))
			say_why(s, cx, p, t);
		rc = within(s, p, t) ? sj_start(cx, t, NULL) : SJ_EFULL;
		if (rc != SJ_OK)
			return rc;
		sj_order_started(s->wait.order, cx, t);
		p->used += demand(s, t);
		s->charged[t->id] = 1 + number;
	}
	sj_queue_remove(p->waiting, t);
	return SJ_OK;
}

static int partition_schedule(void *self, sj_ctx *cx)
{
	struct limits *s = self;

	for (uint32_t i = 0; i < s->count; i++) {
		int rc = refuse(s, cx, &s->part[i]);

		while (rc == SJ_OK && sj_queue_count(s->part[i].waiting) > 0) {
			rc = start_head(s, cx, i);
			if (rc == SJ_OK)
				rc = refuse(s, cx, &s->part[i]);
		}
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

/* The first in the order who is within its limit; count: nobody is. */
static uint32_t first_within(const struct limits *s)
{
	const sj_queue_item *first = NULL;
	uint32_t at = s->count;

	for (uint32_t i = 0; i < s->count; i++) {
		const sj_queue_item *head = sj_queue_first(s->part[i].waiting);

		if (head == NULL || !within(s, &s->part[i], head->task))
			continue;
		if (first == NULL || head->key < first->key ||
		    (head->key == first->key && head->seq < first->seq)) {
			first = head;
			at = i;
		}
	}
	return at;
}

static int quota_schedule(void *self, sj_ctx *cx)
{
	struct limits *s = self;
	uint32_t at;
	int rc = SJ_OK;

	for (uint32_t i = 0; i < s->count && rc == SJ_OK; i++)
		rc = refuse(s, cx, &s->part[i]);
	while (rc == SJ_OK && (at = first_within(s)) < s->count) {
		rc = start_head(s, cx, at);
		if (rc == SJ_OK)
			rc = refuse(s, cx, &s->part[at]);
	}
	return rc;
}

/* ---- the policies ------------------------------------------------------------------- */

static int partition_init(void *self, sj_ctx *cx)
{
	return init(self, cx, "partition", "policy partition: sizes", "partition.too_wide");
}

static int quota_init(void *self, sj_ctx *cx)
{
	struct limits *s = self;

	s->shared = true;
	return init(s, cx, "quota", "policy quota: limits", "quota.too_wide");
}

static const char *const units[] = { "procs", "gpus", NULL };

#define AT(member) .offset = offsetof(struct limits, member)
#define COMMON                                                                             \
	{ .name = "unit", .type = SJ_P_ENUM, AT(unit), .def = "procs", .choices = units,   \
	  .help = "What is counted." },                                                    \
	{ .name = "order", .type = SJ_P_STRING, AT(order), .def = "fcfs",                  \
	  .help = "Order of waiting tasks; one that does not change with time." },         \
	{ .name = NULL }

static const sj_param partition_params[] = {
	{ .name = "sizes", .type = SJ_P_STRING, AT(sizes), .def = "",
	  .help = "Parts by number, as (1:64,2:32); all others have the rest together." },
	{ .name = "of", .type = SJ_P_ENUM, AT(of), .def = "queue", .choices = sj_account_names,
	  .help = "Whose parts they are." },
	COMMON,
};

static const sj_param quota_params[] = {
	{ .name = "limits", .type = SJ_P_STRING, AT(sizes), .def = "",
	  .help = "Limits by number, as (7:64,9:32)." },
	{ .name = "limit", .type = SJ_P_DOUBLE, AT(limit), .def = "0", .min = 0, .max = 4e9,
	  .help = "Limit of all others; 0: none." },
	{ .name = "of", .type = SJ_P_ENUM, AT(of), .def = "user", .choices = sj_account_names,
	  .help = "Whose limits they are." },
	COMMON,
};
#undef AT

static const sj_semantics partition_semantics = {
	.order = "order= (fcfs) within each part",
	.blocking = "the head blocks its part, and no other",
	.reservation = "none needed in a pool; on nodes a part may have to wait for another's place",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log; parts as listed",
	.instants = "once per instant of news",
};

static const sj_semantics quota_semantics = {
	.order = "order= (fcfs)",
	.blocking = "who is at its limit is passed over; the first of the others blocks",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news",
};

const sj_policy_ops sj_policy_partition = {
	SJ_POLICY_HEAD,
	.name = "partition",
	.summary = "the machine cut into parts, each with a queue of its own",
	.semantics = &partition_semantics,
	.state_size = sizeof(struct limits),
	.params = partition_params,
	.init = partition_init,
	.on_ready = on_ready,
	.on_done = on_done,
	.schedule = partition_schedule,
};

const sj_policy_ops sj_policy_quota = {
	SJ_POLICY_HEAD,
	.name = "quota",
	.summary = "nobody has more than a limit at once; who is at it is passed over",
	.semantics = &quota_semantics,
	.state_size = sizeof(struct limits),
	.params = quota_params,
	.init = quota_init,
	.on_ready = on_ready,
	.on_done = on_done,
	.schedule = quota_schedule,
};
