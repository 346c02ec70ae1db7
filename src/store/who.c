/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * who.c - users, groups and queues once each: job rows carry one small number
 * instead of three.
 */
#include <stdlib.h>

#include "store/store_priv.h"

static uint64_t mix(uint32_t user, uint32_t group, uint32_t queue)
{
	uint64_t h = user * UINT64_C(0x9e3779b97f4a7c15);

	h = (h ^ (h >> 29) ^ group) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ (h >> 31) ^ queue) * UINT64_C(0x94d049bb133111eb);
	return h ^ (h >> 30);
}

/* The slot of that triple, or the empty one where it belongs. */
static struct who_slot *find(const struct who_table *w, uint32_t user, uint32_t group,
			     uint32_t queue)
{
	uint64_t i = mix(user, group, queue);

	for (;; i++) {
		struct who_slot *s = &w->slot[i & (w->cap - 1)];

		if (!s->used ||
		    (s->user == user && s->group == group && s->queue == queue))
			return s;
	}
}

static int grow(struct who_table *w)
{
	struct who_table bigger = { .cap = w->cap != 0 ? 2 * w->cap : 256,
				    .count = w->count };

	bigger.slot = calloc(bigger.cap, sizeof(*bigger.slot));
	if (bigger.slot == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < w->cap; i++) {
		struct who_slot *s = &w->slot[i];

		if (s->used)
			*find(&bigger, s->user, s->group, s->queue) = *s;
	}
	free(w->slot);
	*w = bigger;
	return SJ_OK;
}

static int add(struct store *st, uint32_t user, uint32_t group, uint32_t queue,
	       int64_t id, sj_error *err)
{
	struct who_table *w = &st->who;

	if (2 * (w->count + 1) > w->cap && grow(w) != SJ_OK)
		return sj_fail(err, SJ_ENOMEM, "%s: out of memory", st->path);
	*find(w, user, group, queue) = (struct who_slot){ user, group, queue, true, id };
	w->count++;
	return SJ_OK;
}

/* SQLite stores an integer in as many bytes as its signed value needs, so the first
 * 256 ids use both signs: one byte in every job row instead of two. */
static int64_t nth_id(uint32_t n)
{
	if (n < 128)
		return n;
	return n < 256 ? 127 - (int64_t)n : (int64_t)n - 128;
}

int who_load(struct store *st, sj_error *err)
{
	sqlite3_stmt *s = NULL;
	int rc = SJ_OK, step;

	who_fini(&st->who);
	if (sqlite3_prepare_v2(st->db, "SELECT id, user_id, group_id, queue FROM who", -1, &s,
			       NULL) != SQLITE_OK)
		return store_fail(st, err);
	while (rc == SJ_OK && (step = sqlite3_step(s)) != SQLITE_DONE) {
		if (step != SQLITE_ROW)
			rc = store_fail(st, err);
		else
			rc = add(st, (uint32_t)sqlite3_column_int64(s, 1),
				 (uint32_t)sqlite3_column_int64(s, 2),
				 (uint32_t)sqlite3_column_int64(s, 3),
				 sqlite3_column_int64(s, 0), err);
	}
	sqlite3_finalize(s);
	return rc;
}

int who_id(struct store *st, uint32_t user, uint32_t group, uint32_t queue, int64_t *id,
	   sj_error *err)
{
	struct who_slot *slot = st->who.cap != 0 ? find(&st->who, user, group, queue) : NULL;
	sqlite3_stmt *s;
	int rc;

	if (slot != NULL && slot->used) {
		*id = slot->id;
		return SJ_OK;
	}
	rc = store_stmt(st, STMT_WHO, "INSERT INTO who VALUES (?, ?, ?, ?)", &s, err);
	if (rc != SJ_OK)
		return rc;
	*id = nth_id(st->who.count);
	sqlite3_bind_int64(s, 1, *id);
	sqlite3_bind_int64(s, 2, user);
	sqlite3_bind_int64(s, 3, group);
	sqlite3_bind_int64(s, 4, queue);
	rc = store_step(st, s, err);
	return rc != SJ_OK ? rc : add(st, user, group, queue, *id, err);
}

void who_fini(struct who_table *w)
{
	free(w->slot);
	*w = (struct who_table){ 0 };
}
