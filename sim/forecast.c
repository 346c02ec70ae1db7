/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * forecast.c - the machine at the time of a reservation; see sojourn/forecast.h.
 *
 * Nodes that change between now and then have a copy here ("ahead"), stamped with the
 * generation of the forecast, so that a new forecast drops all copies at once; a node
 * without a copy will be as it is now. What a running task holds is remembered, as it is
 * gone when its end is told.
 *
 * The state ahead does not move while time goes on: a task that was counted and ends as
 * expected is in it already. An early end can only bring the head's time forward. For a
 * head that needs one node this is looked up on the nodes of that task; for any other
 * the forecast is made anew when it is asked for.
 */
#include "sojourn/forecast.h"

#include <string.h>

#include "core.h"

#define NONE UINT32_MAX

/* A grip of a running task. */
struct piece {
	sj_grip  grip;
	uint32_t task;       /* id */
	uint32_t of_task;    /* next one of the task, or of the unused ones */
	uint32_t prev, next; /* on its node */
};

struct known {
	const sj_task *task;  /* NULL: not running, as far as is known */
	sj_time  end;         /* expected */
	uint32_t first;       /* piece */
	uint32_t counted;     /* generation in which it was given back ahead; 0: none */
};

struct sj_forecast {
	sj_ctx       *cx;
	sj_ledger     ahead;   /* types, and copies of nodes; counts nothing itself */
	uint32_t     *stamp;   /* generation of a node's copy */
	uint32_t      generation;
	uint32_t     *on_node; /* first piece of each node */
	struct piece *piece;
	uint32_t      piece_count, piece_cap, unused;
	struct known *known;   /* by task id */
	uint32_t      known_cap;
	/* the reservation */
	sj_task       head;    /* a copy */
	bool          valid;
	bool          all;
	sj_time       shadow;
	uint64_t      room;    /* ranks of the head that have a place then; see room_at() */
	uint64_t      room_now; /* likewise as things are; kept while `tracks` */
	bool          tracks;
	uint32_t     *nodes_of; /* a consolidated head: by type and room, nodes with that
	                         * room for it; a type's begin at column[type] */
	uint32_t     *column, *most; /* by type: nodes that it may lie on */
	size_t        column_cap;
	/* one node, for a question */
	sj_ledger     probe;
	sj_node       probe_node;
	uint16_t      probe_gpu[SJ_NODE_GPUS_MAX];
	sj_slot      *slot;    /* of the last placement that was spared */
	uint32_t      slot_cap;
};

/* ---- a node gets back, and gives ------------------------------------------------- */

static void gpu_set(sj_ledger *l, sj_node *n, uint32_t g, uint32_t left)
{
	uint16_t *at = &l->gpu_left[n->gpu_base + g];

	n->gpu_milli = n->gpu_milli - *at + left;
	*at = (uint16_t)left;
	if (left == SJ_GPU_WHOLE)
		n->gpus |= UINT64_C(1) << g;
	else
		n->gpus &= ~(UINT64_C(1) << g);
}

/* sign 1: the grip's resources come back to node i of l; -1: they are taken. */
static void move_grip(sj_ledger *l, uint32_t i, const sj_task *t, const sj_grip *grip, int sign)
{
	sj_node *n = &l->node[i];
	const sj_node_type *type = &l->types[n->type];
	uint32_t share = sj_gpu_share(type, t);
	uint32_t each = share != 0 ? share * grip->ranks : SJ_GPU_WHOLE;

	n->cores += (uint32_t)sign * t->cores * grip->ranks;
	if (type->mem_bytes != 0)
		n->mem_bytes += (uint64_t)(int64_t)sign * t->mem_bytes * grip->ranks;
	for (uint64_t left = grip->gpus; left != 0; left &= left - 1) {
		uint32_t g = (uint32_t)__builtin_ctzll(left);

		gpu_set(l, n, g, l->gpu_left[n->gpu_base + g] + (uint32_t)sign * each);
	}
}

/* Ranks of the head that node i of l has room for; more than it needs is no better. */
static uint32_t room_at(const sj_forecast *f, const sj_ledger *l, uint32_t i, uint32_t node)
{
	const sj_task *h = &f->head;
	uint32_t room, most = h->layout == SJ_LAYOUT_SPREAD ? 1 : h->ranks;

	if (h->node != 0 && h->node != node + 1)
		return 0;
	room = sj_ledger_room(l, i, h);
	return room < most ? room : most;
}

/* Node i has, or has no longer, so much room for the head. */
static void tally(sj_forecast *f, uint32_t i, uint32_t room, int sign)
{
	if (f->head.layout == SJ_LAYOUT_CONSOLIDATED)
		f->nodes_of[f->column[f->cx->ledger.node[i].type] + room] += (uint32_t)sign;
	else
		f->room += (uint64_t)(int64_t)sign * room;
}

/* Has the head a place in the state ahead? Consolidated it lies on nodes of one type, on
 * no more of them than empty ones would take, so it wants the roomiest. */
static bool head_fits(const sj_forecast *f)
{
	uint32_t ranks = f->head.ranks;

	if (f->head.layout != SJ_LAYOUT_CONSOLIDATED)
		return f->room >= ranks;
	for (uint32_t k = 0; k < f->ahead.type_count; k++) {
		uint64_t have = 0;
		uint32_t left = f->most[k];

		for (uint32_t r = f->column[k + 1] - f->column[k]; r-- > 1 && left != 0;) {
			uint32_t n = f->nodes_of[f->column[k] + r];

			n = n < left ? n : left;
			have += (uint64_t)n * r;
			left -= n;
		}
		if (have >= ranks)
			return true;
	}
	return false;
}

/* The node's copy; made from the state of now when there is none. */
static bool look_ahead(sj_forecast *f, uint32_t i)
{
	const sj_ledger *now = &f->cx->ledger;
	const sj_node *n = &now->node[i];

	if (f->stamp[i] == f->generation)
		return false;
	f->stamp[i] = f->generation;
	f->ahead.node[i] = *n;
	memcpy(&f->ahead.gpu_left[n->gpu_base], &now->gpu_left[n->gpu_base],
	       now->types[n->type].gpus * sizeof(*now->gpu_left));
	return true;
}

/* The grip changes hands in the state ahead, and with it the room of the head. */
static void move_ahead(sj_forecast *f, const sj_task *t, const sj_grip *grip, int sign)
{
	uint32_t i = grip->node;

	tally(f, i, room_at(f, &f->ahead, i, i), -1);
	move_grip(&f->ahead, i, t, grip, sign);
	tally(f, i, room_at(f, &f->ahead, i, i), 1);
}

/* ---- what running tasks hold -------------------------------------------------------- */

sj_forecast *sj_forecast_create(sj_ctx *cx)
{
	const sj_ledger *now = &cx->ledger;
	sj_forecast *f;
	uint32_t gpus = 0;

	if (now->node_count == 0)
		return NULL;
	f = sj_alloc(cx, sizeof(*f));
	for (uint32_t k = 0; k < now->type_count; k++)
		gpus += now->types[k].gpus * (now->type_first[k + 1] - now->type_first[k]);
	f->cx = cx;
	f->ahead.types = f->probe.types = now->types;
	f->ahead.type_count = f->probe.type_count = now->type_count;
	f->ahead.node_count = now->node_count;
	f->ahead.node = sj_alloc(cx, now->node_count * sizeof(sj_node));
	f->ahead.gpu_left = sj_alloc(cx, (gpus + 1) * sizeof(uint16_t));
	f->stamp = sj_alloc(cx, now->node_count * sizeof(*f->stamp));
	f->column = sj_alloc(cx, (now->type_count + 1u) * sizeof(*f->column));
	f->most = sj_alloc(cx, now->type_count * sizeof(*f->most));
	f->on_node = sj_alloc(cx, now->node_count * sizeof(*f->on_node));
	memset(f->on_node, 0xff, now->node_count * sizeof(*f->on_node));
	f->probe.node_count = 1;
	f->probe.node = &f->probe_node;
	f->probe.gpu_left = f->probe_gpu;
	f->unused = NONE;
	return f;
}

static struct known *known(sj_forecast *f, const sj_task *t)
{
	if (t->id >= f->known_cap) {
		uint32_t cap = f->known_cap != 0 ? f->known_cap : 64;

		while (cap <= t->id)
			cap = cap > UINT32_MAX / 2 ? UINT32_MAX : cap * 2;
		f->known = sj_grow(f->cx, f->known, f->known_cap * sizeof(*f->known),
				   cap * sizeof(*f->known));
		f->known_cap = cap;
	}
	return &f->known[t->id];
}

static uint32_t piece_new(sj_forecast *f)
{
	uint32_t p = f->unused;

	if (p != NONE) {
		f->unused = f->piece[p].of_task;
		return p;
	}
	if (f->piece_count == f->piece_cap) {
		uint32_t cap = f->piece_cap != 0 ? f->piece_cap * 2 : 64;

		f->piece = sj_grow(f->cx, f->piece, f->piece_cap * sizeof(*f->piece),
				   cap * sizeof(*f->piece));
		f->piece_cap = cap;
	}
	return f->piece_count++;
}

static void remember(sj_forecast *f, struct known *k, const sj_grip *grip)
{
	uint32_t p = piece_new(f), first = f->on_node[grip->node];

	f->piece[p] = (struct piece){ .grip = *grip, .task = k->task->id, .of_task = k->first,
				      .prev = NONE, .next = first };
	k->first = p;
	if (first != NONE)
		f->piece[first].prev = p;
	f->on_node[grip->node] = p;
}

static void leave_nodes(sj_forecast *f, const struct known *k)
{
	for (uint32_t p = k->first; p != NONE; p = f->piece[p].of_task) {
		const struct piece *a = &f->piece[p];

		if (a->prev != NONE)
			f->piece[a->prev].next = a->next;
		else
			f->on_node[a->grip.node] = a->next;
		if (a->next != NONE)
			f->piece[a->next].prev = a->prev;
	}
}

static void forget(sj_forecast *f, struct known *k)
{
	for (uint32_t p = k->first, next; p != NONE; p = next) {
		next = f->piece[p].of_task;
		f->piece[p].of_task = f->unused;
		f->unused = p;
	}
	k->task = NULL;
}

void sj_forecast_void(sj_forecast *f)
{
	f->valid = f->tracks = false;
}

void sj_forecast_clear(sj_forecast *f)
{
	for (uint32_t i = 0; i < f->known_cap; i++)
		if (f->known[i].task != NULL) {
			leave_nodes(f, &f->known[i]);
			forget(f, &f->known[i]);
		}
	f->valid = f->tracks = false;
}

/* ---- the reservation ------------------------------------------------------------------ */

static void count_end(sj_forecast *f, const sj_task *t)
{
	struct known *k = &f->known[t->id];

	k->counted = f->generation;
	for (uint32_t p = k->first; p != NONE; p = f->piece[p].of_task) {
		/* Room that is there now counts already, copied or not. */
		look_ahead(f, f->piece[p].grip.node);
		move_ahead(f, t, &f->piece[p].grip, 1);
	}
}

/* Empty columns for a consolidated head. */
static void columns_clear(sj_forecast *f)
{
	size_t size = 0;

	for (uint32_t k = 0; k < f->ahead.type_count; k++) {
		uint32_t room = sj_type_room(&f->ahead.types[k], &f->head);

		room = room < f->head.ranks ? room : f->head.ranks;
		f->most[k] = room != 0 ? (f->head.ranks + room - 1) / room : 0;
		f->column[k] = (uint32_t)size;
		size += room + 1u;
	}
	f->column[f->ahead.type_count] = (uint32_t)size;
	if (size > f->column_cap) {
		f->nodes_of = sj_grow(f->cx, f->nodes_of, f->column_cap * sizeof(*f->nodes_of),
				      2 * size * sizeof(*f->nodes_of));
		f->column_cap = 2 * size;
	}
	memset(f->nodes_of, 0, size * sizeof(*f->nodes_of));
}

static bool same_demand(const sj_task *t, const sj_task *u)
{
	return t->ranks == u->ranks && t->cores == u->cores &&
	       t->gpu_milli == u->gpu_milli && t->gpu_models == u->gpu_models &&
	       t->mem_bytes == u->mem_bytes && t->node == u->node && t->layout == u->layout;
}

/* What place the head has now: from all nodes, unless it was kept for another head that
 * asked for the same. A task of one rank that does not fit has none. */
static void tally_now(sj_forecast *f)
{
	const sj_ledger *now = &f->cx->ledger;
	bool consolidated = f->head.layout == SJ_LAYOUT_CONSOLIDATED;

	f->room = 0;
	if (consolidated)
		columns_clear(f);
	if (f->tracks)
		f->room = f->room_now;
	else if (consolidated || f->head.ranks != 1 || sj_ledger_fits(now, &f->head, 1))
		for (uint32_t i = 0; i < now->node_count; i++)
			tally(f, i, room_at(f, now, i, i), 1);
	f->room_now = f->room;
	f->tracks = !consolidated;
}

/* Nothing is ahead any more: no copies, nobody counted. */
static void start_over(sj_forecast *f)
{
	if (++f->generation != 0)
		return;
	memset(f->stamp, 0, f->ahead.node_count * sizeof(*f->stamp));
	for (uint32_t i = 0; i < f->known_cap; i++)
		f->known[i].counted = 0;
	f->generation = 1;
}

static void make(sj_forecast *f, const sj_ends *ends)
{
	sj_time now = f->cx->now, at = now;
	const sj_queue_item *it = sj_queue_first(ends->queue);

	tally_now(f);
	for (; it != NULL; it = sj_queue_next(ends->queue, it)) {
		sj_time end = it->key > now ? it->key : now;

		if ((!f->all || end > at) && head_fits(f))
			break;
		at = end;
		count_end(f, it->task);
	}
	f->shadow = head_fits(f) ? at : SJ_NEVER;
}

static bool same_head(const sj_forecast *f, const sj_task *head)
{
	return f->head.id == head->id && f->head.seq == head->seq &&
	       f->head.index == head->index;
}

sj_time sj_forecast_shadow(sj_forecast *f, const sj_ends *ends, const sj_task *head, bool all)
{
	if (f->valid && all && f->all && same_head(f, head) && f->cx->now <= f->shadow)
		return f->shadow;
	start_over(f);
	f->tracks = f->tracks && same_demand(&f->head, head);
	f->head = *head;
	f->all = all;
	make(f, ends);
	f->valid = true;
	return f->shadow;
}

/* ---- news ---------------------------------------------------------------------------------- */

/* t has taken what it has from the nodes as they are now. A copy either has it still to
 * lose, or, when t was counted, is not concerned; a node that t leaves before the head's
 * time and that has no copy needs one. */
static void started_ahead(sj_forecast *f, const struct known *k, const sj_held *held)
{
	const sj_grip *grips = sj_held_grips(held);
	bool counted = k->counted == f->generation;
	uint32_t fresh = NONE;

	for (uint32_t g = 0; g < held->count; g++) {
		uint32_t i = grips[g].node;

		if (!counted && f->stamp[i] == f->generation)
			move_ahead(f, k->task, &grips[g], -1);
		if (counted && look_ahead(f, i))
			fresh = i;
		if (counted && i == fresh)
			move_grip(&f->ahead, i, k->task, &grips[g], 1);
	}
}

/* t takes nodes without a copy, and the head loses room there (sign 1), or gets it back. */
static void take_uncopied(sj_forecast *f, const sj_task *t, const sj_held *held, int sign)
{
	const sj_grip *grips = sj_held_grips(held);

	for (uint32_t g = 0, next; g < held->count; g = next) {
		uint32_t i = grips[g].node;

		for (next = g; next < held->count && grips[next].node == i; next++)
			;
		if (!look_ahead(f, i))
			continue;
		tally(f, i, room_at(f, &f->ahead, i, i), sign);
		for (uint32_t k = g; k < next; k++)
			move_grip(&f->ahead, i, t, &grips[k], 1);
		tally(f, i, room_at(f, &f->ahead, i, i), -sign);
		f->stamp[i] = f->generation - 1; /* it was for this question */
	}
}

/* Node i as it is, for questions. */
static void probe(sj_forecast *f, uint32_t i)
{
	const sj_ledger *now = &f->cx->ledger;
	const sj_node *n = &now->node[i];

	f->probe_node = *n;
	f->probe_node.gpu_base = 0;
	memcpy(f->probe_gpu, &now->gpu_left[n->gpu_base],
	       now->types[n->type].gpus * sizeof(*f->probe_gpu));
}

/* Has the head a place on node i before its time, when the others end as expected? */
static bool earlier_on(sj_forecast *f, uint32_t i)
{
	probe(f, i);
	for (uint32_t p = f->on_node[i]; p != NONE; p = f->piece[p].next) {
		const struct known *k = &f->known[f->piece[p].task];

		if (k->end < f->shadow)
			move_grip(&f->probe, 0, k->task, &f->piece[p].grip, 1);
	}
	return room_at(f, &f->probe, 0, i) >= f->head.ranks;
}

/* The task has begun (sign 1) or given back (-1) what it holds, and the head's room now
 * is another. Pieces on the same node lie next to each other. */
static void track(sj_forecast *f, const struct known *k, int sign)
{
	uint32_t p = k->first;

	while (f->tracks && p != NONE) {
		uint32_t i = f->piece[p].grip.node, after, before;

		probe(f, i);
		after = room_at(f, &f->probe, 0, i);
		for (; p != NONE && f->piece[p].grip.node == i; p = f->piece[p].of_task)
			move_grip(&f->probe, 0, k->task, &f->piece[p].grip, sign);
		before = room_at(f, &f->probe, 0, i);
		f->room_now += (uint64_t)after - before;
	}
}

void sj_forecast_started(sj_forecast *f, const sj_task *t)
{
	const sj_held *held = &task_of(t)->held;
	struct known *k = known(f, t);

	if (k->task != NULL) {
		leave_nodes(f, k);
		forget(f, k);
	}
	*k = (struct known){ .task = t, .end = t->start_ns + t->estimate_ns, .first = NONE };
	for (uint32_t g = 0; g < held->count; g++)
		remember(f, k, &sj_held_grips(held)[g]);
	track(f, k, 1);
	if (!f->valid)
		return;
	if (k->end <= f->shadow)
		k->counted = f->generation;
	else
		take_uncopied(f, t, held, 1);
	started_ahead(f, k, held);
	f->valid = f->shadow == SJ_NEVER || head_fits(f);
}

/*
 * t has ended before it was expected to. Copies get what they did not count yet. A node
 * without one has changed as it is now; should the head have a place there, it has it
 * earlier, and the forecast is void.
 */
static void ended_early(sj_forecast *f, const struct known *k)
{
	for (uint32_t p = k->first; f->valid && p != NONE; p = f->piece[p].of_task) {
		uint32_t i = f->piece[p].grip.node;

		if (k->counted != f->generation && f->stamp[i] == f->generation)
			move_ahead(f, k->task, &f->piece[p].grip, 1);
		f->valid = !earlier_on(f, i);
	}
}

void sj_forecast_ended(sj_forecast *f, const sj_task *t)
{
	struct known *k = known(f, t);

	if (k->task == NULL)
		return;
	leave_nodes(f, k);
	track(f, k, -1);
	if (f->valid && f->cx->now < k->end) {
		f->valid = f->head.ranks == 1;
		ended_early(f, k);
	}
	forget(f, k);
}

/* ---- a task that runs past the reservation ------------------------------------------------ */

/* The place as nodes and ranks. */
static sj_placement placement(sj_forecast *f, const sj_held *held)
{
	const sj_grip *grips = sj_held_grips(held);
	uint32_t count = 0;

	if (held->count > f->slot_cap) {
		f->slot = sj_grow(f->cx, f->slot, f->slot_cap * sizeof(*f->slot),
				  2 * (size_t)held->count * sizeof(*f->slot));
		f->slot_cap = 2 * held->count;
	}
	for (uint32_t g = 0; g < held->count; g++) {
		if (count == 0 || f->slot[count - 1].node != grips[g].node)
			f->slot[count++] = (sj_slot){ .node = grips[g].node };
		f->slot[count - 1].ranks += grips[g].ranks;
	}
	return (sj_placement){ .count = count, .slots = f->slot };
}

/* t has taken its place: what is left of the head's? Copies are as before afterwards. */
static bool head_keeps(sj_forecast *f, const sj_task *t, const sj_held *held)
{
	const sj_grip *grips = sj_held_grips(held);
	bool keeps;

	take_uncopied(f, t, held, 1);
	for (uint32_t g = 0; g < held->count; g++)
		if (f->stamp[grips[g].node] == f->generation)
			move_ahead(f, t, &grips[g], -1);
	keeps = head_fits(f);
	for (uint32_t g = 0; g < held->count; g++)
		if (f->stamp[grips[g].node] == f->generation)
			move_ahead(f, t, &grips[g], 1);
	take_uncopied(f, t, held, -1);
	return keeps;
}

sj_spare sj_forecast_spare(sj_forecast *f, const sj_task *t, sj_placement *where)
{
	sj_held held = { 0 };
	bool keeps;
	int rc = sj_ledger_take(&f->cx->ledger, t, t->ranks, NULL, &held);

	if (rc == SJ_ENOMEM) {
		sj_held_drop(&held);
		sj_policy_fail(f->cx, rc, "policy %s: out of memory", f->cx->ops->name);
		longjmp(f->cx->no_memory, 1);
	}
	if (rc != SJ_OK)
		return SJ_SPARE_FULL;
	keeps = f->shadow == SJ_NEVER || head_keeps(f, t, &held);
	*where = placement(f, &held);
	sj_ledger_give(&f->cx->ledger, t, t->procs, &held);
	return keeps ? SJ_SPARE_YES : SJ_SPARE_NO;
}
