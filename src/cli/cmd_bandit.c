/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_bandit.c - `sojourn bandit`: learners apart from any machine. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bandit/memory.h"
#include "cli/bandit_out.h"
#include "cli/commands.h"

#define ROUNDS_MAX 1000000000u
#define DELAY_MAX  1000000u

struct flags {
	const char     *table, *means;
	struct opt_list shifts;
	uint64_t        rounds, runs, delay, seed;
	bool            list, json;
};

static int parse(int argc, char **argv, struct flags *f, int *first)
{
	const struct opt opts[] = {
		{ 0, "table", OPT_STRING, &f->table, "FILE.json",
		  "Rewards of every arm in every round; contexts and draws if need be." },
		{ 0, "means", OPT_STRING, &f->means, "M1,M2,...",
		  "Or arms whose reward is 1 with these probabilities, else 0." },
		{ 0, "shift", OPT_LIST, &f->shifts, "FROM-TO:ARM=M",
		  "In rounds FROM to TO - 1, from 0, an arm has another mean." },
		{ 0, "rounds", OPT_COUNT, &f->rounds, "N", "Plays of a run (1000)." },
		{ 0, "runs", OPT_COUNT, &f->runs, "N", "Independent runs (1000)." },
		{ 0, "delay", OPT_COUNT, &f->delay, "N",
		  "A reward is known after so many further plays (0)." },
		{ 0, "seed", OPT_COUNT, &f->seed, "N", "Of rewards and draws (1)." },
		{ 0, "list", OPT_FLAG, &f->list, NULL, "List the learners and their parameters." },
		{ 0, "json", OPT_FLAG, &f->json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};

	return opts_parse(argc, argv, opts, "bandit [flags] LEARNER[:K=V,...]...",
			  "What learners of the policy `bandit` do, apart from any machine: the "
			  "arms they play on a table of rewards, or their regret on arms of "
			  "known means, beside what is proved.", first);
}

/* ---- arms of known means ------------------------------------------------------------ */

static int probability(const char *what, const char *text, double *out, sj_error *err)
{
	int rc = sj_parse_double(what, text, out, err);

	return rc == SJ_OK && !(*out >= 0 && *out <= 1) ?
	       sj_fail(err, SJ_EUSAGE, "%s: %s; expected a probability, 0 to 1", what, text) : rc;
}

static int read_means(const char *list, struct odds *t, sj_error *err)
{
	for (const char *s = list; ; s++) {
		size_t n = strcspn(s, ",");
		char one[40];
		int rc;

		if (t->arms == SJ_LEARNER_ARMS)
			return sj_fail(err, SJ_EUSAGE, "--means: more than %u arms",
				       SJ_LEARNER_ARMS);
		snprintf(one, sizeof(one), "%.*s", (int)(n < 39 ? n : 39), s);
		rc = probability("--means", one, &t->mean[t->arms++], err);
		s += n;
		if (rc != SJ_OK || *s == '\0')
			return rc;
	}
}

static int read_shift(const char *text, struct odds *t, sj_error *err)
{
	struct odds_shift *h = &t->shift[t->shifts];
	unsigned long long from, to;
	unsigned arm;
	int used = 0;

	if (t->shifts == ODDS_SHIFTS)
		return sj_fail(err, SJ_EUSAGE, "--shift: more than %u", ODDS_SHIFTS);
	if (sscanf(text, "%llu-%llu:%u=%n", &from, &to, &arm, &used) != 3 || used == 0 ||
	    from >= to || arm < 1 || arm > t->arms)
		return sj_fail(err, SJ_EUSAGE, "--shift: \"%.60s\"; expected FROM-TO:ARM=MEAN with "
			       "FROM below TO and ARM from 1 to %u, as in 3000-5000:3=0.9", text,
			       t->arms);
	*h = (struct odds_shift){ from, to, arm - 1, 0 };
	t->shifts++;
	return probability("--shift", text + used, &h->mean, err);
}

static int read_odds(const struct flags *f, struct odds *t, sj_error *err)
{
	int rc = SJ_OK;

	*t = (struct odds){ .rounds = f->rounds, .runs = f->runs, .seed = f->seed,
			     .delay = f->delay };
	if (f->rounds < 1 || f->rounds > ROUNDS_MAX || f->runs < 1 || f->delay > DELAY_MAX)
		return sj_fail(err, SJ_EUSAGE, "bandit: expected --rounds from 1 to %u, --runs from "
			       "1, --delay to %u", ROUNDS_MAX, DELAY_MAX);
	rc = read_means(f->means, t, err);
	for (size_t i = 0; i < f->shifts.count && rc == SJ_OK; i++)
		rc = read_shift(f->shifts.item[i], t, err);
	return rc;
}

static int try_all(const struct flags *f, char *const *spec, size_t count, sj_error *err)
{
	struct odds_result *r = calloc(count, sizeof(*r));
	sj_arena arena = { 0 };
	struct odds t;
	int rc = r == NULL ? SJ_ENOMEM : read_odds(f, &t, err);

	for (size_t i = 0; i < count && rc == SJ_OK; i++)
		rc = odds_run(&t, spec[i], &arena, &r[i], err);
	if (rc == SJ_OK)
		rc = bandit_out_odds(&t, r, count, f->json, err);
	sj_arena_free(&arena);
	free(r);
	return rc;
}

/* ---- a table of rewards -------------------------------------------------------------- */

static int play_all(const struct flags *f, char *const *spec, size_t count, sj_error *err)
{
	struct game_result *r;
	struct game g;
	int rc;

	if (f->shifts.count != 0 || f->delay != 0)
		return sj_fail(err, SJ_EUSAGE, "bandit: --shift and --delay are for --means");
	rc = game_read(f->table, &g, err);
	if (rc != SJ_OK)
		return rc;
	r = bandit_memory(&g.arena, count * sizeof(*r));
	for (size_t i = 0; i < count && rc == SJ_OK; i++)
		rc = game_play(&g, spec[i], f->seed, &r[i], err);
	if (rc == SJ_OK)
		rc = bandit_out_game(&g, r, count, f->json, err);
	game_fini(&g);
	return rc;
}

static int obey(const struct flags *f, char *const *word, int words)
{
	sj_error err = { 0 };
	int rc;

	if (f->list)
		return bandit_out_list();
	if (words < 1)
		return say_usage("bandit: expected a learner, as in `sojourn bandit ucb1 --means "
				 "0.9,0.8`; --list shows them");
	if ((f->table == NULL) == (f->means == NULL))
		return say_usage("bandit: give --table or --means");
	rc = (f->table != NULL ? play_all : try_all)(f, word, (size_t)words, &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

int cmd_bandit(int argc, char **argv)
{
	struct flags f = { .rounds = 1000, .runs = 1000, .seed = 1 };
	int first, rc = parse(argc, argv, &f, &first);

	if (rc == 0)
		rc = obey(&f, argv + first, argc - first);
	else
		rc = rc > 0 ? 0 : 2;
	free(f.shifts.item);
	return rc;
}
