/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * migrate - around another policy: running tasks move to where they end earlier, or from
 * crowded nodes to empty ones.
 *
 * by=speed: a task moves to the node with room on which it is fastest, if what it has left
 * takes less time there, the cost of moving included, by more than `threshold` of what it
 * takes here; those with most left choose first.
 *
 * by=load: as long as the fullest and the emptiest node differ in the part of their cores
 * that is in use by more than `threshold`, a task moves between them: the one that evens
 * them out most, and does not turn them round; not one that has less left than a move
 * costs. Load-balancing with a threshold, as in Willebeek-LeMair and Reeves 1993.
 *
 * Only tasks whose ranks are on one node move. `cost` is what the policy expects a move to
 * cost; what it does cost is what the checkpoint model says. A sweep costs O(running x
 * nodes) by speed, O(moves x (running + nodes)) by load. In a pool it is its base.
 */
#include <math.h>
#include <stdlib.h>

#include "around.h"

enum by { BY_LOAD, BY_SPEED };

/* Token of our own timers, which share the numbers of the base's. */
#define SWEEP_NOW (UINT64_MAX - 0x6d)

struct migrate {
	struct around base;
	int       by;
	double    threshold;
	sj_time   cost, every;
	sj_time   open;   /* no sweep before */
	bool      due;    /* something has changed since the last one */
	bool      alarm;  /* a timer is set for `open` */
	uint64_t *moves;
};

static int init(void *self, sj_ctx *cx)
{
	struct migrate *s = self;

	s->moves = sj_counter(cx, "migrate.moves");
	return around_init(&s->base, cx, "migrate");
}

/* ---- tasks and nodes ------------------------------------------------------------------ */

/* The node that all ranks of t are on; UINT32_MAX: several. */
static uint32_t only_node(sj_ctx *cx, const sj_task *t)
{
	sj_placement where = sj_task_placement(cx, t);

	return where.count == 1 && !sj_has_copy(cx, t) ? where.slots[0].node : UINT32_MAX;
}

/* Work at rate 1. */
static double work_left(sj_ctx *cx, const sj_task *t)
{
	return fmax(0, (double)(t->estimate_ns - sj_task_attained(cx, t)));
}

static bool has_room(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	uint64_t ranks = sj_task_ranks(cx, t);

	return sj_node_get_state(cx, node) == SJ_NODE_UP &&
	       ranks * t->cores <= sj_node_cores_free(cx, node) &&
	       ranks * t->gpu_milli <= sj_node_gpu_milli_free(cx, node) &&
	       ranks * t->mem_bytes <= sj_node_mem_free(cx, node) &&
	       (t->node == 0 || t->node == node + 1);
}

static double rate_on(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	sj_slot slot = { node, sj_task_ranks(cx, t) };
	sj_placement where = { 1, &slot };

	return sj_rate(cx, t, slot.ranks, &where);
}

/* SJ_OK: it has moved, and the base knows of the room that it leaves; SJ_EFULL: it stays. */
static int move(struct migrate *s, sj_ctx *cx, const sj_task *t, uint32_t from, uint32_t to)
{
	sj_slot slot = { to, sj_task_ranks(cx, t) };
	sj_placement where = { 1, &slot };
	int rc = sj_migrate(cx, t, &where);

	if (rc != SJ_OK)
		return rc;
	++*s->moves;
	return s->base.base->ops->on_room != NULL ? around_room(&s->base, cx, from) :
						    around_node(&s->base, cx, from, true);
}

/* ---- by speed ---------------------------------------------------------------------------- */

static int move_to_fastest(struct migrate *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t from = only_node(cx, t), to = from;
	double here = from != UINT32_MAX ? rate_on(cx, t, from) : 0, best = here, left;
	char text[2][32];

	for (uint32_t node = 0; from != UINT32_MAX && node < sj_node_count(cx); node++) {
		double rate = node != from && has_room(cx, t, node) ? rate_on(cx, t, node) : 0;

		if (rate > best) {
			best = rate;
			to = node;
		}
	}
	left = work_left(cx, t);
	if (to == from || left / here - (left / best + (double)s->cost) <= s->threshold * left / here)
		return SJ_EFULL;
	if (sj_explaining(cx)) {
		sj_format_time((sj_time)(left / here), text[0], sizeof(text[0]));
		sj_format_time((sj_time)(left / best), text[1], sizeof(text[1]));
		sj_because(cx, t, "node %u is faster than node %u: %s left there, %s here", to, from,
			   text[1], text[0]);
	}
	return move(s, cx, t, from, to);
}

struct runner {
	const sj_task *task;
	double         left;
	uint32_t       place;
};

static int by_left(const void *pa, const void *pb)
{
	const struct runner *a = pa, *b = pb;

	if (a->left != b->left)
		return a->left > b->left ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static int sweep_speed(struct migrate *s, sj_ctx *cx)
{
	uint32_t n = sj_running_count(cx), count = 0;
	struct runner *run = sj_scratch(cx, (n + 1) * sizeof(*run));
	const sj_task *t;

	for (t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t), count++)
		run[count] = (struct runner){ t, work_left(cx, t), count };
	qsort(run, count, sizeof(*run), by_left);
	for (uint32_t i = 0; i < count; i++) {
		int rc = move_to_fastest(s, cx, run[i].task);

		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

/* ---- by load ----------------------------------------------------------------------------- */

static double load_of(sj_ctx *cx, uint32_t node)
{
	uint32_t cores = sj_node_get_size(cx, node).cores;

	return cores > 0 ? 1 - (double)sj_node_cores_free(cx, node) / cores : 0;
}

/* The fullest and the emptiest of the nodes that are up; false: there are no two. */
static bool extremes(sj_ctx *cx, uint32_t *full, uint32_t *empty)
{
	double most = -1, least = 2;

	for (uint32_t node = 0; node < sj_node_count(cx); node++) {
		double load = load_of(cx, node);

		if (sj_node_get_state(cx, node) != SJ_NODE_UP)
			continue;
		if (load > most) {
			most = load;
			*full = node;
		}
		if (load < least) {
			least = load;
			*empty = node;
		}
	}
	return most > least;
}

/* The task on `full` that evens the two out most; NULL: none does. */
static const sj_task *who_moves(struct migrate *s, sj_ctx *cx, uint32_t full, uint32_t empty)
{
	double apart = load_of(cx, full) - load_of(cx, empty), best = 0;
	double sizes = 1.0 / sj_node_get_size(cx, full).cores + 1.0 / sj_node_get_size(cx, empty).cores;
	const sj_task *chosen = NULL, *t;

	for (t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t)) {
		double cores, evens;

		if (only_node(cx, t) != full || !has_room(cx, t, empty) ||
		    work_left(cx, t) <= (double)s->cost)
			continue;
		cores = (double)sj_task_ranks(cx, t) * t->cores;
		evens = cores * sizes;
		if (evens <= apart && evens > best && rate_on(cx, t, empty) > 0) {
			best = evens;
			chosen = t;
		}
	}
	return chosen;
}

static int sweep_load(struct migrate *s, sj_ctx *cx)
{
	uint32_t full = 0, empty = 0;
	int rc = SJ_OK;

	while (rc == SJ_OK && extremes(cx, &full, &empty) &&
	       load_of(cx, full) - load_of(cx, empty) > s->threshold) {
		const sj_task *t = who_moves(s, cx, full, empty);

		if (t == NULL)
			return SJ_OK;
		if (sj_explaining(cx))
			sj_because(cx, t, "node %u has %.4g of its cores in use, node %u %.4g", full,
				   load_of(cx, full), empty, load_of(cx, empty));
		rc = move(s, cx, t, full, empty);
	}
	return rc == SJ_EFULL ? SJ_OK : rc;
}

/* ---- news -------------------------------------------------------------------------------- */

static int on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		     const sj_job *graph)
{
	return around_submit(&((struct migrate *)self)->base, cx, tasks, count, graph);
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct migrate *s = self;

	s->due = true;
	return around_ready(&s->base, cx, t);
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct migrate *s = self;

	s->due = true;
	return around_done(&s->base, cx, t, how);
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct migrate *s = self;

	s->due = true;
	return around_node(&s->base, cx, node, up);
}

static int on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct migrate *s = self;

	if (token != SWEEP_NOW)
		return around_timer(&s->base, cx, token);
	s->alarm = false;
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct migrate *s = self;
	uint64_t before = *s->moves;
	int rc = around_schedule(&s->base, cx);

	if ((rc != SJ_OK && rc != SJ_EFULL) || !s->due || sj_node_count(cx) == 0)
		return rc;
	if (sj_now(cx) < s->open) {
		bool set = s->alarm;

		s->alarm = true;
		return set ? SJ_OK : sj_timer(cx, s->open, SWEEP_NOW);
	}
	s->due = false;
	s->open = sj_now(cx) + s->every;
	rc = s->by == BY_SPEED ? sweep_speed(s, cx) : sweep_load(s, cx);
	return rc == SJ_OK && *s->moves != before ? around_schedule(&s->base, cx) : rc;
}

static const char *const bys[] = { "load", "speed", NULL };

#define AT(member) .offset = offsetof(struct migrate, member)
static const sj_param params[] = {
	AROUND_PARAM(struct migrate, base),
	{ .name = "by", .type = SJ_P_ENUM, AT(by), .def = "load", .choices = bys,
	  .help = "What moves tasks: crowded nodes, or faster ones." },
	{ .name = "threshold", .type = SJ_P_DOUBLE, AT(threshold), .def = "0.25", .max = 1,
	  .live = true, .help = "Least difference of loads, or part of the time left that is saved." },
	{ .name = "cost", .type = SJ_P_TIME, AT(cost), .def = "0s", .max = 1e9, .unit = "s",
	  .help = "What a move is expected to cost." },
	{ .name = "every", .type = SJ_P_TIME, AT(every), .def = "1min", .max = 1e9, .unit = "s",
	  .help = "Least time between two sweeps." },
	{ .name = NULL },
};
#undef AT

static const sj_semantics semantics = {
	.order = "that of base",
	.blocking = "that of base",
	.reservation = "that of base",
	.preemption = "running tasks of one node move, with their work kept",
	.placement = "that of base; moves go to the fastest or the emptiest node with room",
	.tie = "the node with the lowest number; the task that started first",
	.instants = "behind base, after arrivals, ends and changes of nodes, `every` apart",
};

const sj_policy_ops sj_policy_migrate = {
	SJ_POLICY_HEAD,
	.name = "migrate",
	.summary = "around another policy: running tasks move to faster or emptier nodes",
	.cite = "Willebeek-LeMair and Reeves, Strategies for dynamic load balancing on highly "
		"parallel computers, IEEE TPDS 4(9), 1993",
	.semantics = &semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct migrate),
	.params = params,
	.init = init,
	.on_submit = on_submit,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.on_timer = on_timer,
	.schedule = schedule,
};
