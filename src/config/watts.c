/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watts.c - see watts.h. */
#include "config/watts.h"

#include <stdio.h>
#include <string.h>

#include "units.h"

static const struct { const char *name; double factor; } units[] = {
	{ "W", 1 }, { "kW", 1e3 }, { "MW", 1e6 },
};

int watts_parse(const char *what, const char *text, double *out, sj_error *err)
{
	size_t n = strcspn(text, "kKMmGW "), blanks = strspn(text + n, " ");
	const char *unit = text + n + blanks;
	char number[64] = "";
	double v;

	if (n < sizeof(number))
		memcpy(number, text, n);
	if (n >= sizeof(number) || sj_parse_double(what, number, &v, NULL) != SJ_OK)
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not a power (expected for example "
			       "300W)", what, sj_quote(text, strlen(text)).text);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) != 0)
			continue;
		v *= units[i].factor;
		if (v < 0 || v > WATTS_MAX)
			return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is outside 0W .. 1000MW", what,
				       sj_quote(text, strlen(text)).text);
		*out = v;
		return SJ_OK;
	}
	return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" needs a unit: W kW MW (for example 300W)", what,
		       sj_quote(text, strlen(text)).text);
}

size_t watts_format(double w, char *buf, size_t size)
{
	char number[48];

	sj_format_double(w, number, sizeof(number));
	return (size_t)snprintf(buf, size, "%sW", number);
}
