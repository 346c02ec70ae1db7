/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runspec.c - the rules of a run between text and values. */
#include "run/runspec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"

static const char *const overruns[] = { "kill", "extend" };
static const char *const estimate_kinds[] = { "request", "exact" };
static const char *const collectives[] = { "none", "alpha-beta", "flow" };
static const char *const stagings[] = { "hold", "prefetch" };
static const char *const clocks[] = { "event", "tick", "round" };

void runspec_init(struct runspec *s)
{
	*s = (struct runspec){ .seed = 1 };
}

void runspec_fini(struct runspec *s)
{
	free(s->checkpoint_text);
	free(s->stragglers_text);
	sj_law_free(s->stragglers);
	s->checkpoint_text = s->stragglers_text = NULL;
	s->stragglers = NULL;
}

/* Which of names[0..n) is text[0..len)? -1 after filling err. */
static int choose(const char *flag, const char *text, size_t len, const char *const *names,
		  size_t n, const char *expected, sj_error *err)
{
	const char *near;
	char word[32];

	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == len && strncmp(names[i], text, len) == 0)
			return (int)i;
	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	near = sj_nearest(word, names, n);
	sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not known; expected %s%s%s%s", flag, text,
		expected, near != NULL ? "; did you mean \"" : "",
		near != NULL ? near : "", near != NULL ? "\"?" : "");
	return -1;
}

int runspec_overrun(struct runspec *s, const char *text, sj_error *err)
{
	int i = choose("--overrun", text, strlen(text), overruns, 2, "kill or extend", err);

	if (i < 0)
		return SJ_EUSAGE;
	s->overrun = (sj_overrun)i;
	return SJ_OK;
}

int runspec_estimates(struct runspec *s, const char *text, sj_error *err)
{
	int i = choose("--estimates", text, strlen(text), estimate_kinds, 2,
		       "request or exact", err);

	if (i < 0)
		return SJ_EUSAGE;
	s->estimates = (sj_estimates)i;
	return SJ_OK;
}

/* The duration in `args`, behind which a round may say that it has a barrier. */
static int clock_duration(const char *text, const char *args, bool round, char duration[64],
			  bool *barrier, sj_error *err)
{
	const char *comma = strchr(args, ',');
	size_t len = comma != NULL ? (size_t)(comma - args) : strlen(args);

	if (len >= 64 || (comma != NULL && strcmp(comma, ",barrier") != 0))
		return sj_fail(err, SJ_EUSAGE, "--clock: \"%s\": expected tick:DURATION or "
			       "round:DURATION[,barrier]", text);
	if (comma != NULL && !round)
		return sj_fail(err, SJ_EUSAGE, "--clock: \"%s\": only rounds have a barrier, as "
			       "in round:360s,barrier", text);
	memcpy(duration, args, len);
	duration[len] = '\0';
	*barrier = comma != NULL;
	return SJ_OK;
}

int runspec_clock(struct runspec *s, const char *text, sj_error *err)
{
	const char *colon = strchr(text, ':');
	size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
	int i = choose("--clock", text, len, clocks, 3,
		       "event, tick:DURATION or round:DURATION[,barrier]", err);
	char duration[64];
	bool barrier = false;
	sj_time step = 0;

	if (i < 0)
		return SJ_EUSAGE;
	if (i == SJ_CLOCK_EVENT && colon != NULL)
		return sj_fail(err, SJ_EUSAGE, "--clock: event takes no duration (\"%s\")", text);
	if (i != SJ_CLOCK_EVENT && colon == NULL)
		return sj_fail(err, SJ_EUSAGE, "--clock: %s needs a duration, as in %s:%s", text,
			       text, i == SJ_CLOCK_TICK ? "1s" : "360s");
	if (i != SJ_CLOCK_EVENT) {
		int rc = clock_duration(text, colon + 1, i == SJ_CLOCK_ROUND, duration,
					&barrier, err);

		if (rc == SJ_OK)
			rc = sj_parse_time("--clock", duration, &step, err);
		if (rc != SJ_OK)
			return rc;
		if (step <= 0)
			return sj_fail(err, SJ_EUSAGE, "--clock: \"%s\": the duration must be "
				       "above 0", text);
	}
	s->clock = (sj_clock_mode)i;
	s->clock_step_ns = step;
	s->clock_barrier = barrier;
	return SJ_OK;
}

int runspec_collectives(struct runspec *s, const char *text, sj_error *err)
{
	int i = choose("--collectives", text, strlen(text), collectives, 3,
		       "none, alpha-beta or flow", err);

	if (i < 0)
		return SJ_EUSAGE;
	s->collectives = (sj_collectives)i;
	s->collectives_chosen = true;
	return SJ_OK;
}

int runspec_staging(struct runspec *s, const char *text, sj_error *err)
{
	const char *comma = strchr(text, ',');
	size_t len = comma != NULL ? (size_t)(comma - text) : strlen(text);
	int i = choose("--staging", text, len, stagings, 2,
		       "hold or prefetch, with ,copies=drop or ,copies=keep behind it", err);

	if (i < 0)
		return SJ_EUSAGE;
	if (comma != NULL && strcmp(comma, ",copies=drop") != 0 &&
	    strcmp(comma, ",copies=keep") != 0)
		return sj_fail(err, SJ_EUSAGE, "--staging: \"%s\": expected copies=keep or "
			       "copies=drop behind the comma", text);
	s->staging = (sj_staging)i;
	s->drop_copies = comma != NULL && strcmp(comma, ",copies=drop") == 0;
	return SJ_OK;
}

/* ---- checkpoints and stragglers ---------------------------------------------------- */

struct checkpoint_args {
	const char *interval;
	sj_time     cost, restart, mtbf;
};

static const sj_param checkpoint_params[] = {
	{ .name = "interval", .type = SJ_P_STRING, .def = NULL,
	  .offset = offsetof(struct checkpoint_args, interval),
	  .help = "Time of work between two: a duration, none, young or daly." },
	{ .name = "cost", .type = SJ_P_TIME, .def = "0s", .max = 1e9, .unit = "s",
	  .offset = offsetof(struct checkpoint_args, cost), .help = "Time to write one." },
	{ .name = "restart", .type = SJ_P_TIME, .def = "0s", .max = 1e9, .unit = "s",
	  .offset = offsetof(struct checkpoint_args, restart),
	  .help = "Time to read one at a start that is not the first." },
	{ .name = "mtbf", .type = SJ_P_TIME, .def = "0s", .max = 1e12, .unit = "s",
	  .offset = offsetof(struct checkpoint_args, mtbf),
	  .help = "Mean time between failures of a task, for young and daly." },
	{ .name = NULL },
};

static int best_interval(const struct checkpoint_args *a, bool daly, sj_time *out,
			 sj_error *err)
{
	double cost = (double)a->cost, mtbf = (double)a->mtbf;

	if (a->mtbf <= 0 || a->cost <= 0)
		return sj_fail(err, SJ_EUSAGE, "--checkpoint: interval=%s needs a cost= and a "
			       "mtbf= above 0, as in interval=%s,cost=60s,mtbf=1d",
			       a->interval, a->interval);
	*out = llround(daly ? sj_daly_interval(cost, mtbf) : sj_young_interval(cost, mtbf));
	return SJ_OK;
}

static int interval_of(const struct checkpoint_args *a, sj_time *out, sj_error *err)
{
	int rc;

	if (strcmp(a->interval, "young") == 0 || strcmp(a->interval, "daly") == 0)
		return best_interval(a, a->interval[0] == 'd', out, err);
	*out = 0;
	if (strcmp(a->interval, "none") == 0)
		return SJ_OK;
	rc = sj_parse_time("--checkpoint: interval", a->interval, out, err);
	if (rc == SJ_OK && *out <= 0)
		rc = sj_fail(err, SJ_EUSAGE, "--checkpoint: interval=%s: expected a duration "
			     "above 0, none, young or daly", a->interval);
	return rc;
}

/* Strings of one spec are no longer than the spec. */
static void *from_spec(void *at, size_t size)
{
	char **next = at, *here = *next;

	*next += size;
	return here;
}

static int keep_text(char **to, const char *text)
{
	free(*to);
	*to = text[0] != '\0' ? strdup(text) : NULL;
	return text[0] == '\0' || *to != NULL ? SJ_OK : SJ_ENOMEM;
}

int runspec_checkpoint(struct runspec *s, const char *text, sj_error *err)
{
	struct checkpoint_args a = { .interval = NULL };
	char *strings = calloc(1, strlen(text) + 64), *next = strings;
	sj_time interval = 0;
	int rc = strings != NULL ? SJ_OK : SJ_ENOMEM;

	if (rc == SJ_OK && text[0] != '\0')
		rc = sj_params_bind("--checkpoint", checkpoint_params, text, &a, from_spec,
				    &next, err);
	if (rc == SJ_OK && text[0] != '\0')
		rc = interval_of(&a, &interval, err);
	free(strings);
	if (rc != SJ_OK)
		return rc;
	s->checkpoint = (sj_checkpoint){ .interval_ns = interval, .cost_ns = a.cost,
					 .restart_ns = a.restart,
					 .modelled = text[0] != '\0' };
	s->mtbf_ns = a.mtbf;
	return keep_text(&s->checkpoint_text, text);
}

int runspec_stragglers(struct runspec *s, const char *text, sj_error *err)
{
	sj_law_free(s->stragglers);
	s->stragglers = NULL;
	if (text[0] != '\0') {
		int rc = sj_law_create("--stragglers", text, &s->stragglers, err);

		if (rc != SJ_OK)
			return rc;
	}
	return keep_text(&s->stragglers_text, text);
}

double runspec_checkpoint_waste(const struct runspec *s)
{
	double interval = (double)s->checkpoint.interval_ns;

	if (!(interval > 0) || s->mtbf_ns <= 0)
		return NAN;
	return (double)s->checkpoint.cost_ns / interval + interval / (2 * (double)s->mtbf_ns);
}

/* ---- back to text --------------------------------------------------------------------- */

const char *runspec_overrun_text(const struct runspec *s)
{
	return overruns[s->overrun];
}

const char *runspec_estimates_text(const struct runspec *s)
{
	return estimate_kinds[s->estimates];
}

const char *runspec_collectives_text(sj_collectives how)
{
	return collectives[how];
}

const char *runspec_staging_text(const struct runspec *s)
{
	static const char *const texts[2][2] = { { "hold", "hold,copies=drop" },
						 { "prefetch", "prefetch,copies=drop" } };

	return texts[s->staging][s->drop_copies];
}

struct runspec_text runspec_clock_text(const struct runspec *s)
{
	struct runspec_text t;
	char step[40];

	sj_format_time(s->clock_step_ns, step, sizeof(step));
	if (s->clock == SJ_CLOCK_EVENT)
		snprintf(t.text, sizeof(t.text), "event");
	else
		snprintf(t.text, sizeof(t.text), "%s:%s%s", clocks[s->clock], step,
			 s->clock_barrier ? ",barrier" : "");
	return t;
}
