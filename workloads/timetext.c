/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timetext.c - see timetext.h.
 *
 * Dates are of the Gregorian calendar without leap seconds, as in POSIX; the day
 * number is computed from the year of March, whose last day is the leap day.
 */
#include "timetext.h"

#include <string.h>

typedef __int128 wide;

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int in_range(wide v, int64_t *out)
{
	if (v > SJ_TIME_MAX || v < -SJ_TIME_MAX)
		return SJ_ERANGE;
	*out = (int64_t)v;
	return SJ_OK;
}

/* ---- decimals -------------------------------------------------------------------- */

static const char *scan_exponent(const char *p, int *exponent)
{
	int v = 0, sign;

	if (*p != 'e' && *p != 'E')
		return p;
	sign = p[1] == '-' ? -1 : 1;
	p += 1 + (p[1] == '-' || p[1] == '+');
	if (!is_digit(*p))
		return NULL;
	for (; is_digit(*p); p++)
		v = v < 100000 ? v * 10 + (*p - '0') : v;
	*exponent += sign * v;
	return p;
}

int text_decimal(const char *s, int shift, int64_t *out)
{
	bool negative = *s == '-', point = false, any = false;
	int exponent = shift;
	wide v = 0;

	s += *s == '-' || *s == '+';
	for (; is_digit(*s) || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		any = true;
		if (v < (wide)1000000000000000000 * 1000000000) {
			v = v * 10 + (*s - '0');
			exponent -= point;
		} else { /* cannot matter below the nanosecond */
			exponent += !point;
		}
	}
	s = any ? scan_exponent(s, &exponent) : NULL;
	if (s == NULL || *s != '\0')
		return SJ_EPARSE;
	for (; exponent > 0 && v != 0; exponent--) {
		if (v > SJ_TIME_MAX)
			return SJ_ERANGE;
		v *= 10;
	}
	for (; exponent < -1 && v != 0; exponent++)
		v /= 10;
	if (exponent == -1)
		v = (v + 5) / 10;
	return in_range(negative ? -v : v, out);
}

int text_whole(const char *s, int64_t *out)
{
	bool negative = *s == '-';
	const char *from;
	int64_t v = 0;

	s += *s == '-' || *s == '+';
	for (from = s; is_digit(*s); s++) {
		if (s - from >= 18)
			return SJ_ERANGE;
		v = v * 10 + (*s - '0');
	}
	if (s == from || *s != '\0')
		return SJ_EPARSE;
	*out = negative ? -v : v;
	return SJ_OK;
}

/* ---- parts of times ----------------------------------------------------------------- */

/* 1 to `most` digits; NULL: none, or more. */
static const char *scan_number(const char *p, int most, int64_t *out)
{
	int n = 0;

	for (*out = 0; is_digit(p[n]); n++) {
		if (n == most)
			return NULL;
		*out = *out * 10 + (p[n] - '0');
	}
	return n > 0 ? p + n : NULL;
}

/* ".25" at p, if there: nanoseconds. What is below them is cut off. */
static const char *scan_fraction(const char *p, int64_t *ns)
{
	int64_t unit = 100000000;

	*ns = 0;
	if (*p != '.')
		return p;
	if (!is_digit(*++p))
		return NULL;
	for (; is_digit(*p); p++, unit /= 10)
		*ns += unit * (*p - '0');
	return p;
}

/* ---- spans ------------------------------------------------------------------------------ */

/* "D-" or "D days " at p: behind it, else p itself; *days is -1 without it. */
static const char *scan_days(const char *p, int64_t *days)
{
	const char *q = scan_number(p, 9, days);

	if (q != NULL && *q == '-')
		return q + 1;
	if (q != NULL && strncmp(q, " day", 4) == 0) {
		q += 4 + (q[4] == 's');
		q += *q == ' ';
		return *q == '+' ? q + 1 : q;
	}
	*days = -1;
	return p;
}

int text_span(const char *s, sj_time *out)
{
	int64_t days, v[3] = { 0, 0, 0 }, ns = 0;
	int n = 0;

	s = scan_days(s, &days);
	for (; n < 3; n++) {
		s = scan_number(s, 9, &v[n]);
		if (s == NULL)
			return SJ_EPARSE;
		if (*s != ':') {
			n++;
			break;
		}
		if (n < 2)
			s++;
	}
	if (days < 0 && n == 1)
		return SJ_EPARSE;
	if (days < 0 && n == 2) { /* MM:SS */
		v[2] = v[1];
		v[1] = v[0];
		v[0] = 0;
		n = 3;
	}
	if (n == 3)
		s = scan_fraction(s, &ns);
	if (s == NULL || *s != '\0')
		return SJ_EPARSE;
	if (days < 0)
		days = 0;
	return in_range(((((wide)days * 24 + v[0]) * 60 + v[1]) * 60 + v[2]) *
			SJ_NS_PER_S + ns, out);
}

/* ---- dates -------------------------------------------------------------------------------- */

/* Days since 1970-01-01. */
static int64_t day_number(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2), m = (month + 9) % 12; /* years begin in March */

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

static int days_of(int64_t year, int64_t month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (leap && month == 2);
}

/* Digits with `mark` behind them. */
static const char *scan_marked(const char *p, int most, char mark, int64_t *out)
{
	p = p != NULL ? scan_number(p, most, out) : NULL;
	if (p == NULL || mark == '\0')
		return p;
	return *p == mark ? p + 1 : NULL;
}

/* "Z", "+HH:MM", "-HHMM", "+HH" or nothing: seconds east of Greenwich. */
static const char *scan_zone(const char *p, int64_t *east_s)
{
	int64_t h, m = 0;
	int sign = *p == '-' ? -1 : 1;

	*east_s = 0;
	if (*p == 'Z')
		return p + 1;
	if (*p != '+' && *p != '-')
		return p;
	p = scan_number(p + 1, 4, &h);
	if (p == NULL)
		return NULL;
	if (*p == ':') {
		p = scan_number(p + 1, 2, &m);
	} else if (h >= 100) {
		m = h % 100;
		h /= 100;
	}
	if (h > 24 || m > 59)
		return NULL;
	*east_s = sign * (h * 3600 + m * 60);
	return p;
}

int text_date(const char *s, sj_time *out)
{
	int64_t year, month, day, h, m, sec, ns = 0, east = 0;

	s = scan_marked(s, 4, '-', &year);
	s = scan_marked(s, 2, '-', &month);
	s = scan_marked(s, 2, '\0', &day);
	if (s == NULL || (*s != ' ' && *s != 'T'))
		return SJ_EPARSE;
	s = scan_marked(s + 1, 2, ':', &h);
	s = scan_marked(s, 2, ':', &m);
	s = scan_marked(s, 2, '\0', &sec);
	s = s != NULL ? scan_fraction(s, &ns) : NULL;
	s = s != NULL ? scan_zone(s, &east) : NULL;
	if (s == NULL || *s != '\0')
		return SJ_EPARSE;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of(year, month) ||
	    h > 23 || m > 59 || sec > 60)
		return SJ_EPARSE;
	return in_range(((wide)day_number(year, month, day) * 86400 + h * 3600 + m * 60 +
			 sec - east) * SJ_NS_PER_S + ns, out);
}
