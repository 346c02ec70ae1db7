/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runspec.c - the rules of a run between text and values. */
#include "run/runspec.h"

#include <stdio.h>
#include <string.h>

#include "sojourn/param.h"

static const char *const overruns[] = { "kill", "extend" };
static const char *const estimate_kinds[] = { "request", "exact" };
static const char *const clocks[] = { "event", "tick", "round" };

void runspec_init(struct runspec *s)
{
	*s = (struct runspec){ .seed = 1 };
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

const char *runspec_overrun_text(const struct runspec *s)
{
	return overruns[s->overrun];
}

const char *runspec_estimates_text(const struct runspec *s)
{
	return estimate_kinds[s->estimates];
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
