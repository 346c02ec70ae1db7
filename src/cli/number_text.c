/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number_text.c - doubles as text. The locale is C, so the point is a point. */
#include "cli/number_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void number_exact(double v, char buf[NUMBER_TEXT_MAX])
{
	char text[NUMBER_TEXT_MAX] = "nan";

	for (int precision = 15; precision <= 17 && !isnan(v); precision++) {
		snprintf(text, sizeof(text), "%.*g", precision, v);
		if (strtod(text, NULL) == v)
			break;
	}
	memcpy(buf, text, sizeof(text));
}

int number_decimals(double v, int digits)
{
	double magnitude = fabs(v);
	int whole;

	if (!isfinite(v) || magnitude == 0)
		return 0;
	whole = (int)floor(log10(magnitude)) + 1;
	if (whole >= digits)
		return 0;
	return digits - whole > 9 ? 9 : digits - whole;
}

void number_group(const char *plain, char buf[NUMBER_TEXT_MAX])
{
	const char *digits = plain + (*plain == '-');
	size_t whole = strcspn(digits, "."), n = 0;

	if (*plain == '-')
		buf[n++] = '-';
	for (size_t i = 0; digits[i] != '\0' && n + 2 < NUMBER_TEXT_MAX; i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0)
			buf[n++] = ',';
		buf[n++] = digits[i];
	}
	buf[n] = '\0';
}

void number_fixed(double v, int decimals, char buf[NUMBER_TEXT_MAX])
{
	char plain[NUMBER_TEXT_MAX];

	if (isnan(v)) {
		strcpy(buf, "-");
		return;
	}
	if (!isfinite(v) || fabs(v) >= 1e15) {
		snprintf(buf, NUMBER_TEXT_MAX, "%.3g", v);
		return;
	}
	snprintf(plain, sizeof(plain), "%.*f", decimals, v);
	/* No "-0.00". */
	if (plain[0] == '-' && strspn(plain + 1, "0.") == strlen(plain + 1))
		memmove(plain, plain + 1, strlen(plain));
	number_group(plain, buf);
}

void number_human(double v, int digits, char buf[NUMBER_TEXT_MAX])
{
	if (v != 0 && fabs(v) < 1e-4) {
		snprintf(buf, NUMBER_TEXT_MAX, "%.*g", digits, v);
		return;
	}
	number_fixed(v, v == round(v) ? 0 : number_decimals(v, digits), buf);
}
