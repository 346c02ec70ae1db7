/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timelaw.c - see timelaw.h. */
#include "config/timelaw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define SECONDS_MAX 1e15

/* Writes one value, a duration as seconds. */
static void put_value(FILE *to, const char *value, size_t n)
{
	char text[64], number[64];
	sj_time t;

	if (n < sizeof(text)) {
		memcpy(text, value, n);
		text[n] = '\0';
		if (sj_parse_time("", text, &t, NULL) == SJ_OK) {
			sj_format_double((double)t / 1e9, number, sizeof(number));
			fputs(number, to);
			return;
		}
	}
	fwrite(value, 1, n, to);
}

/* The spec with seconds instead of durations, without blanks; malloc'd. Values stand
 * between the marks of the notation, also within a list in parentheses. */
static char *in_seconds(const char *spec)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return NULL;
	while (*spec != '\0') {
		size_t n = strcspn(spec, ":,=()|; ");

		put_value(to, spec, n);
		spec += n;
		if (*spec != '\0' && *spec != ' ')
			fputc(*spec, to);
		spec += *spec != '\0';
	}
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

/* An exponential law is its mean, in the unit that suits it. */
static char *canonical(const sj_law *law, const char *seconds)
{
	const char *name = sj_law_kind(law)->name, *args = strchr(seconds, ':');
	double ns = sj_law_mean(law) * 1e9;
	char *text = NULL, mean[64];

	if (strcmp(name, "exponential") == 0 && ns >= 1 && ns < 9e15 && ns == floor(ns)) {
		sj_format_time((sj_time)ns, mean, sizeof(mean));
		return strdup(mean);
	}
	if (asprintf(&text, "%s%s", name, args != NULL ? args : "") < 0)
		return NULL;
	return text;
}

static int check(const char *who, const char *spec, const sj_law *law, sj_error *err)
{
	double mean = sj_law_mean(law);

	/* The law of pareto with a small exponent has no mean; it is a law all the same. */
	if (mean <= 0 || (isfinite(mean) && mean > SECONDS_MAX))
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\": the mean must be a time above 0", who,
			       sj_quote(spec, strlen(spec)).text);
	return SJ_OK;
}

/* What sj_law_create() is to see: a duration alone is the mean of an exponential law. */
static char *law_spec(const char *spec, sj_error *err, const char *who)
{
	char *seconds, *full = NULL;
	sj_time t;

	if (sj_parse_time(who, spec, &t, NULL) == SJ_OK) {
		seconds = in_seconds(spec);
		if (seconds != NULL && asprintf(&full, "exponential:mean=%s", seconds) < 0)
			full = NULL;
		free(seconds);
		return full;
	}
	if (spec[0] == '\0' || strchr("0123456789.+-", spec[0]) != NULL) {
		sj_fail(err, SJ_EUSAGE, "%s: \"%s\": expected a duration with its unit, as in 30d, or "
			"a law, as in weibull:shape=0.7,scale=20d", who,
			sj_quote(spec, strlen(spec)).text);
		return NULL;
	}
	return in_seconds(spec);
}

int timelaw_create(const char *who, const char *spec, sj_law **out, char **text,
		   sj_error *err)
{
	sj_error wrong = { 0 };
	char *full = law_spec(spec, &wrong, who);
	sj_law *law = NULL;
	int rc;

	if (full == NULL && wrong.code != SJ_OK) {
		if (err != NULL)
			*err = wrong;
		return wrong.code;
	}
	rc = full == NULL ? SJ_ENOMEM : sj_law_create(who, full, &law, err);
	if (rc == SJ_OK)
		rc = check(who, spec, law, err);
	if (rc == SJ_OK) {
		*text = canonical(law, full);
		rc = *text != NULL ? SJ_OK : SJ_ENOMEM;
	}
	free(full);
	if (rc == SJ_OK)
		*out = law;
	else
		sj_law_free(law);
	return rc;
}
