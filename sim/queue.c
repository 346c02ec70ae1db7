/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue.c - an ordered queue of tasks with an index over what they need: a
 * B+-tree over (key, seq) in which every branch knows the least width, the total
 * width and, by class of width, the least length of what is below it.
 *
 * The classes keep a search for "narrow and short" from stopping at every branch
 * that has something narrow and something else that is short: only tasks of the
 * class in which the width limit lies can mislead it.
 *
 * Items lie by value in leaves. A task finds its leaf through an array indexed by
 * task id, so removal needs no descent. Nodes keep their entries in
 * [begin, end), so that taking from the front and adding at the back, what FIFO
 * orders do all day, moves nothing. Deletion is lazy: a node goes when it is
 * empty and is never merged; the bound of a branch may lie above its last item.
 */
#include <stdlib.h>
#include <string.h>

#include "sojourn/queue.h"

/* Class c: widths of 2^c .. 2^(c+1) - 1; the last one has all wider ones. */
enum { LEAF = 16, FAN = 32, CLASSES = 16 };

struct node {
	struct inner *up;   /* NULL: the root */
	uint8_t slot;       /* in up */
	uint8_t height;     /* 0: a leaf */
	uint8_t begin, end; /* used entries */
};

struct leaf {
	struct node  head;
	struct leaf *next, *prev;
	sj_queue_item item[LEAF];
};

/* Columns, not rows: a search reads one or two of them. */
struct inner {
	struct node  head;
	uint32_t     min_width[FAN];
	int64_t      least[CLASSES][FAN]; /* length, of this class or narrower */
	int64_t      width[FAN]; /* total below */
	int64_t      key[FAN];   /* (key, seq): nothing below is greater, and */
	uint64_t     seq[FAN];   /* nothing below the next branch is smaller */
	struct node *child[FAN];
};

struct pair {
	int64_t  key;
	uint64_t seq;
};

/* What queues beside each other share: a task is in one of them at most. */
struct family {
	struct leaf **leaf_of;     /* by task id; NULL: not here */
	uint32_t      bound;       /* size of leaf_of */
	uint32_t      scratch_size;
	struct leaf  *free_leaf;   /* linked by next */
	struct inner *free_inner;  /* linked by head.up */
	sj_queue_item *scratch;    /* for rekey */
};

struct sj_queue {
	sj_ctx       *cx;
	struct family *all;
	struct node  *root;        /* never NULL; an empty leaf when empty */
	struct leaf  *first, *last;
	uint32_t      count;
	uint32_t      min_width;
	int64_t       width;       /* total */
	struct family own;         /* `all` of the first of a family */
};

int64_t sj_key_of_double(double x)
{
	int64_t bits;

	if (x != x)
		return INT64_MAX;
	x += 0.0; /* -0 becomes 0 */
	memcpy(&bits, &x, sizeof(bits));
	/* Below zero a greater magnitude is a smaller number. */
	return bits < 0 ? bits ^ INT64_MAX : bits;
}

/* ---- nodes ---------------------------------------------------------------- */

static inline struct leaf *as_leaf(struct node *n)
{
	return (struct leaf *)(void *)n;
}

static inline struct inner *as_inner(struct node *n)
{
	return (struct inner *)(void *)n;
}

static inline bool less(int64_t ak, uint64_t as, int64_t bk, uint64_t bs)
{
	return ak < bk || (ak == bk && as < bs);
}

static struct leaf *leaf_create(sj_queue *q)
{
	struct leaf *l = q->all->free_leaf;

	if (l == NULL)
		l = sj_alloc(q->cx, sizeof(*l));
	else
		q->all->free_leaf = l->next;
	l->head = (struct node){ .height = 0 };
	l->next = l->prev = NULL;
	return l;
}

static struct inner *inner_create(sj_queue *q, uint8_t height)
{
	struct inner *in = q->all->free_inner;

	if (in == NULL)
		in = sj_alloc(q->cx, sizeof(*in));
	else
		q->all->free_inner = in->head.up;
	in->head = (struct node){ .height = height };
	return in;
}

static uint32_t least_width(struct node *n)
{
	uint32_t least = UINT32_MAX;

	for (unsigned i = n->begin; i < n->end; i++) {
		uint32_t w = n->height == 0 ? as_leaf(n)->item[i].width
					    : as_inner(n)->min_width[i];
		least = w < least ? w : least;
	}
	return least;
}

static inline unsigned class_of(int64_t width)
{
	unsigned c = width < 2 ? 0 : 63u - (unsigned)__builtin_clzll((uint64_t)width);

	return c < CLASSES ? c : CLASSES - 1;
}

/* Least lengths in a leaf by class, for classes [from, CLASSES). */
static void leaf_lengths(const struct leaf *l, unsigned from, int64_t least[CLASSES])
{
	for (unsigned c = from; c < CLASSES; c++)
		least[c] = INT64_MAX;
	for (unsigned i = l->head.begin; i < l->head.end; i++) {
		const sj_queue_item *it = &l->item[i];
		unsigned c = class_of(it->width);

		c = c < from ? from : c;
		least[c] = it->length < least[c] ? it->length : least[c];
	}
	for (unsigned c = from + 1; c < CLASSES; c++)
		least[c] = least[c - 1] < least[c] ? least[c - 1] : least[c];
}

static int64_t row_least(const struct inner *in, unsigned c)
{
	const int64_t *row = in->least[c];
	int64_t least = INT64_MAX;

	for (unsigned i = in->head.begin; i < in->head.end; i++)
		least = row[i] < least ? row[i] : least;
	return least;
}

static int64_t total_width(struct node *n)
{
	int64_t sum = 0;

	for (unsigned i = n->begin; i < n->end; i++)
		sum += n->height == 0 ? (int64_t)as_leaf(n)->item[i].width
				      : as_inner(n)->width[i];
	return sum;
}

static struct pair last_pair(struct node *n)
{
	unsigned i = n->end - 1u;

	if (n->height == 0)
		return (struct pair){ as_leaf(n)->item[i].key, as_leaf(n)->item[i].seq };
	return (struct pair){ as_inner(n)->key[i], as_inner(n)->seq[i] };
}

/* Writes what the parent says of child n. */
static void describe(struct inner *p, unsigned slot, struct node *n, struct pair bound)
{
	int64_t least[CLASSES];

	if (n->height == 0)
		leaf_lengths(as_leaf(n), 0, least);
	for (unsigned c = 0; c < CLASSES; c++)
		p->least[c][slot] = n->height == 0 ? least[c] : row_least(as_inner(n), c);
	p->min_width[slot] = least_width(n);
	p->width[slot] = total_width(n);
	p->key[slot] = bound.key;
	p->seq[slot] = bound.seq;
	p->child[slot] = n;
	n->up = p;
	n->slot = (uint8_t)slot;
}

/* Moves `count` branches of `from` at `src` to `to` at `dst`; may overlap. */
static void move_branches(struct inner *to, unsigned dst, struct inner *from,
			  unsigned src, unsigned count)
{
#define MOVE(col) memmove(to->col + dst, from->col + src, count * sizeof(to->col[0]))
	MOVE(min_width);
	for (unsigned c = 0; c < CLASSES; c++)
		MOVE(least[c]);
	MOVE(width);
	MOVE(key);
	MOVE(seq);
	MOVE(child);
#undef MOVE
	for (unsigned i = dst; i < dst + count; i++) {
		to->child[i]->up = to;
		to->child[i]->slot = (uint8_t)i;
	}
}

/* ---- growing ---------------------------------------------------------------- */

/* Frees entry `at` of a node that is not full; returns where the gap is. */
static unsigned open_gap(struct node *n, unsigned at)
{
	bool right = n->end < (n->height == 0 ? LEAF : FAN) &&
		     (n->begin == 0 || n->end - at <= at - n->begin);
	unsigned from = right ? at : n->begin;
	unsigned count = right ? n->end - at : at - n->begin;
	unsigned to = right ? at + 1 : n->begin - 1u;

	if (count > 0 && n->height == 0)
		memmove(as_leaf(n)->item + to, as_leaf(n)->item + from,
			count * sizeof(sj_queue_item));
	else if (count > 0)
		move_branches(as_inner(n), to, as_inner(n), from, count);
	if (right)
		n->end++;
	else
		n->begin--;
	return right ? at : at - 1;
}

/* Slides a half-empty node to the front; pays for itself in later additions. */
static void slide(struct node *n)
{
	unsigned count = n->end - n->begin;

	if (n->height == 0)
		memmove(as_leaf(n)->item, as_leaf(n)->item + n->begin,
			count * sizeof(sj_queue_item));
	else
		move_branches(as_inner(n), 0, as_inner(n), n->begin, count);
	n->begin = 0;
	n->end = (uint8_t)count;
}

static struct inner *grow_root(sj_queue *q)
{
	struct inner *root = inner_create(q, (uint8_t)(q->root->height + 1));

	describe(root, 0, q->root, last_pair(q->root));
	root->head.end = 1;
	q->root = &root->head;
	return root;
}

static void attach(sj_queue *q, struct node *a, struct node *b, struct pair bound);

/* Splits a full inner node; at its end only an empty room is added, so that
 * queues which grow at the back leave full nodes behind. */
static void split_inner(sj_queue *q, struct inner *a, unsigned at)
{
	struct inner *b = inner_create(q, a->head.height);
	unsigned keep = at == a->head.end ? FAN - 1 : FAN / 2;
	struct pair bound = last_pair(&a->head);

	move_branches(b, 0, a, keep, FAN - keep);
	b->head.end = (uint8_t)(FAN - keep);
	a->head.end = (uint8_t)keep;
	attach(q, &a->head, &b->head, bound);
}

/* Makes b, with what is below it bounded by `bound`, the right neighbour of a. */
static void attach(sj_queue *q, struct node *a, struct node *b, struct pair bound)
{
	struct inner *p = a->up != NULL ? a->up : grow_root(q);
	unsigned at = a->slot + 1u;

	if (p->head.end - p->head.begin == FAN) {
		split_inner(q, p, at);
		p = a->up;
		at = a->slot + 1u;
	} else if (at == FAN && p->head.end - p->head.begin <= FAN / 2) {
		slide(&p->head);
		at = p->head.end;
	}
	at = open_gap(&p->head, at);
	describe(p, at, b, bound);
	if (a->end > a->begin)
		describe(p, at - 1, a, last_pair(a));
}

static struct leaf *link_after(sj_queue *q, struct leaf *a)
{
	struct leaf *b = leaf_create(q);

	b->prev = a;
	b->next = a->next;
	if (a->next != NULL)
		a->next->prev = b;
	else
		q->last = b;
	a->next = b;
	return b;
}

/* Makes room in a full leaf for an item at *at; moves *at and returns its leaf. */
static struct leaf *split_leaf(sj_queue *q, struct leaf *a, unsigned *at,
			       const sj_queue_item *item)
{
	struct leaf *b = link_after(q, a);
	struct pair bound = { item->key, item->seq };
	unsigned keep = LEAF / 2;

	if (*at == LEAF && b->next == NULL) {
		*at = 0;
		attach(q, &a->head, &b->head, bound);
		return b;
	}
	if (*at < LEAF)
		bound = last_pair(&a->head);
	memcpy(b->item, a->item + keep, (LEAF - keep) * sizeof(sj_queue_item));
	b->head.end = LEAF - LEAF / 2;
	a->head.end = (uint8_t)keep;
	for (unsigned i = 0; i < b->head.end; i++)
		q->all->leaf_of[b->item[i].task->id] = b;
	attach(q, &a->head, &b->head, bound);
	if (*at <= keep)
		return a;
	*at -= keep;
	return b;
}

/* ---- search by pair ------------------------------------------------------------ */

/* The leaf in which the first item after the pair is, or would be put. */
static struct leaf *descend(const sj_queue *q, int64_t key, uint64_t seq)
{
	struct node *n = q->root;

	while (n->height > 0) {
		struct inner *in = as_inner(n);
		unsigned i = n->begin, last = n->end - 1u;

		while (i < last && !less(key, seq, in->key[i], in->seq[i]))
			i++;
		n = in->child[i];
	}
	return as_leaf(n);
}

static unsigned leaf_after(const struct leaf *l, int64_t key, uint64_t seq)
{
	unsigned i = l->head.begin;

	while (i < l->head.end && !less(key, seq, l->item[i].key, l->item[i].seq))
		i++;
	return i;
}

/* ---- adding and removing ----------------------------------------------------- */

static void empty_init(sj_queue *q)
{
	q->min_width = UINT32_MAX;
	q->first = q->last = leaf_create(q);
	q->root = &q->first->head;
}

sj_queue *sj_queue_create(sj_ctx *cx)
{
	sj_queue *q = sj_alloc(cx, sizeof(*q));

	q->cx = cx;
	q->all = &q->own;
	empty_init(q);
	return q;
}

sj_queue *sj_queue_create_beside(sj_queue *other)
{
	sj_queue *q = sj_alloc(other->cx, sizeof(*q));

	q->cx = other->cx;
	q->all = other->all;
	empty_init(q);
	return q;
}

static void grow_positions(sj_queue *q, uint32_t id)
{
	uint32_t bound = q->all->bound < 32 ? 32 : q->all->bound;

	while (bound <= id)
		bound = bound > UINT32_MAX / 2 ? UINT32_MAX : bound * 2;
	q->all->leaf_of = sj_grow(q->cx, q->all->leaf_of,
				  q->all->bound * sizeof(q->all->leaf_of[0]),
				  bound * sizeof(q->all->leaf_of[0]));
	q->all->bound = bound;
}

/* Adds an item's need to everything that is said about it above leaf n. */
static void count_in(sj_queue *q, struct node *n, const sj_queue_item *it)
{
	unsigned class = class_of(it->width);

	for (; n->up != NULL; n = &n->up->head) {
		struct inner *p = n->up;
		unsigned s = n->slot;

		if (it->width < p->min_width[s])
			p->min_width[s] = it->width;
		for (unsigned c = class; c < CLASSES && it->length < p->least[c][s]; c++)
			p->least[c][s] = it->length;
		p->width[s] += it->width;
		if (less(p->key[s], p->seq[s], it->key, it->seq)) {
			p->key[s] = it->key;
			p->seq[s] = it->seq;
		}
	}
	if (it->width < q->min_width)
		q->min_width = it->width;
	q->width += it->width;
	q->count++;
}

void sj_queue_add(sj_queue *q, const sj_queue_item *item)
{
	struct leaf *l = q->last;
	unsigned at = l->head.end;

	if (item->task->id >= q->all->bound)
		grow_positions(q, item->task->id);
	if (at > l->head.begin && less(item->key, item->seq, l->item[at - 1].key,
				       l->item[at - 1].seq)) {
		l = descend(q, item->key, item->seq);
		at = leaf_after(l, item->key, item->seq);
	}
	if (l->head.end - l->head.begin == LEAF) {
		l = split_leaf(q, l, &at, item);
	} else if (at == LEAF && l->head.end - l->head.begin <= LEAF / 2) {
		slide(&l->head);
		at = l->head.end;
	} else if (at == LEAF && l == q->last) {
		l = split_leaf(q, l, &at, item);
	}
	at = open_gap(&l->head, at);
	l->item[at] = *item;
	q->all->leaf_of[item->task->id] = l;
	count_in(q, &l->head, item);
}

/* An item of this class and length left n, slot s of p. Could it have been the
 * shortest, its successors are found. Returns whether the same may hold for p. */
static bool lengthen(struct inner *p, unsigned s, struct node *n, unsigned class,
		     int64_t length)
{
	int64_t least[CLASSES];

	if (p->least[class][s] != length)
		return false;
	if (n->height == 0)
		leaf_lengths(as_leaf(n), class, least);
	for (unsigned c = class; c < CLASSES && p->least[c][s] == length; c++) {
		p->least[c][s] = n->height == 0 ? least[c] : row_least(as_inner(n), c);
		if (p->least[c][s] == length)
			return c > class; /* so it is for all wider ones */
	}
	return true;
}

/* Least values are found anew only where the leaver was the least. */
static void count_out(sj_queue *q, struct node *n, const sj_queue_item *it)
{
	/* May it have been the narrowest, the shortest of n? */
	bool narrow = true, brief = it->length != INT64_MAX;
	unsigned class = class_of(it->width);

	for (; n->up != NULL; n = &n->up->head) {
		struct inner *p = n->up;
		unsigned s = n->slot;

		p->width[s] -= it->width;
		narrow = narrow && p->min_width[s] == it->width;
		if (narrow) {
			p->min_width[s] = least_width(n);
			narrow = p->min_width[s] != it->width;
		}
		brief = brief && lengthen(p, s, n, class, it->length);
	}
	q->width -= it->width;
	if (narrow && q->min_width == it->width)
		q->min_width = least_width(n);
	q->count--;
}

/* Takes an empty node out; returns the lowest ancestor that is left. */
static struct node *detach(sj_queue *q, struct node *n)
{
	while (n->up != NULL && n->begin == n->end) {
		struct inner *p = n->up;
		unsigned s = n->slot;

		if (n->height == 0) {
			as_leaf(n)->next = q->all->free_leaf;
			q->all->free_leaf = as_leaf(n);
		} else {
			n->up = q->all->free_inner;
			q->all->free_inner = as_inner(n);
		}
		if (s == p->head.begin) {
			p->head.begin++;
		} else {
			move_branches(p, s, p, s + 1, p->head.end - s - 1u);
			p->head.end--;
		}
		n = &p->head;
	}
	return n;
}

static void drop_leaf(sj_queue *q, struct leaf *l)
{
	if (l->next != NULL)
		l->next->prev = l->prev;
	else
		q->last = l->prev;
	if (l->prev != NULL)
		l->prev->next = l->next;
	else
		q->first = l->next;
}

void sj_queue_remove(sj_queue *q, const sj_task *t)
{
	struct leaf *l = q->all->leaf_of[t->id];
	struct node *n = &l->head;
	unsigned i = n->begin;
	sj_queue_item gone;

	while (l->item[i].task != t)
		i++;
	gone = l->item[i];
	q->all->leaf_of[t->id] = NULL;
	if (i == n->begin) {
		n->begin++;
	} else {
		memmove(l->item + i, l->item + i + 1,
			(n->end - i - 1u) * sizeof(l->item[0]));
		n->end--;
	}
	if (n->begin == n->end && n->up != NULL) {
		drop_leaf(q, l);
		n = detach(q, n);
	}
	count_out(q, n, &gone);
	while (q->root->height > 0 && q->root->end - q->root->begin == 1) {
		struct inner *root = as_inner(q->root);

		q->root = root->child[root->head.begin];
		q->root->up = NULL;
		root->head.up = q->all->free_inner;
		q->all->free_inner = root;
	}
	if (q->count == 0)
		q->root->begin = q->root->end = 0;
}

void sj_queue_clear(sj_queue *q)
{
	while (q->count > 0)
		sj_queue_remove(q, q->first->item[q->first->head.begin].task);
}

/* ---- reading ------------------------------------------------------------------ */

uint32_t sj_queue_count(const sj_queue *q)
{
	return q->count;
}

uint32_t sj_queue_min_width(const sj_queue *q)
{
	return q->min_width;
}

bool sj_queue_has(const sj_queue *q, const sj_task *t)
{
	return t->id < q->all->bound && q->all->leaf_of[t->id] != NULL;
}

const sj_queue_item *sj_queue_first(const sj_queue *q)
{
	return q->count > 0 ? &q->first->item[q->first->head.begin] : NULL;
}

const sj_queue_item *sj_queue_find(const sj_queue *q, const sj_task *t)
{
	const sj_queue_item *it;

	if (!sj_queue_has(q, t))
		return NULL;
	it = q->all->leaf_of[t->id]->item + q->all->leaf_of[t->id]->head.begin;
	while (it->task != t)
		it++;
	return it;
}

/* Entry i of l, or the first of the next leaf. */
static const sj_queue_item *entry(const struct leaf *l, unsigned i)
{
	if (i < l->head.end)
		return &l->item[i];
	return l->next != NULL ? &l->next->item[l->next->head.begin] : NULL;
}

const sj_queue_item *sj_queue_next(const sj_queue *q, const sj_queue_item *it)
{
	const struct leaf *l = q->all->leaf_of[it->task->id];

	return entry(l, (unsigned)(it - l->item) + 1);
}

const sj_queue_item *sj_queue_after(const sj_queue *q, int64_t key, uint64_t seq)
{
	const struct leaf *l = descend(q, key, seq);

	return entry(l, leaf_after(l, key, seq));
}

/* ---- search by need ----------------------------------------------------------- */

struct want {
	int64_t  width, length, narrow;
	unsigned class; /* of width */
};

static const sj_queue_item *leaf_fit(const struct leaf *l, unsigned i,
				     const struct want *w)
{
	for (; i < l->head.end; i++) {
		const sj_queue_item *it = &l->item[i];

		if (it->width <= w->width &&
		    (it->length <= w->length || it->width <= w->narrow))
			return it;
	}
	return NULL;
}

/* The first branch from slot i on that may hold a fit; head.end if none. */
static unsigned branch_fit(const struct inner *in, unsigned i, const struct want *w)
{
	const int64_t *least = in->least[w->class];

	for (; i < in->head.end; i++)
		if (in->min_width[i] <= w->width &&
		    (least[i] <= w->length || in->min_width[i] <= w->narrow))
			break;
	return i;
}

const sj_queue_item *sj_queue_next_fit(const sj_queue *q, int64_t key, uint64_t seq,
				       int64_t width_max, int64_t length_max,
				       int64_t narrow_max)
{
	const struct want w = { width_max, length_max, narrow_max, class_of(width_max) };
	const sj_queue_item *it;
	const struct node *n;
	const struct leaf *l;

	if (q->min_width > width_max || q->count == 0)
		return NULL;
	l = descend(q, key, seq);
	it = leaf_fit(l, leaf_after(l, key, seq), &w);
	n = &l->head;
	/* Climb until a branch to the right may hold one, then go down its
	 * leftmost way. A branch can disappoint; then climb again. */
	while (it == NULL && n->up != NULL) {
		const struct inner *p = n->up;
		unsigned i = branch_fit(p, n->slot + 1u, &w);

		while (i < p->head.end && p->head.height > 1) {
			p = as_inner(p->child[i]);
			i = branch_fit(p, p->head.begin, &w);
		}
		if (i == p->head.end) {
			n = &p->head;
			continue;
		}
		l = as_leaf(p->child[i]);
		it = leaf_fit(l, l->head.begin, &w);
		n = &l->head;
	}
	return it;
}

const sj_queue_item *sj_queue_prefix(const sj_queue *q, int64_t need, int64_t *sum)
{
	struct node *n = q->root;
	int64_t have = 0;
	unsigned i;

	*sum = q->width;
	if (q->count == 0 || q->width < need)
		return NULL;
	while (n->height > 0) {
		struct inner *in = as_inner(n);

		for (i = n->begin; have + in->width[i] < need; i++)
			have += in->width[i];
		n = in->child[i];
	}
	i = n->begin;
	while ((have += as_leaf(n)->item[i].width) < need)
		i++;
	*sum = have;
	return &as_leaf(n)->item[i];
}

int64_t sj_queue_width_through(const sj_queue *q, int64_t key)
{
	struct node *n = q->root;
	int64_t sum = 0;
	unsigned i;

	while (n->height > 0) {
		struct inner *in = as_inner(n);

		for (i = n->begin; i < n->end && in->key[i] <= key; i++)
			sum += in->width[i];
		if (i == n->end)
			return sum;
		n = in->child[i];
	}
	for (i = n->begin; i < n->end && as_leaf(n)->item[i].key <= key; i++)
		sum += as_leaf(n)->item[i].width;
	return sum;
}

/* ---- new keys for all ------------------------------------------------------------ */

static int by_pair(const void *x, const void *y)
{
	const sj_queue_item *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* Says anew what is below n. */
static void redescribe(struct node *n)
{
	struct inner *in = as_inner(n);

	for (unsigned i = n->begin; n->height > 0 && i < n->end; i++) {
		redescribe(in->child[i]);
		describe(in, i, in->child[i], last_pair(in->child[i]));
	}
}

/* Copies all items with their new keys to the scratch; true if still in order. */
static bool collect(sj_queue *q, sj_queue_key_fn *key, void *arg)
{
	bool sorted = true;
	uint32_t n = 0;

	for (const struct leaf *l = q->first; l != NULL; l = l->next)
		for (unsigned i = l->head.begin; i < l->head.end; i++, n++) {
			q->all->scratch[n] = l->item[i];
			q->all->scratch[n].key = key(arg, l->item[i].task);
			sorted = sorted && (n == 0 ||
				by_pair(&q->all->scratch[n - 1], &q->all->scratch[n]) < 0);
		}
	return sorted;
}

void sj_queue_rekey(sj_queue *q, sj_queue_key_fn *key, void *arg)
{
	const sj_queue_item *from;

	if (q->count > q->all->scratch_size) {
		uint32_t size = q->all->bound; /* >= count, grows by doubling */

		q->all->scratch = sj_grow(q->cx, q->all->scratch,
					  q->all->scratch_size * sizeof(q->all->scratch[0]),
					  size * sizeof(q->all->scratch[0]));
		q->all->scratch_size = size;
	}
	if (!collect(q, key, arg))
		qsort(q->all->scratch, q->count, sizeof(q->all->scratch[0]), by_pair);
	/* The shape of the tree stays; only what its places hold changes. */
	from = q->all->scratch;
	for (struct leaf *l = q->first; l != NULL; l = l->next)
		for (unsigned i = l->head.begin; i < l->head.end; i++) {
			l->item[i] = *from++;
			q->all->leaf_of[l->item[i].task->id] = l;
		}
	redescribe(q->root);
}
