/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.c - see text.h. */
#include "plot/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The few signs our own labels use, as LaTeX without extra packages knows them. */
static const struct {
	const char *sign, *tex;
} signs[] = {
	{ "\\", "\\textbackslash{}" }, { "{", "\\{" }, { "}", "\\}" },
	{ "_", "\\_" }, { "%", "\\%" }, { "#", "\\#" }, { "&", "\\&" },
	{ "$", "\\$" }, { "^", "\\^{}" }, { "~", "\\~{}" },
	{ "<", "$<$" }, { ">", "$>$" }, { "|", "$|$" },
	{ "\u2264", "$\\le$" }, { "\u2265", "$\\ge$" }, { "\u03c4", "$\\tau$" },
	{ "\u00d7", "$\\times$" }, { "\u2013", "--" }, { "\u2026", "\\dots{}" },
	{ "\u00b5", "$\\mu$" }, { "\n", "\\\\" },
};

void text_latex(const char *s, FILE *to)
{
	bool lines = strchr(s, '\n') != NULL;

	if (lines)
		fputs("\\shortstack{", to);
	while (*s != '\0') {
		size_t k = 0, n = sizeof(signs) / sizeof(signs[0]);

		while (k < n && strncmp(s, signs[k].sign, strlen(signs[k].sign)) != 0)
			k++;
		if (k < n) {
			fputs(signs[k].tex, to);
			s += strlen(signs[k].sign);
		} else {
			fputc(*s++, to);
		}
	}
	if (lines)
		fputc('}', to);
}

char *text_thousands(int64_t n, char *buf)
{
	char digits[24];
	size_t len, at = 0;

	snprintf(digits, sizeof(digits), "%" PRIu64,
		 n < 0 ? -(uint64_t)n : (uint64_t)n);
	len = strlen(digits);
	if (n < 0)
		buf[at++] = '-';
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}

struct text_unit text_time_unit(double span_s)
{
	if (span_s > 3 * 86400.0)
		return (struct text_unit){ "days", 86400 };
	if (span_s > 3 * 3600.0)
		return (struct text_unit){ "hours", 3600 };
	if (span_s > 3 * 60.0)
		return (struct text_unit){ "minutes", 60 };
	if (span_s > 3e-1)
		return (struct text_unit){ "seconds", 1 };
	if (span_s > 3e-4)
		return (struct text_unit){ "milliseconds", 1e-3 };
	return (struct text_unit){ "microseconds", 1e-6 };
}

void text_time(sj_time t, char *buf, size_t size)
{
	static const struct text_unit unit[] = {
		{ "d", 86400e9 }, { "h", 3600e9 }, { "min", 60e9 }, { "s", 1e9 },
		{ "ms", 1e6 }, { "us", 1e3 }, { "ns", 1 },
	};
	const size_t last = sizeof(unit) / sizeof(unit[0]) - 1;
	size_t k = 0;

	/* The largest unit that needs no fraction, else the largest that fits. */
	while (k < last && ((double)t < unit[k].seconds || t % (sj_time)unit[k].seconds != 0))
		k++;
	if ((double)t / unit[k].seconds >= 1000)
		for (k = 0; k < last && (double)t < unit[k].seconds;)
			k++;
	snprintf(buf, size, "%.3g %s", (double)t / unit[k].seconds, unit[k].name);
}

/* A number as short as it can be said: 1,000 or 0.25 or 1e-06. */
static void put_number(double v, FILE *to)
{
	char buf[32];

	if (fabs(v) < 1e15 && v == floor(v) && fabs(v) >= 1000)
		fputs(text_thousands((int64_t)v, buf), to);
	else
		fprintf(to, "%.6g", v);
}

static double nice_step(double span, unsigned most)
{
	static const double lead[] = { 1, 2, 5 };
	double power = pow(10, floor(log10(span / most)));

	for (int round = 0; round < 2; round++, power *= 10)
		for (int i = 0; i < 3; i++)
			if (floor(span / (lead[i] * power) + 1e-9) + 1 <= most)
				return lead[i] * power;
	return power;
}

double text_ticks_linear(double lo, double hi, unsigned most, double least, FILE *to)
{
	double step, first;

	if (!(hi > lo)) {
		fprintf(to, "('%g' %g)", lo, lo);
		return 1;
	}
	step = fmax(nice_step(hi - lo, most), least);
	first = ceil(lo / step - 1e-9);
	fputc('(', to);
	for (int i = 0; (first + i) * step <= hi + step * 1e-9; i++) {
		fprintf(to, "%s'", i > 0 ? ", " : "");
		put_number((first + i) * step, to);
		fprintf(to, "' %.12g", (first + i) * step);
	}
	fputc(')', to);
	return step;
}

void text_ticks_log(double lo, double hi, unsigned most, FILE *to)
{
	int from = (int)ceil(log10(lo) - 1e-9), upto = (int)floor(log10(hi) + 1e-9);
	int stride = 1;

	while ((upto - from) / stride + 1 > (int)most)
		stride++;
	text_ticks_log_every(lo, hi, stride, to);
}

void text_ticks_log_every(double lo, double hi, int stride, FILE *to)
{
	int from = (int)ceil(log10(lo) - 1e-9), upto = (int)floor(log10(hi) + 1e-9);

	fputc('(', to);
	for (int e = from; e <= upto; e++) {
		bool named = (e - from) % stride == 0;

		fprintf(to, "%s'", e > from ? ", " : "");
		if (named)
			put_number(pow(10, e), to);
		fprintf(to, "' 1e%d", e);
	}
	/* Less than one decade: say the ends of what is there. */
	for (int k = 2; upto - from < 1 && k <= 5; k += 3)
		for (int e = from - 1; e <= upto; e++)
			if (k * pow(10, e) >= lo && k * pow(10, e) <= hi)
				fprintf(to, ", '%g' %ge%d", k * pow(10, e), (double)k, e);
	fputc(')', to);
}

void text_ticks_log_time(double lo, double hi, bool sparse, FILE *to)
{
	static const struct {
		double      s;
		const char *name, *dense; /* dense: only where there is room */
	} tick[] = {
		{ 1e-9, "1 ns", "" }, { 1e-8, "", "10 ns" }, { 1e-7, "", "100 ns" },
		{ 1e-6, "1 us", "" }, { 1e-5, "", "10 us" }, { 1e-4, "", "100 us" },
		{ 1e-3, "1 ms", "" }, { 1e-2, "", "10 ms" }, { 1e-1, "", "100 ms" },
		{ 1, "1 s", "" }, { 10, "", "10 s" }, { 60, "1 min", "" },
		{ 600, "", "10 min" }, { 3600, "1 h", "" }, { 36000, "", "" },
		{ 86400, "1 d", "" }, { 864000, "10 d", "" }, { 8640000, "100 d", "" },
		{ 86400000, "1,000 d", "" }, { 864000000, "10,000 d", "" },
	};
	bool any = false;

	fputc('(', to);
	for (size_t i = 0; i < sizeof(tick) / sizeof(tick[0]); i++) {
		if (tick[i].s < lo * (1 - 1e-9) || tick[i].s > hi * (1 + 1e-9))
			continue;
		fprintf(to, "%s'%s' %.12g", any ? ", " : "",
			sparse || tick[i].name[0] != '\0' ? tick[i].name : tick[i].dense,
			tick[i].s);
		any = true;
	}
	fputc(')', to);
}
