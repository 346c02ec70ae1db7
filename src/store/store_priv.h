/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_priv.h - the open database, shared by the files of the store alone. */
#ifndef STORE_PRIV_H
#define STORE_PRIV_H

#include "store/store.h"

#define STORE_APPLICATION_ID 1397379150 /* "SJRN" */
#define STORE_VERSION        4
#define STORE_ROWS           16u   /* rows of one INSERT of jobs */
#define STORE_BATCH          1024u /* job records collected before they are written */

extern const char sj_sql_schema[];

/* (user, group, queue) to the row of `who`; all zero is no row. */
struct who_slot {
	uint32_t user, group, queue;
	bool     used;
	int64_t  id;
};
struct who_table {
	struct who_slot *slot; /* open addressing; looked up, never walked */
	uint32_t         cap, count;
};

enum store_stmt {
	STMT_JOBS, STMT_JOB, STMT_BUSY, STMT_WHO, STMT_SAMPLE, STMT_DECISION, STMT_ALLOC,
	STMT_SAMPLE_NODE, STMT_SAMPLE_GPU, STMT_NODE, STMT_TRANSFER, STMT_LINK,
	STMT_SAMPLE_LINK, STMT_ARM, STMT_ROUND, STMT_COUNT
};

struct store {
	sqlite3          *db;
	char             *path;
	bool              created;   /* by this process */
	bool              writing;
	bool              failed;    /* a write failed */
	bool              open_run;  /* between begin and end */
	uint32_t          begun, finished; /* runs, by this process */
	uint32_t          run;
	uint64_t          jobs;      /* of this run, handed in so far */
	uint64_t          busy_ns;
	struct who_table  who;
	uint32_t          batched;
	sj_job_record     batch[STORE_BATCH];
	sqlite3_stmt     *stmt[STMT_COUNT];
};

/* Runs SQL text that returns no rows. */
int  store_exec(struct store *st, const char *sql, sj_error *err);
/* The statement `which`, prepared once from `sql` and ready for binding. */
int  store_stmt(struct store *st, enum store_stmt which, const char *sql,
		sqlite3_stmt **out, sj_error *err);
/* Steps a statement that returns no rows and resets it. */
int  store_step(struct store *st, sqlite3_stmt *s, sj_error *err);

/* migrate.c: a file of an older version is made one of this, within a transaction;
 * or stays what it is, and reads like one of this. */
int  store_grow(struct store *st, int64_t version, sj_error *err);
int  store_read_old(struct store *st, int64_t version, sj_error *err);

/* rows.c: writes the batch. */
int  store_flush(struct store *st, sj_error *err);

/* who.c */
int  who_load(struct store *st, sj_error *err);
/* For a triple that is not all zero. */
int  who_id(struct store *st, uint32_t user, uint32_t group, uint32_t queue,
	    int64_t *id, sj_error *err);
void who_fini(struct who_table *w);

#endif
