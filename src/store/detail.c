/* SPDX-License-Identifier: GPL-3.0-or-later */
/* detail.c - what is stored only on request or thinned: samples, decisions, allocations. */
#include "store/store_priv.h"

int store_sample(struct store *st, const sj_sample *p, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_SAMPLE, "INSERT INTO sample VALUES (?,?,?,?,?,?,?,?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	sqlite3_bind_int64(s, 2, p->at_ns);
	sqlite3_bind_int64(s, 3, p->procs_busy);
	sqlite3_bind_int64(s, 4, p->running);
	sqlite3_bind_int64(s, 5, p->waiting);
	sqlite3_bind_int64(s, 6, (int64_t)p->procs_wanted);
	sqlite3_bind_int64(s, 7, p->procs_up);
	sqlite3_bind_int64(s, 8, (int64_t)p->gpu_milli_busy);
	sqlite3_bind_int64(s, 9, (int64_t)p->gpu_milli_up);
	if (p->gpu_milli_frag == UINT64_MAX)
		sqlite3_bind_null(s, 10);
	else
		sqlite3_bind_int64(s, 10, (int64_t)p->gpu_milli_frag);
	return store_step(st, s, err);
}

int store_decision(struct store *st, const sj_decision *d, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_DECISION, "INSERT INTO decision VALUES (?,?,?,?,?,?)", &s,
			    err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	sqlite3_bind_int64(s, 2, d->at_ns);
	sqlite3_bind_int64(s, 3, (int64_t)d->seq);
	sqlite3_bind_int64(s, 4, d->task);
	sqlite3_bind_text(s, 5, sj_decision_names[d->kind], -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 6, d->reason, -1, SQLITE_STATIC); /* NULL is NULL */
	return store_step(st, s, err);
}

int store_alloc(struct store *st, const sj_alloc_record *a, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_ALLOC, "INSERT INTO alloc VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	sqlite3_bind_int64(s, 2, (int64_t)a->seq);
	sqlite3_bind_int64(s, 3, a->task);
	sqlite3_bind_int64(s, 4, a->from_ns);
	sqlite3_bind_int64(s, 5, a->to_ns);
	sqlite3_bind_int64(s, 6, a->first);
	sqlite3_bind_int64(s, 7, a->last);
	if (a->node == UINT32_MAX)
		sqlite3_bind_null(s, 8);
	else
		sqlite3_bind_int64(s, 8, a->node);
	sqlite3_bind_int64(s, 9, a->ranks);
	sqlite3_bind_int64(s, 10, a->cores);
	sqlite3_bind_int64(s, 11, (int64_t)a->gpus);
	sqlite3_bind_int64(s, 12, a->gpu_milli);
	sqlite3_bind_int64(s, 13, (int64_t)a->mem_bytes);
	return store_step(st, s, err);
}

int store_sample_node(struct store *st, const struct timelines_node *n, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_SAMPLE_NODE,
			    "INSERT INTO sample_node VALUES (?,?,?,?,?,?,?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	sqlite3_bind_int64(s, 2, n->node);
	sqlite3_bind_int64(s, 3, n->nodes);
	sqlite3_bind_int64(s, 4, n->from_ns);
	sqlite3_bind_int64(s, 5, n->to_ns);
	sqlite3_bind_int64(s, 6, n->core_ns);
	sqlite3_bind_int64(s, 7, n->gpu_milli_ns);
	sqlite3_bind_int64(s, 8, (int64_t)n->mem_bytes);
	sqlite3_bind_int64(s, 9, n->down_ns);
	return store_step(st, s, err);
}

int store_sample_gpu(struct store *st, const struct timelines_gpu *g, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_SAMPLE_GPU, "INSERT INTO sample_gpu VALUES (?,?,?,?,?,?)", &s,
			    err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	sqlite3_bind_int64(s, 2, g->node);
	sqlite3_bind_int64(s, 3, g->gpu);
	sqlite3_bind_int64(s, 4, g->from_ns);
	sqlite3_bind_int64(s, 5, g->to_ns);
	sqlite3_bind_int64(s, 6, g->milli_ns);
	return store_step(st, s, err);
}

int store_node(struct store *st, const sj_node_record *n, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_NODE, "INSERT INTO node_event VALUES (?,?,?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	sqlite3_bind_int64(s, 2, n->at_ns);
	sqlite3_bind_int64(s, 3, n->node);
	sqlite3_bind_text(s, 4, sj_node_change_names[n->change], -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 5, n->killed);
	return store_step(st, s, err);
}
