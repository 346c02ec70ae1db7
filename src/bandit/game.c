/* SPDX-License-Identifier: GPL-3.0-or-later */
/* game.c - see game.h. */
#include "bandit/game.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "bandit/memory.h"
#include "sojourn/rng.h"

#define ROUNDS_MAX 10000000u

struct reader {
	const char *path;
	struct game *g;
	sj_error   *err;
};

/* ---- reading --------------------------------------------------------------------- */

/* rows[from ..] of equal width with all values in [lo, hi], one after the other. */
static int read_rows(const struct reader *r, const char *key, const json_t *rows,
		     const double range[2], uint32_t *width, double **out)
{
	size_t i, j, n = json_array_size(rows);
	const json_t *row, *v;

	*width = (uint32_t)json_array_size(json_array_get(rows, 0));
	*out = bandit_memory(&r->g->arena, (n * *width + 1) * sizeof(**out));
	json_array_foreach(rows, i, row) {
		if (json_array_size(row) != *width || *width == 0)
			return sj_fail(r->err, SJ_EPARSE, "%s: %s: row %zu has %zu values; "
				       "expected a list of %u", r->path, key, i + 1,
				       json_array_size(row), *width);
		json_array_foreach(row, j, v) {
			double x = json_is_number(v) ? json_number_value(v) : NAN;

			if (!(x >= range[0] && x <= range[1]))
				return sj_fail(r->err, SJ_EPARSE, "%s: %s: row %zu, value %zu: "
					       "expected a number in [%g, %g]", r->path, key,
					       i + 1, j + 1, range[0], range[1]);
			(*out)[i * *width + j] = x;
		}
	}
	return SJ_OK;
}

static int read_rewards(struct reader *r, const json_t *rows)
{
	const double unit[2] = { 0, 1 };
	int rc;

	if (json_array_size(rows) == 0 || json_array_size(rows) > ROUNDS_MAX)
		return sj_fail(r->err, SJ_EPARSE, "%s: \"rewards\": expected 1 to %u rounds, each "
			       "a list of a reward for every arm", r->path, ROUNDS_MAX);
	r->g->rounds = (uint32_t)json_array_size(rows);
	rc = read_rows(r, "rewards", rows, unit, &r->g->arms, &r->g->reward);
	if (rc == SJ_OK && r->g->arms > SJ_LEARNER_ARMS)
		return sj_fail(r->err, SJ_EPARSE, "%s: %u arms; expected at most %u", r->path,
			       r->g->arms, SJ_LEARNER_ARMS);
	return rc;
}

static int read_contexts(struct reader *r, const json_t *rows)
{
	const double any[2] = { -1e9, 1e9 };

	if (rows == NULL)
		return SJ_OK;
	if (json_array_size(rows) != r->g->rounds)
		return sj_fail(r->err, SJ_EPARSE, "%s: \"contexts\": expected one for each of %u "
			       "rounds", r->path, r->g->rounds);
	if (json_array_size(json_array_get(rows, 0)) > SJ_LEARNER_FEATURES)
		return sj_fail(r->err, SJ_EPARSE, "%s: \"contexts\": expected at most %u features",
			       r->path, SJ_LEARNER_FEATURES);
	return read_rows(r, "contexts", rows, any, &r->g->features, &r->g->context);
}

static int read_draws(struct reader *r, const json_t *list)
{
	size_t i;
	const json_t *v;

	if (list == NULL)
		return SJ_OK;
	r->g->draws = json_array_size(list);
	r->g->draw = bandit_memory(&r->g->arena, (r->g->draws + 1) * sizeof(double));
	json_array_foreach(list, i, v) {
		double x = json_is_number(v) ? json_number_value(v) : NAN;

		if (!(x >= 0 && x < 1))
			return sj_fail(r->err, SJ_EPARSE, "%s: \"draws\": value %zu: expected a "
				       "number from 0 to below 1", r->path, i + 1);
		r->g->draw[i] = x;
	}
	return SJ_OK;
}

static int read_document(struct reader *r, json_t *doc)
{
	static const char *const known[] = { "rewards", "contexts", "draws" };
	const char *key;
	json_t *v;
	int rc;

	json_object_foreach(doc, key, v)
		if (strcmp(key, known[0]) != 0 && strcmp(key, known[1]) != 0 &&
		    strcmp(key, known[2]) != 0)
			return sj_fail(r->err, SJ_EPARSE, "%s: no key \"%.40s\"; known are "
				       "rewards, contexts, draws", r->path, key);
	rc = read_rewards(r, json_object_get(doc, "rewards"));
	if (rc == SJ_OK)
		rc = read_contexts(r, json_object_get(doc, "contexts"));
	return rc == SJ_OK ? read_draws(r, json_object_get(doc, "draws")) : rc;
}

int game_read(const char *path, struct game *out, sj_error *err)
{
	struct reader r = { path, out, err };
	json_error_t where;
	json_t *doc = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
	int rc;

	*out = (struct game){ .rounds = 0 };
	if (doc == NULL && where.line < 0)
		return sj_fail(err, SJ_EIO, "%s: cannot be read", path);
	if (doc == NULL)
		return sj_fail(err, SJ_EPARSE, "%s:%d: %s", path, where.line, where.text);
	rc = json_is_object(doc) ? read_document(&r, doc) :
	     sj_fail(err, SJ_EPARSE, "%s: expected an object with \"rewards\"", path);
	json_decref(doc);
	if (rc != SJ_OK)
		game_fini(out);
	return rc;
}

void game_fini(struct game *g)
{
	sj_arena_free(&g->arena);
}

/* ---- draws that are given: a generator of random numbers for GSL -------------------- */

struct given {
	const struct game *g;
	size_t             next; /* also counts those that are not there */
};

static double given_double(void *state)
{
	struct given *s = state;
	size_t i = s->next++;

	return i < s->g->draws ? s->g->draw[i] : 0;
}

static unsigned long given_get(void *state)
{
	return (unsigned long)(given_double(state) * 4294967296.0);
}

static void given_set(void *state, unsigned long seed)
{
	(void)seed;
	((struct given *)state)->next = 0;
}

static const gsl_rng_type given_type = {
	.name = "given", .max = 0xffffffffUL, .size = sizeof(struct given),
	.set = given_set, .get = given_get, .get_double = given_double,
};

/* ---- playing ----------------------------------------------------------------------- */

static void play(struct game *g, sj_learner *l, gsl_rng *rng, struct game_result *out)
{
	for (uint32_t t = 0; t < g->rounds; t++) {
		const double *x = g->context != NULL ? g->context + (size_t)t * g->features : NULL;
		sj_play p = sj_learner_choose(l, x, rng);
		double reward = g->reward[(size_t)t * g->arms + p.arm];

		sj_learner_observe(l, p, x, reward);
		out->arm[t] = p.arm;
		out->count[p.arm]++;
		out->total += reward;
	}
}

static double best_total(const struct game *g)
{
	double best = 0;

	for (uint32_t k = 0; k < g->arms; k++) {
		double sum = 0;

		for (uint32_t t = 0; t < g->rounds; t++)
			sum += g->reward[(size_t)t * g->arms + k];
		best = fmax(best, sum);
	}
	return best;
}

int game_play(struct game *g, const char *spec, uint64_t seed, struct game_result *out,
	      sj_error *err)
{
	struct given given = { g, 0 };
	gsl_rng fixed = { &given_type, &given }, *rng = &fixed;
	sj_learner *l;
	int rc = sj_learner_create("bandit", spec, g->arms, g->features, bandit_memory,
				   &g->arena, &l, err);

	if (rc != SJ_OK)
		return rc;
	if (g->draw == NULL)
		rng = sj_rng_create(seed, "bandit.learner", 0);
	if (rng == NULL)
		return SJ_ENOMEM;
	*out = (struct game_result){
		.learner = l,
		.arm = bandit_memory(&g->arena, g->rounds * sizeof(*out->arm)),
		.count = bandit_memory(&g->arena, g->arms * sizeof(*out->count)),
		.best = best_total(g),
	};
	play(g, l, rng, out);
	if (g->draw == NULL)
		gsl_rng_free(rng);
	else if (given.next != g->draws)
		return sj_fail(err, SJ_EINVAL, "%s draws %zu numbers in %u rounds, but the table "
			       "gives %zu", spec, given.next, g->rounds, g->draws);
	return SJ_OK;
}
