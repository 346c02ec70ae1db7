/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer.c - a ring of batches between the simulation and the thread that writes. */
#include "run/writer.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 1024u
#define RING  16u

struct batch {
	uint32_t      count;
	sj_job_record record[BATCH];
};

struct writer {
	struct store   *store;
	pthread_t       thread;
	pthread_mutex_t lock;
	pthread_cond_t  moved;     /* head, tail, closed or rc changed */
	uint64_t        head, tail; /* batches written, handed in */
	bool            closed;
	int             rc;        /* of the store */
	sj_error        err;
	struct batch    ring[RING];
};

/* The next batch to write; NULL when there will be none. */
static struct batch *wait_for_work(struct writer *w, int *rc)
{
	struct batch *b = NULL;

	pthread_mutex_lock(&w->lock);
	while (w->head == w->tail && !w->closed)
		pthread_cond_wait(&w->moved, &w->lock);
	if (w->head != w->tail)
		b = &w->ring[w->head % RING];
	*rc = w->rc;
	pthread_mutex_unlock(&w->lock);
	return b;
}

static void *work(void *self)
{
	struct writer *w = self;
	struct batch *b;
	int rc;

	while ((b = wait_for_work(w, &rc)) != NULL) {
		sj_error err = { 0 };

		if (rc == SJ_OK) /* else only empties the ring */
			rc = store_jobs(w->store, b->record, b->count, &err);
		pthread_mutex_lock(&w->lock);
		if (w->rc == SJ_OK && rc != SJ_OK) {
			w->rc = rc;
			w->err = err;
		}
		w->head++;
		pthread_cond_signal(&w->moved);
		pthread_mutex_unlock(&w->lock);
	}
	return NULL;
}

/* Signals are for the main thread, whose system calls they may cut short. */
static int create_thread(struct writer *w)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	rc = pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

int writer_start(struct store *st, struct writer **out, sj_error *err)
{
	struct writer *w = calloc(1, sizeof(*w));
	int rc;

	if (w == NULL)
		return SJ_ENOMEM;
	w->store = st;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->moved, NULL);
	rc = create_thread(w);
	if (rc != 0) {
		pthread_cond_destroy(&w->moved);
		pthread_mutex_destroy(&w->lock);
		free(w);
		return sj_fail(err, SJ_EFAIL, "no second thread for writing results: %s",
			       strerror(rc));
	}
	*out = w;
	return SJ_OK;
}

static int push(struct writer *w, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct batch *b;
	int rc;

	pthread_mutex_lock(&w->lock);
	while (w->tail - w->head == RING)
		pthread_cond_wait(&w->moved, &w->lock);
	rc = w->rc;
	if (rc != SJ_OK && err != NULL)
		*err = w->err;
	pthread_mutex_unlock(&w->lock);
	if (rc != SJ_OK)
		return rc;
	/* The slot at the tail is ours alone until the tail moves. */
	b = &w->ring[w->tail % RING];
	b->count = n;
	memcpy(b->record, r, n * sizeof(*r));
	pthread_mutex_lock(&w->lock);
	w->tail++;
	pthread_cond_signal(&w->moved);
	pthread_mutex_unlock(&w->lock);
	return SJ_OK;
}

int writer_jobs(struct writer *w, const sj_job_record *r, uint32_t n, sj_error *err)
{
	int rc = SJ_OK;

	while (rc == SJ_OK && n > 0) {
		uint32_t k = n < BATCH ? n : BATCH;

		rc = push(w, r, k, err);
		r += k;
		n -= k;
	}
	return rc;
}

int writer_stop(struct writer *w, bool finish, sj_error *err)
{
	int rc;

	if (w == NULL)
		return SJ_OK;
	pthread_mutex_lock(&w->lock);
	w->closed = true;
	if (!finish && w->rc == SJ_OK)
		w->rc = SJ_EINTR;
	pthread_cond_signal(&w->moved);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	rc = w->rc;
	if (rc != SJ_OK && finish && err != NULL)
		*err = w->err;
	pthread_cond_destroy(&w->moved);
	pthread_mutex_destroy(&w->lock);
	free(w);
	return finish ? rc : SJ_OK;
}
