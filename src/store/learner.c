/* SPDX-License-Identifier: GPL-3.0-or-later */
/* learner.c - what a run's learner did: its arms, and a row a round; and read again. */
#include "store/learner.h"

#include <jansson.h>
#include <math.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_priv.h"

/* ---- writing ------------------------------------------------------------------------ */

static char *list_text(const double *v, uint32_t n)
{
	json_t *list = json_array();
	char *text;

	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(list, isfinite(v[i]) ? json_real(v[i]) : json_null());
	text = json_dumps(list, JSON_COMPACT | JSON_REAL_PRECISION(17));
	json_decref(list);
	return text;
}

int store_learning(struct store *st, const sj_learning *l, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = SJ_OK;

	for (uint32_t k = 0; k < l->arms && rc == SJ_OK; k++) {
		rc = store_stmt(st, STMT_ARM, "INSERT INTO arm VALUES (?,?,?,?)", &s, err);
		if (rc != SJ_OK)
			return rc;
		sqlite3_bind_int64(s, 1, st->run);
		sqlite3_bind_int64(s, 2, k + 1);
		sqlite3_bind_text(s, 3, l->arm[k], -1, SQLITE_TRANSIENT);
		sqlite3_bind_text(s, 4, l->learner, -1, SQLITE_TRANSIENT);
		rc = store_step(st, s, err);
	}
	return rc;
}

int store_round(struct store *st, const sj_round *r, uint32_t known, sj_error *err)
{
	char *scores = list_text(r->score, r->arms), *context = list_text(r->context, r->features);
	sqlite3_stmt *s;
	int rc = scores != NULL && context != NULL ? SJ_OK : sj_fail(err, SJ_ENOMEM, "no memory");

	if (rc == SJ_OK)
		rc = store_stmt(st, STMT_ROUND,
				"INSERT INTO learner VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", &s, err);
	if (rc == SJ_OK) {
		sqlite3_bind_int64(s, 1, st->run);
		sqlite3_bind_int64(s, 2, r->round);
		sqlite3_bind_int64(s, 3, r->arm + 1);
		if (r->begin_ns != SJ_NEVER)
			sqlite3_bind_int64(s, 4, r->begin_ns);
		if (r->end_ns != SJ_NEVER)
			sqlite3_bind_int64(s, 5, r->end_ns);
		sqlite3_bind_int64(s, 6, known);
		sqlite3_bind_double(s, 7, r->cost);
		sqlite3_bind_double(s, 8, r->reward);
		sqlite3_bind_double(s, 9, r->regret);
		sqlite3_bind_int64(s, 10, r->counted);
		sqlite3_bind_int64(s, 11, r->waiting);
		sqlite3_bind_int64(s, 12, r->clipped);
		sqlite3_bind_double(s, 13, r->probability);
		sqlite3_bind_text(s, 14, scores, -1, SQLITE_TRANSIENT);
		sqlite3_bind_text(s, 15, context, -1, SQLITE_TRANSIENT);
		rc = store_step(st, s, err);
	}
	free(scores);
	free(context);
	return rc;
}

/* ---- reading ------------------------------------------------------------------------ */

static int grow(struct saved_learners *out)
{
	sj_saved_learning *s = realloc(out->saved, (out->count + 1) * sizeof(*s));
	struct learning *l = s == NULL ? NULL : realloc(out->of, (out->count + 1) * sizeof(*l));

	if (s != NULL)
		out->saved = s;
	if (l == NULL)
		return SJ_ENOMEM;
	out->of = l;
	out->of[out->count] = (struct learning){ .count = 0 };
	return SJ_OK;
}

static int read_arms(sqlite3 *db, int64_t run, struct learning *l)
{
	sqlite3_stmt *s = NULL;
	const char *arm[SJ_LEARNER_ARMS];
	sj_learning what = { NULL, 0, arm };
	char *learner = NULL;
	int rc = SJ_OK;

	if (sqlite3_prepare_v2(db, "SELECT spec, learner FROM arm WHERE run = ? ORDER BY arm", -1,
			       &s, NULL) != SQLITE_OK)
		return SJ_EIO;
	sqlite3_bind_int64(s, 1, run);
	while (sqlite3_step(s) == SQLITE_ROW && what.arms < SJ_LEARNER_ARMS) {
		arm[what.arms++] = strdup((const char *)sqlite3_column_text(s, 0));
		if (learner == NULL)
			learner = strdup((const char *)sqlite3_column_text(s, 1));
	}
	sqlite3_finalize(s);
	what.learner = learner;
	rc = learner != NULL ? learning_begin(l, &what) : SJ_EINVAL;
	for (uint32_t k = 0; k < what.arms; k++)
		free((char *)(uintptr_t)(const void *)arm[k]);
	free(learner);
	return rc;
}

/* Numbers of a JSON array into `out`; how many, or -1 for something else. */
static int read_list(const unsigned char *text, double *out, uint32_t most)
{
	json_t *list = text == NULL ? NULL : json_loads((const char *)text, 0, NULL), *v;
	size_t n = json_array_size(list), i;
	int count = json_is_array(list) && n <= most ? (int)n : -1;

	if (count >= 0)
		json_array_foreach(list, i, v)
			out[i] = json_is_number(v) ? json_number_value(v) : NAN;
	json_decref(list);
	return count;
}

static int read_round(sqlite3_stmt *s, struct learning *l)
{
	double score[SJ_LEARNER_ARMS], context[SJ_LEARNER_FEATURES];
	int scores = read_list(sqlite3_column_text(s, 7), score, SJ_LEARNER_ARMS),
	    features = read_list(sqlite3_column_text(s, 8), context, SJ_LEARNER_FEATURES);
	int64_t arm = sqlite3_column_int64(s, 1);
	sj_round r = {
		.round = (uint32_t)sqlite3_column_int64(s, 0), .arm = (uint32_t)arm - 1,
		.begin_ns = SJ_NEVER, .end_ns = SJ_NEVER,
		.cost = sqlite3_column_double(s, 2), .reward = sqlite3_column_double(s, 3),
		.regret = sqlite3_column_double(s, 4),
		.probability = sqlite3_column_double(s, 5),
		.counted = (uint32_t)sqlite3_column_int64(s, 6),
		.waiting = (uint32_t)sqlite3_column_int64(s, 9),
		.clipped = sqlite3_column_int(s, 10) != 0,
		.arms = (uint32_t)scores, .features = (uint32_t)features,
		.score = score, .context = context,
	};

	if (scores != (int)l->what.arms || features < 0 || arm < 1 || arm > l->what.arms ||
	    !(r.reward >= 0 && r.reward <= 1) || !(r.probability >= 0 && r.probability <= 1))
		return SJ_EINVAL;
	return learning_add(l, &r);
}

static int read_rounds(sqlite3 *db, int64_t run, struct learning *l)
{
	sqlite3_stmt *s = NULL;
	int rc = SJ_OK;

	if (sqlite3_prepare_v2(db, "SELECT round, arm, cost, reward, regret, probability, counted, "
			       "scores, context, waiting, clipped FROM learner WHERE run = ? ORDER "
			       "BY known", -1, &s, NULL) != SQLITE_OK)
		return SJ_EIO;
	sqlite3_bind_int64(s, 1, run);
	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW)
		rc = read_round(s, l);
	sqlite3_finalize(s);
	return rc;
}

static int read_one(sqlite3 *db, int64_t run, struct saved_learners *out)
{
	struct learning *l;
	int rc = grow(out);

	if (rc != SJ_OK)
		return rc;
	l = &out->of[out->count++];
	rc = read_arms(db, run, l);
	if (rc == SJ_OK)
		rc = read_rounds(db, run, l);
	out->saved[out->count - 1].run = (uint32_t)run;
	return rc;
}

int saved_learners_read(const char *path, struct saved_learners *out, sj_error *err)
{
	struct store *st = NULL;
	sqlite3_stmt *s = NULL;
	int rc = store_open(path, &st, err);

	*out = (struct saved_learners){ .count = 0 };
	if (rc != SJ_OK)
		return rc;
	if (sqlite3_prepare_v2(store_db(st), "SELECT DISTINCT run FROM arm JOIN run ON run.id = "
			       "arm.run WHERE run.status = 'complete' ORDER BY run", -1, &s, NULL) !=
	    SQLITE_OK)
		rc = store_fail(st, err);
	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW) {
		rc = read_one(store_db(st), sqlite3_column_int64(s, 0), out);
		if (rc != SJ_OK)
			sj_fail(err, rc, "%s: the learner of run %lld cannot be read", path,
				(long long)sqlite3_column_int64(s, 0));
	}
	sqlite3_finalize(s);
	store_close(st);
	if (rc == SJ_OK && out->count == 0)
		rc = sj_fail(err, SJ_EINVAL, "%s: no complete run of it has learned anything; "
			     "expected one of the policy bandit", path);
	for (uint32_t i = 0; i < out->count && rc == SJ_OK; i++) {
		out->saved[i].what = out->of[i].what;
		out->saved[i].round = out->of[i].round;
		out->saved[i].rounds = out->of[i].count;
	}
	if (rc != SJ_OK)
		saved_learners_fini(out);
	return rc;
}

void saved_learners_fini(struct saved_learners *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		learning_fini(&s->of[i]);
	free(s->of);
	free(s->saved);
	*s = (struct saved_learners){ .count = 0 };
}

void saved_learning_digest(const sj_saved_learning *s, char hex[65])
{
	SHA2_CTX sha;
	char line[160];

	SHA256Init(&sha);
	for (uint32_t k = 0; k < s->what.arms; k++)
		SHA256Update(&sha, (const uint8_t *)s->what.arm[k], strlen(s->what.arm[k]) + 1);
	for (uint32_t i = 0; i < s->rounds; i++) {
		const sj_round *r = &s->round[i];
		int n = snprintf(line, sizeof(line), "%u %u %.17g %.17g", r->round, r->arm,
				 r->reward, r->probability);

		SHA256Update(&sha, (const uint8_t *)line, (size_t)n);
		for (uint32_t f = 0; f < r->features; f++) {
			n = snprintf(line, sizeof(line), " %.17g", r->context[f]);
			SHA256Update(&sha, (const uint8_t *)line, (size_t)n);
		}
	}
	SHA256End(&sha, hex);
}
