/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units.c - quantities in the user's notation: "1.5h", "2us", "256GiB", "25Gbit/s".
 *
 * Decimals are exact: a text is an integer times a power of ten, and it is either
 * a whole number of nanoseconds (bytes, bytes per second) or refused. Nothing
 * here depends on the locale; doubles go through the "C" locale by name.
 */
#include "units.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIN_NS (60 * SJ_NS_PER_S)
#define NUMBER_MAX 400 /* longest text of a double worth looking at */

/* 10^22 times the largest factor of a unit (2^50) stays below 2^127. */
#define DIGITS_MAX ((unsigned __int128)10000000000000000ULL * 1000000)

/* A value is text x mul / div atoms (ns, bytes, bytes/s). */
struct unit {
	const char *name;
	uint64_t    mul, div;
};

/* Largest first within a table, so that formatting takes the first that divides. */
static const struct unit time_units[] = {
	{ "w", 7 * 24 * 60 * MIN_NS, 1 }, { "d", 24 * 60 * MIN_NS, 1 },
	{ "h", 60 * MIN_NS, 1 },          { "min", MIN_NS, 1 },
	{ "s", SJ_NS_PER_S, 1 },          { "ms", 1000000, 1 },
	{ "us", 1000, 1 },                { "ns", 1, 1 },
	{ NULL, 0, 0 },
};
static const struct unit byte_units[] = {
	{ "TiB", UINT64_C(1) << 40, 1 }, { "TB", UINT64_C(1000000000000), 1 },
	{ "GiB", UINT64_C(1) << 30, 1 }, { "GB", 1000000000, 1 },
	{ "MiB", UINT64_C(1) << 20, 1 }, { "MB", 1000000, 1 },
	{ "KiB", UINT64_C(1) << 10, 1 }, { "kB", 1000, 1 },
	{ "B", 1, 1 },                   { NULL, 0, 0 },
};
static const struct unit rate_units[] = {
	{ "Tbit/s", UINT64_C(1000000000000), 8 }, { "TB/s", UINT64_C(1000000000000), 1 },
	{ "Gbit/s", 1000000000, 8 },     { "GiB/s", UINT64_C(1) << 30, 1 },
	{ "GB/s", 1000000000, 1 },       { "Mbit/s", 1000000, 8 },
	{ "MiB/s", UINT64_C(1) << 20, 1 }, { "MB/s", 1000000, 1 },
	{ "kbit/s", 1000, 8 },           { "KiB/s", UINT64_C(1) << 10, 1 },
	{ "kB/s", 1000, 1 },             { "bit/s", 1, 8 },
	{ "B/s", 1, 1 },                 { NULL, 0, 0 },
};
static const struct unit count_units[] = {
	{ "G", 1000000000, 1 }, { "M", 1000000, 1 }, { "k", 1000, 1 },
	{ "", 1, 1 },           { NULL, 0, 0 },
};

struct quantity {
	const char        *noun, *unit_list, *example, *atoms;
	const struct unit *units;
	uint64_t           limit;
	bool               compound; /* "1h30min" */
	bool               negative; /* may be */
};
static const struct quantity a_time = {
	"a time", "ns us ms s min h d w", "30s", "whole nanoseconds",
	time_units, SJ_TIME_MAX, true, false
};
static const struct quantity a_size = {
	"a size", "B kB MB GB TB KiB MiB GiB TiB", "256GiB", "whole bytes",
	byte_units, INT64_MAX, false, false
};
static const struct quantity a_rate = {
	"a rate", "bit/s kbit/s Mbit/s Gbit/s Tbit/s B/s kB/s MB/s GB/s TB/s KiB/s MiB/s GiB/s",
	"25Gbit/s", "whole bytes per second", rate_units, INT64_MAX, false, false
};
static const struct quantity an_integer = {
	"an integer", "k M G", "12 or 10k", "a whole number",
	count_units, INT64_MAX, false, true
};

/* ---- scanning ------------------------------------------------------------ */

/* digits x 10^-scale, without trailing zeros in digits. */
struct decimal {
	unsigned __int128 digits;
	int64_t           scale;
	bool              negative;
	bool              too_long;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

/* An exponent only if a digit follows, so that a unit may begin with "e". */
static const char *scan_exponent(const char *s, struct decimal *d)
{
	const char *p = s + 1;
	bool minus = false;
	int value = 0;

	if (*s != 'e' && *s != 'E')
		return s;
	if (*p == '+' || *p == '-')
		minus = *p++ == '-';
	if (!is_digit(*p))
		return s;
	for (; is_digit(*p); p++)
		value = value < 10000 ? value * 10 + (*p - '0') : value;
	d->scale += minus ? value : -value;
	return p;
}

/* The end of the number, or NULL when there is none. */
static const char *scan_decimal(const char *s, struct decimal *d)
{
	bool point = false, any = false;
	int64_t zeros = 0; /* seen, but not yet known to be inner */

	*d = (struct decimal){ 0 };
	if (*s == '-' || *s == '+')
		d->negative = *s++ == '-';
	for (; is_digit(*s) || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		any = true;
		d->scale += point;
		if (*s == '0') {
			zeros++;
			continue;
		}
		for (; zeros >= 0 && d->digits < DIGITS_MAX; zeros--)
			d->digits *= 10;
		d->too_long |= d->digits >= DIGITS_MAX;
		d->digits += (unsigned)(*s - '0');
		zeros = 0;
	}
	if (!any)
		return NULL;
	d->scale -= zeros;
	return scan_exponent(s, d);
}

enum fit { FITS, TOO_LARGE, NOT_WHOLE };

/* digits x 10^-scale x mul / div as an exact integer up to `limit`. */
static enum fit decimal_scale(const struct decimal *d, const struct unit *u,
			      uint64_t limit, uint64_t *out)
{
	unsigned __int128 v = d->digits * u->mul;
	int64_t scale = d->scale;

	*out = 0;
	if (d->digits == 0)
		return FITS;
	if (d->too_long)
		return TOO_LARGE;
	for (; scale > 0; scale--) {
		if (v % 10 != 0)
			return NOT_WHOLE;
		v /= 10;
	}
	for (; scale < 0; scale++) {
		if (v > (unsigned __int128)limit * u->div)
			return TOO_LARGE;
		v *= 10;
	}
	if (v > (unsigned __int128)limit * u->div)
		return TOO_LARGE;
	if (v % u->div != 0)
		return NOT_WHOLE;
	*out = (uint64_t)(v / u->div);
	return FITS;
}

/* ---- quantities ------------------------------------------------------------ */

sj_quoted sj_quote(const char *text, size_t length)
{
	sj_quoted q;
	size_t n = length < SJ_QUOTE_MAX ? length : SJ_QUOTE_MAX;

	for (size_t i = 0; i < n; i++)
		q.text[i] = (unsigned char)text[i] < ' ' || text[i] == 127 ? '?' : text[i];
	memcpy(q.text + n, length > n ? "..." : "", length > n ? 4 : 1);
	return q;
}

static size_t unit_length(const char *s)
{
	return strcspn(s, "0123456789.+- \t,");
}

static const struct unit *unit_find(const struct unit *u, const char *s, size_t n)
{
	for (; u->name != NULL; u++)
		if (strlen(u->name) == n && strncmp(u->name, s, n) == 0)
			return u;
	return NULL;
}

static int bad_unit(const char *what, const char *whole, const struct quantity *q,
		    const char *unit, size_t length, sj_error *err)
{
	sj_quoted w = sj_quote(whole, strlen(whole));

	if (length == 0 && *unit != '\0' && !is_digit(*unit))
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not %s (expected for example %s)",
			       what, w.text, q->noun, q->example);
	if (length == 0)
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" needs a unit: %s (for example %s)",
			       what, w.text, q->unit_list, q->example);
	return sj_fail(err, SJ_EUSAGE,
		       "%s: \"%s\": \"%s\" is not a unit of %s; known are %s (for example %s)",
		       what, w.text, sj_quote(unit, length).text, q->noun + 2 + (q->noun[1] == 'n'),
		       q->unit_list, q->example);
}

static int bad_size(const char *what, const char *whole, const struct quantity *q,
		    enum fit fit, sj_error *err)
{
	sj_quoted w = sj_quote(whole, strlen(whole));
	char limit[32];

	if (fit == NOT_WHOLE)
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not %s", what, w.text, q->atoms);
	if (q->units == time_units)
		sj_format_time(SJ_TIME_MAX / time_units[1].mul * time_units[1].mul,
			       limit, sizeof(limit));
	else
		snprintf(limit, sizeof(limit), "%llu", (unsigned long long)q->limit);
	return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is out of range (at most %s)", what,
		       w.text, limit);
}

/* Sum of number-unit pairs; `last` keeps compound units descending. */
static int parse_quantity(const char *what, const char *text, const struct quantity *q,
			  bool *negative, uint64_t *out, sj_error *err)
{
	const struct unit *last = NULL;
	const char *s = skip_blanks(text);
	uint64_t sum = 0;

	do {
		struct decimal d;
		const struct unit *u;
		const char *unit = scan_decimal(s, &d);
		uint64_t part;
		size_t n;
		enum fit fit;

		if (unit == NULL)
			return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not %s (expected for example %s)",
				       what, sj_quote(text, strlen(text)).text, q->noun, q->example);
		if (d.negative && (!q->negative || last != NULL))
			return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" must not be negative", what,
				       sj_quote(text, strlen(text)).text);
		*negative = d.negative;
		unit = skip_blanks(unit);
		n = unit_length(unit);
		u = unit_find(q->units, unit, n);
		if (u == NULL || (last != NULL && u <= last))
			return bad_unit(what, text, q, unit, n, err);
		fit = decimal_scale(&d, u, q->limit, &part);
		if (fit == FITS && part > q->limit - sum)
			fit = TOO_LARGE;
		if (fit != FITS)
			return bad_size(what, text, q, fit, err);
		sum += part;
		last = u;
		s = skip_blanks(unit + n);
	} while (*s != '\0' && q->compound);
	if (*s != '\0')
		return bad_unit(what, text, q, s, strlen(s), err);
	*out = sum;
	return SJ_OK;
}

int sj_parse_time(const char *what, const char *text, sj_time *out, sj_error *err)
{
	bool negative;
	uint64_t v;
	int rc = parse_quantity(what, text, &a_time, &negative, &v, err);

	if (rc == SJ_OK)
		*out = (sj_time)v;
	return rc;
}

int sj_parse_bytes(const char *what, const char *text, uint64_t *out, sj_error *err)
{
	bool negative;

	return parse_quantity(what, text, &a_size, &negative, out, err);
}

int sj_parse_rate(const char *what, const char *text, uint64_t *out, sj_error *err)
{
	bool negative;

	return parse_quantity(what, text, &a_rate, &negative, out, err);
}

int sj_parse_int(const char *what, const char *text, int64_t *out, sj_error *err)
{
	bool negative;
	uint64_t v;
	int rc = parse_quantity(what, text, &an_integer, &negative, &v, err);

	if (rc == SJ_OK)
		*out = negative ? -(int64_t)v : (int64_t)v;
	return rc;
}

/* strtod alone would take "nan", "0x1p3", and a comma in some countries. */
int sj_parse_double(const char *what, const char *text, double *out, sj_error *err)
{
	const char *s = skip_blanks(text), *end;
	size_t length = strlen(s);
	struct decimal d;
	locale_t c;
	double v;

	end = length <= NUMBER_MAX ? scan_decimal(s, &d) : NULL;
	if (end == NULL || *skip_blanks(end) != '\0')
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not a number (expected for example 0.5)",
			       what, sj_quote(text, strlen(text)).text);
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (c == (locale_t)0)
		return sj_fail(err, SJ_ENOMEM, "out of memory");
	v = strtod_l(s, NULL, c);
	freelocale(c);
	if (!isfinite(v))
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is out of range", what,
			       sj_quote(text, strlen(text)).text);
	*out = v;
	return SJ_OK;
}

/* ---- formatting ------------------------------------------------------------- */

static size_t format_units(uint64_t v, const struct unit *units, const char *zero,
			   char *buf, size_t size)
{
	const struct unit *u = units;

	if (v == 0)
		return (size_t)snprintf(buf, size, "%s", zero);
	/* v x div may pass 2^64: Tbit/s divides a large rate by 1e12/8. */
	while ((unsigned __int128)v * u->div % u->mul != 0)
		u++;
	return (size_t)snprintf(buf, size, "%llu%s",
				(unsigned long long)((unsigned __int128)v * u->div / u->mul),
				u->name);
}

size_t sj_format_time(sj_time t, char *buf, size_t size)
{
	if (t == SJ_NEVER)
		return (size_t)snprintf(buf, size, "never");
	if (t < 0) { /* not in the notation, but readable in a message */
		size_t n = (size_t)snprintf(buf, size, "-");

		return n + format_units(-(uint64_t)t, time_units, "0s",
					size > n ? buf + n : NULL, size > n ? size - n : 0);
	}
	return format_units((uint64_t)t, time_units, "0s", buf, size);
}

size_t sj_format_bytes(uint64_t bytes, char *buf, size_t size)
{
	return format_units(bytes, byte_units, "0B", buf, size);
}

size_t sj_format_rate(uint64_t bytes_per_s, char *buf, size_t size)
{
	return format_units(bytes_per_s, rate_units, "0B/s", buf, size);
}

/* The one byte or more that the locale puts for the point becomes ".". */
static void plain_point(const char *from, char *to)
{
	for (; *from != '\0'; from++) {
		if (strchr("0123456789+-e", *from) != NULL)
			*to++ = *from;
		else if (to[-1] != '.')
			*to++ = '.';
	}
	*to = '\0';
}

size_t sj_format_digits(double x, int digits, char *buf, size_t size)
{
	char local[64], plain[64];

	if (!isfinite(x))
		return (size_t)snprintf(buf, size, "%s", isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
	snprintf(local, sizeof(local), "%.*g", digits, x);
	plain_point(local, plain);
	return (size_t)snprintf(buf, size, "%s", plain);
}

size_t sj_format_double(double x, char *buf, size_t size)
{
	char text[64];
	double back;
	int digits = 1;

	if (fabs(x) < 1e15 && x == floor(x)) /* 1000000 reads better than 1e+06 */
		return (size_t)snprintf(buf, size, "%.0f", x);
	for (; digits < 17 && isfinite(x); digits++) {
		sj_format_digits(x, digits, text, sizeof(text));
		if (sj_parse_double("", text, &back, NULL) == SJ_OK && back == x)
			break;
	}
	return sj_format_digits(x, digits, buf, size);
}
