/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simgrid_value.c - quantities, lists and ranges as SimGrid writes them. */
#include "config/simgrid_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"

static const char *skip(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r')
		s++;
	return s;
}

/* The number at the front; *unit points behind it and the blanks. false: there is none. */
static bool number(const char *text, double *v, const char **unit)
{
	char buf[64] = "";
	size_t n;

	text = skip(text);
	n = strspn(text, "0123456789.+-");
	if ((text[n] == 'e' || text[n] == 'E') && n > 0) {
		size_t more = strspn(text + n + 1, "0123456789+-");

		n += more > 0 ? 1 + more : 0;
	}
	if (n == 0 || n >= sizeof(buf))
		return false;
	memcpy(buf, text, n);
	*unit = skip(text + n);
	return sj_parse_double("", buf, v, NULL) == SJ_OK;
}

/* 1000 for "k", 1024 for "Ki" and so on; *unit moves behind it. */
static double prefix(const char **unit)
{
	static const char letters[] = "kMGTPEZY";
	const char *at = **unit != '\0' ? strchr(letters, **unit == 'K' ? 'k' : **unit) : NULL;
	double base, factor = 1;

	if (at == NULL)
		return 1;
	base = (*unit)[1] == 'i' ? 1024 : 1000;
	*unit += base == 1024 ? 2 : 1;
	for (ptrdiff_t i = 0; i <= at - letters; i++)
		factor *= base;
	return factor;
}

bool simgrid_speed(const char *text, double *flops, const char **why)
{
	const char *unit;
	double factor;

	*why = "a speed with its unit, as in 1Gf";
	if (!number(text, flops, &unit) || *flops < 0)
		return false;
	factor = prefix(&unit);
	*flops *= factor;
	return strcmp(unit, "f") == 0 || strcmp(unit, "flops") == 0;
}

bool simgrid_bandwidth(const char *text, double *bytes_per_s, const char **why)
{
	const char *unit;
	double factor;

	*why = "a bandwidth with its unit, as in 125MBps";
	if (!number(text, bytes_per_s, &unit) || *bytes_per_s < 0)
		return false;
	factor = prefix(&unit);
	*bytes_per_s *= strcmp(unit, "bps") == 0 ? factor / 8 : factor;
	return strcmp(unit, "bps") == 0 || strcmp(unit, "Bps") == 0;
}

bool simgrid_latency(const char *text, double *seconds, const char **why)
{
	static const struct { const char *name; double factor; } units[] = {
		{ "w", 604800 }, { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 },
		{ "ms", 1e-3 }, { "us", 1e-6 }, { "ns", 1e-9 }, { "ps", 1e-12 },
	};
	const char *unit;

	*why = "a latency with its unit, as in 50us";
	if (!number(text, seconds, &unit) || *seconds < 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) == 0) {
			*seconds *= units[i].factor;
			return true;
		}
	}
	return *unit == '\0' && *seconds == 0;
}

bool simgrid_item(const char *list, uint32_t k, char *buf, size_t size)
{
	size_t n;

	for (; k > 0; k--) {
		list = strchr(list, ',');
		if (list == NULL)
			return false;
		list++;
	}
	list = skip(list);
	n = strcspn(list, ",");
	while (n > 0 && isspace((unsigned char)list[n - 1]))
		n--;
	if (n == 0 || n >= size)
		return false;
	memcpy(buf, list, n);
	buf[n] = '\0';
	return true;
}

bool simgrid_watts(const char *text, double *idle, double *busy)
{
	const char *s = text;

	if (!number(s, idle, &s) || *s != ':' || !number(s + 1, busy, &s))
		return false;
	/* Of three the second is one core with a tiny load; here power is linear in cores. */
	if (*s == ':' && !number(s + 1, busy, &s))
		return false;
	return *s == '\0' && *idle >= 0 && *busy >= 0;
}

/* ---- radicals ------------------------------------------------------------------------- */

static bool whole(const char **s, uint32_t *v)
{
	uint64_t sum = 0;

	*s = skip(*s);
	if (!isdigit((unsigned char)**s))
		return false;
	for (; isdigit((unsigned char)**s); ++*s) {
		sum = sum * 10 + (uint64_t)(**s - '0');
		if (sum > UINT32_MAX - 1)
			return false;
	}
	*s = skip(*s);
	*v = (uint32_t)sum;
	return true;
}

static int by_first(const void *x, const void *y)
{
	const struct simgrid_range *a = x, *b = y;

	return a->first != b->first ? (a->first < b->first ? -1 : 1) :
	       a->last < b->last ? -1 : a->last > b->last;
}

static bool read_ranges(const char *s, struct simgrid_range *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!whole(&s, &r[i].first))
			return false;
		r[i].last = r[i].first;
		if (*s == '-') {
			s++;
			if (!whole(&s, &r[i].last))
				return false;
		}
		if (r[i].last < r[i].first || *s != (i + 1 < n ? ',' : '\0'))
			return false;
		s++;
	}
	return true;
}

struct simgrid_range *simgrid_radical(const char *text, size_t *count, const char **why)
{
	struct simgrid_range *r;
	size_t n = 1;

	for (const char *s = text; *s != '\0'; s++)
		n += *s == ',';
	*why = NULL;
	r = malloc(n * sizeof(*r));
	if (r == NULL)
		return NULL;
	if (!read_ranges(text, r, n)) {
		*why = "numbers and ranges, as in 0-9,12";
		free(r);
		return NULL;
	}
	qsort(r, n, sizeof(*r), by_first);
	for (size_t i = 1; i < n; i++) {
		if (r[i].first <= r[i - 1].last) {
			*why = "ranges that do not overlap";
			free(r);
			return NULL;
		}
	}
	*count = n;
	return r;
}
